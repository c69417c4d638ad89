//! What a request makes of the members of a group, found without reading them: adding one member to 100,000 must not cost
//! 100,000.

use serde_json::Value;

use super::PatchRequest;

/// What a PATCH makes of `members`.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberEdit {
    /// Nothing.
    Untouched,
    /// Some come, some go, all others stay.
    Some(MemberChange),
    /// These and no others.
    All(Vec<Value>),
    /// It depends on who the members are: they must be read, and the request applied to them.
    Depends,
}

/// Who comes and who goes. No id is in both, none twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberChange {
    /// New members in order, each an object with a `value`.
    pub add: Vec<Value>,
    /// Ids of those who go, in order.
    pub remove: Vec<String>,
}

impl MemberChange {
    /// What turns `present` into `wanted`: by id alone.
    #[must_use]
    pub fn between(present: &[Value], wanted: &[Value]) -> Self {
        let _ = (present, wanted);
        todo!()
    }

    /// Nobody comes and nobody goes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

impl PatchRequest {
    /// Takes the operations on `members` out, in their order, as what they come to; the rest stays.
    ///
    /// If the answer is [`MemberEdit::Depends`] nothing was taken out.
    ///
    /// # Errors
    /// As [`PatchRequest::apply`] for values that are no members.
    pub fn take_members(&mut self) -> Result<MemberEdit, super::PatchError> {
        todo!()
    }
}
