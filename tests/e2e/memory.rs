//! Memory: whatever an IdP sends, and however large the product's lists are, the gateway's memory stays where it was.

use json::{Value, json};

use crate::people::employee;
use crate::world::World;

/// What a gateway may grow by, in KiB: buffers and arenas of a debug build, but no multiple of anything that is sent or read.
const GROWTH_KIB_MAX: u64 = 64 * 1024;

#[tokio::test]
#[cfg(target_os = "linux")]
async fn bad_input_and_large_lists_cost_constant_memory() {
    let world = World::new().await;
    let idp = world.caller("acme");
    world.around.directory.seed_people(9_900);
    let id = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let send = async |method: &str, path: &str, body: Vec<u8>, status: u16| {
        let request = idp.request(method, path).header("Content-Type", "application/scim+json").body(body);
        idp.send(request).await.expect(status);
    };
    // One of each first: what is allocated once is no growth.
    idp.filter("nickName co \"x\"").await.expect_list(0);
    send("POST", "/Users", vec![b'['; 1_000_000], 400).await;
    let before = world.gateway.peak_memory_kib();

    let members: Vec<Value> = (0..9_900).map(|at| json!({"value": format!("nobody-{at}")})).collect();
    let many = json!({"Operations": [{"op": "remove", "path": "members", "value": members}]}).to_string();
    let group = idp.send(idp.request("POST", "/Groups").json(&json!({"displayName": "All"}))).await.expect(201).id();
    for _ in 0..8 {
        send("POST", "/Users", vec![b'x'; 4 * 1024 * 1024], 413).await;
        send("POST", "/Users", [vec![b'['; 500_000], vec![b']'; 500_000]].concat(), 400).await;
        send("POST", "/Bulk", vec![b'{'; 1_000_000], 400).await;
        send("PATCH", &format!("/Groups/{group}"), many.clone().into_bytes(), 204).await;
        idp.get(&format!("/Users?filter={}", "(".repeat(8_000))).await.expect_error(400, "invalidFilter");
    }
    for _ in 0..3 {
        // A scan of everybody, page by page, of which nothing is kept.
        idp.filter("nickName co \"x\"").await.expect_list(0);
    }
    idp.read(&id).await.expect(200);
    let growth = world.gateway.peak_memory_kib() - before;
    assert!(growth < GROWTH_KIB_MAX, "the gateway grew by {growth} KiB");
}
