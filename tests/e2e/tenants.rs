//! A credential is valid for its own customer only, whatever the URL says, and customers do not see each other.

use json::{Value, json};

use crate::caller::{Caller, values};
use crate::people::{NORTH, employee, user};
use crate::world::{TID_A, TID_B, TID_C, World, blank_token, key, token};

/// Two customers, one user each, and their ids.
async fn two() -> (World, [(Caller, String); 2]) {
    let world = World::new().await;
    let (one, other) = (world.caller("msgco"), world.caller("otherco"));
    let first = one.create(&user("15550100188", NORTH)).await.expect(201).id();
    let second = other.create(&user("15550100199", NORTH)).await.expect(201).id();
    (world, [(one, first), (other, second)])
}

#[tokio::test]
async fn ids_of_another_customer_do_not_exist() {
    let (world, [(one, _), (_, id)]) = two().await;
    world.take_writes();
    one.read(&id).await.expect_error(404, "");
    one.patch(&id, &[("active", json!(false))]).await.expect_error(404, "");
    one.put(&id, &user("15550100199", NORTH)).await.expect_error(404, "");
    one.delete(&id).await.expect_error(404, "");
    one.filter(&format!("id eq \"{id}\"")).await.expect_list(0);
    one.find("userName", "15550100199").await.expect_list(0);
    one.find("externalId", "15550100199").await.expect_list(0);
    assert_eq!(world.users("otherco").len(), 1);
    assert_eq!(world.users("otherco")[0]["status"], "ENABLED");
    // What another customer's externalId is, is not forgotten by a delete that found nobody.
    world.caller("otherco").find("externalId", "15550100199").await.expect_list(1);
}

#[tokio::test]
async fn the_same_number_may_be_anothers() {
    let (world, [(one, id), (other, _)]) = two().await;
    let theirs = other.create(&user("15550100188", NORTH)).await.expect(201).id();
    assert_ne!(theirs, id);
    assert_eq!(one.find("userName", "15550100188").await.expect_list(1).text_at("/Resources/0/id"), id);
    assert_eq!((world.users("msgco").len(), world.users("otherco").len()), (1, 2));
}

#[tokio::test]
async fn a_tenant_in_the_path_must_be_the_credentials_own() {
    let (world, [(one, id), _]) = two().await;
    let own = one.at("/t/msgco/scim/v2");
    let read = own.read(&id).await.expect(200);
    let location = format!("{}/t/msgco/scim/v2/Users/{id}", world.gateway.scim_url);
    assert_eq!(read.text_at("/meta/location"), location, "{read}");
    own.patch(&id, &[("name.givenName", json!("Lee"))]).await.expect(200);

    let mut details = Vec::new();
    for foreign in ["otherco", "acme", "nobody", "MSGCO", "msgco%2F", "..", "%2e%2e"] {
        let told = one.at(&format!("/t/{foreign}/scim/v2")).read(&id).await.expect_error(401, "");
        assert!(told.header("www-authenticate").is_some_and(|asks| asks.starts_with("Bearer")), "{told}");
        details.push(told.text_at("/detail").to_owned());
    }
    // A customer and a made-up name are told apart by nobody; an unknown token reads the same.
    let unknown = world.caller_with("sgt_nobody").at("/t/msgco/scim/v2").read(&id).await.expect_error(401, "");
    details.push(unknown.text_at("/detail").to_owned());
    assert!(details.iter().all(|detail| *detail == details[0]), "{details:?}");
}

#[tokio::test]
async fn the_location_is_never_taken_from_the_request() {
    let (world, [(one, id), _]) = two().await;
    for name in ["Host", "X-Forwarded-Host", "Forwarded", "X-Forwarded-Proto", "X-Original-URL"] {
        let request = one.request("GET", &format!("/Users/{id}")).header(name, "evil.example.com");
        let told = one.send(request).await.expect(200);
        assert_eq!(told.text_at("/meta/location"), format!("{}/scim/v2/Users/{id}", world.gateway.scim_url), "{told}");
    }
}

