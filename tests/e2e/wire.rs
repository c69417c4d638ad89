//! HTTP/1.1 byte by byte: what is sent is exactly what a test wrote, however wrong.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::process::PATIENCE;

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// The body as text.
    pub(crate) text: String,
    /// The body as JSON; null if it is none.
    pub(crate) body: Value,
    asked: String,
}

impl Request {
    /// A request for `target` (path and query) without headers or body.
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// A body with the content type that Entra sends.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/scim+json; charset=utf-8").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it on a connection of its own.
    ///
    /// # Errors
    /// If the connection breaks before the answer.
    pub(crate) async fn try_send(&self, to: SocketAddr) -> io::Result<Answer> {
        let asked = self.to_string();
        let Ok(answered) = timeout(PATIENCE, exchange(to, &self.bytes(to))).await else {
            panic!("no answer to\n{asked}")
        };
        Answer::parse(&answered?, asked)
    }

    /// Sends it; there is an answer.
    pub(crate) async fn send(&self, to: SocketAddr) -> Answer {
        self.try_send(to).await.unwrap_or_else(|error| panic!("{error}, no answer to\n{self}"))
    }

    fn bytes(&self, to: SocketAddr) -> Vec<u8> {
        let Self { method, target, headers, body } = self;
        let is_named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = if is_named { String::new() } else { format!("Host: {to}\r\n") };
        let headers: String = headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!("{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n{headers}{length}\r\n");
        [head.as_bytes(), body].concat()
    }
}

/// For messages: tokens are test data.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        let (shown, rest) = body.split_at(body.floor_char_boundary(2_000));
        let ellipsis = if rest.is_empty() { "" } else { "…" };
        write!(f, "{} {}\n{shown}{ellipsis}", self.method, self.target)
    }
}

async fn exchange(to: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// Sends bytes that are no request of ours and gives the raw answer.
pub(crate) async fn send_raw(to: SocketAddr, request: &[u8]) -> String {
    let answer = timeout(PATIENCE, exchange(to, request)).await.expect("the connection ends");
    String::from_utf8_lossy(&answer.unwrap_or_default()).into_owned()
}

impl Answer {
    fn parse(bytes: &[u8], asked: String) -> io::Result<Self> {
        let broken = || io::Error::other("the answer is cut");
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(broken)?;
        let header =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        let text = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
        let body = json::from_str(&text).unwrap_or(Value::Null);
        Ok(Self { status, headers: lines.filter_map(header).collect(), text, body, asked })
    }

    /// The one header of this lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A text of the body, by JSON pointer; empty if there is none.
    pub(crate) fn text_at(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The id of the one resource.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        assert!(!self.text_at("/id").is_empty(), "no id: {self}");
        self.text_at("/id").to_owned()
    }

    /// This status and no other.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// A SCIM error of this status and keyword (`""` for none), whole: type, `schemas`, `status`, `detail`, a request id.
    #[track_caller]
    pub(crate) fn expect_error(self, status: u16, scim_type: &str) -> Self {
        let this = self.expect(status);
        assert_eq!(this.header("content-type"), Some("application/scim+json"), "{this}");
        assert_eq!(this.text_at("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:Error", "{this}");
        assert_eq!(this.text_at("/status"), status.to_string(), "{this}");
        assert_eq!(this.text_at("/scimType"), scim_type, "{this}");
        assert!(!this.text_at("/detail").is_empty(), "{this}");
        assert!(this.header("x-request-id").is_some_and(|id| !id.is_empty()), "{this}");
        this
    }

    /// A list of so many, all of them on this page.
    #[track_caller]
    pub(crate) fn expect_list(self, total: usize) -> Self {
        let this = self.expect(200);
        assert_eq!(this.header("content-type"), Some("application/scim+json"), "{this}");
        assert!(this.header("x-request-id").is_some_and(|id| !id.is_empty()), "{this}");
        assert_eq!(this.text_at("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:ListResponse", "{this}");
        assert_eq!(this.body["totalResults"], total, "{this}");
        assert_eq!(this.body["Resources"].as_array().map(Vec::len), Some(total), "{this}");
        this
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, headers, text, asked, body: _ } = self;
        write!(f, "\n--- asked\n{asked}\n--- answered\n{status} {headers:?}\n{text}\n")
    }
}
