//! `[[user.create.check]]`: what is looked at before anything is written.

use std::sync::Arc;

use super::super::super::call::{self, Answer, CallShape, READS, field, field_at};
use super::super::super::error_table::scim_error;
use super::super::super::scope::condition;
use super::super::super::text::{self, Known};
use super::super::Operations;
use super::super::STEPS_MAX;
use super::around::Scene;
use crate::document::Section;
use crate::profile::{CheckRule, ErrorMeaning, FieldPath, RefuseIf};
use crate::template::TextTemplate;

/// Most fields that a check compares.
const EQUALS_MAX: usize = 20;

impl Operations<'_, '_> {
    /// The checks of a create or an update, in order.
    pub(super) fn checks(&self, section: &Section<'_>, scene: &Scene) -> Vec<Arc<CheckRule>> {
        let sections = section.sections("check", STEPS_MAX);
        sections.into_iter().filter_map(|section| self.check(section, scene)).map(Arc::new).collect()
    }

    fn check(&self, section: Section<'_>, scene: &Scene) -> Option<CheckRule> {
        let name = self.name(&format!("{}.check", scene.what));
        let shape = CallShape {
            name: name.clone(),
            verbs: &READS,
            answer: Answer::Rows,
            placeholders: &scene.base,
            needs: &[],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let rows = field(&section, "rows");
        let holds = condition(&section, "where");
        let own = field(&section, "own");
        let equals = section.section("equals").map(|table| self.equals(&table, &name, scene)).unwrap_or_default();
        let refuse = section.word("refuse", &[("found", RefuseIf::Found), ("absent", RefuseIf::Absent)]);
        if section.value("scim").is_none() {
            section
                .missing("scim", "{ status = 409, type = \"uniqueness\", detail = \"the address is already in use\" }");
        }
        let means = section.section("scim").and_then(scim_error);
        section.finish();
        let Some(ErrorMeaning::Scim { status, scim_type, detail }) = means else { return None };
        let refuse = refuse.unwrap_or(RefuseIf::Found);
        Some(CheckRule { call: call?, rows, holds, equals, own, refuse, status, scim_type, detail })
    }

    fn equals(&self, table: &Section<'_>, name: &str, scene: &Scene) -> Vec<(FieldPath, TextTemplate)> {
        let entries = table.entries();
        table.bounded(entries.len(), EQUALS_MAX, &table.name, table.span);
        let known = Known { what: name, placeholders: &scene.base, secrets: false };
        let pair = |entry: crate::document::Entry<'_>| {
            let field = field_at(table, entry.key, entry.key.value, 0)?;
            let text = table.text_of(entry)?;
            Some((field, text::template(self.subject.names, text, known)?))
        };
        entries.into_iter().take(EQUALS_MAX).filter_map(pair).collect()
    }
}
