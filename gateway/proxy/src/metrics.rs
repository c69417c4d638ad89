//! The numbers of the data path, in one place; the `prometheus` crate is named nowhere else in `proxy`.
//!
//! Every label is a bounded word: an operation, a class, a status, a route of a profile. A tenant stands on counters and
//! gauges only, never on a histogram: 10,000 tenants with histograms are a scrape of 34 MB (`docs/decisions/0008-tenant-labels-on-counters-only.md`). Values,
//! ids and query strings never become labels. What an ordinary request touches is created once and kept, because
//! looking a child up costs eight times what counting does.

use prometheus::{
    GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};

use crate::authenticate::AuthError;
use crate::record::{CallRecord, ExchangeRecord, OutcomeClass};

/// The registry has a metric of ours already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the metrics cannot be registered: {0}")]
pub struct MetricsError(String);

/// All metrics of the data path.
pub struct Metrics {
    requests: IntCounterVec,
    durations: HistogramVec,
    tenant_requests: IntCounterVec,
    last_success: IntGaugeVec,
    in_flight: IntGauge,
    connections: IntGauge,
    target_calls: IntCounterVec,
    target_durations: HistogramVec,
    auth_rejected: IntCounterVec,
    keys_fetched: IntCounter,
    key_fetches_failed: IntCounter,
    token_hits: IntCounter,
    token_misses: IntCounter,
    audit_dropped: IntCounter,
    hot: Vec<Hot>,
}

/// The kept children of one operation that went well.
struct Hot {
    operation: &'static str,
    requests: [(u16, IntCounter); 3],
    duration: Histogram,
}

/// Something that goes on for as long as this lives.
#[must_use = "it is counted as long as this lives"]
pub struct Ongoing(IntGauge);

/// Every word of [`Operation::name`](scim::Operation::name), and [`UNKNOWN`].
const OPERATIONS: [&str; 19] = [
    "service_provider_config",
    "resource_types",
    "schemas",
    "me",
    "search",
    "bulk",
    "user.query",
    "user.read",
    "user.create",
    "user.replace",
    "user.patch",
    "user.delete",
    "group.query",
    "group.read",
    "group.create",
    "group.replace",
    "group.patch",
    "group.delete",
    UNKNOWN,
];

/// The operation of a request that could not be decoded.
pub(crate) const UNKNOWN: &str = "unknown";

/// In seconds. The gateway itself takes well under a millisecond; a target up to its limit.
const BUCKETS_SECS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// One more for what waits for somebody else.
const SLOW_BUCKET_SECS: f64 = 30.0;

/// Statuses of what goes well.
const SUCCESSES: [u16; 3] = [200, 201, 204];

/// Every reason to turn a caller away, so that each is at 0 before it happens: a rate needs a first value.
const AUTH_ERRORS: [AuthError; 18] = [
    AuthError::Missing,
    AuthError::Scheme,
    AuthError::NoScheme,
    AuthError::DoubledScheme,
    AuthError::Malformed,
    AuthError::UnknownToken,
    AuthError::UnknownLogin,
    AuthError::WrongTenant,
    AuthError::Algorithm,
    AuthError::UnlistedTenant,
    AuthError::Issuer,
    AuthError::UnknownKey,
    AuthError::Signature,
    AuthError::NoExpiry,
    AuthError::Expired,
    AuthError::NotYetValid,
    AuthError::Audience,
    AuthError::Application,
];

// === impl Metrics ===

impl Metrics {
    /// Registers all metrics.
    ///
    /// # Errors
    /// [`MetricsError`] if the registry has them already.
    pub fn new(registry: &Registry) -> Result<Self, MetricsError> {
        let to = Registrar(registry);
        let requests = to.counters(
            "scimgate_requests_total",
            "Exchanges by operation, class of outcome and HTTP status.",
            &["operation", "outcome_class", "status"],
        )?;
        let durations = to.histograms(
            "scimgate_request_duration_seconds",
            "Time from the headers of a request to its answer.",
            &["operation", "status_class"],
            BUCKETS_SECS.to_vec(),
        )?;
        let target_durations = to.histograms(
            "scimgate_target_call_duration_seconds",
            "Time from a call to the target to its answer.",
            &["route", "status_class"],
            BUCKETS_SECS.into_iter().chain([SLOW_BUCKET_SECS]).collect(),
        )?;
        let key_fetches = to.counters("scimgate_key_fetches_total", "Fetches of signing keys.", &["result"])?;
        let tokens = to.counters("scimgate_token_cache_total", "Look-ups in the cache of tokens.", &["result"])?;
        let auth_rejected =
            to.counters("scimgate_auth_rejected_total", "Callers turned away, by reason.", &["reason"])?;
        for error in AUTH_ERRORS {
            auth_rejected.with_label_values(&[error.reason()]);
        }
        to.build_info()?;
        let hot = OPERATIONS.iter().map(|operation| Hot::new(operation, &requests, &durations)).collect();
        Ok(Self {
            tenant_requests: to.counters(
                "scimgate_tenant_requests_total",
                "Exchanges of authenticated tenants, by class of outcome.",
                &["tenant", "outcome_class"],
            )?,
            last_success: to.gauges(
                "scimgate_last_success_timestamp_seconds",
                "When a tenant's last exchange went well, in seconds since 1970.",
                &["tenant"],
            )?,
            in_flight: to.gauge("scimgate_requests_in_flight", "Exchanges under way.")?,
            connections: to.gauge("scimgate_connections", "Open connections on the SCIM port.")?,
            target_calls: to.counters(
                "scimgate_target_calls_total",
                "Calls to the target by route and class of status; `none` is no answer.",
                &["route", "status_class"],
            )?,
            audit_dropped: to.counter("scimgate_audit_dropped_total", "Audit records lost: the queue was full.")?,
            keys_fetched: key_fetches.with_label_values(&["ok"]),
            key_fetches_failed: key_fetches.with_label_values(&["failed"]),
            token_hits: tokens.with_label_values(&["hit"]),
            token_misses: tokens.with_label_values(&["miss"]),
            auth_rejected,
            target_durations,
            requests,
            durations,
            hot,
        })
    }

