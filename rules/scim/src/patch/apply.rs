//! How the operations of a PATCH change a resource (RFC 7644 §3.5.2.1 to §3.5.2.3).
//!
//! Works on a copy: an error leaves nothing half-done. Values are brought to the schema's types here, by the one reader
//! that also decodes whole resources.

use json::{Map, Value};

use super::elements::{self, merge_parts};
use super::run::{self, Joint};
use super::work::Work;
use super::{PatchError, PatchOp, PatchOperation, PatchRequest};
use crate::filter::{BoundFilter, folded};
use crate::path::BoundPath;
use crate::resource::{
    Coercion, Place, Resource, ValueError, Writer, as_complex, check_length, edit_object, is_unassigned,
    keep_each_once, keep_one_primary,
};
use crate::schema::{Attribute, Kind, Mutability, ResourceType};

/// Applies `request` to a copy of `resource`.
pub(super) fn request(
    request: &PatchRequest,
    kind: &ResourceType,
    resource: &Resource,
) -> Result<Resource, PatchError> {
    let mut changed = resource.clone();
    operations(&request.operations, &mut changed.object, &Work::default())?;
    // Only at the end, because a remove and an add may follow each other. What was missing before is not this PATCH's.
    let before = resource.all_missing(kind);
    match changed.all_missing(kind).into_iter().find(|path| !before.contains(path)) {
        Some(path) => Err(PatchError::Mutability { path, reason: "is required and cannot be cleared".to_owned() }),
        None => Ok(changed),
    }
}

/// Applies operations in their order to a resource's object.
pub(super) fn operations(operations: &[PatchOperation], object: &mut Map, work: &Work) -> Result<(), PatchError> {
    let mut rest = operations;
    while let [first, behind @ ..] = rest {
        let Some((joint, length)) = run::run(rest) else {
            apply(first, object, work)?;
            rest = behind;
            continue;
        };
        let (together, behind) = rest.split_at(length);
        match &first.path.extension {
            None => join(joint, together, object, work)?,
            Some(urn) => edit_object(object, urn, |object| join(joint, together, object, work))?,
        }
        rest = behind;
    }
    Ok(())
}

/// Applies operations on one list that go together.
fn join(joint: Joint, operations: &[PatchOperation], object: &mut Map, work: &Work) -> Result<(), PatchError> {
    let Some((first, attribute)) = operations.first().and_then(|first| Some((first, first.path.attribute.as_ref()?)))
    else {
        return Ok(());
    };
    let list = List { attribute, place: Place::of(&first.path), work };
    edit_array(object, &attribute.name, |elements| {
        if joint == Joint::RemoveByValue {
            work.look(elements.len(), None)?;
            run::remove_by_value(operations, elements);
            return Ok(());
        }
        let mut together = Vec::new();
        for PatchOperation { op, path, value } in operations {
            let sent = Change { op: *op, value, place: Place::of(path), work }.listed(attribute)?;
            // A new primary element takes that from the others, which may be told otherwise by the next operation.
            if joint == Joint::Add && sent.iter().any(|element| element.get("primary").is_some()) {
                list.add(elements, std::mem::take(&mut together))?;
                list.add(elements, sent)?;
            } else {
                together.extend(sent);
            }
        }
        match joint {
            Joint::Add => list.add(elements, together),
            Joint::RemoveListed | Joint::RemoveByValue => list.remove(elements, &together),
        }
    })
}

/// A multi-valued attribute as a whole.
#[derive(Clone, Copy)]
struct List<'l> {
    attribute: &'l Attribute,
    /// For messages.
    place: Place<'l>,
    work: &'l Work,
}

impl List<'_> {
    fn add(self, elements: &mut Vec<Value>, sent: Vec<Value>) -> Result<(), PatchError> {
        self.work.look(elements.len() + sent.len(), None)?;
        let before = elements.len();
        elements::merge(self.attribute, elements, sent);
        if elements.len() > before {
            check_length(&self.place, elements.len())?;
        }
        Ok(())
    }

    fn remove(self, elements: &mut Vec<Value>, sent: &[Value]) -> Result<(), PatchError> {
        self.work.look(elements.len() + sent.len(), None)?;
        elements::remove(elements, sent);
        Ok(())
    }
}

