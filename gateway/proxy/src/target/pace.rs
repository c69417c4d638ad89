//! How many calls a target gets in a second: those that come too early wait their turn, in the order in which they came.

use std::num::NonZeroU32;

use governor::clock::Clock as _;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;
use tokio::time::sleep;

/// The pace of calls to one target.
pub(super) struct Pace {
    limiter: DefaultDirectRateLimiter,
    /// Whoever is next waits with this in hand: the others wait behind, first come, first served.
    turn: Mutex<()>,
}

impl Pace {
    /// At most `per_second` calls in any second, evenly spread: a target that counts by its own clock never sees more.
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(NonZeroU32::MIN);
        Self { limiter: RateLimiter::direct(quota), turn: Mutex::new(()) }
    }

    /// Waits until the next call may be made.
    pub(super) async fn ready(&self) {
        let _turn = self.turn.lock().await;
        while let Err(early) = self.limiter.check() {
            sleep(early.wait_time_from(self.limiter.clock().now())).await;
        }
    }
}
