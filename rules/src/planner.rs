//! From a difference to ordered target calls. No difference, no call.
//!
//! Never performs one. A plan is computed from what the target holds now, so that a retry after any failure computes the
//! rest (`docs/ARCHITECTURE.md`, convergence). In the life of a request it is stage 11.

mod body;
mod check;
mod create;
mod difference;
mod each;
mod emptied;
mod harm;
mod members;
mod received;
mod rows;
mod step;
mod told;
mod update;

use std::borrow::Cow;
use std::ops::Deref;

use json::Value;
use scim::Resource;

use crate::call::TargetCall;
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{CallRule, FieldPath, Mapping, ResourceRules, Source, Write, WriteSource};
use crate::refusal::Refusal;
use crate::translate::{Draw, NOT_ACCEPTED, OfResource, Present, Wanted, same};

pub(crate) use self::emptied::is_empty;

pub(crate) use self::each::ROW;

pub use self::check::PlannedCheck;
pub use self::each::EachValue;
pub(crate) use self::members::names_one;
pub use self::members::{GroupNow, GroupsFound, MemberStep, Roster, RosterPage, Side};
pub use self::received::Standing;
pub use self::rows::{Onward, Page, Rows, Window};
pub use self::step::{Known, LOCATION, NewId, Plan, PlannedCall, Step};

impl ResourceRules {
    /// Whether `present` is what a create wants: every attribute that `wanted` has is so at present, and no kept value says
    /// that somebody else made it. Then a repeated create is answered as done.
    ///
    /// A name that is looked up may differ in case: both stand for one row.
    #[must_use]
    pub fn is_already(&self, present: &Present, wanted: &Wanted) -> bool {
        self.taken()
            .filter(|(_, mapping)| !mapping.is_secret())
            .all(|(at, mapping)| is_so(mapping, present, wanted.value(at)))
    }

    /// Whether `present` is what the main call of a create makes of `wanted`, whatever is still to be done by the steps
    /// behind it: what is there is as wanted.
    #[must_use]
    pub fn is_begun(&self, present: &Present, wanted: &Wanted) -> bool {
        let visible = self.taken().filter(|(_, mapping)| !mapping.is_secret());
        visible
            .filter(|(_, mapping)| mapping.attribute.read(&present.resource).is_some())
            .all(|(at, mapping)| self.is_stepped(at) || is_so(mapping, present, wanted.value(at)))
    }

    /// Gives `wanted` what it does not say and `present` has, and takes out of it what `present` does not show and the main
    /// call of a create sends: a password that may be somebody else's.
    pub fn keep_what_is_there(&self, present: &Present, wanted: &mut Resource) {
        for (_, mapping) in self.taken() {
            if mapping.is_secret() && !self.is_sent_behind(mapping) {
                mapping.attribute.write(wanted, None);
            } else if let (None, Some(now)) =
                (mapping.attribute.read(wanted), mapping.attribute.read(&present.resource))
            {
                mapping.attribute.write(wanted, Some(now.clone()));
            }
        }
    }

    /// Whether a step behind the create names the attribute's field.
    fn is_sent_behind(&self, mapping: &Mapping) -> bool {
        let steps = self.create.iter().flat_map(|create| &create.around.after);
        let names = |field: &FieldPath| steps.clone().any(|step| step.call.names().any(|name| field.is_named(name)));
        mapping.field().is_some_and(names)
    }

    /// Whether a step behind the create takes the attribute, so that it is another before.
    fn is_stepped(&self, at: usize) -> bool {
        let steps = self.create.iter().flat_map(|create| &create.around.after);
        let name = &self.map[at].name;
        steps.into_iter().any(|step| {
            step.each.is_some_and(|each| each.attribute == at)
                || step.when.iter().flat_map(|when| &when.attributes).any(|path| path.to_string() == *name)
        })
    }

    /// The call that reads one record; [`PlannedCall::record_in`] finds it in the answer.
    ///
    /// # Errors
    /// [`Refusal::Value`] if the id cannot stand in the path; treat it as absent.
    pub fn read_call(&self, params: &Params, id: &str) -> Result<PlannedCall, Refusal> {
        let call = self.call_by_id(&self.get, "get", params, id)?;
        Ok(self.get.planned(call))
    }

    // === parts of calls ===

    /// What a call is for, for metrics: `user.create`.
    pub(crate) fn route(&self, what: &str) -> String {
        format!("{}.{what}", self.noun)
    }

    fn unsupported(&self, what: &'static str) -> Refusal {
        Refusal::Unsupported { what, noun: self.noun }
    }

    fn call_by_id(&self, rule: &CallRule, what: &str, params: &Params, id: &str) -> Result<TargetCall, Refusal> {
        rule.to_call(
            &self.route(what),
            params,
            |name| if name == "id" { Some(Cow::Owned(id.to_owned())) } else { None },
        )
        .map_err(|name| self.cannot_stand(rule, &name))
    }

