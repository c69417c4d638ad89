//! The functions of the expression language, one file each or each closely related pair.
//!
//! Names and argument conventions are those of Entra's "Reference for writing expressions for attribute mappings"
//! (learn.microsoft.com, 2024-08), so that an admin who knows them there knows them here; [`FUNCTIONS`] is the only place
//! that lists them. A function is total: what it cannot use it rejects with a reason, what is not there it passes on as
//! absent. Positions count characters from 1.
//!
//! | function | gives |
//! |---|---|
//! | `Append(text, suffix)` | the text with the suffix behind it |
//! | `CBool(value)` | true for `true`, `"true"` and numbers other than 0 |
//! | `Coalesce(value, …)` | the first value that is there and usable |
//! | `Contains(list, value)` | whether a list has the value |
//! | `Count(list)` | how many items the list has |
//! | `CStr(value)` | a number or boolean as a text |
//! | `DateTime(value, form)` | a date and time in UTC, from `"epoch"`, `"epoch-ms"`, `"date"` or `"local-time"` |
//! | `E164(text, region, strict?)` | the digits of a phone number in international form, without `+`; if `strict` is true, they must be written so already |
//! | `IgnoreFlowIfNullOrEmpty(value)` | the value, or nothing if it is empty |
//! | `IIF(condition, then, otherwise)` | one of two values |
//! | `InStr(text, find, start, compare)` | the position of a text in another, 0 if it is not there |
//! | `IsNull(value)` | whether nothing is there |
//! | `IsNullOrEmpty(value)` | whether nothing, or nothing but emptiness, is there |
//! | `IsPresent(value)` | the opposite of `IsNullOrEmpty` |
//! | `IsString(value)` | whether the value is a text |
//! | `Item(list, position)` | one item of a list |
//! | `Join(separator, value, …)` | all values that are not empty, with the separator between |
//! | `LastPart(link)` | the last part of a link's path |
//! | `Left(text, characters)` | the first characters |
//! | `Mid(text, start, characters)` | characters from the middle |
//! | `NormalizeDiacritics(text)` | Latin letters without their accents |
//! | `Not(value)` | false for `true` and `"True"`, otherwise true |
//! | `PCase(text, separators)` | each word with a capital, the rest small |
//! | `RemoveDuplicates(list)` | the list with each item once |
//! | `Replace(text, find, with)` | the text with every occurrence replaced; no regular expressions |
//! | `Split(text, separator)` | a list of the parts |
//! | `StripSpaces(text)` | the text without any spaces |
//! | `Switch(value, default, key, result, …)` | the result of the key that the value is |
//! | `ToLower(text)` | small letters |
//! | `ToUpper(text)` | capital letters |
//! | `Trim(text)` | the text without blanks at its ends |
//! | `Word(text, number, separators)` | one word of a text |

mod append;
mod bounded;
mod case;
mod coalesce;
mod contains;
mod convert;
mod date_time;
mod diacritics;
mod e164;
mod ignore_flow;
mod iif;
mod in_str;
mod item;
mod join;
mod last_part;
mod not;
mod pcase;
mod presence;
mod remove_duplicates;
mod replace;
mod spaces;
mod split;
mod substring;
mod switch;
mod word;

use std::fmt;

use crate::expression::{Arguments, Type, Value};

pub(crate) use self::bounded::LIST_ITEMS_MAX;
pub(crate) use self::e164::is_region;
pub(crate) use self::last_part::last_part;

/// A function of the expression language.
pub struct Function {
    /// Its name as documented; compared without case.
    pub name: &'static str,
    /// How it is called: `Left(text, characters)`.
    pub signature: &'static str,
    /// What it gives, in one sentence.
    pub doc: &'static str,
    /// What it does not do although the same function elsewhere does; for people whose call is refused. May be empty.
    pub(crate) caution: &'static str,
    pub(crate) takes: Takes,
    pub(crate) gives: Gives,
    pub(crate) run: Run,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Names are unique, so that they are the identity.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The body of a function. `Err` is a value that goes outward at once: an argument that was absent or rejected.
pub(crate) type Run = for<'v> fn(&Arguments<'v>) -> Outcome<'v>;

/// What a function gives.
pub(crate) type Outcome<'v> = Result<Value<'v>, Value<'v>>;

/// The arguments of a function, in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Takes {
    pub(crate) required: &'static [Wants],
    pub(crate) optional: &'static [Wants],
    /// A group that follows once or more often; then `optional` is empty.
    pub(crate) repeated: &'static [Wants],
}

