//! The calls of `[user]` and `[group]`: find, get, list, sort, create, update, delete.

mod reading;
mod writing;

use std::cell::RefCell;

pub(super) use self::writing::CreateSpans;

use super::mapping::{Found, Map};
use super::place;
use super::scope::Subject;
use crate::diagnostics::{Code, closest};
use crate::document::{Section, Text, listed, shortened};
use crate::profile::{Source, Write};
use crate::source::Span;

/// Most ways to find.
pub(super) const FINDS_MAX: usize = 100;
/// Most lists that make up one.
pub(super) const LISTS_MAX: usize = 10;
/// Most update rules.
pub(super) const UPDATES_MAX: usize = 100;
/// Most steps before or behind one call, and most checks of one.
pub(super) const STEPS_MAX: usize = 20;
/// What a call on one record must name.
pub(super) const NEEDS_ID: (&str, &str) = ("id", "it would touch the wrong record");

/// What the calls of a resource refer to.
pub(super) struct Operations<'n, 'd> {
    pub(super) subject: &'n Subject<'n, 'd>,
    pub(super) map: &'n Map,
    /// Computed fields, with where each stands.
    pub(super) computed: &'n [(Write, Span)],
    /// `[user]` or `[group]`.
    pub(super) section: &'n Section<'d>,
    /// Conditions and attributes that were seen already, with their kind.
    seen: RefCell<Vec<(Code, String)>>,
}

impl<'n, 'd> Operations<'n, 'd> {
    pub(super) fn new(
        subject: &'n Subject<'n, 'd>,
        map: &'n Map,
        computed: &'n [(Write, Span)],
        section: &'n Section<'d>,
    ) -> Self {
        Self { subject, map, computed, section, seen: RefCell::default() }
    }

    /// `user.create`: how the call at `key` is named.
    fn name(&self, key: &str) -> String {
        format!("{}.{key}", self.subject.noun)
    }

    /// Whether `what` came up before.
    fn seen_before(&self, code: Code, what: &str) -> bool {
        self.seen.borrow().iter().any(|(known, seen)| *known == code && seen == what)
    }

    /// Notes `what` if it came up before.
    fn once(&self, code: Code, what: String, span: Span, message: &str, help: &str) -> Option<()> {
        if self.seen_before(code, &what) {
            self.section.report(code, span, message, help);
            return None;
        }
        self.seen.borrow_mut().push((code, what));
        Some(())
    }

    /// `id` and every field that is mapped directly or computed: placeholders of calls that write.
    fn placeholders(&self, with_id: bool) -> Vec<String> {
        let fields = self.map.mappings.iter().filter_map(|(mapping, ..)| match &mapping.source {
            Source::Direct { field, .. } => Some(field.to_string()),
            _ => None,
        });
        let id = with_id.then(|| "id".to_owned());
        let computed = self.computed.iter().map(|(write, _)| write.field.to_string());
        id.into_iter().chain(fields).chain(computed).collect()
    }

    /// The mapping that an attribute in a rule names.
    fn mapped(&self, text: Text<'_>, attribute: &str) -> Option<usize> {
        let sheet = self.subject.names.sheet;
        let within = sheet.within(text.span, Span { start: 0, end: attribute.len() });
        // The span of an attribute at the start of its text; a key or a literal alike.
        let text =
            Text { value: attribute, span: if attribute.len() == text.value.len() { text.span } else { within } };
        let (path, _) = place::bind(self.subject, text)?;
        match self.map.find(&path) {
            Found::Mapping(index) => Some(index),
            Found::Broken => None,
            Found::Nothing => {
                let known = self.map.names();
                let help = match closest(attribute, known.iter().copied()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("map it in `[{}.map]`, or use one of {}", self.subject.noun, listed(&known)),
                };
                sheet.report(Code::NotMapped, text.span, format!("`{}` is not mapped", shortened(attribute)), help);
                None
            }
        }
    }
}
