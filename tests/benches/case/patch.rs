//! PATCH: from the bytes of a request to the new resource, on a full user.

use std::hint::black_box;

use json::json;
use scim::{PatchRequest, Resource};

use super::samples::{FULL_USER, entra_patch, profile};
use super::{Case, Run, repeat};

pub(super) const CASES: &[Case] = &[
    Case { group: "patch", name: "entra_8_operations", prepare: || apply(entra_patch()) },
    Case { group: "patch", name: "dotted_keys_without_path", prepare: || apply(dotted_keys()) },
];

/// What some applications of Entra ID send instead of one operation per attribute.
fn dotted_keys() -> String {
    let value = json!({
        "displayName": "Mira Okafor",
        "name.familyName": "Okafor",
        "name.formatted": "Mira Okafor",
        "emails[type eq \"work\"].value": "mira.okafor@example.com",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Service",
    });
    json!({"Operations": [{"op": "Replace", "value": value}]}).to_string()
}

fn apply(body: String) -> Run {
    let kind = profile("directory").user.kind.clone();
    let user = Resource::decode(&kind, json::from_str(FULL_USER).unwrap()).unwrap().resource;
    repeat(move || {
        let body = json::from_str(black_box(&body)).unwrap();
        PatchRequest::decode(&kind, body).unwrap().apply(&kind, &user).unwrap()
    })
}
