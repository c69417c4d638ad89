//! One mapping, both ways: the normal form of a sent value, the target's form of that, and back.
//!
//! Order of the steps when writing: normaliser, length, value table, look-up, the codec; when reading, the other way round.

use std::borrow::Cow;

use json::{Map, Value};
use scim::path::BoundPath;
use scim::schema::{Kind, Mutability, Returned};
use scim::{Attribute, Resource};

use super::codec::{Unit, in_value};
use super::variables::{OfParams, OfRecord};
use crate::expression::Normaliser;
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::planner::is_empty;
use crate::profile::{
    Codec, Empty, FieldPath, Form, Length, LookupRef, Mapping, ResourceRules, Source, VALUE_NAME, ValueTable, Write,
    WriteSource,
};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};

impl ResourceRules {
    /// The mappings for which it counts what an IdP sends, with their indices: fields, what is kept, and what is computed
    /// from fields that are computed from it in turn.
    pub fn taken(&self) -> impl Iterator<Item = (usize, &Mapping)> {
        self.intake.mappings.iter().map(|&index| (index, &self.map[index]))
    }
}

impl Write {
    /// Whether the field is computed from this attribute.
    pub(crate) fn reads(&self, mapping: &Mapping) -> bool {
        match &self.source {
            WriteSource::Constant(_) | WriteSource::Random(_) => false,
            WriteSource::Expression { attributes, .. } => {
                attributes.iter().any(|attribute| attribute.to_string() == mapping.name)
            }
        }
    }

    /// Whether the field is computed from what nobody may see.
    pub(crate) fn is_secret(&self) -> bool {
        match &self.source {
            WriteSource::Constant(_) => false,
            // Most often a password, never of interest.
            WriteSource::Random(_) => true,
            WriteSource::Expression { attributes, .. } => attributes.iter().any(is_secret),
        }
    }

    /// `value` as a trace may show it.
    pub(crate) fn print(&self, value: &Value) -> String {
        if self.is_secret() { REDACTED.to_owned() } else { value.to_string() }
    }
}

/// What a refusal says of a secret: not why, the reason would repeat it.
pub(crate) const NOT_ACCEPTED: &str = "the value is not accepted";
/// Why a member without a `value` is refused (RFC 7643 §4.2): nobody could say whom it means.
pub(crate) const NOBODY: &str = "a member needs a `value`: the id of a user or group";
/// What a trace shows of a secret.
const REDACTED: &str = "[redacted]";

fn is_secret(attribute: &BoundPath) -> bool {
    attribute.leaf().is_some_and(|leaf| leaf.mutability == Mutability::WriteOnly || leaf.returned == Returned::Never)
}

/// Whether it is a member without an id.
fn is_nobody(member: &Value) -> bool {
    member.get("value").and_then(Value::as_str).is_none_or(str::is_empty)
}

impl Mapping {
    /// Whether its value must not be read, remembered or shown: a password.
    pub(crate) fn is_secret(&self) -> bool {
        is_secret(&self.attribute)
    }

    /// The target's field, if it has one of its own.
    pub(crate) fn field(&self) -> Option<&FieldPath> {
        match &self.source {
            Source::Direct { field, .. } | Source::Emptied { field, .. } => Some(field),
            Source::Constant(_) | Source::Expression { .. } | Source::Keep => None,
        }
    }

    /// `value` as a trace may show it.
    pub(crate) fn print(&self, value: &Value) -> String {
        if self.is_secret() { REDACTED.to_owned() } else { value.to_string() }
    }

    /// A refusal of a value of this attribute. The reason for a secret does not repeat it.
    pub(super) fn refuse(&self, reason: String) -> Refusal {
        let reason = if self.is_secret() { NOT_ACCEPTED.to_owned() } else { reason };
        Refusal::Value { attribute: self.name.clone(), reason, rule: self.rule.to_string() }
    }

