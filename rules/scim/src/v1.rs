//! SCIM 1.1 as a façade: its bodies become those of 2.0 on the way in, and the other way round on the way out.
//!
//! JSON to JSON, so that nothing further in knows of it: envelopes, `urn:scim:schemas:core:1.0`, merge PATCH with
//! `operation: "delete"` and `meta.attributes`, `Errors[]`, `/ServiceProviderConfigs`. Sources: SCIM 1.1 core schema and API
//! (simplecloud.info), idp-dialects §2c.

use serde_json::Value;

/// A resource of 1.1 as 2.0 writes it: URNs, `manager.managerId`.
#[must_use]
pub fn upgraded_resource(body: Value) -> Value {
    let _ = &body;
    todo!()
}

/// A merge PATCH of 1.1 as the `PatchOp` that means the same: `meta.attributes` first, then each attribute; of a list the
/// elements with `operation: "delete"` go and all others come (1.1 API §3.3.2).
///
/// # Errors
/// What is wrong with the body, if it is no partial resource.
pub fn upgraded_patch(body: Value) -> Result<Value, String> {
    let _ = &body;
    todo!()
}

/// An answer's body of 2.0 as 1.1 writes it: resource, list, error, configuration, schemas.
#[must_use]
pub fn downgraded(body: Value) -> Value {
    let _ = &body;
    todo!()
}
