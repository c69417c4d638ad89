//! Requests at once: an IdP that sends the same thing twice in parallel gets one account, and two changes of one user both happen.

use std::time::Duration;

use gateway::standin::faults::{Fault, When};
use gateway::standin::product::Duplicates;
use json::json;
use tokio::task::JoinSet;

use crate::people::{NORTH, SOUTH, user};
use crate::world::{Setup, World};

/// A product that is slow enough for requests to overlap, and does not mind duplicates.
async fn world() -> World {
    let world = World::with(Setup { duplicates: Duplicates::Allowed, ..Setup::default() }).await;
    world.around.product_api.faults.set(When::Always, Fault::Delay(Duration::from_millis(50)));
    world
}

#[tokio::test]
async fn creates_of_one_user_at_once_are_one_account() {
    let world = world().await;
    let mut creates = JoinSet::new();
    for spelling in ["15550100188", "+1-555-010-0188", "(555) 010-0188", "555 010 0188"].repeat(3) {
        let idp = world.caller("msgco");
        let mut spelled = user("15550100188", NORTH);
        spelled["userName"] = json!(spelling);
        creates.spawn(async move { idp.create(&spelled).await.expect(201).id() });
    }
    let ids = creates.join_all().await;
    let held = world.only_user("msgco");
    assert!(ids.iter().all(|id| held["id"] == id.as_str()), "{ids:?}");
}

#[tokio::test]
async fn of_two_managers_who_create_one_user_at_once_one_gets_it() {
    let world = world().await;
    let idp = world.caller("msgco");
    let (north, south) = (user("15550100188", NORTH), user("15550100188", SOUTH));
    let (one, other) = tokio::join!(idp.create(&north), idp.create(&south));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{one}{other}");
    world.only_user("msgco");
}

#[tokio::test]
async fn users_at_once_do_not_wait_for_each_other_and_are_all_there() {
    const USERS: usize = 40;
    let world = world().await;
    let mut creates = JoinSet::new();
    for at in 0..USERS {
        let idp = world.caller(["msgco", "otherco"][at % 2]);
        creates.spawn(async move { idp.create(&user(&format!("155501001{at:02}"), NORTH)).await.expect(201).id() });
    }
    assert_eq!(creates.join_all().await.len(), USERS);
    assert_eq!(world.users("msgco").len() + world.users("otherco").len(), USERS);
}

#[tokio::test]
async fn two_changes_of_one_user_at_once_both_happen() {
    let world = world().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
    // One is remembered by the gateway alone, the other is written to the product and remembered too.
    let (anchor, number) =
        ([("externalId", json!("anchor"))], [("userName", json!("+1-555-010-0199")), ("active", json!(false))]);
    let (one, other) = tokio::join!(idp.patch(&id, &anchor), idp.patch(&id, &number));
    one.expect(200);
    other.expect(200);
    let held = world.only_user("msgco");
    assert_eq!((&held["msisdn"], &held["status"]), (&json!("15550100199"), &json!("SUSPENDED")));
    let told = idp.read(&id).await.expect(200);
    assert_eq!((told.text_at("/userName"), told.text_at("/externalId")), ("+1-555-010-0199", "anchor"), "{told}");
}
