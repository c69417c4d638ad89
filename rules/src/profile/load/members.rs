//! `[group.members]`: memberships that the target keeps apart from the group's record.

use scim::Attribute;
use serde_json::Value;
use toml::de::DeValue;

use super::call::{self, Answer, CallShape, field, required_field};
use super::direct;
use super::operation::{NEEDS_ID, PAGES, is_paged, paging};
use super::scope::Subject;
use crate::call::Verb;
use crate::diagnostics::{Code, closest};
use crate::document::{Entry, Section, one_word, shortened, span, wrong_type};
use crate::profile::{CallRule, FieldPath, ListRule, MemberCall, MemberKind, MemberRules};
use crate::source::Span;

/// Most members in one call.
pub(super) const BATCH_MAX: usize = 10_000;

const WRITES: [Verb; 4] = [Verb::Post, Verb::Put, Verb::Patch, Verb::Delete];
const NEEDS_MEMBER: (&str, &str) = ("member", "it would not say which member");

/// What stands for the one member of a call, and for all of them.
const ONE: &str = "{member}";
const ALL: &str = "{members}";

/// `[group.members]`, if it is there and sound.
pub(super) fn read(subject: &Subject<'_, '_>, group: &Section<'_>) -> Option<MemberRules> {
    let section = group.section("members")?;
    let value = required_field(&section, "value", "\"id\"");
    let display = field(&section, "display");
    let kind = section.section("type").map(|table| kind(subject, table));
    let numeric = section.flag("numeric").unwrap_or_default();
    let check = section.flag("check").unwrap_or(true);
    let list = required(&section, "list", "{ get = \"/groups/{id}/members\", rows = \"members\" }");
    let list = list.and_then(|table| self::list(subject, table));
    let add = required(&section, "add", "{ put = \"/groups/{id}/members/{member}\" }");
    let add = add.and_then(|table| change(subject, table));
    let remove = required(&section, "remove", "{ delete = \"/groups/{id}/members/{member}\" }");
    let remove = remove.and_then(|table| change(subject, table));
    let has = section.section("has").and_then(|table| has(subject, table));
    let of = section.section("of").and_then(|table| of(subject, table));
    let rule = section.sheet.rule(section.name.as_str(), section.span);
    section.finish();
    let kind = match kind {
        Some(kind) => Some(kind?),
        None => None,
    };
    Some(MemberRules {
        rule,
        list: list?,
        value: value?,
        display,
        kind,
        numeric,
        add: add?,
        remove: remove?,
        has,
        of,
        check,
    })
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

// === calls that read ===

fn get(
    subject: &Subject<'_, '_>,
    section: &Section<'_>,
    needs: &[(&str, &'static str)],
    pages: &[&str],
) -> Option<CallRule> {
    let placeholders: Vec<String> =
        needs.iter().map(|(needed, _)| *needed).chain(pages.iter().copied()).map(str::to_owned).collect();
    let name = section.name.clone();
    let shape = CallShape { name, verbs: &[Verb::Get], answer: Answer::Rows, placeholders: &placeholders, needs };
    call::read(subject.names, section, &shape)
}

fn list(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<ListRule> {
    let call = get(subject, &section, &[NEEDS_ID], &PAGES);
    let paging = paging(&section, is_paged(call.as_ref()), None);
    section.finish();
    Some(ListRule { call: call?, paging: paging? })
}

fn has(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<CallRule> {
    let call = get(subject, &section, &[NEEDS_ID, NEEDS_MEMBER], &[]);
    section.finish();
    call
}

fn of(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<(CallRule, FieldPath)> {
    let call = get(subject, &section, &[NEEDS_MEMBER], &[]);
    let rows = required_field(&section, "rows", "\"groups\"");
    section.finish();
    Some((call?, rows?))
}

// === calls that write ===

/// Which members a body names.
#[derive(Default)]
struct Named {
    one: bool,
    all: bool,
    /// A text with braces names nothing.
    unknown: bool,
}

fn change(subject: &Subject<'_, '_>, section: Section<'_>) -> Option<MemberCall> {
    let placeholders = ["id", "member"].map(str::to_owned);
    let name = section.name.clone();
    let shape =
        CallShape { name, verbs: &WRITES, answer: Answer::Rows, placeholders: &placeholders, needs: &[NEEDS_ID] };
    let call = call::read(subject.names, &section, &shape);
    let body = section.value("body");
    let mut named = Named::default();
    let json = body.map(|entry| self::body(&section, entry, &mut named));
    let batch = section.number("batch", 1..=BATCH_MAX);
    let batched = section.value("batch");
    let path_names = call.as_ref().map(|call| call.path.names().any(|name| name == NEEDS_MEMBER.0));
    let span = section.span;
    if named.all && batched.is_none() {
        section.missing("batch", "100");
    }
    let report = |code, span, message: String, help: &str| {
        section.report(code, span, message, help);
        None
    };
    let sound = match (path_names, batched) {
        _ if named.unknown => None,
        (Some(in_path), _) if named.all && (named.one || in_path) => {
            let message = format!("`{}` is of one member and of several at once", section.name);
            report(Code::MemberCall, span, message, "keep one of `{member}` and `{members}`")
        }
        (_, Some(entry)) if !named.all => {
            let message = format!("`{}` is of one member, so `batch` means nothing", section.name);
            report(Code::MemberCall, entry.key.span, message, "write `{members}` in the body where all of them belong")
        }
        (Some(false), _) if !named.one && !named.all => {
            let message = format!("`{}` does not use `{{member}}`: {}", section.name, NEEDS_MEMBER.1);
            let help = "write `{member}` in the path, or `{member}` or `{members}` in the body";
            report(Code::MissingPlaceholder, span, message, help)
        }
        _ => Some(()),
    };
    section.finish();
    let body = match json {
        Some(json) => Some(json?),
        None => None,
    };
    sound.and_then(|()| Some(MemberCall { call: call?, body, batch: batch.unwrap_or(1) }))
}

/// A literal body, and which members it names.
fn body(section: &Section<'_>, entry: Entry<'_>, named: &mut Named) -> Option<Value> {
    if !entry.value.is_table() && !entry.value.is_array() {
        wrong_type(section.sheet, entry, "a table or an array: `{ ids = \"{members}\" }`");
        named.unknown = true;
        return None;
    }
    look_for_members(section, entry.value, entry.span, named);
    section.json(entry)
}

fn look_for_members(section: &Section<'_>, value: &DeValue<'_>, at: Span, named: &mut Named) {
    match value {
        DeValue::String(text) => match text.as_ref() {
            ONE => named.one = true,
            ALL => named.all = true,
            text if text.contains(['{', '}']) => {
                named.unknown = true;
                let help = match closest(text, [ONE, ALL]) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("a text of the body is `{ONE}`, `{ALL}`, or has no braces"),
                };
                let message = format!("`{}` has no value for `{}`", section.name, shortened(text));
                section.report(Code::UnknownPlaceholder, at, message, help);
            }
            _ => {}
        },
        DeValue::Array(elements) => {
            elements.iter().for_each(|element| look_for_members(section, element.get_ref(), span(element), named));
        }
        DeValue::Table(fields) => {
            fields.iter().for_each(|(_, field)| look_for_members(section, field.get_ref(), span(field), named));
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}
