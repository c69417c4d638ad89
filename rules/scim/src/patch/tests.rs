//! PATCH as rows: a resource, operations as identity providers send them, and the resource they make.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "rows read better without `&`")]

mod cost;
mod dialects;
pub(crate) mod properties;

use json::json;

use super::*;
use crate::limits::{PATCH_OPERATIONS_MAX, VALUES_MAX};
use crate::name::ENTERPRISE_USER;
use crate::schema::{self, Mutability};

fn user() -> ResourceType {
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User account".to_owned(),
        schema: schema::user(),
        extensions: vec![schema::enterprise_user()],
    }
}

fn group() -> ResourceType {
    ResourceType {
        name: "Group".to_owned(),
        endpoint: "/Groups".to_owned(),
        description: "Group".to_owned(),
        schema: schema::group(),
        extensions: Vec::new(),
    }
}

/// The kind of `resource`: a group has no userName.
fn kind_of(resource: &Value) -> ResourceType {
    if resource.get("userName").is_some() { user() } else { group() }
}

fn applied(resource: &Value, operations: &Value) -> Result<Value, PatchError> {
    let kind = kind_of(resource);
    let resource = Resource { object: resource.as_object().unwrap().clone() };
    let request = PatchRequest::decode(&kind, json!({"Operations": operations}))?;
    request.apply(&kind, &resource).map(|resource| Value::Object(resource.object))
}

/// Compares attribute by attribute; the order of keys means nothing.
#[track_caller]
fn check(resource: Value, operations: Value, expected: Value) {
    assert_eq!(applied(&resource, &operations), Ok(expected), "{resource} {operations}");
}

/// What is refused leaves the resource as it is: `apply` borrows it.
#[track_caller]
fn refused(resource: Value, operations: Value, expected: &str) {
    let error = applied(&resource, &operations).unwrap_err();
    let kind = match &error {
        PatchError::Syntax { .. } => "syntax",
        PatchError::Path(_) => "path",
        PatchError::Value(_) => "value",
        PatchError::NoTarget { .. } => "target",
        PatchError::Mutability { .. } => "mutability",
        PatchError::TooMany { .. } => "many",
        PatchError::TooCostly { .. } => "costly",
    };
    assert_eq!(format!("{kind}: {error}"), expected, "{resource} {operations}");
}

/// A user `a` with `more`.
fn a(more: Value) -> Value {
    let mut user = json!({"userName": "a"});
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

fn op(op: &str, path: &str, value: Value) -> Value {
    json!([{"op": op, "path": path, "value": value}])
}

// === reading ===

#[test]
fn names_and_verbs_are_read_in_any_case() {
    let kind = user();
    for body in [
        json!({"schemas": [crate::name::PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "x"}]}),
        json!({"operations": [{"OP": "Replace", "Path": "TITLE", "VALUE": "x"}]}),
        json!({"OPERATIONS": [{"op": "ADD", "value": {"Title": "x"}}]}),
        json!({"Operations": [{"op": "add", "path": "", "value": {"title": "x"}}]}),
        json!({"Operations": [{"op": "add", "path": null, "value": {"title": "x", "schemas": ["y"]}}]}),
    ] {
        let request = PatchRequest::decode(&kind, body.clone()).unwrap();
        let changed = request.apply(&kind, &Resource::default()).unwrap();
        assert_eq!(Value::Object(changed.object), json!({"title": "x"}), "{body}");
    }
}

