//! Rows of the target, page by page: of its lists, of its list in an order, of a search that has many answers.
//!
//! Holds one page at a time; what becomes of the rows is the caller's. Where the target names the next page itself, a series
//! can be read from its beginning only, and a page that leads away from the target is never fetched.

use std::borrow::Cow;

use json::Value;
use rules::planner::{Onward, Page, Rows, Window};
use rules::profile::{Ask, CallRule, Paging};
use rules::search::SCAN_ROWS_MAX;
use rules::{Refusal, TargetCall, TargetFault};
use scim::sort::BoundSort;

use super::Exchange;
use super::held::fault;
use super::joins::{Batch, Lacks};
use crate::failure::Failure;

/// What is read page by page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Series<'q> {
    /// Everybody: one list after the other.
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
    /// The list that is being read.
    segment: usize,
    /// The page that comes next.
    next: Turn,
    /// Rows that came so far.
    read: usize,
    /// Pages that came so far: a page may be empty without being the last.
    pages: usize,
    /// How many rows there are in all, if the target has said so and there is one list.
    total: Option<usize>,
    ended: bool,
}

/// Which page is the next.
#[derive(Debug)]
pub(super) enum Turn {
    /// The one that begins with this row.
    Row(usize),
    /// The one with this name.
    Token(String),
    /// The answer to this call.
    Along(Box<TargetCall>),
}

impl<'q> Walk<'q> {
    pub(super) fn new(series: Series<'q>) -> Self {
        Self { series, segment: 0, next: Turn::Row(0), read: 0, pages: 0, total: None, ended: false }
    }

    /// Whether everything came.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    /// How many rows the whole series has, if that is known before its end.
    pub(super) fn total(&self) -> Option<usize> {
        self.total
    }
}

impl<'a> Exchange<'a> {
    /// The next rows of `walk`; `None` at its end.
    ///
    /// # Errors
    /// [`Failure::TooMany`] beyond [`SCAN_ROWS_MAX`]: how many rows there are is said by nobody but the target.
    pub(super) async fn next_rows(&mut self, walk: &mut Walk<'_>) -> Result<Option<Batch>, Failure> {
        if walk.ended {
            return Ok(None);
        }
        if self.rules.is_fixed() {
            walk.ended = true;
            return Ok(Some(Batch { records: self.rules.fixed.clone(), lacks: Lacks::Nothing }));
        }
        let (series, segment) = (walk.series, walk.segment);
        let (rule, paging) = self.source(series, segment)?;
        let (call, given) = match &walk.next {
            Turn::Row(offset) => {
                let wanted = Window { offset: *offset, limit: paging.page_rows_max.max(1) };
                (self.page_call(series, segment, Page::At(wanted))?, paging.window(rule, wanted))
            }
            Turn::Token(token) => {
                (self.page_call(series, segment, Page::Named(token))?, Window { offset: 0, limit: usize::MAX })
            }
            Turn::Along(call) => (Cow::Borrowed(&**call), Window { offset: 0, limit: usize::MAX }),
        };
        let Rows { rows, total, next } = self.rows(&call, paging).await?;
        walk.read += rows.len();
        walk.pages += 1;
        if walk.read > SCAN_ROWS_MAX || walk.pages > SCAN_ROWS_MAX {
            return Err(self.too_many());
        }
        let turn = match next {
            Some(next) => Some(self.turn(&walk.next, call.into_owned(), next)?),
            None if paging.next.is_some() => None,
            None => row_behind(rule, paging, given, rows.len(), total).map(Turn::Row),
        };
        walk.total = total.filter(|_| self.segments(series) == 1);
        if let Some(turn) = turn {
            walk.next = turn;
        } else {
            walk.segment += 1;
            walk.next = Turn::Row(0);
            walk.ended = walk.segment >= self.segments(series);
        }
        Ok(Some(self.batch(rows, paging)))
    }

    /// The page that an answer names. One that is named again and again would never end.
    pub(super) fn turn(&self, last: &Turn, call: TargetCall, next: Onward) -> Result<Turn, Failure> {
        let garbage = |reason: &str| fault(TargetFault::Garbage { reason: format!("{reason} {}", call.route) });
        match next {
            Onward::Token(token) => match last {
                Turn::Token(same) if *same == token => Err(garbage("the next page is the same again in an answer to")),
                _ => Ok(Turn::Token(token)),
            },
            Onward::Url(url) => {
                let path = self.tenant.target.below(&call, &url);
                let path = path.ok_or_else(|| garbage("the next page leads away from the target in an answer to"))?;
                if path == call.path {
                    return Err(garbage("the next page is the same again in an answer to"));
                }
                Ok(Turn::Along(Box::new(TargetCall { path, ..call })))
            }
        }
    }

