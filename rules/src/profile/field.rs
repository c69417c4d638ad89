//! Field paths of target records: parsed, printed, read from a record, written into a body.
//!
//! A path is a plain list of keys: it never fails on a record of another shape, it reads nothing there. Of a list it may
//! choose an element, by position or by what a field of the element says; `field/write.rs` says what writing there does, and
//! `field/harm.rs` what it would do to a record.

mod harm;
mod write;

use std::borrow::Cow;
use std::fmt;

use json::Value;

pub use self::harm::Harm;

/// Most keys of one path; the depth of what a body can be.
pub const FIELD_KEYS_MAX: usize = 16;
/// Highest position in a list that can be written: nothing makes a list longer than this by a position.
pub const POSITION_MAX: usize = 99;

/// A field of a target record: `name.first`, `errors.0.code` or `contacts[kind=email].value`; the empty path is the record
/// itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct FieldPath {
    /// Keys from the outside in.
    pub keys: Vec<Key>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A key of an object; digits are a position where an array is, or nothing.
    Name(String),
    /// The first element of an array with this in one of its fields: `[kind=email]`.
    Pick(Pick),
}

/// What tells an element of a list from the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pick {
    /// The element's field.
    pub key: String,
    /// What it says there.
    pub value: Literal,
}

/// A value that an element is told by. Text and number of one spelling are the same when they are looked for; an element that
/// is made gets the one that was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// Text, quoted or not.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
}

/// Why a text is no field path, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FieldError {
    /// What was expected.
    pub reason: &'static str,
    /// Byte offset.
    pub at: usize,
}

impl FieldPath {
    /// Parses keys with dots between them; the empty text is the record itself. Behind a key, `[field=value]` chooses an
    /// element of the list there.
    ///
    /// # Errors
    /// An empty key, a blank, a bracket, a brace, a quote or a control character in a key, a choice that is not
    /// `[field=value]`, or more than [`FIELD_KEYS_MAX`] keys.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let mut keys = Vec::new();
        let mut at = 0;
        while at < text.len() || !keys.is_empty() {
            if keys.len() >= FIELD_KEYS_MAX {
                return Err(FieldError { reason: "a field path has at most 16 keys", at });
            }
            let rest = &text[at..];
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            keys.push(Key::Name(name(&rest[..end], at)?.to_owned()));
            at += end;
            while text[at..].starts_with('[') {
                let (pick, end) = pick(text, at)?;
                keys.push(Key::Pick(pick));
                at = end;
            }
            if keys.len() > FIELD_KEYS_MAX {
                return Err(FieldError { reason: "a field path has at most 16 keys", at });
            }
            match text[at..].chars().next() {
                None => break,
                Some('.') => at += 1,
                Some(_) => return Err(FieldError { reason: "a dot stands behind `]`", at }),
            }
        }
        Ok(Self { keys })
    }

    /// Whether it is the record itself.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether it can be written: no position is beyond [`POSITION_MAX`], it is not the record itself, and not what an element
    /// is chosen by: written otherwise, the element would not be found again.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        let is_told_by = |keys: &[Key]| matches!(keys, [Key::Pick(pick), key] if key.name() == Some(&pick.key));
        !self.is_whole()
            && self.keys.iter().all(|key| key.position().is_none_or(|at| at <= POSITION_MAX))
            && !self.keys.windows(2).any(is_told_by)
    }

    /// Whether one path leads through the other, so that writing both would write one place twice.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.keys.iter().zip(&other.keys).all(|(a, b)| match (a, b) {
            (Key::Pick(_), Key::Name(name)) | (Key::Name(name), Key::Pick(_)) => is_position(name),
            (a, b) => a == b,
        })
    }

    /// The value in `record`; a null is a value. Digits index arrays, and are a key of objects.
    #[must_use]
    pub fn read<'r>(&self, record: &'r Value) -> Option<&'r Value> {
        self.keys.iter().try_fold(record, |value, key| key.read(value))
    }

    /// Every element that the choice at the end of the path fits, in order; none if there is no choice at its end.
    #[must_use]
    pub fn read_all<'r>(&self, record: &'r Value) -> Vec<&'r Value> {
        let Some((Key::Pick(pick), list)) = self.keys.split_last() else { return Vec::new() };
        let list = Self { keys: list.to_vec() };
        let elements = list.read(record).and_then(Value::as_array);
        elements.into_iter().flatten().filter(|element| pick.fits(element)).collect()
    }

    /// Whether the list that the path chooses from first is there, and has no such element.
    #[must_use]
    pub fn finds_none(&self, record: &Value) -> bool {
        let Some(list) = self.list() else { return false };
        let element = Self { keys: self.keys[..=list.keys.len()].to_vec() };
        list.read(record).is_some_and(Value::is_array) && element.read(record).is_none()
    }

    /// The list that the path chooses from first, if it does, or the object whose keys are digits: what must be sent whole to
    /// change anything in it.
    #[must_use]
    pub fn list(&self) -> Option<Self> {
        let end = self.keys.iter().position(|key| matches!(key, Key::Pick(_)) || key.position().is_some())?;
        Some(Self { keys: self.keys[..end].to_vec() })
    }

    /// The element of a list that it is a part of, if it is one by choice: `contacts[kind=email]` of
    /// `contacts[kind=email].value`.
    #[must_use]
    pub fn element(&self) -> Option<Self> {
        let end = self.keys.iter().rposition(|key| matches!(key, Key::Pick(_)))? + 1;
        (end < self.keys.len()).then(|| Self { keys: self.keys[..end].to_vec() })
    }

    /// Whether it chooses elements at its very end.
    #[must_use]
    pub fn ends_in_pick(&self) -> bool {
        matches!(self.keys.last(), Some(Key::Pick(_)))
    }

    /// Whether it leads through `outer`, or is it.
    #[must_use]
    pub fn is_within(&self, outer: &Self) -> bool {
        self.keys.starts_with(&outer.keys)
    }

    /// The path that `inner` stands behind, if this one ends in it: `person` of `person.id` before `id`.
    #[must_use]
    pub fn before(&self, inner: &Self) -> Option<Self> {
        let outer = self.keys.strip_suffix(inner.keys.as_slice())?;
        Some(Self { keys: outer.to_vec() })
    }

    /// The path `inner` of what is at this path.
    #[must_use]
    pub fn join(&self, inner: &Self) -> Self {
        Self { keys: self.keys.iter().chain(&inner.keys).cloned().collect() }
    }
}

