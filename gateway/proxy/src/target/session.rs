//! Tokens that a target, or the server beside it, gives out: asked for when they are needed, by one call for all that wait, kept
//! until shortly before they end, and thrown away when the target refuses them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use json::{Value, json};
use moka::Expiry;
use moka::future::Cache;
use reqwest::{Method, Request, Url};
use rules::profile::{FieldPath, FormStyle, Format, Login, OAuth2, SendClient, TokenPlace, TokenUrl};
use rules::wire::form;
use rules::{Body, TargetFault};
use zeroize::Zeroizing;

use super::access::{AccessError, Texts, basic, header};
use super::answer::{parse_body, retry_after_secs};
use super::http::Base;
use super::wire::{Received, Wire, media_types};
use crate::failure::TargetError;
use crate::limits::{LOGIN_PAUSE, TOKEN_LEAD_MAX, TOKEN_TIME, TOKEN_TIME_MAX};
use crate::secret::Secret;

/// How a token is got and shown, bound to one account.
#[derive(Clone)]
pub(super) struct SessionRules {
    url: TokenAt,
    format: Format,
    /// Of the request for a token, beside the target's fixed ones.
    authorization: Option<HeaderValue>,
    body: Secret,
    token: TokenPlace,
    /// The header that shows the token, and what stands there before and behind it.
    name: HeaderName,
    around: [Secret; 2],
    /// Without it the answer says how long, in `expires_in`.
    lifetime: Option<Duration>,
}

/// Where a token is got.
#[derive(Clone)]
enum TokenAt {
    /// A path below the target's base: what the target's calls carry is carried here too.
    Below(String),
    /// Another server, which is shown nothing but what it asks for.
    Elsewhere(Url),
}

/// A token, ready to be shown.
pub(super) struct Ticket {
    value: HeaderValue,
    lifetime: Duration,
}

/// A token, or why there is none and none is asked for again at once.
type Outcome = Result<Arc<Ticket>, TargetFault>;

/// The token of one account.
pub(super) struct Session {
    rules: SessionRules,
    ticket: Cache<(), Outcome>,
}

impl SessionRules {
    pub(super) fn oauth2(rules: &OAuth2, texts: Texts<'_>) -> Result<Self, AccessError> {
        let (id, secret) = (texts.fill(&rules.client_id)?, texts.secret(&rules.secret)?);
        let mut body = json!({ "grant_type": "client_credentials" });
        for (name, text) in [("scope", &rules.scope), ("audience", &rules.audience)] {
            if let Some(text) = text {
                body[name] = Value::String(texts.fill(text)?.to_string());
            }
        }
        let authorization = match rules.send {
            SendClient::Body => {
                body["client_id"] = Value::String(id.to_string());
                body["client_secret"] = Value::String(secret.expose().to_owned());
                None
            }
            SendClient::Basic => {
                // RFC 6749 §2.3.1: both are encoded as in a form first.
                let secret = Secret::new(form::encode_text(secret.expose()));
                Some(header(AUTHORIZATION.as_str(), &basic(&form::encode_text(&id), &secret))?.1)
            }
        };
        let url = match &rules.token {
            TokenUrl::Below(path) => TokenAt::Below(texts.path(path)?),
            TokenUrl::Absolute(origin, path) => {
                let url = Url::parse(&format!("{origin}{}", texts.path(path)?));
                TokenAt::Elsewhere(url.map_err(|_| AccessError::Path { name: "token".to_owned() })?)
            }
        };
        let format = Format::Form(FormStyle::default());
        Ok(Self {
            url,
            format,
            authorization,
            body: written(&body, format),
            token: TokenPlace::Field(FieldPath::parse("access_token").unwrap_or_default()),
            name: AUTHORIZATION,
            around: ["Bearer ", ""].map(|text| Secret::new(text.to_owned())),
            lifetime: None,
        })
    }

    pub(super) fn login(rules: &Login, texts: Texts<'_>) -> Result<Self, AccessError> {
        let (name, template) = &rules.send;
        let around = texts.fill_but_token(template)?;
        let [before, after] = &around;
        Ok(Self {
            url: TokenAt::Below(texts.path(&rules.path)?),
            format: rules.format,
            authorization: None,
            body: written(&texts.body(&rules.body)?, rules.format),
            token: rules.token.clone(),
            // That what stands around the token can stand in a header is found out now, not at the first call.
            name: header(name, &format!("{}{}", before.as_str(), after.as_str()))?.0,
            around: around.map(|text| Secret::new(text.to_string())),
            lifetime: Some(Duration::from_secs(rules.lifetime_secs.into())),
        })
    }

    /// The header that shows a token, with `token` in its place.
    pub(super) fn shown(&self, token: &str) -> (String, String) {
        let [before, after] = &self.around;
        (self.name.as_str().to_owned(), format!("{}{token}{}", before.expose(), after.expose()))
    }

    /// Where a token is got: a path below the target's base, or a URL.
    pub(super) fn place(&self) -> &str {
        match &self.url {
            TokenAt::Below(path) => path,
            TokenAt::Elsewhere(url) => url.as_str(),
        }
    }

