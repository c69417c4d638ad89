//! What an answer of the target means: the error table first, then the rules that hold for every target.

use std::time::Duration;

use json::Value;
use scim::ScimType;

use crate::call::{self, Body, TargetAnswer, TargetCall};
use crate::expression;
use crate::lookup::scalar_text;
use crate::profile::{BodyCondition, ErrorMeaning, ErrorRule, Expect, Pattern, Profile, WaitPlace, WaitRule};
use crate::translate::OfBody;

/// Longest wait after which a call is made again at once; a longer one is the IdP's.
pub const WAIT_MAX: Duration = Duration::from_secs(2);
/// Most bytes of an answer's texts that a pattern looks at.
const PATTERN_TEXT_BYTES_MAX: usize = 64 * 1024;

/// What an answer means.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Done.
    Done(Answered),
    /// There is no such record.
    Absent,
    /// The record has changed since it was read: read it again, and plan again.
    Changed,
    /// The target refused, and the IdP can be told why.
    Refused {
        /// The SCIM status.
        status: u16,
        /// Keyword for 400 and 409.
        scim_type: Option<ScimType>,
        /// What the IdP's admin reads; never the target's own body.
        detail: String,
    },
    /// The target failed, or we failed it.
    Failed(TargetFault),
}

/// What a success holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answered {
    /// The body, null if it was empty.
    pub body: Value,
    /// The headers that the call reads: lower-case name and value.
    pub headers: Vec<(String, String)>,
}

impl Answered {
    /// The first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        call::header(&self.headers, name)
    }
}

impl From<Value> for Answered {
    /// An answer without headers that somebody reads.
    fn from(body: Value) -> Self {
        Self { body, headers: Vec::new() }
    }
}

/// Why the target could not do its part. Never the IdP's fault; a retry can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// 401 or 403: our credentials are wrong. Never passed on as such (`docs/ARCHITECTURE.md`, promises at the edge).
    #[error("the target refuses our credentials ({status})")]
    Credentials {
        /// What it said.
        status: u16,
    },
    /// 408, 429 or 503.
    #[error("the target is busy ({status})")]
    Busy {
        /// What it said.
        status: u16,
        /// How long it wants us to wait.
        retry_after_secs: Option<u32>,
        /// How long until it may be asked the same again at once: it did nothing, and the wait is short.
        repeat_after: Option<Duration>,
    },
    /// The record changes whenever it was read: other writers are faster.
    #[error("the record changes all the time")]
    Changed,
    /// Another 5xx.
    #[error("the target failed ({status})")]
    Broken {
        /// What it said.
        status: u16,
    },
    /// An answer that cannot be understood: not JSON, no id, a redirect, rows that are none.
    #[error("the target's answer cannot be understood: {reason}")]
    Garbage {
        /// What was expected.
        reason: String,
    },
}

