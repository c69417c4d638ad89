//! Whether traffic should be sent here: named checks, all at once, each with a time limit. Never says that the process is
//! alive; `/livez` does, by answering at all.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use store::Store;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::limits::CHECK_TIME_MAX;

/// Something that must hold before traffic is sent here.
pub trait ReadinessCheck: Send + Sync {
    /// One word: `store`, `targets`, `certificate`.
    fn name(&self) -> &str;

    /// `Err` says in a few words why not; shown to the operator, so without secrets. Given up after [`CHECK_TIME_MAX`].
    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>>;
}

/// The check that the store answers.
pub struct StoreCheck(pub Arc<dyn Store>);

impl ReadinessCheck for StoreCheck {
    fn name(&self) -> &'static str {
        "store"
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move { self.0.ready().await.map_err(|error| error.to_string()) })
    }
}

/// How one check went, as `/readyz` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CheckReport {
    pub(crate) name: String,
    pub(crate) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// Runs the checks at once; the reports are in the order of the checks.
pub(crate) async fn run_checks(checks: &[Arc<dyn ReadinessCheck>]) -> Vec<CheckReport> {
    let mut running = JoinSet::new();
    for (place, check) in checks.iter().cloned().enumerate() {
        running.spawn(async move { (place, timeout(CHECK_TIME_MAX, check.check()).await) });
    }
    // What a check that panics leaves behind.
    let mut outcomes = vec![Err("the check panicked".to_owned()); checks.len()];
    while let Some(ended) = running.join_next().await {
        if let Ok((place, in_time)) = ended {
            outcomes[place] =
                in_time.unwrap_or_else(|_| Err(format!("no answer within {} s", CHECK_TIME_MAX.as_secs())));
        }
    }
    let report = |(check, outcome): (&Arc<dyn ReadinessCheck>, Result<(), String>)| CheckReport {
        name: check.name().to_owned(),
        ok: outcome.is_ok(),
        reason: outcome.err(),
    };
    checks.iter().zip(outcomes).map(report).collect()
}
