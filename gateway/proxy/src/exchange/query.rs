//! `GET /Users`, `GET /Groups` and `POST …/.search`: which resources, in which order, and which part of them.

use std::collections::HashSet;

use json::Value;
use rules::Stage;
use rules::planner::{Page, Rows, Window};
use rules::profile::{Paging, Total};
use scim::Filter;
use scim::list::{Cursor, Position, Start, list_response};
use scim::operation::Listing;
use scim::path::PathError;
use scim::projection::Projection;
use scim::sort::{BoundSort, Sort};

use super::candidates::in_order;
use super::held::{Held, fault};
use super::joins::{Batch, Lacks, Sight};
use super::walk::{Series, Walk};
use super::{Answer, Exchange};
use crate::failure::Failure;

/// Most pages in a row that are read for one answer if nobody on them can be seen.
pub(super) const EMPTY_PAGES_MAX: usize = 20;

/// A part of a result: as many as `count` behind the first `offset`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) offset: usize,
    pub(super) count: usize,
}

/// What a part of a result comes to.
pub(super) struct Slice {
    /// How many there are in all. Where the target counts, it also counts whom nobody gets to see, unless all of them came.
    pub(super) total: usize,
    /// Where what is behind it begins.
    pub(super) end: usize,
    /// The part, as far as it can be seen.
    pub(super) held: Vec<Held>,
}

/// The rows of a part, before anybody looks who of them can be seen.
struct Gathered {
    total: usize,
    end: usize,
    batches: Vec<Batch>,
}

/// A page of the answer to a question: where it starts, and how the pages around it are found.
pub(super) struct Asked {
    pub(super) part: Part,
    /// The question's fingerprint, if the caller goes by cursors.
    by_cursor: Option<u64>,
}

