//! What the shipped dashboard and alerts ask for is what a gateway exposes that has something to tell.

use std::path::Path;

use gateway::standin::faults::{Fault, When};

use crate::people::{NORTH, user};
use crate::wire::Request;
use crate::world::{TID_A, World, blank_token, key};

#[path = "../tidy/queries.rs"]
mod queries;

/// The exposition of a gateway to which everything has happened once.
async fn exposition() -> String {
    let world = World::new().await;
    world.around.issuer.publish(TID_A, "tenant-a-key-1", key("tenant-a-key-1"));
    let idp = world.caller_with(&blank_token(TID_A, "tenant-a-key-1"));
    idp.create(&user("15550100188", NORTH)).await.expect(201);
    idp.create(&user("15550100199", "Nowhere Team")).await.expect(400);
    world.caller_with("sgt_nobody").find("userName", "15550100188").await.expect(401);
    world.around.product_api.faults.set(When::Always, Fault::Status { status: 500, retry_after: None });
    idp.find("userName", "15550100188").await.expect(503);
    Request::new("GET", "/metrics").send(world.gateway.admin).await.expect(200).text
}

#[tokio::test]
async fn dashboards_and_alerts_ask_for_what_there_is() {
    let exposition = exposition().await;
    let exposed = queries::exposed(&exposition);
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let mut wrong = Vec::new();
    for file in ["prometheus/alerts.yml", "grafana/scimgate.json"] {
        let text = std::fs::read_to_string(deploy.join(file)).unwrap();
        for query in queries::queries(&text) {
            wrong.extend(queries::unknown(&query, &exposed).into_iter().map(|what| format!("{file}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}\n{exposition}", wrong.join("\n"));
}