/// `Location` of what is made, `$ref` of members and managers, bulk, discovery (trap 10).
#[tokio::test]
async fn no_url_is_taken_from_the_host_header() {
    let world = World::new().await;
    let idp = world.caller("acme");
    let boss = idp.create(&employee("ada@example.com")).await.expect(201).id();
    let mut body = employee("kit@example.com");
    body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] = json!({"manager": {"value": boss}});
    let sent = async |method: &str, path: &str, body: &Value| {
        let answer = idp.send(idp.request(method, path).header("Host", "evil.example.com").json(body)).await;
        assert!(!answer.to_string().contains("//evil"), "{answer}");
        assert!(answer.text.contains(&format!("{}/scim/v2/", world.gateway.scim_url)), "{answer}");
        answer
    };
    let made = sent("POST", "/Users", &body).await.expect(201);
    let manager = made.text_at("/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/$ref");
    assert_eq!(manager, format!("{}/scim/v2/Users/{boss}", world.gateway.scim_url), "{made}");
    assert_eq!(made.header("location"), Some(made.text_at("/meta/location")), "{made}");
    let group = json!({"displayName": "Night Shift", "members": values(&[made.id()])});
    sent("POST", "/Groups", &group).await.expect(201);
    let delete = json!({"method": "DELETE", "path": format!("/Users/{boss}")});
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [delete]});
    sent("POST", "/Bulk", &bulk).await.expect(200);
    for path in ["/Users", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        let answer = idp.send(idp.request("GET", path).header("Host", "evil.example.com")).await.expect(200);
        assert!(!answer.text.contains("evil"), "{answer}");
    }
}

#[tokio::test]
async fn without_a_good_token_nobody_is_let_in() {
    let world = World::new().await;
    let good = token("msgco");
    let rows = [
        String::new(),
        good.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {good}"),
        format!("Bearer {good}x"),
        format!("Bearer {}", &good[..good.len() - 1]),
        format!("Bearer Bearer {good}"),
        format!("Bearer {good} {good}"),
        format!("Bearer {}", good.to_uppercase()),
        format!("Bearer {}", "x".repeat(9_000)),
        format!("Bearer {}", gateway::command::token::hash_of(&good)),
        "Bearer a.b.c".to_owned(),
        "Bearer \u{e9}".to_owned(),
    ];
    for authorization in rows {
        let request = crate::wire::Request::new("GET", "/scim/v2/Users").header("Authorization", &authorization);
        let told = request.send(world.gateway.scim).await.expect_error(401, "");
        assert!(
            told.header("www-authenticate").is_some_and(|asks| asks.starts_with("Bearer")),
            "{authorization}{told}"
        );
    }
    let told = crate::wire::Request::new("GET", "/scim/v2/Users").send(world.gateway.scim).await.expect_error(401, "");
    assert_eq!(told.header("www-authenticate"), Some("Bearer realm=\"scim\""), "{told}");
    // Nothing but the start-up probe came to the product.
    let seen = world.around.product_api.seen();
    assert!(seen.iter().all(|seen| seen.target == "/status"), "{seen:#?}");
}

#[tokio::test]
async fn a_blank_token_selects_the_customer_and_no_strangers_keys_are_fetched() {
    let (world, [(_, id), (_, theirs)]) = two().await;
    for (tid, kid) in [(TID_A, "tenant-a-key-1"), (TID_B, "tenant-b-key-1"), (TID_C, "tenant-c-key-1")] {
        world.around.issuer.publish(tid, kid, key(kid));
    }
    let one = world.caller_with(&blank_token(TID_A, "tenant-a-key-1"));
    let other = world.caller_with(&blank_token(TID_C, "tenant-c-key-1"));
    let stranger = world.caller_with(&blank_token(TID_B, "tenant-b-key-1"));
    one.read(&id).await.expect(200);
    one.read(&theirs).await.expect_error(404, "");
    other.read(&theirs).await.expect(200);
    other.at("/t/otherco/scim/v2").read(&theirs).await.expect(200);
    other.at("/t/msgco/scim/v2").read(&id).await.expect_error(401, "");
    stranger.read(&id).await.expect_error(401, "");
    stranger.at("/t/msgco/scim/v2").read(&id).await.expect_error(401, "");
    assert_eq!([TID_A, TID_B, TID_C].map(|tid| world.around.issuer.fetches(tid)), [1, 0, 1]);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_no_401() {
    // The issuer knows nothing of tenant A yet: a 401 would stop the customer's whole job.
    let world = World::new().await;
    let one = world.caller_with(&blank_token(TID_A, "tenant-a-key-1"));
    let told = one.find("userName", "15550100188").await.expect_error(503, "");
    assert!(told.header("retry-after").is_some_and(|secs| secs.parse::<u32>().is_ok()), "{told}");
}

#[tokio::test]
async fn customers_of_different_products_share_a_gateway() {
    let world = World::new().await;
    let acme = world.caller("acme");
    let id = acme.create(&employee("kit.ng@example.com")).await.expect(201).id();
    world.caller("msgco").read(&id).await.expect_error(404, "");
    assert_eq!(world.around.directory.people().len(), 1);
    assert_eq!(world.users("msgco"), [] as [json::Value; 0]);
}
