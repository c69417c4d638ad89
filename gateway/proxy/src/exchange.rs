//! One SCIM exchange, from the authenticated request to the answer: stages 6 to 14 of the life of a request.
//!
//! [`Exchanges::serve`] is the innermost service of the stack: it finds the tenant, reads and decodes the request, and runs
//! the exchange. [`Exchanges::run`] is the same without HTTP, for `test` and `explain`. The rules decide, this module gathers
//! facts for them and performs what they planned; it never builds a status from a failure (that is
//! [`rescue`](crate::layer::rescue)) and never talks to a socket itself.

mod aliases;
mod bulk;
mod candidates;
mod create;
mod discovery;
mod encode;
mod everything;
mod held;
mod joins;
mod members;
mod perform;
mod query;
mod steps;
mod version;
mod walk;
mod write;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use json::Value;
use rules::profile::{MemberRules, ResourceRules};
use rules::{Facts, Stage, Trace};
use scim::Operation;
use scim::operation::{self, Action, DecodeError, Endpoint, EntityTag};
use store::Store;

use crate::authenticate::{Authenticator, Door};
use crate::clock::{Clock, RandomSource};
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
    /// What random values are made of.
    pub random: Arc<dyn RandomSource>,
    /// Scheme and authority that `meta.location` begins with, `https://scim.example.com`; never taken from a request
    /// (trap 10).
    pub public_url: String,
    /// Whether to keep traces.
    pub tracing: Tracing,
}

/// A SCIM answer before it is bytes; always that of SCIM 2.0.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// The body, if there is one.
    pub body: Option<Value>,
    /// `Location`: the URL of the one resource that the answer shows (RFC 7644 §3.3, examples of §3.4.1 and §3.5).
    pub location: Option<String>,
    /// `ETag`: the version of the one resource that the answer is about (RFC 7644 §3.14).
    pub version: Option<EntityTag>,
}

impl Answer {
    fn ok(body: Value, version: Option<EntityTag>) -> Self {
        Self { status: StatusCode::OK, body: Some(body), location: None, version }
    }

    /// One resource.
    fn shown(body: Value, location: String, version: Option<EntityTag>) -> Self {
        Self { location: Some(location), ..Self::ok(body, version) }
    }

    fn created(body: Value, location: String, version: Option<EntityTag>) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body), location: Some(location), version }
    }

    fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, location: None, version: None }
    }

    /// The caller has this version already (RFC 9110 §13.1.2).
    fn not_modified(version: EntityTag) -> Self {
        Self { status: StatusCode::NOT_MODIFIED, body: None, location: None, version: Some(version) }
    }
}

