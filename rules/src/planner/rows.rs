//! Calls that read many records, and the rows in their answers.

use std::borrow::Cow;

use json::Value;
use scim::sort::{BoundSort, SortOrder};

use super::received;
use crate::call::TargetCall;
use crate::judge::{Answered, TargetFault};
use crate::lookup::scalar_text;
use crate::params::Params;
use crate::profile::{
    CallRule, CountRule, FieldPath, Format, ListRule, LookupRule, Next, Paging, Place, Probe, ResourceRules, SortRule,
    Total,
};
use crate::refusal::Refusal;

/// A part of a list: rows from `offset` (from 0), at most `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Rows to skip.
    pub offset: usize,
    /// Rows wanted.
    pub limit: usize,
}

/// Which page of a series is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page<'p> {
    /// The one with these rows.
    At(Window),
    /// The one that this token names: [`Onward::Token`].
    Named(&'p str),
}

/// The rows of one answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Records.
    pub rows: Vec<Value>,
    /// How many there are in all, if the target says so.
    pub total: Option<usize>,
    /// The page behind this one, if the target names it.
    pub next: Option<Onward>,
}

/// How a target names the page behind one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// [`Page::Named`].
    Token(String),
    /// The URL of the page, as the target wrote it: it may lead anywhere.
    Url(String),
}

impl ResourceRules {
    /// The call that reads a part of a list: the rows of [`ListRule::window`]. `segment` indexes
    /// [`ResourceRules::list`].
    ///
    /// # Errors
    /// [`Refusal::Unsupported`]; [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn list_call(&self, params: &Params, segment: usize, page: Page<'_>) -> Result<TargetCall, Refusal> {
        let list = self.list.get(segment).ok_or_else(|| self.unsupported("list"))?;
        list.page_call(&self.route("list"), params, page, |_| None)
    }

    /// The call that reads a part of the list in the order of `sort`, as [`ResourceRules::list_call`]; `None` if the target
    /// cannot order by this attribute. The window is that of [`SortRule::list`].
    #[must_use]
    pub fn sorted_call(
        &self,
        params: &Params,
        sort: &BoundSort,
        page: Page<'_>,
    ) -> Option<Result<TargetCall, Refusal>> {
        let SortRule { list, by, order } = self.sort.as_ref()?;
        let wanted = sort.by.to_string();
        let same = |index: usize| self.map.get(index).is_some_and(|mapping| mapping.name == wanted);
        let (_, name) = by.iter().find(|(index, _)| same(*index))?;
        let [ascending, descending] = order;
        let order = match sort.order {
            SortOrder::Ascending => ascending,
            SortOrder::Descending => descending,
        };
        let value = |placeholder: &str| match placeholder {
            "sort" => Some(Cow::Owned(name.clone())),
            "order" => Some(Cow::Owned(order.clone())),
            _ => None,
        };
        Some(list.page_call(&self.route("sort"), params, page, value))
    }

    /// The records in an answer to `call`, one of a list or a search: received ([`ResourceRules::received`]).
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is no array where `paging` says, a row is no object, or the total is no number. An
    /// answer without rows is never read as an empty list, unless the profile says that it is one: it would look as if
    /// everybody had left.
    pub fn rows_in(&self, call: &TargetCall, paging: &Paging, answered: Answered) -> Result<Rows, TargetFault> {
        let headers = if call.capture.is_empty() { Vec::new() } else { answered.headers.clone() };
        let mut rows = paging.rows_in(call.format, answered)?;
        if !call.capture.is_empty() || !self.record.secret.is_empty() {
            let records = std::mem::take(&mut rows.rows).into_iter();
            rows.rows = records.map(|record| self.received(call, &headers, record)).collect();
        }
        Ok(rows)
    }
}

impl ListRule {
    /// Which rows the call for `wanted` really gives: the whole list of a target that does not page, the whole page around
    /// `wanted.offset` of one that counts pages, at most `page_rows_max` of one that counts rows. The caller takes what it
    /// wants of them, and asks again for the rest.
    #[must_use]
    pub fn window(&self, wanted: Window) -> Window {
        self.paging.window(&self.call, wanted)
    }

    /// The call for a page, or for the rows of [`ListRule::window`]; `value` gives what other placeholders stand for.
    pub(crate) fn page_call<'v>(
        &self,
        route: &str,
        params: &'v Params,
        page: Page<'_>,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<TargetCall, Refusal> {
        let call = self.paging.page_call(&self.call, route, params, page, value);
        call.map_err(|name| self.call.cannot_stand(name))
    }
}

