//! The queue: order, bound, flush, loss.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use json::Value;
use rules::Memory;
use tokio::sync::Semaphore;

use super::*;
use crate::limits::{AUDIT_BATCH_MAX, AUDIT_LINGER, AUDIT_QUEUE_MAX};
use crate::suite::record;
use crate::{Answer, Scope, Store, StoreError, Volatile};

/// A store whose audit waits for a permit per batch and can fail; it notes how large the batches were.
struct Gate {
    inner: Volatile,
    open: Semaphore,
    fails: bool,
    batches: std::sync::Mutex<Vec<usize>>,
}

fn gate(permits: usize, fails: bool) -> Arc<Gate> {
    let batches = std::sync::Mutex::default();
    Arc::new(Gate { inner: Volatile::default(), open: Semaphore::new(permits), fails, batches })
}

impl Gate {
    fn batches(&self) -> Vec<usize> {
        self.batches.lock().unwrap().clone()
    }
}

impl Store for Gate {
    fn recall<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, Memory>> {
        self.inner.recall(scope, ids)
    }
    fn remember<'a>(&'a self, scope: Scope<'a>, id: &'a str, memory: &'a Memory) -> Answer<'a, ()> {
        self.inner.remember(scope, id, memory)
    }
    fn forget<'a>(&'a self, scope: Scope<'a>, id: &'a str) -> Answer<'a, ()> {
        self.inner.forget(scope, id)
    }
    fn find_kept<'a>(&'a self, scope: Scope<'a>, attribute: &'a str, value: &'a Value) -> Answer<'a, Vec<String>> {
        self.inner.find_kept(scope, attribute, value)
    }
    fn alias<'a>(&'a self, scope: Scope<'a>, id: &'a str, target: Option<&'a str>) -> Answer<'a, ()> {
        self.inner.alias(scope, id, target)
    }
    fn targets<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, String>> {
        self.inner.targets(scope, ids)
    }
    fn aliases<'a>(&'a self, scope: Scope<'a>, targets: &'a [String]) -> Answer<'a, BTreeMap<String, String>> {
        self.inner.aliases(scope, targets)
    }
    fn audit<'a>(&'a self, records: &'a [AuditRecord]) -> Answer<'a, ()> {
        Box::pin(async move {
            self.open.acquire().await.unwrap().forget();
            if self.fails {
                return Err(StoreError::Failed { reason: "disk full".to_owned() });
            }
            self.batches.lock().unwrap().push(records.len());
            self.inner.audit(records).await
        })
    }
    fn audited<'a>(&'a self, tenant: Option<&'a TenantId>, limit: usize) -> Answer<'a, Vec<AuditRecord>> {
        self.inner.audited(tenant, limit)
    }
    fn ready(&self) -> Answer<'_, ()> {
        self.inner.ready()
    }
}

fn push(queue: &AuditQueue, range: std::ops::Range<usize>) -> usize {
    range.filter(|number| queue.push(record(&format!("r{number}"), None))).count()
}

async fn request_ids(store: &Gate) -> Vec<String> {
    let newest_first = store.audited(None, usize::MAX).await.unwrap();
    newest_first.into_iter().rev().map(|record| record.request_id).collect()
}

#[tokio::test]
async fn what_was_pushed_before_a_flush_is_written_in_order_and_in_few_batches() {
    let store = gate(100, false);
    let queue = AuditQueue::start(Arc::clone(&store) as Arc<dyn Store>);
    let pushed = AUDIT_BATCH_MAX + 10;
    assert_eq!(push(&queue, 0..pushed), pushed);
    queue.flush().await;
    assert_eq!(request_ids(&store).await, (0..pushed).map(|number| format!("r{number}")).collect::<Vec<_>>());
    assert_eq!(store.batches(), [AUDIT_BATCH_MAX, 10]);
    // The queue goes on after a flush; an empty flush writes nothing that is seen.
    assert_eq!(push(&queue, 0..1), 1);
    queue.flush().await;
    queue.flush().await;
    assert_eq!(request_ids(&store).await.len(), pushed + 1);
    assert_eq!(queue.lost(), 0);
}

#[tokio::test(start_paused = true)]
async fn records_are_written_without_a_flush_after_a_short_wait() {
    let store = gate(100, false);
    let queue = AuditQueue::start(Arc::clone(&store) as Arc<dyn Store>);
    assert_eq!(push(&queue, 0..1), 1);
    tokio::time::advance(AUDIT_LINGER / 2).await;
    assert_eq!(push(&queue, 1..3), 2);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.batches(), [0; 0]);
    // Time that stands still goes on when nothing else can.
    while store.batches().is_empty() {
        tokio::time::advance(AUDIT_LINGER / 10).await;
    }
    assert_eq!(store.batches(), [3]);
}

#[tokio::test]
async fn a_full_queue_refuses_and_never_blocks() {
    let store = gate(0, false);
    let queue = AuditQueue::start(Arc::clone(&store) as Arc<dyn Store>);
    // Nothing runs between these pushes: the runtime of the test has one thread.
    assert_eq!(push(&queue, 0..AUDIT_QUEUE_MAX + 7), AUDIT_QUEUE_MAX);
    store.open.add_permits(1_000);
    queue.flush().await;
    assert_eq!(request_ids(&store).await.len(), AUDIT_QUEUE_MAX);
    assert_eq!(push(&queue, 0..1), 1);
}

#[tokio::test]
async fn records_that_the_store_refuses_are_counted_and_a_flush_still_ends() {
    let store = gate(100, true);
    let queue = AuditQueue::start(Arc::clone(&store) as Arc<dyn Store>);
    assert_eq!(push(&queue, 0..3), 3);
    queue.flush().await;
    assert_eq!(queue.lost(), 3);
}

#[tokio::test]
async fn the_task_writes_what_is_left_when_the_last_queue_is_dropped() {
    let store = gate(100, false);
    let queue = AuditQueue::start(Arc::clone(&store) as Arc<dyn Store>);
    assert_eq!(push(&queue, 0..3), 3);
    drop(queue);
    while Arc::strong_count(&store) > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(request_ids(&store).await, ["r0", "r1", "r2"]);
}