impl Exchange<'_> {
    pub(super) async fn query(&mut self, listing: Listing) -> Result<Answer, Failure> {
        let asked = Asked::new(&self.rules.kind.endpoint, &listing)?;
        let Listing { filter, sort, page: _, view } = listing;
        let projection = self.projection(&view)?;
        let sort = sort.map(|sort| self.order(&sort)).transpose()?;
        let Slice { total, end, held } = self.part(filter.as_ref(), sort.as_ref(), asked.part).await?;
        self.trace.step(Stage::Answer, None, || format!("{total} found, {} on this page", held.len()));
        let resources = self.show_all(held, &projection).await?;
        Ok(asked.answer(total, end, resources))
    }

    /// The order that is asked for.
    ///
    /// # Errors
    /// [`PathError`], also for members that are kept apart: nobody has read them when resources are put in order.
    pub(super) fn order(&self, sort: &Sort) -> Result<BoundSort, PathError> {
        let order = sort.bind(&self.rules.kind)?;
        let by_members = order.by.top().is_some_and(|attribute| attribute.name == "members");
        if self.members.is_some() && by_members {
            return Err(PathError::NoOrder { path: sort.by.to_string(), reason: "members are kept apart from groups" });
        }
        Ok(order)
    }

    /// Those of `part`, and how many there are in all.
    pub(super) async fn part(
        &mut self,
        filter: Option<&Filter>,
        sort: Option<&BoundSort>,
        part: Part,
    ) -> Result<Slice, Failure> {
        let found = match (filter, sort) {
            (None, None) => return self.page(Series::List, part).await,
            (None, Some(sort)) if self.is_sorted_by_target(sort) => return self.page(Series::Sorted(sort), part).await,
            (filter, sort) => self.whole(filter, sort).await?,
        };
        let total = found.len();
        let held: Vec<Held> = found.into_iter().skip(part.offset).take(part.count).collect();
        Ok(Slice { total, end: part.offset.saturating_add(held.len()), held })
    }

    /// All that there is, at most as many as a scan may read.
    pub(super) async fn whole(
        &mut self,
        filter: Option<&Filter>,
        sort: Option<&BoundSort>,
    ) -> Result<Vec<Held>, Failure> {
        let Some(filter) = filter else {
            let mut all = Vec::new();
            let mut walk = Walk::new(Series::List);
            // Lists that make up one may have a record twice.
            let mut ids = HashSet::new();
            while let Some(mut batch) = self.next_rows(&mut walk).await? {
                self.drop_known(Series::List, &mut batch, &mut ids)?;
                let records = self.completed(batch, &[], Sight::Resources).await?;
                all.extend(self.hold(records).await?);
            }
            in_order(&mut all, sort);
            return Ok(all);
        };
        self.find(filter, sort).await
    }

    /// One page of a series. A target that counts is asked for just that page, another is walked.
    ///
    /// Where some records are nobody's business, the target counts them and SCIM does not: such a page is shorter, and each of
    /// its rows has the number that the target gives it, so that pages neither overlap nor leave a gap. RFC 7644 §3.4.2 wants
    /// `totalResults` exact; it is so where one answer has everything, and a scan of everybody for each page would be worse.
    async fn page(&mut self, series: Series<'_>, part: Part) -> Result<Slice, Failure> {
        let (mut from, mut wanted, mut empty) = (part.offset, part.offset.saturating_add(part.count), 0);
        let mut held = Vec::new();
        while let Some(gathered) = self.counted(series, Part { offset: from, count: wanted - from }).await? {
            let moved = gathered.end > from;
            let mut slice = self.seen(gathered).await?;
            held.append(&mut slice.held);
            let is_last = !moved || slice.end >= slice.total;
            from = slice.end;
            // Where rows have the target's numbers, a page has as many of them as were asked for, whatever the target gives at
            // once: whoever goes on by `count` would miss the rest.
            if !is_last && from < wanted && self.rules.hides() {
                continue;
            }
            // Many an IdP takes a page of nobody for the end.
            empty += 1;
            if held.is_empty() && !is_last && empty < EMPTY_PAGES_MAX {
                wanted = from.saturating_add(part.count);
                continue;
            }
            if part.offset == 0 && slice.end >= slice.total && self.rules.hides() {
                slice.total = held.len();
            }
            return Ok(Slice { held, ..slice });
        }
        let gathered = self.walked(series, part).await?;
        self.seen(gathered).await
    }

    /// Of what was gathered, what can be seen.
    async fn seen(&mut self, gathered: Gathered) -> Result<Slice, Failure> {
        let Gathered { total, end, batches } = gathered;
        let mut records = Vec::new();
        for batch in batches {
            records.extend(self.completed(batch, &[], Sight::Resources).await?);
        }
        Ok(Slice { total, end, held: self.hold(records).await? })
    }

    /// The rows of `part`, each list asked for those that it has of them; `None` if one of them does not count.
    async fn counted(&mut self, series: Series<'_>, part: Part) -> Result<Option<Gathered>, Failure> {
        for segment in 0..self.segments(series) {
            if !self.source(series, segment)?.1.counts() {
                return Ok(None);
            }
        }
        let (mut total, mut batches, mut room) = (0_usize, Vec::new(), part.count);
        let mut end = part.offset;
        for segment in 0..self.segments(series).max(1) {
            let (rule, paging) = self.source(series, segment)?;
            let offset = part.offset.saturating_sub(total);
            let (rows, count) = match &paging.total {
                Some(Total::Asked(_)) if room == 0 => (Vec::new(), self.asked_total(paging).await?),
                _ => {
                    // One row is asked for even if none is wanted: the answer has the total (RFC 7644 §3.4.2.4).
                    let wanted = Window { offset, limit: room.max(1) };
                    let given = paging.window(rule, wanted);
                    let call = self.page_call(series, segment, Page::At(wanted))?;
                    let Rows { rows, total, .. } = self.rows(&call, paging).await?;
                    let count = match total {
                        Some(count) => Some(count),
                        None => self.total_around(paging, given, rows.len()).await?,
                    };
                    (rows.into_iter().skip(offset - given.offset).take(room).collect(), count)
                }
            };
            let Some(count) = count else { return Ok(None) };
            // A target that gives less than was asked for ends the page: what comes next has its place behind the rest.
            let all_came = offset.saturating_add(rows.len()) >= count;
            end = end.saturating_add(rows.len());
            room = if all_came { room - rows.len() } else { 0 };
            total = total.saturating_add(count);
            batches.push(self.batch(rows, paging));
        }
        Ok(Some(Gathered { total, end, batches }))
    }

    /// How many rows there are in all where a page of `given` had `came`: a page that is short is the last.
    async fn total_around(&mut self, paging: &Paging, given: Window, came: usize) -> Result<Option<usize>, Failure> {
        let end = given.offset.saturating_add(came);
        if came < given.limit && (came > 0 || given.offset == 0) {
            return Ok(Some(end));
        }
        // Who came while it was counted is there.
        Ok(self.asked_total(paging).await?.map(|total| if came > 0 { total.max(end) } else { total }))
    }

    /// How many rows there are in all, if a call of its own says so.
    async fn asked_total(&mut self, paging: &Paging) -> Result<Option<usize>, Failure> {
        let Some(Total::Asked(count)) = &paging.total else { return Ok(None) };
        let call = count.ask(&self.tenant.params)?;
        let Some(answered) = self.answered(&call).await? else { return Ok(None) };
        count.number_in(&answered).map(Some).map_err(fault)
    }

    /// The rows of `part`, by reading the series from its beginning.
    async fn walked(&mut self, series: Series<'_>, part: Part) -> Result<Gathered, Failure> {
        let Part { offset, count } = part;
        let (mut total, mut taken, mut batches) = (0, 0, Vec::new());
        let (mut walk, mut ids) = (Walk::new(series), HashSet::new());
        // Where rows are counted, it has been asked before.
        let mut asks = self.segments(series) == 1 && !self.source(series, 0)?.1.counts();
        while let Some(mut batch) = self.next_rows(&mut walk).await? {
            self.drop_known(series, &mut batch, &mut ids)?;
            if self.rules.hides() {
                batch = self.only_seen(batch).await?;
            }
            let came = batch.records.len();
            let skipped = offset.saturating_sub(total);
            let room = count - taken;
            batch.records = batch.records.into_iter().skip(skipped).take(room).collect();
            taken += batch.records.len();
            total += came;
            if !batch.records.is_empty() {
                batches.push(batch);
            }
            // Who names the next page and counts all the same need not be read to the end.
            if taken < count || (walk.is_ended() && self.rules.hides()) {
                continue;
            }
            let all = match walk.total() {
                None if asks && !walk.is_ended() => {
                    asks = false;
                    self.asked_total(self.source(series, 0)?.1).await?
                }
                told => told,
            };
            if let Some(all) = all.filter(|all| *all >= total) {
                return Ok(Gathered { total: all, end: offset.saturating_add(taken), batches });
            }
        }
        Ok(Gathered { total, end: offset.saturating_add(taken), batches })
    }

    /// Only what a request may see. What a row does not tell is read.
    async fn only_seen(&mut self, batch: Batch) -> Result<Batch, Failure> {
        let Batch { mut records, lacks } = batch;
        if lacks == Lacks::Nothing || records.iter().all(|row| self.rules.tells_standing(row)) {
            records.retain(|record| self.sees(record, Sight::Resources));
            return Ok(Batch { records, lacks });
        }
        let records = self.completed(Batch { records, lacks }, &[], Sight::Resources).await?;
        Ok(Batch { records, lacks: Lacks::Nothing })
    }

    /// Drops rows of records that another list had already.
    fn drop_known(&self, series: Series<'_>, batch: &mut Batch, ids: &mut HashSet<String>) -> Result<(), Failure> {
        if self.segments(series) < 2 {
            return Ok(());
        }
        let mut records = Vec::with_capacity(batch.records.len());
        for record in batch.records.drain(..) {
            if ids.insert(self.rules.id_of(&record).map_err(fault)?) {
                records.push(record);
            }
        }
        batch.records = records;
        Ok(())
    }

    /// Resources as a list shows them.
    pub(super) async fn show_all(&mut self, all: Vec<Held>, projection: &Projection) -> Result<Vec<Value>, Failure> {
        let mut shown = Vec::with_capacity(all.len());
        for mut held in all {
            self.fill_members(&mut held, projection).await?;
            shown.push(self.show(held, projection));
        }
        Ok(shown)
    }
}

