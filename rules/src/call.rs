//! Target calls and their answers, as data.
//!
//! Holds no credentials and no base URL; prints no password.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use json::{Map, Value};

use crate::params::Params;
use crate::profile::{BodyRule, BodyTemplate, CallRule, Capture, Expect, FieldPath, Format};
use crate::source::RuleRef;
use crate::template::Template;

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
    /// Asks with a body: a POST that only reads, and may be repeated.
    Query,
}

impl Verb {
    /// `GET`; a question with a body is sent as a `POST`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post | Verb::Query => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }

    /// Whether the two are one method to whoever is called: a POST that reads and one that writes.
    #[must_use]
    pub fn is_sent_as(self, other: Self) -> bool {
        self.as_str() == other.as_str()
    }

    /// Whether the target's state can be another afterwards.
    #[must_use]
    pub fn writes(self) -> bool {
        !matches!(self, Verb::Get | Verb::Query)
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
    /// Headers of this call: lower-case name and value. The target's own and its credentials come beside them.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Value>,
    /// How the body is written and the answer read.
    pub format: Format,
    /// What a success is; without it every 2xx.
    pub expect: Option<Arc<Expect>>,
    /// What of the answer's headers goes into its body.
    pub capture: Arc<[Capture]>,
    /// Lower-case names of the answer's headers that somebody reads.
    pub reads: Arc<[String]>,
    /// Fields of the body that nobody may see printed: passwords.
    pub secret_fields: Vec<FieldPath>,
    /// The path as it may be printed; `None` if nothing in it is secret.
    pub shown_path: Option<Box<str>>,
    /// What the call is for, bounded, for metrics: `user.create`, `user.find`, `lookup.managers`.
    pub route: String,
    /// The rule that made it.
    pub rule: RuleRef,
}

impl CallRule {
    /// The body of a question; other bodies are made of records.
    pub(crate) fn question(&self) -> Option<&BodyTemplate> {
        match &self.body {
            BodyRule::Template(template) if self.verb == Verb::Query => Some(template),
            _ => None,
        }
    }

    /// Every name that its path or a body that is written out has a placeholder for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let body = match &self.body {
            BodyRule::Template(template) => template.names(),
            BodyRule::Empty | BodyRule::All | BodyRule::Changed | BodyRule::Record => Vec::new(),
        };
        self.path.names().chain(body)
    }

    /// The call; of bodies it has that of a question only. `value` gives what the template's names stand for, before the tenant's parameters.
    ///
    /// # Errors
    /// The name that has no value, or whose value cannot stand where it should.
    pub(crate) fn to_call<'v>(
        &self,
        route: &str,
        params: &'v Params,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<TargetCall, String> {
        self.to_call_along(&self.path, route, params, value)
    }

    /// The same along another path than its own.
    ///
    /// # Errors
    /// As [`CallRule::to_call`].
    pub(crate) fn to_call_along<'v>(
        &self,
        path: &Template,
        route: &str,
        params: &'v Params,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<TargetCall, String> {
        let body = match self.question() {
            Some(question) => {
                question.asked(params, &|name| value(name).map(|text| Value::String(text.into_owned())))?
            }
            None => None,
        };
        let value = |name: &str| value(name).or_else(|| params.text(name));
        let path = path.fill(value)?;
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, template) in &self.headers {
            // A value that is not there leaves its header out; one that no header can carry stops the call.
            if let Some(text) = template.fill(value) {
                if text.chars().any(char::is_control) {
                    return Err(template.names().next().unwrap_or_default().to_owned());
                }
                headers.push((name.clone(), text));
            }
        }
        Ok(TargetCall {
            headers,
            body,
            format: self.format,
            expect: self.expect.clone(),
            capture: Arc::clone(&self.capture),
            reads: Arc::clone(&self.reads),
            ..TargetCall::new(self.verb, path, route, self.rule.clone())
        })
    }
}

impl TargetCall {
    /// A call without body and headers, in JSON.
    #[must_use]
    pub fn new(verb: Verb, path: impl Into<String>, route: &str, rule: RuleRef) -> Self {
        Self {
            verb,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            format: Format::Json,
            expect: None,
            capture: Arc::default(),
            reads: Arc::default(),
            secret_fields: Vec::new(),
            shown_path: None,
            route: route.to_owned(),
            rule,
        }
    }

    /// The path, with `[redacted]` where a secret stands.
    #[must_use]
    pub fn printable_path(&self) -> &str {
        self.shown_path.as_deref().unwrap_or(&self.path)
    }

    /// The body with `[redacted]` in every secret field.
    #[must_use]
    pub fn printable_body(&self) -> Option<Value> {
        let body = self.body.as_ref()?;
        // Below a key of its own: a body may be a list, or nothing but the secret.
        let outer = FieldPath { keys: vec!["body".into()] };
        let mut printable = Map::from_iter([("body".to_owned(), body.clone())]);
        for field in self.secret_fields.iter().filter(|field| field.read(body).is_some()) {
            outer.join(field).write(&mut printable, Value::String("[redacted]".to_owned()));
        }
        printable.remove("body")
    }
}

impl fmt::Display for TargetCall {
    /// `POST /users {"msisdn":…}`, passwords redacted; for traces that may show values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.printable_path())?;
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
    /// Those of its headers that the call reads ([`TargetCall::reads`]): lower-case name and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

impl TargetAnswer {
    /// An answer without headers.
    #[must_use]
    pub fn new(status: u16, body: Body) -> Self {
        Self { status, retry_after_secs: None, headers: Vec::new(), body }
    }

    /// The first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// The first of `headers` of that lower-case name.
pub(crate) fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The body of an answer.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON, or what was made JSON of ([`Format::Xml`]).
    Json(Value),
    /// Something else, at most [`TEXT_BYTES_MAX`] bytes of it: only for the patterns of error rows, never printed.
    Text(String),
}

/// Most of an answer that is no JSON which is kept, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

impl fmt::Debug for Body {
    /// A page of errors may hold anything: its size is all that is printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => f.write_str("Empty"),
            Body::Json(json) => write!(f, "Json({json})"),
            Body::Text(text) => write!(f, "Text({} bytes)", text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn a_printed_call_shows_its_body_but_no_password() {
        let field = |keys: &[&str]| FieldPath { keys: keys.iter().map(|&key| key.into()).collect() };
        let rule = RuleRef { file: "p.toml".into(), line: 3, name: "user.create".to_owned() };
        let call = TargetCall {
            body: Some(json!({"login": "ada", "auth": {"secret": "t0p", "kind": 1}})),
            secret_fields: vec![field(&["auth", "secret"]), field(&["pin"])],
            ..TargetCall::new(Verb::Post, "/users", "user.create", rule)
        };
        let printed = r#"POST /users {"login":"ada","auth":{"secret":"[redacted]","kind":1}}"#;
        assert_eq!(call.to_string(), printed);
        assert_eq!(format!("{call:?}"), format!("TargetCall({printed} ← user.create (p.toml:3))"));
        assert_eq!(TargetCall { body: None, ..call }.to_string(), "POST /users");
    }

    #[test]
    fn a_get_and_a_question_leave_the_target_as_it_is() {
        for (verb, text, writes) in [
            (Verb::Get, "GET", false),
            (Verb::Query, "POST", false),
            (Verb::Post, "POST", true),
            (Verb::Put, "PUT", true),
            (Verb::Patch, "PATCH", true),
            (Verb::Delete, "DELETE", true),
        ] {
            assert_eq!((verb.to_string().as_str(), verb.writes()), (text, writes));
        }
    }
}
