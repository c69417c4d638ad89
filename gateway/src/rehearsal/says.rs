//! What a played target says: answers by call, each given once, in order, the last for ever.

use std::collections::VecDeque;

use json::Value;
use rules::profile::Format;
use rules::{Body, TargetAnswer, TargetCall};

/// What the target says to one call.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetSays {
    /// `GET /users?msisdn=447700900123`.
    pub call: String,
    /// What it says.
    pub answer: TargetAnswer,
}

/// The answers, and which of them were given.
#[derive(Debug, Default)]
pub(super) struct Answers {
    says: VecDeque<(TargetSays, bool)>,
}

impl Answers {
    pub(super) fn new(says: impl IntoIterator<Item = TargetSays>) -> Self {
        Self { says: says.into_iter().map(|says| (says, false)).collect() }
    }

    /// The next answer to `call`, if there is one.
    pub(super) fn to(&mut self, call: &TargetCall) -> Option<TargetAnswer> {
        let asked = asked(call);
        let mut found = self.says.iter_mut().filter(|(says, _)| says.call == asked).peekable();
        while let Some((says, used)) = found.next() {
            if !*used || found.peek().is_none() {
                *used = true;
                return Some(heard(call, says.answer.clone()));
            }
        }
        None
    }

    /// The calls of answers that nobody asked for.
    pub(super) fn unasked(&self) -> Vec<String> {
        self.says.iter().filter(|(_, used)| !used).map(|(says, _)| says.call.clone()).collect()
    }
}

/// How a call is named where its answer is given: `GET /managers`.
#[must_use]
pub fn asked(call: &TargetCall) -> String {
    format!("{} {}", call.verb, call.path)
}

/// An answer as the rules get it to hear: of the headers only those that the call reads, a text in the call's format.
#[must_use]
pub fn heard(call: &TargetCall, mut answer: TargetAnswer) -> TargetAnswer {
    answer.headers.retain(|(name, _)| call.reads.iter().any(|read| read == name));
    if let (Body::Text(text), Format::Xml) = (&answer.body, call.format)
        && let Ok(json) = rules::wire::xml::decode(text.as_bytes())
    {
        answer.body = Body::Json(json);
    }
    answer
}

/// The body of a call as it goes over the wire; empty if there is none.
#[must_use]
pub fn sent(call: &TargetCall) -> String {
    call.body.as_ref().map(|body| encoded(call.format, body)).unwrap_or_default()
}

/// A body in `format`.
#[must_use]
pub fn encoded(format: Format, body: &Value) -> String {
    match format {
        Format::Json => body.to_string(),
        Format::Form(style) => rules::wire::form::encode(body, style),
        Format::Xml => rules::wire::xml::encode(body),
    }
}
