//! `profile.test.toml`: the cases beside a profile. Every problem of the file is noted before any is told.
//!
//! Reads only; nothing is played here.

mod memory;
mod parts;

pub(super) use self::memory::memory_as_json;

use std::collections::BTreeMap;

use json::Value;
use rules::diagnostics::{Code, Report};
use rules::document::{Section, Sheet, shortened};
use rules::profile::ResourceRules;
use rules::source::Span;
use rules::{Params, Profile};
use scim::Protocol;

use crate::rehearsal::{Line, Remembered, Request, TargetSays, resources};

/// Largest file of cases, in bytes.
pub const CASES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most cases of one profile.
pub const CASES_MAX: usize = 2_000;
/// Most calls of one case, most reads that its state answers, and most resources that it remembers.
pub const CASE_CALLS_MAX: usize = 200;

/// One case: a request, what the target is asked and answers, and what the IdP gets.
#[derive(Debug)]
pub(in crate::command) struct Case {
    /// The claim.
    pub(in crate::command) name: String,
    /// 1-based line of the name.
    pub(in crate::command) line: usize,
    /// The values of the profile's parameters.
    pub(in crate::command) params: Params,
    /// The same as they are written, for another version of the profile.
    pub(in crate::command) written_params: BTreeMap<String, Value>,
    /// Which SCIM the IdP speaks.
    pub(in crate::command) protocol: Protocol,
    /// What the IdP sends.
    pub(in crate::command) request: Request,
    /// What the store remembers before.
    pub(in crate::command) remembered: Vec<Remembered>,
    /// Reads that are answered at any time and need not be made.
    pub(in crate::command) state: Vec<TargetSays>,
    /// The calls that must be made, in order.
    pub(in crate::command) calls: Vec<ExpectedCall>,
    /// The answer that must be given.
    pub(in crate::command) expect: Expected,
}

/// A call that must be made.
#[derive(Debug)]
pub(in crate::command) struct ExpectedCall {
    /// 1-based line.
    pub(in crate::command) line: usize,
    /// Method, path and answer.
    pub(in crate::command) script: Line,
    /// The body before it is encoded, exactly.
    pub(in crate::command) body: Option<Value>,
    /// The body as it is sent, exactly, if that is asked.
    pub(in crate::command) raw: Option<String>,
    /// Its headers, lower-case names, exactly, if that is asked.
    pub(in crate::command) headers: Option<Vec<(String, String)>>,
}

/// What the IdP must get.
#[derive(Debug)]
pub(in crate::command) struct Expected {
    /// 1-based line.
    pub(in crate::command) line: usize,
    /// HTTP status.
    pub(in crate::command) status: u16,
    /// The body.
    pub(in crate::command) body: ExpectedBody,
    /// Members that must not be there.
    pub(in crate::command) absent: Vec<String>,
    /// Headers that must be so.
    pub(in crate::command) headers: Vec<(String, String)>,
    /// All that the store must remember afterwards; `None` if nobody asks.
    pub(in crate::command) remembered: Option<Vec<Remembered>>,
}

/// What the body of an answer must be.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::command) enum ExpectedBody {
    /// Anything.
    Any,
    /// There must be none.
    Nothing,
    /// It must have these members, inner ones too.
    Members(Value),
}

