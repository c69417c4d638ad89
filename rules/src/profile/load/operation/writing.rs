//! The calls that write: create, update, delete.

mod around;
mod check;

use std::sync::Arc;

use json::Value;

use self::around::{EachNames, Scene};
use super::super::call::{self, Answer, CallShape};
use super::super::error_table::detail;
use super::super::literal::{self, fits};
use super::super::mapping::Found;
use super::{NEEDS_ID, Operations, UPDATES_MAX};
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::{Section, Text, shortened};
use crate::profile::{
    Apply, Around, Change, ChangeOf, CreateRule, DeleteCall, DeleteRule, EachRule, Existing, Look, Mapping, Source,
    UpdateRule, ValueTable, Which, Write, WriteSource,
};
use crate::source::Span;

/// `each` of an update that sends one field after the other.
const BY_FIELD: &str = "changed";

const WRITES: [Verb; 4] = [Verb::Post, Verb::Put, Verb::Patch, Verb::Delete];

/// Most fields that a create must have.
const REQUIRES_MAX: usize = 100;

/// Where the words of a create stand.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct CreateSpans {
    pub(in super::super) look: Span,
    pub(in super::super) existing: Span,
    pub(in super::super) gone: Span,
}

impl Operations<'_, '_> {
    pub(in super::super) fn create(&self) -> Option<(CreateRule, CreateSpans)> {
        let section = self.section.section("create")?;
        let mut scene = self.scene("create", false);
        let checks = self.checks(&section, &scene);
        let before = self.steps(&section, "before", &mut scene);
        let placeholders = scene.placeholders(&section, &EachNames::None);
        let shape = CallShape {
            name: self.name("create"),
            verbs: &[Verb::Post, Verb::Put],
            answer: Answer::Record,
            placeholders: &placeholders,
            needs: &[],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let undo = self.undo(&section, &scene, &EachNames::None);
        scene.base.push("id".to_owned());
        scene.base.extend(self.read_only(Some(&section)));
        let after = self.steps(&section, "after", &mut scene);
        let look = section.word("look", &[("first", Look::First), ("on-conflict", Look::OnConflict)]);
        let existing = section.word("existing", &[("refuse", Existing::Refuse), ("update", Existing::Update)]);
        let requires = section.texts("requires", REQUIRES_MAX).into_iter();
        let requires = requires.filter_map(|text| call::writable_field(&section, text)).collect();
        let taken = section.text("taken").and_then(|text| detail(&section, "taken", text)).map(str::to_owned);
        let revives = section.word("gone", &[("revive", true)]).unwrap_or_default();
        let span = |key| section.value(key).map_or(section.span, |entry| entry.span);
        let spans = CreateSpans { look: span("look"), existing: span("existing"), gone: span("gone") };
        section.finish();
        let (look, existing) = (look.unwrap_or(Look::First), existing.unwrap_or(Existing::Refuse));
        let around = Around { checks, before, undo, after };
        Some((CreateRule { call: call?, look, existing, taken, revives, requires, around }, spans))
    }

    /// What calls may name beside parameters: the fields of mappings, and of a record that is there what is only read.
    fn scene(&self, what: &'static str, with_id: bool) -> Scene {
        let mut base = self.placeholders(with_id);
        if with_id {
            let get = self.section.section("get");
            base.extend(self.read_only(get.as_ref()));
        }
        Scene { what, base, steps: Vec::new() }
    }

    /// Fields of a record that are read and never written: by expressions, and from the headers of this call.
    fn read_only(&self, call: Option<&Section<'_>>) -> Vec<String> {
        let read = self.map.mappings.iter().filter_map(|(mapping, ..)| match &mapping.source {
            Source::Expression { fields, .. } => Some(fields.iter().map(ToString::to_string)),
            _ => None,
        });
        let captured = call.and_then(|call| call.section("capture"));
        let captured = captured.iter().flat_map(Section::entries).map(|entry| entry.key.value.to_owned());
        read.flatten().chain(captured).collect()
    }

    pub(in super::super) fn updates(&self) -> Vec<UpdateRule> {
        let sections = self.section.sections("update", UPDATES_MAX);
        let mut rules: Vec<UpdateRule> = sections.into_iter().filter_map(|section| self.update(section)).collect();
        // The rest comes last, wherever it stands.
        rules.sort_by_key(UpdateRule::is_rest);
        rules
    }

    fn update(&self, section: Section<'_>) -> Option<UpdateRule> {
        let by_field = section.value("each").is_some_and(|each| each.value.as_str() == Some(BY_FIELD));
        let each = match section.value("each") {
            None => Some(None),
            Some(_) if by_field => Some(None),
            Some(_) => section.text("each").and_then(|text| self.each_changed(text)).map(Some),
        };
        let names = if by_field { EachNames::of_fields() } else { self.each_names(&section, each.flatten()) };
        let mut scene = self.scene("update", true);
        let checks = self.checks(&section, &scene);
        let before = self.steps(&section, "before", &mut scene);
        let placeholders = scene.placeholders(&section, &names);
        let shape = CallShape {
            name: self.name("update"),
            verbs: &WRITES,
            answer: if names.is_some() { Answer::Step } else { Answer::Nothing },
            placeholders: &placeholders,
            needs: &[NEEDS_ID],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let undo = self.undo(&section, &scene, &names);
        let after = self.steps(&section, "after", &mut scene);
        let when = match section.value("when") {
            None => Some(None),
            Some(_) => section.text("when").and_then(|text| self.change(text)).map(Some),
        };
        if let (Some(_), Some(entry)) = (section.value("when"), section.value("each")) {
            let help = "`each` says already what changes: take `when` away";
            section.report(Code::OneOf, entry.key.span, "an update has `when` or `each`, not both", help);
        }
        let span = section.value("when").or(section.value("each")).map_or(section.span, |entry| entry.span);
        section.finish();
        let (when, each) = (when?, each?);
        let what = format!("{when:?} {each:?}");
        let help = "keep one, or give it another `when`";
        self.once(Code::UpdateTwice, what, span, "two updates handle the same change", help)?;
        Some(UpdateRule { when, each, by_field, call: call?, around: Around { checks, before, undo, after } })
    }

    /// `PATH added` or `PATH removed`, of an update itself.
    fn each_changed(&self, text: Text<'_>) -> Option<EachRule> {
        let each = self.each(text, "update")?;
        if each.which == Which::Wanted {
            let help = "write `roles added` or `roles removed`; or `changed`, for each field that changes";
            self.section.report(Code::Each, text.span, "an update is made for values that come or go", help);
            return None;
        }
        Some(each)
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
        if let Some(write) = self.computed_field(attribute) {
            return self.computed_change(write, text, literal);
        }
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
        Some(Change { of: ChangeOf::Attribute(index), to: literal })
    }

    /// The computed field of this name, unless it is that of a mapped attribute.
    fn computed_field(&self, name: &str) -> Option<&Write> {
        let path = self.subject.kind.path(name).ok();
        if path.is_some_and(|path| !matches!(self.map.find(&path), Found::Nothing)) {
            return None;
        }
        let found = self.computed.iter().find(|(write, _)| write.field.to_string() == name);
        found.map(|(write, _)| write)
    }

    /// The change of a computed field.
    fn computed_change(&self, write: &Write, text: Text<'_>, to: Option<Value>) -> Option<Change> {
        if matches!(write.source, WriteSource::Expression { .. }) && write.apply == Apply::Always {
            return Some(Change { of: ChangeOf::Written(write.field.clone()), to });
        }
        let message = format!("`{}` is written at creation only or always the same, so it never changes", write.field);
        let help = "use an attribute, or a field that is `{ expression = … }`";
        self.section.report(Code::NotDirect, text.span, message, help);
        None
    }

    pub(in super::super) fn delete(&self) -> Option<DeleteRule> {
        let section = self.section.section("delete")?;
        if section.value("as").is_some() || section.value("refuse").is_some() {
            return self.no_delete(section);
        }
        let mut scene = self.scene("delete", false);
        scene.base = vec!["id".to_owned()];
        let before = self.steps(&section, "before", &mut scene);
        let placeholders = scene.placeholders(&section, &EachNames::None);
        let shape = CallShape {
            name: self.name("delete"),
            verbs: &WRITES,
            answer: Answer::Nothing,
            placeholders: &placeholders,
            needs: &[NEEDS_ID],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let undo = self.undo(&section, &scene, &EachNames::None);
        let after = self.steps(&section, "after", &mut scene);
        section.finish();
        let around = Around { checks: Vec::new(), before, undo, after };
        Some(DeleteRule::Call(Box::new(DeleteCall { call: call?, around })))
    }

    /// A delete that ends no record.
    fn no_delete(&self, section: Section<'_>) -> Option<DeleteRule> {
        let deactivates = section.word("as", &[("deactivate", ())]);
        let refused = section.text("refuse").and_then(|text| detail(&section, "refuse", text));
        if let (Some(_), Some(entry)) = (section.value("as"), section.value("refuse")) {
            section.report(Code::OneOf, entry.key.span, "a delete has `as` or `refuse`, not both", "keep one");
        }
        let span = section.value("as").map_or(section.span, |entry| entry.span);
        section.finish();
        if let Some(detail) = refused {
            return Some(DeleteRule::Refuse(Arc::from(detail)));
        }
        deactivates?;
        let is_active = |mapping: &Mapping| mapping.name == "active" && !matches!(mapping.source, Source::Constant(_));
        if !self.map.mappings.iter().any(|(mapping, ..)| is_active(mapping)) {
            let noun = self.subject.noun;
            let help = format!("map `active` in `[{noun}.map]`, or write a call");
            self.section.report(Code::NoActive, span, "nothing says what `active = false` is in the product", help);
            return None;
        }
        Some(DeleteRule::Deactivate)
    }
}

fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}
