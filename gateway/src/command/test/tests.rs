//! The command from inside: the shipped cases, how results are told, what is covered.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use rules::Profile;
use rules::diagnostics::Colour;
use rules::shipped::SHIPPED;

use super::*;

fn install_provider() {
    // Another test of this process may have done so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

#[tokio::test]
async fn the_shipped_cases_pass_and_see_every_rule_at_work() {
    install_provider();
    for shipped in SHIPPED {
        let suite = Suite::load(Path::new(shipped.name)).unwrap();
        let results = suite.play(None).await.unwrap();
        for result in &results.cases {
            assert!(result.is_ok(), "{}", suite.told(result));
        }
        let missing: Vec<String> = results.coverage.missing().map(coverage::Item::told).collect();
        assert_eq!(missing, Vec::<String>::new(), "{}", shipped.name);
        assert_eq!(results.coverage.percent(), 100, "{}", shipped.name);
        assert_eq!(results.coverage.strangers(), Vec::<String>::new(), "{}", shipped.name);
    }
}

/// The examples of the language are products as real as those that ship: their cases pass.
#[tokio::test]
async fn the_cases_of_the_examples_pass() {
    install_provider();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/examples");
    let mut wrong = Vec::new();
    for example in std::fs::read_dir(folder).unwrap() {
        let suite = match Suite::load(&example.unwrap().path()) {
            Ok(suite) => suite,
            Err(problem) => {
                wrong.push(problem);
                continue;
            }
        };
        let results = suite.play(None).await.unwrap();
        wrong.extend(results.cases.iter().filter(|result| !result.is_ok()).map(|result| suite.told(result)));
        wrong.extend(results.coverage.strangers());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The suite of `cases` for the profile `telemessage`.
fn suite(cases: &str) -> Suite {
    install_provider();
    let shipped = rules::shipped::shipped("telemessage").unwrap();
    let profile = Arc::new(Profile::load("p.toml", shipped.profile).unwrap().0);
    let cases = cases::read("c.toml", cases, &profile).map_err(|report| report.to_terminal(Colour::Plain)).unwrap();
    Suite { profile, file: "c.toml".to_owned(), cases, shipped: false }
}

async fn told(calls: &str, expect: &str) -> String {
    let suite = suite(&format!(
        "[[case]]\nname = \"a read\"\nrequest = {{ get = \"/Users/1001\" }}\n{calls}[case.expect]\n{expect}"
    ));
    let results = suite.play(None).await.unwrap();
    // Where a rule of the profile stands is not what is tested.
    let told = suite.told(&results.cases[0]);
    let plain = told.lines().map(|line| line.split(" (p.toml:").next().unwrap_or_default());
    plain.collect::<Vec<_>>().join("\n")
}

const MANAGERS: &str = "[[case.call]]\nget = \"/managers\"\nanswer = { status = 200, body = { managers = [{ id = \"m1\", name = \"N\" }] } }\n";
const USER: &str = "[[case.call]]\nget = \"/users/1001\"\nanswer = { status = 200, body = { id = \"1001\", msisdn = \"447700900123\", managerId = \"m1\" } }\n";

#[tokio::test]
async fn a_case_says_what_went_otherwise_and_where_and_which_rule_did_it() {
    let both = format!("{USER}{MANAGERS}");
    let rows: [(&str, &str, &[&str]); 6] = [
        (&both, "status = 200\nbody = { displayName = \"N\" }\nabsent = [\"active\"]", &["ok a read"]),
        (
            &both,
            "status = 200\nbody = { displayName = \"M\" }",
            &[
                "FAILED a read",
                "    c.toml:10: body: `displayName`: expected \"M\", got \"N\"   ← user.map.displayName",
            ],
        ),
        (
            &both,
            "status = 200\nabsent = [\"displayName\", \"meta.location\"]",
            &[
                "FAILED a read",
                "    c.toml:10: body: `displayName` must be absent, is \"N\"   ← user.map.displayName",
                "    c.toml:10: body: `meta.location` must be absent, is \"https://scim.example.com/scim/v2/Users/1001\"",
            ],
        ),
        (
            &both,
            "status = 200\nbody = \"nothing\"\nheaders = { ETag = \"W/\\\"3\\\"\" }",
            &[
                "FAILED a read",
                "    c.toml:10: body: expected nothing, got {",
                "    c.toml:10: header `ETag`: expected",
            ],
        ),
        (
            &both,
            "status = 200\nremembered = [{ id = \"1001\", kept = { externalId = \"x\" } }]",
            &["FAILED a read", "    c.toml:10: remembered: nothing of User `1001`"],
        ),
        (&both, "status = 200\nremembered = []", &["ok a read"]),
    ];
    check(&rows).await;
}

#[tokio::test]
async fn calls_that_went_otherwise_are_told_with_what_is_answered_then() {
    let both = format!("{USER}{MANAGERS}");
    let swapped = format!("{MANAGERS}{USER}");
    let more = format!("{both}[[case.call]]\ndelete = \"/users/1001\"\nanswer = {{ status = 204 }}\n");
    let rows: [(&str, &str, &[&str]); 5] = [
        (
            &more,
            "status = 404",
            &[
                "FAILED a read",
                "    c.toml:11: call 3 was not made",
                "    - DELETE /users/1001",
                "    c.toml:13: status: expected 404, got 200 {",
            ],
        ),
        (&more, "status = 200", &["FAILED a read", "    c.toml:11: call 3 was not made", "    - DELETE /users/1001"]),
        (
            USER,
            "status = 503",
            &["FAILED a read", "    c.toml:2: call 2 is not expected", "    + GET /managers   ← lookup.managers"],
        ),
        (
            &swapped,
            "status = 503",
            &[
                "FAILED a read",
                "    c.toml:5: call 1 is another",
                "    - GET /managers",
                "    + GET /users/1001   ← user.get",
                "    c.toml:8: call 2 was not made",
                "    - GET /users/1001",
            ],
        ),
        (
            "",
            "status = 200",
            &["FAILED a read", "    c.toml:2: call 1 is not expected", "    + GET /users/1001   ← user.get"],
        ),
    ];
    check(&rows).await;
}

/// What is told of a read with these calls and this expectation: how each line begins.
async fn check(rows: &[(&str, &str, &[&str])]) {
    for (calls, expect, expected) in rows.iter().copied() {
        let told = told(calls, expect).await;
        let lines: Vec<&str> = told.lines().collect();
        let fits =
            lines.len() == expected.len() && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
        assert!(fits, "{told}");
    }
}

#[tokio::test]
async fn another_status_is_told_with_what_came() {
    let status = told(&format!("{USER}{MANAGERS}"), "status = 404").await;
    assert!(status.starts_with("FAILED a read\n    c.toml:10: status: expected 404, got 200 {"), "{status}");
}

/// Whoever reads it is the operator, who was told nothing else.
#[tokio::test]
async fn an_answer_that_nobody_understands_is_told_with_its_call() {
    let managers = MANAGERS.replace("[{ id = \"m1\", name = \"N\" }]", "\"none\"");
    let told = told(&format!("{USER}{managers}"), "status = 200").await;
    let [failed, status, fault] = told.lines().collect::<Vec<_>>()[..] else { panic!("{told}") };
    assert_eq!(failed, "FAILED a read");
    assert!(status.starts_with("    c.toml:10: status: expected 200, got 502 {"), "{told}");
    assert_eq!(fault, "      GET /managers   ← lookup.managers", "{told}");
}

/// A call has the headers of `[target]` and its credentials, too: a case may name them, and need not.
#[tokio::test]
async fn what_every_call_carries_can_be_expected() {
    for (headers, expected) in [
        ("", "ok a read"),
        ("headers = {}", "ok a read"),
        ("headers = { Authorization = \"Bearer [redacted]\" }", "ok a read"),
        ("headers = { accept = \"application/json\", authorization = \"Bearer [redacted]\" }", "ok a read"),
        (
            "headers = { accept = \"text/xml\" }",
            "      headers: expected accept: text/xml, got accept: application/json",
        ),
        ("headers = { x-none = \"1\" }", "      headers: expected x-none: 1, got none"),
    ] {
        let user = USER.replace("answer =", &format!("{headers}\nanswer ="));
        let told = told(&format!("{user}{MANAGERS}"), "status = 200").await;
        assert_eq!(told.lines().next_back(), Some(expected), "{headers}: {told}");
    }
}

/// What a case of one call says of the request that it makes, its body and its headers.
#[tokio::test]
async fn a_body_is_compared_field_by_field_and_as_it_is_sent() {
    let case = |call: &str| {
        format!(
            r#"
[[state]]
get    = "/managers"
answer = {{ status = 200, body = {{ managers = [{{ id = "m1", name = "N" }}] }} }}

[[case]]
name  = "a change"
request = {{ patch = "/Users/1001", body = {{ Operations = [{{ op = "replace", path = "name.givenName", value = "Ada" }}] }} }}

[[case.state]]
get    = "/users/1001"
answer = {{ status = 200, body = {{ id = "1001", msisdn = "12025550142", managerId = "m1" }} }}

[[case.call]]
patch  = "/users/1001"
{call}
answer = {{ status = 200, headers = {{ Etag = "3" }}, body = {{ id = "1001", msisdn = "12025550142", managerId = "m1", firstName = "Ada" }} }}

[case.expect]
status = 200
body   = {{ name = {{ givenName = "Ada" }} }}
"#
        )
    };
    for (call, expected) in [
        ("body = { firstName = \"Ada\" }", "ok a change"),
        ("raw = '{\"firstName\":\"Ada\"}'", "ok a change"),
        ("body = { firstName = \"Ada\" }\nheaders = {}", "ok a change"),
        (
            "body = { firstName = \"Eve\" }",
            "`firstName`: expected \"Eve\", got \"Ada\"   ← user.map.name.givenName (p.toml:",
        ),
        ("raw = 'firstName=Ada'", "raw: expected \"firstName=Ada\", got \"{\\\"firstName\\\":\\\"Ada\\\"}\""),
        ("body = { firstName = \"Ada\" }\nheaders = { If-Match = \"3\" }", "headers: expected if-match: 3, got none"),
        ("", "no body was expected"),
    ] {
        let suite = suite(&case(call));
        let results = suite.play(None).await.unwrap();
        let told = suite.told(&results.cases[0]);
        assert!(told.contains(expected), "{call}: {told}");
    }
}

/// A resource alone is a request; what it is answered is in the words of its protocol.
#[tokio::test]
async fn a_resource_is_made_or_replaced_and_1_1_is_spoken() {
    let text = r#"
[[state]]
get    = "/managers"
answer = { status = 200, body = { managers = [{ id = "m1", name = "N" }] } }

[[state]]
get    = "/users/1001"
answer = { status = 200, body = { id = "1001", msisdn = "12025550142", managerId = "m1", status = "ENABLED" } }

[[case]]
name     = "nothing differs"
resource = { id = "1001", userName = "2025550142", displayName = "N", active = true }
remembered = [{ id = "1001" }]
[case.expect]
status = 200
body   = { schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"] }

[[case]]
name     = "a new one in 1.1"
protocol = "1.1"
resource = { userName = "202 555 0143", displayName = "N", externalId = "x" }
[[case.state]]
get    = "/users?msisdn=12025550143"
answer = { status = 200, body = { users = [] } }
[[case.call]]
post   = "/users"
body   = { msisdn = "12025550143", managerId = "m1", status = "ENABLED", source = "scim" }
answer = { status = 201, body = { id = "1002", msisdn = "12025550143", managerId = "m1", status = "ENABLED" } }
[case.expect]
status  = 201
body    = { schemas = ["urn:scim:schemas:core:1.0"] }
headers = { Location = "https://scim.example.com/scim/v2/Users/1002" }
remembered = [{ id = "1002", kept = { externalId = "x" }, spellings = { userName = { sent = "202 555 0143", normal = "12025550143" } } }]

[[case]]
name     = "a deletion in 1.1"
protocol = "1.1"
request  = { delete = "/Users/1001" }
[[case.call]]
delete = "/users/1001"
answer = { status = 204 }
[case.expect]
status = 200
body   = "nothing"
"#;
    let suite = suite(text);
    let results = suite.play(None).await.unwrap();
    for result in &results.cases {
        assert!(result.is_ok(), "{}", suite.told(result));
    }
    let filtered = suite.play(Some("in 1.1")).await.unwrap();
    assert_eq!(filtered.cases.len(), 2);
}

/// The list of what is remembered is whole: what it does not name must not be there.
#[tokio::test]
async fn what_is_remembered_is_all_that_is() {
    let case = |remembered: &str| {
        format!(
            "[[case]]\nname = \"a change\"\nrequest = {{ patch = \"/Users/1001\", body = {{ Operations = [{{ op = \"add\", path = \"externalId\", \
             value = \"x\" }}] }} }}\n{USER}{MANAGERS}[case.expect]\nstatus = 200\n{remembered}"
        )
    };
    for (remembered, expected) in [
        ("", "ok a change"),
        ("remembered = [{ id = \"1001\", kept = { externalId = \"x\" } }]", "ok a change"),
        ("remembered = []", "remembered of User `1001`: expected nothing, got {\"kept\":{\"externalId\":\"x\"}}"),
        (
            "remembered = [{ id = \"1001\" }]",
            "remembered of User `1001`: expected {}, got {\"kept\":{\"externalId\":\"x\"}}",
        ),
    ] {
        let suite = suite(&case(remembered));
        let results = suite.play(None).await.unwrap();
        let told = suite.told(&results.cases[0]);
        assert!(told.contains(expected), "{remembered}: {told}");
    }
}

/// What is covered grows with what cases expect, not with what happens by the way.
#[tokio::test]
async fn only_what_a_case_expects_is_covered() {
    let case = |body: &str| {
        format!(
            "[[case]]\nname = \"a\"\nrequest = {{ get = \"/Users/1001\" }}\n{USER}{MANAGERS}[case.expect]\nstatus = 200\n{body}"
        )
    };
    let missing = async |cases: &str| -> Vec<String> {
        let suite = suite(cases);
        let results = suite.play(None).await.unwrap();
        let told: Vec<String> = results.coverage.missing().map(coverage::Item::told).collect();
        told.into_iter().map(|told| told.split_once(": ").unwrap().1.to_owned()).collect()
    };
    let nothing = missing(&case("")).await;
    let read = "user.map.displayName is never read: no answer is expected to have it";
    for expected in [read, "user.map.displayName is never written", "user.create is never called", "error is never met"]
    {
        assert!(nothing.iter().any(|told| told == expected), "{expected}: {nothing:#?}");
    }
    assert!(!nothing.iter().any(|told| told.starts_with("user.get ")), "{nothing:#?}");
    let expected = missing(&case("body = { displayName = \"N\" }")).await;
    assert!(!expected.iter().any(|told| told == read), "{expected:#?}");
    assert_eq!(expected.len() + 1, nothing.len());
    // A case that fails has proved nothing.
    assert!(missing(&case("body = { displayName = \"M\" }")).await.len() > nothing.len());
}

#[tokio::test]
async fn the_cases_of_the_reference_pass() {
    install_provider();
    let reference = include_str!("../../../../docs/cli.md");
    for (fence, profile, told) in [
        ("toml case", "telemessage", "ok a user is disabled"),
        ("toml state case", "telemessage", "ok a new user is made"),
        ("toml group case", "directory", "ok one member more is a check and a call, and the members are not read"),
    ] {
        let (_, rest) = reference.split_once(&format!("```{fence}\n")).unwrap();
        let (case, _) = rest.split_once("```").unwrap();
        let shipped = rules::shipped::shipped(profile).unwrap();
        let profile = Arc::new(Profile::load("p.toml", shipped.profile).unwrap().0);
        let cases = cases::read("docs/cli.md", case, &profile).unwrap();
        let suite = Suite { profile, file: "docs/cli.md".to_owned(), cases, shipped: false };
        let results = suite.play(None).await.unwrap();
        assert_eq!(suite.told(&results.cases[0]), told);
    }
}
