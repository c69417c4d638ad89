//! How a filter is answered: by the target's own search, by id, from memory, by a bounded scan, or not at all.
//!
//! Plans only. Whatever the candidates are, the whole filter is evaluated on each of them afterwards, so a target that finds
//! too much (substrings, any case) is never believed. What it must not do is find too little: every choice of candidates
//! here is a superset of what matches, as long as a `[[user.find]]` finds at least what its operator means. In the life of a
//! request it is stage 9.

mod candidates;
mod find;
mod members;
mod normal;

use json::Value;
use scim::filter::{BoundFilter, CompareOp, Literal};
use scim::{AttrPath, Filter, Path};

use self::candidates::Hopeless;
use crate::call::TargetCall;
use crate::params::Params;
use crate::profile::{Ask, ResourceRules};
use crate::refusal::Refusal;
use crate::trace::{Stage, Trace};
use crate::translate::Wanted;

/// Most records that a scan reads before it gives up with `tooMany`.
pub const SCAN_ROWS_MAX: usize = 10_000;

/// Most parts of [`Candidates::Any`]: an `or` of more is answered by a scan.
pub const ANY_PARTS_MAX: usize = 100;

/// How to find candidates, and what they must fulfil. Candidates come in normal form: [`Present::resource`](crate::Present).
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Where candidates come from.
    pub candidates: Candidates,
    /// What each must fulfil; its literals are in normal form.
    pub filter: BoundFilter,
    /// What must be so of every row that shows it, before more of its record is read; empty if rows are whole records.
    pub hints: Vec<Hint>,
    /// What must be known of a candidate's members before the filter can be evaluated on it.
    pub members: MemberQuestions,
}

/// A comparison that the record of a row must fulfil.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// Index into [`ResourceRules::map`]; it is mapped to a field.
    mapping: usize,
    filter: BoundFilter,
}

/// What a filter asks about members that the record of a group does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberQuestions {
    /// Nothing.
    None,
    /// Only whether these are members, each once: a candidate whose `members` are those of them that are its members
    /// fulfils the filter just if the group does.
    Values(Vec<String>),
    /// More than that: all members are needed.
    Whole,
}

/// Where candidates come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidates {
    /// Nothing can match: the literal has no normal form (a random GUID is no phone number).
    None,
    /// At most one, by id.
    ById(String),
    /// The rows of this call, and of the pages behind it: [`ResourceRules::find_page`].
    Find {
        /// Index into [`ResourceRules::find`].
        find: usize,
        /// What is searched for, in normal form.
        value: Value,
        /// The call for the first page.
        call: Box<TargetCall>,
    },
    /// Those with this kept value: the store knows their ids.
    Kept {
        /// The mapping's name.
        attribute: String,
        /// The value.
        value: Value,
    },
    /// All of these, each record once: the parts of an `or`, 2 to [`ANY_PARTS_MAX`]; none is `None`, `Any` or `Scan`.
    Any(Vec<Candidates>),
    /// The groups of this member: [`MemberRules::of_call`](crate::profile::MemberRules::of_call).
    GroupsOf(String),
    /// Everybody, page by page, at most [`SCAN_ROWS_MAX`].
    Scan,
}

impl ResourceRules {
    /// Plans the search for a filter.
    ///
    /// An `and` takes the best of its parts for candidates, an `or` those of all its parts; the whole filter is then
    /// evaluated on each. String literals compared by `eq` or `ne` with a normalised attribute take its normal form.
    ///
    /// Where members are kept apart it is [`MemberRules::search`](crate::profile::MemberRules::search).
    ///
    /// # Errors
    /// [`Refusal::Filter`]; [`Refusal::Search`] if only a scan could answer and the profile has no list.
    pub fn search(&self, params: &Params, filter: &Filter, trace: &mut Trace) -> Result<Search, Refusal> {
        self.search_in(params, filter, None, trace)
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
        let matching = self.map.iter().enumerate().filter(|(_, mapping)| mapping.matching.is_some());
        let wanted = matching.filter_map(|(index, mapping)| Some((mapping, wanted.value(index)?)));
        let Some((mapping, value)) = wanted.min_by_key(|(mapping, _)| mapping.matching) else { return Ok(None) };
        let literal = match value {
            Value::String(text) => Literal::String(text.clone()),
            Value::Number(number) => Literal::Number(number.clone()),
            Value::Bool(flag) => Literal::Boolean(*flag),
            _ => return Ok(None),
        };
        trace.step(Stage::Normalise, Some(&mapping.rule), || format!("matches by {}", mapping.name));
        let path: Path = mapping.name.parse().map_err(scim::filter::FilterError::from)?;
        // The literal is in normal form already.
        let filter = compare(path, CompareOp::Eq, literal);
        let candidates = self.candidates(params, &filter, &Hopeless::default(), None, trace)?;
        let hints = if self.reads_singly() { self.hints(&filter) } else { Vec::new() };
        Ok(Some(Search { candidates, filter: self.kind.bind_filter(&filter)?, hints, members: MemberQuestions::None }))
    }

    /// Whether some rows are not whole records: then calls are made for single ones.
    fn reads_singly(&self) -> bool {
        let lists = self.list.iter().chain(self.sort.as_ref().map(|sort| &sort.list)).map(|list| &list.paging);
        let finds = self.find.iter().filter_map(|find| match &find.ask {
            Ask::Rows { paging, .. } => Some(paging),
            Ask::Record { .. } | Ask::Id { .. } | Ask::Derived(_) => None,
        });
        !self.record.joins.is_empty() || lists.chain(finds).any(|paging| paging.partial)
    }
}

/// `path op literal` as a filter; what selects elements goes into the brackets.
fn compare(path: Path, op: CompareOp, value: Literal) -> Filter {
    let Path { attr, filter, sub } = path;
    let Some(selects) = filter else { return Filter::Compare { path: attr, op, value } };
    let sub = AttrPath { schema: None, name: sub.unwrap_or_else(|| "value".to_owned()), sub: None };
    let compare = Filter::Compare { path: sub, op, value };
    let filter = match *selects {
        Filter::And(mut parts) => {
            parts.push(compare);
            Filter::And(parts)
        }
        single => Filter::And(vec![single, compare]),
    };
    Filter::Has { path: attr, filter: Box::new(filter) }
}

#[cfg(test)]
mod tests;
