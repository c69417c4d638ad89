//! How the product writes a value: the options of direct mappings beside `as`, `values` and `lookup`, and made defaults.

use json::Value;
use scim::path::BoundPath;
use scim::schema::{Attribute, Kind};

use super::call::field_at;
use super::direct::value_table;
use super::literal::Shape;
use super::mapping::{expression_of, literal_of};
use super::scope::{Names, ScimScope, Subject};
use super::text::{Known, template};
use crate::diagnostics::Code;
use crate::document::{Entry, Section, Text, listed, shortened, text, wrong_type_but};
use crate::lookup::is_spelled_as;
use crate::profile::{
    CharMap, Codec, Each, Fallback, FieldPath, Form, LENGTH_MAX, Length, Longer, Part, RANDOM_CHARS_MAX,
    RANDOM_CHARS_MIN, VALUE_NAME,
};
use crate::template::TextTemplate;

/// Most characters that are written otherwise, and most parts of an element.
const PAIRS_MAX: usize = 100;
/// Longest separator of a list, and longest text that stands for a character, in bytes.
const PIECE_BYTES_MAX: usize = 16;

const FORMS: [(&str, Form); 8] = [
    ("number", Form::Number),
    ("text", Form::Text),
    ("epoch", Form::Epoch),
    ("epoch-ms", Form::EpochMs),
    ("date", Form::Date),
    ("local-time", Form::LocalTime),
    ("present", Form::Present),
    ("absent", Form::Absent),
];

/// The attribute that a mapping is of, as its values are concerned.
#[derive(Clone, Copy)]
pub(super) struct Valued<'a> {
    pub(super) leaf: &'a Attribute,
    pub(super) shape: Shape,
}

impl<'a> Valued<'a> {
    /// What one value is of: of a list of complex values, their `value`; `None` if it has none.
    pub(super) fn unit(self) -> Option<&'a Attribute> {
        match (self.leaf.kind, self.shape) {
            (Kind::Complex, Shape::One) => None,
            (Kind::Complex, Shape::Many) => self.leaf.sub_attribute(VALUE_NAME),
            _ => Some(self.leaf),
        }
    }

    /// Whether its values are texts.
    pub(super) fn is_textual(self) -> bool {
        self.unit()
            .is_some_and(|unit| !matches!(unit.kind, Kind::Boolean | Kind::Integer | Kind::Decimal | Kind::Complex))
    }
}

/// The chain; `None` if the mapping has none. What is wrong is noted, and no profile comes out.
pub(super) fn codec(
    names: &Names<'_>,
    section: &Section<'_>,
    field: &FieldPath,
    valued: Valued<'_>,
) -> Option<Box<Codec>> {
    let many = valued.shape == Shape::Many;
    // A list that one text of SCIM holds.
    let joins = !many && valued.is_textual() && section.value("split").is_some();
    unfit(section, &["each"], many || joins, "attributes with several values", valued);
    unfit(section, &["split"], many || joins, "texts and attributes with several values", valued);
    unfit(section, &["template", "chars", "last_part", "max_length"], valued.is_textual(), "texts", valued);
    for key in ["values", "lookup"] {
        if let (Some(entry), Some(_)) = (section.value("max_length"), section.value(key)) {
            let message = format!("`{key}` says what the product holds, however long it is");
            section.report(Code::Unfit, entry.key.span, message, "take `max_length` away");
        }
    }
    let (split, joined) = if many { (split(section), None) } else { (None, split(section)) };
    let each = match (each(section, valued.leaf), &split) {
        // In one text, the elements are the values.
        (None, Some(_)) if valued.leaf.kind == Kind::Complex => Some(each_value(FieldPath::default())),
        (each, _) => each,
    };
    if let (Some(entry), Some(each)) = (section.value("split").filter(|_| many), &each)
        && each.value().is_none_or(|field| !field.is_whole())
    {
        let message = "a list in one text has values, no fields";
        section.report(Code::Parts, entry.key.span, message, "write `each = \"\"`, or take `split` away");
    }
    let codec = Codec {
        chosen: many && field.ends_in_pick(),
        length: length(section),
        chars: section.section("chars").and_then(|section| char_map(&section)),
        template: value_template(names, section),
        last_part: section.flag("last_part").unwrap_or_default(),
        form: form(section, valued),
        split,
        joined,
        each,
        none: none(section),
    };
    let by_value = many && ["as", "values", "lookup"].iter().any(|key| section.value(key).is_some());
    (by_value || codec != Codec::default()).then(|| Box::new(codec))
}