    /// The normal form of `sent`, borrowed where nothing is to be done. A value table knows its texts in any case if the attribute does.
    ///
    /// # Errors
    /// [`Refusal::Value`]: the normaliser's reason, what the table allows, or that a text is too long; [`NOBODY`].
    pub fn normal<'v>(&self, params: &Params, sent: &'v Value) -> Result<Cow<'v, Value>, Refusal> {
        let Source::Direct { normal, values, codec, .. } = &self.source else { return Ok(Cow::Borrowed(sent)) };
        if self.name == "members" && sent.as_array().is_some_and(|members| members.iter().any(is_nobody)) {
            return Err(self.refuse(NOBODY.to_owned()));
        }
        if normal.is_none() && values.is_none() && codec.is_none() {
            return Ok(Cow::Borrowed(sent));
        }
        let length = codec.as_ref().and_then(|codec| codec.length);
        let one = |sent: &Value| self.normal_one(params, (normal.as_ref(), values.as_ref(), length), sent);
        match sent {
            // Only with a codec are its elements looked at; without, SCIM's own structure is copied.
            Value::Array(elements) if codec.is_some() => {
                let taken = elements.iter().filter(|element| codec.as_ref().is_none_or(|codec| codec.takes(element)));
                let normal = taken.map(|element| in_value(element, one)).collect::<Result<Vec<_>, _>>()?;
                Ok(match codec {
                    Some(codec) => normal.into_iter().map(|element| codec.with_constants(element)).collect(),
                    None => Value::Array(normal),
                })
            }
            sent => match codec.as_ref().zip(sent.as_str()).and_then(|(codec, text)| Some((codec, codec.parts(text)?)))
            {
                Some((codec, parts)) => {
                    let parts = parts.into_iter().map(|part| one(&Value::String(part)));
                    Ok(codec.joined(parts.collect::<Result<_, _>>()?))
                }
                None => one(sent),
            },
        }
        .map(Cow::Owned)
    }

    fn normal_one(
        &self,
        params: &Params,
        (normal, values, length): (Option<&Normaliser>, Option<&ValueTable>, Option<Length>),
        sent: &Value,
    ) -> Result<Value, Refusal> {
        let mut value = match (normal, sent) {
            (Some(normal), Value::String(text)) => {
                Value::String(normal.apply(text, &OfParams { params }).map_err(|reason| self.refuse(reason))?)
            }
            _ => sent.clone(),
        };
        if let (Some(length), Value::String(text)) = (length, &value) {
            value = Value::String(length.bounded(text).map_err(|reason| self.refuse(reason))?.into_owned());
        }
        let Some(values) = values else { return Ok(value) };
        let folds = self.attribute.leaf().is_some_and(|leaf| !leaf.case_exact);
        match values.key(&value, folds) {
            Some(key) => Ok(key.clone()),
            None => Err(self.refuse(format!("{value} is not one of {}", values.allowed()))),
        }
    }

    /// What the target holds for a value in normal form.
    ///
    /// # Errors
    /// [`Refusal::UnknownName`]; [`Refusal::Value`] for a value that its table lacks, or that the target's form cannot hold.
    pub(crate) fn target_of(&self, params: &Params, value: &Value, facts: &Facts) -> Result<Value, Refusal> {
        let Source::Direct { values, lookup, codec, .. } = &self.source else { return Ok(value.clone()) };
        let Some(codec) = codec else { return self.tabled(values.as_ref(), lookup.as_ref(), value, facts) };
        let unit = self.unit(params);
        let one = |value: &Value| {
            let value = self.tabled(values.as_ref(), lookup.as_ref(), value, facts)?;
            codec.encode_one(unit, &value).map_err(|reason| self.refuse(reason))
        };
        let refuse = |reason| self.refuse(reason);
        match value {
            Value::Array(elements) => codec.encode_list(elements, one, refuse),
            value => match value.as_str().and_then(|text| codec.parts(text)) {
                Some(parts) => {
                    let parts: Vec<Value> = parts.into_iter().map(Value::String).collect();
                    codec.encode_list(&parts, one, refuse)
                }
                None => one(value),
            },
        }
    }

    /// What stands for one value in the table of values, or in a look-up table.
    pub(super) fn tabled(
        &self,
        values: Option<&ValueTable>,
        lookup: Option<&LookupRef>,
        value: &Value,
        facts: &Facts,
    ) -> Result<Value, Refusal> {
        let value = match values {
            None => value,
            Some(values) => values
                .target(value)
                .ok_or_else(|| self.refuse(format!("{value} is not one of {}", values.allowed())))?,
        };
        let Some(LookupRef { table, field }) = lookup else { return Ok(value.clone()) };
        let id = match (facts.tables.get(table), scalar_text(value)) {
            (Some(rows), Some(text)) => rows.id_of(field, &text),
            _ => None,
        };
        id.cloned().ok_or_else(|| Refusal::UnknownName {
            attribute: self.name.clone(),
            value: scalar_text(value).unwrap_or_default().into_owned(),
            table: table.clone(),
        })
    }

    /// What the chain of the mapping works with: of a list, each of its values.
    pub(super) fn unit<'p>(&self, params: &'p Params) -> Unit<'p> {
        let leaf = self.attribute.leaf();
        let value = leaf.filter(|leaf| leaf.kind == Kind::Complex).and_then(|leaf| leaf.sub_attribute(VALUE_NAME));
        Unit { kind: value.or(leaf).map_or(Kind::String, |leaf| leaf.kind), params }
    }

    /// What SCIM shows of `record`, in normal form and of the schema's type; what cannot be shown is traced.
    pub(crate) fn shown_of(&self, params: &Params, record: &Value, facts: &Facts, trace: &mut Trace) -> Option<Value> {
        let shown = match &self.source {
            Source::Direct { codec: Some(codec), .. } => self.decoded(codec, params, record, facts, trace)?,
            Source::Direct { field, .. } => self.seen(params, field.assigned(record)?, facts, trace),
            Source::Expression { expression, fields } => {
                expression.eval(&OfRecord { params, fields, record }).into_json().map(Option::unwrap_or_default)
            }
            Source::Emptied { field, .. } => Ok(Value::Bool(!is_empty(field.read(record)))),
            Source::Constant(_) | Source::Keep => return None,
        };
        let typed = shown.and_then(|value| {
            let is_nothing = is_empty(Some(&value));
            match Resource::coerced(&self.attribute, value) {
                // `[{ "id": 7 }]` is no group: its parts have other names.
                Ok(None) if !is_nothing => Err("nothing of what the target holds is a part of it".to_owned()),
                typed => typed.map_err(|error| error.to_string()),
            }
        });
        typed.unwrap_or_else(|reason| {
            trace.step(Stage::Answer, Some(&self.rule), || format!("{} is left out: {reason}", self.name));
            None
        })
    }

    /// One value of the target through look-up, table and normaliser.
    pub(super) fn seen(&self, params: &Params, raw: &Value, facts: &Facts, trace: &mut Trace) -> Result<Value, String> {
        let Source::Direct { normal, values, lookup, .. } = &self.source else { return Ok(raw.clone()) };
        if normal.is_none() && values.is_none() && lookup.is_none() {
            return Ok(raw.clone());
        }
        let named = self.named(raw, lookup.as_ref(), facts, trace);
        let value = match values {
            None => named.clone(),
            Some(values) => values
                .key_of(named)
                .cloned()
                .ok_or_else(|| format!("the target's {raw} has no row in the value table"))?,
        };
        Ok(match (normal, value) {
            // A value of the target's own that has no normal form is better seen than hidden.
            (Some(normal), Value::String(text)) => {
                Value::String(normal.apply_to_held(&text, &OfParams { params }).unwrap_or(text))
            }
            (_, value) => value,
        })
    }

    /// As [`Mapping::seen`], of what the target writes otherwise; `None` if there is nothing.
    fn decoded(
        &self,
        codec: &Codec,
        params: &Params,
        record: &Value,
        facts: &Facts,
        trace: &mut Trace,
    ) -> Option<Result<Value, String>> {
        let Source::Direct { field, .. } = &self.source else { return None };
        let blank = |value: &Value| self.empty == Empty::Blank && value.as_str() == Some("");
        let raw = field.assigned(record).filter(|value| !blank(value) && !codec.is_none(value));
        if let Some(form) = codec.form.filter(|form| form.is_presence()) {
            let is_there = raw.is_some_and(|value| value.as_str() != Some(""));
            return Some(Ok(Value::Bool(is_there == (form == Form::Present))));
        }
        let raw = raw?;
        let leaf = self.attribute.leaf();
        let unit = self.unit(params);
        // What cannot be read back is shown as it is, if it is of the type.
        let plain = |raw: &Value, trace: &mut Trace| {
            codec.decode_one(unit, raw).unwrap_or_else(|reason| {
                trace.step(Stage::Answer, Some(&self.rule), || format!("{} is shown as it is: {reason}", self.name));
                raw.clone()
            })
        };
        let is_list = codec.is_list() || (raw.is_array() && leaf.is_some_and(|leaf| leaf.multi_valued));
        if !is_list {
            let value = plain(raw, trace);
            return Some(self.seen(params, &value, facts, trace));
        }
        let whole;
        let raw = if codec.chosen {
            whole = Value::Array(field.read_all(record).into_iter().cloned().collect());
            &whole
        } else {
            raw
        };
        let is_complex = leaf.is_some_and(|leaf| leaf.kind == Kind::Complex);
        let mut shown = Vec::new();
        for element in codec.elements(raw) {
            let one = |raw: &Value| {
                let mut unseen = Trace::off();
                let value = plain(raw, &mut unseen);
                self.seen(params, &value, facts, &mut unseen)
            };
            match codec.decode_element(&element, is_complex, one) {
                Ok(element) => shown.extend(element),
                Err(reason) => trace.step(Stage::Answer, Some(&self.rule), || {
                    format!("an element of {} is left out: {reason}", self.name)
                }),
            }
        }
        (!shown.is_empty()).then(|| Ok(codec.joined(shown)))
    }

    /// What the target holds of the mapping in `record`, in the form in which it would be written.
    pub(crate) fn held<'r>(&self, record: &'r Value) -> Option<Cow<'r, Value>> {
        let Source::Direct { field, codec, .. } = &self.source else { return None };
        if codec.as_ref().is_some_and(|codec| codec.chosen) {
            let elements = field.read_all(record);
            let all = || Cow::Owned(Value::Array(elements.iter().copied().cloned().collect()));
            return (!elements.is_empty()).then(all);
        }
        field.assigned(record).map(Cow::Borrowed)
    }

    /// `value`, which is in the target's form, with what elements that stay hold beside it.
    pub(crate) fn merged(&self, record: &Value, value: Value) -> Value {
        let Source::Direct { field, codec: Some(codec), .. } = &self.source else { return value };
        let now = match field.assigned(record) {
            Some(_) if codec.chosen => field.read_all(record),
            Some(Value::Array(elements)) => elements.iter().collect(),
            _ => return value,
        };
        codec.settled(&now, codec.merged(&now, value))
    }

    /// The name behind `id`. An id that its table lacks is shown itself: left out, it would make every later PATCH of the
    /// record fail for want of a required attribute.
    fn named<'v>(&self, id: &'v Value, lookup: Option<&LookupRef>, facts: &'v Facts, trace: &mut Trace) -> &'v Value {
        let Some(LookupRef { table, field }) = lookup else { return id };
        let name = facts.tables.get(table).and_then(|rows| rows.field_of(id, field));
        name.unwrap_or_else(|| {
            trace.step(Stage::Facts, Some(&self.rule), || format!("{}: {table} has no row {id}", self.name));
            id
        })
    }
}

