//! Forms, `application/x-www-form-urlencoded` (WHATWG URL, §5): how a JSON body is written as one.
//!
//! A form knows neither types nor nesting. What is nested is said by the names of fields, in the style the target reads; a null
//! and an empty list are a field without a value.

use json::Value;
use percent_encoding::percent_encode_byte;

use crate::profile::{FormStyle, Lists, Nested};

/// The form that says what `body` says. A body that is no object has one field without a name.
#[must_use]
pub fn encode(body: &Value, style: FormStyle) -> String {
    let mut form = String::new();
    match body {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| field(&mut form, name, value, style)),
        other => field(&mut form, "", other, style),
    }
    form
}

/// A text as it stands in a form.
#[must_use]
pub fn encode_text(text: &str) -> String {
    let mut form = String::new();
    escape(&mut form, text);
    form
}

fn field(form: &mut String, name: &str, value: &Value, style: FormStyle) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                field(form, &inner(name, key, style.nested), value, style);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (index, element) in elements.iter().enumerate() {
                match style.lists {
                    Lists::Brackets => field(form, &format!("{name}[]"), element, style),
                    Lists::Repeat => field(form, name, element, style),
                    Lists::Index => field(form, &inner(name, &index.to_string(), style.nested), element, style),
                }
            }
        }
        Value::String(text) => pair(form, name, text),
        Value::Bool(_) | Value::Number(_) => pair(form, name, &value.to_string()),
        Value::Null | Value::Object(_) | Value::Array(_) => pair(form, name, ""),
    }
}

/// The name of field `key` of the field `name`.
fn inner(name: &str, key: &str, nested: Nested) -> String {
    match nested {
        Nested::Brackets => format!("{name}[{key}]"),
        Nested::Dots => format!("{name}.{key}"),
    }
}

fn pair(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    escape(form, name);
    form.push('=');
    escape(form, value);
}

/// Encodes what a form encodes: all but letters, digits and `*-._`; a blank is a `+`.
fn escape(form: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            ' ' => form.push('+'),
            plain if plain.is_ascii_alphanumeric() || "*-._".contains(plain) => form.push(plain),
            other => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    form.push_str(percent_encode_byte(byte));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
