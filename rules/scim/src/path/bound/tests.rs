//! Rows for reading and writing through bound paths.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::schema::sample::user_type;

fn resource(json: Value) -> Resource {
    match json {
        Value::Object(object) => Resource { object },
        other => panic!("not an object: {other}"),
    }
}

fn mira() -> Value {
    json!({
        "id": "2819c223",
        "userName": "mira@example.com",
        "name": { "familyName": "Okafor" },
        "emails": [
            { "type": "home", "value": "home@example.com" },
            { "type": "work", "value": "work@example.com", "primary": true },
            { "type": "work", "value": "other@example.com" },
        ],
        "phoneNumbers": [{ "type": "mobile", "value": "+14155550100" }, { "value": "+14155550101" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Sales", "manager": { "value": "9", "displayName": "Noor" }
        },
    })
}

#[test]
fn reading_follows_the_shape_of_the_schema() {
    let rows = [
        ("userName", json!("mira@example.com")),
        ("id", json!("2819c223")),
        ("name", json!({ "familyName": "Okafor" })),
        ("name.familyName", json!("Okafor")),
        ("emails.value", json!("work@example.com")),
        ("phoneNumbers.value", json!("+14155550100")),
        ("emails[type eq \"HOME\"].value", json!("home@example.com")),
        ("emails[type eq \"work\"].value", json!("work@example.com")),
        ("emails[value co \"other\"]", json!({ "type": "work", "value": "other@example.com" })),
        ("department", json!("Sales")),
        ("manager.value", json!("9")),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", {
            json!({ "department": "Sales", "manager": { "value": "9", "displayName": "Noor" } })
        }),
    ];
    let resource = resource(mira());
    for (path, expected) in rows {
        assert_eq!(user_type().path(path).unwrap().read(&resource), Some(&expected), "{path}");
    }
    for path in
        ["title", "name.givenName", "ims.value", "emails[type eq \"other\"].value", "number", "urn:example:badge"]
    {
        assert_eq!(user_type().path(path).unwrap().read(&resource), None, "{path}");
    }
}

/// Starting from `before`, writing `value` at each path gives `after`.
#[track_caller]
fn check_write(before: Value, path: &str, value: Option<Value>, after: &Value) {
    let mut written = resource(before);
    user_type().path(path).unwrap().write(&mut written, value);
    // As text, since the order of attributes counts too.
    assert_eq!(Value::Object(written.object).to_string(), after.to_string(), "{path}");
}

