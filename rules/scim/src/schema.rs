//! Schemas as data: attributes with their characteristics (RFC 7643 §2.2, §7) and resource types (§6).
//!
//! Everything that treats a value by its type (decoding, filter, PATCH, projection) asks here. Nothing here knows of
//! values; finding an attribute by its path is [`ResourceType::bind`].

mod core;
#[cfg(test)]
pub(crate) mod sample;
mod wire;

use crate::name;

pub use self::core::{common, enterprise_user, group, user};

/// The data type of an attribute (RFC 7643 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Unicode text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A real number.
    Decimal,
    /// A whole number.
    Integer,
    /// An RFC 3339 date and time.
    DateTime,
    /// Base64 text.
    Binary,
    /// A URI.
    Reference,
    /// Sub-attributes.
    Complex,
}

/// When a value may be written (RFC 7643 §7, `mutability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// Only the server sets it.
    ReadOnly,
    /// Client may read and write it.
    ReadWrite,
    /// Set once, at creation.
    Immutable,
    /// May be written and never read.
    WriteOnly,
}

/// When a value appears in an answer (RFC 7643 §7, `returned`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// In every answer, whatever was asked for.
    Always,
    /// In no answer.
    Never,
    /// Unless excluded.
    Default,
    /// Only when asked for by name.
    Request,
}

/// Over which set a value is unique (RFC 7643 §7, `uniqueness`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// Not at all.
    None,
    /// Within the endpoint.
    Server,
    /// In the world.
    Global,
}

/// One attribute or sub-attribute with its characteristics (RFC 7643 §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The schema's spelling of the name.
    pub name: String,
    /// What it means, for people reading `/Schemas`.
    pub description: String,
    /// Data type of one value.
    pub kind: Kind,
    /// Whether the value is an array.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether string values compare with regard to case.
    pub case_exact: bool,
    /// When it may be written.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// Over which set it is unique.
    pub uniqueness: Uniqueness,
    /// Suggested values; never policed (RFC 7643 §7).
    pub canonical_values: Vec<String>,
    /// For references: what they may point to.
    pub reference_types: Vec<String>,
    /// For complex attributes: their parts, in schema order.
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The sub-attribute called `name`, in any case.
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Attribute> {
        self.sub_attributes.iter().find(|sub| name::same(&sub.name, name))
    }
}

/// A schema: a URN and its attributes (RFC 7643 §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The URN.
    pub id: String,
    /// Human-readable name.
    pub name: String,
    /// Human-readable description.
    pub description: String,
    /// Attributes in order.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The attribute called `name`, in any case.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| name::same(&attribute.name, name))
    }
}

/// A resource type: an endpoint, its core schema, its extensions (RFC 7643 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// `User` or `Group`; also its `id`.
    pub name: String,
    /// Endpoint below the base, with its slash: `/Users`.
    pub endpoint: String,
    /// Human-readable description.
    pub description: String,
    /// The core schema.
    pub schema: Schema,
    /// Extension schemas in order. None of them is required.
    pub extensions: Vec<Schema>,
}
