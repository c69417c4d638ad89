//! `Switch`: a table of keys and results.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Value, same};

/// Case counts. A value that is not there is the key `""` if there is one, as in Entra; otherwise it is the default, which
/// may be left out: `Switch([a], , "x", "y")`. Only the chosen result is evaluated.
pub(super) const SWITCH: Function = Function {
    name: "Switch",
    signature: "Switch(value, default, key, result, …)",
    doc: "the result of the key that the value is",
    caution: "",
    takes: Takes { required: &[Wants::Key, Wants::Default], optional: &[], repeated: &[Wants::Key, Wants::Branch] },
    gives: Gives::Branch,
    run: switch,
};

fn switch<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let value = match arguments.usable(0)? {
        Value::Absent => Value::borrowed(""),
        value => value,
    };
    for position in (2..arguments.len()).step_by(2) {
        if same(&value, &arguments.usable(position)?) {
            return Ok(arguments.value(position + 1));
        }
    }
    Ok(arguments.value(1))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn the_key_chooses() {
        let zones = |state: &str| {
            format!(
                r#"Switch({state}, "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")"#
            )
        };
        check(&zones(r#""QLD""#), r#""Australia/Brisbane""#);
        check(&zones(r#""qld""#), r#""Australia/Sydney""#);
        check(&zones("[nothing]"), r#""Australia/Sydney""#);
        check(r#"Switch(ToLower("TRUE"), "0", "true", "1", "false", "0")"#, r#""1""#);
        check(r#"Switch([nothing], "Default Value", "true", "1", "", "0")"#, r#""0""#);
        check(r#"Switch("x", , "y", "z")"#, "absent");
        check("Switch([number], 0, 5, 1, 6, [bad])", "1");
        check("Switch([number], 0, 5.0, 1)", "1");
        check("Switch([bad], 0, 5, 1)", "rejected: bad value");
    }

    #[test]
    fn keys_are_of_one_type_and_results_are() {
        refused(r#"Switch("a", 0, 5, 1)"#, "this is a number, the value before it is a text");
        refused(r#"Switch(1, "a", 5, 1)"#, "this is a number, the value before it is a text");
        refused(r#"Switch(1, "a", 5, "b", 6)"#, "`Switch` does not take 5 arguments");
    }
}
