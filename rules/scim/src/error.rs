//! SCIM errors as the wire shows them (RFC 7644 §3.12).
//!
//! Which failure becomes which status is decided in one place, the proxy's rescue; this is only the shape.

use json::{Map, Value, json};

use crate::name;

/// `scimType` of an error (RFC 7644 §3.12, table 9; RFC 9865 §2.1 adds those of cursors).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter is wrong or not supported.
    InvalidFilter,
    /// The filter yields more than the server wants to work on.
    TooMany,
    /// A uniqueness constraint would be broken.
    Uniqueness,
    /// The attribute cannot be changed so.
    Mutability,
    /// The body is not of the schema or not JSON.
    InvalidSyntax,
    /// The path is wrong or unknown.
    InvalidPath,
    /// The path selects nothing to work on.
    NoTarget,
    /// A value is missing or not compatible.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// Sensitive data may not be in a URL.
    Sensitive,
    /// The cursor is none of ours, or of another question (RFC 9865 §2.1).
    InvalidCursor,
    /// The cursor is too old (RFC 9865 §2.1).
    ExpiredCursor,
    /// `count` is none that the server can serve (RFC 9865 §2.1).
    InvalidCount,
}

impl ScimType {
    /// All of them, in the RFC's order.
    pub const ALL: [ScimType; 13] = [
        ScimType::InvalidFilter,
        ScimType::TooMany,
        ScimType::Uniqueness,
        ScimType::Mutability,
        ScimType::InvalidSyntax,
        ScimType::InvalidPath,
        ScimType::NoTarget,
        ScimType::InvalidValue,
        ScimType::InvalidVers,
        ScimType::Sensitive,
        ScimType::InvalidCursor,
        ScimType::ExpiredCursor,
        ScimType::InvalidCount,
    ];

    /// The RFC's spelling: `invalidFilter`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ScimType::InvalidFilter => "invalidFilter",
            ScimType::TooMany => "tooMany",
            ScimType::Uniqueness => "uniqueness",
            ScimType::Mutability => "mutability",
            ScimType::InvalidSyntax => "invalidSyntax",
            ScimType::InvalidPath => "invalidPath",
            ScimType::NoTarget => "noTarget",
            ScimType::InvalidValue => "invalidValue",
            ScimType::InvalidVers => "invalidVers",
            ScimType::Sensitive => "sensitive",
            ScimType::InvalidCursor => "invalidCursor",
            ScimType::ExpiredCursor => "expiredCursor",
            ScimType::InvalidCount => "invalidCount",
        }
    }
}

/// The body of an error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorBody {
    /// HTTP status; the wire shows it as a string.
    pub status: u16,
    /// The SCIM detail error keyword, for 400 and 409.
    pub scim_type: Option<ScimType>,
    /// What to tell the IdP's admin.
    pub detail: String,
}

impl ErrorBody {
    /// `{"schemas":[…Error],"status":"400","scimType":…,"detail":…}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("schemas".to_owned(), json!([name::ERROR]));
        // RFC 7644 §3.12: "The HTTP status code expressed as a JSON string."
        body.insert("status".to_owned(), Value::String(self.status.to_string()));
        if let Some(scim_type) = self.scim_type {
            body.insert("scimType".to_owned(), Value::String(scim_type.as_str().to_owned()));
        }
        body.insert("detail".to_owned(), Value::String(self.detail.clone()));
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, scim_type: Option<ScimType>, expected: &str) {
        let body = ErrorBody { status, scim_type, detail: "it is so".to_owned() };
        assert_eq!(body.to_json().to_string(), expected);
    }

    #[test]
    fn status_is_a_string_and_scim_type_is_left_out_when_there_is_none() {
        check(
            409,
            Some(ScimType::Uniqueness),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"it is so"}"#,
        );
        check(
            404,
            None,
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"it is so"}"#,
        );
    }

    #[test]
    fn every_scim_type_has_the_rfcs_spelling() {
        let spelled: Vec<&str> = ScimType::ALL.iter().map(|scim_type| scim_type.as_str()).collect();
        assert_eq!(
            spelled,
            [
                "invalidFilter",
                "tooMany",
                "uniqueness",
                "mutability",
                "invalidSyntax",
                "invalidPath",
                "noTarget",
                "invalidValue",
                "invalidVers",
                "sensitive",
                "invalidCursor",
                "expiredCursor",
                "invalidCount",
            ]
        );
    }
}
