//! Values and types of the expression language.
//!
//! A [`Value`] is a view of JSON while an expression is evaluated: it borrows texts and objects, and adds the two answers
//! that JSON lacks, "nothing there" and "unusable, because". It never leaves the crate's core: what goes to a target or an
//! identity provider is JSON again, through [`Value::into_json`].

use std::borrow::Cow;
use std::fmt;

/// Most characters of a value that a reason or a message quotes.
const QUOTED_CHARS_MAX: usize = 40;

/// A type; `Any` is what the target's fields have, and agrees with every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A number, whole or not.
    Number,
    /// A list of values.
    List,
    /// Known only when it is there.
    Any,
}

impl Type {
    /// Whether a value of one type may stand where the other is wanted.
    #[must_use]
    pub fn agrees(self, other: Self) -> bool {
        self == other || self == Self::Any || other == Self::Any
    }
}

/// As a message says it: `a text`, `any value`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Any => "any value",
        })
    }
}

/// A value while an expression is evaluated; borrows where it can.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'v> {
    /// Nothing there: unassigned, absent, null.
    Absent,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number that is not whole.
    Decimal(f64),
    /// Text.
    Text(Cow<'v, str>),
    /// A list.
    List(Vec<Value<'v>>),
    /// A JSON object, passed through untouched.
    Object(&'v json::Map),
    /// A value that could not be used, and why; every operation on it gives it back, `Coalesce` skips it.
    Rejected(Cow<'v, str>),
}

impl<'v> Value<'v> {
    /// Views a JSON value; null is [`Value::Absent`]. A whole number beyond `i64` becomes the nearest [`Value::Decimal`].
    #[must_use]
    pub fn from_json(json: &'v json::Value) -> Self {
        match json {
            json::Value::Null => Self::Absent,
            json::Value::Bool(truth) => Self::Boolean(*truth),
            json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Integer(whole),
                None => number.as_f64().map_or(Self::Absent, Self::Decimal),
            },
            json::Value::String(text) => Self::Text(Cow::Borrowed(text)),
            json::Value::Array(items) => Self::List(items.iter().map(Self::from_json).collect()),
            json::Value::Object(members) => Self::Object(members),
        }
    }

    /// As JSON; `None` for [`Value::Absent`]. Absent items of a list are left out.
    ///
    /// # Errors
    /// The reason of a [`Value::Rejected`], also of one inside a list.
    pub fn into_json(self) -> Result<Option<json::Value>, String> {
        Ok(Some(match self {
            Self::Absent => return Ok(None),
            Self::Rejected(reason) => return Err(reason.into_owned()),
            Self::Boolean(truth) => json::Value::Bool(truth),
            Self::Integer(number) => json::Value::from(number),
            Self::Decimal(number) => json::Number::from_f64(number)
                .map(json::Value::Number)
                .ok_or_else(|| "the number is not finite".to_owned())?,
            Self::Text(text) => json::Value::String(text.into_owned()),
            Self::List(items) => {
                let items = items.into_iter().filter_map(|item| item.into_json().transpose());
                json::Value::Array(items.collect::<Result<_, _>>()?)
            }
            Self::Object(members) => json::Value::Object(members.clone()),
        }))
    }

    /// Borrowed text as a value.
    pub(crate) fn borrowed(text: &'v str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Produced text as a value.
    pub(crate) fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// A rejection with a reason made for this value.
    pub(crate) fn rejected(reason: impl Into<Cow<'v, str>>) -> Self {
        Self::Rejected(reason.into())
    }

    /// Whether nothing is there, or an empty text or list.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// What it is, for reasons: `the number 5`.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Absent => "nothing".to_owned(),
            Self::Boolean(truth) => format!("the boolean {truth}"),
            Self::Integer(number) => format!("the number {number}"),
            Self::Decimal(number) => format!("the number {number}"),
            Self::Text(text) => format!("the text {}", quoted(text)),
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            Self::Rejected(reason) => reason.clone().into_owned(),
        }
    }
}

/// A value in double quotes for a sentence, shortened to [`QUOTED_CHARS_MAX`], control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for (count, character) in text.chars().enumerate() {
        if count == QUOTED_CHARS_MAX {
            out.push('…');
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use json::json;

    use super::*;

    #[test]
    fn json_comes_back_as_it_was() {
        for json in
            [json!(true), json!(-3), json!(2.5), json!("x"), json!(["a", 1, [false]]), json!({"a": {"b": null}})]
        {
            assert_eq!(Value::from_json(&json).into_json().unwrap(), Some(json.clone()), "{json}");
        }
    }

    #[test]
    fn null_is_absent_and_left_out_of_lists() {
        assert_eq!(Value::from_json(&json!(null)).into_json().unwrap(), None);
        assert_eq!(Value::from_json(&json!([1, null, 2])).into_json().unwrap(), Some(json!([1, 2])));
    }

    #[test]
    fn a_rejection_inside_a_list_rejects_the_list() {
        let list = Value::List(vec![Value::Integer(1), Value::rejected("because")]);
        assert_eq!(list.into_json().unwrap_err(), "because");
        assert!(Value::Decimal(f64::NAN).into_json().is_err());
    }

    #[test]
    fn a_whole_number_beyond_i64_is_a_decimal() {
        let json = json!(u64::MAX);
        assert!(matches!(Value::from_json(&json), Value::Decimal(_)));
    }

    #[test]
    fn any_agrees_with_everything() {
        let all = [Type::Text, Type::Boolean, Type::Number, Type::List, Type::Any];
        for one in all {
            for other in all {
                assert_eq!(one.agrees(other), one == other || one == Type::Any || other == Type::Any);
            }
        }
    }

    #[test]
    fn a_quotation_is_short_and_on_one_line() {
        for (text, expected) in [("a", "\"a\"".to_owned()), ("a\nb", "\"a\\nb\"".to_owned())] {
            assert_eq!(quoted(text), expected);
        }
        assert_eq!(quoted(&"x".repeat(40)), format!("\"{}\"", "x".repeat(40)));
        assert_eq!(quoted(&"x".repeat(41)), format!("\"{}…\"", "x".repeat(40)));
    }
}
