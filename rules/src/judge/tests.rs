//! Answers of a target and what they mean, with an error table and without.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::call::Verb;
use crate::profile::FieldPath;
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

fn text() -> Body {
    Body::Text("<html>Bad Gateway</html>".to_owned())
}

fn json(value: Value) -> Body {
    Body::Json(value)
}

fn verdict(route: &str, status: u16, body: Body) -> Verdict {
    let rule = RuleRef { file: "p.toml".into(), line: 1, name: route.to_owned() };
    let call = TargetCall::new(Verb::Post, "/users", route, rule);
    profile("", ERRORS).judge(&call, TargetAnswer { retry_after_secs: Some(7), ..TargetAnswer::new(status, body) })
}

/// A verdict in one line.
fn print(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Done(done) => format!("done {}", done.body),
        Verdict::Absent => "absent".to_owned(),
        Verdict::Changed => "changed".to_owned(),
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
    // Two fit; and a row that explains a status that is busy elsewhere is the target's considered answer.
    check(
        422,
        json(json!({"code": "TAKEN", "fault": [{"kind": "LOCKED"}]})),
        "409 uniqueness the number is already in use",
    );
    check(503, json(json!({"fault": [{"kind": "LOCKED"}]})), "403 - the account is protected");
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
    check(500, text(), "the target failed (500)");
}

