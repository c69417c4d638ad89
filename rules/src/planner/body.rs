//! Bodies of target calls: all fields, those that change, the whole record, or what the profile writes out.
//!
//! Total: whatever a record looks like, there is a body. A list of which one element changes is sent as it is now with that
//! element changed, so that nothing else of it is lost.

mod question;

use std::borrow::Cow;

use json::{Map, Value};
use scim::Resource;

use crate::call::TargetCall;
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{Apply, BodyRule, BodyTemplate, CallRule, Empty, FieldPath, Key, Mapping, ResourceRules, Shaping};

/// What bodies are made of.
pub(super) trait Ingredients {
    /// The fields that change.
    fn changed(&self) -> Value;
    /// Every field that will have a value.
    fn all(&self) -> Value;
    /// The whole record, with the changes written in.
    fn whole(&self) -> Value;
    /// The record as it was read, if there is one.
    fn record(&self) -> Option<&Value>;
    /// What any other name stands for; a null is «no value», and said.
    fn named(&self, name: &str) -> Option<Value>;
}

/// Gives `call` the body that `rule` says.
pub(super) fn fill(rules: &ResourceRules, rule: &CallRule, from: &dyn Ingredients, call: &mut TargetCall) {
    let mut secret_fields = rules.secret_fields();
    let mut body = match &rule.body {
        BodyRule::Empty => return,
        BodyRule::All => from.all(),
        BodyRule::Changed => from.changed(),
        BodyRule::Record => from.whole(),
        BodyRule::Template(template) => {
            let mut filling = Filling::of(rules, from);
            let body = filling.fill(template).unwrap_or_else(|| Value::Object(Map::new()));
            secret_fields = filling.secret_fields;
            body
        }
    };
    // Of a record that ends there are no fields.
    if body.is_null() {
        return;
    }
    if let Some(shaping) = &rule.shaping {
        body = shaped(body, shaping, from.record());
        if let Some(wrap) = &shaping.wrap {
            secret_fields = secret_fields.iter().map(|field| wrap.join(field)).collect();
        }
    }
    call.body = Some(body);
    call.secret_fields = secret_fields;
}

fn shaped(mut body: Value, shaping: &Shaping, record: Option<&Value>) -> Value {
    for field in &shaping.carry {
        let now = record.and_then(|record| field.assigned(record)).filter(|_| field.read(&body).is_none());
        if let (Some(now), Value::Object(fields)) = (now, &mut body) {
            field.write(fields, now.clone());
        }
    }
    if let Value::Object(fields) = &mut body {
        shaping.drop.iter().for_each(|field| field.remove(fields));
    }
    let Some(wrap) = &shaping.wrap else { return body };
    let mut outer = Map::new();
    wrap.write(&mut outer, body);
    Value::Object(outer)
}

// === fields ===

/// One field that is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit<'e> {
    pub(super) field: &'e FieldPath,
    /// In the target's form; `None` if it is cleared.
    pub(super) value: Option<&'e Value>,
    /// Index into [`ResourceRules::map`]; `None` for a computed field.
    pub(super) mapping: Option<usize>,
}

/// The fields that one change writes, and how far it is when a call is made.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits<'e> {
    /// Everything that is written, whichever call does it.
    pub(super) all: Vec<Edit<'e>>,
    /// What this call writes.
    pub(super) claimed: Vec<Edit<'e>>,
    /// What holds once it is made: what it writes and what calls before it wrote. What a later call writes is still as it was.
    /// Of secrets only its own: no record shows those, so it need not repeat what another call has set.
    pub(super) standing: Vec<Edit<'e>>,
}

/// A record that is changed.
pub(super) struct Making<'m> {
    pub(super) rules: &'m ResourceRules,
    pub(super) params: &'m Params,
    /// Its id, and the record as it was read.
    pub(super) present: (&'m str, &'m Value),
    /// The resource as it will be: what computed fields are made from that do not change.
    pub(super) settled: &'m Resource,
    /// What is written, by call.
    pub(super) edits: &'m Edits<'m>,
}

