//! The corpus of what IdPs really send (`tests/corpus`), replayed file by file against the binary.
//!
//! [`case`] reads a file, [`connection`] knows whose it is, [`fixture`] makes what it needs, [`token`] mints its JWT, [`json_path`]
//! looks into the answer; this module has the replays and what the products must hold at the end.

mod case;
mod connection;
mod fixture;
mod json_path;
mod replay;
mod token;

use case::Case;
use json::{Value, json};
use replay::Replay;

use crate::caller::patch_of;
use crate::exposition::scrape;
use crate::world::{TID_A, TID_B, TID_C, World, key};

/// Every token case and why it is refused; `""` is let in.
const REASONS: [(&str, &str); 18] = [
    ("01-valid-allowlisted-tenant", ""),
    ("02-other-tenant-same-audience", "tenant-unlisted"),
    ("03-tid-iss-mismatch", "token-issuer"),
    ("04-iss-of-a-signed-by-b", "key-unknown"),
    ("05-wrong-audience", "token-audience"),
    ("06-audience-array", "token-audience"),
    ("07-unknown-caller-appid", "token-application"),
    ("08-expired", "token-expired"),
    ("09-expired-within-skew", ""),
    ("10-not-yet-valid", "token-not-yet-valid"),
    ("11-no-exp", "token-no-expiry"),
    ("12-alg-none", "token-algorithm"),
    ("13-alg-hs256-with-public-key", "token-algorithm"),
    ("14-unknown-kid", "key-unknown"),
    ("15-rolled-over-kid", ""),
    ("16-header-jku-injection", "token-algorithm"),
    ("17-v2-issuer-not-configured", "token-issuer"),
    ("18-missing-authorization", "no-credential"),
];

/// A world with all connections of the corpus, whose issuer has keys for two customers and for a stranger.
async fn world() -> World {
    let world = World::with(connection::setup()).await;
    for (tid, kid) in [(TID_A, "tenant-a-key-1"), (TID_B, "tenant-b-key-1"), (TID_C, "tenant-c-key-1")] {
        world.around.issuer.publish(tid, kid, key(kid));
    }
    world
}

/// Plays a whole folder.
async fn played(world: &World, folder: &str, cases: usize) -> Replay {
    let mut replay = Replay::default();
    for case in Case::folder(folder) {
        replay.play(world, &case).await;
    }
    replay.finish(cases);
    replay
}

/// The one record whose `field` is `value`.
#[track_caller]
fn one(records: &[Value], field: &str, value: &str) -> Value {
    let mut found = records.iter().filter(|record| record[field] == value);
    let one = found.next().unwrap_or_else(|| panic!("no record has {field} {value}: {records:#?}"));
    assert!(found.next().is_none(), "several records have {field} {value}");
    one.clone()
}

/// A record holds this at these places; a place that must be empty holds null.
#[track_caller]
fn holds(record: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(record.get(field).unwrap_or(&Value::Null), value, "{field} of {record:#}");
    }
}

#[tokio::test]
async fn entra_with_a_blank_token_is_served_and_strangers_are_not() {
    let world = world().await;
    let mut replay = Replay::default();
    for case in Case::folder("entra-jwt") {
        replay.play(&world, &case).await;
        if case.file == "01-valid-allowlisted-tenant" {
            // The fixture's roll-over: key 2 is there after the first fetch.
            world.around.issuer.publish(TID_A, "tenant-a-key-2", key("tenant-a-key-2"));
        }
    }
    replay.finish(26);
    let numbers: Vec<_> = world.users("msgco").into_iter().map(|user| user["msisdn"].clone()).collect();
    assert_eq!(numbers, ["441632960234", "15550100199", "15550100188"]);
}

#[tokio::test]
async fn every_refused_token_is_refused_for_its_own_reason() {
    let world = world().await;
    let mut replay = Replay::default();
    let cases = Case::folder("entra-jwt");
    for (file, reason) in REASONS {
        let case = cases.iter().find(|case| case.file == file).unwrap_or_else(|| panic!("no file {file}"));
        let before = scrape(world.gateway.admin).await;
        replay.play(&world, case).await;
        let after = scrape(world.gateway.admin).await;
        let expected = if reason.is_empty() { vec![] } else { vec![(format!("reason=\"{reason}\""), 1.0)] };
        assert_eq!(after.grown(&before, "scimgate_auth_rejected_total"), expected, "{file}");
        if file == "01-valid-allowlisted-tenant" {
            world.around.issuer.publish(TID_A, "tenant-a-key-2", key("tenant-a-key-2"));
        }
    }
    replay.finish(REASONS.len());
    // Once when first needed, and once for the first unknown key id; none for the unknown ids after that.
    assert_eq!(world.around.issuer.fetches(TID_A), 2);
    assert_eq!(world.around.issuer.fetches(TID_B), 0, "keys of a stranger were fetched");
    assert_eq!(world.around.issuer.fetches(TID_C), 0, "keys were fetched for nobody");
    assert_eq!(world.around.product_api.seen().iter().filter(|seen| seen.writes()).count(), 0);
}

