//! The PATCH bodies of the request corpus, Entra ID without its flag and Okta's OIN app, and what they make; then the
//! shapes of other providers that idp-dialects lists.

use super::*;

fn mira() -> Value {
    json!({
        "externalId": "mokafor", "userName": "mira.okafor@example.com", "active": true, "displayName": "Mira Okafor",
        "emails": [{"primary": true, "type": "work", "value": "mira.okafor@example.com"}],
        "name": {"formatted": "Mira Okafor", "familyName": "Okafor", "givenName": "Mira"}, "title": "Field Engineer",
    })
}

/// `mira` with `changes`; null takes an attribute away.
fn mira_but(changes: Value) -> Value {
    let mut user = mira();
    let object = user.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.remove(key)),
            value => drop(object.insert(key.clone(), value.clone())),
        }
    }
    user
}

#[test]
fn entra_sets_and_removes_the_manager() {
    let path = format!("{ENTERPRISE_USER}:manager");
    let with = |manager: Value| mira_but(json!({ENTERPRISE_USER: {"manager": manager}}));
    check(mira(), op("Add", &path, json!("u2")), with(json!({"value": "u2"})));
    check(
        with(json!({"value": "u2"})),
        op("Add", "manager", json!([{"$ref": "https://scim.example.com/Users/u2", "value": "u2"}])),
        with(json!({"value": "u2", "$ref": "https://scim.example.com/Users/u2"})),
    );
    check(with(json!({"value": "u2"})), json!([{"op": "Remove", "path": path}]), mira());
}

#[test]
fn entra_updates_many_attributes_at_once() {
    check(
        mira(),
        json!([
            {"op": "Replace", "path": "displayName", "value": "Mira Okafor-Lund"},
            {"op": "Replace", "path": "name.familyName", "value": "Okafor-Lund"},
            {"op": "Replace", "path": "name.formatted", "value": "Mira Okafor-Lund"},
            {"op": "Replace", "path": "title", "value": "Lead Field Engineer"},
            {"op": "Add", "path": "nickName", "value": "Miri"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "mira.lund@example.com"},
            {"op": "Add", "path": format!("{ENTERPRISE_USER}:department"), "value": "Operations"},
            {"op": "Add", "path": format!("{ENTERPRISE_USER}:employeeNumber"), "value": "70455"},
        ]),
        mira_but(json!({
            "displayName": "Mira Okafor-Lund", "title": "Lead Field Engineer", "nickName": "Miri",
            "name": {"formatted": "Mira Okafor-Lund", "familyName": "Okafor-Lund", "givenName": "Mira"},
            "emails": [{"primary": true, "type": "work", "value": "mira.lund@example.com"}],
            ENTERPRISE_USER: {"department": "Operations", "employeeNumber": "70455"},
        })),
    );
    check(
        mira(),
        json!([
            {"op": "Replace", "path": "userName", "value": "mira.lund@example.com"},
            {"op": "Replace", "path": "externalId", "value": "mlund"},
        ]),
        mira_but(json!({"userName": "mira.lund@example.com", "externalId": "mlund"})),
    );
}