impl<'m> Making<'m> {
    fn mapping(&self, edit: &Edit<'_>) -> Option<&'m Mapping> {
        edit.mapping.and_then(|index| self.rules.map.get(index))
    }

    fn in_body(&self, edit: &Edit<'_>) -> bool {
        self.mapping(edit).is_none_or(|mapping| mapping.in_body)
    }

    /// Puts the list that `field` chooses from into `body`, as it is now; or the object whose keys are digits.
    fn seed(&self, field: &FieldPath, body: &mut Value) {
        let Some(list) = field.list() else { return };
        let now = list.assigned(self.present.1).filter(|now| now.is_array() || now.is_object());
        let is_there = list.assigned(body).is_some();
        if let (false, Some(now), Value::Object(fields)) = (is_there, now, body) {
            list.write(fields, now.clone());
        }
    }

    /// Those of `edits` that bodies have.
    fn fields(&self, edits: &[Edit<'_>]) -> Value {
        let mut body = Value::Object(Map::new());
        for edit in edits.iter().filter(|edit| self.in_body(edit)) {
            self.seed(edit.field, &mut body);
            match self.with_parts(edit) {
                Some(value) => self.rules.apply(&Edit { value: Some(&value), ..*edit }, Unset::Said, &mut body),
                None => self.rules.apply(edit, Unset::Said, &mut body),
            }
        }
        body
    }

    /// A complex value also with the parts that are cleared: a target that merges bodies (RFC 7396) keeps what is not named.
    fn with_parts(&self, edit: &Edit<'_>) -> Option<Value> {
        let leaf = self.mapping(edit)?.attribute.leaf()?;
        let Some(Value::Object(parts)) = edit.value else { return None };
        let Some(Value::Object(now)) = edit.field.assigned(self.present.1) else { return None };
        let mut parts = parts.clone();
        for part in now.keys().filter(|part| leaf.sub_attribute(part).is_some()) {
            if !parts.contains_key(part) {
                parts.insert(part.clone(), Value::Null);
            }
        }
        Some(Value::Object(parts))
    }

    /// Writes what the target holds already: of a mapped field its value, of a chosen element the list around it.
    fn held(&self, body: &mut Value) {
        for (index, mapping) in self.rules.taken().filter(|(_, mapping)| mapping.in_body) {
            let Some(field) = mapping.field() else { continue };
            if field.list().is_some() {
                self.seed(field, body);
                continue;
            }
            let changed = self.edits.standing.iter().any(|edit| edit.mapping == Some(index));
            let value = field.assigned(self.present.1).filter(|_| !changed);
            if let (Some(value), Value::Object(fields)) = (value, &mut *body) {
                field.write(fields, value.clone());
            }
        }
    }
}

/// Whether a field without a value must be said to have none.
#[derive(Clone, Copy)]
enum Unset {
    /// Changes are sent: what is not said stays.
    Said,
    /// Everything is sent.
    Unsaid,
}

impl ResourceRules {
    /// Writes one field where the others stay as they are.
    fn apply(&self, edit: &Edit<'_>, unset: Unset, body: &mut Value) {
        let empty = self.empty(edit.mapping);
        let value = match (edit.value.cloned().or_else(|| self.cleared(edit.mapping)), empty, unset) {
            (Some(value), ..) => value,
            // What is not in it is what a list says «nothing» by.
            (None, Empty::Usual, Unset::Said) if edit.field.list().is_none() => Value::Null,
            (None, ..) => return self.take_away(edit.field, body),
        };
        if let Value::Object(fields) = body {
            edit.field.write(fields, value);
        }
    }

    /// Takes a field away, and the element of a list with it that nothing else is said in.
    fn take_away(&self, field: &FieldPath, body: &mut Value) {
        let element = field.element().filter(|element| {
            let mapped = self.map.iter().filter_map(Mapping::field);
            let mut others = mapped.chain(self.write.iter().map(|write| &write.field));
            !others.any(|other| other != field && other.is_within(element) && other.assigned(body).is_some())
        });
        if let Value::Object(fields) = body {
            element.as_ref().unwrap_or(field).remove(fields);
        }
    }

    fn mapping(&self, mapping: Option<usize>) -> Option<&Mapping> {
        mapping.and_then(|index| self.map.get(index))
    }

    fn empty(&self, mapping: Option<usize>) -> Empty {
        self.mapping(mapping).map_or(Empty::Usual, |mapping| mapping.empty)
    }

    /// What says «nothing» of a field that is cleared, if the profile says it.
    pub(super) fn cleared(&self, mapping: Option<usize>) -> Option<Value> {
        self.mapping(mapping).and_then(Mapping::cleared)
    }

    /// Says «nothing» of the fields that have no value, where the profile wants it said.
    fn say_nothing(&self, body: &mut Value) {
        let said = |mapping: &Mapping| mapping.in_body && mapping.said().is_some();
        for (index, mapping) in self.map.iter().enumerate().filter(|(_, mapping)| said(mapping)) {
            if let Some(field) = mapping.field()
                && field.read(body).is_none()
            {
                self.apply(&Edit { field, value: None, mapping: Some(index) }, Unset::Unsaid, body);
            }
        }
    }

    /// Whether the body of a create is all of its fields and nothing else.
    pub(super) fn is_plain(&self, rule: &CallRule) -> bool {
        rule.shaping.is_none()
            && matches!(rule.body, BodyRule::All | BodyRule::Changed | BodyRule::Record)
            && self.map.iter().all(|mapping| mapping.in_body && mapping.said().is_none())
    }
}

impl Making<'_> {
    /// Every field that is written, also those that no body has.
    pub(super) fn written(&self) -> Value {
        let mut fields = Map::new();
        for edit in &self.edits.all {
            edit.field.write(
                &mut fields,
                edit.value.cloned().or_else(|| self.rules.cleared(edit.mapping)).unwrap_or_default(),
            );
        }
        Value::Object(fields)
    }

    /// Where a field that no edit is called like stands: a part of one that is edited, or the record as it is.
    fn around(&self, name: &str) -> Cow<'_, Value> {
        let first = name.split(['.', '[']).next().unwrap_or_default();
        let edited = self.edits.all.iter().any(|edit| edit.field.keys.first().and_then(Key::name) == Some(first));
        if edited { Cow::Owned(self.with(&self.edits.all)) } else { Cow::Borrowed(self.present.1) }
    }

