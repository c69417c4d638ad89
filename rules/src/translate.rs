//! Both directions of the mapping: a target record as SCIM shows it, a SCIM resource as the target should hold it.
//!
//! Pure: records, tables and memory come in, resources go out. Which calls follow is the planner's. In the life of a
//! request these are stages 9 and 14.

mod mapping;
mod record;
mod variables;

use scim::Resource;
use serde_json::Value;

use crate::judge::TargetFault;
use crate::lookup::{Facts, scalar_text};
use crate::memory::{Memory, Spelling};
use crate::params::Params;
use crate::profile::{Mapping, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};

pub(crate) use self::mapping::same;
pub(crate) use self::variables::{OfBody, OfResource};

/// A resource that the target holds now.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    /// Its id, as SCIM shows it.
    pub id: String,
    /// The target's own record.
    pub record: Value,
    /// The same in SCIM, every value in normal form; kept attributes included.
    pub resource: Resource,
}

/// A resource as the IdP wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Mapped attributes only, every value in normal form; kept attributes included.
    pub resource: Resource,
    /// What has to be remembered of it.
    pub memory: Memory,
}

impl ResourceRules {
    /// Whether anything must be remembered: without it the store is off the path.
    #[must_use]
    pub fn needs_memory(&self) -> bool {
        self.map.iter().any(|mapping| matches!(mapping.source, Source::Keep | Source::Direct { normal: Some(_), .. }))
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
        for mapping in self.map.iter().filter(|mapping| !mapping.is_secret()) {
            let value = match &mapping.source {
                Source::Constant(value) => Some(value.clone()),
                Source::Keep => memory.kept.get(&mapping.name).cloned(),
                Source::Direct { .. } | Source::Expression { .. } => mapping.shown_of(params, &record, facts, trace),
            };
            if value.is_some() {
                mapping.attribute.write(&mut resource, value);
            }
        }
        Ok(Present { id, record, resource })
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

    /// Brings what the IdP sent for a new resource into normal form; unmapped attributes are dropped and traced.
    ///
    /// # Errors
    /// [`Refusal::Value`], [`Refusal::Missing`].
    pub fn wanted(&self, params: &Params, sent: &Resource, trace: &mut Trace) -> Result<Wanted, Refusal> {
        self.wanted_of(params, sent, &Resource::default(), trace)
    }

    /// The same for a change of what the target holds. `sent` is the whole wanted state: for a PATCH, the PATCH applied to what
    /// [`ResourceRules::shown`] gave. A value that was sent just as it is held is in normal form already: an IdP sends back
    /// what it read.
    ///
    /// # Errors
    /// [`Refusal::Value`], [`Refusal::Missing`].
    pub fn wanted_change(
        &self,
        params: &Params,
        sent: &Resource,
        present: &Present,
        trace: &mut Trace,
    ) -> Result<Wanted, Refusal> {
        self.wanted_of(params, sent, &present.resource, trace)
    }

    fn wanted_of(
        &self,
        params: &Params,
        sent: &Resource,
        held: &Resource,
        trace: &mut Trace,
    ) -> Result<Wanted, Refusal> {
        let mut wanted = Wanted { resource: Resource::default(), memory: Memory::default() };
        for (_, mapping) in self.taken() {
            let value = mapping.attribute.read(sent).filter(|value| !is_blank(value));
            match value {
                Some(value) => {
                    let normal = match mapping.attribute.read(held) {
                        Some(held) if held == value => value.clone(),
                        _ => mapping.normal(params, value)?,
                    };
                    take(mapping, value, normal, &mut wanted, trace);
                }
                None if mapping.required && mapping.default.is_none() => {
                    trace.step(Stage::Normalise, Some(&mapping.rule), || format!("{} is missing", mapping.name));
                    return Err(Refusal::Missing { attribute: mapping.name.clone() });
                }
                None => {}
            }
        }
        self.trace_ignored(sent, trace);
        Ok(wanted)
    }

    /// Traces every attribute of `sent` that no mapping takes.
    fn trace_ignored(&self, sent: &Resource, trace: &mut Trace) {
        if !trace.is_on() {
            return;
        }
        let mut rest = sent.clone();
        for mapping in &self.map {
            mapping.attribute.write(&mut rest, None);
        }
        for (name, value) in rest.as_object() {
            // Set by the gateway, whoever sends them.
            if matches!(name.as_str(), "id" | "meta" | "schemas") {
                continue;
            }
            match (value, name.starts_with("urn:")) {
                (Value::Object(members), true) => {
                    for member in members.keys() {
                        trace.step(Stage::Normalise, None, || format!("{name}:{member} is not mapped: ignored"));
                    }
                }
                _ => trace.step(Stage::Normalise, None, || {
                    let parts = self.map.iter().filter(|mapping| mapping.name.starts_with(name.as_str()));
                    let what = if parts.count() > 0 { "the rest of " } else { "" };
                    format!("{what}{name} is not mapped: ignored")
                }),
            }
        }
    }
}

/// Puts the normal form of one sent value into `wanted`, and what must be remembered of it.
fn take(mapping: &Mapping, value: &Value, normal: Value, wanted: &mut Wanted, trace: &mut Trace) {
    match (&mapping.source, value, &normal) {
        (Source::Keep, _, _) => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || {
                format!("{} {} is kept here: the target has no place for it", mapping.name, mapping.print(value))
            });
            wanted.memory.kept.insert(mapping.name.clone(), value.clone());
        }
        (_, sent, normal) if sent == normal => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || format!("{} {}", mapping.name, mapping.print(sent)));
        }
        (source, sent, normal) => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || {
                let by =
                    if let Source::Direct { normal: Some(normal), .. } = source { normal.name() } else { "its table" };
                format!("{} {} → {} by {by}", mapping.name, mapping.print(sent), mapping.print(normal))
            });
            if let (Source::Direct { normal: Some(_), .. }, Value::String(sent), Value::String(normal)) =
                (source, sent, normal)
                && !mapping.is_secret()
            {
                let spelling = Spelling { sent: sent.clone(), normal: normal.clone() };
                wanted.memory.spellings.insert(mapping.name.clone(), spelling);
            }
        }
    }
    mapping.attribute.write(&mut wanted.resource, Some(normal));
}

/// RFC 7643 §2.5: what counts as unassigned. A required attribute may hold `""` after decoding; it says nothing either.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
