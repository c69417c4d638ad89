//! What becomes of every record of `[user]` and `[group]`: `secret`, `protected`, `gone`, `[[user.join]]`.

use std::collections::BTreeSet;

use super::call::{self, Answer, CallShape, READS, field, writable_field};
use super::mapping::Map;
use super::scope::{Subject, record_condition};
use super::text;
use crate::diagnostics::Code;
use crate::document::{Section, json};
use crate::profile::{FieldPath, JOINS_MAX, JoinRule, RecordRules, Source};

/// Most secret fields of a record.
pub(super) const SECRETS_MAX: usize = 100;

/// Reads them; `id` and `map` are what needs its fields.
pub(super) fn read(subject: &Subject<'_, '_>, section: &Section<'_>, id: Option<&FieldPath>, map: &Map) -> RecordRules {
    let joins: Vec<Option<JoinRule>> =
        section.sections("join", JOINS_MAX).into_iter().map(|join| self::join(subject, join)).collect();
    RecordRules {
        secret: secrets(section, id, map),
        protected: record_condition(subject.names, section, "protected"),
        gone: record_condition(subject.names, section, "gone"),
        joins: joins.into_iter().flatten().collect(),
    }
}

fn secrets(section: &Section<'_>, id: Option<&FieldPath>, map: &Map) -> Vec<FieldPath> {
    let mut secrets = Vec::new();
    for text in section.texts("secret", SECRETS_MAX) {
        let Some(field) = writable_field(section, text) else { continue };
        let needed = map.mappings.iter().find_map(|(mapping, ..)| match &mapping.source {
            // What may only be written is never read.
            Source::Direct { field: mapped, .. } if !mapping.is_secret() && mapped.overlaps(&field) => {
                Some(mapping.name.as_str())
            }
            Source::Expression { fields, .. } if fields.iter().any(|read| read.overlaps(&field)) => {
                Some(mapping.name.as_str())
            }
            _ => None,
        });
        let needed = needed.or(id.filter(|id| id.overlaps(&field)).map(|_| "id"));
        if let Some(name) = needed {
            let message = format!("`{name}` is read from `{field}`, which is dropped");
            section.report(Code::SecretRead, text.span, message, "take one of the two away");
        }
        secrets.push(field);
    }
    secrets
}

fn join(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<JoinRule> {
    let placeholders = fields_in(subject, &section);
    let name = format!("{}.join", subject.noun);
    let shape =
        CallShape { name: name.clone(), verbs: &READS, answer: Answer::Rows, placeholders: &placeholders, needs: &[] };
    let call = call::read(subject.names, &section, &shape);
    let at = section.required_text("at", "\"profile\"").and_then(|text| writable_field(&section, text));
    let take = field(&section, "rows").unwrap_or_default();
    let rule = section.sheet.rule(name, section.span);
    section.finish();
    Some(JoinRule { rule, call: call?, at: at?, take })
}

/// The placeholders of a call that can be fields of a record.
fn fields_in(subject: &Subject<'_, '_>, section: &Section<'_>) -> Vec<String> {
    let mut written = BTreeSet::new();
    for entry in ["get", "post", "body"].into_iter().filter_map(|key| section.value(key)) {
        text::named_in(&json(entry.value).unwrap_or_default(), &mut written);
    }
    let is_param = |name: &str| subject.names.param_names().any(|param| param == name);
    written.into_iter().filter(|name| !is_param(name) && FieldPath::parse(name).is_ok()).collect()
}