/// Reads the cases of `profile`.
///
/// # Errors
/// The report with every problem of the file.
pub(in crate::command) fn read(file: &str, text: &str, profile: &Profile) -> Result<Vec<Case>, Report> {
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
        let shared: Vec<TargetSays> =
            root.sections("state", CASE_CALLS_MAX).into_iter().filter_map(parts::state).collect();
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
            cases.extend(self.case(section, &shared));
        }
        root.finish();
        cases
    }

    /// `shared` is the state of every case of the file; a case's own comes before it.
    fn case(&self, section: Section<'_>, shared: &[TargetSays]) -> Option<Case> {
        let name = section.required_text("name", "\"a user is made\"");
        let params = self.params(&section);
        let protocol = section
            .word("protocol", &[Protocol::Scim20, Protocol::Scim11].map(|each| (each.as_str(), each)))
            .unwrap_or_default();
        let request = self.request(&section);
        let remembered = self.memories(&section, "remembered");
        let state: Vec<_> = section.sections("state", CASE_CALLS_MAX).into_iter().map(parts::state).collect();
        let calls: Vec<_> = section.sections("call", CASE_CALLS_MAX).into_iter().map(parts::call).collect();
        let expect = parts::needed(&section, "expect", "{ status = 200 }").and_then(|expect| self.expected(expect));
        let case = name.map(|name| (name.value.to_owned(), line(&section, name.span)));
        section.finish();
        let (name, line) = case?;
        let (params, written_params) = params?;
        let mut state = state.into_iter().collect::<Option<Vec<_>>>()?;
        // Of what a case says itself it says all: a shared answer to the same call would come behind its last.
        let own: Vec<String> = state.iter().map(|says| says.call.clone()).collect();
        state.extend(shared.iter().filter(|says| !own.contains(&says.call)).cloned());
        Some(Case {
            name,
            line,
            params,
            written_params,
            protocol,
            request: request?,
            remembered: remembered?,
            state,
            calls: calls.into_iter().collect::<Option<_>>()?,
            expect: expect?,
        })
    }

    fn params(&self, section: &Section<'_>) -> Option<(Params, BTreeMap<String, Value>)> {
        let given = section.section("params");
        let span = given.as_ref().map_or(section.span, |given| given.span);
        let entries = given.iter().flat_map(|given| given.entries().into_iter().map(move |entry| (given, entry)));
        let values = entries.map(|(given, entry)| Some((entry.key.value.to_owned(), given.scalar(entry)?)));
        let values: BTreeMap<String, Value> = values.collect::<Option<_>>()?;
        match Params::bind(&self.profile.params, &values) {
            Ok(params) => Some((params, values)),
            Err(problems) => {
                let help = format!("see `[params]` of the profile `{}`", self.profile.name);
                for problem in problems {
                    section.report(Code::Param, span, problem, help.clone());
                }
                None
            }
        }
    }

    /// `request`, or `resource`: one that is made, or replaced if it has an `id`.
    fn request(&self, section: &Section<'_>) -> Option<Request> {
        let Some(resource) = section.value("resource") else {
            return parts::needed(section, "request", "{ get = \"/Users/1001\" }").and_then(parts::request);
        };
        if let Some(request) = section.value("request") {
            let message = "a case has either `request` or `resource`";
            section.report(Code::OneOf, request.key.span, message, "leave one of them out");
        }
        let rules = self.kind(section)?;
        let body = parts::body(section, "resource").ok()?.unwrap_or_default();
        let Value::Object(members) = &body else {
            section.report(Code::Json, resource.span, "`resource` is no object", "write `{ userName = \"…\" }`");
            return None;
        };
        let endpoint = format!("/{}s", rules.kind.name);
        let (method, path) = match members.get("id").and_then(Value::as_str) {
            Some(id) => ("PUT", format!("{endpoint}/{}", parts::segment(id))),
            None => ("POST", endpoint),
        };
        Some(Request::new(method, &path, body.to_string().into_bytes()))
    }

    /// `kind = "group"`, or a user.
    fn kind(&self, section: &Section<'_>) -> Option<&ResourceRules> {
        let Some(kind) = section.text("kind") else { return Some(&self.profile.user) };
        let found = resources(self.profile).find(|rules| rules.noun == kind.value);
        if found.is_none() {
            let message = format!("`{}` is no type of resource that this profile has", shortened(kind.value));
            let help = match self.profile.group {
                Some(_) => "write `user` or `group`",
                None => "leave it out: this profile has users only",
            };
            section.report(Code::UnknownWord, kind.span, message, help);
        }
        found
    }
}

fn line(section: &Section<'_>, span: Span) -> usize {
    section.sheet.rule("", span).line
}

#[cfg(test)]
mod tests;
