//! `profile.test.toml`: the cases beside a profile. Every problem of the file is noted before any is told.
//!
//! Reads only; nothing is played here.

use std::collections::BTreeMap;

use rules::diagnostics::{Code, Report};
use rules::document::{Entry, Section, Sheet, Text, shortened, wrong_type};
use rules::profile::{ResourceRules, Source};
use rules::source::Span;
use rules::{Body, Memory, Params, Profile, Spelling, TargetAnswer, Verb};
use serde_json::Value;

use crate::rehearsal::{Line, Remembered, Request};

/// Largest file of cases, in bytes.
pub const CASES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most cases of one profile.
pub const CASES_MAX: usize = 2_000;
/// Most calls of one case, and most resources that it remembers.
pub const CASE_CALLS_MAX: usize = 200;

/// The methods of a request or call, by their keys.
const VERBS: [(&str, Verb); 5] =
    [("get", Verb::Get), ("post", Verb::Post), ("put", Verb::Put), ("patch", Verb::Patch), ("delete", Verb::Delete)];

/// One case: a request, what the target is asked and answers, and what the IdP gets.
#[derive(Debug)]
pub(super) struct Case {
    /// The claim.
    pub(super) name: String,
    /// 1-based line of the name.
    pub(super) line: usize,
    /// The values of the profile's parameters.
    pub(super) params: Params,
    /// What the IdP sends.
    pub(super) request: Request,
    /// What the store remembers before.
    pub(super) remembered: Vec<Remembered>,
    /// The calls that must be made, in order.
    pub(super) calls: Vec<ExpectedCall>,
    /// The answer that must be given.
    pub(super) expect: Expected,
}

/// A call that must be made.
#[derive(Debug)]
pub(super) struct ExpectedCall {
    /// 1-based line.
    pub(super) line: usize,
    /// Method, path and answer.
    pub(super) script: Line,
    /// The body, exactly.
    pub(super) body: Option<Value>,
}

/// What the IdP must get.
#[derive(Debug)]
pub(super) struct Expected {
    /// 1-based line.
    pub(super) line: usize,
    /// HTTP status.
    pub(super) status: u16,
    /// Members that must be so.
    pub(super) body: Option<Value>,
    /// Members that must not be there.
    pub(super) absent: Vec<String>,
}

/// Reads the cases of `profile`.
///
/// # Errors
/// The report with every problem of the file.
pub(super) fn read(file: &str, text: &str, profile: &Profile) -> Result<Vec<Case>, Report> {
    let sheet = Sheet::new(file, text);
    let cases = sheet.document(CASES_BYTES_MAX, |root| Reader { profile }.cases(root));
    let report = sheet.into_report();
    match cases {
        Some(cases) if !report.has_errors() => Ok(cases),
        _ => Err(report),
    }
}

/// Knows the profile whose cases they are.
struct Reader<'p> {
    profile: &'p Profile,
}

