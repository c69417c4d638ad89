//! `[[error]]`: the target's errors in the IdP's terms.

use std::sync::Arc;

use regex::RegexBuilder;
use scim::ScimType;

use super::scope::condition;
use crate::diagnostics::{Code, closest};
use crate::document::{Section, Sheet, Text, shortened};
use crate::judge::is_route;
use crate::profile::{Around, DeleteRule, ErrorMeaning, ErrorRule, LookupRule, Pattern, ResourceRules};

/// Most rows of the error table.
pub(super) const ERRORS_MAX: usize = 1_000;
/// Longest pattern, in bytes.
pub(super) const PATTERN_BYTES_MAX: usize = 500;
/// Largest pattern once it is compiled, in bytes.
pub(super) const PATTERN_SIZE_MAX: usize = 64 * 1024;
/// Longest text for the IdP's admin, in bytes.
pub(super) const DETAIL_BYTES_MAX: usize = 1_000;

/// What an IdP may be told. Never 401, which makes Entra stop the whole job (traps 7), and never a status without meaning
/// in RFC 7644 §3.12.
const STATUSES: [usize; 8] = [400, 403, 404, 409, 413, 429, 501, 503];

/// All rows.
pub(super) fn rows(root: &Section<'_>) -> Vec<ErrorRule> {
    root.sections("error", ERRORS_MAX).into_iter().filter_map(row).collect()
}

fn row(section: Section<'_>) -> Option<ErrorRule> {
    let rule = section.sheet.rule("error", section.span);
    let when = section.section("when").map(|when| {
        let status = when.number("status", 200..=599);
        let body = condition(&when, "body");
        let matches = pattern(&when);
        let call = when.text("call");
        if ["status", "body", "matches"].into_iter().all(|key| when.value(key).is_none()) {
            let help = "write `status`, `body`, `matches`, or several of them";
            when.report(Code::OneOf, when.span, "`when` says nothing of the answer", help);
        }
        when.finish();
        (status, body, matches, call.map(|call| call.value.to_owned()))
    });
    if section.value("when").is_none() {
        section.missing("when", "{ status = 422, body = \"code == 'TAKEN'\" }");
    }
    let means = meaning(&section);
    section.finish();
    let (status, body, matches, call) = when?;
    let status = status.and_then(|status| u16::try_from(status).ok());
    Some(ErrorRule { rule, status, body, matches, call, means: means? })
}

/// Warns of rows for calls that the profile does not make.
pub(super) fn unasked(
    sheet: &Sheet<'_>,
    errors: &[ErrorRule],
    types: &[Option<&ResourceRules>],
    lookups: &[LookupRule],
) {
    let mut routes: Vec<String> = types.iter().flatten().flat_map(|rules| routes(rules)).collect();
    routes.extend(lookups.iter().map(|lookup| format!("lookup.{}", lookup.name)));
    routes.push("target.probe".to_owned());
    // What a rule is called where it is shown may say more than its route: `user.find.userName`.
    let rules: Vec<&str> = types.iter().flatten().flat_map(|rules| named(rules)).collect();
    let named = errors.iter().filter_map(|row| Some((row.call.as_deref()?, row.rule.line)));
    for (name, line) in named {
        if rules.contains(&name) || routes.iter().any(|route| is_route(name, route)) {
            continue;
        }
        let known = closest(name, rules.iter().copied().chain(routes.iter().map(String::as_str)));
        let help = match known {
            Some(known) => format!("did you mean `{known}`?"),
            None => "write `user.create`, `user.find.userName`, `group.members.add` or the name of a step".to_owned(),
        };
        let message = format!("no call is named `{}`: this row never fits", shortened(name));
        sheet.report(Code::ErrorCall, sheet.line(line), message, help);
    }
}

/// What the rules of one type of resource are called that make calls which have no name of their own as routes.
fn named(rules: &ResourceRules) -> impl Iterator<Item = &str> {
    let main = rules.create.iter().map(|create| &create.call).chain(rules.update.iter().map(|update| &update.call));
    let calls = main.chain(arounds(rules).flat_map(|(_, around)| around.calls()));
    let joins = rules.record.joins.iter().map(|join| &join.call);
    let names = calls.chain(joins).map(|call| call.rule.name.as_str());
    rules.find.iter().map(|find| find.rule.name.as_str()).chain(names)
}

/// What is done around the calls that write, with their names.
fn arounds(rules: &ResourceRules) -> impl Iterator<Item = (&'static str, &Around)> {
    let delete = match &rules.delete {
        Some(DeleteRule::Call(delete)) => Some(("delete", &delete.around)),
        _ => None,
    };
    let create = rules.create.iter().map(|create| ("create", &create.around));
    create.chain(rules.update.iter().map(|update| ("update", &update.around))).chain(delete)
}

/// The routes of the calls that one type of resource can have.
fn routes(rules: &ResourceRules) -> Vec<String> {
    const CALLS: [&str; 18] = [
        "get",
        "find",
        "list",
        "list.total",
        "sort",
        "sort.total",
        "join",
        "create",
        "update",
        "delete",
        "members.list",
        "members.add",
        "members.remove",
        "members.set",
        "members.find",
        "members.merge",
        "members.has",
        "members.of",
    ];
    let calls = CALLS.iter().map(|call| format!("{}.{call}", rules.noun));
    let steps = arounds(rules).flat_map(|(scene, around)| {
        let names = around.before.iter().chain(&around.after).filter_map(|step| step.name.as_deref());
        let fixed = ["check", "step", "undo"].into_iter();
        names.chain(fixed).map(move |step| format!("{}.{scene}.{step}", rules.noun)).collect::<Vec<_>>()
    });
    calls.chain(steps).collect()
}

