//! What the fuzz targets share: a resource type, a resource of it, and a scope for expressions.
//!
//! Nothing here judges an input; the targets do. Only public items of `scim` and `rules` are used, so that a finding is one
//! that a caller could have met.

use rules::expression::{Scope, Type, Value, Variables};
use scim::schema::{ResourceType, enterprise_user, user};
use scim::{PatchRequest, Resource};
use serde_json::{Map, json};

/// Names of the scope; a slot is an index into it.
const NAMES: [(&str, Type); 6] = [
    ("userName", Type::Text),
    ("active", Type::Boolean),
    ("age", Type::Number),
    ("emails", Type::List),
    ("title", Type::Any),
    ("region", Type::Text),
];

/// The core user with the enterprise extension.
#[must_use]
pub fn user_type() -> ResourceType {
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User accounts.".to_owned(),
        schema: user(),
        extensions: vec![enterprise_user()],
    }
}

/// A user that has something at every kind of path.
#[must_use]
pub fn sample(kind: &ResourceType) -> Resource {
    let json = json!({
        "userName": "sample@example.com",
        "active": true,
        "name": { "givenName": "Sam", "familyName": "Reyes" },
        "emails": [
            { "type": "work", "value": "sample@example.com", "primary": true },
            { "type": "home", "value": "sam@example.com" }
        ],
        "roles": [{ "value": "viewer", "primary": true }],
        "addresses": [{ "type": "work", "country": "GB" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Research and Development" }
    });
    Resource::decode(kind, json).map(|decoded| decoded.resource).expect("invariant: the sample is valid")
}

/// Applies a PATCH to `before` and checks what holds for every PATCH: what comes out is in normal form.
pub fn patched(kind: &ResourceType, request: &PatchRequest, before: &Resource) {
    let Ok(after) = request.apply(kind, before) else { return };
    let json = serde_json::Value::Object(after.as_object().clone());
    let again = Resource::decode(kind, json).expect("a patched resource decodes").resource;
    assert_eq!(again, after, "a patched resource is in normal form");
}

/// A scope that knows [`NAMES`], in brackets and bare.
pub struct Names;

impl Scope for Names {
    fn reference(&self, text: &str) -> Option<(usize, Type)> {
        NAMES.iter().position(|(name, _)| *name == text).map(|slot| (slot, NAMES[slot].1))
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        self.reference(text)
    }

    fn references_known(&self) -> Vec<String> {
        NAMES.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn names_known(&self) -> Vec<String> {
        self.references_known()
    }
}

/// Values for the slots of [`Names`]: those of the record, by name; what is not there is absent.
pub struct Record(pub Map<String, serde_json::Value>);

impl Variables for Record {
    fn reference(&self, slot: usize) -> Value<'_> {
        self.0.get(NAMES[slot].0).map_or(Value::Absent, Value::from_json)
    }

    fn name(&self, slot: usize) -> Value<'_> {
        self.reference(slot)
    }
}

/// Records an expression is evaluated on: every slot as its type promises, nothing at all, and types that break the promise.
#[must_use]
pub fn records() -> Vec<Record> {
    let texts = [
        json!({ "userName": "0123 456 7890", "active": true, "age": 42, "emails": ["a", "b"], "title": "x", "region": "GB" }),
        json!({}),
        json!({ "userName": 1, "active": "True", "age": "x", "emails": {"a": 1}, "title": [null, [1]], "region": "" }),
    ];
    texts.into_iter().filter_map(|json| Some(Record(json.as_object()?.clone()))).collect()
}
