//! `RemoveDuplicates`: a list with each item once.

use std::collections::BTreeSet;

use super::bounded::LIST_ITEMS_MAX;
use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value, same, too_many};

/// The first of equal items stays. Texts are compared with case; items that are no scalars are compared whole.
pub(super) const REMOVE_DUPLICATES: Function = Function {
    name: "RemoveDuplicates",
    signature: "RemoveDuplicates(list)",
    doc: "the list with each item once",
    caution: "",
    takes: Takes::exactly(&[Wants::List]),
    gives: Gives::Is(Type::List),
    run: remove_duplicates,
};

/// Most items that are no texts: they are compared with each other, one by one.
const OTHER_ITEMS_MAX: usize = 500;

fn remove_duplicates<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let items = arguments.list(0)?;
    if items.len() > LIST_ITEMS_MAX {
        return Err(too_many());
    }
    let mut texts = BTreeSet::new();
    let mut others: Vec<&Value<'v>> = Vec::new();
    let mut first = Vec::with_capacity(items.len());
    for item in &items {
        first.push(match item {
            Value::Text(text) => texts.insert(&**text),
            other => {
                let is_new = !others.iter().any(|known| same(known, other));
                if is_new {
                    others.push(other);
                }
                is_new
            }
        });
        if others.len() > OTHER_ITEMS_MAX {
            return Err(Value::rejected(format!("more than {OTHER_ITEMS_MAX} items of the list are no texts")));
        }
    }
    let kept = items.iter().zip(first).filter(|(_, first)| *first).map(|(item, _)| item.clone());
    Ok(Value::List(kept.collect()))
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn the_first_of_equal_items_stays() {
        check("RemoveDuplicates([list])", r#"["a", "b"]"#);
        check(r#"RemoveDuplicates(Split("A,a,A", ","))"#, r#"["A", "a"]"#);
        check("RemoveDuplicates([numbers])", "[1, 2]");
        check("RemoveDuplicates([nothing])", "[]");
        check("RemoveDuplicates([bad])", "rejected: bad value");
    }

    #[test]
    fn lists_are_bounded() {
        check("RemoveDuplicates([list_max])", "list of 10000 items");
        check("RemoveDuplicates([list_over])", "rejected: the list gets more than 10000 items");
        check("Count(RemoveDuplicates([numbers_max]))", "500");
        check("RemoveDuplicates([numbers_over])", "rejected: more than 500 items of the list are no texts");
    }
}
