//! Nothing lost, nothing doubled: the gateway is killed, or an answer gets lost, between the product's write and the IdP's answer.
//! The IdP does what it always does: it sends the request again.

use gateway::standin::faults::{Fault, When};
use gateway::standin::product::Duplicates;
use json::json;

use crate::people::{NORTH, user};
use crate::world::{Setup, World};

async fn world(duplicates: Duplicates) -> World {
    World::with(Setup { duplicates, ..Setup::default() }).await
}

/// Kills the gateway when the product has written and not yet answered, and starts it again on the same store.
async fn killed_after_the_write(world: World) -> World {
    world.around.product_api.faults.written().await;
    let world = world.restarted().await;
    world.around.product_api.faults.clear();
    world
}

async fn a_create_is_repeated_after_kill(duplicates: Duplicates) {
    let world = world(duplicates).await;
    world.around.product_api.faults.set(When::Writes, Fault::HangAfter);
    let lost = tokio::spawn({
        let idp = world.caller("msgco");
        async move { idp.try_create(&user("+1-555-010-0188", NORTH)).await }
    });
    let world = killed_after_the_write(world).await;
    assert!(lost.await.unwrap().is_err(), "the answer was not lost");
    let held = world.only_user("msgco");

    let idp = world.caller("msgco");
    idp.find("userName", "+1-555-010-0188").await.expect_list(1);
    let told = idp.create(&user("+1-555-010-0188", NORTH)).await.expect(201);
    assert_eq!(told.id(), held["id"], "{told}");
    assert_eq!(told.text_at("/userName"), "+1-555-010-0188", "{told}");
    assert_eq!(world.only_user("msgco"), held);
    let found = idp.find("externalId", "+1-555-010-0188").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), told.id(), "{found}");
}

#[tokio::test]
async fn a_create_that_a_kill_cut_off_is_one_account() {
    a_create_is_repeated_after_kill(Duplicates::Refused).await;
}

#[tokio::test]
async fn a_create_that_a_kill_cut_off_is_one_account_even_if_the_product_takes_duplicates() {
    a_create_is_repeated_after_kill(Duplicates::Allowed).await;
}

async fn a_create_whose_answer_broke_is_repeated(duplicates: Duplicates) {
    let world = world(duplicates).await;
    let idp = world.caller("msgco");
    world.around.product_api.faults.set(When::Writes, Fault::BreakAfter);
    idp.create(&user("15550100188", NORTH)).await.expect_error(503, "");
    world.around.product_api.faults.clear();
    let writes = world.take_writes();
    assert_eq!(writes.len(), 1, "a create was sent again by itself: {writes:#?}");

    let told = idp.create(&user("15550100188", NORTH)).await.expect(201);
    assert_eq!(told.id(), world.only_user("msgco")["id"]);
    assert_eq!(world.take_writes(), []);
}

#[tokio::test]
async fn a_create_whose_answer_got_lost_is_one_account() {
    a_create_whose_answer_broke_is_repeated(Duplicates::Refused).await;
}

#[tokio::test]
async fn a_create_whose_answer_got_lost_is_one_account_even_if_the_product_takes_duplicates() {
    a_create_whose_answer_broke_is_repeated(Duplicates::Allowed).await;
}

#[tokio::test]
async fn a_change_that_a_kill_cut_off_is_completed_by_the_next() {
    let world = world(Duplicates::Refused).await;
    let id = world.caller("msgco").create(&user("15550100188", NORTH)).await.expect(201).id();
    // Two calls at the product: suspend, then the rest. The kill comes between them.
    let changes = [
        ("active", json!("False")),
        ("userName", json!("+1-555-010-0199")),
        ("externalId", json!("+1-555-010-0199")),
        ("name.familyName", json!("Moss")),
    ];
    world.around.product_api.faults.set(When::Writes, Fault::HangAfter);
    let lost = tokio::spawn({
        let (idp, id, changes) = (world.caller("msgco"), id.clone(), changes.clone());
        async move { idp.try_patch(&id, &changes).await }
    });
    let world = killed_after_the_write(world).await;
    assert!(lost.await.unwrap().is_err(), "the answer was not lost");
    let half = world.only_user("msgco");
    assert_eq!((&half["status"], &half["lastName"]), (&json!("SUSPENDED"), &json!("Reyes")));

    let idp = world.caller("msgco");
    let told = idp.patch(&id, &changes).await.expect(200);
    assert_eq!((told.id(), told.text_at("/userName")), (id.clone(), "+1-555-010-0199"), "{told}");
    let whole = world.only_user("msgco");
    assert_eq!((&whole["status"], &whole["lastName"]), (&json!("SUSPENDED"), &json!("Moss")));
    assert_eq!(whole["msisdn"], "15550100199");
    idp.find("externalId", "+1-555-010-0199").await.expect_list(1);
    idp.find("externalId", "15550100188").await.expect_list(0);
}

#[tokio::test]
async fn what_was_remembered_outlives_a_kill() {
    let world = world(Duplicates::Refused).await;
    let id = world.caller("msgco").create(&user("+1-555-010-0188", NORTH)).await.expect(201).id();
    let world = world.restarted().await;
    let idp = world.caller("msgco");
    let found = idp.find("externalId", "+1-555-010-0188").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    assert_eq!(idp.read(&id).await.expect(200).text_at("/userName"), "+1-555-010-0188");
}

#[tokio::test]
async fn a_delete_whose_answer_got_lost_leaves_nothing() {
    let world = world(Duplicates::Refused).await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
    world.around.product_api.faults.set(When::Writes, Fault::BreakAfter);
    idp.delete(&id).await.expect_error(503, "");
    world.around.product_api.faults.clear();
    idp.delete(&id).await.expect_error(404, "");
    idp.find("externalId", "15550100188").await.expect_list(0);
    assert_eq!(world.users("msgco"), [] as [json::Value; 0]);
}