#[test]
fn a_body_of_another_shape_is_told_the_right_one() {
    let kind = user();
    let another = format!("syntax: a PATCH body must have `{}` in its `schemas`", crate::name::PATCH_OP);
    let many = "syntax: `Operations` must be an array of one or more operations";
    for (body, expected) in [
        (json!([]), "syntax: a PATCH body must be a JSON object with `Operations`"),
        (json!({"schemas": [crate::name::USER], "Operations": []}), &another),
        (json!({"schemas": crate::name::PATCH_OP, "Operations": []}), &another),
        (json!({"active": false}), many),
        (json!({"Operations": []}), many),
        (json!({"Operations": {"op": "add"}}), many),
        (json!({"Operations": ["add"]}), "syntax: operation 1 must be an object with `op`, `path` and `value`"),
    ] {
        let error = PatchRequest::decode(&kind, body.clone()).unwrap_err();
        assert_eq!(format!("syntax: {error}"), expected, "{body}");
        assert!(matches!(error, PatchError::Syntax { .. }), "{body}");
    }
    let verbs = "`add`, `replace` or `remove`";
    let user = || a(json!({}));
    refused(user(), json!([{"path": "title"}]), &format!("syntax: operation 1 has no `op`; it must be {verbs}"));
    refused(
        user(),
        op("update", "title", json!(1)),
        &format!("syntax: `op` of operation 1 must be {verbs}, not `update`"),
    );
    refused(user(), json!([{"op": 1}]), &format!("syntax: `op` of operation 1 must be {verbs}"));
    refused(
        user(),
        json!([{"op": "add", "path": "title", "value": "x"}, {"op": "add", "path": "title"}]),
        "syntax: operation 2 has no `value`; null clears an attribute",
    );
    refused(user(), json!([{"op": "add", "path": 1, "value": 1}]), "syntax: `path` of operation 1 must be a string");
    let pathless = "syntax: `value` of operation 1 must be an object of attributes, as there is no `path`";
    refused(user(), json!([{"op": "replace", "value": "x"}]), pathless);
    refused(user(), json!([{"op": "replace", "value": null}]), pathless);
    refused(
        user(),
        op("replace", ENTERPRISE_USER, json!("x")),
        &format!("syntax: `value` of operation 1 must be an object for `{ENTERPRISE_USER}`"),
    );
    // RFC 7644 §3.5.2.2.
    refused(user(), json!([{"op": "remove"}]), "target: operation 1 removes and needs a `path`");
}

#[test]
fn the_number_of_operations_is_limited() {
    let operations = |count: usize| json!(vec![json!({"op": "add", "path": "title", "value": "x"}); count]);
    check(a(json!({})), operations(PATCH_OPERATIONS_MAX), a(json!({"title": "x"})));
    refused(
        a(json!({})),
        operations(PATCH_OPERATIONS_MAX + 1),
        "many: a PATCH may have at most 1000 operations, this one has 1001",
    );
}

#[test]
fn a_path_must_be_known_and_writable_but_a_key_is_ignored() {
    refused(a(json!({})), op("add", "shoeSize", json!(44)), "path: unknown attribute `shoeSize`");
    refused(a(json!({})), op("add", "name.aura", json!("x")), "path: unknown attribute `name.aura`");
    for path in ["id", "groups", "meta.created", "groups[value eq \"g\"]"] {
        for verb in ["add", "replace", "remove"] {
            refused(a(json!({})), op(verb, path, json!("x")), &format!("mutability: `{path}` is read-only"));
        }
    }
    let path = format!("{ENTERPRISE_USER}:manager.displayName");
    refused(a(json!({})), op("add", &path, json!("x")), &format!("mutability: `{path}` is read-only"));

    let body = json!({"Operations": [
        {"op": "add", "value": {
            "id": "7", "meta": {}, "groups": [], "schemas": [], "shoeSize": 44, "title": "x", "no path": 1,
            ENTERPRISE_USER: {"department": "d", "shoeSize": 44, "manager": {"value": "8", "displayName": "ro"}},
        }},
        {"op": "add", "path": "schemas", "value": ["urn:x"]},
        {"op": "add", "path": "emails", "value": [{"value": "e", "smell": 1}, {"smell": 2}]},
    ]});
    let request = PatchRequest::decode(&user(), body).unwrap();
    let unknown = format!("{ENTERPRISE_USER}:shoeSize");
    assert_eq!(request.ignored(), ["shoeSize", "no path", &unknown, "emails.smell"]);
    let paths: Vec<String> = request.operations().iter().map(|operation| operation.path.to_string()).collect();
    let in_extension = |name: &str| format!("{ENTERPRISE_USER}:{name}");
    assert_eq!(paths, ["title", &in_extension("department"), &in_extension("manager"), "emails"]);
    let changed = request.apply(&user(), &Resource::default()).unwrap();
    assert_eq!(
        Value::Object(changed.object),
        json!({
            "title": "x", ENTERPRISE_USER: {"department": "d", "manager": {"value": "8"}}, "emails": [{"value": "e"}],
        })
    );
}

