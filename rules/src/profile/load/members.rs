//! `[group.members]`: memberships that the target keeps apart from the group's record.

mod body;
mod look;
mod writing;

use scim::Attribute;

use self::body::Placeholders;
use super::call::{self, Answer, CallShape, READS, field, required_field};
use super::direct;
use super::operation::NEEDS_ID;
use super::paging::{self, PAGES};
use super::scope::Subject;
use super::text;
use crate::diagnostics::Code;
use crate::document::{Section, one_word};
use crate::profile::{CallRule, FieldPath, IdField, ListRule, MemberCall, MemberKind, MemberRules, MemberWrites};
use crate::template::TextTemplate;

/// Most members in one call.
pub(super) const BATCH_MAX: usize = 10_000;
/// Most ids that are hidden.
pub(super) const HIDDEN_MAX: usize = 100;

/// What a call about one member must name.
const NEEDS_MEMBER: (&str, &str) = ("member", "it would not say which member");

/// `[group.members]`, if it is there and sound.
pub(super) fn read(subject: &Subject<'_, '_>, group: &Section<'_>) -> Option<MemberRules> {
    let section = group.section("members")?;
    let placeholders = Placeholders::of(subject, group);
    let last_part = section.flag("last_part").unwrap_or_default();
    let value = required_field(&section, "value", "\"id\"").map(|field| IdField { field, last_part });
    let display = field(&section, "display");
    let kind = section.section("type").map(|table| kind(subject, table));
    section.value("numeric");
    let numeric = subject.names.is_numeric("group.members", "member");
    let check = section.flag("check").unwrap_or(true);
    let hidden = hidden(subject, &section);
    let list = required(&section, "list", "{ get = \"/groups/{id}/members\", rows = \"members\" }");
    let list = list.and_then(|table| self::list(subject, table));
    let key = field(&section, "key");
    let find = section.section("find").map(|table| look::find(subject, table));
    let writes = writes(subject, &section, &placeholders);
    let has = section.section("has").map(|table| look::has(subject, table));
    let of = section.section("of").map(|table| look::of(subject, table));
    let rule = section.sheet.rule(section.name.as_str(), section.span);
    let keyed = writes.as_ref().map(|writes| check_key(&section, writes, key.as_ref()));
    section.finish();
    let (kind, find, has, of) = (settled(kind)?, settled(find)?, settled(has)?, settled(of)?);
    let ((list, group), writes) = (list?, writes?);
    let group = group.map(|field| IdField { field, last_part });
    keyed.flatten()?;
    let id = placeholders.id.clone();
    let (value, hidden) = (value?, hidden?);
    let rules =
        MemberRules { rule, id, list, group, value, display, kind, numeric, key, writes, find, has, of, check, hidden };
    Some(rules)
}

/// `None` only for what is there and not sound.
#[expect(clippy::option_option, reason = "nothing there, and something wrong there, are two things")]
fn settled<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(read) => read.map(Some),
        None => Some(None),
    }
}

/// The table at `key`, which must be there.
fn required<'d>(section: &Section<'d>, key: &'static str, example: &str) -> Option<Section<'d>> {
    if section.value(key).is_none() {
        section.missing(key, example);
    }
    section.section(key)
}

/// `{ field = "kind", values = { User = "person", Group = "team" } }`.
fn kind(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<MemberKind> {
    let field = required_field(&section, "field", "\"kind\"");
    let values = section.value("values");
    if values.is_none() {
        section.missing("values", "{ User = \"person\", Group = \"team\" }");
    }
    let values = values.and_then(|entry| {
        let table = direct::value_table(&section, entry, type_of_members(subject)?)?;
        let keys = section.subsection(entry, section.name.clone())?.entries();
        let known = [("User", ()), ("Group", ())];
        let sound = keys.iter().filter(|key| one_word(section.sheet, key.key, "type", &known).is_none()).count() == 0;
        sound.then_some(table)
    });
    section.finish();
    Some(MemberKind { field: field?, values: values? })
}

fn type_of_members<'s>(subject: &'s Subject<'_, '_>) -> Option<&'s Attribute> {
    subject.kind.schema.attribute("members")?.sub_attribute("type")
}

