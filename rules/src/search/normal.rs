//! Brings the literals of a filter into the normal form of the attributes they are compared with.

use std::borrow::Cow;

use json::Value;
use scim::filter::{CompareOp, Literal};
use scim::{AttrPath, Filter, Kind};

use super::candidates::Hopeless;
use crate::params::Params;
use crate::profile::{Mapping, ResourceRules};
use crate::trace::{Stage, Trace};

impl ResourceRules {
    /// Rewrites `filter`, and notes in `hopeless` what demands equality with a value that has no normal form: such a literal
    /// stays, it equals nothing anyway. Parts of texts (`co`, `sw`, `ew`) stay as they are.
    pub(super) fn normalise(&self, params: &Params, filter: &mut Filter, hopeless: &mut Hopeless, trace: &mut Trace) {
        match filter {
            Filter::And(parts) | Filter::Or(parts) => {
                for part in parts {
                    self.normalise(params, part, hopeless, trace);
                }
            }
            Filter::Not(inner) => self.normalise(params, inner, hopeless, trace),
            Filter::Present(_) => {}
            Filter::Compare { path, op, value } => {
                if let Some((at, mapping)) = self.named(&self.canonical(path)) {
                    rewrite(at, mapping, params, *op, value, hopeless, trace);
                }
            }
            Filter::Has { path, filter } => self.normalise_element(params, path, filter, hopeless, trace),
        }
    }

    /// As [`ResourceRules::normalise`] inside brackets, for the mapping of such an element.
    fn normalise_element(
        &self,
        params: &Params,
        path: &AttrPath,
        filter: &mut Filter,
        hopeless: &mut Hopeless,
        trace: &mut Trace,
    ) {
        let parts = match filter {
            Filter::And(parts) => parts.as_mut_slice(),
            single => std::slice::from_mut(single),
        };
        for at in 0..parts.len() {
            let Filter::Compare { path: sub, .. } = &parts[at] else { continue };
            let name = self.element_name(path, parts, at, &sub.name);
            let Some((index, mapping)) = self.named(&name) else { continue };
            if let Filter::Compare { op, value, .. } = &mut parts[at] {
                rewrite(index, mapping, params, *op, value, hopeless, trace);
            }
        }
    }
}

/// Rewrites one literal that is compared with the mapping at `at`, or notes that the comparison can match nothing.
fn rewrite(
    at: usize,
    mapping: &Mapping,
    params: &Params,
    op: CompareOp,
    literal: &mut Literal,
    hopeless: &mut Hopeless,
    trace: &mut Trace,
) {
    let Literal::String(sent) = literal else { return };
    // `active eq "True"` compares a Boolean (idp-dialects row 16): the comparison itself knows it.
    let is_text = mapping.attribute.leaf().is_some_and(|leaf| leaf.kind == Kind::String);
    // What nobody may see cannot be searched by, and stands in no trace.
    if !is_text || mapping.is_secret() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return;
    }
    let spelled = Value::String(sent.clone());
    match mapping.normal(params, &spelled).map(Cow::into_owned) {
        Ok(Value::String(normal)) => {
            if normal != *sent {
                trace.step(Stage::Normalise, Some(&mapping.rule), || format!("{} {sent:?} → {normal:?}", mapping.name));
            }
            hopeless.normal.insert((at, normal.clone()));
            *sent = normal;
        }
        Ok(_) => {}
        Err(refusal) => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || format!("matches nobody: {refusal}"));
            if op == CompareOp::Eq {
                hopeless.formless.insert((at, sent.clone()));
            }
        }
    }
}
