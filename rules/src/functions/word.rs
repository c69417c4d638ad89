//! `Word`: one word of a text.

use std::borrow::Cow;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Words stand between any of the characters of `separators`; several in a row are one. Where there is no such word, the
/// result is the empty text, as Entra documents it.
pub(super) const WORD: Function = Function {
    name: "Word",
    signature: "Word(text, number, separators)",
    doc: "one word of a text",
    caution: "",
    takes: Takes::exactly(&[Wants::Text, Wants::Number, Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: word,
};

fn word<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let Some(text) = arguments.text_or_none(0)? else { return Ok(Value::borrowed("")) };
    let number = arguments.integer(1)?;
    let separators = arguments.text(2)?;
    let Some(skipped) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) else {
        return Ok(Value::borrowed(""));
    };
    Ok(match text {
        Cow::Borrowed(text) => Value::borrowed(nth(text, skipped, &separators)),
        Cow::Owned(text) => Value::owned(nth(&text, skipped, &separators).to_owned()),
    })
}

fn nth<'t>(text: &'t str, skipped: usize, separators: &str) -> &'t str {
    let words = text.split(|character| separators.contains(character));
    words.filter(|word| !word.is_empty()).nth(skipped).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn words_count_from_one() {
        check(r#"Word("The quick brown fox", 3, " ")"#, r#""brown""#);
        check(r#"Word("This,string!has&many separators", 3, ",!&#")"#, r#""has""#);
        check(r#"Word("a  b", 2, " ")"#, r#""b""#);
        check(r#"Word("a b", 3, " ")"#, r#""""#);
        check(r#"Word("a b", 0, " ")"#, r#""""#);
        check(r#"Word("a b", -1, " ")"#, r#""""#);
        check(r#"Word("a b", 1, "")"#, r#""a b""#);
        check(r#"Word([nothing], 1, " ")"#, r#""""#);
        check(r#"Word(Append("a ", "b"), 2, " ")"#, r#""b""#);
    }
}
