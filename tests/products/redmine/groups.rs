//! Groups of Redmine: members beside the record, no paging, no search, and one error for two things.

use json::{Value, json};
use reqwest::Method;

use super::{redmine, seed, user};
use crate::caller::{GROUP, values};
use crate::front::{add, listed, okta_patch, remove, the_one};
use crate::product::Product;

/// Name and ids of the members that Redmine holds.
async fn held(product: &Product, id: &str) -> (String, Vec<String>) {
    let group = product.get(&format!("/groups/{id}.json?include=users")).await.fine();
    let users = group["group"]["users"].as_array().unwrap();
    let mut ids: Vec<String> = users.iter().map(|user| user["id"].to_string()).collect();
    ids.sort();
    (group["group"]["name"].as_str().unwrap().to_owned(), ids)
}

fn holds(name: &str, ids: &[&str]) -> (String, Vec<String>) {
    let mut ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
    ids.sort();
    (name.to_owned(), ids)
}

#[tokio::test]
async fn a_group_lives_from_creation_to_deletion() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let ada = idp.create(&user("crew.ada")).await.expect(201).id();
    let kit = idp.create(&user("crew.kit")).await.expect(201).id();
    let body = json!({"schemas": [GROUP], "displayName": "Crew", "externalId": "c", "members": values(&[&ada])});
    let made = idp.write("POST", "/Groups", &body).await.expect(201);
    let id = made.id();
    assert_eq!((made.text_at("/externalId"), made.text_at("/members/0/value")), ("c", ada.as_str()), "{made}");
    assert_eq!(held(&product, &id).await, holds("Crew", &[&ada]));

    idp.patch_group(&id, add(&[&kit])).await.expect(204);
    assert_eq!(held(&product, &id).await, holds("Crew", &[&ada, &kit]));
    okta_patch(idp, &format!("/Groups/{id}"), &json!({"id": id, "displayName": "Late Crew"})).await;
    assert_eq!(held(&product, &id).await, holds("Late Crew", &[&ada, &kit]));
    idp.patch_group(&id, remove(&ada)).await.expect(204);
    assert_eq!(idp.members(&id).await, [kit.as_str()]);

    let found = idp.get("/Groups?filter=displayName+eq+%22late+crew%22").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    let of = idp.get(&format!("/Groups?filter=members+eq+%22{kit}%22")).await.expect_list(1);
    assert_eq!(of.text_at("/Resources/0/id"), id, "{of}");
    let everybody = json!({"schemas": [GROUP], "displayName": "Late Crew", "members": values(&[&ada])});
    idp.write("PUT", &format!("/Groups/{id}"), &everybody).await.expect(200);
    assert_eq!(held(&product, &id).await, holds("Late Crew", &[&ada]));

    idp.send(idp.request("DELETE", &format!("/Groups/{id}"))).await.expect(204);
    assert_eq!(product.get(&format!("/groups/{id}.json")).await.status, 404);
    idp.get(&format!("/Groups/{id}")).await.expect_error(404, "");
    idp.read(&ada).await.expect(200);
}

#[tokio::test]
async fn a_member_who_is_there_already_or_not_at_all_is_no_error() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let ada = idp.create(&user("again.ada")).await.expect(201).id();
    let kit = idp.create(&user("again.kit")).await.expect(201).id();
    let id = idp.create_group("Again", &[&ada]).await;
    idp.patch_group(&id, add(&[&ada])).await.expect(204);
    idp.patch_group(&id, add(&[&ada, &kit])).await.expect(204);
    assert_eq!(held(&product, &id).await, holds("Again", &[&ada, &kit]));
    for _ in 0..2 {
        idp.patch_group(&id, remove(&kit)).await.expect(204);
    }
    assert_eq!(held(&product, &id).await, holds("Again", &[&ada]));
}

#[tokio::test]
async fn an_unknown_member_is_refused_and_not_taken_for_one_who_is_there() {
    // Redmine says of both `User is invalid`, and says nothing if one of several is known.
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let ada = idp.create(&user("known.ada")).await.expect(201).id();
    let id = idp.create_group("Known", &[]).await;
    for unknown in ["999999", "nobody"] {
        let refused = idp.patch_group(&id, add(&[&ada, unknown])).await.expect_error(400, "invalidValue");
        assert!(refused.text_at("/detail").contains(unknown), "{refused}");
    }
    assert_eq!(held(&product, &id).await, holds("Known", &[]));
    let body = json!({"schemas": [GROUP], "displayName": "Unknown", "members": values(&["999999"])});
    idp.write("POST", "/Groups", &body).await.expect_error(400, "invalidValue");
    let all = product.get("/groups.json").await.fine();
    assert!(!all.to_string().contains("\"Unknown\""), "{all}");
}

#[tokio::test]
async fn a_list_without_pages_is_given_in_pages() {
    let (front, product) = redmine().await;
    for at in 0..30 {
        product.post("/groups.json", &json!({"group": {"name": format!("Page {at:02}")}})).await;
    }
    let all = listed(&front.idp, "Groups", 7).await;
    let held = product.get("/groups.json").await.fine();
    assert_eq!(all.len(), held["groups"].as_array().map_or(0, Vec::len));
    for at in 0..30 {
        the_one(&all, "displayName", &format!("Page {at:02}"));
    }
}

#[tokio::test]
async fn a_name_that_another_group_has_is_a_conflict() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let one = json!({"schemas": [GROUP], "displayName": "Only One", "externalId": "one"});
    let id = idp.write("POST", "/Groups", &one).await.expect(201).id();
    let other = idp.create_group("Only Two", &[]).await;
    let rename = json!([{"op": "replace", "path": "displayName", "value": "only one"}]);
    idp.patch_group(&other, rename).await.expect_error(409, "uniqueness");
    assert_eq!(held(&product, &other).await, holds("Only Two", &[]));
    let body = json!({"schemas": [GROUP], "displayName": "Only One", "externalId": "another"});
    idp.write("POST", "/Groups", &body).await.expect_error(409, "uniqueness");
    assert_eq!(idp.write("POST", "/Groups", &one).await.expect(201).id(), id, "a repeated create");
}

#[tokio::test]
async fn a_locked_member_stays_a_member_and_an_administrator_cannot_become_one() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let locked = seed(&product, "locked.lee", &json!({"status": 3})).await;
    let id = idp.create_group("Locked", &[&locked]).await;
    assert_eq!(idp.members(&id).await, [locked.as_str()]);
    let admin = product.get("/users/current.json").await.fine()["user"]["id"].to_string();
    idp.patch_group(&id, add(&[&admin])).await.expect_error(400, "invalidValue");
    assert_eq!(held(&product, &id).await, holds("Locked", &[&locked]));
}

#[tokio::test]
async fn groups_of_the_product_itself_are_not_there_for_an_idp() {
    // Redmine would rename them without a word.
    let (front, product) = redmine().await;
    for id in ["2", "3"] {
        let before: Value = product.get(&format!("/groups/{id}.json")).await.fine();
        assert!(before["group"]["builtin"].is_string(), "{before}");
        front.idp.get(&format!("/Groups/{id}")).await.expect_error(404, "");
        let rename = json!([{"op": "replace", "path": "displayName", "value": "Mine"}]);
        front.idp.patch_group(id, rename).await.expect_error(404, "");
        assert_eq!(product.send(Method::GET, &format!("/groups/{id}.json"), None).await.fine(), before);
    }
}
