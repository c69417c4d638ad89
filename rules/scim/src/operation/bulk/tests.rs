//! Bulk requests and answers of RFC 7644 §3.7, by section.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "rows read better with `json!` than with `&json!`")]

use super::*;
use crate::operation::{Operation, Request};

fn read(body: &Value) -> Result<BulkRequest, DecodeError> {
    let body = body.to_string();
    match Operation::decode(Request { method: "POST", path: "/Bulk", body: body.as_bytes(), ..Request::default() })? {
        Operation::Bulk(request) => Ok(request),
        other => panic!("{other:?}"),
    }
}

fn of(operations: Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})
}

fn one(operation: Value) -> BulkOperation {
    read(&of(json!([operation]))).unwrap().operations.pop().unwrap()
}

/// What one operation asks for, or why it fails.
fn told(operation: &BulkOperation) -> String {
    let (endpoint, action) = match operation.clone().decode() {
        Ok(decoded) => decoded,
        Err(error) => return error.to_string(),
    };
    let shown = match &action {
        Action::Create { body, .. } => format!("create {body}"),
        Action::Replace { id, body, .. } => format!("replace {id} {body}"),
        Action::Patch { id, body, .. } => format!("patch {id} {body}"),
        Action::Delete { id, .. } => format!("delete {id}"),
        Action::Query(_) | Action::Read { .. } => panic!("{action:?}"),
    };
    format!("{endpoint:?} {shown}")
}

#[track_caller]
fn check(operation: Value, expected: &str) {
    assert_eq!(told(&one(operation.clone())), expected, "{operation}");
}

fn ids(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(bulk_id, id)| ((*bulk_id).to_owned(), (*id).to_owned())).collect()
}

// === the request ===

/// RFC 7644 §3.7.3, the first request.
#[test]
fn all_four_methods_are_read_as_rfc_7644_section_3_7_3_writes_them() {
    let request = read(&json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "failOnErrors": 1,
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "qwerty", "data": {"userName": "Alice"}},
            {"method": "PUT", "path": "/Users/b7c14771", "version": "W/\"3694e05e9dff591\"", "data": {"id": "b7c14771"}},
            {"method": "PATCH", "path": "/Users/5d8d29d3", "version": "W/\"edac3253e2c0ef2\"", "data": {"Operations": []}},
            {"method": "DELETE", "path": "/Users/e9025315", "version": "W/\"0ee8add0a938e1a\""},
        ],
    }));
    let request = request.unwrap();
    assert_eq!(request.fail_on_errors, Some(1));
    let told: Vec<String> = request.operations.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "Users create {\"userName\":\"Alice\"}",
            "Users replace b7c14771 {\"id\":\"b7c14771\"}",
            "Users patch 5d8d29d3 {\"Operations\":[]}",
            "Users delete e9025315",
        ]
    );
    let Ok((_, Action::Delete { condition, .. })) = request.operations[3].clone().decode() else { panic!("no delete") };
    assert_eq!(condition, Condition::parse(Some("W/\"0ee8add0a938e1a\""), None).unwrap());
}

#[test]
fn names_and_methods_are_read_in_any_case() {
    check(json!({"METHOD": "post", "Path": "/Groups", "bulkid": "a", "Data": {"a": 1}}), "Groups create {\"a\":1}");
    check(
        json!({"method": "Delete", "path": "/Groups/7/", "data": {"a": 1}, "version": "", "bulkId": ""}),
        "Groups delete 7",
    );
    let request =
        read(&json!({"operations": [{"method": "DELETE", "path": "/Users/7"}], "failonerrors": null})).unwrap();
    assert_eq!((request.fail_on_errors, request.operations.len()), (None, 1));
}

#[test]
fn an_envelope_that_is_wrong_refuses_the_request() {
    let post = |bulk_id: &str| json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {}});
    let none = "`Operations` must be an array of one or more operations";
    let count = "`failOnErrors` must be a whole number of at least 1";
    let rows = [
        (json!([]), "a bulk request must be a JSON object"),
        (json!({}), none),
        (json!({"Operations": []}), none),
        (json!({"Operations": {"method": "POST"}}), none),
        (json!({"Operations": null}), none),
        (json!({"Operations": [post("a")], "operations": []}), "a bulk request has `Operations` more than once"),
        (of(json!([post("a"), 7])), "operation 2 must be a JSON object"),
        (of(json!([{"method": 1}])), "operation 1 has a `method` that is not a string"),
        (of(json!([{"path": ["/Users"]}])), "operation 1 has a `path` that is not a string"),
        (of(json!([{"bulkId": 1}])), "operation 1 has a `bulkId` that is not a string"),
        (of(json!([{"version": 3}])), "operation 1 has a `version` that is not a string"),
        (of(json!([post("a"), post("b"), post("a")])), "two operations have the `bulkId` `a`"),
        (json!({"failOnErrors": 0, "Operations": [post("a")]}), count),
        (json!({"failOnErrors": -1, "Operations": [post("a")]}), count),
        (json!({"failOnErrors": "1", "Operations": [post("a")]}), count),
        (json!({"failOnErrors": 1.5, "Operations": [post("a")]}), count),
        (
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [post("a")]}),
            "a bulk request must have `urn:ietf:params:scim:api:messages:2.0:BulkRequest` in its `schemas`",
        ),
    ];
    for (body, expected) in rows {
        assert_eq!(read(&body).unwrap_err().to_string(), expected, "{body}");
    }
}