/// Notes options that the attribute cannot have.
fn unfit(section: &Section<'_>, keys: &[&'static str], fits: bool, what: &str, valued: Valued<'_>) {
    for entry in keys.iter().filter_map(|key| section.value(key)).filter(|_| !fits) {
        let message = format!("`{}` is for {what}, `{}` is none", entry.key.value, valued.leaf.name);
        section.report(Code::Unfit, entry.key.span, message, "take it away");
    }
}

fn form(section: &Section<'_>, valued: Valued<'_>) -> Option<Form> {
    let form = section.word("form", &FORMS)?;
    let kind = valued.unit().map(|unit| unit.kind);
    let fits = match form {
        Form::Number => valued.is_textual() || kind == Some(Kind::Boolean),
        Form::Text => kind.is_some(),
        Form::Epoch | Form::EpochMs | Form::Date | Form::LocalTime => kind == Some(Kind::DateTime),
        Form::Present | Form::Absent => kind == Some(Kind::Boolean) && valued.shape == Shape::One,
    };
    if !fits {
        let what = match form {
            Form::Number => "texts and Booleans",
            Form::Text => "attributes of one value, or a list of them",
            Form::Epoch | Form::EpochMs | Form::Date | Form::LocalTime => "dates and times",
            Form::Present | Form::Absent => "Booleans",
        };
        unfit(section, &["form"], false, what, valued);
    }
    fits.then_some(form)
}

fn length(section: &Section<'_>) -> Option<Length> {
    let longer = section.word("longer", &[("refuse", Longer::Refuse), ("cut", Longer::Cut)]);
    if let (Some(entry), None) = (section.value("longer"), section.value("max_length")) {
        section.report(Code::Unfit, entry.key.span, "`longer` has no meaning without `max_length`", "take it away");
    }
    let chars_max = section.number("max_length", 1..=LENGTH_MAX)?;
    Some(Length { chars_max, longer: longer.unwrap_or(Longer::Refuse) })
}

/// What the product holds where there is nothing. No value is held as that.
fn none(section: &Section<'_>) -> Option<Value> {
    if section.value("empty").is_some_and(|entry| entry.value.as_str() == Some("none"))
        && section.value("none").is_none()
    {
        section.missing("none", "0");
    }
    let entry = section.value("none")?;
    let none = section.scalar(entry)?;
    let table = section.value("values").and_then(|entry| entry.value.as_table());
    let held = |value: &toml::Spanned<_>| {
        crate::document::scalar(value.get_ref()).is_some_and(|held| is_spelled_as(&held, &none))
    };
    if let Some((key, _)) = table.into_iter().flatten().find(|(_, value)| held(value)) {
        let message = format!("{none} stands for `{}` already, it cannot stand for nothing", key.get_ref());
        section.report(Code::NotOneToOne, entry.span, message, "take one of the two away");
    }
    Some(none)
}

fn split(section: &Section<'_>) -> Option<String> {
    let text = section.text("split")?;
    let fits = (1..=PIECE_BYTES_MAX).contains(&text.value.len());
    if !fits {
        section.report(Code::Range, text.span, "`split` is one to 16 bytes long", "write what separates: \",\"");
    }
    fits.then(|| text.value.to_owned())
}

/// The text around the value, which names it once.
fn value_template(names: &Names<'_>, section: &Section<'_>) -> Option<TextTemplate> {
    let text = section.text("template")?;
    let placeholders = [VALUE_NAME.to_owned()];
    let known = Known { what: &section.name, placeholders: &placeholders, secrets: false };
    let template = template(names, text, known)?;
    let once = template.names().filter(|name| *name == VALUE_NAME).count() == 1;
    if !once {
        let message = "`template` names `{value}` exactly once: else it could not be read back";
        section.report(Code::ValueTemplate, text.span, message, "write the text around it: \"@{value}:{server}\"");
    }
    once.then_some(template)
}

