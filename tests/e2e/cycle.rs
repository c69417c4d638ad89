//! A cycle of Entra's: what is repeated writes nothing, what is changed is written once, and managers keep their users.

use json::{Value, json};

use crate::caller::Caller;
use crate::people::{NORTH, SOUTH, user};
use crate::world::{World, account};

const NUMBERS: [&str; 3] = ["+1-555-010-0177", "15550100178", "+44 1632 960234"];

/// What every cycle does for a user that is there: looks it up, and says its values once more, one way or another.
async fn repeat(idp: &Caller, number: &str, id: &str) {
    let found = idp.find("userName", number).await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    let same = [
        ("userName", json!(number)),
        ("externalId", json!(number)),
        ("displayName", json!(NORTH)),
        ("active", json!("True")),
        ("emails[type eq \"work\"].value", json!("ada.reyes@example.com")),
        ("name.givenName", json!("Ada")),
    ];
    idp.patch(id, &same).await.expect(200);
    idp.put(id, &user(number, NORTH)).await.expect(200);
    assert_eq!(idp.create(&user(number, NORTH)).await.expect(201).id(), id);
}

#[tokio::test]
async fn a_second_cycle_without_changes_writes_nothing() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let mut ids = Vec::new();
    for number in NUMBERS {
        idp.find("userName", number).await.expect_list(0);
        ids.push(idp.create(&user(number, NORTH)).await.expect(201).id());
    }
    let before = world.users("msgco");
    assert_eq!(world.take_writes().len(), NUMBERS.len());
    for (number, id) in NUMBERS.iter().zip(&ids) {
        repeat(&idp, number, id).await;
    }
    assert_eq!(world.take_writes(), []);
    assert_eq!(world.users("msgco"), before);
}

#[tokio::test]
async fn one_change_is_one_write_of_what_changed() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100177", NORTH)).await.expect(201).id();
    world.take_writes();
    let changes = [("name.familyName", json!("Moss")), ("name.givenName", json!("Ada")), ("active", json!(true))];
    assert_eq!(idp.patch(&id, &changes).await.expect(200).text_at("/name/familyName"), "Moss");
    let writes = world.take_writes();
    assert_eq!(writes.len(), 1, "{writes:#?}");
    assert_eq!((writes[0].method.as_str(), &writes[0].body), ("PATCH", &json!({"lastName": "Moss"})));
}

#[tokio::test]
async fn active_is_a_boolean_or_its_word_and_nothing_else() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100177", NORTH)).await.expect(201).id();
    let rows: [(Value, &str); 10] = [
        (json!("False"), "SUSPENDED"),
        (json!(true), "ENABLED"),
        (json!(false), "SUSPENDED"),
        (json!("True"), "ENABLED"),
        (json!("false"), "SUSPENDED"),
        (json!("true"), "ENABLED"),
        (json!("FALSE"), "SUSPENDED"),
        (json!("TRUE"), "ENABLED"),
        (json!("fAlSe"), "SUSPENDED"),
        (json!("tRuE"), "ENABLED"),
    ];
    for (value, status) in rows {
        let told = idp.patch(&id, &[("active", value)]).await.expect(200);
        assert_eq!(told.body["active"], status == "ENABLED", "{told}");
        assert_eq!(world.only_user("msgco")["status"], status, "{told}");
        let found = idp.find("userName", "15550100177").await.expect_list(1);
        assert_eq!(found.body["Resources"][0]["active"], status == "ENABLED", "{found}");
    }
    world.take_writes();
    for value in [json!("Disabled"), json!(1), json!(0), json!("yes"), json!("0"), json!({"a": 1}), json!(" False")] {
        let told = idp.patch(&id, &[("active", value.clone())]).await.expect_error(400, "invalidValue");
        assert!(told.text_at("/detail").contains("`active`"), "{told}");
        let mut put = user("15550100177", NORTH);
        put["active"] = value;
        idp.put(&id, &put).await.expect_error(400, "invalidValue");
    }
    assert_eq!(world.take_writes(), []);
    assert_eq!(world.only_user("msgco")["status"], "ENABLED");
}

#[tokio::test]
async fn an_unknown_manager_is_named_and_nothing_is_made() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let told = idp.create(&user("15550100177", "Unknown Boss")).await.expect_error(400, "invalidValue");
    assert!(told.text_at("/detail").contains("Unknown Boss"), "{told}");
    assert!(told.text_at("/detail").contains("displayName"), "{told}");
    let mut nobody = user("15550100177", NORTH);
    nobody.as_object_mut().unwrap().remove("displayName");
    let told = idp.create(&nobody).await.expect_error(400, "invalidValue");
    assert!(told.text_at("/detail").contains("displayName"), "{told}");
    assert_eq!(world.take_writes(), []);
}

#[tokio::test]
async fn managers_of_one_customer_keep_their_own_users() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let north = idp.create(&user("15550100177", NORTH)).await.expect(201).id();
    let south = idp.create(&user("15550100178", SOUTH)).await.expect(201).id();
    let before = world.users("msgco");
    world.take_writes();

    let told = idp.create(&user("+1 555 010 0177", SOUTH)).await.expect_error(409, "uniqueness");
    assert!(told.text_at("/detail").contains("`userName`"), "{told}");
    idp.create(&user("15550100178", NORTH)).await.expect_error(409, "uniqueness");
    for (id, taker) in [(&north, SOUTH), (&south, NORTH)] {
        let told = idp.patch(id, &[("displayName", json!(taker))]).await.expect_error(400, "mutability");
        assert!(told.text_at("/detail").contains("displayName"), "{told}");
    }
    idp.put(&north, &user("15550100177", SOUTH)).await.expect_error(400, "mutability");
    // A number that another user has cannot be taken by a change either.
    idp.patch(&north, &[("userName", json!("15550100178"))]).await.expect_error(409, "uniqueness");
    assert_eq!(world.users("msgco"), before);
}

#[tokio::test]
async fn a_manager_who_came_later_is_found() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    idp.create(&user("15550100177", NORTH)).await.expect(201);
    idp.create(&user("15550100178", "Western Team")).await.expect_error(400, "invalidValue");
    world.around.product.add_manager(&account("msgco"), "Western Team");
    // The table of managers was read just now; it is not read again for a name within two seconds (`Lookups::expire`).
    let mut told = idp.create(&user("15550100178", "Western Team")).await;
    for _ in 0..40 {
        if told.status == 201 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        told = idp.create(&user("15550100178", "Western Team")).await;
    }
    assert_eq!(told.expect(201).text_at("/displayName"), "Western Team");
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_its_number_free() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100177", NORTH)).await.expect(201).id();
    idp.delete(&id).await.expect(204);
    idp.delete(&id).await.expect_error(404, "");
    idp.read(&id).await.expect_error(404, "");
    idp.find("userName", "15550100177").await.expect_list(0);
    idp.find("externalId", "15550100177").await.expect_list(0);
    assert_ne!(idp.create(&user("15550100177", SOUTH)).await.expect(201).id(), id);
}
