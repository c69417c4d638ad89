//! Two versions of a profile, and what is said of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

/// A folder with a changed copy of `telemessage`, and one with recorded exchanges.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(from: &str, to: &str) -> Self {
        // Another test of this process may have done so.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let desk = Self { folder: TempDir::new().unwrap() };
        let shipped = rules::shipped::shipped("telemessage").unwrap();
        assert!(shipped.profile.contains(from), "{from}");
        desk.write("profile.toml", &shipped.profile.replace(from, to));
        std::fs::create_dir(desk.folder.path().join("recorded")).unwrap();
        desk
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn options(&self) -> cli::Diff {
        let path = |name: &str| self.folder.path().join(name);
        cli::Diff { old: "telemessage".into(), new: path("profile.toml"), requests: path("recorded"), json: false }
    }

    /// What changes, as a person reads it, or what is wrong.
    async fn told(&self) -> Result<Vec<String>, String> {
        let changes = compare(&self.options()).await?;
        let folder = self.folder.path().join("recorded").display().to_string();
        Ok(changes
            .iter()
            .filter(|change| !change.told.is_empty())
            .flat_map(|change| change.text().lines().map(str::to_owned).collect::<Vec<_>>())
            .map(|line| line.replace(&format!("{folder}/"), "").split(" (/").next().unwrap_or_default().to_owned())
            .collect())
    }
}

const GIVEN: &str = r#"{"answers": [
    {"call": "GET /managers", "status": 200, "body": {"managers": [{"id": "m1", "name": "N"}]}},
    {"call": "GET /users/1", "status": 200, "body": {"id": "1", "msisdn": "12025550142", "managerId": "m1", "status": "ENABLED"}}
]}"#;

#[tokio::test]
async fn an_exchange_that_changes_is_told_call_by_call_and_member_by_member() {
    let desk = Desk::new("{ direct = \"firstName\" }", "{ direct = \"givenName\" }");
    desk.write(
        "recorded/1-read.json",
        &format!(r#"{{"request": {{"method": "GET", "path": "/Users/1"}}, "given": {GIVEN}}}"#),
    );
    desk.write(
        "recorded/2-name.http",
        "PATCH /scim/v2/Users/1 HTTP/1.1\n\n{\"Operations\": [{\"op\": \"replace\", \"path\": \"name.givenName\", \"value\": \"Ada\"}]}",
    );
    desk.write("recorded/2-name.given.json", GIVEN);
    desk.write("recorded/3-off.curl", "curl -X DELETE /Users/1");
    desk.write("recorded/notes.txt", "not an exchange");
    assert_eq!(
        desk.told().await.unwrap(),
        [
            "changed 2-name.http",
            "    call 3 `firstName`: \"Ada\" → nothing",
            "    call 3 `givenName`: nothing → \"Ada\"   ← user.map.name.givenName",
        ]
    );
    let changes = compare(&desk.options()).await.unwrap();
    let json: Vec<Value> = changes.iter().map(Change::json).collect();
    assert_eq!(json[0]["changed"], false);
    assert_eq!(
        json[1]["differences"][0],
        json!({"what": "call 3", "place": "firstName", "old": "Ada", "new": null, "rule": null})
    );
}

#[tokio::test]
async fn a_change_of_calls_status_and_answer_is_told() {
    let desk = Desk::new("post   = \"/users/{id}/suspend\"", "post   = \"/users/{id}/lock\"");
    let cases = rules::shipped::shipped("telemessage").unwrap().tests;
    desk.write("recorded/profile.test.toml", cases);
    let told = desk.told().await.unwrap();
    let expected = "    call 3: POST /users/1001/suspend → POST /users/1001/lock   ← user.update";
    assert!(told.iter().any(|line| line.starts_with(expected)), "{told:#?}");
    assert!(told.iter().any(|line| line.starts_with("changed profile.test.toml: ")), "{told:#?}");

    let desk = Desk::new("required = true, immutable = true", "required = true");
    let rename = r#"{"method": "PATCH", "path": "/Users/1", "body": {"Operations": [{"op": "replace", "path": "displayName", "value": "S"}]}}"#;
    let managers = r#"{"id": "m1", "name": "N"}"#;
    let given = GIVEN.replace(managers, &format!(r#"{managers}, {{"id": "m2", "name": "S"}}"#));
    desk.write("recorded/rename.json", &format!(r#"{{"request": {rename}, "given": {given}}}"#));
    let told = desk.told().await.unwrap();
    let call = "    call 3: nothing → PATCH /users/1   ← user.update";
    assert_eq!(told[1..], [call, "    status: 400 → Not known: call 3 was not recorded"]);

    let patched = r#", {"call": "PATCH /users/1", "status": 200, "body": {"id": "1", "msisdn": "12025550142", "managerId": "m2", "status": "ENABLED"}}]"#;
    let given = given.replace("\n]", patched);
    desk.write("recorded/rename.json", &format!(r#"{{"request": {rename}, "given": {given}}}"#));
    let told = desk.told().await.unwrap();
    let shown = "    answer `displayName`: nothing → \"S\"   ← user.map.displayName";
    for expected in [call, "    status: 400 → 200", "    answer `scimType`: \"mutability\" → nothing", shown] {
        assert!(told.iter().any(|line| line == expected), "{expected}: {told:#?}");
    }
}

#[tokio::test]
async fn the_same_profile_changes_nothing() {
    let desk = Desk::new("telemessage", "telemessage");
    for name in ["telemessage", "directory"] {
        desk.write("recorded/profile.test.toml", rules::shipped::shipped(name).unwrap().tests);
        let options = cli::Diff { old: name.into(), new: name.into(), ..desk.options() };
        let changes = compare(&options).await.unwrap();
        assert!(changes.len() > 10 && changes.iter().all(|change| change.told.is_empty()), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_played_is_said() {
    let desk = Desk::new("telemessage", "telemessage");
    let problem = desk.told().await.unwrap_err();
    assert!(problem.starts_with("there are no recorded exchanges in `"), "{problem}");
    desk.write("recorded/a.json", "{");
    let problem = desk.told().await.unwrap_err();
    assert!(problem.contains("a.json`: not JSON"), "{problem}");
    let request = r#""request": {"method": "GET", "path": "/Users/1"}"#;
    desk.write("recorded/a.json", &format!(r#"{{{request}, "given": {{"params": {{"region": "XX"}}}}}}"#));
    let problem = desk.told().await.unwrap_err();
    assert!(problem.contains("fits neither version"), "{problem}");

    let desk =
        Desk::new("region = { type = \"region\", default = \"US\"", "land = { type = \"region\", default = \"US\"");
    desk.write(
        "profile.toml",
        &rules::shipped::shipped("telemessage")
            .unwrap()
            .profile
            .replace("region = {", "land = {")
            .replace("E164(region, strict)", "E164(land, strict)"),
    );
    desk.write("recorded/a.json", &format!(r#"{{{request}, "given": {{"params": {{"region": "GB"}}}}}}"#));
    let told = desk.told().await.unwrap();
    assert!(told[1].starts_with("    exchange: Played as it was recorded → Not played: "), "{told:#?}");
}
