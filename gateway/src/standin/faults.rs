//! How a stand-in misbehaves: scripted, per kind of request, until told otherwise.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::serve::Asked;

/// One way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answers this status instead of doing anything, with a body that must not travel on.
    Status {
        /// The status.
        status: u16,
        /// Value of `Retry-After`.
        retry_after: Option<&'static str>,
    },
    /// Does it, late.
    Delay(Duration),
    /// Does it, and never answers.
    HangAfter,
    /// Does it, and breaks the connection instead of answering.
    BreakAfter,
    /// Does it, and answers a web page.
    Garbage,
}

/// Which requests misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Every one.
    Always,
    /// Those that can change something.
    Writes,
    /// Those that only read.
    Reads,
}

/// The faults of one stand-in.
#[derive(Debug, Default)]
pub struct Faults {
    now: Mutex<Option<(When, Fault)>>,
    wrote: Notify,
}

impl Faults {
    /// From now on, misbehaves so.
    pub fn set(&self, when: When, fault: Fault) {
        *self.lock() = Some((when, fault));
    }

    /// Behaves again.
    pub fn clear(&self) {
        *self.lock() = None;
    }

    /// Waits until a request that can change something and misbehaves was carried out; its answer may still be held back.
    pub async fn written(&self) {
        self.wrote.notified().await;
    }

    pub(super) fn next(&self, asked: &Asked) -> Option<Fault> {
        let writes = asked.method != http::Method::GET;
        let (when, fault) = (*self.lock())?;
        let meant = match when {
            When::Always => true,
            When::Writes => writes,
            When::Reads => !writes,
        };
        meant.then_some(fault)
    }

    pub(super) fn answered(&self, asked: &Asked, misbehaves: bool) {
        if misbehaves && asked.method != http::Method::GET {
            self.wrote.notify_one();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(When, Fault)>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
