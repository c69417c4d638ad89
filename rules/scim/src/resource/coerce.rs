//! From a client's JSON to the schema's types: one liberal reader for every dialect.
//!
//! Each deviation that is tolerated is tolerated here, with its row of idp-dialects beside it. It never guesses: a value
//! that is of another type and of no known dialect is refused by name.

mod place;
mod role;
mod simple;

use std::collections::HashSet;

use json::{Map, Value};

use super::{Decoded, Resource, edit_object};
use crate::excerpt::excerpt;
use crate::limits::{PATH_KEYS_MAX, VALUES_MAX};
use crate::name;
use crate::path::BoundPath;
use crate::schema::{Attribute, Kind, Mutability, ResourceType, Returned, common};

pub(crate) use self::place::Place;

/// Most ignored attributes that are listed.
const IGNORED_MAX: usize = 32;

/// Why a value was refused. The IdP's fault; a retry does not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The body is not a JSON object.
    #[error("the body must be a JSON object")]
    NotAnObject,
    /// The body says that it is of other schemas.
    #[error("`schemas` must be an array of URNs with `{urn}` among them")]
    Schemas {
        /// The core schema of the endpoint.
        urn: String,
    },
    /// A value of another type than the schema's.
    #[error("`{path}` must be {expected}, not {found}")]
    Type {
        /// Which attribute.
        path: String,
        /// What the schema says, with its article: `a boolean`.
        expected: String,
        /// What was sent, shortened: `the string "Disabled"`. Of a secret only its JSON type.
        found: String,
    },
    /// A required attribute is missing or was cleared.
    #[error("`{path}` is required")]
    Required {
        /// Which attribute.
        path: String,
    },
    /// More elements than `limits::VALUES_MAX`.
    #[error("`{path}` is too large: {limit}")]
    TooLarge {
        /// Which attribute.
        path: String,
        /// Which limit, with its number.
        limit: String,
    },
}

/// Whose value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writer {
    /// The identity provider's: what is read-only is dropped, what is too much is refused.
    Client,
    /// The target's: it sets what is read-only, and its numbers may be text and the other way round.
    Target,
}

/// Decodes a whole resource.
pub(super) fn resource(kind: &ResourceType, json: Value) -> Result<Decoded, ValueError> {
    let Value::Object(object) = json else { return Err(ValueError::NotAnObject) };
    let mut coercion = Coercion::new(Writer::Client);
    let mut resource = Resource::default();
    for (key, json) in object {
        coercion.top_level(kind, &mut resource, &key, json)?;
    }
    Ok(Decoded { resource, ignored: coercion.ignored })
}

/// `schemas` of an answer is worked out from what is there: Entra leaves extensions out of it and adds one of its own
/// (idp-dialects row 17). But a body that says it is something else is no body of this endpoint (RFC 7643 §3).
fn check_schemas(kind: &ResourceType, schemas: &Value) -> Result<(), ValueError> {
    let core = kind.schema.id.as_str();
    let named = |urn: &str| name::same_schema(core, urn) || name::upgraded_schema(urn) == Some(core);
    let is_core = |urn: &Value| urn.as_str().is_some_and(named);
    match schemas {
        unsaid if is_unassigned(unsaid) => Ok(()),
        Value::Array(urns) if urns.iter().any(is_core) => Ok(()),
        _ => Err(ValueError::Schemas { urn: core.to_owned() }),
    }
}

/// Brings a target's value into the type of the attribute at `path`.
pub(super) fn at_path(path: &BoundPath, json: Value) -> Result<Option<Value>, ValueError> {
    // What is as it should be needs no look at what it could be instead.
    if path.leaf().is_some_and(|leaf| !leaf.multi_valued && simple::is_plainly(leaf.kind, &json)) {
        return Ok(Some(json));
    }
    let place = Place::of(path);
    let Some(leaf) = path.leaf() else {
        let expected = "the path of one attribute".to_owned();
        return Err(ValueError::Type { path: place.to_string(), expected, found: "a whole extension".to_owned() });
    };
    let mut coercion = Coercion::new(Writer::Target);
    if path.filter.is_some() && path.sub.is_none() {
        return coercion.one(leaf, &place, json);
    }
    coercion.value(leaf, &place, json)
}

/// One reading: whose value it is, and what was ignored on the way.
#[derive(Debug)]
pub(crate) struct Coercion {
    writer: Writer,
    ignored: Vec<String>,
    /// Keys that were paths, so far.
    path_keys: usize,
}

impl Coercion {
    /// A reading that ignored nothing yet.
    pub(crate) fn new(writer: Writer) -> Self {
        Coercion { writer, ignored: Vec::new(), path_keys: 0 }
    }

