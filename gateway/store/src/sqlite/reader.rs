//! Reads: a few read-only connections, used on the runtime's blocking threads. Never writes, never waits for the writer (WAL).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rules::{Memory, Spelling};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{failed, integer};
use crate::limits::FOUND_IDS_MAX;
use crate::{AuditRecord, IssuedToken, StoreError, TenantId, TokenDigest};

/// The connections that read; as many reads at once as there are connections, the others wait their turn.
#[derive(Debug)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let permits = Arc::new(Semaphore::new(connections.len()));
        Self { idle: Arc::new(Mutex::new(connections)), permits }
    }

    /// Runs one read on a blocking thread. A caller that goes away does not lose the connection.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let mut lent = Lent::take(&self.idle, permit)?;
        let answer = tokio::task::spawn_blocking(move || lent.read(ask));
        // A task that was cancelled or panicked: the runtime is going away.
        answer.await.map_err(|_| StoreError::Closed)?.map_err(|error| failed(&error))
    }
}

/// A connection for one read; goes back when it is dropped, and only then lets the next one in.
struct Lent {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    fn take(idle: &Arc<Mutex<Vec<Connection>>>, permit: OwnedSemaphorePermit) -> Result<Self, StoreError> {
        let connection = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if connection.is_none() {
            return Err(StoreError::Closed);
        }
        Ok(Self { connection, idle: Arc::clone(idle), _permit: permit })
    }

    fn read<T>(&mut self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        ask(self.connection.as_ref().expect("invariant: only drop takes the connection"))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(self.connection.take());
    }
}

// === the reads ===

/// What is remembered of each resource, all of it as of one moment.
pub(super) fn recall(
    connection: &Connection,
    tenant: &TenantId,
    kind: &str,
    ids: Vec<String>,
) -> rusqlite::Result<BTreeMap<String, Memory>> {
    let moment = connection.unchecked_transaction()?;
    let mut found = BTreeMap::new();
    for id in ids {
        if let Some(memory) = recall_one(&moment, tenant, kind, &id)? {
            found.insert(id, memory);
        }
    }
    Ok(found)
}

/// One statement for the mark and everything below it: four point reads, one trip.
fn recall_one(connection: &Connection, tenant: &TenantId, kind: &str, id: &str) -> rusqlite::Result<Option<Memory>> {
    let mut statement = connection.prepare_cached(
        "SELECT 0, unfinished, '', '' FROM link WHERE tenant = ?1 AND kind = ?2 AND resource = ?3
         UNION ALL SELECT 1, attribute, value, '' FROM kept WHERE tenant = ?1 AND kind = ?2 AND resource = ?3
         UNION ALL SELECT 2, attribute, sent, normal FROM spelling WHERE tenant = ?1 AND kind = ?2 AND resource = ?3
         UNION ALL SELECT 3, field, value, '' FROM aside WHERE tenant = ?1 AND kind = ?2 AND resource = ?3",
    )?;
    let mut rows = statement.query((tenant.as_str(), kind, id))?;
    let mut memory = None;
    while let Some(row) = rows.next()? {
        let memory = memory.get_or_insert_with(Memory::default);
        match row.get::<_, i64>(0)? {
            held @ (1 | 3) => {
                let value = json::from_str(row.get_ref(2)?.as_str()?).map_err(|error| damaged(2, error))?;
                let place = if held == 1 { &mut memory.kept } else { &mut memory.aside };
                place.insert(row.get(1)?, value);
            }
            2 => {
                memory.spellings.insert(row.get(1)?, Spelling { sent: row.get(2)?, normal: row.get(3)? });
            }
            _ => memory.unfinished.extend(row.get_ref(1)?.as_str()?.split_whitespace().map(str::to_owned)),
        }
    }
    Ok(memory)
}

/// Which of a resource's two ids is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Other {
    /// That of SCIM, by the target's.
    Scim,
    /// That of the target, by SCIM's.
    Target,
}

