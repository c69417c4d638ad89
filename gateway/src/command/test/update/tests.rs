//! What is rewritten, and what stays.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tempfile::TempDir;

use super::*;

/// Updates these cases of the profile `telemessage`: gives whether all pass then, and the file.
async fn updated(cases: &str) -> (bool, String) {
    // Another test of this process may have done so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let folder = TempDir::new().unwrap();
    let shipped = rules::shipped::shipped("telemessage").unwrap();
    std::fs::write(folder.path().join("profile.toml"), shipped.profile).unwrap();
    std::fs::write(folder.path().join("profile.test.toml"), cases).unwrap();
    let all_pass = update(folder.path(), None).await.unwrap();
    (all_pass, std::fs::read_to_string(folder.path().join("profile.test.toml")).unwrap())
}

const STATE: &str = r#"# Who is there.
[[state]]
get    = "/managers"
answer = { status = 200, body = { managers = [{ id = "m1", name = "N" }] } }

[[state]]
get    = "/users/1001"
answer = { status = 200, body = { id = "1001", msisdn = "12025550142", managerId = "m1", status = "ENABLED" } }
"#;

#[tokio::test]
async fn what_is_expected_becomes_what_happens_and_nothing_else_moves() {
    let case = |body: &str, status: u16, answer: &str| {
        format!(
            r#"{STATE}
[[case]]
name    = "a new given name"   # a claim
request = {{ patch = "/Users/1001", body = {{ Operations = [{{ op = "replace", path = "name.givenName", value = "Ada" }}] }} }}

# Only what changes is sent.
[[case.call]]
patch  = "/users/1001"
body   = {body}   # the field
answer = {{ status = 200, body = {{ id = "1001", msisdn = "12025550142", managerId = "m1", firstName = "Ada" }} }}

[case.expect]
status = {status}   # fine
body   = {answer}
"#
        )
    };
    let right = case("{ firstName = \"Ada\" }", 200, "{ id = \"1001\", name = { givenName = \"Ada\" } }");
    assert_eq!(updated(&right).await, (true, right.clone()), "what is right stays to the letter");
    for wrong in [
        case("{ firstName = \"Eve\" }", 200, "{ id = \"1001\", name = { givenName = \"Ada\" } }"),
        case("{ firstName = \"Ada\" }", 404, "{ id = \"1001\", name = { givenName = \"Eve\" } }"),
        case("{ firstName = \"Eve\" }", 500, "{ id = \"7\", name = { givenName = \"Ada\" } }"),
    ] {
        assert_eq!(updated(&wrong).await, (true, right.clone()), "{wrong}");
    }
    let gone = case("{ firstName = \"Ada\" }", 200, "{ id = \"1001\", name = { givenName = \"Ada\" }, title = \"x\" }");
    assert_eq!(updated(&gone).await, (true, right.clone()));
}

#[tokio::test]
async fn calls_that_are_missing_are_added_and_those_that_are_not_made_go() {
    let case = |calls: &str| {
        format!(
            r#"{STATE}
[[case]]
name    = "disabled"
request = {{ patch = "/Users/1001", body = {{ Operations = [{{ op = "replace", path = "active", value = false }}] }} }}
{calls}
[case.expect]
status = 200

# The last word.
[[case]]
name    = "read"
request = {{ get = "/Users/1001" }}

[case.expect]
status = 200
"#
        )
    };
    let deleted = "\n[[case.call]]\ndelete = \"/users/1001\"\nanswer = { status = 204 }\n";
    for calls in ["", deleted] {
        let (all_pass, text) = updated(&case(calls)).await;
        assert!(!all_pass, "what the product says is still to be written");
        let [call, answer] = ["post = \"/users/1001/suspend\"", "answer = { status = 200 }"];
        let places: Vec<usize> = ["disabled", call, answer, "[case.expect]", "# The last word."]
            .iter()
            .map(|part| text.find(part).unwrap())
            .collect();
        let status = text.matches("\nstatus = 200\n").count();
        assert!(status == 2, "what follows from a guess is not written: {text}");
        assert!(places.is_sorted() && !text.contains("delete ="), "{text}");
    }
}

#[tokio::test]
async fn what_ships_cannot_be_rewritten() {
    let problem = update(Path::new("telemessage"), None).await.unwrap_err();
    assert!(problem.contains("name its folder"), "{problem}");
}
