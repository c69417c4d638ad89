//! XML as JSON: an element with children is an object, repeated siblings are an array, a leaf is its text, an attribute is
//! `@name`, text beside attributes or children is `#text`. The root element stays, as the one key of the body.
//!
//! What a target sends is read without DTD, without entities but the five of XML 1.0, and bounded: no file is opened, nothing is
//! expanded. Namespaces are not resolved: a name is what is written, and their declarations are dropped.

mod read;
mod write;

pub use read::{XmlError, decode};
pub use write::encode;

/// Deepest nesting of elements that is read.
pub const XML_DEPTH_MAX: usize = 64;
/// Most elements and attributes of one answer.
pub const XML_NODES_MAX: usize = 500_000;
/// Most attributes of one element.
pub const XML_ATTRIBUTES_MAX: usize = 256;

#[cfg(test)]
mod tests;
