//! `Split`: a text into a list.

use std::borrow::Cow;

use super::bounded::LIST_ITEMS_MAX;
use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value, too_many};

/// Blanks around a part go: Entra documents that `PermissionSetOne, PermissionSetTwo` becomes two names without a blank.
/// Empty parts stay, so that positions count; the empty text is an empty list. An empty separator splits nothing.
pub(super) const SPLIT: Function = Function {
    name: "Split",
    signature: "Split(text, separator)",
    doc: "a list of the parts",
    caution: "",
    takes: Takes::exactly(&[Wants::Text, Wants::Text]),
    gives: Gives::Is(Type::List),
    run: split,
};

fn split<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    let separator = arguments.text(1)?;
    if text.is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    if separator.is_empty() {
        return Ok(Value::List(vec![Value::Text(text)]));
    }
    let items: Vec<Value<'v>> = match text {
        Cow::Borrowed(text) => bounded(text, &separator).map(Value::borrowed).collect(),
        Cow::Owned(text) => bounded(&text, &separator).map(|part| Value::owned(part.to_owned())).collect(),
    };
    if items.len() > LIST_ITEMS_MAX { Err(too_many()) } else { Ok(Value::List(items)) }
}

/// The parts, at most one more than allowed.
fn bounded<'t>(text: &'t str, separator: &str) -> impl Iterator<Item = &'t str> {
    text.split(separator).map(str::trim).take(LIST_ITEMS_MAX + 1)
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn parts_become_items() {
        check(r#"Split("PermissionSetOne, PermissionSetTwo", ",")"#, r#"["PermissionSetOne", "PermissionSetTwo"]"#);
        check(r#"Split("a,,b", ",")"#, r#"["a", "", "b"]"#);
        check(r#"Split(Append("a--", "b"), "--")"#, r#"["a", "b"]"#);
        check(r#"Split("abc", "")"#, r#"["abc"]"#);
        check(r#"Split("", ",")"#, "[]");
        check(r#"Split([nothing], ",")"#, "absent");
    }

    #[test]
    fn a_split_list_is_bounded() {
        check(r#"Split([commas_max], ",")"#, "list of 10000 items");
        check(r#"Split([commas_over], ",")"#, "rejected: the list gets more than 10000 items");
    }
}
