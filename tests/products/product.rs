//! A product's own API, asked directly: what is really there, and what somebody else does behind the gateway's back.

use std::env;
use std::fmt::Write as _;

use json::Value;
use reqwest::Method;

/// A running product.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// The folder of its profile.
    pub(crate) name: &'static str,
    /// Where it is.
    pub(crate) url: String,
    /// What lets an administrator in.
    pub(crate) key: String,
    header: (&'static str, String),
    client: reqwest::Client,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Said {
    /// The status.
    pub(crate) status: u16,
    /// The body; null if it is no JSON.
    pub(crate) body: Value,
}

impl Product {
    /// Redmine, as `tests/products/run` says.
    pub(crate) fn redmine() -> Self {
        let key = told("PRODUCT_REDMINE_KEY");
        Self::new("redmine", told("PRODUCT_REDMINE_URL"), ("X-Redmine-API-Key", key.clone()), key)
    }

    /// Matrix Synapse, as `tests/products/run` says.
    pub(crate) fn synapse() -> Self {
        let key = told("PRODUCT_SYNAPSE_KEY");
        Self::new("synapse", told("PRODUCT_SYNAPSE_URL"), ("Authorization", format!("Bearer {key}")), key)
    }

    fn new(name: &'static str, url: String, header: (&'static str, String), key: String) -> Self {
        // An error means that another test has done it already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Self { name, url, key, header, client: reqwest::Client::new() }
    }

    /// The same product for another account, which shows `presented` in the header because its key is `key`.
    pub(crate) fn as_seen_by(&self, presented: &str, key: &str) -> Self {
        Self { key: key.to_owned(), header: (self.header.0, presented.to_owned()), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Said {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        request = request.header(self.header.0, &self.header.1).header("Accept-Language", "en");
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        Said { status, body: json::from_str(&text).unwrap_or(Value::Null) }
    }

    /// A POST that succeeds.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, Some(body)).await.fine()
    }

    /// A PUT that succeeds.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Value {
        self.send(Method::PUT, path, Some(body)).await.fine()
    }
}

impl Said {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn fine(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }
}

/// An id as one segment of a path.
pub(crate) fn segment(id: &str) -> String {
    let mut segment = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => segment.push(byte.into()),
            _ => write!(segment, "%{byte:02X}").unwrap(),
        }
    }
    segment
}

fn told(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("`{name}` is not set: these tests are run by tests/products/run"))
}
