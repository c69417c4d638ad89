//! `Coalesce`: the first value that can be had.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Value};

/// An empty text is there, as in Entra. If nothing is there, the first reason for a rejection is given on, so that it is
/// not lost.
pub(super) const COALESCE: Function = Function {
    name: "Coalesce",
    signature: "Coalesce(value, …)",
    doc: "the first value that is there and usable",
    caution: "",
    takes: Takes { required: &[], optional: &[], repeated: &[Wants::Branch] },
    gives: Gives::Branch,
    run: coalesce,
};

fn coalesce<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let mut rejected = Value::Absent;
    for position in 0..arguments.len() {
        match arguments.value(position) {
            reason @ Value::Rejected(_) if rejected == Value::Absent => rejected = reason,
            Value::Absent | Value::Rejected(_) => {}
            value => return Ok(value),
        }
    }
    Err(rejected)
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn the_first_value_that_is_there_is_taken() {
        check("Coalesce([nothing], [mail])", r#""john.doe@example.com""#);
        check(r#"Coalesce([nothing], "", "x")"#, r#""""#);
        check("Coalesce([nothing], [nothing])", "absent");
        check(r#"Coalesce([bad], [nothing], "x")"#, r#""x""#);
        check("Coalesce([nothing], [bad])", "rejected: bad value");
    }

    #[test]
    fn the_values_are_of_one_type() {
        refused(r#"Coalesce("a", 1)"#, "this is a number, the value before it is a text");
    }
}
