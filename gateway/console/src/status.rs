//! What the process knows about itself, as the page shows it. Given by the caller: the console has no clock and no tenants.

use std::time::Duration;

use store::TenantId;

/// Somebody who knows how the process is doing. Must be quick: it is asked on the console's own thread.
pub trait StatusSource: Send + Sync {
    /// How things are now.
    fn snapshot(&self) -> Snapshot;
}

/// How things are at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Version of the program: `0.1.0`.
    pub version: String,
    /// How long it has been running.
    pub uptime: Duration,
    /// The moment of the snapshot, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// The tenants, in the order in which they are shown.
    pub tenants: Vec<TenantStatus>,
}

/// How one tenant is doing. Counts are since the start of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantStatus {
    /// Its name.
    pub id: TenantId,
    /// The name of its profile: `telemessage`.
    pub profile: String,
    /// The SCIM that its IdP speaks: `2.0`.
    pub protocol: &'static str,
    /// Whether groups are provisioned, beside users.
    pub groups: bool,
    /// Host of the target, without path or credentials: `api.example.com`.
    pub target: String,
    /// When an exchange last ended well, in milliseconds since 1970 (UTC).
    pub last_success_ms: Option<i64>,
    /// Exchanges that have ended.
    pub exchanges: u64,
    /// Those of them that failed.
    pub failures: u64,
}