impl ValueTable {
    /// The key that `value` is, in its own spelling.
    pub(crate) fn key(&self, value: &Value, folds: bool) -> Option<&Value> {
        let keys = || self.pairs.iter().map(|(key, _)| key);
        let exact = keys().find(|key| *key == value);
        match (exact, value) {
            (None, Value::String(text)) if folds => {
                let folded = text.to_lowercase();
                keys().find(|key| key.as_str().is_some_and(|key| key.to_lowercase() == folded))
            }
            (exact, _) => exact,
        }
    }

    /// The target's value for a key.
    pub(crate) fn target(&self, key: &Value) -> Option<&Value> {
        self.pairs.iter().find(|(scim, _)| scim == key).map(|(_, target)| target)
    }

    /// The key for a value of the target.
    pub(crate) fn key_of(&self, target: &Value) -> Option<&Value> {
        self.pairs.iter().find(|(_, value)| value == target).map(|(key, _)| key)
    }

    /// `"Admin", "Basic"`.
    pub(super) fn allowed(&self) -> String {
        let keys: Vec<String> = self.pairs.iter().map(|(key, _)| key.to_string()).collect();
        keys.join(", ")
    }
}

/// Whether two values of `attribute` say the same.
///
/// RFC 7643 §2.4: the order of a multi-valued attribute has no meaning, and an element that does not say `primary` is not
/// primary. Read-only parts are the target's to say: an IdP that leaves out `manager.displayName` does not clear it. An
/// element whose `value` cannot change is whose `value` it is: the `type` and the name of a member follow from that
/// (RFC 7643 §4.2).
pub(crate) fn same(attribute: Option<&Attribute>, a: &Value, b: &Value) -> bool {
    let Some(attribute) = attribute else { return a == b };
    match (a, b) {
        (Value::Array(a), Value::Array(b)) if attribute.multi_valued => same_elements(attribute, a, b),
        _ => same_one(attribute, a, b),
    }
}

