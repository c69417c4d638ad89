//! As much of `JSONPath` as the corpus needs: `$.a[0].b`, `['urn:x']`, `[?type=='work']`, and `.length` of a list.

use json::Value;

/// What `path` leads to; `None` if there is nothing.
pub(crate) fn select(body: &Value, path: &str) -> Option<Value> {
    let mut rest = path.strip_prefix('$').unwrap_or_else(|| panic!("no JSONPath: {path}"));
    let mut here = body.clone();
    while !rest.is_empty() {
        let (step, after) = next(rest).unwrap_or_else(|| panic!("no JSONPath: {path}"));
        here = taken(&here, step)?;
        rest = after;
    }
    Some(here)
}

/// One step of a path.
#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    Member(&'p str),
    Element(usize),
    Where(&'p str, &'p str),
}

/// The first step of a path, and the rest.
fn next(path: &str) -> Option<(Step<'_>, &str)> {
    if let Some(rest) = path.strip_prefix("['") {
        let (name, rest) = rest.split_once("']")?;
        return Some((Step::Member(name), rest));
    }
    if let Some(rest) = path.strip_prefix("[?") {
        let (condition, rest) = rest.split_once(']')?;
        let (name, value) = condition.split_once("==")?;
        return Some((Step::Where(name, value.strip_prefix('\'')?.strip_suffix('\'')?), rest));
    }
    if let Some(rest) = path.strip_prefix('[') {
        let (at, rest) = rest.split_once(']')?;
        return Some((Step::Element(at.parse().ok()?), rest));
    }
    let rest = path.strip_prefix('.')?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    (end > 0).then(|| (Step::Member(&rest[..end]), &rest[end..]))
}

fn taken(value: &Value, step: Step<'_>) -> Option<Value> {
    match (step, value) {
        (Step::Member("length"), Value::Array(elements)) => Some(elements.len().into()),
        (Step::Member(name), Value::Object(members)) => members.get(name).cloned(),
        (Step::Element(at), Value::Array(elements)) => elements.get(at).cloned(),
        (Step::Where(name, wanted), Value::Array(elements)) => {
            elements.iter().find(|element| element[name] == wanted).cloned()
        }
        _ => None,
    }
}

#[test]
fn paths_lead_where_they_say() {
    let body = json::json!({
        "emails": [{"type": "home", "value": "h"}, {"type": "work", "value": "w"}], "length": 7, "urn:x:2.0:User": {"a": {"b": 1}},
    });
    for (path, expected) in [
        ("$.emails.length", Some(2.into())),
        ("$.length", Some(7.into())),
        ("$.emails[0].value", Some("h".into())),
        ("$.emails[?type=='work'].value", Some("w".into())),
        ("$.emails[?type=='other'].value", None),
        ("$.emails[2]", None),
        ("$['urn:x:2.0:User'].a.b", Some(1.into())),
        ("$.nobody.home", None),
    ] {
        assert_eq!(select(&body, path), expected, "{path}");
    }
}
