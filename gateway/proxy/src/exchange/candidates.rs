//! Searches: candidates are read as the rules planned, and the whole filter is asked of each (traps 3).
//!
//! A scan goes page by page and keeps what matches; memory never holds what does not.

use std::collections::{HashSet, VecDeque};

use rules::MemberQuestions;
use rules::search::{Candidates, SCAN_ROWS_MAX};
use scim::Filter;
use scim::filter::BoundFilter;
use scim::sort::BoundSort;
use serde_json::{Value, json};
use tokio::task::coop::consume_budget;

use super::Exchange;
use super::held::{Held, fault};
use super::walk::{Series, Walk};
use crate::failure::Failure;
use crate::limits::CANDIDATE_CALLS_MAX;

/// What candidates must fulfil, and those that did.
struct Sieve<'s> {
    filter: &'s BoundFilter,
    /// What the filter asks about members that are kept apart.
    members: &'s MemberQuestions,
    /// Whether it asks about what [`Exchange::seal`] gives.
    asks_meta: bool,
    found: Vec<Held>,
    ids: HashSet<String>,
    /// Candidates that came so far, from wherever they came.
    read: usize,
    /// Calls that were made for single candidates.
    calls: usize,
}

impl Sieve<'_> {
    /// A call is about to be made for one candidate alone.
    ///
    /// # Errors
    /// [`Failure::TooManyCalls`].
    fn asks_again(&mut self) -> Result<(), Failure> {
        self.calls += 1;
        if self.calls > CANDIDATE_CALLS_MAX {
            return Err(Failure::TooManyCalls { calls_max: CANDIDATE_CALLS_MAX });
        }
        Ok(())
    }
}

impl Exchange<'_> {
    /// Everything that fulfils the filter, each once; in the order of `sort`, or else in that of the target.
    pub(super) async fn find(&mut self, filter: &Filter, sort: Option<&BoundSort>) -> Result<Vec<Held>, Failure> {
        let (rules, params) = (self.rules, &self.tenant.params);
        let search = match self.members {
            Some(members) => members.search(rules, params, filter, &mut self.trace)?,
            None => rules.search(params, filter, &mut self.trace)?,
        };
        let by_target = sort.filter(|sort| search.candidates == Candidates::Scan && self.is_sorted_by_target(sort));
        let mut found = self.search_along(search, by_target.map_or(Series::List, Series::Sorted)).await?;
        if by_target.is_none() {
            in_order(&mut found, sort);
        }
        Ok(found)
    }

    /// Everything that a planned search yields.
    pub(super) async fn search(&mut self, search: rules::Search) -> Result<Vec<Held>, Failure> {
        self.search_along(search, Series::List).await
    }

    /// As [`Exchange::search`]; a scan goes along `scan`.
    async fn search_along(&mut self, search: rules::Search, scan: Series<'_>) -> Result<Vec<Held>, Failure> {
        let rules::Search { candidates, filter, members } = search;
        let asks_meta = filter.asks("meta");
        let (found, ids) = (Vec::new(), HashSet::new());
        let mut sieve = Sieve { filter: &filter, members: &members, asks_meta, found, ids, read: 0, calls: 0 };
        let mut rest = VecDeque::from([candidates]);
        while let Some(candidates) = rest.pop_front() {
            match candidates {
                Candidates::None => {}
                Candidates::Any(parts) => parts.into_iter().rev().for_each(|part| rest.push_front(part)),
                Candidates::ById(id) => self.sift_by_id(&[id], &mut sieve).await?,
                Candidates::Kept { attribute, value } => {
                    // The store knows the ids, the target has the rest.
                    let ids = self.house.parts.store.find_kept(self.scope(), &attribute, &value).await?;
                    self.sift_by_id(&ids, &mut sieve).await?;
                }
                Candidates::GroupsOf(member) => self.sift_groups_of(&member, &mut sieve).await?,
                Candidates::Find { find, value, call } => {
                    self.sift_all(Series::Found { find, value: &value, first: &call }, &mut sieve).await?;
                }
                Candidates::Scan => self.sift_all(scan, &mut sieve).await?,
            }
        }
        Ok(sieve.found)
    }

    async fn sift_by_id(&mut self, ids: &[String], sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        for id in ids {
            sieve.asks_again()?;
            let record = self.record(id).await?;
            self.sift(record.into_iter().collect(), None, sieve).await?;
        }
        Ok(())
    }

    async fn sift_groups_of(&mut self, member: &str, sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        let Some(members) = self.members else { return Ok(()) };
        // An id that cannot stand in the target's path is nobody's.
        let Some(call) = members.of_call(&self.tenant.params, member) else { return Ok(()) };
        let Some(body) = self.call(&call).await? else { return Ok(()) };
        let rows = members.groups_in(body).map_err(fault)?;
        self.sift(rows, Some(member), sieve).await
    }

    async fn sift_all(&mut self, series: Series<'_>, sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        let mut walk = Walk::new(series);
        while let Some(rows) = self.next_rows(&mut walk).await? {
            self.sift(rows, None, sieve).await?;
        }
        Ok(())
    }

    /// Keeps those of `rows` that fulfil the filter. The target has said already that `member` is a member of each.
    async fn sift(&mut self, rows: Vec<Value>, member: Option<&str>, sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        // Of several series each may be as long as a scan.
        sieve.read += rows.len();
        if sieve.read > SCAN_ROWS_MAX {
            return Err(self.too_many());
        }
        for mut held in self.hold_unsealed(rows).await? {
            // A filter of many comparisons over a large page must not keep the thread from everybody else.
            consume_budget().await;
            if sieve.asks_meta {
                self.seal(&mut held);
            }
            if sieve.ids.contains(&held.present.id) || !self.fulfils(&mut held, member, sieve).await? {
                continue;
            }
            if !sieve.asks_meta {
                self.seal(&mut held);
            }
            sieve.ids.insert(held.present.id.clone());
            sieve.found.push(held);
        }
        Ok(())
    }

    async fn fulfils(&mut self, held: &mut Held, known: Option<&str>, sieve: &mut Sieve<'_>) -> Result<bool, Failure> {
        let filter = sieve.filter;
        let matches = |held: &Held| filter.matches(&held.present.resource);
        match sieve.members {
            MemberQuestions::None => return Ok(matches(held)),
            MemberQuestions::Whole => {
                let members = self.read_members(&held.present.id).await?;
                held.present.resource.set_members(members);
            }
            MemberQuestions::Values(values) => {
                if let [value] = values.as_slice() {
                    // Asked only where the answer matters: `displayName eq "x" and members eq "y"` on another name is settled.
                    let without = matches(held);
                    held.present.resource.set_members(vec![json!({ "value": value })]);
                    let settled = matches(held) == without;
                    held.present.resource.set_members(Vec::new());
                    if settled {
                        return Ok(without);
                    }
                }
                let mut members = Vec::new();
                for value in values {
                    let is_known = known == Some(value);
                    if !is_known {
                        sieve.asks_again()?;
                    }
                    if is_known || self.is_member(&held.present.id, value).await? {
                        members.push(json!({ "value": value }));
                    }
                }
                held.present.resource.set_members(members);
            }
        }
        let fulfils = matches(held);
        // Whoever shows the group reads its members: those at hand are some of them, or of too many groups to be kept.
        held.present.resource.set_members(Vec::new());
        Ok(fulfils)
    }
}

/// Stable: those that are equal stay in the target's order, on every page.
pub(super) fn in_order(found: &mut Vec<Held>, sort: Option<&BoundSort>) {
    if let Some(sort) = sort {
        sort.sort(found, |held| &held.present.resource);
    }
}
