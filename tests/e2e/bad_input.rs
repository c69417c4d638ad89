//! Bad input where groups, bulk requests, searches by POST and SCIM 1.1 take it: SCIM errors, and nothing changed at the product.

use json::{Value, json};

use crate::caller::Caller;
use crate::people::employee;
use crate::wire::Answer;
use crate::world::World;

/// A world with a user and a group.
struct Scene {
    world: World,
    idp: Caller,
    user: String,
    group: String,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        let idp = world.caller("acme");
        let user = idp.create(&employee("kit@example.com")).await.expect(201).id();
        let body = json!({"displayName": "Night Shift", "members": [{"value": user}]});
        let group = idp.send(idp.request("POST", "/Groups").json(&body)).await.expect(201).id();
        world.around.directory_api.take_seen();
        Self { world, idp, user, group }
    }

    async fn send(&self, method: &str, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.idp.send(self.idp.request(method, path).header("Content-Type", "application/scim+json").body(body)).await
    }

    /// Nothing was written, and the gateway goes on.
    async fn unharmed(mut self) {
        let seen = self.world.around.directory_api.take_seen();
        assert!(seen.iter().all(|seen| !seen.writes()), "{seen:?}");
        let read = self.idp.get(&format!("/Groups/{}", self.group)).await.expect(200);
        assert_eq!(read.text_at("/members/0/value"), self.user, "{read}");
        assert!(self.world.gateway.is_alive());
        assert!(!self.world.gateway.log().contains("panic"), "{}", self.world.gateway.log());
    }
}

fn nested(depth: usize) -> String {
    format!("{{\"displayName\":{}1{}}}", "[".repeat(depth), "]".repeat(depth))
}

#[tokio::test]
async fn bodies_that_are_no_json_with_one_meaning() {
    let scene = Scene::new().await;
    let rows: [Vec<u8>; 13] = [
        b"".to_vec(),
        b"\xef\xbb\xbf{\"displayName\":\"a\"}".to_vec(),
        b"{".to_vec(),
        b"[]".to_vec(),
        b"\"x\"".to_vec(),
        b"\xff\xfe{\x00}\x00".to_vec(),
        b"{\"displayName\":\"\xc3\x28\"}".to_vec(),
        b"{\"displayName\":\"\\ud800\"}".to_vec(),
        b"{\"displayName\":\"a\"}{\"displayName\":\"b\"}".to_vec(),
        b"{\"displayName\":\"a\",\"displayName\":\"b\"}".to_vec(),
        b"{\"displayName\":NaN}".to_vec(),
        nested(17).into_bytes(),
        nested(100_000).into_bytes(),
    ];
    let group = format!("/Groups/{}", scene.group);
    for body in rows {
        for (method, path) in [
            ("POST", "/Groups"),
            ("PUT", &group),
            ("PATCH", &group),
            ("POST", "/Bulk"),
            ("POST", "/Groups/.search"),
            ("POST", "/.search"),
        ] {
            scene.send(method, path, body.clone()).await.expect_error(400, "invalidSyntax");
        }
    }
    scene.unharmed().await;
}

#[tokio::test]
async fn groups_of_the_wrong_types() {
    let scene = Scene::new().await;
    let group = format!("/Groups/{}", scene.group);
    for (body, scim_type) in [
        (json!({}), "invalidValue"),
        (json!({"displayName": {"x": 1}}), "invalidValue"),
        (json!({"displayName": ["a", "b"]}), "invalidValue"),
        (json!({"displayName": "x", "members": "everybody", "active": 1}), "invalidValue"),
        (json!({"displayName": "x", "members": [{"display": "nobody"}]}), "invalidValue"),
        (json!({"displayName": "x", "members": [[{"value": "1"}]]}), "invalidValue"),
        (json!({"displayName": "x", "members": [{"value": {"x": 1}}]}), "invalidValue"),
        (json!({"displayName": "x", "members": [{"value": "../people"}]}), "invalidValue"),
        (json!({"displayName": "x", "members": [{"value": "1\r\nX-Injected: 1"}]}), "invalidValue"),
        (json!({"displayName": "x", "members": [{"value": "no-such-user"}]}), "invalidValue"),
    ] {
        for (method, path) in [("POST", "/Groups"), ("PUT", group.as_str())] {
            let told = scene.send(method, path, body.to_string()).await;
            assert_eq!((told.status, told.text_at("/scimType")), (400, scim_type), "{method} {told}");
            assert_eq!(told.header("x-injected"), None, "{told}");
        }
    }
    scene.unharmed().await;
}