    /// A call on a record that is there; its template may name fields as they are now, and what steps before it will answer.
    fn call_for(
        &self,
        rule: &CallRule,
        what: &str,
        params: &Params,
        (present, known): (&Present, Option<&Known>),
    ) -> Result<TargetCall, Refusal> {
        let value = |name: &str| match name {
            "id" => Some(Cow::Owned(present.id.clone())),
            name => named_field(&present.record, name)
                .map(|text| Cow::Owned(text.into_owned()))
                .or_else(|| known?.stand_in(name)),
        };
        rule.to_call(&self.route(what), params, value).map_err(|name| self.cannot_stand(rule, &name))
    }

    fn cannot_stand(&self, rule: &CallRule, name: &str) -> Refusal {
        let mapping = self.map.iter().find(|mapping| mapping.field().is_some_and(|field| field.is_named(name)));
        Refusal::Value {
            attribute: mapping.map_or(name, |mapping| &mapping.name).to_owned(),
            reason: format!("it is missing or cannot stand in a URL: `{}` needs it", rule.path),
            rule: rule.rule.to_string(),
        }
    }

    /// A record without what nobody may see, should the target show it; for whatever is made of a whole record.
    #[must_use]
    pub fn concealed<'r>(&self, record: &'r Value) -> Cow<'r, Value> {
        let shown: Vec<FieldPath> =
            self.secret_fields().into_iter().filter(|field| field.assigned(record).is_some()).collect();
        let mut concealed = Cow::Borrowed(record);
        for field in shown {
            if let Value::Object(members) = concealed.to_mut() {
                field.write(members, Value::Null);
            }
        }
        concealed
    }

    /// Notes how the path of `call` may be printed, if something secret stands in it: some old products take a password there.
    fn conceal_path<'v>(&self, rule: &CallRule, call: &mut TargetCall, value: impl Fn(&str) -> Option<Cow<'v, str>>) {
        if rule.path.names().any(|name| self.names_secret(name)) {
            let shown = |name: &str| {
                if self.names_secret(name) { Some(Cow::Borrowed("[redacted]")) } else { value(name) }
            };
            call.shown_path = Some(rule.path.fill(shown).unwrap_or_else(|_| rule.path.to_string()).into());
        }
    }

    fn names_secret(&self, name: &str) -> bool {
        let mapped = self.map.iter().filter(|mapping| mapping.is_secret()).filter_map(Mapping::field);
        let written = self.write.iter().filter(|write| write.is_secret()).map(|write| &write.field);
        mapped.chain(written).any(|field| field.is_named(name))
    }

    fn secret_fields(&self) -> Vec<FieldPath> {
        let mapped = self.map.iter().filter(|mapping| mapping.is_secret()).filter_map(Mapping::field);
        let written = self.write.iter().filter(|write| write.is_secret()).map(|write| &write.field);
        mapped.chain(written).cloned().collect()
    }
}

impl Write {
    /// As [`Write::value`], for a resource that is made; `draw` gives what is random.
    fn made(
        &self,
        params: &Params,
        resource: &impl Deref<Target = Resource>,
        draw: &mut Draw<'_>,
    ) -> Result<Option<Value>, Refusal> {
        let WriteSource::Random(length) = self.source else { return self.value(params, resource) };
        draw.text(length).map(Some).ok_or_else(|| Refusal::Value {
            attribute: self.field.to_string(),
            reason: "the gateway brought no randomness".to_owned(),
            rule: self.rule.to_string(),
        })
    }

    /// What the field should hold for `resource`, which is made for an expression only; `None` if nothing.
    fn value(&self, params: &Params, resource: &impl Deref<Target = Resource>) -> Result<Option<Value>, Refusal> {
        match &self.source {
            WriteSource::Constant(value) => Ok(Some(value.clone())),
            // Of a resource that is there, it stays what it is.
            WriteSource::Random(_) => Ok(None),
            WriteSource::Expression { expression, attributes } => {
                let resource: &Resource = resource;
                expression.eval(&OfResource { params, attributes, resource }).into_json().map_err(|reason| {
                    let attribute = attributes.first().map_or_else(|| self.field.to_string(), ToString::to_string);
                    let reason = if self.is_secret() { NOT_ACCEPTED.to_owned() } else { reason };
                    Refusal::Value { attribute, reason, rule: self.rule.to_string() }
                })
            }
        }
    }
}

/// Whether an attribute is as wanted; what nobody wants is always so.
fn is_so(mapping: &Mapping, present: &Present, want: Option<&Value>) -> bool {
    let Some(want) = want else { return true };
    match (mapping.attribute.read(&present.resource), &mapping.source) {
        (None, source) => matches!(source, Source::Keep),
        (Some(Value::String(now)), Source::Direct { lookup: Some(_), .. }) => {
            want.as_str().is_some_and(|want| want.to_lowercase() == now.to_lowercase())
        }
        (Some(now), _) => same(mapping.attribute.leaf(), now, want),
    }
}

/// The field that a template calls `name`, as text.
fn named_field<'v>(record: &'v Value, name: &str) -> Option<Cow<'v, str>> {
    let plain = name.split('.').try_fold(record, |value, key| value.get(key));
    // An element of a list, by position or by what it says.
    let value = match plain {
        Some(value) => value,
        None => FieldPath::parse(name).ok()?.read(record)?,
    };
    scalar_text(value)
}

#[cfg(test)]
mod tests;
