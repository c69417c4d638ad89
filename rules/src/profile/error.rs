//! The error table: what a target's refusals mean to the IdP.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use std::sync::Arc;

use super::BodyCondition;
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
    /// What it means.
    pub means: ErrorMeaning,
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
}
