//! Matrix Synapse: ids that are names for ever, a create that is an upsert, addresses that change hands, rooms as groups.

mod groups;
mod lifecycle;
mod ownership;
mod users;

use json::{Value, json};

use crate::front::Front;
use crate::product::{Product, segment};

/// The server's name.
const SERVER: &str = "example.test";

/// A gateway in front of Synapse, and Synapse itself.
async fn synapse() -> (Front, Product) {
    let product = Product::synapse();
    (front_of(&product, &id_of("scim")).await, product)
}

/// A gateway that has the token of this account.
async fn front_of(product: &Product, account: &str) -> Front {
    let params = format!("{{ server = \"{SERVER}\", own_account = \"{account}\", region = \"GB\" }}");
    Front::of(product, "admin-token", &params).await
}

/// The id of who has this name.
fn id_of(name: &str) -> String {
    format!("@{name}:{SERVER}")
}

/// An address from what of a login can stand in one.
fn mail(login: &str) -> String {
    let local: String = login.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '.').take(60).collect();
    format!("{local}@mail.example.com")
}

/// A user as Entra's mapping sends one.
fn user(login: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": format!("anchor-of-{login}"),
        "userName": login,
        "active": true,
        "displayName": "Kit Ng",
        "emails": [{"primary": true, "type": "work", "value": mail(login)}],
        "meta": {"resourceType": "User"},
        "name": {"familyName": "Ng", "givenName": "Kit"},
    })
}

fn path(id: &str) -> String {
    format!("/_synapse/admin/v2/users/{}", segment(id))
}

/// What Synapse holds of a user.
async fn held(product: &Product, id: &str) -> Value {
    product.get(&path(id)).await.fine()
}

/// The addresses of a medium that Synapse holds of a user.
async fn addresses(product: &Product, id: &str, medium: &str) -> Vec<String> {
    let held = held(product, id).await;
    let of = held["threepids"].as_array().unwrap().iter().filter(|one| one["medium"] == medium);
    of.map(|one| one["address"].as_str().unwrap().to_owned()).collect()
}

/// Makes a user behind the gateway's back; gives the id.
async fn seed(product: &Product, name: &str, account: &Value) -> String {
    product.put(&path(&id_of(name)), account).await;
    id_of(name)
}
