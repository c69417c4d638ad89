//! What was made of a case against what it expects: every difference, with its line.

use rules::TargetCall;
use serde_json::Value;

use crate::rehearsal::Played;

use super::cases::{Case, ExpectedCall};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// 1-based line of the expectation.
    pub(super) line: usize,
    /// What differs; a small diff has several lines.
    pub(super) text: String,
}

/// Why the case failed; nothing if it passed.
///
/// Where a call differs, only the calls are told: the answer follows from them.
pub(super) fn compare(case: &Case, made: &[TargetCall], played: &Played) -> Vec<Reason> {
    let calls = calls(case, made);
    if calls.is_empty() { answer(case, played) } else { calls }
}

fn calls(case: &Case, made: &[TargetCall]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for at in 0..case.calls.len().max(made.len()) {
        let number = at + 1;
        match (case.calls.get(at), made.get(at)) {
            (Some(expected), Some(call)) => reasons.extend(call_differs(number, expected, call)),
            (Some(expected), None) => {
                let text = format!("call {number} was not made\n- {}", expected.print());
                reasons.push(Reason { line: expected.line, text });
            }
            (None, Some(call)) => {
                let text = format!("call {number} is not expected\n+ {}", print(call));
                reasons.push(Reason { line: case.line, text });
            }
            (None, None) => {}
        }
    }
    reasons
}

fn call_differs(number: usize, expected: &ExpectedCall, call: &TargetCall) -> Option<Reason> {
    let same_place = expected.script.verb == call.verb && expected.script.path == call.path;
    if same_place && expected.body == call.body {
        return None;
    }
    let mut text = format!("call {number} is another\n- {}\n+ {}", expected.print(), print(call));
    if let (true, Some(expected), Some(made)) = (same_place, &expected.body, &call.body) {
        let mut differences = Vec::new();
        differ("", expected, made, Extra::Counts, &mut differences);
        for difference in differences {
            text = format!("{text}\n  {difference}");
        }
    }
    Some(Reason { line: expected.line, text })
}

fn answer(case: &Case, played: &Played) -> Vec<Reason> {
    let expect = &case.expect;
    let mut texts = Vec::new();
    if expect.status != played.status {
        let body = played.body.as_ref().map(Value::to_string).unwrap_or_default();
        texts.push(format!("status: expected {}, got {} {body}", expect.status, played.status).trim_end().to_owned());
    }
    let body = played.body.as_ref().unwrap_or(&Value::Null);
    if let Some(expected) = &expect.body {
        let mut differences = Vec::new();
        differ("", expected, body, Extra::Ignored, &mut differences);
        texts.extend(differences.into_iter().map(|difference| format!("body: {difference}")));
    }
    for path in &expect.absent {
        if let Some(value) = member(body, path) {
            texts.push(format!("body: `{path}` must be absent, is {value}"));
        }
    }
    texts.into_iter().map(|text| Reason { line: expect.line, text }).collect()
}

/// Whether members that are not expected count as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extra {
    Counts,
    Ignored,
}

/// Where `value` is not as expected. Arrays are compared element by element, in order.
fn differ(at: &str, expected: &Value, value: &Value, extra: Extra, found: &mut Vec<String>) {
    match (expected, value) {
        (Value::Object(expected), Value::Object(members)) => {
            for (name, expected) in expected {
                let place = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                match members.get(name) {
                    Some(member) => differ(&place, expected, member, extra, found),
                    None => found.push(format!("`{place}`: expected {expected}, it is not there")),
                }
            }
            let unexpected = members.iter().filter(|(name, _)| extra == Extra::Counts && !expected.contains_key(*name));
            for (name, member) in unexpected {
                let place = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                found.push(format!("`{place}`: not expected, is {member}"));
            }
        }
        (Value::Array(expected), Value::Array(elements)) if expected.len() == elements.len() => {
            for (index, (expected, element)) in expected.iter().zip(elements).enumerate() {
                differ(&format!("{at}[{index}]"), expected, element, extra, found);
            }
        }
        _ if expected == value => {}
        _ => found.push(format!("`{at}`: expected {expected}, got {value}")),
    }
}

/// The member of an answer at a path: `title`, `name.givenName`, `urn:…:2.0:User.department`.
fn member<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if let Some(member) = value.get(path) {
        return Some(member);
    }
    // A URN has dots of its own, so every dot may be the one between two names.
    path.match_indices('.').find_map(|(dot, _)| member(value.get(&path[..dot])?, &path[dot + 1..]))
}

impl ExpectedCall {
    fn print(&self) -> String {
        text(self.script.verb.as_str(), &self.script.path, self.body.as_ref())
    }
}

/// A call with everything in it: cases hold invented people only, and a difference in a password must be seen.
fn print(call: &TargetCall) -> String {
    text(call.verb.as_str(), &call.path, call.body.as_ref())
}

fn text(verb: &str, path: &str, body: Option<&Value>) -> String {
    match body {
        Some(body) => format!("{verb} {path} {body}"),
        None => format!("{verb} {path}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
            let mut found = Vec::new();
            differ("", &expected, &value, extra, &mut found);
            assert_eq!(found, differences, "{expected} {value} {extra:?}");
        }
    }

    #[test]
    fn a_member_is_found_by_a_path_whose_names_have_dots() {
        let answer = json!({"name": {"givenName": "Ada"}, "urn:x:2.0:User": {"department": "Desk"}, "a.b": 1});
        let rows = [
            ("name.givenName", Some(json!("Ada"))),
            ("urn:x:2.0:User.department", Some(json!("Desk"))),
            ("a.b", Some(json!(1))),
            ("name.familyName", None),
            ("givenName", None),
            ("", None),
        ];
        for (path, expected) in rows {
            assert_eq!(member(&answer, path), expected.as_ref(), "{path}");
        }
    }
}
