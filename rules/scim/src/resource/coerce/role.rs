//! Roles that Entra ID packs into text.
//!
//! Never fails: text that is no packed role is a role's value as it stands.

use json::{Map, Value};

use crate::name;

/// Entra sends a role as JSON text inside `value`: `{"id":…,"value":"dispatcher","displayName":"Dispatcher"}`
/// (idp-dialects row 15).
pub(super) fn unpacked(mut role: Map) -> Map {
    let text = role.iter().find(|(key, _)| name::same(key, "value")).and_then(|(_, value)| value.as_str());
    let Some(text) = text.filter(|text| text.trim_start().starts_with('{')) else { return role };
    let Ok(Value::Object(packed)) = json::from_str(text) else { return role };
    if !packed.get("value").is_some_and(Value::is_string) {
        return role;
    }
    for (key, part) in packed {
        // What else is in the text, such as Entra's own `id` of the role, is no sub-attribute.
        match key.as_str() {
            "value" | "display" | "type" => drop(role.insert(key, part)),
            "displayName" => drop(role.insert("display".to_owned(), part)),
            _ => {}
        }
    }
    role
}
