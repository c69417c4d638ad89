//! Bodies as they go over the wire when they are no JSON: forms and XML, made from JSON and read into it.
//!
//! Pure and total: everything can be written, and what is read is bounded in size, depth and number before it is kept.

pub mod form;
pub mod xml;
