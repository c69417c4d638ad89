//! From HTTP to a SCIM operation: method, path below the SCIM root, query, body.
//!
//! Liberal in: a trailing slash, a doubled slash, a trailing `?` or `&`, unknown parameters and both media types are fine
//! (idp-dialects rows 53, 54). The body is read here but not yet bound to a schema: which schema applies is the profile's
//! to say.

mod route;

mod body;
mod bulk;
mod condition;
mod envelope;
mod query;
mod search;
#[cfg(test)]
mod tests;
mod url;

use std::fmt;

use json::Value;

use crate::filter::{Filter, FilterError};
use crate::list::Page;
use crate::protocol::Protocol;
use crate::sort::Sort;

pub use self::bulk::{BulkOperation, BulkRequest, BulkResult, bulk_response};
pub use self::condition::{Condition, EntityTag, Tags};
pub use self::query::Query;

/// An HTTP request to a SCIM endpoint, as far as SCIM is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Request<'r> {
    /// Which SCIM the caller speaks: the tenant's setting, never guessed from the request.
    pub protocol: Protocol,
    /// The method: `GET`.
    pub method: &'r str,
    /// The raw path below the SCIM root: `/Users/2819c223`.
    pub path: &'r str,
    /// The raw query without its `?`.
    pub query: Option<&'r str>,
    /// `Content-Type`. Absent or empty is fine (idp-dialects row 5).
    pub content_type: Option<&'r str>,
    /// `If-Match` (RFC 7644 §3.14).
    pub if_match: Option<&'r str>,
    /// `If-None-Match` (RFC 7644 §3.14).
    pub if_none_match: Option<&'r str>,
    /// `X-HTTP-Method-Override`; heeded for a POST of SCIM 1.1 only, and only for PUT, PATCH and DELETE.
    pub method_override: Option<&'r str>,
    /// The body; empty if there is none.
    pub body: &'r [u8],
}

/// One SCIM request, decoded. What a caller of SCIM 1.1 sent is in the form of 2.0 already.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `GET /ServiceProviderConfig`.
    ServiceProviderConfig,
    /// `GET /ResourceTypes` or `/ResourceTypes/{id}`.
    ResourceTypes(Option<String>),
    /// `GET /Schemas` or `/Schemas/{urn}`.
    Schemas(Option<String>),
    /// `/Me`, any method (RFC 7644 §3.11).
    Me,
    /// `GET /?filter=…` or `POST /.search`: users and groups alike (RFC 7644 §3.4.2.1, §3.4.3).
    Everything(Listing),
    /// `POST /Bulk` (RFC 7644 §3.7).
    Bulk(BulkRequest),
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
    /// `GET /Users?…` or `POST /Users/.search`.
    Query(Listing),
    /// `GET /Users/{id}`.
    Read {
        /// The id, percent-decoded.
        id: String,
        /// What to show.
        view: View,
        /// Under which condition.
        condition: Condition,
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
        /// Under which condition.
        condition: Condition,
    },
    /// `PATCH /Users/{id}`.
    Patch {
        /// The id, percent-decoded.
        id: String,
        /// The body.
        body: Value,
        /// What to show.
        view: View,
        /// Under which condition.
        condition: Condition,
    },
    /// `DELETE /Users/{id}`.
    Delete {
        /// The id, percent-decoded.
        id: String,
        /// Under which condition.
        condition: Condition,
    },
}

/// Which resources are asked for, and how (RFC 7644 §3.4.2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// `filter`, if there is one.
    pub filter: Option<Filter>,
    /// `sortBy` and `sortOrder`, if there is a `sortBy`.
    pub sort: Option<Sort>,
    /// `startIndex` or `cursor`, and `count`.
    pub page: Page,
    /// `attributes` and `excludedAttributes`, still text.
    pub view: View,
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
    /// The path or query is not valid percent-encoded UTF-8, or an id holds control characters or slashes or is `.` or `..`:
    /// 400.
    #[error("the URL is not valid: {reason}")]
    Url {
        /// What is wrong.
        reason: String,
    },
    /// The body is not JSON, has a key twice, nests too deeply or is empty where one is needed: 400 `invalidSyntax`.
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
    /// `count` is none that a page behind a cursor can have: 400 `invalidCount` (RFC 9865 §2.1).
    #[error("with a `cursor`, `count` must be a whole number of at least 1, not `{found}`")]
    Count {
        /// What was sent, shortened.
        found: String,
    },
    /// The filter is wrong: 400 `invalidFilter`.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// `sortBy` is no path, `sortOrder` no order, or `cursor` stands beside `startIndex`: 400 `invalidValue`.
    #[error("`{parameter}`: {reason}")]
    Parameter {
        /// `sortBy`, `sortOrder` or `cursor`.
        parameter: &'static str,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// `If-Match` or `If-None-Match` is no list of entity tags, or `X-HTTP-Method-Override` no method: 400 `invalidValue`.
    #[error("`{header}`: {reason}")]
    Header {
        /// Which header.
        header: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The body is JSON, and not of the shape that the endpoint takes: 400 `invalidSyntax`.
    #[error("{reason}")]
    Syntax {
        /// What is wrong and what was expected.
        reason: String,
    },
    /// Discovery cannot be filtered: 403 (RFC 7644 §4).
    #[error("`/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` take no filter")]
    DiscoveryFilter,
    /// More operations than `limits::BULK_OPERATIONS_MAX`: 413 (RFC 7644 §3.7.4).
    #[error("a bulk request may have at most {max} operations, this one has {found}")]
    BulkTooLarge {
        /// The limit.
        max: usize,
        /// What was sent.
        found: usize,
    },
}

impl Operation {
    /// Decodes a request.
    ///
    /// # Errors
    /// [`DecodeError`]; nothing was done.
    pub fn decode(request: Request<'_>) -> Result<Self, DecodeError> {
        request.operation()
    }

    /// A short, bounded name for metrics, logs and audit: `user.create`, `group.query`, `schemas`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Operation::ServiceProviderConfig => "service_provider_config",
            Operation::ResourceTypes(_) => "resource_types",
            Operation::Schemas(_) => "schemas",
            Operation::Me => "me",
            Operation::Everything(_) => "search",
            Operation::Bulk(_) => "bulk",
            Operation::Resource(Endpoint::Users, action) => match action {
                Action::Query(_) => "user.query",
                Action::Read { .. } => "user.read",
                Action::Create { .. } => "user.create",
                Action::Replace { .. } => "user.replace",
                Action::Patch { .. } => "user.patch",
                Action::Delete { .. } => "user.delete",
            },
            Operation::Resource(Endpoint::Groups, action) => match action {
                Action::Query(_) => "group.query",
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
            Action::Query(listing) => f.debug_tuple("Query").field(listing).finish(),
            Action::Read { id, view, condition } => {
                f.debug_struct("Read").field("id", id).field("view", view).field("condition", condition).finish()
            }
            Action::Create { body: _, view } => {
                f.debug_struct("Create").field("body", &"…").field("view", view).finish()
            }
            Action::Replace { id, body: _, view, condition: _ } => f
                .debug_struct("Replace")
                .field("id", id)
                .field("body", &"…")
                .field("view", view)
                .finish_non_exhaustive(),
            Action::Patch { id, body: _, view, condition: _ } => {
                f.debug_struct("Patch").field("id", id).field("body", &"…").field("view", view).finish_non_exhaustive()
            }
            Action::Delete { id, condition } => {
                f.debug_struct("Delete").field("id", id).field("condition", condition).finish()
            }
        }
    }
}
