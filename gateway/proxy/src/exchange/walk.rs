//! Rows of the target, page by page: of its list, of its list in an order, of a search that has many answers.
//!
//! Holds one page at a time; what becomes of the rows is the caller's.

use std::borrow::Cow;

use rules::planner::{Rows, Window};
use rules::profile::Paging;
use rules::search::SCAN_ROWS_MAX;
use rules::{Refusal, TargetCall};
use scim::sort::BoundSort;
use serde_json::Value;

use super::Exchange;
use super::held::fault;
use crate::failure::Failure;

/// What is read page by page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Series<'q> {
    /// Everybody.
    List,
    /// Everybody, in an order that the target makes: [`Exchange::is_sorted_by_target`].
    Sorted(&'q BoundSort),
    /// What a find rule finds.
    Found {
        /// Which rule.
        find: usize,
        /// The value that it looks for.
        value: &'q Value,
        /// The call for the first page.
        first: &'q TargetCall,
    },
}

/// A series under way, from its beginning.
#[derive(Debug)]
pub(super) struct Walk<'q> {
    series: Series<'q>,
    /// Where the next page begins.
    offset: usize,
    /// Rows that came so far.
    read: usize,
    ended: bool,
}

impl<'q> Walk<'q> {
    pub(super) fn new(series: Series<'q>) -> Self {
        Self { series, offset: 0, read: 0, ended: false }
    }
}

impl<'a> Exchange<'a> {
    /// The next rows of `walk`; `None` at its end.
    ///
    /// # Errors
    /// [`Failure::TooMany`] beyond [`SCAN_ROWS_MAX`]: how many rows there are is said by nobody but the target.
    pub(super) async fn next_rows(&mut self, walk: &mut Walk<'_>) -> Result<Option<Vec<Value>>, Failure> {
        if walk.ended {
            return Ok(None);
        }
        let paging = self.paging(walk.series)?;
        let wanted = Window { offset: walk.offset, limit: paging.page_rows_max.max(1) };
        let given = self.window(walk.series, wanted)?;
        let Rows { rows, total } = self.rows(walk.series, wanted).await?;
        walk.read += rows.len();
        if walk.read > SCAN_ROWS_MAX {
            return Err(self.too_many());
        }
        // A page may be short without being the last: the target leaves out what it must not show.
        let step = if self.counts_pages(walk.series)? { given.limit } else { rows.len() };
        walk.offset = given.offset.saturating_add(step);
        let is_last = total.map_or(rows.len() < given.limit, |total| walk.offset >= total);
        walk.ended = !paging.paged || rows.is_empty() || is_last;
        Ok(Some(rows))
    }

    /// One page of a series: the rows of [`Exchange::window`], and how many there are in all, if the target says so.
    pub(super) async fn rows(&mut self, series: Series<'_>, window: Window) -> Result<Rows, Failure> {
        let (rules, params) = (self.rules, &self.tenant.params);
        let call = match series {
            Series::Found { first, .. } if window.offset == 0 => Cow::Borrowed(first),
            Series::Found { find, value, .. } => Cow::Owned(rules.find_page(params, find, value, window)?),
            Series::List => Cow::Owned(rules.list_call(params, window)?),
            Series::Sorted(sort) => {
                Cow::Owned(rules.sorted_call(params, sort, window).ok_or_else(|| self.cannot("sort"))??)
            }
        };
        // A target may say 404 for «nobody found»; to an IdP a search that finds nothing is an empty list.
        let Some(body) = self.call(&call).await? else { return Ok(Rows { rows: Vec::new(), total: Some(0) }) };
        let rows = match series {
            Series::List => rules.list_rows(body),
            Series::Sorted(_) => rules.sorted_rows(body),
            Series::Found { find, .. } => rules.find_rows(find, body),
        };
        rows.map_err(fault)
    }

    /// Which rows the target really gives for `wanted`.
    pub(super) fn window(&self, series: Series<'_>, wanted: Window) -> Result<Window, Failure> {
        let window = match series {
            Series::List => self.rules.list.as_ref().map(|list| list.window(wanted)),
            Series::Sorted(_) => self.rules.sort.as_ref().map(|sort| sort.list.window(wanted)),
            Series::Found { find, .. } => self.rules.find.get(find).map(|find| find.window(wanted)),
        };
        window.ok_or_else(|| self.cannot("list"))
    }

    /// Whether the target counts pages, not rows: then a page begins where pages do.
    fn counts_pages(&self, series: Series<'_>) -> Result<bool, Failure> {
        Ok(self.window(series, Window { offset: 1, limit: 1 })?.offset == 0)
    }

    pub(super) fn paging(&self, series: Series<'_>) -> Result<&'a Paging, Failure> {
        let paging = match series {
            Series::List => self.rules.list.as_ref().map(|list| &list.paging),
            Series::Sorted(_) => self.rules.sort.as_ref().map(|sort| &sort.list.paging),
            Series::Found { find, .. } => self.rules.find.get(find).map(|find| &find.paging),
        };
        paging.ok_or_else(|| self.cannot("list"))
    }

    /// Whether the target can order its list so.
    pub(super) fn is_sorted_by_target(&self, sort: &BoundSort) -> bool {
        let window = Window { offset: 0, limit: 1 };
        matches!(self.rules.sorted_call(&self.tenant.params, sort, window), Some(Ok(_)))
    }

    pub(super) fn too_many(&self) -> Failure {
        let found = self.rules.find.iter().filter_map(|find| self.rules.map.get(find.by));
        let searchable: Vec<&str> = found.map(|mapping| mapping.name.as_str()).collect();
        Failure::TooMany { rows_max: SCAN_ROWS_MAX, searchable: searchable.join(", ") }
    }

    fn cannot(&self, what: &'static str) -> Failure {
        Refusal::Unsupported { what, noun: self.rules.noun }.into()
    }
}