/// Characters, each with a text that stands for nothing else.
fn char_map(section: &Section<'_>) -> Option<CharMap> {
    let entries = section.entries();
    section.bounded(entries.len(), PAIRS_MAX, &section.name, section.span);
    let mut pairs: Vec<(char, String)> = Vec::new();
    let mut sound = true;
    for entry in entries.into_iter().take(PAIRS_MAX) {
        let mut characters = entry.key.value.chars();
        let to = text(section.sheet, entry)?;
        let (Some(from), None) = (characters.next(), characters.next()) else {
            sound = false;
            let message = format!("`{}` is not one character", shortened(entry.key.value));
            section.report(Code::Chars, entry.key.span, message, "write one character: { \"@\" = \"=40\" }");
            continue;
        };
        let clashes = |(_, other): &(char, String)| other.starts_with(to.value) || to.value.starts_with(other.as_str());
        let problem = match pairs.iter().find(|pair| clashes(pair)) {
            _ if to.value.is_empty() || to.value.len() > PIECE_BYTES_MAX => Some("is not one to 16 bytes".to_owned()),
            Some((other, _)) => Some(format!("begins as what stands for `{other}`")),
            None => None,
        };
        if let Some(problem) = problem {
            sound = false;
            let message = format!("what stands for `{from}` {problem}");
            section.report(Code::Chars, to.span, message, "give each character a text of its own");
            continue;
        }
        pairs.push((from, to.value.to_owned()));
    }
    (sound && !pairs.is_empty()).then_some(CharMap { pairs })
}

/// What the elements of a list look like.
fn each(section: &Section<'_>, leaf: &Attribute) -> Option<Each> {
    let entry = section.value("each")?;
    if entry.value.is_str() {
        let text = text(section.sheet, entry)?;
        return field_at(section, text, text.value, 0).map(each_value);
    }
    if !entry.value.is_table() {
        let help = "write `\"FIELD\"`, or parts of an element: { value = \"address\", type = \"kind\" }";
        wrong_type_but(section.sheet, entry, "a field or a table", help);
        return None;
    }
    let table = section.subsection(entry, format!("{}.each", section.name))?;
    let entries = table.entries();
    table.bounded(entries.len(), PAIRS_MAX, &table.name, entry.key.span);
    let subs: Vec<&str> = match leaf.kind {
        Kind::Complex => leaf.sub_attributes.iter().map(|sub| sub.name.as_str()).collect(),
        _ => vec![VALUE_NAME],
    };
    let mut each = Each { parts: Vec::new() };
    let mut sound = true;
    for entry in entries.into_iter().take(PAIRS_MAX) {
        if !subs.contains(&entry.key.value) {
            sound = false;
            let message = format!("`{}` has no `{}`", leaf.name, shortened(entry.key.value));
            table.report(Code::Parts, entry.key.span, message, format!("write parts of an element: {}", listed(&subs)));
            continue;
        }
        let part = part(&table, entry, leaf);
        let taken = match &part {
            Some(Part::Field { field, .. }) => {
                each.fields().any(|(_, other, _)| other.overlaps(field)).then(|| field.to_string())
            }
            _ => None,
        };
        if let Some(field) = taken {
            sound = false;
            let message = format!("`{field}` holds another part already");
            table.report(Code::Parts, entry.key.span, message, "give each part a field of its own");
        }
        sound &= part.is_some();
        each.parts.extend(part.map(|part| (entry.key.value.to_owned(), part)));
    }
    if sound && each.value().is_none() {
        table.report(Code::Parts, entry.key.span, "`each` does not say where `value` is", "write `value = \"FIELD\"`");
        return None;
    }
    sound.then_some(each)
}

/// Elements of which only the value is known.
fn each_value(field: FieldPath) -> Each {
    Each { parts: vec![(VALUE_NAME.to_owned(), Part::Field { field, values: None })] }
}

