//! What a record would lose if a field path were written into it: asked before anything is sent.
//!
//! [`FieldPath::write`] always writes; whoever writes what a product holds asks here first.

use std::fmt;

use json::Value;

use super::{FieldPath, Key};

/// Why a path cannot be written without harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harm {
    /// Where: the path up to there.
    at: FieldPath,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A list lacks elements before the position; nobody knows what they would be.
    Gap,
    /// Something else is there, which would be replaced.
    Shape(&'static str),
}

impl FieldPath {
    /// What is wrong with writing this path, `before` being what was there and `after` what was written, with everything
    /// else of the same change. What is nothing gives way: a null, `false`, and an empty text, list or object.
    #[must_use]
    pub fn harm(&self, before: &Value, after: &Value) -> Option<Harm> {
        let harm = |end: usize, kind| Some(Harm { at: Self { keys: self.keys[..end].to_vec() }, kind });
        let (mut before, mut after) = (Some(before), Some(after));
        for (end, key) in self.keys.iter().enumerate() {
            before = before.filter(|value| !is_nothing(value));
            match (before.map(|before| shape_harm(key, before)), key) {
                (Some(Some(shape)), _) => return harm(end, Kind::Shape(shape)),
                // What a choice makes is an object; no list is in its place.
                (None, Key::Pick(_)) if matches!(self.keys[..end].last(), Some(Key::Pick(_))) => {
                    return harm(end, Kind::Shape("an object"));
                }
                _ => {}
            }
            if let (Some(position), Some(Value::Array(elements))) = (key.position(), after) {
                let there = before.and_then(Value::as_array).map_or(0, Vec::len);
                let between = elements.iter().take(position).skip(there);
                if position > elements.len() || between.into_iter().any(Value::is_null) {
                    return harm(end + 1, Kind::Gap);
                }
            }
            before = before.and_then(|value| key.read(value));
            after = after.and_then(|value| key.read(value));
        }
        None
    }
}

/// What stands where the key cannot lead on.
fn shape_harm(key: &Key, value: &Value) -> Option<&'static str> {
    match (key, value) {
        (Key::Name(_), Value::Object(_)) | (Key::Pick(_), Value::Array(_)) | (_, Value::Null) => None,
        (key, Value::Array(_)) if key.position().is_some() => None,
        (_, Value::Object(_)) => Some("an object"),
        (_, Value::Array(_)) => Some("a list"),
        (_, Value::String(_)) => Some("a text"),
        (_, Value::Number(_)) => Some("a number"),
        (_, Value::Bool(_)) => Some("a Boolean"),
    }
}

/// What a product may hold for nothing, whatever it would hold otherwise: some say an empty object as `[]`.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

impl fmt::Display for Harm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Gap => write!(f, "the product's list has no elements before `{}`", self.at),
            Kind::Shape(shape) if self.at.is_whole() => write!(f, "the product's record is {shape}"),
            Kind::Shape(shape) => write!(f, "the product's `{}` is {shape}, which would be lost", self.at),
        }
    }
}
