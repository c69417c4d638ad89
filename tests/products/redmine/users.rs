//! Users of Redmine: one life, and what a look-up must not miss or mistake.

use json::{Value, json};
use reqwest::Method;

use super::{held, mail, redmine, seed, user};
use crate::front::{listed, okta_patch, the_one};
use crate::product::Product;

const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[tokio::test]
async fn a_user_lives_from_creation_to_deletion() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let made = idp.create(&user("life.kit")).await.expect(201);
    let id = made.id();
    assert_eq!(
        (made.text_at("/userName"), made.text_at("/externalId"), made.text_at("/emails/0/value")),
        ("life.kit", "anchor-of-life.kit", mail("life.kit").as_str())
    );
    assert_eq!(made.body["active"], true, "{made}");
    assert_eq!(made.body[DEPARTMENT]["department"], "Eng", "{made}");
    let there = held(&product, &id).await;
    assert_eq!(there["login"], "life.kit");
    assert_eq!(there["status"], 1);
    assert_eq!(there["custom_fields"][0]["value"], "anchor-of-life.kit");
    assert_eq!(there["custom_fields"][1]["value"], "Eng");
    assert_eq!(made.text_at("/meta/created"), there["created_on"]);

    // As Entra changes somebody: what is not named stays.
    idp.patch(&id, &[("name.familyName", json!("Reyes")), (&format!("{DEPARTMENT}:department"), json!("Ops"))])
        .await
        .expect(200);
    let there = held(&product, &id).await;
    assert_eq!((&there["firstname"], &there["lastname"]), (&json!("Kit"), &json!("Reyes")));
    assert_eq!(there["custom_fields"][0]["value"], "anchor-of-life.kit");
    assert_eq!(there["custom_fields"][1]["value"], "Ops");

    // As Okta does, with everything.
    let whole = user("life.kit");
    let put = idp.put(&id, &whole).await.expect(200);
    assert_eq!(put.text_at("/name/familyName"), "Ng", "{put}");
    assert_eq!(held(&product, &id).await["lastname"], "Ng");

    // Cleared, and set again.
    let path = format!("{DEPARTMENT}:department");
    let clear = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Remove", "path": path}],
    });
    let cleared = idp.write("PATCH", &format!("/Users/{id}"), &clear).await.expect(200);
    assert_eq!(cleared.body.pointer(&format!("/{DEPARTMENT}/department")), None, "{cleared}");
    assert_eq!(held(&product, &id).await["custom_fields"][1]["value"], "");
    idp.patch(&id, &[(&path, json!("Sales"))]).await.expect(200);
    assert_eq!(held(&product, &id).await["custom_fields"][1]["value"], "Sales");

    idp.delete(&id).await.expect(204);
    assert_eq!(product.get(&format!("/users/{id}.json")).await.status, 404);
    idp.read(&id).await.expect_error(404, "");
    idp.delete(&id).await.expect_error(404, "");
    idp.find("userName", "life.kit").await.expect_list(0);
}

#[tokio::test]
async fn a_cycle_that_changes_nothing_writes_nothing() {
    let (front, product) = redmine().await;
    let id = front.idp.create(&user("idle.kit")).await.expect(201).id();
    let before = held(&product, &id).await;
    // `updated_on` counts whole seconds.
    while seconds(&product).await == before["updated_on"] {}
    front.idp.put(&id, &user("idle.kit")).await.expect(200);
    front.idp.patch(&id, &[("active", json!("True")), ("name.givenName", json!("Kit"))]).await;
    assert_eq!(held(&product, &id).await, before);
}

/// The time as Redmine has it: that of somebody just made.
async fn seconds(product: &Product) -> Value {
    let id = seed(product, "idle.clock", &json!({})).await;
    let there = held(product, &id).await;
    product.send(Method::DELETE, &format!("/users/{id}.json"), None).await.fine();
    there["created_on"].clone()
}

#[tokio::test]
async fn a_user_is_deactivated_and_reactivated_and_keeps_the_groups() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let id = idp.create(&user("switch.kit")).await.expect(201).id();
    let group = idp.create_group("Switch", &[&id]).await;
    idp.patch(&id, &[("active", json!("False"))]).await.expect(200);
    assert_eq!(held(&product, &id).await["status"], 3);
    assert_eq!(idp.read(&id).await.expect(200).body["active"], false);
    assert_eq!(idp.members(&group).await, [id.as_str()]);
    let answer = okta_patch(idp, &format!("/Users/{id}"), &json!({"active": true})).await.expect(200);
    assert_eq!(answer.body["active"], true, "{answer}");
    assert_eq!(held(&product, &id).await["status"], 1);
}

#[tokio::test]
async fn a_user_can_be_made_inactive() {
    let (front, product) = redmine().await;
    let mut body = user("born.locked");
    body["active"] = json!(false);
    let made = front.idp.create(&body).await.expect(201);
    assert_eq!(made.body["active"], false, "{made}");
    assert_eq!(held(&product, &made.id()).await["status"], 3);
}

#[tokio::test]
async fn a_rename_keeps_the_id() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let id = idp.create(&user("before.kit")).await.expect(201).id();
    let renamed = idp.patch(&id, &[("userName", json!("after.kit"))]).await.expect(200);
    assert_eq!((renamed.id(), renamed.text_at("/userName")), (id.clone(), "after.kit"));
    assert_eq!(held(&product, &id).await["login"], "after.kit");
    idp.find("userName", "before.kit").await.expect_list(0);
    idp.find("userName", "after.kit").await.expect_list(1);
    idp.create(&user("taken.kit")).await.expect(201);
    idp.patch(&id, &[("userName", json!("TAKEN.kit"))]).await.expect_error(409, "uniqueness");
    assert_eq!(held(&product, &id).await["login"], "after.kit");
}

