//! Bodies: from fields, from templates, wrapped, carried, dropped; properties over any record.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use proptest::prelude::*;

use super::*;
use crate::lookup::Random;
use crate::memory::Memory;
use crate::profile::Profile;
use crate::trace::Trace;
use crate::translate::Absent;
use crate::translate::fixture::{World, profile};

/// A world with one update, which has the keys `update`.
fn world(map: &str, update: &str) -> World {
    World::new(profile(
        map,
        &format!("[user.create]\npost = \"/users\"\n{update}\n[[user.update]]\nput = \"/users/{{id}}\"\n{update}"),
    ))
}

/// The body of the change from `record` to `sent`.
fn changed(world: &World, record: &Value, sent: Value) -> Value {
    let present = world.present(record.clone(), &Memory::default());
    let (rules, trace) = (&world.profile.user, &mut Trace::off());
    let wanted = rules.wanted_change(&world.params, &world.decoded(sent), &present, Absent::Cleared, trace).unwrap();
    let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, trace).unwrap();
    assert_eq!(plan.calls.len(), 1);
    plan.calls[0].call.body.clone().unwrap_or_default()
}

const CUSTOM: &str = r#"title = { direct = "custom[id=1].value" }
nickName = { direct = "custom[id=2].value" }
"name.givenName" = { direct = "names.first" }"#;

#[test]
fn a_list_is_sent_whole_with_one_element_changed() {
    let record = json!({"id": "1", "login": "ada", "names": {"first": "Ada"}, "updated_on": "now", "tags": ["x"],
        "custom": [{"id": 9, "value": "z"}, {"id": 1, "value": "a", "name": "Phone"}, {"id": 2, "value": "b"}]});
    let sent = |title: Value| json!({"userName": "ada", "title": title, "nickName": "b", "name": {"givenName": "Ada"}});
    let list = |one: Value| json!([{"id": 9, "value": "z"}, one, {"id": 2, "value": "b"}]);
    let phone = |value: &str| json!({"id": 1, "value": value, "name": "Phone"});
    let without = json!([{"id": 9, "value": "z"}, {"id": 2, "value": "b"}]);
    for (update, title, expected) in [
        ("body = \"changed\"", json!("c"), json!({"custom": list(phone("c"))})),
        ("body = \"changed\"", json!(null), json!({"custom": without.clone()})),
        ("body = \"all\"", json!("c"), json!({"login": "ada", "names": {"first": "Ada"}, "custom": list(phone("c"))})),
        ("body = \"all\"", json!(null), json!({"login": "ada", "names": {"first": "Ada"}, "custom": without.clone()})),
        (
            "body = \"record\"\ndrop = [\"updated_on\", \"id\"]",
            json!("c"),
            json!({"login": "ada", "names": {"first": "Ada"}, "tags": ["x"], "custom": list(phone("c"))}),
        ),
        (
            "body = \"changed\"\ncarry = [\"tags\", \"none\", \"custom\"]\nwrap = \"data.user\"",
            json!(null),
            json!({"data": {"user": {"custom": without.clone(), "tags": ["x"]}}}),
        ),
        (
            r#"body = { login = "{login}", title = "{custom[id=1].value}", site = "at {site}", more = { none = "{login} {site}" }, c = "{changed}" }"#,
            json!("c"),
            json!({"login": "ada", "title": "c", "site": "at a b", "more": {"none": "ada a b"}, "c": {"custom": list(phone("c"))}}),
        ),
        // What is cleared is said so.
        (r#"body = { title = "{custom[id=1].value}" }"#, json!(null), json!({"title": null})),
    ] {
        let world = world(CUSTOM, update);
        assert_eq!(changed(&world, &record, sent(title)), expected, "{update}");
    }
}

#[test]
fn what_is_cleared_is_what_the_product_holds_for_nothing() {
    let title = |options: &str| format!("title = {{ direct = \"job\", none = 0{options} }}");
    for (options, update, expected) in [
        ("", "body = \"changed\"", json!({"job": 0})),
        ("", "body = \"all\"", json!({"login": "ada", "job": 0})),
        ("", "body = \"record\"\ndrop = [\"id\"]", json!({"login": "ada", "job": 0})),
        ("", "body = { usertitle = \"{job}\" }", json!({"usertitle": 0})),
        (", empty = \"none\"", "body = \"changed\"", json!({"job": 0})),
        (", empty = \"null\"", "body = \"changed\"", json!({"job": null})),
        (", empty = \"omit\"", "body = \"all\"", json!({"login": "ada"})),
    ] {
        let record = json!({"id": "1", "login": "ada", "job": 7});
        assert_eq!(
            changed(&world(&title(options), update), &record, json!({"userName": "ada"})),
            expected,
            "{options} {update}"
        );
    }
    let world = world(&title(""), "body = \"changed\"");
    let present = world.present(json!({"id": "1", "login": "ada", "job": "0"}), &Memory::default());
    let wanted = world.wanted(json!({"userName": "ada"}));
    let plan = world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off());
    assert!(plan.unwrap().calls.is_empty(), "nothing stays nothing");
}

