//! The calls that read: find, get, list, sort.

use scim::Kind;
use scim::filter::CompareOp;
use scim::schema::Returned;

use super::super::call::{self, Answer, CallShape};
use super::super::mapping::MAPPINGS_MAX;
use super::{FINDS_MAX, NEEDS_ID, Operations, PAGES, is_paged, paging};
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::{Section, Text};
use crate::profile::{CallRule, FindRule, ListRule, Mapping, SortRule, Source};

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
        let pages = PAGES.into_iter().filter(|page| direct.as_deref() != Some(*page));
        let placeholders: Vec<String> = direct.iter().cloned().chain(pages.map(str::to_owned)).collect();
        let name = by.map_or(self.name("find"), |by| self.name(&format!("find.{}", by.value)));
        let needs: Vec<_> = direct.iter().map(|field| (field.as_str(), "it would give everybody")).collect();
        let shape =
            CallShape { name, verbs: &[Verb::Get], answer: Answer::Rows, placeholders: &placeholders, needs: &needs };
        // Without a sound `by`, its placeholder is not known, and the template is no second problem.
        let call = direct.as_ref().and_then(|_| call::read(self.subject.names, &section, &shape));
        if direct.is_none() {
            section.value("get");
        }
        let is_page = |name: &str| matches!(name, "offset" | "page") && direct.as_deref() != Some(name);
        let in_pieces = call.as_ref().is_some_and(|call| call.path.names().any(is_page));
        let paging = paging(&section, in_pieces, None);
        if let Some(by) = by.filter(|_| direct.is_some()) {
            let what = format!("{index:?} {}", op.as_str());
            self.once(Code::FindTwice, what, by.span, "there are two ways to find by this attribute", "keep one")?;
        }
        section.finish();
        Some(FindRule { by: index?, op, call: call?, paging: paging? })
    }

    /// The field of the direct mapping `index`, if the target can be asked for it by `op`; notes why not.
    fn asked_field(&self, index: usize, by: Text<'_>, op: CompareOp) -> Option<String> {
        let (mapping, ..) = &self.map.mappings[index];
        let Source::Direct { field, normal, values, lookup } = &mapping.source else {
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
            verbs: &[Verb::Get],
            answer: Answer::Record,
            placeholders: &["id".to_owned()],
            needs: &[NEEDS_ID],
        };
        let call = call::read(self.subject.names, &section, &shape);
        section.finish();
        call
    }

    pub(in super::super) fn list(&self) -> Option<ListRule> {
        let section = self.section.section("list")?;
        let shape = CallShape {
            name: self.name("list"),
            verbs: &[Verb::Get],
            answer: Answer::Rows,
            placeholders: &PAGES.map(str::to_owned),
            needs: &[],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let paging = paging(&section, is_paged(call.as_ref()), None);
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
            verbs: &[Verb::Get],
            answer: Answer::Rows,
            placeholders: &placeholders,
            needs: &[("sort", "it would be in one order only"), ("order", "it would be in one direction only")],
        };
        let call = call::read(self.subject.names, &section, &shape);
        let paging = paging(&section, is_paged(call.as_ref()), list.map(|list| &list.paging));
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
            Source::Direct { values: Some(_), .. } | Source::Direct { lookup: Some(_), .. } => {
                "it has other values, in another order"
            }
            Source::Direct { .. } | Source::Expression { .. } => return Some(()),
        };
        let message = format!("the target cannot sort by `{}`: {why}", mapping.name);
        self.section.report(Code::NotDirect, by.span, message, "take it away: the gateway sorts by it");
        None
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
