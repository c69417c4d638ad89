//! Paths proven against a resource type: reading and writing one place of a resource.
//!
//! Follows the shape of the schema and trusts values to be of its types; never checks mutability, which is PATCH's.

use std::fmt;

use json::{Map, Value};

use crate::filter::BoundFilter;
use crate::resource::Resource;
use crate::schema::Attribute;

/// A path proven against a resource type.
///
/// Reading and writing follow the shape of the schema: a sub-attribute of a multi-valued attribute without a filter reads
/// the primary element, or the first.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundPath {
    /// URN of the extension whose object holds the attribute; `None` for core and common attributes.
    pub(crate) extension: Option<String>,
    /// The attribute, in the schema's spelling; `None` if the path names a whole extension.
    pub(crate) attribute: Option<Attribute>,
    /// Which elements; only for a multi-valued complex attribute.
    pub(crate) filter: Option<Box<BoundFilter>>,
    /// The sub-attribute.
    pub(crate) sub: Option<Attribute>,
}

impl BoundPath {
    /// URN of the extension that it leads into; `None` for core and common attributes.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The attribute that the path begins with; `None` for a whole extension.
    #[must_use]
    pub fn top(&self) -> Option<&Attribute> {
        self.attribute.as_ref()
    }

    /// The attribute or sub-attribute that the path ends at; `None` for a whole extension.
    #[must_use]
    pub fn leaf(&self) -> Option<&Attribute> {
        self.sub.as_ref().or(self.attribute.as_ref())
    }

    /// The value in `resource`, or `None` if it is unassigned.
    ///
    /// A filter that selects several elements reads the first.
    #[must_use]
    pub fn read<'r>(&self, resource: &'r Resource) -> Option<&'r Value> {
        let object = match &self.extension {
            None => &resource.object,
            Some(urn) => match (&self.attribute, resource.object.get(urn)?) {
                (None, whole) => return Some(whole),
                (Some(_), whole) => whole.as_object()?,
            },
        };
        let value = object.get(&self.attribute.as_ref()?.name)?;
        let holder = match (&self.filter, value) {
            (None, value) if self.sub.is_none() => return Some(value),
            (None, Value::Array(elements)) => elements.get(preferred(elements)?)?,
            (None, value) => value,
            (Some(filter), Value::Array(elements)) => elements.iter().find(|element| selects(filter, element))?,
            (Some(_), _) => return None,
        };
        match &self.sub {
            None => Some(holder),
            Some(sub) => holder.as_object()?.get(&sub.name),
        }
    }

    /// Sets the value, creating what the path runs through; `None` (or what RFC 7643 §2.5 counts as
    /// unassigned: null, `[]`, `{}`) unassigns it.
    ///
    /// With a filter, the first matching element is written; with none, an element is made from the filter's `eq`
    /// comparisons, and if the filter is more than those, nothing is written. Unassigning takes every matching element (or
    /// its sub-attribute) away, and every container that this leaves empty or saying no more than the filter. The value is
    /// trusted to be of the attribute's type.
    pub fn write(&self, resource: &mut Resource, value: Option<Value>) {
        let value = value.filter(|value| !is_empty(value));
        let Some(urn) = &self.extension else {
            return self.write_in(&mut resource.object, value);
        };
        let Some(_) = &self.attribute else {
            return set(&mut resource.object, urn, value);
        };
        edit(&mut resource.object, urn, value.is_some(), |extension| {
            self.write_in(as_object_mut(extension), value);
        });
    }

    /// Writes below the object that holds the attribute.
    fn write_in(&self, object: &mut Map, value: Option<Value>) {
        let Some(attribute) = &self.attribute else { return };
        let create = value.is_some();
        match (&self.filter, &self.sub) {
            (None, None) => set(object, &attribute.name, value),
            (None, Some(sub)) if attribute.multi_valued => edit(object, &attribute.name, create, |array| {
                write_preferred(as_array_mut(array), &sub.name, value);
            }),
            (None, Some(sub)) => edit(object, &attribute.name, create, |whole| {
                set(as_object_mut(whole), &sub.name, value);
            }),
            (Some(filter), sub) => edit(object, &attribute.name, create, |array| match value {
                Some(value) => write_selected(as_array_mut(array), filter, sub.as_ref(), value),
                None => remove_selected(as_array_mut(array), filter, sub.as_ref()),
            }),
        }
    }
}

