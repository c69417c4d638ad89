//! From HTTP to a SCIM operation: method, path below the SCIM root, query, body.
//!
//! Liberal in: a trailing slash, a doubled slash, a trailing `?` or `&`, unknown parameters and both media types are fine
//! (idp-dialects rows 53, 54). The body is read here but not yet bound to a schema: which schema applies is the profile's
//! to say.

mod body;
mod query;
#[cfg(test)]
mod tests;

use std::fmt;
use std::num::IntErrorKind;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::excerpt::excerpt;
use crate::filter::{Filter, FilterError};
use crate::list::Page;

pub use self::query::Query;

/// One SCIM request, decoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `GET /ServiceProviderConfig`.
    ServiceProviderConfig,
    /// `GET /ResourceTypes` or `/ResourceTypes/{id}`.
    ResourceTypes(Option<String>),
    /// `GET /Schemas` or `/Schemas/{urn}`.
    Schemas(Option<String>),
    /// Something on users or groups.
    Resource(Endpoint, Action),
}

/// A resource endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// `/Users`.
    Users,
    /// `/Groups`.
    Groups,
}

/// What to do with resources. `Debug` leaves bodies out: they hold passwords.
#[derive(Clone, PartialEq)]
pub enum Action {
    /// `GET /Users?…`.
    Query {
        /// `filter`, if there is one.
        filter: Option<Filter>,
        /// `startIndex` and `count`.
        page: Page,
        /// `attributes` and `excludedAttributes`, still text.
        view: View,
    },
    /// `GET /Users/{id}`.
    Read {
        /// The id, percent-decoded.
        id: String,
        /// What to show.
        view: View,
    },
    /// `POST /Users`.
    Create {
        /// The body.
        body: Value,
        /// What to show.
        view: View,
    },
    /// `PUT /Users/{id}`.
    Replace {
        /// The id, percent-decoded.
        id: String,
        /// The body.
        body: Value,
        /// What to show.
        view: View,
    },
    /// `PATCH /Users/{id}`.
    Patch {
        /// The id, percent-decoded.
        id: String,
        /// The body.
        body: Value,
        /// What to show.
        view: View,
    },
    /// `DELETE /Users/{id}`.
    Delete {
        /// The id, percent-decoded.
        id: String,
    },
}

/// `attributes` and `excludedAttributes` as sent (RFC 7644 §3.9).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// `attributes`.
    pub attributes: Option<String>,
    /// `excludedAttributes`.
    pub excluded: Option<String>,
}

/// Why a request could not be decoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DecodeError {
    /// No such endpoint: 404.
    #[error("there is no SCIM endpoint `{path}`")]
    NoEndpoint {
        /// The path below the SCIM root, shortened.
        path: String,
    },
    /// The endpoint does not know the method: 405 with `Allow`.
    #[error("`{path}` allows {allow}, not {method}")]
    Method {
        /// The path below the SCIM root, shortened.
        path: String,
        /// What was sent.
        method: String,
        /// The value for the `Allow` header: `GET, POST`.
        allow: &'static str,
    },
    /// The path or query is not valid percent-encoded UTF-8, or an id holds control characters, slashes or only dots: 400.
    #[error("the URL is not valid: {reason}")]
    Url {
        /// What is wrong.
        reason: String,
    },
    /// The body is not JSON, nests too deeply or is empty where one is needed: 400 `invalidSyntax`.
    #[error("the body is not valid JSON: {reason}")]
    Body {
        /// What and where.
        reason: String,
    },
    /// The body has a media type that is not JSON: 415.
    #[error("the body must be `application/scim+json` or `application/json`, not `{found}`")]
    MediaType {
        /// What was sent, shortened.
        found: String,
    },
    /// A parameter has a value that is none: 400 `invalidValue`.
    #[error("`{parameter}` must be a whole number, not `{found}`")]
    Number {
        /// `startIndex` or `count`.
        parameter: &'static str,
        /// What was sent, shortened.
        found: String,
    },
    /// The filter is wrong: 400 `invalidFilter`.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

impl Operation {
    /// Decodes a request.
    ///
    /// `path` is the raw path below the SCIM root (`/Users/2819c223`), `query` the raw query without its `?`,
    /// `content_type` the header if present. An absent or empty media type is fine (idp-dialects row 5).
    ///
    /// # Errors
    /// [`DecodeError`]; nothing was done.
    pub fn decode(
        method: &str,
        path: &str,
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Self, DecodeError> {
        let segments = segments(path)?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let request = Request { method, path, query, content_type, body };
        match *segments.as_slice() {
            ["ServiceProviderConfig"] => request.discovery(Operation::ServiceProviderConfig),
            ["ResourceTypes"] => request.discovery(Operation::ResourceTypes(None)),
            ["ResourceTypes", id] => request.discovery(Operation::ResourceTypes(Some(checked_id(id)?))),
            ["Schemas"] => request.discovery(Operation::Schemas(None)),
            ["Schemas", id] => request.discovery(Operation::Schemas(Some(checked_id(id)?))),
            // RFC 7644 §3.4.3; no identity provider of idp-dialects uses it.
            ["Users" | "Groups", ".search"] => Err(request.no_endpoint()),
            ["Users"] => request.collection(Endpoint::Users),
            ["Groups"] => request.collection(Endpoint::Groups),
            ["Users", id] => request.member(Endpoint::Users, id),
            ["Groups", id] => request.member(Endpoint::Groups, id),
            _ => Err(request.no_endpoint()),
        }
    }

    /// A short, bounded name for metrics, logs and audit: `user.create`, `group.query`, `schemas`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Operation::ServiceProviderConfig => "service_provider_config",
            Operation::ResourceTypes(_) => "resource_types",
            Operation::Schemas(_) => "schemas",
            Operation::Resource(Endpoint::Users, action) => match action {
                Action::Query { .. } => "user.query",
                Action::Read { .. } => "user.read",
                Action::Create { .. } => "user.create",
                Action::Replace { .. } => "user.replace",
                Action::Patch { .. } => "user.patch",
                Action::Delete { .. } => "user.delete",
            },
            Operation::Resource(Endpoint::Groups, action) => match action {
                Action::Query { .. } => "group.query",
                Action::Read { .. } => "group.read",
                Action::Create { .. } => "group.create",
                Action::Replace { .. } => "group.replace",
                Action::Patch { .. } => "group.patch",
                Action::Delete { .. } => "group.delete",
            },
        }
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Query { filter, page, view } => {
                f.debug_struct("Query").field("filter", filter).field("page", page).field("view", view).finish()
            }
            Action::Read { id, view } => f.debug_struct("Read").field("id", id).field("view", view).finish(),
            Action::Create { body: _, view } => {
                f.debug_struct("Create").field("body", &"…").field("view", view).finish()
            }
            Action::Replace { id, body: _, view } => {
                f.debug_struct("Replace").field("id", id).field("body", &"…").field("view", view).finish()
            }
            Action::Patch { id, body: _, view } => {
                f.debug_struct("Patch").field("id", id).field("body", &"…").field("view", view).finish()
            }
            Action::Delete { id } => f.debug_struct("Delete").field("id", id).finish(),
        }
    }
}

