//! What belongs to somebody else: addresses change hands without a word, and an external id is refused after the harm is done.

use json::json;

use super::{addresses, held, id_of, mail, path, seed, synapse, user};

const MAIL: &str = "emails[type eq \"work\"].value";

#[tokio::test]
async fn an_address_is_not_taken_from_who_has_it() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let owner = idp.create(&user("owner")).await.expect(201).id();
    let mut thief = user("thief");
    thief["emails"][0]["value"] = json!(mail("OWNER"));
    let refused = idp.create(&thief).await.expect_error(409, "uniqueness");
    assert!(refused.text_at("/detail").contains("e-mail"), "{refused}");
    assert_eq!(product.get(&path(&id_of("thief"))).await.status, 404, "nobody was made");

    let other = idp.create(&user("other")).await.expect(201).id();
    idp.patch(&other, &[(MAIL, json!(mail("owner")))]).await.expect_error(409, "uniqueness");
    let mut whole = user("other");
    whole["emails"][0]["value"] = json!(mail("owner"));
    idp.put(&other, &whole).await.expect_error(409, "uniqueness");
    assert_eq!(addresses(&product, &owner, "email").await, [mail("owner")]);
    assert_eq!(addresses(&product, &other, "email").await, [mail("other")]);
    // One's own is no theft.
    idp.patch(&owner, &[(MAIL, json!(mail("Owner"))), ("displayName", json!("Lou"))]).await.expect(200);
}

#[tokio::test]
async fn a_number_is_not_taken_from_who_has_it() {
    let (front, product) = synapse().await;
    let numbers = json!({"threepids": [{"medium": "msisdn", "address": "447700900130"}]});
    let owner = seed(&product, "called", &numbers).await;
    let mut thief = user("caller");
    thief["phoneNumbers"] = json!([{"type": "mobile", "value": "07700 900130"}]);
    front.idp.create(&thief).await.expect_error(409, "uniqueness");
    assert_eq!(addresses(&product, &owner, "msisdn").await, ["447700900130"]);
    assert_eq!(product.get(&path(&id_of("caller"))).await.status, 404, "nobody was made");
}

#[tokio::test]
async fn an_external_id_in_use_is_a_conflict_and_leaves_nobody_half_made() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    idp.create(&user("anchored")).await.expect(201);
    let mut body = user("adrift");
    body["externalId"] = json!("anchor-of-anchored");
    idp.create(&body).await.expect_error(409, "uniqueness");
    assert_eq!(product.get(&path(&id_of("adrift"))).await.status, 404, "nobody was made");
    let id = idp.create(&user("adrift")).await.expect(201).id();
    idp.patch(&id, &[("externalId", json!("anchor-of-anchored"))]).await.expect_error(409, "uniqueness");
    assert_eq!(held(&product, &id).await["external_ids"][0]["external_id"], "anchor-of-adrift");
}
