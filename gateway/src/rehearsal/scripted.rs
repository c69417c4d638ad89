//! A target that plays a script: the answers of a test case, in order, and only to the calls that the case expects.

use std::sync::{Mutex, PoisonError};

use proxy::failure::TargetError;
use proxy::target::{CallFuture, Target};
use rules::{TargetAnswer, TargetCall, Verb};

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

/// The target; keeps every call that was made.
#[derive(Debug)]
pub struct Scripted {
    script: Vec<Line>,
    made: Mutex<Vec<TargetCall>>,
}

impl Scripted {
    /// A target that plays `script`.
    #[must_use]
    pub fn new(script: Vec<Line>) -> Self {
        Self { script, made: Mutex::default() }
    }

    /// The calls that were made, in order.
    #[must_use]
    pub fn made(&self) -> Vec<TargetCall> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let line = self.script.get(made.len());
        made.push(call.clone());
        // A body that is not as expected is answered all the same: whoever compares tells it, and what follows from it.
        let line = line.filter(|line| line.verb == call.verb && line.path == call.path);
        let unexpected = || TargetError::Unreachable { reason: "the case does not expect this call".to_owned() };
        line.map(|line| line.answer.clone()).ok_or_else(unexpected)
    }
}

impl Target for Scripted {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(std::future::ready(self.answer(call)))
    }
}
