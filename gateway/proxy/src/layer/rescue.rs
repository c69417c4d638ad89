//! Every failure becomes one SCIM error here, and nowhere else: the one place for statuses, and the net below every panic. The
//! error is of the SCIM that the tenant speaks, or the URL suggests while nobody is known: the [`Draft`] says which.
//!
//! [`verdict()`] is the table: exhaustive, so that a new failure does not compile without an answer. There are two messages: the
//! tenant's says what to change in *their* input, or that a retry will help; the log's says everything, under the
//! request id of the span, and neither holds a secret. What a refusal repeats of the input is personal data: it is logged
//! at `debug` only. What the target said is never relayed: its 401 is our 503, because Entra stops a whole job at a 401
//! (`docs/ARCHITECTURE.md`, promises at the edge).

mod verdict;

use std::any::Any;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use rules::Refusal;
use scim::{ErrorBody, Protocol, v1};
use tower::Service;
use tracing::{debug, error, info, warn};

use crate::exchange::SCIM_JSON;
use crate::failure::Failure;
use crate::record::{Draft, OutcomeClass};

pub use verdict::{Verdict, verdict};

/// The layer's service.
#[derive(Clone)]
pub struct Rescue<S> {
    inner: S,
}

impl<S> Rescue<S> {
    /// Rescues `inner`.
    #[must_use]
    pub fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, B> Service<Request<B>> for Rescue<S>
where
    S: Service<Request<B>, Response = Response<Full<Bytes>>, Error = Failure>,
    S::Future: Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Every request gets its answer: a service that is not ready says so in `call`, as `load_shed` does.
        self.inner.poll_ready(cx).map(|_| Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let draft = request.extensions().get::<Draft>().cloned();
        // What was half done when it panicked is dropped with the future; the locks of this crate outlive a panic.
        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let answered = match called {
                Ok(answer) => unpanicked(answer).await,
                Err(panic) => Err(panic),
            };
            let mut response = match answered.unwrap_or_else(|panic| Err(caught(panic))) {
                Ok(response) => response,
                Err(failure) => rescue(&failure, draft.as_ref()),
            };
            // Personal data belongs in nobody's cache, whatever the status (RFC 9111 §5.2.2.5).
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        })
    }
}

/// The media type of answers: that of RFC 7644 §3.1 came with 2.0.
#[must_use]
pub fn media_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Scim11 => "application/json",
        Protocol::Scim20 => SCIM_JSON,
    }
}

/// What a panic left behind.
type Panicked = Box<dyn Any + Send>;

/// Runs a future to its end or its panic.
async fn unpanicked<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// The panic's own message is not looked at: the panic hook has written it, with its place, and it may hold a value.
fn caught(panic: Panicked) -> Failure {
    drop(panic);
    Failure::Panic
}

/// The answer to a failure; written down and logged.
fn rescue(failure: &Failure, draft: Option<&Draft>) -> Response<Full<Bytes>> {
    let verdict = verdict(failure);
    if let Some(draft) = draft {
        draft.note(|record| {
            record.outcome = verdict.outcome;
            record.class = verdict.class;
        });
    }
    log(failure, &verdict);
    answer(&verdict, draft.map_or_else(Protocol::default, Draft::protocol))
}

/// The error of one operation of a bulk request: logged, and the same as that of a single request.
pub(crate) fn bulk_error(failure: &Failure) -> ErrorBody {
    let verdict = verdict(failure);
    log(failure, &verdict);
    verdict.error_body()
}

fn log(failure: &Failure, verdict: &Verdict) {
    let rule = if let Failure::Refusal(Refusal::Value { rule, .. }) = failure { Some(rule.as_str()) } else { None };
    let (text, outcome, status) = (verdict::one_line(&failure.to_string()), verdict.outcome, verdict.status.as_u16());
    match verdict.class {
        OutcomeClass::Success | OutcomeClass::Client | OutcomeClass::Cancelled => {
            // The text repeats what the IdP sent: numbers, names, addresses. Its admin has it in the answer.
            info!(outcome, status, rule, "request refused");
            debug!(error = text, "why it was refused");
        }
        OutcomeClass::Target => warn!(outcome, status, error = text, "the target did not do its part"),
        OutcomeClass::Gateway => error!(outcome, status, error = text, "the gateway did not do its part"),
    }
}

/// Nothing of a request gets into a header: each is static text or a number.
fn answer(verdict: &Verdict, protocol: Protocol) -> Response<Full<Bytes>> {
    let body = verdict.error_body().to_json();
    let body = match protocol {
        Protocol::Scim11 => v1::downgraded(body),
        Protocol::Scim20 => body,
    };
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = verdict.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(protocol)));
    if let Some(secs) = verdict.retry_after_secs {
        // Whole seconds, never a date: Okta reads nothing else (idp-dialects row 44).
        headers.insert(RETRY_AFTER, HeaderValue::from(secs));
    }
    for challenge in verdict.www_authenticate {
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(allow) = verdict.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}

#[cfg(test)]
mod tests;
