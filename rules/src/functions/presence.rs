//! `IsNull`, `IsNullOrEmpty`, `IsPresent`, `IsString`: whether something is there, and what.
//!
//! A rejected value is none of these: its reason goes on.

use super::{Function, Gives, Outcome, Run, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// An attribute that is not assigned is null.
pub(super) const IS_NULL: Function = question("IsNull", "IsNull(value)", "whether nothing is there", is_null);

/// Empty are the empty text and the empty list.
pub(super) const IS_NULL_OR_EMPTY: Function = question(
    "IsNullOrEmpty",
    "IsNullOrEmpty(value)",
    "whether nothing, or nothing but emptiness, is there",
    is_null_or_empty,
);

/// Also for values that are no texts.
pub(super) const IS_PRESENT: Function =
    question("IsPresent", "IsPresent(value)", "the opposite of `IsNullOrEmpty`", is_present);

/// Nothing is no text.
pub(super) const IS_STRING: Function =
    question("IsString", "IsString(value)", "whether the value is a text", is_string);

const fn question(name: &'static str, signature: &'static str, doc: &'static str, run: Run) -> Function {
    let takes = Takes::exactly(&[Wants::Value]);
    Function { name, signature, doc, caution: "", takes, gives: Gives::Is(Type::Boolean), run }
}

fn is_null<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(Value::Boolean(arguments.usable(0)? == Value::Absent))
}

fn is_null_or_empty<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(Value::Boolean(arguments.usable(0)?.is_empty()))
}

fn is_present<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(Value::Boolean(!arguments.usable(0)?.is_empty()))
}

fn is_string<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(Value::Boolean(matches!(arguments.usable(0)?, Value::Text(_))))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn presence_is_told_from_emptiness() {
        for (value, null, empty, present, text) in [
            ("[nothing]", "true", "true", "false", "false"),
            (r#""""#, "false", "true", "false", "true"),
            (r#""x""#, "false", "false", "true", "true"),
            ("false", "false", "false", "true", "false"),
            ("[number]", "false", "false", "true", "false"),
            (r#"Split("", ",")"#, "false", "true", "false", "false"),
        ] {
            check(&format!("IsNull({value})"), null);
            check(&format!("IsNullOrEmpty({value})"), empty);
            check(&format!("IsPresent({value})"), present);
            check(&format!("IsString({value})"), text);
        }
        for function in ["IsNull", "IsNullOrEmpty", "IsPresent", "IsString"] {
            check(&format!("{function}([bad])"), "rejected: bad value");
        }
    }
}
