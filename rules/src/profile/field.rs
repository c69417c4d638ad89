//! Field paths of target records: parsed, printed, read from a record, written into a body.
//!
//! A path is a plain list of keys: it never fails on a record of another shape, it reads nothing there.

use std::fmt;

use serde_json::{Map, Value};

/// Most keys of one path; the depth of what a body can be.
pub const FIELD_KEYS_MAX: usize = 16;

/// A field of a target record: `name.first` or `errors.0.code`; the empty path is the record itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct FieldPath {
    /// Keys from the outside in; digits index arrays when reading.
    pub keys: Vec<String>,
}

/// Why a text is no field path, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FieldError {
    /// What was expected.
    pub reason: &'static str,
    /// Byte offset.
    pub at: usize,
}

impl FieldPath {
    /// Parses keys with dots between them; the empty text is the record itself.
    ///
    /// # Errors
    /// An empty key, a blank, a bracket, a brace, a quote or a control character in a key, or more than
    /// [`FIELD_KEYS_MAX`] keys.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let stray = |c: char| c.is_whitespace() || c.is_control() || "[]{}()\"'`".contains(c);
        if let Some(at) = text.find(stray) {
            return Err(FieldError { reason: "a field path is keys with dots between them: `name.first`", at });
        }
        let mut at = 0;
        let mut keys = Vec::new();
        for key in text.split('.') {
            if key.is_empty() {
                return Err(FieldError { reason: "a key of a field path is empty", at });
            }
            if keys.len() == FIELD_KEYS_MAX {
                return Err(FieldError { reason: "a field path has at most 16 keys", at });
            }
            keys.push(key.to_owned());
            at += key.len() + 1;
        }
        Ok(Self { keys })
    }

    /// Whether it is the record itself.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a key is a position in an array: such a path can be read only.
    #[must_use]
    pub fn has_position(&self) -> bool {
        self.keys.iter().any(|key| key.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether one path leads through the other, so that writing both would write one place twice.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.keys.iter().zip(&other.keys).all(|(a, b)| a == b)
    }

    /// The value in `record`; a null is a value. Digits index arrays, and are a key of objects.
    #[must_use]
    pub fn read<'r>(&self, record: &'r Value) -> Option<&'r Value> {
        self.keys.iter().try_fold(record, |value, key| match value {
            Value::Object(fields) => fields.get(key),
            Value::Array(elements) => elements.get(key.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Sets the value in `body`, making the objects it runs through; what is of another shape gives way to one. The empty
    /// path sets nothing, unless `value` is an object: then its fields are set.
    pub fn write(&self, body: &mut Map<String, Value>, value: Value) {
        set(body, &self.keys, value);
    }
}

fn set(body: &mut Map<String, Value>, keys: &[String], value: Value) {
    match (keys, value) {
        ([], Value::Object(fields)) => body.extend(fields),
        ([], _) => {}
        ([last], value) => drop(body.insert(last.clone(), value)),
        ([first, rest @ ..], value) => {
            let inner = body.entry(first.as_str()).or_insert(Value::Null);
            if let Value::Object(fields) = inner {
                return set(fields, rest, value);
            }
            let mut fields = Map::new();
            set(&mut fields, rest, value);
            *inner = Value::Object(fields);
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keys.join("."))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_stand_between_dots() {
        let many = vec!["k"; FIELD_KEYS_MAX].join(".");
        let too_many = format!("{many}.k");
        let rows = [
            ("", Ok(0)),
            ("name", Ok(1)),
            ("name.first", Ok(2)),
            ("errors.0.code", Ok(3)),
            (many.as_str(), Ok(FIELD_KEYS_MAX)),
            (too_many.as_str(), Err(2 * FIELD_KEYS_MAX)),
            (".name", Err(0)),
            ("name.", Err(5)),
            ("a..b", Err(2)),
            ("a b", Err(1)),
            ("a[0]", Err(1)),
        ];
        for (text, expected) in rows {
            let found = FieldPath::parse(text).map(|path| path.keys.len()).map_err(|error| error.at);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_path_reads_through_objects_and_arrays_and_nothing_else() {
        let record = json!({"a": {"b": 1, "0": "key"}, "list": [{"x": null}, {"x": 2}], "text": "t"});
        let rows = [
            ("", Some(record.clone())),
            ("a.b", Some(json!(1))),
            ("a.0", Some(json!("key"))),
            ("list.1.x", Some(json!(2))),
            ("list.0.x", Some(json!(null))),
            ("list.2.x", None),
            ("list.x", None),
            ("text.0", None),
            ("none", None),
        ];
        for (path, expected) in rows {
            assert_eq!(FieldPath::parse(path).unwrap().read(&record), expected.as_ref(), "{path}");
        }
    }

    #[test]
    fn two_paths_overlap_when_one_leads_through_the_other() {
        let rows =
            [("a", "a", true), ("a", "a.b", true), ("a.b.c", "a.b", true), ("a.b", "a.c", false), ("a", "ab", false)];
        for (a, b, expected) in rows {
            assert_eq!(FieldPath::parse(a).unwrap().overlaps(&FieldPath::parse(b).unwrap()), expected, "{a} {b}");
        }
    }

    #[test]
    fn writing_makes_what_the_path_runs_through() {
        let mut body = Map::new();
        for (path, value) in [("a.b", json!(1)), ("a.c.d", json!([2])), ("e", json!("x")), ("e.f", json!(null))] {
            FieldPath::parse(path).unwrap().write(&mut body, value);
        }
        assert_eq!(Value::Object(body), json!({"a": {"b": 1, "c": {"d": [2]}}, "e": {"f": null}}));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_what_is_printed_is_parsed(keys in prop::collection::vec("[a-z_-]{1,4}", 1..6)) {
            let path = FieldPath { keys };
            prop_assert_eq!(FieldPath::parse(&path.to_string()).unwrap(), path.clone());
            let mut body = Map::new();
            path.write(&mut body, json!("value"));
            let body = Value::Object(body);
            prop_assert_eq!(path.read(&body), Some(&json!("value")));
        }
    }
}