#[test]
fn a_key_is_a_text_with_placeholders_and_a_pair_needs_its_key() {
    let map = "title = { direct = \"job\" }\nnickName = { direct = \"nick\" }";
    for (update, expected) in [
        (
            r#"body = { id = "{login}", group_ids = { "{job}" = ["full"] } }"#,
            json!({"id": "ada", "group_ids": {"c": ["full"]}}),
        ),
        (r#"body = { "{job}-{site}" = "{job}" }"#, json!({"c-a b": "c"})),
        (r#"body = { "{nick}" = 1, "a{nick}" = 2, b = 3 }"#, json!({"b": 3})),
        (r#"body = { "{job}" = "{nick}", b = 3 }"#, json!({"b": 3})),
        (r#"body = { "..." = "{changed}", "{login}" = true }"#, json!({"job": "c", "ada": true})),
    ] {
        let record = json!({"id": "1", "login": "ada", "job": "a"});
        assert_eq!(
            changed(&world(map, update), &record, json!({"userName": "ada", "title": "c"})),
            expected,
            "{update}"
        );
    }
}

#[test]
fn a_secret_in_a_key_hides_the_object_around_it() {
    let update = r#"body = { a = { "{pw}" = true }, b = 1 }"#;
    let world = world("password = { direct = \"pw\" }", update);
    let wanted = world.wanted(json!({"userName": "ada", "password": "hush"}));
    let plan = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
    let call = &plan.calls[0].call;
    assert_eq!(call.body, Some(json!({"a": {"hush": true}, "b": 1})));
    assert_eq!(call.printable_body(), Some(json!({"a": "[redacted]", "b": 1})));
}

#[test]
fn an_element_stays_if_something_else_is_said_in_it() {
    let map = r#"title = { direct = "custom[id=1].value" }
nickName = { direct = "custom[id=1].note" }"#;
    let record = json!({"id": "1", "login": "ada", "custom": [{"id": 1, "value": "a", "note": "n"}]});
    let body = |sent| changed(&world(map, "body = \"changed\""), &record, sent);
    let both = json!([{"id": 1, "note": "n"}]);
    assert_eq!(body(json!({"userName": "ada", "nickName": "n"})), json!({"custom": both}));
    assert_eq!(body(json!({"userName": "ada"})), json!({"custom": []}));
}

#[test]
fn elements_that_stay_keep_what_scim_does_not_know() {
    let map = r#"emails = { direct = "mails[kind=work]", each = { value = "address", primary = "main" } }"#;
    let record = json!({"id": "1", "login": "ada", "mails": [
        {"kind": "work", "address": "a@example.com", "verified": true, "main": true}, {"kind": "home", "address": "h@example.com"},
        {"kind": "work", "address": "b@example.com"}]});
    let sent = json!({"userName": "ada", "emails": [{"value": "c@example.com"}, {"value": "a@example.com"}]});
    assert_eq!(
        changed(&world(map, "body = \"changed\""), &record, sent),
        json!({"mails": [
        {"address": "c@example.com", "kind": "work"}, {"kind": "home", "address": "h@example.com"},
        {"kind": "work", "address": "a@example.com", "verified": true}]})
    );
    let none = changed(&world(map, "body = \"changed\""), &record, json!({"userName": "ada"}));
    assert_eq!(none, json!({"mails": [{"kind": "home", "address": "h@example.com"}]}));
}

#[test]
fn no_value_is_written_as_the_mapping_says() {
    let record = json!({"id": "1", "login": "ada", "t": "x"});
    for (empty, all, some) in [
        ("", json!({"login": "ada"}), json!({"t": null})),
        (", empty = \"omit\"", json!({"login": "ada"}), json!({})),
        (", empty = \"null\"", json!({"login": "ada", "t": null}), json!({"t": null})),
        (", empty = \"blank\"", json!({"login": "ada", "t": ""}), json!({"t": ""})),
    ] {
        let map = format!("title = {{ direct = \"t\"{empty} }}");
        let sent = json!({"userName": "ada"});
        assert_eq!(changed(&world(&map, "body = \"all\""), &record, sent.clone()), all, "{empty}");
        assert_eq!(changed(&world(&map, "body = \"changed\""), &record, sent.clone()), some, "{empty}");
        assert_eq!(made(&world(&map, "body = \"all\""), sent), all, "{empty}");
    }
}

/// The body that makes `sent`.
fn made(world: &World, sent: Value) -> Value {
    let (rules, trace) = (&world.profile.user, &mut Trace::off());
    let plan = rules.plan_create(&world.params, &world.wanted(sent), &world.facts, trace).unwrap();
    plan.calls[0].call.body.clone().unwrap_or_default()
}

#[test]
fn a_field_in_no_body_still_has_a_name() {
    let map = "title = { direct = \"job\", body = false }";
    let update = r#"body = { job = "{job}", all = "{all}" }"#;
    let sent = json!({"userName": "ada", "title": "x"});
    let expected = json!({"job": "x", "all": {"login": "ada"}});
    assert_eq!(made(&world(map, update), sent.clone()), expected);
    let named = "[[user.update]]\nwhen = \"title changed\"\npost = \"/users/{id}/job\"\nbody = { job = \"{job}\" }";
    let world = World::new(profile(map, &format!("{named}\n[[user.update]]\npatch = \"/users/{{id}}\"")));
    let record = json!({"id": "1", "login": "ada", "job": "old"});
    assert_eq!(changed(&world, &record, sent), json!({"job": "x"}));
}

#[test]
fn defaults_are_made_at_creation() {
    let map = r#"title = { direct = "t", default = { expression = 'ToUpper([userName])' } }
password = { direct = "secret", default = { random = 8 } }"#;
    let more = "[user.create]\npost = \"/users\"\n[user.write]\n\"custom[id=1].value\" = { random = 9 }\nphones.0 = { constant = \"x\" }";
    let mut world = World::new(profile(map, &more.replace("phones.0", "\"phones.0\"")));
    assert_eq!(world.profile.user.random_bytes(), 17);
    let bytes: Vec<u8> = (0..17).collect();
    world.facts.random = Random::new(&bytes);
    let body = made(&world, json!({"userName": "ada"}));
    assert_eq!(
        body,
        json!({"login": "ada", "t": "ADA", "secret": "ABCDEFGH", "custom": [{"id": 1, "value": "IJKLMNOPQ"}], "phones": ["x"]})
    );
    let rules = &world.profile.user;
    let plan =
        rules.plan_create(&world.params, &world.wanted(json!({"userName": "ada"})), &world.facts, &mut Trace::off());
    let printed = plan.unwrap().calls[0].call.to_string();
    assert!(!printed.contains("ABCD") && !printed.contains("IJKL"), "{printed}");
    world.facts.random = Random::new(&bytes[..16]);
    let refused = world.profile.user.plan_create(
        &world.params,
        &world.wanted(json!({"userName": "a"})),
        &world.facts,
        &mut Trace::off(),
    );
    assert!(refused.is_err());
}

#[test]
fn a_password_in_a_body_that_is_written_out_is_not_printed() {
    let map = "password = { direct = \"secret\" }\ntitle = { direct = \"t\" }";
    let update = r#"wrap = "w"
body = { pin = ["{t}", "{none}", "{secret}"], mixed = "a{secret}", all = "{all}", t = "{t}" }"#
        .replace(", \"{none}\"", "");
    let world = world(map, &update);
    let sent = json!({"userName": "ada", "password": "t0p", "title": "x"});
    let rules = &world.profile.user;
    let plan = rules.plan_create(&world.params, &world.wanted(sent), &world.facts, &mut Trace::off()).unwrap();
    let printed = plan.calls[0].call.to_string();
    assert!(!printed.contains("t0p"), "{printed}");
    assert!(printed.contains(r#""t":"x""#), "{printed}");
}

#[test]
fn a_password_within_something_else_is_not_printed() {
    let map =
        "password = { direct = \"auth.secret\" }\ntitle = { direct = \"auth.kind\" }\nnickName = { direct = \"nick\" }";
    for body in [
        r#"[{ path = "/auth", nick = "{nick}", value = ["{auth.secret}"] }]"#,
        r#"{ deep = { er = ["x{auth.secret}", "{nick}"] } }"#,
    ] {
        let world = world(map, &format!("body = {body}"));
        let sent = json!({"userName": "ada", "password": "t0p", "title": "x", "nickName": "ada"});
        let rules = &world.profile.user;
        let plan = rules.plan_create(&world.params, &world.wanted(sent), &world.facts, &mut Trace::off()).unwrap();
        let call = &plan.calls[0].call;
        assert!(call.body.as_ref().unwrap().to_string().contains("t0p"), "{body}");
        for printed in [call.to_string(), format!("{call:?}"), call.printable_body().unwrap().to_string()] {
            assert!(!printed.contains("t0p") && printed.contains("ada"), "{printed}");
        }
    }
}

#[test]
fn a_password_in_a_url_is_not_printed() {
    let map = "password = { direct = \"secret\" }";
    let create = "[user.create]\npost = \"/users?n={login}&p={secret}\"\nbody = \"empty\"\n[[user.create.after]]\nput = \"/users/{id}/pin/{secret}\"\n";
    let world = World::new(profile(map, create));
    let sent = json!({"userName": "ada", "password": "t0p/"});
    let (rules, trace) = (&world.profile.user, &mut Trace::on());
    let made = rules.plan_create(&world.params, &world.wanted(sent), &world.facts, trace).unwrap();
    assert_eq!(made.calls.len(), 2);
    for planned in &made.calls {
        let printed = format!("{} {:?}", planned.call, planned.call);
        assert!(planned.call.path.contains("t0p%2F"), "{printed}");
        assert!(!printed.contains("t0p") && printed.contains("redacted"), "{printed}");
    }
    let steps: String = trace.steps().iter().map(|step| step.text.as_str()).collect();
    assert!(!steps.contains("t0p"), "{steps}");
}

fn any_record() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(Value::Null), any::<i8>().prop_map(Value::from), "[a-c]{0,2}".prop_map(Value::from)];
    let nested = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("custom|id|value|names|first|note|login", inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    });
    prop::collection::vec(("custom|names|tags|login|updated_on", nested), 0..6).prop_map(|fields| {
        let mut record: Map = fields.into_iter().collect();
        record.insert("id".to_owned(), json!("1"));
        Value::Object(record)
    })
}

fn worlds() -> Vec<Profile> {
    [
        "body = \"all\"",
        "body = \"changed\"\ncarry = [\"tags\"]",
        "body = \"record\"\ndrop = [\"updated_on\"]",
        r#"body = { a = "{custom[id=1].value} {names.first}", r = "{record}", l = ["{login}"] }"#,
    ]
    .map(|update| world(CUSTOM, update).profile)
    .into()
}

proptest! {
    #[test]
    fn there_is_a_body_for_any_record(record in any_record(), title in "[a-c]{0,2}") {
        for profile in worlds() {
            let world = World::new(profile);
            let (rules, trace) = (&world.profile.user, &mut Trace::off());
            let present = world.present(record.clone(), &Memory::default());
            let sent = world.decoded(json!({"userName": "ada", "title": title}));
            let wanted = rules.wanted_change(&world.params, &sent, &present, Absent::Unsaid, trace);
            if let Ok(wanted) = wanted {
                let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, trace);
                // Of a record of another shape nothing is lost either.
                let refused = plan.err().map(|refusal| refusal.to_string());
                prop_assert!(refused.is_none_or(|reason| reason.ends_with("which would be lost")));
            }
        }
    }
}

#[test]
fn a_change_below_digits_keeps_the_object_or_the_list_that_is_there() {
    let map = "title = { direct = \"group_ids.1.0\" }";
    let world = |update| world(map, update);
    let sent = |title: Value| json!({"userName": "ada", "title": title});
    for (update, held, title, expected) in [
        (
            "body = \"changed\"",
            json!({"1": ["full"], "2": ["read"]}),
            json!("read"),
            json!({"1": ["read"], "2": ["read"]}),
        ),
        ("body = \"changed\"", json!({"2": ["read"]}), json!("full"), json!({"2": ["read"], "1": ["full"]})),
        (
            "body = \"record\"\ndrop = [\"id\", \"login\"]",
            json!({"1": ["full"]}),
            json!("read"),
            json!({"1": ["read"]}),
        ),
        ("body = \"changed\"", json!([["full"], ["read"]]), json!("full"), json!([["full"], ["full"]])),
    ] {
        let record = json!({"id": "1", "login": "ada", "group_ids": held});
        assert_eq!(changed(&world(update), &record, sent(title)), json!({"group_ids": expected}), "{update} {record}");
    }
    for (held, refusal) in [
        (json!(null), "`title`: the product's list has no elements before `group_ids.1`"),
        (json!([]), "`title`: the product's list has no elements before `group_ids.1`"),
        (json!({"1": "full"}), "`title`: the product's `group_ids.1` is a text, which would be lost"),
    ] {
        let (world, held) = (world("body = \"changed\""), held);
        let present = world.present(json!({"id": "1", "login": "ada", "group_ids": held}), &Memory::default());
        let (rules, trace) = (&world.profile.user, &mut Trace::off());
        let sent = world.decoded(sent(json!("read")));
        let wanted = rules.wanted_change(&world.params, &sent, &present, Absent::Cleared, trace).unwrap();
        let refused = rules.plan_update(&world.params, &present, &wanted, &world.facts, trace);
        assert_eq!(refused.unwrap_err().to_string(), refusal, "{held}");
    }
}

#[test]
fn fields_of_an_object_stand_among_others_and_what_is_written_out_holds() {
    let rows = [
        (r#"{ key = "{id}", "..." = "{changed}" }"#, json!({"key": "1", "job": "Dr"})),
        (r#"{ "..." = "{changed}", job = "fixed", kind = 1 }"#, json!({"job": "fixed", "kind": 1})),
        (r#"{ p = { job = "fixed", "..." = "{record}" } }"#, json!({"p": {"job": "fixed", "id": "1", "login": "ada"}})),
    ];
    for (body, expected) in rows {
        let update = format!("[[user.update]]\nput = \"/users/{{id}}\"\nbody = {body}\n");
        let world = World::new(profile("title = { direct = \"job\" }", &update));
        let record = json!({"id": "1", "login": "ada", "job": "Mr"});
        assert_eq!(changed(&world, &record, json!({"userName": "ada", "title": "Dr"})), expected, "{body}");
    }
}

#[test]
fn fields_that_are_sent_one_after_the_other_have_a_call_each_and_no_password_is_printed() {
    let map = "title = { direct = \"job\", empty = \"blank\" }\nnickName = { direct = \"nick\" }\npassword = { direct = \"pw\" }";
    let update = "each = \"changed\"\nput = \"/users/{id}\"\nbody = { key = \"{each.field}\", value = \"{each}\" }";
    let world = World::new(profile(map, &format!("[user.create]\npost = \"/users\"\n[[user.update]]\n{update}\n")));
    let present = world.present(json!({"id": "1", "login": "ada", "job": "Mr", "nick": "a"}), &Memory::default());
    let (rules, trace) = (&world.profile.user, &mut Trace::off());
    let sent = json!({"userName": "eve", "password": "t0p-secret"});
    let wanted = rules.wanted_change(&world.params, &world.decoded(sent), &present, Absent::Cleared, trace).unwrap();
    let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, trace).unwrap();
    let printed: Vec<String> = plan.calls.iter().map(|planned| planned.call.to_string()).collect();
    assert_eq!(
        printed,
        [
            r#"PUT /users/1 {"key":"login","value":"eve"}"#,
            r#"PUT /users/1 {"key":"job","value":""}"#,
            r#"PUT /users/1 {"key":"nick","value":null}"#,
            r#"PUT /users/1 {"key":"pw","value":"[redacted]"}"#,
        ]
    );
    assert_eq!(plan.calls[3].call.body, Some(json!({"key": "pw", "value": "t0p-secret"})));
}
