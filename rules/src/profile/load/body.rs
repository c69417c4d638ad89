//! What goes into the body of a call: `body`, `wrap`, `carry`, `drop`.

use std::sync::Arc;

use json::Value;

use super::call::field_at;
use super::scope::Names;
use super::text::{Known, is_known, unknown_placeholder};
use crate::call::Verb;
use crate::diagnostics::Code;
use crate::document::{Entry, Section, one_word, text};
use crate::profile::{BODY_DEPTH_MAX, BODY_NODES_MAX, BodyKey, BodyRule, BodyTemplate, FieldPath, Shaping};
use crate::template::TextTemplate;

/// Most fields that a call carries along or never sends.
pub(super) const SHAPED_MAX: usize = 100;
/// Names of whole objects; each is a text of its own in a body that is written out.
pub(super) const OBJECTS: [&str; 3] = ["all", "changed", "record"];

/// The body of a call, if the profile says anything about it.
pub(super) fn body(names: &Names<'_>, section: &Section<'_>, known: Known<'_>) -> Option<BodyRule> {
    let entry = section.value("body")?;
    if entry.value.is_str() {
        let words = [("all", 0), ("changed", 1), ("record", 2), ("empty", 3)];
        let word = one_word(section.sheet, text(section.sheet, entry)?, "body", &words)?;
        return [BodyRule::All, BodyRule::Changed, BodyRule::Record, BodyRule::Empty].into_iter().nth(word);
    }
    written(names, section, entry, known).map(|template| BodyRule::Template(Arc::new(template)))
}

/// The body of a question: written out, of what the question's placeholders stand for. A `get` has none.
pub(super) fn question(
    names: &Names<'_>,
    section: &Section<'_>,
    known: Known<'_>,
    verb: Option<Verb>,
) -> Option<BodyRule> {
    let entry = section.value("body")?;
    if verb == Some(Verb::Get) {
        let help = "write `post`, if the product is asked so; it counts as a call that reads";
        section.report(Code::Unfit, entry.key.span, "a `get` has no body", help);
        return None;
    }
    let template = written(names, section, entry, known)?;
    if let Some(name) = template.names().into_iter().find(|name| OBJECTS.contains(name)) {
        unknown_placeholder(names, entry.span, name, known);
        return None;
    }
    Some(BodyRule::Template(Arc::new(template)))
}

/// `body` with numbers in the places of the names that `counts` tells.
pub(super) fn numbered(body: BodyRule, counts: &dyn Fn(&str) -> bool) -> BodyRule {
    match body {
        BodyRule::Template(template) if template.names().iter().any(|name| counts(name)) => {
            BodyRule::Template(Arc::new(number(&template, counts)))
        }
        other => other,
    }
}

/// As deep as the body is written.
fn number(template: &BodyTemplate, counts: &dyn Fn(&str) -> bool) -> BodyTemplate {
    match template {
        BodyTemplate::Name(name) if counts(name) => BodyTemplate::Number(name.clone()),
        BodyTemplate::Array(elements) => {
            BodyTemplate::Array(elements.iter().map(|element| number(element, counts)).collect())
        }
        BodyTemplate::Object(fields) => {
            BodyTemplate::Object(fields.iter().map(|(key, field)| (key.clone(), number(field, counts))).collect())
        }
        other => other.clone(),
    }
}

/// A body that is written out as a table or an array.
pub(super) fn written(
    names: &Names<'_>,
    section: &Section<'_>,
    entry: Entry<'_>,
    known: Known<'_>,
) -> Option<BodyTemplate> {
    let wrong = |message: &str| {
        let help = "write a word, or the body itself as a table: { user = \"{changed}\", notify = false }";
        section.report(Code::ValueType, entry.span, message, help);
    };
    let json = crate::document::json(entry.value);
    let Some(json) = json.filter(|json| json.is_object() || json.is_array()) else {
        wrong("`body` must be a word, a table or an array");
        return None;
    };
    let mut nodes = 0;
    if !is_bounded(&json, 0, &mut nodes) {
        let message = format!("a body has at most {BODY_NODES_MAX} values, nested at most {BODY_DEPTH_MAX} deep");
        section.report(Code::TooLarge, entry.span, message, "");
        return None;
    }
    let mut reader = Reader { names, section, entry, known, sound: true };
    let template = reader.read(&json);
    reader.sound.then_some(template)
}

