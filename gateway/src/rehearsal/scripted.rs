//! A target that plays a script: the answers of a test case, in order, and only to the calls that the case expects; beside it
//! the reads that the case's state answers at any time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use proxy::failure::TargetError;
use proxy::target::{CallFuture, ShownAccess, Target};
use rules::{TargetAnswer, TargetCall, Verb};

use super::says::{Answers, TargetSays, heard};

/// One line of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The expected method.
    pub verb: Verb,
    /// The expected path and query, exactly.
    pub path: String,
    /// What is answered.
    pub answer: TargetAnswer,
}

/// A call that the script was asked for, and what it was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Performed {
    /// The call.
    pub call: TargetCall,
    /// The answer; `None` if the script has another call in its place.
    pub answer: Option<TargetAnswer>,
    /// Whether the state answered: the script goes on as if nothing had been asked.
    pub by_state: bool,
    /// Every header that it is sent with, secrets redacted.
    pub carried: Vec<(String, String)>,
}

impl Performed {
    /// The headers that the call has itself, and of those that every call has the ones in `named`.
    #[must_use]
    pub fn headers(&self, named: &[(String, String)]) -> Vec<(String, String)> {
        let is_in = |headers: &[(String, String)], name: &str| headers.iter().any(|(known, _)| known == name);
        let counts = |(name, _): &&(String, String)| is_in(&self.call.headers, name) || is_in(named, name);
        self.carried.iter().filter(counts).cloned().collect()
    }
}

/// The target; keeps every call that was made.
pub struct Scripted {
    script: Vec<Line>,
    access: Option<ShownAccess>,
    played: Mutex<Playing>,
}

#[derive(Debug)]
struct Playing {
    at: usize,
    state: Answers,
    performed: Vec<Performed>,
}

impl Scripted {
    /// A target that plays `script`; a read that is not next there is answered by `state`, if it can. Its calls carry what `access`
    /// says, if that is known.
    #[must_use]
    pub fn new(script: Vec<Line>, state: Vec<TargetSays>, access: Option<ShownAccess>) -> Self {
        let playing = Playing { at: 0, state: Answers::new(state), performed: Vec::new() };
        Self { script, access, played: Mutex::new(playing) }
    }

    /// The calls that were made, in order.
    #[must_use]
    pub fn performed(&self) -> Vec<Performed> {
        self.playing().performed.clone()
    }

    fn playing(&self) -> MutexGuard<'_, Playing> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        let mut playing = self.playing();
        // A body that is not as expected is answered all the same: whoever compares tells it, and what follows from it.
        let next = self.script.get(playing.at).filter(|line| line.verb.is_sent_as(call.verb) && line.path == call.path);
        let by_state = if next.is_none() && !call.verb.writes() { playing.state.to(call) } else { None };
        let (answer, by_state) = match (next, by_state) {
            (_, Some(answer)) => (Some(answer), true),
            (next, None) => {
                playing.at += 1;
                (next.map(|line| heard(call, line.answer.clone())), false)
            }
        };
        let carried = self.access.as_ref().map_or_else(|| call.headers.clone(), |access| access.headers(call));
        let performed = Performed { call: call.clone(), answer, by_state, carried };
        playing.performed.push(performed.clone());
        let unexpected = || TargetError::Unreachable { reason: "the case does not expect this call".to_owned() };
        performed.answer.ok_or_else(unexpected)
    }
}

impl Target for Scripted {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(std::future::ready(self.answer(call)))
    }
}