#[test]
fn at_most_32_ignored_attributes_are_listed() {
    for (sent, listed) in [(32, 32), (33, 32)] {
        let value: json::Map = (0..sent).map(|index| (format!("unknown{index}"), json!(1))).collect();
        let body = json!({"Operations": [{"op": "add", "value": value}]});
        assert_eq!(PatchRequest::decode(&user(), body).unwrap().ignored().len(), listed);
    }
}

#[test]
fn debug_shows_no_password() {
    for operation in [
        json!({"op": "replace", "path": "password", "value": "Harbour-71"}),
        json!({"op": "replace", "value": {"password": "Harbour-71"}}),
    ] {
        let request = PatchRequest::decode(&user(), json!({"Operations": [operation]})).unwrap();
        let shown = format!("{request:?}");
        assert!(shown.contains("[redacted]") && !shown.contains("Harbour"), "{shown}");
    }
    refused(a(json!({})), op("add", "password", json!(71)), "value: `password` must be a string, not a number");
}

// === singular attributes ===

#[test]
fn add_and_replace_set_a_simple_attribute() {
    for verb in ["add", "replace"] {
        check(a(json!({})), op(verb, "title", json!("x")), a(json!({"title": "x"})));
        check(a(json!({"title": "w"})), op(verb, "title", json!("x")), a(json!({"title": "x"})));
        check(a(json!({"title": "w"})), op(verb, "title", json!(["x"])), a(json!({"title": "x"})));
        check(a(json!({})), op(verb, "name.givenName", json!("x")), a(json!({"name": {"givenName": "x"}})));
        refused(a(json!({})), op(verb, "title", json!({})), "value: `title` must be a string, not an object");
    }
}

#[test]
fn null_and_empty_text_clear() {
    // idp-dialects rows 31, 48.
    for value in [json!(null), json!(""), json!([]), json!([null])] {
        for verb in ["add", "replace"] {
            check(a(json!({"title": "x"})), op(verb, "title", value.clone()), a(json!({})));
            check(a(json!({"name": {"givenName": "x"}})), op(verb, "name.givenName", value.clone()), a(json!({})));
        }
        check(a(json!({"name": {"givenName": "x"}})), op("replace", "name", value.clone()), a(json!({})));
        check(a(json!({"emails": [{"value": "x"}]})), op("replace", "emails", value.clone()), a(json!({})));
        check(a(json!({ENTERPRISE_USER: {"manager": {"value": "8"}}})), op("replace", "manager", value), a(json!({})));
    }
    for value in [json!(null), json!("")] {
        check(a(json!({"emails": [{"value": "x"}]})), op("add", "emails", value.clone()), a(json!({})));
        check(a(json!({ENTERPRISE_USER: {"department": "d"}})), op("replace", ENTERPRISE_USER, value), a(json!({})));
    }
}

#[test]
fn remove_unassigns() {
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    check(a(json!({"title": "x"})), remove("title"), a(json!({})));
    check(a(json!({})), remove("title"), a(json!({})));
    check(a(json!({"name": {"givenName": "x"}})), remove("name.givenName"), a(json!({})));
    check(a(json!({"name": {"givenName": "x"}})), remove("name.familyName"), a(json!({"name": {"givenName": "x"}})));
    check(a(json!({"name": {"givenName": "x"}})), remove("name"), a(json!({})));
    check(a(json!({ENTERPRISE_USER: {"department": "x"}})), remove("department"), a(json!({})));
    check(a(json!({ENTERPRISE_USER: {"department": "x"}})), remove(ENTERPRISE_USER), a(json!({})));
    check(a(json!({})), remove(ENTERPRISE_USER), a(json!({})));
}

