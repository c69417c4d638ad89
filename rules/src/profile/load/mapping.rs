//! `[user.map]` and `[group.map]`: what each SCIM attribute is in the product.
//!
//! A mapping that is wrong is still known by name, so that what refers to it is no second problem.

use json::Value;
use scim::path::BoundPath;
use scim::schema::{Attribute, Kind, Mutability, Returned};

use super::call::writable_field;
use super::codec::{Valued, is_made, made_default};
use super::direct::direct;
use super::literal::{self, Shape};
use super::place::{self, Place, makes_an_element};
use super::scope::{RecordScope, Subject, expression, type_of};
use super::told;
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, listed, shortened, text};
use crate::expression::{Expression, Scope, Type};
use crate::planner::is_empty;
use crate::profile::{Apply, Codec, Empty, Fallback, Form, Mapping, Source};
use crate::source::Span;

/// Most mappings of a resource.
pub(super) const MAPPINGS_MAX: usize = 1_000;
/// Highest `match` precedence.
pub(super) const MATCH_MAX: usize = 9;

/// The mappings as they were read.
#[derive(Default)]
pub(super) struct Map {
    /// The sound ones, in the order of the file, with where each stands in the resource and in the file.
    pub(super) mappings: Vec<(Mapping, Place, Span)>,
    /// The names of all, sound or not.
    declared: Vec<String>,
}

/// What a name in a rule refers to.
pub(super) enum Found {
    /// A sound mapping, by index.
    Mapping(usize),
    /// A mapping that is wrong, and noted as such.
    Broken,
    /// None.
    Nothing,
}

impl Map {
    pub(super) fn find(&self, path: &BoundPath) -> Found {
        let name = path.to_string();
        match self.mappings.iter().position(|(mapping, ..)| mapping.name == name) {
            Some(index) => Found::Mapping(index),
            None if self.declared.contains(&name) => Found::Broken,
            None => Found::Nothing,
        }
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.declared.iter().map(String::as_str).collect()
    }
}

/// When a mapping or a computed field writes.
pub(super) const APPLY: [(&str, Apply); 2] = [("always", Apply::Always), ("create", Apply::OnCreate)];

/// How no value is written.
const EMPTY: [(&str, Empty); 5] = [
    ("omit", Empty::Omit),
    ("null", Empty::Null),
    ("blank", Empty::Blank),
    ("list", Empty::List),
    ("none", Empty::AsNone),
];

