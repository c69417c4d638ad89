//! Searches: candidates are read as the rules planned, and the whole filter is asked of each (traps 3).
//!
//! A scan goes page by page and keeps what matches; memory never holds what does not.

use std::collections::{HashSet, VecDeque};

use json::{Value, json};
use rules::planner::GroupsFound;
use rules::profile::Ask;
use rules::search::{Candidates, Hint, SCAN_ROWS_MAX};
use rules::{MemberQuestions, TargetCall};
use scim::Filter;
use scim::filter::BoundFilter;
use scim::sort::BoundSort;
use tokio::task::coop::consume_budget;

use super::Exchange;
use super::held::{Held, fault};
use super::joins::{Batch, Lacks, Sight};
use super::walk::{Series, Walk};
use crate::failure::Failure;

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
    /// What every row must fulfil that shows it.
    hints: &'s [Hint],
    /// Whose records may come through.
    sight: Sight,
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
        let mut found =
            self.search_along(search, by_target.map_or(Series::List, Series::Sorted), Sight::Resources).await?;
        if by_target.is_none() {
            in_order(&mut found, sort);
        }
        Ok(found)
    }

    /// Everything that a planned search yields, also what is no resource as far as `sight` has it.
    pub(super) async fn search(&mut self, search: rules::Search, sight: Sight) -> Result<Vec<Held>, Failure> {
        self.search_along(search, Series::List, sight).await
    }

    /// As [`Exchange::search`]; a scan goes along `scan`.
    async fn search_along(
        &mut self,
        search: rules::Search,
        scan: Series<'_>,
        sight: Sight,
    ) -> Result<Vec<Held>, Failure> {
        let rules::Search { candidates, filter, hints, members } = search;
        let asks_meta = filter.asks("meta");
        let (found, ids) = (Vec::new(), HashSet::new());
        let mut sieve =
            Sieve { filter: &filter, members: &members, asks_meta, found, ids, read: 0, hints: &hints, sight };
        let mut rest = VecDeque::from([candidates]);
        while let Some(candidates) = rest.pop_front() {
            match candidates {
                Candidates::None => {}
                Candidates::Any(parts) => parts.into_iter().rev().for_each(|part| rest.push_front(part)),
                Candidates::ById(id) => self.sift_by_id(&[id], None, &mut sieve).await?,
                Candidates::Kept { attribute, value } => {
                    // The store knows the ids, the target has the rest.
                    let ids = self.house.parts.store.find_kept(self.scope(), &attribute, &value).await?;
                    self.sift_by_id(&ids, None, &mut sieve).await?;
                }
                Candidates::GroupsOf(member) => self.sift_groups_of(&member, &mut sieve).await?,
                Candidates::Find { find, value, call } => self.sift_found(find, &value, &call, &mut sieve).await?,
                Candidates::Scan => self.sift_all(scan, &hints, &mut sieve).await?,
            }
        }
        Ok(sieve.found)
    }

    async fn sift_by_id(&mut self, ids: &[String], member: Option<&str>, sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        for id in ids {
            self.asks_for_single(1)?;
            if let Some(record) = self.record_in_sight(id, sieve.sight).await? {
                self.sift(Batch::whole(record), &[], member, sieve).await?;
            }
        }
        Ok(())
    }

    async fn sift_groups_of(&mut self, member: &str, sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        let Some(members) = self.members else { return Ok(()) };
        // An id that cannot stand in the target's path is nobody's.
        let Some(call) = members.of_call(&self.tenant.params, member) else { return Ok(()) };
        let Some(body) = self.call(&call).await? else { return Ok(()) };
        let rows = match members.groups_in(body).map_err(fault)? {
            GroupsFound::Records(rows) => rows,
            GroupsFound::Ids(ids) => {
                let ids = self.scim_ids(ids).await?;
                return self.sift_by_id(&ids, Some(member), sieve).await;
            }
        };
        let records = rows.into_iter().map(|record| self.rules.received(&call, &[], record)).collect();
        let lacks = if self.rules.record.joins.is_empty() { Lacks::Nothing } else { Lacks::Joins };
        self.sift(Batch { records, lacks }, &[], Some(member), sieve).await
    }

    /// What one find rule finds: rows, a record, or an id.
    async fn sift_found(
        &mut self,
        find: usize,
        value: &Value,
        first: &TargetCall,
        sieve: &mut Sieve<'_>,
    ) -> Result<(), Failure> {
        let rules = self.rules;
        match rules.find.get(find).map(|rule| &rule.ask) {
            Some(Ask::Rows { paging, .. }) => {
                let lacks = self.batch(Vec::new(), paging).lacks;
                let hints = match lacks {
                    Lacks::Nothing => Vec::new(),
                    // What another find of an `or` is asked for says nothing about these.
                    Lacks::Joins | Lacks::Fields => {
                        sieve.hints.iter().cloned().chain(rules.find_hint(find, value)).collect()
                    }
                };
                self.sift_all(Series::Found { find, value, first }, &hints, sieve).await
            }
            Some(Ask::Record { at, .. }) => {
                let Some(answered) = self.answered(first).await? else { return Ok(()) };
                let Some(record) = rules.found_record(first, at, answered).map_err(fault)? else { return Ok(()) };
                let lacks = if rules.record.joins.is_empty() { Lacks::Nothing } else { Lacks::Joins };
                self.sift(Batch { records: vec![record], lacks }, &[], None, sieve).await
            }
            Some(Ask::Id { at, .. }) => {
                let Some(answered) = self.answered(first).await? else { return Ok(()) };
                let Some(id) = rules.found_id(at, &answered).map_err(fault)? else { return Ok(()) };
                let ids = self.scim_ids(vec![id]).await?;
                self.sift_by_id(&ids, None, sieve).await
            }
            // It is asked by id.
            Some(Ask::Derived(_)) | None => Ok(()),
        }
    }

    async fn sift_all(&mut self, series: Series<'_>, hints: &[Hint], sieve: &mut Sieve<'_>) -> Result<(), Failure> {
        let mut walk = Walk::new(series);
        while let Some(batch) = self.next_rows(&mut walk).await? {
            self.sift(batch, hints, None, sieve).await?;
        }
        Ok(())
    }

    /// Keeps those of `batch` that fulfil the filter. The target has said already that `member` is a member of each.
    async fn sift(
        &mut self,
        batch: Batch,
        hints: &[Hint],
        member: Option<&str>,
        sieve: &mut Sieve<'_>,
    ) -> Result<(), Failure> {
        // Of several series each may be as long as a scan.
        sieve.read += batch.records.len();
        if sieve.read > SCAN_ROWS_MAX {
            return Err(self.too_many());
        }
        let rows = self.completed(batch, hints, sieve.sight).await?;
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
                        self.asks_for_single(1)?;
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