    /// Metrics that nobody scrapes: for `test`, `explain` and unit tests.
    ///
    /// # Panics
    /// Never: an empty registry takes every metric once.
    #[must_use]
    pub fn detached() -> Self {
        Self::new(&Registry::new()).expect("invariant: an empty registry has no metric of ours")
    }

    /// An exchange has ended, at `unix_secs`. Its target calls are counted by [`Metrics::target_call`] when they are made.
    pub fn exchange(&self, record: &ExchangeRecord, unix_secs: u64) {
        let operation = if record.operation.is_empty() { UNKNOWN } else { record.operation };
        let hot = self.hot.iter().find(|hot| hot.operation == operation);
        let secs = record.duration.as_secs_f64();
        let succeeded = record.class == OutcomeClass::Success;

        let kept = hot.filter(|_| succeeded).and_then(|hot| hot.requests.iter().find(|kept| kept.0 == record.status));
        if let Some((_, requests)) = kept {
            requests.inc();
        } else {
            let status = if record.status == 0 { "none".to_owned() } else { record.status.to_string() };
            self.requests.with_label_values(&[operation, record.class.as_str(), &status]).inc();
        }
        match hot.filter(|_| record.status / 100 == 2) {
            Some(hot) => hot.duration.observe(secs),
            None => self.durations.with_label_values(&[operation, status_class(record.status)]).observe(secs),
        }
        if let Some(tenant) = &record.tenant {
            self.tenant_requests.with_label_values(&[tenant.as_str(), record.class.as_str()]).inc();
            if succeeded {
                let unix_secs = i64::try_from(unix_secs).unwrap_or(i64::MAX);
                self.last_success.with_label_values(&[tenant.as_str()]).set(unix_secs);
            }
        }
    }

    /// A call to the target has ended. Its route is bounded by the profiles in use.
    pub fn target_call(&self, call: &CallRecord) {
        let labels = [call.route.as_str(), status_class(call.status.unwrap_or(0))];
        self.target_calls.with_label_values(&labels).inc();
        self.target_durations.with_label_values(&labels).observe(call.duration.as_secs_f64());
    }

    /// A caller was turned away; `reason` is [`AuthError::reason`].
    pub fn auth_rejected(&self, reason: &'static str) {
        self.auth_rejected.with_label_values(&[reason]).inc();
    }

    /// Signing keys were fetched, or not.
    pub fn key_fetch(&self, ok: bool) {
        if ok { self.keys_fetched.inc() } else { self.key_fetches_failed.inc() }
    }

    /// A token was known or had to be verified.
    pub fn token_cache(&self, hit: bool) {
        if hit { self.token_hits.inc() } else { self.token_misses.inc() }
    }

    /// An audit record was lost because the queue was full.
    pub fn audit_dropped(&self) {
        self.audit_dropped.inc();
    }

    /// An exchange begins; it is in flight for as long as the answer lives.
    pub fn exchange_began(&self) -> Ongoing {
        Ongoing::begin(&self.in_flight)
    }

    /// A connection was accepted; it is open for as long as the answer lives.
    pub fn connection_opened(&self) -> Ongoing {
        Ongoing::begin(&self.connections)
    }
}

// === private parts ===

impl Hot {
    fn new(operation: &'static str, requests: &IntCounterVec, durations: &HistogramVec) -> Self {
        let class = OutcomeClass::Success.as_str();
        let requests = SUCCESSES
            .map(|status| (status, requests.with_label_values(&[operation, class, status.to_string().as_str()])));
        Self { operation, requests, duration: durations.with_label_values(&[operation, "2xx"]) }
    }
}

impl Ongoing {
    fn begin(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn status_class(status: u16) -> &'static str {
    match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500..600 => "5xx",
        _ => "none",
    }
}

/// Makes metrics and registers them.
struct Registrar<'r>(&'r Registry);

impl Registrar<'_> {
    fn keep<M>(&self, made: prometheus::Result<M>) -> Result<M, MetricsError>
    where
        M: prometheus::core::Collector + Clone + 'static,
    {
        let metric = made.map_err(|error| MetricsError(error.to_string()))?;
        self.0.register(Box::new(metric.clone())).map_err(|error| MetricsError(error.to_string()))?;
        Ok(metric)
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter, MetricsError> {
        self.keep(IntCounter::new(name, help))
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, MetricsError> {
        self.keep(IntCounterVec::new(Opts::new(name, help), labels))
    }

    fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, MetricsError> {
        self.keep(IntGauge::new(name, help))
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, MetricsError> {
        self.keep(IntGaugeVec::new(Opts::new(name, help), labels))
    }

    fn histograms(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
        buckets_secs: Vec<f64>,
    ) -> Result<HistogramVec, MetricsError> {
        self.keep(HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets_secs), labels))
    }

    /// Always 1; the version is the label, so that a graph can show when it changed.
    fn build_info(&self) -> Result<(), MetricsError> {
        let info = Opts::new("scimgate_build_info", "The version that runs.");
        let info = self.keep(GaugeVec::new(info, &["version"]))?;
        info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1.0);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
