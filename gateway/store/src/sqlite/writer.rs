//! The one thread that writes. Writes that wait together share one transaction, and so one sync of the disk; each caller is
//! answered after the commit, never before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use rules::Memory;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot};

use super::{failed, integer};
use crate::canonical::canonical;
use crate::limits::{WRITE_BATCH_MAX, WRITE_QUEUE_MAX};
use crate::{AuditRecord, StoreError, TenantId, TokenDigest};

/// Which resource, owned: it travels to the writer's thread.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) tenant: TenantId,
    pub(super) kind: String,
    pub(super) resource: String,
}

/// One business transaction.
#[derive(Debug)]
pub(super) enum Write {
    Remember(Key, Memory),
    Forget(Key),
    /// Which resource of the target it is, if SCIM knows it by another id.
    Alias(Key, Option<String>),
    Audit(Vec<AuditRecord>),
    /// Issues a token: tenant, hash, now, when the others end.
    Issue(TenantId, TokenDigest, u64, u64),
    /// Ends all tokens of a tenant.
    Revoke(TenantId),
}

struct Request {
    write: Write,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// The way to the writing thread. Dropping it lets the thread finish what waits, and waits for that.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread on its connection.
    pub(super) fn start(connection: Connection, audit_rows_max: u64) -> std::io::Result<Self> {
        let (queue, requests) = mpsc::channel(WRITE_QUEUE_MAX);
        let commits = Arc::new(AtomicU64::new(0));
        let desk = Desk { connection, audit_rows_max, commits: Arc::clone(&commits) };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || desk.run(requests))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), commits })
    }

    /// Writes, and is ready once that is durable. A caller that goes away does not take the write back.
    pub(super) async fn write(&self, write: Write) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send(Request { write, done }).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Whether the thread still takes writes.
    pub(super) fn is_open(&self) -> bool {
        self.queue.as_ref().is_some_and(|queue| !queue.is_closed())
    }

    /// Commits so far.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

// === the thread ===

struct Desk {
    connection: Connection,
    audit_rows_max: u64,
    commits: Arc<AtomicU64>,
}

impl Desk {
    fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        while let Some(first) = requests.blocking_recv() {
            self.serve_group(first, &mut requests);
        }
        // The file then stands alone: nothing is left in the `-wal` beside it.
        if let Err(error) = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())) {
            tracing::warn!(%error, "the store was closed without a checkpoint; the next start does it");
        }
    }

    /// One transaction for the first request and all that come while it is open, up to [`WRITE_BATCH_MAX`].
    fn serve_group(&mut self, first: Request, requests: &mut mpsc::Receiver<Request>) {
        let mut transaction = match self.connection.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(transaction) => transaction,
            Err(error) => return answer(first.done, Err(failed(&error))),
        };
        let mut served = Vec::new();
        let mut next = Some(first);
        while let Some(Request { write, done }) = next {
            served.push((done, apply_alone(&mut transaction, &write, self.audit_rows_max)));
            // SQLite takes the whole transaction back on errors like a full disk; another write would open its own.
            let goes_on = served.len() < WRITE_BATCH_MAX && !transaction.is_autocommit();
            next = if goes_on { requests.try_recv().ok() } else { None };
        }
        let committed = transaction.commit();
        if committed.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        for (done, outcome) in served {
            let outcome = outcome.and(committed.as_ref().copied().map_err(failed));
            answer(done, outcome);
        }
    }
}

/// A caller that went away does not want to know.
fn answer(done: oneshot::Sender<Result<(), StoreError>>, outcome: Result<(), StoreError>) {
    let _gone = done.send(outcome);
}

/// One write within the group's transaction: if it fails, it alone is taken back.
fn apply_alone(group: &mut Transaction<'_>, write: &Write, audit_rows_max: u64) -> Result<(), StoreError> {
    let mut attempt = || -> rusqlite::Result<()> {
        let savepoint = group.savepoint()?;
        match write {
            Write::Remember(key, memory) => remember(&savepoint, key, memory)?,
            Write::Forget(key) => forget(&savepoint, key)?,
            Write::Alias(key, target) => alias(&savepoint, key, target.as_deref())?,
            Write::Audit(records) => audit(&savepoint, records, audit_rows_max)?,
            Write::Issue(tenant, hash, now, end) => issue(&savepoint, tenant, hash, *now, *end)?,
            Write::Revoke(tenant) => revoke(&savepoint, tenant)?,
        }
        savepoint.commit()
    };
    attempt().map_err(|error| failed(&error))
}

// === the writes ===

