//! `[[require]]`: conditions on the tenant's parameters, and what is said while they do not hold.

use std::sync::Arc;

use super::error_table::detail;
use super::scope::{Names, tenant_condition};
use crate::document::Section;
use crate::profile::RequireRule;

/// Most conditions.
pub(super) const REQUIRES_MAX: usize = 20;

/// All conditions, in the order of the file.
pub(super) fn requires(names: &Names<'_>, root: &Section<'_>) -> Vec<RequireRule> {
    root.sections("require", REQUIRES_MAX).into_iter().filter_map(|section| require(names, section)).collect()
}

fn require(names: &Names<'_>, section: Section<'_>) -> Option<RequireRule> {
    let that = section.required_text("that", "\"saml == true\"");
    let told = section.required_text("detail", "\"turn single sign-on on first\"");
    let told = told.and_then(|text| detail(&section, "detail", text));
    let compiled = that.and_then(|text| tenant_condition(names, &section, ("that", text)));
    let rule = section.sheet.rule("require", section.span);
    section.finish();
    Some(RequireRule { rule, that: compiled?, detail: Arc::from(told?) })
}
