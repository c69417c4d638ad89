//! Versions (RFC 7644 §3.14): what changed since it was read is not overwritten, what did not is not sent again.

use json::{Value, json};

use crate::caller::{Caller, patch_of, values};
use crate::people::{NORTH, employee, user};
use crate::wire::{Answer, Request};
use crate::world::World;

/// The version of a resource, which header and body tell alike.
#[track_caller]
fn version(answer: &Answer) -> String {
    let version = answer.text_at("/meta/version").to_owned();
    assert_eq!(answer.header("etag"), Some(version.as_str()), "{answer}");
    assert!(version.starts_with("W/\"") && version.ends_with('"'), "{answer}");
    version
}

/// Tries a stale and the present version with every method that changes; only the present one does.
async fn check(idp: &Caller, at: &str, put: &Value, patch: &Value) {
    let stale = "W/\"of-yesterday\"";
    let send = async |request: Request| idp.send(request).await;
    let read = async || send(idp.request("GET", at)).await.expect(200);
    let before = read().await;
    let held = version(&before);
    let unchanged = send(idp.request("GET", at).header("If-None-Match", &held)).await.expect(304);
    assert_eq!((unchanged.text.as_str(), unchanged.header("etag")), ("", Some(held.as_str())), "{unchanged}");
    send(idp.request("GET", at).header("If-None-Match", stale)).await.expect(200);
    send(idp.request("GET", at).header("If-None-Match", &format!("{stale}, {held}"))).await.expect(304);

    for (method, body) in [("PUT", put), ("PATCH", patch)] {
        send(idp.request(method, at).header("If-Match", stale).json(body)).await.expect_error(412, "");
        assert_eq!(read().await.body, before.body);
    }
    send(idp.request("DELETE", at).header("If-Match", stale)).await.expect_error(412, "");

    let patched = send(idp.request("PATCH", at).header("If-Match", &held).json(patch)).await;
    assert!(matches!(patched.status, 200 | 204), "{patched}");
    let changed = version(&read().await);
    assert_ne!(changed, held);
    send(idp.request("PUT", at).header("If-Match", &held).json(put)).await.expect_error(412, "");
    let put = send(idp.request("PUT", at).header("If-Match", &changed).json(put)).await.expect(200);
    assert_eq!(version(&put), version(&read().await), "an answer tells the version that it shows");
    send(idp.request("DELETE", at).header("If-Match", "*")).await.expect(204);
    send(idp.request("GET", at)).await.expect_error(404, "");
}

#[tokio::test]
async fn a_user_whose_product_counts_changes_is_not_overwritten() {
    let world = World::new().await;
    let idp = world.caller("acme");
    let made = idp.create(&employee("kit@example.com")).await.expect(201);
    version(&made);
    let put = employee("kit@example.com");
    check(&idp, &format!("/Users/{}", made.id()), &put, &patch_of(&[("title", json!("Engineer"))])).await;
}

#[tokio::test]
async fn a_user_whose_product_counts_nothing_is_not_overwritten() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let made = idp.create(&user("15550100177", NORTH)).await.expect(201);
    version(&made);
    let put = user("15550100177", NORTH);
    check(&idp, &format!("/Users/{}", made.id()), &put, &patch_of(&[("name.givenName", json!("Kit"))])).await;
}

#[tokio::test]
async fn a_group_is_not_overwritten() {
    let world = World::new().await;
    let idp = world.caller("acme");
    let id = idp.create_group("Night Shift", &[]).await;
    let put = json!({"displayName": "Night Shift"});
    check(&idp, &format!("/Groups/{id}"), &put, &patch_of(&[("displayName", json!("Late Shift"))])).await;
}

#[tokio::test]
async fn a_member_more_is_another_version_of_group_and_user() {
    let world = World::new().await;
    let idp = world.caller("acme");
    let kit = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let id = idp.create_group("Night Shift", &[]).await;
    let versions = async || (version(&idp.get(&format!("/Groups/{id}")).await), version(&idp.read(&kit).await));
    let before = versions().await;
    idp.patch_group(&id, json!([{"op": "add", "path": "members", "value": values(&[&kit])}])).await.expect(204);
    let after = versions().await;
    assert!(after.0 != before.0 && after.1 != before.1, "{before:?} {after:?}");
    let again = versions().await;
    assert_eq!(again, after, "reading is no change");
}

#[tokio::test]
async fn a_product_whose_members_cannot_be_versioned_promises_none() {
    let world = World::with(crate::v11::signage()).await;
    let idp = world.caller("signage");
    let id = idp.create_group("Lobby Screens", &[]).await;
    let group = idp.get(&format!("/Groups/{id}")).await.expect(200);
    assert_eq!((group.header("etag"), group.body["meta"].get("version")), (None, None), "{group}");
    let config = idp.get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.body["etag"]["supported"], false, "{config}");
    let config = world.caller("acme").get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.body["etag"]["supported"], true, "{config}");
}

#[tokio::test]
async fn a_condition_that_is_none_is_refused() {
    let world = World::new().await;
    let idp = world.caller("acme");
    let id = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let at = format!("/Users/{id}");
    for wrong in ["", "\"open", "W/", "x y"] {
        let answer = idp.send(idp.request("DELETE", &at).header("If-Match", wrong)).await;
        assert!(matches!(answer.status, 400 | 412), "{answer}");
    }
    idp.read(&id).await.expect(200);
}
