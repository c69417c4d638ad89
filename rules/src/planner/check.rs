//! What is looked at before anything is written: targets that take a duplicate silently, or take an address from somebody else.
//!
//! Never writes. A check whose question cannot be asked, because the resource lacks the value, is left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use json::Value;

use super::step::{Known, Place, Plan, param};
use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{CheckRule, FieldPath, RefuseIf, ResourceRules};
use crate::trace::{Stage, Trace};

/// A question, and which answers refuse the whole.
#[derive(Debug, Clone)]
pub struct PlannedCheck {
    /// The call; a GET.
    pub call: TargetCall,
    /// What it is for.
    pub rule: Arc<CheckRule>,
    /// Fields of what is found, and what they must be for it to count.
    equals: Vec<(FieldPath, String)>,
    /// The id of the record itself.
    own: Option<String>,
}

impl PartialEq for PlannedCheck {
    fn eq(&self, other: &Self) -> bool {
        (&self.call, &self.equals, &self.own) == (&other.call, &other.equals, &other.own)
    }
}

impl PlannedCheck {
    /// Whether the answer refuses what is wanted; `None` is «absent».
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says.
    pub fn refuses(&self, body: Option<&Value>) -> Result<bool, TargetFault> {
        let found = match (body, &self.rule.rows) {
            (None, _) => false,
            (Some(body), None) => !body.is_null() && self.counts(body),
            (Some(body), Some(field)) => {
                let rows = field.assigned(body).and_then(Value::as_array).ok_or_else(|| TargetFault::Garbage {
                    reason: format!("no rows in field `{field}` of the answer to {}", self.call.route),
                })?;
                rows.iter().any(|row| self.counts(row))
            }
        };
        Ok(found == (self.rule.refuse == RefuseIf::Found))
    }

    /// Whether something that came counts as found.
    fn counts(&self, row: &Value) -> bool {
        let text = |field: &FieldPath| field.assigned(row).and_then(scalar_text);
        let is_own = || {
            let own = self.rule.own.as_ref().and_then(text);
            own.is_some() && own.as_deref() == self.own.as_deref()
        };
        self.rule.holds.as_ref().is_none_or(|holds| holds.holds(row))
            && self
                .equals
                .iter()
                .all(|(field, wanted)| text(field).is_some_and(|value| value.eq_ignore_ascii_case(wanted)))
            && !is_own()
    }
}

impl Plan {
    /// Adds the checks whose questions can be asked. In a change only those that ask about something new.
    pub(super) fn look(
        &mut self,
        rules: &ResourceRules,
        params: &Params,
        (what, checks): (&str, &[Arc<CheckRule>]),
        trace: &mut Trace,
    ) {
        for rule in checks {
            let Some(known) = self.known() else { return };
            let place = Place { rules, params, known, each: None, stands_in: false, of_record: false };
            let Some(check) = planned(&place, rule, what) else {
                trace.step(Stage::Plan, Some(&rule.call.rule), || "not looked at: nothing new to ask about".to_owned());
                continue;
            };
            self.checks.push(check);
        }
    }
}

fn planned(place: &Place<'_>, rule: &Arc<CheckRule>, what: &str) -> Option<PlannedCheck> {
    let is_change = place.known.id.is_some();
    let asked: BTreeSet<&str> = rule.call.names().collect();
    if is_change && !asked.iter().any(|name| changes(place.known, name)) {
        return None;
    }
    let call = place.question(&rule.call, &format!("{what}.check")).ok()?;
    let text = |name: &str| place.text(name).or_else(|| param(place.params, name));
    let equals = rule.equals.iter().map(|(field, template)| Some((field.clone(), template.fill(text)?)));
    Some(PlannedCheck {
        call,
        rule: Arc::clone(rule),
        equals: equals.collect::<Option<_>>()?,
        own: place.known.id.clone(),
    })
}

/// Whether a field changes to something that it is not yet; an element of a list changes only if what it says does.
fn changes(known: &Known, name: &str) -> bool {
    let Ok(field) = FieldPath::parse(name) else { return false };
    let value = field.assigned(&known.changed);
    value.is_some() && value != field.read(&known.record)
}