    /// One member of the body.
    fn top_level(
        &mut self,
        kind: &ResourceType,
        resource: &mut Resource,
        key: &str,
        json: Value,
    ) -> Result<(), ValueError> {
        if name::same(key, "schemas") {
            return check_schemas(kind, &json);
        }
        let known = kind.schema.attribute(key);
        if let Some(attribute) = known.or_else(|| common().iter().find(|attribute| name::same(&attribute.name, key))) {
            return self.member(&mut resource.object, attribute, &Place::root(&attribute.name), json);
        }
        if let Some(extension) = kind.extensions.iter().find(|extension| name::same_schema(&extension.id, key)) {
            let place = Place::root(&extension.id);
            let members = match json {
                Value::Object(members) => members,
                unassigned if is_unassigned(&unassigned) => {
                    resource.object.remove(&extension.id);
                    return Ok(());
                }
                other => return Err(type_error(&place, "an object", &other, false)),
            };
            return edit_object(&mut resource.object, &extension.id, |object| {
                for (key, json) in members {
                    match extension.attribute(&key) {
                        Some(attribute) => self.member(object, attribute, &place.member(&attribute.name), json)?,
                        None => self.ignore(&place.member(&key)),
                    }
                }
                Ok(())
            });
        }
        // The forms of a path-less PATCH are taken here too: a bare extension attribute (row 14), `name.givenName` and
        // `urn:…:User:department` (row 9).
        match kind.path(key) {
            Ok(path) if path.filter.is_none() && path.attribute.is_some() => self.by_path(&path, resource, json),
            Ok(_) | Err(_) => {
                self.ignore(&Place::root(key));
                Ok(())
            }
        }
    }

    fn by_path(&mut self, path: &BoundPath, resource: &mut Resource, json: Value) -> Result<(), ValueError> {
        let Some(leaf) = path.leaf() else { return Ok(()) };
        // Each may go through a whole list, and one path can be spelled in a thousand ways.
        self.path_keys += 1;
        if self.path_keys > PATH_KEYS_MAX {
            let limit = format!("at most {PATH_KEYS_MAX} keys can be paths");
            return Err(ValueError::TooLarge { path: path.to_string(), limit });
        }
        if path.attribute.iter().chain(&path.sub).any(|attribute| self.drops(attribute)) {
            return Ok(());
        }
        let value = self.value(leaf, &Place::of(path), json)?;
        path.write(resource, value);
        Ok(())
    }

    /// Sets `attribute` in `object`. Of two spellings of one key the last wins, as `serde_json` has it for equal ones.
    fn member(
        &mut self,
        object: &mut Map,
        attribute: &Attribute,
        place: &Place<'_>,
        json: Value,
    ) -> Result<(), ValueError> {
        if self.drops(attribute) {
            return Ok(());
        }
        match self.value(attribute, place, json)? {
            Some(value) => drop(object.insert(attribute.name.clone(), value)),
            None => drop(object.remove(&attribute.name)),
        }
        Ok(())
    }

    /// Okta's PUT echoes `id`, `meta` and `groups` (idp-dialects row 38): read-only is dropped without a word.
    fn drops(&self, attribute: &Attribute) -> bool {
        self.writer == Writer::Client && attribute.mutability == Mutability::ReadOnly
    }

    fn ignore(&mut self, place: &Place<'_>) {
        if self.ignored.len() < IGNORED_MAX {
            self.ignored.push(place.to_string());
        }
    }

    /// Brings one value into the type of `attribute`; `None` means unassigned.
    pub(crate) fn value(
        &mut self,
        attribute: &Attribute,
        place: &Place<'_>,
        json: Value,
    ) -> Result<Option<Value>, ValueError> {
        if !attribute.multi_valued {
            return self.one(attribute, place, json);
        }
        match json {
            unassigned if is_unassigned(&unassigned) => Ok(None),
            Value::Array(elements) => self.elements(attribute, place, elements),
            // OneLogin sends `emails` as an object (idp-dialects row 58).
            single => self.elements(attribute, place, vec![single]),
        }
    }

    fn elements(
        &mut self,
        attribute: &Attribute,
        place: &Place<'_>,
        elements: Vec<Value>,
    ) -> Result<Option<Value>, ValueError> {
        if self.writer == Writer::Client {
            check_length(place, elements.len())?;
        }
        let mut coerced = Vec::with_capacity(elements.len());
        for element in elements.into_iter().filter(|element| !is_unassigned(element)) {
            coerced.extend(self.typed(attribute, place, element)?);
        }
        keep_each_once(&mut coerced);
        // RFC 7643 §2.4: "the primary attribute value 'true' MUST appear no more than once". The last one said wins.
        keep_one_primary(&mut coerced, None);
        Ok((!coerced.is_empty()).then_some(Value::Array(coerced)))
    }