impl Takes {
    /// Exactly these.
    const fn exactly(required: &'static [Wants]) -> Self {
        Self { required, optional: &[], repeated: &[] }
    }

    /// Whether a call may have so many arguments.
    pub(crate) fn accepts(&self, count: usize) -> bool {
        let Some(more) = count.checked_sub(self.required.len()) else { return false };
        match self.repeated.len() {
            0 => more <= self.optional.len(),
            group => more > 0 && more.is_multiple_of(group),
        }
    }

    /// What is wanted at a position of an accepted call.
    pub(crate) fn wants(&self, position: usize) -> Wants {
        let behind = position.saturating_sub(self.required.len());
        self.required.get(position).or_else(|| self.optional.get(behind)).copied().unwrap_or_else(|| {
            match self.repeated.len() {
                0 => Wants::Value,
                group => self.repeated[behind % group],
            }
        })
    }
}

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    /// Anything.
    Value,
    /// A text.
    Text,
    /// A boolean.
    Boolean,
    /// A boolean, or a text that says so.
    Truth,
    /// A number.
    Number,
    /// A list.
    List,
    /// A text that is a region for phone numbers; checked if it is a literal.
    Region,
    /// One of these words, bare or as a text.
    Word(&'static [&'static str]),
    /// Compared with the other keys: all of one type.
    Key,
    /// A possible result: all of one type.
    Branch,
    /// A possible result that may be left out.
    Default,
}

/// The type of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// This one.
    Is(Type),
    /// That of the branches.
    Branch,
}

static FUNCTIONS: [Function; 32] = [
    append::APPEND,
    convert::CBOOL,
    coalesce::COALESCE,
    contains::CONTAINS,
    item::COUNT,
    convert::CSTR,
    date_time::DATE_TIME,
    e164::E164,
    ignore_flow::IGNORE_FLOW,
    iif::IIF,
    in_str::IN_STR,
    presence::IS_NULL,
    presence::IS_NULL_OR_EMPTY,
    presence::IS_PRESENT,
    presence::IS_STRING,
    item::ITEM,
    join::JOIN,
    last_part::LAST_PART,
    substring::LEFT,
    substring::MID,
    diacritics::NORMALIZE_DIACRITICS,
    not::NOT,
    pcase::PCASE,
    remove_duplicates::REMOVE_DUPLICATES,
    replace::REPLACE,
    split::SPLIT,
    spaces::STRIP_SPACES,
    switch::SWITCH,
    case::TO_LOWER,
    case::TO_UPPER,
    spaces::TRIM,
    word::WORD,
];

/// Every function, in the order of the alphabet without case.
#[must_use]
pub fn functions() -> &'static [Function] {
    &FUNCTIONS
}

/// The function of this name, in any case.
pub(crate) fn named(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// Whether `text`, as the target holds it, is a normal form of `function` already and needs no reading.
pub(crate) fn is_normal(function: &Function, text: &str) -> bool {
    *function == e164::E164 && e164::is_normal(text)
}

/// Loads the metadata of phone numbers, which the first number that is read loads otherwise.
pub(crate) fn warm() {
    e164::warm();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_in_order_and_documented() {
        let names: Vec<String> = functions().iter().map(|function| function.name.to_lowercase()).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        let header = include_str!("functions.rs");
        let page = include_str!("../../docs/expressions.md");
        for function in functions() {
            let row = format!("| `{}` | {} |", function.signature, function.doc);
            assert!(function.signature.starts_with(&format!("{}(", function.name)), "{row}");
            assert!(header.contains(&format!("//! {row}\n")), "the table in functions.rs lacks: {row}");
            assert!(page.contains(&format!("{row}\n")), "docs/expressions.md lacks: {row}");
        }
    }

    #[test]
    fn arguments_are_counted_by_the_signature() {
        for (name, accepted) in [
            ("Left", vec![2]),
            ("InStr", vec![2, 3, 4]),
            ("PCase", vec![1, 2]),
            ("Coalesce", vec![1, 2, 3, 4, 5, 6, 7]),
            ("Join", vec![2, 3, 4, 5, 6, 7]),
            ("Switch", vec![4, 6]),
        ] {
            let takes = named(name).map(|function| function.takes);
            let counts: Vec<usize> = (0..8).filter(|count| takes.is_some_and(|takes| takes.accepts(*count))).collect();
            assert_eq!(counts, accepted, "{name}");
        }
    }
}
