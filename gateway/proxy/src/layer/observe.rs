//! Request id, span, metrics, audit: the outermost layer, so that nothing ends unseen.
//!
//! Every request gets an id of our own (one that the client sends is ignored: it would let a client forge the log), and every
//! answer shows it. The exchange writes what it knows to a [`Draft`] in the request's extensions; when it has ended, and be
//! it because the client went away, the draft becomes one record, some numbers and one line in the log. That line
//! never holds a value, a query string or a body.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use tower::Service;
use tracing::{Instrument, info, info_span};

use crate::clock::{Clock, IdSource};
use crate::metrics::{Metrics, Ongoing, UNKNOWN};
use crate::record::{Draft, OutcomeClass, Recorder};
use crate::route::{OTHER, Route};

/// The header that shows the request id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outcome of an exchange whose client went away.
pub const CANCELLED: &str = "cancelled";

/// The outcome of an exchange that went well.
pub const OK: &str = "ok";

/// The id of a request, in its extensions and on its answer. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Takes an id of an [`IdSource`]; what is not URL-safe is left out, so that the id is a header value whatever the
    /// source does.
    fn new(id: &str) -> Self {
        let safe = |char: &char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '~');
        Self(id.chars().filter(safe).collect::<String>().into())
    }

    /// The id as text: `A-Z`, `a-z`, `0-9`, `-`, `_`, `.`, `~`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where what is seen goes, and what it is measured with.
#[derive(Clone)]
pub struct Watch {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Request ids.
    pub ids: Arc<dyn IdSource>,
    /// Numbers.
    pub metrics: Arc<Metrics>,
    /// Audit.
    pub recorder: Arc<dyn Recorder>,
}

/// The layer's service.
#[derive(Clone)]
pub struct Observe<S> {
    inner: S,
    watch: Arc<Watch>,
}

impl<S> Observe<S> {
    /// Observes `inner`.
    #[must_use]
    pub fn new(inner: S, watch: Arc<Watch>) -> Self {
        Self { inner, watch }
    }
}

impl<S, B, A> Service<Request<B>> for Observe<S>
where
    S: Service<Request<B>, Response = Response<A>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<A>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<A>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let id = RequestId::new(&self.watch.ids.request_id());
        let route = Route::parse(request.uri().path());
        let shape = route.map_or(OTHER, |route| route.shape());
        let span = info_span!("exchange", request_id = %id, method = word(request.method()), route = shape);
        let ending = Ending::begin(&self.watch, &id);
        ending.draft.note(|record| record.protocol = route.map(|route| route.suggested).unwrap_or_default());
        request.extensions_mut().insert(ending.draft.clone());
        request.extensions_mut().insert(id.clone());
        let answer = span.in_scope(|| self.inner.call(request));
        let observed = async move {
            let Ok(mut response) = answer.await;
            if let Ok(id) = HeaderValue::from_str(id.as_str()) {
                response.headers_mut().insert(X_REQUEST_ID, id);
            }
            ending.answered(response.status());
            Ok(response)
        };
        Box::pin(observed.instrument(span))
    }
}

/// Ends an exchange when it is dropped: after the answer, or without one when the client went away.
struct Ending {
    watch: Arc<Watch>,
    draft: Draft,
    started: Duration,
    status: Option<StatusCode>,
    _in_flight: Ongoing,
}

impl Ending {
    fn begin(watch: &Arc<Watch>, id: &RequestId) -> Self {
        let draft = Draft::default();
        draft.note(|record| record.request_id = id.to_string());
        Self {
            draft,
            started: watch.clock.elapsed(),
            status: None,
            _in_flight: watch.metrics.exchange_began(),
            watch: Arc::clone(watch),
        }
    }

    fn answered(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut record = self.draft.take();
        record.duration = self.watch.clock.elapsed().saturating_sub(self.started);
        if let Some(status) = self.status {
            record.status = status.as_u16();
            if record.outcome.is_empty() {
                record.outcome = OK;
            }
        } else {
            record.outcome = CANCELLED;
            record.class = OutcomeClass::Cancelled;
        }
        info!(
            tenant = record.tenant.as_ref().map(store::TenantId::as_str),
            operation = if record.operation.is_empty() { UNKNOWN } else { record.operation },
            status = record.status,
            outcome = record.outcome,
            duration_us = u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX),
            reads = record.reads,
            writes = record.writes,
            "exchange ended"
        );
        self.watch.metrics.exchange(&record, self.watch.clock.unix_secs());
        self.watch.recorder.record(record);
    }
}

/// A method as a bounded word: a client can make up others.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests;
