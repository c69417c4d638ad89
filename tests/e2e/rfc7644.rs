//! The examples of RFC 7644 §3 and its filter table, requests and answers, by section number, against the profile `directory`.
//!
//! Names and addresses of the RFC's people are replaced by invented ones; ids and versions are the product's. Where an example
//! shows a choice that the RFC leaves to the server, the test says which one is ours.

mod advertised;
mod bulk;
mod change;
mod create_and_read;
mod query;
mod rest;

use json::{Value, json};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::caller::Caller;
use crate::wire::Answer;
use crate::world::World;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A world, and a client of its directory.
async fn directory() -> (World, Caller) {
    let world = World::new().await;
    let client = world.caller("acme");
    (world, client)
}

/// Sends a body.
async fn send(client: &Caller, method: &str, path: &str, body: &Value) -> Answer {
    client.send(client.request(method, path).json(body)).await
}

async fn user(client: &Caller, body: Value) -> String {
    send(client, "POST", "/Users", &body).await.expect(201).id()
}

async fn group(client: &Caller, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"schemas": [GROUP], "displayName": name, "members": members});
    send(client, "POST", "/Groups", &body).await.expect(201).id()
}

/// A PATCH with these operations.
fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

/// `userName`s of everybody whom a filter finds, in alphabetical order.
async fn found(client: &Caller, filter: &str) -> Vec<String> {
    let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
    let answer = client.get(&format!("/Users?attributes=userName&filter={filter}")).await.expect(200);
    let users = answer.body["Resources"].as_array().unwrap();
    let mut names: Vec<String> = users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The ids of a group's members, in alphabetical order.
async fn members(client: &Caller, id: &str) -> Vec<String> {
    let answer = client.get(&format!("/Groups/{id}")).await.expect(200);
    let members = answer.body["members"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let mut ids: Vec<String> = members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// The members of an object, in alphabetical order.
fn keys(json: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}
