//! From the answers of 2.0 to those of 1.1: the outermost part of encoding.

use json::{Map, Value, json};

use super::discovery::{attributes_of, resource_type, service_provider_config};
use super::{CORE, ENTERPRISE, MANAGER_ID};
use crate::name::{ENTERPRISE_USER, ERROR, GROUP, LIST_RESPONSE, RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG, USER};

/// An answer's body of 2.0 as 1.1 writes it: resource, list, error, configuration, schemas. What it is follows from its
/// `schemas`; without them it stays as it is.
#[must_use]
pub fn downgraded(body: Value) -> Value {
    let Value::Object(members) = body else { return body };
    let is = |urn: &str| {
        let schemas = members.get("schemas").and_then(Value::as_array);
        schemas.is_some_and(|schemas| schemas.iter().any(|schema| schema == urn))
    };
    if !members.contains_key("schemas") {
        Value::Object(members)
    } else if is(LIST_RESPONSE) {
        list(members)
    } else if is(ERROR) {
        error(&members)
    } else if is(SERVICE_PROVIDER_CONFIG) {
        service_provider_config(members)
    } else if is(SCHEMA) {
        attributes_of(members)
    } else if is(RESOURCE_TYPE) {
        resource_type(members)
    } else {
        resource(members)
    }
}

/// A schema URN as 1.1 knows it; those of extensions that 1.1 does not define stay.
pub(super) fn urn(urn: &str) -> &str {
    match urn {
        USER | GROUP => CORE,
        ENTERPRISE_USER => ENTERPRISE,
        own => own,
    }
}

fn list(members: Map) -> Value {
    let downgraded_member = |(key, value): (String, Value)| match value {
        _ if key == "schemas" => (key, json!([CORE])),
        Value::Array(resources) if key == "Resources" => (key, resources.into_iter().map(downgraded).collect()),
        value => (key, value),
    };
    Value::Object(members.into_iter().map(downgraded_member).collect())
}

/// 1.1 API §3.9, and `detail` beside it: Okta's own tests look for that (idp-dialects row 50).
fn error(members: &Map) -> Value {
    let said = |key: &str| members.get(key).cloned().unwrap_or_default();
    json!({
        "Errors": [{"description": said("detail"), "code": said("status")}],
        "detail": said("detail"),
    })
}

fn resource(members: Map) -> Value {
    let downgraded_member = |(key, value): (String, Value)| match value {
        Value::Array(schemas) if key == "schemas" => {
            let schemas = schemas.into_iter().map(|schema| schema.as_str().map(urn).map(Value::from).unwrap_or(schema));
            (key, schemas.collect())
        }
        Value::Object(parts) if key == ENTERPRISE_USER => {
            (ENTERPRISE.to_owned(), parts.into_iter().map(downgraded_part).collect())
        }
        Value::Object(mut meta) if key == "meta" => {
            // What 1.1 has no word for; the URL says it.
            meta.remove("resourceType");
            (key, Value::Object(meta))
        }
        value => (key, value),
    };
    Value::Object(members.into_iter().map(downgraded_member).collect())
}

/// An attribute of the enterprise extension.
fn downgraded_part((key, value): (String, Value)) -> (String, Value) {
    match value {
        Value::Object(manager) if key == "manager" => {
            let renamed = |key: String| if key == "value" { MANAGER_ID.to_owned() } else { key };
            (key, manager.into_iter().map(|(key, value)| (renamed(key), value)).collect())
        }
        value => (key, value),
    }
}