impl Paging {
    /// As [`ListRule::window`].
    #[must_use]
    pub fn window(&self, call: &CallRule, wanted: Window) -> Window {
        let size = self.page_rows_max.max(1);
        if !self.paged {
            let limit = if self.next.is_some() { size } else { usize::MAX };
            return Window { offset: 0, limit };
        }
        if call.names().any(|name| matches!(name, "page" | "page0")) {
            return Window { offset: wanted.offset / size * size, limit: size };
        }
        Window { offset: wanted.offset, limit: wanted.limit.min(size) }
    }

    /// The call for a page.
    ///
    /// # Errors
    /// The name that has no value, or whose value cannot stand where it should.
    pub(crate) fn page_call<'v>(
        &self,
        rule: &CallRule,
        route: &str,
        params: &'v Params,
        page: Page<'_>,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<TargetCall, String> {
        let (window, token) = match page {
            Page::At(window) => (self.window(rule, window), None),
            Page::Named(token) => (self.window(rule, Window { offset: 0, limit: usize::MAX }), Some(token)),
        };
        let value = |name: &str| match (name, token) {
            ("cursor", Some(token)) => Some(Cow::Owned(token.to_owned())),
            _ => value(name).or_else(|| window.placeholder(name)),
        };
        match (&self.next, token) {
            (Some(Next::Token { first, .. }), None) => rule.to_call_along(first, route, params, value),
            _ => rule.to_call(route, params, value),
        }
    }

    /// Whether the target can be asked for the rows around a place, and says how many there are in all.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.paged && self.total.is_some()
    }

    /// Where every page tells the total.
    fn told_total(&self) -> Option<&Place> {
        match &self.total {
            Some(Total::Told(place)) => Some(place),
            Some(Total::Asked(_)) | None => None,
        }
    }

    /// Lower-case names of the headers that tell of further rows.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        let next = match &self.next {
            Some(Next::Token { at, .. } | Next::Url(at)) => at.header(),
            Some(Next::Link) => Some("link"),
            None => None,
        };
        self.told_total().and_then(Place::header).into_iter().chain(next)
    }

    /// The rows, the total and the next page of one answer.
    ///
    /// # Errors
    /// As [`ResourceRules::rows_in`].
    pub(crate) fn rows_in(&self, format: Format, answered: Answered) -> Result<Rows, TargetFault> {
        let rows = self.rows_of_any_kind(format, answered)?;
        if rows.rows.iter().all(Value::is_object) { Ok(rows) } else { Err(not_objects(&self.rows)) }
    }

    /// The same of rows that need not be objects: a list of ids is one of members.
    ///
    /// # Errors
    /// As [`Paging::rows_in`].
    pub(crate) fn rows_of_any_kind(&self, format: Format, answered: Answered) -> Result<Rows, TargetFault> {
        let total = self.told_total().and_then(|place| place.number(&answered)).transpose()?;
        let next = self.onward(&answered);
        let mut rows = array_at(&self.rows, format, self.optional, answered.body)?;
        if !self.row.is_whole() {
            rows = rows.into_iter().map(|row| self.record_in(row)).collect::<Result<_, _>>()?;
        }
        if !self.set.is_empty() {
            rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| received::set(row, &self.set));
        }
        Ok(Rows { rows, total, next })
    }

    fn record_in(&self, row: Value) -> Result<Value, TargetFault> {
        let record = self.row.take(row).filter(Value::is_object);
        record.ok_or_else(|| garbage(format!("a row without a record in field `{}`", self.row)))
    }

    fn onward(&self, answered: &Answered) -> Option<Onward> {
        let text = |place: &Place| place.text(answered).filter(|text| !text.is_empty()).map(Cow::into_owned);
        match self.next.as_ref()? {
            Next::Token { at, .. } => text(at).map(Onward::Token),
            Next::Url(at) => text(at).map(Onward::Url),
            Next::Link => answered.header("link").and_then(next_of).map(|url| Onward::Url(url.to_owned())),
        }
    }
}

impl Place {
    /// What stands there: a text or a number. Nothing else is one, `false` and null least of all.
    fn text<'a>(&self, answered: &'a Answered) -> Option<Cow<'a, str>> {
        match self {
            Place::Field(field) => match field.assigned(&answered.body)? {
                value @ (Value::String(_) | Value::Number(_)) => scalar_text(value),
                _ => None,
            },
            Place::Header(name) => answered.header(name).map(|text| Cow::Borrowed(text.trim())),
        }
    }

    /// The number of rows that stands there, if anything does.
    fn number(&self, answered: &Answered) -> Option<Result<usize, TargetFault>> {
        let number = self.text(answered)?.trim().parse();
        Some(number.map_err(|_| garbage("the total of the list is not a number".to_owned())))
    }

    fn header(&self) -> Option<&str> {
        match self {
            Place::Field(_) => None,
            Place::Header(name) => Some(name),
        }
    }
}

