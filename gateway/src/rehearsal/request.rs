//! A SCIM request as people have it at hand: JSON, raw HTTP, or a curl command.
//!
//! Reads text only; of what a curl command names, nothing is fetched but the files behind its `@`.

mod curl;
mod http;
mod json;

use std::io::{self, Read as _};

use proxy::Secret;
use proxy::route::Route;

/// Largest file that is given, in bytes: a request, what it names, facts.
pub const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How requests are written.
const FORMS: &str =
    r#"write {"method": "POST", "path": "/Users", "body": {…}}, raw HTTP (`POST /Users HTTP/1.1`) or a curl command"#;

/// A SCIM request, as far as it matters to the gateway.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// The raw path below the SCIM root: `/Users/1001`.
    pub path: String,
    /// The raw query without its `?`.
    pub query: Option<String>,
    /// The body, empty if there is none.
    pub body: Vec<u8>,
    /// The headers but `Authorization`, as they were written.
    pub headers: Vec<(String, String)>,
    /// `Authorization`.
    pub authorization: Option<Secret>,
    /// The authority that was called, if the request says so.
    pub host: Option<String>,
    /// The tenant that the path names: `acme` of `/t/acme/scim/v2/Users`.
    pub tenant: Option<String>,
}

impl Request {
    /// A request to `target`: a URL, or a path with its query. `/Users`, `/scim/v2/Users` and `/t/acme/scim/v2/Users` are one.
    #[must_use]
    pub fn new(method: &str, target: &str, body: Vec<u8>) -> Self {
        let (host, target) = match target.split_once("://") {
            Some((_, rest)) => {
                let (authority, target) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
                (Some(authority.to_owned()), target)
            }
            None => (None, target),
        };
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let (path, tenant) = match Route::parse(path) {
            Some(route) => (route.below, route.tenant.map(str::to_owned)),
            None => (path, None),
        };
        Self {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            query,
            body,
            host,
            tenant,
            ..Self::default()
        }
    }

    /// Reads a request in any of its forms.
    ///
    /// # Errors
    /// What is wrong, and what to write.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') || text.starts_with('[') {
            json::request(text)
        } else if text.starts_with("curl") {
            Self::from_curl(text)
        } else {
            http::request(text)
        }
    }

    /// Reads a curl command, as a shell would.
    ///
    /// # Errors
    /// What is wrong: quotes, an option that is not known here, no URL.
    pub fn from_curl(command: &str) -> Result<Self, String> {
        curl::request(command)
    }

    /// The request with one header more; an `Authorization` is kept apart, so that nothing prints it.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if name.eq_ignore_ascii_case("authorization") {
            self.authorization = Some(Secret::new(value.to_owned()));
        } else if name.eq_ignore_ascii_case("host") {
            self.host = Some(value.to_owned());
        } else {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Path and query below the SCIM root.
    #[must_use]
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The text of a file that is given: UTF-8, at most [`REQUEST_BYTES_MAX`] bytes.
///
/// # Errors
/// That it cannot be read, is no UTF-8, or is larger.
pub fn bounded(source: impl io::Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(REQUEST_BYTES_MAX as u64 + 1).read_to_string(&mut text)?;
    if text.len() > REQUEST_BYTES_MAX {
        return Err(io::Error::other(format!("it has more than {REQUEST_BYTES_MAX} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
