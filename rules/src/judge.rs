//! What an answer of the target means: the error table first, then the rules that hold for every target.

use scim::ScimType;
use serde_json::Value;

use crate::call::{Body, TargetAnswer, TargetCall};
use crate::expression;
use crate::profile::{BodyCondition, ErrorMeaning, ErrorRule, Profile};
use crate::translate::OfBody;

/// What an answer means.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Done; the body, null if it was empty.
    Done(Value),
    /// There is no such record.
    Absent,
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
    },
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
        let TargetAnswer { status, retry_after_secs, body } = answer;
        let json = match &body {
            Body::Json(json) => json,
            Body::Empty | Body::NotJson => &Value::Null,
        };
        match self.errors.iter().find(|row| row.fits(status, json)).map(|row| &row.means) {
            Some(ErrorMeaning::Success) => return Verdict::Done(into_json(body)),
            Some(ErrorMeaning::Absent) => return Verdict::Absent,
            Some(ErrorMeaning::Scim { status, scim_type, detail }) => {
                return Verdict::Refused { status: *status, scim_type: *scim_type, detail: detail.as_ref().to_owned() };
            }
            None => {}
        }
        match status {
            // RFC 9110 §15.3.5: a 204 has no content, whatever the target sends along.
            204 => Verdict::Done(Value::Null),
            200..=299 if body == Body::NotJson => {
                garbage(format!("{status} to {}, whose body is not JSON", call.route))
            }
            200..=299 => Verdict::Done(into_json(body)),
            404 | 410 => Verdict::Absent,
            401 | 403 => Verdict::Failed(TargetFault::Credentials { status }),
            // 408 says that the target was too slow to read us (RFC 9110 §15.5.9): nobody's mistake, worth another try.
            408 | 429 | 503 => Verdict::Failed(TargetFault::Busy { status, retry_after_secs }),
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
}

impl ErrorRule {
    fn fits(&self, status: u16, body: &Value) -> bool {
        self.status.is_none_or(|wanted| wanted == status)
            && self.body.as_ref().map_or(self.status.is_some(), |condition| condition.holds(body))
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
    match call.route.as_str() {
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
        "group.members.list" | "group.members.has" => "read the members of the group",
        "group.members.add" => "add members to the group",
        "group.members.remove" => "remove members from the group",
        _ => "answer",
    }
}

fn into_json(body: Body) -> Value {
    match body {
        Body::Json(json) => json,
        Body::Empty | Body::NotJson => Value::Null,
    }
}

fn garbage(reason: String) -> Verdict {
    Verdict::Failed(TargetFault::Garbage { reason })
}

#[cfg(test)]
mod tests;
