//! §3.5.1 PUT and §3.5.2 PATCH, example by example.

use json::json;

use super::{GROUP, USER, directory, group, keys, members, patch, send, user};

#[tokio::test]
async fn section_3_5_1_replacing_with_put() {
    let (_world, client) = directory().await;
    let id = user(&client, json!({"schemas": [USER], "userName": "bjarne", "nickName": "Bj", "title": "Guide"})).await;
    let body = json!({
        "schemas": [USER],
        "id": id,
        "userName": "bjarne",
        "externalId": "bjarne",
        "name": {
            "formatted": "Ms. Bjarne J Reyes III",
            "familyName": "Reyes",
            "givenName": "Bjarne",
            "middleName": "Jo",
        },
        "roles": [],
        "emails": [{"value": "bjarne@example.com"}, {"value": "bj@example.org"}],
    });
    let put = send(&client, "PUT", &format!("/Users/{id}"), &body).await.expect(200);
    for name in ["userName", "externalId", "name", "emails"] {
        assert_eq!(put.body[name], body[name], "{put}");
    }
    // What is not sent is unassigned; an empty list is no value (§2.5 of RFC 7643).
    for name in ["nickName", "title", "roles"] {
        assert!(put.body.get(name).is_none(), "{name} {put}");
    }
    assert_eq!(put.header("etag"), Some(put.text_at("/meta/version")), "{put}");
    assert_eq!(client.read(&id).await.body, put.body);
    // Read-only attributes are ignored, required ones demanded, unknown resources not made.
    let mut other = body.clone();
    other["id"] = json!("another");
    assert_eq!(send(&client, "PUT", &format!("/Users/{id}"), &other).await.expect(200).id(), id);
    send(&client, "PUT", &format!("/Users/{id}"), &json!({"schemas": [USER], "title": "x"}))
        .await
        .expect_error(400, "invalidValue");
    send(&client, "PUT", "/Users/2819c223", &body).await.expect_error(404, "");
}

#[tokio::test]
async fn section_3_5_2_1_add() {
    let (_world, client) = directory().await;
    let id = user(&client, json!({"schemas": [USER], "userName": "babs"})).await;
    let guides = group(&client, "Tour Guides", &[]).await;
    let add = patch(&json!([{
        "op": "add",
        "path": "members",
        "value": [{"display": "Babs Reyes", "$ref": format!("https://example.com/v2/Users/{id}"), "value": id}],
    }]));
    for _ in 0..2 {
        // "If the value already exists in the target location, no changes SHOULD be made".
        let added = send(&client, "PATCH", &format!("/Groups/{guides}"), &add).await.expect(204);
        assert_eq!(added.text, "", "{added}");
        assert_eq!(members(&client, &guides).await, std::slice::from_ref(&id));
    }
    let add = patch(&json!([{
        "op": "add",
        "value": {"emails": [{"value": "babs@example.org", "type": "home"}], "nickname": "Babs"},
    }]));
    let added = send(&client, "PATCH", &format!("/Users/{id}"), &add).await.expect(200);
    assert_eq!(added.body["emails"], json!([{"value": "babs@example.org", "type": "home"}]), "{added}");
    assert_eq!(added.text_at("/nickName"), "Babs", "{added}");
    let before = added.text_at("/meta/version").to_owned();
    let again = send(&client, "PATCH", &format!("/Users/{id}"), &add).await.expect(200);
    assert_eq!(again.text_at("/meta/version"), before, "nothing changed: {again}");
}

#[tokio::test]
async fn section_3_5_2_2_remove() {
    let (_world, client) = directory().await;
    let mut ids = Vec::new();
    for name in ["babs", "jo", "kit", "lee"] {
        ids.push(user(&client, json!({"schemas": [USER], "userName": name})).await);
    }
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let guides = group(&client, "Tour Guides", &all[..3]).await;
    let change = async |operations| {
        send(&client, "PATCH", &format!("/Groups/{guides}"), &patch(&operations)).await.expect(204);
        members(&client, &guides).await
    };
    // A single member.
    let left = change(json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}])).await;
    assert_eq!(left, ids[1..3]);
    // One and another one in a single request.
    let left = change(json!([
        {"op": "remove", "path": format!("members[value eq \"{}\"]", ids[1])},
        {"op": "add", "path": "members", "value": [{"display": "Lee", "value": ids[3]}]},
    ]))
    .await;
    assert_eq!(left, ids[2..4]);
    // All members, and others in their place.
    let left = change(json!([
        {"op": "remove", "path": "members"},
        {"op": "add", "path": "members", "value": [{"value": ids[0]}, {"value": ids[1]}]},
    ]))
    .await;
    assert_eq!(left, ids[0..2]);
    // All members.
    assert_eq!(change(json!([{"op": "remove", "path": "members"}])).await, Vec::<String>::new());
    // Values of a complex multi-valued attribute of a user.
    let emails = json!([
        {"op": "add", "path": "emails", "value": [
            {"type": "work", "value": "babs@example.com"},
            {"type": "work", "value": "babs@example.org"},
            {"type": "home", "value": "babs@home.example.com"},
        ]},
        {"op": "remove", "path": "emails[type eq \"work\" and value ew \"example.com\"]"},
    ]);
    let left = send(&client, "PATCH", &format!("/Users/{}", ids[0]), &patch(&emails)).await.expect(200);
    let values: Vec<&str> =
        left.body["emails"].as_array().unwrap().iter().map(|email| email["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["babs@example.org", "babs@home.example.com"], "{left}");
    // No path, a required attribute, a read-only one.
    for (operation, scim_type) in [
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "remove", "path": "userName"}), "mutability"),
        (json!({"op": "remove", "path": "meta.created"}), "mutability"),
    ] {
        let refused = send(&client, "PATCH", &format!("/Users/{}", ids[0]), &patch(&json!([operation]))).await;
        refused.expect_error(400, scim_type);
    }
}

