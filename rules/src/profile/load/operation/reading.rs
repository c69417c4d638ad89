//! The calls that read: find, get, list, sort.

use scim::Kind;
use scim::filter::CompareOp;
use scim::schema::Returned;

use super::super::call::{self, Answer, CallShape, READS, field_at};
use super::super::mapping::MAPPINGS_MAX;
use super::super::paging::{self, PAGES, ROW_KEYS};
use super::{FINDS_MAX, LISTS_MAX, NEEDS_ID, Operations};
use crate::diagnostics::Code;
use crate::document::{Section, Text, one_word, shortened};
use crate::profile::{Ask, CallRule, FieldPath, FindRule, LetterCase, ListRule, Mapping, SortRule, Source};
use crate::source::Span;
use crate::template::TextTemplate;

impl Operations<'_, '_> {
    // === find ===

    pub(in super::super) fn finds(&self) -> Vec<FindRule> {
        self.section.sections("find", FINDS_MAX).into_iter().filter_map(|section| self.find(section)).collect()
    }

    fn find(&self, section: Section<'_>) -> Option<FindRule> {
        let by = section.required_text("by", "\"userName\"");
        let index = by.and_then(|by| self.mapped(by, by.value));
        let op = section.word("op", &CompareOp::ALL.map(|op| (op.as_str(), op))).unwrap_or(CompareOp::Eq);
        let direct = index.zip(by).and_then(|(index, by)| self.asked_field(index, by, op));
        let name = by.map_or(self.name("find"), |by| self.name(&format!("find.{}", by.value)));
        let rule = section.sheet.rule(name.as_str(), section.span);
        let ask = self.ask(&section, name, direct.as_deref(), op);
        let case = section.word("case", &[("lower", LetterCase::Lower), ("upper", LetterCase::Upper)]);
        let also = section.flag("also").unwrap_or_default();
        if let (Some(by), Some(index)) = (by.filter(|_| direct.is_some()), index) {
            self.one_of_several(&section, by, (index, op), also)?;
        }
        section.finish();
        Some(FindRule { rule, by: index?, op, ask: ask?, case })
    }

    /// Notes a find that another one makes superfluous, and one that is there beside none.
    fn one_of_several(&self, section: &Section<'_>, by: Text<'_>, what: (usize, CompareOp), also: bool) -> Option<()> {
        let what = format!("{:?} {}", what.0, what.1.as_str());
        if !also {
            let help = "keep one; or write `also = true` at the second, if only both together find all";
            return self.once(Code::FindTwice, what, by.span, "there are two ways to find by this attribute", help);
        }
        if self.seen_before(Code::FindTwice, &what) {
            return Some(());
        }
        let span = section.value("also").map_or(section.span, |entry| entry.span);
        let help = "take `also` away, or put the find that has none before it";
        section.report(Code::FindAlso, span, "there is no other way to find by this attribute before it", help);
        None
    }

    /// How the find asks, by the field `direct`; `None` if that is noted as wrong.
    fn ask(&self, section: &Section<'_>, name: String, direct: Option<&str>, op: CompareOp) -> Option<Ask> {
        if section.value("id").is_some() {
            return self.derived(section, direct, op);
        }
        let answer = single(section);
        let has_pages = matches!(answer, Single::Rows);
        let pages = PAGES.into_iter().filter(|page| has_pages && direct != Some(*page));
        let placeholders: Vec<String> = direct.iter().copied().chain(pages).map(str::to_owned).collect();
        let needs: Vec<_> = direct.iter().map(|field| (*field, "it would give everybody")).collect();
        let shape = CallShape { name, verbs: &READS, answer: Answer::Rows, placeholders: &placeholders, needs: &needs };
        // Without a sound `by`, its placeholder is not known, and the template is no second problem.
        let mut call = direct.and_then(|_| call::read(self.subject.names, section, &shape));
        if direct.is_none() {
            section.value("get");
        }
        if has_pages {
            let paging = paging::read(section, call.as_mut(), direct, None, None);
            return Some(Ask::Rows { call: call?, paging: paging? });
        }
        has_none_of(section, &ROW_KEYS, "its answer is no list of rows");
        match answer {
            Single::Record(at) => Some(Ask::Record { call: call?, at }),
            Single::Id(at) => Some(Ask::Id { call: call?, at }),
            Single::Rows | Single::Wrong => None,
        }
    }