    /// The record as it was read, with `edits` written in.
    fn with(&self, edits: &[Edit<'_>]) -> Value {
        let mut body = self.present.1.clone();
        for edit in edits.iter().filter(|edit| self.in_body(edit)) {
            self.rules.apply(edit, Unset::Unsaid, &mut body);
        }
        body
    }

    /// Whether a call behind this one writes the field.
    fn is_later(&self, field: &FieldPath) -> bool {
        let is_it = |edit: &Edit<'_>| edit.field == field;
        self.edits.all.iter().any(is_it) && !self.edits.standing.iter().any(is_it)
    }
}

impl Ingredients for Making<'_> {
    fn changed(&self) -> Value {
        self.fields(&self.edits.claimed)
    }

    fn all(&self) -> Value {
        let mut body = Value::Object(Map::new());
        self.held(&mut body);
        for write in self.rules.write.iter().filter(|write| write.apply == Apply::Always) {
            let value = if self.is_later(&write.field) {
                write.field.assigned(self.present.1).cloned()
            } else {
                // What has no value for the settled resource was refused when the difference was made.
                write.value(self.params, &self.settled).unwrap_or_default()
            };
            if let (Some(value), Value::Object(fields)) = (value, &mut body) {
                write.field.write(fields, value);
            }
        }
        for edit in self.edits.standing.iter().filter(|edit| self.in_body(edit)) {
            self.rules.apply(edit, Unset::Unsaid, &mut body);
        }
        self.rules.say_nothing(&mut body);
        body
    }

    fn whole(&self) -> Value {
        self.with(&self.edits.standing)
    }

    fn record(&self) -> Option<&Value> {
        Some(self.present.1)
    }

    fn named(&self, name: &str) -> Option<Value> {
        if let Some(edit) = self.edits.all.iter().find(|edit| edit.field.is_named(name)) {
            // Cleared, and to be said so.
            return Some(edit.value.cloned().or_else(|| self.rules.cleared(edit.mapping)).unwrap_or_default());
        }
        if name == "id" {
            return Some(Value::String(self.present.0.to_owned()));
        }
        within(&self.around(name), name).or_else(|| param(self.params, name))
    }
}

/// A record that is made.
pub(super) struct Made<'m> {
    pub(super) rules: &'m ResourceRules,
    pub(super) params: &'m Params,
    /// Every field that is written, also those that no body has.
    pub(super) fields: &'m Value,
}

impl Ingredients for Made<'_> {
    fn changed(&self) -> Value {
        self.all()
    }

    fn all(&self) -> Value {
        let mut body = self.fields.clone();
        for field in self.rules.map.iter().filter(|mapping| !mapping.in_body).filter_map(Mapping::field) {
            self.rules.take_away(field, &mut body);
        }
        self.rules.say_nothing(&mut body);
        body
    }

    fn whole(&self) -> Value {
        self.all()
    }

    fn record(&self) -> Option<&Value> {
        None
    }

    fn named(&self, name: &str) -> Option<Value> {
        within(self.fields, name).or_else(|| param(self.params, name))
    }
}

