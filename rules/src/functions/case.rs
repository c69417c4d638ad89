//! `ToLower` and `ToUpper`: case, by Unicode and without the rules of a culture, as Entra does if none is named.

use std::borrow::Cow;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Borrows a text that has no capitals.
pub(super) const TO_LOWER: Function = Function {
    name: "ToLower",
    signature: "ToLower(text)",
    doc: "small letters",
    caution: "cultures are not supported",
    takes: Takes::exactly(&[Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: to_lower,
};

/// A capital sharp s is `SS`: the text may become longer.
pub(super) const TO_UPPER: Function = Function {
    name: "ToUpper",
    signature: "ToUpper(text)",
    doc: "capital letters",
    caution: "cultures are not supported",
    takes: Takes::exactly(&[Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: to_upper,
};

fn to_lower<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Ok(Value::Text(text));
    }
    Ok(Value::Text(Cow::Owned(text.to_lowercase())))
}

fn to_upper<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase()) {
        return Ok(Value::Text(text));
    }
    Ok(Value::Text(Cow::Owned(text.to_uppercase())))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn letters_change_their_case() {
        check(r#"ToLower("ZOË-1 a")"#, r#""zoë-1 a""#);
        check(r#"ToUpper("zoë-1 A")"#, r#""ZOË-1 A""#);
        check(r#"ToUpper("straße")"#, r#""STRASSE""#);
        check(r#"ToLower("already small")"#, r#""already small""#);
        check("ToLower([nothing])", "absent");
        check("ToUpper([long])", "text of 65536 bytes");
        check("ToUpper([sharp])", "rejected: the text becomes longer than 65536 bytes");
    }

    #[test]
    fn entra_makes_a_principal_name_so() {
        check(
            r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [first], [last]))), "example.com"))"#,
            r#""john.doe@example.com""#,
        );
    }

    #[test]
    fn cultures_are_refused_with_a_reason() {
        refused(r#"ToLower("x", "en-US")"#, "cultures are not supported");
    }
}
