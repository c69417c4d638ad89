//! `[user.write]` and `[group.write]`: fields of the target that are computed from SCIM.

use super::call::writable_field;
use super::codec::random_length;
use super::mapping::{APPLY, Found, Map};
use super::scope::{ScimScope, Subject, expression};
use crate::diagnostics::{Code, closest};
use crate::document::{Entry, Section, listed, text};
use crate::profile::{Apply, Write, WriteSource};
use crate::source::Span;

/// Most computed fields.
pub(super) const WRITES_MAX: usize = 1_000;

/// All computed fields, with where each stands.
pub(super) fn read(subject: &Subject<'_, '_>, map: &Map, section: &Section<'_>) -> Vec<(Write, Span)> {
    let entries = section.entries();
    section.bounded(entries.len(), WRITES_MAX, &section.name, section.span);
    let read = |entry: Entry<'_>| write(subject, map, section, entry).map(|write| (write, entry.key.span));
    entries.into_iter().take(WRITES_MAX).filter_map(read).collect()
}

fn write(subject: &Subject<'_, '_>, map: &Map, writes: &Section<'_>, entry: Entry<'_>) -> Option<Write> {
    let field = writable_field(writes, entry.key);
    let section = writes.subsection(entry, format!("{}.{}", writes.name, entry.key.value))?;
    let source = source(subject, map, &section);
    let usual = if matches!(source, Some(WriteSource::Random(_))) { Apply::OnCreate } else { Apply::Always };
    let apply = section.word("apply", &APPLY).unwrap_or(usual);
    if let (Some(entry), Some(WriteSource::Random(_)), Apply::Always) = (section.value("apply"), &source, apply) {
        let message = "what is random is written at creation only";
        section.report(Code::Unfit, entry.key.span, message, "take `apply` away");
    }
    let rule = section.sheet.rule(section.name.as_str(), entry.key.span);
    section.finish();
    Some(Write { field: field?, rule, source: source?, apply })
}

fn source(subject: &Subject<'_, '_>, map: &Map, section: &Section<'_>) -> Option<WriteSource> {
    match (section.value("constant"), section.value("expression"), section.value("random")) {
        (Some(constant), None, None) => {
            let value = crate::document::json(constant.value);
            if value.is_none() {
                section.report(
                    Code::ValueType,
                    constant.span,
                    "JSON cannot say this value",
                    "write a text, number, boolean, array or table",
                );
            }
            value.map(WriteSource::Constant)
        }
        (None, Some(entry), None) => computed(subject, map, section, entry),
        (None, None, Some(_)) => random_length(section).map(WriteSource::Random),
        (constant, ..) => {
            let span = constant.map_or(section.span, |entry| entry.key.span);
            let message = format!("`{}` needs one of `constant`, `expression` and `random`", section.name);
            section.report(
                Code::OneOf,
                span,
                message,
                "write `{ constant = \"scim\" }` or `{ expression = '[userName]' }`",
            );
            None
        }
    }
}

/// The expression that `entry` holds; its attributes must be mapped.
pub(super) fn computed(
    subject: &Subject<'_, '_>,
    map: &Map,
    section: &Section<'_>,
    entry: Entry<'_>,
) -> Option<WriteSource> {
    let text = text(section.sheet, entry)?;
    let scope = ScimScope::new(subject);
    let expression = expression(section.sheet, text, &scope)?;
    let attributes = scope.into_attributes();
    let mut sound = true;
    for path in &attributes {
        if matches!(map.find(path), Found::Nothing) {
            sound = false;
            let name = path.to_string();
            let help = match closest(&name, map.names()) {
                Some(known) => format!("did you mean `[{known}]`?"),
                None => format!("map `{name}` in `[{}.map]`, or use one of {}", subject.noun, listed(&map.names())),
            };
            let span = bracketed(text.value, &name).map_or(text.span, |span| section.sheet.within(text.span, span));
            section.report(Code::NotMapped, span, format!("`{name}` is not mapped, it would always be absent"), help);
        }
    }
    sound.then_some(WriteSource::Expression { expression, attributes })
}

/// Where `[name]` stands in `text`, if it is written so.
fn bracketed(text: &str, name: &str) -> Option<Span> {
    let written = format!("[{name}]");
    text.find(&written).map(|start| Span { start, end: start + written.len() })
}
