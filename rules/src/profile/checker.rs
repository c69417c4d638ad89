//! Checks across the rules of a profile, when each is sound by itself; and the questions that others ask of them.

mod offered;
mod sent;
mod shadowed;

use scim::ScimType;
use scim::filter::CompareOp;

use super::{
    Apply, ChangeOf, ErrorMeaning, ErrorRule, Existing, Look, Mapping, MemberRules, ResourceRules, Source, UpdateRule,
    Which, Write, WriteSource,
};
use crate::diagnostics::Code;

pub(super) use self::shadowed::errors;

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
    /// `[user.map]` or `[group.map]`.
    Map,
    /// A mapping, by index.
    Mapping(usize),
    /// A computed field, by index.
    Write(usize),
    /// `look` of a create.
    Look,
    /// `existing` of a create.
    Existing,
    /// `gone` of a create.
    Gone,
    /// `[group.members]`.
    Members,
    /// The rule that stands in this line.
    Line(usize),
}

/// Everything that is wrong across rules; `members` are those that the target keeps apart.
pub(super) fn check(rules: &ResourceRules, members: Option<&MemberRules>, errors: &[ErrorRule]) -> Vec<Finding> {
    let mut found = Vec::new();
    named(rules, &mut found);
    matching(rules, &mut found);
    written_twice(rules, &mut found);
    computed_options(rules, &mut found);
    conflict(rules, errors, &mut found);
    existing(rules, &mut found);
    revives(rules, &mut found);
    if let Some(members) = members {
        apart(rules, members, &mut found);
    }
    let mut lost = Vec::new();
    sent::lost(rules, &mut lost);
    // What no call sends is lost; that its changes are lost too is no second problem.
    let is_lost = |index| lost.iter().any(|finding: &Finding| finding.at == At::Mapping(index));
    unhandled(rules, is_lost, &mut found);
    found.append(&mut lost);
    sent::required_fields(rules, &mut found);
    sent::carried_twice(rules, &mut found);
    shadowed::updates(rules, &mut found);
    offered::operations(rules, members, &mut found);
    offered::dropped(rules, &mut found);
    found
}

fn finding(code: Code, at: At, message: impl Into<String>, help: impl Into<String>) -> Finding {
    Finding { code, at, message: message.into(), help: help.into() }
}

/// What every user or group has is mapped.
fn named(rules: &ResourceRules, found: &mut Vec<Finding>) {
    let (code, name, help) = match rules.noun {
        "group" => (Code::NoDisplayName, "displayName", "write `displayName = { direct = \"name\", match = 1 }`"),
        _ => (Code::NoUserName, "userName", "write `userName = { direct = \"login\", match = 1 }`"),
    };
    if !rules.map.iter().any(|mapping| mapping.name == name) {
        let message = format!("`{name}` is not mapped; every SCIM {} has one", rules.noun);
        found.push(finding(code, At::Map, message, help));
    }
}

