//! The HTTP server under every stand-in: one function from request to reply, faults in between, and a log of what was seen.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::faults::{Fault, Faults};

/// A request as a stand-in sees it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method.
    pub method: Method,
    /// Path segments, percent-decoded, empty ones dropped.
    pub segments: Vec<String>,
    /// Query parameters, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Headers.
    pub headers: HeaderMap,
    /// The body; null if there is none or it is no JSON.
    pub body: Value,
    /// The body as it came.
    pub raw: Bytes,
    /// Path and query as they came.
    pub target: String,
}

impl Asked {
    /// The first query parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A header as text; empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The pairs of a body that is a form (`application/x-www-form-urlencoded`), decoded, in order.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.raw))
    }

    /// `(offset, limit)` of a paged list; everything if they are not given.
    #[must_use]
    pub fn window(&self) -> (usize, usize) {
        let number = |name| self.parameter(name).and_then(|text| text.parse().ok());
        (number("offset").unwrap_or(0), number("limit").unwrap_or(usize::MAX))
    }
}

/// A stand-in's reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Body; null means none.
    pub body: Value,
    /// Content type and text of a body that is no JSON; it is sent instead of `body`.
    pub text: Option<(&'static str, String)>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A reply with a body.
    #[must_use]
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, body, text: None, headers: Vec::new() }
    }

    /// A reply with a body of another content type: `text/xml`.
    #[must_use]
    pub fn text(status: u16, content_type: &'static str, text: impl Into<String>) -> Self {
        Self { text: Some((content_type, text.into())), ..Self::empty(status) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A reply without one.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self::json(status, Value::Null)
    }
}

/// One request that a stand-in answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The body; null if there was none.
    pub body: Value,
    /// What it was answered.
    pub status: u16,
    /// Bytes of path, query and both bodies.
    pub bytes: usize,
}

impl Seen {
    /// Whether the request could change something.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }
}

/// What a stand-in does with a request.
pub trait Play: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, asked: &Asked) -> Reply;
}

/// A running stand-in. Dropping it stops it.
#[derive(Debug)]
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    /// How it misbehaves.
    pub faults: Arc<Faults>,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Served {
    /// Starts a stand-in on a free loopback port.
    ///
    /// # Errors
    /// If no port can be had.
    pub async fn start(play: Arc<dyn Play>) -> std::io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), play).await
    }

    /// The same on this address: a stand-in that was stopped comes back.
    ///
    /// # Errors
    /// If the address cannot be had.
    pub async fn start_at(address: SocketAddr, play: Arc<dyn Play>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let faults = Arc::new(Faults::default());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(accept(listener, play, Arc::clone(&faults), Arc::clone(&seen)));
        Ok(Self { address, faults, seen, task })
    }

    /// Stops it: when this is ready nobody listens there any more, and its connections are cut.
    pub async fn stop(&mut self) {
        self.task.abort();
        // Cancelled, which is what was asked for.
        let _ = (&mut self.task).await;
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every request so far, and forgets them.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, play: Arc<dyn Play>, faults: Arc<Faults>, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (play, faults, seen) = (Arc::clone(&play), Arc::clone(&faults), Arc::clone(&seen));
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let (play, faults, seen) = (Arc::clone(&play), Arc::clone(&faults), Arc::clone(&seen));
                async move { respond(request, &*play, &faults, &seen).await }
            });
            // A client that goes away is no concern of a stand-in's.
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn respond(
    request: Request<Incoming>,
    play: &dyn Play,
    faults: &Faults,
    seen: &Mutex<Vec<Seen>>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let asked = asked(&head, &body);
    let fault = faults.next(&asked);
    if let Some(Fault::Delay(time)) = &fault {
        tokio::time::sleep(*time).await;
    }
    let reply = match &fault {
        Some(Fault::Status { status, .. }) => {
            Reply::json(*status, json::json!({"code": "FAULT", "secret": "internal"}))
        }
        _ => play.answer(&asked),
    };
    let Reply { status, body: answer, text, headers } = reply;
    let answered = match (&text, &answer) {
        (Some((_, text)), _) => text.clone(),
        (None, Value::Null) => String::new(),
        (None, answer) => answer.to_string(),
    };
    let encode = || {
        let mut response = encode(status, answered.clone(), text.as_ref().map_or(JSON, |(of, _)| *of));
        response.headers_mut().extend(headers.iter().filter_map(|(name, value)| header(name, value)));
        response
    };
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(Seen {
        method: asked.method.to_string(),
        target: asked.target.clone(),
        body: asked.body.clone(),
        status,
        bytes: asked.target.len() + body.len() + answered.len(),
    });
    faults.answered(&asked, fault.is_some());
    match fault {
        Some(Fault::HangAfter) => std::future::pending().await,
        Some(Fault::BreakAfter) => Err(std::io::Error::other("the connection breaks")),
        Some(Fault::Garbage) => Ok(Response::new(Full::new(Bytes::from_static(b"<html>maintenance</html>")))),
        Some(Fault::Status { retry_after: Some(value), .. }) => {
            let mut response = encode();
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(value));
            Ok(response)
        }
        Some(Fault::Status { retry_after: None, .. } | Fault::Delay(_)) | None => Ok(encode()),
    }
}

fn asked(head: &http::request::Parts, body: &Bytes) -> Asked {
    let segment = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Asked {
        method: head.method.clone(),
        segments: head.uri.path().split('/').filter(|part| !part.is_empty()).map(segment).collect(),
        query: pairs(head.uri.query().unwrap_or_default()),
        headers: head.headers.clone(),
        body: json::from_slice(body).unwrap_or(Value::Null),
        raw: body.clone(),
        target: head.uri.path_and_query().map_or_else(String::new, ToString::to_string),
    }
}

/// The pairs of a query or a form.
fn pairs(text: &str) -> Vec<(String, String)> {
    let decode =
        |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

/// The content type of most replies.
const JSON: &str = "application/json";

fn encode(status: u16, body: String, content_type: &'static str) -> Response<Full<Bytes>> {
    let has_body = !body.is_empty();
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if has_body {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

/// A header of a reply; one that cannot be sent is left out.
fn header(name: &'static str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
}
