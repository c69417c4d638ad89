//! Bodies of calls that change memberships: which placeholders they may have, and which they have.

use json::{Map, Value};
use toml::de::DeValue;

use super::super::call::field;
use super::super::scope::Subject;
use super::super::text;
use super::writing::Named;
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, span, wrong_type};
use crate::planner::names_one;
use crate::profile::{BODY_DEPTH_MAX, BODY_NODES_MAX, BodyKey, BodyTemplate, FieldPath};
use crate::source::Span;
use crate::template::TextTemplate;

/// What a call on members may name beside parameters.
pub(super) struct Placeholders {
    /// The field of a group's record that is its id.
    pub(super) id: FieldPath,
    /// Fields of a group's record that attributes are mapped to or read from, and those that `[group.get]` takes from headers.
    pub(super) fields: Vec<String>,
}

/// What stands alone in its text, as it is no text.
const WHOLE: [&str; 3] = ["members", "merged", "record"];

impl Placeholders {
    /// Those of the group that `section` describes.
    pub(super) fn of(subject: &Subject<'_, '_>, section: &Section<'_>) -> Self {
        if section.value("fixed").is_some() {
            let id = FieldPath::parse("id").unwrap_or_default();
            return Self { id, fields: vec!["displayName".to_owned()] };
        }
        let mut fields = Vec::new();
        for entry in section.section("map").map(|map| map.entries()).unwrap_or_default() {
            let said = |key| entry.value.as_table().and_then(|mapping| mapping.get(key)?.get_ref().as_str());
            // What is no field is noted where it is mapped.
            let param = |name: &str| subject.names.param_names().any(|known| known == name);
            let read = said("expression").map(references).unwrap_or_default();
            fields.extend(said("direct").into_iter().chain(read).filter(|name| !param(name)).map(str::to_owned));
        }
        let captured = section.section("get").and_then(|get| get.section("capture"));
        fields.extend(captured.iter().flat_map(Section::entries).map(|entry| entry.key.value.to_owned()));
        Self { id: field(section, "id").unwrap_or_default(), fields }
    }
}

/// What stands in brackets in an expression, which is parsed where it is mapped: the fields that it reads.
fn references(expression: &str) -> Vec<&str> {
    let parts = expression.split('[').skip(1).filter_map(|part| part.split_once(']'));
    parts.map(|(name, _)| name).collect()
}

/// A body being read.
pub(super) struct Reader<'r, 'd> {
    pub(super) subject: &'r Subject<'r, 'd>,
    pub(super) section: &'r Section<'d>,
    /// Names that have a value.
    pub(super) known: &'r [String],
    pub(super) nodes: usize,
}

impl Reader<'_, '_> {
    /// The body at `entry`, and which members it names; `None` if something is wrong with it.
    pub(super) fn body(&mut self, entry: Entry<'_>, named: &mut Named) -> Option<BodyTemplate> {
        if entry.value.as_str() == Some("record") {
            named.note("record");
            return Some(BodyTemplate::Name("record".to_owned()));
        }
        if !entry.value.is_table() && !entry.value.is_array() {
            wrong_type(self.section.sheet, entry, "a table or an array: `{ ids = \"{members}\" }`");
            return None;
        }
        self.value(entry.value, entry.span, 0, named)
    }

