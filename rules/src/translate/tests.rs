//! Both directions of a mapping: what is wanted of the target, and what of it is shown.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::fixture::{World, profile, record, sent};
use super::*;
use crate::memory::Spelling;
use crate::refusal::Refusal;

/// What makes every attribute of a small profile writable.
const CALLS: &str = "[user.create]\npost = \"/users\"\n[[user.update]]\npatch = \"/users/{id}\"";

fn object(resource: &Resource) -> Value {
    Value::Object(resource.as_object().clone())
}

fn with(mut base: Value, key: &str, value: Value) -> Value {
    base.as_object_mut().unwrap().insert(key.to_owned(), value);
    base
}

fn without(mut base: Value, key: &str) -> Value {
    base.as_object_mut().unwrap().remove(key);
    base
}

// === reading ===

#[test]
fn a_record_reads_as_its_mappings_say() {
    let world = World::telemessage("US");
    let memory = Memory { kept: [("externalId".to_owned(), json!("x1"))].into(), ..Memory::default() };
    let present = world.present(record(), &memory);
    assert_eq!(present.id, "u1");
    assert_eq!(present.record, record());
    assert_eq!(
        object(&present.resource),
        json!({
            "id": "u1", "userName": "14155550100", "displayName": "Acme North", "active": true,
            "emails": [{"type": "work", "value": "ada@example.com"}],
            "name": {"givenName": "Ada", "familyName": "Byron"}, "externalId": "x1",
        })
    );
}

#[test]
fn one_bad_field_is_left_out_or_shown_raw_and_the_rest_is_read() {
    let world = World::telemessage("US");
    for (field, value, attribute, expected, step) in [
        ("status", json!("PENDING"), "active", Value::Null, "active is left out: the target's \"PENDING\" has no row"),
        ("status", json!(null), "active", Value::Null, ""),
        ("firstName", json!({"x": 1}), "name", json!({"familyName": "Byron"}), "name.givenName is left out: "),
        ("msisdn", json!("switchboard"), "userName", json!("switchboard"), ""),
        ("msisdn", json!("+1 (415) 555-0100"), "userName", json!("14155550100"), ""),
        ("managerId", json!(99), "displayName", json!("99"), "displayName: managers has no row 99"),
        ("managerId", json!("8"), "displayName", json!("Acme South"), ""),
    ] {
        let mut trace = Trace::on();
        let record = with(record(), field, value.clone());
        let rules = &world.profile.user;
        let present = rules.present(&world.params, record, &world.facts, &Memory::default(), &mut trace).unwrap();
        assert_eq!(present.resource.as_object().get(attribute).unwrap_or(&Value::Null), &expected, "{field} {value}");
        let steps: Vec<&str> = trace.steps().iter().map(|step| step.text.as_str()).collect();
        assert!(
            if step.is_empty() { steps.is_empty() } else { steps[0].starts_with(step) },
            "{field} {value}: {steps:?}"
        );
    }
}

#[test]
fn elements_whose_parts_have_other_names_are_told() {
    let told = "groups is left out: nothing of what the target holds is a part of it";
    for (map, teams, shown, steps) in [
        ("expression = '[teams]'", json!([{"value": "7"}]), json!([{"value": "7"}]), vec![]),
        ("expression = '[teams]'", json!([{"id": 7, "name": "Night"}]), Value::Null, vec![told]),
        ("expression = '[teams]'", json!([]), Value::Null, vec![]),
        ("expression = '[teams]'", json!(null), Value::Null, vec![]),
        (
            "direct = \"teams\", each = { value = \"id\", display = \"name\" }",
            json!([{"id": 7, "name": "Night"}]),
            json!([{"value": "7", "display": "Night"}]),
            vec![],
        ),
    ] {
        let world = World::new(profile(&format!("groups = {{ {map} }}"), ""));
        let (mut trace, record) = (Trace::on(), json!({"id": 1, "login": "ada", "teams": teams}));
        let rules = &world.profile.user;
        let present = rules.present(&world.params, record, &world.facts, &Memory::default(), &mut trace).unwrap();
        assert_eq!(present.resource.as_object().get("groups").unwrap_or(&Value::Null), &shown, "{map} {teams}");
        assert_eq!(trace.steps().iter().map(|step| step.text.as_str()).collect::<Vec<_>>(), steps, "{map} {teams}");
    }
}