/// One part of an element: a field, a field with a table of values, or a constant.
fn part(table: &Section<'_>, entry: Entry<'_>, leaf: &Attribute) -> Option<Part> {
    let is_value = entry.key.value == VALUE_NAME;
    if entry.value.is_str() {
        let text = text(table.sheet, entry)?;
        return Some(Part::Field { field: part_field(table, text, is_value)?, values: None });
    }
    if !entry.value.is_table() {
        let help = "write `\"FIELD\"`, `{ direct = \"FIELD\", values = { true = 1, false = 0 } }` or `{ constant = \"work\" }`";
        wrong_type_but(table.sheet, entry, "a field or a table", help);
        return None;
    }
    let part = table.subsection(entry, format!("{}.{}", table.name, entry.key.value))?;
    let (constant, direct, values) = (part.value("constant"), part.value("direct"), part.value("values"));
    let sub = leaf.sub_attribute(entry.key.value).filter(|_| !is_value);
    let read = match (constant, direct, sub) {
        (_, _, None) => {
            let help = "write `value = \"FIELD\"`; what brings it into the product's form stands in the mapping itself";
            table.report(Code::Parts, entry.key.span, "`value` is a field and nothing else", help);
            return None;
        }
        (Some(constant), None, Some(sub)) => {
            let shape = if sub.multi_valued { Shape::Many } else { Shape::One };
            if let Some(values) = values {
                let message = "`values` has no meaning beside `constant`";
                part.report(Code::Unfit, values.key.span, message, "take it away");
            }
            literal_of(&part, constant, sub, shape).map(Part::Constant)
        }
        (None, Some(direct), Some(sub)) => {
            let field = text(part.sheet, direct).and_then(|text| part_field(&part, text, false));
            let values = match values {
                Some(entry) => Some(value_table(&part, entry, sub)?),
                None => None,
            };
            field.map(|field| Part::Field { field, values })
        }
        _ => {
            part.report(Code::OneOf, entry.span, "a part is of one kind only", "write one of `direct` and `constant`");
            None
        }
    };
    part.finish();
    read
}

/// The field of an element, or the element itself if it is the value.
fn part_field(section: &Section<'_>, text: Text<'_>, is_value: bool) -> Option<FieldPath> {
    let field = field_at(section, text, text.value, 0)?;
    if field.is_writable() || (is_value && field.is_whole()) {
        return Some(field);
    }
    section.report(Code::Parts, text.span, "this is no field of an element", "write a field: \"kind\"");
    None
}

// === defaults ===

/// Whether a default is made, and no literal.
pub(super) fn is_made(entry: Entry<'_>) -> bool {
    entry.value.as_table().is_some_and(|table| table.contains_key("expression") || table.contains_key("random"))
}

/// A default that is made: `{ expression = "…" }` or `{ random = 24 }`.
pub(super) fn made_default(
    subject: &Subject<'_, '_>,
    section: &Section<'_>,
    entry: Entry<'_>,
    path: &BoundPath,
    valued: Valued<'_>,
) -> Option<Fallback> {
    let table = section.subsection(entry, format!("{}.default", section.name))?;
    let made = match (table.value("expression"), table.value("random")) {
        (Some(written), None) => computed(subject, section, written, path),
        (None, Some(_)) if valued.shape == Shape::One && valued.is_textual() => {
            random_length(&table).map(Fallback::Random)
        }
        (None, Some(random)) => {
            let message = format!("a random text is for attributes of one text, `{}` is none", valued.leaf.name);
            section.report(Code::Unfit, random.key.span, message, "write a value");
            None
        }
        (_, random) => {
            let span = random.map_or(entry.span, |random| random.key.span);
            section.report(
                Code::OneOf,
                span,
                "a default is of one kind only",
                "write one of `expression` and `random`",
            );
            None
        }
    };
    table.finish();
    made
}

/// The length of a random text.
pub(super) fn random_length(section: &Section<'_>) -> Option<usize> {
    section.number("random", RANDOM_CHARS_MIN..=RANDOM_CHARS_MAX)
}

fn computed(subject: &Subject<'_, '_>, section: &Section<'_>, entry: Entry<'_>, path: &BoundPath) -> Option<Fallback> {
    let text = text(section.sheet, entry)?;
    let scope = ScimScope::new(subject);
    let expression = expression_of(subject, section, text, &scope, path)?;
    Some(Fallback::Expression { expression, attributes: scope.into_attributes() })
}
