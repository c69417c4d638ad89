//! `If-Match` and `If-None-Match` on the requests that know them (RFC 7644 §3.14).

use super::*;

const BOTH: Request<'static> = Request {
    protocol: Protocol::Scim20,
    method: "",
    path: "/Users/7",
    query: None,
    content_type: None,
    if_match: Some("W/\"e180ee84f0671b1\""),
    if_none_match: Some("\"a\", \"b\""),
    method_override: None,
    body: b"{}",
};

#[test]
fn every_request_on_one_resource_carries_its_condition() {
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let operation = Operation::decode(Request { method, ..BOTH }).unwrap();
        let Operation::Resource(
            _,
            Action::Read { condition, .. }
            | Action::Replace { condition, .. }
            | Action::Patch { condition, .. }
            | Action::Delete { condition, .. },
        ) = operation
        else {
            panic!("{operation:?}")
        };
        assert_eq!(condition, Condition::parse(BOTH.if_match, BOTH.if_none_match).unwrap(), "{method}");
        assert!(condition.admits(Some(&EntityTag::new("e180ee84f0671b1"))), "{method}");
    }
}

#[test]
fn a_condition_that_is_none_is_refused_by_its_header() {
    let error = Operation::decode(Request { method: "PUT", if_match: Some("\"a"), ..BOTH }).unwrap_err().to_string();
    assert_eq!(error, "`If-Match`: a quote is not closed; expected `*` or versions like `W/\"3694e05e9dff591\"`");
    let error = Operation::decode(Request { method: "GET", if_none_match: Some(""), ..BOTH }).unwrap_err().to_string();
    assert_eq!(error, "`If-None-Match`: it names no version; expected `*` or versions like `W/\"3694e05e9dff591\"`");
}
