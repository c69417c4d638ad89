//! What the expressions of a profile see: parameters of the tenant, fields of a record, attributes of a resource.
//!
//! Slots are those that the checker handed out: a parameter's place in its declaration, a field's or attribute's place in
//! the list beside the expression.

use json::Value as Json;
use scim::Resource;
use scim::path::BoundPath;

use crate::expression::{Value, Variables};
use crate::params::Params;
use crate::profile::FieldPath;

/// Parameters only: what a normaliser sees.
pub(crate) struct OfParams<'a> {
    pub(crate) params: &'a Params,
}

/// A record's fields in brackets, parameters bare.
pub(crate) struct OfRecord<'a> {
    pub(crate) params: &'a Params,
    pub(crate) fields: &'a [FieldPath],
    pub(crate) record: &'a Json,
}

/// A record's fields and parameters, both bare: what a condition on a record sees.
pub(crate) struct OfRecordAndParams<'a> {
    pub(crate) params: &'a Params,
    /// Slots below it are those of parameters.
    pub(crate) count: usize,
    pub(crate) fields: &'a [FieldPath],
    pub(crate) record: &'a Json,
}

/// A resource's attributes in brackets, parameters bare.
pub(crate) struct OfResource<'a> {
    pub(crate) params: &'a Params,
    pub(crate) attributes: &'a [BoundPath],
    pub(crate) resource: &'a Resource,
}

/// A body's fields, bare: what a condition on an answer sees.
pub(crate) struct OfBody<'a> {
    pub(crate) fields: &'a [FieldPath],
    pub(crate) body: &'a Json,
}

impl Variables for OfParams<'_> {
    fn reference(&self, _slot: usize) -> Value<'_> {
        Value::Absent
    }

    fn name(&self, slot: usize) -> Value<'_> {
        param(self.params, slot)
    }
}

impl Variables for OfRecord<'_> {
    fn reference(&self, slot: usize) -> Value<'_> {
        view(self.fields.get(slot).and_then(|field| field.assigned(self.record)))
    }

    fn name(&self, slot: usize) -> Value<'_> {
        param(self.params, slot)
    }
}

impl Variables for OfRecordAndParams<'_> {
    fn reference(&self, _slot: usize) -> Value<'_> {
        Value::Absent
    }

    fn name(&self, slot: usize) -> Value<'_> {
        match slot.checked_sub(self.count) {
            None => param(self.params, slot),
            Some(slot) => view(self.fields.get(slot).and_then(|field| field.assigned(self.record))),
        }
    }
}

impl Variables for OfResource<'_> {
    fn reference(&self, slot: usize) -> Value<'_> {
        view(self.attributes.get(slot).and_then(|attribute| attribute.read(self.resource)))
    }

    fn name(&self, slot: usize) -> Value<'_> {
        param(self.params, slot)
    }
}

impl Variables for OfBody<'_> {
    fn reference(&self, _slot: usize) -> Value<'_> {
        Value::Absent
    }

    fn name(&self, slot: usize) -> Value<'_> {
        view(self.fields.get(slot).and_then(|field| field.assigned(self.body)))
    }
}

fn param(params: &Params, slot: usize) -> Value<'_> {
    view(params.values.get(slot).map(|(_, value)| value))
}

fn view(value: Option<&Json>) -> Value<'_> {
    value.map_or(Value::Absent, Value::from_json)
}