#[test]
fn an_id_is_a_text_or_a_number_and_nothing_else() {
    let rules = World::telemessage("US").profile.user;
    for (record, expected) in [
        (json!({"id": "a/b"}), Some("a/b")),
        (json!({"id": 17}), Some("17")),
        (json!({"id": ""}), None),
        (json!({"id": null}), None),
        (json!({"id": true}), None),
        (json!({"id": ["x"]}), None),
        (json!({"ID": "x"}), None),
        (json!([]), None),
        (json!(null), None),
    ] {
        assert_eq!(rules.id_of(&record).ok().as_deref(), expected, "{record}");
    }
}

#[test]
fn constants_and_expressions_are_shown_and_passwords_are_not_read() {
    let world = World::new(profile(
        "title = { constant = \"Member\" }\n\
         displayName = { expression = 'Join(\" \", [names.first], [names.last])' }\n\
         password = { direct = \"secret\" }\n\
         emails = { direct = \"mails\" }\n\
         \"meta.created\" = { expression = '[createdAt]' }",
        "",
    ));
    let present = world.present(
        json!({
            "id": 4, "login": "ada", "names": {"first": "Ada", "last": "Byron"}, "secret": "t0p",
            "mails": [{"type": "home", "value": "a@example.com", "since": 3}], "createdAt": "2026-03-01T00:00:00Z",
        }),
        &Memory::default(),
    );
    assert_eq!(
        object(&present.resource),
        json!({
            "id": "4", "userName": "ada", "title": "Member", "displayName": "Ada Byron",
            "emails": [{"type": "home", "value": "a@example.com"}], "meta": {"created": "2026-03-01T00:00:00Z"},
        })
    );
}

// === sending ===

#[track_caller]
fn check_number(region: &str, sent: &str, expected: &str) {
    let world = World::telemessage(region);
    let wanted = world.wanted(json!({"userName": sent, "displayName": "Acme North"}));
    assert_eq!(world.resource(&wanted).as_object()["userName"], json!(expected), "{sent} {region}");
    let spelling = Spelling { sent: sent.to_owned(), normal: expected.to_owned() };
    let remembered = if sent == expected { None } else { Some(&spelling) };
    assert_eq!(wanted.memory.spellings.get("userName"), remembered, "{sent} {region}");
    // What the target then holds reads as the same, and is shown as it was sent.
    let present = world.present(with(record(), "msisdn", json!(expected)), &wanted.memory);
    assert_eq!(present.resource.as_object()["userName"], json!(expected), "{sent} {region} read back");
    let shown = world.profile.user.shown(present.resource.clone(), &wanted.memory);
    assert_eq!(shown.as_object()["userName"], json!(sent), "{sent} {region} shown");
}

#[test]
fn numbers_are_sent_in_normal_form_and_shown_as_sent() {
    // `docs/expressions.md`, E164.
    check_number("US", "123 456 7890", "11234567890");
    check_number("GB", "0123 456 7890", "441234567890");
    check_number("HK", "1234 5678", "85212345678");
    check_number("IT", "06 1234 5678", "390612345678");
    check_number("US", "+39 06 1234 5678", "390612345678");
    check_number("US", "14155550100", "14155550100");
}

#[test]
fn a_spelling_is_shown_only_while_the_target_holds_its_normal_form() {
    let world = World::telemessage("US");
    let memory = world.wanted(sent()).memory;
    for (held, shown) in [("14155550100", "(415) 555-0100"), ("14155550199", "14155550199")] {
        let present = world.present(with(record(), "msisdn", json!(held)), &memory);
        assert_eq!(world.profile.user.shown(present.resource.clone(), &memory).as_object()["userName"], json!(shown));
    }
}

