//! The calls that make a record, and those that end one.
//!
//! Decides what is called and in which order; what fields hold is the mappings'.

use std::borrow::Cow;
use std::cell::LazyCell;

use json::{Map, Value};
use scim::Resource;

use super::body::{self, Ingredients, Made};
use super::harm::unharmed;
use super::step::{Place, Sequence};
use super::{Known, Plan, PlannedCall, named_field};
use crate::lookup::Facts;
use crate::params::Params;
use crate::profile::{DeleteRule, Mapping, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::{Draw, Present, Wanted};

/// The steps behind a create, in [`Memory::unfinished`](crate::Memory::unfinished).
const CREATE: &str = "create";

/// The steps behind an update, by its index.
pub(super) fn update_name(at: usize) -> String {
    format!("update.{at}")
}

/// The values that a new resource has, by the index of their mapping.
pub(super) struct Settled<'v> {
    values: Vec<Option<Cow<'v, Value>>>,
}

impl<'v> Settled<'v> {
    /// What nobody has to say: the constants.
    fn of(rules: &'v ResourceRules) -> Self {
        let constant = |mapping: &'v Mapping| match &mapping.source {
            Source::Constant(value) => Some(Cow::Borrowed(value)),
            _ => None,
        };
        Self { values: rules.map.iter().map(constant).collect() }
    }

    pub(super) fn value(&self, mapping: usize) -> Option<&Value> {
        self.values.get(mapping)?.as_deref()
    }

    fn resource(&self, rules: &ResourceRules) -> Resource {
        rules.resource_of(|at| self.value(at))
    }
}

impl ResourceRules {
    /// The calls that make the record.
    ///
    /// # Errors
    /// [`Refusal::UnknownName`], [`Refusal::Unsupported`]; [`Refusal::Value`] for a written field whose expression rejects
    /// what was sent.
    pub fn plan_create(
        &self,
        params: &Params,
        wanted: &Wanted,
        facts: &Facts,
        trace: &mut Trace,
    ) -> Result<Plan, Refusal> {
        let Some(create) = &self.create else { return Err(self.unsupported("create")) };
        let (mut fields, settled) = self.new_fields(params, wanted, facts, trace)?;
        let aside = self.empty_new(&mut fields, &settled);
        let (rule, around) = (&create.call, &create.around);
        let mut plan = Plan { aside, ..Plan::default() };
        let settled = if around.is_some() { settled.resource(self) } else { Resource::default() };
        let sequence =
            Sequence { rules: self, params, what: "create", wanted: &settled, present: None, record: None, facts };
        if around.is_some() {
            let all = Made { rules: self, params, fields: &fields }.all();
            plan.begin(Known { changed: all.clone(), all, written: fields.clone(), ..Known::default() });
            plan.look(self, params, ("create", &around.checks), trace);
            sequence.add(&around.before, &mut plan, trace)?;
        }
        let value = |name: &str| named_field(&fields, name).or_else(|| plan.known()?.stand_in(name));
        let call = rule.to_call(&self.route("create"), params, value);
        let mut call = call.map_err(|name| self.cannot_stand(rule, &name))?;
        self.conceal_path(rule, &mut call, |name| value(name).or_else(|| params.text(name)));
        let id =
            rule.new_id(params, |name| named_field(&fields, name)).map_err(|name| self.cannot_stand(rule, &name))?;
        if self.is_plain(rule) {
            call.body = Some(fields);
            call.secret_fields = self.secret_fields();
        } else {
            body::fill(self, rule, &Made { rules: self, params, fields: &fields }, &mut call);
        }
        trace.step(Stage::Plan, Some(&rule.rule), || call.to_string());
        let planned = PlannedCall { id, ..rule.planned(call) };
        if !around.is_some() {
            plan.calls.push(planned);
            return Ok(plan);
        }
        sequence.add_main(planned, rule, around.undo.as_ref(), &mut plan);
        sequence.add_after(&around.after, CREATE, &mut plan, trace)?;
        Ok(plan)
    }

    /// The mapping of `active`, if there is one.
    #[must_use]
    pub fn active(&self) -> Option<&Mapping> {
        self.map.iter().find(|mapping| mapping.name == "active")
    }

    /// What is unfinished while only the main call of a create was made.
    #[must_use]
    pub fn begun_by_create(&self) -> Option<String> {
        let after = self.create.as_ref().map(|create| &create.around.after);
        after.is_some_and(|after| !after.is_empty()).then(|| CREATE.to_owned())
    }

