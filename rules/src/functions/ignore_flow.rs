//! `IgnoreFlowIfNullOrEmpty`: emptiness is nothing.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Value};

/// Empty are the empty text and the empty list.
pub(super) const IGNORE_FLOW: Function = Function {
    name: "IgnoreFlowIfNullOrEmpty",
    signature: "IgnoreFlowIfNullOrEmpty(value)",
    doc: "the value, or nothing if it is empty",
    caution: "",
    takes: Takes::exactly(&[Wants::Branch]),
    gives: Gives::Branch,
    run: ignore,
};

fn ignore<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let value = arguments.usable(0)?;
    if value.is_empty() { Err(Value::Absent) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn emptiness_is_dropped() {
        check("IgnoreFlowIfNullOrEmpty([first])", r#""John""#);
        check("IgnoreFlowIfNullOrEmpty([nothing])", "absent");
        check(r#"IgnoreFlowIfNullOrEmpty("")"#, "absent");
        check(r#"IgnoreFlowIfNullOrEmpty(Split("", ","))"#, "absent");
        check("IgnoreFlowIfNullOrEmpty(false)", "false");
        check("IgnoreFlowIfNullOrEmpty(0)", "0");
        check("IgnoreFlowIfNullOrEmpty([bad])", "rejected: bad value");
    }

    #[test]
    fn entra_drops_an_unknown_title_so() {
        let with = |prefix: &str| {
            format!(
                r#"IgnoreFlowIfNullOrEmpty(Switch("{prefix}", "", "3443", "Dr.", "3444", "Prof.", "3445", "Prof. Dr."))"#
            )
        };
        check(&with("3444"), r#""Prof.""#);
        check(&with("1"), "absent");
    }
}
