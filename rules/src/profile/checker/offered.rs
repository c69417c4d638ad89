//! What an IdP will ask for: operations that can only be refused, and attributes that it sends and nobody takes.

use super::{At, Finding, finding, is_handled, is_read_by_write};
use crate::diagnostics::Code;
use crate::profile::{Apply, MemberRules, ResourceRules, Source};

/// Operations that discovery offers (RFC 7643 §5) and the product cannot do.
pub(super) fn operations(rules: &ResourceRules, members: Option<&MemberRules>, found: &mut Vec<Finding>) {
    let noun = rules.noun;
    if rules.is_fixed() {
        return;
    }
    // What matches and cannot be found is an error already.
    let is_told = rules.map.iter().any(|mapping| mapping.matching.is_some() && !matches!(mapping.source, Source::Keep));
    if rules.find.is_empty() && rules.list.is_empty() && !is_told {
        let message = format!("a filter on {noun}s can only be refused: nothing finds or lists them");
        let help = format!("add `[[{noun}.find]]` or `[{noun}.list]`");
        found.push(finding(Code::NotOffered, At::Map, message, help));
    }
    let changes = |index: usize| {
        let mapping = &rules.map[index];
        let is_written = match mapping.source {
            Source::Direct { .. } | Source::Emptied { .. } | Source::Keep => true,
            Source::Expression { .. } => is_read_by_write(rules, index),
            Source::Constant(_) => false,
        };
        is_written && mapping.apply == Apply::Always && !mapping.immutable && is_handled(rules, index)
    };
    if let Some(update) = rules.update.first().filter(|_| members.is_none() && !(0..rules.map.len()).any(changes)) {
        let message = format!("PATCH of {noun}s is offered and always refused: no attribute can change");
        let help = "take the update away, or the `immutable` where a change is possible";
        found.push(finding(Code::NotOffered, At::Line(update.call.rule.line), message, help));
    }
}

/// What Entra ID and Okta send of a user unless somebody changes their attribute mappings (idp-dialects §1f and §2b). A hint, so a
/// list that is not complete does no harm.
const SENT: [(&str, &str); 26] = [
    ("displayName", "Entra ID and Okta"),
    ("externalId", "Entra ID and Okta"),
    ("active", "Entra ID and Okta"),
    ("name.givenName", "Entra ID and Okta"),
    ("name.familyName", "Entra ID and Okta"),
    ("name.formatted", "Entra ID"),
    ("name.middleName", "Okta"),
    ("name.honorificPrefix", "Okta"),
    ("name.honorificSuffix", "Okta"),
    ("nickName", "Okta"),
    ("profileUrl", "Okta"),
    ("title", "Entra ID and Okta"),
    ("userType", "Okta"),
    ("preferredLanguage", "Entra ID and Okta"),
    ("locale", "Okta"),
    ("timezone", "Okta"),
    ("emails", "Entra ID and Okta"),
    ("phoneNumbers", "Entra ID and Okta"),
    ("addresses", "Entra ID and Okta"),
    ("employeeNumber", "Entra ID and Okta"),
    ("costCenter", "Okta"),
    ("organization", "Okta"),
    ("division", "Okta"),
    ("department", "Entra ID and Okta"),
    ("manager", "Entra ID and Okta"),
    ("password", "Okta"),
];

/// Notes of attributes that are sent to this profile in vain.
pub(super) fn dropped(rules: &ResourceRules, found: &mut Vec<Finding>) {
    if rules.noun != "user" {
        return;
    }
    for (name, by) in SENT {
        // `emails[type eq "work"].value`, `name` as a whole, and attributes behind the URN of an extension count.
        let own = |mapped: &str| mapped.rsplit("User:").next().unwrap_or_default().to_owned();
        let covers = |mapped: &str| {
            let mapped = own(mapped);
            let outer = |outer: &str, inner: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            outer(name, &mapped) || outer(&mapped, name)
        };
        if !rules.map.iter().any(|mapping| covers(&mapping.name)) {
            let message = format!("{by} send `{name}` unless told otherwise: it is dropped");
            let message = if by == "Entra ID and Okta" { message } else { message.replacen("send", "sends", 1) };
            found.push(finding(
                Code::Dropped,
                At::Map,
                message,
                "nothing need be done; map it if the product has a place for it",
            ));
        }
    }
}
