//! `Count` and `Item`: lists. A single value counts as a list of itself, because targets write one item so.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Nothing is 0.
pub(super) const COUNT: Function = Function {
    name: "Count",
    signature: "Count(list)",
    doc: "how many items the list has",
    caution: "",
    takes: Takes::exactly(&[Wants::List]),
    gives: Gives::Is(Type::Number),
    run: count,
};

/// The first item is 1; where there is none, the item is absent.
pub(super) const ITEM: Function = Function {
    name: "Item",
    signature: "Item(list, position)",
    doc: "one item of a list",
    caution: "",
    takes: Takes::exactly(&[Wants::List, Wants::Number]),
    gives: Gives::Is(Type::Any),
    run: item,
};

fn count<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let items = arguments.list(0)?;
    Ok(i64::try_from(items.len()).map_or(Value::Absent, Value::Integer))
}

fn item<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let mut items = arguments.list(0)?;
    let position = arguments.integer(1)?;
    match usize::try_from(position.saturating_sub(1)) {
        Ok(index) if index < items.len() => Ok(items.swap_remove(index)),
        _ => Err(Value::Absent),
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn items_count_from_one() {
        check("Item([list], 1)", r#""a""#);
        check("Item([list], 3)", r#""a""#);
        check("Item([list], 4)", "absent");
        check("Item([list], 0)", "absent");
        check("Item([list], -9223372036854775807)", "absent");
        check("Item([nothing], 1)", "absent");
        check("Item([number], 1)", "5");
        check("Item([list], [bad])", "rejected: bad value");
        refused(r#"Item("text", 1)"#, "must be a list, this is a text");
    }

    #[test]
    fn count_counts() {
        check("Count([list])", "3");
        check("Count([nothing])", "0");
        check("Count([number])", "1");
        check(r#"Count(Split("a;b", ";"))"#, "2");
    }
}