impl Profile {
    /// Judges `answer` to `call`.
    ///
    /// The first row of the error table that fits decides, also for a success status if the row names it or asks about the
    /// body. A 5xx that a row explains is the target's considered answer: it is [`Verdict::Refused`] and never repeated.
    #[must_use]
    pub fn judge(&self, call: &TargetCall, answer: TargetAnswer) -> Verdict {
        let row = self.error_row(call, &answer);
        if let Some(busy) = self.busy(row, &answer) {
            return Verdict::Failed(busy);
        }
        let TargetAnswer { status, headers, body, .. } = answer;
        let done = |body| Verdict::Done(answered(call, body, headers));
        match row.map(|row| &row.means) {
            Some(ErrorMeaning::Success) => return done(into_json(body)),
            Some(ErrorMeaning::Absent) => return Verdict::Absent,
            Some(ErrorMeaning::Changed) => return Verdict::Changed,
            Some(ErrorMeaning::Scim { status, scim_type, detail }) => {
                return Verdict::Refused { status: *status, scim_type: *scim_type, detail: detail.as_ref().to_owned() };
            }
            Some(ErrorMeaning::Busy) | None => {}
        }
        match &call.expect {
            Some(expect) if expect.fits(status, json_of(&body)) => return done(into_json(body)),
            Some(_) if matches!(status, 200..=299) => {
                return garbage(format!("{status} to {}, which is not what `expect` says", call.route));
            }
            _ => {}
        }
        match status {
            // RFC 9110 §15.3.5: a 204 has no content, whatever the target sends along.
            204 => done(Value::Null),
            200..=299 if matches!(body, Body::Text(_)) => {
                garbage(format!("{status} to {}, whose body is not JSON", call.route))
            }
            200..=299 => done(into_json(body)),
            404 | 410 => Verdict::Absent,
            401 | 403 => Verdict::Failed(TargetFault::Credentials { status }),
            // RFC 9110 §13.1: what the call said of the record is no longer so.
            412 if call.headers.iter().any(|(name, _)| is_precondition(name)) => Verdict::Changed,
            500..=599 => Verdict::Failed(TargetFault::Broken { status }),
            409 => Verdict::Refused {
                status: 409,
                scim_type: Some(ScimType::Uniqueness),
                detail: format!("the product cannot {}: a value that must be unique is already in use", purpose(call)),
            },
            400..=499 => Verdict::Refused {
                status: 400,
                scim_type: Some(ScimType::InvalidValue),
                detail: format!("the product refused to {} with these values (it answered {status})", purpose(call)),
            },
            _ => garbage(format!("status {status} to {}", call.route)),
        }
    }

    /// The row of the error table that decides what `answer` to `call` means, if one does; `test` counts the rows that were met.
    #[must_use]
    pub fn error_row(&self, call: &TargetCall, answer: &TargetAnswer) -> Option<&ErrorRule> {
        self.errors.iter().find(|row| row.fits(call, answer))
    }

    /// What is busy, by the row that decides or by the status.
    fn busy(&self, row: Option<&ErrorRule>, answer: &TargetAnswer) -> Option<TargetFault> {
        // 408 says that the target was too slow to read us (RFC 9110 §15.5.9): nobody's mistake, worth another try.
        let is_busy = match row {
            Some(row) => row.means == ErrorMeaning::Busy,
            None => matches!(answer.status, 408 | 429 | 503),
        };
        if !is_busy {
            return None;
        }
        let wait = self.target.wait.as_ref().and_then(|rule| rule.wait(answer));
        let wait = wait.or_else(|| answer.retry_after_secs.map(|secs| Duration::from_secs(secs.into())));
        // A 503 or 408 may come from something between us and the target that does not know what was done.
        let is_undone = row.is_some() || answer.status == 429;
        Some(TargetFault::Busy {
            status: answer.status,
            retry_after_secs: wait.map(whole_secs),
            repeat_after: wait.filter(|wait| is_undone && *wait <= WAIT_MAX),
        })
    }
}

impl WaitRule {
    /// The wait that an answer names; `None` if it names none, or what is no number of that kind.
    fn wait(&self, answer: &TargetAnswer) -> Option<Duration> {
        let number = match &self.at {
            WaitPlace::Field(field) => field.read(json_of(&answer.body)).and_then(scalar_text)?.parse::<f64>().ok()?,
            WaitPlace::Header(name) => answer.header(name)?.trim().parse::<f64>().ok()?,
        };
        let secs = number * f64::from(self.unit_ms) / 1_000.0;
        Duration::try_from_secs_f64(secs).ok()
    }
}

/// Whole seconds, none too few.
fn whole_secs(wait: Duration) -> u32 {
    let secs = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    u32::try_from(secs).unwrap_or(u32::MAX)
}

/// What a success holds: the body, with the headers in it that the call captures.
fn answered(call: &TargetCall, body: Value, headers: Vec<(String, String)>) -> Answered {
    let mut body = body;
    if let Value::Object(fields) = &mut body {
        for capture in &*call.capture {
            if let Some(value) = call::header(&headers, &capture.header) {
                capture.field.write(fields, Value::String(value.to_owned()));
            }
        }
    }
    Answered { body, headers }
}

