//! The calls that write: create, update, delete.

use serde_json::Value;

use super::super::call::{self, Answer, CallShape};
use super::super::error_table::detail;
use super::super::literal::{self, fits};
use super::{NEEDS_ID, Operations, UPDATES_MAX};
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::{Section, Text, shortened};
use crate::profile::{CallRule, Change, CreateRule, Existing, Look, Source, UpdateRule, ValueTable};
use crate::source::Span;

const WRITES: [Verb; 4] = [Verb::Post, Verb::Put, Verb::Patch, Verb::Delete];

/// Where the words of a create stand.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct CreateSpans {
    pub(in super::super) look: Span,
    pub(in super::super) existing: Span,
}

impl Operations<'_, '_> {
    pub(in super::super) fn create(&self) -> Option<(CreateRule, CreateSpans)> {
        let section = self.section.section("create")?;
        let shape = CallShape {
            name: self.name("create"),
            verbs: &[Verb::Post, Verb::Put],
            answer: Answer::Record,
            placeholders: &self.placeholders(false),
            needs: &[],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let look = section.word("look", &[("first", Look::First), ("on-conflict", Look::OnConflict)]);
        let existing = section.word("existing", &[("refuse", Existing::Refuse), ("update", Existing::Update)]);
        let taken = section.text("taken").and_then(|text| detail(&section, "taken", text)).map(str::to_owned);
        let span = |key| section.value(key).map_or(section.span, |entry| entry.span);
        let spans = CreateSpans { look: span("look"), existing: span("existing") };
        section.finish();
        let (look, existing) = (look.unwrap_or(Look::First), existing.unwrap_or(Existing::Refuse));
        Some((CreateRule { call: call?, look, existing, taken }, spans))
    }

    pub(in super::super) fn updates(&self) -> Vec<UpdateRule> {
        let sections = self.section.sections("update", UPDATES_MAX);
        let mut rules: Vec<UpdateRule> = sections.into_iter().filter_map(|section| self.update(section)).collect();
        // The rest comes last, wherever it stands.
        rules.sort_by_key(|rule| rule.when.is_none());
        rules
    }

    fn update(&self, section: Section<'_>) -> Option<UpdateRule> {
        let shape = CallShape {
            name: self.name("update"),
            verbs: &WRITES,
            answer: Answer::Nothing,
            placeholders: &self.placeholders(true),
            needs: &[NEEDS_ID],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let when = match section.value("when") {
            None => Some(None),
            Some(_) => section.text("when").and_then(|text| self.change(text)).map(Some),
        };
        let span = section.value("when").map_or(section.span, |entry| entry.span);
        section.finish();
        let when = when?;
        let what = format!("{when:?}");
        let help = "keep one, or give it another `when`";
        self.once(Code::UpdateTwice, what, span, "two updates handle the same change", help)?;
        Some(UpdateRule { when, call: call? })
    }

    /// `PATH changed` or `PATH changed to LITERAL`.
    fn change(&self, text: Text<'_>) -> Option<Change> {
        let syntax = |why: &str| {
            let help = "write `active changed` or `active changed to false`";
            self.section.report(Code::When, text.span, format!("`when` {why}"), help);
        };
        let Some((attribute, to)) = text.value.split_once(" changed") else {
            syntax("is not of the form `PATH changed to LITERAL`");
            return None;
        };
        let literal = match to {
            "" => None,
            to => {
                let literal = to.strip_prefix(" to ").map(str::trim).and_then(literal::written);
                if literal.is_none() {
                    syntax("needs `true`, `false`, a number or a text in quotes behind `changed to`");
                    return None;
                }
                literal
            }
        };
        let index = self.mapped(text, attribute)?;
        let (mapping, place, _) = &self.map.mappings[index];
        if let Source::Constant(_) | Source::Expression { .. } = mapping.source {
            let message = format!("`{}` is never written, so it never changes", mapping.name);
            self.section.report(Code::NotDirect, text.span, message, "use an attribute that is `{ direct = … }`");
            return None;
        }
        if let (Some(value), Some(leaf)) = (&literal, mapping.attribute.leaf()) {
            let shape = place.shape(&mapping.attribute);
            let known = |table: &ValueTable| table.pairs.iter().any(|(scim, _)| scim == value);
            let in_table = match &mapping.source {
                Source::Direct { values: Some(table), .. } => known(table),
                _ => true,
            };
            if !fits(leaf, shape, value) || !in_table {
                let message = format!("`{}` never changes to {}", mapping.name, shown(value));
                let help = format!(
                    "write {}{}",
                    literal::expected(leaf, shape),
                    if in_table { "" } else { ", one of `values`" }
                );
                self.section.report(Code::ValueType, text.span, message, help);
                return None;
            }
        }
        Some(Change { attribute: index, to: literal })
    }

    pub(in super::super) fn delete(&self) -> Option<CallRule> {
        let section = self.section.section("delete")?;
        let shape = CallShape {
            name: self.name("delete"),
            verbs: &WRITES,
            answer: Answer::Nothing,
            placeholders: &["id".to_owned()],
            needs: &[NEEDS_ID],
        };
        let call = call::read(self.subject.names, &section, &shape);
        section.finish();
        call
    }
}

fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}
