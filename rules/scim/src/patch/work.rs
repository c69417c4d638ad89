//! What one PATCH may cost: how many values its operations look at, and how much it gives to several at once.
//!
//! A small body can ask for much: a thousand filters over ten thousand values, or one text for each of them. Counted as it is
//! spent, so that no order of operations gets around it; knows no operation.

use std::cell::Cell;

use json::Value;

use super::PatchError;
use crate::filter::BoundFilter;
use crate::limits::{PATCH_COPIES_BYTES_MAX, PATCH_LOOKS_MAX};

/// What the operations of one PATCH have cost so far.
#[derive(Debug, Default)]
pub(super) struct Work {
    looks: Cell<usize>,
    copied_bytes: Cell<usize>,
}

impl Work {
    /// Every one of so many values is about to be looked at, with each comparison of `filter`.
    pub(super) fn look(&self, values: usize, filter: Option<&BoundFilter>) -> Result<(), PatchError> {
        let each = filter.map_or(1, BoundFilter::comparisons);
        self.looks.set(self.looks.get().saturating_add(values.saturating_mul(each)));
        if self.looks.get() <= PATCH_LOOKS_MAX {
            return Ok(());
        }
        let limit = format!("more than {PATCH_LOOKS_MAX} values would be compared");
        Err(PatchError::TooCostly { limit })
    }

    /// A value is about to be given to one element.
    pub(super) fn give(&self, value: &Value) -> Result<(), PatchError> {
        self.copied_bytes.set(self.copied_bytes.get().saturating_add(size(value)));
        if self.copied_bytes.get() <= PATCH_COPIES_BYTES_MAX {
            return Ok(());
        }
        let limit = format!("filters give more than {PATCH_COPIES_BYTES_MAX} bytes to the values that they select");
        Err(PatchError::TooCostly { limit })
    }

    /// Values looked at so far.
    #[cfg(test)]
    pub(super) fn looks(&self) -> usize {
        self.looks.get()
    }
}

/// About how many bytes `value` takes. As deep as `value`, which came from a parser that bounds it.
fn size(value: &Value) -> usize {
    let of = size_of::<Value>();
    match value {
        Value::String(text) => of + text.len(),
        Value::Array(elements) => of + elements.iter().map(size).sum::<usize>(),
        Value::Object(parts) => of + parts.iter().map(|(key, part)| key.len() + size(part)).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) => of,
    }
}
