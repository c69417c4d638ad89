//! How records are read: found, listed, sorted, page by page, completed from several answers.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use std::fmt;

use json::Value;
use scim::filter::CompareOp;

use super::{CallRule, FieldPath};
use crate::expression::Expression;
use crate::source::RuleRef;
use crate::template::{Template, TextTemplate};

/// What becomes of every record before the rules look at it, and which of them nobody gets to see.
#[derive(Debug, Clone, Default)]
pub struct RecordRules {
    /// Fields that are dropped as soon as a record is read.
    pub secret: Vec<FieldPath>,
    /// Records that the gateway neither shows nor touches.
    pub protected: Option<RecordCondition>,
    /// Records that stand for what was deleted.
    pub gone: Option<RecordCondition>,
    /// What other answers add to a record; at most [`JOINS_MAX`].
    pub joins: Vec<JoinRule>,
}

/// Most joins of one type of resource.
pub const JOINS_MAX: usize = 3;

/// A condition on a record; bare names are parameters of the tenant, and else fields of the record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordCondition {
    /// The compiled condition. Slots below `params` are those of parameters, the others index `fields` behind them.
    pub expression: Expression,
    /// How many parameters the profile has.
    pub params: usize,
    /// The record's fields it reads.
    pub fields: Vec<FieldPath>,
}

/// A part of a record that another call reads: `[[user.join]]`.
#[derive(Debug, Clone)]
pub struct JoinRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// The call; its template names fields of the record, and `{id}`.
    pub call: CallRule,
    /// Where it is put into the record.
    pub at: FieldPath,
    /// What of the answer is put there.
    pub take: FieldPath,
}

/// A way to ask the target for the records with one value of one attribute.
#[derive(Debug, Clone)]
pub struct FindRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// Index into [`ResourceRules::map`](super::ResourceRules::map).
    pub by: usize,
    /// The comparison that the target makes; what it finds too much is sorted out here, so it may fold case.
    pub op: CompareOp,
    /// Which question it is.
    pub ask: Ask,
    /// The case in which the value is sent, if the target knows it in one only.
    pub case: Option<LetterCase>,
}

/// How a value is asked for.
#[derive(Debug, Clone)]
pub enum Ask {
    /// By a call that answers with rows. Its template uses the mapped field's name, and the placeholders of a list if the
    /// target pages the answer.
    Rows {
        /// The call.
        call: CallRule,
        /// Rows and pages.
        paging: Paging,
    },
    /// By a call that answers with the one record, or with «absent».
    Record {
        /// The call.
        call: CallRule,
        /// Where the record stands in the answer.
        at: FieldPath,
    },
    /// By a call that answers with the id of the one record, or with «absent».
    Id {
        /// The call.
        call: CallRule,
        /// Where the id stands in the answer.
        at: FieldPath,
    },
    /// By no call: the id follows from the value.
    Derived(TextTemplate),
}

/// The case of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterCase {
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
}

/// How records are read page by page.
#[derive(Debug, Clone)]
pub struct ListRule {
    /// The call; its template may use `{offset}` (from 0), `{limit}`, `{page}` (from 1), `{page0}` (from 0)
    /// and `{cursor}`.
    pub call: CallRule,
    /// Rows and pages.
    pub paging: Paging,
}

/// A list in an order that the target makes: `[user.sort]`.
#[derive(Debug, Clone)]
pub struct SortRule {
    /// As a list; its template also uses `{sort}` and `{order}`.
    pub list: ListRule,
    /// (index into [`ResourceRules::map`](super::ResourceRules::map), the target's name for `{sort}`).
    pub by: Vec<(usize, String)>,
    /// `{order}` for ascending and descending.
    pub order: [String; 2],
}

/// Where the rows of an answer are, and how there are more.
#[derive(Debug, Clone)]
pub struct Paging {
    /// Where the rows are.
    pub rows: FieldPath,
    /// Where the record is within a row.
    pub row: FieldPath,
    /// Whether an answer without rows holds none; otherwise it is not understood.
    pub optional: bool,
    /// Who tells the number of all records; without it the last short page ends the walk.
    pub total: Option<Total>,
    /// Where the next page is named.
    pub next: Option<Next>,
    /// Fields that every record of it gets.
    pub set: Vec<(FieldPath, Value)>,
    /// Whether rows lack fields that the whole record has.
    pub partial: bool,
    /// The most rows the target gives at once.
    pub page_rows_max: usize,
    /// Whether the call counts rows (`{offset}`) or pages (`{page}`, `{page0}`); otherwise `next` names the next page, or one
    /// call gives everything.
    pub paged: bool,
}

/// Who tells how many records there are in all.
#[derive(Debug, Clone)]
pub enum Total {
    /// Every page, at this place.
    Told(Place),
    /// A call of its own, made only if the page does not show that it is the last.
    Asked(Box<CountRule>),
}

/// A call that asks how many records there are.
#[derive(Debug, Clone)]
pub struct CountRule {
    /// The call.
    pub call: CallRule,
    /// Where the number stands in its answer.
    pub at: Place,
}

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A field of the body.
    Field(FieldPath),
    /// A header, by its name in small letters.
    Header(String),
}

/// How an answer names the page behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// By a token, which stands for `{cursor}` in the template.
    Token {
        /// Where it stands.
        at: Place,
        /// The template of the first page, for which there is no token: without the parameter.
        first: Template,
    },
    /// By a URL.
    Url(Place),
    /// By a URL in the header `Link`, `rel="next"` (RFC 8288).
    Link,
}

impl ListRule {
    /// Every call of it: the one that reads pages, and the one that counts, if that is another.
    pub fn calls(&self) -> impl Iterator<Item = &CallRule> {
        let count = match &self.paging.total {
            Some(Total::Asked(count)) => Some(&count.call),
            Some(Total::Told(_)) | None => None,
        };
        std::iter::once(&self.call).chain(count)
    }
}

impl fmt::Display for Total {
    /// As it is written, or the path of its call.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Total::Told(place) => place.fmt(f),
            Total::Asked(count) => count.call.path.fmt(f),
        }
    }
}

impl fmt::Display for Place {
    /// As it is written: `paging.total`, `header:x-total-count`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Field(field) => field.fmt(f),
            Place::Header(name) => write!(f, "header:{name}"),
        }
    }
}
