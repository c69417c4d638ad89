//! Every failure by the answer that the IdP gets: status, keyword, detail, headers; and what must not be in it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use http::HeaderMap;
use http_body_util::BodyExt;
use json::{Value, json};
use rules::TargetFault;
use scim::ScimType;
use scim::filter::FilterError;
use scim::operation::DecodeError;
use scim::patch::PatchError;
use scim::path::PathError;
use scim::resource::ValueError;
use store::StoreError;

use super::*;
use crate::authenticate::{AuthError, KeysUnavailable};
use crate::failure::TargetError;
use crate::limits;

/// `status scimType retry-after class outcome`, with `-` for what there is none of.
#[track_caller]
fn check(failure: impl Into<Failure>, expected: &str) {
    let failure = failure.into();
    let found = verdict(&failure);
    let scim_type = found.scim_type.map_or("-", ScimType::as_str);
    let retry_after = found.retry_after_secs.map_or("-".to_owned(), |secs| secs.to_string());
    let (status, class) = (found.status.as_u16(), found.class.as_str());
    let line = format!("{status} {scim_type} {retry_after} {class} {}", found.outcome);
    assert_eq!(line, expected, "{failure:?}");
}

fn text() -> String {
    "x".to_owned()
}

fn path_error() -> PathError {
    PathError::Unknown { path: text() }
}

fn filter_error() -> FilterError {
    FilterError::Syntax { reason: text(), at: 0 }
}

#[test]
fn a_request_that_cannot_be_decoded_is_the_idps_to_change() {
    check(DecodeError::NoEndpoint { path: text() }, "404 - - client no-endpoint");
    let method = DecodeError::Method { path: text(), method: text(), allow: "GET, POST" };
    check(method, "405 - - client method-not-allowed");
    check(DecodeError::Url { reason: text() }, "400 - - client invalid-url");
    check(DecodeError::Body { reason: text() }, "400 invalidSyntax - client invalidSyntax");
    check(DecodeError::MediaType { found: text() }, "415 - - client media-type");
    check(DecodeError::Number { parameter: "count", found: text() }, "400 invalidValue - client invalidValue");
    check(DecodeError::Count { found: text() }, "400 invalidCount - client invalidCount");
    check(DecodeError::Filter(filter_error()), "400 invalidFilter - client invalidFilter");
    check(DecodeError::Parameter { parameter: "sortBy", reason: text() }, "400 invalidValue - client invalidValue");
    check(DecodeError::Header { header: "If-Match", reason: text() }, "400 invalidValue - client invalidValue");
    check(DecodeError::Syntax { reason: text() }, "400 invalidSyntax - client invalidSyntax");
    check(DecodeError::DiscoveryFilter, "403 - - client discovery-filter");
    check(DecodeError::BulkTooLarge { max: 1, found: 2 }, "413 - - client bulk-too-large");
    check(path_error(), "400 invalidValue - client invalidValue");
}

#[test]
fn a_body_that_is_not_of_the_schema_is_the_idps_to_change() {
    check(ValueError::NotAnObject, "400 invalidSyntax - client invalidSyntax");
    check(ValueError::Schemas { urn: text() }, "400 invalidSyntax - client invalidSyntax");
    let wrong = ValueError::Type { path: text(), expected: text(), found: text() };
    check(wrong, "400 invalidValue - client invalidValue");
    check(ValueError::Required { path: text() }, "400 invalidValue - client invalidValue");
    check(ValueError::TooLarge { path: text(), limit: text() }, "400 invalidValue - client invalidValue");
}

#[test]
fn a_patch_error_has_the_rfcs_keyword() {
    check(PatchError::Syntax { reason: text() }, "400 invalidSyntax - client invalidSyntax");
    check(PatchError::Path(path_error()), "400 invalidPath - client invalidPath");
    check(PatchError::Value(ValueError::NotAnObject), "400 invalidSyntax - client invalidSyntax");
    check(PatchError::Value(ValueError::Required { path: text() }), "400 invalidValue - client invalidValue");
    check(PatchError::NoTarget { reason: text() }, "400 noTarget - client noTarget");
    check(PatchError::Mutability { path: text(), reason: text() }, "400 mutability - client mutability");
    check(PatchError::TooMany { max: 1, found: 2 }, "400 tooMany - client tooMany");
    check(PatchError::TooCostly { limit: text() }, "400 tooMany - client tooMany");
}