/// Applies one operation to a resource's object.
fn apply(operation: &PatchOperation, object: &mut Map, work: &Work) -> Result<(), PatchError> {
    let PatchOperation { op, path, value } = operation;
    let change = Change { op: *op, value, place: Place::of(path), work };
    match (&path.extension, &path.attribute) {
        (None, None) => Ok(()),
        (Some(urn), None) => {
            object.remove(urn);
            Ok(())
        }
        (None, Some(attribute)) => change.at(path, attribute, object),
        (Some(urn), Some(attribute)) => edit_object(object, urn, |object| change.at(path, attribute, object)),
    }
}

/// What is done to whatever is at the place.
#[derive(Clone, Copy)]
struct Change<'c> {
    op: PatchOp,
    /// As sent.
    value: &'c Value,
    /// For messages.
    place: Place<'c>,
    work: &'c Work,
}

impl Change<'_> {
    /// Changes what `path` names, in the object that holds its `attribute`.
    fn at(self, path: &BoundPath, attribute: &Attribute, object: &mut Map) -> Result<(), PatchError> {
        match (&path.filter, &path.sub) {
            (None, None) => self.assign(attribute, object),
            (None, Some(sub)) if !attribute.multi_valued => {
                edit_object(object, &attribute.name, |parts| self.assign(sub, parts))
            }
            (None, Some(sub)) => edit_array(object, &attribute.name, |elements| self.assign_preferred(sub, elements)),
            (Some(filter), sub) => {
                edit_array(object, &attribute.name, |elements| self.select(attribute, filter, sub.as_ref(), elements))
            }
        }
    }

    /// Changes an attribute or sub-attribute in the object that holds it.
    fn assign(self, attribute: &Attribute, object: &mut Map) -> Result<(), PatchError> {
        if attribute.multi_valued {
            return edit_array(object, &attribute.name, |elements| self.assign_list(attribute, elements));
        }
        if attribute.kind == Kind::Complex && self.op != PatchOp::Remove && !is_unassigned(self.value) {
            return edit_object(object, &attribute.name, |parts| self.assign_parts(attribute, parts));
        }
        let value = match self.op {
            PatchOp::Remove => None,
            PatchOp::Add | PatchOp::Replace => self.one(attribute)?,
        };
        if attribute.mutability == Mutability::Immutable {
            check_immutable(&self.place, attribute, object.get(&attribute.name), value.as_ref())?;
        }
        put(object, &attribute.name, value);
        Ok(())
    }

    /// A complex attribute: the sub-attributes that are sent are set or cleared, the others stay (RFC 7644 §3.5.2.3).
    fn assign_parts(self, attribute: &Attribute, parts: &mut Map) -> Result<(), PatchError> {
        let sent = match self.value {
            // Entra sends `manager` as an array of one (idp-dialects row 14).
            Value::Array(elements) if elements.len() == 1 => &elements[0],
            value => value,
        };
        let Ok(sent) = as_complex(attribute, sent.clone()) else {
            // An array of null, or of another type: the reader has the answer and the words.
            if self.one(attribute)?.is_none() {
                parts.clear();
            }
            return Ok(());
        };
        let before = parts.get("value").cloned();
        let mut assigned = Vec::new();
        for (key, value) in &sent {
            let Some(sub) = attribute.part(key) else { continue };
            if sub.mutability != Mutability::ReadOnly {
                let place = self.place.part(&sub.name);
                Change { value, place, ..self }.assign(sub, parts)?;
                assigned.push(sub.name.as_str());
            }
        }
        if before.is_some() && parts.get("value") != before.as_ref() {
            // The reference and the server's own words were about the former value: another manager has another name.
            let stale = |sub: &&Attribute| sub.mutability == Mutability::ReadOnly || sub.name == "$ref";
            for sub in
                attribute.sub_attributes.iter().filter(stale).filter(|sub| !assigned.contains(&sub.name.as_str()))
            {
                parts.remove(&sub.name);
            }
        }
        Ok(())
    }

    /// A multi-valued attribute as a whole.
    fn assign_list(self, attribute: &Attribute, elements: &mut Vec<Value>) -> Result<(), PatchError> {
        if self.op == PatchOp::Remove && self.value.is_null() {
            elements.clear();
            return Ok(());
        }
        let sent = self.listed(attribute)?;
        let list = List { attribute, place: self.place, work: self.work };
        match self.op {
            // An empty list names nobody (idp-dialects row 11).
            PatchOp::Remove => return list.remove(elements, &sent),
            PatchOp::Replace => *elements = sent,
            // Null and "" clear (rows 31, 48); an empty list adds nothing.
            PatchOp::Add if self.value.is_null() || self.value.as_str() == Some("") => elements.clear(),
            PatchOp::Add => return list.add(elements, sent),
        }
        Ok(())
    }

    /// The elements that are sent for a list.
    fn listed(self, attribute: &Attribute) -> Result<Vec<Value>, ValueError> {
        match Coercion::new(Writer::Client).value(attribute, &self.place, self.value.clone())? {
            Some(Value::Array(sent)) => Ok(sent),
            _ => Ok(Vec::new()),
        }
    }

    /// A sub-attribute of a multi-valued attribute without a filter: of the primary element, or of the first, as
    /// [`BoundPath::read`] has it.
    fn assign_preferred(self, sub: &Attribute, elements: &mut Vec<Value>) -> Result<(), PatchError> {
        self.work.look(elements.len(), None)?;
        let is_primary = |element: &Value| element.get("primary") == Some(&Value::Bool(true));
        if elements.is_empty() {
            elements.push(Value::Object(Map::new()));
        }
        let index = elements.iter().position(is_primary).unwrap_or(0);
        if let Some(parts) = elements[index].as_object_mut() {
            self.assign(sub, parts)?;
        }
        drop_empty(elements);
        keep_one_primary(elements, Some(index));
        keep_each_once(elements);
        Ok(())
    }

    /// The elements that a filter selects, or their sub-attribute `sub`.
    fn select(
        self,
        attribute: &Attribute,
        filter: &BoundFilter,
        sub: Option<&Attribute>,
        elements: &mut Vec<Value>,
    ) -> Result<(), PatchError> {
        self.work.look(elements.len(), Some(filter))?;
        let value = match (self.op, sub) {
            (PatchOp::Remove, _) => None,
            (_, Some(sub)) => Coercion::new(Writer::Client).value(sub, &self.place, self.value.clone())?,
            (_, None) => self.one(attribute)?,
        };
        let Some(value) = value else { return self.unassign_selected(filter, sub, elements) };
        let mut last = None;
        for (index, element) in elements.iter_mut().enumerate() {
            let Some(parts) = element.as_object_mut().filter(|parts| filter.matches_element(parts)) else { continue };
            self.work.give(&value)?;
            match (sub, &value) {
                (Some(sub), _) => self.assign(sub, parts)?,
                (None, Value::Object(sent)) => self.assign_element(attribute, filter, parts, sent)?,
                (None, _) => {}
            }
            last = Some(index);
        }
        if last.is_some() {
            keep_one_primary(elements, last);
            // Two of them may have become one.
            keep_each_once(elements);
            return Ok(());
        }
        let no_target =
            |why: &str| PatchError::NoTarget { reason: format!("no value is selected by `{}`{why}", self.place) };
        // RFC 7644 §3.5.2.3. Entra sets `emails[type eq "work"].value` of a user without one (idp-dialects row 13).
        if self.op == PatchOp::Replace && sub.is_none() {
            return Err(no_target(""));
        }
        let Some(mut parts) = filter.seed() else {
            return Err(no_target(", and the filter does not say how to make one"));
        };
        match (sub, value) {
            (Some(sub), value) => put(&mut parts, &sub.name, Some(value)),
            (None, Value::Object(sent)) => parts.extend(sent),
            (None, _) => {}
        }
        elements::merge(attribute, elements, vec![Value::Object(parts)]);
        check_length(&self.place, elements.len())?;
        Ok(())
    }

    /// One selected element: added to, or replaced (RFC 7644 §3.5.2.3) but for what the filter says of it, so that the same
    /// path finds it again.
    fn assign_element(
        self,
        attribute: &Attribute,
        filter: &BoundFilter,
        known: &mut Map,
        sent: &Map,
    ) -> Result<(), PatchError> {
        for sub in attribute.sub_attributes.iter().filter(|sub| sub.mutability == Mutability::Immutable) {
            if let Some(value) = sent.get(&sub.name) {
                check_immutable(&self.place.part(&sub.name), sub, known.get(&sub.name), Some(value))?;
            }
        }
        if self.op == PatchOp::Replace {
            let mut kept = filter.seed().unwrap_or_default();
            // What can be set only once is not unset by leaving it out.
            for sub in attribute.sub_attributes.iter().filter(|sub| sub.mutability == Mutability::Immutable) {
                if let Some(value) = known.get(&sub.name) {
                    kept.insert(sub.name.clone(), value.clone());
                }
            }
            *known = kept;
        }
        merge_parts(attribute, known, sent.clone());
        Ok(())
    }

    /// Takes the selected elements out, or their sub-attribute. Nothing selected is nothing to do: an IdP that repeats a
    /// removal has what it wants (traps 20).
    fn unassign_selected(
        self,
        filter: &BoundFilter,
        sub: Option<&Attribute>,
        elements: &mut Vec<Value>,
    ) -> Result<(), PatchError> {
        let is_selected = |element: &Value| element.as_object().is_some_and(|parts| filter.matches_element(parts));
        let Some(sub) = sub else {
            elements.retain(|element| !is_selected(element));
            return Ok(());
        };
        for element in elements.iter_mut().filter(|element| is_selected(element)) {
            let Some(parts) = element.as_object_mut() else { continue };
            if sub.mutability == Mutability::Immutable {
                check_immutable(&self.place, sub, parts.get(&sub.name), None)?;
            }
            parts.remove(&sub.name);
        }
        drop_empty(elements);
        keep_each_once(elements);
        Ok(())
    }

    /// The value as one of `attribute`'s; `None` clears.
    fn one(self, attribute: &Attribute) -> Result<Option<Value>, ValueError> {
        Coercion::new(Writer::Client).one(attribute, &self.place, self.value.clone())
    }
}