fn remember(connection: &Connection, key: &Key, memory: &Memory) -> rusqlite::Result<()> {
    let Key { tenant, kind, resource } = key;
    let tenant = tenant.as_str();
    connection
        .prepare_cached(
            "INSERT INTO link (tenant, kind, resource, unfinished) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET unfinished = ?4 WHERE unfinished <> ?4",
        )?
        .execute((tenant, kind, resource, unfinished(memory)))?;
    connection
        .prepare_cached("DELETE FROM kept WHERE tenant = ?1 AND kind = ?2 AND resource = ?3")?
        .execute((tenant, kind, resource))?;
    connection
        .prepare_cached("DELETE FROM spelling WHERE tenant = ?1 AND kind = ?2 AND resource = ?3")?
        .execute((tenant, kind, resource))?;
    connection
        .prepare_cached("DELETE FROM aside WHERE tenant = ?1 AND kind = ?2 AND resource = ?3")?
        .execute((tenant, kind, resource))?;
    for (field, value) in &memory.aside {
        connection
            .prepare_cached("INSERT INTO aside (tenant, kind, resource, field, value) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((tenant, kind, resource, field, canonical(value)))?;
    }
    for (attribute, value) in &memory.kept {
        connection
            .prepare_cached("INSERT INTO kept (tenant, kind, resource, attribute, value) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((tenant, kind, resource, attribute, canonical(value)))?;
    }
    for (attribute, spelling) in &memory.spellings {
        connection
            .prepare_cached(
                "INSERT INTO spelling (tenant, kind, resource, attribute, sent, normal) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((tenant, kind, resource, attribute, &spelling.sent, &spelling.normal))?;
    }
    Ok(())
}

/// Words with a blank between.
fn unfinished(memory: &Memory) -> String {
    memory.unfinished.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// `kept`, `spelling` and `aside` go with their link: ON DELETE CASCADE.
fn forget(connection: &Connection, key: &Key) -> rusqlite::Result<()> {
    let Key { tenant, kind, resource } = key;
    connection.prepare_cached("DELETE FROM link WHERE tenant = ?1 AND kind = ?2 AND resource = ?3")?.execute((
        tenant.as_str(),
        kind,
        resource,
    ))?;
    alias(connection, key, None)
}

/// A target's id belongs to one resource: whose it was before has lost it.
fn alias(connection: &Connection, key: &Key, target: Option<&str>) -> rusqlite::Result<()> {
    let Key { tenant, kind, resource } = key;
    let tenant = tenant.as_str();
    connection
        .prepare_cached("DELETE FROM alias WHERE tenant = ?1 AND kind = ?2 AND (resource = ?3 OR target = ?4)")?
        .execute((tenant, kind, resource, target))?;
    if let Some(target) = target {
        connection
            .prepare_cached("INSERT INTO alias (tenant, kind, resource, target) VALUES (?1, ?2, ?3, ?4)")?
            .execute((tenant, kind, resource, target))?;
    }
    Ok(())
}

/// One token more; those that are there end with `end`, and those that have ended are taken away.
fn issue(
    connection: &Connection,
    tenant: &TenantId,
    hash: &TokenDigest,
    now_secs: u64,
    end_secs: u64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE token SET ends_at = min(coalesce(ends_at, ?2), ?2) WHERE tenant = ?1")?
        .execute((tenant.as_str(), integer(end_secs)))?;
    connection.prepare_cached("DELETE FROM token WHERE ends_at <= ?1")?.execute([integer(now_secs)])?;
    connection.prepare_cached("INSERT INTO token (hash, tenant, issued_at) VALUES (?1, ?2, ?3)")?.execute((
        hash.as_slice(),
        tenant.as_str(),
        integer(now_secs),
    ))?;
    Ok(())
}

fn revoke(connection: &Connection, tenant: &TenantId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM token WHERE tenant = ?1")?.execute([tenant.as_str()])?;
    Ok(())
}

/// Appends, and drops as many of the oldest as are too many: the cost is that of the new rows, however many there are.
fn audit(connection: &Connection, records: &[AuditRecord], rows_max: u64) -> rusqlite::Result<()> {
    for record in records {
        connection
            .prepare_cached(
                "INSERT INTO audit
                     (at_ms, request_id, tenant, operation, resource, status, outcome, left_out, reads, writes, duration_us)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                record.at_ms,
                record.request_id,
                record.tenant.as_ref().map(TenantId::as_str),
                record.operation,
                record.resource,
                record.status,
                record.outcome,
                record.left_out,
                record.reads,
                record.writes,
                integer(record.duration_us),
            ])?;
    }
    connection
        .prepare_cached("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?1")?
        .execute([integer(rows_max)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::future::poll_fn;
    use std::task::Poll;

    use super::*;

    /// A writer whose thread does with one request what `thread` does, and is gone then.
    fn writer(thread: impl FnOnce(mpsc::Receiver<Request>) + Send + 'static) -> Writer {
        let (queue, requests) = mpsc::channel(1);
        let thread = std::thread::spawn(move || thread(requests));
        Writer { queue: Some(queue), thread: Some(thread), commits: Arc::default() }
    }

    #[tokio::test]
    async fn more_writes_than_the_queue_holds_wait_their_turn() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("store.db");
        let connection = super::super::open::open(&path).unwrap().writer;
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let writer = Writer::start(connection, 1).unwrap();
        let room = || writer.queue.as_ref().map(mpsc::Sender::capacity);

        // One is with the thread, which waits for the lock.
        let mut asked = Vec::new();
        let mut ask = async || {
            let mut write = Box::pin(writer.write(Write::Audit(Vec::new())));
            let early = poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_ready())).await;
            assert!(!early, "answered before the commit");
            asked.push(write);
            // Or tokio's budget of one turn ends, and the rest would not be queued.
            tokio::task::yield_now().await;
        };
        ask().await;
        while room() != writer.queue.as_ref().map(mpsc::Sender::max_capacity) {
            tokio::task::yield_now().await;
        }
        for waiting in 1..=WRITE_QUEUE_MAX {
            ask().await;
            assert_eq!(room(), Some(WRITE_QUEUE_MAX - waiting));
        }
        ask().await;
        other.execute_batch("COMMIT").unwrap();
        for write in asked {
            write.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_writer_that_is_gone_is_a_closed_store_and_never_a_success() {
        let rows =
            [writer(drop), writer(|mut requests| drop(requests.blocking_recv())), writer(|_| panic!("as a bug would"))];
        for writer in rows {
            let refused = writer.write(Write::Audit(Vec::new())).await;
            assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
            let refused = writer.write(Write::Audit(Vec::new())).await;
            assert!(matches!(refused, Err(StoreError::Closed)), "{refused:?}");
            assert!(!writer.is_open());
        }
    }
}
