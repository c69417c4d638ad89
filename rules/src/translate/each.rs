//! A list value by value: what the target calls each of them, and the row of the look-up table behind it.
//!
//! The chain of the whole list, for one of its values. Never decides for which of them a call is made: that is the planner's.

use std::borrow::Cow;

use json::Value;

use crate::lookup::Facts;
use crate::params::Params;
use crate::profile::{Codec, LookupRef, Mapping, Source, VALUE_NAME};
use crate::refusal::Refusal;
use crate::trace::Trace;

/// One value as the target has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Formed {
    pub(crate) value: Value,
    /// The row that it is looked up in, if it is.
    pub(crate) row: Option<Value>,
}

impl Mapping {
    /// The target's form of one value in normal form, as a body would hold it.
    ///
    /// # Errors
    /// As of a whole list: [`Refusal::UnknownName`]; [`Refusal::Value`].
    pub(crate) fn formed(&self, params: &Params, value: &Value, facts: &Facts) -> Result<Formed, Refusal> {
        let Source::Direct { values, lookup, codec, .. } = &self.source else {
            return Ok(Formed { value: value.clone(), row: None });
        };
        let value = self.tabled(values.as_ref(), lookup.as_ref(), value, facts)?;
        let row = row(lookup.as_ref(), &value, facts);
        let value = match codec {
            Some(codec) => codec.encode_one(self.unit(params), &value).map_err(|reason| self.refuse(reason))?,
            None => value,
        };
        Ok(Formed { value, row })
    }

    /// What `record` holds, value by value: how SCIM shows it, and the target's own. Of two rows with one name, only the record
    /// tells which it is.
    pub(crate) fn held_values(&self, params: &Params, record: &Value, facts: &Facts) -> Vec<(Value, Formed)> {
        let Source::Direct { lookup, codec, .. } = &self.source else { return Vec::new() };
        let (Some(held), codec) = (self.held(record), codec.as_deref()) else { return Vec::new() };
        let elements = codec.map_or_else(|| Codec::default().elements(&held), |codec| codec.elements(&held));
        let shown = |element: &Value| {
            let value = in_element(codec, element)?;
            let raw = codec.and_then(|codec| codec.decode_one(self.unit(params), value).ok());
            let raw = raw.map_or(Cow::Borrowed(value), Cow::Owned);
            let shown = self.seen(params, &raw, facts, &mut Trace::off()).ok()?;
            Some((shown, Formed { value: value.clone(), row: row(lookup.as_ref(), &raw, facts) }))
        };
        elements.iter().filter_map(|element| shown(element)).collect()
    }

    /// The values of a list that SCIM has in one text and the target has as a list; `None` if there is no such list.
    pub(crate) fn parts(&self, text: &str) -> Option<Vec<String>> {
        match &self.source {
            Source::Direct { codec: Some(codec), .. } => codec.parts(text),
            _ => None,
        }
    }
}

/// The value that an element of the target's list holds.
fn in_element<'e>(codec: Option<&Codec>, element: &'e Value) -> Option<&'e Value> {
    match codec.and_then(|codec| codec.each.as_ref()) {
        Some(each) => each.value()?.assigned(element),
        None => Some(element.get(VALUE_NAME).unwrap_or(element)),
    }
}

fn row(lookup: Option<&LookupRef>, id: &Value, facts: &Facts) -> Option<Value> {
    facts.tables.get(&lookup?.table)?.row_of(id).cloned()
}
