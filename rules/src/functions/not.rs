//! `Not`: the opposite of a boolean.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value, quoted};

/// Entra sends booleans as texts in places: `"True"` and `"False"` are taken too. Nothing is not true, so its opposite is.
pub(super) const NOT: Function = Function {
    name: "Not",
    signature: "Not(value)",
    doc: "false for `true` and `\"True\"`, otherwise true",
    caution: "",
    takes: Takes::exactly(&[Wants::Truth]),
    gives: Gives::Is(Type::Boolean),
    run: not,
};

fn not<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(Value::Boolean(match arguments.usable(0)? {
        Value::Absent => true,
        Value::Boolean(truth) => !truth,
        Value::Text(text) if text.eq_ignore_ascii_case("true") => false,
        Value::Text(text) if text.eq_ignore_ascii_case("false") => true,
        Value::Text(text) => return Err(Value::rejected(format!("{} is neither true nor false", quoted(&text)))),
        other => return Err(arguments.unfit(0, other, "a boolean")),
    }))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn the_opposite_is_given() {
        check("Not(true)", "false");
        check("Not(false)", "true");
        check(r#"Not("True")"#, "false");
        check(r#"Not("False")"#, "true");
        check("Not([nothing])", "true");
        check("NOT([bad])", "rejected: bad value");
        check(r#"Not("maybe")"#, r#"rejected: "maybe" is neither true nor false"#);
        check("Not([number])", "rejected: argument 1 of `Not` must be a boolean, it is the number 5");
        refused("Not(1)", "must be a boolean, this is a number");
    }
}