#[tokio::test]
async fn patches_of_groups_that_mean_nothing() {
    let scene = Scene::new().await;
    let group = format!("/Groups/{}", scene.group);
    for (operation, scim_type) in [
        (json!({"op": "move", "path": "members"}), "invalidSyntax"),
        (json!({"op": "add", "path": "members"}), "invalidSyntax"),
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "add", "path": "members[value eq", "value": []}), "invalidPath"),
        (json!({"op": "add", "path": "members.shoeSize", "value": 1}), "invalidPath"),
        (json!({"op": "add", "path": "members", "value": [7, {"value": true}]}), "invalidValue"),
        (json!({"op": "add", "path": "members", "value": [{"display": "x"}]}), "invalidValue"),
        (json!({"op": "remove", "path": "displayName"}), "mutability"),
        (json!({"op": "replace", "path": "displayName", "value": ""}), "mutability"),
        (json!({"op": "replace", "path": "id", "value": "1"}), "mutability"),
        (json!({"op": "add", "path": "members", "value": [{"value": scene.group, "type": "Group"}]}), "invalidValue"),
        (json!({"op": "add", "path": "members", "value": [{"value": "a/../../people/1"}]}), "invalidValue"),
    ] {
        let body = json!({"Operations": [operation]}).to_string();
        let told = scene.send("PATCH", &group, body).await;
        assert_eq!((told.status, told.text_at("/scimType")), (400, scim_type), "{told}");
    }
    scene.unharmed().await;
}

#[tokio::test]
async fn bulk_requests_that_mean_nothing() {
    let scene = Scene::new().await;
    for body in [
        json!({}),
        json!({"Operations": {}}),
        json!({"Operations": [7]}),
        json!({"failOnErrors": "one", "Operations": []}),
        json!({"failOnErrors": -1, "Operations": []}),
        json!({"Operations": [{"method": "POST", "path": 7, "bulkId": "a", "data": {}}]}),
        json!({"Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "a"}},
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "b"}}]}),
    ] {
        scene.send("POST", "/Bulk", body.to_string()).await.expect_error(400, "invalidSyntax");
    }
    // One operation that is wrong fails by itself.
    for (operation, status) in [
        (json!({"path": "/Users", "data": {}}), "400"),
        (json!({"method": "POST", "bulkId": "a", "data": {}}), "400"),
        (json!({"method": "BREW", "path": "/Users", "data": {}}), "405"),
        (json!({"method": "DELETE", "path": "/Users/.."}), "400"),
        (json!({"method": "DELETE", "path": "/Users/%2e%2e"}), "400"),
        (json!({"method": "DELETE", "path": "/Robots/1"}), "404"),
        (json!({"method": "POST", "path": "/Bulk", "bulkId": "x", "data": {"Operations": []}}), "404"),
        (json!({"method": "DELETE", "path": "/Users/bulkId:unknown"}), "400"),
        (json!({"method": "PATCH", "path": format!("/Users/{}", scene.user), "data": {"Operations": 7}}), "400"),
        (json!({"method": "POST", "path": "/Users", "bulkId": "x", "data": {"userName": {"x": 1}}}), "400"),
    ] {
        let told = scene.send("POST", "/Bulk", json!({"Operations": [operation]}).to_string()).await.expect(200);
        let result = &told.body["Operations"][0];
        let is_error = |status: &Value| status.as_str().is_some_and(|status| status.starts_with('4'));
        assert!(is_error(&result["status"]), "{told}");
        assert_eq!(result["status"], status, "{told}");
        assert!(!result["response"]["detail"].as_str().unwrap().is_empty(), "{told}");
    }
    scene.unharmed().await;
}

