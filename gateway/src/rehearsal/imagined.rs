//! The target of `explain`: answers what it was told, knows nobody else, and performs no write.

use std::sync::{Arc, Mutex, PoisonError};

use proxy::target::{CallFuture, Target};
use rules::profile::{AnswerRule, CallRule, FieldPath, ResourceRules};
use rules::{Body, Profile, TargetAnswer, TargetCall};
use serde_json::{Map, Value, json};

/// What the target says to one call, as `--answers` gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetSays {
    /// `GET /users?msisdn=447700900123`.
    pub call: String,
    /// What it says.
    pub answer: TargetAnswer,
}

/// Where the answer to a call came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Whoever asks for the explanation gave it.
    Given,
    /// Nobody gave one to a read: there is no such record.
    Nobody,
    /// A write that was not performed. It is answered with an empty record, so that the calls behind it are seen.
    NotPerformed,
}

/// A call, and what it was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The call.
    pub call: TargetCall,
    /// The answer.
    pub answer: TargetAnswer,
    /// Where it came from.
    pub origin: Origin,
}

/// The target; keeps every call that was made.
pub struct Imagined {
    profile: Arc<Profile>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    says: Vec<(TargetSays, bool)>,
    made: Vec<Made>,
}

impl Imagined {
    /// A target of `profile` that says this. Of several answers to one call each is given once, in order, the last for ever.
    #[must_use]
    pub fn new(profile: Arc<Profile>, says: Vec<TargetSays>) -> Self {
        let says = says.into_iter().map(|says| (says, false)).collect();
        Self { profile, state: Mutex::new(State { says, made: Vec::new() }) }
    }

    /// The calls that were made, in order.
    #[must_use]
    pub fn made(&self) -> Vec<Made> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).made.clone()
    }

    /// The calls of given answers that nobody made.
    #[must_use]
    pub fn unasked(&self) -> Vec<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.says.iter().filter(|(_, used)| !used).map(|(says, _)| says.call.clone()).collect()
    }

    fn answer(&self, call: &TargetCall) -> TargetAnswer {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, origin) = match state.given(call) {
            Some(answer) => (answer, Origin::Given),
            None if call.verb.writes() => (self.pretend(call), Origin::NotPerformed),
            None => (TargetAnswer { status: 404, retry_after_secs: None, body: Body::Empty }, Origin::Nobody),
        };
        state.made.push(Made { call: call.clone(), answer: answer.clone(), origin });
        answer
    }

    /// An empty record where the profile expects one.
    fn pretend(&self, call: &TargetCall) -> TargetAnswer {
        let resources = [Some(&self.profile.user), self.profile.group.as_ref().map(|group| &group.resource)];
        let mut writes = resources.into_iter().flatten().flat_map(writes);
        let rule: Option<&CallRule> = writes.find(|rule| rule.rule == call.rule);
        let mut body = Map::new();
        if let Some(AnswerRule::Record(field)) = rule.map(|rule| &rule.answer) {
            FieldPath::write(field, &mut body, json!({}));
        }
        TargetAnswer { status: 200, retry_after_secs: None, body: Body::Json(Value::Object(body)) }
    }
}

/// The calls that change records of one type.
fn writes(rules: &ResourceRules) -> impl Iterator<Item = &CallRule> {
    let updates = rules.update.iter().map(|update| &update.call);
    updates.chain(rules.create.as_ref().map(|create| &create.call)).chain(&rules.delete)
}

impl State {
    fn given(&mut self, call: &TargetCall) -> Option<TargetAnswer> {
        let asked = format!("{} {}", call.verb, call.path);
        let mut found = self.says.iter_mut().filter(|(says, _)| says.call == asked).peekable();
        while let Some((says, used)) = found.next() {
            if !*used || found.peek().is_none() {
                *used = true;
                return Some(says.answer.clone());
            }
        }
        None
    }
}

impl Target for Imagined {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(std::future::ready(Ok(self.answer(call))))
    }
}
