//! How records are made and changed.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use serde_json::Value;

use super::CallRule;

/// How a record is made.
#[derive(Debug, Clone)]
pub struct CreateRule {
    /// The call.
    pub call: CallRule,
    /// When an existing record is looked for.
    pub look: Look,
    /// What becomes of an existing record that differs.
    pub existing: Existing,
    /// What the IdP's admin reads if it is refused; `None` names the attribute.
    pub taken: Option<String>,
}

/// What a create does with an existing record that is not already what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// 409.
    Refuse,
    /// It is changed as by a PUT if provisioning made it; 409 if somebody else did (Telmediq, idp-dialects row 52).
    Update,
}

/// When a create looks for an existing record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Before the call: for targets that do not refuse duplicates.
    First,
    /// After the target refused a duplicate: one call less when all goes well.
    OnConflict,
}

/// A change, bound to the attributes it handles.
#[derive(Debug, Clone)]
pub struct UpdateRule {
    /// When the call is made; `None` handles every change that no other rule does.
    pub when: Option<Change>,
    /// The call.
    pub call: CallRule,
}

/// `active changed to false`.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Index into [`ResourceRules::map`].
    pub attribute: usize,
    /// The wanted value; `None` for any.
    pub to: Option<Value>,
}
