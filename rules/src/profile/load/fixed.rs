//! `[group] fixed`: groups that are in no target: their names stand in the profile, their members are what the target knows.
//!
//! They are read by rules like all others, which are written out here; the records come from the profile instead of a call.

use json::{Value, json};
use scim::schema::Mutability;

use super::scope::{Names, Subject};
use super::speech::Speech;
use super::{members, resource, schema};
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Sheet, shortened, wrong_type};
use crate::profile::checker::{self, Finding};
use crate::profile::{ErrorRule, GroupRules};
use crate::source::RuleRef;

/// Most fixed groups.
pub(super) const FIXED_MAX: usize = 1_000;

/// How fixed groups are read. Neither call is ever made.
const RULES: &str = r#"[group]
id = "id"
map = { displayName = { direct = "displayName", required = true, immutable = true } }
get = { get = "/{id}" }
list = { get = "/", rows = "" }
"#;

/// What a group of the target has, and a fixed one has not.
const OTHERS: [&str; 15] = [
    "id",
    "schema",
    "map",
    "write",
    "find",
    "get",
    "list",
    "sort",
    "create",
    "update",
    "delete",
    "join",
    "secret",
    "protected",
    "gone",
];

/// `[group]` with `fixed`.
pub(super) fn group(names: &Names<'_>, section: Section<'_>, errors: &[ErrorRule]) -> Option<GroupRules> {
    let problems = names.sheet.count();
    for entry in OTHERS.into_iter().filter_map(|key| section.value(key)) {
        let message = format!("`{}` means nothing for groups that are `fixed`", entry.key.value);
        section.report(
            Code::OneOf,
            entry.key.span,
            message,
            "keep `fixed` and `[group.members]` only, or take `fixed` away",
        );
    }
    let span = section.value("fixed").map_or(section.span, |entry| entry.key.span);
    let rule = section.sheet.rule("group.fixed", span);
    let fixed = records(&section);
    let subject = Subject { names, noun: "group", kind: schema::groups(Vec::new()) };
    let members = members::read(&subject, &section);
    section.value("members");
    section.finish();
    if names.sheet.count() != problems {
        return None;
    }
    let sheet = Sheet::new("", RULES);
    let read = |document: Section<'_>| {
        let (params, lookups) = (Vec::new(), Vec::new());
        let names = Names { sheet: document.sheet, params, lookups, speech: Speech::default(), numeric: Vec::new() };
        let subject = Subject { names: &names, noun: "group", kind: schema::groups(Vec::new()) };
        resource::resource(&subject, document.section("group")?, None, errors)
    };
    let mut resource = sheet.document(RULES.len(), read)??;
    if let Some(members) = &members {
        schema::show_members(&mut resource, members);
        if let Some(Finding { code, message, help, .. }) = checker::unasked(members) {
            names.sheet.report(code, span, message, help);
        }
    }
    // Whoever writes the name that a group has, as an IdP does that links it, changes nothing; nobody can give it another one.
    let attributes = &mut resource.kind.schema.attributes;
    if let Some(name) = attributes.iter_mut().find(|attribute| attribute.name == "displayName") {
        name.mutability = Mutability::Immutable;
    }
    resource.fixed = fixed;
    let stands_here = |other: &mut RuleRef| (other.line, other.file) = (rule.line, rule.file.clone());
    resource.map.iter_mut().for_each(|mapping| stands_here(&mut mapping.rule));
    resource.list.iter_mut().for_each(|list| stands_here(&mut list.call.rule));
    stands_here(&mut resource.get.rule);
    Some(GroupRules { resource, members })
}

/// `[{ id = "basic", displayName = "Basic" }, …]`.
fn records(section: &Section<'_>) -> Vec<Value> {
    let mut records: Vec<Value> = Vec::new();
    let is_empty = |entry: &Entry<'_>| entry.value.as_array().is_some_and(|groups| groups.is_empty());
    if let Some(entry) = section.value("fixed").filter(is_empty) {
        let help = "write `fixed = [{ id = \"basic\", displayName = \"Basic\" }]`, or take `[group]` away";
        section.report(Code::MissingKey, entry.span, "`fixed` has no group", help);
    }
    for group in section.sections("fixed", FIXED_MAX) {
        let Some(record) = record(&group) else { continue };
        let same = |field: &str| {
            let text = |record: &Value| record[field].to_string().to_lowercase();
            records.iter().any(|other| text(other) == text(&record))
        };
        for field in ["id", "displayName"].into_iter().filter(|field| same(field)) {
            let message =
                format!("another fixed group has the {field} {} already", shortened(&record[field].to_string()));
            group.report(Code::FixedTwice, group.span, message, "give each group an id and a name of its own");
        }
        records.push(record);
        group.finish();
    }
    records
}

fn record(group: &Section<'_>) -> Option<Value> {
    let id = group.value("id");
    if id.is_none() {
        group.missing("id", "\"basic\"");
    }
    let name = group.required_text("displayName", "\"Basic\"");
    let id = id.and_then(|entry| {
        let id = crate::document::scalar(entry.value);
        let id = id.filter(|id| id.is_i64() || id.as_str().is_some_and(|id| !id.is_empty()));
        if id.is_none() {
            wrong_type(group.sheet, entry, "a text that is not empty, or a whole number");
        }
        id
    });
    Some(json!({"id": id?, "displayName": name?.value}))
}
