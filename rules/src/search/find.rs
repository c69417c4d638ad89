//! The questions of `[[user.find]]`: one value, asked for by a call, page by page, or by the id that follows from it.

use std::borrow::Cow;

use json::Value;
use scim::filter::{CompareOp, Literal};
use scim::{Filter, Path};

use super::candidates::parts_of;
use super::{Candidates, Hint, compare};
use crate::call::TargetCall;
use crate::judge::{Answered, TargetFault};
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::planner::{Page, Window};
use crate::profile::{Ask, CallRule, FieldPath, FindRule, LetterCase, Mapping, ResourceRules, Source};
use crate::refusal::Refusal;
use crate::template::TextTemplate;
use crate::trace::Trace;

impl ResourceRules {
    /// The call for a further part of the rows of [`Candidates::Find`]: the rows of
    /// [`Paging::window`](crate::profile::Paging::window).
    ///
    /// # Errors
    /// [`Refusal::Search`] if the target cannot be asked for `value`; it cannot happen to what a search gave.
    pub fn find_page(
        &self,
        params: &Params,
        find: usize,
        value: &Value,
        page: Page<'_>,
    ) -> Result<TargetCall, Refusal> {
        let rule = self.find.get(find);
        let call = rule.and_then(|rule| rule.page_call(self, params, value, page));
        call.ok_or_else(|| Refusal::Search {
            noun: self.noun,
            reason: "the product cannot be asked for this value".to_owned(),
        })
    }

    /// The one record in an answer to a find that gives one, received ([`ResourceRules::received`]); `None` if the list that it
    /// is an element of has none.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is none at `at`.
    pub fn found_record(
        &self,
        call: &TargetCall,
        at: &FieldPath,
        answered: Answered,
    ) -> Result<Option<Value>, TargetFault> {
        let Answered { body, headers } = answered;
        if at.finds_none(&body) {
            return Ok(None);
        }
        match at.take(body).filter(Value::is_object) {
            Some(record) => Ok(Some(self.received(call, &headers, record))),
            None => Err(missing("record", at)),
        }
    }

    /// The id in an answer to a find that gives one; `None` if the list that it is in is empty.
    ///
    /// # Errors
    /// [`TargetFault::Garbage`] if there is none at `at`.
    pub fn found_id(&self, at: &FieldPath, answered: &Answered) -> Result<Option<String>, TargetFault> {
        if at.finds_none(&answered.body) {
            return Ok(None);
        }
        let id = at.assigned(&answered.body).filter(|id| id.is_string() || id.is_number()).and_then(scalar_text);
        id.filter(|id| !id.is_empty()).map(|id| Some(id.into_owned())).ok_or_else(|| missing("id", at))
    }

    /// What is asked of the records of a find, as far as their rows show it.
    #[must_use]
    pub fn find_hint(&self, find: usize, value: &Value) -> Option<Hint> {
        let rule = self.find.get(find)?;
        let mapping = self.map.get(rule.by)?;
        let path: Path = mapping.name.parse().ok()?;
        let literal = match value {
            Value::String(text) => Literal::String(text.clone()),
            Value::Number(number) => Literal::Number(number.clone()),
            Value::Bool(flag) => Literal::Boolean(*flag),
            _ => return None,
        };
        self.hint(rule.by, &compare(path, rule.op, literal))
    }

    /// What every record that fulfils `filter` fulfils, as far as a row shows it. Literals are in normal form.
    pub(super) fn hints(&self, filter: &Filter) -> Vec<Hint> {
        let hint = |part: &Filter| {
            let comparisons = self.comparisons(part);
            // `emails[type eq "work" and value co "x"]` is one question about two things.
            let [comparison] = comparisons.as_slice() else { return None };
            let (at, _) = self.named(&comparison.name)?;
            self.hint(at, part)
        };
        parts_of(filter).iter().filter_map(hint).collect()
    }

    fn hint(&self, mapping: usize, filter: &Filter) -> Option<Hint> {
        self.map.get(mapping)?.field()?;
        Some(Hint { mapping, filter: self.kind.bind_filter(filter).ok()? })
    }

