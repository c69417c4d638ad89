//! What was made of a case against what it expects: every difference, with its line and the rule that made it.

use json::Value;
use rules::profile::ResourceRules;
use rules::source::RuleRef;
use rules::{Profile, TargetCall};

use crate::rehearsal::{
    Difference, Extra, Performed, Played, Remembered, at_fault, differ, field_rule, refusing_rule, resources, sent,
    shown_rule,
};

use super::cases::{Case, ExpectedBody, ExpectedCall, memory_as_json};

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
/// What is answered to a call that the case does not expect is not known, and so is what the exchange comes to: then only the
/// calls are told.
pub(super) fn compare(profile: &Profile, case: &Case, performed: &[Performed], played: &Played) -> Vec<Reason> {
    let mut reasons = calls(profile, case, performed);
    if reasons.is_empty() || performed.iter().all(|performed| performed.answer.is_some()) {
        reasons.extend(answer(profile, case, performed, played));
    }
    reasons
}

fn calls(profile: &Profile, case: &Case, performed: &[Performed]) -> Vec<Reason> {
    let made: Vec<&Performed> = performed.iter().filter(|performed| !performed.by_state).collect();
    let mut reasons = Vec::new();
    for at in 0..case.calls.len().max(made.len()) {
        let number = at + 1;
        match (case.calls.get(at), made.get(at)) {
            (Some(expected), Some(made)) => reasons.extend(call_differs(profile, number, expected, made)),
            (Some(expected), None) => {
                let text = format!("call {number} was not made\n- {}", expected.print());
                reasons.push(Reason { line: expected.line, text });
            }
            (None, Some(Performed { call, .. })) => {
                let text = format!("call {number} is not expected\n+ {}   ← {}", print(call), call.rule);
                reasons.push(Reason { line: case.line, text });
            }
            (None, None) => {}
        }
    }
    reasons
}

fn call_differs(profile: &Profile, number: usize, expected: &ExpectedCall, made: &Performed) -> Option<Reason> {
    let call = &made.call;
    let same_place = expected.script.verb.is_sent_as(call.verb) && expected.script.path == call.path;
    let mut details = Vec::new();
    if same_place {
        details.extend(body_differences(profile, expected, call));
        if let Some(expected) = expected.headers.as_ref().filter(|expected| !has_headers(made, expected)) {
            details.push(format!("headers: expected {}, got {}", listed(expected), listed(&made.headers(expected))));
        }
        if let Some(expected) = &expected.raw
            && let sent = sent(call)
            && *expected != sent
        {
            details.push(format!("raw: expected {expected:?}, got {sent:?}"));
        }
        if details.is_empty() {
            return None;
        }
    }
    let mut text = format!("call {number} is another\n- {}\n+ {}   ← {}", expected.print(), print(call), call.rule);
    for detail in details {
        text = format!("{text}\n  {detail}");
    }
    Some(Reason { line: expected.line, text })
}

/// How the bodies differ; a call whose encoded body is expected may leave out the other.
fn body_differences(profile: &Profile, expected: &ExpectedCall, call: &TargetCall) -> Vec<String> {
    match (&expected.body, &call.body) {
        (None, Some(_)) if expected.raw.is_some() => Vec::new(),
        (None, None) => Vec::new(),
        (Some(expected), Some(made)) => {
            let rules = resources(profile).find(|rules| call.route.starts_with(rules.noun));
            let rule = |place: &str| field_rule(rules?, place);
            let differences = differ(expected, made, Extra::Counts);
            differences.iter().map(|difference| with_rule(difference, rule(&difference.place))).collect()
        }
        (Some(_), None) => vec!["a body was expected, and there is none".to_owned()],
        (None, Some(_)) => vec!["no body was expected".to_owned()],
    }
}