    async fn open(&self, wire: &Wire, base: &Base, fixed: &HeaderMap, query: &str) -> Result<Outcome, TargetError> {
        let request = self.request(base, fixed, query)?;
        let received = wire.send(request).await?;
        match received.status {
            200..=299 => self.ticket(&received).map(|ticket| Ok(Arc::new(ticket))),
            // RFC 6749 §5.2: 400 is what a token endpoint says of a client that it does not know.
            status @ (400 | 401 | 403) => Ok(Err(TargetFault::Credentials { status })),
            status @ (408 | 429 | 503) => {
                let retry_after_secs = retry_after_secs(&received.headers);
                Err(TargetFault::Busy { status, retry_after_secs, repeat_after: None }.into())
            }
            status @ 500..=599 => Err(TargetFault::Broken { status }.into()),
            status => Err(garbage(&format!("status {status} to the login"))),
        }
    }

    fn request(&self, base: &Base, fixed: &HeaderMap, query: &str) -> Result<Request, TargetError> {
        let (url, mut headers) = match &self.url {
            TokenAt::Elsewhere(url) => (Some(url.clone()), HeaderMap::new()),
            TokenAt::Below(path) => (base.with_query(path, query), fixed.clone()),
        };
        let Some(url) = url else {
            let reason = "the path of the login would leave the target's base URL".to_owned();
            return Err(TargetError::Unreachable { reason });
        };
        let [content_type, accept] = media_types(self.format);
        headers.insert(CONTENT_TYPE, content_type);
        headers.insert(ACCEPT, accept);
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        *request.body_mut() = Some(Bytes::from(self.body.expose().to_owned()).into());
        Ok(request)
    }

    fn ticket(&self, received: &Received) -> Result<Ticket, TargetError> {
        let json = match parse_body(&received.body) {
            Body::Json(json) => json,
            Body::Empty | Body::Text(_) => Value::Null,
        };
        let token = match &self.token {
            TokenPlace::Field(field) => field.read(&json).and_then(text_of),
            TokenPlace::Header(name) => {
                received.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
            }
            TokenPlace::Cookie(name) => cookie(&received.headers, name),
        };
        let token = token.filter(|token| !token.is_empty()).map(Zeroizing::new);
        let token = token.ok_or_else(|| garbage("no token in the answer to the login"))?;
        let [before, after] = &self.around;
        let text = Zeroizing::new(format!("{}{}{}", before.expose(), token.as_str(), after.expose()));
        let (_, value) = header(self.name.as_str(), &text).map_err(|_| garbage("a token that no header can carry"))?;
        let lifetime = self.lifetime.or_else(|| expires_in(&json)).unwrap_or(TOKEN_TIME).min(TOKEN_TIME_MAX);
        // It must not end on the way: a tenth of its time before, half a minute at most.
        Ok(Ticket { value, lifetime: lifetime.saturating_sub((lifetime / 10).min(TOKEN_LEAD_MAX)) })
    }
}

impl Session {
    pub(super) fn new(rules: SessionRules) -> Self {
        Self { rules, ticket: Cache::builder().max_capacity(1).expire_after(Lifetimes).build() }
    }

    /// The token at hand, or a new one. Everybody who asks meanwhile waits for the same login, and has its failure too.
    pub(super) async fn ticket(
        &self,
        wire: &Wire,
        base: &Base,
        fixed: &HeaderMap,
        query: &str,
    ) -> Result<Arc<Ticket>, TargetError> {
        let opening = self.rules.open(wire, base, fixed, query);
        match self.ticket.try_get_with((), opening).await {
            Ok(outcome) => outcome.map_err(TargetError::Fault),
            Err(error) => Err(TargetError::clone(&error)),
        }
    }

    /// Throws a token away that the target refused, unless another took its place already.
    pub(super) async fn refused(&self, ticket: &Arc<Ticket>) {
        if let Some(Ok(known)) = self.ticket.get(&()).await
            && Arc::ptr_eq(&known, ticket)
        {
            self.ticket.invalidate(&()).await;
        }
    }

    /// Shows the token.
    pub(super) fn sign(&self, headers: &mut HeaderMap, ticket: &Ticket) {
        headers.insert(self.rules.name.clone(), ticket.value.clone());
    }
}

/// How long an outcome is kept.
struct Lifetimes;

impl Expiry<(), Outcome> for Lifetimes {
    fn expire_after_create(&self, (): &(), outcome: &Outcome, _: Instant) -> Option<Duration> {
        Some(match outcome {
            Ok(ticket) => ticket.lifetime,
            // A password that is wrong is wrong for a while: a product may lock the account of whoever tries on.
            Err(_) => LOGIN_PAUSE,
        })
    }
}

/// The body of a request for a token.
fn written(body: &Value, format: Format) -> Secret {
    Secret::new(match format {
        Format::Form(style) => form::encode(body, style),
        Format::Json | Format::Xml => body.to_string(),
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `expires_in` of RFC 6749 §5.1, in seconds; some servers send it as a text.
fn expires_in(answer: &Value) -> Option<Duration> {
    let secs = match &answer["expires_in"] {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    Some(Duration::from_secs(secs))
}

/// The value of the last cookie of that name (RFC 6265 §5.3: a later one takes the place of an earlier one).
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let values = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
    let mut own = values.filter(|(known, _)| known.trim() == name);
    own.next_back().map(|(_, value)| value.trim().to_owned())
}

fn garbage(reason: &str) -> TargetError {
    TargetError::Fault(TargetFault::Garbage { reason: reason.to_owned() })
}

#[cfg(test)]
mod tests;
