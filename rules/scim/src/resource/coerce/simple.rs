//! Simple values by their data type (RFC 7643 §2.3): what each type takes, and what it is called in a message.
//!
//! The value itself is never changed beyond its type: blanks, case and spelling stay as sent (idp-dialects rows 27, 56).

use json::{Number, Value};

use super::Writer;
use crate::filter::instant::Instant;
use crate::schema::Kind;

/// `json` as a value of `kind`; `json` back if it is none.
pub(super) fn value(writer: Writer, kind: Kind, json: Value) -> Result<Value, Value> {
    match (kind, json) {
        (Kind::String | Kind::Binary | Kind::Reference, Value::String(text)) => Ok(Value::String(text)),
        // A target's id may be a number; a client's userName may not become one (idp-dialects §5, TeleMessage 5).
        (Kind::String, Value::Number(number)) if writer == Writer::Target => Ok(Value::String(number.to_string())),
        (Kind::Boolean, Value::Bool(boolean)) => Ok(Value::Bool(boolean)),
        // Entra sends `"True"` and `"False"` (idp-dialects row 8), OneLogin quotes its booleans (row 55).
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(Value::Number(number)),
        (Kind::Decimal, Value::Number(number)) => Ok(Value::Number(number)),
        (Kind::Integer | Kind::Decimal, Value::String(text)) if writer == Writer::Target => {
            number(kind, &text).ok_or(Value::String(text))
        }
        (Kind::DateTime, Value::String(text)) if Instant::parse(&text).is_some() => Ok(Value::String(text)),
        (_, other) => Err(other),
    }
}

/// Whether `json` is an assigned value of `kind` just as JSON has it.
pub(super) fn is_plainly(kind: Kind, json: &Value) -> bool {
    match (kind, json) {
        (Kind::String | Kind::Binary | Kind::Reference, Value::String(text)) => !text.is_empty(),
        (Kind::Boolean, Value::Bool(_)) => true,
        _ => false,
    }
}

/// What a value of `kind` is called, with its article.
pub(super) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "a string",
        Kind::Boolean => "a boolean",
        Kind::Decimal => "a number",
        Kind::Integer => "a whole number",
        Kind::DateTime => "a date and time such as \"2026-03-09T08:30:00Z\"",
        Kind::Binary => "a base64 string",
        Kind::Reference => "a URI string",
        Kind::Complex => "an object",
    }
}

fn number(kind: Kind, text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::Number(whole.into()));
    }
    if kind == Kind::Integer {
        return None;
    }
    Number::from_f64(text.parse().ok()?).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn each_type_takes_its_json_and_its_dialects() {
        for (kind, from, expected) in [
            (Kind::String, json!(" x "), Some(json!(" x "))),
            (Kind::String, json!(7), None),
            (Kind::String, json!(true), None),
            (Kind::Boolean, json!(false), Some(json!(false))),
            (Kind::Boolean, json!("True"), Some(json!(true))),
            (Kind::Boolean, json!("fALSE"), Some(json!(false))),
            (Kind::Boolean, json!("Disabled"), None),
            (Kind::Boolean, json!("1"), None),
            (Kind::Boolean, json!(1), None),
            (Kind::Integer, json!(-3), Some(json!(-3))),
            (Kind::Integer, json!(u64::MAX), Some(json!(u64::MAX))),
            (Kind::Integer, json!(3.0), None),
            (Kind::Integer, json!("3"), None),
            (Kind::Decimal, json!(3.5), Some(json!(3.5))),
            (Kind::Decimal, json!("3.5"), None),
            (Kind::Reference, json!("../Users/7"), Some(json!("../Users/7"))),
            (Kind::Binary, json!("TUlJ"), Some(json!("TUlJ"))),
            (Kind::Binary, json!(1), None),
            (Kind::DateTime, json!("2026-03-09T08:30:00.5+01:00"), Some(json!("2026-03-09T08:30:00.5+01:00"))),
            (Kind::DateTime, json!("2026-03-09"), None),
            (Kind::DateTime, json!(1_773_045_000), None),
        ] {
            assert_eq!(value(Writer::Client, kind, from.clone()).ok(), expected, "{kind:?} from {from}");
        }
    }

    #[test]
    fn a_targets_numbers_may_be_text_and_the_other_way_round() {
        for (kind, from, expected) in [
            (Kind::String, json!(4711), Some(json!("4711"))),
            (Kind::String, json!(true), None),
            (Kind::Integer, json!("42"), Some(json!(42))),
            (Kind::Integer, json!("4.2"), None),
            (Kind::Decimal, json!("4.5"), Some(json!(4.5))),
            (Kind::Decimal, json!("4"), Some(json!(4))),
            (Kind::Decimal, json!("NaN"), None),
            (Kind::Reference, json!(7), None),
        ] {
            assert_eq!(value(Writer::Target, kind, from.clone()).ok(), expected, "{kind:?} from {from}");
        }
    }
}
