//! What must be remembered about a resource because the target cannot.

use std::collections::{BTreeMap, BTreeSet};

use json::Value;

/// Everything remembered about one resource. Keys are [`Mapping::name`](crate::profile::Mapping)s.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    /// Values of `keep` mappings.
    pub kept: BTreeMap<String, Value>,
    /// Values whose normal form differs from how they were sent.
    pub spellings: BTreeMap<String, Spelling>,
    /// Values that were taken out of a field of the target while the resource is inactive, by field.
    pub aside: BTreeMap<String, Value>,
    /// Steps that were begun and are not known to have ended: `create`, `update.2`. No blank is in any of them.
    pub unfinished: BTreeSet<String>,
}

/// A value as it was sent, and the normal form it had then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// As sent.
    pub sent: String,
    /// Its normal form; the spelling is shown only while the target still holds this.
    pub normal: String,
}

impl Memory {
    /// Whether there is nothing to remember.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.spellings.is_empty() && self.aside.is_empty() && self.unfinished.is_empty()
    }
}
