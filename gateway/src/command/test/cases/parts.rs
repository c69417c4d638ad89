//! The parts of a case: its request, the target's state, the calls with their answers, what is expected.

use json::Value;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rules::diagnostics::Code;
use rules::document::{Entry, Section, Text, shortened, wrong_type};
use rules::{Body, TargetAnswer, Verb};

use crate::rehearsal::{Line, Request, TargetSays};

use super::{CASE_CALLS_MAX, Expected, ExpectedBody, ExpectedCall, Reader, line};

/// The methods of a request or call, by their keys.
const VERBS: [(&str, Verb); 5] =
    [("get", Verb::Get), ("post", Verb::Post), ("put", Verb::Put), ("patch", Verb::Patch), ("delete", Verb::Delete)];

/// How `expect` says that an answer has no body.
const NOTHING: &str = "nothing";

/// What stands in a path segment as it is (RFC 3986 §3.3, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An id in a path.
pub(super) fn segment(id: &str) -> String {
    utf8_percent_encode(id, SEGMENT).to_string()
}

// In each function `None` means that a problem was noted.

pub(super) fn request(section: Section<'_>) -> Option<Request> {
    let target = verb(&section, "/Users");
    let body = body(&section, "body");
    let mut headers = headers(&section, "headers").unwrap_or_default();
    for (key, name) in [("if_match", "If-Match"), ("if_none_match", "If-None-Match")] {
        headers.extend(section.text(key).map(|tags| (name.to_owned(), tags.value.to_owned())));
    }
    section.finish();
    let (verb, path) = target?;
    let bytes = body.ok()?.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let request = Request::new(verb.as_str(), path.value, bytes);
    Some(headers.iter().fold(request, |request, (name, value)| request.with_header(name, value)))
}

/// A read that is answered at any time.
pub(super) fn state(section: Section<'_>) -> Option<TargetSays> {
    let path = section.required_text("get", "\"/users/1001\"");
    let path = path.filter(|path| is_path(&section, *path, "/users/1001"));
    let answer = needed(&section, "answer", "{ status = 200, body = { … } }").and_then(answer);
    section.finish();
    Some(TargetSays { call: format!("GET {}", path?.value), answer: answer? })
}

pub(super) fn call(section: Section<'_>) -> Option<ExpectedCall> {
    let target = verb(&section, "/users");
    let expected = body(&section, "body");
    let raw = section.text("raw").map(|text| text.value.to_owned());
    let headers = headers(&section, "headers").map(lower);
    let answer = needed(&section, "answer", "{ status = 200, body = { … } }").and_then(answer);
    let line = line(&section, target.map_or(section.span, |(_, path)| path.span));
    section.finish();
    let (verb, path) = target?;
    let script = Line { verb, path: path.value.to_owned(), answer: answer? };
    Some(ExpectedCall { line, script, body: expected.ok()?, raw, headers })
}

fn answer(section: Section<'_>) -> Option<TargetAnswer> {
    let status = status(&section);
    let json = body(&section, "body");
    let text = section.text("text");
    if let (Some(text), Some(_)) = (text, section.value("body")) {
        let message = "an answer has either `body` or `text`";
        section.report(Code::OneOf, text.span, message, "`text` is for what is no JSON");
    }
    let headers = lower(headers(&section, "headers").unwrap_or_default());
    let retry_after_secs = section.number("retry_after_secs", 0..=86_400).and_then(|secs| u32::try_from(secs).ok());
    section.finish();
    let body = match (text, json.ok()?) {
        (Some(text), _) => Body::Text(text.value.to_owned()),
        (None, Some(json)) => Body::Json(json),
        (None, None) => Body::Empty,
    };
    Some(TargetAnswer { retry_after_secs, headers, ..TargetAnswer::new(status?, body) })
}

impl Reader<'_> {
    pub(super) fn expected(&self, section: Section<'_>) -> Option<Expected> {
        let status = status(&section);
        let says_nothing = section.value("body").is_some_and(|entry| entry.value.as_str() == Some(NOTHING));
        let body = if says_nothing {
            Some(ExpectedBody::Nothing)
        } else {
            body(&section, "body").ok().map(|body| body.map_or(ExpectedBody::Any, ExpectedBody::Members))
        };
        let absent = section.texts("absent", CASE_CALLS_MAX).into_iter().map(|text| text.value.to_owned()).collect();
        let headers = headers(&section, "headers").unwrap_or_default();
        let is_asked = section.value("remembered").is_some();
        let remembered = self.memories(&section, "remembered").map(|remembered| is_asked.then_some(remembered));
        let line = line(&section, section.span);
        section.finish();
        Some(Expected { line, status: status?, body: body?, absent, headers, remembered: remembered? })
    }
}

/// Names and texts of the table at `key`; `None` if it is not there.
fn headers(section: &Section<'_>, key: &'static str) -> Option<Vec<(String, String)>> {
    let table = section.section(key)?;
    let entries = table.entries().into_iter();
    Some(
        entries
            .filter_map(|entry| Some((entry.key.value.to_owned(), table.text_of(entry)?.value.to_owned())))
            .collect(),
    )
}

fn lower(headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
}

/// An HTTP status of an answer.
fn status(section: &Section<'_>) -> Option<u16> {
    if section.value("status").is_none() {
        section.missing("status", "200");
    }
    section.number("status", 200..=599).and_then(|status| u16::try_from(status).ok())
}

/// The table at `key`, which must be there.
pub(super) fn needed<'d>(section: &Section<'d>, key: &'static str, example: &str) -> Option<Section<'d>> {
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
    is_path(section, path, example).then_some((verb, path))
}

/// Whether it begins with a slash; notes it if not.
fn is_path(section: &Section<'_>, path: Text<'_>, example: &str) -> bool {
    let fine = path.value.starts_with('/');
    if !fine {
        let message = format!("`{}` is not a path", shortened(path.value));
        section.report(Code::Address, path.span, message, format!("begin with a slash: `\"{example}\"`"));
    }
    fine
}

/// A problem was noted.
pub(super) struct Noted;

/// The JSON at `key`: a table, an array, or a text of JSON, for what TOML cannot say (`null`).
pub(super) fn body(section: &Section<'_>, key: &'static str) -> Result<Option<Value>, Noted> {
    let Some(entry) = section.value(key) else { return Ok(None) };
    if let Some(text) = entry.value.as_str() {
        return json::from_str(text).map(Some).map_err(|error| {
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
