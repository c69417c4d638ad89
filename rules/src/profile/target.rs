//! The target as a whole: how to get in, how to see that it is there, its tables.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use super::{CallRule, FieldPath};
use crate::expression::Expression;
use crate::source::RuleRef;

/// The target as a whole.
#[derive(Debug, Clone)]
pub struct TargetRules {
    /// How calls are authenticated.
    pub auth: TargetAuth,
    /// The call that shows at start-up that the target is there.
    pub probe: Option<Probe>,
}

/// Credentials of target calls; every secret is named, its value is the tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetAuth {
    /// None.
    None,
    /// `Authorization: Bearer <secret>`.
    Bearer {
        /// Secret's name.
        secret: String,
    },
    /// `Authorization: Basic <user:secret>`.
    Basic {
        /// User name.
        user: String,
        /// Secret's name.
        secret: String,
    },
    /// A header of the target's own.
    Header {
        /// Header name, lowercase.
        name: String,
        /// Secret's name.
        secret: String,
    },
}

/// A start-up probe.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What to call; a GET.
    pub call: CallRule,
    /// What its body must fulfil.
    pub expect: Option<BodyCondition>,
}

/// A condition on a JSON body: `code == 'MSISDN_TAKEN'`.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyCondition {
    /// The compiled condition; slots index `fields`.
    pub expression: Expression,
    /// The body fields it reads.
    pub fields: Vec<FieldPath>,
}

/// A table of the target that names are looked up in.
#[derive(Debug, Clone)]
pub struct LookupRule {
    /// `managers`.
    pub name: String,
    /// Where it stands.
    pub rule: RuleRef,
    /// Reads the whole table; a GET.
    pub call: CallRule,
    /// Where the rows are in the answer.
    pub rows: FieldPath,
    /// The field of a row that the target's records refer to.
    pub id: FieldPath,
}
