//! The command line beside `run`: what each subcommand says, and with which exit code.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::caller::Caller;
use crate::people::employee;
use crate::process::{Process, Ran, run, run_in};
use crate::world::{Setup, Surroundings};

/// This exit code, these words on standard output and on standard error.
#[track_caller]
fn ended(ran: &Ran, code: i32, stdout: &[&str], stderr: &[&str]) {
    assert_eq!(ran.code, Some(code), "{ran:#?}");
    for (text, parts) in [(&ran.stdout, stdout), (&ran.stderr, stderr)] {
        for part in parts {
            assert!(text.contains(part), "`{part}` is not said: {ran:#?}");
        }
    }
    assert!(!ran.stderr.contains("panicked"), "{ran:#?}");
}

/// A folder with a copy of a shipped profile, one text in it replaced.
fn changed(from: &str, to: &str) -> (TempDir, String) {
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../rules/profiles/telemessage");
    let folder = TempDir::new().unwrap();
    for name in ["profile.toml", "profile.test.toml"] {
        let text = std::fs::read_to_string(shipped.join(name)).unwrap();
        std::fs::write(folder.path().join(name), text.replace(from, to)).unwrap();
    }
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

#[tokio::test]
async fn check_is_fine_with_what_ships_and_with_a_good_configuration() {
    ended(&run(&["check", "telemessage", "directory"], "").await, 0, &["telemessage", "directory", "fine"], &[]);
    ended(&run(&["check", "--strict", "--json", "telemessage"], "").await, 0, &["[]"], &[]);
    let around = Surroundings::new(&Setup::default()).await;
    ended(&run_in(around.folder(), &["check", "scimgate.toml"], "").await, 0, &["scimgate.toml"], &[]);
}

#[tokio::test]
async fn check_tells_every_problem_and_what_to_write_instead() {
    let (_folder, path) = changed("E164(region)", "E164(reigon)");
    let ran = run(&["check", &path], "").await;
    ended(&ran, 1, &["profile.toml:", "reigon", "region"], &[]);
    let ran = run(&["check", "--json", &path], "").await;
    let problems: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, problems[0]["line"].is_u64()), (Some(1), true), "{problems:#}");

    let around = Surroundings::new(&Setup { scim: "favourite = 7\n".to_owned(), ..Setup::default() }).await;
    ended(&run_in(around.folder(), &["check", "scimgate.toml"], "").await, 1, &["scimgate.toml:4:1", "favourite"], &[]);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_checked_tested_or_explained() {
    for arguments in [&["check", "phonebook"][..], &["test", "phonebook"], &["explain", "--profile", "phonebook", "-"]]
    {
        ended(&run(arguments, "{}").await, 2, &[], &["phonebook", "telemessage"]);
    }
}

#[tokio::test]
async fn test_runs_the_cases_beside_a_profile() {
    ended(&run(&["test", "telemessage", "directory"], "").await, 0, &["telemessage"], &[]);
    let ran = run(&["test", "--json", "telemessage"], "").await;
    assert!(serde_json::from_str::<Value>(&ran.stdout).is_ok(), "{ran:#?}");
    // A mapping that does something else is found by the cases that ship.
    let (_folder, path) =
        changed("{ true = \"ENABLED\", false = \"SUSPENDED\" }", "{ true = \"SUSPENDED\", false = \"ENABLED\" }");
    assert_eq!(run(&["test", &path], "").await.code, Some(1));
}

#[tokio::test]
async fn explain_shows_the_calls_and_writes_nothing() {
    let request = json!({
        "method": "POST",
        "path": "/Users",
        "body": {"userName": "0123 456 7890", "displayName": "Northern Team", "active": "True", "name": {"givenName": "Ada"}},
    });
    let folder = TempDir::new().unwrap();
    let managers = json!([{"call": "GET /managers", "status": 200, "body": {"managers": [{"id": "m1", "name": "Northern Team"}]}}]);
    let answers = folder.path().join("answers.json");
    std::fs::write(&answers, managers.to_string()).unwrap();
    let arguments =
        ["explain", "--profile", "telemessage", "--param", "region=GB", "--answers", answers.to_str().unwrap(), "-"];
    let ran = run(&arguments, &request.to_string()).await;
    ended(&ran, 0, &["441234567890", "POST /users", "m1"], &[]);
    // The path as the IdP writes it does as well.
    let mut full = request.clone();
    full["path"] = json!("/scim/v2/Users");
    ended(&run(&arguments, &full.to_string()).await, 0, &["POST /users"], &[]);
    ended(&run(&arguments, "no json").await, 2, &[], &[]);
}

#[tokio::test]
async fn tokens_are_made_once_and_hashed() {
    let ran = run(&["token", "new"], "").await;
    ended(&ran, 0, &["sgt_", "sha256:"], &[]);
    let token = ran.stdout.split_whitespace().find(|word| word.starts_with("sgt_")).unwrap();
    let hash = ran.stdout.split_whitespace().find(|word| word.starts_with("sha256:")).unwrap();
    assert_eq!(token.len(), "sgt_".len() + 43, "256 bits in base64url");
    let hashed = run(&["token", "hash"], &format!("{token}\n")).await;
    assert_eq!((hashed.code, hashed.stdout.trim()), (Some(0), hash));
    assert_ne!(run(&["token", "new"], "").await.stdout, ran.stdout);
    ended(&run(&["token", "hash"], "").await, 2, &[], &["no token"]);
}

#[tokio::test]
async fn help_and_version_are_data() {
    ended(&run(&["--version"], "").await, 0, &["scimgate 0."], &[]);
    ended(&run(&["--help"], "").await, 0, &["run", "check", "test", "explain", "demo", "token"], &[]);
}

#[tokio::test]
async fn the_demo_plays_to_its_end() {
    let ran = run(&["demo", "--once"], "").await;
    ended(&ran, 0, &["Test Connection", "447700900123", "0 writes at the product", "Done"], &[]);
    let again = run(&["demo", "--once"], "").await;
    ended(&again, 0, &["Done"], &[]);
}

#[tokio::test]
async fn the_demo_serves_any_scim_client() {
    let demo = Process::serving(&["demo", "--listen", "127.0.0.1:0", "--token", "sesame"], false).await;
    let idp = Caller::new(demo.scim, "sesame");
    let id = idp.create(&employee("kit.ng@example.com")).await.expect(201).id();
    let found = idp.find("userName", "KIT.NG@example.com").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    idp.patch(&id, &[("title", json!("Analyst"))]).await.expect(200);
    assert_eq!(idp.read(&id).await.expect(200).text_at("/title"), "Analyst");
    idp.delete(&id).await.expect(204);
    Caller::new(demo.scim, "other").read(&id).await.expect_error(401, "");
    demo.terminate();
    let (status, _, log) = demo.ended().await;
    assert!(status.success(), "{log}");
}
