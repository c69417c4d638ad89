//! Calls that read many records, and the rows in their answers.

use std::borrow::Cow;

use scim::sort::{BoundSort, SortOrder};
use serde_json::Value;

use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::params::Params;
use crate::profile::{CallRule, FieldPath, FindRule, ListRule, LookupRule, Paging, Probe, ResourceRules, SortRule};
use crate::refusal::Refusal;

/// A part of a list: rows from `offset` (from 0), at most `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Rows to skip.
    pub offset: usize,
    /// Rows wanted.
    pub limit: usize,
}

/// The rows of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// Records.
    pub rows: Vec<Value>,
    /// How many there are in all, if the target says so.
    pub total: Option<usize>,
}

impl ResourceRules {
    /// The call that reads a part of the list: the rows of [`ListRule::window`].
    ///
    /// # Errors
    /// [`Refusal::Unsupported`]; [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn list_call(&self, params: &Params, window: Window) -> Result<TargetCall, Refusal> {
        let list = self.list.as_ref().ok_or_else(|| self.unsupported("list"))?;
        list.page_call(&self.route("list"), params, window, |_| None)
    }

    /// Rows of a list answer.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is no array where the rule says, a row is no object, or the total is no number. An
    /// answer without rows is never read as an empty list: it would look as if everybody had left.
    pub fn list_rows(&self, body: Value) -> Result<Rows, TargetFault> {
        let Some(list) = &self.list else { return Ok(Rows { rows: Vec::new(), total: Some(0) }) };
        list.paging.rows_in(body)
    }

    /// The call that reads a part of the list in the order of `sort`, as [`ResourceRules::list_call`]; `None` if the target
    /// cannot order by this attribute. The window is that of [`SortRule::list`].
    #[must_use]
    pub fn sorted_call(
        &self,
        params: &Params,
        sort: &BoundSort,
        window: Window,
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
        Some(list.page_call(&self.route("sort"), params, window, value))
    }

    /// Rows of a sorted list's answer.
    ///
    /// # Errors
    /// As [`ResourceRules::list_rows`].
    pub fn sorted_rows(&self, body: Value) -> Result<Rows, TargetFault> {
        let Some(SortRule { list, .. }) = &self.sort else { return Ok(Rows { rows: Vec::new(), total: Some(0) }) };
        list.paging.rows_in(body)
    }

    /// Rows of a find answer; `find` indexes [`ResourceRules::find`].
    ///
    /// # Errors
    /// As [`ResourceRules::list_rows`].
    pub fn find_rows(&self, find: usize, body: Value) -> Result<Rows, TargetFault> {
        let rule = self.find.get(find).ok_or_else(|| garbage(format!("there is no find rule {find}")))?;
        rule.paging.rows_in(body)
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

    /// The call for the rows of [`ListRule::window`]; `value` gives what other placeholders stand for.
    pub(super) fn page_call<'v>(
        &self,
        route: &str,
        params: &'v Params,
        window: Window,
        value: impl Fn(&str) -> Option<Cow<'v, str>>,
    ) -> Result<TargetCall, Refusal> {
        let window = self.window(window);
        let call = self.call.to_call(route, params, |name| value(name).or_else(|| window.placeholder(name)));
        call.map_err(|name| self.call.cannot_stand(name))
    }
}

impl FindRule {
    /// As [`ListRule::window`].
    #[must_use]
    pub fn window(&self, wanted: Window) -> Window {
        self.paging.window(&self.call, wanted)
    }
}

impl Paging {
    fn window(&self, call: &CallRule, wanted: Window) -> Window {
        let size = self.page_rows_max.max(1);
        if !self.paged {
            return Window { offset: 0, limit: usize::MAX };
        }
        if call.path.names().any(|name| name == "page") {
            return Window { offset: wanted.offset / size * size, limit: size };
        }
        Window { offset: wanted.offset, limit: wanted.limit.min(size) }
    }

    /// The rows and the total of one answer.
    pub(super) fn rows_in(&self, body: Value) -> Result<Rows, TargetFault> {
        let total = match self.total.as_ref().and_then(|field| field.assigned(&body)) {
            None => None,
            Some(total) => {
                let number = total.as_u64().or_else(|| total.as_str()?.parse().ok());
                let number = number.and_then(|number| usize::try_from(number).ok());
                Some(number.ok_or_else(|| garbage("the total of the list is not a number".to_owned()))?)
            }
        };
        Ok(Rows { rows: rows_at(&self.rows, body)?, total })
    }
}

impl Window {
    /// What a placeholder of a paged call stands for.
    pub(crate) fn placeholder(self, name: &str) -> Option<Cow<'static, str>> {
        let number = match name {
            "offset" => self.offset,
            "limit" => self.limit,
            "page" => self.offset / self.limit.max(1) + 1,
            _ => return None,
        };
        Some(Cow::Owned(number.to_string()))
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

pub(super) fn rows_at(field: &FieldPath, body: Value) -> Result<Vec<Value>, TargetFault> {
    let place = || if field.is_whole() { "the body".to_owned() } else { format!("field `{field}`") };
    match field.take(body) {
        Some(Value::Array(rows)) if rows.iter().all(Value::is_object) => Ok(rows),
        Some(Value::Array(_)) => Err(garbage(format!("a row in {} is no object", place()))),
        _ => Err(garbage(format!("no array of rows in {}", place()))),
    }
}

pub(super) fn garbage(reason: String) -> TargetFault {
    TargetFault::Garbage { reason }
}
