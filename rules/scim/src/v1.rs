//! SCIM 1.1 as a façade: its bodies become those of 2.0 on the way in, and the other way round on the way out.
//!
//! JSON to JSON, so that nothing further in knows of it: envelopes, `urn:scim:schemas:core:1.0`, merge PATCH with
//! `operation: "delete"` and `meta.attributes`, `Errors[]`, `/ServiceProviderConfigs`. It never looks at a schema or decides
//! whether a value is right. Sources: SCIM 1.1 core schema and API (simplecloud.info), idp-dialects §2c.
//!
//! What 1.1 writes inside a filter or an `attributes` parameter needs nothing from here: its URNs are aliases
//! ([`name::same_schema`](crate::name::same_schema)), and `manager.managerId` is found where paths are bound.

mod discovery;
mod downgrade;
mod upgrade;

pub use self::downgrade::downgraded;
pub use self::upgrade::{upgraded_patch, upgraded_resource};

/// Schema URN of User, Group and everything else in 1.1 (core schema §4).
const CORE: &str = "urn:scim:schemas:core:1.0";

/// Schema URN of the enterprise User extension in 1.1.
const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";

/// The id of a manager in 1.1; `value` in 2.0.
const MANAGER_ID: &str = "managerId";

#[cfg(test)]
mod tests;
