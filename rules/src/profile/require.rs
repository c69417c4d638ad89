//! What must be so at a tenant before it may provision: `[[require]]`.
//!
//! A question about the tenant's parameters, settled without any call. What a request is answered meanwhile is the shell's.

use std::sync::Arc;

use super::Profile;
use crate::expression::{Expression, Value};
use crate::params::Params;
use crate::source::RuleRef;
use crate::translate::OfParams;

/// One condition on the tenant.
#[derive(Debug, Clone)]
pub struct RequireRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// What must be true; slots are the profile's parameters.
    pub that: Expression,
    /// What the IdP's admin reads while it is not.
    pub detail: Arc<str>,
}

impl RequireRule {
    /// Whether this tenant fulfils it; what cannot be told counts as not fulfilled.
    #[must_use]
    pub fn is_met(&self, params: &Params) -> bool {
        self.that.eval(&OfParams { params }) == Value::Boolean(true)
    }
}

impl Profile {
    /// The first condition that this tenant does not fulfil.
    #[must_use]
    pub fn unmet(&self, params: &Params) -> Option<&RequireRule> {
        self.requires.iter().find(|rule| !rule.is_met(params))
    }
}
