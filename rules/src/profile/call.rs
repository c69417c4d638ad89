//! One target call as a profile writes it.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use std::sync::Arc;

use super::{BodyCondition, BodyRule, FieldPath, Shaping};
use crate::call::Verb;
use crate::source::RuleRef;
use crate::template::{Template, TextTemplate};

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
    /// What is done to the body then; `None` for most calls.
    pub shaping: Option<Box<Shaping>>,
    /// What the answer holds.
    pub answer: AnswerRule,
    /// Headers of this call beside the target's own: lower-case name and value. One whose placeholder has no value is left out.
    pub headers: Vec<(String, TextTemplate)>,
    /// How its body is written and its answer read; the target's format if the call has none of its own.
    pub format: Format,
    /// What a success is; without it every 2xx.
    pub expect: Option<Arc<Expect>>,
    /// What of the answer's headers goes into the record that the answer holds.
    pub capture: Arc<[Capture]>,
    /// Lower-case names of the headers that somebody reads from its answer; no others are kept.
    pub reads: Arc<[String]>,
}

/// How bodies are written and answers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// JSON, both ways.
    #[default]
    Json,
    /// The body is a form (`application/x-www-form-urlencoded`); the answer is JSON.
    Form(FormStyle),
    /// XML, both ways.
    Xml,
}

/// How a form says what is nested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormStyle {
    /// A field of a field.
    pub nested: Nested,
    /// An element of a list.
    pub lists: Lists,
}

/// How a form names a field of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nested {
    /// `name[first]=Ada`.
    #[default]
    Brackets,
    /// `name.first=Ada`.
    Dots,
}

/// How a form names the elements of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lists {
    /// `tags[]=a&tags[]=b`.
    #[default]
    Brackets,
    /// `tags=a&tags=b`.
    Repeat,
    /// `tags[0]=a&tags[1]=b`, or `tags.0=a` with dots.
    Index,
}

/// What a success of a call is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// Any of these; every 2xx if there are none.
    pub status: Vec<u16>,
    /// What the body fulfils.
    pub body: Option<BodyCondition>,
}

/// A header of an answer that becomes a field of the record in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The field, from the body's root on.
    pub field: FieldPath,
    /// The header's lower-case name.
    pub header: String,
}

/// What a successful answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerRule {
    /// The record as it now is, at this field.
    Record(FieldPath),
    /// The record is that of the rows at this field which has the id that was asked for; of a read by id only.
    Row(FieldPath),
    /// Nothing of use: the record is read again if it is needed.
    Nothing,
    /// The record's id, at this field; the record is read if it is needed.
    Id(FieldPath),
    /// The record's id is the last part of the path in `Location`.
    Location,
    /// The record's id follows from its fields: `@{login}:{server}`.
    Derived(TextTemplate),
}
