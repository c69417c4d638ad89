//! Schemas and resource types as `/Schemas` and `/ResourceTypes` show them (RFC 7643 §6, §7).
//!
//! Only the members the RFC names, never a null. Part of stage 14 (encode).

use json::{Map, Value, json};

use super::{Attribute, Kind, Mutability, ResourceType, Returned, Schema, Uniqueness};
use crate::name;

impl Schema {
    /// The schema as `/Schemas` shows it (RFC 7643 §7, example §8.7.1): no nulls, no `$schemas` beyond the RFC's.
    ///
    /// `location` is the absolute URL of this schema.
    #[must_use]
    pub fn to_json(&self, location: &str) -> Value {
        json!({
            "schemas": [name::SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(attribute).collect::<Vec<_>>(),
            "meta": { "resourceType": "Schema", "location": location },
        })
    }
}

impl ResourceType {
    /// The resource type as `/ResourceTypes` shows it (RFC 7643 §6); `location` is its absolute URL.
    #[must_use]
    pub fn to_json(&self, location: &str) -> Value {
        let mut json = json!({
            "schemas": [name::RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "description": self.description,
            "endpoint": self.endpoint,
            "schema": self.schema.id,
        });
        if !self.extensions.is_empty() {
            let extension = |schema: &Schema| json!({ "schema": schema.id, "required": false });
            json["schemaExtensions"] = self.extensions.iter().map(extension).collect();
        }
        json["meta"] = json!({ "resourceType": "ResourceType", "location": location });
        json
    }
}

fn attribute(of: &Attribute) -> Value {
    let mut json = Map::new();
    let mut put = |key: &str, value: Value| drop(json.insert(key.to_owned(), value));
    put("name", of.name.as_str().into());
    put("type", of.kind.as_str().into());
    put("multiValued", of.multi_valued.into());
    put("description", of.description.as_str().into());
    put("required", of.required.into());
    // RFC 7643 §8.7.1 prints `[]` where a `type` has no suggestions (roles, x509Certificates): any word will do.
    if !of.canonical_values.is_empty() || name::same(&of.name, "type") {
        put("canonicalValues", of.canonical_values.clone().into());
    }
    if matches!(of.kind, Kind::String | Kind::Reference | Kind::Binary) {
        put("caseExact", of.case_exact.into());
    }
    put("mutability", of.mutability.as_str().into());
    put("returned", of.returned.as_str().into());
    put("uniqueness", of.uniqueness.as_str().into());
    if of.kind == Kind::Reference {
        put("referenceTypes", of.reference_types.clone().into());
    }
    if of.kind == Kind::Complex {
        put("subAttributes", of.sub_attributes.iter().map(attribute).collect());
    }
    Value::Object(json)
}

impl Kind {
    /// The RFC's word for it (RFC 7643 §7, `type`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Boolean => "boolean",
            Kind::Decimal => "decimal",
            Kind::Integer => "integer",
            Kind::DateTime => "dateTime",
            Kind::Binary => "binary",
            Kind::Reference => "reference",
            Kind::Complex => "complex",
        }
    }
}

impl Mutability {
    /// The RFC's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Mutability::ReadOnly => "readOnly",
            Mutability::ReadWrite => "readWrite",
            Mutability::Immutable => "immutable",
            Mutability::WriteOnly => "writeOnly",
        }
    }
}

impl Returned {
    /// The RFC's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Returned::Always => "always",
            Returned::Never => "never",
            Returned::Default => "default",
            Returned::Request => "request",
        }
    }
}

impl Uniqueness {
    /// The RFC's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Uniqueness::None => "none",
            Uniqueness::Server => "server",
            Uniqueness::Global => "global",
        }
    }
}

#[cfg(test)]
mod tests;
