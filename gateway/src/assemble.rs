//! From a checked configuration to a running gateway: the one place where the parts meet.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use console::{AllowedHosts, Console, StoreCheck};
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
use store::{AuditQueue, Sqlite, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::service_fn;

use crate::clock::{SystemClock, UuidIds};
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
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    records: Arc<Records>,
    grace: Duration,
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

        let registry = registry();
        let metrics = Arc::new(Metrics::new(&registry)?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let store: Arc<dyn Store> = Arc::new(Sqlite::open(&store)?);
        let client = target_client(None)?;
        let queue = AuditQueue::start(Arc::clone(&store));
        let records = Arc::new(Records::new(queue, Arc::clone(&metrics), Arc::clone(&clock), &tenants, options.also));
        let tenants = ready(tenants, &client, limits.calls)?;

        let exchanges = Arc::new(Exchanges::new(Parts {
            tenants: Tenants::new(tenants).map_err(StartError::Tenants)?,
            authenticator: Authenticator::new(client, Arc::clone(&clock), Arc::clone(&metrics)),
            store: Arc::clone(&store),
            metrics: Arc::clone(&metrics),
            clock: Arc::clone(&clock),
            public_url,
            tracing: options.tracing,
        }));
        let watch = Watch {
            clock,
            ids: Arc::new(UuidIds),
            metrics: Arc::clone(&metrics),
            recorder: Arc::clone(&records) as Arc<dyn Recorder>,
        };
        let exchange = service_fn(move |request| {
            let exchanges = Arc::clone(&exchanges);
            async move { exchanges.serve(request).await }
        });
        let stack_limits = StackLimits { exchange_time_max: limits.exchange, ..StackLimits::default() };
        let service = stack(exchange, watch, stack_limits);
        let console = Arc::new(Console {
            registry,
            store: Arc::clone(&store),
            status: Arc::clone(&records) as Arc<dyn console::StatusSource>,
            checks: vec![Arc::new(StoreCheck(store))],
            hosts: AllowedHosts::new(admin.allowed_hosts),
        });

        let admin_url = format!("http://{}", local(&admin_port, "the private port", admin.listen)?);
        let (stop, stopped) = watch::channel(false);
        let limits = ServerLimits { drain_time_max: scim.drain, ..ServerLimits::default() };
        let server = Server { listener: scim_port, tls: scim.tls, metrics, limits };
        let serving = server.serve(service, when(stopped.clone()));
        let tasks = vec![
            tokio::spawn(async move {
                let drained = serving.await;
                tracing::info!(cut = drained.cut, "the SCIM port is closed");
            }),
            tokio::spawn(console::serve(admin_port, console, when(stopped))),
        ];
        // The metadata of phone numbers takes 13 ms to load: now, not in somebody's request.
        tokio::task::spawn_blocking(rules::warm);
        Ok(Self { scim: scim_url, admin: admin_url, stop, tasks, records, grace: scim.drain })
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

    /// Takes no new connection, finishes what is in flight, writes the audit, ends.
    pub async fn stop(self) {
        // Nobody listens only if both servers have ended already.
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = tokio::time::timeout(self.grace + Duration::from_secs(5), task).await;
        }
        self.records.flush().await;
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

fn ready(
    tenants: Vec<TenantConfig>,
    client: &reqwest::Client,
    limits: proxy::target::CallLimits,
) -> Result<Vec<Tenant>, StartError> {
    let tenant = |tenant: TenantConfig| {
        let TenantConfig { id, profile, params, credentials, base, target } = tenant;
        let target = HttpTarget::with_limits(client.clone(), &base, &target, limits)
            .map_err(|reason| StartError::Target { tenant: id.clone(), reason })?;
        Ok(Tenant { id, profile, params, credentials, target: Arc::new(target) })
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