#[tokio::test]
async fn searches_that_mean_nothing() {
    let scene = Scene::new().await;
    for (body, scim_type) in [
        (json!({"filter": "displayName zz 1"}), "invalidFilter"),
        (json!({"filter": ""}), "invalidFilter"),
        (json!({"filter": ["displayName pr"]}), "invalidSyntax"),
        (json!({"count": "many"}), "invalidValue"),
        (json!({"attributes": {"x": 1}}), "invalidSyntax"),
        (json!({"sortBy": "shoeSize"}), "invalidValue"),
        (json!({"sortBy": "displayName", "sortOrder": 1}), "invalidSyntax"),
        (json!({"cursor": "made up"}), "invalidCursor"),
    ] {
        let told = scene.send("POST", "/Groups/.search", body.to_string()).await;
        assert_eq!((told.status, told.text_at("/scimType")), (400, scim_type), "{told}");
    }
    let large =
        scene.send("POST", "/Groups/.search", "{\"count\":99999999999999999999999999,\"startIndex\":-1e30}").await;
    assert!(matches!(large.status, 200 | 400), "{large}");
    scene.unharmed().await;
}

#[tokio::test]
async fn ids_of_groups_and_members_are_ids_and_nothing_else() {
    let scene = Scene::new().await;
    for (id, status) in [
        ("..", 400),
        ("%2e%2e", 400),
        ("..%2fpeople%2f1", 400),
        ("a%0d%0aX-Injected:%201", 400),
        ("a%00", 400),
        ("%ff", 400),
        ("t-1%3Fx=1", 404),
        ("t-1%23", 404),
        ("%252e%252e", 404),
    ] {
        for method in ["GET", "DELETE"] {
            let told = scene.idp.send(scene.idp.request(method, &format!("/Groups/{id}"))).await;
            assert_eq!(told.status, status, "{told}");
            assert_eq!(told.header("x-injected"), None, "{told}");
        }
    }
    scene.unharmed().await;
}

#[tokio::test]
async fn bad_input_of_1_1_is_an_error_of_1_1() {
    let world = World::with(crate::dialects::everybody()).await;
    let idp = world.caller("oldco").at("/scim/v1");
    let send = |method: &str, path: &str, body: String| {
        idp.send(idp.request(method, path).header("Content-Type", "application/json").body(body))
    };
    let id = idp.create(&employee("kit@example.com")).await.expect(201).id();
    world.around.directory_api.take_seen();
    let path = format!("/Users/{id}");
    for (method, path, body, status) in [
        ("POST", "/Users", String::new(), 400),
        ("POST", "/Users", "[]".to_owned(), 400),
        ("POST", "/Users", nested(100_000), 400),
        ("PATCH", &path, "[]".to_owned(), 400),
        ("PATCH", &path, json!({"meta": {"attributes": [7]}}).to_string(), 400),
        ("PATCH", &path, json!({"meta": {"attributes": ["userName"]}}).to_string(), 400),
        ("PATCH", &path, json!({"name": "x"}).to_string(), 400),
        ("POST", "/Bulk", json!({"Operations": []}).to_string(), 404),
        ("GET", "/Users/%2e%2e", String::new(), 400),
        ("PUT", "/Users", "{}".to_owned(), 405),
    ] {
        let told = send(method, path, body).await;
        assert_eq!(told.status, status, "{told}");
        assert_eq!(told.text_at("/Errors/0/code"), status.to_string(), "{told}");
        assert!(!told.text.contains("urn:ietf"), "{told}");
    }
    // A method is overridden by POST only, and only by one that writes.
    for (method, path, overridden, status) in
        [("GET", path.as_str(), "DELETE", 200), ("POST", "/Users", "GET", 400), ("POST", path.as_str(), "BREW", 400)]
    {
        let request = idp.request(method, path).header("X-HTTP-Method-Override", overridden);
        let told = idp.send(request).await;
        assert_eq!(told.status, status, "{told}");
    }
    let seen = world.around.directory_api.take_seen();
    assert!(seen.iter().all(|seen| !seen.writes()), "{seen:?}");
}
