//! Texts with placeholders, and what headers are called.

use std::collections::BTreeSet;

use json::Value;

use super::scope::Names;
use super::target::{NAME_BYTES_MAX, is_name};
use crate::diagnostics::{Code, closest};
use crate::document::{Section, Text, listed, shortened};
use crate::source::Span;
use crate::template::TextTemplate;

/// Most headers or query parameters of one table.
const FIELDS_MAX: usize = 50;

/// Headers that are the client's own business.
const RESERVED: [&str; 7] = ["host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer"];
/// Headers that say who calls: only `auth` sets them, from a secret.
const CREDENTIALS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// What may stand in braces.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    /// What it is for, in messages: `user.create`.
    pub(super) what: &'k str,
    /// Placeholders beside the parameters.
    pub(super) placeholders: &'k [String],
    /// Whether `{secret:NAME}` stands for a secret of the tenant.
    pub(super) secrets: bool,
}

/// The text with its placeholders, each of which must have a value; `None` if that is noted.
pub(super) fn template(names: &Names<'_>, text: Text<'_>, known: Known<'_>) -> Option<TextTemplate> {
    let template = match TextTemplate::parse(text.value) {
        Ok(template) => template,
        Err(error) => {
            let end = text.value.len().min(error.at + 1).max(error.at);
            let span = names.sheet.within(text.span, Span { start: error.at, end });
            let help = "write a text with placeholders in braces: \"{account}\"";
            names.sheet.report(Code::TextTemplate, span, error.reason, help);
            return None;
        }
    };
    let unknown: Vec<&str> = template.names().filter(|name| !is_known(names, name, known)).collect();
    for name in &unknown {
        let written = format!("{{{name}}}");
        let start = text.value.find(&written).unwrap_or_default();
        let span = names.sheet.within(text.span, Span { start, end: start + written.len() });
        unknown_placeholder(names, span, name, known);
    }
    unknown.is_empty().then_some(template)
}

/// Whether `name` stands for something; a parameter counts as used.
pub(super) fn is_known(names: &Names<'_>, name: &str, known: Known<'_>) -> bool {
    match name.strip_prefix("secret:") {
        Some(secret) => known.secrets && is_name(secret),
        None => known.placeholders.iter().any(|placeholder| placeholder == name) || names.param(name).is_some(),
    }
}

/// Notes a placeholder that stands for nothing.
pub(super) fn unknown_placeholder(names: &Names<'_>, span: Span, name: &str, known: Known<'_>) {
    let all: Vec<&str> = known.placeholders.iter().map(String::as_str).chain(names.param_names()).collect();
    let help = match name.strip_prefix("secret:") {
        Some(_) if known.secrets => {
            "a secret is named by small letters, digits and `-`: `{secret:target-key}`".to_owned()
        }
        Some(_) => "secrets stand in `auth` only".to_owned(),
        None => what_there_is(name, &all),
    };
    let message = format!("`{}` has no value for `{{{}}}`", known.what, shortened(name));
    names.sheet.report(Code::UnknownPlaceholder, span, message, help);
}

/// What could be written instead of the placeholder `name`, where there are `all` of these.
pub(super) fn what_there_is(name: &str, all: &[&str]) -> String {
    // Of the value that a call is made for there are few names, and which it is depends on its mapping.
    let of_each: Vec<&str> = all.iter().copied().filter(|known| known.split('.').next() == Some("each")).collect();
    if name.starts_with("each.") && !of_each.is_empty() {
        return format!("of each value there are {}", listed(&of_each));
    }
    match closest(name, all.iter().copied()) {
        Some(known) => format!("did you mean `{{{known}}}`?"),
        None if all.is_empty() => "there are none; declare a parameter in `[params]`".to_owned(),
        None => format!("there are {}", listed(all)),
    }
}

/// Every name in braces.
pub(super) fn named_in(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
            names.extend(parts.map(|(name, _)| name.to_owned()));
        }
        Value::Array(elements) => elements.iter().for_each(|element| named_in(element, names)),
        Value::Object(fields) => fields.values().for_each(|field| named_in(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A header's name in small letters; `None` if it is noted that no header is called so.
pub(super) fn header_name(section: &Section<'_>, text: Text<'_>) -> Option<String> {
    let name = text.value.to_ascii_lowercase();
    // RFC 9110 §5.6.2, `token`.
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let fits = (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(token);
    if !fits {
        let message = format!("`{}` cannot be the name of a header", shortened(text.value));
        section.report(Code::Name, text.span, message, "write letters, digits and `-`: \"X-Api-Version\"");
    }
    fits.then_some(name)
}

/// The headers at `headers`: lower-case name and value.
pub(super) fn headers(names: &Names<'_>, section: &Section<'_>, known: Known<'_>) -> Vec<(String, TextTemplate)> {
    let Some(table) = section.section("headers") else { return Vec::new() };
    let mut headers: Vec<(String, TextTemplate)> = Vec::new();
    for (key, template) in fields(names, &table, known) {
        let Some(name) = header_name(&table, key) else { continue };
        let problem = match name.as_str() {
            name if RESERVED.contains(&name) => Some("is set by the gateway itself"),
            name if CREDENTIALS.contains(&name) => Some("says who calls: write `auth`, with a secret"),
            name if headers.iter().any(|(known, _)| known == name) => Some("is there already"),
            _ => None,
        };
        match problem {
            Some(problem) => {
                let message = format!("the header `{}` {problem}", key.value);
                table.report(Code::Header, key.span, message, "take it away");
            }
            None => headers.push((name, template)),
        }
    }
    headers
}

/// The query parameters at `query`.
pub(super) fn query(names: &Names<'_>, section: &Section<'_>, known: Known<'_>) -> Vec<(String, TextTemplate)> {
    let Some(table) = section.section("query") else { return Vec::new() };
    let fields = fields(names, &table, known);
    fields.into_iter().map(|(key, template)| (key.value.to_owned(), template)).collect()
}

/// Every key of a table with the text that it names.
fn fields<'d>(names: &Names<'_>, table: &Section<'d>, known: Known<'_>) -> Vec<(Text<'d>, TextTemplate)> {
    let entries = table.entries();
    table.bounded(entries.len(), FIELDS_MAX, &table.name, table.span);
    let field = |entry: crate::document::Entry<'d>| {
        let text = table.text_of(entry)?;
        Some((entry.key, template(names, text, known)?))
    };
    entries.into_iter().take(FIELDS_MAX).filter_map(field).collect()
}
