//! Projections as rows: parameters in, remaining paths out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::limits::VIEW_BYTES_MAX;
use crate::name::ENTERPRISE_USER;
use crate::schema::{self, Returned};

fn user() -> ResourceType {
    let mut core = schema::user();
    for attribute in &mut core.attributes {
        if attribute.name == "nickName" {
            attribute.returned = Returned::Request;
        }
    }
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User account".to_owned(),
        schema: core,
        extensions: vec![schema::enterprise_user()],
    }
}

fn answer() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_USER],
        "id": "7",
        "externalId": "e7",
        "userName": "mira",
        "nickName": "Miri",
        "name": {"givenName": "Mira", "familyName": "Okafor"},
        "emails": [{"type": "work", "value": "mira@example.com"}, {"type": "home"}],
        ENTERPRISE_USER: {"department": "Operations", "manager": {"value": "8", "displayName": "Tomas"}},
        "meta": {"resourceType": "User"},
    })
}

/// Paths of the leaves, the enterprise URN as `E`; `schemas` and `id` are left out of the expectation.
#[track_caller]
fn check(attributes: Option<&str>, excluded: Option<&str>, expected: &str) {
    let kind = user();
    let mut json = answer();
    Projection::new(&kind, attributes, excluded).unwrap().apply(&kind, &mut json);
    assert!(json.get("schemas").is_some() && json.get("id").is_some(), "always returned: {json}");
    let mut leaves = Vec::new();
    list_leaves("", &json, &mut leaves);
    leaves.retain(|leaf| leaf != "schemas" && leaf != "id");
    assert_eq!(leaves.join(" ").replace(ENTERPRISE_USER, "E"), expected, "{attributes:?} {excluded:?}");
}

fn list_leaves(path: &str, json: &Value, leaves: &mut Vec<String>) {
    match json {
        Value::Object(parts) => {
            for (key, value) in parts {
                let joint = if path.is_empty() { "" } else { "." };
                list_leaves(&format!("{path}{joint}{key}"), value, leaves);
            }
        }
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            for (index, element) in elements.iter().enumerate() {
                list_leaves(&format!("{path}[{index}]"), element, leaves);
            }
        }
        _ => leaves.push(path.to_owned()),
    }
}

const ALL: &str = "externalId userName name.givenName name.familyName emails[0].type emails[0].value emails[1].type \
                   E.department E.manager.value E.manager.displayName meta.resourceType";

#[test]
fn without_parameters_everything_but_the_requested_only_is_shown() {
    check(None, None, ALL);
    check(Some(""), Some(" "), ALL);
}

#[test]
fn attributes_names_what_is_shown() {
    // RFC 7644 §3.9.
    check(Some("id"), None, "");
    check(Some("userName"), None, "userName");
    check(Some("USERNAME , nickname"), None, "userName nickName");
    check(Some("name.givenName"), None, "name.givenName");
    check(Some("name,name.givenName"), None, "name.givenName name.familyName");
    check(Some("emails.value"), None, "emails[0].value");
    check(Some("urn:ietf:params:scim:schemas:core:2.0:User:userName"), None, "userName");
    check(Some(&format!("{ENTERPRISE_USER}:department")), None, "E.department");
    check(Some(&format!("{ENTERPRISE_USER}:manager.value")), None, "E.manager.value");
    check(Some(&ENTERPRISE_USER.to_lowercase()), None, "E.department E.manager.value E.manager.displayName");
    check(Some("manager"), None, "E.manager.value E.manager.displayName");
}

#[test]
fn excluded_attributes_names_what_is_not() {
    check(None, Some("id,schemas"), ALL);
    check(None, Some("emails,meta,externalId"), &without(&["externalId", "emails", "meta"]));
    check(None, Some("name.familyName"), &without(&["name.familyName"]));
    check(None, Some("emails.type"), &without(&["emails[0].type", "emails[1].type"]));
    check(None, Some(ENTERPRISE_USER), &without(&["E."]));
    check(None, Some("name.givenName,name.familyName"), &without(&["name."]));
}

