//! A scope with values for the tests of the language and its functions, and `check`, which knows the API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use json::{Value as Json, json};

use super::{Expression, Scope, Type, Value, Variables};
use crate::functions::LIST_ITEMS_MAX;

/// What can be written in brackets.
static REFERENCES: LazyLock<Vec<(&str, Type, Json)>> = LazyLock::new(|| {
    let letters = |count: usize| -> Vec<String> { (0..count).map(|number| format!("item {number}")).collect() };
    let numbers = |count: usize| -> Vec<usize> { (0..count).collect() };
    vec![
        ("mail", Type::Any, json!("john.doe@example.com")),
        ("first", Type::Any, json!("John")),
        ("last", Type::Any, json!("Doe")),
        ("country", Type::Any, json!("USA")),
        ("department", Type::Any, json!("Sales")),
        ("dn", Type::Any, json!("cn=Joe,dc=example,dc=com")),
        ("nothing", Type::Any, Json::Null),
        ("number", Type::Any, json!(5)),
        ("bad", Type::Any, Json::Null),
        ("list", Type::Any, json!(["a", "b", "a"])),
        ("numbers", Type::Any, json!([1, 2, 1.0, 2])),
        ("object", Type::Any, json!({"a": 1})),
        ("long", Type::Any, json!("x".repeat(65_536))),
        ("sharp", Type::Any, json!("ΐ".repeat(32_768))),
        ("list_max", Type::Any, json!(letters(LIST_ITEMS_MAX))),
        ("list_over", Type::Any, json!(letters(LIST_ITEMS_MAX + 1))),
        ("numbers_max", Type::Any, json!(numbers(500))),
        ("numbers_over", Type::Any, json!(numbers(501))),
        ("commas_max", Type::Any, json!(",".repeat(LIST_ITEMS_MAX - 1))),
        ("commas_over", Type::Any, json!(",".repeat(LIST_ITEMS_MAX))),
        ("userName", Type::Text, json!("jdoe")),
        ("active", Type::Boolean, json!(true)),
        ("level", Type::Number, json!(3)),
        ("emails", Type::List, json!(["a@example.com"])),
        (r#"emails[type eq "work"].value"#, Type::Text, json!("w@example.com")),
        (r#"roles[value eq "]"].display"#, Type::Text, json!("bracket")),
    ]
});

/// What can be written bare.
static NAMES: LazyLock<Vec<(&str, Type, Json)>> = LazyLock::new(|| {
    vec![
        ("region", Type::Text, json!("US")),
        ("cost-center", Type::Text, json!("c1")),
        ("code", Type::Any, json!("MSISDN_TAKEN")),
        ("errors.0.field", Type::Any, json!("phone")),
    ]
});

/// The scope of the tests, and its values.
pub(crate) struct Fixture;

impl Scope for Fixture {
    fn reference(&self, text: &str) -> Option<(usize, Type)> {
        find(&REFERENCES, text)
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        find(&NAMES, text)
    }

    fn references_known(&self) -> Vec<String> {
        REFERENCES.iter().map(|(name, ..)| (*name).to_owned()).collect()
    }

    fn names_known(&self) -> Vec<String> {
        NAMES.iter().map(|(name, ..)| (*name).to_owned()).collect()
    }
}

impl Variables for Fixture {
    fn reference(&self, slot: usize) -> Value<'_> {
        match &REFERENCES[slot] {
            ("bad", ..) => Value::rejected("bad value"),
            (_, _, json) => Value::from_json(json),
        }
    }

    fn name(&self, slot: usize) -> Value<'_> {
        Value::from_json(&NAMES[slot].2)
    }
}

fn find(table: &[(&str, Type, Json)], text: &str) -> Option<(usize, Type)> {
    let slot = table.iter().position(|(name, ..)| *name == text)?;
    Some((slot, table[slot].1))
}

/// Compiles, evaluates and compares with what [`shown`] makes of the value.
#[track_caller]
pub(crate) fn check(text: &str, expected: &str) {
    let expression = Expression::compile(text, &Fixture).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"));
    let value = expression.eval(&Fixture);
    assert_eq!(shown(&value), expected, "{text}");
}

/// Compiles in vain; a message or its help holds `words`.
#[track_caller]
pub(crate) fn refused(text: &str, words: &str) {
    let problems = Expression::compile(text, &Fixture).expect_err(text);
    let told = |line: &str| line.contains(words);
    assert!(problems.iter().any(|problem| told(&problem.message) || told(&problem.help)), "{text}: {problems:#?}");
}

/// A value on one short line.
pub(crate) fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Absent => "absent".to_owned(),
        Value::Rejected(reason) => format!("rejected: {reason}"),
        Value::Text(text) if text.len() > 200 => format!("text of {} bytes", text.len()),
        Value::List(items) if items.len() > 20 => format!("list of {} items", items.len()),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Text(text) => format!("{text:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => format!("{number:?}"),
        Value::Object(members) => json::to_string(members).unwrap(),
    }
}
