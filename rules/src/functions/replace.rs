//! `Replace`: every occurrence of a text by another, literally.

use super::bounded::BoundedText;
use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Case counts, as in Entra. Entra's seven-argument forms with regular expressions and templates do not exist here: a
/// regular expression has no bound on its cost that a profile's author could see.
pub(super) const REPLACE: Function = Function {
    name: "Replace",
    signature: "Replace(text, find, with)",
    doc: "the text with every occurrence replaced; no regular expressions",
    caution: "regular expressions, groups and templates are not supported",
    takes: Takes::exactly(&[Wants::Text, Wants::Text, Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: replace,
};

fn replace<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    let find = arguments.text(1)?;
    let with = arguments.text(2)?;
    if find.is_empty() || !text.contains(&*find) {
        return Ok(Value::Text(text));
    }
    let mut out = BoundedText::default();
    for (count, piece) in text.split(&*find).enumerate() {
        if count > 0 {
            out.push(&with)?;
        }
        out.push(piece)?;
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn every_occurrence_is_replaced() {
        check(r#"Replace("Product Developer", "Product Developer", "Software Engineer")"#, r#""Software Engineer""#);
        check(r#"Replace([mail], "@example.com", "")"#, r#""john.doe""#);
        check(r#"Replace("a.b.c", ".", "")"#, r#""abc""#);
        check(r#"Replace("aaa", "aa", "b")"#, r#""ba""#);
        check(r#"Replace("abc", "", "x")"#, r#""abc""#);
        check(r#"Replace("abc", "B", "x")"#, r#""abc""#);
        check(r#"Replace([nothing], "a", "b")"#, "absent");
        check(r#"Replace([long], "x", [long])"#, "rejected: the text becomes longer than 65536 bytes");
    }

    #[test]
    fn entras_regular_expressions_are_refused_with_a_reason() {
        refused(
            r#"Replace([mail], "@example.com", , , "", , )"#,
            "regular expressions, groups and templates are not supported",
        );
        refused(r#"Replace([mail], , "[()\\s-]+")"#, "regular expressions, groups and templates are not supported");
    }
}