#[test]
fn entra_sets_parts_of_elements_that_do_not_exist_yet() {
    check(
        mira(),
        json!([
            {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+44 7700 900123"},
            {"op": "Replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "+44 1632 960001"},
        ]),
        mira_but(json!({"phoneNumbers": [
            {"type": "mobile", "value": "+44 7700 900123"}, {"type": "work", "value": "+44 1632 960001"},
        ]})),
    );
    let parts = ["streetAddress", "locality", "postalCode", "country", "formatted"];
    let operations: Vec<Value> = parts
        .iter()
        .map(|part| json!({"op": "Add", "path": format!("addresses[type eq \"work\"].{part}"), "value": part}))
        .collect();
    check(
        mira(),
        json!(operations),
        mira_but(json!({"addresses": [{
            "type": "work", "streetAddress": "streetAddress", "locality": "locality", "postalCode": "postalCode",
            "country": "country", "formatted": "formatted",
        }]})),
    );
}

#[test]
fn entras_roles_land_in_one_element() {
    let text = r#"{"id":"6d1f0b0a","value":"dispatcher","displayName":"Dispatcher"}"#;
    let dispatcher = json!({"value": "dispatcher", "display": "Dispatcher"});
    let with = |roles: Value| mira_but(json!({"roles": roles}));
    check(mira(), op("Add", "roles", json!([{"value": text}])), with(json!([dispatcher])));
    check(with(json!([dispatcher])), op("Add", "roles", json!([{"value": text}])), with(json!([dispatcher])));
    check(
        with(json!([dispatcher])),
        json!([
            {"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Admin"},
            {"op": "Replace", "path": "roles[primary eq \"True\"].display", "value": "Administrator"},
            {"op": "Replace", "path": "roles[primary eq \"True\"].type", "value": "WindowsAzureActiveDirectoryRole"},
        ]),
        with(json!([
            dispatcher,
            {"primary": true, "value": "Admin", "display": "Administrator", "type": "WindowsAzureActiveDirectoryRole"},
        ])),
    );
    check(
        mira(),
        json!([
            {"op": "Add", "path": "roles[primary EQ \"True\"].value", "value": "viewer"},
            {"op": "Add", "path": "emails[type eq \"untyped\"].value", "value": "rei.alt@example.com"},
        ]),
        mira_but(json!({
            "roles": [{"primary": true, "value": "viewer"}],
            "emails": [
                {"primary": true, "type": "work", "value": "mira.okafor@example.com"},
                {"type": "untyped", "value": "rei.alt@example.com"},
            ],
        })),
    );
}

#[test]
fn entra_clears_with_empty_text_and_null() {
    check(
        mira_but(json!({"nickName": "Miri", ENTERPRISE_USER: {"employeeNumber": "70455"}})),
        json!([
            {"op": "Replace", "path": "nickName", "value": ""},
            {"op": "Replace", "path": format!("{ENTERPRISE_USER}:employeeNumber"), "value": ""},
        ]),
        mira(),
    );
    check(mira(), op("Replace", "title", json!(null)), mira_but(json!({"title": null})));
}

#[test]
fn entra_and_okta_disable_and_enable() {
    let off = mira_but(json!({"active": false}));
    check(mira(), op("Replace", "active", json!("False")), off.clone());
    check(off.clone(), op("Replace", "active", json!("True")), mira());
    check(mira(), op("replace", "active", json!("false")), off.clone());
    check(mira(), op("replace", "active", json!([false])), off.clone());
    check(mira(), json!([{"op": "replace", "value": {"active": false}}]), off.clone());
    check(off.clone(), json!([{"op": "replace", "value": {"active": true}}]), mira());
    // SailPoint.
    check(mira(), json!([{"op": "add", "value": {"active": false}}]), off);
    refused(
        mira(),
        op("Replace", "active", json!("Disabled")),
        "value: `active` must be a boolean, not the string \"Disabled\"",
    );
}

#[test]
fn okta_syncs_passwords() {
    check(
        mira(),
        json!([{"op": "replace", "value": {"password": "New-Harbour-71-Cloud"}}]),
        mira_but(json!({"password": "New-Harbour-71-Cloud"})),
    );
}

#[test]
fn entra_with_its_flag_folds_everything_into_one_operation() {
    // idp-dialects row 9.
    check(
        mira(),
        json!([
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "m@example.com"},
            {"op": "replace", "value": {
                "displayName": "M", "name.givenName": "N", "name.familyName": "F",
                format!("{ENTERPRISE_USER}:employeeNumber"): "7", "phoneNumbers[type eq \"work\"].value": "+44 1632 960001",
            }},
        ]),
        mira_but(json!({
            "displayName": "M", "name": {"formatted": "Mira Okafor", "familyName": "F", "givenName": "N"},
            "emails": [{"primary": true, "type": "work", "value": "m@example.com"}],
            "phoneNumbers": [{"type": "work", "value": "+44 1632 960001"}], ENTERPRISE_USER: {"employeeNumber": "7"},
        })),
    );
    for operation in [
        op("add", ENTERPRISE_USER, json!({"employeeNumber": "7", "manager": "u2"})),
        json!([{"op": "add", "value": {ENTERPRISE_USER: {"employeeNumber": "7", "manager": {"value": "u2"}}}}]),
    ] {
        let extension = json!({"department": "d", "employeeNumber": "7", "manager": {"value": "u2"}});
        check(
            mira_but(json!({ENTERPRISE_USER: {"department": "d"}})),
            operation,
            mira_but(json!({ENTERPRISE_USER: extension})),
        );
    }
}

#[test]
fn a_group_is_renamed_and_its_members_change() {
    let group = |name: &str, members: &[&str]| {
        let members: Vec<Value> = members.iter().map(|member| json!({"value": member})).collect();
        let mut group = json!({"displayName": name});
        if !members.is_empty() {
            group["members"] = json!(members);
        }
        group
    };
    let shift = "Night Shift";
    let entra = json!([{"$ref": null, "value": "u1"}, {"$ref": null, "value": "u2"}]);
    check(group(shift, &[]), op("Add", "members", entra), group(shift, &["u1", "u2"]));
    check(group(shift, &["u1"]), op("Add", "members", json!([{"value": "u1"}])), group(shift, &["u1"]));
    check(group(shift, &["u1", "u2"]), op("Remove", "members", json!([{"value": "u1"}])), group(shift, &["u2"]));
    check(
        group(shift, &["u2"]),
        op("Remove", "members", json!([{"$ref": null, "value": "u1"}])),
        group(shift, &["u2"]),
    );
    check(
        group(shift, &["u2"]),
        json!([
            {"op": "Replace", "path": "displayName", "value": "North"},
            {"op": "Add", "path": "members", "value": [{"$ref": null, "value": "u4"}]},
        ]),
        group("North", &["u2", "u4"]),
    );
    // Okta: the rename carries the id; `members: []` empties, its absence does not.
    let rename = |value: Value| json!([{"op": "replace", "value": value}]);
    check(group("a", &["u1"]), rename(json!({"id": "g", "displayName": "b"})), group("b", &["u1"]));
    check(group("a", &["u1"]), rename(json!({"id": "g", "displayName": "b", "members": []})), group("b", &[]));
    check(
        group("a", &["u1", "u2"]),
        json!([
            {"op": "remove", "path": "members[value eq \"u1\"]"},
            {"op": "remove", "path": "members[value eq \"former\"]"},
            {"op": "add", "path": "members", "value": [{"value": "u3"}]},
        ]),
        group("a", &["u2", "u3"]),
    );
    check(group("a", &["u1"]), op("replace", "members", json!([])), group("a", &[]));
    check(group("a", &["u1"]), op("replace", "members", json!([{"value": "u9"}])), group("a", &["u9"]));
    // Path-less `Add` of members, as KeySpider sends it.
    check(
        group("a", &["u1"]),
        json!([{"op": "Add", "value": {"members": [{"value": "u2"}]}}]),
        group("a", &["u1", "u2"]),
    );
    check(group("a", &["u1"]), json!([{"op": "Add", "value": {"members": []}}]), group("a", &["u1"]));
}

#[test]
fn onelogins_single_object_is_a_list_of_one() {
    // idp-dialects row 58.
    check(
        mira(),
        json!([{"op": "replace", "value": {"emails": {"value": "x@example.com", "primary": "true"}}}]),
        mira_but(json!({"emails": [{"value": "x@example.com", "primary": true}]})),
    );
}