#[test]
fn a_complex_attribute_keeps_the_parts_that_are_not_sent() {
    // RFC 7644 §3.5.2.3.
    for verb in ["add", "replace"] {
        check(
            a(json!({"name": {"givenName": "g", "familyName": "f", "middleName": "m"}})),
            op(verb, "name", json!({"GIVENNAME": "h", "middleName": null, "aura": "blue"})),
            a(json!({"name": {"givenName": "h", "familyName": "f"}})),
        );
        check(
            a(json!({"name": {"givenName": "g"}})),
            op(verb, "name", json!({})),
            a(json!({"name": {"givenName": "g"}})),
        );
        check(a(json!({})), op(verb, "name", json!({"givenName": null})), a(json!({})));
        refused(a(json!({})), op(verb, "name", json!("x")), "value: `name` must be an object, not the string \"x\"");
        refused(
            a(json!({})),
            op(verb, "name", json!({"givenName": 1})),
            "value: `name.givenName` must be a string, not the number 1",
        );
    }
}

#[test]
fn another_manager_loses_the_name_and_address_of_the_former() {
    let former = json!({"value": "8", "$ref": "../Users/8", "displayName": "Tomas"});
    check(
        a(json!({ENTERPRISE_USER: {"manager": former}})),
        op("replace", "manager", json!("9")),
        a(json!({ENTERPRISE_USER: {"manager": {"value": "9"}}})),
    );
    check(
        a(json!({ENTERPRISE_USER: {"manager": former}})),
        op("replace", "manager", json!({"value": "9", "$ref": "../Users/9"})),
        a(json!({ENTERPRISE_USER: {"manager": {"value": "9", "$ref": "../Users/9"}}})),
    );
    check(
        a(json!({ENTERPRISE_USER: {"manager": former}})),
        op("replace", "manager", json!("8")),
        a(json!({ENTERPRISE_USER: {"manager": former}})),
    );
}

#[test]
fn a_required_attribute_cannot_be_cleared() {
    let expected = "mutability: `userName` is required and cannot be cleared";
    refused(a(json!({})), json!([{"op": "remove", "path": "userName"}]), expected);
    refused(a(json!({})), op("replace", "userName", json!("")), expected);
    refused(a(json!({})), json!([{"op": "replace", "value": {"userName": null}}]), expected);
    // All operations count together.
    check(
        a(json!({})),
        json!([{"op": "remove", "path": "userName"}, {"op": "add", "path": "userName", "value": "b"}]),
        json!({"userName": "b"}),
    );
    // What the target never had is not this PATCH's.
    check(
        json!({"id": "7"}),
        json!([{"op": "add", "path": "externalId", "value": "e"}]),
        json!({"id": "7", "externalId": "e"}),
    );
}

// === lists ===

#[test]
fn add_merges_without_duplicates() {
    let work = json!({"value": "w", "type": "work"});
    check(a(json!({})), op("add", "emails", json!([work])), a(json!({"emails": [work]})));
    check(a(json!({"emails": [work]})), op("add", "emails", json!(work)), a(json!({"emails": [work]})));
    check(a(json!({"emails": [work]})), op("add", "emails", json!([{"value": "w"}])), a(json!({"emails": [work]})));
    check(
        a(json!({"emails": [{"value": "w"}]})),
        op("add", "emails", json!([work, work])),
        a(json!({"emails": [work]})),
    );
    check(
        a(json!({"emails": [work]})),
        op("add", "emails", json!([{"value": "w", "type": "home"}, {"value": "W"}])),
        a(json!({"emails": [work, {"value": "w", "type": "home"}, {"value": "W"}]})),
    );
    check(a(json!({"emails": [work]})), op("add", "emails", json!([])), a(json!({"emails": [work]})));
    check(a(json!({"emails": [work]})), op("add", "emails", json!([null])), a(json!({"emails": [work]})));
    // Without `value`, by everything they say, in any order.
    check(
        a(json!({"addresses": [{"type": "work", "country": "GB"}]})),
        op("add", "addresses", json!([{"country": "GB", "type": "work"}, {"type": "work"}])),
        a(json!({"addresses": [{"type": "work", "country": "GB"}, {"type": "work"}]})),
    );
}