impl Window {
    /// What a placeholder of a paged call stands for.
    pub(crate) fn placeholder(self, name: &str) -> Option<Cow<'static, str>> {
        let number = match name {
            "offset" => self.offset,
            "limit" => self.limit,
            "page" => self.page() + 1,
            "page0" => self.page(),
            _ => return None,
        };
        Some(Cow::Owned(number.to_string()))
    }

    /// How many whole pages of this size are before it.
    fn page(self) -> usize {
        self.offset / self.limit.max(1)
    }
}

impl CountRule {
    /// The call that counts.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn ask(&self, params: &Params) -> Result<TargetCall, Refusal> {
        self.call.to_call(&self.call.rule.name, params, |_| None).map_err(|name| self.call.cannot_stand(name))
    }

    /// The number in its answer.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is none where the profile says.
    pub fn number_in(&self, answered: &Answered) -> Result<usize, TargetFault> {
        let missing = || garbage(format!("no number of all rows at `{}`", self.at));
        self.at.number(answered).unwrap_or_else(|| Err(missing()))
    }

    /// Lower-case names of the headers that it reads.
    pub(crate) fn header(&self) -> Option<&str> {
        self.at.header()
    }
}

impl LookupRule {
    /// The call that reads the table.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn call(&self, params: &Params) -> Result<TargetCall, Refusal> {
        let route = format!("lookup.{}", self.name);
        self.call.to_call(&route, params, |_| None).map_err(|name| self.call.cannot_stand(name))
    }
}

impl Probe {
    /// The call that shows that the target is there.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn call(&self, params: &Params) -> Result<TargetCall, Refusal> {
        self.call.to_call("target.probe", params, |_| None).map_err(|name| self.call.cannot_stand(name))
    }

    /// Whether `body` is what a target that is well answers.
    #[must_use]
    pub fn holds(&self, body: &Value) -> bool {
        self.expect.as_ref().is_none_or(|expect| expect.holds(body))
    }
}

impl CallRule {
    /// The refusal of `name`, which has no value that can stand in this call's URL.
    pub(super) fn cannot_stand(&self, name: String) -> Refusal {
        let reason = format!("it cannot stand in the URL `{}`", self.path);
        Refusal::Value { attribute: name, reason, rule: self.rule.to_string() }
    }
}

/// The rows in `body`, records all of them; if `optional`, none is an answer too.
pub(super) fn rows_at(
    field: &FieldPath,
    format: Format,
    optional: bool,
    body: Value,
) -> Result<Vec<Value>, TargetFault> {
    let rows = array_at(field, format, optional, body)?;
    if rows.iter().all(Value::is_object) { Ok(rows) } else { Err(not_objects(field)) }
}

/// The same of any kind. XML cannot tell a list of one from the one, nor an empty list from an empty text.
pub(super) fn array_at(
    field: &FieldPath,
    format: Format,
    optional: bool,
    body: Value,
) -> Result<Vec<Value>, TargetFault> {
    let is_xml = format == Format::Xml;
    match field.take(body) {
        Some(Value::Array(rows)) => Ok(rows),
        Some(row @ Value::Object(_)) if is_xml => Ok(vec![row]),
        Some(Value::String(text)) if is_xml && optional && text.trim().is_empty() => Ok(Vec::new()),
        None if optional => Ok(Vec::new()),
        _ => Err(garbage(format!("no array of rows in {}", place_of(field)))),
    }
}

fn not_objects(field: &FieldPath) -> TargetFault {
    garbage(format!("a row in {} is no object", place_of(field)))
}

fn place_of(field: &FieldPath) -> String {
    if field.is_whole() { "the body".to_owned() } else { format!("field `{field}`") }
}

/// The target of `rel="next"` in a header `Link` (RFC 8288 §3). A quoted comma or semicolon ends nothing.
fn next_of(link: &str) -> Option<&str> {
    let mut rest = link;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>')?;
        let url = &rest[start + 1..end];
        let behind = &rest[end + 1..];
        let length = unquoted(behind, ',').unwrap_or(behind.len());
        if parameters(&behind[..length]).any(|(name, value)| {
            name.eq_ignore_ascii_case("rel")
                && value.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
        }) {
            return Some(url.trim()).filter(|url| !url.is_empty());
        }
        rest = &behind[length..];
    }
    None
}

/// `; rel="next"; title=x` as names and values.
fn parameters(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(';')?;
        let behind = &rest[start + 1..];
        let length = unquoted(behind, ';').unwrap_or(behind.len());
        rest = &behind[length..];
        let (name, value) = behind[..length].split_once('=').unwrap_or((&behind[..length], ""));
        Some((name.trim(), value.trim().trim_matches('"')))
    })
}

/// Where `stop` stands outside of quotes.
fn unquoted(text: &str, stop: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == stop && !quoted).then_some(at)
    })
}

pub(super) fn garbage(reason: String) -> TargetFault {
    TargetFault::Garbage { reason }
}

#[cfg(test)]
mod tests;
