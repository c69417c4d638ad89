//! What identity providers send that no RFC says: one test for each row of the quirks table (docs/idp-dialects.md §4) that is about
//! the protocol, named for it. All of them on one connection, because one connection can send two dialects (row 10).
//!
//! Not here: rows 1 to 4 (who calls: the corpus of tokens and `tenants`), 25, 36, 59 (retention and side effects: the product's),
//! 29 (rate).

mod entra;
mod okta;
mod others;
mod v11;

use json::{Value, json};

use crate::caller::Caller;
use crate::people::employee;
use crate::wire::Answer;
use crate::world::{CUSTOMERS, Customer, Setup, World};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A world in which there is also a customer whose IdP speaks SCIM 1.1, and one whose token comes without a scheme.
pub(crate) fn everybody() -> Setup {
    let more = [
        Customer::of_directory("oldco", "directory").speaking_1_1(),
        Customer::of_directory("rawco", "directory").with_raw_token(),
    ];
    Setup { customers: [&CUSTOMERS[..], &more].concat(), ..Setup::default() }
}

/// A world, a client of its directory, and one user there.
async fn directory() -> (World, Caller, String) {
    let world = World::with(everybody()).await;
    let idp = world.caller("acme");
    let id = idp.create(&employee("kit@example.com")).await.expect(201).id();
    (world, idp, id)
}

async fn send(idp: &Caller, method: &str, path: &str, body: &Value) -> Answer {
    idp.send(idp.request(method, path).json(body)).await
}

/// A PATCH of a user with these operations; its answer shows the user.
async fn patch(idp: &Caller, id: &str, operations: Value) -> Answer {
    send(idp, "PATCH", &format!("/Users/{id}"), &json!({"Operations": operations})).await
}

async fn group(idp: &Caller, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    send(idp, "POST", "/Groups", &json!({"displayName": name, "members": members})).await.expect(201).id()
}

/// A PATCH of a group's members, and who they are then.
async fn members_after(idp: &Caller, id: &str, operations: Value) -> Vec<String> {
    send(idp, "PATCH", &format!("/Groups/{id}"), &json!({"Operations": operations})).await.expect(204);
    let read = idp.get(&format!("/Groups/{id}")).await.expect(200);
    let members = read.body["members"].as_array().cloned().unwrap_or_default();
    members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}
