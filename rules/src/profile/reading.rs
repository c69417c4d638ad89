//! How records are read: found, listed, sorted, page by page.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use scim::filter::CompareOp;

use super::{CallRule, FieldPath};

/// A way to ask the target for the records with one value of one attribute.
#[derive(Debug, Clone)]
pub struct FindRule {
    /// Index into [`ResourceRules::map`].
    pub by: usize,
    /// The comparison that the target makes; what it finds too much is sorted out here, so it may fold case.
    pub op: CompareOp,
    /// The call; its template uses the mapped field's name, and the placeholders of a list if the target pages the answer.
    pub call: CallRule,
    /// Rows and pages.
    pub paging: Paging,
}

/// How records are read page by page.
#[derive(Debug, Clone)]
pub struct ListRule {
    /// The call; its template may use `{offset}` (from 0), `{limit}` and `{page}` (from 1).
    pub call: CallRule,
    /// Rows and pages.
    pub paging: Paging,
}

/// A list in an order that the target makes: `[user.sort]`.
#[derive(Debug, Clone)]
pub struct SortRule {
    /// As a list; its template also uses `{sort}` and `{order}`.
    pub list: ListRule,
    /// (index into [`ResourceRules::map`], the target's name for `{sort}`).
    pub by: Vec<(usize, String)>,
    /// `{order}` for ascending and descending.
    pub order: [String; 2],
}

/// Where the rows of an answer are, and how there are more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Where the rows are.
    pub rows: FieldPath,
    /// Where the number of all records is; without it the last short page ends the walk.
    pub total: Option<FieldPath>,
    /// The most rows the target gives at once.
    pub page_rows_max: usize,
    /// Whether the call counts rows (`{offset}`) or pages (`{page}`); otherwise one call gives everything.
    pub paged: bool,
}