#[test]
fn a_refusal_of_the_rules_is_the_idps_to_change() {
    let value = Refusal::Value { attribute: text(), reason: text(), rule: text() };
    check(value, "400 invalidValue - client invalidValue");
    let unknown = Refusal::UnknownName { attribute: text(), value: text(), table: text() };
    check(unknown, "400 invalidValue - client invalidValue");
    check(Refusal::Missing { attribute: text() }, "400 invalidValue - client invalidValue");
    check(Refusal::Immutable { attribute: text() }, "400 mutability - client mutability");
    check(Refusal::Unmapped { attribute: text() }, "400 invalidValue - client invalidValue");
    check(Refusal::Required { attribute: text() }, "400 mutability - client mutability");
    check(Refusal::Filter(filter_error()), "400 invalidFilter - client invalidFilter");
    check(Refusal::Search { noun: "user", reason: text() }, "400 invalidFilter - client invalidFilter");
    check(Refusal::Unsupported { what: "create", noun: "user" }, "501 - - client unsupported");
}

#[test]
fn what_there_is_not_and_what_there_is_already() {
    check(Failure::NotFound { kind: "User", id: text() }, "404 - - client not-found");
    check(Failure::Duplicate { detail: text() }, "409 uniqueness - client uniqueness");
    check(Failure::TooMany { rows_max: 1, searchable: text() }, "400 tooMany - client tooMany");
    check(Failure::TooManyMembers { rows_max: 1 }, "400 tooMany - client tooMany");
    check(Failure::TooManyCalls { calls_max: 1 }, "400 tooMany - client tooMany");
    check(Failure::GroupsOff, "501 - - client groups-off");
    check(Failure::Me, "501 - - client me");
    check(Failure::Precondition, "412 - - client precondition");
    check(Failure::Cursor, "400 invalidCursor - client invalidCursor");
}

#[test]
fn an_operation_of_a_bulk_request_says_why_it_was_not_done() {
    check(Failure::UnknownBulkId { bulk_id: text() }, "400 invalidValue - client invalidValue");
    check(Failure::UnmadeBulkId { bulk_id: text() }, "409 - - client bulk-reference");
    check(Failure::NotBegun, "503 - 30 gateway bulk-not-begun");
}

#[test]
fn a_refusal_of_the_target_is_passed_on_as_the_profile_says() {
    let refused = |status, scim_type| Failure::Refused { status, scim_type, detail: text() };
    check(refused(409, Some(ScimType::Uniqueness)), "409 uniqueness - client uniqueness");
    check(refused(400, None), "400 - - client refused");
    check(refused(403, None), "403 - - client refused");
    check(refused(429, None), "429 - 30 client refused");
    check(refused(503, None), "503 - 30 target refused");
    check(refused(599, None), "599 - - target refused");
}

#[test]
fn a_refusal_never_becomes_a_401_or_a_success() {
    for status in [0, 99, 200, 204, 302, 399, 401, 600, 999, u16::MAX] {
        check(Failure::Refused { status, scim_type: None, detail: text() }, "502 - - target refused");
    }
}

#[test]
fn what_the_target_does_not_do_is_never_the_idps_fault() {
    check(TargetError::Unreachable { reason: text() }, "503 - 30 target target-down");
    check(TargetError::TimedOut { secs: 20 }, "504 - 30 target target-timeout");
    check(TargetError::Broken { reason: text() }, "503 - 30 target target-connection");
    let fault = |fault: TargetFault| Failure::Target(fault.into());
    check(fault(TargetFault::Credentials { status: 401 }), "503 - 30 target target-credentials");
    check(fault(TargetFault::Credentials { status: 403 }), "503 - 30 target target-credentials");
    check(
        fault(TargetFault::Busy { status: 429, retry_after_secs: Some(7), repeat_after: None }),
        "503 - 7 target target-busy",
    );
    check(
        fault(TargetFault::Busy { status: 503, retry_after_secs: None, repeat_after: None }),
        "503 - 30 target target-busy",
    );
    for (secs, told) in [
        (limits::RETRY_AFTER_SECS_MAX - 1, 86_399),
        (limits::RETRY_AFTER_SECS_MAX, 86_400),
        (limits::RETRY_AFTER_SECS_MAX + 1, 86_400),
        (u32::MAX, 86_400),
    ] {
        let busy = TargetFault::Busy { status: 429, retry_after_secs: Some(secs), repeat_after: None };
        check(fault(busy), &format!("503 - {told} target target-busy"));
    }
    check(fault(TargetFault::Changed), "503 - 30 target target-changed");
    check(fault(TargetFault::Broken { status: 500 }), "503 - 30 target target-broken");
    check(fault(TargetFault::Garbage { reason: text() }), "502 - - target target-garbage");
}

