//! TeleMessage (Entra ID with a blank Secret Token): idp-dialects §5, lines 1 to 11.
//!
//! Stand-in: `gateway::standin::product`, shared by all customers, with an account for each. Its own way: numbers must be international digits,
//! suspending and activating are actions, managers are known by id, errors are `{"code"}`.

use json::{Value, json};

use crate::people::{NORTH, SOUTH, user};
use crate::wire::Request;
use crate::world::{Customer, Setup, TID_A, TID_B, TID_C, World, blank_token, key};

/// Two customers behind one URL, told apart by nothing but their blank-token JWT; and one that wants numbers as the guide writes them.
async fn guide() -> World {
    let strict = Customer { id: "strictco", region: Some("GB"), tid: None, ..crate::world::CUSTOMERS[0] };
    let customers = [crate::world::CUSTOMERS.to_vec(), vec![strict]].concat();
    let world = World::with_params(Setup { customers, ..Setup::default() }, &[("strictco", "strict = true")]).await;
    // The stranger's keys are as good as anybody's.
    for (tid, kid) in [(TID_A, "tenant-a-key-1"), (TID_B, "tenant-b-key-1"), (TID_C, "tenant-c-key-1")] {
        world.around.issuer.publish(tid, kid, key(kid));
    }
    world
}

fn probe(token: &str) -> Request {
    let path = "/scim/v2/Users?filter=userName+eq+%225f1c9a52-6a1b-4f0e-9c1d-2b7d0f5a9e11%22";
    Request::new("GET", path).bearer(token)
}

#[tokio::test]
async fn telemessage_01_a_tenant_id_that_is_not_listed_is_401_although_all_else_is_right() {
    let world = guide().await;
    probe(&blank_token(TID_A, "tenant-a-key-1")).send(world.gateway.scim).await.expect_list(0);
    let stranger = probe(&blank_token(TID_B, "tenant-b-key-1")).send(world.gateway.scim).await.expect_error(401, "");
    assert!(stranger.text_at("/detail").contains("allow-list"), "{stranger}");
    assert!(world.around.product_api.take_seen().iter().all(|seen| !seen.target.contains("5f1c9a52")));
}

#[tokio::test]
async fn telemessage_02_one_url_for_all_customers_and_the_tenant_id_selects_the_account() {
    let world = guide().await;
    let a = world.caller_with(&blank_token(TID_A, "tenant-a-key-1"));
    let c = world.caller_with(&blank_token(TID_C, "tenant-c-key-1"));
    a.create(&user("15550100177", NORTH)).await.expect(201);
    c.create(&user("15550100178", NORTH)).await.expect(201);
    for (customer, number) in [("msgco", "15550100177"), ("otherco", "15550100178")] {
        assert_eq!(world.only_user(customer)["msisdn"], number);
    }
    c.find("userName", "15550100177").await.expect_list(0);
}

#[tokio::test]
async fn telemessage_03_test_connection_with_a_blank_token_finds_nobody_and_is_200() {
    let world = guide().await;
    let answer = probe(&blank_token(TID_A, "tenant-a-key-1")).send(world.gateway.scim).await.expect_list(0);
    assert_eq!(answer.body["totalResults"], 0, "{answer}");
    assert_eq!(world.take_writes(), []);
}

#[tokio::test]
async fn telemessage_04_user_name_is_a_mobile_number_in_international_digits() {
    let world = guide().await;
    let idp = world.caller("strictco");
    for number in ["11234567890", "441234567890", "85212345678"] {
        assert_eq!(idp.create(&user(number, NORTH)).await.expect(201).text_at("/userName"), number);
    }
    world.take_writes();
    let wrong = ["+441234567890", "44-1234-567890", "01234567890", "441234S67890", "ada.reyes", "00441234567890"];
    // A 0 behind the country code is no part of the number.
    for number in wrong.into_iter().chain(["4401234567890"]) {
        let told = idp.create(&user(number, NORTH)).await.expect_error(400, "invalidValue");
        let detail = told.text_at("/detail");
        assert!(
            detail.contains("`userName`") && detail.contains("country code") && detail.contains("digits"),
            "{told}"
        );
    }
    assert_eq!(world.take_writes(), []);
    // Who does not ask for that has every usual spelling understood.
    let lenient = world.caller("msgco");
    lenient.create(&user("+44 1234 567890", NORTH)).await.expect(201);
    assert_eq!(world.only_user("msgco")["msisdn"], "441234567890");
}

#[tokio::test]
async fn telemessage_05_user_name_stays_a_text_end_to_end() {
    let world = guide().await;
    let idp = world.caller("msgco");
    // As a number it would be `390669812345.0` somewhere, or lose the zero behind the country code.
    let number = "390669812345";
    idp.create(&user(number, NORTH)).await.expect(201);
    assert_eq!(world.only_user("msgco")["msisdn"], json!(number));
    let found = idp.find("userName", number).await.expect_list(1);
    assert_eq!(found.body["Resources"][0]["userName"], json!(number), "{found}");
    let sent = world.take_writes().remove(0).body;
    assert_eq!(sent["msisdn"], json!(number), "{sent}");
}

