//! Sorting: `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3).
//!
//! Compares resources in normal form; never fetches any.

use std::cmp::Ordering;

use crate::path::{BoundPath, Path, PathError};
use crate::resource::Resource;
use crate::schema::ResourceType;

/// `sortBy` and `sortOrder` as sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// The attribute.
    pub by: Path,
    /// Which end comes first.
    pub order: SortOrder,
}

/// Which end comes first; ascending if nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Small values first, resources without a value last.
    #[default]
    Ascending,
    /// Large values first, resources without a value first.
    Descending,
}

/// A [`Sort`] proven against a resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundSort {
    /// The attribute; of a complex one its `value`.
    pub by: BoundPath,
    /// Which end comes first.
    pub order: SortOrder,
}

impl Sort {
    /// Finds the attribute.
    ///
    /// # Errors
    /// [`PathError`] for an attribute that no schema knows, that is never returned (a password), or that has no order.
    pub fn bind(&self, kind: &ResourceType) -> Result<BoundSort, PathError> {
        let _ = (kind, &self.by);
        todo!()
    }
}

impl BoundSort {
    /// Which of the two comes first. Strings follow the attribute's `caseExact`; of a multi-valued attribute the primary
    /// value counts, or else the first (RFC 7644 §3.4.2.3).
    #[must_use]
    pub fn compare(&self, a: &Resource, b: &Resource) -> Ordering {
        let _ = (&self.by, a, b);
        todo!()
    }
}
