//! Locks by name: exchanges that would step on each other take turns, all others run side by side.
//!
//! A fixed number of locks, chosen by a hash of the name: memory is bounded, and two names that share one only wait a little
//! longer. An exchange takes one at a time, so none can wait for another in a circle.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// How many locks there are.
const STRIPES: usize = 1_024;

/// The locks of the process.
#[derive(Debug)]
pub(crate) struct Locks {
    stripes: Vec<Arc<Mutex<()>>>,
    hasher: RandomState,
}

impl Default for Locks {
    fn default() -> Self {
        Self { stripes: (0..STRIPES).map(|_| Arc::default()).collect(), hasher: RandomState::new() }
    }
}

impl Locks {
    /// Waits for the lock of `name`; it is free again when the guard is dropped, also by a time-out or a panic.
    pub(crate) async fn lock(&self, name: &str) -> OwnedMutexGuard<()> {
        let stripes = u64::try_from(self.stripes.len()).unwrap_or(u64::MAX);
        let at = usize::try_from(self.hasher.hash_one(name) % stripes).unwrap_or(0);
        Arc::clone(&self.stripes[at]).lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_name_waits_another_does_not() {
        let locks = Locks::default();
        let held = locks.lock("change acme 1").await;
        let again = tokio::time::timeout(std::time::Duration::from_millis(20), locks.lock("change acme 1")).await;
        assert!(again.is_err(), "the lock is taken");
        // Some other name falls on another stripe; with 64 tries all falling on the taken one is out of the question.
        let mut free = 0;
        for other in 0..64 {
            let name = format!("change acme other-{other}");
            free +=
                usize::from(tokio::time::timeout(std::time::Duration::from_millis(5), locks.lock(&name)).await.is_ok());
        }
        assert!(free > 32, "{free} of 64 were free");
        drop(held);
        drop(locks.lock("change acme 1").await);
    }
}