#[tokio::test]
async fn section_3_5_2_3_replace() {
    let (_world, client) = directory().await;
    let mut ids = Vec::new();
    for name in ["babs", "jo"] {
        ids.push(user(&client, json!({"schemas": [USER], "userName": name})).await);
    }
    let guides = group(&client, "Tour Guides", &[&ids[0]]).await;
    let all = patch(&json!([{
        "op": "replace",
        "path": "members",
        "value": [{"display": "Babs", "value": ids[0]}, {"display": "Jo", "value": ids[1]}],
    }]));
    send(&client, "PATCH", &format!("/Groups/{guides}"), &all).await.expect(204);
    assert_eq!(members(&client, &guides).await, ids);

    let path = format!("/Users/{}", ids[0]);
    let addresses = patch(&json!([{"op": "add", "path": "addresses", "value": [
        {"type": "work", "streetAddress": "1 Old Road", "locality": "Springfield"},
        {"type": "home", "streetAddress": "7 Elm Street"},
    ]}]));
    send(&client, "PATCH", &path, &addresses).await.expect(200);
    let work = json!({
        "type": "work",
        "streetAddress": "911 Universal City Plaza",
        "locality": "Hollywood",
        "region": "CA",
        "postalCode": "91608",
        "country": "US",
        "formatted": "911 Universal City Plaza\nHollywood, CA 91608 US",
        "primary": true,
    });
    let whole = patch(&json!([{"op": "replace", "path": "addresses[type eq \"work\"]", "value": work}]));
    let replaced = send(&client, "PATCH", &path, &whole).await.expect(200);
    assert_eq!(
        replaced.body["addresses"],
        json!([work, {"type": "home", "streetAddress": "7 Elm Street"}]),
        "{replaced}"
    );
    let street =
        json!([{"op": "replace", "path": "addresses[type eq \"work\"].streetAddress", "value": "1010 Broadway Ave"}]);
    let replaced = send(&client, "PATCH", &path, &patch(&street)).await.expect(200);
    assert_eq!(replaced.text_at("/addresses/0/streetAddress"), "1010 Broadway Ave", "{replaced}");
    assert_eq!(replaced.text_at("/addresses/0/locality"), "Hollywood", "{replaced}");
    let several = patch(&json!([{"op": "replace", "value": {
        "emails": [
            {"value": "babs@example.com", "type": "work", "primary": true},
            {"value": "babs@example.org", "type": "home"},
        ],
        "nickname": "Babs",
    }}]));
    let replaced = send(&client, "PATCH", &path, &several).await.expect(200);
    assert_eq!(replaced.text_at("/nickName"), "Babs", "{replaced}");
    assert_eq!(replaced.header("location"), Some(replaced.text_at("/meta/location")), "{replaced}");
    assert_eq!(replaced.body["emails"].as_array().map(Vec::len), Some(2), "{replaced}");
    // "If the target location is a multi-valued attribute for which a value selection filter has been supplied and no record
    // match was made, the service provider SHALL indicate failure": Entra means something else by it (idp-dialects row 13).
    let missing =
        json!([{"op": "replace", "path": "addresses[type eq \"other\"]", "value": {"locality": "Springfield"}}]);
    send(&client, "PATCH", &path, &patch(&missing)).await.expect_error(400, "noTarget");
    let unclear = json!([{"op": "replace", "path": "addresses[region co \"Z\"].country", "value": "US"}]);
    send(&client, "PATCH", &path, &patch(&unclear)).await.expect_error(400, "noTarget");
}

#[tokio::test]
async fn section_3_5_2_a_patch_is_atomic_and_a_groups_answer_is_asked_for() {
    let (_world, client) = directory().await;
    let id = user(&client, json!({"schemas": [USER], "userName": "babs", "title": "Guide"})).await;
    let half = patch(&json!([
        {"op": "replace", "path": "title", "value": "Director"},
        {"op": "replace", "path": "emails[type eq", "value": "x"},
    ]));
    send(&client, "PATCH", &format!("/Users/{id}"), &half).await.expect_error(400, "invalidPath");
    assert_eq!(client.read(&id).await.text_at("/title"), "Guide");
    let guides = group(&client, "Tour Guides", &[]).await;
    let half = patch(&json!([
        {"op": "replace", "path": "displayName", "value": "Guides"},
        {"op": "add", "path": "members", "value": [{"value": id}, {"value": "2819c223"}]},
    ]));
    send(&client, "PATCH", &format!("/Groups/{guides}"), &half).await.expect_error(400, "invalidValue");
    let read = client.get(&format!("/Groups/{guides}")).await.expect(200);
    assert_eq!((read.text_at("/displayName"), read.body.get("members")), ("Tour Guides", None), "{read}");
    let rename = patch(&json!([{"op": "replace", "path": "displayName", "value": "Guides"}]));
    let asked = send(&client, "PATCH", &format!("/Groups/{guides}?attributes=displayName"), &rename).await.expect(200);
    assert_eq!(keys(&asked.body), ["displayName", "id", "schemas"], "{asked}");
    let put = json!({"schemas": [GROUP], "displayName": "Guides", "members": [{"value": id}]});
    let put = send(&client, "PUT", &format!("/Groups/{guides}"), &put).await.expect(200);
    assert_eq!(put.text_at("/members/0/value"), id, "{put}");
}
