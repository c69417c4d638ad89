//! PATCH (RFC 7644 §3.5.2): parsed from a client's JSON, applied to a resource of any schema.
//!
//! Ordered and atomic: all operations apply, or the resource stays as it was. `Add`, `Replace`, `Remove` in any case
//! (idp-dialects row 7).

mod decode;

mod apply;
mod between;
mod elements;
mod members;
mod run;
mod work;

#[cfg(test)]
mod tests;

use std::fmt;

use json::Value;

pub use self::members::{MemberChange, MemberEdit};

use crate::path::{BoundPath, PathError};
use crate::resource::{Resource, ValueError, is_secret};
use crate::schema::ResourceType;

/// A PATCH request, bound to a resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchRequest {
    operations: Vec<PatchOperation>,
    ignored: Vec<String>,
}

/// One operation on one path. Path-less operations and those on a whole extension were split into one per key when the
/// request was read. `Debug` leaves passwords out.
#[derive(Clone, PartialEq)]
pub struct PatchOperation {
    /// What to do.
    pub op: PatchOp,
    /// Where.
    pub path: BoundPath,
    /// With what, as sent; JSON null for `remove` without a value.
    pub value: Value,
}

/// The verb of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchOp {
    /// Add, or merge.
    Add,
    /// Replace, or add.
    Replace,
    /// Unassign, or take elements out.
    Remove,
}

/// Why a PATCH was refused: nothing was applied. The IdP's fault; a retry does not help.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PatchError {
    /// Not the shape of a PATCH request: `400 invalidSyntax`.
    #[error("{reason}")]
    Syntax {
        /// What is wrong and what was expected.
        reason: String,
    },
    /// The path is not of the grammar or unknown: `400 invalidPath`.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A value of another type: `400 invalidValue`.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// `remove` without a path, or a filter that selects nothing where the RFC wants something: `400 noTarget`.
    #[error("{reason}")]
    NoTarget {
        /// What was not found.
        reason: String,
    },
    /// The attribute is read-only, or would lose a required value: `400 mutability`.
    #[error("`{path}` {reason}")]
    Mutability {
        /// Which attribute.
        path: String,
        /// Why it cannot be changed.
        reason: String,
    },
    /// More operations than `limits::PATCH_OPERATIONS_MAX`: `400 tooMany`.
    #[error("a PATCH may have at most {max} operations, this one has {found}")]
    TooMany {
        /// The limit.
        max: usize,
        /// What was sent.
        found: usize,
    },
    /// The operations would cost more than `limits::PATCH_LOOKS_MAX` or `limits::PATCH_COPIES_BYTES_MAX`: `400 tooMany`.
    #[error("this PATCH is too much at once: {limit}; send its operations in several requests")]
    TooCostly {
        /// Which limit, with its number.
        limit: String,
    },
}

impl PatchRequest {
    /// Reads a PATCH body. `schemas` may be missing: nothing depends on it.
    ///
    /// Read-only attributes inside a value are dropped, unknown ones are dropped and listed; a `path` that names either is
    /// refused. Values are looked at by [`PatchRequest::apply`].
    ///
    /// # Errors
    /// [`PatchError::Syntax`], [`PatchError::Path`], [`PatchError::NoTarget`], [`PatchError::Mutability`],
    /// [`PatchError::TooMany`].
    pub fn decode(kind: &ResourceType, json: Value) -> Result<Self, PatchError> {
        decode::request(kind, json)
    }

    /// The operations in order.
    #[must_use]
    pub fn operations(&self) -> &[PatchOperation] {
        &self.operations
    }

    /// Attributes that no schema knows, as sent; ignored. At most 32.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Applies all operations in order and gives the new resource; the old one is untouched.
    ///
    /// # Errors
    /// [`PatchError`]; then nothing was applied.
    pub fn apply(&self, kind: &ResourceType, resource: &Resource) -> Result<Resource, PatchError> {
        apply::request(self, kind, resource)
    }

    /// The operations that turn `from` into `to`, in schema order; none if they are the same.
    ///
    /// What only the server sets is left alone, and the order of elements may differ afterwards. What PATCH cannot do is asked
    /// for all the same, and refused when applied: taking away a required attribute, another value for an immutable one, a
    /// list beyond [`VALUES_MAX`](crate::limits::VALUES_MAX).
    #[must_use]
    pub fn between(kind: &ResourceType, from: &Resource, to: &Resource) -> Self {
        between::request(kind, from, to)
    }

    /// The request as a body (RFC 7644 §3.5.2), one operation for each of [`PatchRequest::operations`]; with `Operations` empty,
    /// which no server has to take, if there are none.
    #[must_use]
    pub fn to_json(&self) -> Value {
        between::body(self)
    }
}

impl PatchOp {
    /// The RFC's spelling: `add`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PatchOp::Add => "add",
            PatchOp::Replace => "replace",
            PatchOp::Remove => "remove",
        }
    }
}

impl fmt::Debug for PatchOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = Value::from("[redacted]");
        let value = if self.path.leaf().is_some_and(is_secret) { &redacted } else { &self.value };
        f.debug_struct("PatchOperation").field("op", &self.op).field("path", &self.path).field("value", value).finish()
    }
}