#[test]
fn without_a_row_the_status_decides() {
    let plain = || json(json!({"secret": "of the target"}));
    for (status, body, expected) in [
        (200, plain(), r#"done {"secret":"of the target"}"#),
        (201, Body::Empty, "done null"),
        (204, Body::Empty, "done null"),
        (204, text(), "done null"),
        (200, text(), "the target's answer cannot be understood: 200 to user.create, whose body is not JSON"),
        (101, plain(), "the target's answer cannot be understood: status 101 to user.create"),
        (302, plain(), "the target's answer cannot be understood: status 302 to user.create"),
        (600, plain(), "the target's answer cannot be understood: status 600 to user.create"),
        (404, plain(), "absent"),
        (410, text(), "absent"),
        (401, plain(), "the target refuses our credentials (401)"),
        (403, plain(), "the target refuses our credentials (403)"),
        (408, plain(), "busy Some(7)"),
        (429, plain(), "busy Some(7)"),
        (503, text(), "busy Some(7)"),
        (500, plain(), "the target failed (500)"),
        (504, plain(), "the target failed (504)"),
        (
            409,
            plain(),
            "409 uniqueness the product cannot create the user: a value that must be unique is already in use",
        ),
        (413, plain(), "400 invalidValue the product refused to create the user with these values (it answered 413)"),
        (418, text(), "400 invalidValue the product refused to create the user with these values (it answered 418)"),
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
        ("group.members.set", "change the members of the group"),
        ("group.members.find", "read the members of the group"),
        ("group.members.merge", "read a member"),
        ("group.members.remove", "remove members from the group"),
        ("lookup.managers", "answer"),
        ("target.probe", "answer"),
        ("user.create.ticket", "create the user"),
        ("group.update.step.undo", "change the group"),
    ] {
        let expected = format!("400 invalidValue the product refused to {purpose} with these values (it answered 400)");
        assert_eq!(print(&verdict(route, 400, Body::Empty)), expected);
    }
}

/// The answer to a call of `profile("", …)` with these error rows, and whatever `call` says beside.
fn judged(rows: &str, call: &TargetCall, answer: TargetAnswer) -> String {
    print(&profile("", rows).judge(call, answer))
}

fn call(route: &str) -> TargetCall {
    let rule = RuleRef { file: "p.toml".into(), line: 1, name: route.to_owned() };
    TargetCall::new(Verb::Put, "/users/7", route, rule)
}

#[test]
fn a_pattern_is_looked_for_in_every_text_or_below_one_field() {
    let row = |when: &str| format!("[[error]]\nwhen = {{ {when} }}\nis = \"absent\"\n");
    let anywhere = row(r#"matches = "already (taken|in use)""#);
    let below = row(r#"matches = "^taken$", at = "errors""#);
    let long = "x".repeat(PATTERN_TEXT_BYTES_MAX);
    for (rows, body, fits) in [
        (&anywhere, json(json!({"message": "The login is ALREADY in use."})), true),
        (&anywhere, json(json!({"errors": [{"login": ["is already taken"]}]})), true),
        (&anywhere, json(json!({"already taken": 1})), false),
        (&anywhere, Body::Text("<p>already taken</p>".to_owned()), true),
        (&anywhere, Body::Empty, false),
        (&anywhere, json(json!([long, "already taken"])), false),
        (&anywhere, json(json!(["already taken", long])), true),
        (&below, json(json!({"errors": {"a": ["no", "taken"]}})), true),
        (&below, json(json!({"message": "taken", "errors": ["not taken"]})), false),
        (&below, Body::Text("taken".to_owned()), false),
    ] {
        let seen = judged(rows, &call("user.update"), TargetAnswer::new(422, body.clone()));
        assert_eq!(seen == "absent", fits, "{rows} {body:?}: {seen}");
    }
}

#[test]
fn a_row_can_be_for_one_call_or_a_step_of_any() {
    let row = |name: &str| format!("[[error]]\nwhen = {{ status = 400, call = \"{name}\" }}\nis = \"success\"\n");
    for (name, route, fits) in [
        ("group.members.add", "group.members.add", true),
        ("token", "user.create.token", true),
        ("token", "user.create.mytoken", false),
        ("user.create", "user.create.token", false),
        ("create", "user.create", true),
    ] {
        let seen = judged(&row(name), &call(route), TargetAnswer::new(400, Body::Empty));
        assert_eq!(seen == "done null", fits, "{name} {route}: {seen}");
    }
}

#[test]
fn a_success_is_what_the_call_expects() {
    let expect = |status: &[u16], body: Option<&str>| {
        let rules = body.map_or_else(String::new, |body| {
            format!("[user.delete]\npost = \"/x/{{id}}\"\nexpect = {{ body = \"{body}\" }}\n")
        });
        let delete = profile("", &rules).user.delete;
        let body = delete.and_then(|delete| delete.call()?.expect.as_ref()?.body.clone());
        TargetCall { expect: Some(Expect { status: status.to_vec(), body }.into()), ..call("user.update") }
    };
    let garbage = |status: u16| {
        format!("the target's answer cannot be understood: {status} to user.update, which is not what `expect` says")
    };
    for (status, body, answer, expected) in [
        (&[200, 202][..], None, (202, json!({"a": 1})), r#"done {"a":1}"#.to_owned()),
        (&[200, 202], None, (201, json!({})), garbage(201)),
        (&[302], None, (302, json!(null)), "done null".to_owned()),
        (
            &[],
            Some("ok == true"),
            (400, json!({"ok": true})),
            "400 invalidValue the product refused to change the user with these values (it answered 400)".to_owned(),
        ),
        (&[], Some("ok == true"), (200, json!({"ok": true})), r#"done {"ok":true}"#.to_owned()),
        (&[], Some("ok == true"), (200, json!({"ok": false})), garbage(200)),
        (&[], Some("ok == true"), (204, json!(null)), garbage(204)),
        (&[200], None, (404, json!(null)), "absent".to_owned()),
        (&[200], None, (500, json!(null)), "the target failed (500)".to_owned()),
    ] {
        let call = expect(status, body);
        assert_eq!(judged("", &call, TargetAnswer::new(answer.0, json(answer.1))), expected, "{status:?} {body:?}");
    }
    let refused = judged(ERRORS, &expect(&[200], None), TargetAnswer::new(200, json(json!({"deleted": true}))));
    assert_eq!(refused, "absent", "the error table goes first");
}

#[test]
fn a_record_that_changed_meanwhile_is_told_by_a_row_or_by_the_status() {
    let locked = || TargetCall { headers: vec![("if-match".to_owned(), "7".to_owned())], ..call("user.update") };
    assert_eq!(judged("", &locked(), TargetAnswer::new(412, Body::Empty)), "changed");
    let dated = vec![("if-unmodified-since".to_owned(), "Sun, 22 Nov 2026 15:00:00 GMT".to_owned())];
    let dated = TargetCall { headers: dated, ..call("user.update") };
    assert_eq!(judged("", &dated, TargetAnswer::new(412, Body::Empty)), "changed");
    let other = "400 invalidValue the product refused to change the user with these values (it answered 412)";
    assert_eq!(judged("", &call("user.update"), TargetAnswer::new(412, Body::Empty)), other);
    let row = "[[error]]\nwhen = { status = 409, body = \"code == 'STALE'\" }\nis = \"changed\"\n";
    assert_eq!(judged(row, &call("user.update"), TargetAnswer::new(409, json(json!({"code": "STALE"})))), "changed");
}

/// Rules, the answer's status, `Retry-After`, headers and body; then the wait in seconds, and until it is asked again.
type Row<'r> = (&'r str, u16, Option<u32>, Vec<(String, String)>, Body, Option<u32>, Option<Duration>);

#[test]
fn a_short_wait_is_waited_for_and_a_long_one_is_passed_on() {
    let wait = |wait: &str| format!("[target]\nauth = \"none\"\nwait = {{ {wait} }}\n");
    let busy = "[[error]]\nwhen = { body = \"busy == true\" }\nis = \"busy\"\n";
    let (field, header) = (wait("field = \"retry.ms\", unit = \"ms\""), wait("header = \"x-reset\""));
    let ms = |ms: u64| Some(Duration::from_millis(ms));
    let retry = |ms: Value| json(json!({"retry": {"ms": ms}}));
    let reset = |text: &str| vec![("x-reset".to_owned(), text.to_owned())];
    let rows: [Row<'_>; 16] = [
        ("", 429, Some(2), vec![], Body::Empty, Some(2), ms(2000)),
        ("", 429, Some(3), vec![], Body::Empty, Some(3), None),
        ("", 429, None, vec![], Body::Empty, None, None),
        ("", 503, Some(1), vec![], Body::Empty, Some(1), None),
        ("", 408, Some(1), vec![], Body::Empty, Some(1), None),
        (busy, 200, Some(1), vec![], json(json!({"busy": true})), Some(1), ms(1000)),
        (&field, 429, Some(9), vec![], retry(json!(150)), Some(1), ms(150)),
        (&field, 429, None, vec![], retry(json!("1500")), Some(2), ms(1500)),
        (&field, 429, None, vec![], retry(json!(-1)), None, None),
        (&field, 429, Some(1), vec![], retry(json!("soon")), Some(1), ms(1000)),
        (&field, 429, None, vec![], retry(json!(1e300)), None, None),
        (&field, 429, None, vec![], retry(json!(5_000_000_000_000_000_i64)), Some(u32::MAX), None),
        (&header, 429, None, reset("0.5"), Body::Empty, Some(1), ms(500)),
        (&header, 429, None, reset("2.001"), Body::Empty, Some(3), None),
        (&header, 429, None, reset("NaN"), Body::Empty, None, None),
        (&header, 429, None, reset(" 1 "), Body::Empty, Some(1), ms(1000)),
    ];
    for (rules, status, retry_after_secs, headers, body, secs, repeat) in rows {
        let profile = if rules.starts_with("[target]") { target(rules) } else { profile("", rules) };
        let answer = TargetAnswer { retry_after_secs, headers, ..TargetAnswer::new(status, body) };
        let verdict = profile.judge(&call("user.update"), answer.clone());
        let expected = TargetFault::Busy { status, retry_after_secs: secs, repeat_after: repeat };
        assert_eq!(verdict, Verdict::Failed(expected), "{rules} {answer:?}");
    }
}

/// A small profile with this `[target]`.
fn target(section: &str) -> Profile {
    let text = format!(
        "profile = \"small\"\ntitle = \"Small\"\n{section}[user]\nid = \"id\"\n[user.get]\nget = \"/users/{{id}}\"\n\
         [user.list]\nget = \"/users\"\nrows = \"\"\n[user.map]\nuserName = {{ direct = \"login\", match = 1 }}\n"
    );
    Profile::load("p.toml", &text).unwrap().0
}

#[test]
fn headers_go_into_the_record_that_came_with_them() {
    let etag = crate::profile::Capture { field: FieldPath::parse("user._etag").unwrap(), header: "etag".to_owned() };
    let call = || TargetCall { capture: [etag.clone()].into(), ..call("user.update") };
    let headers = |name: &str| vec![(name.to_owned(), "\"7\"".to_owned())];
    for (name, body, expected) in [
        ("etag", json!({"user": {"id": 1}}), r#"done {"user":{"id":1,"_etag":"\"7\""}}"#),
        ("other", json!({"user": {"id": 1}}), r#"done {"user":{"id":1}}"#),
        ("etag", json!([1]), "done [1]"),
        ("etag", json!(null), "done null"),
    ] {
        let answer = TargetAnswer { headers: headers(name), ..TargetAnswer::new(200, json(body)) };
        assert_eq!(judged("", &call(), answer), expected);
    }
}
