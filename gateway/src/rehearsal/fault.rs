//! Which call ended an exchange with the target's fault, and what it was answered: for the operator, who is told more than an IdP.

use proxy::Failure;
use proxy::failure::TargetError;
use rules::{Body, Profile, TargetAnswer, TargetCall, TargetFault, Verdict};

/// Most of an answer that is shown, in characters.
const SHOWN_CHARS_MAX: usize = 500;

/// The place among `calls` of the one whose answer ended the exchange, and what is wrong with it; `None` if it ended otherwise.
/// A call that got no answer is none of them.
pub fn at_fault<'c>(
    profile: &Profile,
    failure: &Failure,
    calls: impl Iterator<Item = (&'c TargetCall, Option<&'c TargetAnswer>)>,
) -> Option<(usize, String)> {
    let Failure::Target(TargetError::Fault(fault)) = failure else { return None };
    let answered: Vec<(usize, &TargetCall, &TargetAnswer)> =
        calls.enumerate().filter_map(|(at, (call, answer))| Some((at, call, answer?))).collect();
    let judged = |call: &TargetCall, answer: &TargetAnswer| match profile.judge(call, answer.clone()) {
        Verdict::Failed(found) => found == *fault,
        _ => false,
    };
    // An answer that only those cannot use who wait for it names its call in what they say.
    let named = |call: &TargetCall| match fault {
        TargetFault::Garbage { reason } => names(reason, &call.route),
        _ => false,
    };
    let mut latest = answered.iter().rev();
    let found = answered
        .iter()
        .rfind(|(_, call, answer)| judged(call, answer))
        .or_else(|| answered.iter().rfind(|(_, call, _)| named(call)))
        .or_else(|| latest.next())?;
    let (at, call, answer) = *found;
    let came = shown(&answer.body);
    let told = format!(
        "{} {}   ← {}: {fault}; it answered {} {came}",
        call.verb,
        call.printable_path(),
        call.rule,
        answer.status
    );
    Some((at, told.trim_end().to_owned()))
}

/// Whether a reason is about the call `route`: `no record in the body of the answer to user.get`, `look-up table managers: …`.
fn names(reason: &str, route: &str) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_end_matches([',', ':', ';']);
        word == route || route.strip_prefix("lookup.").is_some_and(|table| word == table)
    };
    reason.split_ascii_whitespace().any(is_word)
}

fn shown(body: &Body) -> String {
    let text = match body {
        Body::Empty => return "without a body".to_owned(),
        Body::Json(json) => json.to_string(),
        Body::Text(text) => format!("(not JSON) {text}"),
    };
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use json::json;
    use rules::Verb;
    use rules::source::RuleRef;

    use super::*;

    /// A call of `route`, and what it was answered.
    fn call(route: &str, status: u16, body: json::Value) -> (TargetCall, Option<TargetAnswer>) {
        let rule = RuleRef { file: "p.toml".into(), line: 7, name: route.to_owned() };
        let path = format!("/{}", route.replace('.', "/"));
        (TargetCall::new(Verb::Get, path, route, rule), Some(TargetAnswer::new(status, Body::Json(body))))
    }

    #[test]
    fn the_call_behind_a_fault_is_found() {
        let shipped = rules::shipped::shipped("telemessage").unwrap();
        let profile = Profile::load("p.toml", shipped.profile).unwrap().0;
        let garbage = |reason: &str| TargetFault::Garbage { reason: reason.to_owned() };
        let calls = [
            call("user.find", 200, json!([1])),
            call("lookup.managers", 200, json!({"x": 2})),
            (call("user.get", 0, json!(null)).0, None),
            call("user.get", 500, json!({"y": "…".repeat(600)})),
            call("user.list", 200, json!(4)),
        ];
        for (fault, expected) in [
            (
                TargetFault::Broken { status: 500 },
                "3 GET /user/get   ← user.get (p.toml:7): the target failed (500); it answered 500 {",
            ),
            (garbage("look-up table managers: no array"), "1 GET /lookup/managers   ← lookup.managers (p.toml:7): "),
            (garbage("no rows in the body of the answer to user.find"), "0 GET /user/find   ← user.find (p.toml:7): "),
            (
                garbage("no array of rows in field `items`"),
                "4 GET /user/list   ← user.list (p.toml:7): the target's answer cannot be understood: no array of rows in field `items`; it answered 200 4",
            ),
        ] {
            let failure = Failure::Target(TargetError::Fault(fault));
            let calls = calls.iter().map(|(call, answer)| (call, answer.as_ref()));
            let (at, told) = at_fault(&profile, &failure, calls).unwrap();
            assert!(format!("{at} {told}").starts_with(expected), "{at} {told}");
            assert!(told.chars().count() < 700, "{told}");
        }
        for failure in [Failure::Overloaded, Failure::Target(TargetError::TimedOut { secs: 1 })] {
            let calls = calls.iter().map(|(call, answer)| (call, answer.as_ref()));
            assert_eq!(at_fault(&profile, &failure, calls), None);
        }
    }
}
