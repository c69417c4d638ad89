//! Literals of a profile as JSON, typed by the attribute that they are values of.

use json::Value;
use scim::schema::{Attribute, Kind};

/// A key of a table of values, which TOML always spells as text, as a value of `kind`.
pub(super) fn key(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Boolean | Kind::Integer | Kind::Decimal => json::from_str(text).ok().filter(|value| is_of(kind, value)),
        Kind::String | Kind::DateTime | Kind::Binary | Kind::Reference => Some(Value::String(text.to_owned())),
        Kind::Complex => None,
    }
}

/// A literal behind `changed to`: `true`, `42`, `"text"` or `'text'`.
pub(super) fn written(text: &str) -> Option<Value> {
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    match quoted {
        Some(inner) if !inner.contains('\'') => Some(Value::String(inner.to_owned())),
        _ => json::from_str(text).ok().filter(|value: &Value| !value.is_null()),
    }
}

/// How a value stands at an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value.
    One,
    /// An array of values.
    Many,
}

/// Whether `value` can be a value of `attribute`.
pub(super) fn fits(attribute: &Attribute, shape: Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::Many, Value::Array(elements)) => elements.iter().all(|element| fits(attribute, Shape::One, element)),
        (Shape::Many, _) => false,
        (Shape::One, Value::Object(parts)) if attribute.kind == Kind::Complex => parts.iter().all(|(name, part)| {
            // Names of parts are written in the schema's own spelling: nothing will bring them into it later.
            let sub = attribute.sub_attributes.iter().find(|sub| sub.name == *name);
            sub.is_some_and(|sub| fits(sub, if sub.multi_valued { Shape::Many } else { Shape::One }, part))
        }),
        (Shape::One, value) => is_of(attribute.kind, value),
    }
}

fn is_of(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Boolean => value.is_boolean(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Decimal => value.is_number(),
        Kind::String | Kind::DateTime | Kind::Binary | Kind::Reference => value.is_string(),
        Kind::Complex => false,
    }
}

/// What a value of the attribute is, for people.
pub(super) fn expected(attribute: &Attribute, shape: Shape) -> String {
    let one = match attribute.kind {
        Kind::Boolean => "`true` or `false`",
        Kind::Integer => "a whole number",
        Kind::Decimal => "a number",
        Kind::String => "a text in quotes",
        Kind::DateTime => "a date and time in quotes: \"2026-01-31T12:00:00Z\"",
        Kind::Binary => "base64 in quotes",
        Kind::Reference => "a URL in quotes",
        Kind::Complex => "a table of its sub-attributes",
    };
    match shape {
        Shape::One => one.to_owned(),
        Shape::Many => format!("an array, each element {one}"),
    }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn keys_take_the_type_of_their_attribute() {
        let rows = [
            (Kind::Boolean, "true", Some(json!(true))),
            (Kind::Boolean, "True", None),
            (Kind::Integer, "7", Some(json!(7))),
            (Kind::Integer, "7.5", None),
            (Kind::Decimal, "7.5", Some(json!(7.5))),
            (Kind::String, "true", Some(json!("true"))),
            (Kind::Complex, "x", None),
        ];
        for (kind, text, expected) in rows {
            assert_eq!(key(kind, text), expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn a_written_literal_is_json_or_stands_in_single_quotes() {
        let rows = [
            ("true", Some(json!(true))),
            ("42", Some(json!(42))),
            ("\"a\"", Some(json!("a"))),
            ("'a b'", Some(json!("a b"))),
            ("'a'b'", None),
            ("word", None),
            ("null", None),
            ("", None),
            ("'", None),
        ];
        for (text, expected) in rows {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn a_value_fits_the_kind_and_the_shape_of_its_attribute() {
        let user = scim::schema::user();
        let rows = [
            ("active", Shape::One, json!(true), true),
            ("active", Shape::One, json!("true"), false),
            ("title", Shape::One, json!("x"), true),
            ("title", Shape::Many, json!("x"), false),
            ("name", Shape::One, json!({"givenName": "x"}), true),
            ("name", Shape::One, json!({"givenname": "x"}), false),
            ("name", Shape::One, json!({"givenName": 1}), false),
            ("emails", Shape::Many, json!([{"value": "x", "primary": true}]), true),
            ("emails", Shape::Many, json!({"value": "x"}), false),
        ];
        for (name, shape, value, expected) in rows {
            let attribute = user.attribute(name).into_iter().next();
            assert_eq!(attribute.map(|attribute| fits(attribute, shape, &value)), Some(expected), "{name} {value}");
        }
    }
}
