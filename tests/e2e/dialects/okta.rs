//! Okta over SCIM 2.0: OIN applications, the AIW, the wizard.

use json::json;

use crate::people::employee;
use crate::wire::Request;
use crate::world::{World, token};

use super::{directory, group, members_after, patch, send};

#[tokio::test]
async fn row_34_a_token_without_a_scheme_where_it_is_allowed() {
    let (world, ..) = directory().await;
    let raw = |customer: &str| Request::new("GET", "/scim/v2/Users?count=1").header("Authorization", &token(customer));
    raw("acme").send(world.gateway.scim).await.expect_error(401, "");
    raw("rawco").send(world.gateway.scim).await.expect(200);
    let doubled =
        Request::new("GET", "/scim/v2/Users").header("Authorization", &format!("Bearer Bearer {}", token("rawco")));
    doubled.send(world.gateway.scim).await.expect_error(401, "");
}

#[tokio::test]
async fn row_35_a_random_password_in_every_create() {
    let (world, idp, _) = directory().await;
    let mut body = employee("noor@example.com");
    body["password"] = json!("r4nd-Qz81-tmp");
    let made = idp.create(&body).await.expect(201);
    assert!(!made.text.contains("r4nd"), "{made}");
    let id = made.id();
    for answer in [idp.read(&id).await, idp.find("userName", "noor@example.com").await, idp.get("/Users").await] {
        assert!(!answer.text.contains("password") && !answer.text.contains("r4nd"), "{answer}");
    }
    assert!(!world.gateway.log().contains("r4nd"), "{}", world.gateway.log());
    // The profile forwards it.
    assert_eq!(world.around.directory.people()[1]["secret"], "r4nd-Qz81-tmp");
}

#[tokio::test]
async fn row_37_put_for_everything_and_patch_for_everything() {
    let (_world, idp, id) = directory().await;
    let mut body = employee("kit@example.com");
    body["active"] = json!(false);
    assert_eq!(idp.put(&id, &body).await.expect(200).body["active"], false);
    patch(&idp, &id, json!([{"op": "replace", "value": {"active": true}}])).await.expect(200);
    let guides = group(&idp, "Guides", &[]).await;
    let whole = json!({"displayName": "Tour Guides", "members": [{"value": id}]});
    let put = send(&idp, "PUT", &format!("/Groups/{guides}"), &whole).await.expect(200);
    assert_eq!((put.text_at("/displayName"), put.text_at("/members/0/value")), ("Tour Guides", id.as_str()), "{put}");
}

#[tokio::test]
async fn row_38_put_echoes_what_it_read() {
    let (world, idp, id) = directory().await;
    let mut body = employee("kit@example.com");
    body["password"] = json!("first-secret");
    idp.put(&id, &body).await.expect(200);
    let mut echo = idp.read(&id).await.expect(200).body;
    echo["groups"] = json!([{"value": "x", "display": "Everybody"}]);
    echo["shoeSize"] = json!(42);
    echo["meta"]["created"] = json!("1999-01-01T00:00:00Z");
    world.around.directory_api.take_seen();
    let put = idp.put(&id, &echo).await.expect(200);
    assert!(put.body.get("shoeSize").is_none() && put.text_at("/meta/created") != "1999-01-01T00:00:00Z", "{put}");
    assert!(world.around.directory_api.take_seen().iter().all(|seen| !seen.writes()), "nothing changed");
    assert_eq!(world.around.directory.people()[0]["secret"], "first-secret", "an absent password is kept");
    let mut less = echo.clone();
    less.as_object_mut().unwrap().remove("displayName");
    assert_eq!(idp.put(&id, &less).await.expect(200).body.get("displayName"), None, "absent is cleared");
}

#[tokio::test]
async fn row_39_a_patch_without_a_path() {
    let (_world, idp, id) = directory().await;
    let answer = patch(&idp, &id, json!([{"op": "replace", "value": {"active": false}}])).await.expect(200);
    assert_eq!(answer.body["active"], false, "{answer}");
}

