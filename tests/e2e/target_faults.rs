//! A product that misbehaves: what each kind becomes for the IdP (`docs/ARCHITECTURE.md`, promises at the edge). Never its 401, never its words, always something that
//! the IdP understands, and everything works again when the product does.

use std::time::Duration;

use gateway::standin::faults::{Fault, When};
use json::json;

use crate::caller::Caller;
use crate::exposition::scrape;
use crate::people::{NORTH, user};
use crate::wire::Answer;
use crate::world::{Setup, World, account};

/// Longest target call where it matters, in seconds: short for who waits, long for a machine that has much to do.
const CALL_SECS: u64 = 3;

/// A world where a call, and all calls of an exchange together, may take only so many seconds.
async fn hurried(call_secs: u64, exchange_secs: u64) -> World {
    let sections = format!("[limits]\ncall_secs = {call_secs}\nexchange_secs = {exchange_secs}\n");
    World::with(Setup { sections, ..Setup::default() }).await
}

fn status(status: u16, retry_after: Option<&'static str>) -> Fault {
    Fault::Status { status, retry_after }
}

/// Everything an IdP asks for: a look-up, a read, a change, a create, a delete.
async fn ask_everything(idp: &Caller, id: &str) -> [Answer; 5] {
    [
        idp.find("userName", "15550100188").await,
        idp.read(id).await,
        idp.patch(id, &[("name.givenName", json!("Lee"))]).await,
        idp.create(&user("15550100199", NORTH)).await,
        idp.delete(id).await,
    ]
}

/// A SCIM error that gives away nothing of the product: not its words, not its address, not our account there.
#[track_caller]
fn check(world: &World, answer: Answer, expected: u16, retry_after: Option<&str>) {
    let answer = answer.expect_error(expected, "");
    assert_eq!(answer.header("retry-after"), retry_after, "{answer}");
    assert_eq!(answer.header("www-authenticate"), None, "{answer}");
    let port = world.around.product_api.address.port().to_string();
    for secret in ["FAULT", "internal", "maintenance", "<html>", "127.0.0.1", &port, &account("msgco")] {
        assert!(!answer.text.contains(secret), "`{secret}` got out: {answer}");
    }
}

#[tokio::test]
async fn each_fault_has_its_answer() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let rows = [
        (status(401, None), 503, Some("30")),
        (status(403, None), 503, Some("30")),
        (status(500, None), 503, Some("30")),
        (status(502, Some("7")), 503, Some("30")),
        (status(503, None), 503, Some("30")),
        (status(503, Some("7")), 503, Some("7")),
        (status(429, Some("7")), 503, Some("7")),
        (status(429, Some("Wed, 21 Oct 2026 07:28:00 GMT")), 503, Some("30")),
        (status(302, None), 502, None),
        (Fault::Garbage, 502, None),
        (Fault::BreakAfter, 503, Some("30")),
    ];
    for (fault, expected, retry_after) in rows {
        let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
        world.around.product_api.faults.set(When::Always, fault);
        for answer in ask_everything(&idp, &id).await {
            check(&world, answer, expected, retry_after);
        }
        world.around.product_api.faults.clear();
        // What broke after the work has been done: the user may be deleted already, and never is there a second one.
        assert!(world.users("msgco").len() <= 1, "{fault:?}");
        assert!(matches!(idp.delete(&id).await.status, 204 | 404), "{fault:?}");
        assert_eq!(world.users("msgco"), [] as [json::Value; 0], "{fault:?}");
    }
}

#[tokio::test]
async fn a_slow_product_is_a_time_out() {
    let world = hurried(CALL_SECS, 40).await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
    world.around.product_api.faults.set(When::Always, Fault::Delay(Duration::from_secs(CALL_SECS + 20)));
    let (found, read) = tokio::join!(idp.find("userName", "15550100188"), idp.read(&id));
    for answer in [found, read] {
        check(&world, answer, 504, Some("30"));
    }
    world.around.product_api.faults.clear();
    idp.read(&id).await.expect(200);
}

#[tokio::test]
async fn an_exchange_ends_before_the_idp_gives_up() {
    // Each call is in time, all together are not: table, look-up, create.
    let world = hurried(CALL_SECS, CALL_SECS).await;
    world.around.product_api.faults.set(When::Always, Fault::Delay(Duration::from_millis(CALL_SECS * 450)));
    let answer = world.caller("msgco").create(&user("15550100188", NORTH)).await;
    check(&world, answer, 504, Some("30"));
    world.around.product_api.faults.clear();
    let idp = world.caller("msgco");
    idp.create(&user("15550100188", NORTH)).await.expect(201);
    assert_eq!(world.users("msgco").len(), 1);
}

#[tokio::test]
async fn a_product_that_is_down_is_retried_later_and_forgotten_when_it_is_back() {
    let mut world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
    let before = scrape(world.gateway.admin).await;
    world.around.product_api.stop().await;
    for answer in ask_everything(&idp, &id).await {
        check(&world, answer, 503, Some("30"));
    }
    let after = scrape(world.gateway.admin).await;
    let grown = after.grown(&before, "scimgate_tenant_requests_total");
    assert_eq!(grown, [("outcome_class=\"target\",tenant=\"msgco\"".to_owned(), 5.0)]);
    assert!(world.gateway.is_alive());

    world.around.restart_product().await;
    idp.read(&id).await.expect(200);
    idp.find("userName", "15550100188").await.expect_list(1);
}

#[tokio::test]
async fn one_customers_broken_product_is_nobody_elses_problem() {
    let world = hurried(CALL_SECS, 40).await;
    world.around.product_api.faults.set(When::Always, Fault::HangAfter);
    let stuck = tokio::spawn({
        let idp = world.caller("msgco");
        async move { idp.find("userName", "15550100188").await }
    });
    world.caller("acme").find("userName", "kit.ng@example.com").await.expect_list(0);
    check(&world, stuck.await.unwrap(), 504, Some("30"));
}

#[tokio::test]
async fn a_refusal_of_the_product_is_told_in_the_idps_terms() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let mut wrong = user("15550100188", NORTH);
    wrong["emails"][0]["value"] = json!("nowhere");
    let told = idp.create(&wrong).await.expect_error(400, "invalidValue");
    assert!(told.text_at("/detail").contains("is not an e-mail address"), "{told}");
    assert!(!told.text.contains("EMAIL_INVALID"), "{told}");
    assert_eq!(world.users("msgco"), [] as [json::Value; 0]);
}
