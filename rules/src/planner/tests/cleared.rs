//! What a PATCH takes away, and what a PUT leaves out.

use super::*;
use crate::translate::Absent;

/// Every option that says what becomes of an attribute that is not there.
fn world() -> World {
    let options = "title = { direct = \"title\" }\nactive = { direct = \"on\" }\n\
        nickName = { direct = \"nick\", immutable = true }\nlocale = { direct = \"locale\", required = true }\n\
        timezone = { direct = \"tz\", default = \"UTC\" }\nuserType = { direct = \"kind\", apply = \"create\" }\n\
        displayName = { direct = \"full\", as = \"ToLower\", required = true, default = \"Somebody\" }\n\
        preferredLanguage = { direct = \"lang\", values = { en = \"E\", de = \"D\" } }\npassword = { direct = \"secret\" }\n";
    let kept = "externalId = { keep = true }\nprofileUrl = { keep = true, immutable = true }\n\
        'emails[type eq \"work\"].primary' = { keep = true }\n\
        'roles[primary eq true].value' = { keep = true, apply = \"create\" }\n\
        'ims[type eq \"xmpp\"].value' = { keep = true, default = \"none\" }\n";
    let calls = "[user.create]\npost = \"/users\"\n[[user.update]]\npatch = \"/users/{id}\"\n";
    World::new(profile(&format!("{options}{kept}"), calls))
}

/// The record and the memory that every row begins with, and how SCIM shows both.
fn held() -> (Value, Memory, Value) {
    let record = json!({"id": 1, "login": "ada", "title": "Dr", "on": true, "nick": "a", "locale": "en", "tz": "CET",
                        "kind": "staff", "full": "ada b", "lang": "E"});
    let kept = [
        ("externalId", json!("x")),
        ("profileUrl", json!("https://example.com/ada")),
        ("emails[type eq \"work\"].primary", json!(true)),
        ("roles[primary eq true].value", json!("admin")),
        ("ims[type eq \"xmpp\"].value", json!("ada@example.com")),
    ];
    let kept = kept.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let shown = json!({
        "userName": "ada", "title": "Dr", "active": true, "nickName": "a", "locale": "en", "timezone": "CET",
        "userType": "staff", "displayName": "ada b", "preferredLanguage": "en", "externalId": "x",
        "profileUrl": "https://example.com/ada", "emails": [{"type": "work", "primary": true}],
        "roles": [{"primary": true, "value": "admin"}], "ims": [{"type": "xmpp", "value": "ada@example.com"}],
    });
    (record, Memory { kept, ..Memory::default() }, shown)
}

/// The call, and what of the memory is other than before; or the refusal.
fn without(names: &[&str], absent: Absent) -> String {
    let (world, (record, memory, shown)) = (world(), held());
    let present = world.present(record, &memory);
    let shown = names.iter().fold(shown, |shown, name| with(shown, name, Value::Null));
    let (rules, params, trace) = (&world.profile.user, &world.params, &mut Trace::off());
    let planned = rules.wanted_change(params, &world.decoded(shown), &present, absent, trace).and_then(|wanted| {
        let plan = rules.plan_update(params, &present, &wanted, &world.facts, trace)?;
        Ok((wanted.memory, plan))
    });
    let (after, plan) = match planned {
        Ok(planned) => planned,
        Err(refusal) => return refusal.to_string(),
    };
    let mut lines: Vec<String> = plan.calls.iter().map(|call| call.call.to_string()).collect();
    for (name, value) in memory.kept.iter().filter(|(name, value)| after.kept.get(*name) != Some(value)) {
        lines.push(format!("{name} {value} → {}", after.kept.get(name).unwrap_or(&Value::Null)));
    }
    lines.join("\n")
}

#[test]
fn what_a_patch_takes_away_is_cleared_and_what_a_put_leaves_out_only_where_that_says_so() {
    const URL: &str = "profileUrl";
    for (name, put, patch) in [
        ("title", "PATCH /users/1 {\"title\":null}", "PATCH /users/1 {\"title\":null}"),
        ("active", "", "PATCH /users/1 {\"on\":null}"),
        ("nickName", "", "`nickName` cannot be changed"),
        ("locale", "`locale` is required", "`locale` is required and cannot be removed"),
        ("timezone", "", "PATCH /users/1 {\"tz\":\"UTC\"}"),
        ("userType", "", ""),
        ("displayName", "", "PATCH /users/1 {\"full\":\"somebody\"}"),
        ("preferredLanguage", "PATCH /users/1 {\"lang\":null}", "PATCH /users/1 {\"lang\":null}"),
        ("password", "", ""),
        ("userName", "`userName` is required", "`userName` is required and cannot be removed"),
        ("externalId", "externalId \"x\" → null", "externalId \"x\" → null"),
        (URL, "", "`profileUrl` cannot be changed"),
        ("emails", "", "emails[type eq \"work\"].primary true → null"),
        ("roles", "", ""),
        ("ims", "", "ims[type eq \"xmpp\"].value \"ada@example.com\" → \"none\""),
    ] {
        // The decoder asks for `userName` before the rules do.
        if name != "userName" {
            assert_eq!(without(&[name], Absent::Unsaid), put, "PUT without {name}");
            assert_eq!(without(&[name], Absent::Cleared), patch, "PATCH without {name}");
        }
    }
    assert_eq!(without(&[], Absent::Cleared), "");
}

#[test]
fn a_patch_does_not_ask_for_what_was_not_there_before() {
    let world = world();
    let present = world.present(json!({"id": 1, "login": "ada"}), &Memory::default());
    let sent = world.decoded(json!({"userName": "ada", "title": "Dr"}));
    let (rules, params) = (&world.profile.user, &world.params);
    for (absent, expected) in
        [(Absent::Cleared, "PATCH /users/1 {\"title\":\"Dr\"}"), (Absent::Unsaid, "`locale` is required")]
    {
        let wanted = rules.wanted_change(params, &sent, &present, absent, &mut Trace::off());
        let plan =
            wanted.and_then(|wanted| rules.plan_update(params, &present, &wanted, &world.facts, &mut Trace::off()));
        let found = plan.map_or_else(|refusal| refusal.to_string(), |plan| plan.calls[0].call.to_string());
        assert_eq!(found, expected);
    }
}

#[test]
fn a_kept_attribute_keeps_its_options() {
    let (world, (record, memory, shown)) = (world(), held());
    let present = world.present(record, &memory);
    let change = |name: &str, value: Value| {
        let sent = world.decoded(with(shown.clone(), name, value));
        world.profile.user.wanted_change(&world.params, &sent, &present, Absent::Unsaid, &mut Trace::off())
    };
    let refusal = change("profileUrl", json!("https://example.com/other")).unwrap_err();
    assert_eq!(refusal, Refusal::Immutable { attribute: "profileUrl".to_owned() });
    let after = change("roles", json!([{"primary": true, "value": "root"}])).unwrap();
    assert_eq!(after.memory, memory);
    // A default is remembered at creation, though nobody sent it.
    let created = world.wanted(json!({"userName": "ada", "locale": "en"}));
    assert_eq!(created.memory.kept, [("ims[type eq \"xmpp\"].value".to_owned(), json!("none"))].into());
}