#[test]
fn wanted_holds_mapped_attributes_only() {
    let world = World::telemessage("US");
    let sent = with(with(sent(), "nickName", json!("ada")), "phoneNumbers", json!([{"value": "1"}]));
    let mut trace = Trace::on();
    let wanted = world.profile.user.wanted(&world.params, &world.decoded(sent), &mut trace).unwrap();
    assert_eq!(
        object(&world.resource(&wanted)),
        json!({
            "userName": "14155550100", "displayName": "Acme North", "active": true,
            "emails": [{"type": "work", "value": "ada@example.com"}],
            "name": {"givenName": "Ada", "familyName": "Byron"}, "externalId": "x1",
        })
    );
    assert_eq!(wanted.memory.kept, [("externalId".to_owned(), json!("x1"))].into());
    let steps: Vec<String> = trace.steps().iter().map(|step| step.text.clone()).collect();
    for expected in [
        "userName \"(415) 555-0100\" → \"14155550100\" by E164(region, strict)",
        "displayName \"Acme North\"",
        "externalId \"x1\" is kept here: the target has no place for it",
        "nickName is not mapped: ignored",
        "phoneNumbers is not mapped: ignored",
    ] {
        assert!(steps.iter().any(|step| step == expected), "{expected} in {steps:#?}");
    }
    assert!(
        !steps.iter().any(|step| step.starts_with("emails is not") || step.starts_with("name is not")),
        "{steps:#?}"
    );
}

#[test]
fn what_only_the_product_sets_is_not_taken() {
    let world = World::new(profile(
        "title = { constant = \"Member\" }\ndisplayName = { expression = '[names.first]' }\n\"meta.created\" = { expression = '[c]' }",
        CALLS,
    ));
    let wanted =
        world.wanted(json!({"userName": "ada", "title": "Boss", "displayName": "A", "meta": {"created": "x"}}));
    assert_eq!(object(&world.resource(&wanted)), json!({"userName": "ada"}));
    assert!(wanted.memory.is_empty());
}

#[track_caller]
fn check_refused(sent: Value, expected: &str) {
    let world = World::telemessage("US");
    let refusal = world.profile.user.wanted(&world.params, &world.decoded(sent), &mut Trace::off()).unwrap_err();
    assert!(refusal.to_string().starts_with(expected), "{refusal}");
    if let Refusal::Value { rule, .. } = refusal {
        assert!(rule.contains("telemessage/profile.toml:"), "{rule}");
    }
}

#[test]
fn a_refusal_names_the_attribute_and_the_reason() {
    check_refused(without(sent(), "userName"), "`userName` is required");
    check_refused(with(sent(), "userName", json!("")), "`userName` is required");
    check_refused(without(sent(), "displayName"), "`displayName` is required");
    check_refused(with(sent(), "userName", json!("nobody")), "`userName`: ");
    let world =
        World::new(profile("userType = { direct = \"kind\", values = { Admin = \"A\", Basic = \"B\" } }", CALLS));
    for (sent, expected) in [
        ("Admin", Ok("Admin")),
        ("admin", Ok("Admin")),
        ("Root", Err("`userType`: \"Root\" is not one of \"Admin\", \"Basic\"")),
    ] {
        let sent = world.decoded(json!({"userName": "ada", "userType": sent}));
        let found = world.profile.user.wanted(&world.params, &sent, &mut Trace::off());
        let found =
            found.map(|wanted| world.resource(&wanted).as_object()["userType"].clone()).map_err(|e| e.to_string());
        assert_eq!(found, expected.map(|text| json!(text)).map_err(str::to_owned));
    }
}

#[test]
fn a_password_stands_in_no_trace_no_memory_and_no_refusal() {
    // Not even where another field is computed from it.
    let write = "[user.write]\npin = { expression = 'Left([password], 2)' }\n";
    let map = "password = { direct = \"secret\", as = \"ToLower\" }";
    let world = World::new(profile(map, &format!("{write}{CALLS}")));
    let mut trace = Trace::on();
    let sent = world.decoded(json!({"userName": "ada", "password": "T0p"}));
    let wanted = world.profile.user.wanted(&world.params, &sent, &mut trace).unwrap();
    assert_eq!(world.resource(&wanted).as_object()["password"], json!("t0p"));
    assert!(wanted.memory.is_empty());
    let planned = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut trace).unwrap();
    assert_eq!(planned.calls[0].call.body.clone().unwrap()["pin"], json!("t0"));
    let present = world.present(json!({"id": 1, "login": "ada"}), &Memory::default());
    let plan = world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut trace).unwrap();
    let text: String = trace.steps().iter().map(ToString::to_string).collect::<String>() + &format!("{plan:?}");
    assert!(text.contains("password [redacted]") && text.contains("writes pin [redacted]"), "{text}");
    assert!(!text.to_lowercase().contains("t0"), "{text}");

    let kept =
        World::new(profile("password = { keep = true }", CALLS)).wanted(json!({"userName": "ada", "password": "T0p"}));
    assert!(kept.memory.is_empty());
    let numeric = write.replace("Left([password], 2)", "CBool([password])");
    let world = World::new(profile(map, &format!("{numeric}{CALLS}")));
    let refusal = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut trace).unwrap_err();
    assert_eq!(refusal.to_string(), "`password`: the value is not accepted");
}