/// The other ids of those that have one.
pub(super) fn other_ids(
    connection: &Connection,
    tenant: &TenantId,
    kind: &str,
    ids: Vec<String>,
    which: Other,
) -> rusqlite::Result<BTreeMap<String, String>> {
    let sql = match which {
        Other::Scim => "SELECT resource FROM alias WHERE tenant = ?1 AND kind = ?2 AND target = ?3",
        Other::Target => "SELECT target FROM alias WHERE tenant = ?1 AND kind = ?2 AND resource = ?3",
    };
    let moment = connection.unchecked_transaction()?;
    let mut statement = moment.prepare_cached(sql)?;
    let mut found = BTreeMap::new();
    for id in ids {
        let other: Option<String> = statement.query_row((tenant.as_str(), kind, &id), |row| row.get(0)).optional()?;
        found.extend(other.map(|other| (id, other)));
    }
    Ok(found)
}

/// One more than may be answered, so that the caller sees when there are too many.
pub(super) fn find_kept(
    connection: &Connection,
    tenant: &TenantId,
    kind: &str,
    attribute: &str,
    value: &str,
) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(
            "SELECT resource FROM kept WHERE tenant = ?1 AND kind = ?2 AND attribute = ?3 AND value = ?4
             ORDER BY resource LIMIT ?5",
        )?
        .query_map((tenant.as_str(), kind, attribute, value, integer(FOUND_IDS_MAX + 1)), |row| row.get(0))?
        .collect()
}

pub(super) fn audited(
    connection: &Connection,
    tenant: Option<&TenantId>,
    limit: usize,
) -> rusqlite::Result<Vec<AuditRecord>> {
    const COLUMNS: &str =
        "at_ms, request_id, tenant, operation, resource, status, outcome, left_out, reads, writes, duration_us";
    let limit = integer(limit);
    match tenant {
        Some(tenant) => connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE tenant = ?1 ORDER BY id DESC LIMIT ?2"))?
            .query_map((tenant.as_str(), limit), audit_record)?
            .collect(),
        None => connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM audit ORDER BY id DESC LIMIT ?1"))?
            .query_map([limit], audit_record)?
            .collect(),
    }
}

/// Whose token it is, unless it has ended.
pub(super) fn token_tenant(
    connection: &Connection,
    hash: &TokenDigest,
    now_secs: u64,
) -> rusqlite::Result<Option<TenantId>> {
    let tenant: Option<String> = connection
        .prepare_cached("SELECT tenant FROM token WHERE hash = ?1 AND (ends_at IS NULL OR ends_at > ?2)")?
        .query_row((hash.as_slice(), integer(now_secs)), |row| row.get(0))
        .optional()?;
    tenant.map(|text| text.parse()).transpose().map_err(|error: crate::TenantIdError| damaged(0, error))
}

/// The newest first.
pub(super) fn tokens(connection: &Connection, tenant: &TenantId, now_secs: u64) -> rusqlite::Result<Vec<IssuedToken>> {
    let whole = |secs: i64| u64::try_from(secs).unwrap_or(0);
    connection
        .prepare_cached(
            "SELECT issued_at, ends_at FROM token WHERE tenant = ?1 AND (ends_at IS NULL OR ends_at > ?2)
             ORDER BY ends_at IS NULL DESC, issued_at DESC",
        )?
        .query_map((tenant.as_str(), integer(now_secs)), |row| {
            let ends_at: Option<i64> = row.get(1)?;
            Ok(IssuedToken { issued_at_secs: whole(row.get(0)?), ends_at_secs: ends_at.map(whole) })
        })?
        .collect()
}

/// One trivial read of the file.
pub(super) fn ready(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("SELECT count(*) FROM sqlite_schema")?.query_row((), |_| Ok(()))
}

fn audit_record(row: &Row<'_>) -> rusqlite::Result<AuditRecord> {
    let tenant: Option<String> = row.get(2)?;
    Ok(AuditRecord {
        at_ms: row.get(0)?,
        request_id: row.get(1)?,
        tenant: tenant.map(|text| text.parse()).transpose().map_err(|error: crate::TenantIdError| damaged(2, error))?,
        operation: row.get(3)?,
        resource: row.get(4)?,
        status: row.get(5)?,
        outcome: row.get(6)?,
        left_out: row.get(7)?,
        reads: row.get(8)?,
        writes: row.get(9)?,
        duration_us: u64::try_from(row.get::<_, i64>(10)?).unwrap_or(0),
    })
}

/// Text in the database that this program cannot have written.
fn damaged(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
