//! Requests that are wrong in every way there is: each is a SCIM error, none changes anything, none ends the process.

use json::{Value, json};

use crate::caller::Caller;
use crate::people::{NORTH, user};
use crate::wire::{Answer, Request, send_raw};
use crate::world::{World, token};

/// A world with one user.
async fn world() -> (World, Caller, String) {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).id();
    world.take_writes();
    (world, idp, id)
}

/// Nothing happened, and the gateway goes on.
async fn unharmed(mut world: World, idp: &Caller, id: &str) {
    assert_eq!(world.take_writes(), []);
    assert_eq!(world.users("msgco").len(), 1);
    assert_eq!(world.only_user("msgco")["msisdn"], "15550100188");
    idp.read(id).await.expect(200);
    assert!(world.gateway.is_alive());
    assert!(!world.gateway.log().contains("panic"), "{}", world.gateway.log());
}

fn nested(depth: usize) -> String {
    format!("{{\"userName\":{}1{}}}", "[".repeat(depth), "]".repeat(depth))
}

#[tokio::test]
async fn bodies_that_are_none() {
    let (world, idp, id) = world().await;
    let rows: [(Vec<u8>, &str); 14] = [
        (b"".to_vec(), "invalidSyntax"),
        (b" ".to_vec(), "invalidSyntax"),
        (b"{".to_vec(), "invalidSyntax"),
        (b"{\"userName\":\"1\"} x".to_vec(), "invalidSyntax"),
        (b"userName=15550100199".to_vec(), "invalidSyntax"),
        (b"<user/>".to_vec(), "invalidSyntax"),
        (b"{'userName':'15550100199'}".to_vec(), "invalidSyntax"),
        (b"\xff\xfe\"".to_vec(), "invalidSyntax"),
        (b"{\"userName\":\"\xc3\x28\"}".to_vec(), "invalidSyntax"),
        (b"{\"userName\":\"\\ud800\"}".to_vec(), "invalidSyntax"),
        (b"[]".to_vec(), "invalidSyntax"),
        (b"\"text\"".to_vec(), "invalidSyntax"),
        (nested(100).into_bytes(), "invalidSyntax"),
        (nested(100_000).into_bytes(), "invalidSyntax"),
    ];
    for (body, scim_type) in rows {
        for (method, path) in
            [("POST", "/Users".to_owned()), ("PUT", format!("/Users/{id}")), ("PATCH", format!("/Users/{id}"))]
        {
            let request = idp.request(method, &path).header("Content-Type", "application/scim+json").body(body.clone());
            idp.send(request).await.expect_error(400, scim_type);
        }
    }
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn values_of_the_wrong_type() {
    let (world, idp, id) = world().await;
    let rows: [(&str, Value); 10] = [
        ("userName", json!({"a": 1})),
        ("userName", json!(["15550100199", "15550100198"])),
        ("userName", json!(null)),
        ("userName", json!("")),
        ("userName", json!(true)),
        ("active", json!("perhaps")),
        ("name", json!("Ada Reyes")),
        ("name", json!({"familyName": {"x": 1}})),
        ("emails", json!([{"type": "work", "value": {"x": 1}}])),
        ("displayName", json!([])),
    ];
    for (name, value) in rows {
        let mut body = user("15550100199", NORTH);
        body[name] = value;
        idp.create(&body).await.expect_error(400, "invalidValue");
    }
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn patches_of_the_wrong_shape() {
    let (world, idp, id) = world().await;
    let operation = |operation: Value| json!({"Operations": [operation]});
    let many: Vec<Value> = (0..1_001).map(|_| json!({"op": "replace", "path": "active", "value": false})).collect();
    let rows = [
        (json!({}), "invalidSyntax"),
        (json!({"Operations": {}}), "invalidSyntax"),
        (json!({"Operations": [7]}), "invalidSyntax"),
        (operation(json!({"path": "active", "value": false})), "invalidSyntax"),
        (operation(json!({"op": "erase", "path": "active"})), "invalidSyntax"),
        (operation(json!({"op": 7, "path": "active"})), "invalidSyntax"),
        (operation(json!({"op": "replace", "path": 7, "value": false})), "invalidSyntax"),
        (operation(json!({"op": "remove"})), "noTarget"),
        (operation(json!({"op": "replace", "path": "emails[type eq", "value": "x"})), "invalidPath"),
        (operation(json!({"op": "replace", "path": "emails[type zz \"work\"].value", "value": "x"})), "invalidPath"),
        (operation(json!({"op": "replace", "path": "name.", "value": "x"})), "invalidPath"),
        (operation(json!({"op": "replace", "path": "id", "value": "7"})), "mutability"),
        (operation(json!({"op": "remove", "path": "userName"})), "mutability"),
        (operation(json!({"op": "replace", "path": "active"})), "invalidSyntax"),
        (json!({"Operations": many}), "tooMany"),
    ];
    let mut wrong = Vec::new();
    for (body, scim_type) in rows {
        let told = idp.send(idp.request("PATCH", &format!("/Users/{id}")).json(&body)).await;
        if (told.status, told.text_at("/scimType")) != (400, scim_type) {
            wrong.push(format!("400 {scim_type} expected: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn filters_that_cannot_be_answered() {
    let (world, idp, id) = world().await;
    let deep = format!("{}userName eq \"1\"{}", "(".repeat(33), ")".repeat(33));
    let long = format!("userName eq \"{}\"", "1".repeat(9_000));
    let many = ["userName eq \"1\""; 300].join(" or ");
    for filter in [
        "",
        "userName",
        "userName eq",
        "userName eq 15550100188x",
        "userName zz \"1\"",
        "userName eq \"1",
        "eq \"1\"",
        "favouriteColour eq \"red\"",
        "name.shoeSize eq \"42\"",
        "urn:example:x:shoe eq \"1\"",
        "userName eq \"1\" and",
        "(userName eq \"1\"",
        "emails[type eq \"work\"",
        "userName eq \"\\x\"",
        &deep,
        &long,
        &many,
    ] {
        let told = idp.filter(filter).await.expect_error(400, "invalidFilter");
        assert!(told.text.len() < 4_096, "the whole filter comes back: {told}");
    }
    for (query, scim_type) in
        [("startIndex=x", "invalidValue"), ("count=1.5", "invalidValue"), ("attributes=a..b", "invalidValue")]
    {
        idp.get(&format!("/Users?{query}")).await.expect_error(400, scim_type);
    }
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn values_in_filters_are_values_and_nothing_else() {
    let (world, idp, id) = world().await;
    for value in [
        "1\" or userName pr or userName eq \"1",
        "15550100188&limit=1",
        "15550100188#",
        "%31",
        "+",
        ".*",
        "15550100188\u{0}",
        "*",
        "15550100188' or '1'='1",
        "../users",
        "15550100188%00",
        "\u{202e}",
        "Research and Development",
        "a or b",
    ] {
        idp.find("userName", value).await.expect_list(0);
        idp.find("externalId", value).await.expect_list(0);
    }
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn urls_that_lead_nowhere() {
    let (world, idp, id) = world().await;
    let rows = [
        ("GET", "/Users/..", 400),
        ("DELETE", "/Users/..", 400),
        ("DELETE", "/Users/%2e%2e", 400),
        ("GET", "/Users/%2e%2e%2fusers", 400),
        ("GET", "/Users/..%2f..%2fstatus", 400),
        ("GET", "/Users/..%5cstatus", 400),
        ("GET", "/Users/a%0d%0aX-Injected:%201", 400),
        ("GET", "/Users/a%00", 400),
        ("GET", "/Users/%ff", 400),
        ("GET", "/Users?filter=%ff", 400),
        ("GET", "/Users/..;/status", 404),
        ("GET", "/Users/1001%3Fx=1", 404),
        ("GET", "/Users/1001%23x", 404),
        ("GET", "/Users/%252e%252e", 404),
        ("GET", "/Users/%", 400),
        ("GET", "/Users/%zz", 400),
        ("GET", "/Users/1001/emails", 404),
        ("GET", "/Robots", 404),
        ("GET", "/Me", 501),
        ("GET", "/Users/.search", 405),
        ("GET", "/Bulk", 405),
        ("GET", "/users", 404),
        ("DELETE", "/Users", 405),
        ("PUT", "/Users", 405),
        ("POST", "/Users/1001", 405),
        ("BREW", "/Users", 405),
        ("OPTIONS", "/Users", 405),
        ("POST", "/Schemas", 405),
    ];
    let mut wrong = Vec::new();
    for (method, path, expected) in rows {
        let request = idp.request(method, path);
        let told = idp.send(if method == "POST" { request.json(&json!({})) } else { request }).await;
        if told.status != expected {
            wrong.push(format!("{expected} expected: {told}"));
            continue;
        }
        let told = told.expect_error(expected, "");
        assert_eq!(told.header("x-injected"), None, "{told}");
        assert_eq!(told.header("allow").is_some(), expected == 405, "{told}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    const BODY_BYTES_MAX: usize = 1024 * 1024;
    let (world, idp, id) = world().await;
    let padded = |bytes: usize| {
        let start = "{\"op\":\"";
        format!("{start}{}\"}}", "x".repeat(bytes - start.len() - 2))
    };
    let send =
        |body: String| idp.send(idp.request("POST", "/Users").header("Content-Type", "application/json").body(body));
    send(padded(BODY_BYTES_MAX)).await.expect_error(400, "invalidValue");
    send(padded(BODY_BYTES_MAX + 1)).await.expect_error(413, "");
    send(padded(4 * BODY_BYTES_MAX)).await.expect_error(413, "");
    // Nobody gets a byte of body read without a credential.
    let stranger = world.caller_with("sgt_nobody");
    let told: Answer = stranger.send(stranger.request("POST", "/Users").body(padded(BODY_BYTES_MAX + 1))).await;
    told.expect_error(401, "");
    for (kind, expected) in [("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("image/png", 415)] {
        let request = idp.request("POST", "/Users").header("Content-Type", kind).body("{}");
        idp.send(request).await.expect_error(expected, "");
    }
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn a_conditional_or_overridden_method_does_what_its_line_says() {
    let (world, idp, id) = world().await;
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let request = idp.request("GET", &format!("/Users/{id}")).header(name, "DELETE");
        idp.send(request).await.expect(200);
    }
    unharmed(world, &idp, &id).await;
}

#[tokio::test]
async fn what_is_no_http_is_turned_away_and_smuggles_nothing() {
    let (world, idp, id) = world().await;
    let token = token("msgco");
    let rows = [
        "\r\n\r\n".to_owned(),
        "HELO example.com\r\n\r\n".to_owned(),
        "GET /scim/v2/Users HTTP/9.9\r\n\r\n".to_owned(),
        format!("GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\nX: y\r\n z\r\n\r\n"),
        format!("DELETE /scim/v2/Users/{id} HTTP/1.1\r\nHost : x\r\nAuthorization: Bearer {token}\r\n\r\n"),
        format!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nobody\r\nContent-Length: 4\r\nTransfer-Encoding: \
             chunked\r\nConnection: close\r\n\r\n0\r\n\r\nDELETE /scim/v2/Users/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        ),
        format!("DELETE /scim/v2/Users/{id}\r\n"),
    ];
    for bytes in rows {
        let answer = send_raw(world.gateway.scim, bytes.as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "" | "400" | "401" | "505"), "{bytes}\n{answer}");
    }
    let huge = format!("GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    let answer = send_raw(world.gateway.scim, huge.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = Request::new("GET", &format!("/scim/v2/Users?filter={}", "x".repeat(20_000))).bearer(&token);
    long.send(world.gateway.scim).await.expect_error(400, "invalidFilter");
    unharmed(world, &idp, &id).await;
}
