//! From a difference to ordered target calls. No difference, no call.
//!
//! Never performs one. A plan is computed from what the target holds now, so that a retry after any failure computes the
//! rest (`docs/ARCHITECTURE.md`, convergence). In the life of a request it is stage 11.

mod difference;
mod members;
mod rows;
mod update;

use std::borrow::Cow;

use scim::Resource;
use serde_json::{Map, Value};

use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::profile::{
    AnswerRule, BodyRule, CallRule, CreateRule, FieldPath, Mapping, ResourceRules, Source, Write, WriteSource,
};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::{NOT_ACCEPTED, OfResource, Present, Wanted, same};

pub use self::rows::{Rows, Window};

/// Ordered target calls that turn the present state into the wanted one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// In order; the first failure ends it, and the IdP's retry computes the rest.
    pub calls: Vec<PlannedCall>,
}

/// A call and what its answer holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedCall {
    /// The call.
    pub call: TargetCall,
    /// Where the record as it now is stands in the answer; `None` if it must be read again.
    pub record: Option<FieldPath>,
}

impl PlannedCall {
    /// The record in the body of a successful answer; `None` if none is promised and it must be read again.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if a record was promised and is not there.
    pub fn record_in(&self, body: Value) -> Result<Option<Value>, TargetFault> {
        let Some(field) = &self.record else { return Ok(None) };
        if let Some(record) = field.take(body).filter(Value::is_object) {
            return Ok(Some(record));
        }
        let place = if field.is_whole() { "the body".to_owned() } else { format!("field `{field}`") };
        Err(TargetFault::Garbage { reason: format!("no record in {place} of the answer to {}", self.call.route) })
    }
}

impl ResourceRules {
    /// The call that makes the record.
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
    ) -> Result<PlannedCall, Refusal> {
        let Some(CreateRule { call: rule, .. }) = &self.create else {
            return Err(self.unsupported("create"));
        };
        let mut settled = wanted.resource.clone();
        let mut fields = Map::new();
        for mapping in &self.map {
            if let Source::Constant(value) = &mapping.source {
                mapping.attribute.write(&mut settled, Some(value.clone()));
            }
        }
        for (_, mapping) in self.taken() {
            let value = match (mapping.attribute.read(&wanted.resource), &mapping.default) {
                (Some(value), _) => value.clone(),
                (None, Some(default)) => {
                    let default = mapping.normal(params, default)?;
                    trace.step(Stage::Plan, Some(&mapping.rule), || {
                        format!("{} by default {}", mapping.name, mapping.print(&default))
                    });
                    mapping.attribute.write(&mut settled, Some(default.clone()));
                    default
                }
                (None, None) => continue,
            };
            if let Some(field) = mapping.field() {
                field.write(&mut fields, mapping.target_of(&value, facts)?);
            }
        }
        for write in &self.write {
            if let Some(value) = write.value(params, &settled)? {
                trace
                    .step(Stage::Plan, Some(&write.rule), || format!("writes {} {}", write.field, write.print(&value)));
                write.field.write(&mut fields, value);
            }
        }
        let fields = Value::Object(fields);
        let mut call = rule
            .to_call(&self.route("create"), params, |name| named_field(&fields, name))
            .map_err(|name| self.cannot_stand(rule, &name))?;
        if rule.body != BodyRule::Empty {
            call.body = Some(fields);
            call.secret_fields = self.secret_fields();
        }
        trace.step(Stage::Plan, Some(&rule.rule), || call.to_string());
        Ok(rule.planned(call))
    }

    /// The call that deletes the record.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`]; [`Refusal::Value`] if the id cannot stand in the path.
    pub fn plan_delete(&self, params: &Params, id: &str, trace: &mut Trace) -> Result<TargetCall, Refusal> {
        let Some(rule) = &self.delete else { return Err(self.unsupported("delete")) };
        let call = self.call_by_id(rule, "delete", params, id)?;
        trace.step(Stage::Plan, Some(&rule.rule), || call.to_string());
        Ok(call)
    }

    /// Whether `present` is what a create wants: every attribute that `wanted` has is so at present, and no kept value says
    /// that somebody else made it. Then a repeated create is answered as done.
    ///
    /// A name that is looked up may differ in case: both stand for one row.
    #[must_use]
    pub fn is_already(&self, present: &Present, wanted: &Wanted) -> bool {
        self.taken().filter(|(_, mapping)| !mapping.is_secret()).all(|(_, mapping)| {
            let Some(want) = mapping.attribute.read(&wanted.resource) else { return true };
            match (mapping.attribute.read(&present.resource), &mapping.source) {
                (None, source) => matches!(source, Source::Keep),
                (Some(Value::String(now)), Source::Direct { lookup: Some(_), .. }) => {
                    want.as_str().is_some_and(|want| want.to_lowercase() == now.to_lowercase())
                }
                (Some(now), _) => same(mapping.attribute.leaf(), now, want),
            }
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

    /// A call on a record that is there; its template may name fields as they are now.
    fn call_for(&self, rule: &CallRule, what: &str, params: &Params, present: &Present) -> Result<TargetCall, Refusal> {
        let value = |name: &str| match name {
            "id" => Some(Cow::Owned(present.id.clone())),
            name => named_field(&present.record, name).map(|text| Cow::Owned(text.into_owned())),
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

    fn secret_fields(&self) -> Vec<FieldPath> {
        let mapped = self.map.iter().filter(|mapping| mapping.is_secret()).filter_map(Mapping::field);
        let written = self.write.iter().filter(|write| write.is_secret()).map(|write| &write.field);
        mapped.chain(written).cloned().collect()
    }
}

impl CallRule {
    fn planned(&self, call: TargetCall) -> PlannedCall {
        let record = match &self.answer {
            AnswerRule::Record(field) => Some(field.clone()),
            AnswerRule::Nothing => None,
        };
        PlannedCall { call, record }
    }
}

impl Write {
    /// What the field should hold for `resource`; `None` if nothing.
    fn value(&self, params: &Params, resource: &Resource) -> Result<Option<Value>, Refusal> {
        match &self.source {
            WriteSource::Constant(value) => Ok(Some(value.clone())),
            WriteSource::Expression { expression, attributes } => {
                expression.eval(&OfResource { params, attributes, resource }).into_json().map_err(|reason| {
                    let attribute = attributes.first().map_or_else(|| self.field.to_string(), ToString::to_string);
                    let reason = if self.is_secret() { NOT_ACCEPTED.to_owned() } else { reason };
                    Refusal::Value { attribute, reason, rule: self.rule.to_string() }
                })
            }
        }
    }
}

/// The field that a template calls `name`, as text.
fn named_field<'v>(record: &'v Value, name: &str) -> Option<Cow<'v, str>> {
    let value = name.split('.').try_fold(record, |value, key| value.get(key))?;
    scalar_text(value)
}

#[cfg(test)]
mod tests;
