//! Audit without waiting: exchanges put records into a bounded queue, one task writes them in batches. Never blocks an
//! exchange; what does not fit is refused, and the caller counts it. In the life of a request it is stage 15.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::AuditRecord;
use crate::Store;
use crate::limits::{AUDIT_BATCH_MAX, AUDIT_LINGER, AUDIT_QUEUE_MAX};

/// A bounded queue in front of the audit of a store. Cheap to clone; the task ends when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct AuditQueue {
    messages: mpsc::Sender<Message>,
    lost: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Message {
    Record(AuditRecord),
    Flush(oneshot::Sender<()>),
}

impl AuditQueue {
    /// Starts the task that writes; wants a tokio runtime.
    #[must_use]
    pub fn start(store: Arc<dyn Store>) -> Self {
        let (messages, inbox) = mpsc::channel(AUDIT_QUEUE_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        tokio::spawn(write_batches(store, inbox, Arc::clone(&lost)));
        Self { messages, lost }
    }

    /// Takes a record to be written soon; `false` if the queue is full and the record was dropped. Never blocks.
    #[must_use = "a dropped record must be counted"]
    pub fn push(&self, record: AuditRecord) -> bool {
        self.messages.try_send(Message::Record(record)).is_ok()
    }

    /// Waits until everything pushed before is written, or counted as lost.
    pub async fn flush(&self) {
        let (done, answer) = oneshot::channel();
        if self.messages.send(Message::Flush(done)).await.is_ok() {
            // An error means that the task is gone with the runtime: nothing is left to wait for.
            let _gone = answer.await;
        }
    }

    /// Records that were taken, but that the store then refused.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

async fn write_batches(store: Arc<dyn Store>, mut inbox: mpsc::Receiver<Message>, lost: Arc<AtomicU64>) {
    let mut messages = Vec::new();
    while inbox.recv_many(&mut messages, AUDIT_BATCH_MAX).await > 0 {
        // Nothing here is waited for, so a little company makes fewer syncs; a time-out means that the time is over.
        let _over = timeout(AUDIT_LINGER, gather(&mut inbox, &mut messages)).await;
        let mut records = Vec::with_capacity(messages.len());
        let mut flushes = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Record(record) => records.push(record),
                Message::Flush(done) => flushes.push(done),
            }
        }
        if let Err(error) = store.audit(&records).await {
            lost.fetch_add(records.len() as u64, Ordering::Relaxed);
            tracing::error!(%error, records = records.len(), "audit records were lost");
        }
        for done in flushes {
            // Whoever asked may have stopped waiting.
            let _gone = done.send(());
        }
    }
}

/// Adds what arrives, until the batch is full, somebody waits for it, or nobody is left to add. Loses nothing when dropped.
async fn gather(inbox: &mut mpsc::Receiver<Message>, messages: &mut Vec<Message>) {
    while messages.len() < AUDIT_BATCH_MAX && !messages.iter().any(|message| matches!(message, Message::Flush(_))) {
        let room = AUDIT_BATCH_MAX - messages.len();
        if inbox.recv_many(messages, room).await == 0 {
            return;
        }
    }
}
