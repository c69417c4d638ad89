//! `CBool` and `CStr`: values of one type as another.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value, quoted};

/// Texts are read without case: `true`, `false`, or a number.
pub(super) const CBOOL: Function = Function {
    name: "CBool",
    signature: "CBool(value)",
    doc: "true for `true`, `\"true\"` and numbers other than 0",
    caution: "",
    takes: Takes::exactly(&[Wants::Value]),
    gives: Gives::Is(Type::Boolean),
    run: cbool,
};

/// Booleans as JSON writes them; lists and objects are rejected.
pub(super) const CSTR: Function = Function {
    name: "CStr",
    signature: "CStr(value)",
    doc: "a number or boolean as a text",
    caution: "",
    takes: Takes::exactly(&[Wants::Value]),
    gives: Gives::Is(Type::Text),
    run: cstr,
};

fn cbool<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(Value::Boolean(match arguments.usable(0)? {
        Value::Boolean(truth) => truth,
        Value::Integer(number) => number != 0,
        Value::Decimal(number) => number != 0.0,
        Value::Text(text) => match text.trim() {
            truth if truth.eq_ignore_ascii_case("true") => true,
            truth if truth.eq_ignore_ascii_case("false") => false,
            number => match number.parse::<f64>() {
                Ok(number) if number.is_finite() => number != 0.0,
                _ => return Err(Value::rejected(format!("{} is neither true nor false", quoted(&text)))),
            },
        },
        other => return Err(arguments.unfit(0, other, "a boolean, a number or a text")),
    }))
}

fn cstr<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    Ok(match arguments.usable(0)? {
        text @ Value::Text(_) => text,
        Value::Boolean(truth) => Value::borrowed(if truth { "true" } else { "false" }),
        Value::Integer(number) => Value::owned(number.to_string()),
        Value::Decimal(number) => Value::owned(number.to_string()),
        other => return Err(arguments.unfit(0, other, "a number, a boolean or a text")),
    })
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn cbool_reads_what_stands_for_true_and_false() {
        for (written, expected) in [
            ("true", "true"),
            ("0", "false"),
            ("-2", "true"),
            ("0.0", "false"),
            (r#""TRUE""#, "true"),
            (r#""False""#, "false"),
            (r#"" 1 ""#, "true"),
            (r#""0""#, "false"),
            (r#""yes""#, r#"rejected: "yes" is neither true nor false"#),
            (r#""""#, r#"rejected: "" is neither true nor false"#),
            ("[first] == [first]", "true"),
            ("[nothing]", "absent"),
            ("[list]", "rejected: argument 1 of `CBool` must be a boolean, a number or a text, it is a list"),
        ] {
            check(&format!("CBool({written})"), expected);
        }
    }

    #[test]
    fn cstr_writes_as_json_does() {
        for (written, expected) in [
            ("5", r#""5""#),
            ("-2.50", r#""-2.5""#),
            ("true", r#""true""#),
            ("[dn]", r#""cn=Joe,dc=example,dc=com""#),
            ("[nothing]", "absent"),
            ("[object]", "rejected: argument 1 of `CStr` must be a number, a boolean or a text, it is an object"),
        ] {
            check(&format!("CStr({written})"), expected);
        }
    }
}
