//! What a case says that the store remembers, before and afterwards.

use json::{Map, json};
use rules::diagnostics::Code;
use rules::document::{Section, Text, shortened};
use rules::profile::{ResourceRules, Source};
use rules::{Memory, Spelling};

use crate::rehearsal::Remembered;

use super::{CASE_CALLS_MAX, Reader};

// In each function `None` means that a problem was noted.
impl Reader<'_> {
    /// The resources at `key`.
    pub(super) fn memories(&self, section: &Section<'_>, key: &'static str) -> Option<Vec<Remembered>> {
        let sections = section.sections(key, CASE_CALLS_MAX);
        let read: Vec<_> = sections.into_iter().map(|section| self.remembered(section)).collect();
        read.into_iter().collect()
    }

    fn remembered(&self, section: Section<'_>) -> Option<Remembered> {
        let id = section.required_text("id", "\"1001\"");
        let rules = self.kind(&section);
        let mut memory = Memory::default();
        if let Some(kept) = section.section("kept") {
            for entry in kept.entries() {
                must_be(rules?, &kept, entry.key, "kept", |source| matches!(source, Source::Keep));
                memory.kept.extend(kept.json(entry).map(|value| (entry.key.value.to_owned(), value)));
            }
        }
        if let Some(spellings) = section.section("spellings") {
            for entry in spellings.entries() {
                let is_normalised = |source: &Source| matches!(source, Source::Direct { .. });
                must_be(rules?, &spellings, entry.key, "normalised", is_normalised);
                let spelling = spellings.subsection(entry, format!("spellings.{}", entry.key.value)).and_then(spelling);
                memory.spellings.extend(spelling.map(|spelling| (entry.key.value.to_owned(), spelling)));
            }
        }
        if let Some(aside) = section.section("aside") {
            let entries = aside.entries().into_iter();
            memory.aside = entries.filter_map(|entry| Some((entry.key.value.to_owned(), aside.json(entry)?))).collect();
        }
        let unfinished = section.texts("unfinished", CASE_CALLS_MAX).into_iter();
        memory.unfinished = unfinished.map(|step| step.value.to_owned()).collect();
        section.finish();
        Some(Remembered { kind: rules?.kind.name.clone(), id: id?.value.to_owned(), memory })
    }
}

/// What is remembered, as a case writes it.
pub(in crate::command::test) fn memory_as_json(memory: &Memory) -> Map {
    let mut written = Map::new();
    if !memory.kept.is_empty() {
        written.insert("kept".to_owned(), memory.kept.clone().into_iter().collect());
    }
    if !memory.spellings.is_empty() {
        let spelling = |known: &Spelling| json!({"sent": known.sent, "normal": known.normal});
        let spellings = memory.spellings.iter().map(|(name, known)| (name.clone(), spelling(known))).collect();
        written.insert("spellings".to_owned(), spellings);
    }
    if !memory.aside.is_empty() {
        written.insert("aside".to_owned(), memory.aside.clone().into_iter().collect());
    }
    if !memory.unfinished.is_empty() {
        written.insert("unfinished".to_owned(), memory.unfinished.iter().cloned().collect());
    }
    written
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
