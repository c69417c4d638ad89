//! The calls of `[user]`: find, get, list, create, update, delete.

use std::cell::RefCell;

use scim::filter::CompareOp;
use serde_json::Value;

use super::call::{self, Answer, CallShape, field, required_field};
use super::literal::{self, fits};
use super::mapping::{Found, Map};
use super::place;
use super::scope::Names;
use crate::call::Verb;
use crate::diagnostics::{Code, closest};
use crate::document::{Section, Text, listed, shortened};
use crate::profile::{CallRule, Change, CreateRule, Existing, FindRule, ListRule, Look, Paging, Source, UpdateRule};
use crate::source::Span;

/// Most ways to find.
pub(super) const FINDS_MAX: usize = 100;
/// Most update rules.
pub(super) const UPDATES_MAX: usize = 100;
/// Most rows of one page.
pub(super) const PAGE_ROWS_MAX: usize = 10_000;

const WRITES: [Verb; 4] = [Verb::Post, Verb::Put, Verb::Patch, Verb::Delete];
const NEEDS_ID: (&str, &str) = ("id", "it would touch the wrong record");

/// What the calls of a resource refer to.
pub(super) struct Operations<'n, 'd> {
    pub(super) names: &'n Names<'d>,
    pub(super) map: &'n Map,
    pub(super) user: &'n Section<'d>,
    /// Conditions and attributes that were seen already, with their kind.
    seen: RefCell<Vec<(Code, String)>>,
}

impl<'n, 'd> Operations<'n, 'd> {
    pub(super) fn new(names: &'n Names<'d>, map: &'n Map, user: &'n Section<'d>) -> Self {
        Self { names, map, user, seen: RefCell::default() }
    }

    /// Notes `what` if it came up before.
    fn once(&self, code: Code, what: String, span: Span, message: &str, help: &str) -> Option<()> {
        let known = self.seen.borrow().iter().any(|(c, w)| *c == code && *w == what);
        if known {
            self.user.report(code, span, message, help);
            return None;
        }
        self.seen.borrow_mut().push((code, what));
        Some(())
    }

    /// `id` and every field that a direct mapping writes: placeholders of calls that write.
    fn placeholders(&self, with_id: bool) -> Vec<String> {
        let fields = self.map.mappings.iter().filter_map(|(mapping, ..)| match &mapping.source {
            Source::Direct { field, .. } => Some(field.to_string()),
            _ => None,
        });
        let id = with_id.then(|| "id".to_owned());
        id.into_iter().chain(fields).collect()
    }

    /// The mapping that an attribute in a rule names.
    fn mapped(&self, text: Text<'_>, attribute: &str) -> Option<usize> {
        let sheet = self.names.sheet;
        let within = sheet.within(text.span, Span { start: 0, end: attribute.len() });
        // The span of an attribute at the start of its text; a key or a literal alike.
        let text =
            Text { value: attribute, span: if attribute.len() == text.value.len() { text.span } else { within } };
        let (path, _) = place::bind(sheet, &self.names.kind, text)?;
        match self.map.find(&path) {
            Found::Mapping(index) => Some(index),
            Found::Broken => None,
            Found::Nothing => {
                let known = self.map.names();
                let help = match closest(attribute, known.iter().copied()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("map it in `[user.map]`, or use one of {}", listed(&known)),
                };
                sheet.report(Code::NotMapped, text.span, format!("`{}` is not mapped", shortened(attribute)), help);
                None
            }
        }
    }

    // === reading ===

    pub(super) fn finds(&self) -> Vec<FindRule> {
        self.user.sections("find", FINDS_MAX).into_iter().filter_map(|section| self.find(section)).collect()
    }

    fn find(&self, section: Section<'_>) -> Option<FindRule> {
        let by = section.required_text("by", "\"userName\"");
        let index = by.and_then(|by| self.mapped(by, by.value));
        let direct = index.zip(by).and_then(|(index, by)| self.direct_field(index, by));
        let placeholders: Vec<String> = direct.iter().cloned().collect();
        let name = by.map_or("user.find".to_owned(), |by| format!("user.find.{}", by.value));
        let needs = direct.as_deref().map(|field| (field, "it would give everybody"));
        let shape = CallShape { name, verbs: &[Verb::Get], answer: Answer::Rows, placeholders: &placeholders, needs };
        // Without a sound `by`, its placeholder is not known, and the template is no second problem.
        let call = direct.as_ref().and_then(|_| call::read(self.names, &section, &shape));
        if direct.is_none() {
            section.value("get");
        }
        let rows = required_field(&section, "rows", "\"users\"");
        if let Some(by) = by.filter(|_| direct.is_some()) {
            let what = format!("{index:?}");
            self.once(Code::FindTwice, what, by.span, "there are two ways to find by this attribute", "keep one")?;
        }
        section.finish();
        let paging = Paging { rows: rows?, total: None, page_rows_max: PAGE_ROWS_MAX, paged: false };
        Some(FindRule { by: index?, op: CompareOp::Eq, call: call?, paging })
    }

