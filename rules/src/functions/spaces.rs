//! `StripSpaces` and `Trim`: blanks.

use std::borrow::Cow;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Only the space itself, as in Entra: tabs and other blanks stay.
pub(super) const STRIP_SPACES: Function = Function {
    name: "StripSpaces",
    signature: "StripSpaces(text)",
    doc: "the text without any spaces",
    caution: "",
    takes: Takes::exactly(&[Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: strip_spaces,
};

/// Ours: Entra has none. Blanks are those of Unicode.
pub(super) const TRIM: Function = Function {
    name: "Trim",
    signature: "Trim(text)",
    doc: "the text without blanks at its ends",
    caution: "",
    takes: Takes::exactly(&[Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: trim,
};

fn strip_spaces<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    if text.contains(' ') { Ok(Value::owned(text.replace(' ', ""))) } else { Ok(Value::Text(text)) }
}

fn trim<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(match arguments.text(0)? {
        Cow::Borrowed(text) => Value::borrowed(text.trim()),
        Cow::Owned(text) => Value::owned(text.trim().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn spaces_go() {
        check(r#"StripSpaces(" a b\tc ")"#, r#""ab\tc""#);
        check(r#"StripSpaces("abc")"#, r#""abc""#);
        check(r#"Trim(" a b\n")"#, r#""a b""#);
        check(r#"Trim(Append(" a", " "))"#, r#""a""#);
        check("Trim([nothing])", "absent");
        check("StripSpaces([nothing])", "absent");
    }
}
