//! Every limit of the store by name and unit. Nothing here decides; the parts that are bounded name their bound.

use std::time::Duration;

/// Audit records that are kept unless the caller says otherwise; the oldest go first.
pub const AUDIT_ROWS_MAX: u64 = 1_000_000;
/// Audit records that may wait to be written; more are dropped, and the caller counts them.
pub const AUDIT_QUEUE_MAX: usize = 8_192;
/// Audit records written in one go.
pub const AUDIT_BATCH_MAX: usize = 512;
/// How long the first waiting audit record waits for company, so that a quiet gateway does not sync the disk per exchange.
pub const AUDIT_LINGER: Duration = Duration::from_millis(100);
/// Ids that one search in memory may answer; a search that finds more fails instead of answering a part.
pub const FOUND_IDS_MAX: usize = 10_000;
/// Writes that may wait for the writer; more callers wait their turn.
pub const WRITE_QUEUE_MAX: usize = 1_024;
/// Writes that share one commit.
pub const WRITE_BATCH_MAX: usize = 256;
/// Reads at once, and connections that read.
pub const READERS: usize = 4;
/// How long a statement waits for a lock that another process holds.
pub const BUSY_TIME_MAX: Duration = Duration::from_secs(5);