#[test]
fn the_store_and_the_tables_are_asked_only_where_a_mapping_needs_them() {
    let rows = [
        ("title = { direct = \"title\" }", false),
        ("title = { direct = \"title\", as = \"ToLower\" }", true),
        ("externalId = { keep = true }", true),
    ];
    for (map, expected) in rows {
        assert_eq!(World::new(profile(map, "")).profile.user.needs_memory(), expected, "{map}");
    }
    for (existing, expected) in [("refuse", false), ("update", true)] {
        let calls = "[[user.update]]\npatch = \"/users/{id}\"\n[user.create]\npost = \"/users\"\n";
        let world = World::new(profile("", &format!("{calls}existing = \"{existing}\"")));
        assert_eq!(world.profile.user.needs_memory(), expected, "{existing}");
    }
    assert_eq!(World::telemessage("US").profile.user.tables(), ["managers"]);
    assert_eq!(World::new(profile("", "")).profile.user.tables(), [""; 0]);
}

// === comparing ===

#[test]
fn values_are_compared_by_what_they_say() {
    let world = World::new(profile("", ""));
    let same = |path: &str, a: &Value, b: &Value| same(world.profile.user.kind.path(path).unwrap().leaf(), a, b);
    for (path, a, b, expected) in [
        ("title", json!("a"), json!("a"), true),
        ("title", json!("a"), json!("A"), false),
        ("active", json!(true), json!(false), false),
        ("emails", json!([{"value": "a"}, {"value": "b"}]), json!([{"value": "b"}, {"value": "a"}]), true),
        ("emails", json!([{"value": "a"}, {"value": "a"}]), json!([{"value": "a"}, {"value": "b"}]), false),
        ("emails", json!([{"value": "a"}]), json!([{"value": "a"}, {"value": "a"}]), false),
        ("emails", json!([{"value": "a", "primary": false}]), json!([{"value": "a"}]), true),
        ("emails", json!([{"value": "a", "primary": true}]), json!([{"value": "a"}]), false),
        ("emails", json!([{"value": "a", "type": "work"}]), json!([{"type": "work", "value": "a"}]), true),
        ("name", json!({"givenName": "A"}), json!({"givenName": "A", "familyName": "B"}), false),
    ] {
        assert_eq!(same(path, &a, &b), expected, "{path} {a} {b}");
        assert_eq!(same(path, &b, &a), expected, "{path} {b} {a}");
    }
    let schema = scim::schema::group();
    let members = schema.attributes.iter().find(|attribute| attribute.name == "members");
    for (a, b, expected) in [
        (json!([{"value": "7"}]), json!([{"value": "7", "type": "User", "display": "Ada"}]), true),
        (json!([{"value": "7"}, {"value": "8", "type": "User"}]), json!([{"value": "8"}, {"value": "7"}]), true),
        (json!([{"value": "7"}]), json!([{"value": "8"}]), false),
    ] {
        assert_eq!(super::same(members, &a, &b), expected, "{a} {b}");
        assert_eq!(super::same(members, &b, &a), expected, "{b} {a}");
    }
}

#[test]
fn a_number_sent_back_as_it_is_held_is_no_change_although_the_region_would_read_it_otherwise() {
    let world = World::telemessage("US");
    let record = json!({"id": "1", "msisdn": "4792234567", "managerId": "m1", "status": "ENABLED"});
    let present = world.present(record, &Memory::default());
    assert_eq!(present.resource.as_object()["userName"], "4792234567");
    let rules = &world.profile.user;
    let wanted =
        rules.wanted_change(&world.params, &present.resource, &present, Absent::Unsaid, &mut Trace::off()).unwrap();
    assert_eq!(world.resource(&wanted).as_object()["userName"], "4792234567");
    assert!(wanted.memory.spellings.is_empty());
}
