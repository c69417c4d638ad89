//! `Join`: values with a separator between.

use super::bounded::BoundedText;
use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Empty values leave no separator behind: Entra documents `Join(", ", "", [surname], [givenName])` as `Doe, John`. Lists
/// are joined item by item. If nothing is there at all, the result is nothing.
pub(super) const JOIN: Function = Function {
    name: "Join",
    signature: "Join(separator, value, …)",
    doc: "all values that are not empty, with the separator between",
    caution: "",
    takes: Takes { required: &[Wants::Text], optional: &[], repeated: &[Wants::Value] },
    gives: Gives::Is(Type::Text),
    run: join,
};

fn join<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let separator = arguments.text(0)?;
    let mut joined = Joined { separator: &separator, out: BoundedText::default(), count: 0 };
    for position in 1..arguments.len() {
        match arguments.usable(position)? {
            Value::List(items) => items.into_iter().try_for_each(|item| joined.push(arguments, position, item))?,
            value => joined.push(arguments, position, value)?,
        }
    }
    if joined.count == 0 { Err(Value::Absent) } else { Ok(joined.out.finish()) }
}

struct Joined<'s> {
    separator: &'s str,
    out: BoundedText,
    count: usize,
}

impl Joined<'_> {
    fn push<'v>(&mut self, arguments: &Arguments<'v>, position: usize, value: Value<'v>) -> Result<(), Value<'v>> {
        let text = match value {
            empty if empty.is_empty() => return Ok(()),
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string().into(),
            Value::Decimal(number) => number.to_string().into(),
            Value::Boolean(truth) => truth.to_string().into(),
            other => return Err(arguments.unfit(position, other, "a text, a number, a boolean or a list of them")),
        };
        if self.count > 0 {
            self.out.push(self.separator)?;
        }
        self.count += 1;
        self.out.push(&text)
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn values_are_joined() {
        check(r#"Join(" ", [first], [last])"#, r#""John Doe""#);
        check(r#"Join(", ", "", [last], [first])"#, r#""Doe, John""#);
        check(r#"Join(".", [first], [nothing], [last])"#, r#""John.Doe""#);
        check(r#"Join("", 1000, true, 2.5, "x")"#, r#""1000true2.5x""#);
        check(r#"Join(";", [list], "c")"#, r#""a;b;a;c""#);
        check(r#"Join(";", [nothing], "")"#, "absent");
        check(r#"Join(";", [bad], "c")"#, "rejected: bad value");
        check(
            r#"Join(";", [object])"#,
            "rejected: argument 2 of `Join` must be a text, a number, a boolean or a list of them, it is an object",
        );
        refused(r#"Join(1, "a")"#, "must be a text, this is a number");
    }

    #[test]
    fn a_joined_text_is_bounded() {
        check(r#"Join("", [long], "")"#, "text of 65536 bytes");
        check(r#"Join("", [long], "x")"#, "rejected: the text becomes longer than 65536 bytes");
    }
}