/// All mappings.
pub(super) fn read(subject: &Subject<'_, '_>, section: &Section<'_>) -> Map {
    let entries = section.entries();
    section.bounded(entries.len(), MAPPINGS_MAX, &section.name, section.span);
    let mut map = Map::default();
    let mut places: Vec<(Place, Text<'_>)> = Vec::new();
    for entry in entries.into_iter().take(MAPPINGS_MAX) {
        let Some((path, place)) = place::bind(subject, entry.key) else { continue };
        map.declared.push(path.to_string());
        if let Some((_, other)) = places.iter().find(|(other, _)| other.overlaps(&place)) {
            let message = format!("`{}` is mapped already, by `{}`", entry.key.value, other.value);
            section.report(Code::MappedTwice, entry.key.span, message, "take one of the two away");
            continue;
        }
        places.push((place.clone(), entry.key));
        if let Some(mapping) = mapping(subject, section, entry, path, &place) {
            map.mappings.push((mapping, place, entry.key.span));
        }
    }
    map
}

fn mapping(
    subject: &Subject<'_, '_>,
    map: &Section<'_>,
    entry: Entry<'_>,
    path: BoundPath,
    place: &Place,
) -> Option<Mapping> {
    let key = entry.key;
    check_place(subject.noun, map, key, place)?;
    let section = map.subsection(entry, format!("{}.{}", map.name, key.value))?;
    check_quoted(map, &section, key)?;
    let leaf = path.leaf()?.clone();
    let shape = place.shape(&path);
    let source = source(subject, &section, &path, &leaf, shape);
    let required = section.flag("required").unwrap_or_default();
    let immutable = section.flag("immutable").unwrap_or_default();
    let matching = section.number("match", 1..=MATCH_MAX).and_then(|number| u32::try_from(number).ok());
    if let Some(entry) = section.value("match").filter(|_| leaf.returned == Returned::Never) {
        // It would stand in the URL of a call, and in its trace.
        let message = format!("`{}` is never returned, so nobody can be found by it", key.value);
        section.report(Code::Unfit, entry.key.span, message, "take `match` away");
    }
    let apply = section.word("apply", &APPLY);
    let default = section.value("default").map(|entry| {
        if is_made(entry) {
            return made_default(subject, &section, entry, &path, Valued { leaf: &leaf, shape });
        }
        literal_of(&section, entry, &leaf, shape).map(Fallback::Value)
    });
    let empty = empty(&section, shape, source.as_ref());
    let in_body = section.flag("body");
    let told = told::told(&section);
    check_options(&section, source.as_ref());
    section.finish();
    let source = source?;
    check_source(map, key, place, &leaf, &source)?;
    // Whether a field is there is not written into it.
    let is_presence = |codec: &Codec| codec.form.is_some_and(Form::is_presence);
    let in_body =
        in_body.unwrap_or_else(|| !matches!(&source, Source::Direct { codec: Some(codec), .. } if is_presence(codec)));
    // Nobody but the target sets it: no IdP's value gets as far as a create.
    let is_told = leaf.mutability == Mutability::ReadOnly && matches!(source, Source::Direct { .. });
    let (in_body, apply) = if is_told { (false, Some(Apply::OnCreate)) } else { (in_body, apply) };
    Some(Mapping {
        name: path.to_string(),
        rule: map.sheet.rule(format!("{}.{path}", map.name), key.span),
        attribute: path,
        source,
        // What the schema requires is required however it is mapped (RFC 7643 §4.1.1: `userName`).
        required: required || (leaf.required && place.sub.is_none()),
        immutable,
        matching,
        apply: apply.unwrap_or(Apply::Always),
        default: match default {
            Some(default) => Some(default?),
            None => None,
        },
        empty: empty.unwrap_or_default(),
        in_body,
        told,
    })
}

/// Notes a kind of mapping that its attribute cannot have.
fn check_source(map: &Section<'_>, key: Text<'_>, place: &Place, leaf: &Attribute, source: &Source) -> Option<()> {
    if place.attribute == "meta" && place.sub.as_deref() == Some("version") && matches!(source, Source::Constant(_)) {
        let message = "a version that is always the same tells nobody of a change";
        map.report(Code::Unfit, key.span, message, "write `{ expression = '[rev]' }`, or take it away");
        return None;
    }
    // Elements that are told field by field are read only, as no expression reads them.
    let tells_elements = matches!(source, Source::Direct { codec: Some(codec), .. } if codec.each.is_some());
    let is_written = matches!(source, Source::Direct { .. } | Source::Keep) && !tells_elements;
    if leaf.mutability == Mutability::ReadOnly && is_written {
        let field = match source {
            Source::Direct { field, .. } => field.to_string(),
            _ => "field".to_owned(),
        };
        let message = format!("`{}` is read-only, it cannot be written to the target", key.value);
        let help = if leaf.kind == Kind::Complex {
            "write `each = { value = \"id\", display = \"name\" }` beside it: then it is only read".to_owned()
        } else {
            format!("write `{{ expression = '[{field}]' }}`: that is only read")
        };
        map.report(Code::ReadOnly, key.span, message, help);
        return None;
    }
    Some(())
}

/// How no value is written: an empty text stands for one value, an empty list for a list.
fn empty(section: &Section<'_>, shape: Shape, source: Option<&Source>) -> Option<Empty> {
    let empty = section.word("empty", &EMPTY)?;
    let Some(Source::Direct { field, codec, .. }) = source else { return Some(empty) };
    let codec = codec.as_deref();
    let is_joined = codec.is_some_and(|codec| codec.joined.is_some());
    let is_list = is_joined || (shape == Shape::Many && codec.is_none_or(|codec| codec.split.is_none()));
    let (message, help) = match (empty, is_list) {
        (Empty::Blank, true) => {
            let help = "write `empty = \"list\"`, which writes `[]`";
            (format!("`{field}` is a list, and `blank` writes an empty text"), help)
        }
        (Empty::List, false) => {
            let help = "write `empty = \"blank\"` for an empty text, or `empty = \"null\"`";
            (format!("`{field}` is no list, and `list` writes an empty one"), help)
        }
        _ => return Some(empty),
    };
    let span = section.value("empty").map_or(section.span, |entry| entry.span);
    section.report(Code::Unfit, span, message, help);
    None
}

/// Notes a place that no mapping can have.
fn check_place(noun: &str, map: &Section<'_>, key: Text<'_>, place: &Place) -> Option<()> {
    let told = matches!(place.sub.as_deref(), Some("created" | "lastModified" | "version"));
    let reserved = match place.attribute.as_str() {
        _ if place.extension.is_some() => None,
        "id" => Some(format!("it is the field that `id` in `[{noun}]` names")),
        "schemas" => Some("it follows from what is mapped".to_owned()),
        "meta" if !told => {
            let help = "map `meta.created`, `meta.lastModified` and `meta.version`, the rest is the gateway's";
            Some(help.to_owned())
        }
        _ => None,
    };
    if let Some(help) = reserved {
        let message = format!("`{}` is filled in by the gateway", shortened(key.value));
        map.report(Code::Reserved, key.span, message, help);
        return None;
    }
    if !place.filter.as_ref().is_none_or(makes_an_element) {
        let message = format!("no element can be made from the filter of `{}`", shortened(key.value));
        let help = "write `eq` comparisons joined by `and`: emails[type eq \"work\"].value";
        map.report(Code::PathFilter, key.span, message, help);
        return None;
    }
    Some(())
}

/// Notes `name.givenName = { … }` without quotes, which TOML reads as a table in a table.
fn check_quoted(map: &Section<'_>, section: &Section<'_>, key: Text<'_>) -> Option<()> {
    let entries = section.entries();
    let Some(inner) = entries.first().filter(|_| entries.iter().all(|entry| entry.value.is_table())) else {
        return Some(());
    };
    if ["constant", "values"].contains(&inner.key.value) {
        return Some(());
    }
    let help = format!("quote the attribute: \"{}.{}\" = …", key.value, inner.key.value);
    map.report(Code::OneOf, inner.key.span, format!("`{}` does not say what it is mapped to", section.name), help);
    None
}

/// Exactly one of the five kinds of mapping.
fn source(
    subject: &Subject<'_, '_>,
    section: &Section<'_>,
    path: &BoundPath,
    leaf: &Attribute,
    shape: Shape,
) -> Option<Source> {
    const KINDS: [&str; 5] = ["direct", "constant", "expression", "keep", "emptied"];
    let found: Vec<Entry<'_>> = KINDS.iter().filter_map(|kind| section.value(kind)).collect();
    let [entry] = found.as_slice() else {
        let (span, message) = match found.get(1) {
            Some(second) => (second.key.span, "a mapping is of one kind only".to_owned()),
            None => (section.span, format!("`{}` does not say what it is mapped to", section.name)),
        };
        section.report(Code::OneOf, span, message, format!("write one of {}", listed(&KINDS)));
        return None;
    };
    match entry.key.value {
        "direct" => direct(subject.names, section, *entry, leaf, shape),
        "constant" => literal_of(section, *entry, leaf, shape).map(Source::Constant),
        "expression" => computed(subject, section, *entry, path),
        "emptied" => emptied(section, *entry, leaf),
        _ => {
            let keep = section.flag("keep")?;
            if !keep {
                section.report(Code::Range, entry.span, "`keep` is only ever true", "take the mapping away");
            }
            keep.then_some(Source::Keep)
        }
    }
}

/// `emptied = "roles", otherwise = ["agent"]`.
fn emptied(section: &Section<'_>, entry: Entry<'_>, leaf: &Attribute) -> Option<Source> {
    let field = text(section.sheet, entry).and_then(|text| writable_field(section, text));
    let otherwise = section.value("otherwise");
    let value = otherwise.and_then(|otherwise| crate::document::json(otherwise.value));
    if leaf.kind != Kind::Boolean || leaf.multi_valued {
        let help = "use it for `active`, or write `direct`";
        section.report(Code::Emptied, entry.key.span, "only what is true or false can be told by emptiness", help);
        return None;
    }
    if otherwise.is_none() {
        section.missing("otherwise", "[\"agent\"]");
        return None;
    }
    let otherwise = value.filter(|value| !is_empty(Some(value)));
    if otherwise.is_none() {
        let help = "write what the product gives to somebody who is active: [\"agent\"]";
        section.report(Code::Emptied, entry.key.span, "`otherwise` is as empty as an inactive record", help);
    }
    Some(Source::Emptied { field: field?, otherwise: otherwise? })
}

fn computed(subject: &Subject<'_, '_>, section: &Section<'_>, entry: Entry<'_>, path: &BoundPath) -> Option<Source> {
    let text = text(section.sheet, entry)?;
    let scope = RecordScope::new(subject.names);
    let expression = expression_of(subject, section, text, &scope, path)?;
    Some(Source::Expression { expression, fields: scope.into_fields() })
}

/// An expression that gives what the attribute at `path` holds.
pub(super) fn expression_of(
    subject: &Subject<'_, '_>,
    section: &Section<'_>,
    text: Text<'_>,
    scope: &dyn Scope,
    path: &BoundPath,
) -> Option<Expression> {
    let expression = expression(section.sheet, text, scope)?;
    let (wanted, found) = (type_of(&subject.kind, path), expression.result());
    if wanted != Type::Any && found != Type::Any && wanted != found {
        let message = format!("`{path}` is {}, the expression gives {}", type_name(wanted), type_name(found));
        section.report(Code::ExpressionType, text.span, message, "use a function that gives the attribute's type");
        return None;
    }
    Some(expression)
}

pub(super) fn type_name(of: Type) -> &'static str {
    match of {
        Type::Text => "a text",
        Type::Boolean => "true or false",
        Type::Number => "a number",
        Type::List => "a list",
        Type::Any => "anything",
    }
}

