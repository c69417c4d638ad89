//! One target call as a profile writes it.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use super::FieldPath;
use crate::call::Verb;
use crate::source::RuleRef;
use crate::template::Template;

/// One target call as a profile writes it.
#[derive(Debug, Clone)]
pub struct CallRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// The method.
    pub verb: Verb,
    /// Path and query.
    pub path: Template,
    /// Which fields go into the body.
    pub body: BodyRule,
    /// What the answer holds.
    pub answer: AnswerRule,
}

/// Which fields go into a request body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyRule {
    /// No body at all.
    Empty,
    /// Every mapped field that has a value.
    All,
    /// Only the fields that change; a field that is cleared is sent as null.
    Changed,
}

/// What a successful answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerRule {
    /// The record as it now is, at this field.
    Record(FieldPath),
    /// Nothing of use: the record is read again if it is needed.
    Nothing,
}
