//! The target of `explain` and `diff`: answers what it was told, asks the real one only if it may, and performs no write.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use json::{Map, Value, json};
use proxy::failure::TargetError;
use proxy::target::{CallFuture, Target};
use rules::profile::{AnswerRule, FieldPath};
use rules::{Body, Profile, TargetAnswer, TargetCall};

use super::read_only::ReadOnly;
use super::says::{Answers, TargetSays};

/// Where the answer to a call came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Whoever asks for the explanation gave it.
    Given,
    /// The real target was asked.
    Target,
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
    /// The answer, or why the real target gave none.
    pub answer: Result<TargetAnswer, TargetError>,
    /// Where it came from.
    pub origin: Origin,
}

/// The target; keeps every call that was made.
pub struct Imagined {
    profile: Arc<Profile>,
    real: Option<ReadOnly>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    answers: Answers,
    made: Vec<Made>,
}

impl Imagined {
    /// A target of `profile` that says this. Of several answers to one call each is given once, in order, the last for ever.
    #[must_use]
    pub fn new(profile: Arc<Profile>, says: Vec<TargetSays>) -> Self {
        let state = State { answers: Answers::new(says), made: Vec::new() };
        Self { profile, real: None, state: Mutex::new(state) }
    }

    /// The same, with the real target behind it for the reads that nobody gave an answer to.
    #[must_use]
    pub fn before(self, real: ReadOnly) -> Self {
        Self { real: Some(real), ..self }
    }

    /// The calls that were made, in order.
    #[must_use]
    pub fn made(&self) -> Vec<Made> {
        self.state().made.clone()
    }

    /// The calls of given answers that nobody made.
    #[must_use]
    pub fn unasked(&self) -> Vec<String> {
        self.state().answers.unasked()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        let given = self.state().answers.to(call);
        let (answer, origin) = match (given, &self.real) {
            (Some(answer), _) => (Ok(answer), Origin::Given),
            (None, _) if call.verb.writes() => (Ok(self.pretend(call)), Origin::NotPerformed),
            (None, Some(real)) => (real.call(call).await, Origin::Target),
            (None, None) => (Ok(TargetAnswer::new(404, Body::Empty)), Origin::Nobody),
        };
        self.state().made.push(Made { call: call.clone(), answer: answer.clone(), origin });
        answer
    }

    /// An empty record where the profile expects one.
    fn pretend(&self, call: &TargetCall) -> TargetAnswer {
        let rules = super::rules_of::calls(&self.profile);
        let rule = rules.into_iter().find(|rule| rule.rule == call.rule);
        let mut body = Map::new();
        if let Some(AnswerRule::Record(field)) = rule.map(|rule| &rule.answer) {
            FieldPath::write(field, &mut body, json!({}));
        }
        TargetAnswer::new(200, Body::Json(Value::Object(body)))
    }
}

impl Target for Imagined {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(self.answer(call))
    }
}
