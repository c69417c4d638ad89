//! What must be remembered: links, kept attributes, spellings as they were sent, audit.
//!
//! Behind one narrow trait, [`Store`], whose methods are whole business transactions; SQLite inside ([`Sqlite`]), PostgreSQL
//! later, [`Volatile`] for `test` and `explain`. A write is durable before its future is ready. In the life of a request it is
//! stage 13, and stage 10 where facts come from memory.

pub mod limits;

mod audit;
mod canonical;
mod sqlite;
mod tenant;
mod token;
mod volatile;

#[cfg(test)]
mod suite;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use json::Value;
use rules::Memory;

use self::limits::FOUND_IDS_MAX;

pub use audit::{AuditQueue, AuditRecord};
pub use sqlite::Sqlite;
pub use tenant::{TenantId, TenantIdError};
pub use token::{IssuedToken, TokenDigest};
pub use volatile::Volatile;

/// What a store's method gives: boxed, so that the store is chosen at run time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Whose memory: a tenant's resources of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope<'a> {
    /// The tenant; an `externalId` is unique only within its provisioning domain (RFC 7643 §3.1).
    pub tenant: &'a TenantId,
    /// The resource type: `User`.
    pub kind: &'a str,
}

/// Why the store could not do its part. Ours; a retry can help.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened, is newer than this program, or is damaged.
    #[error("the store at `{path}` cannot be used: {reason}")]
    Open {
        /// Where it is.
        path: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A read or write failed: disk full, I/O error.
    #[error("the store failed: {reason}")]
    Failed {
        /// What the database said.
        reason: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// The memory of the gateway.
pub trait Store: Send + Sync {
    /// What is remembered of each resource, all as of one moment; those never remembered, or forgotten, are missing from the
    /// map. A resource remembered with an empty memory is there: the mark "made by provisioning". Any number of ids, one as often
    /// as one likes; the cost grows with them alone. Callers ask about a page, at most about a whole scan
    /// ([`SCAN_ROWS_MAX`](rules::search::SCAN_ROWS_MAX)).
    fn recall<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, Memory>>;

    /// Remembers that the resource was made or taken over by provisioning, and all of its memory, replacing what was there.
    /// Durable when the future is ready. Idempotent.
    fn remember<'a>(&'a self, scope: Scope<'a>, id: &'a str, memory: &'a Memory) -> Answer<'a, ()>;

    /// Forgets the resource. Durable when the future is ready. Idempotent.
    fn forget<'a>(&'a self, scope: Scope<'a>, id: &'a str) -> Answer<'a, ()>;

    /// Ids of the resources whose kept `attribute` is `value`, in order of the ids. Equality is that of JSON values: case counts,
    /// the order of keys does not. Fails if there are more than [`FOUND_IDS_MAX`].
    fn find_kept<'a>(&'a self, scope: Scope<'a>, attribute: &'a str, value: &'a Value) -> Answer<'a, Vec<String>>;

    /// Remembers that the resource which SCIM knows as `id` is `target` in the target; `None` if it has one id again. A
    /// `target` belongs to one resource: the last that it was said of. Durable when the future is ready. Idempotent.
    fn alias<'a>(&'a self, scope: Scope<'a>, id: &'a str, target: Option<&'a str>) -> Answer<'a, ()>;

    /// The target's ids of those resources that have another than SCIM's, by SCIM's.
    fn targets<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, String>>;

    /// SCIM's ids of those resources that have another than the target's, by the target's.
    fn aliases<'a>(&'a self, scope: Scope<'a>, targets: &'a [String]) -> Answer<'a, BTreeMap<String, String>>;

    /// Appends audit records, in order. Durable when the future is ready.
    fn audit<'a>(&'a self, records: &'a [AuditRecord]) -> Answer<'a, ()>;

    /// The newest audit records first, at most `limit`, of one tenant or of all.
    fn audited<'a>(&'a self, tenant: Option<&'a TenantId>, limit: usize) -> Answer<'a, Vec<AuditRecord>>;

    /// Whether the store answers: one trivial read.
    fn ready(&self) -> Answer<'_, ()>;
}

/// Tokens that were issued to tenants. A trait of its own: who authenticates needs nothing else of the memory.
pub trait Tokens: Send + Sync {
    /// Issues a token to a tenant. Those it had end `overlap_secs` later, or sooner if they would have; with 0 they are gone when the
    /// future is ready, and no request gets in with them any more. Durable then.
    fn issue_token<'a>(
        &'a self,
        tenant: &'a TenantId,
        hash: &'a TokenDigest,
        now_secs: u64,
        overlap_secs: u64,
    ) -> Answer<'a, ()>;

    /// Whose issued token has this hash and has not ended.
    fn token_tenant<'a>(&'a self, hash: &'a TokenDigest, now_secs: u64) -> Answer<'a, Option<TenantId>>;

    /// The issued tokens of a tenant that have not ended, the newest first.
    fn tokens<'a>(&'a self, tenant: &'a TenantId, now_secs: u64) -> Answer<'a, Vec<IssuedToken>>;

    /// Ends every issued token of a tenant. Durable when the future is ready.
    fn revoke_tokens<'a>(&'a self, tenant: &'a TenantId) -> Answer<'a, ()>;
}

/// Part of an answer would pass for all of it, and a user that is not found is made again.
fn all_found(ids: Vec<String>) -> Result<Vec<String>, StoreError> {
    if ids.len() <= FOUND_IDS_MAX {
        return Ok(ids);
    }
    Err(StoreError::Failed { reason: format!("more than {FOUND_IDS_MAX} resources hold the value") })
}