#[tokio::test]
async fn entra_without_the_feature_flag_is_served() {
    let world = world().await;
    played(&world, "entra-noflag", 60).await;
    assert_eq!(world.around.directory.people().len(), 4);
    assert_eq!(world.around.directory.teams(), [] as [Value; 0]);
}

#[tokio::test]
async fn okta_2_0_is_served() {
    let world = world().await;
    let replay = played(&world, "okta20-oin", 35).await;

    let contact = world.around.house("contact").directory.people();
    assert_eq!(contact.len(), 3, "{contact:#?}");
    holds(
        &one(&contact, "login", "noor.haddad@example.com"),
        &json!({
            "names": {"first": "Noor", "last": "Haddad-Cole"}, "role": "roles-2", "crew": "crews-2", "enabled": true,
            "secret": null,
        }),
    );
    let pia = json!({"role": "roles-1", "crew": null, "ref": null, "enabled": false});
    holds(&one(&contact, "login", "pia.vogel@example.com"), &pia);
    holds(&one(&contact, "login", "otto.berg@example.com"), &json!({"role": "roles-1", "enabled": true}));

    let signage = &world.around.house("signage").directory;
    let people = signage.people();
    assert_eq!(people.len(), 251);
    let gil = one(&people, "login", "gil.mendes@example.com");
    assert_eq!(gil["pid"].to_string(), replay.captured("s1"));
    let mail = json!([{"value": "gil.mendes-ito@example.com", "type": "work", "primary": true}]);
    assert_eq!(gil["mails"][0]["value"], mail[0]["value"]);
    holds(&gil, &json!({"names": {"first": "Gil", "last": "Mendes-Ito"}, "secret": "r4nd-Wq33-tmp"}));
    let teams: Vec<_> = signage.teams().into_iter().map(|team| team["name"].clone()).collect();
    assert_eq!(teams, fixture::TEAMS.map(|(name, _)| name));
    for (team, (_, size)) in signage.teams().iter().zip(fixture::TEAMS) {
        assert_eq!(signage.members(team["tid"].as_str().unwrap()).len(), size);
    }
}

#[tokio::test]
async fn okta_1_1_is_served() {
    let world = world().await;
    let replay = played(&world, "okta11", 27).await;
    let clinic = &world.around.house("clinic").directory;
    let people = clinic.people();
    let logins: Vec<_> = people.iter().map(|person| person["login"].clone()).collect();
    assert_eq!(logins, ["ines.rowe@example.com", "manual.mae@example.com", "dev.anand@example.com"]);
    assert_eq!(people[0]["pid"].to_string(), replay.captured("b1"));
    holds(
        &people[0],
        &json!({
            "names": {"first": "Inès", "last": "Rowe-Hart"}, "kind": "basic", "enabled": true, "display": null,
            "secret": "Amber-Kettle-93",
        }),
    );
    holds(&people[1], &json!({"kind": null, "secret": null, "ref": null, "rev": 1}));
    holds(&people[2], &json!({"kind": "account-admin", "secret": "r4nd-Ff42-tmp"}));
    let teams: Vec<_> = clinic.teams().into_iter().map(|team| team["name"].clone()).collect();
    assert_eq!(teams, ["Ward 7"]);
}

#[tokio::test]
async fn what_a_product_without_groups_is_asked_of_them_is_refused_cleanly() {
    let world = world().await;
    let idp = world.caller("msgco");
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Night Shift"});
    idp.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22Night+Shift%22").await.expect_list(0);
    idp.get("/Groups?startIndex=1&count=100").await.expect_list(0);
    idp.get("/Groups/none").await.expect_error(404, "");
    idp.send(idp.request("POST", "/Groups").json(&group)).await.expect_error(501, "");
    for (method, body) in [("PUT", group.clone()), ("PATCH", patch_of(&[("displayName", json!("x"))]))] {
        idp.send(idp.request(method, "/Groups/none").json(&body)).await.expect_error(501, "");
    }
    idp.send(idp.request("DELETE", "/Groups/none")).await.expect_error(501, "");
    assert_eq!(world.take_writes(), []);
}