fn is_bounded(json: &Value, depth: usize, nodes: &mut usize) -> bool {
    *nodes += 1;
    depth <= BODY_DEPTH_MAX
        && *nodes <= BODY_NODES_MAX
        && match json {
            Value::Array(elements) => elements.iter().all(|element| is_bounded(element, depth + 1, nodes)),
            Value::Object(fields) => fields.values().all(|field| is_bounded(field, depth + 1, nodes)),
            _ => true,
        }
}

struct Reader<'r, 'd> {
    names: &'r Names<'d>,
    section: &'r Section<'d>,
    entry: Entry<'d>,
    known: Known<'r>,
    sound: bool,
}

impl Reader<'_, '_> {
    fn read(&mut self, json: &Value) -> BodyTemplate {
        match json {
            Value::String(text) => self.text(text),
            Value::Array(elements) => BodyTemplate::Array(elements.iter().map(|element| self.read(element)).collect()),
            Value::Object(fields) => {
                if let Some(field) = fields.get(BodyTemplate::HERE) {
                    self.here(field);
                }
                BodyTemplate::Object(fields.iter().map(|(name, field)| (self.key(name), self.read(field))).collect())
            }
            fixed => BodyTemplate::Fixed(fixed.clone()),
        }
    }

    /// A key, which may have the placeholders that texts have: a key is a text, so none of them is a whole object.
    fn key(&mut self, key: &str) -> BodyKey {
        if key == BodyTemplate::HERE {
            return BodyKey::Fixed(key.to_owned());
        }
        let Some(template) = self.template(key) else { return BodyKey::Fixed(String::new()) };
        self.check_names(&template);
        match fixed(&template) {
            Some(key) => BodyKey::Fixed(key),
            None => BodyKey::Filled(template),
        }
    }

    /// Notes what is no object that could stand among other keys.
    fn here(&mut self, field: &Value) {
        let is_object = |name: &str| OBJECTS.iter().any(|object| name == format!("{{{object}}}"));
        if !field.as_str().is_some_and(is_object) {
            self.sound = false;
            let message = format!("`{}` puts the fields of an object here, this is none", BodyTemplate::HERE);
            let help = "write \"{all}\", \"{changed}\" or \"{record}\"";
            self.section.report(Code::TextTemplate, self.entry.span, message, help);
        }
    }

    fn text(&mut self, text: &str) -> BodyTemplate {
        let Some(template) = self.template(text) else { return BodyTemplate::Fixed(Value::Null) };
        if let Some(name) = template.sole().filter(|name| OBJECTS.contains(name)) {
            return BodyTemplate::Name(name.to_owned());
        }
        self.check_names(&template);
        match (template.sole(), fixed(&template)) {
            (Some(name), _) => BodyTemplate::Name(name.to_owned()),
            (None, Some(text)) => BodyTemplate::Fixed(Value::String(text)),
            (None, None) => BodyTemplate::Text(template),
        }
    }

    fn template(&mut self, text: &str) -> Option<TextTemplate> {
        let noted = |error: &dyn std::fmt::Display| {
            let help = "write a text with placeholders in braces: \"{account}\"";
            self.section.report(Code::TextTemplate, self.entry.span, format!("`{text}`: {error}"), help);
        };
        let template = TextTemplate::parse(text).inspect_err(|error| noted(error)).ok();
        self.sound &= template.is_some();
        template
    }

    /// Notes names that nothing stands for.
    fn check_names(&mut self, template: &TextTemplate) {
        for name in template.names().filter(|name| !is_known(self.names, name, self.known)) {
            self.sound = false;
            unknown_placeholder(self.names, self.entry.span, name, self.known);
        }
    }
}

/// A text without placeholders, whose doubled braces are braces.
fn fixed(template: &TextTemplate) -> Option<String> {
    template.fill(|_| None)
}

/// What is done to the body then; `None` if nothing.
pub(super) fn shaping(section: &Section<'_>) -> Option<Box<Shaping>> {
    let wrap = section.text("wrap").and_then(|text| writable(section, text));
    let fields = |key: &'static str| -> Vec<FieldPath> {
        section.texts(key, SHAPED_MAX).into_iter().filter_map(|text| writable(section, text)).collect()
    };
    let shaping = Shaping { wrap, carry: fields("carry"), drop: fields("drop") };
    (shaping != Shaping::default()).then(|| Box::new(shaping))
}

fn writable(section: &Section<'_>, text: crate::document::Text<'_>) -> Option<FieldPath> {
    let field = field_at(section, text, text.value, 0)?;
    if field.is_writable() {
        return Some(field);
    }
    section.report(Code::Field, text.span, "this is no field of a body", "write a field: \"user\"");
    None
}
