//! How the target writes a value: the chain of a direct mapping, both ways.
//!
//! What is written here is read back as it was, or not written at all: the inverse is tried before anything goes out. Moments
//! are the exception, of which the target may hold no more than the day.

use std::borrow::Cow;

use json::{Map, Number, Value};
use scim::{Instant, Kind};

use crate::functions::last_part;
use crate::lookup::{is_spelled_as, scalar_text};
use crate::params::Params;
use crate::profile::{CharMap, Codec, Each, Form, Length, Longer, VALUE_NAME};

/// What a chain works with: the type of one value, and the tenant's parameters.
#[derive(Clone, Copy)]
pub(super) struct Unit<'p> {
    pub(super) kind: Kind,
    pub(super) params: &'p Params,
}

impl Codec {
    // === one value ===

    /// The target's form of one value.
    ///
    /// # Errors
    /// Why it has none, for people.
    pub(super) fn encode_one(&self, unit: Unit<'_>, value: &Value) -> Result<Value, String> {
        let mut encoded = Cow::Borrowed(value);
        if self.chars.is_some() || self.template.is_some() {
            let text = scalar_text(value).ok_or_else(|| "it is no text".to_owned())?;
            encoded = Cow::Owned(Value::String(self.wrapped(unit, &text)?));
        }
        if let Some(form) = self.form {
            encoded = Cow::Owned(form.encode(&encoded)?);
        }
        let encoded = encoded.into_owned();
        if !self.is_lossy() && self.decode_one(unit, &encoded).as_ref() != Ok(value) {
            return Err(format!("the product could not tell it from another value: it would hold {encoded}"));
        }
        if self.is_none(&encoded) {
            return Err(format!("the product says by {encoded} that there is nothing"));
        }
        Ok(encoded)
    }

    /// What the target's `raw` stands for.
    ///
    /// # Errors
    /// Why it stands for nothing.
    pub(super) fn decode_one(&self, unit: Unit<'_>, raw: &Value) -> Result<Value, String> {
        let mut value = match self.form {
            None => Cow::Borrowed(raw),
            Some(form) => Cow::Owned(form.decode(unit.kind, raw)?),
        };
        if self.last_part || self.template.is_some() || self.chars.is_some() {
            let text = scalar_text(&value).ok_or_else(|| format!("the target's {raw} is no text"))?;
            value = Cow::Owned(Value::String(
                self.unwrapped(unit, &text)
                    .ok_or_else(|| format!("the target's {raw} is not what the profile would write"))?,
            ));
        }
        Ok(value.into_owned())
    }

    /// Whether `raw` is what the target holds where there is nothing.
    pub(super) fn is_none(&self, raw: &Value) -> bool {
        self.none.as_ref().is_some_and(|none| is_spelled_as(none, raw))
    }

    fn is_lossy(&self) -> bool {
        matches!(self.form, Some(Form::Epoch | Form::EpochMs | Form::Date | Form::LocalTime))
    }

    fn wrapped(&self, unit: Unit<'_>, text: &str) -> Result<String, String> {
        let text = self.chars.as_ref().map_or(Cow::Borrowed(text), |chars| Cow::Owned(chars.encode(text)));
        let Some(template) = &self.template else { return Ok(text.into_owned()) };
        let filled = template.try_fill(|name| {
            if name == VALUE_NAME { Some(Cow::Borrowed(text.as_ref())) } else { param(unit.params, name) }
        });
        filled.map_err(|name| format!("there is no `{name}` to write it with"))
    }

    fn unwrapped(&self, unit: Unit<'_>, text: &str) -> Option<String> {
        let inner = match &self.template {
            _ if self.last_part => last_part(text)?.to_owned(),
            Some(template) => template.parse_back(text, VALUE_NAME, |name| param(unit.params, name))?,
            None => text.to_owned(),
        };
        match &self.chars {
            Some(chars) => chars.decode(&inner),
            None => Some(inner),
        }
    }

    // === lists ===