    /// `id = "@{login}:{server}"`.
    fn derived(&self, section: &Section<'_>, direct: Option<&str>, op: CompareOp) -> Option<Ask> {
        let keys = [&ROW_KEYS[..], &["get", "answer"]].concat();
        has_none_of(section, &keys, "the id follows from the value, nothing is asked");
        let text = section.text("id")?;
        if op != CompareOp::Eq {
            let message = format!("an id follows from a whole value, not from what `{}` asks", op.as_str());
            section.report(Code::Unfit, text.span, message, "write `op = \"eq\"`");
            return None;
        }
        let template = match TextTemplate::parse(text.value) {
            Ok(template) => template,
            Err(error) => {
                let end = text.value.len().min(error.at + 1).max(error.at);
                let span = section.sheet.within(text.span, Span { start: error.at, end });
                section.report(Code::Template, span, error.reason, "write a text with placeholders: `@{login}`");
                return None;
            }
        };
        let direct = direct?;
        for name in template.names().filter(|name| *name != direct) {
            if self.subject.names.param(name).is_none() {
                let message = format!("`id` has no value for `{{{}}}`", shortened(name));
                let help = format!("there are `{{{direct}}}` and the parameters");
                section.report(Code::UnknownPlaceholder, text.span, message, help);
                return None;
            }
        }
        if !template.names().any(|name| name == direct) {
            let message = format!("`id` does not use `{{{direct}}}`: it would be the same id for everybody");
            let help = format!("write `{{{direct}}}` where it belongs");
            section.report(Code::MissingPlaceholder, text.span, message, help);
            return None;
        }
        Some(Ask::Derived(template))
    }

    /// The field of the direct mapping `index`, if the target can be asked for it by `op`; notes why not.
    fn asked_field(&self, index: usize, by: Text<'_>, op: CompareOp) -> Option<String> {
        let (mapping, ..) = &self.map.mappings[index];
        let Source::Direct { field, normal, values, lookup, .. } = &mapping.source else {
            let message = format!("`{}` is not mapped directly, the target cannot be asked for it", mapping.name);
            self.section.report(Code::NotDirect, by.span, message, "find by an attribute that is `{ direct = … }`");
            return None;
        };
        self.ever_asked(mapping, by)?;
        if lookup.is_some() {
            let message =
                format!("the target holds an id for `{}`, it cannot be asked for what SCIM shows", mapping.name);
            self.section.report(Code::NotDirect, by.span, message, "find by another attribute");
            return None;
        }
        let whole = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if !whole && (normal.is_some() || values.is_some()) {
            let message = format!(
                "only whole values of `{}` have another form there, not what `{}` asks",
                mapping.name,
                op.as_str()
            );
            self.section.report(Code::FindNotAsked, by.span, message, "take it away: the gateway compares itself");
        }
        let inner = matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
        let textual = mapping
            .attribute
            .leaf()
            .is_none_or(|leaf| !matches!(leaf.kind, Kind::Boolean | Kind::Integer | Kind::Decimal));
        if inner && !textual {
            let message = format!("`{}` is for texts, `{}` is none", op.as_str(), mapping.name);
            self.section.report(Code::Unfit, by.span, message, "write `op = \"eq\"`");
            return None;
        }
        Some(field.to_string())
    }

