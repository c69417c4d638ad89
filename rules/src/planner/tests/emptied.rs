//! `active` as a field that is empty or not: what is written, and what is set aside.

use std::collections::BTreeMap;

use super::*;

const CALLS: &str = "[user.create]\npost = \"/users\"\n[[user.update]]\npatch = \"/users/{id}\"\n";

/// A product whose `active` is that the field `plan` holds something; `otherwise` is what it holds if nobody says.
fn world(otherwise: &str, map: &str) -> World {
    World::new(profile(&format!("active = {{ emptied = \"plan\", otherwise = {otherwise} }}\n{map}"), CALLS))
}

fn print(plan: &Plan) -> String {
    let calls = plan.calls.iter().map(|planned| planned.call.to_string());
    let aside = plan.aside.iter().map(|(field, value)| format!("{field} aside {value}"));
    calls.chain(aside).collect::<Vec<_>>().join(", ")
}

const ROLES: &str = "roles = { direct = \"plan\" }\ntitle = { direct = \"title\" }\n";

/// What a change makes of a field that holds `held` while `aside` is set aside.
fn changed(world: &World, (held, aside): (Value, Value), sent: Value) -> String {
    let aside = if aside.is_null() { BTreeMap::new() } else { [("plan".to_owned(), aside)].into() };
    let present = world.present(json!({"id": 1, "login": "ada", "plan": held}), &Memory { aside, ..Memory::default() });
    let wanted = world.wanted(with(sent, "userName", json!("ada")));
    let rules = &world.profile.user;
    print(&rules.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off()).unwrap())
}

fn list(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"value": name})).collect()
}

#[test]
fn what_a_deactivation_takes_is_set_aside_and_changed_there() {
    let world = world("[{ value = \"z\" }]", ROLES);
    let none = || Value::Null;
    let sent = |active: Value, names: &[&str]| with(with(json!({}), "active", active), "roles", list(names));
    let (a, ab) = (&["a"][..], &["a", "b"][..]);
    for (state, sent, expected) in [
        ((list(a), none()), sent(json!(true), a), ""),
        ((list(a), none()), sent(none(), a), ""),
        ((list(a), none()), sent(json!(false), a), "PATCH /users/1 {\"plan\":[]}, plan aside [{\"value\":\"a\"}]"),
        (
            (list(a), none()),
            sent(json!(false), ab),
            "PATCH /users/1 {\"plan\":[]}, plan aside [{\"value\":\"a\"},{\"value\":\"b\"}]",
        ),
        // What is set aside counts only while the field is empty.
        ((list(a), list(ab)), sent(json!(true), a), ""),
        ((list(a), list(ab)), sent(json!(false), a), "PATCH /users/1 {\"plan\":[]}, plan aside [{\"value\":\"a\"}]"),
        ((json!([]), list(a)), sent(json!(false), a), "plan aside [{\"value\":\"a\"}]"),
        ((json!([]), list(a)), sent(none(), a), "plan aside [{\"value\":\"a\"}]"),
        ((json!([]), list(a)), sent(json!(false), ab), "plan aside [{\"value\":\"a\"},{\"value\":\"b\"}]"),
        (
            (json!([]), list(a)),
            with(sent(json!(false), a), "title", json!("Dr")),
            "PATCH /users/1 {\"title\":\"Dr\"}, plan aside [{\"value\":\"a\"}]",
        ),
        ((json!([]), list(a)), sent(json!(true), a), "PATCH /users/1 {\"plan\":[{\"value\":\"a\"}]}"),
        (
            (json!([]), list(a)),
            sent(json!(true), ab),
            "PATCH /users/1 {\"plan\":[{\"value\":\"a\"},{\"value\":\"b\"}]}",
        ),
        ((json!([]), list(a)), json!({"active": true}), "PATCH /users/1 {\"plan\":[{\"value\":\"z\"}]}"),
        ((json!([]), none()), sent(json!(true), ab), "PATCH /users/1 {\"plan\":[{\"value\":\"a\"},{\"value\":\"b\"}]}"),
        ((json!([]), none()), json!({"active": true}), "PATCH /users/1 {\"plan\":[{\"value\":\"z\"}]}"),
        ((json!([]), none()), json!({"active": false}), ""),
        ((json!([]), none()), sent(json!(false), ab), "plan aside [{\"value\":\"a\"},{\"value\":\"b\"}]"),
    ] {
        let shown = format!("{state:?} {sent}");
        assert_eq!(changed(&world, state, sent), expected, "{shown}");
    }
}

