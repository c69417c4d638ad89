//! How a record enters the rules: what nobody may see is dropped, what its answer's headers say is put in, what other answers
//! add is joined; and whether anybody may see it at all.
//!
//! Whoever takes a record out of an answer hands it to [`ResourceRules::received`] first. Makes no call itself.

use std::borrow::Cow;

use json::{Map, Value};

use super::rows::{garbage, rows_at};
use super::{PlannedCall, named_field};
use crate::call::{self, TargetCall};
use crate::expression;
use crate::judge::{Answered, TargetFault};
use crate::params::Params;
use crate::profile::{AnswerRule, FieldPath, JoinRule, Key, RecordCondition, ResourceRules};
use crate::translate::OfRecordAndParams;

/// Whether a record of the target is anybody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is a resource.
    There,
    /// Nobody may see or touch it (`protected`).
    Protected,
    /// It stands for what was deleted (`gone`).
    Gone,
}

impl ResourceRules {
    /// The record with this id in a successful answer to `read` ([`ResourceRules::read_call`]); `None` if the answer holds
    /// none, or somebody else's: some targets know words where ids stand (`/users/current`).
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is no record where the profile says, or one without an id.
    pub fn record_of(&self, read: &PlannedCall, id: &str, body: Value) -> Result<Option<Value>, TargetFault> {
        if let AnswerRule::Row(rows) = &self.get.answer {
            let rows = rows_at(rows, read.call.format, false, body)?;
            return Ok(rows.into_iter().find(|row| self.id_of(row).is_ok_and(|own| own == id)));
        }
        if read.record.as_ref().is_some_and(|field| field.finds_none(&body)) {
            return Ok(None);
        }
        let record = read.record_in(body)?.ok_or_else(|| garbage("a record was read and none came".to_owned()))?;
        let is_own = self.id_of(&record)? == id;
        Ok(is_own.then_some(record))
    }

    /// The record of an answer to `call` as the rules may know it: without what is secret, with what the answer's headers
    /// say of it. The only way a record enters the rules.
    #[must_use]
    pub fn received(&self, call: &TargetCall, headers: &[(String, String)], record: Value) -> Value {
        let mut record = record;
        if let Value::Object(fields) = &mut record {
            for capture in call.capture.iter() {
                if let Some(value) = call::header(headers, &capture.header) {
                    capture.field.write(fields, Value::from(value));
                }
            }
        }
        for field in &self.record.secret {
            remove(&mut record, &field.keys);
        }
        record
    }

    /// Whether a record is anybody's business; joined records only, unless [`ResourceRules::tells_standing`].
    #[must_use]
    pub fn standing(&self, params: &Params, record: &Value) -> Standing {
        let holds = |condition: &Option<RecordCondition>| {
            condition.as_ref().is_some_and(|condition| condition.holds(params, record))
        };
        if holds(&self.record.protected) {
            return Standing::Protected;
        }
        if holds(&self.record.gone) { Standing::Gone } else { Standing::There }
    }

    /// Whether `row`, which lacks what is joined and maybe more, has all that its standing depends on.
    #[must_use]
    pub fn tells_standing(&self, row: &Value) -> bool {
        let known = |field: &FieldPath| {
            !self.record.joins.iter().any(|join| join.at.overlaps(field)) && field.read(row).is_some()
        };
        self.conditions().flat_map(|condition| &condition.fields).all(known)
    }

    /// Whether some records are nobody's business.
    #[must_use]
    pub fn hides(&self) -> bool {
        self.conditions().next().is_some()
    }

    fn conditions(&self) -> impl Iterator<Item = &RecordCondition> {
        self.record.protected.iter().chain(&self.record.gone)
    }

    /// The call of a join for `record`; `None` if the record has no value for it, or none that can stand in its path.
    #[must_use]
    pub fn join_call(&self, join: &JoinRule, params: &Params, record: &Value) -> Option<TargetCall> {
        let id = self.id_of(record).ok()?;
        let value = |name: &str| match name {
            "id" => Some(Cow::Owned(id.clone())),
            name => named_field(record, name).map(|text| Cow::Owned(text.into_owned())),
        };
        let mut call = join.call.to_call(&self.route("join"), params, value).ok()?;
        if let Some(question) = join.call.question() {
            // What the record has as a number is one in the body.
            let own = |name: &str| FieldPath::parse(name).ok()?.assigned(record).cloned();
            call.body = question.asked(params, &own).ok()?;
        }
        Some(call)
    }
}

impl JoinRule {
    /// Puts into `record` what the answer to [`ResourceRules::join_call`] holds; nothing if it holds nothing there.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if the record is no object.
    pub fn put(&self, record: &mut Value, answered: Answered) -> Result<(), TargetFault> {
        let Value::Object(fields) = record else { return Err(garbage("a record that is no JSON object".to_owned())) };
        if let Some(part) = self.take.take(answered.body) {
            self.at.write(fields, part);
        }
        Ok(())
    }
}

impl RecordCondition {
    /// Whether `record` fulfils the condition.
    #[must_use]
    pub fn holds(&self, params: &Params, record: &Value) -> bool {
        let names = OfRecordAndParams { params, count: self.params, fields: &self.fields, record };
        self.expression.eval(&names) == expression::Value::Boolean(true)
    }
}

/// Takes the field away, in every element of the lists on its way. As deep as the path.
fn remove(record: &mut Value, keys: &[Key]) {
    match (record, keys) {
        (Value::Object(fields), [Key::Name(last)]) => drop(fields.remove(last)),
        (Value::Object(fields), [Key::Name(first), rest @ ..]) => {
            if let Some(inner) = fields.get_mut(first) {
                remove(inner, rest);
            }
        }
        (Value::Array(elements), [Key::Pick(pick)]) => elements.retain(|element| !pick.fits(element)),
        (Value::Array(elements), [Key::Pick(pick), rest @ ..]) => {
            elements.iter_mut().filter(|element| pick.fits(element)).for_each(|element| remove(element, rest));
        }
        (Value::Array(elements), keys) => elements.iter_mut().for_each(|element| remove(element, keys)),
        _ => {}
    }
}

/// Sets fields of a row.
pub(super) fn set(row: &mut Map, fields: &[(FieldPath, Value)]) {
    for (field, value) in fields {
        field.write(row, value.clone());
    }
}

#[cfg(test)]
mod tests;
