//! The real target: calls over HTTP, bounded in time, size and number.
//!
//! A call can never leave the base URL or the limits, is repeated only where nothing can have been done twice, and its errors name
//! neither URLs nor secrets. What an answer means is for `rules` to judge. Stage 12 in the life of a request.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderMap;
use reqwest::{Method, Request, Url};
use rules::{TargetAnswer, TargetCall, Verb};
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::access::TargetAccess;
use super::answer::{read_as, retry_after_secs};
use super::below::below;
use super::pace::Pace;
use super::session::{Session, Ticket};
use super::wire::{Received, Wire};
use super::{CallFuture, Target};
use crate::failure::TargetError;
use crate::limits;

#[cfg(test)]
mod tests;

/// The bounds of calls to one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// Longest call with its repetition; also the longest wait for a free place.
    pub time_max: Duration,
    /// How long to wait before a repetition.
    pub retry_delay: Duration,
    /// Largest body of an answer, in bytes.
    pub answer_bytes_max: usize,
    /// Calls at once.
    pub at_once_max: usize,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            time_max: limits::CALL_TIME_MAX,
            retry_delay: limits::CALL_RETRY_DELAY,
            answer_bytes_max: limits::ANSWER_BYTES_MAX,
            at_once_max: limits::CALLS_AT_ONCE_MAX,
        }
    }
}

/// Why a target account cannot be used as it is configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetSetupError {
    /// The base URL is none. It is not repeated: it may hold a password.
    #[error("the base URL of the target {0}; write `https://host/path`")]
    Base(&'static str),
}

/// A target that is called over HTTP.
pub struct HttpTarget {
    wire: Wire,
    base: Base,
    /// What every call carries.
    access: TargetAccess,
    session: Option<Session>,
    limits: CallLimits,
    places: Semaphore,
    pace: Option<Pace>,
}

/// Whether `base` can be the base URL of a target.
///
/// # Errors
/// [`TargetSetupError::Base`].
pub fn check_base(base: &str) -> Result<(), TargetSetupError> {
    Base::parse(base).map(|_| ())
}

impl HttpTarget {
    /// A target at `base` (`https://host/path`), with the limits of [`limits`]. `client` is what [`TargetAccess::client`] gives.
    ///
    /// # Errors
    /// [`TargetSetupError`].
    pub fn new(client: reqwest::Client, base: &str, access: TargetAccess) -> Result<Self, TargetSetupError> {
        Self::with_limits(client, base, access, CallLimits::default())
    }

    /// The same with limits of one's own; what the profile says of the target goes before.
    ///
    /// # Errors
    /// [`TargetSetupError`].
    pub fn with_limits(
        client: reqwest::Client,
        base: &str,
        access: TargetAccess,
        limits: CallLimits,
    ) -> Result<Self, TargetSetupError> {
        let limits = CallLimits { at_once_max: access.limits.at_once.unwrap_or(limits.at_once_max), ..limits };
        Ok(Self {
            wire: Wire { client, answer_bytes_max: limits.answer_bytes_max },
            base: Base::parse(base)?,
            session: access.session.clone().map(Session::new),
            limits,
            places: Semaphore::new(limits.at_once_max),
            pace: access.limits.per_second.and_then(NonZeroU32::new).map(Pace::new),
            access,
        })
    }

    async fn run(&self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        let request = self.request(call)?;
        let Ok(Ok(_place)) = timeout(self.limits.time_max, self.turn()).await else {
            let reason = format!("{} calls are under way already", self.limits.at_once_max);
            return Err(TargetError::Unreachable { reason });
        };
        let late = TargetError::TimedOut { secs: self.limits.time_max.as_secs() };
        timeout(self.limits.time_max, self.signed(call, request)).await.unwrap_or(Err(late))
    }

