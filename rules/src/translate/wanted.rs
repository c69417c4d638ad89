//! What an IdP sent, as the wanted state in normal form, with what must be remembered of it.
//!
//! Never looks at the target's record, only at how SCIM shows it; what differs is found by the planner.

use std::borrow::Cow;

use json::Value;
use scim::{Kind, Resource};

use super::mapping::same;
use super::{Absent, Present, Wanted};
use crate::memory::{Memory, Spelling};
use crate::params::Params;
use crate::profile::{Apply, Mapping, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};

impl ResourceRules {
    /// Brings what the IdP sent for a new resource into normal form; unmapped attributes are dropped and traced.
    ///
    /// # Errors
    /// [`Refusal::Value`], [`Refusal::Missing`].
    pub fn wanted(&self, params: &Params, sent: &Resource, trace: &mut Trace) -> Result<Wanted, Refusal> {
        self.wanted_of(params, sent, Basis::Nothing, trace)
    }

    /// The same for a change of what the target holds. `sent` is the whole wanted state: for a PATCH, the PATCH applied to what
    /// [`ResourceRules::shown`] gave. A value that was sent just as it is held is in normal form already: an IdP sends back
    /// what it read.
    ///
    /// What was held and is [`Absent::Cleared`] takes its default, if it has one (RFC 7643 §7: the server may assign one).
    ///
    /// # Errors
    /// [`Refusal::Value`]; [`Refusal::Missing`] for a required attribute that is [`Absent::Unsaid`]; [`Refusal::Required`] and
    /// [`Refusal::Immutable`] for one that was taken away; [`Refusal::Immutable`] for a kept one that would change.
    pub fn wanted_change(
        &self,
        params: &Params,
        sent: &Resource,
        present: &Present,
        absent: Absent,
        trace: &mut Trace,
    ) -> Result<Wanted, Refusal> {
        self.wanted_of(params, sent, Basis::Held(&present.resource, absent), trace)
    }

    fn wanted_of(
        &self,
        params: &Params,
        sent: &Resource,
        basis: Basis<'_>,
        trace: &mut Trace,
    ) -> Result<Wanted, Refusal> {
        let absent = basis.absent();
        let values = vec![None; self.map.len()];
        let mut wanted = Wanted { values, memory: Memory::default(), absent, unmapped: Vec::new() };
        for (index, mapping) in self.taken() {
            let value = mapping.attribute.read(sent).filter(|value| !is_blank(value));
            if let Some(kept) = basis.kept_as_it_is(mapping, value)? {
                take((index, mapping), kept, Cow::Borrowed(kept), &mut wanted, trace);
                continue;
            }
            match (value, basis) {
                (Some(value), _) => {
                    let normal = match basis.held(mapping) {
                        Some(held) if held == value => Cow::Borrowed(value),
                        _ => mapping.normal(params, value)?,
                    };
                    take((index, mapping), value, normal, &mut wanted, trace);
                }
                (None, Basis::Held(_, Absent::Cleared)) => {
                    if let Some(default) = basis.cleared(params, mapping, sent)? {
                        take((index, mapping), &default, Cow::Borrowed(&default), &mut wanted, trace);
                    }
                }
                (None, _) if mapping.required && mapping.default.is_none() => {
                    trace.step(Stage::Normalise, Some(&mapping.rule), || format!("{} is missing", mapping.name));
                    return Err(Refusal::Missing { attribute: mapping.name.clone() });
                }
                (None, Basis::Nothing) if matches!(mapping.source, Source::Keep) && !mapping.is_secret() => {
                    // Only remembered: nobody said it, so a repeated create need not find it so.
                    let default = mapping.restored(params, sent)?;
                    wanted.memory.kept.extend(default.map(|default| (mapping.name.clone(), default)));
                }
                (None, _) => {}
            }
        }
        self.trace_ignored(sent, trace);
        wanted.unmapped = self.unmapped(sent);
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

/// What a wanted state is compared with.
#[derive(Clone, Copy)]
enum Basis<'p> {
    /// It is new.
    Nothing,
    /// A change of this resource.
    Held(&'p Resource, Absent),
}

impl<'p> Basis<'p> {
    fn absent(self) -> Absent {
        match self {
            Basis::Nothing => Absent::Unsaid,
            Basis::Held(_, absent) => absent,
        }
    }

    fn held(self, mapping: &Mapping) -> Option<&'p Value> {
        match self {
            Basis::Nothing => None,
            Basis::Held(held, _) => mapping.attribute.read(held),
        }
    }

    /// The value of a kept attribute that stays although `sent` says otherwise. Of a target's own fields the planner decides
    /// the same, when it compares.
    ///
    /// # Errors
    /// [`Refusal::Immutable`] if it would change.
    fn kept_as_it_is(self, mapping: &Mapping, sent: Option<&Value>) -> Result<Option<&'p Value>, Refusal> {
        let (Basis::Held(_, absent), Source::Keep) = (self, &mapping.source) else { return Ok(None) };
        let held = self.held(mapping);
        let is_boolean = mapping.attribute.leaf().is_some_and(|leaf| leaf.kind == Kind::Boolean);
        match (held, sent, absent) {
            (held, _, _) if mapping.apply == Apply::OnCreate => Ok(held),
            (Some(held), None, Absent::Unsaid) if mapping.immutable || is_boolean || mapping.default.is_some() => {
                Ok(Some(held))
            }
            (Some(held), Some(sent), _) if mapping.immutable && !same(mapping.attribute.leaf(), held, sent) => {
                Err(Refusal::Immutable { attribute: mapping.name.clone() })
            }
            _ => Ok(None),
        }
    }