    /// The steps behind main calls that were begun and are not known to have ended, for the record as it is now: `plan` gets
    /// them behind its own calls. Their targets have to take them twice.
    ///
    /// # Errors
    /// As [`ResourceRules::plan_create`].
    pub fn plan_rest(
        &self,
        params: &Params,
        (present, wanted): (&Present, &Wanted),
        facts: &Facts,
        plan: &mut Plan,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let begun = &wanted.memory.unfinished;
        let after_create = self.create.as_ref().map(|create| (CREATE.to_owned(), "create", &create.around.after));
        let updates = self.update.iter().enumerate();
        let after_updates = updates.map(|(at, rule)| (update_name(at), "update", &rule.around.after));
        for (name, what, after) in after_create.into_iter().chain(after_updates) {
            // What the plan does anyway is no rest.
            if !begun.contains(&name) || plan.unfinished.contains(&name) {
                continue;
            }
            let (fields, settled) = self.new_fields(params, wanted, facts, &mut Trace::off())?;
            let all = Made { rules: self, params, fields: &fields }.all();
            plan.begin(Known {
                id: Some(present.id.clone()),
                changed: all.clone(),
                all,
                written: fields,
                record: present.record.clone(),
                ..Known::default()
            });
            let settled = settled.resource(self);
            let sequence = Sequence {
                rules: self,
                params,
                what,
                wanted: &settled,
                present: None,
                record: Some(&present.record),
                facts,
            };
            sequence.add_after(after, &name, plan, trace)?;
        }
        Ok(())
    }

    /// Every field of a new record, and the values that it then has.
    ///
    /// # Errors
    /// As [`ResourceRules::plan_create`], and as [`unharmed`].
    fn new_fields<'v>(
        &'v self,
        params: &Params,
        wanted: &'v Wanted,
        facts: &Facts,
        trace: &mut Trace,
    ) -> Result<(Value, Settled<'v>), Refusal> {
        let mut settled = Settled::of(self);
        let mut fields = Map::new();
        let mut draw = Draw::from(facts);
        let said = LazyCell::new(|| self.resource_of(|at| wanted.value(at)));
        for (at, mapping) in self.taken() {
            let is_emptied = matches!(mapping.source, Source::Emptied { .. });
            let value = match (wanted.value(at), mapping.default.is_some()) {
                (Some(value), _) => Cow::Borrowed(value),
                (None, true) => {
                    let Some(default) = mapping.by_default(params, &said, &mut draw)? else { continue };
                    trace.step(Stage::Plan, Some(&mapping.rule), || {
                        format!("{} by default {}", mapping.name, mapping.print(&default))
                    });
                    Cow::Owned(default)
                }
                (None, false) => continue,
            };
            if let Some(field) = mapping.field().filter(|_| !is_emptied) {
                let target = mapping.target_of(params, &value, facts)?;
                trace.step(Stage::Change, Some(&mapping.rule), || {
                    format!("{} {} → {field} {}", mapping.name, mapping.print(&value), mapping.print(&target))
                });
                field.write(&mut fields, target);
            }
            settled.values[at] = Some(value);
        }
        let resource = LazyCell::new(|| settled.resource(self));
        for write in &self.write {
            if let Some(value) = write.made(params, &resource, &mut draw)? {
                trace.step(Stage::Change, Some(&write.rule), || {
                    format!("writes {} {}", write.field, write.print(&value))
                });
                write.field.write(&mut fields, value);
            }
        }
        drop(resource);
        Ok((unharmed(self, Value::Object(fields))?, settled))
    }

    /// The calls that delete the record.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`], also where the profile keeps what SCIM deletes; [`Refusal::Value`] if the id cannot stand in the
    /// path.
    pub fn plan_delete(&self, params: &Params, id: &str, trace: &mut Trace) -> Result<Plan, Refusal> {
        let Some(DeleteRule::Call(delete)) = &self.delete else { return Err(self.unsupported("delete")) };
        let (rule, around) = (&delete.call, &delete.around);
        let nobody = Resource::new(id);
        let mut plan = Plan::default();
        // Of somebody who ends there are no values.
        let facts = &Facts::default();
        let sequence =
            Sequence { rules: self, params, what: "delete", wanted: &nobody, present: None, record: None, facts };
        if around.is_some() {
            plan.begin(Known { id: Some(id.to_owned()), ..Known::default() });
            sequence.add(&around.before, &mut plan, trace)?;
        }
        let alone = Known { id: Some(id.to_owned()), ..Known::default() };
        let known = plan.known().unwrap_or(&alone);
        let place = Place { rules: self, params, known, each: None, stands_in: true, of_record: false };
        let call = place.call(rule, "delete").map_err(|name| self.cannot_stand(rule, &name))?;
        trace.step(Stage::Plan, Some(&rule.rule), || call.to_string());
        let planned = rule.planned(call);
        if !around.is_some() {
            return Ok(Plan::of(planned));
        }
        sequence.add_main(planned, rule, around.undo.as_ref(), &mut plan);
        sequence.add(&around.after, &mut plan, trace)?;
        Ok(plan)
    }
}
