//! One exchange without sockets: the real rules and the real data path, in front of a target that is played.
//!
//! `test` and `explain` stand on it. It opens no connection, writes no disk and asks no clock, so that the same request in the
//! same scene always gets the same answer.

mod blame;
mod difference;
mod fault;
mod given;
mod imagined;
mod read_only;
mod request;
mod rules_of;
mod says;
mod scripted;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use json::Value;
use prometheus::Registry;
use proxy::authenticate::Authenticator;
use proxy::exchange::{Exchanges, Parts, Tracing};
use proxy::layer::rescue::verdict;
use proxy::metrics::{Metrics, MetricsError};
use proxy::record::Draft;
use proxy::target::{ClientError, Target, target_client};
use proxy::tenant::Credentials;
use proxy::{Clock, Failure, NoRandom, RandomSource, Tenant, Tenants};
use rules::trace::Step;
use rules::{Memory, Params, Profile};
use scim::{Operation, Protocol, v1};
use store::{Scope, Store, StoreError, TenantId, Volatile};

pub use blame::{field_rule, refusing_rule, shown_rule};
pub use difference::{Difference, Extra, differ};
pub use fault::at_fault;
pub use given::Given;
pub use imagined::{Imagined, Made, Origin};
pub use read_only::ReadOnly;
pub use request::{REQUEST_BYTES_MAX, Request, bounded};
pub use rules_of::{arounds, calls, resources};
pub use says::{TargetSays, asked, encoded, heard, sent};
pub use scripted::{Line, Performed, Scripted};

/// Scheme and authority that `meta.location` begins with in a rehearsal.
pub const PUBLIC_URL: &str = "https://scim.example.com";
/// The SCIM root that requests of a rehearsal come to.
pub const ROOT: &str = "/scim/v2";
/// The tenant whose rehearsal it is.
const TENANT: &str = "rehearsal";

/// What a request comes upon.
pub struct Scene {
    /// The values of the profile's parameters.
    pub params: Params,
    /// Which SCIM the IdP speaks.
    pub protocol: Protocol,
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
    /// Those of its headers that depend on the exchange: `Location`, `ETag`, `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Option<Value>,
    /// All that the store remembers now.
    pub remembered: Vec<Remembered>,
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
    /// What was given does not fit the profile.
    #[error("{0}")]
    Given(String),
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
        let Scene { params, protocol, target, remembered } = scene;
        let id = nobody();
        let store = Arc::new(Volatile::bounded(1));
        for Remembered { kind, id: resource, memory } in &remembered {
            store.remember(Scope { tenant: &id, kind }, resource, memory).await?;
        }
        let profile = Arc::clone(&self.profile);
        let tenant = Tenant { id: id.clone(), profile, params, protocol, credentials: Credentials::default(), target };
        let draft = Draft::default();
        let answer = self.answer(Arc::clone(&store) as Arc<dyn Store>, &tenant, request, &draft).await;
        let record = draft.take();
        let remembered = store.memories(&id).into_iter().map(|(kind, id, memory)| Remembered { kind, id, memory });
        let remembered = remembered.collect();
        let played = told(protocol, record.operation, untenanted(record.steps), answer);
        Ok(Played { remembered, ..played })
    }

    async fn answer(
        &self,
        store: Arc<dyn Store>,
        tenant: &Tenant,
        request: &Request,
        draft: &Draft,
    ) -> Result<proxy::exchange::Answer, Failure> {
        let operation = Operation::decode(scim::operation::Request {
            protocol: tenant.protocol,
            method: &request.method,
            path: &request.path,
            query: request.query.as_deref(),
            content_type: request.header("Content-Type"),
            if_match: request.header("If-Match"),
            if_none_match: request.header("If-None-Match"),
            method_override: request.header("X-HTTP-Method-Override"),
            body: &request.body,
        })?;
        let clock: Arc<dyn Clock> = Arc::new(Stopped);
        let exchanges = Exchanges::new(Parts {
            tenants: Tenants::new(Vec::new())
                .expect("invariant: where there is no tenant, no two claim one credential"),
            authenticator: Authenticator::new(self.client.clone(), Arc::clone(&clock), Arc::clone(&self.metrics)),
            store,
            metrics: Arc::clone(&self.metrics),
            clock,
            random: Arc::new(Stopped),
            public_url: PUBLIC_URL.to_owned(),
            tracing: Tracing::On,
        });
        exchanges.run(tenant, ROOT, operation, draft).await
    }
}

/// An answer or a failure as the IdP gets it, in its own protocol.
fn told(
    protocol: Protocol,
    operation: &'static str,
    steps: Vec<Step>,
    answer: Result<proxy::exchange::Answer, Failure>,
) -> Played {
    let mut headers = Vec::new();
    let (status, body, failure) = match answer {
        Ok(answer) => {
            headers.extend(answer.location.map(|location| ("Location", location)));
            headers.extend(answer.version.map(|version| ("ETag", version.to_header())));
            // 1.1 API §3.6: a deletion is answered 200.
            let deleted = protocol == Protocol::Scim11 && operation.ends_with(".delete");
            (if deleted { 200 } else { answer.status.as_u16() }, answer.body, None)
        }
        Err(failure) => {
            let verdict = verdict(&failure);
            headers.extend(verdict.retry_after_secs.map(|secs| ("Retry-After", secs.to_string())));
            (verdict.status.as_u16(), Some(verdict.error_body().to_json()), Some(failure))
        }
    };
    let body = match protocol {
        Protocol::Scim20 => body,
        Protocol::Scim11 => body.map(v1::downgraded),
    };
    Played { operation, steps, status, headers, body, remembered: Vec::new(), failure }
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

impl RandomSource for Stopped {
    /// Counts, so that a case can say which password it expects.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        for (byte, count) in bytes.iter_mut().zip((0..=u8::MAX).cycle()) {
            *byte = count;
        }
        Ok(())
    }
}