#[test]
fn a_new_primary_takes_that_from_the_others() {
    // RFC 7644 §3.5.2.
    let before =
        || a(json!({"emails": [{"value": "x", "type": "work", "primary": true}, {"value": "y", "type": "home"}]}));
    let x_loses = |y: Value| a(json!({"emails": [{"value": "x", "type": "work", "primary": false}, y]}));
    let y_wins = json!({"value": "y", "type": "home", "primary": true});
    check(before(), op("add", "emails", json!([{"value": "y", "primary": true}])), x_loses(y_wins.clone()));
    check(before(), op("replace", "emails[type eq \"home\"].primary", json!("True")), x_loses(y_wins.clone()));
    check(before(), op("add", "emails[type eq \"home\"]", json!({"primary": true})), x_loses(y_wins.clone()));
    check(before(), op("replace", "emails[value eq \"y\"]", json!(y_wins)), x_loses(y_wins));
    let mut three = x_loses(json!({"value": "y", "type": "home"}));
    three["emails"].as_array_mut().unwrap().push(json!({"type": "other", "value": "z", "primary": true}));
    check(before(), op("add", "emails[type eq \"other\"]", json!({"value": "z", "primary": true})), three);
}

#[test]
fn replace_takes_the_place_of_a_list() {
    let before = || a(json!({"emails": [{"value": "x"}, {"value": "y"}]}));
    check(before(), op("replace", "emails", json!([{"value": "z"}])), a(json!({"emails": [{"value": "z"}]})));
    check(before(), op("replace", "emails", json!({"value": "z"})), a(json!({"emails": [{"value": "z"}]})));
    check(before(), op("replace", "emails", json!([])), a(json!({})));
    refused(
        before(),
        op("replace", "emails", json!([true])),
        "value: `emails.value` must be a string, not the boolean true",
    );
}

#[test]
fn remove_takes_out_the_listed_or_all() {
    let of = |members: &[&str]| {
        let members: Vec<Value> = members.iter().map(|member| json!({"value": member, "type": "User"})).collect();
        json!({"displayName": "g", "members": members})
    };
    let remove = |value: Value| op("Remove", "members", value);
    check(of(&["1", "2", "3"]), remove(json!([{"value": "1"}, {"$ref": null, "value": "3"}])), of(&["2"]));
    check(of(&["1", "2"]), remove(json!({"value": "2"})), of(&["1"]));
    check(of(&["1", "2"]), remove(json!(["2"])), of(&["1"]));
    check(of(&["1"]), remove(json!([{"value": "9"}])), of(&["1"]));
    check(of(&["aB"]), remove(json!([{"value": "Ab"}])), of(&["aB"]));
    check(of(&["1"]), remove(json!([])), of(&["1"]));
    check(of(&["1"]), remove(json!([{"value": "1", "type": "Group"}])), of(&["1"]));
    check(of(&["1"]), remove(json!([{"value": "1"}])), json!({"displayName": "g"}));
    check(of(&["1"]), remove(json!(null)), json!({"displayName": "g"}));
    check(of(&["1"]), json!([{"op": "remove", "path": "members"}]), json!({"displayName": "g"}));
    check(
        a(json!({"addresses": [{"type": "work", "country": "GB"}, {"type": "home"}]})),
        op("remove", "addresses", json!([{"country": "GB", "type": "work"}])),
        a(json!({"addresses": [{"type": "home"}]})),
    );
}

