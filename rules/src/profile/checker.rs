//! Checks across the rules of a profile, when each is sound by itself; and the questions that others ask of them.

use scim::ScimType;

use super::{Apply, ErrorMeaning, ErrorRule, Look, Mapping, ResourceRules, Source, UpdateRule, WriteSource};
use crate::diagnostics::Code;

/// A problem of the rules; the loader knows where each thing stands.
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) at: At,
    pub(super) message: String,
    pub(super) help: String,
}

/// What a finding is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// `[user.map]`.
    Map,
    /// A mapping, by index.
    Mapping(usize),
    /// A computed field, by index.
    Write(usize),
    /// `look` of `[user.create]`.
    Look,
}

/// Everything that is wrong across rules.
pub(super) fn check(rules: &ResourceRules, errors: &[ErrorRule]) -> Vec<Finding> {
    let mut found = Vec::new();
    matching(rules, &mut found);
    written_twice(rules, &mut found);
    computed_options(rules, &mut found);
    conflict(rules, errors, &mut found);
    unhandled(rules, &mut found);
    found
}

fn finding(code: Code, at: At, message: impl Into<String>, help: impl Into<String>) -> Finding {
    Finding { code, at, message: message.into(), help: help.into() }
}

/// `userName` is there, something matches, and what matches can be found.
fn matching(rules: &ResourceRules, found: &mut Vec<Finding>) {
    if !rules.map.iter().any(|mapping| mapping.name == "userName") {
        let help = "write `userName = { direct = \"login\", match = 1 }`";
        found.push(finding(Code::NoUserName, At::Map, "`userName` is not mapped; every SCIM user has one", help));
    }
    if rules.map.iter().all(|mapping| mapping.matching.is_none()) {
        let help = "write `match = 1` at the attribute that tells users apart, most often `userName`";
        let message = "no mapping has `match`: a create could not look for an existing record";
        found.push(finding(Code::NoMatch, At::Map, message, help));
    }
    for (index, mapping) in rules.map.iter().enumerate().filter(|(_, mapping)| mapping.matching.is_some()) {
        if rules.map[..index].iter().any(|other| other.matching == mapping.matching) {
            let message = "another mapping has this `match` precedence already";
            found.push(finding(Code::MatchTwice, At::Mapping(index), message, "number them 1, 2, 3"));
        }
        // The store finds what it keeps; a list can be walked.
        let findable = matches!(mapping.source, Source::Keep)
            || rules.list.is_some()
            || rules.find.iter().any(|find| find.by == index);
        if !findable {
            let message = format!("`{}` has `match`, and the target cannot be searched by it", mapping.name);
            let help = format!("write `[[user.find]]` with `by = '{}'`, or `[user.list]`", mapping.name);
            found.push(finding(Code::MatchNotFound, At::Mapping(index), message, help));
        }
    }
}

/// No field of the target is written by two rules.
fn written_twice(rules: &ResourceRules, found: &mut Vec<Finding>) {
    let direct = rules.map.iter().enumerate().filter_map(|(index, mapping)| match &mapping.source {
        Source::Direct { field, .. } => Some((field, At::Mapping(index), &mapping.rule)),
        _ => None,
    });
    let computed = rules.write.iter().enumerate().map(|(index, write)| (&write.field, At::Write(index), &write.rule));
    let fields: Vec<_> = direct.chain(computed).collect();
    for (place, (field, at, _)) in fields.iter().enumerate() {
        if let Some((other, _, rule)) = fields[..place].iter().find(|(other, ..)| other.overlaps(field)) {
            let message = format!("`{field}` is written already, as `{other}` by `{}`", rule.name);
            let help = format!("only read it here: `{{ expression = '[{field}]' }}`");
            found.push(finding(Code::WrittenTwice, *at, message, help));
        }
    }
}

/// `required`, `immutable` and `default` of a computed attribute need a field that is made from it.
fn computed_options(rules: &ResourceRules, found: &mut Vec<Finding>) {
    for (index, mapping) in rules.map.iter().enumerate() {
        let Source::Expression { .. } = mapping.source else { continue };
        let asks = mapping.immutable || mapping.default.is_some();
        if asks && !is_read_by_write(rules, index) {
            let message = format!("`{}` is only read, so `immutable` and `default` mean nothing", mapping.name);
            let help = format!("write a field from it in `[user.write]`: {{ expression = '[{}]' }}", mapping.name);
            found.push(finding(Code::Unfit, At::Mapping(index), message, help));
        }
    }
}

/// A create that looks only after a conflict must be told what a conflict is.
fn conflict(rules: &ResourceRules, errors: &[ErrorRule], found: &mut Vec<Finding>) {
    let duplicate = |error: &ErrorRule| {
        matches!(error.means, ErrorMeaning::Scim { status: 409, scim_type: Some(ScimType::Uniqueness), .. })
    };
    let waits = rules.create.as_ref().is_some_and(|create| create.look == Look::OnConflict);
    if waits && !errors.iter().any(duplicate) {
        let message = "no error row says which answer of the target is a duplicate";
        let help = "add an `[[error]]` with `scim = { status = 409, type = \"uniqueness\", detail = \"…\" }`";
        found.push(finding(Code::NoConflictRow, At::Look, message, help));
    }
}

/// Changes that no rule handles would be lost.
fn unhandled(rules: &ResourceRules, found: &mut Vec<Finding>) {
    for (index, mapping) in rules.map.iter().enumerate() {
        if !mapping.immutable && !is_handled(rules, index) {
            let message = format!("no update handles a change of `{}`: it can be set at creation only", mapping.name);
            let help = "add an `[[user.update]]` without `when`, or write `immutable = true`";
            found.push(finding(Code::Unhandled, At::Mapping(index), message, help));
        }
    }
}

// === questions ===

/// Whether every change of the mapping is dealt with: by a call, by the store, or by never being written.
pub(super) fn is_handled(rules: &ResourceRules, index: usize) -> bool {
    let mapping = &rules.map[index];
    let written = match &mapping.source {
        Source::Keep | Source::Constant(_) => false,
        Source::Direct { .. } => mapping.apply == Apply::Always,
        Source::Expression { .. } => is_read_by_write(rules, index),
    };
    !written || rules.update.iter().any(|rule| rule.when.is_none()) || is_named(&rules.update, mapping, index)
}

/// Whether update rules name every value that the attribute can change to.
fn is_named(updates: &[UpdateRule], mapping: &Mapping, index: usize) -> bool {
    let values: Vec<_> =
        updates.iter().filter_map(|rule| rule.when.as_ref()).filter(|when| when.attribute == index).collect();
    let boolean = mapping.attribute.leaf().is_some_and(|leaf| leaf.kind == scim::Kind::Boolean);
    values.iter().any(|when| when.to.is_none()) || (boolean && values.len() == 2)
}

/// Whether a computed field is made from the attribute.
pub(super) fn is_read_by_write(rules: &ResourceRules, index: usize) -> bool {
    let name = &rules.map[index].name;
    rules.write.iter().any(|write| match &write.source {
        WriteSource::Constant(_) => false,
        WriteSource::Expression { attributes, .. } => attributes.iter().any(|path| path.to_string() == *name),
    })
}
