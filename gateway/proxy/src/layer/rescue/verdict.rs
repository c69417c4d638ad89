//! The table of failures: what each one is for the IdP. No I/O, no log; [`rescue`](super) acts on it.

use http::StatusCode;
use rules::{Refusal, TargetFault};
use scim::operation::DecodeError;
use scim::patch::PatchError;
use scim::resource::ValueError;
use scim::{ErrorBody, ScimType};

use crate::authenticate::AuthError;
use crate::failure::{Failure, TargetError};
use crate::limits;
use crate::record::OutcomeClass;

/// What a failure becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// HTTP status.
    pub status: StatusCode,
    /// SCIM's keyword.
    pub scim_type: Option<ScimType>,
    /// What the IdP's admin reads; one line of at most [`limits::DETAIL_CHARS_MAX`] characters.
    pub detail: String,
    /// `Retry-After`, whole seconds.
    pub retry_after_secs: Option<u32>,
    /// `WWW-Authenticate`, one header for each. Static: no id and no value can ever get into a header.
    pub www_authenticate: &'static [&'static str],
    /// `Allow`, static as well.
    pub allow: Option<&'static str>,
    /// The bounded word for audit, metrics and log.
    pub outcome: &'static str,
    /// Who has to do something about it.
    pub class: OutcomeClass,
}

/// What `failure` becomes.
#[must_use]
pub fn verdict(failure: &Failure) -> Verdict {
    match failure {
        Failure::Decode(error) => decode(error),
        Failure::Value(error) => Verdict::refuse(value(error), error),
        Failure::Patch(error) => Verdict::refuse(patch(error), error),
        // RFC 7644 §3.9 names no keyword for a bad `attributes`; `invalidPath` is for PATCH only (§3.12, table 9).
        Failure::View(error) => Verdict::refuse(ScimType::InvalidValue, error),
        Failure::Refusal(error) => refusal(error),
        Failure::Auth(error) => auth(error),
        Failure::Keys(error) => Verdict::later(OutcomeClass::Gateway, "keys-unavailable", error),
        Failure::NotFound { .. } => Verdict::client(StatusCode::NOT_FOUND, "not-found", failure),
        Failure::Duplicate { detail } => Verdict {
            scim_type: Some(ScimType::Uniqueness),
            ..Verdict::client(StatusCode::CONFLICT, ScimType::Uniqueness.as_str(), detail)
        },
        Failure::TooMany { .. } | Failure::TooManyMembers { .. } | Failure::TooManyCalls { .. } => {
            Verdict::refuse(ScimType::TooMany, failure)
        }
        Failure::UnknownBulkId { .. } => Verdict::refuse(ScimType::InvalidValue, failure),
        Failure::UnmadeBulkId { .. } => Verdict::client(StatusCode::CONFLICT, "bulk-reference", failure),
        Failure::NotBegun => Verdict::later(OutcomeClass::Gateway, "bulk-not-begun", failure),
        Failure::GroupsOff => Verdict::client(StatusCode::NOT_IMPLEMENTED, "groups-off", failure),
        Failure::NotYet { .. } => Verdict::client(StatusCode::FORBIDDEN, "not-yet", failure),
        Failure::Me => Verdict::client(StatusCode::NOT_IMPLEMENTED, "me", failure),
        Failure::Precondition => Verdict::client(StatusCode::PRECONDITION_FAILED, "precondition", failure),
        Failure::Cursor => Verdict::refuse(ScimType::InvalidCursor, failure),
        Failure::Refused { status, scim_type, detail } => refused(*status, *scim_type, detail),
        Failure::Target(error) => target(error),
        // The store's own words name files of the machine.
        Failure::Store(_) => {
            Verdict::later(OutcomeClass::Gateway, "store-down", "the gateway's store does not answer now")
        }
        Failure::Random(_) => {
            Verdict::later(OutcomeClass::Gateway, "no-random", "the gateway cannot make a password now")
        }
        Failure::BodyTooLarge { .. } => Verdict::client(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", failure),
        Failure::BodyLost => Verdict::client(StatusCode::REQUEST_TIMEOUT, "body-lost", failure),
        Failure::Overloaded => Verdict::later(OutcomeClass::Gateway, "overloaded", failure),
        Failure::Deadline { .. } => Verdict {
            retry_after_secs: Some(limits::RETRY_AFTER_SECS),
            ..Verdict::new(StatusCode::GATEWAY_TIMEOUT, OutcomeClass::Gateway, "deadline", failure)
        },
        Failure::Panic => Verdict::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            OutcomeClass::Gateway,
            "panic",
            "the gateway made an error; its operator finds it in the log under the request id of this answer",
        ),
    }
}