    /// The target's form of a list, `one` being that of one value.
    ///
    /// # Errors
    /// That of `one`; or `refuse` of why the list cannot be written.
    pub(super) fn encode_list<E>(
        &self,
        elements: &[Value],
        one: impl Fn(&Value) -> Result<Value, E>,
        refuse: impl Fn(String) -> E,
    ) -> Result<Value, E> {
        let encoded = elements.iter().map(|element| match &self.each {
            Some(each) => each.encode(element, &one, &refuse),
            None => in_value(element, &one),
        });
        let encoded: Vec<Value> = encoded.collect::<Result<_, E>>()?;
        let Some(separator) = &self.split else { return Ok(Value::Array(encoded)) };
        let texts = encoded.iter().map(|element| match scalar_text(element) {
            Some(text) if is_separable(&text, separator) => Ok(text),
            _ => Err(refuse(format!("{element} cannot stand in a list that `{separator}` separates"))),
        });
        Ok(Value::String(texts.collect::<Result<Vec<_>, E>>()?.join(separator)))
    }

    /// The values of SCIM's text, each once in the order of the alphabet: the order has no meaning. `None` if the text is no list.
    pub(super) fn parts(&self, text: &str) -> Option<Vec<String>> {
        let separator = self.joined.as_ref()?;
        let parts = text.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty());
        Some(in_order(parts.map(str::to_owned).collect()))
    }

    /// SCIM's text of these values; a list if it is no text.
    pub(super) fn joined(&self, values: Vec<Value>) -> Value {
        match &self.joined {
            None => Value::Array(values),
            Some(separator) => {
                let texts = values.iter().filter_map(scalar_text).map(Cow::into_owned).collect();
                Value::String(in_order(texts).join(separator))
            }
        }
    }

    /// The elements of the target's list; of one that is written as a single value, that one.
    pub(super) fn elements<'r>(&self, raw: &'r Value) -> Vec<Cow<'r, Value>> {
        match (raw, &self.split) {
            (Value::Array(elements), _) => elements.iter().map(Cow::Borrowed).collect(),
            (Value::String(text), Some(separator)) => {
                let parts = text.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| Cow::Owned(Value::String(part.to_owned()))).collect()
            }
            (single, _) => vec![Cow::Borrowed(single)],
        }
    }

    /// One element as SCIM shows it, `one` being what one value is shown as; `None` if there is nothing of it to show.
    pub(super) fn decode_element<E>(
        &self,
        element: &Value,
        is_complex: bool,
        one: impl Fn(&Value) -> Result<Value, E>,
    ) -> Result<Option<Value>, E> {
        let Some(each) = &self.each else { return in_value(element, one).map(Some) };
        let mut parts = Map::new();
        for (sub, field, values) in each.fields() {
            let Some(part) = field.assigned(element) else { continue };
            let part = match values {
                _ if sub == VALUE_NAME => Some(one(part)?),
                Some(values) => {
                    values.pairs.iter().find(|(_, held)| is_spelled_as(held, part)).map(|(key, _)| key.clone())
                }
                None => Some(part.clone()),
            };
            if !is_complex {
                return Ok(part);
            }
            parts.extend(part.map(|part| (sub.to_owned(), part)));
        }
        // What is always so says nothing of an element that says nothing.
        Ok((!parts.is_empty()).then(|| self.with_constants(Value::Object(parts))))
    }

    /// Whether a sent element is one of those that this list holds: it says nothing else than what all of them say.
    pub(super) fn takes(&self, element: &Value) -> bool {
        let mut constants = self.each.iter().flat_map(Each::constants);
        constants.all(|(sub, constant)| element.get(sub).is_none_or(|sent| says_same(sent, constant)))
    }

    /// `element` with what all elements of this list say.
    pub(super) fn with_constants(&self, element: Value) -> Value {
        let mut element = element;
        if let Value::Object(parts) = &mut element {
            for (sub, constant) in self.each.iter().flat_map(Each::constants) {
                parts.insert(sub.to_owned(), constant.clone());
            }
        }
        element
    }

    /// `new` with what the target's elements `now` hold beside what SCIM knows of them: a list that is sent whole loses nothing
    /// of the elements that stay.
    pub(crate) fn merged(&self, now: &[&Value], new: Value) -> Value {
        let (Some(each), Value::Array(elements)) = (&self.each, &new) else { return new };
        let Some(key) = each.value().filter(|key| !key.is_whole()) else { return new };
        let merged = elements.iter().map(|element| {
            let same = now.iter().find(|held| held.is_object() && key.assigned(held) == key.assigned(element));
            let Some(Value::Object(held)) = same else { return element.clone() };
            let mut held = held.clone();
            for (_, field, _) in each.fields() {
                match field.assigned(element) {
                    Some(part) => field.write(&mut held, part.clone()),
                    None => field.remove(&mut held),
                }
            }
            Value::Object(held)
        });
        Value::Array(merged.collect())
    }

    /// `new` in the order of `now`, as far as its elements are there already, if order has no meaning.
    pub(super) fn settled(&self, now: &[&Value], new: Value) -> Value {
        match new {
            Value::Array(mut elements) if self.joined.is_some() => {
                let place = |element: &Value| now.iter().position(|held| *held == element).unwrap_or(now.len());
                elements.sort_by_key(place);
                Value::Array(elements)
            }
            new => new,
        }
    }
}

