//! Refuses what would harm a record: elements of a list that nobody sent, and what would take the place of something else.
//!
//! Decides nothing about values; which paths do harm is [`FieldPath::harm`].

use json::Value;

use super::difference::{Changed, Difference};
use crate::profile::{FieldPath, ResourceRules};
use crate::refusal::Refusal;
use crate::source::RuleRef;

/// A path that is written: for what, and by which rule.
struct Written<'w> {
    field: &'w FieldPath,
    name: &'w str,
    rule: &'w RuleRef,
}

impl Written<'_> {
    fn unharmed(&self, before: &Value, after: &Value) -> Result<(), Refusal> {
        let refuse = |reason: String| {
            Err(Refusal::Value { attribute: self.name.to_owned(), reason, rule: self.rule.to_string() })
        };
        self.field.harm(before, after).map_or(Ok(()), |harm| refuse(harm.to_string()))
    }
}

/// `fields` of a new record.
///
/// # Errors
/// [`Refusal::Value`] for an element of a list whose elements before it nobody sent.
pub(super) fn unharmed(rules: &ResourceRules, fields: Value) -> Result<Value, Refusal> {
    let mapped = rules.map.iter().filter(|mapping| mapping.in_body);
    let mapped = mapped.filter_map(|mapping| Some((mapping.field()?, mapping.name.as_str(), &mapping.rule)));
    let made = rules.write.iter().map(|write| (&write.field, write.rule.name.as_str(), &write.rule));
    for (field, name, rule) in mapped.chain(made) {
        // Nothing is there yet: only a list can lack something.
        if field.list().is_some() && field.read(&fields).is_some() {
            Written { field, name, rule }.unharmed(&Value::Null, &fields)?;
        }
    }
    Ok(fields)
}

impl Difference<'_> {
    /// The difference, if `record` keeps whatever is not changed.
    ///
    /// # Errors
    /// [`Refusal::Value`] as for a new record, and for a field that stands where the record has something of another shape.
    pub(super) fn unharmed(self, rules: &ResourceRules, record: &Value) -> Result<Self, Refusal> {
        let written = |change: &&Changed<'_>| {
            let in_body = change.mapping.and_then(|at| rules.map.get(at)).is_none_or(|mapping| mapping.in_body);
            in_body && change.value.is_some() && change.field.keys.len() > 1
        };
        let changes: Vec<_> = self.changes.iter().filter(written).collect();
        let has_positions = changes.iter().any(|change| change.field.keys.iter().any(|key| key.position().is_some()));
        let after = if has_positions { after(&changes, record) } else { Value::Null };
        for change in changes {
            let rule = match change.mapping.and_then(|at| rules.map.get(at)) {
                Some(mapping) => Some(&mapping.rule),
                None => rules.write.iter().find(|write| write.field == *change.field).map(|write| &write.rule),
            };
            let Some(rule) = rule else { continue };
            Written { field: change.field, name: &change.name, rule }.unharmed(record, &after)?;
        }
        Ok(self)
    }
}

fn after(changes: &[&Changed<'_>], record: &Value) -> Value {
    let mut after = record.as_object().cloned().unwrap_or_default();
    for change in changes {
        if let Some(value) = &change.value {
            change.field.write(&mut after, value.clone());
        }
    }
    Value::Object(after)
}
