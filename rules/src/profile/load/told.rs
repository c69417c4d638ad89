//! `doc` and `source` of a mapping: what the guide for an IdP's admin says of an attribute.
//!
//! Taken as it is written: an expression here is the IdP's own, and nothing of the gateway reads it.

use super::error_table::detail;
use crate::document::Section;
use crate::profile::Told;

/// What the mapping says; `None` if it says nothing.
pub(super) fn told(mapping: &Section<'_>) -> Option<Box<Told>> {
    let mut told = Told { doc: plain(mapping, "doc"), ..Told::default() };
    if let Some(source) = mapping.section("source") {
        told.entra = plain(&source, "entra");
        told.okta = plain(&source, "okta");
        told.onelogin = plain(&source, "onelogin");
        source.finish();
    }
    (told != Told::default()).then(|| Box::new(told))
}

fn plain(section: &Section<'_>, key: &'static str) -> Option<String> {
    detail(section, key, section.text(key)?).map(str::to_owned)
}
