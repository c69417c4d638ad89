//! The decision trace: which rule did what, in the order in which it happened.
//!
//! Recording is off on the data path unless somebody asked for it; then a step costs nothing but a branch.

use std::fmt;

use crate::source::RuleRef;

/// A stage of the exchange (`docs/ARCHITECTURE.md`, life of a request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// HTTP to operation.
    Decode,
    /// To normal form.
    Normalise,
    /// What was looked up.
    Facts,
    /// What was decided.
    Plan,
    /// What the record is to hold: one step for each attribute or field that is written. Whoever asks which rules have written
    /// (`test`, its coverage) counts these.
    Change,
    /// What was called.
    Call,
    /// What was remembered.
    Remember,
    /// Back to SCIM.
    Answer,
}

impl Stage {
    /// One lowercase word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Decode => "decode",
            Stage::Normalise => "normalise",
            Stage::Facts => "facts",
            Stage::Plan => "plan",
            Stage::Change => "change",
            Stage::Call => "call",
            Stage::Remember => "remember",
            Stage::Answer => "answer",
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub stage: Stage,
    /// Which rule decided; `None` for what holds for every profile.
    pub rule: Option<RuleRef>,
    /// What happened, in one line, with values.
    pub text: String,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<9} {}", self.stage.as_str(), self.text)?;
        match &self.rule {
            Some(rule) => write!(f, "   ← {rule}"),
            None => Ok(()),
        }
    }
}

/// The steps of one exchange, or a sink that drops them.
#[derive(Debug, Default)]
pub struct Trace {
    steps: Option<Vec<Step>>,
}

impl Trace {
    /// Drops every step.
    #[must_use]
    pub fn off() -> Self {
        Self { steps: None }
    }

    /// Keeps every step. The steps hold personal data.
    #[must_use]
    pub fn on() -> Self {
        Self { steps: Some(Vec::new()) }
    }

    /// Whether steps are kept.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.steps.is_some()
    }

    /// Adds a step; `text` is only made if it is kept.
    pub fn step(&mut self, stage: Stage, rule: Option<&RuleRef>, text: impl FnOnce() -> String) {
        if let Some(steps) = &mut self.steps {
            steps.push(Step { stage, rule: rule.cloned(), text: text() });
        }
    }

    /// The steps so far.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        self.steps.as_deref().unwrap_or_default()
    }
}