#[test]
fn an_empty_field_has_the_form_of_a_full_one() {
    for (otherwise, held, off, on) in [
        (
            "[\"z\"]",
            json!(["a"]),
            "PATCH /users/1 {\"plan\":[]}, plan aside [\"a\"]",
            "PATCH /users/1 {\"plan\":[\"a\"]}",
        ),
        ("\"z\"", json!("a"), "PATCH /users/1 {\"plan\":\"\"}, plan aside \"a\"", "PATCH /users/1 {\"plan\":\"a\"}"),
        (
            "\"z\"",
            json!(["a"]),
            "PATCH /users/1 {\"plan\":[]}, plan aside [\"a\"]",
            "PATCH /users/1 {\"plan\":[\"a\"]}",
        ),
        (
            "{ k = 1 }",
            json!({"k": 2}),
            "PATCH /users/1 {\"plan\":{}}, plan aside {\"k\":2}",
            "PATCH /users/1 {\"plan\":{\"k\":2}}",
        ),
        ("7", json!(5), "PATCH /users/1 {\"plan\":null}, plan aside 5", "PATCH /users/1 {\"plan\":5}"),
    ] {
        let world = world(otherwise, "");
        let found = changed(&world, (held.clone(), Value::Null), json!({"active": false}));
        assert_eq!(found, off, "{held}");
        let empty = if held.is_object() { json!({}) } else { json!("") };
        assert_eq!(changed(&world, (empty, held.clone()), json!({"active": true})), on, "{held}");
    }
}

#[test]
fn whoever_is_made_inactive_has_nothing_and_what_was_sent_is_set_aside() {
    let world = world("[{ value = \"z\" }]", ROLES);
    let rules = &world.profile.user;
    for (sent, expected) in [
        (
            json!({"active": true, "roles": list(&["a"])}),
            "POST /users {\"login\":\"ada\",\"plan\":[{\"value\":\"a\"}]}",
        ),
        (json!({"active": true}), "POST /users {\"login\":\"ada\",\"plan\":[{\"value\":\"z\"}]}"),
        (
            json!({"active": false, "roles": list(&["a"])}),
            "POST /users {\"login\":\"ada\",\"plan\":[]}, plan aside [{\"value\":\"a\"}]",
        ),
        (json!({"active": false}), "POST /users {\"login\":\"ada\",\"plan\":[]}"),
        (json!({"roles": list(&["a"])}), "POST /users {\"login\":\"ada\",\"plan\":[{\"value\":\"a\"}]}"),
        (json!({}), "POST /users {\"login\":\"ada\"}"),
    ] {
        let wanted = world.wanted(with(sent.clone(), "userName", json!("ada")));
        let plan = rules.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
        assert_eq!(print(&plan), expected, "{sent}");
    }
}

#[test]
fn the_call_for_a_deactivation_is_chosen_by_what_active_becomes() {
    let by = CALLS.replace("[[user.update]]\n", "[[user.update]]\nwhen = \"active changed to false\"\npost = \"/users/{id}/off\"\n\
        [[user.update]]\nwhen = \"active changed to true\"\npost = \"/users/{id}/on\"\nbody = \"changed\"\n[[user.update]]\n");
    let world = World::new(profile("active = { emptied = \"plan\", otherwise = [\"z\"] }", &by));
    assert_eq!(
        changed(&world, (json!(["a"]), Value::Null), json!({"active": false})),
        "POST /users/1/off {\"login\":\"ada\",\"plan\":[]}, plan aside [\"a\"]"
    );
    assert_eq!(
        changed(&world, (json!([]), Value::Null), json!({"active": true})),
        "POST /users/1/on {\"plan\":[\"z\"]}"
    );
}