#[test]
fn a_list_is_limited_when_it_grows() {
    let full: Vec<Value> = (0..VALUES_MAX).map(|index| json!({"value": index.to_string()})).collect();
    let full = json!({"displayName": "g", "members": full});
    let expected = "value: `members` is too large: at most 10000 values, not 10001";
    check(full.clone(), op("add", "members", json!([{"value": "7"}])), full.clone());
    refused(full.clone(), op("add", "members", json!([{"value": "x"}])), expected);
    refused(
        full.clone(),
        op("add", "members[value eq \"x\"].display", json!("x")),
        "value: `members[value eq \"x\"].display` is too large: at most 10000 values, not 10001",
    );
    let mut short = full.clone();
    short["members"].as_array_mut().unwrap().pop();
    check(short, op("add", "members", json!([{"value": "9999"}])), full);
}

// === value filters ===

#[test]
fn a_filter_selects_elements_or_makes_one() {
    let both = || a(json!({"emails": [{"value": "w", "type": "work"}, {"value": "h", "type": "home"}]}));
    let path = "emails[type eq \"work\"].value";
    for verb in ["add", "replace"] {
        check(
            both(),
            op(verb, path, json!("x")),
            a(json!({"emails": [{"value": "x", "type": "work"}, {"value": "h", "type": "home"}]})),
        );
        check(a(json!({})), op(verb, path, json!("x")), a(json!({"emails": [{"type": "work", "value": "x"}]})));
        check(a(json!({})), op(verb, path, json!("")), a(json!({})));
        check(a(json!({})), op(verb, path, json!(null)), a(json!({})));
        refused(
            both(),
            op(verb, "emails[type ne \"work\" and value sw \"q\"].value", json!("x")),
            "target: no value is selected by `emails[type ne \"work\" and value sw \"q\"].value`, and the filter does not \
             say how to make one",
        );
        refused(both(), op(verb, path, json!(7)), &format!("value: `{path}` must be a string, not the number 7"));
    }
    check(
        a(json!({})),
        op("add", "emails[type eq \"work\" and primary eq true]", json!({"value": "x"})),
        a(json!({"emails": [{"type": "work", "primary": true, "value": "x"}]})),
    );
    check(
        a(json!({})),
        op("add", "emails[type eq \"work\"]", json!("x")),
        a(json!({"emails": [{"type": "work", "value": "x"}]})),
    );
    // A whole element is replaced where it is (RFC 7644 §3.5.2.3); row 13 is about parts of one.
    refused(
        a(json!({})),
        op("replace", "emails[type eq \"work\"]", json!({"value": "x"})),
        "target: no value is selected by `emails[type eq \"work\"]`",
    );
    check(
        both(),
        op("replace", "emails[value pr].display", json!("d")),
        a(json!({"emails": [
            {"value": "w", "type": "work", "display": "d"}, {"value": "h", "type": "home", "display": "d"},
        ]})),
    );
}

#[test]
fn a_selected_element_is_added_to_or_replaced() {
    let before = || a(json!({"emails": [{"value": "w", "type": "work", "display": "d"}]}));
    let path = "emails[type eq \"work\"]";
    check(
        before(),
        op("add", path, json!({"value": "x"})),
        a(json!({"emails": [{"value": "x", "type": "work", "display": "d"}]})),
    );
    check(before(), op("replace", path, json!({"value": "x"})), a(json!({"emails": [{"type": "work", "value": "x"}]})));
    check(
        before(),
        op("replace", path, json!([{"value": "x"}])),
        a(json!({"emails": [{"type": "work", "value": "x"}]})),
    );
    check(before(), op("replace", path, json!(null)), a(json!({})));
    check(before(), op("replace", path, json!({"type": "home"})), a(json!({"emails": [{"type": "home"}]})));
}

