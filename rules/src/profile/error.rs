//! The error table: what a target's refusals mean to the IdP.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use std::sync::Arc;

use regex::Regex;

use super::{BodyCondition, FieldPath};
use crate::source::RuleRef;

/// One row of the error table.
#[derive(Debug, Clone)]
pub struct ErrorRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// The target's status.
    pub status: Option<u16>,
    /// What its body must fulfil.
    pub body: Option<BodyCondition>,
    /// What a text of its body must match.
    pub matches: Option<Pattern>,
    /// Which call it is the answer to: a route (`user.create`), or the last part of one.
    pub call: Option<String>,
    /// What it means.
    pub means: ErrorMeaning,
}

/// A pattern for texts of a body.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Anywhere in the text, in any case.
    pub regex: Regex,
    /// The field below which a text may match; `None`: anywhere, also in an answer that is no JSON.
    pub at: Option<FieldPath>,
}

/// What a target's error means to the IdP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorMeaning {
    /// This SCIM error.
    Scim {
        /// 400, 403, 404, 409, 413, 429, 501 or 503.
        status: u16,
        /// Keyword for 400 and 409.
        scim_type: Option<scim::ScimType>,
        /// What the IdP's admin reads.
        detail: Arc<str>,
    },
    /// All is well.
    Success,
    /// There is no such record.
    Absent,
    /// The record has changed since it was read.
    Changed,
    /// Not now: it may be asked again.
    Busy,
}