/// Texts in the order of the alphabet, each once, whatever their case.
fn in_order(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_by_cached_key(|text| (text.to_lowercase(), text.clone()));
    texts.dedup_by_key(|text| text.to_lowercase());
    texts
}

/// `element` with what `one` makes of it, or of its `value` if it is an object.
pub(super) fn in_value<E>(element: &Value, one: impl Fn(&Value) -> Result<Value, E>) -> Result<Value, E> {
    let Value::Object(parts) = element else { return one(element) };
    let mut parts = parts.clone();
    if let Some(value) = parts.get_mut(VALUE_NAME) {
        *value = one(value)?;
    }
    Ok(Value::Object(parts))
}

/// Whether both say the same; texts of sub-attributes such as `type` in any case (RFC 7643 §4.1.2).
fn says_same(sent: &Value, constant: &Value) -> bool {
    match (sent.as_str(), constant.as_str()) {
        (Some(sent), Some(constant)) => sent.eq_ignore_ascii_case(constant),
        _ => sent == constant,
    }
}

fn is_separable(text: &str, separator: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(separator) && !could_join(text, separator)
}

/// Whether the separator could be found too early: behind `a;` comes `;;`.
fn could_join(text: &str, separator: &str) -> bool {
    separator
        .char_indices()
        .skip(1)
        .any(|(at, _)| text.ends_with(&separator[..at]) || text.starts_with(&separator[at..]))
}

fn param<'p>(params: &'p Params, name: &str) -> Option<Cow<'p, str>> {
    let (_, value) = params.values.iter().find(|(known, _)| known == name)?;
    scalar_text(value)
}

impl Each {
    fn encode<E>(
        &self,
        element: &Value,
        one: impl Fn(&Value) -> Result<Value, E>,
        refuse: impl Fn(String) -> E,
    ) -> Result<Value, E> {
        let mut encoded = Map::new();
        for (sub, field, values) in self.fields() {
            let part = match element {
                Value::Object(parts) => parts.get(sub),
                // The values of an attribute without parts.
                single => (sub == VALUE_NAME).then_some(single),
            };
            let Some(part) = part else { continue };
            let part = match values {
                _ if sub == VALUE_NAME => one(part)?,
                Some(values) => {
                    let held = values.target(part).cloned();
                    held.ok_or_else(|| refuse(format!("`{sub}` is not one of {}", values.allowed())))?
                }
                None => part.clone(),
            };
            if field.is_whole() {
                return Ok(part);
            }
            field.write(&mut encoded, part);
        }
        Ok(Value::Object(encoded))
    }
}

impl Length {
    /// `text` within the limit.
    ///
    /// # Errors
    /// The limit, for people.
    pub(super) fn bounded(self, text: &str) -> Result<Cow<'_, str>, String> {
        match (text.char_indices().nth(self.chars_max), self.longer) {
            (None, _) => Ok(Cow::Borrowed(text)),
            (Some((end, _)), Longer::Cut) => Ok(Cow::Borrowed(text[..end].trim_end())),
            (Some(_), Longer::Refuse) => Err(format!("it is longer than {} characters", self.chars_max)),
        }
    }
}

