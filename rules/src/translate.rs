//! Both directions of the mapping: a target record as SCIM shows it, a SCIM resource as the target should hold it.
//!
//! Pure: records, tables and memory come in, resources go out. Which calls follow is the planner's. In the life of a
//! request these are stages 9 and 14.

mod codec;
mod each;
mod fallback;
mod mapping;
mod record;
mod unmapped;
mod variables;
mod wanted;

use std::collections::BTreeMap;

use json::Value;
use scim::Resource;

use crate::judge::TargetFault;
use crate::lookup::{Facts, scalar_text};
use crate::memory::Memory;
use crate::params::Params;
use crate::profile::{Existing, ResourceRules, Source};
use crate::trace::Trace;

pub(crate) use self::each::Formed;
pub(crate) use self::fallback::Draw;
pub use self::unmapped::UNMAPPED_MAX;

pub(crate) use self::mapping::{NOBODY, NOT_ACCEPTED, same};
pub(crate) use self::variables::{OfBody, OfParams, OfRecordAndParams, OfResource};

/// A resource that the target holds now.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    /// Its id, as SCIM shows it.
    pub id: String,
    /// The target's own record.
    pub record: Value,
    /// The same in SCIM, every value in normal form; kept attributes included.
    pub resource: Resource,
    /// [`Memory::aside`].
    pub aside: BTreeMap<String, Value>,
}

/// A resource as the IdP wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// In normal form, by the index of their mapping in [`ResourceRules::map`]; kept attributes included.
    values: Vec<Option<Value>>,
    /// What has to be remembered of it.
    pub memory: Memory,
    /// What it means that an attribute is not there.
    pub absent: Absent,
    /// What was sent and is left out, by name: no mapping takes it. At most [`UNMAPPED_MAX`].
    pub unmapped: Vec<String>,
}

impl Wanted {
    /// What is wanted of the attribute with this index in [`ResourceRules::map`], in normal form.
    #[must_use]
    pub fn value(&self, mapping: usize) -> Option<&Value> {
        self.values.get(mapping)?.as_ref()
    }
}

/// What it means that a wanted resource lacks an attribute which the target holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Nothing was said of it: a PUT or a POST left it out (RFC 7644 §3.5.1: «not asserted by the client»).
    Unsaid,
    /// Somebody took it away: a PATCH with `remove` (RFC 7644 §3.5.2.2).
    Cleared,
}

impl ResourceRules {
    /// Whether anything must be remembered: without it the store is off the path. A create that may change what is there
    /// must know who made it.
    #[must_use]
    pub fn needs_memory(&self) -> bool {
        let updates = self.create.as_ref().is_some_and(|create| create.existing == Existing::Update);
        // What was begun and did not end is told by nothing else.
        let goes_on = self.create.iter().map(|create| &create.around).any(|around| !around.after.is_empty())
            || self.update.iter().any(|rule| !rule.around.after.is_empty());
        updates
            || goes_on
            || self.map.iter().any(|mapping| {
                matches!(mapping.source, Source::Keep | Source::Emptied { .. }) || mapping.is_respelled()
            })
    }

    /// Names of the look-up tables that reading or writing needs, each once, in the order of the file.
    #[must_use]
    pub fn tables(&self) -> Vec<&str> {
        let mut tables: Vec<&str> = Vec::new();
        for mapping in &self.map {
            if let Source::Direct { lookup: Some(lookup), .. } = &mapping.source
                && !tables.contains(&lookup.table.as_str())
            {
                tables.push(&lookup.table);
            }
        }
        tables
    }

    /// Reads one record of the target. Values that the schema does not allow are left out and traced; a read never fails for
    /// one bad field. What may only be written (a password) is not read, even if the target shows it.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if the record is no object or has no id.
    pub fn present(
        &self,
        params: &Params,
        record: Value,
        facts: &Facts,
        memory: &Memory,
        trace: &mut Trace,
    ) -> Result<Present, TargetFault> {
        let id = self.id_of(&record)?;
        let mut resource = Resource::new(&id);
        let shown = self.with_aside(&record, memory);
        for mapping in self.map.iter().filter(|mapping| !mapping.is_secret()) {
            let value = match &mapping.source {
                Source::Constant(value) => Some(value.clone()),
                Source::Keep => memory.kept.get(&mapping.name).cloned(),
                Source::Emptied { .. } => mapping.shown_of(params, &record, facts, trace),
                Source::Direct { .. } | Source::Expression { .. } => mapping.shown_of(params, &shown, facts, trace),
            };
            if value.is_some() {
                mapping.attribute.write(&mut resource, value);
            }
        }
        drop(shown);
        Ok(Present { id, record, resource, aside: memory.aside.clone() })
    }

    /// The id of a record, without reading the rest: to recall memory for a page of rows.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is none.
    pub fn id_of(&self, record: &Value) -> Result<String, TargetFault> {
        let garbage = |reason: String| TargetFault::Garbage { reason };
        if !record.is_object() {
            return Err(garbage("a record that is no JSON object".to_owned()));
        }
        match self.id.assigned(record) {
            Some(id @ (Value::String(_) | Value::Number(_))) => {
                scalar_text(id).filter(|id| !id.is_empty()).map(std::borrow::Cow::into_owned)
            }
            _ => None,
        }
        .ok_or_else(|| garbage(format!("a record without an id in field `{}`", self.id)))
    }

    /// The resource that has these values, by the index of their mapping; the rest is not there.
    pub(crate) fn resource_of<'v>(&self, value: impl Fn(usize) -> Option<&'v Value>) -> Resource {
        let mut resource = Resource::default();
        for (index, mapping) in self.map.iter().enumerate() {
            if let Some(value) = value(index) {
                mapping.attribute.write(&mut resource, Some(value.clone()));
            }
        }
        resource
    }

    /// The resource as the IdP should see it: values as they were sent wherever their normal form is what the target holds.
    /// `present` is [`Present::resource`].
    ///
    /// An identity provider that reads back another spelling than its own repairs it for ever (`docs/ARCHITECTURE.md`, convergence).
    #[must_use]
    pub fn shown(&self, present: Resource, memory: &Memory) -> Resource {
        let mut resource = present;
        for (name, spelling) in &memory.spellings {
            let Some(mapping) = self.map.iter().find(|mapping| mapping.name == *name) else { continue };
            let now = mapping.attribute.read(&resource).and_then(Value::as_str);
            if now == Some(spelling.normal.as_str()) {
                mapping.attribute.write(&mut resource, Some(Value::String(spelling.sent.clone())));
            }
        }
        resource
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