#[test]
fn a_request_has_at_most_as_many_operations_as_are_advertised() {
    // RFC 7644 §3.7.4: 413, and the answer names the limit.
    let many = |count: usize| of(vec![json!({"method": "DELETE", "path": "/Users/7"}); count].into());
    assert_eq!(read(&many(BULK_OPERATIONS_MAX)).unwrap().operations.len(), BULK_OPERATIONS_MAX);
    let error = read(&many(BULK_OPERATIONS_MAX + 1)).unwrap_err();
    assert_eq!(error, DecodeError::BulkTooLarge { max: BULK_OPERATIONS_MAX, found: BULK_OPERATIONS_MAX + 1 });
    assert_eq!(error.to_string(), "a bulk request may have at most 1000 operations, this one has 1001");
}

#[test]
fn an_operation_that_is_wrong_fails_by_itself() {
    // RFC 7644 §3.7: "continue performing as many changes as possible and disregard partial failures".
    let path = "`path` must be a path below the SCIM root that starts with `/` and has no query: `/Users`";
    let rows = [
        (json!({"method": "GET", "path": "/Users"}), "`/Users` allows POST, not GET"),
        (json!({"method": "GET", "path": "/Users/7"}), "`/Users/7` allows PUT, PATCH, DELETE, not GET"),
        (json!({"method": "frob", "path": "/Users"}), "`/Users` allows POST, not FROB"),
        (json!({"path": "/Users"}), "an operation needs a `method`: POST, PUT, PATCH or DELETE"),
        (
            json!({"method": "POST", "path": "/Users/7", "bulkId": "a", "data": {}}),
            "`/Users/7` allows PUT, PATCH, DELETE, not POST",
        ),
        (json!({"method": "DELETE", "path": "/Users"}), "`/Users` allows POST, not DELETE"),
        (json!({"method": "POST", "path": "/Users", "data": {}}), "an operation with POST needs a `bulkId`"),
        (json!({"method": "POST", "path": "/Users", "bulkId": "a"}), "an operation with POST needs `data`"),
        (json!({"method": "PUT", "path": "/Users/7", "data": null}), "an operation with PUT needs `data`"),
        (json!({"method": "PATCH", "path": "/Users/7"}), "an operation with PATCH needs `data`"),
        (json!({"method": "DELETE"}), path),
        (json!({"method": "DELETE", "path": "Users/7"}), path),
        (json!({"method": "DELETE", "path": "https://scim.example.com/scim/v2/Users/7"}), path),
        (json!({"method": "POST", "path": "/Users?attributes=id", "bulkId": "a", "data": {}}), path),
        (json!({"method": "POST", "path": "/Bulk", "bulkId": "a", "data": {}}), "there is no SCIM endpoint `/Bulk`"),
        (
            json!({"method": "POST", "path": "/Users/.search/x", "bulkId": "a"}),
            "there is no SCIM endpoint `/Users/.search/x`",
        ),
        (json!({"method": "DELETE", "path": "/Me"}), "there is no SCIM endpoint `/Me`"),
        (json!({"method": "DELETE", "path": "/Schemas/urn:a"}), "there is no SCIM endpoint `/Schemas/urn:a`"),
        (json!({"method": "DELETE", "path": "/Users/.."}), "the URL is not valid: `..` cannot be an id"),
        (json!({"method": "DELETE", "path": "/Users/a%2fb"}), "the URL is not valid: `a/b` cannot be an id"),
        (
            json!({"method": "DELETE", "path": "/Users/a\r\nb"}),
            "the URL is not valid: `a\u{fffd}\u{fffd}b` cannot be an id",
        ),
        (
            json!({"method": "DELETE", "path": "/Users/7", "version": "W/\"a"}),
            "`version`: a quote is not closed; expected `*` or versions like `W/\"3694e05e9dff591\"`",
        ),
    ];
    for (operation, expected) in rows {
        check(operation, expected);
    }
}

#[test]
fn debug_shows_no_data() {
    let request =
        read(&of(json!([{"method": "POST", "path": "/Users", "bulkId": "a", "data": {"password": "Harbour-71"}}])));
    let shown = format!("{:?}", Operation::Bulk(request.unwrap()));
    assert!(shown.contains("/Users") && !shown.contains("Harbour"), "{shown}");
}

// === references ===

