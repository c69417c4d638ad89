//! One line of the audit: who asked for what, and how it ended. No values of attributes, no bodies, no secrets.

mod queue;

#[cfg(test)]
mod tests;

use crate::tenant::TenantId;

pub use queue::AuditQueue;

/// One exchange, as the audit keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// When the exchange ended, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// The request id that the answer carried.
    pub request_id: String,
    /// The tenant, if one was authenticated.
    pub tenant: Option<TenantId>,
    /// `user.create`, or `unknown` if the request could not be decoded.
    pub operation: String,
    /// The id of the resource, if one is known.
    pub resource: Option<String>,
    /// HTTP status of the answer.
    pub status: u16,
    /// A short bounded word for what went wrong, or `ok`: `token-expired`, `uniqueness`, `target-down`.
    pub outcome: String,
    /// Names of attributes that were sent and left out, with commas between; empty if there are none.
    pub left_out: String,
    /// Target calls that read.
    pub reads: u32,
    /// Target calls that could write.
    pub writes: u32,
    /// How long it took, in microseconds.
    pub duration_us: u64,
}
