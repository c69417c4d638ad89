//! Every limit of the private port by name and unit.

use std::time::Duration;

/// Connections at once; more wait to be accepted.
pub const CONNECTIONS_MAX: usize = 64;
/// Largest header block, in bytes.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Longest time for the headers of a request to arrive, and longest rest of a connection between two requests.
pub const HEADER_TIME_MAX: Duration = Duration::from_secs(30);
/// How long requests in flight may take to end after the shutdown began.
pub const DRAIN_TIME_MAX: Duration = Duration::from_secs(5);
/// Longest single readiness check; kubelet gives a probe one second unless told otherwise, so that it sees which one is slow
/// only if it is told to wait longer.
pub const CHECK_TIME_MAX: Duration = Duration::from_secs(2);
/// Longest read of the audit for the page.
pub const AUDIT_TIME_MAX: Duration = Duration::from_secs(2);
/// Audit records on the page.
pub const AUDIT_SHOWN_MAX: usize = 50;
/// Tenants on the page; `/metrics` and the audit have them all.
pub const TENANTS_SHOWN_MAX: usize = 200;
