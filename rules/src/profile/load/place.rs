//! Which place of a SCIM resource a mapped attribute is, so that two mappings of one place are seen.
//!
//! Works on the canonical spelling of a path, which says everything about it.

use scim::filter::{CompareOp, Filter, FilterError};
use scim::path::{BoundPath, Path, PathError};
use scim::schema::{Attribute, ResourceType, common};

use super::literal::Shape;
use super::scope::Subject;
use crate::diagnostics::{Code, closest};
use crate::document::{Sheet, Text, shortened};
use crate::source::Span;

/// The parts of a canonical path.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// URN of the extension; `None` for core and common attributes.
    pub(super) extension: Option<String>,
    pub(super) attribute: String,
    pub(super) filter: Option<Filter>,
    pub(super) sub: Option<String>,
}

impl Place {
    /// The place that `path` names; `None` if it names a whole extension.
    pub(super) fn of(kind: &ResourceType, path: &BoundPath) -> Option<Self> {
        let text = path.to_string();
        let owner = kind.extensions.iter().find_map(|schema| {
            let rest = text.strip_prefix(schema.id.as_str())?.strip_prefix(':')?;
            Some((schema.id.clone(), rest))
        });
        let (extension, rest) = match owner {
            Some((urn, rest)) => (Some(urn), rest),
            None => (None, text.as_str()),
        };
        let Path { attr, filter, sub } = rest.parse().ok()?;
        if attr.schema.is_some() {
            return None;
        }
        Some(Self { extension, attribute: attr.name, filter: filter.map(|filter| *filter), sub: attr.sub.or(sub) })
    }

    /// Whether writing the one could change the other. Elements chosen by different filters are taken for different ones.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let same_attribute = self.extension == other.extension && self.attribute == other.attribute;
        let same_elements = self.filter == other.filter || self.filter.is_none() || other.filter.is_none();
        let same_part = self.sub == other.sub || self.sub.is_none() || other.sub.is_none();
        same_attribute && same_elements && same_part
    }

    /// Whether `path`, which is this place, holds an array.
    pub(super) fn is_many(&self, path: &BoundPath) -> bool {
        self.filter.is_none() && path.leaf().is_some_and(|leaf| leaf.multi_valued)
    }

    pub(super) fn shape(&self, path: &BoundPath) -> Shape {
        if self.is_many(path) { Shape::Many } else { Shape::One }
    }

    /// The attribute in `kind`; `None` for common attributes.
    pub(super) fn attribute_in<'k>(&self, kind: &'k mut ResourceType) -> Option<&'k mut Attribute> {
        let schema = match &self.extension {
            None => &mut kind.schema,
            Some(urn) => kind.extensions.iter_mut().find(|schema| schema.id == *urn)?,
        };
        schema.attributes.iter_mut().find(|attribute| attribute.name == self.attribute)
    }
}

/// Binds `text`; notes what is wrong with it.
pub(super) fn bind(subject: &Subject<'_, '_>, text: Text<'_>) -> Option<(BoundPath, Place)> {
    let (sheet, kind) = (subject.names.sheet, &subject.kind);
    let path = match kind.path(text.value) {
        Ok(path) => path,
        Err(error) => {
            note(sheet, subject, text, &error);
            return None;
        }
    };
    let place = Place::of(kind, &path);
    if place.is_none() {
        let message = format!("`{}` is a whole extension", shortened(text.value));
        sheet.report(Code::UnknownAttribute, text.span, message, "name one attribute of it: `urn:…:attribute`");
    }
    Some((path, place?))
}

fn note(sheet: &Sheet<'_>, subject: &Subject<'_, '_>, text: Text<'_>, error: &PathError) {
    match error {
        PathError::Syntax { reason, at, .. } => {
            let end = text.value.len().min(at + 1);
            let span = sheet.within(text.span, Span { start: *at, end: end.max(*at) });
            let message = format!("`{}` is no SCIM attribute: {reason}", shortened(text.value));
            sheet.report(
                Code::PathSyntax,
                span,
                message,
                "write `userName`, `name.givenName` or `emails[type eq \"work\"].value`",
            );
        }
        PathError::Unknown { .. } => {
            let help = match suggestion(&subject.kind, text.value) {
                Some(known) => format!("did you mean `{known}`?"),
                None => {
                    format!("an attribute that SCIM does not know is declared in `[{}.schema.\"urn:…\"]`", subject.noun)
                }
            };
            let message = format!("unknown attribute `{}`", shortened(text.value));
            sheet.report(Code::UnknownAttribute, text.span, message, help);
        }
        PathError::Filter(error) => {
            let (span, message) = match error.as_ref() {
                FilterError::Syntax { reason, at } => {
                    (sheet.within(text.span, Span { start: *at, end: at + 1 }), reason.clone())
                }
                other => (text.span, other.to_string()),
            };
            let help = "write `emails[type eq \"work\"].value`";
            sheet.report(Code::PathSyntax, span, format!("the filter in the attribute: {message}"), help);
        }
        PathError::NoOrder { reason, .. } => {
            let message = format!("resources cannot be sorted by `{}`: {reason}", shortened(text.value));
            sheet.report(Code::PathSyntax, text.span, message, "name an attribute with one value that is shown");
        }
    }
}

/// The known path that `text` is a misspelling of; a filter in it is kept.
fn suggestion(kind: &ResourceType, text: &str) -> Option<String> {
    let known = known_paths(kind);
    let (Some(open), Some(close)) = (text.find('['), text.rfind(']')) else {
        return closest(text, known.iter().map(String::as_str)).map(str::to_owned);
    };
    let plain = format!("{}{}", &text[..open], text.get(close + 1..)?);
    let found = closest(&plain, known.iter().map(String::as_str))?;
    let filter = &text[open..=close];
    Some(match found.split_once('.') {
        Some((attribute, sub)) => format!("{attribute}{filter}.{sub}"),
        None => format!("{found}{filter}"),
    })
}

/// Every attribute and sub-attribute by its canonical path.
pub(super) fn known_paths(kind: &ResourceType) -> Vec<String> {
    let core = kind.schema.attributes.iter().chain(common()).map(|attribute| (String::new(), attribute));
    let extensions = kind
        .extensions
        .iter()
        .flat_map(|schema| schema.attributes.iter().map(|attribute| (format!("{}:", schema.id), attribute)));
    let with_subs = |(urn, attribute): (String, &Attribute)| {
        let path = format!("{urn}{}", attribute.name);
        let subs: Vec<String> = attribute.sub_attributes.iter().map(|sub| format!("{path}.{}", sub.name)).collect();
        std::iter::once(path).chain(subs)
    };
    core.chain(extensions).flat_map(with_subs).collect()
}

/// Whether an element can be made from the filter: `eq` comparisons joined by `and`, nothing else.
pub(super) fn makes_an_element(filter: &Filter) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(makes_an_element),
        Filter::Compare { op, .. } => *op == CompareOp::Eq,
        Filter::Or(_) | Filter::Not(_) | Filter::Present(_) | Filter::Has { .. } => false,
    }
}

/// Sub-attributes that the filter asks about.
pub(super) fn asked_parts(filter: &Filter) -> Vec<&str> {
    match filter {
        Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(asked_parts).collect(),
        Filter::Not(inner) => asked_parts(inner),
        Filter::Present(path) | Filter::Compare { path, .. } | Filter::Has { path, .. } => vec![&path.name],
    }
}
