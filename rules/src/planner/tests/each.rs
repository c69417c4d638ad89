//! Calls that are made for each value: what they say of it, in the product's words and in SCIM's, and which values come and go.

use super::*;

const MAP: &str = r#"roles = { direct = "roles", each = "id", values = { Admin = "9", Agent = "8" }, body = false }
entitlements = { direct = "ents", each = "id", lookup = "managers.name", body = false }
ims = { direct = "links", each = "href", template = "/api/ims/{value}", last_part = true, body = false }
phoneNumbers = { direct = "lines", each = { value = "nr", type = "sort" }, form = "number", body = false }
userType = { direct = "kinds", split = ",", body = false }
"#;

const LOOKUP: &str = "[lookup.managers]\nget = \"/m\"\nrows = \"managers\"\nid = \"id\"\n";

/// Every value of these attributes is made by a POST and ended by a DELETE, both of which say all they know.
fn world() -> World {
    let create = "[user.create]\npost = \"/users\"\n";
    let all = [
        ("roles", "{ it = \"{each}\", scim = \"{each.value}\" }"),
        (
            "entitlements",
            "[{ id = \"{each}\", name = \"{each.row.name}\", row = \"{each.row.id}\", scim = \"{each.value}\" }]",
        ),
        ("ims", "{ href = \"{each}\", scim = \"{each.value}\" }"),
        ("phoneNumbers", "{ it = \"{each}\", scim = \"{each.value}\", kind = \"{each.type}\" }"),
        ("userType", "{ it = \"{each}\" }"),
    ];
    let steps = all.map(|(name, body)| {
        format!("[[user.create.after]]\neach = \"{name}\"\npost = \"/users/{{id}}/{name}\"\nbody = {body}\n")
    });
    let updates = all.map(|(name, body)| {
        let rule = |which: &str, verb: &str| {
            format!("[[user.update]]\neach = \"{name} {which}\"\n{verb} = \"/users/{{id}}/{name}\"\nbody = {body}\n")
        };
        rule("added", "post") + &rule("removed", "delete")
    });
    World::new(profile(MAP, &format!("{LOOKUP}{create}{}{}", steps.concat(), updates.concat())))
}

