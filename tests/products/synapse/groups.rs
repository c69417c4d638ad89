//! Private rooms as groups: members by name, `already there` and `not there` as refusals, a deletion that goes on behind the answer.

use json::{Value, json};

use super::{id_of, synapse, user};
use crate::caller::{GROUP, values};
use crate::front::{add, listed, okta_patch, remove, the_one};
use crate::product::{Product, segment};

/// The members that Synapse holds, without our own account, which is one of them.
async fn held(product: &Product, id: &str) -> Vec<String> {
    let answer = product.get(&format!("/_synapse/admin/v1/rooms/{}/members", segment(id))).await.fine();
    let ids = answer["members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
    let (own, mut others): (Vec<_>, Vec<_>) = ids.partition(|id| *id == id_of("scim"));
    assert_eq!(own.len(), 1, "our account holds the room");
    others.sort();
    others
}

/// The access token of a user.
async fn login(product: &Product, name: &str, password: &str) -> String {
    let login = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": password,
    });
    let answer = product.post("/_matrix/client/v3/login", &login).await;
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn room(product: &Product, id: &str) -> Value {
    product.get(&format!("/_synapse/admin/v1/rooms/{}", segment(id))).await.fine()
}

#[tokio::test]
async fn a_room_lives_from_creation_to_deletion() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let ada = idp.create(&user("room.ada")).await.expect(201).id();
    let kit = idp.create(&user("room.kit")).await.expect(201).id();
    let body = json!({"schemas": [GROUP], "displayName": "Room", "externalId": "r", "members": values(&[&ada])});
    let made = idp.write("POST", "/Groups", &body).await.expect(201);
    let id = made.id();
    assert_eq!((made.text_at("/displayName"), made.text_at("/externalId")), ("Room", "r"), "{made}");
    assert_eq!(made.body["members"].as_array().map(Vec::len), Some(1), "our own account is not shown: {made}");
    assert_eq!(made.text_at("/members/0/value"), ada, "{made}");
    let there = room(&product, &id).await;
    assert_eq!(
        (&there["name"], &there["join_rules"], &there["public"]),
        (&json!("Room"), &json!("invite"), &json!(false))
    );
    assert_eq!(held(&product, &id).await, [ada.as_str()]);

    idp.patch_group(&id, add(&[&kit])).await.expect(204);
    assert_eq!(held(&product, &id).await, [ada.as_str(), &kit]);
    okta_patch(idp, &format!("/Groups/{id}"), &json!({"id": id, "displayName": "Late Room"})).await;
    assert_eq!(room(&product, &id).await["name"], "Late Room");
    idp.patch_group(&id, remove(&ada)).await.expect(204);
    assert_eq!(idp.members(&id).await, [kit.as_str()]);

    let asked = |id: &str, member: &str| {
        let filter = format!("id eq \"{id}\" and members eq \"{member}\"");
        format!("/Groups?attributes=id&filter={}", segment(&filter))
    };
    idp.get(&asked(&id, &kit)).await.expect_list(1);
    idp.get(&asked(&id, &ada)).await.expect_list(0);
    let everybody = json!({"schemas": [GROUP], "displayName": "Late Room", "members": values(&[&ada])});
    idp.write("PUT", &format!("/Groups/{id}"), &everybody).await.expect(200);
    assert_eq!(held(&product, &id).await, [ada.as_str()]);

    idp.send(idp.request("DELETE", &format!("/Groups/{id}"))).await.expect(204);
    let gone = product.get(&format!("/_synapse/admin/v1/rooms/{}", segment(&id))).await;
    assert_eq!(gone.status, 404, "the deletion was waited for");
    idp.get(&format!("/Groups/{id}")).await.expect_error(404, "");
    idp.read(&ada).await.expect(200);
}

#[tokio::test]
async fn a_member_who_is_there_already_or_not_at_all_is_no_error() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let ada = idp.create(&user("again.ada")).await.expect(201).id();
    let kit = idp.create(&user("again.kit")).await.expect(201).id();
    let id = idp.create_group("Again", &[&ada]).await;
    idp.patch_group(&id, add(&[&ada, &kit])).await.expect(204);
    assert_eq!(held(&product, &id).await, [ada.as_str(), &kit]);
    for _ in 0..2 {
        idp.patch_group(&id, remove(&kit)).await.expect(204);
    }
    idp.patch_group(&id, add(&[&kit])).await.expect(204);
    assert_eq!(held(&product, &id).await, [ada.as_str(), &kit]);
}

