//! The other way round: from two resources to the operations that turn one into the other, and from operations to a body.
//!
//! Speaks the RFC's own words only, none of a dialect: an element goes by a filter, never by a list.

use std::collections::HashMap;

use json::{Map, Value, json};

use super::{PatchOp, PatchOperation, PatchRequest};
use crate::limits::{PATH_BYTES_MAX, VALUES_MAX};
use crate::name;
use crate::path::BoundPath;
use crate::resource::Resource;
use crate::schema::{Attribute, Kind, Mutability, ResourceType, common};

/// Most elements that one filter takes out; far below `limits::FILTER_TERMS_MAX`.
const GOING_TERMS_MAX: usize = 64;

/// What turns `from` into `to`.
pub(super) fn request(kind: &ResourceType, from: &Resource, to: &Resource) -> PatchRequest {
    let mut difference = Difference { kind, extension: None, operations: Vec::new() };
    difference.attributes(kind.schema.attributes.iter().chain(common()), &from.object, &to.object);
    let nothing = Map::new();
    for extension in &kind.extensions {
        difference.extension = Some(&extension.id);
        match (parts(from, &extension.id), parts(to, &extension.id)) {
            (Some(_), None) => difference.push(PatchOp::Remove, None, None, Value::Null),
            (from, Some(to)) => difference.attributes(extension.attributes.iter(), from.unwrap_or(&nothing), to),
            (None, None) => {}
        }
    }
    PatchRequest { operations: difference.operations, ignored: Vec::new() }
}

/// The object of an extension.
fn parts<'r>(resource: &'r Resource, urn: &str) -> Option<&'r Map> {
    resource.object.get(urn).and_then(Value::as_object)
}

/// The body that reads as `request`.
pub(super) fn body(request: &PatchRequest) -> Value {
    let operation = |PatchOperation { op, path, value }: &PatchOperation| match (op, value) {
        (PatchOp::Remove, Value::Null) => json!({"op": op.as_str(), "path": path.to_string()}),
        _ => json!({"op": op.as_str(), "path": path.to_string(), "value": value}),
    };
    let operations: Vec<Value> = request.operations.iter().map(operation).collect();
    json!({"schemas": [name::PATCH_OP], "Operations": operations})
}

struct Difference<'k> {
    kind: &'k ResourceType,
    /// URN of the extension that is compared; `None` for core and common attributes.
    extension: Option<&'k str>,
    operations: Vec<PatchOperation>,
}

impl Difference<'_> {
    /// All attributes of one object, but for those that only the server sets.
    fn attributes<'a>(&mut self, attributes: impl Iterator<Item = &'a Attribute>, from: &Map, to: &Map) {
        for attribute in attributes.filter(|attribute| attribute.mutability != Mutability::ReadOnly) {
            match (from.get(&attribute.name), to.get(&attribute.name)) {
                (None, None) => {}
                (Some(from), Some(to)) if from == to => {}
                (Some(_), None) => self.push(PatchOp::Remove, Some(attribute), None, Value::Null),
                (Some(Value::Array(from)), Some(Value::Array(to))) => self.elements(attribute, from, to),
                (Some(Value::Object(from)), Some(Value::Object(to))) => self.parts(attribute, from, to),
                (_, Some(to)) => self.push(PatchOp::Replace, Some(attribute), None, to.clone()),
            }
        }
    }

    /// A complex attribute that both have.
    fn parts(&mut self, attribute: &Attribute, from: &Map, to: &Map) {
        for sub in attribute.sub_attributes.iter().filter(|sub| sub.mutability != Mutability::ReadOnly) {
            match (from.get(&sub.name), to.get(&sub.name)) {
                (from, to) if from == to => {}
                (_, None) => self.push(PatchOp::Remove, Some(attribute), Some(sub), Value::Null),
                (_, Some(to)) => self.push(PatchOp::Replace, Some(attribute), Some(sub), to.clone()),
            }
        }
    }

    /// A list that both have: who goes, then who comes, if elements can be told apart by their `value`; else the whole list.
    fn elements(&mut self, attribute: &Attribute, from: &[Value], to: &[Value]) {
        let paths = by_value(attribute, from).zip(by_value(attribute, to)).and_then(|(before, after)| {
            let goes = |&(value, element): &(&str, &Value)| after.get(value) != Some(&element);
            let going = from.iter().filter_map(|element| Some((value(element)?, element))).filter(goes);
            let coming =
                to.iter().filter(|element| value(element).is_none_or(|value| before.get(value) != Some(element)));
            let going: Vec<&str> = going.map(|(value, _)| value).collect();
            Some((self.paths_of(attribute, &going)?, coming.cloned().collect::<Vec<_>>()))
        });
        let Some((going, coming)) = paths else {
            return self.push(PatchOp::Replace, Some(attribute), None, Value::from(to));
        };
        let gone = going.into_iter().map(|path| PatchOperation { op: PatchOp::Remove, path, value: Value::Null });
        self.operations.extend(gone);
        for coming in coming.chunks(VALUES_MAX) {
            self.push(PatchOp::Add, Some(attribute), None, Value::from(coming));
        }
    }

    /// `attribute[value eq "a" or value eq "b"]` for all of `values`, in as few paths as the limits allow; `None` if one value
    /// is too long for a path.
    fn paths_of(&self, attribute: &Attribute, values: &[&str]) -> Option<Vec<BoundPath>> {
        let whole = self.path(Some(attribute), None).to_string();
        let mut paths = Vec::new();
        let mut filter = String::new();
        let mut terms = 0;
        for value in values {
            let term = format!("value eq {}", Value::from(*value));
            if terms == GOING_TERMS_MAX || (terms > 0 && whole.len() + filter.len() + term.len() + 6 > PATH_BYTES_MAX) {
                paths.push(self.kind.path(&format!("{whole}[{filter}]")).ok()?);
                filter.clear();
                terms = 0;
            }
            if terms > 0 {
                filter.push_str(" or ");
            }
            filter.push_str(&term);
            terms += 1;
        }
        if terms > 0 {
            paths.push(self.kind.path(&format!("{whole}[{filter}]")).ok()?);
        }
        Some(paths)
    }

    fn push(&mut self, op: PatchOp, attribute: Option<&Attribute>, sub: Option<&Attribute>, value: Value) {
        let path = self.path(attribute, sub);
        self.operations.push(PatchOperation { op, path, value });
    }

    fn path(&self, attribute: Option<&Attribute>, sub: Option<&Attribute>) -> BoundPath {
        BoundPath {
            extension: self.extension.map(str::to_owned),
            attribute: attribute.cloned(),
            filter: None,
            sub: sub.cloned(),
        }
    }
}

/// The elements by their `value`; `None` if one has none, two have the same, or a filter would take one for another.
fn by_value<'e>(attribute: &Attribute, elements: &'e [Value]) -> Option<HashMap<&'e str, &'e Value>> {
    attribute
        .sub_attribute("value")
        .filter(|value| value.case_exact && matches!(value.kind, Kind::String | Kind::Reference | Kind::Binary))?;
    let mut found = HashMap::with_capacity(elements.len());
    for element in elements {
        if found.insert(value(element)?, element).is_some() {
            return None;
        }
    }
    Some(found)
}

fn value(element: &Value) -> Option<&str> {
    element.get("value").and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
