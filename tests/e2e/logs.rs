//! Logs: JSON lines from which nobody learns who was provisioned, and at no level how to call anybody.

use gateway::standin::faults::{Fault, When};
use json::{Value, json};

use crate::people::{NORTH, SOUTH, employee, user};
use crate::world::{Setup, TID_A, World, account, blank_token, key, token};

/// What lets somebody in, or was sent as a password.
const SECRETS: [&str; 2] = ["sgt_stolen", "hunter2"];

/// What is about a person, or what was asked about one.
const PERSONAL: [&str; 19] = [
    "5550100188",
    "555-010-0188",
    "15550100199",
    "15550100177",
    "Reyes",
    "reyes",
    "Moss",
    "Ada",
    "call ada",
    "Kit",
    "kit.ng",
    "Ng\"",
    "example.com",
    "filter=",
    "favouriteColour",
    "perhaps",
    "anchor",
    "Nowhere Team",
    "maintenance",
];

/// Plays everything that could tempt a log, and gives the log with the secrets of that world.
async fn tempted(level: &str) -> (String, Vec<String>) {
    let sections = format!("[log]\nlevel = \"{level}\"\n");
    let world = World::with(Setup { sections, ..Setup::default() }).await;
    world.around.issuer.publish(TID_A, "tenant-a-key-1", key("tenant-a-key-1"));
    let jwt = blank_token(TID_A, "tenant-a-key-1");
    users(&world, &jwt).await;
    employees(&world).await;
    faults(&world, &jwt).await;

    let World { around: _around, gateway } = world;
    gateway.terminate();
    let (status, _, log) = gateway.ended().await;
    assert!(status.success(), "{log}");
    let claims = jwt.split('.').nth(1).unwrap().to_owned();
    (log, vec![jwt, claims, token("msgco"), token("acme"), account("msgco"), account("acme")])
}

/// What goes well, and refusals that repeat a value to the IdP's admin.
async fn users(world: &World, jwt: &str) {
    let idp = world.caller_with(jwt);
    let id = idp.create(&user("+1-555-010-0188", NORTH)).await.expect(201).id();
    idp.find("userName", "+1-555-010-0188").await.expect_list(1);
    idp.find("emails.value", "ada.reyes@example.com").await.expect(200);
    idp.patch(&id, &[("name.familyName", json!("Moss"))]).await.expect(200);
    idp.patch(&id, &[("name.familyName", json!("Moss")), ("active", json!("perhaps"))]).await.expect(400);
    idp.patch(&id, &[("displayName", json!(SOUTH))]).await.expect(400);
    idp.create(&user("+1-555-010-0188", SOUTH)).await.expect(409);
    idp.create(&user("call ada", NORTH)).await.expect(400);
    idp.create(&user("15550100199", "Nowhere Team")).await.expect(400);
    idp.filter("favouriteColour eq \"reyes-red\"").await.expect(400);
    idp.filter("userName eq \"ada").await.expect(400);
    idp.read("ada.reyes@example.com").await.expect(404);
    idp.get("/Ada/Reyes").await.expect(404);
    world.caller_with("sgt_stolen").find("userName", "15550100188").await.expect(401);
    world.caller("msgco").find("userName", "15550100188").await.expect_list(1);
}

/// Passwords.
async fn employees(world: &World) {
    let acme = world.caller("acme");
    let mut employee = employee("kit.ng@example.com");
    employee["password"] = json!("hunter2-hunter2");
    let told = acme.create(&employee).await.expect(201);
    assert!(!told.text.contains("hunter2"), "{told}");
    employee["externalId"] = json!("another-anchor");
    acme.create(&employee).await.expect(409);
    acme.patch(&told.id(), &[("password", json!("hunter2-hunter3"))]).await.expect(200);
    acme.patch(&told.id(), &[("password", json!(["hunter2", {"hunter2": 1}]))]).await.expect(400);
    assert_eq!(world.around.directory.people()[0]["secret"], "hunter2-hunter3");
}

/// A product that talks too much.
async fn faults(world: &World, jwt: &str) {
    let idp = world.caller_with(jwt);
    let misbehaviours = [
        Fault::Garbage,
        Fault::BreakAfter,
        Fault::Status { status: 401, retry_after: None },
        Fault::Status { status: 500, retry_after: None },
    ];
    for fault in misbehaviours {
        world.around.product_api.faults.set(When::Always, fault);
        assert!(idp.find("userName", "+1-555-010-0188").await.status >= 502, "{fault:?}");
        assert!(idp.create(&user("15550100177", NORTH)).await.status >= 502, "{fault:?}");
    }
}

#[track_caller]
fn tells_nothing_of<'s>(log: &str, words: impl IntoIterator<Item = &'s str>) {
    for word in words {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(word)).collect();
        assert!(lines.is_empty(), "`{word}` is in the log:\n{}", lines.join("\n"));
    }
}

#[tokio::test]
async fn a_log_is_json_lines_and_names_nobody() {
    let (log, secrets) = tempted("info").await;
    assert!(log.lines().count() > 30, "{log}");
    for line in log.lines() {
        let line: Value = json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for key in ["timestamp", "level", "target", "message"] {
            assert!(line[key].is_string(), "no `{key}`: {line}");
        }
    }
    for told in [
        "\"tenant\":\"msgco\"",
        "\"request_id\":",
        "\"operation\":\"user.create\"",
        "\"outcome\":\"uniqueness\"",
        "\"writes\":1",
    ] {
        assert!(log.contains(told), "`{told}` is not in\n{log}");
    }
    tells_nothing_of(&log, PERSONAL);
    tells_nothing_of(&log, SECRETS);
    tells_nothing_of(&log, secrets.iter().map(String::as_str));
}

#[tokio::test]
async fn no_secret_is_logged_at_any_level() {
    let (log, secrets) = tempted("trace").await;
    assert!(log.contains("\"level\":\"DEBUG\""), "nothing more is logged:\n{log}");
    tells_nothing_of(&log, SECRETS);
    tells_nothing_of(&log, secrets.iter().map(String::as_str));
    tells_nothing_of(&log, ["FAULT", "maintenance"]);
}
