//! The corpus of what IdPs really send (`tests/corpus`), replayed file by file against the binary.
//!
//! [`case`] reads a file, [`token`] mints its JWT, [`json_path`] looks into the answer; this module has the two replays and what must
//! hold around each request.

mod case;
mod json_path;
mod replay;
mod token;

use case::Case;
use replay::Replay;

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

/// Files that need groups, which no profile has yet: `groups_are_refused_cleanly` says what they are answered meanwhile.
const NEEDS_GROUPS: [&str; 11] = [
    "37-group-create",
    "38-group-get-excluding-members",
    "39-group-add-members",
    "40-group-re-add-member",
    "41-group-remove-member-value-array",
    "42-group-verify-one-left",
    "43-group-remove-absent-member",
    "44-group-rename-and-members",
    "45-group-member-unknown",
    "46-group-filter-member",
    "47-group-delete",
];

/// A world whose issuer has keys for the two customers and for a stranger.
async fn world() -> World {
    let world = World::new().await;
    for (tid, kid) in [(TID_A, "tenant-a-key-1"), (TID_B, "tenant-b-key-1"), (TID_C, "tenant-c-key-1")] {
        world.around.issuer.publish(tid, kid, key(kid));
    }
    world
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
    let mut replay = Replay::default();
    let cases = Case::folder("entra-noflag");
    for case in cases.iter().filter(|case| !NEEDS_GROUPS.contains(&case.file.as_str())) {
        replay.play(&world, case).await;
    }
    replay.finish(60 - NEEDS_GROUPS.len());
    assert_eq!(world.around.directory.people().len(), 4);
}

#[tokio::test]
async fn groups_are_refused_cleanly() {
    let world = world().await;
    let cases = Case::folder("entra-noflag");
    let is_left_out = |case: &&Case| NEEDS_GROUPS.contains(&case.file.as_str());
    let left_out: Vec<&Case> = cases.iter().filter(is_left_out).collect();
    let names: Vec<&str> = left_out.iter().map(|case| case.file.as_str()).collect();
    assert_eq!(names, NEEDS_GROUPS);
    let captured = ["g1", "u1", "u2", "u4"].map(|name| (name.to_owned(), "none".to_owned()));
    let replay = Replay::with(captured);
    for case in left_out {
        assert!(case.request.path.starts_with("/scim/v2/Groups"), "{} does not need groups", case.file);
        let answer = replay.send(&world, case).await;
        match (case.request.method.as_str(), case.request.path.contains('?')) {
            ("GET", true) if case.request.path.contains("filter") => drop(answer.expect_list(0)),
            ("GET", _) => drop(answer.expect_error(404, "")),
            _ => drop(answer.expect_error(501, "")),
        }
    }
}
