//! `IIF`: one of two values.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::Arguments;

/// The same as `condition ? then : otherwise`; only the chosen value is evaluated.
pub(super) const IIF: Function = Function {
    name: "IIF",
    signature: "IIF(condition, then, otherwise)",
    doc: "one of two values",
    caution: "",
    takes: Takes::exactly(&[Wants::Boolean, Wants::Branch, Wants::Branch]),
    gives: Gives::Branch,
    run: iif,
};

fn iif<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let chosen = if arguments.truth(0)? { 1 } else { 2 };
    Ok(arguments.value(chosen))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn the_condition_chooses() {
        check(r#"IIF([country] == "USA", [country], [department])"#, r#""USA""#);
        check(r#"IIF([country] == "UK", [country], [department])"#, r#""Sales""#);
        check("IIF([nothing], 1, 2)", "2");
        check("IIF(true, 1, [bad])", "1");
        check("IIF([bad], 1, 2)", "rejected: bad value");
        check("IIF([number], 1, 2)", "rejected: the number 5 is no condition, which is a boolean");
    }

    #[test]
    fn both_values_are_of_one_type() {
        refused(r#"IIF(true, "a", 1)"#, "this is a number, the value before it is a text");
        refused(r#"IIF("a", 1, 2)"#, "must be a boolean, this is a text");
    }
}