    /// Whether a row that may lack fields cannot belong to a record that is looked for: it has a field of which it is asked
    /// something else. What it does not have speaks against nothing.
    #[must_use]
    pub fn contradicts(&self, params: &Params, row: &Value, hints: &[Hint], facts: &Facts) -> bool {
        hints.iter().any(|Hint { mapping, filter }| {
            let Some(mapping) = self.map.get(*mapping) else { return false };
            if mapping.field().is_none_or(|field| field.assigned(row).is_none()) {
                return false;
            }
            let mut resource = scim::Resource::default();
            mapping.attribute.write(&mut resource, mapping.shown_of(params, row, facts, &mut Trace::off()));
            !filter.matches(&resource)
        })
    }
}

fn missing(what: &str, at: &FieldPath) -> TargetFault {
    let place = if at.is_whole() { "the body".to_owned() } else { format!("field `{at}`") };
    TargetFault::Garbage { reason: format!("no {what} in {place} of the answer to a find") }
}

impl FindRule {
    /// Where the records with `value` come from; `None` if the target cannot be asked for it.
    pub(super) fn candidates(
        &self,
        rules: &ResourceRules,
        params: &Params,
        find: usize,
        value: &Value,
    ) -> Option<Candidates> {
        if let Ask::Derived(template) = &self.ask {
            return self.derived(rules, params, template, value).map(Candidates::ById);
        }
        let limit = if let Ask::Rows { paging, .. } = &self.ask { paging.page_rows_max } else { 1 };
        let call = self.page_call(rules, params, value, Page::At(Window { offset: 0, limit }))?;
        Some(Candidates::Find { find, value: value.clone(), call: Box::new(call) })
    }

    /// The call that asks for a part of the records with `value`, which is in normal form; `None` if the target cannot be
    /// asked for it.
    pub(super) fn page_call(
        &self,
        rules: &ResourceRules,
        params: &Params,
        value: &Value,
        page: Page<'_>,
    ) -> Option<TargetCall> {
        let (field, text) = self.text(rules, params, value)?;
        let fill = |name: &str| if field.is_named(name) { Some(Cow::Owned(text.clone())) } else { None };
        let route = rules.route("find");
        match &self.ask {
            Ask::Rows { call, paging } => paging.page_call(call, &route, params, page, fill).ok(),
            Ask::Record { call, .. } | Ask::Id { call, .. } => call.to_call(&route, params, fill).ok(),
            Ask::Derived(_) => None,
        }
    }

    /// The id that follows from `value`.
    fn derived(
        &self,
        rules: &ResourceRules,
        params: &Params,
        template: &TextTemplate,
        value: &Value,
    ) -> Option<String> {
        let (field, text) = self.text(rules, params, value)?;
        template.fill(|name| {
            if field.is_named(name) {
                return Some(Cow::Borrowed(text.as_str()));
            }
            let (_, value) = params.values.iter().find(|(known, _)| known == name)?;
            scalar_text(value)
        })
    }

    /// What the target is asked for: the field, and the text of `value` there.
    ///
    /// Parts of texts and bounds have no normal form: where target and SCIM hold different texts (`as`, `values`, `lookup`),
    /// what starts or ends so here may not do so there.
    fn text<'r>(&self, rules: &'r ResourceRules, params: &Params, value: &Value) -> Option<(&'r FieldPath, String)> {
        let mapping: &Mapping = rules.map.get(self.by)?;
        let Source::Direct { field, lookup: None, normal, values, codec } = &mapping.source else { return None };
        let whole = matches!(self.op, CompareOp::Eq | CompareOp::Ne);
        if !whole && (normal.is_some() || values.is_some() || codec.is_some()) {
            return None;
        }
        // Without a look-up no table is needed.
        let target = mapping.target_of(params, value, &Facts::default()).ok()?;
        // Never ask the target for nothing: some answer with everybody, some with nobody.
        let text = scalar_text(&target).filter(|text| !text.is_empty())?;
        let text = match self.case {
            None => text.into_owned(),
            Some(LetterCase::Lower) => text.to_lowercase(),
            Some(LetterCase::Upper) => text.to_uppercase(),
        };
        Some((field, text))
    }

    /// Its call, if it makes one.
    #[must_use]
    pub fn call(&self) -> Option<&CallRule> {
        match &self.ask {
            Ask::Rows { call, .. } | Ask::Record { call, .. } | Ask::Id { call, .. } => Some(call),
            Ask::Derived(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
