//! What the body of a call is made of, as a profile writes it: `body`, `wrap`, `carry`, `drop`.
//!
//! Types only; the loader fills them in, `planner/body.rs` makes bodies of them.

use std::sync::Arc;

use json::Value;

use super::FieldPath;
use crate::template::TextTemplate;

/// Deepest nesting of a body that a profile writes out.
pub const BODY_DEPTH_MAX: usize = 16;
/// Most values of a body that a profile writes out.
pub const BODY_NODES_MAX: usize = 500;

/// Which fields go into a request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyRule {
    /// No body at all.
    Empty,
    /// Every mapped field that has a value.
    All,
    /// Only the fields that change; a field that is cleared is sent as null.
    Changed,
    /// The whole record as it was read, with the changes written in. A create has read none: there it is [`BodyRule::All`].
    Record,
    /// What the profile writes out.
    Template(Arc<BodyTemplate>),
}

/// A body that a profile writes out: JSON whose texts have placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyTemplate {
    /// As it stands.
    Fixed(Value),
    /// A text that is one placeholder and nothing else: the JSON value of that name, whatever its type.
    Name(String),
    /// The same where the value is a number to the target and a text to SCIM: an id, the size of a page.
    Number(String),
    /// A text with placeholders in it.
    Text(TextTemplate),
    /// An array. What has no value is left out.
    Array(Vec<BodyTemplate>),
    /// An object. A key without a value is left out.
    Object(Vec<(String, BodyTemplate)>),
}

/// What is done to a body once it is made. All of it empty for most calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shaping {
    /// The body goes below this field.
    pub wrap: Option<FieldPath>,
    /// Fields that are sent along as the record has them now.
    pub carry: Vec<FieldPath>,
    /// Fields that are never sent.
    pub drop: Vec<FieldPath>,
}

impl BodyTemplate {
    /// The key whose object's fields stand beside the other keys: `{ id = "{id}", "..." = "{changed}" }`.
    pub const HERE: &str = "...";

    /// Every name that it has a placeholder for, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Name(name) | Self::Number(name) => vec![name],
            Self::Text(text) => text.names().collect(),
            Self::Array(elements) => elements.iter().flat_map(Self::names).collect(),
            Self::Object(fields) => fields.iter().flat_map(|(_, field)| field.names()).collect(),
        }
    }

    /// The keys of an object whose values have no placeholders: they are there whatever is sent.
    #[must_use]
    pub fn fixed_keys(&self) -> Vec<&str> {
        let Self::Object(fields) = self else { return Vec::new() };
        fields.iter().filter(|(_, field)| field.names().is_empty()).map(|(key, _)| key.as_str()).collect()
    }
}