    /// The call for one page of a segment.
    pub(super) fn page_call<'c>(
        &self,
        series: Series<'c>,
        segment: usize,
        page: Page<'_>,
    ) -> Result<Cow<'c, TargetCall>, Failure> {
        let (rules, params) = (self.rules, &self.tenant.params);
        Ok(match (series, page) {
            (Series::Found { first, .. }, Page::At(Window { offset: 0, .. })) => Cow::Borrowed(first),
            (Series::Found { find, value, .. }, page) => Cow::Owned(rules.find_page(params, find, value, page)?),
            (Series::List, page) => Cow::Owned(rules.list_call(params, segment, page)?),
            (Series::Sorted(sort), page) => {
                Cow::Owned(rules.sorted_call(params, sort, page).ok_or_else(|| self.cannot("sort"))??)
            }
        })
    }

    /// One page: its rows, and what the target says of the others.
    pub(super) async fn rows(&mut self, call: &TargetCall, paging: &Paging) -> Result<Rows, Failure> {
        // A target may say 404 for «nobody found»; to an IdP a search that finds nothing is an empty list.
        let Some(answered) = self.answered(call).await? else {
            return Ok(Rows { total: Some(0), ..Rows::default() });
        };
        self.rules.rows_in(call, paging, answered).map_err(fault)
    }

    /// Rows as they came, and what they lack.
    pub(super) fn batch(&self, records: Vec<Value>, paging: &Paging) -> Batch {
        let lacks = match paging.partial {
            true => Lacks::Fields,
            false if self.rules.record.joins.is_empty() => Lacks::Nothing,
            false => Lacks::Joins,
        };
        Batch { records, lacks }
    }

    /// How many lists a series has, one after the other.
    pub(super) fn segments(&self, series: Series<'_>) -> usize {
        match series {
            Series::List => self.rules.list.len(),
            Series::Sorted(_) | Series::Found { .. } => 1,
        }
    }

    /// How a segment is read.
    pub(super) fn source(&self, series: Series<'_>, segment: usize) -> Result<(&'a CallRule, &'a Paging), Failure> {
        let source = match series {
            Series::List => self.rules.list.get(segment).map(|list| (&list.call, &list.paging)),
            Series::Sorted(_) => self.rules.sort.as_ref().map(|sort| (&sort.list.call, &sort.list.paging)),
            Series::Found { find, .. } => match self.rules.find.get(find).map(|find| &find.ask) {
                Some(Ask::Rows { call, paging }) => Some((call, paging)),
                Some(Ask::Record { .. } | Ask::Id { .. } | Ask::Derived(_)) | None => None,
            },
        };
        source.ok_or_else(|| self.cannot("list"))
    }

    /// Whether the target can order its list so.
    pub(super) fn is_sorted_by_target(&self, sort: &BoundSort) -> bool {
        let page = Page::At(Window { offset: 0, limit: 1 });
        matches!(self.rules.sorted_call(&self.tenant.params, sort, page), Some(Ok(_)))
    }

    pub(super) fn too_many(&self) -> Failure {
        let found = self.rules.find.iter().filter_map(|find| self.rules.map.get(find.by));
        let mut searchable: Vec<&str> = found.map(|mapping| mapping.name.as_str()).collect();
        searchable.dedup();
        Failure::TooMany { rows_max: SCAN_ROWS_MAX, searchable: searchable.join(", ") }
    }

    fn cannot(&self, what: &'static str) -> Failure {
        Refusal::Unsupported { what, noun: self.rules.noun }.into()
    }
}

/// Where the page behind one begins that gave `came` rows of `given`; `None` behind the last.
pub(super) fn row_behind(
    rule: &CallRule,
    paging: &Paging,
    given: Window,
    came: usize,
    total: Option<usize>,
) -> Option<usize> {
    // A page may be short without being the last: the target leaves out what it must not show.
    let counts_pages = paging.window(rule, Window { offset: 1, limit: 1 }).offset == 0;
    let step = if counts_pages { given.limit } else { came };
    let offset = given.offset.saturating_add(step);
    let is_last = total.map_or(came < given.limit, |total| offset >= total);
    (paging.paged && came > 0 && !is_last).then_some(offset)
}
