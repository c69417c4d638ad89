//! One exchange without sockets: the real rules and the real data path, in front of a target that is played.
//!
//! `test` and `explain` stand on it. It opens no connection, writes no disk and asks no clock, so that the same request in the
//! same scene always gets the same answer.

mod imagined;
mod scripted;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use prometheus::Registry;
use proxy::authenticate::Authenticator;
use proxy::exchange::{Exchanges, Parts, Tracing};
use proxy::layer::rescue::verdict;
use proxy::metrics::{Metrics, MetricsError};
use proxy::record::Draft;
use proxy::target::{ClientError, Target, target_client};
use proxy::tenant::Credentials;
use proxy::{Clock, Failure, Tenant, Tenants};
use rules::trace::Step;
use rules::{Memory, Params, Profile};
use scim::{ErrorBody, Operation, Protocol};
use serde_json::Value;
use store::{Scope, Store, StoreError, TenantId, Volatile};

pub use imagined::{Imagined, Made, Origin, TargetSays};
pub use scripted::{Line, Scripted};

/// Scheme and authority that `meta.location` begins with in a rehearsal.
pub const PUBLIC_URL: &str = "https://scim.example.com";
/// The SCIM root that requests of a rehearsal come to.
pub const ROOT: &str = "/scim/v2";
/// The tenant whose rehearsal it is.
const TENANT: &str = "rehearsal";

/// A SCIM request, as far as it matters behind authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// The raw path below the SCIM root: `/Users/1001`.
    pub path: String,
    /// The raw query without its `?`.
    pub query: Option<String>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
}

impl Request {
    /// A request to `target`, a path below the SCIM root with its query, as IdPs write it.
    #[must_use]
    pub fn new(method: &str, target: &str, body: Vec<u8>) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let (if_match, if_none_match) = (None, None);
        Self { method: method.to_owned(), path: path.to_owned(), query, body, if_match, if_none_match }
    }
}

/// What a request comes upon.
pub struct Scene {
    /// The values of the profile's parameters.
    pub params: Params,
    /// The target.
    pub target: Arc<dyn Target>,
    /// What the store remembers.
    pub remembered: Vec<Remembered>,
}

/// What the store remembers of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The resource type: `User`.
    pub kind: String,
    /// The id of the resource.
    pub id: String,
    /// What is remembered.
    pub memory: Memory,
}

/// How an exchange went.
#[derive(Debug)]
pub struct Played {
    /// `user.create`; empty if the request could not be decoded.
    pub operation: &'static str,
    /// The decision trace.
    pub steps: Vec<Step>,
    /// HTTP status of the SCIM answer.
    pub status: u16,
    /// Its body.
    pub body: Option<Value>,
    /// Why the exchange ended early, if it did.
    pub failure: Option<Failure>,
}

/// Why a rehearsal cannot begin. Ours.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The HTTP client that every authenticator has, also one that is asked for nothing.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The metrics.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The store in memory.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Plays exchanges of one profile.
pub struct Rehearsal {
    profile: Arc<Profile>,
    client: reqwest::Client,
    metrics: Arc<Metrics>,
}

impl Rehearsal {
    /// Prepares.
    ///
    /// # Errors
    /// [`RehearsalError`].
    pub fn new(profile: Arc<Profile>) -> Result<Self, RehearsalError> {
        Ok(Self { profile, client: target_client(None)?, metrics: Arc::new(Metrics::new(&Registry::new())?) })
    }

    /// Plays one exchange; nothing of an earlier one is left, also no look-up table.
    ///
    /// # Errors
    /// [`RehearsalError`]. What goes wrong in the exchange is no error here: it is answered, as on the wire.
    pub async fn play(&self, scene: Scene, request: &Request) -> Result<Played, RehearsalError> {
        let Scene { params, target, remembered } = scene;
        let id = nobody();
        let store = Volatile::bounded(1);
        for Remembered { kind, id: resource, memory } in &remembered {
            store.remember(Scope { tenant: &id, kind }, resource, memory).await?;
        }
        let profile = Arc::clone(&self.profile);
        let protocol = Protocol::default();
        let tenant = Tenant { id, profile, params, protocol, credentials: Credentials::default(), target };
        let draft = Draft::default();
        let answer = self.answer(Arc::new(store), &tenant, request, &draft).await;
        let record = draft.take();
        Ok(told(record.operation, untenanted(record.steps), answer))
    }

    async fn answer(
        &self,
        store: Arc<dyn Store>,
        tenant: &Tenant,
        request: &Request,
        draft: &Draft,
    ) -> Result<proxy::exchange::Answer, Failure> {
        let Request { method, path, query, body, if_match, if_none_match } = request;
        let operation = Operation::decode(scim::operation::Request {
            method,
            path,
            query: query.as_deref(),
            body,
            if_match: if_match.as_deref(),
            if_none_match: if_none_match.as_deref(),
            ..scim::operation::Request::default()
        })?;
        let clock: Arc<dyn Clock> = Arc::new(Stopped);
        let exchanges = Exchanges::new(Parts {
            tenants: Tenants::new(Vec::new())
                .expect("invariant: where there is no tenant, no two claim one credential"),
            authenticator: Authenticator::new(self.client.clone(), Arc::clone(&clock), Arc::clone(&self.metrics)),
            store,
            metrics: Arc::clone(&self.metrics),
            clock,
            public_url: PUBLIC_URL.to_owned(),
            tracing: Tracing::On,
        });
        exchanges.run(tenant, ROOT, operation, draft).await
    }
}

/// An answer or a failure as the IdP gets it.
fn told(operation: &'static str, steps: Vec<Step>, answer: Result<proxy::exchange::Answer, Failure>) -> Played {
    match answer {
        Ok(answer) => Played { operation, steps, status: answer.status.as_u16(), body: answer.body, failure: None },
        Err(failure) => {
            let verdict = verdict(&failure);
            let status = verdict.status.as_u16();
            let body = ErrorBody { status, scim_type: verdict.scim_type, detail: verdict.detail }.to_json();
            Played { operation, steps, status, body: Some(body), failure: Some(failure) }
        }
    }
}

/// The steps without the tenant, who is nobody.
fn untenanted(mut steps: Vec<Step>) -> Vec<Step> {
    let suffix = format!(" for tenant {TENANT}");
    if let Some(first) = steps.first_mut()
        && let Some(text) = first.text.strip_suffix(&suffix)
    {
        first.text = text.to_owned();
    }
    steps
}

fn nobody() -> TenantId {
    TENANT.parse().expect("invariant: the name is made of small letters")
}

/// A clock that stands still.
struct Stopped;

impl Clock for Stopped {
    /// Any moment will do: nothing that a rehearsal answers depends on it.
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}