/// One exchange under way, on users or on groups: whose it is, and what it has found out so far.
struct Exchange<'a> {
    house: &'a Exchanges,
    tenant: &'a Tenant,
    endpoint: Endpoint,
    rules: &'a ResourceRules,
    /// How memberships are kept, if it is groups and they are kept apart.
    members: Option<&'a MemberRules>,
    draft: &'a Draft,
    trace: Trace,
    /// The look-up tables, once they were needed.
    facts: Option<Facts>,
    /// Absolute URL of the SCIM root that the request came to.
    root: &'a str,
    /// Rows of members that were read so far.
    member_rows: usize,
    /// Calls for single records of a list or a search that were made so far.
    single_calls: usize,
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

        let authorization = head.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        let host = head.uri.authority().map(http::uri::Authority::as_str).or_else(|| only_text(&head.headers, &HOST));
        let door = Door { tenant: route.tenant, host };
        let tenant = self.parts.authenticator.authenticate(self.tenants(), door, authorization).await?;
        draft.note(|record| {
            record.tenant = Some(tenant.id.clone());
            record.protocol = tenant.protocol;
        });

        let body = limit::collect(body, limits::BODY_BYTES_MAX).await?;
        let operation = Operation::decode(operation::Request {
            protocol: tenant.protocol,
            method: head.method.as_str(),
            path: route.below,
            query: head.uri.query(),
            content_type: text(&head.headers, &CONTENT_TYPE),
            if_match: text(&head.headers, &IF_MATCH),
            if_none_match: text(&head.headers, &IF_NONE_MATCH),
            method_override: text(&head.headers, &METHOD_OVERRIDE),
            body: &body,
        })?;
        let deletes = matches!(operation, Operation::Resource(_, Action::Delete { .. }));
        let answer = self.run(&tenant, route.root, operation, &draft).await?;
        Ok(encode::encode(tenant.protocol, deletes, answer))
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
        let mut trace = self.trace();
        trace.step(Stage::Decode, None, || format!("{} for tenant {}", operation.name(), tenant.id));
        keep(&trace, draft);
        if let Some(unmet) = tenant.profile.unmet(&tenant.params) {
            trace.step(Stage::Decode, Some(&unmet.rule), || format!("not before {}", unmet.detail));
            keep(&trace, draft);
            return Err(Failure::NotYet { detail: unmet.detail.as_ref().to_owned() });
        }
        let root = format!("{}{root}", self.origin(tenant));
        match operation {
            Operation::Resource(endpoint, action) => self.act(tenant, &root, endpoint, action, draft).await,
            Operation::Everything(listing) => Box::pin(self.everything(tenant, &root, listing, draft)).await,
            Operation::Bulk(request) => self.bulk(tenant, &root, request, draft).await,
            Operation::Me => Err(Failure::Me),
            Operation::ServiceProviderConfig => Ok(discovery::service_provider_config(tenant, &root)),
            Operation::ResourceTypes(id) => discovery::resource_types(tenant, &root, id.as_deref()),
            Operation::Schemas(id) => discovery::schemas(tenant, &root, id.as_deref()),
        }
    }

    /// Scheme and authority that the tenant's URLs begin with: its own first host, if it has one, else that of all.
    fn origin<'a>(&'a self, tenant: &Tenant) -> Cow<'a, str> {
        let public = self.parts.public_url.as_str();
        let Some(host) = tenant.credentials.hosts.first() else { return Cow::Borrowed(public) };
        let (scheme, authority) = public.split_once("://").unwrap_or(("https", public));
        let port = authority.rsplit_once(':').map(|(_, port)| port);
        match port.filter(|port| port.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(port) => Cow::Owned(format!("{scheme}://{host}:{port}")),
            None => Cow::Owned(format!("{scheme}://{host}")),
        }
    }

    /// Does one thing to users or groups. `root` is the absolute URL of the SCIM root.
    async fn act(
        &self,
        tenant: &Tenant,
        root: &str,
        endpoint: Endpoint,
        action: Action,
        draft: &Draft,
    ) -> Result<Answer, Failure> {
        let Some(mut exchange) = self.exchange(tenant, root, endpoint, draft) else {
            return discovery::groups_off(action);
        };
        let answer = exchange.act(action).await;
        keep(&exchange.trace, draft);
        answer
    }

    /// An exchange on users or groups; `None` if it is groups and the product takes none.
    fn exchange<'a>(
        &'a self,
        tenant: &'a Tenant,
        root: &'a str,
        endpoint: Endpoint,
        draft: &'a Draft,
    ) -> Option<Exchange<'a>> {
        let (rules, members) = match (endpoint, &tenant.profile.group) {
            (Endpoint::Users, _) => (&tenant.profile.user, None),
            (Endpoint::Groups, Some(group)) => (&group.resource, group.members.as_ref()),
            (Endpoint::Groups, None) => return None,
        };
        let trace = self.trace();
        Some(Exchange {
            house: self,
            tenant,
            endpoint,
            rules,
            members,
            draft,
            trace,
            facts: None,
            root,
            member_rows: 0,
            single_calls: 0,
        })
    }

    fn trace(&self) -> Trace {
        match self.parts.tracing {
            Tracing::Off => Trace::off(),
            Tracing::On => Trace::on(),
        }
    }
}

// === impl Exchange ===

impl Exchange<'_> {
    /// Boxed: the state of an exchange is large, and is not to be moved through every layer around it; and each for itself, so
    /// that a look-up need not be as large as a PATCH.
    async fn act(&mut self, action: Action) -> Result<Answer, Failure> {
        match action {
            Action::Query(listing) => Box::pin(self.query(listing)).await,
            Action::Read { id, view, condition } => Box::pin(self.read(&id, &view, &condition)).await,
            Action::Create { body, view } => Box::pin(self.create(body, &view)).await,
            Action::Replace { id, body, view, condition } => Box::pin(self.replace(&id, body, &view, &condition)).await,
            Action::Patch { id, body, view, condition } => Box::pin(self.patch(&id, body, &view, &condition)).await,
            Action::Delete { id, condition } => Box::pin(self.delete(&id, &condition)).await,
        }
    }
}

// === private parts ===

/// Heeded for SCIM 1.1 only (1.1 API §3.3): clients behind proxies that know GET and POST alone.
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// A header as text; one that is none counts as absent.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The same of a header that may be there once only: of two hosts, a proxy before us may have heeded the other (RFC 9112 §3.2).
fn only_text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Adds the steps of `trace` to the record of the exchange.
fn keep(trace: &Trace, draft: &Draft) {
    if trace.is_on() {
        draft.note(|record| record.steps.extend_from_slice(trace.steps()));
    }
}

fn no_endpoint(path: &str) -> Failure {
    DecodeError::NoEndpoint { path: path.chars().take(80).collect() }.into()
}

/// How long a look-up table is used before it is read again.
pub(crate) const LOOKUP_TIME_MAX: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests;
