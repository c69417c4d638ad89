//! Problems of case files, row by row, and what a sound file gives.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;
use rules::shipped::shipped;
use rules::{Body, Spelling, TargetAnswer, Verb};

use super::*;

fn telemessage() -> Profile {
    Profile::load("telemessage/profile.toml", shipped("telemessage").unwrap().profile).unwrap().0
}

const REQUEST: &str = "request = { get = \"/Users\" }\n";
const EXPECT: &str = "[case.expect]\nstatus = 200\n";

/// A code, and the line and column where it is told.
type Found<'c> = (&'c str, usize, usize);

/// Reads a file: these problems and no other are found.
#[track_caller]
fn check(text: &str, expected: &[Found<'_>]) {
    let report = read("c.toml", text, &telemessage()).map(|_| ()).err();
    let found: Vec<(String, usize, usize)> = report
        .iter()
        .flat_map(|report| report.diagnostics.iter().map(|found| (found, &report.text)))
        .map(|(found, text)| {
            let (line, column) = rules::source::line_column(text, found.span.start);
            (found.code.to_string(), line, column)
        })
        .collect();
    let found: Vec<Found<'_>> = found.iter().map(|(code, line, column)| (code.as_str(), *line, *column)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn each_problem_of_a_case_is_told_with_its_place() {
    let case = |keys: &str, tables: &str| format!("[[case]]\nname = \"a\"\n{keys}{tables}");
    let rows: [(String, &[Found<'_>]); 23] = [
        (case(REQUEST, EXPECT), &[]),
        (String::new(), &[("E0104", 1, 1)]),
        ("[[cases]]\n".to_owned(), &[("E0104", 1, 1), ("E0103", 1, 3)]),
        (case("", EXPECT), &[("E0104", 1, 1)]),
        (case(REQUEST, ""), &[("E0104", 1, 1)]),
        (case("request = { post = \"/Users\", body = \"{\" }\n", EXPECT), &[("E0311", 3, 37)]),
        (case("request = { post = \"/Users\", body = 1 }\n", EXPECT), &[("E0105", 3, 37)]),
        (case("request = { get = \"/Users\", put = \"/Users\" }\n", EXPECT), &[("E0107", 3, 1)]),
        (case("request = { get = \"Users\" }\n", EXPECT), &[("E0301", 3, 19)]),
        (case(&format!("params = {{ region = \"XX\" }}\n{REQUEST}"), EXPECT), &[("E0305", 3, 1)]),
        (
            case(&format!("{REQUEST}remembered = [{{ id = \"1\", kept = {{ userName = \"x\" }} }}]\n"), EXPECT),
            &[("E0128", 4, 36)],
        ),
        (
            case(
                &format!("{REQUEST}remembered = [{{ id = \"1\", spellings = {{ userName = {{ sent = \"x\" }} }} }}]\n"),
                EXPECT,
            ),
            &[("E0104", 4, 41)],
        ),
        (case(&format!("{REQUEST}remembered = [{{ id = \"1\", kind = \"group\" }}]\n"), EXPECT), &[("E0106", 4, 34)]),
        (case(REQUEST, "[case.expect]\nstatus = 199\n"), &[("E0109", 5, 10)]),
        (case("protocol = \"1.2\"\n", &format!("{REQUEST}{EXPECT}")), &[("E0106", 3, 12)]),
        (case("resource = { userName = \"a\" }\n", EXPECT), &[]),
        (case("resource = []\n", EXPECT), &[("E0311", 3, 12)]),
        (case(REQUEST, &format!("resource = {{}}\n{EXPECT}")), &[("E0107", 3, 1)]),
        (
            case(REQUEST, &format!("[[case.state]]\nget = \"users\"\nanswer = {{ status = 200 }}\n{EXPECT}")),
            &[("E0301", 5, 7)],
        ),
        (
            case(
                REQUEST,
                &format!(
                    "[[case.call]]\nget = \"/a\"\nanswer = {{ status = 200, text = \"a\", body = {{}} }}\n{EXPECT}"
                ),
            ),
            &[("E0107", 6, 33)],
        ),
        (case(REQUEST, &format!("[[case.call]]\nget = \"/users\"\n{EXPECT}")), &[("E0104", 4, 1)]),
        (
            case(
                REQUEST,
                &format!("[[case.call]]\nget = \"/users\"\nanswer = {{ status = 200, delay = 1 }}\n{EXPECT}"),
            ),
            &[("E0103", 6, 26)],
        ),
        (format!("{}{}", case(REQUEST, EXPECT), case(REQUEST, EXPECT)), &[("E0312", 7, 8)]),
    ];
    for (text, expected) in rows {
        check(&text, expected);
    }
}

#[test]
fn a_file_has_limits() {
    let case = |at: usize| format!("[[case]]\nname = \"{at}\"\n{REQUEST}{EXPECT}");
    let cases = |count: usize| (0..count).map(case).collect::<Vec<_>>().concat();
    check(&cases(CASES_MAX), &[]);
    check(&cases(CASES_MAX + 1), &[("E0102", 1, 3)]);
    let calls = |count: usize| -> String {
        let call = "[[case.call]]\nget = \"/users\"\nanswer = { status = 200 }\n";
        format!("[[case]]\nname = \"a\"\n{REQUEST}{}{EXPECT}", call.repeat(count))
    };
    check(&calls(CASE_CALLS_MAX), &[]);
    check(&calls(CASE_CALLS_MAX + 1), &[("E0102", 4, 8)]);
    let text = cases(1);
    let padded = |bytes: usize| format!("{text}{}", "#".repeat(bytes - text.len()));
    check(&padded(CASES_BYTES_MAX), &[]);
    check(&padded(CASES_BYTES_MAX + 1), &[("E0102", 1, 1)]);
}

#[test]
fn a_sound_case_says_what_it_says() {
    let text = r#"
[[case]]
name = "a"
params = { region = "GB" }
request = { patch = "/Users/1?attributes=title", if_match = 'W/"3"', body = '{"a": null}' }
remembered = [{ id = "1", kept = { externalId = "x" }, spellings = { userName = { sent = "s", normal = "n" } } }]
[[case.call]]
post = "/users"
body = { b = [1, { c = "d" }] }
answer = { status = 429, retry_after_secs = 7, body = [] }
[case.expect]
status = 200
absent = ["title"]
"#;
    let cases = read("c.toml", text, &telemessage()).unwrap();
    let [case] = cases.as_slice() else { panic!("one case: {cases:?}") };
    let Request { method, body, .. } = &case.request;
    assert_eq!((method.as_str(), case.request.target().as_str()), ("PATCH", "/Users/1?attributes=title"));
    assert_eq!((body.as_slice(), case.request.header("if-match")), (&br#"{"a":null}"#[..], Some("W/\"3\"")));
    assert_eq!((case.line, case.calls[0].line, case.expect.line), (3, 8, 11));
    assert_eq!(case.calls[0].body, Some(json!({"b": [1, {"c": "d"}]})));
    let answer = TargetAnswer { retry_after_secs: Some(7), ..TargetAnswer::new(429, Body::Json(json!([]))) };
    assert_eq!(case.calls[0].script, Line { verb: Verb::Post, path: "/users".to_owned(), answer });
    let spelling = Spelling { sent: "s".to_owned(), normal: "n".to_owned() };
    let [Remembered { kind, id, memory }] = case.remembered.as_slice() else { panic!("one: {case:?}") };
    assert_eq!((kind.as_str(), id.as_str()), ("User", "1"));
    assert_eq!(memory.kept.get("externalId"), Some(&json!("x")));
    assert_eq!(memory.spellings.get("userName"), Some(&spelling));
    assert_eq!(case.expect.absent, ["title"]);
}

/// What a terminal shows of a file of cases that has `code` and no other problem.
#[track_caller]
fn only(code: Code, text: &str) -> String {
    let report = read("c.toml", text, &telemessage()).map(|_| ()).err().unwrap();
    assert!(report.diagnostics.iter().all(|problem| problem.code == code), "{:?}", report.diagnostics);
    report.to_terminal(rules::diagnostics::Colour::Plain)
}

#[test]
fn problems_of_cases_alone_are_shown_with_their_line() {
    insta::assert_snapshot!(only(Code::Json, &format!("[[case]]\nname = \"a\"\nrequest = {{ post = \"/Users\", body = \"{{\" }}\n{EXPECT}")), @r#"
    error[E0311]: `body` is not JSON: EOF while parsing an object at line 1 column 1
     --> c.toml:3:37
      |
    3 | request = { post = "/Users", body = "{" }
      |                                     ^^^
      |
      = help: write a table: `{ title = "…" }`, or a text of JSON: '{"title": null}'
    "#);
    insta::assert_snapshot!(only(Code::CaseTwice, &format!("[[case]]\nname = \"a\"\n{REQUEST}{EXPECT}[[case]]\nname = \"a\"\n{REQUEST}{EXPECT}")), @r#"
    error[E0312]: two cases are called `a`
     --> c.toml:7:8
      |
    7 | name = "a"
      |        ^^^
      |
      = help: the other is in line 2
    "#);
}