// In each function `None` means that a problem was noted.
impl Reader<'_> {
    fn cases(&self, root: Section<'_>) -> Vec<Case> {
        let sections = root.sections("case", CASES_MAX);
        if root.value("case").is_none() {
            root.missing("[[case]]", "…");
        }
        let mut names = BTreeMap::new();
        let mut cases = Vec::new();
        for section in sections {
            if let Some(name) = section.text("name") {
                if let Some(line) = names.get(name.value) {
                    let message = format!("two cases are called `{}`", shortened(name.value));
                    section.report(Code::CaseTwice, name.span, message, format!("the other is in line {line}"));
                }
                names.insert(name.value.to_owned(), line(&section, name.span));
            }
            cases.extend(self.case(section));
        }
        root.finish();
        cases
    }

    fn case(&self, section: Section<'_>) -> Option<Case> {
        let name = section.required_text("name", "\"a user is made\"");
        let params = self.params(&section);
        let request = needed(&section, "request", "{ get = \"/Users/1001\" }").and_then(request);
        let remembered = section.sections("remembered", CASE_CALLS_MAX);
        let remembered: Vec<_> = remembered.into_iter().map(|section| self.remembered(section)).collect();
        let calls: Vec<_> = section.sections("call", CASE_CALLS_MAX).into_iter().map(call).collect();
        let expect = needed(&section, "expect", "{ status = 200 }").and_then(expected);
        let case = name.map(|name| (name.value.to_owned(), line(&section, name.span)));
        section.finish();
        let (name, line) = case?;
        Some(Case {
            name,
            line,
            params: params?,
            request: request?,
            remembered: remembered.into_iter().collect::<Option<_>>()?,
            calls: calls.into_iter().collect::<Option<_>>()?,
            expect: expect?,
        })
    }

    fn params(&self, section: &Section<'_>) -> Option<Params> {
        let given = section.section("params");
        let span = given.as_ref().map_or(section.span, |given| given.span);
        let entries = given.iter().flat_map(|given| given.entries().into_iter().map(move |entry| (given, entry)));
        let values = entries.map(|(given, entry)| Some((entry.key.value.to_owned(), given.scalar(entry)?)));
        let values: BTreeMap<String, Value> = values.collect::<Option<_>>()?;
        match Params::bind(&self.profile.params, &values) {
            Ok(params) => Some(params),
            Err(problems) => {
                let help = format!("see `[params]` of the profile `{}`", self.profile.name);
                for problem in problems {
                    section.report(Code::Param, span, problem, help.clone());
                }
                None
            }
        }
    }

    fn remembered(&self, section: Section<'_>) -> Option<Remembered> {
        let id = section.required_text("id", "\"1001\"");
        let rules = self.remembering(&section);
        let mut memory = Memory::default();
        if let Some(kept) = section.section("kept") {
            for entry in kept.entries() {
                must_be(rules?, &kept, entry.key, "kept", |source| matches!(source, Source::Keep));
                memory.kept.extend(kept.json(entry).map(|value| (entry.key.value.to_owned(), value)));
            }
        }
        if let Some(spellings) = section.section("spellings") {
            for entry in spellings.entries() {
                let is_normalised = |source: &Source| matches!(source, Source::Direct { normal: Some(_), .. });
                must_be(rules?, &spellings, entry.key, "normalised", is_normalised);
                let spelling = spellings.subsection(entry, format!("spellings.{}", entry.key.value)).and_then(spelling);
                memory.spellings.extend(spelling.map(|spelling| (entry.key.value.to_owned(), spelling)));
            }
        }
        section.finish();
        Some(Remembered { kind: rules?.kind.name.clone(), id: id?.value.to_owned(), memory })
    }

    /// Of which type the remembered resource is: `kind = "group"`, or a user.
    fn remembering(&self, section: &Section<'_>) -> Option<&ResourceRules> {
        let Some(kind) = section.text("kind") else { return Some(&self.profile.user) };
        let group = self.profile.group.as_ref().map(|group| &group.resource);
        let resources = [Some(&self.profile.user), group];
        let found = resources.into_iter().flatten().find(|rules| rules.noun == kind.value);
        if found.is_none() {
            let message = format!("`{}` is no type of resource that this profile has", shortened(kind.value));
            let help =
                if group.is_some() { "write `user` or `group`" } else { "leave it out: this profile has users only" };
            section.report(Code::UnknownWord, kind.span, message, help);
        }
        found
    }
}

/// Notes a remembered attribute that the profile does not remember so: it would be remembered for nothing.
fn must_be(rules: &ResourceRules, section: &Section<'_>, name: Text<'_>, what: &str, is: impl Fn(&Source) -> bool) {
    if !rules.map.iter().any(|mapping| mapping.name == name.value && is(&mapping.source)) {
        let message = format!("`{}` is not an attribute that this profile has {what}", shortened(name.value));
        section.report(Code::NotMapped, name.span, message, format!("write it as in `[{}.map]`", rules.noun));
    }
}

fn spelling(section: Section<'_>) -> Option<Spelling> {
    let sent = section.required_text("sent", "\"+44 7700 900123\"");
    let normal = section.required_text("normal", "\"447700900123\"");
    section.finish();
    Some(Spelling { sent: sent?.value.to_owned(), normal: normal?.value.to_owned() })
}

