//! How a filter is answered: by the target's own search, by id, from memory, by a bounded scan, or not at all.
//!
//! Plans only. Whatever the candidates are, the whole filter is evaluated on each of them afterwards, so a target that finds
//! too much (substrings, any case) is never believed. In the life of a request it is stage 9.

mod normal;

use std::borrow::Cow;

use scim::filter::{BoundFilter, CompareOp, Literal};
use scim::{AttrPath, Attribute, Filter, Kind, Path, Resource};
use serde_json::Value;

use crate::call::TargetCall;
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::profile::{FindRule, Mapping, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::Wanted;

/// Most records that a scan reads before it gives up with `tooMany`.
pub const SCAN_ROWS_MAX: usize = 10_000;

/// How to find candidates, and what they must fulfil. Candidates come in normal form: [`Present::resource`](crate::Present).
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Where candidates come from.
    pub candidates: Candidates,
    /// What each must fulfil; its literals are in normal form.
    pub filter: BoundFilter,
}

/// Where candidates come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidates {
    /// Nothing can match: the literal has no normal form (a random GUID is no phone number).
    None,
    /// At most one, by id.
    ById(String),
    /// The rows of this call; `find` indexes [`ResourceRules::find`].
    Find {
        /// Which rule.
        find: usize,
        /// The call.
        call: TargetCall,
    },
    /// Those with this kept value: the store knows their ids.
    Kept {
        /// The mapping's name.
        attribute: String,
        /// The value.
        value: Value,
    },
    /// All of these, each record once: the parts of an `or`.
    Any(Vec<Candidates>),
    /// The groups of this member; their records are rows of [`MemberRules::of`](crate::profile::MemberRules::of).
    GroupsOf(String),
    /// Everybody, page by page, at most [`SCAN_ROWS_MAX`].
    Scan,
}

impl Candidates {
    /// Less is better: nothing to read, one record to read, the target's answer, the store's, everybody.
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
            Candidates::Scan => format!("everybody, at most {SCAN_ROWS_MAX}"),
        }
    }
}

impl ResourceRules {
    /// Plans the search for a filter.
    ///
    /// An `and` takes the best of its parts for candidates; the whole filter is then evaluated on each. String literals
    /// compared by `eq` or `ne` with a normalised attribute take its normal form.
    ///
    /// # Errors
    /// [`Refusal::Filter`]; [`Refusal::Search`] if only a scan could answer and the profile has no list.
    pub fn search(&self, params: &Params, filter: &Filter, trace: &mut Trace) -> Result<Search, Refusal> {
        let mut filter = filter.clone();
        let nothing = self.normalise(params, &mut filter, trace);
        // An unknown attribute is an error, whatever else the filter says.
        let bound = self.kind.bind_filter(&filter)?;
        let candidates = if nothing { Candidates::None } else { self.candidates(params, &filter, trace)? };
        Ok(Search { candidates, filter: bound })
    }

    /// The search for a record that a create would duplicate: by the matching attribute of lowest precedence number that
    /// `wanted` has; `None` if it has none.
    ///
    /// # Errors
    /// As [`ResourceRules::search`].
    pub fn search_existing(
        &self,
        params: &Params,
        wanted: &Wanted,
        trace: &mut Trace,
    ) -> Result<Option<Search>, Refusal> {
        let has = |mapping: &&Mapping| mapping.matching.is_some() && mapping.attribute.read(&wanted.resource).is_some();
        let Some(mapping) = self.map.iter().filter(has).min_by_key(|mapping| mapping.matching) else { return Ok(None) };
        let literal = match mapping.attribute.read(&wanted.resource) {
            Some(Value::String(text)) => Literal::String(text.clone()),
            Some(Value::Number(number)) => Literal::Number(number.clone()),
            Some(Value::Bool(flag)) => Literal::Boolean(*flag),
            _ => return Ok(None),
        };
        trace.step(Stage::Normalise, Some(&mapping.rule), || format!("matches by {}", mapping.name));
        let path: Path = mapping.name.parse().map_err(scim::filter::FilterError::from)?;
        // The literal is in normal form already.
        let filter = equal(path, literal);
        let candidates = self.candidates(params, &filter, trace)?;
        Ok(Some(Search { candidates, filter: self.kind.bind_filter(&filter)? }))
    }

