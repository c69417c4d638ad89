//! Making and unmaking: a PUT that is an upsert, creates that fail halfway, accounts that never go away.

use json::json;

use super::{addresses, held, id_of, mail, path, seed, synapse, user};

#[tokio::test]
async fn a_duplicate_is_a_conflict_though_the_product_would_overwrite_it() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = seed(&product, "upsert", &json!({"displayname": "Lee Vu", "locked": false})).await;
    idp.create(&user("Upsert")).await.expect_error(409, "uniqueness");
    assert_eq!(held(&product, &id).await["displayname"], "Lee Vu");
    assert_eq!(addresses(&product, &id, "email").await, [""; 0]);
    // A create whose answer got lost is done.
    let made = idp.create(&user("upsert.two")).await.expect(201).id();
    assert_eq!(idp.create(&user("upsert.two")).await.expect(201).id(), made);
}

#[tokio::test]
async fn a_user_who_is_made_inactive_is_locked_by_a_second_call() {
    // The PUT that makes an account ignores `locked`.
    let (front, product) = synapse().await;
    let mut body = user("born.locked");
    body["active"] = json!(false);
    let made = front.idp.create(&body).await.expect(201);
    assert_eq!(made.body["active"], false, "{made}");
    assert_eq!(held(&product, &made.id()).await["locked"], true);
}

#[tokio::test]
async fn a_create_that_is_refused_leaves_nobody_and_can_be_repeated() {
    // The product has made the account before it looks at the address.
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let mut body = user("half");
    body["emails"][0]["value"] = json!("nonsense");
    let refused = idp.create(&body).await.expect_error(400, "invalidValue");
    assert!(refused.text_at("/detail").contains("`emails`"), "{refused}");
    idp.read(&id_of("half")).await.expect_error(404, "");
    idp.find("userName", "half").await.expect_list(0);
    let there = held(&product, &id_of("half")).await;
    assert_eq!((&there["deactivated"], &there["erased"]), (&json!(true), &json!(false)));

    let made = idp.create(&user("half")).await.expect(201);
    assert_eq!(made.id(), id_of("half"));
    assert_eq!(made.text_at("/emails/0/value"), mail("half"), "{made}");
    let there = held(&product, &id_of("half")).await;
    assert_eq!((&there["deactivated"], &there["displayname"]), (&json!(false), &json!("Kit Ng")));
    idp.find("userName", "half").await.expect_list(1);
}

#[tokio::test]
async fn a_deleted_name_is_never_free_again() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = idp.create(&user("erased")).await.expect(201).id();
    idp.delete(&id).await.expect(204);
    for _ in 0..2 {
        let refused = idp.create(&user("erased")).await.expect_error(409, "uniqueness");
        assert!(refused.text_at("/detail").contains("never"), "{refused}");
    }
    let there = held(&product, &id).await;
    assert_eq!((&there["erased"], &there["displayname"]), (&json!(true), &json!(null)), "nobody edits the dead");
    // What was theirs is free.
    let mut body = user("heir");
    body["emails"][0]["value"] = json!(mail("erased"));
    idp.create(&body).await.expect(201);
}

#[tokio::test]
async fn a_deactivated_account_is_gone_until_it_is_made_again() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = idp.create(&user("revived")).await.expect(201).id();
    product.put(&path(&id), &json!({"deactivated": true})).await;
    idp.read(&id).await.expect_error(404, "");
    idp.patch(&id, &[("displayName", json!("Lou"))]).await.expect_error(404, "");
    assert!(crate::front::listed(idp, "Users", 100).await.iter().all(|user| user["id"] != id));
    let made = idp.create(&user("revived")).await.expect(201);
    assert_eq!((made.id(), made.text_at("/emails/0/value")), (id.clone(), mail("revived").as_str()), "{made}");
    let there = held(&product, &id).await;
    assert_eq!((&there["deactivated"], &there["locked"]), (&json!(false), &json!(false)));
}
