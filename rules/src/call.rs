//! Target calls and their answers, as data.
//!
//! Holds no credentials and no base URL; prints no password.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{CallRule, FieldPath};
use crate::source::RuleRef;

/// An HTTP method that a target call may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Reads; may be repeated.
    Get,
    /// Makes or acts; never repeated once it was sent.
    Post,
    /// Sets; may be repeated.
    Put,
    /// Changes; never repeated once it was sent.
    Patch,
    /// Removes; may be repeated.
    Delete,
}

impl Verb {
    /// `GET`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }

    /// Whether the target's state can be another afterwards.
    #[must_use]
    pub fn writes(self) -> bool {
        self != Verb::Get
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One call to the target: everything but its base URL and credentials.
#[derive(Clone, PartialEq)]
pub struct TargetCall {
    /// The method.
    pub verb: Verb,
    /// Path and query, encoded, below the target's base URL; starts with `/`.
    pub path: String,
    /// The body, if there is one.
    pub body: Option<Value>,
    /// Fields of the body that nobody may see printed: passwords.
    pub secret_fields: Vec<FieldPath>,
    /// What the call is for, bounded, for metrics: `user.create`, `user.find`, `lookup.managers`.
    pub route: String,
    /// The rule that made it.
    pub rule: RuleRef,
}

impl CallRule {
    /// The call without a body. `value` gives what the template's names stand for, before the tenant's parameters.
    ///
    /// # Errors
    /// The name that has no value, or whose value cannot stand where it should.
    pub(crate) fn to_call<'v>(
        &self,
        route: &str,
        params: &'v Params,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<TargetCall, String> {
        let param = |name: &str| {
            let (_, value) = params.values.iter().find(|(known, _)| known == name)?;
            scalar_text(value)
        };
        Ok(TargetCall {
            verb: self.verb,
            path: self.path.fill(|name| value(name).or_else(|| param(name)))?,
            body: None,
            secret_fields: Vec::new(),
            route: route.to_owned(),
            rule: self.rule.clone(),
        })
    }
}

impl TargetCall {
    /// The body with `[redacted]` in every secret field.
    #[must_use]
    pub fn printable_body(&self) -> Option<Value> {
        let body = self.body.as_ref()?;
        let mut printable = body.clone();
        if let Value::Object(object) = &mut printable {
            for field in self.secret_fields.iter().filter(|field| field.read(body).is_some()) {
                field.write(object, Value::String("[redacted]".to_owned()));
            }
        }
        Some(printable)
    }
}

impl fmt::Display for TargetCall {
    /// `POST /users {"msisdn":…}`, passwords redacted; for traces that may show values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.path)?;
        match self.printable_body() {
            Some(body) => write!(f, " {body}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for TargetCall {
    /// As `Display`, with the rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TargetCall({self} ← {})", self.rule)
    }
}

/// What the target answered.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetAnswer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in whole seconds, if it was a number.
    pub retry_after_secs: Option<u32>,
    /// The body.
    pub body: Body,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(Value),
    /// Something else; its content is not kept.
    NotJson,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_printed_call_shows_its_body_but_no_password() {
        let field = |keys: &[&str]| FieldPath { keys: keys.iter().map(|&key| key.to_owned()).collect() };
        let call = TargetCall {
            verb: Verb::Post,
            path: "/users".to_owned(),
            body: Some(json!({"login": "ada", "auth": {"secret": "t0p", "kind": 1}})),
            secret_fields: vec![field(&["auth", "secret"]), field(&["pin"])],
            route: "user.create".to_owned(),
            rule: RuleRef { file: "p.toml".into(), line: 3, name: "user.create".to_owned() },
        };
        let printed = r#"POST /users {"login":"ada","auth":{"secret":"[redacted]","kind":1}}"#;
        assert_eq!(call.to_string(), printed);
        assert_eq!(format!("{call:?}"), format!("TargetCall({printed} ← user.create (p.toml:3))"));
        assert_eq!(TargetCall { body: None, ..call }.to_string(), "POST /users");
    }

    #[test]
    fn only_get_leaves_the_target_as_it_is() {
        for (verb, text, writes) in [
            (Verb::Get, "GET", false),
            (Verb::Post, "POST", true),
            (Verb::Put, "PUT", true),
            (Verb::Patch, "PATCH", true),
            (Verb::Delete, "DELETE", true),
        ] {
            assert_eq!((verb.to_string().as_str(), verb.writes()), (text, writes));
        }
    }
}
