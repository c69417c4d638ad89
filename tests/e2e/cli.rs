//! The command line beside `run`: what each subcommand says, and with which exit code.

use std::path::PathBuf;

use json::{Value, json};
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
    let (_folder, path) = changed("E164(region, strict)", "E164(reigon, strict)");
    let ran = run(&["check", &path], "").await;
    ended(&ran, 1, &["profile.toml:", "reigon", "region"], &[]);
    let ran = run(&["check", "--json", &path], "").await;
    let problems: Value = json::from_str(&ran.stdout).unwrap();
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
    assert!(json::from_str::<Value>(&ran.stdout).is_ok(), "{ran:#?}");
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
async fn test_tells_what_is_not_covered_and_rewrites_what_is_expected() {
    let (_folder, path) = changed("", "");
    let file = |name: &str| PathBuf::from(&path).join(name);
    let junit = file("results.xml");
    let arguments = ["test", &path, "--min-coverage", "100", "--junit", junit.to_str().unwrap()];
    ended(&run(&arguments, "").await, 0, &["coverage 100 %"], &[]);
    assert!(std::fs::read_to_string(&junit).unwrap().contains("<testsuite name=\"telemessage\""));
    ended(&run(&["test", &path, "--filter", "nobody is called so"], "").await, 2, &[], &["no case has"]);

    // Another status and another detail than before, which the cases do not expect.
    let profile = std::fs::read_to_string(file("profile.toml")).unwrap();
    let another = profile.replace("\"the mobile number is already in use\"", "\"somebody has the number\"");
    std::fs::write(file("profile.toml"), &another).unwrap();
    let ran = run(&["test", &path, "--min-coverage", "100"], "").await;
    ended(
        &ran,
        1,
        &["FAILED", "expected \"the mobile number is already in use\"", "is never met", "FAILED coverage: 9"],
        &[],
    );
    let cases = std::fs::read_to_string(file("profile.test.toml")).unwrap();
    ended(&run(&["test", &path, "--update"], "").await, 0, &["updated", "was rewritten"], &[]);
    let rewritten = std::fs::read_to_string(file("profile.test.toml")).unwrap();
    let expected = cases.replace("\"the mobile number is already in use\"", "\"somebody has the number\"");
    assert_eq!(rewritten, expected, "nothing else has moved");
    ended(&run(&["test", &path, "--min-coverage", "100"], "").await, 0, &["coverage 100 %"], &[]);
    ended(&run(&["test", "telemessage", "--update"], "").await, 2, &[], &["name its folder"]);
}

#[tokio::test]
async fn explain_recognises_a_tenant_reads_the_product_and_writes_nothing() {
    let around = Surroundings::new(&Setup::default()).await;
    let body = json!({"userName": "2025550142", "displayName": crate::people::NORTH}).to_string();
    let curl = format!("curl -X POST https://scim.example.com/t/msgco/scim/v2/Users --json '{body}'");
    let explain = ["explain", "--config", "scimgate.toml", "--curl", &curl];
    let offline = run_in(around.folder(), &explain, "").await;
    ended(&offline, 0, &["msgco: recognised by the path", "profile telemessage", "target-token", "not known"], &[]);
    assert!(around.product_api.take_seen().is_empty(), "nobody was asked");

    let live = [&explain[..], &["--live"]].concat();
    let ran = run_in(around.folder(), &live, "").await;
    ended(&ran, 0, &["GET http://127.0.0.1", "/managers", "POST http://127.0.0.1", "a write: not performed"], &[]);
    let methods: Vec<String> = around.product_api.take_seen().into_iter().map(|seen| seen.method).collect();
    assert!(!methods.is_empty() && methods.iter().all(|method| method == "GET"), "{methods:?}");
    assert!(!ran.stdout.contains(&crate::world::account("msgco")), "a secret is told: {ran:#?}");

    let nobodys = [&explain[..], &["--tenant", "other"]].concat();
    ended(&run_in(around.folder(), &nobodys, "").await, 2, &[], &["there is no tenant `other`", "`msgco`"]);
    ended(
        &run(&["explain", "telemessage", "--curl", "curl --upload-file x /Users"], "").await,
        2,
        &[],
        &["--upload-file"],
    );
}

#[tokio::test]
async fn diff_tells_which_recorded_exchanges_change() {
    let (_folder, path) = changed("{ direct = \"firstName\" }", "{ direct = \"givenName\" }");
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../rules/profiles/telemessage/profile.test.toml");
    let cases = shipped.to_str().unwrap();
    ended(&run(&["diff", "telemessage", "telemessage", "--requests", cases], "").await, 0, &["0 of "], &[]);
    let diff = ["diff", "telemessage", &path, "--requests", cases];
    ended(
        &run(&diff, "").await,
        1,
        &["changed ", "`givenName`: nothing → ", "user.map.name.givenName", " exchanges change"],
        &[],
    );
    let ran = run(&[&diff[..], &["--json"]].concat(), "").await;
    let told: Value = json::from_str(&ran.stdout).unwrap();
    assert!(ran.code == Some(1) && told["changed"].as_u64() > Some(0), "{told:#}");
    ended(&run(&["diff", "telemessage", &path, "--requests", "nowhere"], "").await, 2, &[], &["nowhere"]);
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
    ended(&run(&["--help"], "").await, 0, &["run", "check", "test", "explain", "diff", "demo", "token"], &[]);
    ended(&run(&["explain", "--help"], "").await, 0, &["Examples:", "--live"], &[]);
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
