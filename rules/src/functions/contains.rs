//! `Contains`: whether a value is one of a list. A single value counts as a list of itself, as for `Item`.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value, same};

/// Nothing contains nothing.
pub(super) const CONTAINS: Function = Function {
    name: "Contains",
    signature: "Contains(list, value)",
    doc: "whether a list has the value",
    caution: "parts of a text are found by `InStr`",
    takes: Takes::exactly(&[Wants::List, Wants::Value]),
    gives: Gives::Is(Type::Boolean),
    run: contains,
};

fn contains<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let value = arguments.usable(1)?;
    Ok(Value::Boolean(arguments.list(0)?.iter().any(|item| same(item, &value))))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn a_list_has_what_equals_one_of_its_items() {
        check(r#"Contains([list], "b")"#, "true");
        check(r#"Contains([list], "B")"#, "false");
        check("Contains([numbers], 1)", "true");
        check(r#"Contains([numbers], "1")"#, "false");
        check("Contains([nothing], [nothing])", "false");
        check("Contains([number], 5)", "true");
        check("Contains([list], [bad])", "rejected: bad value");
        check(r#"Contains(Split("a,b", ","), "a")"#, "true");
        refused(r#"Contains("abc", "b")"#, "must be a list");
    }
}
