//! Two resources, the operations between them, and what holds for all of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "rows read better without `&`")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::patch::tests::properties::operation;
use crate::schema::sample::{any_group, any_user, group_type, user_type};

fn decoded(kind: &ResourceType, body: Value) -> Resource {
    Resource::decode(kind, body).unwrap().resource
}

/// The operations from `from` to `to`, one a line.
fn between(kind: &ResourceType, from: Value, to: Value) -> Vec<String> {
    let (from, to) = (decoded(kind, from), decoded(kind, to));
    let request = PatchRequest::between(kind, &from, &to);
    assert_eq!(sorted(&request.apply(kind, &from).unwrap()), sorted(&to));
    let shown = |operation: &PatchOperation| match &operation.value {
        Value::Null => format!("{} {}", operation.op.as_str(), operation.path),
        value => format!("{} {} {value}", operation.op.as_str(), operation.path),
    };
    request.operations().iter().map(shown).collect()
}

/// A resource as text in which the order of members and elements means nothing.
fn sorted(resource: &Resource) -> String {
    fn text(value: &Value) -> String {
        match value {
            Value::Object(parts) => {
                let parts: BTreeMap<_, _> = parts.iter().map(|(key, value)| (key, text(value))).collect();
                format!("{parts:?}")
            }
            Value::Array(elements) => {
                let mut elements: Vec<String> = elements.iter().map(text).collect();
                elements.sort();
                format!("{elements:?}")
            }
            simple => simple.to_string(),
        }
    }
    text(&Value::Object(resource.as_object().clone()))
}

#[test]
fn only_what_differs_is_asked_for() {
    let from = json!({
        "userName": "a", "title": "x", "nickName": "n", "name": {"givenName": "A", "familyName": "B"},
        "emails": [{"value": "a@example.com"}], crate::name::ENTERPRISE_USER: {"department": "d"},
    });
    assert_eq!(between(&user_type(), from.clone(), from.clone()), Vec::<String>::new());
    let to = json!({
        "userName": "a", "title": "y", "active": false, "name": {"givenName": "A", "middleName": "M"},
        "emails": [{"value": "b@example.com"}], "urn:example:badge": {"number": 1}, "externalId": "e",
    });
    assert_eq!(
        between(&user_type(), from, to),
        [
            "remove name.familyName",
            "replace name.middleName \"M\"",
            "remove nickName",
            "replace title \"y\"",
            "replace active false",
            "replace emails [{\"value\":\"b@example.com\"}]",
            "replace externalId \"e\"",
            "remove urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "replace urn:example:badge:number 1",
        ]
    );
}

#[test]
fn members_come_and_go_one_by_one() {
    let group = |ids: &[&str]| {
        let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        json!({"displayName": "g", "members": members})
    };
    assert_eq!(
        between(&group_type(), group(&["a", "b", "c"]), group(&["c", "d"])),
        ["remove members[value eq \"a\" or value eq \"b\"]", "add members [{\"value\":\"d\"}]"]
    );
    assert_eq!(between(&group_type(), group(&["a", "b"]), group(&["b", "a"])), Vec::<String>::new());
    assert_eq!(between(&group_type(), group(&["a"]), group(&[])), ["remove members"]);
    // Who is told by more than an id is not told by a filter.
    let both = json!([{"value": "a", "type": "User"}, {"value": "a", "type": "Group"}]);
    let both = json!({"displayName": "g", "members": both});
    assert_eq!(between(&group_type(), both, group(&["b"])), ["replace members [{\"value\":\"b\"}]"]);
    let long = "x".repeat(PATH_BYTES_MAX);
    assert_eq!(between(&group_type(), group(&[&long]), group(&["b"])), ["replace members [{\"value\":\"b\"}]"]);
}

#[test]
fn many_members_go_within_the_limits_of_a_path() {
    let group = |from: usize| {
        let members: Vec<Value> = (from..from + 5_000).map(|id| json!({"value": format!("{id:060}")})).collect();
        json!({"displayName": "g", "members": members})
    };
    let operations = between(&group_type(), group(0), group(4_990));
    let (adds, removes): (Vec<_>, Vec<_>) = operations.iter().partition(|operation| operation.starts_with("add"));
    assert_eq!(adds.len(), 1);
    assert!(removes.len() < 300 && removes.iter().all(|path| path.len() < PATH_BYTES_MAX + 10), "{}", removes.len());
}

#[test]
fn a_request_is_written_as_the_rfc_has_it() {
    let (from, to) = (json!({"userName": "a", "title": "x"}), json!({"userName": "b"}));
    let kind = user_type();
    let request = PatchRequest::between(&kind, &decoded(&kind, from), &decoded(&kind, to));
    assert_eq!(
        request.to_json(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "userName", "value": "b"}, {"op": "remove", "path": "title"}],
        })
    );
}

proptest! {
    #[test]
    fn nothing_is_between_a_resource_and_itself(user in any_user(), group in any_group()) {
        prop_assert!(PatchRequest::between(&user_type(), &user, &user).operations().is_empty());
        prop_assert!(PatchRequest::between(&group_type(), &group, &group).operations().is_empty());
    }

    #[test]
    fn what_is_between_two_leads_from_one_to_the_other(from in any_user(), to in any_user()) {
        let kind = user_type();
        let after = PatchRequest::between(&kind, &from, &to).apply(&kind, &from).unwrap();
        prop_assert_eq!(sorted(&after), sorted(&to));
    }

    #[test]
    fn what_is_between_two_groups_leads_from_one_to_the_other(from in any_group(), to in any_group()) {
        let kind = group_type();
        let after = PatchRequest::between(&kind, &from, &to).apply(&kind, &from).unwrap();
        prop_assert_eq!(sorted(&after), sorted(&to));
    }

    /// Whatever a PATCH does can be undone.
    #[test]
    fn what_a_patch_did_can_be_undone(
        before in any_user(),
        operations in prop::collection::vec(operation(&["add", "replace", "remove"]), 1..5),
    ) {
        let kind = user_type();
        let readable = |operation: &Value| PatchRequest::decode(&kind, json!({"Operations": [operation]}));
        for operation in operations {
            let Ok(request) = readable(&operation) else { continue };
            let Ok(after) = request.apply(&kind, &before) else { continue };
            let undone = PatchRequest::between(&kind, &after, &before).apply(&kind, &after).unwrap();
            prop_assert_eq!(sorted(&undone), sorted(&before), "{}", operation);
        }
    }

    /// What is written is read as what it was.
    #[test]
    fn a_written_request_is_read_as_itself(
        from in any_user(),
        to in any_user(),
        operations in prop::collection::vec(operation(&["add", "Replace", "remove"]), 1..4),
    ) {
        let kind = user_type();
        let sent = operations.into_iter().filter_map(|operation| {
            PatchRequest::decode(&kind, json!({"Operations": [operation]})).ok()
        });
        for request in sent.chain([PatchRequest::between(&kind, &from, &to)]) {
            if !request.operations().is_empty() {
                let read = PatchRequest::decode(&kind, request.to_json()).unwrap();
                prop_assert_eq!(read.operations(), request.operations());
            }
        }
    }
}