/// Whether a header makes a call depend on the state of its record (RFC 9110 §13.1).
fn is_precondition(header: &str) -> bool {
    matches!(header, "if-match" | "if-unmodified-since")
}

impl Expect {
    fn fits(&self, status: u16, body: &Value) -> bool {
        let status = if self.status.is_empty() { matches!(status, 200..=299) } else { self.status.contains(&status) };
        status && self.body.as_ref().is_none_or(|condition| condition.holds(body))
    }
}

impl ErrorRule {
    fn fits(&self, call: &TargetCall, answer: &TargetAnswer) -> bool {
        self.status.is_none_or(|wanted| wanted == answer.status)
            && self.call.as_ref().is_none_or(|name| is_route(name, &call.route) || *name == call.rule.name)
            && self.body.as_ref().is_none_or(|condition| condition.holds(json_of(&answer.body)))
            && self.matches.as_ref().is_none_or(|pattern| pattern.fits(&answer.body))
    }
}

/// Whether `name` is the route, or how it ends: `members.add`, or the name of a step.
pub(crate) fn is_route(name: &str, route: &str) -> bool {
    route.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

impl Pattern {
    fn fits(&self, body: &Body) -> bool {
        match (body, &self.at) {
            (Body::Empty, _) | (Body::Text(_), Some(_)) => false,
            (Body::Text(text), None) => self.regex.is_match(text),
            (Body::Json(json), None) => self.any(json, &mut { PATTERN_TEXT_BYTES_MAX }),
            (Body::Json(json), Some(at)) => {
                at.read(json).is_some_and(|part| self.any(part, &mut { PATTERN_TEXT_BYTES_MAX }))
            }
        }
    }

    /// Whether a text in `json` matches; looks at `left` bytes.
    fn any(&self, json: &Value, left: &mut usize) -> bool {
        match json {
            Value::String(text) if text.len() <= *left => {
                *left -= text.len();
                self.regex.is_match(text)
            }
            Value::Array(elements) => elements.iter().any(|element| self.any(element, left)),
            Value::Object(fields) => fields.values().any(|field| self.any(field, left)),
            _ => false,
        }
    }
}

impl BodyCondition {
    /// Whether `body` fulfils the condition.
    #[must_use]
    pub fn holds(&self, body: &Value) -> bool {
        self.expression.eval(&OfBody { fields: &self.fields, body }) == expression::Value::Boolean(true)
    }
}

/// What `call` is for, in words for the IdP's admin: `create the user`.
fn purpose(call: &TargetCall) -> &'static str {
    purpose_of(&call.route)
}

fn purpose_of(route: &str) -> &'static str {
    match route {
        "user.create" => "create the user",
        "user.update" => "change the user",
        "user.delete" => "delete the user",
        "user.get" | "user.find" => "find the user",
        "user.list" | "user.sort" => "list the users",
        "group.create" => "create the group",
        "group.update" => "change the group",
        "group.delete" => "delete the group",
        "group.get" | "group.find" | "group.members.of" => "find the group",
        "group.list" | "group.sort" => "list the groups",
        "group.members.list" | "group.members.has" | "group.members.find" => "read the members of the group",
        "group.members.merge" => "read a member",
        "group.members.add" => "add members to the group",
        "group.members.set" => "change the members of the group",
        "group.members.remove" => "remove members from the group",
        // A step is for what the whole is for: `user.create.ticket`.
        _ => match route.rsplit_once('.') {
            Some((whole, _)) if whole.contains('.') => purpose_of(whole),
            _ => "answer",
        },
    }
}

fn json_of(body: &Body) -> &Value {
    match body {
        Body::Json(json) => json,
        Body::Empty | Body::Text(_) => &Value::Null,
    }
}

fn into_json(body: Body) -> Value {
    match body {
        Body::Json(json) => json,
        Body::Empty | Body::Text(_) => Value::Null,
    }
}

fn garbage(reason: String) -> Verdict {
    Verdict::Failed(TargetFault::Garbage { reason })
}

#[cfg(test)]
mod tests;
