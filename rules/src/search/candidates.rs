//! Where the candidates for a filter come from.
//!
//! Every choice is a superset of what matches; a part of a filter for which there is none gives no candidates, and then
//! another part does or everybody is read.

use std::collections::BTreeSet;

use json::Value;
use scim::filter::{CompareOp, Literal};
use scim::{AttrPath, Attribute, Filter, Kind, Path, Resource};

use super::{ANY_PARTS_MAX, Candidates, MemberQuestions, SCAN_ROWS_MAX, Search};
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{Mapping, MemberRules, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::source::RuleRef;
use crate::trace::{Stage, Trace};

/// Literals that can equal nothing because they have no normal form.
#[derive(Debug, Default)]
pub(super) struct Hopeless {
    /// (Index into [`ResourceRules::map`], literal as sent).
    pub(super) formless: BTreeSet<(usize, String)>,
    /// (The same, normal form) of all other literals: one literal's normal form may be another without one.
    pub(super) normal: BTreeSet<(usize, String)>,
}

impl Hopeless {
    fn is_so(&self, mapping: usize, text: &str) -> bool {
        let key = (mapping, text.to_owned());
        self.formless.contains(&key) && !self.normal.contains(&key)
    }
}

impl Candidates {
    /// Less is better: nothing to read, one record to read, the target's answer, the store's, several of these, everybody.
    fn cost(&self) -> u8 {
        match self {
            Candidates::None => 0,
            Candidates::ById(_) => 1,
            Candidates::Find { .. } => 2,
            Candidates::Kept { .. } | Candidates::GroupsOf(_) => 3,
            Candidates::Any(_) => 4,
            Candidates::Scan => 5,
        }
    }

    fn print(&self) -> String {
        match self {
            Candidates::None => "nothing can match: no call".to_owned(),
            Candidates::ById(id) => format!("the one with id {id}"),
            Candidates::Find { call, .. } => call.to_string(),
            Candidates::Kept { attribute, value } => format!("those remembered with {attribute} {value}"),
            Candidates::Any(parts) => parts.iter().map(Candidates::print).collect::<Vec<_>>().join(" or "),
            Candidates::GroupsOf(member) => format!("the groups of {member}"),
            Candidates::Scan => format!("all there are, at most {SCAN_ROWS_MAX}"),
        }
    }

    fn rule(&self) -> Option<&RuleRef> {
        match self {
            Candidates::Find { call, .. } => Some(&call.rule),
            Candidates::None
            | Candidates::ById(_)
            | Candidates::Kept { .. }
            | Candidates::Any(_)
            | Candidates::GroupsOf(_)
            | Candidates::Scan => None,
        }
    }

    /// The union of some, each once; `None` if they are too many to ask for one by one.
    fn union(parts: Vec<Candidates>) -> Option<Candidates> {
        let mut union: Vec<Candidates> = Vec::new();
        for part in parts {
            let parts = match part {
                Candidates::None => Vec::new(),
                Candidates::Any(parts) => parts,
                single => vec![single],
            };
            for part in parts {
                if !union.contains(&part) {
                    union.push(part);
                }
            }
        }
        match union.len() {
            0 => Some(Candidates::None),
            1 => union.pop(),
            2..=ANY_PARTS_MAX => Some(Candidates::Any(union)),
            _ => None,
        }
    }
}

/// One comparison of a filter, under the name that a mapping would have.
pub(super) struct Comparison<'f> {
    pub(super) name: String,
    op: CompareOp,
    literal: &'f Literal,
}

