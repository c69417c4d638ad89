//! From a checked configuration to a running gateway: the one place where the parts meet.

use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use console::{AllowedHosts, Console, ReadinessCheck, StoreCheck};
use prometheus::Registry;
use proxy::authenticate::Authenticator;
use proxy::exchange::{Exchanges, Parts, Tracing};
use proxy::layer::observe::Watch;
use proxy::metrics::Metrics;
use proxy::record::Recorder;
use proxy::server::{Server, ServerLimits};
use proxy::stack::{StackLimits, stack};
use proxy::target::{HttpTarget, target_client};
use proxy::{Clock, Tenant, Tenants};
use store::{AuditQueue, Sqlite, Store, Tokens};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::service_fn;

use crate::clock::{SystemClock, SystemRandom, UuidIds};
use crate::config::{Config, ScimPort, TenantConfig};
use crate::recorder::Records;

/// What a caller may add to a gateway.
pub struct Options {
    /// Whether exchanges keep a decision trace.
    pub tracing: Tracing,
    /// Somebody else who is told about every exchange.
    pub also: Option<Arc<dyn Recorder>>,
}

impl Default for Options {
    /// As in production: no traces.
    fn default() -> Self {
        Self { tracing: Tracing::Off, also: None }
    }
}

/// Why a gateway did not start. Nothing of it is left running.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port is taken, or not ours to take.
    #[error("cannot listen on {address} for {what}: {reason}")]
    Listen {
        /// `SCIM` or `the private port`.
        what: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the machine says.
        reason: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// Credentials that belong to two tenants.
    #[error("{}", lines(.0))]
    Tenants(Vec<proxy::tenant::TenantConflict>),
    /// A target account that cannot be used.
    #[error("tenant `{tenant}`: {reason}")]
    Target {
        /// Whose.
        tenant: store::TenantId,
        /// Why.
        reason: proxy::target::TargetSetupError,
    },
    /// The HTTP client.
    #[error(transparent)]
    Client(#[from] proxy::target::ClientError),
    /// The metrics.
    #[error(transparent)]
    Metrics(#[from] proxy::metrics::MetricsError),
}

/// A running gateway.
pub struct Gateway {
    scim: String,
    admin: String,
    serving: Running,
    watching: Running,
    records: Arc<Records>,
    grace: Duration,
}

/// One server under way, and how to stop it.
struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What both ports share.
struct House {
    registry: Registry,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    store: Arc<Sqlite>,
    records: Arc<Records>,
}

impl Gateway {
    /// Starts both ports. When this is ready, both take connections.
    ///
    /// # Errors
    /// [`StartError`]; then nothing is left running.
    pub async fn start(config: Config, options: Options) -> Result<Self, StartError> {
        let Config { scim, admin, store, limits, tenants, log: _ } = config;
        let scim_port = listen("SCIM", scim.listen).await?;
        let admin_port = listen("the private port", admin.listen).await?;
        let (scim_url, public_url) = urls(&scim, &scim_port)?;
        let admin_url = format!("http://{}", local(&admin_port, "the private port", admin.listen)?);

        let house = House::open(&store, &tenants, options.also)?;
        let issues = tenants.iter().any(|tenant| tenant.credentials.issued);
        let client = target_client(None)?;
        let exchanges = Arc::new(Exchanges::new(Parts {
            tenants: Tenants::new(ready(tenants, &client, limits.calls)?).map_err(StartError::Tenants)?,
            authenticator: house.authenticator(client, issues),
            store: Arc::clone(&house.store) as Arc<dyn Store>,
            metrics: Arc::clone(&house.metrics),
            clock: Arc::clone(&house.clock),
            random: Arc::new(SystemRandom),
            public_url,
            tracing: options.tracing,
        }));
        let serving = house.serve(scim_port, &scim, limits.exchange, Arc::clone(&exchanges));
        let watching = house.watch(admin_port, admin.allowed_hosts, serving.stop.subscribe());
        // The metadata of phone numbers takes 13 ms to load: now, not in somebody's request.
        tokio::task::spawn_blocking(rules::warm);
        tokio::spawn(async move { crate::probe::probe(exchanges.tenants()).await });
        Ok(Self { scim: scim_url, admin: admin_url, serving, watching, records: house.records, grace: scim.drain })
    }

    /// Scheme, address and port of the SCIM port: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn scim_url(&self) -> &str {
        &self.scim
    }

    /// Scheme, address and port of the private port.
    #[must_use]
    pub fn admin_url(&self) -> &str {
        &self.admin
    }

    /// Takes no new connection, finishes what is in flight, writes the audit, ends. The private port is the last to go: it says
    /// that the gateway is draining.
    pub async fn stop(self) {
        self.serving.end(self.grace).await;
        self.records.flush().await;
        self.watching.end(Duration::ZERO).await;
    }
}

impl Running {
    /// Starts `serve`, which ends when its argument is ready.
    fn start<F>(serve: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(serve(stopped)) }
    }

    /// Asks the server to end and waits for it, a little longer than the `grace` that it gives its requests.
    async fn end(self, grace: Duration) {
        // Nobody listens only if the server has ended already.
        let _ = self.stop.send(true);
        let _ = tokio::time::timeout(grace + Duration::from_secs(6), self.task).await;
    }
}