impl fmt::Display for BoundPath {
    /// The canonical spelling: schema names, URN in front of extension attributes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension.as_deref().unwrap_or_default())?;
        if let Some(attribute) = &self.attribute {
            let colon = if self.extension.is_some() { ":" } else { "" };
            write!(f, "{colon}{}", attribute.name)?;
        }
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        self.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{}", sub.name))
    }
}

// === elements ===

/// Index of the primary element, else of the first.
fn preferred(elements: &[Value]) -> Option<usize> {
    let primary = |element: &Value| element.get("primary") == Some(&Value::Bool(true));
    elements.iter().position(primary).or(if elements.is_empty() { None } else { Some(0) })
}

fn selects(filter: &BoundFilter, element: &Value) -> bool {
    element.as_object().is_some_and(|element| filter.matches_element(element))
}

fn write_preferred(elements: &mut Vec<Value>, sub: &str, value: Option<Value>) {
    let at = match (preferred(elements), &value) {
        (Some(at), _) => at,
        (None, None) => return,
        (None, Some(_)) => {
            elements.push(Value::Object(Map::new()));
            elements.len() - 1
        }
    };
    set(as_object_mut(&mut elements[at]), sub, value);
    if is_empty(&elements[at]) {
        elements.remove(at);
    }
}

fn write_selected(elements: &mut Vec<Value>, filter: &BoundFilter, sub: Option<&Attribute>, value: Value) {
    let at = elements.iter().position(|element| selects(filter, element));
    match (at, sub) {
        (Some(at), Some(sub)) => set(as_object_mut(&mut elements[at]), &sub.name, Some(value)),
        (at, sub) => {
            // A whole element keeps what the filter says of it, so that the same path finds it again.
            let Some(mut element) = filter.seed().or(at.map(|_| Map::new())) else { return };
            match (sub, value) {
                (Some(sub), value) => set(&mut element, &sub.name, Some(value)),
                (None, Value::Object(parts)) => element.extend(parts),
                (None, _) => return,
            }
            match at {
                Some(at) => elements[at] = Value::Object(element),
                None => elements.push(Value::Object(element)),
            }
        }
    }
}

fn remove_selected(elements: &mut Vec<Value>, filter: &BoundFilter, sub: Option<&Attribute>) {
    let Some(sub) = sub else { return elements.retain(|element| !selects(filter, element)) };
    let implied = filter.seed().unwrap_or_default();
    elements.retain_mut(|element| {
        if !selects(filter, element) {
            return true;
        }
        let element = as_object_mut(element);
        let had = element.remove(&sub.name).is_some();
        !had || element.keys().any(|key| !implied.contains_key(key))
    });
}

// === containers ===

/// Puts `value` at `key`, or takes the key away. Order stays.
fn set(object: &mut Map, key: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(object.insert(key.to_owned(), value)),
        None => drop(object.remove(key)),
    }
}

/// Edits what is at `key`, made first if `create`, and taken away if the edit leaves it empty.
fn edit(object: &mut Map, key: &str, create: bool, with: impl FnOnce(&mut Value)) {
    match object.get_mut(key) {
        Some(container) => {
            with(container);
            if is_empty(container) {
                object.remove(key);
            }
        }
        None if create => {
            let mut container = Value::Null;
            with(&mut container);
            if !is_empty(&container) {
                object.insert(key.to_owned(), container);
            }
        }
        None => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    }
}

/// `value` as an object; what is of another shape gives way to an empty one.
fn as_object_mut(value: &mut Value) -> &mut Map {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("invariant: made an object above")
}

/// `value` as an array; what is of another shape gives way to an empty one.
fn as_array_mut(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    value.as_array_mut().expect("invariant: made an array above")
}

#[cfg(test)]
mod tests;
