//! Target records by [`FieldPath`], where a null is nothing; parsing and plain reading are `profile/field.rs`.

use json::Value;

use crate::profile::{FieldPath, Key};

impl FieldPath {
    /// As [`FieldPath::read`]; a null is no value.
    pub(crate) fn assigned<'v>(&self, record: &'v Value) -> Option<&'v Value> {
        self.read(record).filter(|value| !value.is_null())
    }

    /// As [`FieldPath::assigned`], moving the value out.
    pub(crate) fn take(&self, record: Value) -> Option<Value> {
        let mut value = record;
        for key in &self.keys {
            value = match (key, value) {
                (Key::Name(name), Value::Object(mut object)) => object.remove(name)?,
                (Key::Name(_), Value::Array(mut array)) => {
                    let at = key.position().filter(|at| *at < array.len())?;
                    array.swap_remove(at)
                }
                (Key::Pick(pick), Value::Array(mut array)) => {
                    let at = array.iter().position(|element| pick.fits(element))?;
                    array.swap_remove(at)
                }
                _ => return None,
            };
        }
        Some(value).filter(|value| !value.is_null())
    }

    /// Whether `text` is this path as it is printed: the name that templates know it by.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        if self.keys.iter().any(|key| matches!(key, Key::Pick(_))) {
            return *text == self.to_string();
        }
        text.split('.').eq(self.keys.iter().filter_map(Key::name))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn null_and_what_is_not_there_are_nothing() {
        let record = json!({"a": {"b": [{"c": 1}, {"c": null}]}, "n": null, "s": "x"});
        for (text, expected) in [
            ("", Some(record.clone())),
            ("s", Some(json!("x"))),
            ("a.b.0.c", Some(json!(1))),
            ("a.b.1.c", None),
            ("a.b.2.c", None),
            ("a.b.x", None),
            ("s.x", None),
            ("n", None),
            ("nothing", None),
        ] {
            let field = FieldPath::parse(text).unwrap();
            assert_eq!(field.assigned(&record), expected.as_ref(), "{text}");
            assert_eq!(field.take(record.clone()), expected, "{text}");
        }
    }

    #[test]
    fn a_template_names_a_field_by_its_whole_path() {
        for (field, name, expected) in
            [("a.b", "a.b", true), ("a.b", "a", false), ("a", "a.b", false), ("a", "A", false), ("", "", false)]
        {
            assert_eq!(FieldPath::parse(field).unwrap().is_named(name), expected, "{field} {name}");
        }
    }
}
