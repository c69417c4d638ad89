//! Ids that change (`id_changes`), where other records hold them: nothing translates them there.
//!
//! A member or a manager is named by SCIM's id, and the product would take it for the name that it once was: somebody else may
//! have that name by now.

use crate::diagnostics::Code;
use crate::document::{Section, Sheet};
use crate::profile::{GroupRules, Mapping, ResourceRules, Source};
use crate::source::Span;

/// Where `[user]` and `[group]` say that their ids change.
pub(super) fn spans(user: Option<&Section<'_>>, group: Option<&Section<'_>>) -> [Option<Span>; 2] {
    [user, group].map(|section| section.and_then(|section| section.value("id_changes")).map(|entry| entry.key.span))
}

/// Notes where an id that changes stands in another record.
pub(super) fn check(sheet: &Sheet<'_>, spans: [Option<Span>; 2], user: &ResourceRules, group: Option<&GroupRules>) {
    let told = |span: Option<Span>, noun: &str, place: Option<String>| {
        if let (Some(span), Some(place)) = (span, place) {
            let message = format!("ids of {noun}s stand in {place} too, where nothing follows their changes");
            let help = "take an id that never changes if the product has one, or leave that attribute to the product";
            sheet.report(Code::RenamedElsewhere, span, message, help);
        }
    };
    let members = group.and_then(|group| group.members.as_ref());
    let listed = group.and_then(|group| held(&group.resource, "members"));
    if user.id_changes {
        let apart = members.map(|_| "`[group.members]`".to_owned());
        told(spans[0], "user", apart.or_else(|| listed.clone()).or_else(|| held(user, "manager")));
    }
    if group.is_some_and(|group| group.resource.id_changes) {
        let nested = members.filter(|members| members.kind.is_some()).map(|_| "`[group.members]`".to_owned());
        told(spans[1], "group", nested.or(listed).or_else(|| held(user, "groups")));
    }
}

/// The mapping of the attribute `name` that has a field of ids, in words.
fn held(rules: &ResourceRules, name: &str) -> Option<String> {
    let is_it = |mapping: &&Mapping| {
        let short = mapping.name.rsplit(':').next().unwrap_or_default();
        let whole = short.split(['.', '[']).next().unwrap_or_default();
        // Who is looked up by another field is not named by the id.
        whole == name && matches!(mapping.source, Source::Direct { lookup: None, .. })
    };
    rules.map.iter().find(is_it).map(|mapping| format!("`{}`", mapping.name))
}
