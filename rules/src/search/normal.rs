//! Brings the literals of a filter into the normal form of the attributes they are compared with.

use scim::filter::{CompareOp, Literal};
use scim::{AttrPath, Filter, Kind};
use serde_json::Value;

use crate::params::Params;
use crate::profile::{Mapping, ResourceRules};
use crate::trace::{Stage, Trace};

impl ResourceRules {
    /// Rewrites `filter`; whether it can match nothing at all, because it demands equality with a value that has no normal
    /// form. In an `or` or `not` such a literal stays: it equals nothing anyway. Parts of texts (`co`, `sw`, `ew`) stay as they are.
    pub(super) fn normalise(&self, params: &Params, filter: &mut Filter, trace: &mut Trace) -> bool {
        match filter {
            Filter::And(parts) => {
                let mut nothing = false;
                for part in parts {
                    nothing |= self.normalise(params, part, trace);
                }
                nothing
            }
            Filter::Or(parts) => {
                for part in parts {
                    self.normalise(params, part, trace);
                }
                false
            }
            Filter::Not(inner) => {
                self.normalise(params, inner, trace);
                false
            }
            Filter::Present(_) => false,
            Filter::Compare { path, op, value } => {
                let Some((_, mapping)) = self.named(&self.canonical(path)) else { return false };
                rewrite(mapping, params, *op, value, trace)
            }
            Filter::Has { path, filter } => self.normalise_element(params, path, filter, trace),
        }
    }

    /// As [`ResourceRules::normalise`] inside brackets, for the mapping of such an element.
    fn normalise_element(&self, params: &Params, path: &AttrPath, filter: &mut Filter, trace: &mut Trace) -> bool {
        let parts = match filter {
            Filter::And(parts) => parts.as_mut_slice(),
            single => std::slice::from_mut(single),
        };
        let mut nothing = false;
        for at in 0..parts.len() {
            let Filter::Compare { path: sub, .. } = &parts[at] else { continue };
            let name = self.element_name(path, parts, at, &sub.name);
            let Some((_, mapping)) = self.named(&name) else { continue };
            if let Filter::Compare { op, value, .. } = &mut parts[at] {
                nothing |= rewrite(mapping, params, *op, value, trace);
            }
        }
        nothing
    }
}

/// Rewrites one literal; whether the comparison can match nothing.
fn rewrite(mapping: &Mapping, params: &Params, op: CompareOp, literal: &mut Literal, trace: &mut Trace) -> bool {
    let Literal::String(sent) = literal else { return false };
    // `active eq "True"` compares a Boolean (idp-dialects row 16): the comparison itself knows it.
    let is_text = mapping.attribute.leaf().is_some_and(|leaf| leaf.kind == Kind::String);
    if !is_text || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return false;
    }
    match mapping.normal(params, &Value::String(sent.clone())) {
        Ok(Value::String(normal)) => {
            if normal != *sent {
                trace.step(Stage::Normalise, Some(&mapping.rule), || format!("{} {sent:?} → {normal:?}", mapping.name));
                *sent = normal;
            }
            false
        }
        Ok(_) => false,
        Err(refusal) => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || format!("matches nobody: {refusal}"));
            op == CompareOp::Eq
        }
    }
}
