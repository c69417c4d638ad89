//! What differs between the present state and the wanted one, attribute by attribute.
//!
//! Decides what changes, never by which call: that is the claims of `planner.rs`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::Value;
use scim::{Kind, Resource};

use super::body::Edit;
use crate::lookup::Facts;
use crate::params::Params;
use crate::profile::{Apply, FieldPath, Mapping, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::{Absent, Present, Wanted, same};

/// Everything that differs.
pub(super) struct Difference<'r> {
    /// In the order of the file: mappings, then written fields.
    pub(super) changes: Vec<Changed<'r>>,
    /// The resource as it will be.
    pub(super) settled: Cow<'r, Resource>,
    /// What is set aside from now on.
    pub(super) aside: BTreeMap<String, Value>,
}

/// One thing that must change.
pub(super) struct Changed<'r> {
    /// The SCIM attribute's name, or a written field's.
    pub(super) name: Cow<'r, str>,
    /// Index into [`ResourceRules::map`]; `None` for a written field.
    pub(super) mapping: Option<usize>,
    /// The wanted SCIM value.
    pub(super) to: Option<Value>,
    /// The target's field.
    pub(super) field: &'r FieldPath,
    /// The target's new value; `None` if it is cleared.
    pub(super) value: Option<Value>,
}

impl Changed<'_> {
    /// What is written.
    pub(super) fn edit(&self) -> Edit<'_> {
        Edit { field: self.field, value: self.value.as_ref(), mapping: self.mapping }
    }
}

impl<'r> Difference<'r> {
    /// Everything that is written.
    pub(super) fn edits(&self) -> Vec<Edit<'_>> {
        self.changes.iter().map(Changed::edit).collect()
    }

    pub(super) fn between(
        rules: &'r ResourceRules,
        params: &Params,
        present: &'r Present,
        wanted: &Wanted,
        facts: &Facts,
        trace: &mut Trace,
    ) -> Result<Self, Refusal> {
        let settled = Cow::Borrowed(&present.resource);
        let mut this = Difference { changes: Vec::new(), settled, aside: BTreeMap::new() };
        for (at, mapping) in rules.taken() {
            let to = wanted.value(at);
            if matches!(mapping.source, Source::Keep) {
                // Whatever it is, the store has it and the target does not.
                if mapping.attribute.read(&this.settled) != to {
                    mapping.attribute.write(this.settled.to_mut(), to.cloned());
                }
                continue;
            }
            let decision = decide(mapping, params, present, (to, wanted.absent), facts)?;
            trace.step(decision.stage(), Some(&mapping.rule), || decision.print(mapping, present, to));
            let value = match decision {
                Decision::Leave(_) => continue,
                Decision::Set(value) => Some(value),
                Decision::Clear => None,
            };
            mapping.attribute.write(this.settled.to_mut(), to.cloned());
            // Without a field of its own it is written by way of fields computed from it.
            if let Some(field) = mapping.field() {
                let name = Cow::Borrowed(mapping.name.as_str());
                this.changes.push(Changed { name, mapping: Some(at), to: to.cloned(), field, value });
            }
        }
        this.empty(rules, present);
        this.add_written(rules, params, present, trace)?;
        this.unharmed(rules, &present.record)
    }

    /// Fields computed from SCIM: compared as computed then and now, so that one which the target does not show is not
    /// written again and again.
    fn add_written(
        &mut self,
        rules: &'r ResourceRules,
        params: &Params,
        present: &Present,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        for write in rules.write.iter().filter(|write| write.apply == Apply::Always) {
            let value = write.value(params, &self.settled)?;
            // What was refused then says nothing now.
            let before = write.value(params, &&present.resource).unwrap_or_default();
            if value == before || value.as_ref() == write.field.assigned(&present.record) {
                continue;
            }
            trace.step(Stage::Change, Some(&write.rule), || {
                format!("{} becomes {}", write.field, write.print(value.as_ref().unwrap_or(&Value::Null)))
            });
            let name = Cow::Owned(write.field.to_string());
            self.changes.push(Changed { name, mapping: None, to: None, field: &write.field, value });
        }
        Ok(())
    }
}

/// What becomes of one mapped attribute.
enum Decision {
    /// Nothing, and why.
    Leave(&'static str),
    /// The target's new value.
    Set(Value),
    /// It is unassigned.
    Clear,
}

impl Decision {
    fn stage(&self) -> Stage {
        match self {
            Decision::Leave(_) => Stage::Plan,
            Decision::Set(_) | Decision::Clear => Stage::Change,
        }
    }

    fn print(&self, mapping: &Mapping, present: &Present, to: Option<&Value>) -> String {
        let name = &mapping.name;
        let print = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| mapping.print(value));
        let now = print(mapping.attribute.read(&present.resource));
        match self {
            Decision::Leave(why) => format!("{name} stays {now}: {why}"),
            Decision::Set(_) => format!("{name} {now} → {}", print(to)),
            Decision::Clear => format!("{name} {now} → nothing"),
        }
    }
}

fn decide(
    mapping: &Mapping,
    params: &Params,
    present: &Present,
    (to, absent): (Option<&Value>, Absent),
    facts: &Facts,
) -> Result<Decision, Refusal> {
    let leaf = mapping.attribute.leaf();
    let now = mapping.attribute.read(&present.resource);
    let to = match (now, to) {
        (None, None) => return Ok(Decision::Leave("nothing is wanted")),
        (Some(now), Some(to)) if same(leaf, now, to) => return Ok(Decision::Leave("as wanted")),
        _ if mapping.apply == Apply::OnCreate => return Ok(Decision::Leave("it is written at creation only")),
        (_, Some(_)) if mapping.immutable && mapping.is_secret() => {
            return Ok(Decision::Leave("it is immutable, and cannot be compared"));
        }
        (_, Some(to)) => to,
        // Whether it may be taken away is decided.
        (Some(_), None) if absent == Absent::Cleared => return Ok(Decision::Clear),
        // RFC 7644 §3.5.1: "Attributes whose mutability is 'readWrite' that are omitted from the request body are assumed to
        // be not asserted by the client. The service provider MAY assume that any existing values are to be cleared, or the
        // service provider MAY assign a default value". There is no clearing a Boolean; its default is what it was.
        (Some(_), None) if leaf.is_some_and(|leaf| leaf.kind == Kind::Boolean) => {
            return Ok(Decision::Leave("a Boolean that is not sent is not changed"));
        }
        // Defaults are of a creation (Talkdesk: an update without the extension must not reset the role). Neither is the value
        // lost: a product that asks for a default needs one.
        (Some(_), None) if mapping.default.is_some() => return Ok(Decision::Leave("it has a default and is not sent")),
        (Some(_), None) if mapping.immutable => return Ok(Decision::Leave("it is immutable and not sent")),
        (Some(_), None) if mapping.required => return Ok(Decision::Leave("it is required and not sent")),
        (Some(_), None) => return Ok(Decision::Clear),
    };
    let value = mapping.merged(&present.record, mapping.target_of(params, to, facts)?);
    // The target may hold the same under another name (a look-up in another case), or exactly what would be written though
    // the normaliser reads it otherwise.
    let held = mapping.held(&present.record);
    if !mapping.is_secret() && held.as_deref() == Some(&value) {
        return Ok(Decision::Leave("the target's value is the wanted one"));
    }
    if mapping.immutable && now.is_some() {
        return Err(Refusal::Immutable { attribute: mapping.name.clone() });
    }
    Ok(Decision::Set(value))
}