impl CharMap {
    fn encode(&self, text: &str) -> String {
        let mut encoded = String::with_capacity(text.len());
        for character in text.chars() {
            match self.pairs.iter().find(|(from, _)| *from == character) {
                Some((_, to)) => encoded.push_str(to),
                None => encoded.push(character),
            }
        }
        encoded
    }

    /// What [`CharMap::encode`] made `text` of; `None` if it made it of nothing.
    fn decode(&self, text: &str) -> Option<String> {
        let (mut decoded, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(first) = rest.chars().next() {
            let (character, length) = match self.pairs.iter().find(|(_, to)| rest.starts_with(to.as_str())) {
                Some((from, to)) => (*from, to.len()),
                // It would have been written otherwise.
                None if self.pairs.iter().any(|(from, _)| *from == first) => return None,
                None => (first, first.len_utf8()),
            };
            decoded.push(character);
            rest = &rest[length..];
        }
        Some(decoded)
    }
}

impl Form {
    fn encode(self, value: &Value) -> Result<Value, String> {
        let moment = || {
            let parsed = value.as_str().and_then(Instant::parse);
            parsed.ok_or_else(|| format!("{value} is no date and time"))
        };
        Ok(match (self, value) {
            (Self::Number, Value::Bool(truth)) => Value::from(u8::from(*truth)),
            (Self::Number, Value::String(text)) => number(text)
                .map(Value::Number)
                .ok_or_else(|| format!("{value} is not a number, or not its shortest spelling"))?,
            (Self::Text, scalar) => Value::String(scalar_text(scalar).ok_or("it is no text")?.into_owned()),
            (Self::Epoch, _) => Value::from(moment()?.unix_ms().div_euclid(1000)),
            (Self::EpochMs, _) => Value::from(moment()?.unix_ms()),
            (Self::Date, _) => Value::String(moment()?.to_string().chars().take("2026-11-22".len()).collect()),
            (Self::LocalTime, _) => {
                Value::String(moment()?.to_string().chars().take("2026-11-22T05:13:51".len()).collect())
            }
            (Self::Number | Self::Present | Self::Absent, value) => value.clone(),
        })
    }

    fn decode(self, kind: Kind, raw: &Value) -> Result<Value, String> {
        let wrong = || format!("the target's {raw} is of another form");
        let moment = |moment: Option<Instant>| moment.map(|at| Value::String(at.to_string())).ok_or_else(wrong);
        match (self, kind) {
            (Self::Number | Self::Text, Kind::Boolean) => truth(raw).map(Value::Bool).ok_or_else(wrong),
            (Self::Number | Self::Text, Kind::Integer | Kind::Decimal) => match raw {
                Value::String(text) => number(text).map(Value::Number).ok_or_else(wrong),
                raw => Ok(raw.clone()),
            },
            (Self::Number | Self::Text, _) => {
                scalar_text(raw).map(|text| Value::String(text.into_owned())).ok_or_else(wrong)
            }
            (Self::Epoch, _) => moment(whole(raw).and_then(|at| at.checked_mul(1000)).and_then(Instant::from_unix_ms)),
            (Self::EpochMs, _) => moment(whole(raw).and_then(Instant::from_unix_ms)),
            (Self::Date, _) => {
                let day = raw.as_str().and_then(|text| text.get(.."2026-11-22".len()));
                moment(day.and_then(|day| Instant::parse(&format!("{day}T00:00:00Z"))))
            }
            (Self::LocalTime, _) => moment(raw.as_str().and_then(Instant::parse)),
            (Self::Present | Self::Absent, _) => Ok(raw.clone()),
        }
    }
}

/// The number that `text` is the shortest spelling of: another spelling would not come back.
fn number(text: &str) -> Option<Number> {
    let number: Number = json::from_str(text).ok()?;
    (number.to_string() == text).then_some(number)
}

fn truth(raw: &Value) -> Option<bool> {
    match raw {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number, also in a text; of another number the part before the point.
fn whole(raw: &Value) -> Option<i64> {
    let number = match raw {
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text.as_str()),
        _ => return None,
    };
    number.split('.').next().and_then(|whole| whole.parse().ok())
}

#[cfg(test)]
mod tests;
