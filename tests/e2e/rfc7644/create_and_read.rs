//! §3.3 creating, §3.4.1 reading, §3.6 deleting, §3.9 what is shown.

use json::json;

use super::{GROUP, USER, directory, keys, send, user};

#[tokio::test]
async fn section_3_3_creating_resources() {
    let (_world, client) = directory().await;
    let body = json!({
        "schemas": [USER],
        "userName": "bjarne",
        "externalId": "bjarne",
        "name": {"formatted": "Ms. Bjarne J Reyes III", "familyName": "Reyes", "givenName": "Bjarne"},
    });
    let made = send(&client, "POST", "/Users", &body).await.expect(201);
    assert_eq!(made.header("content-type"), Some("application/scim+json"), "{made}");
    assert_eq!(made.header("location"), Some(made.text_at("/meta/location")), "{made}");
    assert!(made.text_at("/meta/location").ends_with(&format!("/scim/v2/Users/{}", made.id())), "{made}");
    assert_eq!(made.header("etag"), Some(made.text_at("/meta/version")), "{made}");
    assert!(made.text_at("/meta/version").starts_with("W/\""), "{made}");
    assert_eq!(made.body["schemas"], json!([USER]), "{made}");
    for name in ["externalId", "userName", "name"] {
        assert_eq!(made.body[name], body[name], "{made}");
    }
    // §3.3.1.
    assert_eq!(made.text_at("/meta/resourceType"), "User", "{made}");
    for time in ["/meta/created", "/meta/lastModified"] {
        assert!(made.text_at(time).ends_with('Z'), "{made}");
    }
    // RFC 7643 §3: a body says what it is. What stands beside that, and saying nothing, does no harm (idp-dialects row 17).
    for (schemas, status) in [
        (json!([GROUP]), 400),
        (json!(["urn:example:none"]), 400),
        (json!(USER), 400),
        (json!(["urn:example:none", USER.to_uppercase()]), 201),
        (json!(null), 201),
    ] {
        let body = json!({"schemas": schemas, "userName": format!("of {schemas}")});
        let answer = send(&client, "POST", "/Users", &body).await;
        if status == 400 {
            answer.expect_error(400, "invalidSyntax")
        } else {
            answer.expect(status)
        };
    }
    // §3.3: "When the service provider determines that the creation of the requested resource conflicts".
    send(&client, "POST", "/Users", &json!({"schemas": [USER], "userName": "BJARNE", "displayName": "Other"}))
        .await
        .expect_error(409, "uniqueness");
}

#[tokio::test]
async fn section_3_4_1_retrieving_a_known_resource() {
    let (_world, client) = directory().await;
    let made = send(
        &client,
        "POST",
        "/Users",
        &json!({
            "schemas": [USER],
            "externalId": "bjarne",
            "userName": "bjarne",
            "name": {"formatted": "Ms. Bjarne J Reyes III", "familyName": "Reyes", "givenName": "Bjarne"},
            "phoneNumbers": [{"value": "555-555-8377", "type": "work"}],
            "emails": [{"value": "bjarne@example.com", "type": "work"}],
        }),
    )
    .await
    .expect(201);
    let read = client.read(&made.id()).await.expect(200);
    assert_eq!(read.body, made.body, "{read}");
    assert_eq!(read.header("etag"), made.header("etag"), "{read}");
    assert_eq!(read.header("location"), made.header("location"), "{read}");
    client.read("2819c223-7f76-453a-919d-413861904646").await.expect_error(404, "");
}

#[tokio::test]
async fn section_3_6_deleting_resources() {
    let (_world, client) = directory().await;
    let id = user(&client, json!({"schemas": [USER], "userName": "bjarne"})).await;
    let stale = client.request("DELETE", &format!("/Users/{id}")).header("If-Match", "W/\"c310cd84f0281b7\"");
    client.send(stale).await.expect_error(412, "");
    let version = client.read(&id).await.header("etag").unwrap().to_owned();
    let fresh = client.request("DELETE", &format!("/Users/{id}")).header("If-Match", &version);
    let gone = client.send(fresh).await.expect(204);
    assert_eq!(gone.text, "", "{gone}");
    client.read(&id).await.expect_error(404, "");
    client.delete(&id).await.expect_error(404, "");
    // "MUST omit the resource from future query results"; the userName is free again.
    client.find("userName", "bjarne").await.expect_list(0);
    user(&client, json!({"schemas": [USER], "userName": "bjarne"})).await;
}

#[tokio::test]
async fn section_3_9_additional_operation_response_parameters() {
    let (_world, client) = directory().await;
    let made = json!({
        "schemas": [USER],
        "userName": "bjarne",
        "displayName": "Bjarne",
        "name": {"familyName": "Reyes", "givenName": "Bjarne"},
        "emails": [{"value": "bjarne@example.com", "type": "work", "primary": true}],
        "password": "t0p-secret-of-bjarne",
    });
    let id = user(&client, made.clone()).await;
    for (query, expected) in [
        ("attributes=userName", vec!["id", "schemas", "userName"]),
        ("attributes=urn:ietf:params:scim:schemas:core:2.0:User:userName", vec!["id", "schemas", "userName"]),
        ("attributes=USERNAME,displayname", vec!["displayName", "id", "schemas", "userName"]),
        ("attributes=name.familyName", vec!["id", "name", "schemas"]),
        ("attributes=password", vec!["id", "schemas"]),
        ("attributes=meta.resourceType,emails.value", vec!["emails", "id", "meta", "schemas"]),
        ("excludedAttributes=id,emails,meta,name,groups", vec!["active", "displayName", "id", "schemas", "userName"]),
    ] {
        let read = client.get(&format!("/Users/{id}?{query}")).await.expect(200);
        assert_eq!(keys(&read.body), expected, "{query} {read}");
    }
    let read = client.get(&format!("/Users/{id}?attributes=name.familyName,emails.value")).await.expect(200);
    assert_eq!(read.body["name"], json!({"familyName": "Reyes"}), "{read}");
    assert_eq!(read.body["emails"], json!([{"value": "bjarne@example.com"}]), "{read}");
    // The answers to POST, PUT and PATCH are projected too.
    let put = send(&client, "PUT", &format!("/Users/{id}?attributes=userName"), &made).await.expect(200);
    assert_eq!(keys(&put.body), ["id", "schemas", "userName"], "{put}");
    let patch = super::patch(&json!([{"op": "replace", "path": "title", "value": "Guide"}]));
    let patched = send(&client, "PATCH", &format!("/Users/{id}?attributes=title"), &patch).await.expect(200);
    assert_eq!(keys(&patched.body), ["id", "schemas", "title"], "{patched}");
    assert!(!patched.text.contains("t0p-secret"), "{patched}");
}