/// The parts of a request as [`Operation::decode`] got them.
#[derive(Clone, Copy)]
struct Request<'r> {
    method: &'r str,
    path: &'r str,
    query: Option<&'r str>,
    content_type: Option<&'r str>,
    body: &'r [u8],
}

impl Request<'_> {
    /// A discovery endpoint; its parameters are ignored (RFC 7644 §4: no filter, no paging).
    fn discovery(self, operation: Operation) -> Result<Operation, DecodeError> {
        if self.method == "GET" { Ok(operation) } else { Err(self.method_not_allowed("GET")) }
    }

    /// `/Users` or `/Groups`.
    fn collection(self, endpoint: Endpoint) -> Result<Operation, DecodeError> {
        let action = match self.method {
            "GET" => {
                let query = self.parameters()?;
                let filter = query.filter.as_deref().map(str::parse).transpose()?;
                let start_index = query.start_index.as_deref().map(|text| number("startIndex", text)).transpose()?;
                let count = query.count.as_deref().map(|text| number("count", text)).transpose()?;
                Action::Query { filter, page: Page::new(start_index, count), view: view(query) }
            }
            "POST" => Action::Create { view: view(self.parameters()?), body: self.json()? },
            _ => return Err(self.method_not_allowed("GET, POST")),
        };
        Ok(Operation::Resource(endpoint, action))
    }

    /// `/Users/{id}` or `/Groups/{id}`.
    fn member(self, endpoint: Endpoint, id: &str) -> Result<Operation, DecodeError> {
        let id = checked_id(id)?;
        let action = match self.method {
            "GET" => Action::Read { id, view: view(self.parameters()?) },
            "PUT" => Action::Replace { id, view: view(self.parameters()?), body: self.json()? },
            "PATCH" => Action::Patch { id, view: view(self.parameters()?), body: self.json()? },
            // RFC 7644 §3.6 has no body; one that is sent all the same says nothing.
            "DELETE" => Action::Delete { id },
            _ => return Err(self.method_not_allowed("GET, PUT, PATCH, DELETE")),
        };
        Ok(Operation::Resource(endpoint, action))
    }

    fn parameters(self) -> Result<Query, DecodeError> {
        self.query.map_or_else(|| Ok(Query::default()), Query::parse)
    }

    fn json(self) -> Result<Value, DecodeError> {
        body::json(self.content_type, self.body)
    }

    fn no_endpoint(self) -> DecodeError {
        DecodeError::NoEndpoint { path: excerpt(self.path) }
    }

    fn method_not_allowed(self, allow: &'static str) -> DecodeError {
        DecodeError::Method { path: excerpt(self.path), method: excerpt(self.method), allow }
    }
}

fn view(query: Query) -> View {
    View { attributes: query.attributes, excluded: query.excluded_attributes }
}

/// The segments of a path, percent-decoded. Empty ones are dropped: an admin's base URL may end in a slash (idp-dialects
/// §5, Telmediq 1).
fn segments(path: &str) -> Result<Vec<String>, DecodeError> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| match percent_decode_str(segment).decode_utf8() {
            Ok(decoded) => Ok(decoded.into_owned()),
            Err(_) => Err(DecodeError::Url { reason: format!("`{}` in the path is not UTF-8", excerpt(segment)) }),
        })
        .collect()
}

/// Refuses ids that could mean another path at the target.
fn checked_id(id: &str) -> Result<String, DecodeError> {
    let dangerous =
        matches!(id, "." | "..") || id.contains(|char: char| char.is_control() || matches!(char, '/' | '\\'));
    if dangerous {
        return Err(DecodeError::Url { reason: format!("`{}` cannot be an id", excerpt(id)) });
    }
    Ok(id.to_owned())
}

/// A whole number; one too large for the type is the largest, because paging cuts it anyway.
fn number(parameter: &'static str, text: &str) -> Result<i64, DecodeError> {
    text.trim().parse::<i64>().or_else(|error| match error.kind() {
        IntErrorKind::PosOverflow => Ok(i64::MAX),
        IntErrorKind::NegOverflow => Ok(i64::MIN),
        _ => Err(DecodeError::Number { parameter, found: excerpt(text) }),
    })
}