fn without(prefixes: &[&str]) -> String {
    let left: Vec<&str> =
        ALL.split_whitespace().filter(|path| !prefixes.iter().any(|prefix| path.starts_with(prefix))).collect();
    // An element that lost its only part is gone, and the next takes its index; none does here.
    left.join(" ")
}

#[test]
fn exclusions_apply_to_what_attributes_left() {
    check(Some("userName,name"), Some("name.familyName,emails"), "userName name.givenName");
    check(Some("nickName"), Some("nickName"), "");
}

#[test]
fn unknown_names_are_ignored_and_nonsense_is_refused() {
    check(None, Some("members,shoeSize"), ALL);
    check(Some("shoeSize"), None, "");
    for nonsense in ["a b", "userName,[", "name.", "http://x"] {
        let error = Projection::new(&user(), Some(nonsense), None).unwrap_err();
        assert!(matches!(error, PathError::Syntax { .. }), "{nonsense}: {error}");
    }
}

#[test]
fn what_is_left_out_whole_need_not_be_read() {
    let manager = format!("{ENTERPRISE_USER}:manager");
    for (attributes, excluded, attribute, expected) in [
        (None, None, "emails", false),
        (None, Some("emails"), "emails", true),
        (None, Some("emails"), "EMAILS", true),
        (None, Some("emails.type"), "emails", false),
        (None, Some("emails"), "emails.type", true),
        (None, Some("id"), "id", false),
        (None, Some("name"), "nameSuffix", false),
        (None, Some(ENTERPRISE_USER), &manager, true),
        (None, Some(&manager), ENTERPRISE_USER, false),
        (Some("userName"), None, "emails", true),
        (Some("userName"), None, "id", false),
        (Some("emails.value"), None, "emails", false),
        (Some(ENTERPRISE_USER), None, &manager, false),
        (Some(&manager), None, ENTERPRISE_USER, false),
        (Some("userName,emails"), Some("emails"), "emails", true),
    ] {
        let projection = Projection::new(&user(), attributes, excluded).unwrap();
        assert_eq!(projection.excludes(attribute), expected, "{attributes:?} {excluded:?} {attribute}");
    }
    assert!(!Projection::default().excludes("emails"));
}

#[test]
fn a_password_is_not_shown_by_asking_for_it() {
    let kind = user();
    let body = json!({"userName": "mira", "password": "hunter2"});
    for (attributes, excluded) in
        [(Some("password"), None), (Some("userName,password"), None), (None, Some("title")), (None, None)]
    {
        let resource = crate::Resource::decode(&kind, body.clone()).unwrap().resource;
        let mut shown = resource.into_json(&kind, "https://scim.example.com/Users/7");
        Projection::new(&kind, attributes, excluded).unwrap().apply(&kind, &mut shown);
        assert_eq!(shown.get("password"), None, "{attributes:?} {excluded:?}");
        assert_eq!(shown.get("userName").is_some(), attributes != Some("password"), "{attributes:?} {excluded:?}");
    }
}

/// What is shown is asked of every item for every part of every element: a name that is repeated a thousand times must not
/// cost a thousand times as much.
#[test]
fn a_list_of_attributes_is_short_and_each_is_in_it_once() {
    let kind = user();
    let projection = |text: &str| Projection::new(&kind, Some(text), Some(text));
    let text = "emails,EMAILS,emails.value,Emails.Value,name,nobody,".repeat(VIEW_BYTES_MAX / 52);
    let projection_of_many = projection(&text).unwrap();
    assert_eq!(projection_of_many.shown.map(|items| items.len()), Some(3));
    assert_eq!(projection_of_many.hidden.len(), 3);
    let most = format!("name{}", ",".repeat(VIEW_BYTES_MAX - 4));
    assert!(projection(&most).is_ok());
    let error = projection(&format!("{most},")).unwrap_err().to_string();
    assert!(error.ends_with("a list of attributes has at most 8192 bytes at byte 8192"), "{error}");
}
