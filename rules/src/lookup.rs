//! Look-up tables: rows of the target that records refer to by id and SCIM shows by name.
//!
//! Never asks for a table: the shell reads it by [`LookupRule::call`] and keeps it as long as it likes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use json::Value;

use crate::judge::TargetFault;
use crate::profile::{FieldPath, LookupRule};

/// Most rows of one table.
pub const LOOKUP_ROWS_MAX: usize = 10_000;

/// One table, read whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LookupTable {
    /// (id, row), in the order of the answer.
    rows: Vec<(Value, Value)>,
    /// Index into `rows` by the text of the id: a list page looks up one id per record.
    by_id: BTreeMap<String, usize>,
}

impl LookupTable {
    /// From the answer of the table's call. Of two rows with the same id the first counts.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there are no rows where the rule says, a row has no id, or there are too many.
    pub fn from_body(rule: &LookupRule, body: &Value) -> Result<Self, TargetFault> {
        let garbage = |what: &str| TargetFault::Garbage { reason: format!("look-up table {}: {what}", rule.name) };
        let rows = match rule.rows.assigned(body) {
            None if rule.optional && body.is_object() => return Ok(Self::default()),
            rows => rows
                .and_then(Value::as_array)
                .ok_or_else(|| garbage(&format!("no array of rows in {}", place(&rule.rows))))?,
        };
        if rows.len() > LOOKUP_ROWS_MAX {
            return Err(garbage(&format!("{} rows, at most {LOOKUP_ROWS_MAX} are read", rows.len())));
        }
        let mut table = Self::default();
        for row in rows {
            let id =
                rule.id.assigned(row).ok_or_else(|| garbage(&format!("a row without an id in {}", place(&rule.id))))?;
            let key = scalar_text(id).ok_or_else(|| garbage("an id that is neither text nor number"))?;
            table.by_id.entry(key.into_owned()).or_insert(table.rows.len());
            table.rows.push((id.clone(), row.clone()));
        }
        Ok(table)
    }

    /// The id of the row whose `field` is `text`: exactly, or without regard to case if only one row is so.
    #[must_use]
    pub fn id_of(&self, field: &FieldPath, text: &str) -> Option<&Value> {
        let names = || self.rows.iter().filter_map(|(id, row)| Some((id, field.assigned(row).and_then(scalar_text)?)));
        if let Some((id, _)) = names().find(|(_, name)| name == text) {
            return Some(id);
        }
        let folded = text.to_lowercase();
        let mut alike = names().filter(|(_, name)| name.to_lowercase() == folded);
        match (alike.next(), alike.next()) {
            (Some((id, _)), None) => Some(id),
            _ => None,
        }
    }

    /// The row with this id; an id is the same as text or as number.
    #[must_use]
    pub fn row_of(&self, id: &Value) -> Option<&Value> {
        let at = self.by_id.get(scalar_text(id)?.as_ref())?;
        self.rows.get(*at).map(|(_, row)| row)
    }

    /// `field` of the row with this id.
    #[must_use]
    pub fn field_of(&self, id: &Value, field: &FieldPath) -> Option<&Value> {
        self.row_of(id).and_then(|row| field.assigned(row))
    }
}

/// The tables that an exchange needs, by name.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Each shared with the cache it came from.
    pub tables: BTreeMap<String, Arc<LookupTable>>,
    /// What random values are made of; empty unless [`ResourceRules::random_bytes`](crate::profile::ResourceRules::random_bytes)
    /// asks for more.
    pub random: Random,
}

/// Bytes that nobody can guess, from the shell, for one resource that is made; never printed.
#[derive(Clone, Default)]
pub struct Random(Arc<[u8]>);

impl Random {
    /// Holds `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// `length` letters, digits, `-` and `_`, made of the bytes from `start` on, six bits of each; `None` if there are not enough.
    #[must_use]
    pub fn text(&self, start: usize, length: usize) -> Option<String> {
        let bytes = self.0.get(start..start.checked_add(length)?)?;
        Some(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect())
    }
}

/// The 64 characters of a random text (RFC 4648 §5): all are unreserved in URLs.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A JSON text, number or boolean as text; `None` for null, arrays and objects.
pub(crate) fn scalar_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(true) => Some(Cow::Borrowed("true")),
        Value::Bool(false) => Some(Cow::Borrowed("false")),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn place(field: &FieldPath) -> String {
    if field.is_whole() { "the body".to_owned() } else { format!("field `{field}`") }
}

/// Whether two scalars are spelled the same: some products say `0` and `"0"` by turns.
pub(crate) fn is_spelled_as(a: &Value, b: &Value) -> bool {
    a == b || matches!((scalar_text(a), scalar_text(b)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use json::json;

    use super::*;
    use crate::translate::fixture::shipped;

    fn table(body: &Value) -> Result<LookupTable, TargetFault> {
        LookupTable::from_body(&shipped("telemessage").lookups[0], body)
    }

    #[test]
    fn a_name_is_found_exactly_or_if_only_one_row_is_so_in_any_case() {
        let table = table(&json!({"managers": [
            {"id": 1, "name": "North"}, {"id": 2, "name": "NORTH"}, {"id": "3", "name": "Süd"}, {"id": 4}, {"id": 5, "name": 12},
            {"id": 1, "name": "Second with this id"},
        ]}))
        .unwrap();
        let name = FieldPath::parse("name").unwrap();
        for (text, expected) in [
            ("North", Some(json!(1))),
            ("NORTH", Some(json!(2))),
            ("north", None),
            ("SÜD", Some(json!("3"))),
            ("12", Some(json!(5))),
            ("", None),
            ("East", None),
        ] {
            assert_eq!(table.id_of(&name, text), expected.as_ref(), "{text}");
        }
        for (id, expected) in [
            (json!(1), Some(json!("North"))),
            (json!("1"), Some(json!("North"))),
            (json!(3), Some(json!("Süd"))),
            (json!(4), None),
            (json!(9), None),
            (json!([1]), None),
        ] {
            assert_eq!(table.field_of(&id, &name), expected.as_ref(), "{id}");
        }
    }

    #[test]
    fn a_table_that_cannot_be_trusted_is_garbage() {
        let rows = |count: usize| -> Value { (0..count).map(|id| json!({"id": id})).collect() };
        for (body, expected) in [
            (json!({"managers": []}), true),
            (json!({"managers": rows(LOOKUP_ROWS_MAX)}), true),
            (json!({"managers": rows(LOOKUP_ROWS_MAX + 1)}), false),
            (json!({"managers": [{"name": "x"}]}), false),
            (json!({"managers": [{"id": null}]}), false),
            (json!({"managers": [{"id": {}}]}), false),
            (json!({"managers": null}), false),
            (json!([]), false),
        ] {
            assert_eq!(table(&body).is_ok(), expected);
        }
    }

    #[test]
    fn a_table_may_be_left_out_where_the_profile_says_so() {
        let rule = LookupRule { optional: true, ..shipped("telemessage").lookups[0].clone() };
        for (body, expected) in [
            (json!({}), true),
            (json!({"managers": [{"id": 1}]}), true),
            (json!(null), false),
            (json!({"managers": 1}), false),
        ] {
            assert_eq!(LookupTable::from_body(&rule, &body).is_ok(), expected, "{body}");
            assert_eq!(table(&body).is_ok(), expected && body != json!({}), "{body}");
        }
    }
}