impl ResourceRules {
    /// The plan of a search; with `members`, of groups whose members are kept apart.
    pub(super) fn search_in(
        &self,
        params: &Params,
        filter: &Filter,
        members: Option<&MemberRules>,
        trace: &mut Trace,
    ) -> Result<Search, Refusal> {
        let mut filter = filter.clone();
        let mut hopeless = Hopeless::default();
        self.normalise(params, &mut filter, &mut hopeless, trace);
        // An unknown attribute is an error, whatever else the filter says.
        let bound = self.kind.bind_filter(&filter)?;
        let candidates = self.candidates(params, &filter, &hopeless, members, trace)?;
        let members =
            if candidates == Candidates::None { MemberQuestions::None } else { self.member_questions(&filter) };
        let hints = if self.reads_singly() { self.hints(&filter) } else { Vec::new() };
        Ok(Search { candidates, filter: bound, hints, members })
    }

    /// The best candidates for the whole filter.
    pub(super) fn candidates(
        &self,
        params: &Params,
        filter: &Filter,
        hopeless: &Hopeless,
        members: Option<&MemberRules>,
        trace: &mut Trace,
    ) -> Result<Candidates, Refusal> {
        let ask = Ask { rules: self, params, hopeless, members };
        let best = match ask.best(filter) {
            Some(best) => best,
            None if !self.list.is_empty() => Candidates::Scan,
            None => {
                let reason = format!("this product can be asked for {}", self.searchable().join(", "));
                return Err(Refusal::Search { noun: self.noun, reason });
            }
        };
        trace.step(Stage::Plan, best.rule(), || format!("candidates: {}", best.print()));
        Ok(best)
    }

    /// What one comparison compares, under the name that a mapping would have; the comparisons of one element each.
    pub(super) fn comparisons<'f>(&self, part: &'f Filter) -> Vec<Comparison<'f>> {
        match part {
            Filter::Compare { path, op, value } => {
                vec![Comparison { name: self.canonical(path), op: *op, literal: value }]
            }
            Filter::Has { path, filter } => {
                let parts = parts_of(filter);
                let of = |(at, part): (usize, &'f Filter)| {
                    let Filter::Compare { path: sub, op, value } = part else { return None };
                    Some(Comparison { name: self.element_name(path, parts, at, &sub.name), op: *op, literal: value })
                };
                parts.iter().enumerate().filter_map(of).collect()
            }
            Filter::And(_) | Filter::Or(_) | Filter::Not(_) | Filter::Present(_) => Vec::new(),
        }
    }

    /// `emails[type eq "work" and value eq "x"]` says `emails[type eq "work"].value eq "x"`: what `parts` without the one at
    /// `but` select, and its sub-attribute.
    pub(super) fn element_name(&self, attr: &AttrPath, parts: &[Filter], but: usize, sub: &str) -> String {
        let rest = parts.iter().enumerate().filter(|(at, _)| *at != but).map(|(_, part)| part.clone());
        let filter = match rest.collect::<Vec<_>>() {
            rest if rest.is_empty() => return self.canonical(&AttrPath { sub: Some(sub.to_owned()), ..attr.clone() }),
            mut rest if rest.len() == 1 => rest.remove(0),
            rest => Filter::And(rest),
        };
        let path = Path { attr: attr.clone(), filter: Some(Box::new(filter)), sub: Some(sub.to_owned()) };
        self.kind.bind(&path).map_or_else(|_| path.to_string(), |bound| bound.to_string())
    }

    /// The mapping of that name; of a complex attribute also its `value` (RFC 7643 §2.4: `manager eq "x"`).
    pub(super) fn named(&self, name: &str) -> Option<(usize, &Mapping)> {
        let same = |mapping: &Mapping| {
            let (own, value) = mapping.name.split_at_checked(name.len()).unwrap_or_default();
            scim::name::same(own, name) && (value.is_empty() || value == ".value")
        };
        self.map.iter().enumerate().find(|(_, mapping)| same(mapping))
    }

    /// The schema's spelling of a path, by which mappings are named; as written if no schema knows it.
    pub(super) fn canonical(&self, attr: &AttrPath) -> String {
        let path = Path { attr: attr.clone(), filter: None, sub: None };
        self.kind.bind(&path).map_or_else(|_| path.to_string(), |bound| bound.to_string())
    }

    /// What can be searched by without a list.
    fn searchable(&self) -> Vec<&str> {
        let found = self.find.iter().filter_map(|rule| self.map.get(rule.by));
        let kept = self.map.iter().filter(|mapping| mapping.is_kept_exactly());
        let mut names = vec!["id"];
        for mapping in found.chain(kept) {
            if !names.contains(&mapping.name.as_str()) {
                names.push(&mapping.name);
            }
        }
        names
    }
}