/// Ids that nobody sees: texts over parameters.
fn hidden(subject: &Subject<'_, '_>, section: &Section<'_>) -> Option<Vec<TextTemplate>> {
    let known = text::Known { what: "hidden", placeholders: &[], secrets: false };
    let texts = section.texts("hidden", HIDDEN_MAX).into_iter();
    let hidden: Vec<_> = texts.map(|text| text::template(subject.names, text, known)).collect();
    hidden.into_iter().collect()
}

// === calls ===

/// A call that reads.
fn get(
    subject: &Subject<'_, '_>,
    section: &Section<'_>,
    placeholders: &[&str],
    needs: &[(&str, &'static str)],
) -> Option<CallRule> {
    let placeholders: Vec<String> = placeholders.iter().map(|&name| name.to_owned()).collect();
    let name = section.name.clone();
    let shape = CallShape { name, verbs: &READS, answer: Answer::Rows, placeholders: &placeholders, needs };
    call::read(subject.names, section, &shape)
}

/// `list`, and the field of its rows that says whose members they are.
fn list(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<(ListRule, Option<FieldPath>)> {
    let group = field(&section, "group");
    let needs: &[_] = if section.value("group").is_some() { &[] } else { &[NEEDS_ID] };
    let placeholders: Vec<&str> = std::iter::once("id").chain(PAGES).collect();
    let mut call = get(subject, &section, &placeholders, needs);
    let paging = paging::read(&section, call.as_mut(), None, None, None);
    section.finish();
    Some((ListRule { call: call?, paging: paging? }, group))
}

/// `add` and `remove`, or `set`.
fn writes(subject: &Subject<'_, '_>, section: &Section<'_>, placeholders: &Placeholders) -> Option<MemberWrites> {
    if section.value("set").is_none() {
        let add = required(section, "add", "{ put = \"/groups/{id}/members/{member}\" }");
        let add = add.and_then(|table| writing::change(subject, table, placeholders, writing::Of::Add));
        let remove = required(section, "remove", "{ delete = \"/groups/{id}/members/{member}\" }");
        let remove = remove.and_then(|table| writing::change(subject, table, placeholders, writing::Of::Remove));
        return Some(MemberWrites::Each { add: add?, remove: remove? });
    }
    let beside = ["add", "remove", "find", "key"];
    for entry in beside.into_iter().filter_map(|key| section.value(key)) {
        let message = format!("`{}` means nothing beside `set`, which says who all members are", entry.key.value);
        section.report(Code::OneOf, entry.key.span, message, "keep one of the two");
    }
    let set = section.section("set")?;
    writing::change(subject, set, placeholders, writing::Of::Set).map(MemberWrites::Whole)
}

/// `{key}` is given once and used.
fn check_key(section: &Section<'_>, writes: &MemberWrites, key: Option<&FieldPath>) -> Option<()> {
    let MemberWrites::Each { remove, .. } = writes else { return Some(()) };
    let span = |key| section.value(key).map_or(section.span, |entry| entry.key.span);
    let report = |key, message: &str, help: &str| {
        section.report(Code::MembershipKey, span(key), message, help);
        None
    };
    match (uses_key(remove), section.value("find"), key) {
        (true, None, None) => {
            let help = "write `find = { …, key = \"id\" }`, or `key = \"id\"` for a field of the rows of `list`";
            report("remove", "nothing says what `{key}` stands for", help)
        }
        (true, Some(_), Some(_)) => {
            report("key", "`find` gives the key of a membership already", "keep one of `find` and `key`")
        }
        (false, Some(_), _) => report("find", "`remove` does not use `{key}`", "write `{key}` where it belongs"),
        (false, None, Some(_)) => report("key", "`remove` does not use `{key}`", "write `{key}` where it belongs"),
        (true, ..) | (false, None, None) => Some(()),
    }
}

fn uses_key(call: &MemberCall) -> bool {
    let in_body = call.body.as_ref().is_some_and(|body| body.names().contains(&writing::KEY));
    in_body || call.call.names().any(|name| name == writing::KEY)
}