    /// The best candidates that any part of a top-level `and` gives.
    fn candidates(&self, params: &Params, filter: &Filter, trace: &mut Trace) -> Result<Candidates, Refusal> {
        let parts = match filter {
            Filter::And(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        let best = parts.iter().filter_map(|part| self.candidates_of(params, part)).min_by_key(Candidates::cost);
        let best = match (best, &self.list) {
            (Some(best), _) => best,
            (None, Some(_)) => Candidates::Scan,
            (None, None) => {
                let reason = format!("this product can be asked for {}", self.searchable().join(", "));
                return Err(Refusal::Search { reason });
            }
        };
        trace.step(Stage::Plan, best.rule(), || format!("candidates: {}", best.print()));
        Ok(best)
    }

    fn candidates_of(&self, params: &Params, part: &Filter) -> Option<Candidates> {
        let (name, literal) = self.equality(part)?;
        if name == "id" {
            let id = text_of(literal)?;
            return Some(if id.is_empty() { Candidates::None } else { Candidates::ById(id) });
        }
        let (at, mapping) = self.named(&name)?;
        let mut value = value_of(literal)?;
        // Never ask the target for nothing: some answer with everybody. No record shows an empty text either.
        if value == Value::String(String::new()) {
            return Some(Candidates::None);
        }
        let leaf = mapping.attribute.leaf()?;
        if leaf.kind != Kind::String {
            // `active eq "True"` (idp-dialects row 16).
            value = Resource::coerced(&mapping.attribute, value).ok()??;
        }
        if mapping.is_kept_exactly() {
            return Some(Candidates::Kept { attribute: mapping.name.clone(), value });
        }
        let mut found = self.find.iter().enumerate().filter(|(_, rule)| rule.by == at);
        found.find_map(|(find, rule)| Some(Candidates::Find { find, call: find_call(rule, mapping, params, &value)? }))
    }

    /// The attribute's canonical name and the literal, if `part` says `attribute eq literal`; also in brackets.
    fn equality<'f>(&self, part: &'f Filter) -> Option<(String, &'f Literal)> {
        match part {
            Filter::Compare { path, op: CompareOp::Eq, value } => Some((self.canonical(path), value)),
            Filter::Has { path, filter } => self.equality_of_element(path, filter),
            _ => None,
        }
    }

    /// `emails[type eq "work" and value eq "x"]` says `emails[type eq "work"].value eq "x"` if there is such a mapping.
    fn equality_of_element<'f>(&self, path: &AttrPath, filter: &'f Filter) -> Option<(String, &'f Literal)> {
        let parts = match filter {
            Filter::And(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        parts.iter().enumerate().find_map(|(at, part)| {
            let Filter::Compare { path: sub, op: CompareOp::Eq, value } = part else { return None };
            let name = self.element_name(path, parts, at, &sub.name);
            self.named(&name).map(|_| (name, value))
        })
    }

    /// `emails[type eq "work"].value`: what `parts` without the one at `but` select, and its sub-attribute.
    fn element_name(&self, attr: &AttrPath, parts: &[Filter], but: usize, sub: &str) -> String {
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
    fn named(&self, name: &str) -> Option<(usize, &Mapping)> {
        let same = |mapping: &Mapping| {
            let (own, value) = mapping.name.split_at_checked(name.len()).unwrap_or_default();
            scim::name::same(own, name) && (value.is_empty() || value == ".value")
        };
        self.map.iter().enumerate().find(|(_, mapping)| same(mapping))
    }

    /// The schema's spelling of a path, by which mappings are named; as written if no schema knows it.
    fn canonical(&self, attr: &AttrPath) -> String {
        let path = Path { attr: attr.clone(), filter: None, sub: None };
        self.kind.bind(&path).map_or_else(|_| path.to_string(), |bound| bound.to_string())
    }

    /// What can be searched by without a list.
    fn searchable(&self) -> Vec<&str> {
        let found = self.find.iter().filter_map(|rule| self.map.get(rule.by));
        let kept = self.map.iter().filter(|mapping| mapping.is_kept_exactly());
        std::iter::once("id").chain(found.chain(kept).map(|mapping| mapping.name.as_str())).collect()
    }
}

impl Candidates {
    fn rule(&self) -> Option<&crate::source::RuleRef> {
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
}

impl Mapping {
    /// Whether the store finds all resources with a value. It knows values as they were kept: where case does not count,
    /// only a scan finds all.
    fn is_kept_exactly(&self) -> bool {
        let exact = |leaf: &Attribute| leaf.kind != Kind::String || leaf.case_exact;
        matches!(self.source, Source::Keep) && self.attribute.leaf().is_some_and(exact)
    }
}

/// The call that asks for `value`; `None` if the target cannot be asked for it.
fn find_call(rule: &FindRule, mapping: &Mapping, params: &Params, value: &Value) -> Option<TargetCall> {
    let Source::Direct { field, lookup: None, .. } = &mapping.source else { return None };
    // Without a look-up no table is needed.
    let target = mapping.target_of(value, &Facts::default()).ok()?;
    let text = scalar_text(&target)?.into_owned();
    let fill = |name: &str| if field.is_named(name) { Some(Cow::Owned(text.clone())) } else { None };
    rule.call.to_call("user.find", params, fill).ok()
}

/// `path eq literal` as a filter; what selects elements goes into the brackets.
fn equal(path: Path, value: Literal) -> Filter {
    let Path { attr, filter, sub } = path;
    let Some(selects) = filter else { return Filter::Compare { path: attr, op: CompareOp::Eq, value } };
    let sub = AttrPath { schema: None, name: sub.unwrap_or_else(|| "value".to_owned()), sub: None };
    let compare = Filter::Compare { path: sub, op: CompareOp::Eq, value };
    let filter = match *selects {
        Filter::And(mut parts) => {
            parts.push(compare);
            Filter::And(parts)
        }
        single => Filter::And(vec![single, compare]),
    };
    Filter::Has { path: attr, filter: Box::new(filter) }
}

fn text_of(literal: &Literal) -> Option<String> {
    value_of(literal).as_ref().and_then(scalar_text).map(Cow::into_owned)
}

fn value_of(literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Null => None,
        Literal::Boolean(flag) => Some(Value::Bool(*flag)),
        Literal::Number(number) => Some(Value::Number(number.clone())),
        Literal::String(text) => Some(Value::String(text.clone())),
    }
}

#[cfg(test)]
mod tests;
