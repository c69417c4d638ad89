//! What a service says of itself, as 1.1 writes it (core schema 1.1 §9, §10): configuration and schemas.
//!
//! From the bodies that `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes` answer in 2.0.

use json::{Map, Value, json};

use super::downgrade::urn;
use super::{CORE, MANAGER_ID};
use crate::name::{ENTERPRISE_USER, GROUP, USER};

/// `/ServiceProviderConfigs`. There is no bulk in 1.1 here, no XML, and no cursor.
pub(super) fn service_provider_config(mut members: Map) -> Value {
    let mut config = Map::new();
    config.insert("schemas".to_owned(), json!([CORE]));
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            config.insert(key.to_owned(), value);
        }
    };
    put("documentationUrl", members.remove("documentationUri"));
    put("patch", members.remove("patch"));
    put("bulk", Some(json!({"supported": false, "maxOperations": 0, "maxPayloadSize": 0})));
    for key in ["filter", "changePassword", "sort", "etag"] {
        put(key, members.remove(key));
    }
    put("xmlDataFormat", Some(json!({"supported": false})));
    let schemes = match members.remove("authenticationSchemes") {
        Some(Value::Array(schemes)) => schemes.into_iter().map(authentication_scheme).collect(),
        _ => Value::Array(Vec::new()),
    };
    put("authenticationSchemes", Some(schemes));
    Value::Object(config)
}

fn authentication_scheme(scheme: Value) -> Value {
    let Value::Object(parts) = scheme else { return scheme };
    let renamed = |key: String| match key.as_str() {
        "specUri" => "specUrl".to_owned(),
        "documentationUri" => "documentationUrl".to_owned(),
        _ => key,
    };
    Value::Object(parts.into_iter().map(|(key, value)| (renamed(key), value)).collect())
}

/// A schema. 1.1 knows no extension apart from what it extends, so that one has no `endpoint`.
pub(super) fn attributes_of(mut members: Map) -> Value {
    let written = members.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let schema = urn(&written);
    let (id, endpoint) = match written.as_str() {
        USER => (format!("{CORE}:User"), Some("/Users")),
        GROUP => (format!("{CORE}:Group"), Some("/Groups")),
        _ => (schema.to_owned(), None),
    };
    let mut json = Map::new();
    json.insert("schemas".to_owned(), json!([CORE]));
    json.insert("id".to_owned(), id.into());
    for key in ["name", "description"] {
        json.insert(key.to_owned(), members.remove(key).unwrap_or_default());
    }
    json.insert("schema".to_owned(), schema.into());
    if let Some(endpoint) = endpoint {
        json.insert("endpoint".to_owned(), endpoint.into());
    }
    let listed = members.get("attributes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let attributes = listed.iter().filter_map(Value::as_object).map(|attribute| {
        let is_manager = attribute.get("name").is_some_and(|name| name == "manager");
        let mut json = characteristics(attribute, written == ENTERPRISE_USER && is_manager);
        json.insert("schema".to_owned(), schema.into());
        Value::Object(json)
    });
    json.insert("attributes".to_owned(), attributes.collect());
    put_meta(&mut json, members, &written);
    Value::Object(json)
}

/// A resource type as a schema without its attributes: 1.1 has no resource types.
pub(super) fn resource_type(mut members: Map) -> Value {
    let mut json = Map::new();
    json.insert("schemas".to_owned(), json!([CORE]));
    for key in ["id", "name", "description"] {
        json.insert(key.to_owned(), members.remove(key).unwrap_or_default());
    }
    let schema = members.get("schema").and_then(Value::as_str).map(urn);
    json.insert("schema".to_owned(), schema.into());
    json.insert("endpoint".to_owned(), members.get("endpoint").cloned().unwrap_or_default());
    put_meta(&mut json, members, "");
    Value::Object(json)
}

/// `meta`, whose location ends in the id that the schema has in 1.1; `written` is the one it had.
fn put_meta(json: &mut Map, mut members: Map, written: &str) {
    if let Some(Value::Object(mut meta)) = members.remove("meta") {
        meta.remove("resourceType");
        let id = json.get("id").and_then(Value::as_str).unwrap_or_default();
        let location = meta.get("location").and_then(Value::as_str).and_then(|url| url.strip_suffix(written));
        if let Some(before) = location.filter(|_| !written.is_empty()) {
            let location = Value::String(format!("{before}{id}"));
            meta.insert("location".to_owned(), location);
        }
        json.insert("meta".to_owned(), Value::Object(meta));
    }
}

/// The characteristics of an attribute or sub-attribute (core schema 1.1 §10).
fn characteristics(attribute: &Map, is_manager: bool) -> Map {
    let text = |key: &str| attribute.get(key).and_then(Value::as_str).unwrap_or_default();
    let truth = |key: &str| attribute.get(key).and_then(Value::as_bool).unwrap_or_default();
    let mut json = Map::new();
    let mut put = |key: &str, value: Value| drop(json.insert(key.to_owned(), value));
    put("name", text("name").into());
    // 1.1 has no references.
    put("type", if text("type") == "reference" { "string" } else { text("type") }.into());
    put("multiValued", truth("multiValued").into());
    if truth("multiValued") {
        put("multiValuedAttributeChildName", child_name(text("name")).into());
    }
    put("description", text("description").into());
    put("readOnly", (text("mutability") == "readOnly").into());
    put("required", truth("required").into());
    put("caseExact", truth("caseExact").into());
    if let Some(values) = attribute.get("canonicalValues") {
        put("canonicalValues", values.clone());
    }
    if let Some(Value::Array(parts)) = attribute.get("subAttributes") {
        let parts = parts.iter().filter_map(Value::as_object).map(|part| {
            let mut json = characteristics(part, false);
            if is_manager && json.get("name").is_some_and(|name| name == "value") {
                json.insert("name".to_owned(), MANAGER_ID.into());
            }
            Value::Object(json)
        });
        put("subAttributes", parts.collect());
    }
    json
}

/// What XML would call one of them: `emails` are each an `email`, `addresses` an `address`.
fn child_name(name: &str) -> &str {
    name.strip_suffix("es").filter(|name| name.ends_with("ss")).or_else(|| name.strip_suffix('s')).unwrap_or(name)
}