/// RFC 7643 §2.2: an immutable attribute may be set where it is unassigned; the same value again changes nothing, nor does
/// another spelling of it where case has no meaning (`caseExact`).
fn check_immutable(
    place: &Place<'_>,
    attribute: &Attribute,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Result<(), PatchError> {
    let is_same = match (before, after) {
        (Some(Value::String(before)), Some(Value::String(after))) if !attribute.case_exact => {
            folded(before).eq(folded(after))
        }
        (before, after) => before == after,
    };
    if before.is_none() || is_same {
        return Ok(());
    }
    Err(PatchError::Mutability { path: place.to_string(), reason: "can be set only once".to_owned() })
}

fn put(object: &mut Map, key: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(object.insert(key.to_owned(), value)),
        None => drop(object.remove(key)),
    }
}

/// Edits the array at `key` in place, making it if it is not there and dropping it if it ends empty.
fn edit_array(
    object: &mut Map,
    key: &str,
    edit: impl FnOnce(&mut Vec<Value>) -> Result<(), PatchError>,
) -> Result<(), PatchError> {
    // The null left behind keeps the place in the order; after an error the whole copy is discarded.
    let mut elements = match object.get_mut(key).map(Value::take) {
        Some(Value::Array(elements)) => elements,
        _ => Vec::new(),
    };
    edit(&mut elements)?;
    let value = (!elements.is_empty()).then_some(Value::Array(elements));
    put(object, key, value);
    Ok(())
}

/// Normal form has no empty element.
fn drop_empty(elements: &mut Vec<Value>) {
    elements.retain(|element| element.as_object().is_none_or(|parts| !parts.is_empty()));
}
