//! How one attribute is mapped: `[user.map]`, `[user.write]`.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use json::Value;
use scim::path::BoundPath;

use super::{Codec, Empty, Fallback, FieldPath, Longer};
use crate::expression::{Expression, Normaliser};
use crate::source::RuleRef;

/// One attribute mapping: `[user.map]`.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The SCIM attribute.
    pub attribute: BoundPath,
    /// Its canonical spelling; also its key in [`Memory`](crate::Memory).
    pub name: String,
    /// Where it stands.
    pub rule: RuleRef,
    /// What it is mapped to.
    pub source: Source,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether it can only be set at creation.
    pub immutable: bool,
    /// Matching precedence, 1 first: a create looks for an existing record by it.
    pub matching: Option<u32>,
    /// Whether it is written at creation only.
    pub apply: Apply,
    /// Written at creation if the IdP sends nothing.
    pub default: Option<Fallback>,
    /// How no value is written.
    pub empty: Empty,
    /// Whether bodies have its field; otherwise its changes are made by rules that name it.
    pub in_body: bool,
    /// What people are told of it; `None` if nothing.
    pub told: Option<Box<Told>>,
}

/// What the guide for an IdP's admin says of an attribute; no rule reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What its value is in the product.
    pub doc: Option<String>,
    /// What Entra ID fills it from: an attribute, an expression, or a constant in double quotes.
    pub entra: Option<String>,
    /// What Okta fills it from: an expression.
    pub okta: Option<String>,
    /// What `OneLogin` fills it from: a macro, or a value.
    pub onelogin: Option<String>,
}

impl Mapping {
    /// What the target holds where there is nothing, if it is not null.
    #[must_use]
    pub fn none(&self) -> Option<&Value> {
        match &self.source {
            Source::Direct { codec: Some(codec), .. } => codec.none.as_ref(),
            _ => None,
        }
    }

    /// What is written wherever the attribute has no value, if the profile says it.
    #[must_use]
    pub fn said(&self) -> Option<Value> {
        match self.empty {
            Empty::AsNone => self.none().cloned(),
            empty => empty.said(),
        }
    }

    /// What is written when the attribute is cleared, if the profile says it.
    #[must_use]
    pub fn cleared(&self) -> Option<Value> {
        match self.empty {
            Empty::Usual => self.none().cloned(),
            _ => self.said(),
        }
    }

    /// Whether a text may be held otherwise than it was sent, so that how it was sent is remembered: in normal form, cut, or a
    /// list in it in another order.
    #[must_use]
    pub fn is_respelled(&self) -> bool {
        let Source::Direct { normal, codec, .. } = &self.source else { return false };
        let is_list = codec.as_ref().is_some_and(|codec| codec.joined.is_some());
        let length = codec.as_ref().and_then(|codec| codec.length);
        normal.is_some() || is_list || length.is_some_and(|length| length.longer == Longer::Cut)
    }
}

/// When a mapping writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    /// Whenever it differs.
    Always,
    /// At creation only.
    OnCreate,
}

/// The target's side of a mapping.
#[derive(Debug, Clone)]
pub enum Source {
    /// A field of the record, both ways.
    Direct {
        /// The field.
        field: FieldPath,
        /// Brings both sides into normal form.
        normal: Option<Normaliser>,
        /// SCIM value to target value, one to one.
        values: Option<ValueTable>,
        /// The record holds an id, SCIM shows another field of that row.
        lookup: Option<LookupRef>,
        /// How the target writes the value; `None` as SCIM does.
        codec: Option<Box<Codec>>,
    },
    /// Always shown so, never written.
    Constant(Value),
    /// Computed from the record, never written. Slots index `fields`.
    Expression {
        /// The compiled expression.
        expression: Expression,
        /// The record's fields it reads.
        fields: Vec<FieldPath>,
    },
    /// A Boolean: whether the field holds something. What is taken out of it is remembered.
    Emptied {
        /// The field.
        field: FieldPath,
        /// What is put in if nothing is remembered.
        otherwise: Value,
    },
    /// The target has no place for it: the store keeps it.
    Keep,
}

/// A one-to-one table of scalar values.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTable {
    /// (SCIM value, target value), both JSON scalars, in the order of the file.
    pub pairs: Vec<(Value, Value)>,
}

/// A column of a look-up table: `managers.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupRef {
    /// The table.
    pub table: String,
    /// The row's field that SCIM shows.
    pub field: FieldPath,
}

/// A target field computed from SCIM: `[user.write]`.
#[derive(Debug, Clone)]
pub struct Write {
    /// The field.
    pub field: FieldPath,
    /// Where it stands.
    pub rule: RuleRef,
    /// Its value.
    pub source: WriteSource,
    /// Whether it is written at creation only.
    pub apply: Apply,
}

/// What a written field holds.
#[derive(Debug, Clone)]
pub enum WriteSource {
    /// Always the same.
    Constant(Value),
    /// Computed. Slots index `attributes`.
    Expression {
        /// The compiled expression.
        expression: Expression,
        /// The SCIM attributes it reads.
        attributes: Vec<BoundPath>,
    },
    /// So many random characters, at creation.
    Random(usize),
}
