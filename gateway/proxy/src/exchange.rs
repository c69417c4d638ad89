//! One SCIM exchange, from the authenticated request to the answer: stages 6 to 14 of the life of a request.
//!
//! [`Exchanges::serve`] is the innermost service of the stack: it finds the tenant, reads and decodes the request, and runs
//! the exchange. [`Exchanges::run`] is the same without HTTP, for `test` and `explain`. The rules decide, this module gathers
//! facts for them and performs what they planned; it never builds a status from a failure (that is
//! [`rescue`](crate::layer::rescue)) and never talks to a socket itself.

mod discovery;
mod held;
mod perform;
mod query;
mod write;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use rules::profile::ResourceRules;
use rules::{Facts, Stage, Trace};
use scim::Operation;
use scim::operation::{self, Action, DecodeError, Endpoint};
use serde_json::Value;
use store::Store;

use crate::authenticate::Authenticator;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::layer::limit;
use crate::limits;
use crate::locks::Locks;
use crate::lookups::Lookups;
use crate::metrics::Metrics;
use crate::record::Draft;
use crate::route::Route;
use crate::tenant::{Tenant, Tenants};

/// Media type of every SCIM answer (RFC 7644 §3.1).
pub const SCIM_JSON: &str = "application/scim+json";

/// Whether exchanges keep a decision trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracing {
    /// No: the data path.
    Off,
    /// Yes, with personal data: `demo`, `test`, `explain`.
    On,
}

/// Everything that exchanges share.
pub struct Exchanges {
    parts: Parts,
    lookups: Lookups,
    locks: Locks,
}

/// What [`Exchanges`] is made of.
pub struct Parts {
    /// Who may call.
    pub tenants: Tenants,
    /// Checks who calls.
    pub authenticator: Authenticator,
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// Where the numbers go.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Scheme and authority that `meta.location` begins with, `https://scim.example.com`; never taken from a request
    /// (trap 10).
    pub public_url: String,
    /// Whether to keep traces.
    pub tracing: Tracing,
}

/// A SCIM answer before it is bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The body, if there is one.
    pub body: Option<Value>,
    /// `Location`, for what was made (RFC 7644 §3.3).
    pub location: Option<String>,
}

impl Answer {
    fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body), location: None }
    }

    fn created(body: Value, location: String) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body), location: Some(location) }
    }

    fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, location: None }
    }
}

/// One exchange under way: whose it is, and what it has found out so far.
struct Exchange<'a> {
    house: &'a Exchanges,
    tenant: &'a Tenant,
    rules: &'a ResourceRules,
    draft: &'a Draft,
    trace: Trace,
    /// The look-up tables, once they were needed.
    facts: Option<Facts>,
    /// Absolute URL of the SCIM root that the request came to.
    root: String,
}

// === impl Exchanges ===

impl Exchanges {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let lookups = Lookups::new(Arc::clone(&parts.clock));
        Self { parts, lookups, locks: Locks::default() }
    }

    /// Who may call.
    #[must_use]
    pub fn tenants(&self) -> &Tenants {
        &self.parts.tenants
    }

    /// Serves one request: who calls, what they want, what they get.
    ///
    /// The request's extensions may hold the [`Draft`] that the exchange writes its record to. The body is read only after
    /// the caller is known.
    ///
    /// # Errors
    /// Every [`Failure`].
    pub async fn serve<B>(&self, request: Request<B>) -> Result<Response<Full<Bytes>>, Failure>
    where
        B: http_body::Body<Data = Bytes>,
    {
        let (head, body) = request.into_parts();
        let draft = head.extensions.get::<Draft>().cloned().unwrap_or_default();
        let path = head.uri.path();
        let route = Route::parse(path).ok_or_else(|| no_endpoint(path))?;

        let authorization = head.headers.get(http::header::AUTHORIZATION).map(HeaderValue::as_bytes);
        let tenant = self.parts.authenticator.authenticate(self.tenants(), route.tenant, authorization).await?;
        draft.note(|record| record.tenant = Some(tenant.id.clone()));

        let body = limit::collect(body, limits::BODY_BYTES_MAX).await?;
        let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let operation = Operation::decode(operation::Request {
            method: head.method.as_str(),
            path: route.below,
            query: head.uri.query(),
            content_type,
            body: &body,
            ..operation::Request::default()
        })?;
        let answer = self.run(&tenant, route.root, operation, &draft).await?;
        Ok(encode(answer))
    }

    /// Runs one decoded operation for a tenant. `root` is the SCIM root in the path: `/scim/v2`.
    ///
    /// # Errors
    /// Every [`Failure`] of the exchange itself.
    pub async fn run(
        &self,
        tenant: &Tenant,
        root: &str,
        operation: Operation,
        draft: &Draft,
    ) -> Result<Answer, Failure> {
        draft.note(|record| record.operation = operation.name());
        let trace = match self.parts.tracing {
            Tracing::Off => Trace::off(),
            Tracing::On => Trace::on(),
        };
        let root = format!("{}{root}", self.parts.public_url);
        let mut exchange =
            Exchange { house: self, tenant, rules: &tenant.profile.user, draft, trace, facts: None, root };
        exchange.trace.step(Stage::Decode, None, || format!("{} for tenant {}", operation.name(), tenant.id));
        let answer = exchange.run(operation).await;
        if exchange.trace.is_on() {
            draft.note(|record| record.steps = exchange.trace.steps().to_vec());
        }
        answer
    }
}

// === impl Exchange ===

impl Exchange<'_> {
    async fn run(&mut self, operation: Operation) -> Result<Answer, Failure> {
        match operation {
            Operation::Resource(Endpoint::Users, action) => self.user(action).await,
            Operation::Resource(Endpoint::Groups, action) => discovery::groups_off(action),
            Operation::Me | Operation::Everything(_) | Operation::Bulk(_) => todo!(),
            Operation::ServiceProviderConfig => Ok(self.service_provider_config()),
            Operation::ResourceTypes(id) => self.resource_types(id.as_deref()),
            Operation::Schemas(id) => self.schemas(id.as_deref()),
        }
    }

    async fn user(&mut self, action: Action) -> Result<Answer, Failure> {
        match action {
            Action::Query(listing) => self.query(listing).await,
            Action::Read { id, view, .. } => self.read(&id, &view).await,
            Action::Create { body, view } => self.create(body, &view).await,
            Action::Replace { id, body, view, .. } => self.replace(&id, body, &view).await,
            Action::Patch { id, body, view, .. } => self.patch(&id, body, &view).await,
            Action::Delete { id, .. } => self.delete(&id).await,
        }
    }
}

// === private parts ===

fn encode(answer: Answer) -> Response<Full<Bytes>> {
    let body = answer.body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    if answer.status != StatusCode::NO_CONTENT {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(SCIM_JSON));
    }
    // A location is our own URL with an encoded id, so it always is a header value; if it ever were not, the body has it too.
    if let Some(location) = answer.location.and_then(|location| HeaderValue::try_from(location).ok()) {
        headers.insert(LOCATION, location);
    }
    response
}

fn no_endpoint(path: &str) -> Failure {
    DecodeError::NoEndpoint { path: path.chars().take(80).collect() }.into()
}

/// How long a look-up table is used before it is read again.
pub(crate) const LOOKUP_TIME_MAX: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests;
