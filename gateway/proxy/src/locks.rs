//! Locks by name: exchanges that would step on each other take turns, all others run side by side.
//!
//! Only the same name waits: a target that hangs holds up whoever changes the same resource, and no other tenant. A lock is
//! there while somebody holds it or waits for it; memory is bounded by the exchanges at once. An exchange takes one at a time,
//! so none can wait for another in a circle.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex as Blocking, PoisonError, Weak};

use tokio::sync::{Mutex, OwnedMutexGuard};

/// How many names are known before those that nobody uses are forgotten.
const KEPT: usize = 1_024;

/// The locks of the process.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    known: Blocking<Known>,
    hasher: RandomState,
}

/// Locks by the hash of their name: a name may be as long as a request.
#[derive(Debug, Default)]
struct Known {
    locks: HashMap<u64, Weak<Mutex<()>>>,
    /// How many were in use when the others were last forgotten.
    used: usize,
}

impl Locks {
    /// Waits for the lock of `name`; it is free again when the guard is dropped, also by a time-out or a panic.
    pub(crate) async fn lock(&self, name: &str) -> OwnedMutexGuard<()> {
        let lock = self.known.lock().unwrap_or_else(PoisonError::into_inner).of(self.hasher.hash_one(name));
        lock.lock_owned().await
    }
}

impl Known {
    fn of(&mut self, name: u64) -> Arc<Mutex<()>> {
        if let Some(lock) = self.locks.get(&name).and_then(Weak::upgrade) {
            return lock;
        }
        if self.locks.len() >= self.used * 2 + KEPT {
            self.locks.retain(|_, lock| lock.strong_count() > 0);
            self.used = self.locks.len();
        }
        let lock = Arc::default();
        self.locks.insert(name, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_same_name_waits_another_never_does() {
        let locks = Locks::default();
        let mut held = Vec::new();
        for name in 0..5_000 {
            let free = timeout(Duration::from_millis(1), locks.lock(&format!("change acme {name}"))).await;
            held.push(free.expect("another name is held, not this one"));
        }
        for name in [0, 1, 4_999] {
            let again = timeout(Duration::from_millis(1), locks.lock(&format!("change acme {name}"))).await;
            assert!(again.is_err(), "{name} is taken");
        }
        held.truncate(1);
        drop(locks.lock("change acme 1").await);
        assert!(timeout(Duration::from_millis(1), locks.lock("change acme 0")).await.is_err(), "still held");
        held.clear();
        drop(locks.lock("change acme 0").await);
    }

    #[tokio::test]
    async fn names_that_nobody_uses_are_forgotten() {
        let locks = Locks::default();
        let held = locks.lock("kept").await;
        for name in 0..20_000 {
            drop(locks.lock(&format!("change acme {name}")).await);
        }
        let known = locks.known.lock().expect("nobody panicked").locks.len();
        assert!(known <= KEPT + 2, "{known} names are known");
        assert!(timeout(Duration::from_millis(1), locks.lock("kept")).await.is_err(), "who holds a lock keeps it");
        drop(held);
    }
}
