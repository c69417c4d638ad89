//! From the bodies of 1.1 to those of 2.0: part of decoding, ahead of everything that reads a body.

use json::{Map, Value, json};

use super::MANAGER_ID;
use crate::name::{self, ENTERPRISE_USER, PATCH_OP, same, same_schema};

/// A resource of 1.1 as 2.0 writes it: URNs, `manager.managerId`. `urn:scim:schemas:core:1.0` stays: User and Group share
/// it, and it is known as an alias of both. URNs nobody knows stay too, and are ignored later (idp-dialects row 51).
#[must_use]
pub fn upgraded_resource(body: Value) -> Value {
    let Value::Object(members) = body else { return body };
    Value::Object(members.into_iter().map(|(key, value)| upgraded_member(key, value)).collect())
}

/// A merge PATCH of 1.1 as the `PatchOp` that means the same: `meta.attributes` first, then each attribute; of a list the
/// elements with `operation: "delete"` go and all others come (1.1 API §3.3.2).
///
/// `id`, `schemas` and the rest of `meta` say nothing. A body that changes nothing is a `PatchOp` that changes nothing.
///
/// # Errors
/// What is wrong with the body, if it is no partial resource.
pub fn upgraded_patch(body: Value) -> Result<Value, String> {
    let Value::Object(members) = upgraded_resource(body) else {
        return Err("a PATCH body must be a JSON object, the attributes that change".to_owned());
    };
    if members.keys().any(|key| same(key, "Operations")) {
        return Err("this is SCIM 1.1: a PATCH body holds the attributes that change, not `Operations`".to_owned());
    }
    let mut operations = Vec::new();
    let mut coming = Map::new();
    for (key, value) in members {
        match value {
            value if same(&key, "meta") => {
                operations.extend(cleared(&value)?.map(|path| json!({"op": "remove", "path": path})));
            }
            _ if same(&key, "id") || same(&key, "schemas") => {}
            Value::Object(parts) if key.contains(':') => {
                let prefix = format!("{key}:");
                let parts = parts.into_iter().map(|(part, value)| {
                    let value = taken_apart(&format!("{prefix}{part}"), value, &mut operations);
                    (part, value)
                });
                let parts = parts.collect();
                coming.insert(key, Value::Object(parts));
            }
            value => {
                let value = taken_apart(&key, value, &mut operations);
                coming.insert(key, value);
            }
        }
    }
    // Last: an attribute that `meta.attributes` names and that is sent too is replaced.
    // `add` merges what is complex or a list, and sets what is simple. Without a path, attributes that nobody knows or that
    // are read-only are ignored, as Okta's `groups: []` has to be.
    operations.push(json!({"op": "add", "value": coming}));
    Ok(json!({"schemas": [PATCH_OP], "Operations": operations}))
}

/// The paths of `meta.attributes`.
fn cleared(meta: &Value) -> Result<impl Iterator<Item = String>, String> {
    let listed = meta.as_object().and_then(|meta| meta.iter().find(|(key, _)| same(key, "attributes")));
    let paths: Option<Vec<String>> = match listed.map(|(_, listed)| listed) {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(paths)) => paths.iter().map(|path| path.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    };
    let paths = paths.ok_or("`meta.attributes` must be an array of attribute names")?;
    Ok(paths.into_iter())
}

/// Moves the elements with `operation: "delete"` out of a list, into a `remove`; the others lose their `operation`.
fn taken_apart(path: &str, value: Value, operations: &mut Vec<Value>) -> Value {
    let Value::Array(elements) = value else { return value };
    let (mut going, mut coming) = (Vec::new(), Vec::new());
    for mut element in elements {
        let operation = element.as_object_mut().and_then(|parts| take(parts, "operation"));
        // OneLogin says `add` of those who come (idp-dialects §3).
        let goes = operation.as_ref().and_then(Value::as_str).is_some_and(|operation| same(operation, "delete"));
        if goes { going.push(element) } else { coming.push(element) }
    }
    if !going.is_empty() {
        operations.push(json!({"op": "remove", "path": path, "value": going}));
    }
    Value::Array(coming)
}

/// The member called `name` in any case.
fn take(object: &mut Map, name: &str) -> Option<Value> {
    let key = object.keys().find(|key| name::same(key, name))?.clone();
    object.remove(&key)
}

// === the resource ===

fn upgraded_member(key: String, value: Value) -> (String, Value) {
    match value {
        Value::Array(urns) if same(&key, "schemas") => {
            let upgraded = |urn: Value| match urn.as_str() {
                Some(written) if same_schema(ENTERPRISE_USER, written) => ENTERPRISE_USER.into(),
                _ => urn,
            };
            (key, urns.into_iter().map(upgraded).collect())
        }
        Value::Object(parts) if same_schema(ENTERPRISE_USER, &key) => {
            (ENTERPRISE_USER.to_owned(), parts.into_iter().map(upgraded_part).collect())
        }
        value => (key, value),
    }
}

/// An attribute of the enterprise extension.
fn upgraded_part((key, value): (String, Value)) -> (String, Value) {
    match value {
        Value::Object(manager) if same(&key, "manager") => {
            let renamed = |key: String| if same(&key, MANAGER_ID) { "value".to_owned() } else { key };
            (key, manager.into_iter().map(|(key, value)| (renamed(key), value)).collect())
        }
        value => (key, value),
    }
}