/// `matches`, with `at`.
fn pattern(when: &Section<'_>) -> Option<Pattern> {
    let at = super::call::field(when, "at");
    let Some(text) = when.text("matches") else {
        if let Some(at) = when.value("at").filter(|_| when.value("matches").is_none()) {
            when.report(Code::MissingKey, at.key.span, "`at` is for `matches`, and there is none", "take it away");
        }
        return None;
    };
    let problem = |message: String| {
        let help = "write a pattern as the crate `regex` knows them: \"already (taken|in use)\"";
        when.report(Code::Pattern, text.span, message, help);
    };
    if !(1..=PATTERN_BYTES_MAX).contains(&text.value.len()) {
        problem(format!("a pattern has 1 to {PATTERN_BYTES_MAX} bytes"));
        return None;
    }
    match RegexBuilder::new(text.value).case_insensitive(true).size_limit(PATTERN_SIZE_MAX).build() {
        Ok(regex) => Some(Pattern { regex, at }),
        Err(regex::Error::CompiledTooBig(_)) => {
            problem("the pattern is too large once it is compiled".to_owned());
            None
        }
        // The crate's message shows the pattern over several lines; its last one says what is wrong.
        Err(error) => {
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            problem(format!("the pattern is not of the grammar: {reason}"));
            None
        }
    }
}

fn meaning(section: &Section<'_>) -> Option<ErrorMeaning> {
    match (section.value("scim"), section.value("is")) {
        (Some(_), None) => section.section("scim").and_then(scim_error),
        (None, Some(_)) => section.word("is", &PLAIN).map(|plain| match plain {
            Plain::Success => ErrorMeaning::Success,
            Plain::Absent => ErrorMeaning::Absent,
            Plain::Changed => ErrorMeaning::Changed,
            Plain::Busy => ErrorMeaning::Busy,
        }),
        (scim, _) => {
            let (span, message) = match scim {
                Some(scim) => (scim.key.span, "an error row has `scim` or `is`, not both"),
                None => (section.span, "an error row does not say what the error means"),
            };
            let help = "write `scim = { status = 409, type = \"uniqueness\", detail = \"…\" }` or `is = \"success\"`";
            section.report(Code::OneOf, span, message, help);
            None
        }
    }
}

#[derive(Clone, Copy)]
enum Plain {
    Success,
    Absent,
    Changed,
    Busy,
}

const PLAIN: [(&str, Plain); 4] =
    [("success", Plain::Success), ("absent", Plain::Absent), ("changed", Plain::Changed), ("busy", Plain::Busy)];

/// What an IdP is told: `{ status = 409, type = "uniqueness", detail = "…" }`.
pub(super) fn scim_error(section: Section<'_>) -> Option<ErrorMeaning> {
    let types = ScimType::ALL.map(|scim_type| (scim_type.as_str(), scim_type));
    let status_entry = section.value("status");
    if status_entry.is_none() {
        section.missing("status", "409");
    }
    let status = section.number("status", 100..=599);
    let scim_type = section.word("type", &types);
    let detail = section.required_text("detail", "\"the login is already in use\"");
    let detail = detail.and_then(|text| self::detail(&section, "detail", text));
    if let (Some(status), Some(entry)) = (status, status_entry)
        && let Some((message, help)) = refused(status, scim_type)
    {
        section.report(Code::ScimError, entry.span, message, help);
        return None;
    }
    section.finish();
    let status = status.and_then(|status| u16::try_from(status).ok())?;
    Some(ErrorMeaning::Scim { status, scim_type, detail: Arc::from(detail?) })
}

/// A text for the IdP's admin; notes one that is too short or too long.
pub(super) fn detail<'d>(section: &Section<'_>, key: &str, text: Text<'d>) -> Option<&'d str> {
    if (1..=DETAIL_BYTES_MAX).contains(&text.value.len()) {
        return Some(text.value);
    }
    let message = format!("`{key}` must have 1 to {DETAIL_BYTES_MAX} bytes");
    section.report(Code::Range, text.span, message, "say what the IdP's admin can change");
    None
}

/// Why an IdP may not be told this, and what to write instead.
fn refused(status: usize, scim_type: Option<ScimType>) -> Option<(String, String)> {
    let statuses = STATUSES.map(|status| status.to_string()).join(", ");
    if status == 401 {
        let message = "an IdP is never told 401 for the target: it would stop the whole job";
        return Some((
            message.to_owned(),
            "write 503, or leave the row away: that is what happens without it".to_owned(),
        ));
    }
    if !STATUSES.contains(&status) {
        return Some((format!("an IdP is not told {status}"), format!("write one of {statuses}")));
    }
    // RFC 7644 §3.12: `uniqueness` belongs to 409, `sensitive` to 403, the others to 400.
    let belongs = match scim_type {
        None => status,
        Some(ScimType::Uniqueness) => 409,
        Some(ScimType::Sensitive) => 403,
        Some(_) => 400,
    };
    (belongs != status).then(|| {
        let word = scim_type.map_or("", ScimType::as_str);
        (
            format!("`{word}` belongs to status {belongs}, not to {status}"),
            format!("write `status = {belongs}`, or no `type`"),
        )
    })
}