#[tokio::test]
async fn an_unknown_member_is_refused_before_anything_is_done() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let id = idp.create_group("Unknown", &[]).await;
    let gone = idp.create(&user("gone.kit")).await.expect(201).id();
    idp.delete(&gone).await.expect(204);
    for unknown in ["@nobody:example.test", "nonsense", &gone, &id_of("scim")] {
        idp.patch_group(&id, add(&[unknown])).await.expect_error(400, "invalidValue");
    }
    assert_eq!(held(&product, &id).await, [""; 0]);
}

#[tokio::test]
async fn our_own_account_is_no_member_and_stays_in_the_room() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let ada = idp.create(&user("own.ada")).await.expect(201).id();
    let id = idp.create_group("Own", &[&ada]).await;
    idp.patch_group(&id, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    assert_eq!(held(&product, &id).await, [""; 0]);
    idp.patch_group(&id, remove(&id_of("scim"))).await.expect(204);
    assert_eq!(held(&product, &id).await, [""; 0]);
    idp.patch_group(&id, add(&[&ada])).await.expect(204);
}

#[tokio::test]
async fn a_name_that_is_part_of_others_finds_only_its_own_room() {
    // The product takes one name twice, and finds parts of it.
    let (front, _product) = synapse().await;
    let idp = &front.idp;
    idp.create_group("Sub Room Longer", &[]).await;
    let body = json!({"schemas": [GROUP], "displayName": "Sub Room", "externalId": "s"});
    let id = idp.write("POST", "/Groups", &body).await.expect(201).id();
    let found = idp.get("/Groups?filter=displayName+eq+%22sub+room%22").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    assert_eq!(idp.write("POST", "/Groups", &body).await.expect(201).id(), id, "a repeated create");
    let other = json!({"schemas": [GROUP], "displayName": "Sub Room", "externalId": "another"});
    idp.write("POST", "/Groups", &other).await.expect_error(409, "uniqueness");
}

#[tokio::test]
async fn rooms_of_people_are_no_groups_and_all_others_are_listed() {
    let (front, product) = synapse().await;
    let idp = &front.idp;
    let mut body = user("landlord");
    body["password"] = json!("correct-horse-9472");
    idp.create(&body).await.expect(201);
    let token = login(&product, "landlord", "correct-horse-9472").await;
    let private = json!({"name": "Page 00", "preset": "private_chat"});
    let room =
        product.as_seen_by(&format!("Bearer {token}"), &token).post("/_matrix/client/v3/createRoom", &private).await;
    let private = room["room_id"].as_str().unwrap();
    idp.get(&format!("/Groups/{private}")).await.expect_error(404, "");
    idp.get("/Groups?filter=displayName+eq+%22Page+00%22").await.expect_list(0);
    idp.send(idp.request("DELETE", &format!("/Groups/{private}"))).await.expect_error(404, "");

    let mut ids = Vec::new();
    for at in 0..12 {
        ids.push(idp.create_group(&format!("Page {at:02}"), &[]).await);
    }
    let all = listed(idp, "Groups", 5).await;
    for (at, id) in ids.iter().enumerate() {
        assert_eq!(the_one(&all, "id", id)["displayName"], format!("Page {at:02}"));
    }
    assert!(all.iter().all(|group| group["id"] != private));
}

#[tokio::test]
async fn a_limit_of_the_product_is_passed_on_with_its_own_time() {
    // An account without the exception that the others have; it says how long in milliseconds, in the body.
    let product = Product::synapse();
    let account = json!({"password": "correct-horse-9473", "admin": true});
    let id = super::seed(&product, "limited", &account).await;
    let token = login(&product, "limited", "correct-horse-9473").await;
    let front = super::front_of(&product.as_seen_by(&format!("Bearer {token}"), &token), &id).await;
    for at in 0..30 {
        let body = json!({"schemas": [GROUP], "displayName": format!("Limited {at}")});
        let answer = front.idp.write("POST", "/Groups", &body).await;
        if answer.status != 201 {
            let refused = answer.expect_error(503, "");
            let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
            assert!((3..600).contains(&seconds), "{refused}");
            return;
        }
    }
    panic!("no limit was met");
}
