//! Calls that read many records, and the rows in their answers.

use std::borrow::Cow;

use serde_json::Value;

use crate::call::TargetCall;
use crate::judge::TargetFault;
use crate::params::Params;
use crate::profile::{FieldPath, ListRule, LookupRule, Probe, ResourceRules};
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
        let Some(list) = &self.list else { return Err(Refusal::Unsupported { what: "list users" }) };
        let Window { offset, limit } = list.window(window);
        let value = |name: &str| {
            let number = match name {
                "offset" => offset,
                "limit" => limit,
                "page" => offset / limit.max(1) + 1,
                _ => return None,
            };
            Some(Cow::Owned(number.to_string()))
        };
        list.call.to_call("user.list", params, value).map_err(|name| Refusal::Value {
            attribute: name,
            reason: format!("it cannot stand in the URL `{}`", list.call.path),
            rule: list.call.rule.to_string(),
        })
    }

    /// Rows of a list answer.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is no array where the rule says, a row is no object, or the total is no number. An
    /// answer without rows is never read as an empty list: it would look as if everybody had left.
    pub fn list_rows(&self, body: Value) -> Result<Rows, TargetFault> {
        let Some(list) = &self.list else { return Ok(Rows { rows: Vec::new(), total: Some(0) }) };
        let total = match list.paging.total.as_ref().and_then(|field| field.assigned(&body)) {
            None => None,
            Some(total) => {
                let number = total.as_u64().or_else(|| total.as_str()?.parse().ok());
                let number = number.and_then(|number| usize::try_from(number).ok());
                Some(number.ok_or_else(|| garbage("the total of the list is not a number".to_owned()))?)
            }
        };
        Ok(Rows { rows: rows_at(&list.paging.rows, body)?, total })
    }

    /// Rows of a find answer; `find` indexes [`ResourceRules::find`].
    ///
    /// # Errors
    /// As [`ResourceRules::list_rows`].
    pub fn find_rows(&self, find: usize, body: Value) -> Result<Vec<Value>, TargetFault> {
        let rule = self.find.get(find).ok_or_else(|| garbage(format!("there is no find rule {find}")))?;
        rows_at(&rule.paging.rows, body)
    }
}

impl ListRule {
    /// Which rows the call for `wanted` really gives: the whole list of a target that does not page, the whole page around
    /// `wanted.offset` of one that counts pages, at most `page_rows_max` of one that counts rows. The caller takes what it
    /// wants of them, and asks again for the rest.
    #[must_use]
    pub fn window(&self, wanted: Window) -> Window {
        let size = self.paging.page_rows_max.max(1);
        if !self.paging.paged {
            return Window { offset: 0, limit: usize::MAX };
        }
        if self.call.path.names().any(|name| name == "page") {
            return Window { offset: wanted.offset / size * size, limit: size };
        }
        Window { offset: wanted.offset, limit: wanted.limit.min(size) }
    }
}

impl LookupRule {
    /// The call that reads the table.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn call(&self, params: &Params) -> Result<TargetCall, Refusal> {
        let route = format!("lookup.{}", self.name);
        self.call.to_call(&route, params, |_| None).map_err(|name| Refusal::Value {
            attribute: name,
            reason: format!("it cannot stand in the URL `{}`", self.call.path),
            rule: self.rule.to_string(),
        })
    }
}

impl Probe {
    /// The call that shows that the target is there.
    ///
    /// # Errors
    /// [`Refusal::Value`] if a parameter cannot stand in the path.
    pub fn call(&self, params: &Params) -> Result<TargetCall, Refusal> {
        self.call.to_call("target.probe", params, |_| None).map_err(|name| Refusal::Value {
            attribute: name,
            reason: format!("it cannot stand in the URL `{}`", self.call.path),
            rule: self.call.rule.to_string(),
        })
    }

    /// Whether `body` is what a target that is well answers.
    #[must_use]
    pub fn holds(&self, body: &Value) -> bool {
        self.expect.as_ref().is_none_or(|expect| expect.holds(body))
    }
}

fn rows_at(field: &FieldPath, body: Value) -> Result<Vec<Value>, TargetFault> {
    let place = || if field.is_whole() { "the body".to_owned() } else { format!("field `{field}`") };
    match field.take(body) {
        Some(Value::Array(rows)) if rows.iter().all(Value::is_object) => Ok(rows),
        Some(Value::Array(_)) => Err(garbage(format!("a row in {} is no object", place()))),
        _ => Err(garbage(format!("no array of rows in {}", place()))),
    }
}

fn garbage(reason: String) -> TargetFault {
    TargetFault::Garbage { reason }
}
