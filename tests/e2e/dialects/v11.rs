//! Okta and OneLogin over SCIM 1.1.

use json::{Value, json};

use crate::caller::Caller;
use crate::wire::Answer;
use crate::world::World;

use super::{everybody, send};

const CORE: &str = "urn:scim:schemas:core:1.0";
const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";

/// A customer whose IdP speaks 1.1, and one user.
async fn old() -> (World, Caller, String) {
    let world = World::with(everybody()).await;
    let idp = world.caller("oldco").at("/scim/v1");
    let id = send(&idp, "POST", "/Users", &ines()).await.expect(201).id();
    (world, idp, id)
}

fn ines() -> Value {
    json!({
        "schemas": [CORE, ENTERPRISE],
        "userName": "ines.rowe@example.com",
        "name": {"givenName": "Ines", "familyName": "Rowe", "middleName": "Jo"},
        "emails": [{"primary": true, "value": "ines.rowe@example.com", "type": "work"}],
        "displayName": "Ines Rowe",
        "locale": "en_US",
        "active": true,
        "groups": [],
        "password": "r4nd-Cc61-tmp",
        (ENTERPRISE): {"department": "Cardiology"},
    })
}

/// An error of 1.1, and nothing of 2.0.
#[track_caller]
fn expect_old_error(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.text_at("/Errors/0/code"), status.to_string(), "{answer}");
    assert!(!answer.text_at("/Errors/0/description").is_empty(), "{answer}");
    assert_eq!(answer.text_at("/detail"), answer.text_at("/Errors/0/description"), "{answer}");
    assert!(!answer.text.contains("2.0:Error") && answer.body.get("status").is_none(), "{answer}");
}

#[tokio::test]
async fn row_49_a_merge_patch() {
    let (world, idp, id) = old().await;
    let path = format!("/Users/{id}");
    let body = json!({"schemas": [CORE], "id": id, "active": false, "name": {"givenName": "Inès"}});
    send(&idp, "PATCH", &path, &body).await.expect(200);
    let read = idp.read(&id).await.expect(200);
    assert_eq!(read.body["active"], false, "{read}");
    assert_eq!(read.body["name"], json!({"familyName": "Rowe", "givenName": "Inès", "middleName": "Jo"}), "{read}");
    let body = json!({"schemas": [CORE], "meta": {"attributes": ["displayName", "name.middleName"]}, "title": "Lead"});
    send(&idp, "PATCH", &path, &body).await.expect(200);
    let read = idp.read(&id).await.expect(200);
    assert_eq!((read.body.get("displayName"), read.text_at("/title")), (None, "Lead"), "{read}");
    assert_eq!(read.body["name"], json!({"familyName": "Rowe", "givenName": "Inès"}), "{read}");
    let body = json!({"schemas": [CORE], "id": id, "password": "Amber-Kettle-93"});
    let answer = send(&idp, "PATCH", &path, &body).await.expect(200);
    assert!(!answer.text.contains("Amber") && !world.gateway.log().contains("Amber"), "{answer}");

    let other = send(&idp, "POST", "/Users", &{
        let mut other = ines();
        other["userName"] = json!("dev.anand@example.com");
        other
    })
    .await
    .expect(201)
    .id();
    let on_call =
        send(&idp, "POST", "/Groups", &json!({"schemas": [CORE], "displayName": "On Call"})).await.expect(201).id();
    let path = format!("/Groups/{on_call}");
    let members = async || {
        let read = idp.get(&path).await.expect(200);
        let members = read.body["members"].as_array().cloned().unwrap_or_default();
        members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for one in [&id, &other] {
        let body = json!({"schemas": [CORE], "id": on_call, "members": [{"value": one}]});
        send(&idp, "PATCH", &path, &body).await;
    }
    assert_eq!(members().await, [id.clone(), other.clone()]);
    let body = json!({"schemas": [CORE], "members": [{"value": id, "operation": "delete"}]});
    send(&idp, "PATCH", &path, &body).await;
    assert_eq!(members().await, [other]);
}

#[tokio::test]
async fn row_50_errors_in_both_forms() {
    let (world, idp, _) = old().await;
    expect_old_error(&idp.read("does-not-exist").await, 404);
    expect_old_error(&idp.get("/Users?filter=PROBE").await, 400);
    expect_old_error(&send(&idp, "POST", "/Users", &json!({"schemas": [CORE], "title": "x"})).await, 400);
    let stranger = crate::wire::Request::new("GET", "/scim/v1/Users").bearer("nobody").send(world.gateway.scim).await;
    assert!(stranger.header("www-authenticate").is_some(), "{stranger}");
    expect_old_error(&stranger, 401);
}

#[tokio::test]
async fn row_51_an_extension_that_nobody_knows() {
    let (_world, idp, _) = old().await;
    let body = json!({
        "schemas": [CORE, "urn:okta:custom:group:1.0"],
        "displayName": "Ward 7",
        "urn:okta:custom:group:1.0": {"description": "Everyone rostered on ward seven"},
    });
    let made = send(&idp, "POST", "/Groups", &body).await.expect(201);
    assert_eq!(made.body["schemas"], json!([CORE]), "{made}");
}

#[tokio::test]
async fn row_52_a_create_of_somebody_who_is_there_updates() {
    // The profile's policy (`existing = "update"`); the corpus has it with who owns an e-mail (okta11, clinic).
    let (_world, idp, id) = old().await;
    assert_eq!(send(&idp, "POST", "/Users", &ines()).await.expect(201).id(), id, "the same again is done");
    let mut other = ines();
    other["displayName"] = json!("Ines Rowe-Hart");
    expect_old_error(&send(&idp, "POST", "/Users", &other).await, 409);
}

#[tokio::test]
async fn an_answer_of_1_1_has_nothing_of_2_0() {
    let (_world, idp, id) = old().await;
    for path in [&format!("/Users/{id}"), "/Users", "/Groups", "/ServiceProviderConfigs", "/Schemas"] {
        let answer = idp.get(path).await.expect(200);
        // The URN of a product's own extension is its own.
        let own = answer.text.replace("urn:ietf:params:scim:schemas:extension:acmegw:2.0:User", "");
        assert!(!own.contains("urn:ietf"), "{path} {answer}");
        assert_eq!(answer.text_at("/schemas/0"), CORE, "{path} {answer}");
    }
    let read = idp.read(&id).await;
    assert_eq!(read.body["schemas"], json!([CORE, ENTERPRISE]), "{read}");
    assert_eq!(read.body[ENTERPRISE]["department"], "Cardiology", "{read}");
    assert!(read.text_at("/meta/location").contains("/scim/v1/Users/"), "{read}");
    let boss = json!({"schemas": [CORE, ENTERPRISE], (ENTERPRISE): {"manager": {"managerId": id, "displayName": "x"}}});
    send(&idp, "PATCH", &format!("/Users/{id}"), &boss).await.expect(200);
    assert_eq!(idp.read(&id).await.body[ENTERPRISE]["manager"]["managerId"], id.as_str());
}