/// RFC 7644 §3.7.2, the second example: a group of the user made before it.
#[test]
fn references_are_found_and_resolved_as_rfc_7644_section_3_7_2_writes_them() {
    let group = one(json!({
        "method": "POST",
        "path": "/Groups",
        "bulkId": "ytrewq",
        "data": {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Tour Guides",
            "members": [{"type": "User", "value": "bulkId:qwerty"}],
        },
    }));
    assert_eq!(group.references(), ["qwerty"]);
    let resolved = group.resolved(&ids(&[("qwerty", "92b725cd"), ("other", "7")]));
    assert_eq!(resolved.data["members"], json!([{"type": "User", "value": "92b725cd"}]));
    assert!(resolved.references().is_empty());
    assert_eq!((resolved.bulk_id.as_deref(), resolved.method.as_str()), (Some("ytrewq"), "POST"));
    assert_eq!(group.resolved(&BTreeMap::new()), group);
}

/// RFC 7644 §3.7.2, the third example: the enterprise user's manager.
#[test]
fn a_reference_stands_anywhere_in_path_and_data() {
    let operation = one(json!({
        "method": "PATCH",
        "path": "/Users/bulkId:a",
        "data": {"Operations": [
            {"op": "add", "path": "manager", "value": "bulkId:b"},
            {"op": "add", "value": {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "bulkId:c"}}}},
            {"op": "add", "path": "members", "value": [{"value": "bulkId:a"}, {"value": "bulkId:b"}]},
        ]},
    }));
    assert_eq!(operation.references(), ["a", "b", "c"]);
    let resolved = operation.resolved(&ids(&[("a", "7"), ("c", "9")]));
    assert_eq!(resolved.path, "/Users/7");
    assert_eq!(resolved.references(), ["b"]);
    let text = resolved.data.to_string();
    assert!(
        text.contains("{\"manager\":{\"value\":\"9\"}}")
            && text.contains("[{\"value\":\"7\"},{\"value\":\"bulkId:b\"}]"),
        "{text}"
    );
}

#[test]
fn what_only_looks_like_a_reference_is_none() {
    let operation = one(json!({
        "method": "POST",
        "path": "/Users",
        "bulkId": "a",
        "data": {"bulkId:b": 1, "displayName": "see bulkId:b", "nickName": "BULKID:b", "title": "bulkId"},
    }));
    assert!(operation.references().is_empty());
    assert_eq!(operation.resolved(&ids(&[("b", "7")])), operation);
}

#[test]
fn an_id_in_a_path_stays_one_segment() {
    for (id, path) in [
        ("7", "/Users/7"),
        ("mira@example.com", "/Users/mira%40example.com"),
        ("a/../b?c#d%", "/Users/a%2F..%2Fb%3Fc%23d%25"),
    ] {
        let resolved = one(json!({"method": "DELETE", "path": "/Users/bulkId:a"})).resolved(&ids(&[("a", id)]));
        assert_eq!(resolved.path, path);
    }
    let resolved =
        one(json!({"method": "DELETE", "path": "/Users/bulkId:a"})).resolved(&ids(&[("a", "mira@example.com")]));
    assert_eq!(told(&resolved), "Users delete mira@example.com");
}

/// RFC 7644 §3.7.1: two groups that are members of each other, and what else can refer.
#[test]
fn a_circle_can_be_broken_by_leaving_out_what_refers() {
    let operation = one(json!({
        "method": "POST",
        "path": "/Groups",
        "bulkId": "qwerty",
        "data": {
            "displayName": "Group A",
            "members": [{"type": "Group", "value": "bulkId:ytrewq"}, {"type": "User", "value": "7"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "bulkId:x"}, "department": "Tours"},
        },
    }));
    let bare = operation.unreferenced();
    assert_eq!(
        bare.data,
        json!({
            "displayName": "Group A",
            "members": [{"type": "User", "value": "7"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Tours"},
        })
    );
    assert!(bare.references().is_empty());
}

// === the answer ===

/// RFC 7644 §3.7.3: a success, a creation that failed, a change that failed.
#[test]
fn the_answer_has_the_members_of_rfc_7644_section_3_7_3() {
    let error = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "400",
        "scimType": "invalidSyntax",
        "detail": "it is so",
    });
    let plain = |method: &str, status| BulkResult {
        method: method.to_owned(),
        bulk_id: None,
        version: None,
        location: Some("https://example.com/v2/Users/92b725cd".to_owned()),
        status,
        response: None,
    };
    let response = bulk_response(vec![
        BulkResult {
            bulk_id: Some("qwerty".to_owned()),
            version: Some("W/\"oY4m4wn58tkVjJxK\"".to_owned()),
            ..plain("POST", 201)
        },
        BulkResult {
            bulk_id: Some("ytrewq".to_owned()),
            location: None,
            response: Some(error.clone()),
            ..plain("POST", 400)
        },
        BulkResult { response: Some(error.clone()), ..plain("PUT", 412) },
        plain("DELETE", 204),
    ]);
    let at = "https://example.com/v2/Users/92b725cd";
    assert_eq!(
        response,
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": [
                {"location": at, "method": "POST", "bulkId": "qwerty", "version": "W/\"oY4m4wn58tkVjJxK\"", "status": "201"},
                {"method": "POST", "bulkId": "ytrewq", "status": "400", "response": error},
                {"location": at, "method": "PUT", "status": "412", "response": error},
                {"location": at, "method": "DELETE", "status": "204"},
            ],
        })
    );
}
