//! `Append`: a text with a suffix.

use super::bounded::BoundedText;
use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type};

/// Nothing if the text or the suffix is absent.
pub(super) const APPEND: Function = Function {
    name: "Append",
    signature: "Append(text, suffix)",
    doc: "the text with the suffix behind it",
    caution: "",
    takes: Takes::exactly(&[Wants::Text, Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: append,
};

fn append<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let mut out = BoundedText::default();
    out.push(&arguments.text(0)?)?;
    out.push(&arguments.text(1)?)?;
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn a_suffix_is_appended() {
        check(r#"Append([mail], ".test")"#, r#""john.doe@example.com.test""#);
        check(r#"append("a", "")"#, r#""a""#);
        check(r#"Append([nothing], "x")"#, "absent");
        check(r#"Append([number], "x")"#, "rejected: argument 1 of `Append` must be a text, it is the number 5");
        check("Append([long], \"\")", "text of 65536 bytes");
        check("Append([long], \"x\")", "rejected: the text becomes longer than 65536 bytes");
    }

    #[test]
    fn entra_makes_an_alias_of_two_names_so() {
        check("Append(Mid([first], 1, 3), Mid([last], 1, 5))", r#""JohDoe""#);
    }
}
