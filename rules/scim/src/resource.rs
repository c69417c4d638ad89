//! Resources in normal form: decoded, coerced by schema, and never holding a null.
//!
//! A [`Resource`] proves that every attribute in it is known to its resource type, has the schema's spelling and type, and
//! is assigned: nulls, empty strings of optional attributes and empty arrays are absent (RFC 7643 §2.5). Extension attributes
//! live under their URN.

mod coerce;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use json::{Map, Value};

use crate::name;
use crate::path::BoundPath;
use crate::schema::{Attribute, Mutability, ResourceType, Returned, Schema, common};

pub use self::coerce::ValueError;
pub(crate) use self::coerce::{
    Coercion, Place, Writer, as_complex, check_length, is_secret, is_unassigned, keep_each_once, keep_one_primary,
};

/// How many attributes, extensions counted as one each, there is room for in a resource before its map grows.
const ATTRIBUTES_USUAL: usize = 14;

/// A resource in normal form. `Debug` leaves the password out.
#[derive(Clone, PartialEq, Default)]
pub struct Resource {
    pub(crate) object: Map,
}

/// What [`Resource::decode`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The resource.
    pub resource: Resource,
    /// Attributes that no schema knows, as sent; ignored (traps 24). At most 32 are listed.
    pub ignored: Vec<String>,
}

impl Resource {
    /// A resource that has an `id` and nothing else: the start of one read from a target.
    #[must_use]
    pub fn new(id: &str) -> Self {
        let mut object = Map::with_capacity(ATTRIBUTES_USUAL);
        object.insert("id".to_owned(), Value::String(id.to_owned()));
        Resource { object }
    }

    /// The resource of an answer of ours, which is in normal form: what [`Resource::into_json`] made, or a part of it. Anything
    /// but an object is a resource without attributes.
    #[must_use]
    pub fn of_answer(answer: &Value) -> Self {
        Resource { object: answer.as_object().cloned().unwrap_or_default() }
    }

    /// Brings a client's JSON into normal form by the schemas of `kind`.
    ///
    /// Names in any case take the schema's spelling; `"True"`/`"False"` in any case become booleans (idp-dialects row 8); a
    /// single object is wrapped for a multi-valued attribute (row 58), a one-element array unwrapped for a single-valued one
    /// (rows 17, 48), a plain string becomes `{"value": …}` for a complex attribute (row 14), a role that is JSON text is
    /// unpacked (row 15); extensions are found by key, not by `schemas` (row 17). Read-only attributes (`id`, `meta`, `groups`)
    /// are dropped silently (row 38), unknown ones are dropped and listed.
    ///
    /// # Errors
    /// [`ValueError`]: `400 invalidValue` for a value of another type, `400 invalidSyntax` if it is no object.
    pub fn decode(kind: &ResourceType, json: Value) -> Result<Decoded, ValueError> {
        coerce::resource(kind, json)
    }

    /// Brings a target's value into the type of the attribute at `path`, ready for [`BoundPath::write`]; `None` means
    /// unassigned.
    ///
    /// As liberal as [`Resource::decode`], and further: a number becomes text and numeric text a number where the schema
    /// wants so, because targets have numeric ids. Read-only attributes are kept: the target is who sets them. There is no
    /// bound on the number of elements; the reader of the target's answer has one.
    ///
    /// # Errors
    /// [`ValueError::Type`] for a value of another type, and for a path that names a whole extension.
    pub fn coerced(path: &BoundPath, json: Value) -> Result<Option<Value>, ValueError> {
        coerce::at_path(path, json)
    }

    /// The attributes as a JSON object, in insertion order, without `schemas`.
    #[must_use]
    pub fn as_object(&self) -> &Map {
        &self.object
    }