// === impl Asked ===

impl Asked {
    /// `endpoint` is part of the question: a cursor is worth nothing at another one.
    ///
    /// # Errors
    /// [`Failure::Cursor`].
    pub(super) fn new(endpoint: &str, listing: &Listing) -> Result<Self, Failure> {
        let count = listing.page.count;
        let cursor = match &listing.page.start {
            Start::Index(index) => {
                return Ok(Self { part: Part { offset: index.saturating_sub(1), count }, by_cursor: None });
            }
            Start::Cursor(cursor) => cursor,
        };
        let question = listing.question(endpoint);
        let offset = if cursor.is_empty() {
            0
        } else {
            let cursor = Cursor::parse(cursor).filter(|cursor| cursor.question == question);
            cursor.ok_or(Failure::Cursor)?.offset
        };
        Ok(Self { part: Part { offset, count }, by_cursor: Some(question) })
    }

    /// `end` is where the next page begins.
    pub(super) fn answer(&self, total: usize, end: usize, resources: Vec<Value>) -> Answer {
        let Part { offset, count } = self.part;
        let position = match self.by_cursor {
            None => Position::Index(offset.saturating_add(1)),
            Some(question) => {
                // An empty page has no next one: a caller that asks for none would ask for ever.
                let more = end > offset && end < total;
                Position::Cursor {
                    next: more.then_some(Cursor { offset: end, question }),
                    previous: (offset > 0).then(|| Cursor { offset: offset.saturating_sub(count), question }),
                }
            }
        };
        Answer::ok(list_response(total, &position, resources), None)
    }
}
