//! `InStr`: where a text stands in another.

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Entra's names for comparing without and with case.
const COMPARISONS: [&str; 2] = ["vbTextCompare", "vbBinaryCompare"];

/// The search begins at `start`, 1 if it is left out; the position always counts from the beginning of the text.
pub(super) const IN_STR: Function = Function {
    name: "InStr",
    signature: "InStr(text, find, start, compare)",
    doc: "the position of a text in another, 0 if it is not there",
    caution: "`start` and `compare` (`vbTextCompare` or `vbBinaryCompare`) may be left out",
    takes: Takes {
        required: &[Wants::Text, Wants::Text],
        optional: &[Wants::Number, Wants::Word(&COMPARISONS)],
        repeated: &[],
    },
    gives: Gives::Is(Type::Number),
    run: in_str,
};

fn in_str<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let mut text = arguments.text(0)?;
    let mut find = arguments.text(1)?;
    let start = if arguments.len() > 2 { arguments.integer(2)? } else { 1 };
    if arguments.text_or_none(3)?.as_deref() == Some(COMPARISONS[0]) {
        text = one_to_one(&text).into();
        find = one_to_one(&find).into();
    }
    let skipped = usize::try_from(start.saturating_sub(1)).unwrap_or(0);
    let Some(from) = text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(skipped) else {
        return Ok(Value::Integer(0));
    };
    let position = text[from..].find(&*find).map_or(0, |at| text[..from + at].chars().count() + 1);
    Ok(i64::try_from(position).map_or(Value::Absent, Value::Integer))
}

/// Small letters, one for each character, so that positions stay.
fn one_to_one(text: &str) -> String {
    text.chars().map(|character| character.to_lowercase().next().unwrap_or(character)).collect()
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::{check, refused};

    #[test]
    fn positions_count_characters_from_one() {
        check(r#"InStr("The quick brown fox", "quick")"#, "5");
        check(r#"InStr("repEated", "e", 3, vbBinaryCompare)"#, "7");
        check(r#"InStr("repEated", "e", 3, vbTextCompare)"#, "4");
        check(r#"InStr("repEated", "e", 3, "VBTEXTCOMPARE")"#, "4");
        check(r#"InStr("repEated", "x")"#, "0");
        check(r#"InStr("öäü", "ü")"#, "3");
        check(r#"InStr("abc", "a", -9)"#, "1");
        check(r#"InStr("abc", "", 4)"#, "4");
        check(r#"InStr("abc", "c", 5)"#, "0");
        check(r#"InStr("abc", "c", 9223372036854775807)"#, "0");
        check(r#"InStr("abc", "c", -9223372036854775807)"#, "3");
        check(r#"InStr([nothing], "c")"#, "absent");
        check(
            r#"InStr("abc", "c", 1.5)"#,
            "rejected: argument 3 of `InStr` must be a whole number, it is the number 1.5",
        );
    }

    #[test]
    fn the_comparison_is_one_of_two_words() {
        refused(r#"InStr("a", "b", 1, vbOther)"#, "vbTextCompare");
    }
}