#[tokio::test]
async fn telemessage_06_a_change_of_number_patches_both_and_changes_the_one_user() {
    let world = guide().await;
    let idp = world.caller("msgco");
    let made = idp.create(&user("15550100177", NORTH)).await.expect(201);
    assert_eq!((made.text_at("/userName"), made.text_at("/externalId")), ("15550100177", "15550100177"), "{made}");
    let before = world.only_user("msgco")["id"].clone();
    let both = [("userName", json!("15550100178")), ("externalId", json!("15550100178"))];
    let changed = idp.patch(&made.id(), &both).await.expect(200);
    assert_eq!((changed.id(), changed.text_at("/externalId")), (made.id(), "15550100178"), "{changed}");
    let held = world.only_user("msgco");
    assert_eq!((&held["id"], &held["msisdn"]), (&before, &json!("15550100178")));
    idp.find("externalId", "15550100178").await.expect_list(1);
    idp.find("userName", "15550100177").await.expect_list(0);
}

#[tokio::test]
async fn telemessage_07_display_name_selects_the_manager_and_two_apps_keep_their_own_users() {
    let world = guide().await;
    // Both applications are of one Entra tenant: the same credential.
    let (north, south) = (world.caller("msgco"), world.caller("msgco"));
    let unknown = north.create(&user("15550100176", "Nobody's Team")).await.expect_error(400, "invalidValue");
    assert!(unknown.text_at("/detail").contains("Nobody's Team"), "{unknown}");
    let theirs = north.create(&user("15550100177", NORTH)).await.expect(201).id();
    south.create(&user("15550100178", SOUTH)).await.expect(201);
    let before = world.users("msgco");
    assert_ne!(before[0]["managerId"], before[1]["managerId"]);
    world.take_writes();
    // The other application finds the user and would take it over: by a create, a PATCH, a PUT.
    south.find("userName", "15550100177").await.expect_list(1);
    south.create(&user("15550100177", SOUTH)).await.expect_error(409, "uniqueness");
    let taken = [("displayName", json!(SOUTH)), ("name.givenName", json!("Lee"))];
    south.patch(&theirs, &taken).await.expect_error(400, "mutability");
    south.put(&theirs, &user("15550100177", SOUTH)).await.expect_error(400, "mutability");
    assert_eq!((world.take_writes(), world.users("msgco")), (vec![], before));
}

#[tokio::test]
async fn telemessage_08_active_comes_from_is_soft_deleted_and_a_disabled_user_is_still_found() {
    let world = guide().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100177", NORTH)).await.expect(201).id();
    let rows: [(Value, &str); 4] = [
        (json!("False"), "SUSPENDED"),
        (json!("True"), "ENABLED"),
        (json!(false), "SUSPENDED"),
        (json!(true), "ENABLED"),
    ];
    for (sent, status) in rows {
        idp.patch(&id, &[("active", sent.clone())]).await.expect(200);
        assert_eq!(world.only_user("msgco")["status"], status, "{sent}");
        let found = idp.find("userName", "15550100177").await.expect_list(1);
        assert_eq!(found.body["Resources"][0]["active"], status == "ENABLED", "{found}");
    }
}

#[tokio::test]
async fn telemessage_09_the_seven_mapped_attributes_are_enough() {
    let world = guide().await;
    let idp = world.caller("msgco");
    let seven = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "15550100177",
        "externalId": "15550100177",
        "displayName": NORTH,
        "active": true,
        "emails": [{"type": "work", "value": "ada.reyes@example.com"}],
        "name": {"givenName": "Ada", "familyName": "Reyes"},
    });
    idp.create(&seven).await.expect(201);
    let held = world.only_user("msgco");
    let expected = [
        ("msisdn", "15550100177"),
        ("status", "ENABLED"),
        ("email", "ada.reyes@example.com"),
        ("firstName", "Ada"),
        ("lastName", "Reyes"),
    ];
    for (field, value) in expected {
        assert_eq!(held[field], value, "{field}");
    }
}

#[tokio::test]
async fn telemessage_10_group_endpoints_are_unused_and_the_probe_is_200() {
    let world = guide().await;
    let idp = world.caller("msgco");
    idp.get("/Groups?filter=displayName+eq+%22x%22&excludedAttributes=members").await.expect_list(0);
    idp.get("/Groups").await.expect_list(0);
    let group = json!({"schemas": [crate::caller::GROUP], "displayName": "Everybody"});
    idp.write("POST", "/Groups", &group).await.expect_error(501, "");
    assert_eq!(world.take_writes(), []);
}

#[tokio::test]
async fn telemessage_11_a_cycle_that_changes_nothing_writes_nothing() {
    let world = guide().await;
    let idp = world.caller("msgco");
    let mut ids = Vec::new();
    for number in ["15550100177", "15550100178", "15550100179"] {
        ids.push((number, idp.create(&user(number, NORTH)).await.expect(201).id()));
    }
    world.take_writes();
    for (number, id) in &ids {
        let found = idp.find("userName", number).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
        let same = [("displayName", json!(NORTH)), ("active", json!("True")), ("externalId", json!(number))];
        idp.patch(id, &same).await.expect(200);
    }
    assert_eq!(world.take_writes(), []);
}