    fn value(&mut self, value: &DeValue<'_>, at: Span, depth: usize, named: &mut Named) -> Option<BodyTemplate> {
        self.nodes += 1;
        if depth > BODY_DEPTH_MAX || self.nodes > BODY_NODES_MAX {
            if depth > BODY_DEPTH_MAX || self.nodes == BODY_NODES_MAX + 1 {
                let message =
                    format!("a body has at most {BODY_NODES_MAX} values, at most {BODY_DEPTH_MAX} deep in each other");
                self.section.report(Code::TooLarge, at, message, "");
            }
            return None;
        }
        let template = match value {
            DeValue::String(text) => self.text(text, at, named)?,
            DeValue::Array(elements) => {
                let mut array = Vec::new();
                for element in elements {
                    let mut inner = Named::default();
                    let template = self.value(element.get_ref(), span(element), depth + 1, &mut inner);
                    if template.as_ref().is_some_and(names_one) {
                        inner.each |= std::mem::take(&mut inner.one);
                    }
                    named.join(inner);
                    array.push(template);
                }
                BodyTemplate::Array(array.into_iter().collect::<Option<_>>()?)
            }
            DeValue::Table(table) => {
                let mut written: Vec<_> = table.iter().collect();
                written.sort_by_key(|(name, _)| name.span().start);
                let mut fields = Vec::new();
                for (name, field) in written {
                    let template = self.value(field.get_ref(), span(field), depth + 1, named);
                    let key = self.key(name.get_ref(), span(name), named);
                    fields.push(key.zip(template));
                }
                BodyTemplate::Object(fields.into_iter().collect::<Option<_>>()?)
            }
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
                let fixed = crate::document::scalar(value);
                if fixed.is_none() {
                    self.section.report(
                        Code::WrongType,
                        at,
                        "JSON has no such value",
                        "write a text, a number or a boolean",
                    );
                }
                BodyTemplate::Fixed(fixed?)
            }
        };
        Some(folded(template))
    }

    /// A key, with the placeholders of texts but those that are no text.
    fn key(&self, key: &str, at: Span, named: &mut Named) -> Option<BodyKey> {
        match self.text(key, at, named)? {
            BodyTemplate::Fixed(key) => Some(BodyKey::Fixed(key.as_str()?.to_owned())),
            BodyTemplate::Text(template) => Some(BodyKey::Filled(template)),
            BodyTemplate::Name(name) if !WHOLE.contains(&name.as_str()) => {
                Some(BodyKey::Filled(TextTemplate::placeholder(&name)))
            }
            _ => {
                let help = "name what is one text: \"{member}\"";
                self.section.report(Code::TextTemplate, at, format!("`{key}` cannot be a key: it is no text"), help);
                None
            }
        }
    }

    fn text(&self, text: &str, at: Span, named: &mut Named) -> Option<BodyTemplate> {
        let known = text::Known { what: &self.section.name, placeholders: self.known, secrets: false };
        let template = text::template(self.subject.names, Text { value: text, span: at }, known)?;
        template.names().for_each(|name| named.note(name));
        if let Some(name) = template.sole() {
            return Some(BodyTemplate::Name(name.to_owned()));
        }
        if let Some(name) = template.names().find(|name| WHOLE.contains(name)) {
            let message = format!("`{{{name}}}` is no text, so nothing can stand beside it");
            self.section.report(Code::TextTemplate, at, message, format!("write \"{{{name}}}\" alone"));
            return None;
        }
        Some(match template.fill(|_| None) {
            Some(fixed) => BodyTemplate::Fixed(Value::from(fixed)),
            None => BodyTemplate::Text(template),
        })
    }
}

/// What has no placeholder is one value.
fn folded(template: BodyTemplate) -> BodyTemplate {
    let fixed = |template: &BodyTemplate| match template {
        BodyTemplate::Fixed(value) => Some(value.clone()),
        _ => None,
    };
    match &template {
        BodyTemplate::Array(elements) => elements
            .iter()
            .map(fixed)
            .collect::<Option<Vec<_>>>()
            .map_or(template, |all| BodyTemplate::Fixed(all.into())),
        BodyTemplate::Object(fields) => {
            let field = |(key, field): &(BodyKey, BodyTemplate)| Some((key.fixed()?.to_owned(), fixed(field)?));
            let all = fields.iter().map(field).collect::<Option<Map>>();
            all.map_or(template, |all| BodyTemplate::Fixed(all.into()))
        }
        BodyTemplate::Fixed(_) | BodyTemplate::Name(_) | BodyTemplate::Number(_) | BodyTemplate::Text(_) => template,
    }
}