    /// Notes an attribute that nobody may filter or sort by: a password.
    fn ever_asked(&self, mapping: &Mapping, by: Text<'_>) -> Option<()> {
        if mapping.attribute.leaf().is_some_and(|leaf| leaf.returned == Returned::Never) {
            let message = format!("`{}` is never returned, so nobody can ask by it", mapping.name);
            self.section.report(Code::Unfit, by.span, message, "take it away");
            return None;
        }
        Some(())
    }

    // === get and list ===

    pub(in super::super) fn get(&self) -> Option<CallRule> {
        let noun = self.subject.noun;
        let Some(section) = self.section.section("get") else {
            if self.section.value("get").is_none() {
                let help = format!("write `[{noun}.get]` with `get = \"/{noun}s/{{id}}\"`");
                self.section.report(Code::MissingKey, self.section.span, format!("`[{noun}.get]` is missing"), help);
            }
            return None;
        };
        let shape = CallShape {
            name: self.name("get"),
            verbs: &READS,
            answer: Answer::Record,
            placeholders: &["id".to_owned()],
            needs: &[NEEDS_ID],
        };
        let call = call::read(self.subject.names, &section, &shape);
        section.finish();
        call
    }

    /// `[user.list]`, or several `[[user.list]]`.
    pub(in super::super) fn lists(&self) -> Vec<ListRule> {
        let is_several = self.section.value("list").is_some_and(|entry| entry.value.is_array());
        let sections = if is_several {
            self.section.sections("list", LISTS_MAX)
        } else {
            self.section.section("list").into_iter().collect()
        };
        sections.into_iter().filter_map(|section| self.list(section)).collect()
    }

    fn list(&self, section: Section<'_>) -> Option<ListRule> {
        let shape = CallShape {
            name: self.name("list"),
            verbs: &READS,
            answer: Answer::Rows,
            placeholders: &PAGES.map(str::to_owned),
            needs: &[],
        };
        let mut call = call::read(self.subject.names, &section, &shape);
        let paging = paging::read(&section, call.as_mut(), None, None, Some(self.subject.names));
        section.finish();
        Some(ListRule { call: call?, paging: paging? })
    }

    // === sort ===

    /// The list in an order that the target makes; what it does not say of rows and pages, `list` says.
    pub(in super::super) fn sort(&self, list: Option<&ListRule>) -> Option<SortRule> {
        let section = self.section.section("sort")?;
        let placeholders: Vec<String> = PAGES.into_iter().chain(["sort", "order"]).map(str::to_owned).collect();
        let shape = CallShape {
            name: self.name("sort"),
            verbs: &READS,
            answer: Answer::Rows,
            placeholders: &placeholders,
            needs: &[("sort", "it would be in one order only"), ("order", "it would be in one direction only")],
        };
        let mut call = call::read(self.subject.names, &section, &shape);
        let paging =
            paging::read(&section, call.as_mut(), None, list.map(|list| &list.paging), Some(self.subject.names));
        let by = self.sorted_by(&section);
        let order = order(&section);
        section.finish();
        Some(SortRule { list: ListRule { call: call?, paging: paging? }, by: by?, order: order? })
    }

    /// `by`: attribute to the target's name for it.
    fn sorted_by(&self, section: &Section<'_>) -> Option<Vec<(usize, String)>> {
        let Some(table) = section.section("by") else {
            if section.value("by").is_none() {
                section.missing("by", "{ userName = \"login\" }");
            }
            return None;
        };
        let entries = table.entries();
        table.bounded(entries.len(), MAPPINGS_MAX, &table.name, table.span);
        let mut by: Vec<(usize, String)> = Vec::new();
        for entry in entries.into_iter().take(MAPPINGS_MAX) {
            let name = table.text_of(entry);
            let Some(index) = self.mapped(entry.key, entry.key.value) else { continue };
            if by.iter().any(|(known, _)| *known == index) {
                let message = format!("`{}` is there already", entry.key.value);
                table.report(Code::MappedTwice, entry.key.span, message, "take one of the two away");
            }
            if let (Some(()), Some(name)) = (self.sortable(index, entry.key), name) {
                by.push((index, name.value.to_owned()));
            }
        }
        if by.is_empty() && table.entries().is_empty() {
            let help = "write `{ userName = \"login\" }`, or take `sort` away";
            table.report(Code::MissingKey, table.span, "`by` names no attribute", help);
        }
        Some(by)
    }

