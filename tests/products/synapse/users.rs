//! Users of Synapse: one life, names that are ids, and rows that do not tell everything.

use json::json;

use super::{addresses, held, id_of, mail, seed, synapse, user};
use crate::front::{listed, okta_patch, the_one};

#[tokio::test]
async fn a_user_lives_from_creation_to_deletion() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let made = idp.create(&user("life")).await.expect(201);
    let id = made.id();
    assert_eq!(id, id_of("life"));
    assert_eq!(
        (made.text_at("/userName"), made.text_at("/externalId"), made.text_at("/emails/0/value")),
        ("life", "anchor-of-life", mail("life").as_str())
    );
    assert_eq!((made.text_at("/name/givenName"), &made.body["active"]), ("Kit", &json!(true)), "{made}");
    let there = held(&product, &id).await;
    assert_eq!((&there["displayname"], &there["locked"]), (&json!("Kit Ng"), &json!(false)));
    assert_eq!(there["external_ids"], json!([{"auth_provider": "oidc-idp", "external_id": "anchor-of-life"}]));
    for (attribute, value) in [
        ("userName", "life".to_owned()),
        ("externalId", "anchor-of-life".to_owned()),
        ("emails[type eq \"work\"].value", mail("LIFE")),
    ] {
        let found = idp.find(attribute, &value).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    }

    idp.patch(&id, &[("displayName", json!("Kit Reyes")), ("name.familyName", json!("Reyes"))]).await.expect(200);
    assert_eq!(held(&product, &id).await["displayname"], "Kit Reyes");
    let read = idp.read(&id).await.expect(200);
    assert_eq!((read.text_at("/displayName"), read.text_at("/name/familyName")), ("Kit Reyes", "Reyes"));
    idp.put(&id, &user("life")).await.expect(200);
    assert_eq!(held(&product, &id).await["displayname"], "Kit Ng");

    let clear = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Remove", "path": "displayName"}],
    });
    let cleared = idp.write("PATCH", &format!("/Users/{id}"), &clear).await.expect(200);
    assert_eq!(cleared.body.get("displayName"), None, "{cleared}");
    assert_eq!(held(&product, &id).await["displayname"], json!(null));

    idp.delete(&id).await.expect(204);
    let there = held(&product, &id).await;
    assert_eq!((&there["deactivated"], &there["erased"]), (&json!(true), &json!(true)));
    idp.read(&id).await.expect_error(404, "");
    idp.delete(&id).await.expect_error(404, "");
    idp.find("userName", "life").await.expect_list(0);
}

#[tokio::test]
async fn a_cycle_that_changes_nothing_writes_nothing() {
    let (front, product) = synapse().await;
    let mut body = user("idle");
    body["phoneNumbers"] = json!([{"type": "mobile", "value": "07700 900123"}]);
    let id = front.idp.create(&body).await.expect(201).id();
    // An address that is written anew has another time.
    let before = held(&product, &id).await;
    front.idp.put(&id, &body).await.expect(200);
    front.idp.patch(&id, &[("active", json!("True")), ("displayName", json!("Kit Ng"))]).await;
    assert_eq!(held(&product, &id).await, before);
}

#[tokio::test]
async fn a_login_that_no_name_can_be_becomes_one_and_is_shown_as_it_was_sent() {
    let (front, _product) = synapse().await;
    let idp = &front.idp;
    let made = idp.create(&user("Ada.O'Neill=1@Example.COM")).await.expect(201);
    assert_eq!(made.id(), id_of("ada.o=27neill=3d1=40example.com"));
    assert_eq!(made.text_at("/userName"), "Ada.O'Neill=1@Example.COM", "{made}");
    for spelling in ["Ada.O'Neill=1@Example.COM", "ada.o'neill=1@example.com"] {
        let found = idp.find("userName", spelling).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), made.id(), "{found}");
    }
    // The name itself, where somebody else made the account.
    idp.find("userName", "ada.o=27neill=3d1=40example.com").await.expect_list(0);
    let refused = idp.create(&user("ådå")).await.expect_error(400, "invalidValue");
    assert!(refused.text_at("/detail").contains("`userName`"), "{refused}");
    idp.create(&user(&"a".repeat(300))).await.expect_error(400, "invalidValue");
}

#[tokio::test]
async fn a_rename_is_refused_and_the_same_name_is_none() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = idp.create(&user("Constant")).await.expect(201).id();
    idp.patch(&id, &[("userName", json!("changed"))]).await.expect_error(400, "mutability");
    idp.patch(&id, &[("userName", json!("Constant")), ("displayName", json!("Lou"))]).await.expect(200);
    assert_eq!(held(&product, &id).await["displayname"], "Lou");
    idp.put(&id, &user("changed")).await.expect_error(400, "mutability");
    // The product knows no capitals, so in small letters it is the same name.
    let mut small = user("constant");
    small["externalId"] = json!("anchor-of-Constant");
    idp.put(&id, &small).await.expect(200);
    assert_eq!(held(&product, &id).await["displayname"], "Kit Ng");
    idp.find("userName", "changed").await.expect_list(0);
}

