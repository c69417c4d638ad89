//! The store in one SQLite file: made for one machine that needs nothing else. In the life of a request, stages 10 and 13.
//!
//! WAL with full sync: a write that was answered survives kill -9 and a power cut. Reads never wait for writes. Never used by
//! two gateways at once; a second program may read, and write now and then (`scimgate token issue`).

mod migrate;
mod open;
mod reader;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use json::Value;
use rules::Memory;

use self::reader::Readers;
use self::writer::{Key, Write, Writer};
use crate::canonical::canonical;
use crate::limits::AUDIT_ROWS_MAX;
use crate::{Answer, AuditRecord, IssuedToken, Scope, Store, StoreError, TenantId, TokenDigest, Tokens, all_found};

/// The store in one SQLite file. Its methods want a tokio runtime; dropping it waits for writes in flight and leaves the file
/// complete in itself.
#[derive(Debug)]
pub struct Sqlite {
    // Dropped in this order: the last connection to go is the one that writes, because a reader cannot tidy up.
    readers: Readers,
    writer: Writer,
}

impl Sqlite {
    /// Opens the database at `path` and keeps [`AUDIT_ROWS_MAX`] audit records. Makes the file, readable by its owner alone,
    /// if it is missing.
    ///
    /// # Errors
    /// [`StoreError::Open`] if the file cannot be used; it says why and what to do, and the file was not changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_bounded(path, AUDIT_ROWS_MAX)
    }

    /// As [`Sqlite::open`], but keeps the newest `audit_rows_max` audit records; at least 1.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub fn open_bounded(path: &Path, audit_rows_max: u64) -> Result<Self, StoreError> {
        let opened = open::open(path)?;
        let writer = Writer::start(opened.writer, audit_rows_max.max(1)).map_err(|error| StoreError::Open {
            path: path.display().to_string(),
            reason: format!("its writer cannot be started: {error}"),
        })?;
        Ok(Self { readers: Readers::new(opened.readers), writer })
    }

    /// Transactions committed since it was opened; several writes can share one.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }

    async fn other_ids(
        &self,
        scope: Scope<'_>,
        ids: &[String],
        which: reader::Other,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (tenant, kind, ids) = (scope.tenant.clone(), scope.kind.to_owned(), ids.to_vec());
        self.readers.read(move |connection| reader::other_ids(connection, &tenant, &kind, ids, which)).await
    }
}

impl Store for Sqlite {
    fn recall<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, Memory>> {
        Box::pin(async move {
            if ids.is_empty() {
                return Ok(BTreeMap::new());
            }
            let (tenant, kind, ids) = (scope.tenant.clone(), scope.kind.to_owned(), ids.to_vec());
            self.readers.read(move |connection| reader::recall(connection, &tenant, &kind, ids)).await
        })
    }

    fn remember<'a>(&'a self, scope: Scope<'a>, id: &'a str, memory: &'a Memory) -> Answer<'a, ()> {
        Box::pin(self.writer.write(Write::Remember(key(scope, id), memory.clone())))
    }

    fn forget<'a>(&'a self, scope: Scope<'a>, id: &'a str) -> Answer<'a, ()> {
        Box::pin(self.writer.write(Write::Forget(key(scope, id))))
    }

    fn find_kept<'a>(&'a self, scope: Scope<'a>, attribute: &'a str, value: &'a Value) -> Answer<'a, Vec<String>> {
        Box::pin(async move {
            let (tenant, kind) = (scope.tenant.clone(), scope.kind.to_owned());
            let (attribute, value) = (attribute.to_owned(), canonical(value));
            let ids =
                self.readers.read(move |connection| reader::find_kept(connection, &tenant, &kind, &attribute, &value));
            all_found(ids.await?)
        })
    }

    fn alias<'a>(&'a self, scope: Scope<'a>, id: &'a str, target: Option<&'a str>) -> Answer<'a, ()> {
        Box::pin(self.writer.write(Write::Alias(key(scope, id), target.map(str::to_owned))))
    }

    fn targets<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, String>> {
        Box::pin(self.other_ids(scope, ids, reader::Other::Target))
    }

    fn aliases<'a>(&'a self, scope: Scope<'a>, targets: &'a [String]) -> Answer<'a, BTreeMap<String, String>> {
        Box::pin(self.other_ids(scope, targets, reader::Other::Scim))
    }

    fn audit<'a>(&'a self, records: &'a [AuditRecord]) -> Answer<'a, ()> {
        Box::pin(async move {
            if records.is_empty() {
                return Ok(());
            }
            self.writer.write(Write::Audit(records.to_vec())).await
        })
    }

    fn audited<'a>(&'a self, tenant: Option<&'a TenantId>, limit: usize) -> Answer<'a, Vec<AuditRecord>> {
        let tenant = tenant.cloned();
        Box::pin(self.readers.read(move |connection| reader::audited(connection, tenant.as_ref(), limit)))
    }

    fn ready(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            if !self.writer.is_open() {
                return Err(StoreError::Closed);
            }
            self.readers.read(reader::ready).await
        })
    }
}

impl Tokens for Sqlite {
    fn issue_token<'a>(
        &'a self,
        tenant: &'a TenantId,
        hash: &'a TokenDigest,
        now_secs: u64,
        overlap_secs: u64,
    ) -> Answer<'a, ()> {
        let end = now_secs.saturating_add(overlap_secs);
        Box::pin(self.writer.write(Write::Issue(tenant.clone(), *hash, now_secs, end)))
    }

    fn token_tenant<'a>(&'a self, hash: &'a TokenDigest, now_secs: u64) -> Answer<'a, Option<TenantId>> {
        let hash = *hash;
        Box::pin(self.readers.read(move |connection| reader::token_tenant(connection, &hash, now_secs)))
    }

    fn tokens<'a>(&'a self, tenant: &'a TenantId, now_secs: u64) -> Answer<'a, Vec<IssuedToken>> {
        let tenant = tenant.clone();
        Box::pin(self.readers.read(move |connection| reader::tokens(connection, &tenant, now_secs)))
    }

    fn revoke_tokens<'a>(&'a self, tenant: &'a TenantId) -> Answer<'a, ()> {
        Box::pin(self.writer.write(Write::Revoke(tenant.clone())))
    }
}

fn key(scope: Scope<'_>, id: &str) -> Key {
    Key { tenant: scope.tenant.clone(), kind: scope.kind.to_owned(), resource: id.to_owned() }
}

fn failed(error: &rusqlite::Error) -> StoreError {
    StoreError::Failed { reason: error.to_string() }
}

/// As SQLite counts, with a sign; what it cannot count is as many as it can.
fn integer(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
