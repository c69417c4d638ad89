//! Bodies of calls that change memberships.
//!
//! An element of an array that names the member stands there once for each member of the call; so many as the batch has.

use std::borrow::Cow;

use json::Value;

use crate::lookup::scalar_text;
use crate::profile::{BodyKey, BodyTemplate};

/// Placeholders of one member and of all.
const ONE: [&str; 2] = ["member", "key"];

/// A member of a call.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// The id as it stands in a body.
    pub(super) member: Value,
    /// The id of the membership, if it has one.
    pub(super) key: Option<Value>,
}

impl Slot {
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        match name {
            "member" => Some(self.member.clone()),
            "key" => self.key.clone(),
            _ => None,
        }
    }
}

/// Whether a placeholder of one member stands in `body` outside of every array within it.
pub(crate) fn names_one(body: &BodyTemplate) -> bool {
    match body {
        BodyTemplate::Fixed(_) | BodyTemplate::Array(_) => false,
        BodyTemplate::Name(name) | BodyTemplate::Number(name) => ONE.contains(&name.as_str()),
        BodyTemplate::Text(text) => text.names().any(|name| ONE.contains(&name)),
        BodyTemplate::Object(fields) => {
            fields.iter().any(|(key, field)| key.names().any(|name| ONE.contains(&name)) || names_one(field))
        }
    }
}

/// `body` with values in the places of its placeholders; `None` if a value is missing. As deep as the profile writes it.
pub(super) fn filled(
    body: &BodyTemplate,
    value: &dyn Fn(&str) -> Option<Value>,
    slots: &[Slot],
    one: Option<&Slot>,
) -> Option<Value> {
    let named = |name: &str| match name {
        "members" => Some(slots.iter().map(|slot| slot.member.clone()).collect()),
        name => one.and_then(|slot| slot.value(name)).or_else(|| value(name)),
    };
    match body {
        BodyTemplate::Fixed(fixed) => Some(fixed.clone()),
        BodyTemplate::Name(name) | BodyTemplate::Number(name) => named(name),
        BodyTemplate::Text(text) => {
            let text = text.fill(|name| Some(Cow::Owned(scalar_text(&named(name)?)?.into_owned())));
            text.map(Value::from)
        }
        BodyTemplate::Array(elements) => {
            let mut array = Vec::new();
            for element in elements {
                if names_one(element) {
                    array.extend(slots.iter().filter_map(|slot| filled(element, value, slots, Some(slot))));
                } else {
                    array.extend(filled(element, value, slots, one));
                }
            }
            Some(Value::Array(array))
        }
        BodyTemplate::Object(fields) => {
            let field =
                |(key, field): &(BodyKey, BodyTemplate)| Some((key.filled(named)?, filled(field, value, slots, one)?));
            Some(Value::Object(fields.iter().filter_map(field).collect()))
        }
    }
}