impl House {
    fn open(store: &Path, tenants: &[TenantConfig], also: Option<Arc<dyn Recorder>>) -> Result<Self, StartError> {
        let registry = registry();
        let metrics = Arc::new(Metrics::new(&registry)?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let store = Arc::new(Sqlite::open(store)?);
        let queue = AuditQueue::start(Arc::clone(&store) as Arc<dyn Store>);
        let records = Arc::new(Records::new(queue, Arc::clone(&metrics), Arc::clone(&clock), tenants, also));
        Ok(Self { registry, metrics, clock, store, records })
    }

    /// Who lets callers in. The store is asked for tokens only if some tenant's are issued.
    fn authenticator(&self, client: reqwest::Client, issues: bool) -> Authenticator {
        let authenticator = Authenticator::new(client, Arc::clone(&self.clock), Arc::clone(&self.metrics));
        if issues { authenticator.with_issued(Arc::clone(&self.store) as Arc<dyn Tokens>) } else { authenticator }
    }

    /// The SCIM port.
    fn serve(&self, listener: TcpListener, scim: &ScimPort, longest: Duration, exchanges: Arc<Exchanges>) -> Running {
        let watch = Watch {
            clock: Arc::clone(&self.clock),
            ids: Arc::new(UuidIds),
            metrics: Arc::clone(&self.metrics),
            recorder: Arc::clone(&self.records) as Arc<dyn Recorder>,
        };
        let exchange = service_fn(move |request| {
            let exchanges = Arc::clone(&exchanges);
            async move { exchanges.serve(request).await }
        });
        let service = stack(exchange, watch, StackLimits { exchange_time_max: longest, ..StackLimits::default() });
        let limits = ServerLimits { drain_time_max: scim.drain, ..ServerLimits::default() };
        let server = Server { listener, tls: scim.tls.clone(), metrics: Arc::clone(&self.metrics), limits };
        Running::start(|stopped| async move {
            let drained = server.serve(service, when(stopped)).await;
            tracing::info!(cut = drained.cut, "the SCIM port is closed");
        })
    }

    /// The private port. `draining` turns true when the SCIM port takes no more.
    fn watch(&self, listener: TcpListener, hosts: Vec<String>, draining: watch::Receiver<bool>) -> Running {
        let console = Arc::new(Console {
            registry: self.registry.clone(),
            store: Arc::clone(&self.store) as Arc<dyn Store>,
            status: Arc::clone(&self.records) as Arc<dyn console::StatusSource>,
            checks: vec![Arc::new(Open(draining)), Arc::new(StoreCheck(Arc::clone(&self.store) as Arc<dyn Store>))],
            hosts: AllowedHosts::new(hosts),
        });
        Running::start(|stopped| console::serve(listener, console, when(stopped)))
    }
}

/// The check that the SCIM port still takes requests.
struct Open(watch::Receiver<bool>);

impl ReadinessCheck for Open {
    fn name(&self) -> &'static str {
        "scim"
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        let draining = *self.0.borrow();
        Box::pin(async move { if draining { Err("draining".to_owned()) } else { Ok(()) } })
    }
}

/// A registry with what the process itself uses: memory, CPU, file descriptors. The `prometheus` crate knows that of Linux only.
fn registry() -> Registry {
    let registry = Registry::new();
    #[cfg(target_os = "linux")]
    registry
        .register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))
        .expect("invariant: an empty registry takes every collector");
    registry
}

async fn listen(what: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|reason| StartError::Listen { what, address, reason })
}

fn local(listener: &TcpListener, what: &'static str, address: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|reason| StartError::Listen { what, address, reason })
}

/// Where the SCIM port really is, and what clients call it.
fn urls(scim: &ScimPort, listener: &TcpListener) -> Result<(String, String), StartError> {
    let scheme = if scim.tls.is_some() { "https" } else { "http" };
    let own = format!("{scheme}://{}", local(listener, "SCIM", scim.listen)?);
    let public = scim.public_url.clone().unwrap_or_else(|| own.clone());
    Ok((own, public))
}

/// The tenants with their targets.
///
/// # Errors
/// [`StartError::Target`].
pub(crate) fn ready(
    tenants: Vec<TenantConfig>,
    client: &reqwest::Client,
    limits: proxy::target::CallLimits,
) -> Result<Vec<Tenant>, StartError> {
    let tenant = |tenant: TenantConfig| {
        let TenantConfig { id, profile, params, protocol, credentials, base, target } = tenant;
        let client = target.client(client, None)?;
        let target = HttpTarget::with_limits(client, &base, target, limits)
            .map_err(|reason| StartError::Target { tenant: id.clone(), reason })?;
        Ok(Tenant { id, profile, params, protocol, credentials, target: Arc::new(target) })
    };
    tenants.into_iter().map(tenant).collect()
}

async fn when(mut stopped: watch::Receiver<bool>) {
    // An error means that the gateway itself is gone: that is a stop too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn lines(conflicts: &[proxy::tenant::TenantConflict]) -> String {
    conflicts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