    /// Waits for a place among the calls at once, and then for the target's pace.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        let place = self.places.acquire().await?;
        if let Some(pace) = &self.pace {
            pace.ready().await;
        }
        Ok(place)
    }

    /// The call with the token that it needs, if it needs one; with a new one if the target refuses the old.
    async fn signed(&self, call: &TargetCall, mut request: Request) -> Result<TargetAnswer, TargetError> {
        let Some(session) = &self.session else { return self.twice_at_most(call, &request).await };
        let ticket = self.ticket(session).await?;
        session.sign(request.headers_mut(), &ticket);
        let answer = self.twice_at_most(call, &request).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        // Who is not let in has done nothing: every verb may be repeated.
        tracing::debug!(route = call.route, "the target refuses the token: a new one is asked for");
        session.refused(&ticket).await;
        let ticket = self.ticket(session).await?;
        session.sign(request.headers_mut(), &ticket);
        self.twice_at_most(call, &request).await
    }

    async fn ticket(&self, session: &Session) -> Result<Arc<Ticket>, TargetError> {
        session.ticket(&self.wire, &self.base, &self.access.headers, &self.access.query).await
    }

    async fn twice_at_most(&self, call: &TargetCall, request: &Request) -> Result<TargetAnswer, TargetError> {
        match self.once(call, request).await {
            Err(error) if may_repeat(call.verb, &error) => {
                tracing::debug!(route = call.route, %error, "target call is repeated");
                sleep(self.limits.retry_delay).await;
                self.once(call, request).await
            }
            answer => answer,
        }
    }

    async fn once(&self, call: &TargetCall, request: &Request) -> Result<TargetAnswer, TargetError> {
        let request = request.try_clone().expect("invariant: the body is bytes, not a stream");
        let Received { status, headers, body } = self.wire.send(request).await?;
        Ok(TargetAnswer {
            retry_after_secs: retry_after_secs(&headers),
            headers: call.reads.iter().filter_map(|name| Some((name.clone(), joined(&headers, name)?))).collect(),
            ..TargetAnswer::new(status, read_as(call.format, &body))
        })
    }

    fn request(&self, call: &TargetCall) -> Result<Request, TargetError> {
        let unsendable = |what: &str| {
            let reason = format!("{what} of `{}` cannot be sent", call.route);
            TargetError::Unreachable { reason }
        };
        let Some(url) = self.base.with_query(&call.path, &self.access.query) else {
            let reason = format!("the path of `{}` would leave the target's base URL", call.route);
            return Err(TargetError::Unreachable { reason });
        };
        let mut request = Request::new(method(call.verb), url);
        let (headers, body) = self.access.message(call).map_err(unsendable)?;
        *request.headers_mut() = headers;
        *request.body_mut() = body.map(Into::into);
        Ok(request)
    }
}

/// The values of all headers of a name, as one (RFC 9110 §5.3); `None` if there is none that is text.
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    if values.is_empty() { None } else { Some(values.join(", ")) }
}

impl Target for HttpTarget {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(self.run(call))
    }

    fn below(&self, call: &TargetCall, link: &str) -> Option<String> {
        // A link may repeat the parameters that every call has: they are added again, and may be secret.
        below(&self.base.url, &call.path, link).map(|path| self.access.without_query(path))
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post | Verb::Query => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
        Verb::Delete => Method::DELETE,
    }
}

/// Whether a call may be made once more: nothing was sent, or nothing can have been done.
fn may_repeat(verb: Verb, error: &TargetError) -> bool {
    match error {
        TargetError::Unreachable { .. } => true,
        TargetError::Broken { .. } => !verb.writes(),
        TargetError::TimedOut { .. } | TargetError::Fault(_) => false,
    }
}

/// A base URL: what every call starts with.
#[derive(Debug)]
pub(super) struct Base {
    url: Url,
    /// Without a slash at its end.
    text: String,
}

impl Base {
    pub(super) fn parse(base: &str) -> Result<Self, TargetSetupError> {
        let url = Url::parse(base.trim()).map_err(|_| TargetSetupError::Base("is not a URL"))?;
        let problem = match () {
            () if !matches!(url.scheme(), "https" | "http") => Some("is neither https nor http"),
            () if !url.username().is_empty() || url.password().is_some() => Some("holds a user name or password"),
            () if url.query().is_some() || url.fragment().is_some() => Some("has a query or a fragment"),
            () => None,
        };
        match problem {
            Some(problem) => Err(TargetSetupError::Base(problem)),
            None => Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), url }),
        }
    }

    /// The URL of `path` with `query` added (both encoded), by the rules of [`Base::join`].
    pub(super) fn with_query(&self, path: &str, query: &str) -> Option<Url> {
        let mut url = self.join(path)?;
        if !query.is_empty() {
            let whole = match url.query() {
                Some(own) if !own.is_empty() => Zeroizing::new(format!("{own}&{query}")),
                _ => Zeroizing::new(query.to_owned()),
            };
            url.set_query(Some(&whole));
        }
        Some(url)
    }

    /// The URL of `path` (path and query, encoded); `None` if it would be anywhere but below the base.
    ///
    /// A dot segment that stays below the base is refused as well: with the id `..`, a `DELETE /users/{id}` would be a
    /// `DELETE /`. The URL standard takes `%2e` for a dot and `\` for a slash, and drops tabs and line breaks.
    fn join(&self, path: &str) -> Option<Url> {
        let segments = path.split('?').next().unwrap_or_default();
        let strange = !path.starts_with('/')
            || path.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'\\' | b'#'))
            || segments.split('/').any(is_dots);
        if strange {
            return None;
        }
        let url = Url::parse(&format!("{}{path}", self.text)).ok()?;
        let same_host = url.scheme() == self.url.scheme()
            && url.host_str() == self.url.host_str()
            && url.port() == self.url.port()
            && url.username().is_empty()
            && url.password().is_none();
        let below = url.path().strip_prefix(self.url.path().trim_end_matches('/'))?.starts_with('/');
        (same_host && below).then_some(url)
    }
}

fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}
