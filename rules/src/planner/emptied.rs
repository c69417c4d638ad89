//! `active` as a field that is empty or not: what is taken out of the field is set aside, and put back when it is active again.
//!
//! While it is inactive, whatever else is mapped to the field is shown and changed in what was set aside.

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::{Map, Value};

use super::create::Settled;
use super::difference::{Changed, Difference};
use crate::memory::Memory;
use crate::profile::{FieldPath, Mapping, ResourceRules, Source};
use crate::translate::Present;

/// A mapping by emptiness.
pub(super) struct Emptied<'r> {
    /// Index into [`ResourceRules::map`].
    at: usize,
    mapping: &'r Mapping,
    field: &'r FieldPath,
    otherwise: &'r Value,
}

impl ResourceRules {
    pub(super) fn emptied(&self) -> Option<Emptied<'_>> {
        self.map.iter().enumerate().find_map(|(at, mapping)| match &mapping.source {
            Source::Emptied { field, otherwise } => Some(Emptied { at, mapping, field, otherwise }),
            _ => None,
        })
    }

    /// The record as other mappings see it: with what was set aside.
    pub(crate) fn with_aside<'r>(&self, record: &'r Value, memory: &Memory) -> Cow<'r, Value> {
        let Some(Emptied { field, .. }) = self.emptied() else { return Cow::Borrowed(record) };
        match memory.aside.get(&field.to_string()) {
            Some(value) if is_empty(field.read(record)) => {
                let mut shown = record.as_object().cloned().unwrap_or_default();
                field.write(&mut shown, value.clone());
                Cow::Owned(Value::Object(shown))
            }
            _ => Cow::Borrowed(record),
        }
    }

    /// Empties or fills the field of a new record; gives what is set aside.
    pub(super) fn empty_new(&self, fields: &mut Value, settled: &Settled<'_>) -> BTreeMap<String, Value> {
        let mut aside = BTreeMap::new();
        let (Some(Emptied { at, field, otherwise, .. }), Value::Object(body)) = (self.emptied(), fields) else {
            return aside;
        };
        let whole = Value::Object(std::mem::take(body));
        let value = field.read(&whole).cloned();
        if let Value::Object(whole) = whole {
            *body = whole;
        }
        match settled.value(at).and_then(Value::as_bool) {
            Some(false) => {
                field.write(body, empty_like(value.as_ref().unwrap_or(otherwise)));
                aside.extend(value.filter(|value| !is_empty(Some(value))).map(|value| (field.to_string(), value)));
            }
            Some(true) if is_empty(value.as_ref()) => field.write(body, otherwise.clone()),
            Some(true) | None => {}
        }
        aside
    }
}

impl<'r> Difference<'r> {
    /// Turns a change of `active` into one of the field, and a change of the field while it is inactive into one of what was
    /// set aside.
    pub(super) fn empty(&mut self, rules: &'r ResourceRules, present: &Present) {
        let Some(Emptied { at, mapping, field, otherwise }) = rules.emptied() else { return };
        let key = field.to_string();
        let was = !is_empty(field.read(&present.record));
        let own = self.changes.iter().position(|change| change.mapping == Some(at));
        let own = own.map(|own| self.changes.remove(own));
        let to = own.and_then(|change| change.to).and_then(|to| to.as_bool()).unwrap_or(was);
        if was && to {
            return;
        }
        let mut base: Map = present.record.as_object().cloned().unwrap_or_default();
        if let (false, Some(value)) = (was, present.aside.get(&key)) {
            field.write(&mut base, value.clone());
        }
        for change in self.changes.iter().filter(|change| change.field.overlaps(field)) {
            change.field.write(&mut base, change.value.clone().unwrap_or(Value::Null));
        }
        self.changes.retain(|change| !change.field.overlaps(field));
        let whole = Value::Object(base);
        let value = field.read(&whole).filter(|value| !is_empty(Some(value))).cloned();
        let written = if to {
            Some(value.unwrap_or_else(|| otherwise.clone()))
        } else {
            let empty = empty_like(value.as_ref().unwrap_or(otherwise));
            self.aside.extend(value.map(|value| (key, value)));
            was.then_some(empty)
        };
        if let Some(value) = written {
            self.changes.push(Changed {
                name: Cow::Borrowed(mapping.name.as_str()),
                mapping: Some(at),
                to: Some(Value::Bool(to)),
                field,
                value: Some(value),
            });
        }
    }
}

/// Whether a field holds nothing.
pub(crate) fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(elements)) => elements.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}

/// Nothing, in the form that the field has.
fn empty_like(value: &Value) -> Value {
    match value {
        Value::Array(_) => Value::Array(Vec::new()),
        Value::String(_) => Value::String(String::new()),
        Value::Object(_) => Value::Object(Map::new()),
        Value::Null | Value::Bool(_) | Value::Number(_) => Value::Null,
    }
}