fn decode(error: &DecodeError) -> Verdict {
    match error {
        DecodeError::NoEndpoint { .. } => Verdict::client(StatusCode::NOT_FOUND, "no-endpoint", error),
        DecodeError::Method { allow, .. } => Verdict {
            allow: Some(allow),
            ..Verdict::client(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", error)
        },
        DecodeError::Url { .. } => Verdict::client(StatusCode::BAD_REQUEST, "invalid-url", error),
        DecodeError::Body { .. } | DecodeError::Syntax { .. } => Verdict::refuse(ScimType::InvalidSyntax, error),
        DecodeError::MediaType { .. } => Verdict::client(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", error),
        DecodeError::Number { .. } | DecodeError::Parameter { .. } | DecodeError::Header { .. } => {
            Verdict::refuse(ScimType::InvalidValue, error)
        }
        DecodeError::Count { .. } => Verdict::refuse(ScimType::InvalidCount, error),
        DecodeError::Filter(_) => Verdict::refuse(ScimType::InvalidFilter, error),
        DecodeError::DiscoveryFilter => Verdict::client(StatusCode::FORBIDDEN, "discovery-filter", error),
        DecodeError::BulkTooLarge { .. } => Verdict::client(StatusCode::PAYLOAD_TOO_LARGE, "bulk-too-large", error),
    }
}

fn value(error: &ValueError) -> ScimType {
    match error {
        ValueError::NotAnObject | ValueError::Schemas { .. } => ScimType::InvalidSyntax,
        ValueError::Type { .. } | ValueError::Required { .. } | ValueError::TooLarge { .. } => ScimType::InvalidValue,
    }
}

/// RFC 7644 §3.12, table 9.
fn patch(error: &PatchError) -> ScimType {
    match error {
        PatchError::Syntax { .. } => ScimType::InvalidSyntax,
        PatchError::Path(_) => ScimType::InvalidPath,
        PatchError::Value(error) => value(error),
        PatchError::NoTarget { .. } => ScimType::NoTarget,
        PatchError::Mutability { .. } => ScimType::Mutability,
        PatchError::TooMany { .. } | PatchError::TooCostly { .. } => ScimType::TooMany,
    }
}

fn refusal(error: &Refusal) -> Verdict {
    match error {
        Refusal::Value { .. } | Refusal::UnknownName { .. } | Refusal::Missing { .. } | Refusal::Unmapped { .. } => {
            Verdict::refuse(ScimType::InvalidValue, error)
        }
        Refusal::Immutable { .. } | Refusal::Required { .. } => Verdict::refuse(ScimType::Mutability, error),
        Refusal::Filter(_) | Refusal::Search { .. } => Verdict::refuse(ScimType::InvalidFilter, error),
        Refusal::Unsupported { .. } => Verdict::client(StatusCode::NOT_IMPLEMENTED, "unsupported", error),
    }
}

fn auth(error: &AuthError) -> Verdict {
    Verdict { www_authenticate: challenges(error), ..Verdict::client(StatusCode::UNAUTHORIZED, error.reason(), error) }
}

/// RFC 6750 §3.1: a request without a token is told the scheme and no error code.
const BEARER: &str = r#"Bearer realm="scim""#;
/// RFC 6750 §3.1: one with a token is told that it was the token.
const BEARER_INVALID: &str = r#"Bearer realm="scim", error="invalid_token""#;
/// RFC 7617 §2.1.
const BASIC: &str = r#"Basic realm="scim", charset="UTF-8""#;

/// What the caller may present: nobody is known yet, so it is the same for all. A header for each, because clients are known that
/// take one header for one challenge (RFC 9110 §11.6.1 warns of it).
fn challenges(error: &AuthError) -> &'static [&'static str] {
    match error {
        AuthError::Missing | AuthError::Scheme | AuthError::NoScheme | AuthError::UnknownLogin => &[BEARER, BASIC],
        AuthError::DoubledScheme
        | AuthError::Malformed
        | AuthError::UnknownToken
        | AuthError::WrongTenant
        | AuthError::Algorithm
        | AuthError::UnlistedTenant
        | AuthError::Issuer
        | AuthError::UnknownKey
        | AuthError::Signature
        | AuthError::NoExpiry
        | AuthError::Expired
        | AuthError::NotYetValid
        | AuthError::Audience
        | AuthError::Application => &[BEARER_INVALID, BASIC],
    }
}

/// The profile's error table decides the status; only what would be a lie or do harm is not passed on.
fn refused(status: u16, scim_type: Option<ScimType>, detail: &str) -> Verdict {
    // 401 says that the *caller's* credential is wrong, which it is not, and stops Entra's job (trap 7). What is no error
    // status at all would tell the IdP that it was done.
    let status = match status {
        400 | 402..600 => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
        _ => StatusCode::BAD_GATEWAY,
    };
    let class = if status.is_client_error() { OutcomeClass::Client } else { OutcomeClass::Target };
    let comes_back = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    Verdict {
        scim_type,
        retry_after_secs: comes_back.then_some(limits::RETRY_AFTER_SECS),
        ..Verdict::new(status, class, scim_type.map_or("refused", ScimType::as_str), detail)
    }
}

fn target(error: &TargetError) -> Verdict {
    let class = OutcomeClass::Target;
    match error {
        TargetError::Unreachable { .. } => Verdict::later(class, "target-down", "the product cannot be reached now"),
        TargetError::TimedOut { .. } => Verdict {
            retry_after_secs: Some(limits::RETRY_AFTER_SECS),
            ..Verdict::new(StatusCode::GATEWAY_TIMEOUT, class, "target-timeout", "the product did not answer in time")
        },
        TargetError::Broken { .. } => Verdict::later(class, "target-connection", "the connection to the product broke"),
        TargetError::Fault(fault) => target_fault(fault),
    }
}

fn target_fault(fault: &TargetFault) -> Verdict {
    let class = OutcomeClass::Target;
    match fault {
        TargetFault::Credentials { .. } => Verdict::later(
            class,
            "target-credentials",
            "the product's provisioning account is not accepted; the operator has been told",
        ),
        TargetFault::Busy { retry_after_secs, .. } => Verdict {
            retry_after_secs: retry_after_secs
                .or(Some(limits::RETRY_AFTER_SECS))
                .map(|secs| secs.min(limits::RETRY_AFTER_SECS_MAX)),
            ..Verdict::later(class, "target-busy", "the product is busy now")
        },
        TargetFault::Changed => Verdict::later(class, "target-changed", "the product's record changes all the time"),
        TargetFault::Broken { .. } => Verdict::later(class, "target-broken", "the product failed"),
        TargetFault::Garbage { .. } => {
            let detail = "the product gave an answer that the gateway does not understand; the operator has been told";
            Verdict::new(StatusCode::BAD_GATEWAY, class, "target-garbage", detail)
        }
    }
}

// === impl Verdict ===

impl Verdict {
    /// The body of the answer; also that of one operation in a bulk answer (RFC 7644 §3.7.3).
    #[must_use]
    pub fn error_body(&self) -> ErrorBody {
        ErrorBody { status: self.status.as_u16(), scim_type: self.scim_type, detail: self.detail.clone() }
    }

    fn new(status: StatusCode, class: OutcomeClass, outcome: &'static str, detail: &(impl ToString + ?Sized)) -> Self {
        Self {
            status,
            scim_type: None,
            detail: one_line(&detail.to_string()),
            retry_after_secs: None,
            www_authenticate: &[],
            allow: None,
            outcome,
            class,
        }
    }

    /// The IdP's side must change something.
    fn client(status: StatusCode, outcome: &'static str, detail: &(impl ToString + ?Sized)) -> Self {
        Self::new(status, OutcomeClass::Client, outcome, detail)
    }

    /// 400 with SCIM's keyword for it (RFC 7644 §3.12).
    fn refuse(scim_type: ScimType, detail: &(impl ToString + ?Sized)) -> Self {
        Self { scim_type: Some(scim_type), ..Self::client(StatusCode::BAD_REQUEST, scim_type.as_str(), detail) }
    }

    /// 503 with Retry-After: nothing is wrong with the request.
    fn later(class: OutcomeClass, outcome: &'static str, detail: &(impl ToString + ?Sized)) -> Self {
        Self {
            retry_after_secs: Some(limits::RETRY_AFTER_SECS),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, class, outcome, detail)
        }
    }
}

/// A text without control characters (a forged line in a log), cut at [`limits::DETAIL_CHARS_MAX`].
pub(super) fn one_line(text: &str) -> String {
    let printable = |char: char| if char.is_control() { ' ' } else { char };
    let mut line: String = text.chars().take(limits::DETAIL_CHARS_MAX).map(printable).collect();
    if text.chars().nth(limits::DETAIL_CHARS_MAX).is_some() {
        line.pop();
        line.push('…');
    }
    line
}
