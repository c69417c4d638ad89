//! What the body of a call is made of, as a profile writes it: `body`, `wrap`, `carry`, `drop`.
//!
//! Types, and how a key is filled in; the loader reads them, `planner/body.rs` makes bodies of them.

use std::borrow::Cow;
use std::sync::Arc;

use json::Value;

use super::FieldPath;
use crate::lookup::scalar_text;
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
    /// An object. What has no value is left out, whether the key lacks it or what stands behind.
    Object(Vec<(BodyKey, BodyTemplate)>),
}

/// A key of an object that a profile writes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyKey {
    /// As it stands.
    Fixed(String),
    /// With placeholders: `"{id}"`.
    Filled(TextTemplate),
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
            Self::Object(fields) => fields.iter().flat_map(|(key, field)| key.names().chain(field.names())).collect(),
        }
    }

    /// The keys of an object whose values have no placeholders: they are there whatever is sent.
    #[must_use]
    pub fn fixed_keys(&self) -> Vec<&str> {
        let Self::Object(fields) = self else { return Vec::new() };
        fields.iter().filter(|(_, field)| field.names().is_empty()).filter_map(|(key, _)| key.fixed()).collect()
    }
}

impl BodyKey {
    /// The key, if it has no placeholders.
    #[must_use]
    pub fn fixed(&self) -> Option<&str> {
        match self {
            Self::Fixed(key) => Some(key),
            Self::Filled(_) => None,
        }
    }

    /// Every name that it has a placeholder for, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let template = match self {
            Self::Fixed(_) => None,
            Self::Filled(template) => Some(template),
        };
        template.into_iter().flat_map(TextTemplate::names)
    }

    /// The key, `value` being what a name stands for; `None` if one stands for nothing that is a text or a number, or all for an
    /// empty text: no pair has such a key.
    pub(crate) fn filled(&self, mut value: impl FnMut(&str) -> Option<Value>) -> Option<String> {
        match self {
            Self::Fixed(key) => Some(key.clone()),
            Self::Filled(template) => {
                let values: Vec<_> = template.names().map(|name| (name, value(name))).collect();
                let part = |name: &str| {
                    let (_, value) = values.iter().find(|(known, _)| *known == name)?;
                    Some(Cow::Owned(scalar_text(value.as_ref()?)?.into_owned()))
                };
                template.fill(part).filter(|key| !key.is_empty())
            }
        }
    }
}

impl From<String> for BodyKey {
    fn from(key: String) -> Self {
        Self::Fixed(key)
    }
}