    /// Notes what the target cannot order as SCIM does.
    fn sortable(&self, index: usize, by: Text<'_>) -> Option<()> {
        let (mapping, place, _) = &self.map.mappings[index];
        self.ever_asked(mapping, by)?;
        // What is sorted by is one value (RFC 7644 §3.4.2.3); `emails` means `emails.value`, which is no mapping.
        let is_one_value =
            mapping.attribute.leaf().is_some_and(|leaf| leaf.kind != Kind::Complex && !leaf.multi_valued);
        let why = match &mapping.source {
            _ if !is_one_value || place.filter.is_some() => "it is not one value of the whole resource",
            Source::Keep => "it does not have it",
            Source::Constant(_) => "it is always the same",
            Source::Direct { values: Some(_), .. }
            | Source::Direct { lookup: Some(_), .. }
            | Source::Direct { codec: Some(_), .. } => "it has other values, in another order",
            Source::Emptied { .. } => "it is told by the emptiness of a field",
            Source::Direct { .. } | Source::Expression { .. } => return Some(()),
        };
        let message = format!("the target cannot sort by `{}`: {why}", mapping.name);
        self.section.report(Code::NotDirect, by.span, message, "take it away: the gateway sorts by it");
        None
    }
}

/// What a find's answer is.
enum Single {
    /// Rows: nothing is said.
    Rows,
    /// The record, at this field.
    Record(FieldPath),
    /// Its id, at this field.
    Id(FieldPath),
    /// It is noted as wrong.
    Wrong,
}

/// `answer` of a find: `record`, `record:FIELD` or `id:FIELD`.
fn single(section: &Section<'_>) -> Single {
    if section.value("answer").is_none() {
        return Single::Rows;
    }
    let Some(text) = section.text("answer") else { return Single::Wrong };
    let at = |prefix: &str| Some(field_at(section, text, text.value.strip_prefix(prefix)?, prefix.len()));
    if let Some(field) = at("record:") {
        return field.map_or(Single::Wrong, Single::Record);
    }
    if let Some(field) = at("id:") {
        return field.map_or(Single::Wrong, Single::Id);
    }
    // The other two are no words: whoever comes near them is told how they are written.
    match one_word(section.sheet, text, "answer", &[("record", ()), ("record:FIELD", ()), ("id:FIELD", ())]) {
        Some(()) => Single::Record(FieldPath::default()),
        None => Single::Wrong,
    }
}

/// Notes keys that mean nothing beside another.
fn has_none_of(section: &Section<'_>, keys: &[&'static str], why: &str) {
    for key in keys {
        if let Some(entry) = section.value(key) {
            let message = format!("`{key}` means nothing here: {why}");
            section.report(Code::FindAnswer, entry.key.span, message, "take it away");
        }
    }
}

/// `{order}` for ascending and descending.
fn order(section: &Section<'_>) -> Option<[String; 2]> {
    let Some(entry) = section.value("order") else { return Some(["asc", "desc"].map(str::to_owned)) };
    let words = section.texts("order", 2);
    match words.as_slice() {
        [up, down] if up.value != down.value => Some([up, down].map(|word| word.value.to_owned())),
        // Noted already, if it is no array of texts.
        _ if !entry
            .value
            .as_array()
            .is_some_and(|words| words.len() <= 2 && words.iter().all(|word| word.get_ref().is_str())) =>
        {
            None
        }
        _ => {
            let help = "write `[\"asc\", \"desc\"]`: ascending first";
            section.report(Code::Range, entry.span, "`order` must be two different texts", help);
            None
        }
    }
}