fn request(section: Section<'_>) -> Option<Request> {
    let target = verb(&section, "/Users");
    let body = body(&section, "body");
    let [if_match, if_none_match] =
        ["if_match", "if_none_match"].map(|key| section.text(key).map(|tags| tags.value.to_owned()));
    section.finish();
    let (verb, path) = target?;
    let bytes = body.ok()?.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    Some(Request { if_match, if_none_match, ..Request::new(verb.as_str(), path.value, bytes) })
}

fn call(section: Section<'_>) -> Option<ExpectedCall> {
    let target = verb(&section, "/users");
    let expected = body(&section, "body");
    let answer = needed(&section, "answer", "{ status = 200, body = { … } }").and_then(answer);
    let line = line(&section, target.map_or(section.span, |(_, path)| path.span));
    section.finish();
    let (verb, path) = target?;
    let script = Line { verb, path: path.value.to_owned(), answer: answer? };
    Some(ExpectedCall { line, script, body: expected.ok()? })
}

fn answer(section: Section<'_>) -> Option<TargetAnswer> {
    let status = status(&section);
    let body = body(&section, "body");
    let retry_after_secs = section.number("retry_after_secs", 0..=86_400).and_then(|secs| u32::try_from(secs).ok());
    section.finish();
    let body = body.ok()?.map_or(Body::Empty, Body::Json);
    Some(TargetAnswer { status: status?, retry_after_secs, body })
}

fn expected(section: Section<'_>) -> Option<Expected> {
    let status = status(&section);
    let body = body(&section, "body");
    let absent = section.texts("absent", CASE_CALLS_MAX).into_iter().map(|text| text.value.to_owned()).collect();
    let line = line(&section, section.span);
    section.finish();
    Some(Expected { line, status: status?, body: body.ok()?, absent })
}

/// An HTTP status of an answer.
fn status(section: &Section<'_>) -> Option<u16> {
    if section.value("status").is_none() {
        section.missing("status", "200");
    }
    section.number("status", 200..=599).and_then(|status| u16::try_from(status).ok())
}

/// The table at `key`, which must be there.
fn needed<'d>(section: &Section<'d>, key: &'static str, example: &str) -> Option<Section<'d>> {
    if section.value(key).is_none() {
        section.missing(key, example);
    }
    section.section(key)
}

/// The one method with its path.
fn verb<'d>(section: &Section<'d>, example: &str) -> Option<(Verb, Text<'d>)> {
    let written: Vec<_> =
        VERBS.iter().filter_map(|&(key, verb)| section.value(key).map(|entry| (verb, entry))).collect();
    let &[(verb, entry)] = written.as_slice() else {
        let message = format!("`{}` needs exactly one of `get`, `post`, `put`, `patch`, `delete`", section.name);
        section.report(Code::OneOf, section.span, message, format!("write `get = \"{example}\"`"));
        return None;
    };
    let path = section.text_of(entry)?;
    if !path.value.starts_with('/') {
        let message = format!("`{}` is not a path", shortened(path.value));
        section.report(Code::Address, path.span, message, format!("begin with a slash: `\"{example}\"`"));
        return None;
    }
    Some((verb, path))
}

/// A problem was noted.
struct Noted;

/// The JSON at `key`: a table, an array, or a text of JSON, for what TOML cannot say (`null`).
fn body(section: &Section<'_>, key: &'static str) -> Result<Option<Value>, Noted> {
    let Some(entry) = section.value(key) else { return Ok(None) };
    if let Some(text) = entry.value.as_str() {
        return serde_json::from_str(text).map(Some).map_err(|error| {
            let help = "write a table: `{ title = \"…\" }`, or a text of JSON: '{\"title\": null}'";
            section.report(Code::Json, entry.span, format!("`{key}` is not JSON: {error}"), help);
            Noted
        });
    }
    match entry {
        Entry { value, .. } if value.is_table() || value.is_array() => section.json(entry).map(Some).ok_or(Noted),
        _ => {
            wrong_type(section.sheet, entry, "a table, an array or a text of JSON");
            Err(Noted)
        }
    }
}

fn line(section: &Section<'_>, span: Span) -> usize {
    section.sheet.rule("", span).line
}

#[cfg(test)]
mod tests;