#[tokio::test]
async fn a_login_that_is_part_of_others_finds_only_its_own_user() {
    // The product looks for a part, in any case, of four fields.
    let (front, product) = redmine().await;
    let idp = &front.idp;
    for login in ["part.ada.longer", "x.part.ada", "part.adam"] {
        seed(&product, login, &json!({})).await;
    }
    seed(&product, "part.other", &json!({"mail": "part.ada@mail.example.com", "lastname": "part.ada"})).await;
    idp.find("userName", "part.ada").await.expect_list(0);
    let mut body = user("part.ada");
    body["emails"][0]["value"] = json!("own@part.example.com");
    let id = idp.create(&body).await.expect(201).id();
    for spelling in ["part.ada", "PART.Ada"] {
        let found = idp.find("userName", spelling).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    }
    idp.find("userName", "part.ad").await.expect_list(0);
    let found = idp.find("emails[type eq \"work\"].value", "own@part.example.com").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
}

#[tokio::test]
async fn one_among_more_than_the_hundred_that_a_page_silently_holds_is_found() {
    let (front, product) = redmine().await;
    for at in 0..105 {
        seed(&product, &format!("cap.kit.{at:03}"), &json!({})).await;
    }
    // Sorted by login, it is the last.
    let id = seed(&product, "zz.cap.kit", &json!({"mail": "cap.kit@mail.example.com"})).await;
    let found = front.idp.find("emails[type eq \"work\"].value", "cap.kit@mail.example.com").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    let all = listed(&front.idp, "Users", 200).await;
    let ours = all.iter().filter(|user| user["userName"].as_str().unwrap().contains("cap.kit"));
    assert_eq!(ours.count(), 106);
}

#[tokio::test]
async fn locked_users_are_found_and_listed_as_inactive() {
    // Without being asked, the product leaves them out.
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let id = seed(&product, "hidden.lee", &json!({"status": 3})).await;
    let found = idp.find("userName", "hidden.lee").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    assert_eq!(found.body["Resources"][0]["active"], false, "{found}");
    let all = listed(idp, "Users", 7).await;
    assert_eq!(the_one(&all, "id", &id)["active"], false);
    idp.create(&user("hidden.lee")).await.expect_error(409, "uniqueness");
    let inactive = idp.filter("active eq false and userName sw \"hidden.\"").await.expect_list(1);
    assert_eq!(inactive.text_at("/Resources/0/id"), id, "{inactive}");
}

#[tokio::test]
async fn a_row_of_a_list_and_a_single_read_are_one_resource() {
    // A row lacks the status, and a single read has a secret more.
    let (front, _product) = redmine().await;
    let id = front.idp.create(&user("same.kit")).await.expect(201).id();
    let read = front.idp.read(&id).await.expect(200);
    let all = listed(&front.idp, "Users", 50).await;
    assert_eq!(*the_one(&all, "id", &id), read.body);
    let found = front.idp.find("externalId", "anchor-of-same.kit").await.expect_list(1);
    assert_eq!(found.body["Resources"][0], read.body);
}

#[tokio::test]
async fn the_key_of_a_user_is_never_shown_or_logged() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let made = idp.create(&user("secret.kit")).await.expect(201);
    let id = made.id();
    let key = held(&product, &id).await["api_key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 40);
    let answers = [
        made,
        idp.read(&id).await,
        idp.get(&format!("/Users/{id}?attributes=api_key")).await,
        idp.find("userName", "secret.kit").await,
        idp.get("/Users?count=200").await,
        idp.patch(&id, &[("name.givenName", json!("Lou"))]).await,
        idp.delete(&id).await,
    ];
    for answer in answers {
        assert!(!answer.text.contains(&key) && !answer.text.contains("api_key"), "{answer}");
    }
    let log = front.log();
    assert!(!log.contains(&key), "{log}");
    assert!(!log.contains(&product.key), "{log}");
}

#[tokio::test]
async fn administrators_are_not_there_for_an_idp() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let id = product.get("/users/current.json").await.fine()["user"]["id"].to_string();
    idp.read(&id).await.expect_error(404, "");
    idp.patch(&id, &[("active", json!(false))]).await.expect_error(404, "");
    idp.delete(&id).await.expect_error(404, "");
    idp.find("userName", "admin").await.expect_list(0);
    idp.create(&user("admin")).await.expect_error(409, "uniqueness");
    let all = listed(idp, "Users", 100).await;
    assert!(all.iter().all(|user| user["userName"] != "admin" && user["userName"] != ""), "{all:#?}");
    // Nor is the anonymous user, whom no list of the product shows, and who exists once somebody was.
    product.as_seen_by("nobody's", "").get("/users/current.json").await;
    let anonymous = anonymous(&product).await;
    idp.read(&anonymous).await.expect_error(404, "");
    assert_eq!(held(&product, &id).await["status"], 1);
}

/// The id of the user who stands for everybody without a name.
async fn anonymous(product: &Product) -> String {
    for id in 1..1_000 {
        let id = id.to_string();
        let said = product.get(&format!("/users/{id}.json")).await;
        if said.body["user"]["login"] == "" {
            return id;
        }
    }
    panic!("there is no anonymous user")
}
