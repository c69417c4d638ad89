//! The calls of an update: which rule takes which change, and what each body holds.

use std::borrow::Cow;

use super::body::{self, Edits, Ingredients, Making};
use super::create::update_name;
use super::difference::{Changed, Difference};
use super::step::Sequence;
use super::{EachValue, Known, NewId, Plan, PlannedCall, named_field};
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::profile::{ChangeOf, ResourceRules, UpdateRule};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::{Present, Wanted};

/// Who takes a change.
enum Claim {
    /// The rule of this index.
    One(usize),
    /// The rules that are made for each value of the attribute.
    Each,
}

impl Claim {
    fn is(&self, at: usize, rule: &UpdateRule, change: &Changed<'_>) -> bool {
        match self {
            Claim::One(by) => *by == at,
            Claim::Each => rule.each.is_some_and(|each| Some(each.attribute) == change.mapping),
        }
    }

    /// Whether all calls for it come before those of the rule at `at`.
    fn is_before(&self, at: usize, rules: &[UpdateRule], change: &Changed<'_>) -> bool {
        let last = rules.iter().enumerate().rfind(|(by, rule)| self.is(*by, rule, change));
        last.is_some_and(|(last, _)| last < at)
    }
}

/// A rule and what it takes.
struct Claimed<'c, 'd> {
    /// Its index.
    at: usize,
    rule: &'c UpdateRule,
    changes: Vec<&'c Changed<'d>>,
    edits: Edits<'c>,
}

impl ResourceRules {
    /// The calls that change the record. A kept attribute never makes a call.
    ///
    /// What `wanted` lacks is cleared, except where lacking it says nothing: passwords and what is written at creation only;
    /// and, unless it was taken away ([`Absent::Cleared`](crate::Absent::Cleared)), Booleans (RFC 7644 §3.5.1 lets the server
    /// assume a value), immutable and required attributes.
    ///
    /// # Errors
    /// [`Refusal::Immutable`] for an immutable attribute and for one that no `[[user.update]]` takes;
    /// [`Refusal::UnknownName`]; [`Refusal::Value`] as for a create; [`Refusal::Unsupported`] if there is no
    /// `[[user.update]]` at all.
    pub fn plan_update(
        &self,
        params: &Params,
        present: &Present,
        wanted: &Wanted,
        facts: &Facts,
        trace: &mut Trace,
    ) -> Result<Plan, Refusal> {
        let difference = Difference::between(self, params, present, wanted, facts, trace)?;
        if self.update.is_empty() && !difference.changes.is_empty() {
            return Err(self.unsupported("change"));
        }
        let claims = self.claims(&difference)?;
        let mut plan = Plan { aside: difference.aside.clone(), ..Plan::default() };
        for (at, rule) in self.update.iter().enumerate() {
            let pairs = || difference.changes.iter().zip(&claims);
            let changes: Vec<&Changed<'_>> =
                pairs().filter(|(change, by)| by.is(at, rule, change)).map(|(change, _)| change).collect();
            if !changes.is_empty() {
                let is_shown = |change: &Changed<'_>| !self.secret_fields().contains(change.field);
                let stands = |(change, by): &(&Changed<'_>, &Claim)| {
                    by.is(at, rule, change) || (by.is_before(at, &self.update, change) && is_shown(change))
                };
                let edits = Edits {
                    all: difference.edits(),
                    claimed: changes.iter().map(|change| change.edit()).collect(),
                    standing: pairs().filter(stands).map(|(change, _)| change.edit()).collect(),
                };
                let change = Claimed { at, rule, changes, edits };
                self.add_update(params, present, (&difference, facts), &change, &mut plan, trace)?;
            }
        }
        plan.becomes = self.new_name(&difference, &plan);
        if plan.calls.is_empty() {
            trace.step(Stage::Plan, None, || "nothing of the record differs: no call".to_owned());
        }
        Ok(plan)
    }

    /// The id that the record has behind the calls of `plan`; `None` if it stays, or only their answers tell.
    fn new_name(&self, difference: &Difference<'_>, plan: &Plan) -> Option<String> {
        if !self.id_changes {
            return None;
        }
        let written = difference.changes.iter().find(|change| *change.field == self.id);
        let written = written.and_then(|change| change.value.as_ref().and_then(scalar_text)).map(Cow::into_owned);
        let known = || {
            plan.calls.iter().rev().find_map(|planned| match &planned.id {
                Some(NewId::Known(id)) => Some(id.clone()),
                _ => None,
            })
        };
        written.or_else(known)
    }