    /// What an attribute becomes that a PATCH took away: its default or nothing. RFC 7644 §3.5.2.2: to take away what is
    /// required or may not change is an error.
    fn cleared(self, params: &Params, mapping: &Mapping, sent: &Resource) -> Result<Option<Value>, Refusal> {
        if self.held(mapping).is_none() || mapping.apply == Apply::OnCreate {
            return Ok(None);
        }
        let attribute = || mapping.name.clone();
        if mapping.immutable {
            return Err(Refusal::Immutable { attribute: attribute() });
        }
        match mapping.restored(params, sent)? {
            None if mapping.required => Err(Refusal::Required { attribute: attribute() }),
            default => Ok(default),
        }
    }
}

/// Puts the normal form of one sent value into `wanted`, and what must be remembered of it.
fn take(
    (index, mapping): (usize, &Mapping),
    value: &Value,
    normal: Cow<'_, Value>,
    wanted: &mut Wanted,
    trace: &mut Trace,
) {
    let is_as_sent = matches!(normal, Cow::Borrowed(_)) || *normal == *value;
    match (&mapping.source, value, normal.as_ref()) {
        // What nobody may see is not remembered either.
        (Source::Keep, _, _) if mapping.is_secret() => {}
        (Source::Keep, _, _) => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || {
                format!("{} {} is kept here: the target has no place for it", mapping.name, mapping.print(value))
            });
            wanted.memory.kept.insert(mapping.name.clone(), value.clone());
        }
        (_, sent, _) if is_as_sent => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || format!("{} {}", mapping.name, mapping.print(sent)));
        }
        (source, sent, normal) => {
            trace.step(Stage::Normalise, Some(&mapping.rule), || {
                let by = match source {
                    Source::Direct { normal: Some(normal), .. } => normal.name(),
                    Source::Direct { codec: Some(codec), .. } if codec.joined.is_some() => "the order of its list",
                    _ if mapping.is_respelled() => "its length",
                    _ => "its table",
                };
                format!("{} {} → {} by {by}", mapping.name, mapping.print(sent), mapping.print(normal))
            });
            if let (true, Value::String(sent), Value::String(normal)) = (mapping.is_respelled(), sent, normal)
                && !mapping.is_secret()
            {
                let spelling = Spelling { sent: sent.clone(), normal: normal.clone() };
                wanted.memory.spellings.insert(mapping.name.clone(), spelling);
            }
        }
    }
    wanted.values[index] = (!is_nothing(&normal)).then(|| normal.into_owned());
}

/// RFC 7643 §2.5: an empty list or object is not there.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// RFC 7643 §2.5: what counts as unassigned. A required attribute may hold `""` after decoding; it says nothing either.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}
