//! Lists of values under PATCH: which element is which, and how two become one.
//!
//! Works on coerced values only; knows no operations and no paths.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use crate::resource::keep_one_primary;
use crate::schema::{Attribute, Mutability};

/// Adds `new` elements; one that is there already is merged into its like (RFC 7644 §3.5.2.1: "If the value already
/// exists in the target location, no changes SHOULD be made"; Entra adds members again, idp-dialects row 23).
///
/// A new primary element takes that from the others (RFC 7644 §3.5.2).
pub(super) fn merge(attribute: &Attribute, existing: &mut Vec<Value>, new: Vec<Value>) {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, element) in existing.iter().enumerate() {
        places.entry(identity(element)).or_default().push(index);
    }
    let mut primary = None;
    for element in new {
        let places = places.entry(identity(&element)).or_default();
        let known = places.iter().copied().find(|&index| are_same(&existing[index], &element));
        let index = known.unwrap_or(existing.len());
        if known.is_none() {
            places.push(index);
            existing.push(element);
        } else if let (Value::Object(known), Value::Object(parts)) = (&mut existing[index], element) {
            merge_parts(attribute, known, parts);
        }
        if existing[index].get("primary") == Some(&Value::Bool(true)) {
            primary = Some(index);
        }
    }
    keep_one_primary(existing, primary);
}

/// Takes out every element that is like a `listed` one (Entra removes members so, idp-dialects row 11).
pub(super) fn remove(existing: &mut Vec<Value>, listed: &[Value]) {
    let mut by_identity: HashMap<String, Vec<&Value>> = HashMap::new();
    for element in listed {
        by_identity.entry(identity(element)).or_default().push(element);
    }
    existing.retain(|element| {
        let listed = by_identity.get(&identity(element));
        !listed.is_some_and(|listed| listed.iter().any(|listed| are_same(element, listed)))
    });
}

/// Writes `parts` over those of `known`, but for what can be set only once and is set.
pub(super) fn merge_parts(attribute: &Attribute, known: &mut Map<String, Value>, parts: Map<String, Value>) {
    for (key, part) in parts {
        let sub = attribute.sub_attribute(&key);
        let kept = sub.is_some_and(|sub| sub.mutability == Mutability::Immutable) && known.contains_key(&key);
        if !kept {
            known.insert(key, part);
        }
    }
}

/// What two like elements have in common: their `value`, or without one everything. Case matters: taking two members for
/// one would lose one.
fn identity(element: &Value) -> String {
    match element {
        Value::Object(parts) => match parts.get("value") {
            Some(Value::String(value)) => value.clone(),
            Some(value) => value.to_string(),
            // Sorted, as the order of sub-attributes means nothing.
            None => format!("{:?}", parts.iter().collect::<BTreeMap<_, _>>()),
        },
        Value::String(text) => text.clone(),
        simple => simple.to_string(),
    }
}

/// Whether two elements of one identity are one: by `value`, and `type` where both say it (RFC 7643 §2.4).
fn are_same(known: &Value, other: &Value) -> bool {
    let (Some(value), Some(other_value)) = (known.get("value"), other.get("value")) else { return known == other };
    let same_type = match (known.get("type"), other.get("type")) {
        (Some(known), Some(other)) => known == other,
        _ => true,
    };
    value == other_value && same_type
}
