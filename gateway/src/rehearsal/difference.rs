//! Two JSON values, member by member: where they differ, and how.

use std::fmt;

use json::Value;

/// Whether members that are not expected count as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// They do: both must be the same.
    Counts,
    /// They do not: what is expected must be there.
    Ignored,
}

/// One place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// `emails[0].value`; empty for the whole.
    pub place: String,
    /// What was expected, or there before; `None` if nothing was.
    pub expected: Option<Value>,
    /// What is there; `None` if nothing is.
    pub found: Option<Value>,
}

impl fmt::Display for Difference {
    /// `` `title`: expected "a", got "b" ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { place, expected, found } = self;
        match (expected, found) {
            (Some(expected), Some(found)) => write!(f, "`{place}`: expected {expected}, got {found}"),
            (Some(expected), None) => write!(f, "`{place}`: expected {expected}, it is not there"),
            (None, Some(found)) => write!(f, "`{place}`: not expected, is {found}"),
            (None, None) => Ok(()),
        }
    }
}

/// Where `found` is not as expected. Arrays are compared element by element, in order.
#[must_use]
pub fn differ(expected: &Value, found: &Value, extra: Extra) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare("", expected, found, extra, &mut differences);
    differences
}

fn compare(at: &str, expected: &Value, value: &Value, extra: Extra, differences: &mut Vec<Difference>) {
    match (expected, value) {
        (Value::Object(expected), Value::Object(members)) => {
            for (name, expected) in expected {
                let place = inside(at, name);
                match members.get(name) {
                    Some(member) => compare(&place, expected, member, extra, differences),
                    None => differences.push(Difference { place, expected: Some(expected.clone()), found: None }),
                }
            }
            let unexpected = members.iter().filter(|(name, _)| extra == Extra::Counts && !expected.contains_key(name));
            differences.extend(unexpected.map(|(name, member)| Difference {
                place: inside(at, name),
                expected: None,
                found: Some(member.clone()),
            }));
        }
        (Value::Array(expected), Value::Array(elements)) if expected.len() == elements.len() => {
            for (index, (expected, element)) in expected.iter().zip(elements).enumerate() {
                compare(&format!("{at}[{index}]"), expected, element, extra, differences);
            }
        }
        _ if expected == value => {}
        _ => differences.push(Difference {
            place: at.to_owned(),
            expected: Some(expected.clone()),
            found: Some(value.clone()),
        }),
    }
}

fn inside(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

#[cfg(test)]
mod tests {
    use json::json;

    use super::*;

    #[test]
    fn a_difference_is_told_by_its_place() {
        let rows: [(Value, Value, Extra, &[&str]); 9] = [
            (json!({"a": 1}), json!({"a": 1, "b": 2}), Extra::Ignored, &[]),
            (json!({"a": 1}), json!({"a": 1, "b": 2}), Extra::Counts, &["`b`: not expected, is 2"]),
            (json!({"a": {"b": 1}}), json!({"a": {"c": 2}}), Extra::Ignored, &["`a.b`: expected 1, it is not there"]),
            (
                json!({"a": {"b": 1}}),
                json!({"a": {"c": 2}}),
                Extra::Counts,
                &["`a.b`: expected 1, it is not there", "`a.c`: not expected, is 2"],
            ),
            (json!({"a": null}), json!({"a": null}), Extra::Counts, &[]),
            (json!({"a": null}), json!({}), Extra::Counts, &["`a`: expected null, it is not there"]),
            (
                json!({"a": [{"b": 1}]}),
                json!({"a": [{"b": 2, "c": 3}]}),
                Extra::Ignored,
                &["`a[0].b`: expected 1, got 2"],
            ),
            (json!({"a": [1]}), json!({"a": [1, 2]}), Extra::Ignored, &["`a`: expected [1], got [1,2]"]),
            (json!({"a": "1"}), json!({"a": 1}), Extra::Ignored, &["`a`: expected \"1\", got 1"]),
        ];
        for (expected, value, extra, differences) in rows {
            let found: Vec<String> = differ(&expected, &value, extra).iter().map(ToString::to_string).collect();
            assert_eq!(found, differences, "{expected} {value} {extra:?}");
        }
    }
}
