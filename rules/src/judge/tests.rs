//! Answers of a target and what they mean, with an error table and without.

use serde_json::json;

use super::*;
use crate::call::Verb;
use crate::source::RuleRef;
use crate::translate::fixture::profile;

/// The error table of every row here.
const ERRORS: &str = r#"
[[error]]
when = { status = 422, body = "code == 'TAKEN'" }
scim = { status = 409, type = "uniqueness", detail = "the number is already in use" }

[[error]]
when = { status = 500, body = "code == 'BAD_MAIL'" }
scim = { status = 400, type = "invalidValue", detail = "`emails` is not an address" }

[[error]]
when = { status = 400, body = "code == 'ALREADY'" }
is   = "success"

[[error]]
when = { status = 200, body = "deleted == true" }
is   = "absent"

[[error]]
when = { body = "fault.0.kind == 'LOCKED'" }
scim = { status = 403, detail = "the account is protected" }
"#;

fn json(value: Value) -> Body {
    Body::Json(value)
}

fn verdict(route: &str, status: u16, body: Body) -> Verdict {
    let call = TargetCall {
        verb: Verb::Post,
        path: "/users".to_owned(),
        body: None,
        secret_fields: Vec::new(),
        route: route.to_owned(),
        rule: RuleRef { file: "p.toml".into(), line: 1, name: route.to_owned() },
    };
    profile("", ERRORS).judge(&call, TargetAnswer { status, retry_after_secs: Some(7), body })
}

/// A verdict in one line.
fn print(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Done(body) => format!("done {body}"),
        Verdict::Absent => "absent".to_owned(),
        Verdict::Refused { status, scim_type, detail } => {
            format!("{status} {} {detail}", scim_type.map_or("-", ScimType::as_str))
        }
        Verdict::Failed(TargetFault::Busy { retry_after_secs, .. }) => format!("busy {retry_after_secs:?}"),
        Verdict::Failed(fault) => fault.to_string(),
    }
}

#[track_caller]
fn check(status: u16, body: Body, expected: &str) {
    assert_eq!(print(&verdict("user.create", status, body)), expected);
}

#[test]
fn the_first_row_that_fits_decides_whatever_the_status() {
    check(422, json(json!({"code": "TAKEN"})), "409 uniqueness the number is already in use");
    check(500, json(json!({"code": "BAD_MAIL"})), "400 invalidValue `emails` is not an address");
    check(400, json(json!({"code": "ALREADY", "id": 1})), r#"done {"code":"ALREADY","id":1}"#);
    check(200, json(json!({"deleted": true})), "absent");
    check(200, json(json!({"fault": [{"kind": "LOCKED"}]})), "403 - the account is protected");
    check(404, json(json!({"fault": [{"kind": "LOCKED"}]})), "403 - the account is protected");
}

#[test]
fn a_row_fits_only_with_its_status_and_its_body() {
    check(
        400,
        json(json!({"code": "TAKEN"})),
        "400 invalidValue the product refused to create the user with these values (it answered 400)",
    );
    check(
        422,
        Body::Empty,
        "400 invalidValue the product refused to create the user with these values (it answered 422)",
    );
    check(200, json(json!({"deleted": false})), r#"done {"deleted":false}"#);
    check(500, Body::NotJson, "the target failed (500)");
}

#[test]
fn without_a_row_the_status_decides() {
    let plain = || json(json!({"secret": "of the target"}));
    for (status, body, expected) in [
        (200, plain(), r#"done {"secret":"of the target"}"#),
        (201, Body::Empty, "done null"),
        (204, Body::Empty, "done null"),
        (204, Body::NotJson, "done null"),
        (200, Body::NotJson, "the target's answer cannot be understood: 200 to user.create, whose body is not JSON"),
        (101, plain(), "the target's answer cannot be understood: status 101 to user.create"),
        (302, plain(), "the target's answer cannot be understood: status 302 to user.create"),
        (600, plain(), "the target's answer cannot be understood: status 600 to user.create"),
        (404, plain(), "absent"),
        (410, Body::NotJson, "absent"),
        (401, plain(), "the target refuses our credentials (401)"),
        (403, plain(), "the target refuses our credentials (403)"),
        (408, plain(), "busy Some(7)"),
        (429, plain(), "busy Some(7)"),
        (503, Body::NotJson, "busy Some(7)"),
        (500, plain(), "the target failed (500)"),
        (504, plain(), "the target failed (504)"),
        (
            409,
            plain(),
            "409 uniqueness the product cannot create the user: a value that must be unique is already in use",
        ),
        (413, plain(), "400 invalidValue the product refused to create the user with these values (it answered 413)"),
        (
            418,
            Body::NotJson,
            "400 invalidValue the product refused to create the user with these values (it answered 418)",
        ),
    ] {
        check(status, body, expected);
    }
}

#[test]
fn a_generic_detail_says_what_the_call_was_for() {
    for (route, purpose) in [
        ("user.update", "change the user"),
        ("user.delete", "delete the user"),
        ("user.get", "find the user"),
        ("user.find", "find the user"),
        ("user.list", "list the users"),
        ("user.sort", "list the users"),
        ("group.create", "create the group"),
        ("group.update", "change the group"),
        ("group.delete", "delete the group"),
        ("group.get", "find the group"),
        ("group.find", "find the group"),
        ("group.list", "list the groups"),
        ("group.sort", "list the groups"),
        ("group.members.list", "read the members of the group"),
        ("group.members.has", "read the members of the group"),
        ("group.members.of", "find the group"),
        ("group.members.add", "add members to the group"),
        ("group.members.remove", "remove members from the group"),
        ("lookup.managers", "answer"),
    ] {
        let expected = format!("400 invalidValue the product refused to {purpose} with these values (it answered 400)");
        assert_eq!(print(&verdict(route, 400, Body::Empty)), expected);
    }
}
