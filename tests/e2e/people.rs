//! Users as Entra's mapping sends them: seven attributes, invented people, reserved numbers.

use json::{Value, json};

/// The managers that every stand-in account has.
pub(crate) const NORTH: &str = "Northern Team";
/// The other one.
pub(crate) const SOUTH: &str = "Southern Team";

/// A user of the profile `telemessage`.
pub(crate) fn user(number: &str, manager: &str) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "externalId": number,
        "userName": number,
        "active": true,
        "displayName": manager,
        "emails": [{"primary": true, "type": "work", "value": "ada.reyes@example.com"}],
        "meta": {"resourceType": "User"},
        "name": {"familyName": "Reyes", "givenName": "Ada"},
        "roles": [],
    })
}

/// A user of the profile `directory`.
pub(crate) fn employee(login: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": format!("anchor-of-{login}"),
        "userName": login,
        "active": true,
        "displayName": "Kit Ng",
        "name": {"familyName": "Ng", "givenName": "Kit"},
        "emails": [{"primary": true, "type": "work", "value": "kit.ng@example.com"}],
    })
}
