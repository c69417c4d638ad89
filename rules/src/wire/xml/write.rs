//! XML that is written.

use json::Value;

/// The root element of a body that has not exactly one key.
const ROOT: &str = "record";
/// The element of an array that stands where only one element may.
const ITEM: &str = "item";

/// The document that says what `body` says. The body's one key is the root element; a body that has none, or several, goes below
/// `<record>`. A character that XML cannot have is left out of a text, and is `_` in a name.
#[must_use]
pub fn encode(body: &Value) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    match body {
        Value::Object(fields) if fields.len() == 1 => {
            fields.iter().for_each(|(name, value)| element(&mut xml, name, value));
        }
        other => element(&mut xml, ROOT, other),
    }
    xml
}

/// One element; an array is an element with items.
fn element(xml: &mut String, name: &str, value: &Value) {
    let name = xml_name(name);
    xml.push('<');
    xml.push_str(&name);
    let attributes =
        value.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key.strip_prefix('@')?, value)));
    for (key, value) in attributes {
        xml.push(' ');
        xml.push_str(&xml_name(key));
        xml.push_str("=\"");
        escape(xml, &text(value));
        xml.push('"');
    }
    xml.push('>');
    match value {
        Value::Object(fields) => {
            for (key, value) in fields.iter().filter(|(key, _)| !key.starts_with('@')) {
                child(xml, key, value);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|inner| element(xml, ITEM, inner)),
        leaf => escape(xml, &text(leaf)),
    }
    xml.push_str("</");
    xml.push_str(&name);
    xml.push('>');
}

/// A field of an object: one element, or one for each of a list. An empty list is an empty element: the target is told.
fn child(xml: &mut String, key: &str, value: &Value) {
    match value {
        Value::Array(siblings) if !siblings.is_empty() => siblings.iter().for_each(|one| element(xml, key, one)),
        value if key == "#text" => escape(xml, &text(value)),
        value => element(xml, key, value),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A name that XML can have: what it cannot is `_`.
fn xml_name(name: &str) -> String {
    let mut fit: String = name.chars().map(|c| if goes_on(c) { c } else { '_' }).collect();
    if !fit.starts_with(starts) {
        fit.insert(0, '_');
    }
    fit
}

/// Whether a name can begin with it (XML 1.0 §2.3, `NameStartChar`): not every letter, such as `ª`.
fn starts(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// Whether a name can go on with it (XML 1.0 §2.3, `NameChar`): not every digit, such as `²`.
fn goes_on(c: char) -> bool {
    starts(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// What XML cannot have at all is left out (XML 1.0 §2.2). A carriage return, and blanks of attributes, would be read as other
/// blanks (§2.11, §3.3.3): they are written as numbers.
fn escape(xml: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => xml.push(other),
        }
    }
}
