//! The JSON fields of a person or a team: how a change is merged into them, and how they are compared and ordered.

use json::{Map, Value};

/// The fields of one person or team.
pub(super) type Fields = Map;

/// JSON merge patch (RFC 7396) on one object.
pub(super) fn merge(into: &mut Fields, patch: &Fields) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                into.remove(name);
            }
            Value::Object(patch) => {
                let held = into.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !held.is_object() {
                    *held = Value::Object(Map::new());
                }
                if let Value::Object(held) = held {
                    merge(held, patch);
                }
            }
            value => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}

/// A text field in the form in which this product compares names: small letters.
pub(super) fn folded(fields: &Fields, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_lowercase)
}

/// What a list is sorted by: the field at `path` (`names.last`), texts in any case, other values by their JSON.
pub(super) fn sort_key(fields: &Fields, path: &str) -> Option<String> {
    let mut keys = path.split('.');
    let first = fields.get(keys.next()?)?;
    match keys.try_fold(first, |value, key| value.get(key))? {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}