fn answer(profile: &Profile, case: &Case, performed: &[Performed], played: &Played) -> Vec<Reason> {
    let expect = &case.expect;
    let mut texts = Vec::new();
    let body = played.body.as_ref().unwrap_or(&Value::Null);
    if expect.status != played.status {
        let shown = played.body.as_ref().map(Value::to_string).unwrap_or_default();
        let text = format!("status: expected {}, got {} {shown}", expect.status, played.status).trim_end().to_owned();
        let rule = played.failure.as_ref().and_then(|failure| refusing_rule(profile, failure));
        let calls = performed.iter().map(|performed| (&performed.call, performed.answer.as_ref()));
        let fault = played.failure.as_ref().and_then(|failure| at_fault(profile, failure, calls));
        texts.push(match (rule, fault) {
            (Some(rule), _) => format!("{text}   ← {rule}"),
            (None, Some((_, told))) => format!("{text}\n  {told}"),
            (None, None) => text,
        });
    }
    let rules = answered_by(profile, played);
    match &expect.body {
        ExpectedBody::Any => {}
        ExpectedBody::Nothing => {
            texts.extend(played.body.as_ref().map(|body| format!("body: expected nothing, got {body}")));
        }
        ExpectedBody::Members(expected) => {
            let differences = differ(expected, body, Extra::Ignored);
            let rule = |place: &str| rules.and_then(|rules| shown_rule(rules, place));
            texts.extend(differences.iter().map(|found| format!("body: {}", with_rule(found, rule(&found.place)))));
        }
    }
    for path in &expect.absent {
        if let Some(value) = member(body, path) {
            let rule = rules.and_then(|rules| shown_rule(rules, path));
            texts.push(format!("body: {}", ruled(format!("`{path}` must be absent, is {value}"), rule)));
        }
    }
    for (name, value) in &expect.headers {
        let got = played.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if got.is_none_or(|(_, got)| got != value) {
            let got = got.map_or("none", |(_, got)| got);
            texts.push(format!("header `{name}`: expected {value:?}, got {got:?}"));
        }
    }
    if let Some(expected) = &expect.remembered {
        texts.extend(memory_differs(expected, &played.remembered));
    }
    texts.into_iter().map(|text| Reason { line: expect.line, text }).collect()
}

/// How the store remembers something else than this.
fn memory_differs(expected: &[Remembered], found: &[Remembered]) -> Vec<String> {
    let same = |a: &Remembered, b: &Remembered| a.kind == b.kind && a.id == b.id;
    let mut texts = Vec::new();
    for wanted in expected {
        let Remembered { kind, id, memory } = wanted;
        match found.iter().find(|found| same(found, wanted)) {
            None => texts.push(format!("remembered: nothing of {kind} `{id}`")),
            Some(found) if found.memory == *memory => {}
            Some(found) => {
                let [memory, found] = [memory, &found.memory].map(|memory| Value::Object(memory_as_json(memory)));
                texts.push(format!("remembered of {kind} `{id}`: expected {memory}, got {found}"));
            }
        }
    }
    for more in found.iter().filter(|found| !expected.iter().any(|wanted| same(wanted, found))) {
        let Remembered { kind, id, memory } = more;
        texts.push(format!(
            "remembered of {kind} `{id}`: expected nothing, got {}",
            Value::Object(memory_as_json(memory))
        ));
    }
    texts
}

/// The rules of what the answer shows.
pub(super) fn answered_by<'p>(profile: &'p Profile, played: &Played) -> Option<&'p ResourceRules> {
    resources(profile).find(|rules| played.operation.starts_with(rules.noun))
}

fn with_rule(difference: &Difference, rule: Option<&RuleRef>) -> String {
    ruled(difference.to_string(), rule)
}

fn ruled(text: String, rule: Option<&RuleRef>) -> String {
    match rule {
        Some(rule) => format!("{text}   ← {rule}"),
        None => text,
    }
}

/// Whether a call has these headers, of its own no other, and of those that every call has at least these.
pub(super) fn has_headers(made: &Performed, expected: &[(String, String)]) -> bool {
    let made = made.headers(expected);
    expected.len() == made.len() && expected.iter().all(|header| made.contains(header))
}

fn listed(headers: &[(String, String)]) -> String {
    let listed: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    if listed.is_empty() { "none".to_owned() } else { listed.join(", ") }
}

/// The member of an answer at a path: `title`, `name.givenName`, `urn:…:2.0:User.department`.
pub(super) fn member<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
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
    use json::json;

    use super::*;

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