impl Key {
    /// The position in a list, if the key is one.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match self {
            Self::Name(name) if is_position(name) => Some(name.parse().unwrap_or(usize::MAX)),
            _ => None,
        }
    }

    /// What it leads to in `value`.
    fn read<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match (self, value) {
            (Self::Name(name), Value::Object(fields)) => fields.get(name),
            (Self::Name(_), Value::Array(elements)) => elements.get(self.position()?),
            (Self::Pick(pick), Value::Array(elements)) => elements.iter().find(|element| pick.fits(element)),
            _ => None,
        }
    }

    /// The key of an object, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Pick(_) => None,
        }
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

fn is_position(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

impl Pick {
    /// Whether `element` is one of those.
    #[must_use]
    pub fn fits(&self, element: &Value) -> bool {
        element.get(&self.key).is_some_and(|value| self.value.says(value))
    }
}

impl Literal {
    fn says(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text(text), Value::String(value)) => text == value,
            (Self::Integer(number), Value::Number(value)) => value.as_i64() == Some(*number),
            (Self::Boolean(truth), Value::Bool(value)) => truth == value,
            (Self::Integer(number), Value::String(value)) => *value == number.to_string(),
            (Self::Text(text), Value::Number(value)) => *text == value.to_string(),
            (Self::Boolean(truth), Value::String(value)) => *value == truth.to_string(),
            (Self::Text(text), Value::Bool(value)) => *text == value.to_string(),
            _ => false,
        }
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone()),
            Self::Integer(number) => Value::from(*number),
            Self::Boolean(truth) => Value::Bool(*truth),
        }
    }

    /// A number, `true`, `false`, a text in quotes, or a text.
    fn written(text: &str) -> Option<Self> {
        for quote in ['\'', '"'] {
            if let Some(inner) = text.strip_prefix(quote) {
                return inner.strip_suffix(quote).map(|inner| Self::Text(inner.to_owned()));
            }
        }
        let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
        Some(match (text, number) {
            ("", _) => return None,
            ("true", _) => Self::Boolean(true),
            ("false", _) => Self::Boolean(false),
            (_, Some(number)) => Self::Integer(number),
            (text, None) => Self::Text(text.to_owned()),
        })
    }
}

// === parsing ===

fn name(text: &str, at: usize) -> Result<&str, FieldError> {
    let stray = |c: char| c.is_whitespace() || c.is_control() || "[]{}()\"'`".contains(c);
    if let Some(stray) = text.find(stray) {
        let reason = "a field path is keys with dots between them: `name.first`";
        return Err(FieldError { reason, at: at + stray });
    }
    if text.is_empty() {
        return Err(FieldError { reason: "a key of a field path is empty", at });
    }
    Ok(text)
}

/// The choice that begins at `at`, and where it ends.
fn pick(text: &str, at: usize) -> Result<(Pick, usize), FieldError> {
    let wrong = || FieldError { reason: "an element of a list is chosen by one of its fields: `[kind=email]`", at };
    let inner = &text[at + 1..];
    let (key, behind) = inner.split_once('=').ok_or_else(wrong)?;
    let key = name(key, at + 1).map_err(|_| wrong())?;
    // A quoted text may hold the bracket.
    let end = match behind.chars().next() {
        Some(quote @ ('\'' | '"')) => behind[1..].find(quote).ok_or_else(wrong)? + 2,
        _ => behind.find(']').ok_or_else(wrong)?,
    };
    let (written, close) = behind.split_at(end);
    if !close.starts_with(']') || written.contains(|c: char| c.is_control() || "{}[".contains(c)) {
        return Err(wrong());
    }
    let value = Literal::written(written).ok_or_else(wrong)?;
    Ok((Pick { key: key.to_owned(), value }, at + 1 + key.len() + 1 + end + 1))
}

// === printing ===

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.keys.iter().enumerate() {
            match key {
                Key::Name(name) if at == 0 => f.write_str(name)?,
                Key::Name(name) => write!(f, ".{name}")?,
                Key::Pick(pick) => write!(f, "[{}={}]", pick.key, pick.value.print())?,
            }
        }
        Ok(())
    }
}

impl Literal {
    /// As it is parsed: quoted if it would be taken for something else.
    fn print(&self) -> Cow<'_, str> {
        match self {
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Boolean(truth) => Cow::Owned(truth.to_string()),
            Self::Text(text) if !text.contains(']') && Self::written(text).as_ref() == Some(self) => {
                Cow::Borrowed(text)
            }
            Self::Text(text) if text.contains('\'') => Cow::Owned(format!("\"{text}\"")),
            Self::Text(text) => Cow::Owned(format!("'{text}'")),
        }
    }
}

#[cfg(test)]
mod tests;