    /// One value of `attribute`, whether or not it may have several.
    pub(crate) fn one(
        &mut self,
        attribute: &Attribute,
        place: &Place<'_>,
        json: Value,
    ) -> Result<Option<Value>, ValueError> {
        match json {
            unassigned if is_unassigned(&unassigned) => Ok(None),
            // Entra sends `manager` as an array of one (row 14), Okta `active` as `[false]` (row 48).
            Value::Array(mut elements) if elements.len() == 1 => match elements.pop() {
                Some(element) if !is_unassigned(&element) => self.typed(attribute, place, element),
                _ => Ok(None),
            },
            single => self.typed(attribute, place, single),
        }
    }

    /// A value that is there and is no list.
    fn typed(&mut self, attribute: &Attribute, place: &Place<'_>, json: Value) -> Result<Option<Value>, ValueError> {
        if attribute.kind == Kind::Complex {
            return self.complex(attribute, place, json);
        }
        simple::value(self.writer, attribute.kind, json)
            .map(Some)
            .map_err(|refused| type_error(place, simple::expected(attribute.kind), &refused, is_secret(attribute)))
    }

    fn complex(&mut self, attribute: &Attribute, place: &Place<'_>, json: Value) -> Result<Option<Value>, ValueError> {
        let object = as_complex(attribute, json)
            .map_err(|refused| type_error(place, "an object", &refused, is_secret(attribute)))?;
        let mut parts = Map::new();
        for (key, json) in object {
            match attribute.part(&key) {
                Some(sub) => self.member(&mut parts, sub, &place.part(&sub.name), json)?,
                None => self.ignore(&place.part(&key)),
            }
        }
        Ok((!parts.is_empty()).then_some(Value::Object(parts)))
    }
}

/// Null, the empty string and the empty array all mean unassigned (RFC 7643 §2.5; idp-dialects rows 18, 31, 48).
pub(crate) fn is_unassigned(json: &Value) -> bool {
    match json {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Whether a value of the attribute may not be shown, not even in an error.
pub(crate) fn is_secret(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
}

/// An attribute cannot have more than [`VALUES_MAX`] elements.
pub(crate) fn check_length(place: &Place<'_>, length: usize) -> Result<(), ValueError> {
    if length <= VALUES_MAX {
        return Ok(());
    }
    let limit = format!("at most {VALUES_MAX} values, not {length}");
    Err(ValueError::TooLarge { path: place.to_string(), limit })
}

/// Leaves one element primary: `preferred` if it is, else the last.
pub(crate) fn keep_one_primary(elements: &mut [Value], preferred: Option<usize>) {
    let is_primary = |element: &Value| element.get("primary") == Some(&Value::Bool(true));
    let preferred = preferred.filter(|&index| elements.get(index).is_some_and(is_primary));
    let Some(keep) = preferred.or_else(|| elements.iter().rposition(is_primary)) else { return };
    for (index, element) in elements.iter_mut().enumerate() {
        if index != keep && is_primary(element) {
            element["primary"] = Value::Bool(false);
        }
    }
}

/// RFC 7643 §2.4: a list should not hold one combination of type and value twice. The last one said wins.
pub(crate) fn keep_each_once(elements: &mut Vec<Value>) {
    let mut known = HashSet::new();
    let mut is_last = |element| match Value::get(element, "value") {
        Some(value) => known.insert((value, element.get("type"))),
        None => true,
    };
    let mut kept: Vec<bool> = elements.iter().rev().map(&mut is_last).collect();
    elements.retain(|_| kept.pop().unwrap_or(true));
}

/// The sub-attributes that `json` stands for; `json` back if it is none.
///
/// A scalar is the `value` sub-attribute of an attribute that has one: Entra sends `manager` as a plain string
/// (idp-dialects row 14).
pub(crate) fn as_complex(attribute: &Attribute, json: Value) -> Result<Map, Value> {
    let object = match json {
        Value::Object(object) => object,
        Value::String(_) | Value::Number(_) | Value::Bool(_) if attribute.sub_attribute("value").is_some() => {
            Map::from_iter([("value".to_owned(), json)])
        }
        other => return Err(other),
    };
    Ok(if name::same(&attribute.name, "roles") { role::unpacked(object) } else { object })
}

/// The error for a value of another type; `secret` keeps the value itself out of it.
fn type_error(place: &Place<'_>, expected: &str, json: &Value, secret: bool) -> ValueError {
    let found = match json {
        Value::Null => "null".to_owned(),
        Value::Bool(_) if secret => "a boolean".to_owned(),
        Value::Bool(boolean) => format!("the boolean {boolean}"),
        Value::Number(_) if secret => "a number".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) if secret => "this string".to_owned(),
        Value::String(text) => format!("the string \"{}\"", excerpt(text)),
        Value::Array(elements) => format!("an array of {}", elements.len()),
        Value::Object(_) => "an object".to_owned(),
    };
    ValueError::Type { path: place.to_string(), expected: expected.to_owned(), found }
}