// === options ===

/// The literal that `entry` holds, of the attribute's type.
pub(super) fn literal_of(section: &Section<'_>, entry: Entry<'_>, leaf: &Attribute, shape: Shape) -> Option<Value> {
    let value = crate::document::json(entry.value).filter(|value| literal::fits(leaf, shape, value));
    if value.is_none() {
        let help = format!("write {}", literal::expected(leaf, shape));
        section.report(Code::ValueType, entry.span, format!("this is no value of `{}`", leaf.name), help);
    }
    value
}

/// Notes options that mean nothing for the kind of mapping.
fn check_options(section: &Section<'_>, source: Option<&Source>) {
    const OF_DIRECT: [&str; 14] = [
        "as",
        "values",
        "lookup",
        "each",
        "form",
        "template",
        "chars",
        "last_part",
        "split",
        "max_length",
        "longer",
        "none",
        "empty",
        "body",
    ];
    let (kind, unfit): (&str, &[&'static str]) = match source {
        // All of them are known, whatever the kind was meant to be.
        None => {
            for key in OF_DIRECT {
                section.value(key);
            }
            return;
        }
        Some(Source::Direct { .. }) => return,
        Some(Source::Keep) => ("keep", &[]),
        Some(Source::Emptied { .. }) => ("emptied", &["match", "immutable"]),
        Some(Source::Expression { .. }) => ("expression", &["match", "apply"]),
        Some(Source::Constant(_)) => ("constant", &["match", "apply", "required", "immutable", "default"]),
    };
    for key in OF_DIRECT.iter().chain(unfit) {
        if let Some(entry) = section.value(key) {
            let message = format!("`{key}` has no meaning beside `{kind}`");
            section.report(Code::Unfit, entry.key.span, message, "take it away");
        }
    }
}
