//! Direct mappings: the field of the record, and what brings its values into SCIM's: `as`, `values`, `lookup`.

use json::Value;
use scim::schema::Attribute;

use super::call::{field_at, writable_field};
use super::codec::{Valued, codec};
use super::literal::{self, Shape};
use super::scope::{Names, ParamScope, normaliser};
use crate::diagnostics::Code;
use crate::document::{Entry, Section, text};
use crate::expression::Normaliser;
use crate::profile::{FieldPath, LookupRef, Source, ValueTable};
use crate::source::Span;

/// Most pairs of one table of values.
pub(super) const VALUES_MAX: usize = 1_000;

/// Reads `direct` with its options.
pub(super) fn direct(
    names: &Names<'_>,
    section: &Section<'_>,
    entry: Entry<'_>,
    leaf: &Attribute,
    shape: Shape,
) -> Option<Source> {
    let field = text(section.sheet, entry).and_then(|text| writable_field(section, text));
    let (normal, values, lookup) = (section.value("as"), section.value("values"), section.value("lookup"));
    if let (Some(_), Some(second), _) | (Some(_), None, Some(second)) | (None, Some(_), Some(second)) =
        (normal, values, lookup)
    {
        let message = "a mapping has one of `as`, `values` and `lookup`";
        section.report(Code::OneOf, second.key.span, message, "keep the one that is meant");
        return None;
    }
    let of = Valued { leaf, shape };
    let textual = of.is_textual();
    let refuse = |entry: Option<Entry<'_>>, fits: bool, what: &str| match entry.filter(|_| !fits) {
        None => Some(()),
        Some(entry) => {
            let message = format!("`{}` is for {what}, `{}` is none", entry.key.value, leaf.name);
            section.report(Code::Unfit, entry.key.span, message, "take it away");
            None
        }
    };
    refuse(normal, textual, "texts")?;
    refuse(lookup, textual, "texts")?;
    refuse(values, of.unit().is_some(), "attributes of one value, or a list of them")?;
    // One that is wrong is noted, and no profile comes out; what is said of the mapping meanwhile does not matter.
    let normal = normal.and_then(|entry| as_normaliser(names, section, entry));
    let values = values.and_then(|entry| value_table(section, entry, of.unit()?));
    let lookup = lookup.and_then(|entry| lookup_ref(names, section, entry));
    let codec = codec(names, section, field.as_ref().unwrap_or(&FieldPath::default()), of);
    Some(Source::Direct { field: field?, normal, values, lookup, codec })
}

fn as_normaliser(names: &Names<'_>, section: &Section<'_>, entry: Entry<'_>) -> Option<Normaliser> {
    let text = text(section.sheet, entry)?;
    normaliser(section.sheet, text, &ParamScope(names))
}

fn lookup_ref(names: &Names<'_>, section: &Section<'_>, entry: Entry<'_>) -> Option<LookupRef> {
    let text = text(section.sheet, entry)?;
    let Some((table, column)) = text.value.split_once('.').filter(|(_, column)| !column.is_empty()) else {
        let message = "`lookup` names a table and a field of its rows";
        section.report(Code::Field, text.span, message, "write `table.field`: \"managers.name\"");
        return None;
    };
    let field = field_at(section, text, column, table.len() + 1);
    let span = section.sheet.within(text.span, Span { start: 0, end: table.len() });
    let known = names.lookup(table, span);
    Some(LookupRef { table: table.to_owned(), field: field.filter(|_| known)? })
}

/// SCIM value to target value, one to one.
pub(super) fn value_table(section: &Section<'_>, entry: Entry<'_>, leaf: &Attribute) -> Option<ValueTable> {
    let table = section.subsection(entry, format!("{}.values", section.name))?;
    let entries = table.entries();
    table.bounded(entries.len(), VALUES_MAX, &table.name, entry.key.span);
    let mut pairs: Vec<(Value, Value)> = Vec::new();
    let mut sound = !entries.is_empty();
    if !sound {
        let help = "write SCIM's values and the target's: { true = \"ENABLED\", false = \"SUSPENDED\" }";
        table.report(Code::MissingKey, entry.span, "`values` is empty", help);
    }
    for entry in entries.into_iter().take(VALUES_MAX) {
        let scim = literal::key(leaf.kind, entry.key.value);
        let target = crate::document::scalar(entry.value);
        let (Some(scim), Some(target)) = (&scim, &target) else {
            sound = false;
            let (span, what, expected) = match scim {
                None => (entry.key.span, "a key of `values`", literal::expected(leaf, Shape::One)),
                Some(_) => (entry.span, "a target's value", "a text, a number or a boolean".to_owned()),
            };
            table.report(Code::ValueType, span, format!("{what} must be {expected}"), "");
            continue;
        };
        let same = |a: &Value, b: &Value| match (a.as_str(), b.as_str()) {
            (Some(a), Some(b)) if !leaf.case_exact => a.to_lowercase() == b.to_lowercase(),
            _ => a == b,
        };
        if let Some((other, _)) = pairs.iter().find(|(s, t)| same(s, scim) || t == target) {
            sound = false;
            let message = format!("`{}` and {other} are not told apart in both directions", entry.key.value);
            table.report(Code::NotOneToOne, entry.key.span, message, "give each SCIM value a target value of its own");
            continue;
        }
        pairs.push((scim.clone(), target.clone()));
    }
    sound.then_some(ValueTable { pairs })
}
