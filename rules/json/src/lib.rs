//! JSON values for the data path: objects are short lists in order of insertion.
//!
//! A SCIM resource and a target's record have 5 to 30 keys, and every request makes, reads and drops several of them. A map of
//! hashes costs more than it finds there: `docs/decisions/0016-own-json-objects.md` has the figures. Reading and writing text is
//! `serde_json`'s, whose names and habits these types keep; what only tests and tools need of it goes by way of its own values.

mod convert;
mod map;
mod text;
mod value;

#[doc(hidden)]
pub use serde_json;
pub use serde_json::{Error, Number, from_slice, from_str, to_string, to_vec};

pub use self::convert::{from_value, to_value};
pub use self::map::{Entry, IntoIter, Iter, IterMut, LINEAR_MAX, Map};
pub use self::value::{Index, Value};

/// A [`Value`] written as JSON, with expressions in it; the same as `serde_json::json!`, by way of which it is made.
#[macro_export]
macro_rules! json {
    ($($json:tt)+) => { $crate::Value::from($crate::serde_json::json!($($json)+)) };
}

#[cfg(test)]
mod tests;
