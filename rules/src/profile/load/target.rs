//! `[params]`, `[target]` and `[lookup.NAME]`: what a profile says before it comes to users and groups.

mod auth;

use std::cell::Cell;

use super::call::{self, Answer, CallShape, READS};
use super::scope::{Lookup, Names, Param, condition};
use super::text::{self, Known};
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, listed, shortened};
use crate::params::{ParamKind, ParamRule};
use crate::profile::{LookupRule, Probe, TargetLimits, TargetRules};

/// Most parameters of a profile.
pub(super) const PARAMS_MAX: usize = 100;
/// Most look-up tables of a profile.
pub(super) const LOOKUPS_MAX: usize = 100;
/// Longest name of a profile, a parameter, a look-up table or a secret, in bytes.
pub(super) const NAME_BYTES_MAX: usize = 64;

/// Most calls at once that a profile may ask for.
pub(super) const AT_ONCE_MAX: usize = 1_000;
/// Most calls in a second that a profile may ask for.
pub(super) const PER_SECOND_MAX: usize = 10_000;

/// Names that placeholders and literals already have.
const RESERVED: [&str; 12] =
    ["id", "member", "offset", "limit", "page", "page0", "cursor", "sort", "order", "true", "false", "null"];

/// `[a-z0-9-]+`.
pub(super) fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(letter)
}

/// A bare key that is also a word of the expression language.
fn is_word(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && text.bytes().all(letter)
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
}

// === params ===

/// The declared parameters in the order of the file.
pub(super) fn params(section: Option<Section<'_>>) -> Vec<Param> {
    let Some(section) = section else { return Vec::new() };
    let entries = section.entries();
    section.bounded(entries.len(), PARAMS_MAX, "params", section.span);
    entries.into_iter().take(PARAMS_MAX).filter_map(|entry| param(&section, entry)).collect()
}

fn param(params: &Section<'_>, entry: Entry<'_>) -> Option<Param> {
    let name = entry.key.value;
    if !is_word(name) || RESERVED.contains(&name) {
        let message = format!("a parameter cannot be called `{}`", shortened(name));
        let help = format!("begin with a letter, go on with letters, digits and `_`; not {}", listed(&RESERVED));
        params.report(Code::Name, entry.key.span, message, help);
        return None;
    }
    let section = params.subsection(entry, format!("params.{name}"))?;
    let kind = section.required_word("type", &ParamKind::WORDS);
    let doc = section.text("doc").map_or("", |doc| doc.value);
    let default = match (section.value("default"), kind) {
        (Some(entry), Some(kind)) => Some(default(&section, entry, kind)),
        _ => None,
    };
    section.finish();
    // A parameter of unknown type is still declared: its uses are no second problem.
    let rule = ParamRule { name: name.to_owned(), kind: kind.unwrap_or(ParamKind::Text), default, doc: doc.to_owned() };
    Some(Param { rule, span: entry.key.span, used: Cell::new(false) })
}

/// The default as JSON. A wrong one is noted; the parameter is still declared.
fn default(section: &Section<'_>, entry: Entry<'_>, kind: ParamKind) -> json::Value {
    let value = crate::document::scalar(entry.value);
    let expected = match &value {
        Some(value) => kind.check(value),
        None => kind.check(&json::Value::Null),
    };
    if let Err(expected) = expected {
        let help = format!("write {expected}");
        section.report(Code::ParamDefault, entry.span, "the default is not of the parameter's type", help);
    }
    value.unwrap_or_default()
}

// === target ===

/// `[target]`.
pub(super) fn target(names: &Names<'_>, root: &Section<'_>, section: Option<Section<'_>>) -> Option<TargetRules> {
    let Some(section) = section else {
        if root.value("target").is_none() {
            let help = "write `[target]` with `auth = \"none\"` or `auth = { bearer = \"secret:target-token\" }`";
            root.report(Code::MissingKey, root.span, "`[target]` is missing", help);
        }
        return None;
    };
    let auth = section.value("auth");
    if auth.is_none() {
        section.missing("auth", "{ bearer = \"secret:target-token\" }");
    }
    let auth = auth.and_then(|entry| auth::auth(names, &section, entry));
    let known = Known { what: "target", placeholders: &[], secrets: false };
    let headers = text::headers(names, &section, known);
    let query = text::query(names, &section, known);
    let limits = section.section("limits").map(limits).unwrap_or_default();
    let probe = section.section("probe").map(|probe| self::probe(names, probe));
    section.finish();
    let probe = match probe {
        Some(probe) => Some(probe?),
        None => None,
    };
    Some(TargetRules { auth: auth?, headers, query, limits, wait: names.speech.wait.clone(), probe })
}

fn limits(section: Section<'_>) -> TargetLimits {
    let at_once = section.number("at_once", 1..=AT_ONCE_MAX);
    let per_second = section.number("per_second", 1..=PER_SECOND_MAX).and_then(|number| u32::try_from(number).ok());
    section.finish();
    TargetLimits { at_once, per_second }
}

fn probe(names: &Names<'_>, section: Section<'_>) -> Option<Probe> {
    let shape = CallShape {
        name: "target.probe".to_owned(),
        verbs: &READS,
        answer: Answer::Rows,
        placeholders: &[],
        needs: &[],
    };
    let call = call::read(names, &section, &shape);
    let expect = condition(&section, "expect");
    section.finish();
    Some(Probe { call: call?, expect })
}

/// The name behind `secret:`.
fn secret(section: &Section<'_>, text: Option<Text<'_>>) -> Option<String> {
    let text = text?;
    let name = text.value.strip_prefix("secret:").filter(|name| is_name(name));
    if name.is_none() {
        // The text is not shown: it may be the secret itself.
        let help = "write `secret:` and a name of small letters, digits and `-`: \"secret:target-token\"";
        section.report(Code::Secret, text.span, "a profile names a secret, it never holds one", help);
    }
    name.map(str::to_owned)
}

// === lookups ===

/// The declared look-up tables by name, before they are read.
pub(super) fn lookup_sections<'d>(root: &Section<'d>) -> Vec<(Lookup<'d>, Section<'d>)> {
    let Some(section) = root.section("lookup") else { return Vec::new() };
    let entries = section.entries();
    section.bounded(entries.len(), LOOKUPS_MAX, "lookup", section.span);
    let lookup = |entry: Entry<'d>| {
        let name = entry.key;
        if !is_name(name.value) {
            let message = format!("a look-up table cannot be called `{}`", shortened(name.value));
            section.report(Code::Name, name.span, message, "write small letters, digits and `-`");
            return None;
        }
        let table = section.subsection(entry, format!("lookup.{}", name.value))?;
        Some((Lookup { name, used: Cell::new(false) }, table))
    };
    entries.into_iter().take(LOOKUPS_MAX).filter_map(lookup).collect()
}

/// One look-up table.
pub(super) fn lookup(names: &Names<'_>, section: Section<'_>) -> Option<LookupRule> {
    let shape =
        CallShape { name: section.name.clone(), verbs: &READS, answer: Answer::Rows, placeholders: &[], needs: &[] };
    let call = call::read(names, &section, &shape);
    let rows = call::required_field(&section, "rows", "\"items\"");
    let id = call::required_field(&section, "id", "\"id\"");
    let optional = section.flag("optional").unwrap_or_default();
    let rule = section.sheet.rule(section.name.as_str(), section.span);
    let name = section.name.trim_start_matches("lookup.").to_owned();
    section.finish();
    Some(LookupRule { name, rule, call: call?, rows: rows?, id: id?, optional })
}