/// Compares as multisets; sorts only if the order differs, so that the largest arrays stay cheap.
fn same_elements(attribute: &Attribute, a: &[Value], b: &[Value]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    a.iter().zip(b).all(|(a, b)| same_one(attribute, a, b)) || sorted(attribute, a) == sorted(attribute, b)
}

fn sorted(attribute: &Attribute, elements: &[Value]) -> Vec<String> {
    let print = |element: &Value| match element {
        Value::Object(parts) if attribute.kind == Kind::Complex => {
            let parts: Vec<String> = said(attribute, parts).map(|(name, part)| format!("{name}={part}")).collect();
            parts.join(";")
        }
        other => other.to_string(),
    };
    let mut printed: Vec<String> = elements.iter().map(print).collect();
    printed.sort_unstable();
    printed
}

fn same_one(attribute: &Attribute, a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if attribute.kind == Kind::Complex => {
            said(attribute, a).eq(said(attribute, b))
        }
        _ => a == b,
    }
}

/// The parts of one element that say something a client may say, in the order of the schema.
fn said<'v>(attribute: &'v Attribute, parts: &'v Map) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let is_name = |sub: &&Attribute| sub.name == "value" && sub.mutability == Mutability::Immutable;
    let named = attribute.sub_attributes.iter().any(|sub| is_name(&sub));
    let writable = attribute.sub_attributes.iter().filter(|sub| sub.mutability != Mutability::ReadOnly);
    writable
        .filter(move |sub| !named || is_name(sub))
        .filter_map(|sub| parts.get(&sub.name).map(|part| (sub.name.as_str(), part)))
        .filter(|(name, part)| !(*name == "primary" && **part == Value::Bool(false)))
}