#[tokio::test]
async fn rows_without_addresses_and_ids_are_listed_whole() {
    let (front, _product) = synapse().await;
    let idp = &front.idp;
    let id = idp.create(&user("rows")).await.expect(201).id();
    let all = listed(idp, "Users", 3).await;
    let row = the_one(&all, "id", &id);
    assert_eq!((&row["emails"][0]["value"], &row["externalId"]), (&json!(mail("rows")), &json!("anchor-of-rows")));
    let found = idp.filter("emails.value sw \"rows@\"").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
}

#[tokio::test]
async fn a_time_in_seconds_and_in_milliseconds_is_one_time() {
    let (front, product) = synapse().await;
    let id = front.idp.create(&user("clock")).await.expect(201).id();
    let read = front.idp.read(&id).await.expect(200);
    let created = read.text_at("/meta/created");
    let seconds = held(&product, &id).await["creation_ts"].as_i64().unwrap();
    assert_eq!(created.parse::<jiff::Timestamp>().unwrap().as_second(), seconds, "{read}");
    let all = listed(&front.idp, "Users", 100).await;
    assert_eq!(*the_one(&all, "id", &id), read.body);
    let since = front.idp.filter(&format!("meta.created eq \"{created}\" and userName eq \"clock\"")).await;
    since.expect_list(1);
}

#[tokio::test]
async fn locked_users_are_found_and_listed_as_inactive() {
    // Without being asked, the product leaves them out.
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = seed(&product, "hidden", &json!({"displayname": "Hidden Lee"})).await;
    product.put(&super::path(&id), &json!({"locked": true})).await;
    let found = idp.find("userName", "hidden").await.expect_list(1);
    assert_eq!(found.body["Resources"][0]["active"], false, "{found}");
    let all = listed(idp, "Users", 100).await;
    assert_eq!(the_one(&all, "id", &id)["active"], false);
    let found = idp.find("displayName", "hidden lee").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    idp.create(&user("hidden")).await.expect_error(409, "uniqueness");
}

#[tokio::test]
async fn a_phone_number_and_an_address_change_without_each_other() {
    // The product takes the whole list or nothing.
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let mut body = user("list");
    body["phoneNumbers"] = json!([{"type": "mobile", "value": "07700 900124"}]);
    let made = idp.create(&body).await.expect(201);
    let id = made.id();
    assert_eq!(made.text_at("/phoneNumbers/0/value"), "07700 900124", "{made}");
    assert_eq!(addresses(&product, &id, "msisdn").await, ["447700900124"]);
    idp.patch(&id, &[("phoneNumbers[type eq \"mobile\"].value", json!("+44 7700 900125"))]).await.expect(200);
    assert_eq!(addresses(&product, &id, "msisdn").await, ["447700900125"]);
    assert_eq!(addresses(&product, &id, "email").await, [mail("list")]);
    idp.patch(&id, &[("emails[type eq \"work\"].value", json!(mail("List.New")))]).await.expect(200);
    assert_eq!(addresses(&product, &id, "email").await, [mail("list.new")]);
    assert_eq!(addresses(&product, &id, "msisdn").await, ["447700900125"]);
    let remove = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Remove", "path": "phoneNumbers[type eq \"mobile\"].value"}],
    });
    idp.write("PATCH", &format!("/Users/{id}"), &remove).await.expect(200);
    assert_eq!(addresses(&product, &id, "msisdn").await, [""; 0]);
    assert_eq!(addresses(&product, &id, "email").await, [mail("list.new")]);
}

#[tokio::test]
async fn a_password_is_set_and_never_shown() {
    let (front, product) = synapse().await;
    let mut body = user("secret");
    body["password"] = json!("correct-horse-9471");
    let made = front.idp.create(&body).await.expect(201);
    assert!(!made.text.contains("correct-horse"), "{made}");
    let login = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "secret"},
        "password": "correct-horse-9471",
    });
    product.post("/_matrix/client/v3/login", &login).await;
    let log = front.log();
    assert!(!log.contains("correct-horse") && !log.contains(&product.key), "{log}");
}

#[tokio::test]
async fn admins_of_the_server_are_not_there_for_an_idp() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = id_of("scim");
    idp.read(&id).await.expect_error(404, "");
    idp.patch(&id, &[("active", json!(false))]).await.expect_error(404, "");
    idp.delete(&id).await.expect_error(404, "");
    idp.find("userName", "scim").await.expect_list(0);
    idp.create(&user("scim")).await.expect_error(409, "uniqueness");
    let there = held(&product, &id).await;
    assert_eq!((&there["locked"], &there["deactivated"]), (&json!(false), &json!(false)));
    for id in ["@kit:elsewhere.example", "nonsense"] {
        idp.read(id).await.expect_error(404, "");
    }
}

#[tokio::test]
async fn a_user_is_deactivated_by_a_lock_that_keeps_everything() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = idp.create(&user("switch")).await.expect(201).id();
    let group = idp.create_group("Switch", &[&id]).await;
    idp.patch(&id, &[("active", json!("False"))]).await.expect(200);
    let there = held(&product, &id).await;
    assert_eq!((&there["locked"], &there["deactivated"]), (&json!(true), &json!(false)));
    assert_eq!(addresses(&product, &id, "email").await, [mail("switch")]);
    assert_eq!(idp.members(&group).await, [id.as_str()]);
    let answer = okta_patch(idp, &format!("/Users/{id}"), &json!({"active": true})).await.expect(200);
    assert_eq!(answer.body["active"], true, "{answer}");
    assert_eq!(held(&product, &id).await["locked"], false);
}