    /// The calls of one rule for what it takes.
    fn add_update(
        &self,
        params: &Params,
        present: &Present,
        (difference, facts): (&Difference<'_>, &Facts),
        change: &Claimed<'_, '_>,
        plan: &mut Plan,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let Claimed { at, rule, changes, .. } = change;
        let sequence = Sequence {
            rules: self,
            params,
            what: "update",
            wanted: &difference.settled,
            present: Some(&present.resource),
            record: Some(&present.record),
            facts,
        };
        // Behind another call of this change, it may have to name what that made of the record.
        let is_sequence = rule.around.is_some() || (!plan.calls.is_empty() && self.follows(&rule.call));
        if is_sequence || rule.each.is_some() || rule.by_field {
            let making = self.making(params, present, difference, change);
            plan.begin(Known {
                id: Some(present.id.clone()),
                changed: making.changed(),
                all: making.all(),
                whole: making.whole(),
                written: making.written(),
                record: present.record.clone(),
                ..Known::default()
            });
            plan.look(self, params, ("update", &rule.around.checks), trace);
            sequence.add(&rule.around.before, plan, trace)?;
        }
        if let Some(each) = rule.each {
            sequence.add_each(rule, sequence.values(each)?, plan, trace)?;
        } else if rule.by_field {
            sequence.add_each(rule, changes.iter().map(|change| self.one_field(change)).collect(), plan, trace)?;
        } else {
            let known = plan.known().filter(|_| is_sequence);
            let planned = self.main_update(params, (present, known), difference, change, trace)?;
            if is_sequence {
                sequence.add_main(planned, &rule.call, rule.around.undo.as_ref(), plan);
            } else {
                plan.calls.push(planned);
            }
        }
        sequence.add_after(&rule.around.after, &update_name(*at), plan, trace)
    }

    /// What `{each}` and `{each.field}` are in the call for one field; what is cleared is said as in other bodies.
    fn one_field(&self, change: &Changed<'_>) -> EachValue {
        let value = change.value.clone().or_else(|| self.cleared(change.mapping)).unwrap_or_default();
        EachValue::of_field(&change.field.to_string(), value)
    }

    fn main_update(
        &self,
        params: &Params,
        (present, known): (&Present, Option<&Known>),
        difference: &Difference<'_>,
        claimed: &Claimed<'_, '_>,
        trace: &mut Trace,
    ) -> Result<PlannedCall, Refusal> {
        let Claimed { rule, changes, .. } = claimed;
        let mut call = self.call_for(&rule.call, "update", params, (present, known))?;
        body::fill(self, &rule.call, &self.making(params, present, difference, claimed), &mut call);
        trace.step(Stage::Plan, Some(&rule.call.rule), || {
            let names: Vec<&str> = changes.iter().map(|change| change.name.as_ref()).collect();
            format!("{call} for {}", names.join(", "))
        });
        let new = |name: &str| {
            let changed = changes.iter().find(|change| change.field.is_named(name));
            match changed {
                Some(change) => change.value.as_ref().and_then(scalar_text),
                None => named_field(&present.record, name),
            }
        };
        let id = rule.call.new_id(params, new).map_err(|name| self.cannot_stand(&rule.call, &name))?;
        Ok(PlannedCall { id, ..rule.call.planned(call) })
    }

    /// What the bodies of a change are made of.
    fn making<'m>(
        &'m self,
        params: &'m Params,
        present: &'m Present,
        difference: &'m Difference<'_>,
        claimed: &'m Claimed<'m, '_>,
    ) -> Making<'m> {
        Making {
            rules: self,
            params,
            present: (&present.id, &present.record),
            settled: &difference.settled,
            edits: &claimed.edits,
        }
    }

    /// Which update rule makes each change: the first whose condition it fulfils, or those that are made for each of its
    /// values, else the one without, which also takes the computed fields that no rule names.
    fn claims(&self, difference: &Difference<'_>) -> Result<Vec<Claim>, Refusal> {
        let named = |change: &Changed<'_>| {
            self.update.iter().position(|rule| {
                rule.when.as_ref().is_some_and(|when| {
                    let (is_it, to) = match (&when.of, change.mapping) {
                        (ChangeOf::Attribute(at), Some(index)) => (*at == index, &change.to),
                        (ChangeOf::Written(field), None) => (field == change.field, &change.value),
                        (ChangeOf::Attribute(_), None) | (ChangeOf::Written(_), Some(_)) => (false, &None),
                    };
                    is_it && when.to.as_ref().is_none_or(|wanted| Some(wanted) == to.as_ref())
                })
            })
        };
        let each = |change: &Changed<'_>| {
            let takes = |rule: &UpdateRule| rule.each.is_some_and(|each| Some(each.attribute) == change.mapping);
            self.update.iter().any(takes).then_some(Claim::Each)
        };
        let rest = self.update.iter().position(UpdateRule::is_rest);
        // What no body has is changed by rules that name it only.
        let rest = |change: &Changed<'_>| rest.filter(|_| change.mapping.is_none_or(|index| self.map[index].in_body));
        let refused = |change: &Changed<'_>| Refusal::Immutable { attribute: change.name.clone().into_owned() };
        let claim = |change: &Changed<'_>| {
            let one = named(change).map(Claim::One).or_else(|| each(change)).or_else(|| rest(change).map(Claim::One));
            one.ok_or_else(|| refused(change))
        };
        difference.changes.iter().map(claim).collect()
    }
}
