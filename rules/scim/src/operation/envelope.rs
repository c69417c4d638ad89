//! The object around a search or bulk request: members by name in any case (RFC 7643 §2.1), each at most once.
//!
//! It never looks into values; members that nobody takes are ignored (RFC 7644 §3.4.2).

use json::{Map, Value};

use super::DecodeError;
use crate::name;

/// The members of one object, to be taken out one by one.
pub(super) struct Envelope {
    /// For messages: `a bulk request`.
    what: String,
    members: Map,
}

impl Envelope {
    /// Of a body or a part of it; `what` is for messages.
    pub(super) fn new(what: &str, json: Value) -> Result<Self, DecodeError> {
        match json {
            Value::Object(members) => Ok(Envelope { what: what.to_owned(), members }),
            _ => Err(DecodeError::Syntax { reason: format!("{what} must be a JSON object") }),
        }
    }

    /// The member called `name`; null counts as absent (RFC 7643 §2.5).
    pub(super) fn take(&mut self, name: &str) -> Result<Option<Value>, DecodeError> {
        let keys: Vec<String> = self.members.keys().filter(|key| name::same(key, name)).cloned().collect();
        match keys.as_slice() {
            [] => Ok(None),
            [key] => Ok(self.members.remove(key).filter(|value| !value.is_null())),
            _ => Err(self.wrong(&format!("has `{name}` more than once"))),
        }
    }

    /// The member called `name`, which is a text if it is there.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, DecodeError> {
        match self.take(name)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(&format!("has a `{name}` that is not a string"))),
        }
    }

    /// Refuses another kind of message. One that does not say its kind is fine: nothing depends on it.
    pub(super) fn schema(&mut self, urn: &str) -> Result<(), DecodeError> {
        let is_urn = |schema: &Value| schema.as_str().is_some_and(|schema| name::same(schema, urn));
        match self.take("schemas")? {
            None => Ok(()),
            Some(Value::Array(schemas)) if schemas.iter().any(is_urn) => Ok(()),
            Some(_) => Err(self.wrong(&format!("must have `{urn}` in its `schemas`"))),
        }
    }

    pub(super) fn wrong(&self, trouble: &str) -> DecodeError {
        DecodeError::Syntax { reason: format!("{} {trouble}", self.what) }
    }
}