/// The calls that take a user whose field is as in `now` to what `then` says.
#[track_caller]
fn check(now: &Value, then: &Value, expected: &str) {
    let base = |mut fields: Value, more: &Value| {
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let record = base(json!({"id": 1, "login": "ada"}), now);
    let sent = base(json!({"userName": "ada"}), then);
    assert_eq!(update(&world(), record, sent), expected, "{now} {then}");
}

#[test]
fn a_value_is_named_as_the_product_has_it_and_as_scim_has_it() {
    let values = |names: &[&str]| -> Value { names.iter().map(|name| json!({"value": name})).collect() };
    let nobody = json!({});
    for (name, sent, field, held, said) in [
        ("roles", "Admin", "roles", json!([{"id": "9"}]), r#"{"it":"9","scim":"Admin"}"#),
        (
            "entitlements",
            "acme south",
            "ents",
            json!([{"id": 8}]),
            r#"[{"id":8,"name":"Acme South","row":8,"scim":"SAID"}]"#,
        ),
        ("ims", "5", "links", json!([{"href": "/api/ims/5"}]), r#"{"href":"/api/ims/5","scim":"5"}"#),
        ("phoneNumbers", "17", "lines", json!([{"nr": 17}]), r#"{"it":17,"scim":"17"}"#),
    ] {
        // What comes is called as it was sent, what goes as it is shown.
        let shown = if name == "entitlements" { "Acme South" } else { sent };
        let (added, removed) = (said.replace("SAID", sent), said.replace("SAID", shown));
        check(&nobody, &json!({name: values(&[sent])}), &format!("POST /users/1/{name} {added}"));
        check(&json!({field: held}), &nobody, &format!("DELETE /users/1/{name} {removed}"));
        check(&json!({field: held}), &json!({name: values(&[sent])}), "");
    }
}

#[test]
fn other_sub_attributes_are_scims() {
    let phone = json!({"phoneNumbers": [{"value": "17", "type": "work"}]});
    check(&json!({}), &phone, r#"POST /users/1/phoneNumbers {"it":17,"scim":"17","kind":"work"}"#);
    check(
        &json!({"lines": [{"nr": 17, "sort": "work"}]}),
        &json!({}),
        r#"DELETE /users/1/phoneNumbers {"it":17,"scim":"17","kind":"work"}"#,
    );
}

#[test]
fn what_goes_is_what_the_record_holds_whatever_its_name() {
    // The record has an id that the table lacks, and one that SCIM shows in other words than it was sent.
    check(
        &json!({"ents": [{"id": "7"}, {"id": 99}]}),
        &json!({"entitlements": [{"value": "Acme South"}]}),
        "POST /users/1/entitlements [{\"id\":8,\"name\":\"Acme South\",\"row\":8,\"scim\":\"Acme South\"}]\n\
         DELETE /users/1/entitlements [{\"id\":\"7\",\"name\":\"Acme North\",\"row\":7,\"scim\":\"Acme North\"}]\n\
         DELETE /users/1/entitlements [{\"id\":99,\"scim\":\"99\"}]",
    );
    // One row in two spellings neither comes nor goes.
    check(
        &json!({"ents": [{"id": 7}]}),
        &json!({"entitlements": [{"value": "ACME NORTH"}, {"value": "acme south"}]}),
        r#"POST /users/1/entitlements [{"id":8,"name":"Acme South","row":8,"scim":"acme south"}]"#,
    );
}

#[test]
fn a_name_that_no_table_has_is_refused() {
    check(
        &json!({}),
        &json!({"entitlements": [{"value": "Acme West"}]}),
        "`entitlements`: there is no `Acme West` among the managers of this account",
    );
}

#[test]
fn the_values_of_one_text_come_and_go_one_by_one() {
    check(
        &json!({"kinds": ["day", "night"]}),
        &json!({"userType": "day, late"}),
        "POST /users/1/userType {\"it\":\"late\"}\nDELETE /users/1/userType {\"it\":\"night\"}",
    );
}

#[test]
fn a_create_names_values_as_an_update_does() {
    let world = world();
    let sent = json!({"userName": "ada", "roles": [{"value": "Agent"}], "entitlements": [{"value": "Acme North"}],
                      "ims": [{"value": "5"}], "phoneNumbers": [{"value": "17", "type": "work"}], "userType": "day"});
    let rules = &world.profile.user;
    let mut plan = rules.plan_create(&world.params, &world.wanted(sent), &world.facts, &mut Trace::off()).unwrap();
    plan.settled("u7", None);
    let calls = (0..plan.calls.len()).map(|at| plan.call(rules, &world.params, at).unwrap().unwrap().to_string());
    insta::assert_snapshot!(calls.collect::<Vec<_>>().join("\n"), @r#"
    POST /users {"login":"ada"}
    POST /users/u7/roles {"it":"8","scim":"Agent"}
    POST /users/u7/entitlements [{"id":7,"name":"Acme North","row":7,"scim":"Acme North"}]
    POST /users/u7/ims {"href":"/api/ims/5","scim":"5"}
    POST /users/u7/phoneNumbers {"it":17,"scim":"17","kind":"work"}
    POST /users/u7/userType {"it":"day"}
    "#);
}

#[test]
fn what_a_step_behind_a_create_is_made_for_is_what_the_record_has_by_now() {
    // The record spells the one that it has in its own way.
    let world = world();
    let present =
        world.present(json!({"id": 1, "login": "ada", "links": [{"href": "/old/ims/5"}]}), &Memory::default());
    let mut wanted = world.wanted(json!({"userName": "ada", "ims": [{"value": "5"}, {"value": "6"}]}));
    wanted.memory.unfinished.insert("create".to_owned());
    let (rules, mut plan) = (&world.profile.user, Plan::default());
    rules.plan_rest(&world.params, (&present, &wanted), &world.facts, &mut plan, &mut Trace::off()).unwrap();
    let calls: Vec<String> = plan.calls.iter().map(|planned| planned.call.to_string()).collect();
    assert_eq!(
        calls.join("\n"),
        "POST /users/1/ims {\"href\":\"/old/ims/5\",\"scim\":\"5\"}\nPOST /users/1/ims {\"href\":\"/api/ims/6\",\"scim\":\"6\"}"
    );
}