#[test]
fn remove_with_a_filter_takes_out_what_it_selects() {
    let both = || a(json!({"emails": [{"value": "w", "type": "work"}, {"value": "h", "type": "home"}]}));
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    check(both(), remove("emails[type eq \"work\"]"), a(json!({"emails": [{"value": "h", "type": "home"}]})));
    check(both(), remove("emails[type eq \"fax\"]"), both());
    check(both(), remove("emails[value pr]"), a(json!({})));
    check(
        both(),
        remove("emails[type eq \"work\"].value"),
        a(json!({"emails": [{"type": "work"}, {"value": "h", "type": "home"}]})),
    );
    check(a(json!({"emails": [{"value": "w"}]})), remove("emails[value eq \"w\"].value"), a(json!({})));
    check(a(json!({})), remove("emails[type eq \"work\"].value"), a(json!({})));
}

#[test]
fn a_part_of_a_list_without_a_filter_is_of_the_primary_or_first() {
    let before = || a(json!({"emails": [{"value": "x"}, {"value": "y", "primary": true}]}));
    check(
        before(),
        op("replace", "emails.value", json!("z")),
        a(json!({"emails": [{"value": "x"}, {"value": "z", "primary": true}]})),
    );
    check(
        a(json!({"emails": [{"value": "x"}]})),
        op("add", "emails.type", json!("work")),
        a(json!({"emails": [{"value": "x", "type": "work"}]})),
    );
    check(a(json!({})), op("add", "emails.value", json!("z")), a(json!({"emails": [{"value": "z"}]})));
    check(a(json!({})), op("add", "emails.value", json!("")), a(json!({})));
    check(a(json!({"emails": [{"value": "x"}]})), json!([{"op": "remove", "path": "emails.value"}]), a(json!({})));
    check(a(json!({})), json!([{"op": "remove", "path": "emails.value"}]), a(json!({})));
}

#[test]
fn what_can_be_set_once_is_not_set_twice() {
    let before = || json!({"displayName": "g", "members": [{"value": "1", "display": "d"}]});
    let path = "members[value eq \"1\"]";
    check(before(), op("replace", &format!("{path}.value"), json!("1")), before());
    for value in [json!("2"), json!("")] {
        let path = format!("{path}.value");
        refused(before(), op("replace", &path, value), &format!("mutability: `{path}` can be set only once"));
    }
    refused(
        before(),
        op("replace", path, json!({"value": "2"})),
        "mutability: `members[value eq \"1\"].value` can be set only once",
    );
    check(
        before(),
        op("replace", path, json!({"display": "e"})),
        json!({"displayName": "g", "members": [{"value": "1", "display": "e"}]}),
    );
    check(
        before(),
        op("replace", &format!("{path}.type"), json!("User")),
        json!({"displayName": "g", "members": [{"value": "1", "display": "d", "type": "User"}]}),
    );
    check(json!({"displayName": "g"}), op("add", &format!("{path}.display"), json!("d")), before());
}

/// As a PUT, which compares so too (RFC 7643 §2.2, `caseExact`).
#[test]
fn what_can_be_set_once_may_be_said_again_in_another_spelling() {
    let mut kind = user();
    for attribute in kind.schema.attributes.iter_mut().filter(|one| ["userName", "displayName"].contains(&&*one.name)) {
        attribute.mutability = Mutability::Immutable;
        attribute.case_exact = attribute.name == "displayName";
    }
    for (name, value, expected) in [
        ("userName", json!("ADA Stra\u{df}e"), Some("ADA Stra\u{df}e")),
        ("userName", json!("\u{c5}da strasse"), None),
        ("userName", json!("ada"), None),
        ("displayName", json!("ADA"), None),
        ("displayName", json!("Ada"), Some("Ada")),
    ] {
        let before = json!({"userName": "ada stra\u{df}e", "displayName": "Ada"});
        let resource = Resource { object: before.as_object().unwrap().clone() };
        let request = PatchRequest::decode(&kind, json!({"Operations": op("replace", name, value.clone())})).unwrap();
        let found = request.apply(&kind, &resource).ok();
        assert_eq!(
            found.and_then(|found| found.object[name].as_str().map(str::to_owned)).as_deref(),
            expected,
            "{name} {value}"
        );
    }
}
