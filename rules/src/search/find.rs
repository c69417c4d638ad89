//! The calls of `[[user.find]]`: one value, page by page.

use std::borrow::Cow;

use scim::filter::CompareOp;
use serde_json::Value;

use crate::call::TargetCall;
use crate::lookup::{Facts, scalar_text};
use crate::params::Params;
use crate::planner::Window;
use crate::profile::{FindRule, ResourceRules, Source};
use crate::refusal::Refusal;

impl ResourceRules {
    /// The call for a further part of the rows of [`Candidates::Find`](super::Candidates::Find): the rows of [`FindRule::window`].
    ///
    /// # Errors
    /// [`Refusal::Search`] if the target cannot be asked for `value`; it cannot happen to what a search gave.
    pub fn find_page(
        &self,
        params: &Params,
        find: usize,
        value: &Value,
        window: Window,
    ) -> Result<TargetCall, Refusal> {
        let rule = self.find.get(find);
        let call = rule.and_then(|rule| rule.page_call(self, params, value, window));
        call.ok_or_else(|| Refusal::Search {
            noun: self.noun,
            reason: "the product cannot be asked for this value".to_owned(),
        })
    }
}

impl FindRule {
    /// The call that asks for a part of the records with `value`, which is in normal form; `None` if the target cannot be
    /// asked for it.
    ///
    /// Parts of texts and bounds have no normal form: where target and SCIM hold different texts (`as`, `values`, `lookup`),
    /// what starts or ends so here may not do so there.
    pub(super) fn page_call(
        &self,
        rules: &ResourceRules,
        params: &Params,
        value: &Value,
        window: Window,
    ) -> Option<TargetCall> {
        let mapping = rules.map.get(self.by)?;
        let Source::Direct { field, lookup: None, normal, values } = &mapping.source else { return None };
        let whole = matches!(self.op, CompareOp::Eq | CompareOp::Ne);
        if !whole && (normal.is_some() || values.is_some()) {
            return None;
        }
        // Without a look-up no table is needed.
        let target = mapping.target_of(value, &Facts::default()).ok()?;
        // Never ask the target for nothing: some answer with everybody, some with nobody.
        let text = scalar_text(&target).filter(|text| !text.is_empty())?;
        let window = self.window(window);
        let fill = |name: &str| match name {
            name if field.is_named(name) => Some(Cow::Owned(text.clone().into_owned())),
            name => window.placeholder(name),
        };
        self.call.to_call(&rules.route("find"), params, fill).ok()
    }
}