#[tokio::test]
async fn row_40_a_group_is_renamed_with_its_id_in_the_value() {
    let (_world, idp, a) = directory().await;
    let id = group(&idp, "Lobby Screens", &[&a]).await;
    let rename = json!([{"op": "replace", "value": {"id": id, "displayName": "Lobby Screens EU"}}]);
    assert_eq!(members_after(&idp, &id, rename).await, [a], "members are left alone when none are sent");
    assert_eq!(idp.get(&format!("/Groups/{id}")).await.text_at("/displayName"), "Lobby Screens EU");
    let empty = json!([{"op": "replace", "value": {"id": id, "displayName": "Lobby", "members": []}}]);
    assert_eq!(members_after(&idp, &id, empty).await, Vec::<String>::new(), "an empty list is a list");
}

#[tokio::test]
async fn row_41_remove_and_add_in_one_request() {
    let (_world, idp, a) = directory().await;
    let id = group(&idp, "Lobby Screens", &[]).await;
    let both = json!([
        {"op": "remove", "path": "members[value eq \"a-former-member\"]"},
        {"op": "add", "path": "members", "value": [{"value": a, "display": "kit@example.com"}]},
    ]);
    assert_eq!(members_after(&idp, &id, both).await, [a]);
    let none = json!([{"op": "replace", "path": "members", "value": []}]);
    assert_eq!(members_after(&idp, &id, none).await, Vec::<String>::new());
}

#[tokio::test]
async fn row_42_the_credentials_test_reads_groups_that_are_off() {
    let (world, ..) = directory().await;
    let idp = world.caller("msgco");
    idp.get("/Users?startIndex=1&count=2").await.expect(200);
    idp.get("/Groups?startIndex=1&count=100").await.expect_list(0);
}

#[tokio::test]
async fn row_43_a_create_answers_with_the_resource() {
    let (_world, idp, _) = directory().await;
    let made = idp.create(&employee("noor@example.com")).await.expect(201);
    for pointer in ["/id", "/userName", "/name/familyName", "/name/givenName", "/emails/0/value"] {
        assert!(!made.text_at(pointer).is_empty(), "{pointer} {made}");
    }
    assert_eq!(made.body["active"], true, "{made}");
}

#[tokio::test]
async fn row_45_a_user_name_that_cannot_change_is_ignored() {
    // The profile's policy: `apply = "create"`.
    let world = World::with(crate::v11::signage()).await;
    for (customer, kept) in [("signage", "kit@example.com"), ("acme", "kit.ng@example.com")] {
        let idp = world.caller(customer);
        let id = idp.create(&employee("kit@example.com")).await.expect(201).id();
        let mut renamed = employee("kit.ng@example.com");
        renamed["displayName"] = json!("Kit of the Lobby");
        let put = idp.put(&id, &renamed).await.expect(200);
        assert_eq!((put.text_at("/userName"), put.text_at("/displayName")), (kept, "Kit of the Lobby"), "{put}");
        let rename = json!([{"op": "replace", "path": "userName", "value": "kit.ng@example.com"}]);
        assert_eq!(patch(&idp, &id, rename).await.expect(200).text_at("/userName"), kept);
    }
}

#[tokio::test]
async fn row_46_an_external_id_is_not_needed() {
    let (_world, idp, _) = directory().await;
    let mut body = employee("noor@example.com");
    body.as_object_mut().unwrap().remove("externalId");
    let made = idp.create(&body).await.expect(201);
    assert_eq!(made.body.get("externalId"), None, "{made}");
    assert_eq!(idp.create(&body).await.expect(201).id(), made.id());
}

#[tokio::test]
async fn row_47_attributes_that_the_product_lacks() {
    let (world, ..) = directory().await;
    let idp = world.caller("msgco");
    let mut body = crate::people::user("15550100188", crate::people::NORTH);
    body["name"]["honorificPrefix"] = json!("Dr");
    body["locale"] = json!("en-US");
    body["favouriteColour"] = json!("red");
    let made = idp.create(&body).await.expect(201);
    assert!(!made.text.contains("honorificPrefix"), "{made}");
}

#[tokio::test]
async fn row_48_empty_texts_and_one_element_arrays() {
    let (_world, idp, id) = directory().await;
    let answer = patch(&idp, &id, json!([{"op": "replace", "path": "active", "value": [false]}])).await.expect(200);
    assert_eq!(answer.body["active"], false, "{answer}");
    let mut body = employee("kit@example.com");
    body["displayName"] = json!("");
    assert_eq!(idp.put(&id, &body).await.expect(200).body.get("displayName"), None);
}
