//! Redmine: numbers as ids, a wrapper around every body, empty answers after writes, errors that are words.

mod groups;
mod texts;
mod users;

use json::{Value, json};

use crate::front::Front;
use crate::product::Product;

/// A gateway in front of Redmine, and Redmine itself.
async fn redmine() -> (Front, Product) {
    let product = Product::redmine();
    (front_of(&product).await, product)
}

/// A gateway that has the key of this account.
async fn front_of(product: &Product) -> Front {
    Front::of(product, "api-key", "{}").await
}

/// A user as Entra's default mapping sends one.
fn user(login: &str) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "externalId": format!("anchor-of-{login}"),
        "userName": login,
        "active": true,
        "displayName": "Kit Ng",
        "emails": [{"primary": true, "type": "work", "value": mail(login)}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Kit Ng", "familyName": "Ng", "givenName": "Kit"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Eng"},
    })
}

fn mail(login: &str) -> String {
    format!("{login}@mail.example.com")
}

/// What Redmine holds of a user.
async fn held(product: &Product, id: &str) -> Value {
    product.get(&format!("/users/{id}.json")).await.fine()["user"].take()
}

/// Makes a user behind the gateway's back; gives the id.
async fn seed(product: &Product, login: &str, more: &Value) -> String {
    let mut user = json!({"login": login, "firstname": "Lee", "lastname": "Vu", "mail": mail(login)});
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    product.post("/users.json", &json!({"user": user})).await["user"]["id"].to_string()
}
