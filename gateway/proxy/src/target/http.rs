//! The real target: calls over HTTP, bounded in time, size and number.
//!
//! A call can never leave the base URL or the limits, is repeated only where nothing can have been done twice, and its errors name
//! neither URLs nor secrets. What an answer means is for `rules` to judge. Stage 12 in the life of a request.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, Url};
use rules::{TargetAnswer, TargetCall, TargetFault, Verb};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::answer::{ReadError, parse_body, read_body, reason, retry_after_secs};
use super::{CallFuture, Target, TargetCredentials};
use crate::failure::TargetError;
use crate::limits;

#[cfg(test)]
mod tests;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

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
    /// Not a header name.
    #[error("`{0}` is not the name of an HTTP header")]
    HeaderName(String),
    /// The secret cannot stand in a header.
    #[error("the secret has characters that no HTTP header can carry, perhaps a line break at its end")]
    Secret,
}

/// A target that is called over HTTP.
pub struct HttpTarget {
    client: reqwest::Client,
    base: Base,
    headers: HeaderMap,
    limits: CallLimits,
    places: Semaphore,
}

/// Whether `base` can be the base URL of a target.
///
/// # Errors
/// [`TargetSetupError::Base`].
pub fn check_base(base: &str) -> Result<(), TargetSetupError> {
    Base::parse(base).map(|_| ())
}

impl HttpTarget {
    /// A target at `base` (`https://host/path`), with the limits of [`limits`]. `client` is [`target_client`](super::target_client)'s,
    /// shared by all tenants.
    ///
    /// # Errors
    /// [`TargetSetupError`].
    pub fn new(client: reqwest::Client, base: &str, credentials: &TargetCredentials) -> Result<Self, TargetSetupError> {
        Self::with_limits(client, base, credentials, CallLimits::default())
    }

    /// The same with limits of one's own.
    ///
    /// # Errors
    /// [`TargetSetupError`].
    pub fn with_limits(
        client: reqwest::Client,
        base: &str,
        credentials: &TargetCredentials,
        limits: CallLimits,
    ) -> Result<Self, TargetSetupError> {
        let mut headers = HeaderMap::from_iter([(ACCEPT, JSON)]);
        headers.extend(credentials.header()?.map(|(name, value)| (Some(name), value)));
        let places = Semaphore::new(limits.at_once_max);
        Ok(Self { client, base: Base::parse(base)?, headers, limits, places })
    }

    async fn run(&self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        let request = self.request(call)?;
        let Ok(Ok(_place)) = timeout(self.limits.time_max, self.places.acquire()).await else {
            let reason = format!("{} calls are under way already", self.limits.at_once_max);
            return Err(TargetError::Unreachable { reason });
        };
        let late = TargetError::TimedOut { secs: self.limits.time_max.as_secs() };
        timeout(self.limits.time_max, self.twice_at_most(call, &request)).await.unwrap_or(Err(late))
    }

    async fn twice_at_most(&self, call: &TargetCall, request: &Request) -> Result<TargetAnswer, TargetError> {
        match self.once(request).await {
            Err(error) if may_repeat(call.verb, &error) => {
                tracing::debug!(route = call.route, %error, "target call is repeated");
                sleep(self.limits.retry_delay).await;
                self.once(request).await
            }
            answer => answer,
        }
    }

    async fn once(&self, request: &Request) -> Result<TargetAnswer, TargetError> {
        let request = request.try_clone().expect("invariant: the body is bytes, not a stream");
        let response = self.client.execute(request).await.map_err(unsent_or_broken)?;
        let status = response.status().as_u16();
        let retry_after_secs = retry_after_secs(response.headers());
        let body = read_body(response, self.limits.answer_bytes_max).await.map_err(|error| match error {
            ReadError::TooLarge => {
                let reason = format!("it is larger than {} bytes", self.limits.answer_bytes_max);
                TargetError::Fault(TargetFault::Garbage { reason })
            }
            ReadError::Broken(error) => TargetError::Broken { reason: reason(error) },
        })?;
        Ok(TargetAnswer { status, retry_after_secs, body: parse_body(&body) })
    }

    fn request(&self, call: &TargetCall) -> Result<Request, TargetError> {
        let Some(url) = self.base.join(&call.path) else {
            let reason = format!("the path of `{}` would leave the target's base URL", call.route);
            return Err(TargetError::Unreachable { reason });
        };
        let mut request = Request::new(method(call.verb), url);
        request.headers_mut().clone_from(&self.headers);
        if let Some(body) = &call.body {
            request.headers_mut().insert(CONTENT_TYPE, JSON);
            *request.body_mut() = Some(Bytes::from(body.to_string()).into());
        }
        Ok(request)
    }
}

impl Target for HttpTarget {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(self.run(call))
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
        Verb::Delete => Method::DELETE,
    }
}

/// Whether a call may be made once more: nothing was sent, or nothing can have been done.
fn may_repeat(verb: Verb, error: &TargetError) -> bool {
    match error {
        TargetError::Unreachable { .. } => true,
        TargetError::Broken { .. } => verb == Verb::Get,
        TargetError::TimedOut { .. } | TargetError::Fault(_) => false,
    }
}

fn unsent_or_broken(error: reqwest::Error) -> TargetError {
    if error.is_connect() || error.is_builder() {
        TargetError::Unreachable { reason: reason(error) }
    } else {
        TargetError::Broken { reason: reason(error) }
    }
}

/// A base URL: what every call starts with.
#[derive(Debug)]
struct Base {
    url: Url,
    /// Without a slash at its end.
    text: String,
}

impl Base {
    fn parse(base: &str) -> Result<Self, TargetSetupError> {
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
