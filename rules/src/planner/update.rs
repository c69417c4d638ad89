//! The calls of an update: which rule takes which change, and what each body holds.

use serde_json::{Map, Value};

use super::Plan;
use super::difference::{Changed, Difference};
use crate::lookup::Facts;
use crate::params::Params;
use crate::profile::{Apply, BodyRule, Mapping, ResourceRules};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::{Present, Wanted};

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
        let mut plan = Plan::default();
        for (at, rule) in self.update.iter().enumerate() {
            let pairs = difference.changes.iter().zip(&claims);
            let claimed: Vec<&Changed<'_>> = pairs.filter(|(_, by)| **by == at).map(|(change, _)| change).collect();
            if claimed.is_empty() {
                continue;
            }
            let mut call = self.call_for(&rule.call, "update", params, present)?;
            call.body = match rule.call.body {
                BodyRule::Empty => None,
                BodyRule::Changed => Some(self.changed_fields(present, &claimed)),
                BodyRule::All => Some(self.all_fields(params, present, &difference)?),
            };
            if call.body.is_some() {
                call.secret_fields = self.secret_fields();
            }
            trace.step(Stage::Plan, Some(&rule.call.rule), || {
                let names: Vec<&str> = claimed.iter().map(|change| change.name.as_ref()).collect();
                format!("{call} for {}", names.join(", "))
            });
            plan.calls.push(rule.call.planned(call));
        }
        if plan.calls.is_empty() {
            trace.step(Stage::Plan, None, || "nothing of the record differs: no call".to_owned());
        }
        Ok(plan)
    }

    /// Which update rule makes each change: the first whose condition it fulfils, else the one without, which also takes the
    /// computed fields.
    fn claims(&self, difference: &Difference<'_>) -> Result<Vec<usize>, Refusal> {
        let named = |change: &Changed<'_>| {
            self.update.iter().position(|rule| {
                rule.when.as_ref().is_some_and(|when| {
                    Some(when.attribute) == change.mapping
                        && when.to.as_ref().is_none_or(|to| Some(to) == change.to.as_ref())
                })
            })
        };
        let rest = self.update.iter().position(|rule| rule.when.is_none());
        let refused = |change: &Changed<'_>| Refusal::Immutable { attribute: change.name.clone().into_owned() };
        difference.changes.iter().map(|change| named(change).or(rest).ok_or_else(|| refused(change))).collect()
    }

    /// The fields of some changes; what is cleared is null.
    ///
    /// Of a complex attribute also the parts that are cleared: a target that merges bodies (RFC 7396) keeps what is not named.
    fn changed_fields(&self, present: &Present, changes: &[&Changed<'_>]) -> Value {
        let mut fields = Map::new();
        for change in changes {
            let mut value = change.value.clone().unwrap_or(Value::Null);
            let leaf = change.mapping.and_then(|index| self.map.get(index)?.attribute.leaf());
            if let (Some(leaf), Value::Object(parts), Some(Value::Object(now))) =
                (leaf, &mut value, change.field.assigned(&present.record))
            {
                for part in now.keys().filter(|part| leaf.sub_attribute(part).is_some()) {
                    if !parts.contains_key(part) {
                        parts.insert(part.clone(), Value::Null);
                    }
                }
            }
            change.field.write(&mut fields, value);
        }
        Value::Object(fields)
    }

    /// Every mapped field that will have a value: what differs in its new form, the rest as the target itself holds it.
    fn all_fields(&self, params: &Params, present: &Present, difference: &Difference<'_>) -> Result<Value, Refusal> {
        let mut fields = Map::new();
        for field in self.taken().filter_map(|(_, mapping)| Mapping::field(mapping)) {
            let changed = difference.changes.iter().any(|change| change.field == field);
            if let Some(value) = field.assigned(&present.record).filter(|_| !changed) {
                field.write(&mut fields, value.clone());
            }
        }
        for write in self.write.iter().filter(|write| write.apply == Apply::Always) {
            if let Some(value) = write.value(params, &difference.settled)? {
                write.field.write(&mut fields, value);
            }
        }
        for change in &difference.changes {
            if let Some(value) = &change.value {
                change.field.write(&mut fields, value.clone());
            }
        }
        Ok(Value::Object(fields))
    }
}
