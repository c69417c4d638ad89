//! XML that is read.

use std::borrow::Cow;

use json::{Map, Value};
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{XML_ATTRIBUTES_MAX, XML_DEPTH_MAX, XML_NODES_MAX};

/// Why bytes are no XML that is read; never what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Neither UTF-8 nor ISO-8859-1 by its declaration.
    #[error("it is not in UTF-8")]
    Encoding,
    /// Not well-formed.
    #[error("it is not well-formed XML")]
    Syntax,
    /// A document type definition: what attacks with entities need, and answers do not.
    #[error("it has a DTD")]
    Dtd,
    /// An entity that is none of `lt`, `gt`, `amp`, `apos`, `quot`.
    #[error("it has an entity of its own")]
    Entity,
    /// Deeper or more than the limits.
    #[error("it is too deep or has too many elements")]
    TooLarge,
}

/// An element that is not closed yet.
struct Open {
    name: String,
    fields: Map,
    text: String,
    /// `xsi:nil="true"`: not the empty text, but no value.
    is_nil: bool,
}

/// Reads `bytes` as JSON: `{"root": …}`.
///
/// # Errors
/// [`XmlError`].
pub fn decode(bytes: &[u8]) -> Result<Value, XmlError> {
    let text = text_of(bytes)?;
    let mut reader = Reader::from_str(&text);
    let (mut open, mut root, mut nodes) = (Vec::<Open>::new(), None, 0);
    loop {
        let event = reader.read_event().map_err(|_| XmlError::Syntax)?;
        match event {
            Event::Start(tag) if root.is_none() => open.push(element(&tag, open.len(), &mut nodes)?),
            Event::Empty(tag) if root.is_none() => {
                let element = element(&tag, open.len(), &mut nodes)?;
                close(element, &mut open, &mut root);
            }
            Event::End(_) => {
                let element = open.pop().ok_or(XmlError::Syntax)?;
                close(element, &mut open, &mut root);
            }
            Event::Text(text) => add(&mut open, &text.xml10_content())?,
            Event::CData(text) => add(&mut open, &text.xml10_content())?,
            Event::GeneralRef(entity) => add(&mut open, resolved(&entity)?.encode_utf8(&mut [0; 4]))?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::DocType(_) => return Err(XmlError::Dtd),
            // There is a root only if all that was opened is closed.
            Event::Eof => return root.ok_or(XmlError::Syntax),
            Event::Start(_) | Event::Empty(_) => return Err(XmlError::Syntax),
        }
    }
}

/// UTF-8, whose byte order mark the reader passes over; or ISO-8859-1 if the declaration says so: old products still send it.
fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let declaration = bytes.split(|byte| *byte == b'>').next().unwrap_or_default().to_ascii_lowercase();
    let says = |name: &[u8]| declaration.windows(name.len()).any(|window| window == name);
    if says(b"iso-8859-1") || says(b"latin1") {
        return Ok(Cow::Owned(bytes.iter().copied().map(char::from).collect()));
    }
    Err(XmlError::Encoding)
}

/// The beginning of an element, `depth` elements inside others.
fn element(tag: &BytesStart<'_>, depth: usize, nodes: &mut usize) -> Result<Open, XmlError> {
    let mut element = Open { name: tag.name().0.to_owned(), fields: Map::new(), text: String::new(), is_nil: false };
    let mut attributes = 0;
    // Their own check for duplicates compares each with each.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| XmlError::Syntax)?;
        attributes += 1;
        if attributes > XML_ATTRIBUTES_MAX {
            return Err(XmlError::TooLarge);
        }
        let (name, value) = (attribute.key.0, value_of(&attribute)?);
        match name {
            "xmlns" => {}
            name if name.starts_with("xmlns:") => {}
            "nil" | "xsi:nil" if matches!(&*value, "true" | "1") => element.is_nil = true,
            name => drop(element.fields.insert(format!("@{name}"), Value::String(value.into_owned()))),
        }
    }
    *nodes += 1 + attributes;
    if depth >= XML_DEPTH_MAX || *nodes > XML_NODES_MAX {
        return Err(XmlError::TooLarge);
    }
    Ok(element)
}

fn value_of<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>, XmlError> {
    attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| XmlError::Entity)
}

/// The character that a reference stands for.
fn resolved(entity: &BytesRef<'_>) -> Result<char, XmlError> {
    if let Some(char) = entity.resolve_char_ref().map_err(|_| XmlError::Syntax)? {
        return Ok(char);
    }
    match &*entity.xml10_content() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(XmlError::Entity),
    }
}

/// Text belongs to the innermost element; outside of the root there are blanks only.
fn add(open: &mut [Open], text: &str) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(XmlError::Syntax),
    }
    Ok(())
}

/// What a closed element is, put where it belongs.
fn close(element: Open, open: &mut [Open], root: &mut Option<Value>) {
    let Open { name, mut fields, text, is_nil } = element;
    let value = if fields.is_empty() {
        if is_nil && text.is_empty() { Value::Null } else { Value::String(text) }
    } else {
        let text = text.trim();
        if !text.is_empty() {
            fields.insert("#text".to_owned(), Value::String(text.to_owned()));
        }
        Value::Object(fields)
    };
    match open.last_mut() {
        None => *root = Some(Value::Object(Map::from_iter([(name, value)]))),
        Some(parent) => match parent.fields.get_mut(&name) {
            None => drop(parent.fields.insert(name, value)),
            // An element's value is never an array itself: this one is of siblings.
            Some(Value::Array(siblings)) => siblings.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        },
    }
}