    /// The field of the direct mapping `index`; notes any other kind.
    fn direct_field(&self, index: usize, by: Text<'_>) -> Option<String> {
        let (mapping, ..) = &self.map.mappings[index];
        if let Source::Direct { field, .. } = &mapping.source {
            return Some(field.to_string());
        }
        let message = format!("`{}` is not mapped directly, the target cannot be asked for it", mapping.name);
        self.user.report(Code::NotDirect, by.span, message, "find by an attribute that is `{ direct = … }`");
        None
    }

    pub(super) fn get(&self) -> Option<CallRule> {
        let Some(section) = self.user.section("get") else {
            if self.user.value("get").is_none() {
                let help = "write `[user.get]` with `get = \"/users/{id}\"`";
                self.user.report(Code::MissingKey, self.user.span, "`[user.get]` is missing", help);
            }
            return None;
        };
        let shape = CallShape {
            name: "user.get".to_owned(),
            verbs: &[Verb::Get],
            answer: Answer::Record,
            placeholders: &["id".to_owned()],
            needs: Some(NEEDS_ID),
        };
        let call = call::read(self.names, &section, &shape);
        section.finish();
        call
    }

    pub(super) fn list(&self) -> Option<ListRule> {
        let section = self.user.section("list")?;
        let shape = CallShape {
            name: "user.list".to_owned(),
            verbs: &[Verb::Get],
            answer: Answer::Rows,
            placeholders: &["offset", "limit", "page"].map(str::to_owned),
            needs: None,
        };
        let call = call::read(self.names, &section, &shape);
        let rows = required_field(&section, "rows", "\"users\"");
        let total = field(&section, "total");
        let page_rows_max = section.number("page_rows_max", 1..=PAGE_ROWS_MAX);
        let paged = call.as_ref().is_some_and(|call| call.path.names().any(|name| matches!(name, "offset" | "page")));
        if paged && section.value("page_rows_max").is_none() {
            section.missing("page_rows_max", "100");
        }
        section.finish();
        let page_rows_max = page_rows_max.unwrap_or(PAGE_ROWS_MAX);
        Some(ListRule { call: call?, paging: Paging { rows: rows?, total, page_rows_max, paged } })
    }

    // === writing ===

    pub(super) fn create(&self) -> Option<(CreateRule, Span)> {
        let section = self.user.section("create")?;
        let shape = CallShape {
            name: "user.create".to_owned(),
            verbs: &[Verb::Post, Verb::Put],
            answer: Answer::Record,
            placeholders: &self.placeholders(false),
            needs: None,
        };
        let call = call::read(self.names, &section, &shape);
        let look = section.word("look", &[("first", Look::First), ("on-conflict", Look::OnConflict)]);
        let span = section.value("look").map_or(section.span, |entry| entry.span);
        section.finish();
        let look = look.unwrap_or(Look::First);
        Some((CreateRule { call: call?, look, existing: Existing::Refuse, taken: None }, span))
    }

    pub(super) fn updates(&self) -> Vec<UpdateRule> {
        let sections = self.user.sections("update", UPDATES_MAX);
        let mut rules: Vec<UpdateRule> = sections.into_iter().filter_map(|section| self.update(section)).collect();
        // The rest comes last, wherever it stands.
        rules.sort_by_key(|rule| rule.when.is_none());
        rules
    }

    fn update(&self, section: Section<'_>) -> Option<UpdateRule> {
        let shape = CallShape {
            name: "user.update".to_owned(),
            verbs: &WRITES,
            answer: Answer::Nothing,
            placeholders: &self.placeholders(true),
            needs: Some(NEEDS_ID),
        };
        let call = call::read(self.names, &section, &shape);
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
            self.user.report(Code::When, text.span, format!("`when` {why}"), help);
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
            self.user.report(Code::NotDirect, text.span, message, "use an attribute that is `{ direct = … }`");
            return None;
        }
        if let (Some(value), Some(leaf)) = (&literal, mapping.attribute.leaf()) {
            let shape = place.shape(&mapping.attribute);
            let known = |table: &crate::profile::ValueTable| table.pairs.iter().any(|(scim, _)| scim == value);
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
                self.user.report(Code::ValueType, text.span, message, help);
                return None;
            }
        }
        Some(Change { attribute: index, to: literal })
    }

    pub(super) fn delete(&self) -> Option<CallRule> {
        let section = self.user.section("delete")?;
        let shape = CallShape {
            name: "user.delete".to_owned(),
            verbs: &WRITES,
            answer: Answer::Nothing,
            placeholders: &["id".to_owned()],
            needs: Some(NEEDS_ID),
        };
        let call = call::read(self.names, &section, &shape);
        section.finish();
        call
    }
}

fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}
