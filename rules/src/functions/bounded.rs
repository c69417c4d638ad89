//! Texts and lists that are produced piece by piece, and never grow over their limits.
//!
//! Without this `Replace` of a letter by a long text would build gigabytes before anybody measures them.

use crate::expression::{TEXT_BYTES_MAX, Value, too_long};

/// Most items of a list that a function may produce; longer lists are rejected.
pub(crate) const LIST_ITEMS_MAX: usize = 10_000;

/// A text of at most [`TEXT_BYTES_MAX`].
#[derive(Default)]
pub(super) struct BoundedText(String);

impl BoundedText {
    /// Adds `piece`.
    ///
    /// # Errors
    /// The rejection, if the text became too long.
    pub(super) fn push<'v>(&mut self, piece: &str) -> Result<(), Value<'v>> {
        if self.0.len() + piece.len() > TEXT_BYTES_MAX {
            return Err(too_long());
        }
        self.0.push_str(piece);
        Ok(())
    }

    /// The text as a value.
    pub(super) fn finish<'v>(self) -> Value<'v> {
        Value::owned(self.0)
    }
}
