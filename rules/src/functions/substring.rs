//! `Left` and `Mid`: part of a text, by characters.

use std::borrow::Cow;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Fewer than 0 characters give the whole text, nothing gives the empty text: both as Entra documents it.
pub(super) const LEFT: Function = Function {
    name: "Left",
    signature: "Left(text, characters)",
    doc: "the first characters",
    caution: "",
    takes: Takes::exactly(&[Wants::Text, Wants::Number]),
    gives: Gives::Is(Type::Text),
    run: left,
};

/// The first character is 1. What reaches beyond the end is cut; a start before the beginning is the beginning.
pub(super) const MID: Function = Function {
    name: "Mid",
    signature: "Mid(text, start, characters)",
    doc: "characters from the middle",
    caution: "",
    takes: Takes::exactly(&[Wants::Text, Wants::Number, Wants::Number]),
    gives: Gives::Is(Type::Text),
    run: mid,
};

fn left<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let Some(text) = arguments.text_or_none(0)? else { return Ok(Value::borrowed("")) };
    match usize::try_from(arguments.integer(1)?) {
        Ok(count) => Ok(cut(text, 0, count)),
        Err(_) => Ok(Value::Text(text)),
    }
}

fn mid<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    let skipped = usize::try_from(arguments.integer(1)?.saturating_sub(1)).unwrap_or(0);
    let count = usize::try_from(arguments.integer(2)?).unwrap_or(0);
    Ok(cut(text, skipped, count))
}

/// `count` characters behind the first `skipped`; borrows what was borrowed.
fn cut(text: Cow<'_, str>, skipped: usize, count: usize) -> Value<'_> {
    let behind = |text: &str, skipped| text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at);
    let start = behind(&text, skipped);
    let end = start + behind(&text[start..], count);
    match text {
        Cow::Borrowed(text) => Value::borrowed(&text[start..end]),
        Cow::Owned(text) => Value::owned(text[start..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn left_takes_the_first_characters() {
        check(r#"Left("John Doe", 3)"#, r#""Joh""#);
        check(r#"Left("John Doe", 0)"#, r#""""#);
        check(r#"Left("John Doe", -1)"#, r#""John Doe""#);
        check(r#"Left("John Doe", 99)"#, r#""John Doe""#);
        check(r#"Left("äöü", 2)"#, r#""äö""#);
        check("Left([nothing], 2)", r#""""#);
        check(r#"Left("a", [nothing])"#, "absent");
        check(r#"Left("a", 1.5)"#, "rejected: argument 2 of `Left` must be a whole number, it is the number 1.5");
    }

    #[test]
    fn mid_counts_from_one() {
        check("Mid([first], 1, 3)", r#""Joh""#);
        check("Mid([last], 1, 5)", r#""Doe""#);
        check(r#"Mid("äöü", 2, 1)"#, r#""ö""#);
        check(r#"Mid("abc", 0, 2)"#, r#""ab""#);
        check(r#"Mid("abc", 4, 2)"#, r#""""#);
        check(r#"Mid("abc", 2, -1)"#, r#""""#);
        check(r#"Mid(Append("ab", "c"), 2, 9223372036854775807)"#, r#""bc""#);
        check("Mid([nothing], 1, 1)", "absent");
    }
}
