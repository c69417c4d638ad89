//! The values that a call is made for, one by one: which they are, and what `{each}` stands for.

use std::borrow::Cow;

use json::Value;

use super::step::{Sequence, within};
use crate::lookup::scalar_text;
use crate::profile::{EachRule, Mapping, VALUE_NAME, Which};
use crate::refusal::Refusal;
use crate::translate::Formed;

/// Where `{each.row}` and `{each.row.FIELD}` read: the row of the look-up table behind the value.
pub(crate) const ROW: &str = "row";

/// What a call is made for.
#[derive(Debug, Clone, PartialEq)]
pub struct EachValue {
    /// As SCIM has it: `{each.SUB}`.
    scim: Value,
    /// As the target has it: `{each}`.
    target: Value,
    /// The row that it was looked up in: `{each.row.FIELD}`.
    row: Option<Value>,
}

impl EachValue {
    /// One field and its new value, both the target's.
    pub(super) fn of_field(field: &str, value: Value) -> Self {
        Self { scim: json::json!({ "field": field }), target: value, row: None }
    }

    /// What `{each}` stands for if `path` is empty, else what `{each.PATH}` does.
    pub(super) fn named(&self, path: &str) -> Option<&Value> {
        match path.split_once('.') {
            _ if path.is_empty() => Some(&self.target),
            Some((ROW, field)) => within(self.row.as_ref()?, field),
            _ if path == VALUE_NAME => Some(key(&self.scim)),
            _ if path == ROW => self.row.as_ref(),
            _ => within(&self.scim, path),
        }
    }

    /// Whether both are one value to the target, in whatever words SCIM says them.
    fn is(&self, other: &Self) -> bool {
        self.target == other.target || is_same(&self.target, &other.target)
    }
}

impl Sequence<'_> {
    /// The values that a call is made for, in the order of the resource.
    ///
    /// # Errors
    /// [`Refusal::UnknownName`] and [`Refusal::Value`] for one that the target has no form of.
    pub(super) fn values(&self, each: EachRule) -> Result<Vec<EachValue>, Refusal> {
        let Some(mapping) = self.rules.map.get(each.attribute) else { return Ok(Vec::new()) };
        let held = self.record.map(|record| mapping.held_values(self.params, record, self.facts)).unwrap_or_default();
        let held = |scim: &Value| {
            let same = held.iter().find(|(shown, _)| shown == key(scim) || is_same(shown, key(scim)));
            same.map(|(_, formed)| formed.clone())
        };
        let formed = |scim: &Value| mapping.formed(self.params, key(scim), self.facts);
        let each_value = |scim: Value, Formed { value, row }| EachValue { scim, target: value, row };
        let wanted = || -> Result<Vec<EachValue>, Refusal> {
            let wanted = elements(mapping, mapping.attribute.read(self.wanted)).into_iter();
            wanted
                .map(|scim| {
                    let formed = held(&scim).map_or_else(|| formed(&scim), Ok)?;
                    Ok(each_value(scim, formed))
                })
                .collect()
        };
        let present = || -> Vec<EachValue> {
            let present = self.present.and_then(|present| mapping.attribute.read(present));
            let present = elements(mapping, present).into_iter();
            // What has no form of its own is shown as the target has it.
            let raw = |scim: &Value| Formed { value: key(scim).clone(), row: None };
            present
                .map(|scim| {
                    let formed = held(&scim).or_else(|| formed(&scim).ok()).unwrap_or_else(|| raw(&scim));
                    each_value(scim, formed)
                })
                .collect()
        };
        let without = |all: Vec<EachValue>, others: &[EachValue]| -> Vec<EachValue> {
            all.into_iter().filter(|one| !others.iter().any(|other| other.is(one))).collect()
        };
        Ok(match each.which {
            Which::Wanted => wanted()?,
            Which::Added => without(wanted()?, &present()),
            Which::Removed => without(present(), &wanted()?),
        })
    }
}

/// The elements of a list, or the one value.
fn elements(mapping: &Mapping, value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(elements)) => elements.clone(),
        Some(single) => match single.as_str().and_then(|text| mapping.parts(text)) {
            Some(parts) => parts.into_iter().map(Value::String).collect(),
            None => vec![single.clone()],
        },
    }
}

/// What tells an element from others: its `value`, if it has one.
fn key(element: &Value) -> &Value {
    element.get(VALUE_NAME).unwrap_or(element)
}

/// Whether a text and a number are spelt alike: what SCIM shows as text may be a number to the target.
fn is_same(a: &Value, b: &Value) -> bool {
    let (a, b): (Option<Cow<'_, str>>, _) = (scalar_text(a), scalar_text(b));
    a.is_some() && a == b
}
