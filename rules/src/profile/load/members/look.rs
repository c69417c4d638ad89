//! `find`, `has` and `of` of `[group.members]`, and the read of `merge`: questions about single memberships.

use json::Value;

use super::super::call::{self, Answer, CallShape, READS, field, required_field, writable_field};
use super::super::operation::NEEDS_ID;
use super::super::scope::Subject;
use super::{NEEDS_MEMBER, get};
use crate::diagnostics::Code;
use crate::document::Section;
use crate::profile::{GroupsOf, IdField, MemberLook, Merge};

/// Asked before a membership is ended, for its key.
pub(super) fn find(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<MemberLook> {
    let rows = required_field(&section, "rows", "\"memberships\"");
    let key = required_field(&section, "key", "\"id\"");
    let look = question(subject, &section);
    section.finish();
    let (rows, key) = (Some(rows?), Some(key?));
    Some(MemberLook { rows, key, ..look? })
}

/// Whether somebody is a member.
pub(super) fn has(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<MemberLook> {
    let rows = field(&section, "rows");
    let look = question(subject, &section);
    section.finish();
    Some(MemberLook { rows, ..look? })
}

/// A question that names group and member, each in its path or by a field of the answer that holds it.
fn question(subject: &Subject<'_, '_>, section: &Section<'_>) -> Option<MemberLook> {
    let (group, member) = (id_field(section, "group"), id_field(section, "member"));
    let told = |key| section.value(key).is_some();
    let needs: Vec<_> = [("group", NEEDS_ID), ("member", NEEDS_MEMBER)]
        .iter()
        .filter(|(key, _)| !told(key))
        .map(|(_, needs)| *needs)
        .collect();
    let call = get(subject, section, &["id", "member"], &needs);
    Some(MemberLook { call: call?, rows: None, group, member, key: None })
}

/// The groups of a member.
pub(super) fn of(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<GroupsOf> {
    let call = get(subject, &section, &["member"], &[NEEDS_MEMBER]);
    let rows = required_field(&section, "rows", "\"groups\"");
    let id = id_field(&section, "id");
    section.finish();
    Some(GroupsOf { call: call?, rows: rows?, id })
}

/// The field at `key`, whose ids are links if `last_part` says so.
fn id_field(section: &Section<'_>, key: &'static str) -> Option<IdField> {
    let last_part = section.flag("last_part").unwrap_or_default();
    field(section, key).map(|field| IdField { field, last_part })
}

/// Membership as a field of the member.
pub(super) fn merge(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<Merge> {
    let placeholders = ["id", "member"].map(str::to_owned);
    let shape = CallShape {
        name: section.name.clone(),
        verbs: &READS,
        answer: Answer::Record,
        placeholders: &placeholders,
        needs: &[NEEDS_MEMBER],
    };
    let call = call::read(subject.names, &section, &shape);
    let target = section.required_text("field", "\"team_ids\"").and_then(|text| writable_field(&section, text));
    let id = field(&section, "id").unwrap_or_default();
    let is_single = section.flag("single").unwrap_or_default();
    let none = section.value("none").map(|entry| section.scalar(entry));
    let misplaced = if is_single { section.value("id") } else { section.value("none") };
    let fits = misplaced.is_none();
    if let Some(entry) = misplaced {
        let (message, help) = if is_single {
            ("a field of one group has no elements", "take `id` or `single` away")
        } else {
            ("a list without groups is empty", "write `single = true` if the field holds one group, or take it away")
        };
        section.report(Code::Unfit, entry.key.span, message, help);
    }
    section.finish();
    let none = match none {
        Some(none) => none?,
        None => Value::Null,
    };
    fits.then_some(Merge { call: call?, field: target?, id, single: is_single.then_some(none) })
}
