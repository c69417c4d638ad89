//! `PCase`: words with a capital.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// A word begins behind one of `separators`; if they are left out, behind everything that is neither letter nor digit.
pub(super) const PCASE: Function = Function {
    name: "PCase",
    signature: "PCase(text, separators)",
    doc: "each word with a capital, the rest small",
    caution: "`separators` may be left out",
    takes: Takes { required: &[Wants::Text], optional: &[Wants::Text], repeated: &[] },
    gives: Gives::Is(Type::Text),
    run: pcase,
};

fn pcase<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    let separators = arguments.text_or_none(1)?;
    let separates = |character: char| match &separators {
        Some(given) => given.contains(character),
        // An accent that stands by itself is part of its letter.
        None => !character.is_alphanumeric() && !matches!(character, '\u{300}'..='\u{36f}'),
    };
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for character in text.chars() {
        if begins {
            out.extend(character.to_uppercase());
        } else {
            out.extend(character.to_lowercase());
        }
        begins = separates(character);
    }
    Ok(Value::owned(out))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn words_begin_with_a_capital() {
        check(r#"PCase("PABLO GONSALVES (SECOND)")"#, r#""Pablo Gonsalves (Second)""#);
        check(r#"PCase("PINTO-DE'SILVA", " '-")"#, r#""Pinto-De'Silva""#);
        check(r#"PCase(Join(" ", "GREGORY", "JAMES"))"#, r#""Gregory James""#);
        check(r#"PCase("pinto-de silva", "-")"#, r#""Pinto-De silva""#);
        check(r#"PCase("élan vital")"#, r#""Élan Vital""#);
        check("PCase([nothing])", "absent");
        check(r#"PCase("")"#, r#""""#);
    }
}
