//! What happens to the record of an exchange: audit, the status page, and whoever else asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use console::{Snapshot, StatusSource, TenantStatus};
use proxy::Clock;
use proxy::metrics::Metrics;
use proxy::record::{ExchangeRecord, Recorder};
use store::{AuditQueue, AuditRecord, TenantId};

use crate::config::TenantConfig;

/// Takes every record; never blocks.
pub struct Records {
    queue: AuditQueue,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    tenants: Mutex<BTreeMap<TenantId, TenantStatus>>,
    also: Option<Arc<dyn Recorder>>,
}

impl Records {
    /// Audits to `queue`, counts drops in `metrics`, keeps the status of `tenants`.
    pub fn new(
        queue: AuditQueue,
        metrics: Arc<Metrics>,
        clock: Arc<dyn Clock>,
        tenants: &[TenantConfig],
        also: Option<Arc<dyn Recorder>>,
    ) -> Self {
        let tenants = tenants.iter().map(|tenant| (tenant.id.clone(), unused(tenant))).collect();
        Self { queue, metrics, clock, tenants: Mutex::new(tenants), also }
    }

    /// Waits until everything taken so far is written.
    pub async fn flush(&self) {
        self.queue.flush().await;
    }

    fn now_ms(&self) -> i64 {
        let since = self.clock.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn note(&self, record: &ExchangeRecord, at_ms: i64) {
        let Some(tenant) = &record.tenant else { return };
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(status) = tenants.get_mut(tenant) else { return };
        status.exchanges += 1;
        if record.status < 400 {
            status.last_success_ms = Some(at_ms);
        } else {
            status.failures += 1;
        }
    }
}

impl Recorder for Records {
    fn record(&self, record: ExchangeRecord) {
        let at_ms = self.now_ms();
        self.note(&record, at_ms);
        if !self.queue.push(audit(&record, at_ms)) {
            self.metrics.audit_dropped();
        }
        if let Some(also) = &self.also {
            also.record(record);
        }
    }
}

impl StatusSource for Records {
    fn snapshot(&self) -> Snapshot {
        Snapshot {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            uptime: self.clock.elapsed(),
            at_ms: self.now_ms(),
            tenants: self.tenants.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect(),
        }
    }
}

/// The status of a tenant that nobody has called for yet.
fn unused(tenant: &TenantConfig) -> TenantStatus {
    let host = reqwest::Url::parse(&tenant.base).ok().and_then(|base| base.host_str().map(str::to_owned));
    TenantStatus {
        id: tenant.id.clone(),
        profile: tenant.profile.name.clone(),
        protocol: tenant.protocol.as_str(),
        groups: tenant.profile.group.is_some(),
        target: host.unwrap_or_default(),
        last_success_ms: None,
        exchanges: 0,
        failures: 0,
    }
}

fn audit(record: &ExchangeRecord, at_ms: i64) -> AuditRecord {
    let operation = if record.operation.is_empty() { "unknown" } else { record.operation };
    AuditRecord {
        at_ms,
        request_id: record.request_id.clone(),
        tenant: record.tenant.clone(),
        operation: operation.to_owned(),
        resource: record.resource.clone(),
        status: record.status,
        outcome: record.outcome.to_owned(),
        left_out: record.left_out.join(", "),
        reads: record.reads,
        writes: record.writes,
        duration_us: u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX),
    }
}