#[test]
fn what_the_gateway_does_not_do_is_ours() {
    check(KeysUnavailable, "503 - 30 gateway keys-unavailable");
    let open = StoreError::Open { path: text(), reason: text() };
    check(open, "503 - 30 gateway store-down");
    check(StoreError::Failed { reason: text() }, "503 - 30 gateway store-down");
    check(StoreError::Closed, "503 - 30 gateway store-down");
    check(Failure::Overloaded, "503 - 30 gateway overloaded");
    check(Failure::Deadline { secs: 45 }, "504 - 30 gateway deadline");
    check(Failure::Panic, "500 - - gateway panic");
    check(Failure::BodyTooLarge { bytes_max: 1 }, "413 - - client body-too-large");
    check(Failure::BodyLost, "408 - - client body-lost");
}

#[test]
fn a_caller_who_is_turned_away_is_told_the_scheme_and_whether_it_was_the_token() {
    let basic = r#"Basic realm="scim", charset="UTF-8""#;
    let plain = [r#"Bearer realm="scim""#, basic];
    let invalid = [r#"Bearer realm="scim", error="invalid_token""#, basic];
    let rows = [
        (AuthError::Missing, plain),
        (AuthError::Scheme, plain),
        (AuthError::NoScheme, plain),
        (AuthError::UnknownLogin, plain),
        (AuthError::DoubledScheme, invalid),
        (AuthError::Malformed, invalid),
        (AuthError::UnknownToken, invalid),
        (AuthError::WrongTenant, invalid),
        (AuthError::Algorithm, invalid),
        (AuthError::UnlistedTenant, invalid),
        (AuthError::Issuer, invalid),
        (AuthError::UnknownKey, invalid),
        (AuthError::Signature, invalid),
        (AuthError::NoExpiry, invalid),
        (AuthError::Expired, invalid),
        (AuthError::NotYetValid, invalid),
        (AuthError::Audience, invalid),
        (AuthError::Application, invalid),
    ];
    for (error, challenges) in rows {
        check(error.clone(), &format!("401 - - client {}", error.reason()));
        assert_eq!(verdict(&error.clone().into()).www_authenticate, challenges, "{error:?}");
    }
}

#[test]
fn the_tenant_reads_what_to_change_and_nothing_of_the_inside() {
    let inside = || "inside".to_owned();
    let failures: [Failure; 8] = [
        TargetError::Unreachable { reason: inside() }.into(),
        TargetError::Broken { reason: inside() }.into(),
        TargetError::Fault(TargetFault::Garbage { reason: inside() }).into(),
        TargetError::Fault(TargetFault::Credentials { status: 401 }).into(),
        StoreError::Open { path: inside(), reason: inside() }.into(),
        StoreError::Failed { reason: inside() }.into(),
        Refusal::Value { attribute: text(), reason: text(), rule: inside() }.into(),
        Failure::Panic,
    ];
    for failure in failures {
        let detail = verdict(&failure).detail;
        assert!(!detail.contains("inside") && !detail.contains("401"), "{detail}");
    }
    let refused = Failure::Refused { status: 409, scim_type: None, detail: "the number is taken".to_owned() };
    assert_eq!(verdict(&refused).detail, "the number is taken");
    let missing = Failure::NotFound { kind: "User", id: "7".to_owned() };
    assert_eq!(verdict(&missing).detail, "there is no User `7`");
}

#[track_caller]
fn check_line(text: &str, expected: &str) {
    assert_eq!(verdict::one_line(text), expected);
}

#[test]
fn a_detail_is_one_line_of_bounded_length() {
    let at = "é".repeat(limits::DETAIL_CHARS_MAX);
    check_line(&at, &at);
    check_line(&format!("{at}é"), &format!("{}…", "é".repeat(limits::DETAIL_CHARS_MAX - 1)));
    check_line("a\r\nset-cookie: b\u{1b}[31m\u{85}", "a  set-cookie: b [31m ");
}

/// Headers and body of the answer, as a client of SCIM 2.0 sees them.
async fn answered(failure: impl Into<Failure>) -> (HeaderMap, Value) {
    answered_in(Protocol::Scim20, failure).await
}

async fn answered_in(protocol: Protocol, failure: impl Into<Failure>) -> (HeaderMap, Value) {
    let draft = Draft::default();
    draft.note(|record| record.protocol = protocol);
    let (head, body) = rescue(&failure.into(), Some(&draft)).into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.headers, json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn an_answer_is_scim_json_with_the_headers_of_its_verdict() {
    let (headers, body) = answered(DecodeError::Method { path: text(), method: text(), allow: "GET, POST" }).await;
    assert_eq!(headers[CONTENT_TYPE], "application/scim+json");
    assert_eq!(headers[ALLOW], "GET, POST");
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "405",
        "detail": "`x` allows GET, POST, not x",
    });
    assert_eq!(body, expected);

    let (headers, body) = answered(Failure::Duplicate { detail: text() }).await;
    assert_eq!((&body["scimType"], &body["status"]), (&"uniqueness".into(), &"409".into()));
    assert!(!headers.contains_key(RETRY_AFTER) && !headers.contains_key(WWW_AUTHENTICATE));

    let (headers, _) = answered(TargetError::TimedOut { secs: 20 }).await;
    assert_eq!(headers[RETRY_AFTER], "30");

    let (headers, _) = answered(AuthError::Expired).await;
    let challenges: Vec<_> = headers.get_all(WWW_AUTHENTICATE).iter().collect();
    assert_eq!(
        challenges,
        [r#"Bearer realm="scim", error="invalid_token""#, r#"Basic realm="scim", charset="UTF-8""#],
        "one header for each"
    );
}

/// SCIM 1.1 API §3.9; Okta's tests look for `detail` as well.
#[tokio::test]
async fn a_tenant_of_scim_1_1_gets_its_errors() {
    let told = "the user name is taken";
    let (headers, body) = answered_in(Protocol::Scim11, Failure::Duplicate { detail: told.to_owned() }).await;
    assert_eq!(headers[CONTENT_TYPE], "application/json");
    assert_eq!(body["Errors"], json!([{ "description": told, "code": "409" }]), "{body}");
    assert_eq!((&body["detail"], body.get("schemas"), body.get("scimType")), (&told.into(), None, None), "{body}");

    let (headers, body) = answered_in(Protocol::Scim11, AuthError::UnknownLogin).await;
    assert!(headers.contains_key(WWW_AUTHENTICATE) && body["Errors"][0]["code"] == "401", "{body}");
}

/// Every failure that repeats something of the request or of the target.
fn failures_with(text: &str) -> Vec<Failure> {
    let text = || text.to_owned();
    vec![
        DecodeError::NoEndpoint { path: text() }.into(),
        DecodeError::Method { path: text(), method: text(), allow: "GET, POST" }.into(),
        DecodeError::Url { reason: text() }.into(),
        DecodeError::Body { reason: text() }.into(),
        DecodeError::MediaType { found: text() }.into(),
        DecodeError::Header { header: "If-Match", reason: text() }.into(),
        DecodeError::Filter(FilterError::Syntax { reason: text(), at: 0 }).into(),
        ValueError::Required { path: text() }.into(),
        PatchError::NoTarget { reason: text() }.into(),
        PathError::Unknown { path: text() }.into(),
        Refusal::UnknownName { attribute: text(), value: text(), table: text() }.into(),
        Failure::NotFound { kind: "User", id: text() },
        Failure::Duplicate { detail: text() },
        Failure::TooMany { rows_max: 1, searchable: text() },
        Failure::Refused { status: 429, scim_type: None, detail: text() },
        Failure::UnknownBulkId { bulk_id: text() },
        TargetError::Broken { reason: text() }.into(),
        TargetError::Fault(TargetFault::Garbage { reason: text() }).into(),
        StoreError::Failed { reason: text() }.into(),
    ]
}

#[tokio::test]
async fn nothing_that_somebody_sent_gets_into_a_header_or_a_second_line() {
    let controls = (0..=0x9f_u8).map(char::from).map(|char| format!("7{char}x-injected: yes"));
    let others = ["\r\nset-cookie: a=b\r\n\r\n<html>", "\u{2028}\u{feff}", "Zoë\u{202e}", "%0d%0a", "\"", "\\"];
    for sent in controls.chain(others.map(str::to_owned)) {
        for (plain, failure) in failures_with("x").into_iter().zip(failures_with(&sent)) {
            let name = format!("{failure:?}");
            let ((expected, _), (headers, body)) = (answered(plain).await, answered(failure).await);
            assert_eq!(headers, expected, "{name}");
            let detail = body["detail"].as_str().unwrap();
            assert!(!detail.contains(char::is_control), "{name}: {detail:?}");
        }
    }
}
