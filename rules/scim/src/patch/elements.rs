//! Lists of values under PATCH: which element is which, and how two become one.
//!
//! Works on coerced values only; knows no operations and no paths.

use std::collections::{BTreeSet, HashMap, HashSet};

use json::{Map, Value};

use crate::resource::keep_one_primary;
use crate::schema::{Attribute, Mutability};

/// Adds `new` elements; one that is there already is merged into its like (RFC 7644 §3.5.2.1: "If the value already
/// exists in the target location, no changes SHOULD be made"; Entra adds members again, idp-dialects row 23).
///
/// A new primary element takes that from the others (RFC 7644 §3.5.2).
pub(super) fn merge(attribute: &Attribute, existing: &mut Vec<Value>, new: Vec<Value>) {
    // Only what comes is told apart: one member must not cost an index of all.
    let mut slots: HashMap<Identity<'_>, usize> = HashMap::with_capacity(new.len());
    let mut slot = |element| {
        let next = slots.len();
        *slots.entry(element).or_insert(next)
    };
    let slot_of_new: Vec<usize> = new.iter().map(|element| slot(Identity::of(element))).collect();
    let mut alike: Vec<Alike> = slots.iter().map(|_| Alike::default()).collect();
    for (index, element) in existing.iter().enumerate() {
        if let Some(&slot) = slots.get(&Identity::of(element)) {
            alike[slot].insert(kind(element).cloned(), index);
        }
    }
    let mut primary = None;
    for (element, slot) in new.into_iter().zip(slot_of_new) {
        let alike = &mut alike[slot];
        let index = alike.find(kind(&element)).unwrap_or(existing.len());
        if let Some(known) = existing.get_mut(index) {
            let was_typed = kind(known).is_some();
            if let (Value::Object(known), Value::Object(parts)) = (&mut *known, element) {
                merge_parts(attribute, known, parts);
            }
            if let Some(kind) = kind(known).filter(|_| !was_typed) {
                alike.typed(index, kind);
            }
        } else {
            alike.insert(kind(&element).cloned(), index);
            existing.push(element);
        }
        if existing[index].get("primary") == Some(&Value::Bool(true)) {
            primary = Some(index);
        }
    }
    keep_one_primary(existing, primary);
}

/// Takes out every element that is like a `listed` one (Entra removes members so, idp-dialects row 11).
pub(super) fn remove(existing: &mut Vec<Value>, listed: &[Value]) {
    let mut types: HashMap<Identity<'_>, HashSet<Option<&Value>>> = HashMap::with_capacity(listed.len());
    for element in listed {
        types.entry(Identity::of(element)).or_default().insert(kind(element));
    }
    existing.retain(|element| match types.get(&Identity::of(element)) {
        None => true,
        Some(types) => {
            let kind = kind(element);
            kind.is_some() && !types.contains(&None) && !types.contains(&kind)
        }
    });
}

/// Writes `parts` over those of `known`, but for what can be set only once and is set.
pub(super) fn merge_parts(attribute: &Attribute, known: &mut Map, parts: Map) {
    for (key, part) in parts {
        let sub = attribute.sub_attribute(&key);
        let kept = sub.is_some_and(|sub| sub.mutability == Mutability::Immutable) && known.contains_key(&key);
        if !kept {
            known.insert(key, part);
        }
    }
}

// === which element is which ===

/// What two like elements have in common: their `value`, or without one everything. Case matters: taking two members for
/// one would lose one.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'e> {
    Value(&'e Value),
    Whole(&'e Value),
}

impl<'e> Identity<'e> {
    fn of(element: &'e Value) -> Self {
        element.get("value").map_or(Identity::Whole(element), Identity::Value)
    }
}

/// The `type` of an element that is told by its `value`.
fn kind(element: &Value) -> Option<&Value> {
    element.get("value")?;
    element.get("type")
}

/// The places of the elements that have one identity.
///
/// Two of them are one if their `type`s are the same or one of them has none (RFC 7643 §2.4). Found without a walk, as a
/// client may send thousands of one identity.
#[derive(Default)]
struct Alike {
    /// By their type.
    places: HashMap<Option<Value>, BTreeSet<usize>>,
    /// The first of all.
    first: Option<usize>,
}

impl Alike {
    fn insert(&mut self, kind: Option<Value>, index: usize) {
        self.places.entry(kind).or_default().insert(index);
        self.first.get_or_insert(index);
    }

    /// The first that is one with an element of type `kind`.
    fn find(&self, kind: Option<&Value>) -> Option<usize> {
        let Some(kind) = kind else { return self.first };
        let first = |kind: Option<Value>| self.places.get(&kind).and_then(BTreeSet::first).copied();
        [first(None), first(Some(kind.clone()))].into_iter().flatten().min()
    }

    /// The element at `index`, which had no type, has `kind` now.
    fn typed(&mut self, index: usize, kind: &Value) {
        if let Some(untyped) = self.places.get_mut(&None) {
            untyped.remove(&index);
        }
        self.insert(Some(kind.clone()), index);
    }
}

#[cfg(test)]
mod tests;
