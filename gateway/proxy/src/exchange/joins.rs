//! Records that one answer does not hold whole: rows that lack fields are read one by one, and what other calls add is joined.
//!
//! Side by side for the rows of a list, and at most [`CANDIDATE_CALLS_MAX`] of such calls in one exchange. A profile whose rows
//! are whole records comes through here without a call.

use futures_util::{StreamExt, stream};
use json::Value;
use rules::planner::{PlannedCall, Standing};
use rules::profile::ResourceRules;
use rules::search::Hint;
use rules::{Answered, Stage};

use super::Exchange;
use super::held::fault;
use crate::failure::Failure;
use crate::limits::CANDIDATE_CALLS_MAX;

/// Rows that are completed at once; a fraction of what one target may be asked at once.
const ROWS_AT_ONCE: usize = 8;

/// Rows of one answer.
#[derive(Debug)]
pub(super) struct Batch {
    /// Records, or parts of them.
    pub(super) records: Vec<Value>,
    /// What all of them lack.
    pub(super) lacks: Lacks,
}

/// What a row lacks of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacks {
    /// Nothing.
    Nothing,
    /// What is joined.
    Joins,
    /// Fields, and what is joined: only a read by id has them.
    Fields,
}

/// Whose records somebody gets to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Those of resources: what every request sees.
    Resources,
    /// Also those that are protected: what a create must not make once more.
    Taken,
    /// Also those that stand for what was deleted: what a create may bring back.
    Everything,
}

impl Batch {
    /// One whole record.
    pub(super) fn whole(record: Value) -> Self {
        Self { records: vec![record], lacks: Lacks::Nothing }
    }
}

impl Exchange<'_> {
    /// The record with what is joined to it.
    pub(super) async fn joined(&mut self, record: Value) -> Result<Value, Failure> {
        let mut record = record;
        for join in &self.rules.record.joins {
            let Some(call) = self.rules.join_call(join, &self.tenant.params, &record) else { continue };
            if let Some(answered) = self.answered(&call).await? {
                join.put(&mut record, answered).map_err(fault)?;
            }
        }
        Ok(record)
    }

    /// The whole records of `batch`, as far as they are there and `sight` has them. Rows that contradict a hint are dropped
    /// before anything is read for them.
    ///
    /// # Errors
    /// [`Failure::TooManyCalls`].
    pub(super) async fn completed(
        &mut self,
        batch: Batch,
        hints: &[Hint],
        sight: Sight,
    ) -> Result<Vec<Value>, Failure> {
        let Batch { mut records, lacks } = batch;
        if lacks == Lacks::Nothing {
            if self.rules.hides() {
                records.retain(|record| self.sees(record, sight));
            }
            return Ok(records);
        }
        if !hints.is_empty() && !records.is_empty() {
            let facts = self.facts().await?;
            records.retain(|row| !self.rules.contradicts(&self.tenant.params, row, hints, &facts));
        }
        if self.rules.hides() {
            records.retain(|row| !self.rules.tells_standing(row) || self.sees(row, sight));
        }
        if records.is_empty() {
            return Ok(records);
        }
        let each = self.rules.record.joins.len() + usize::from(lacks == Lacks::Fields);
        let count = records.len();
        self.asks_for_single(count.saturating_mul(each))?;
        self.trace.step(Stage::Call, None, || format!("{count} rows are completed, each by {each} calls or fewer"));
        let exchange = &*self;
        let whole = stream::iter(records.into_iter().map(|row| exchange.complete(row, lacks))).buffered(ROWS_AT_ONCE);
        let whole: Vec<Result<Option<Value>, Failure>> = whole.collect().await;
        let mut records = Vec::with_capacity(whole.len());
        for record in whole {
            // Who is gone since the list was made is not there.
            records.extend(record?.filter(|record| self.sees(record, sight)));
        }
        Ok(records)
    }

    /// The record of one row; `None` if there is none any more.
    async fn complete(&self, row: Value, lacks: Lacks) -> Result<Option<Value>, Failure> {
        let params = &self.tenant.params;
        let mut record = row;
        if lacks == Lacks::Fields {
            let id = self.rules.id_of(&record).map_err(fault)?;
            let Ok(read) = self.rules.read_call(params, &id) else { return Ok(None) };
            let Some(answered) = self.answered_aside(&read.call).await? else { return Ok(None) };
            let Some(whole) = self.own_record(&read, &id, answered)? else { return Ok(None) };
            record = whole;
        }
        self.join_aside(self.rules, record).await.map(Some)
    }

    /// As [`Exchange::joined`], beside others; of any type of resource.
    async fn join_aside(&self, rules: &ResourceRules, record: Value) -> Result<Value, Failure> {
        let mut record = record;
        for join in &rules.record.joins {
            let Some(call) = rules.join_call(join, &self.tenant.params, &record) else { continue };
            if let Some(answered) = self.answered_aside(&call).await? {
                join.put(&mut record, answered).map_err(fault)?;
            }
        }
        Ok(record)
    }

    /// Whose business a record of any type is that is not joined yet.
    pub(super) async fn standing_aside(&self, rules: &ResourceRules, record: Value) -> Result<Standing, Failure> {
        if !rules.hides() {
            return Ok(Standing::There);
        }
        let record = if rules.tells_standing(&record) { record } else { self.join_aside(rules, record).await? };
        Ok(rules.standing(&self.tenant.params, &record))
    }

    /// The record in the answer to a read of `id`.
    pub(super) fn own_record(
        &self,
        read: &PlannedCall,
        id: &str,
        answered: Answered,
    ) -> Result<Option<Value>, Failure> {
        let Answered { body, headers } = answered;
        let record = self.rules.record_of(read, id, body).map_err(fault)?;
        Ok(record.map(|record| self.rules.received(&read.call, &headers, record)))
    }

    /// Whether `sight` has the record.
    pub(super) fn sees(&self, record: &Value, sight: Sight) -> bool {
        match (self.rules.standing(&self.tenant.params, record), sight) {
            (Standing::There, _)
            | (Standing::Protected, Sight::Taken | Sight::Everything)
            | (Standing::Gone, Sight::Everything) => true,
            (Standing::Protected, Sight::Resources) | (Standing::Gone, Sight::Resources | Sight::Taken) => false,
        }
    }

    /// So many calls are about to be made for single records of a list or a search.
    ///
    /// # Errors
    /// [`Failure::TooManyCalls`].
    pub(super) fn asks_for_single(&mut self, calls: usize) -> Result<(), Failure> {
        self.single_calls = self.single_calls.saturating_add(calls);
        if self.single_calls > CANDIDATE_CALLS_MAX {
            return Err(Failure::TooManyCalls { calls_max: CANDIDATE_CALLS_MAX });
        }
        Ok(())
    }
}
