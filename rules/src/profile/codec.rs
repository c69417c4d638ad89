//! How the target writes a value that SCIM writes otherwise: the chain of a direct mapping, and defaults that are made.
//!
//! Types only; the loader fills them in, `translate/codec.rs` writes and reads by them.

use json::Value;
use scim::path::BoundPath;

use super::{FieldPath, ValueTable};
use crate::expression::Expression;
use crate::template::TextTemplate;

/// Longest value of `max_length`, in characters.
pub const LENGTH_MAX: usize = 65_536;
/// Fewest characters of a random text: 48 bits.
pub const RANDOM_CHARS_MIN: usize = 8;
/// Most characters of a random text.
pub const RANDOM_CHARS_MAX: usize = 128;
/// The placeholder of the value itself in `template`.
pub const VALUE_NAME: &str = "value";

/// The chain. A mapping that has none of it has no codec at all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Codec {
    /// Whether the field chooses several elements of a list at its end: `threepids[medium=email]`.
    pub chosen: bool,
    /// The most characters.
    pub length: Option<Length>,
    /// Characters that are written otherwise.
    pub chars: Option<CharMap>,
    /// The text around the value.
    pub template: Option<TextTemplate>,
    /// Reading takes the last part of a link's path.
    pub last_part: bool,
    /// The JSON form of one value.
    pub form: Option<Form>,
    /// What stands between the values of a list in one text.
    pub split: Option<String>,
    /// The other way round: what stands between the values in SCIM's one text, of which the target holds a list.
    pub joined: Option<String>,
    /// The form of the elements of a list.
    pub each: Option<Each>,
    /// What the target holds where there is nothing: read as no value, written when the attribute is cleared.
    pub none: Option<Value>,
}

/// The most characters of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// In characters.
    pub chars_max: usize,
    /// What becomes of a longer text.
    pub longer: Longer,
}

/// What becomes of a text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Longer {
    /// 400, with the limit.
    Refuse,
    /// Its beginning is written.
    Cut,
}

/// Characters and what stands for them, each of which stands for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharMap {
    /// In the order of the file.
    pub pairs: Vec<(char, String)>,
}

/// How one value is written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number; of a Boolean 1 or 0.
    Number,
    /// A text.
    Text,
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMs,
    /// `2026-11-22`, in UTC.
    Date,
    /// `2026-11-22T05:13:51`: UTC without saying so.
    LocalTime,
    /// A Boolean: whether the field is there.
    Present,
    /// A Boolean: whether the field is not there.
    Absent,
}

/// The elements of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// SCIM sub-attribute and what it is, in the order of the file.
    pub parts: Vec<(String, Part)>,
}

/// A sub-attribute of the elements of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A field of an element, both ways; the empty path is the element itself.
    Field {
        /// The field.
        field: FieldPath,
        /// SCIM value to target value, one to one.
        values: Option<ValueTable>,
    },
    /// Shown so, never written. An element that says otherwise is none of this list.
    Constant(Value),
}

/// How no value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Empty {
    /// As what [`Codec::none`] is where it is cleared; without one, not at all where everything is sent, as null where changes
    /// are.
    #[default]
    Usual,
    /// Not at all.
    Omit,
    /// As null.
    Null,
    /// As an empty text, which is read as no value.
    Blank,
    /// As a list of nothing.
    List,
    /// As what [`Codec::none`] is, wherever a value could stand.
    AsNone,
}

impl Empty {
    /// What is written for no value, if the word says it by itself.
    #[must_use]
    pub fn said(self) -> Option<Value> {
        match self {
            Self::Usual | Self::Omit | Self::AsNone => None,
            Self::Null => Some(Value::Null),
            Self::Blank => Some(Value::String(String::new())),
            Self::List => Some(Value::Array(Vec::new())),
        }
    }
}

/// What is written at creation if the IdP sends nothing.
#[derive(Debug, Clone)]
pub enum Fallback {
    /// Always the same.
    Value(Value),
    /// Computed from other attributes. Slots index `attributes`.
    Expression {
        /// The compiled expression.
        expression: Expression,
        /// The SCIM attributes it reads.
        attributes: Vec<BoundPath>,
    },
    /// So many random characters.
    Random(usize),
}

impl Codec {
    /// Whether the target's value is a list, whatever it looks like.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.chosen || self.split.is_some() || self.joined.is_some() || self.each.is_some()
    }
}

impl Form {
    /// Whether it says only that the field is there: such a field is never written.
    #[must_use]
    pub fn is_presence(self) -> bool {
        matches!(self, Self::Present | Self::Absent)
    }
}

impl Each {
    /// The field of an element that holds what SCIM calls `value`.
    #[must_use]
    pub fn value(&self) -> Option<&FieldPath> {
        self.fields().find(|(sub, ..)| *sub == VALUE_NAME).map(|(_, field, _)| field)
    }

    /// The sub-attributes that an element has fields for.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &FieldPath, Option<&ValueTable>)> {
        self.parts.iter().filter_map(|(sub, part)| match part {
            Part::Field { field, values } => Some((sub.as_str(), field, values.as_ref())),
            Part::Constant(_) => None,
        })
    }

    /// The sub-attributes that are always the same.
    pub fn constants(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.parts.iter().filter_map(|(sub, part)| match part {
            Part::Constant(value) => Some((sub.as_str(), value)),
            Part::Field { .. } => None,
        })
    }
}