/// Something matches users, and what matches can be found. Groups may have one name twice, so they need not match.
fn matching(rules: &ResourceRules, found: &mut Vec<Finding>) {
    if rules.noun == "user" && rules.create.is_some() && !matches_by_any(rules) {
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
            || !rules.list.is_empty()
            || rules.find.iter().any(|find| find.by == index && find.op == CompareOp::Eq);
        if !findable {
            let message = format!("`{}` has `match`, and the target cannot be searched by it", mapping.name);
            let noun = rules.noun;
            let help = format!("write `[[{noun}.find]]` with `by = '{}'`, or `[{noun}.list]`", mapping.name);
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
            let help =
                format!("write a field from it in `[{}.write]`: {{ expression = '[{}]' }}", rules.noun, mapping.name);
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
    // Of users something must match anyway.
    if waits && rules.noun == "group" && !matches_by_any(rules) {
        let message =
            "no mapping has `match`: a create that the product refuses as a duplicate finds nothing, and is refused";
        let help = "write `match = 1` at the attribute that tells groups apart, or take `look` away";
        found.push(finding(Code::LookNotMatched, At::Look, message, help));
    }
}

/// A create that changes what it finds must be able to find and to change it.
fn existing(rules: &ResourceRules, found: &mut Vec<Finding>) {
    if rules.create.as_ref().is_none_or(|create| create.existing == Existing::Refuse) {
        return;
    }
    if rules.update.is_empty() {
        let message = format!("nothing can change a {} that is there already", rules.noun);
        let help = format!("add an `[[{}.update]]`, or write `existing = \"refuse\"`", rules.noun);
        found.push(finding(Code::NoUpdate, At::Existing, message, help));
    }
    if !matches_by_any(rules) {
        let message = format!("no mapping has `match`: a {} that is there already is never found", rules.noun);
        let help = "write `match = 1` at the attribute that tells them apart";
        found.push(finding(Code::NoMatch, At::Existing, message, help));
    }
}

/// A create that revives must know what is gone, find it, and be able to change it.
fn revives(rules: &ResourceRules, found: &mut Vec<Finding>) {
    if !rules.create.as_ref().is_some_and(|create| create.revives) {
        return;
    }
    let noun = rules.noun;
    let (message, help) = if rules.record.gone.is_none() {
        ("nothing says what a tombstone is".to_owned(), format!("write `gone = \"…\"` in `[{noun}]`"))
    } else if rules.update.is_empty() {
        (format!("nothing can change a {noun} that is gone"), format!("add an `[[{noun}.update]]`"))
    } else {
        return;
    };
    found.push(finding(Code::NoTombstone, At::Gone, message, help));
}

/// Members are kept apart or in the record, and can be asked for.
fn apart(rules: &ResourceRules, members: &MemberRules, found: &mut Vec<Finding>) {
    let mapped = |mapping: &Mapping| mapping.name.split(['.', '[']).next() == Some("members");
    for (index, mapping) in rules.map.iter().enumerate().filter(|(_, mapping)| mapped(mapping)) {
        let message = format!("`{}` is mapped already, by `[group.members]`", mapping.name);
        found.push(finding(Code::MappedTwice, At::Mapping(index), message, "take one of the two away"));
    }
    found.extend(unasked(members));
}

/// A target that cannot be asked about members.
pub(super) fn unasked(members: &MemberRules) -> Option<Finding> {
    if members.asks_has() || members.asks_of() {
        return None;
    }
    let message = "a filter on `members` has to read the members of every group";
    let help = "write `has`, `of` or both, if the product can be asked";
    Some(finding(Code::MembersNotAsked, At::Members, message, help))
}

/// Changes that no rule handles would be lost.
fn unhandled(rules: &ResourceRules, is_lost: impl Fn(usize) -> bool, found: &mut Vec<Finding>) {
    for (index, mapping) in rules.map.iter().enumerate() {
        if !mapping.immutable && !is_handled(rules, index) && !is_lost(index) {
            let message = format!("no update handles a change of `{}`: it can be set at creation only", mapping.name);
            let help = format!("add an `[[{}.update]]` without `when`, or write `immutable = true`", rules.noun);
            found.push(finding(Code::Unhandled, At::Mapping(index), message, help));
        }
    }
}

// === questions ===

fn matches_by_any(rules: &ResourceRules) -> bool {
    rules.map.iter().any(|mapping| mapping.matching.is_some())
}

/// Whether every change of the mapping is dealt with: by a call, by the store, or by never being written.
pub(super) fn is_handled(rules: &ResourceRules, index: usize) -> bool {
    let mapping = &rules.map[index];
    let written = match &mapping.source {
        Source::Keep | Source::Constant(_) => false,
        Source::Direct { .. } | Source::Emptied { .. } => mapping.apply == Apply::Always,
        Source::Expression { .. } => is_read_by_write(rules, index),
    };
    // What no body has is changed by rules that name it.
    let rest = mapping.in_body && rules.update.iter().any(UpdateRule::is_rest);
    !written
        || rest
        || is_named(&rules.update, mapping, index)
        || comes_and_goes(&rules.update, index)
        || is_named_by_field(rules, index)
}

/// Whether update rules are made for each value that comes and for each that goes.
fn comes_and_goes(updates: &[UpdateRule], index: usize) -> bool {
    let takes = |which: Which| {
        updates.iter().filter_map(|rule| rule.each).any(|each| each.attribute == index && each.which == which)
    };
    takes(Which::Added) && takes(Which::Removed)
}

/// Whether update rules name every value that the attribute can change to.
fn is_named(updates: &[UpdateRule], mapping: &Mapping, index: usize) -> bool {
    let values: Vec<_> =
        updates.iter().filter_map(|rule| rule.when.as_ref()).filter(|when| when.is_of(index)).collect();
    let boolean = mapping.attribute.leaf().is_some_and(|leaf| leaf.kind == scim::Kind::Boolean);
    values.iter().any(|when| when.to.is_none()) || (boolean && values.len() == 2)
}

/// Whether update rules name every computed field that is made from the attribute.
fn is_named_by_field(rules: &ResourceRules, index: usize) -> bool {
    let whole = |write: &Write| {
        let of = ChangeOf::Written(write.field.clone());
        rules.update.iter().filter_map(|rule| rule.when.as_ref()).any(|when| when.to.is_none() && when.of == of)
    };
    is_read_by_write(rules, index) && rules.write.iter().filter(|write| reads(write, &rules.map[index].name)).all(whole)
}

/// Whether a computed field is made from the attribute.
pub(super) fn is_read_by_write(rules: &ResourceRules, index: usize) -> bool {
    rules.write.iter().any(|write| reads(write, &rules.map[index].name))
}

fn reads(write: &Write, name: &str) -> bool {
    match &write.source {
        WriteSource::Constant(_) | WriteSource::Random(_) => false,
        WriteSource::Expression { attributes, .. } => attributes.iter().any(|path| path.to_string() == *name),
    }
}