#[test]
fn writing_creates_what_the_path_runs_through() {
    let x = || Some(json!("x"));
    let rows = [
        ("title", x(), json!({ "title": "x" })),
        ("name.givenName", x(), json!({ "name": { "givenName": "x" } })),
        ("emails.value", x(), json!({ "emails": [{ "value": "x" }] })),
        ("emails[type eq \"work\"].value", x(), json!({ "emails": [{ "type": "work", "value": "x" }] })),
        ("emails[type eq \"work\" and primary eq \"True\"].value", x(), {
            json!({ "emails": [{ "type": "work", "primary": true, "value": "x" }] })
        }),
        ("emails[type eq \"work\"]", Some(json!({ "value": "x" })), {
            json!({ "emails": [{ "type": "work", "value": "x" }] })
        }),
        ("manager.value", x(), {
            json!({ "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "manager": { "value": "x" } } })
        }),
        ("urn:example:badge", Some(json!({ "number": 1 })), json!({ "urn:example:badge": { "number": 1 } })),
        // Nothing to make an element from.
        ("emails[type ne \"work\"].value", x(), json!({})),
        ("emails[type eq \"work\" or type eq \"home\"].value", x(), json!({})),
        ("emails[type eq \"work\" and type eq \"home\"].value", x(), json!({})),
        // Unassigned is absent (RFC 7643 §2.5).
        ("title", Some(Value::Null), json!({})),
        ("emails", Some(json!([])), json!({})),
        ("name", Some(json!({})), json!({})),
        ("name.givenName", None, json!({})),
        ("emails[type eq \"work\"].value", None, json!({})),
        ("manager.value", None, json!({})),
    ];
    for (path, value, after) in rows {
        check_write(json!({}), path, value, &after);
    }
}

#[test]
fn writing_changes_one_place_and_no_other() {
    let x = || Some(json!("x"));
    let rows = [
        ("userName", "/userName", x()),
        ("name.familyName", "/name/familyName", x()),
        ("emails.value", "/emails/1/value", x()),
        ("phoneNumbers.value", "/phoneNumbers/0/value", x()),
        ("emails[type eq \"home\"].value", "/emails/0/value", x()),
        ("emails[type eq \"work\"].value", "/emails/1/value", x()),
        ("emails[value eq \"other@example.com\"].type", "/emails/2/type", x()),
        ("department", "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department", x()),
    ];
    for (path, pointer, value) in rows {
        let mut after = mira();
        *after.pointer_mut(pointer).unwrap() = value.clone().unwrap();
        check_write(mira(), path, value, &after);
    }
}

#[test]
fn a_whole_element_that_is_written_keeps_what_the_filter_says() {
    let before = json!({ "emails": [{ "type": "work", "value": "a", "display": "A" }] });
    let after = json!({ "emails": [{ "type": "work", "value": "b" }] });
    check_write(before, "emails[type eq \"work\"]", Some(json!({ "value": "b" })), &after);
}

#[test]
fn unassigning_takes_emptied_containers_away() {
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let rows = [
        (json!({ "title": "x", "id": "1", "active": true }), "title", json!({ "id": "1", "active": true })),
        (json!({ "name": { "givenName": "x" } }), "name.givenName", json!({})),
        (json!({ "name": { "givenName": "x", "familyName": "y" } }), "name.givenName", {
            json!({ "name": { "familyName": "y" } })
        }),
        (json!({ "emails": [{ "value": "x" }] }), "emails.value", json!({})),
        (json!({ "emails": [{ "value": "x" }, { "value": "y" }] }), "emails.value", {
            json!({ "emails": [{ "value": "y" }] })
        }),
        // Only what the filter says would be left.
        (json!({ "emails": [{ "type": "work", "value": "x" }] }), "emails[type eq \"work\"].value", json!({})),
        (json!({ "emails": [{ "type": "work", "value": "x", "display": "X" }] }), "emails[type eq \"work\"].value", {
            json!({ "emails": [{ "type": "work", "display": "X" }] })
        }),
        (json!({ "emails": [{ "type": "work" }] }), "emails[type eq \"work\"].value", {
            json!({ "emails": [{ "type": "work" }] })
        }),
        (
            json!({ "emails": [{ "value": "x", "type": "work", "display": "X", "primary": true }] }),
            "emails[type eq \"work\"].value",
            json!({ "emails": [{ "type": "work", "display": "X", "primary": true }] }),
        ),
        (json!({ "emails": [{ "type": "home", "value": "x" }] }), "emails[type eq \"work\"].value", {
            json!({ "emails": [{ "type": "home", "value": "x" }] })
        }),
        (
            json!({ "emails": [{ "type": "work" }, { "type": "home" }, { "type": "work" }] }),
            "emails[type eq \"work\"]",
            json!({ "emails": [{ "type": "home" }] }),
        ),
        (json!({ urn: { "manager": { "value": "9" } } }), "manager.value", json!({})),
        (
            json!({ urn: { "manager": { "value": "9" }, "division": "d" } }),
            "manager",
            json!({ urn: { "division": "d" } }),
        ),
        (json!({ urn: { "division": "d" } }), urn, json!({})),
    ];
    for (before, path, after) in rows {
        check_write(before, path, None, &after);
    }
}

#[test]
fn what_was_written_is_read_and_what_was_unassigned_is_not() {
    let paths = [
        "title",
        "name.givenName",
        "emails[type eq \"work\"].value",
        "emails[type eq \"other\"].value",
        "addresses[type eq \"work\"].country",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
    ];
    for path in paths {
        let bound = user_type().path(path).unwrap();
        let mut resource = resource(mira());
        bound.write(&mut resource, Some(json!("x")));
        assert_eq!(bound.read(&resource), Some(&json!("x")), "{path}");
        bound.write(&mut resource, None);
        assert_eq!(bound.read(&resource), None, "{path}");
    }
}
