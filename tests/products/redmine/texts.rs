//! Redmine says what is wrong in words, with one status for everything, and in a language that is not always English.

use json::{Value, json};

use super::{front_of, held, mail, redmine, seed, user};
use crate::front::Front;
use crate::product::Product;

/// What an IdP cannot be refused for without words of the product.
async fn refused(front: &Front, login: &str, attribute: &str, value: Value) -> String {
    let mut body = user(login);
    body[attribute] = value;
    let answer = front.idp.create(&body).await.expect_error(400, "invalidValue");
    front.idp.find("userName", login).await.expect_list(0);
    answer.text_at("/detail").to_owned()
}

#[tokio::test]
async fn a_duplicate_is_a_conflict_and_a_repeated_create_is_done() {
    let (front, product) = redmine().await;
    let idp = &front.idp;
    let id = idp.create(&user("twice.kit")).await.expect(201).id();
    assert_eq!(idp.create(&user("twice.kit")).await.expect(201).id(), id);
    let mut other = user("TWICE.kit");
    other["name"]["givenName"] = json!("Lou");
    idp.create(&other).await.expect_error(409, "uniqueness");
    let mut stranger = user("thrice.kit");
    stranger["emails"][0]["value"] = json!(mail("Twice.Kit"));
    let refused = idp.create(&stranger).await.expect_error(409, "uniqueness");
    assert!(refused.text_at("/detail").contains("e-mail"), "{refused}");
    idp.find("userName", "thrice.kit").await.expect_list(0);

    let third = idp.create(&user("third.kit")).await.expect(201).id();
    let path = "emails[type eq \"work\"].value";
    idp.patch(&third, &[(path, json!(mail("twice.kit")))]).await.expect_error(409, "uniqueness");
    assert_eq!(held(&product, &third).await["mail"], mail("third.kit"));
    // One's own in another spelling is no duplicate.
    idp.patch(&third, &[("userName", json!("Third.kit")), ("name.givenName", json!("Lou"))]).await.expect(200);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_the_words_of_the_product_in_words_of_the_profile() {
    let (front, _product) = redmine().await;
    for (attribute, value, told) in [
        ("password", json!("short"), "`password`"),
        ("emails", json!([{"type": "work", "value": "nonsense"}]), "`emails`"),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", json!({"department": "Choir"}), "`department`"),
        ("name", json!({"givenName": "K".repeat(31), "familyName": "Ng"}), "30"),
    ] {
        let detail = refused(&front, "wrong.kit", attribute, value).await;
        assert!(detail.contains(told), "{attribute}: {detail}");
    }
    let detail = front.idp.create(&user("wrong+kit")).await.expect_error(400, "invalidValue");
    assert!(detail.text_at("/detail").contains("`userName`"), "{detail}");
}

#[tokio::test]
async fn an_account_that_speaks_german_changes_no_status() {
    let product = Product::redmine();
    let german = json!({"admin": true, "language": "de"});
    let id = seed(&product, "german.admin", &german).await;
    let key = held(&product, &id).await["api_key"].as_str().unwrap().to_owned();
    let german = product.as_seen_by(&key, &key);
    let front = front_of(&german).await;
    let idp = &front.idp;
    // The product itself is sure to answer in German, whatever is asked for.
    let said = german.send(reqwest::Method::POST, "/users.json", Some(&json!({"user": {}}))).await;
    assert!(said.body.to_string().contains("muss ausgef"), "{said:?}");

    idp.create(&user("deutsch.kit")).await.expect(201);
    let mut other = user("Deutsch.kit");
    other["name"]["givenName"] = json!("Lou");
    idp.create(&other).await.expect_error(409, "uniqueness");
    let mut stranger = user("deutsch.lou");
    stranger["emails"][0]["value"] = json!(mail("deutsch.kit"));
    idp.create(&stranger).await.expect_error(409, "uniqueness");
    let lou = idp.create(&user("deutsch.lou")).await.expect(201).id();
    idp.patch(&lou, &[("userName", json!("deutsch.kit"))]).await.expect_error(409, "uniqueness");
    refused(&front, "deutsch.max", "password", json!("short")).await;
    let group = idp.create_group("Deutsch", &[&lou]).await;
    idp.patch_group(&group, crate::front::add(&[&lou])).await.expect(204);
}