/// Who can be asked, and what is known of the literals.
struct Ask<'a> {
    rules: &'a ResourceRules,
    params: &'a Params,
    hopeless: &'a Hopeless,
    members: Option<&'a MemberRules>,
}

impl Ask<'_> {
    /// The best candidates for `filter`; `None` if only everybody will do. As deep as the filter, which its parser bounds.
    fn best(&self, filter: &Filter) -> Option<Candidates> {
        match filter {
            Filter::And(parts) => parts.iter().filter_map(|part| self.best(part)).min_by_key(Candidates::cost),
            Filter::Or(parts) => {
                let parts = parts.iter().map(|part| self.best(part)).collect::<Option<Vec<_>>>()?;
                Candidates::union(parts)
            }
            Filter::Compare { .. } | Filter::Has { .. } => {
                let comparisons = self.rules.comparisons(filter);
                let found = comparisons.iter().filter_map(|comparison| self.compared(comparison));
                let groups = self.members.and_then(|members| members.groups_of(self.rules, filter));
                found.chain(groups).min_by_key(Candidates::cost)
            }
            Filter::Not(_) | Filter::Present(_) => None,
        }
    }

    fn compared(&self, Comparison { name, op, literal }: &Comparison<'_>) -> Option<Candidates> {
        let equality = *op == CompareOp::Eq;
        if name == "id" {
            let id = value_of(literal).as_ref().and_then(scalar_text)?.into_owned();
            let by_id = if id.is_empty() { Candidates::None } else { Candidates::ById(id) };
            return equality.then_some(by_id);
        }
        let (at, mapping) = self.rules.named(name)?;
        let mut value = value_of(literal)?;
        if let Value::String(text) = &value {
            // No record shows an empty text.
            if equality && (text.is_empty() || self.hopeless.is_so(at, text)) {
                return Some(Candidates::None);
            }
        }
        let leaf = mapping.attribute.leaf()?;
        if leaf.kind != Kind::String {
            // `active eq "True"` (idp-dialects row 16).
            value = Resource::coerced(&mapping.attribute, value).ok()??;
        }
        if equality && mapping.is_kept_exactly() {
            return Some(Candidates::Kept { attribute: mapping.name.clone(), value });
        }
        // Of several all are asked: only together they find everybody.
        let rules = self.rules.find.iter().enumerate().filter(|(_, rule)| rule.by == at && rule.op == *op);
        let parts = rules.map(|(find, rule)| rule.candidates(self.rules, self.params, find, &value));
        let parts: Vec<Candidates> = parts.collect::<Option<_>>()?;
        if parts.is_empty() { None } else { Candidates::union(parts) }
    }
}

impl Mapping {
    /// Whether the store finds all resources with a value. It knows values as they were kept: where case does not count,
    /// only a scan finds all.
    fn is_kept_exactly(&self) -> bool {
        let exact = |leaf: &Attribute| leaf.kind != Kind::String || leaf.case_exact;
        matches!(self.source, Source::Keep) && self.attribute.leaf().is_some_and(exact)
    }
}

/// The parts of an `and`, or the filter itself.
pub(super) fn parts_of(filter: &Filter) -> &[Filter] {
    match filter {
        Filter::And(parts) => parts,
        single => std::slice::from_ref(single),
    }
}

fn value_of(literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Null => None,
        Literal::Boolean(flag) => Some(Value::Bool(*flag)),
        Literal::Number(number) => Some(Value::Number(number.clone())),
        Literal::String(text) => Some(Value::String(text.clone())),
    }
}
