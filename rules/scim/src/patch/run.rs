//! Neighbouring operations on one list that come to the same together as one by one: a thousand operations that add or remove
//! one member each must not go through ten thousand members a thousand times.
//!
//! Only finds them and puts them together; what is not surely the same stays apart.

use std::collections::HashSet;

use json::Value;

use super::{PatchOp, PatchOperation};
use crate::filter::Text;
use crate::path::BoundPath;

/// How operations on a whole list, or on elements of it, can be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// They add elements.
    Add,
    /// They take out elements that they list.
    RemoveListed,
    /// They take out elements by their `value`: `members[value eq "x"]`.
    RemoveByValue,
}

/// How many of `operations`, from the first, go together, and how; `None` if the first stands alone.
pub(super) fn run(operations: &[PatchOperation]) -> Option<(Joint, usize)> {
    let first = operations.first()?;
    let joint = joint(first)?;
    let goes_on = |next: &&PatchOperation| is_same_list(&first.path, &next.path) && self::joint(next) == Some(joint);
    let length = operations.iter().take_while(goes_on).count();
    // One that names its values may name many: found in a set instead of one after the other.
    (length > 1 || joint == Joint::RemoveByValue).then_some((joint, length))
}

fn joint(operation: &PatchOperation) -> Option<Joint> {
    let PatchOperation { op, path, value } = operation;
    let attribute = path.attribute.as_ref().filter(|attribute| attribute.multi_valued)?;
    match (op, &path.filter, &path.sub) {
        // Null and "" clear the list.
        (PatchOp::Add, None, None) if !value.is_null() && value.as_str() != Some("") => Some(Joint::Add),
        (PatchOp::Remove, None, None) if !value.is_null() => Some(Joint::RemoveListed),
        (PatchOp::Remove, Some(filter), None) if !attribute.sub_attributes.is_empty() => {
            filter.wanted_values().map(|_| Joint::RemoveByValue)
        }
        _ => None,
    }
}

fn is_same_list(a: &BoundPath, b: &BoundPath) -> bool {
    fn name(path: &BoundPath) -> Option<&str> {
        path.attribute.as_ref().map(|attribute| attribute.name.as_str())
    }
    a.extension == b.extension && name(a) == name(b)
}

/// Takes out every element that one of the `operations` names: each of them [`Joint::RemoveByValue`].
pub(super) fn remove_by_value(operations: &[PatchOperation], elements: &mut Vec<Value>) {
    let filters = operations.iter().filter_map(|operation| operation.path.filter.as_ref());
    let wanted: Vec<&Text> = filters.filter_map(|filter| filter.wanted_values()).flatten().collect();
    let Some(&any) = wanted.first() else { return };
    // Of one attribute, so that case matters to all of them or to none.
    let forms: HashSet<&str> = wanted.iter().map(|text| text.form()).collect();
    elements.retain(|element| {
        let value = element.as_object().and_then(|parts| parts.get("value")).and_then(Value::as_str);
        value.is_none_or(|value| !forms.contains(any.form_of(value).as_ref()))
    });
}
