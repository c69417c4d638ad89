//! The machine's time and randomness: the only place that asks for them.

use std::time::{Duration, Instant, SystemTime};

use proxy::{Clock, IdSource, NoRandom, RandomSource};

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts counting.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The machine's randomness.
#[derive(Debug, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| NoRandom)
    }
}

/// Request ids: UUID version 7, sortable by time (RFC 9562 §5.7).
#[derive(Debug, Default)]
pub struct UuidIds;

impl IdSource for UuidIds {
    fn request_id(&self) -> String {
        uuid::Uuid::now_v7().to_string()
    }
}

/// Whole seconds since 1970.
#[must_use]
pub fn unix_secs() -> u64 {
    SystemClock::start().unix_secs()
}

/// The time as RFC 3339 text in UTC, to the second: `2026-11-22T05:13:51Z`.
#[must_use]
pub fn rfc3339() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