/// The field of `record` that is called `name`; a null is none.
pub(super) fn within(record: &Value, name: &str) -> Option<Value> {
    FieldPath::parse(name).ok().filter(|field| !field.is_whole())?.assigned(record).cloned()
}

/// The tenant's parameter.
pub(super) fn param(params: &Params, name: &str) -> Option<Value> {
    params.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

// === bodies that are written out ===

/// A body that is being filled in.
pub(super) struct Filling<'f> {
    rules: &'f ResourceRules,
    from: &'f dyn Ingredients,
    path: Vec<Key>,
    /// Where in the body something stands that nobody may see.
    pub(super) secret_fields: Vec<FieldPath>,
}

impl<'f> Filling<'f> {
    pub(super) fn of(rules: &'f ResourceRules, from: &'f dyn Ingredients) -> Self {
        Self { rules, from, path: Vec::new(), secret_fields: Vec::new() }
    }

    /// The body; `None` if nothing of it has a value.
    pub(super) fn fill(&mut self, template: &BodyTemplate) -> Option<Value> {
        match template {
            BodyTemplate::Fixed(value) => Some(value.clone()),
            BodyTemplate::Name(name) => self.value(name),
            BodyTemplate::Number(name) => self.value(name).map(question::number),
            BodyTemplate::Text(text) => {
                let values: Vec<_> = text.names().map(|name| (name, self.value(name))).collect();
                if values.iter().all(|(_, value)| value.is_none()) {
                    return None;
                }
                // A part of a text that has no value is an empty part.
                let part = |name: &str| {
                    let value = values.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_ref());
                    Some(Cow::Owned(value.and_then(scalar_text).unwrap_or_default().into_owned()))
                };
                text.fill(part).map(Value::String)
            }
            BodyTemplate::Array(elements) => {
                let mut filled = Vec::with_capacity(elements.len());
                for element in elements {
                    self.path.push(filled.len().to_string().as_str().into());
                    filled.extend(self.fill(element));
                    self.path.pop();
                }
                (elements.is_empty() || !filled.is_empty()).then_some(Value::Array(filled))
            }
            BodyTemplate::Object(fields) => {
                let mut filled = Map::new();
                for (name, field) in fields {
                    if name.fixed() == Some(BodyTemplate::HERE) {
                        self.fill_here(field, &mut filled);
                        continue;
                    }
                    // What nobody may see in a key hides the whole object: there is no path to a key.
                    let Some(name) = name.filled(|name| self.value(name)) else { continue };
                    self.path.push(name.as_str().into());
                    let value = self.fill(field);
                    self.path.pop();
                    filled.extend(value.map(|value| (name, value)));
                }
                (fields.is_empty() || !filled.is_empty()).then_some(Value::Object(filled))
            }
        }
    }

    /// Puts the fields of an object among those that are written beside it; what is written out holds.
    fn fill_here(&mut self, field: &BodyTemplate, filled: &mut Map) {
        let Some(Value::Object(fields)) = self.fill(field) else { return };
        for (name, value) in fields {
            filled.entry(name).or_insert(value);
        }
    }

    fn value(&mut self, name: &str) -> Option<Value> {
        let object = match name {
            "all" => self.from.all(),
            "changed" => self.from.changed(),
            "record" => self.from.whole(),
            _ => {
                let value = self.from.named(name);
                // Where one field is sent after the other, which one it is stands beside its value.
                let field = if name == "each" { self.from.named("each.field") } else { None };
                let name = field.as_ref().and_then(Value::as_str).unwrap_or(name);
                // A part of what nobody may see is that too, and so is what it is a part of.
                let named = FieldPath::parse(name).unwrap_or_default();
                if self.rules.secret_fields().iter().any(|field| field.is_named(name) || field.overlaps(&named)) {
                    self.secret_fields.push(FieldPath { keys: self.path.clone() });
                }
                return value;
            }
        };
        let here = FieldPath { keys: self.path.clone() };
        self.secret_fields.extend(self.rules.secret_fields().iter().map(|field| here.join(field)));
        Some(object)
    }
}

#[cfg(test)]
mod tests;
