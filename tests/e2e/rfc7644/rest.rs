//! §3.1 and §3.8 formats, §3.11 `/Me`, §3.12 errors, §3.14 versions, §4 discovery.

use json::{Value, json};

use super::{GROUP, USER, directory, send, user};

#[tokio::test]
async fn section_3_8_data_formats() {
    let (_world, client) = directory().await;
    for (accept, content_type, status) in [
        ("application/scim+json", "application/scim+json", 201),
        ("application/json", "application/json", 409),
        ("*/*", "application/scim+json; charset=utf-8", 409),
        ("text/html", "application/json; charset=UTF-8", 409),
        ("application/scim+json", "text/xml", 415),
    ] {
        let request = client.request("POST", "/Users").header("Accept", accept).header("Content-Type", content_type);
        let body = json!({"schemas": [USER], "userName": "bjarne", "displayName": accept}).to_string();
        let answer = client.send(request.body(body)).await.expect(status);
        assert_eq!(answer.header("content-type"), Some("application/scim+json"), "{answer}");
    }
}

#[tokio::test]
async fn section_3_11_me_is_not_supported() {
    let (_world, client) = directory().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        client.send(client.request(method, "/Me")).await.expect_error(501, "");
    }
}

#[tokio::test]
async fn section_3_12_error_response_handling() {
    let (world, client) = directory().await;
    let unknown = client.read("2819c223-7f76-453a-919d-413861904646").await.expect_error(404, "");
    assert!(unknown.text_at("/detail").contains("2819c223-7f76-453a-919d-413861904646"), "{unknown}");
    let id = user(&client, json!({"schemas": [USER], "userName": "bjarne"})).await;
    let other = json!({"schemas": [USER], "Operations": [{"op": "add", "path": "title", "value": "Guide"}]});
    send(&client, "PATCH", &format!("/Users/{id}"), &other).await.expect_error(400, "invalidSyntax");
    let patch = super::patch(&json!([{"op": "replace", "path": "id", "value": "x"}]));
    send(&client, "PATCH", &format!("/Users/{id}"), &patch).await.expect_error(400, "mutability");
    let nobody = crate::wire::Request::new("GET", "/scim/v2/Users").send(world.gateway.scim).await;
    assert!(nobody.header("www-authenticate").is_some_and(|value| value.contains("Bearer")), "{nobody}");
    nobody.expect_error(401, "");
    for (method, path, status) in [
        ("GET", "/Devices", 404),
        ("GET", "/Users/%ff", 400),
        ("GET", "/Users/..%2fgroups", 400),
        ("POST", "/Schemas", 405),
        ("PUT", "/Users", 405),
        ("PATCH", "/Bulk", 405),
        ("TRACE", "/Users", 405),
    ] {
        let refused = client.send(client.request(method, path)).await.expect_error(status, "");
        assert_eq!(refused.header("allow").is_some(), status == 405, "{refused}");
    }
}

#[tokio::test]
async fn section_3_14_versioning_resources() {
    let (_world, client) = directory().await;
    let made = send(&client, "POST", "/Users", &json!({"schemas": [USER], "userName": "bjarne"})).await.expect(201);
    let (id, version) = (made.id(), made.header("etag").unwrap().to_owned());
    let known = client.request("GET", &format!("/Users/{id}?attributes=displayName")).header("If-None-Match", &version);
    let known = client.send(known).await.expect(304);
    assert_eq!((known.text.as_str(), known.header("etag")), ("", Some(version.as_str())), "{known}");
    let other = client.request("GET", &format!("/Users/{id}")).header("If-None-Match", "W/\"e180ee84f0671b1\"");
    client.send(other).await.expect(200);

    let put = |version: &str, title: &str| {
        let body = json!({"schemas": [USER], "userName": "bjarne", "title": title});
        client.request("PUT", &format!("/Users/{id}")).header("If-Match", version).json(&body)
    };
    let first = client.send(put(&version, "Guide")).await.expect(200);
    assert_ne!(first.header("etag"), Some(version.as_str()), "{first}");
    client.send(put(&version, "Director")).await.expect_error(412, "");
    assert_eq!(client.read(&id).await.text_at("/title"), "Guide");
    client.send(put("*", "Director")).await.expect(200);

    // Groups too, and a member who comes is a change.
    let body = json!({"schemas": [GROUP], "displayName": "Guides"});
    let guides = send(&client, "POST", "/Groups", &body).await.expect(201);
    let before = guides.header("etag").unwrap().to_owned();
    let join = super::patch(&json!([{"op": "add", "path": "members", "value": [{"value": id}]}]));
    let path = format!("/Groups/{}", guides.id());
    client.send(client.request("PATCH", &path).header("If-Match", &before).json(&join)).await.expect(204);
    assert_ne!(client.get(&path).await.header("etag"), Some(before.as_str()));
    client.send(client.request("PATCH", &path).header("If-Match", &before).json(&join)).await.expect_error(412, "");
}

#[tokio::test]
async fn section_4_service_provider_configuration_endpoints() {
    let (_world, client) = directory().await;
    let config = client.get("/ServiceProviderConfig").await.expect(200);
    for pointer in ["/patch", "/bulk", "/filter", "/changePassword", "/sort", "/etag"] {
        assert_eq!(config.body.pointer(&format!("{pointer}/supported")), Some(&json!(true)), "{pointer} {config}");
    }
    // RFC 9865 §4.
    assert_eq!(config.body.pointer("/pagination/cursor"), Some(&json!(true)), "{config}");
    assert_eq!(config.body.pointer("/pagination/index"), Some(&json!(true)), "{config}");
    let types = client.get("/ResourceTypes").await.expect_list(2);
    for (at, name) in ["User", "Group"].into_iter().enumerate() {
        assert_eq!(types.text_at(&format!("/Resources/{at}/id")), name, "{types}");
        let one = client.get(&format!("/ResourceTypes/{name}")).await.expect(200);
        assert_eq!(one.body, types.body["Resources"][at], "{one}");
    }
    let schemas = client.get("/Schemas").await.expect(200);
    for schema in schemas.body["Resources"].as_array().unwrap() {
        let one = client.get(&format!("/Schemas/{}", schema["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(&one.body, schema, "{one}");
        every_type_has_canonical_values(schema);
    }
    client.get("/Schemas/urn:example:none").await.expect_error(404, "");
    client.get("/ResourceTypes/Device").await.expect_error(404, "");
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        client.get(&format!("{path}?filter=id%20pr")).await.expect_error(403, "");
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let refused = client.send(client.request(method, path)).await.expect_error(405, "");
            assert_eq!(refused.header("allow"), Some("GET"), "{refused}");
        }
    }
}

#[track_caller]
fn every_type_has_canonical_values(schema: &Value) {
    for attribute in schema["attributes"].as_array().unwrap() {
        for sub in attribute["subAttributes"].as_array().into_iter().flatten() {
            if sub["name"] == "type" {
                assert!(sub["canonicalValues"].is_array(), "{} {sub}", attribute["name"]);
            }
        }
    }
}