    /// `id`, if it is set.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.object.get("id").and_then(Value::as_str)
    }

    /// Gives it another id.
    pub fn set_id(&mut self, id: &str) {
        self.object.insert("id".to_owned(), Value::String(id.to_owned()));
    }

    /// The members of a group, as they were read or sent; empty for anything else.
    #[must_use]
    pub fn members(&self) -> &[Value] {
        self.object.get("members").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Gives a group its members, each an object with a `value`; none takes the attribute away.
    pub fn set_members(&mut self, members: Vec<Value>) {
        if members.is_empty() {
            self.object.remove("members");
        } else {
            self.object.insert("members".to_owned(), Value::Array(members));
        }
    }

    /// The resource as an answer shows it: `schemas` first (core plus each extension present), then `id`, `externalId`, the
    /// rest, `meta` with `resourceType` and `location` last. Attributes with `returned: never` are left out.
    ///
    /// `location` is the absolute URL of the resource.
    #[must_use]
    pub fn into_json(self, kind: &ResourceType, location: &str) -> Value {
        let mut object = self.object;
        let extensions = kind.extensions.iter().filter(|extension| object.contains_key(&extension.id));
        let schemas = std::iter::once(&kind.schema).chain(extensions).map(|schema| Value::String(schema.id.clone()));
        let mut json = Map::with_capacity(object.len() + 2);
        json.insert("schemas".to_owned(), Value::Array(schemas.collect()));
        for first in ["id", "externalId"] {
            if let Some(value) = object.remove(first) {
                json.insert(first.to_owned(), value);
            }
        }
        let known = object.remove("meta");
        for (key, value) in object {
            if let Some(value) = shown_member(kind, &key, value) {
                json.insert(key, value);
            }
        }
        let mut meta = Map::new();
        meta.insert("resourceType".to_owned(), Value::String(kind.name.clone()));
        if let Some(Value::Object(known)) = known {
            meta.extend(known.into_iter().filter(|(key, _)| key != "resourceType"));
        }
        meta.insert("location".to_owned(), Value::String(location.to_owned()));
        json.insert("meta".to_owned(), Value::Object(meta));
        Value::Object(json)
    }

    /// The first required attribute of `kind` that is unassigned, if any.
    ///
    /// Attributes of an extension and sub-attributes are required only where the extension or the parent is there, and
    /// read-only ones are the server's affair.
    #[must_use]
    pub fn missing(&self, kind: &ResourceType) -> Option<String> {
        self.all_missing(kind).into_iter().next()
    }

    /// Every required attribute of `kind` that is unassigned, by its path, in schema order.
    pub(crate) fn all_missing(&self, kind: &ResourceType) -> Vec<String> {
        let mut missing = Vec::new();
        list_missing(&kind.schema.attributes, &self.object, None, &mut missing);
        for Schema { id, attributes, .. } in &kind.extensions {
            if let Some(Value::Object(extension)) = self.object.get(id) {
                list_missing(attributes, extension, Some((&Place::root(id), ':')), &mut missing);
            }
        }
        missing
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, value) in &self.object {
            if name::same(key, "password") {
                map.entry(key, &"[redacted]");
            } else {
                map.entry(key, value);
            }
        }
        map.finish()
    }
}

/// Edits the object at `key` in place, making it if it is not there and dropping it if it ends empty: normal form has no
/// empty object.
pub(crate) fn edit_object<E>(map: &mut Map, key: &str, edit: impl FnOnce(&mut Map) -> Result<(), E>) -> Result<(), E> {
    // The null left behind keeps the place in the order; after an error the whole resource is discarded.
    let mut object = match map.get_mut(key).map(Value::take) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    edit(&mut object)?;
    if object.is_empty() {
        map.remove(key);
    } else {
        map.insert(key.to_owned(), Value::Object(object));
    }
    Ok(())
}

/// One top-level member as an answer shows it: `None` if nothing of it is ever returned.
fn shown_member(kind: &ResourceType, key: &str, value: Value) -> Option<Value> {
    let known =
        kind.schema.attribute(key).or_else(|| common().iter().find(|attribute| name::same(&attribute.name, key)));
    if let Some(attribute) = known {
        return shown(attribute, value);
    }
    // What no schema knows is not in a resource in normal form, and is not shown.
    let extension = kind.extensions.iter().find(|extension| name::same(&extension.id, key))?;
    shown_parts(value, |part| extension.attribute(part))
}

fn shown(attribute: &Attribute, value: Value) -> Option<Value> {
    if attribute.returned == Returned::Never {
        return None;
    }
    match value {
        Value::Object(_) => shown_parts(value, |part| attribute.sub_attribute(part)),
        Value::Array(elements) if !attribute.sub_attributes.is_empty() => {
            let shown = |element| shown_parts(element, |part| attribute.sub_attribute(part));
            let elements: Vec<Value> = elements.into_iter().filter_map(shown).collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        simple => Some(simple),
    }
}

/// The parts of an object that are returned; `None` if there are none, or if it is no object.
fn shown_parts<'a>(value: Value, find: impl Fn(&str) -> Option<&'a Attribute>) -> Option<Value> {
    let Value::Object(parts) = value else { return None };
    let shown = |(key, value): (String, Value)| {
        let value = shown(find(&key)?, value)?;
        Some((key, value))
    };
    let parts: Map = parts.into_iter().filter_map(shown).collect();
    (!parts.is_empty()).then_some(Value::Object(parts))
}

/// `holder` is what holds `object`, with the character behind it in a path.
fn list_missing(attributes: &[Attribute], object: &Map, holder: Option<(&Place<'_>, char)>, missing: &mut Vec<String>) {
    for attribute in attributes.iter().filter(|attribute| attribute.mutability != Mutability::ReadOnly) {
        let place = Place::within(holder, &attribute.name);
        match object.get(&attribute.name) {
            None if attribute.required => missing.push(place.to_string()),
            Some(Value::Object(parts)) => list_missing(&attribute.sub_attributes, parts, Some((&place, '.')), missing),
            Some(Value::Array(elements)) => {
                let before = missing.len();
                for parts in elements.iter().filter_map(Value::as_object) {
                    // One element is enough to name the sub-attribute.
                    if missing.len() == before {
                        list_missing(&attribute.sub_attributes, parts, Some((&place, '.')), missing);
                    }
                }
            }
            None | Some(_) => {}
        }
    }
}
