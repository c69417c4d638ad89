//! What tests of the layers and of the server stand on: a clock, ids and a recorder that only do as they are told.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::clock::{Clock, IdSource, NoRandom, RandomSource};
use crate::layer::observe::Watch;
use crate::metrics::Metrics;
use crate::record::{ExchangeRecord, Recorder};

/// A clock that stands until it is moved.
#[derive(Default)]
pub(crate) struct Still(Mutex<Duration>);

impl Still {
    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().expect("invariant: no test panics while it holds the lock") += by;
    }
}

impl Clock for Still {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().expect("invariant: no test panics while it holds the lock")
    }
}

impl RandomSource for Still {
    /// Counts.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        for (byte, count) in bytes.iter_mut().zip((0..=u8::MAX).cycle()) {
            *byte = count;
        }
        Ok(())
    }
}

/// `id-0`, `id-1`, …
#[derive(Default)]
struct Counted(AtomicU64);

impl IdSource for Counted {
    fn request_id(&self) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

struct Channel(mpsc::UnboundedSender<ExchangeRecord>);

impl Recorder for Channel {
    fn record(&self, record: ExchangeRecord) {
        // The test that does not look at the records has dropped them.
        let _ = self.0.send(record);
    }
}

/// A watch, and what it sees.
pub(crate) struct Rig {
    pub(crate) watch: Watch,
    pub(crate) clock: Arc<Still>,
    pub(crate) records: mpsc::UnboundedReceiver<ExchangeRecord>,
}

pub(crate) fn rig() -> Rig {
    let (sender, records) = mpsc::unbounded_channel();
    let clock = Arc::new(Still::default());
    let watch = Watch {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ids: Arc::new(Counted::default()),
        metrics: Arc::new(Metrics::detached()),
        recorder: Arc::new(Channel(sender)),
    };
    Rig { watch, clock, records }
}
