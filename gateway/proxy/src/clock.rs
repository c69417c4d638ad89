//! Time and randomness as parameters: only crate `gateway` asks the machine for them.

use std::time::{Duration, SystemTime};

/// A source of time.
pub trait Clock: Send + Sync {
    /// The time of day, for tokens and audit.
    fn wall(&self) -> SystemTime;

    /// Time since some fixed moment, never going back; for durations.
    fn elapsed(&self) -> Duration;

    /// Whole seconds since 1970.
    fn unix_secs(&self) -> u64 {
        self.wall().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

/// A source of bytes that nobody can guess: passwords are made of them.
pub trait RandomSource: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoRandom`] if the machine has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandom>;
}

/// The machine has no randomness to give. Ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no random bytes")]
pub struct NoRandom;

/// A source of request ids.
pub trait IdSource: Send + Sync {
    /// A new id: unique, sortable by time, URL-safe.
    fn request_id(&self) -> String;
}
