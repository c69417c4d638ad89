//! `[user.schema."urn:…"]` and `[group.schema."urn:…"]`: extensions that a profile declares.

use scim::name;
use scim::schema::{Attribute, Kind, Mutability, Returned, Schema, Uniqueness};

use crate::diagnostics::Code;
use crate::document::{Entry, Section, shortened};

/// Most extensions of a profile.
pub(super) const EXTENSIONS_MAX: usize = 20;
/// Most attributes of one extension.
pub(super) const ATTRIBUTES_MAX: usize = 1_000;

/// Longest URN of an extension, in bytes.
pub(super) const URN_BYTES_MAX: usize = 200;
/// Longest name of a declared attribute, in bytes.
pub(super) const ATTRIBUTE_BYTES_MAX: usize = 100;

const KINDS: [(&str, Kind); 7] = [
    ("string", Kind::String),
    ("boolean", Kind::Boolean),
    ("decimal", Kind::Decimal),
    ("integer", Kind::Integer),
    ("dateTime", Kind::DateTime),
    ("binary", Kind::Binary),
    ("reference", Kind::Reference),
];

/// The declared extensions in the order of the file.
pub(super) fn extensions(resource: &Section<'_>) -> Vec<Schema> {
    let Some(section) = resource.section("schema") else { return Vec::new() };
    let entries = section.entries();
    section.bounded(entries.len(), EXTENSIONS_MAX, &section.name, section.span);
    let mut schemas: Vec<Schema> = Vec::new();
    for entry in entries.into_iter().take(EXTENSIONS_MAX) {
        if let Some(schema) = extension(&resource.name, &section, entry, &schemas) {
            schemas.push(schema);
        }
    }
    schemas
}

fn extension(noun: &str, section: &Section<'_>, entry: Entry<'_>, others: &[Schema]) -> Option<Schema> {
    let urn = entry.key.value;
    let taken = [name::USER, name::GROUP, name::ENTERPRISE_USER]
        .into_iter()
        .chain(others.iter().map(|schema| schema.id.as_str()))
        .any(|known| name::same_schema(known, urn));
    let visible = urn.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"()[]".contains(&byte));
    let scheme = urn.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"));
    let parts = urn.split(':').count() >= 3 && urn.split(':').all(|part| !part.is_empty());
    if taken || !visible || !scheme || !parts || urn.len() > URN_BYTES_MAX {
        let why = if taken { "is a schema already" } else { "is no URN of an extension" };
        let end = if noun == "group" { "Group" } else { "User" };
        let help = format!("write a URN of your own: urn:ietf:params:scim:schemas:extension:yourname:2.0:{end}");
        section.report(Code::SchemaUrn, entry.key.span, format!("`{}` {why}", shortened(urn)), help);
        return None;
    }
    let table = section.subsection(entry, format!("{}.\"{urn}\"", section.name))?;
    let entries = table.entries();
    table.bounded(entries.len(), ATTRIBUTES_MAX, &table.name, table.span);
    let mut attributes: Vec<Attribute> = Vec::new();
    for entry in entries.into_iter().take(ATTRIBUTES_MAX) {
        if let Some(attribute) = attribute(&table, entry, &attributes) {
            attributes.push(attribute);
        }
    }
    let short = urn.rsplit(':').next().unwrap_or(urn);
    Some(Schema {
        id: urn.to_owned(),
        name: short.to_owned(),
        description: format!("What this product adds to a {noun}."),
        attributes,
    })
}

fn attribute(schema: &Section<'_>, entry: Entry<'_>, others: &[Attribute]) -> Option<Attribute> {
    let key = entry.key.value;
    // RFC 7643 §2.1, `ATTRNAME`; `$ref` is the RFC's own.
    let letters = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let twice = others.iter().any(|other| name::same(&other.name, key));
    if key.is_empty() || key.len() > ATTRIBUTE_BYTES_MAX || !letters || twice {
        let why = if twice { "is declared already, in another case" } else { "is no attribute name" };
        let help = "write letters, digits, `-` and `_`: siteCode";
        schema.report(Code::Name, entry.key.span, format!("`{}` {why}", shortened(key)), help);
        return None;
    }
    let section = schema.subsection(entry, format!("{}.{key}", schema.name))?;
    let kind = section.required_word("type", &KINDS);
    let multi_valued = section.flag("multi").unwrap_or_default();
    let case_exact = section.flag("case_exact").unwrap_or_default();
    let description = section.text("description").map_or("", |text| text.value).to_owned();
    section.finish();
    Some(Attribute {
        name: key.to_owned(),
        description,
        // An attribute of unknown type is still declared: its uses are no second problem.
        kind: kind.unwrap_or(Kind::String),
        multi_valued,
        required: false,
        case_exact,
        mutability: Mutability::ReadWrite,
        returned: Returned::Default,
        uniqueness: Uniqueness::None,
        canonical_values: Vec::new(),
        reference_types: Vec::new(),
        sub_attributes: Vec::new(),
    })
}
