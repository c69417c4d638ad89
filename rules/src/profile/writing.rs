//! How records are made, changed and ended: the calls, and what is looked at and done around them.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use std::sync::Arc;

use json::Value;
use scim::ScimType;
use scim::path::BoundPath;

use super::{BodyCondition, CallRule, FieldPath};
use crate::expression::Expression;
use crate::template::TextTemplate;

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
    /// Whether a tombstone that is found is changed instead of a record being made: `gone = "revive"`.
    pub revives: bool,
    /// Fields without which the target refuses a new record: the checker sees that they are always written.
    pub requires: Vec<FieldPath>,
    /// What is looked at and done around the call.
    pub around: Around,
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
    /// The call is made once for each of these values, and handles their attribute.
    pub each: Option<EachRule>,
    /// The call is made once for each field that changes and that no other rule takes: `each = "changed"`.
    pub by_field: bool,
    /// The call.
    pub call: CallRule,
    /// What is looked at and done around the call.
    pub around: Around,
}

impl UpdateRule {
    /// Whether it takes every change that no other rule does.
    #[must_use]
    pub fn is_rest(&self) -> bool {
        self.when.is_none() && self.each.is_none()
    }
}

/// `active changed to false`.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What changes.
    pub of: ChangeOf,
    /// The wanted value, in SCIM's form of an attribute and in the target's of a field; `None` for any.
    pub to: Option<Value>,
}

/// What an update rule is bound to.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeOf {
    /// An attribute: index into [`ResourceRules::map`](super::ResourceRules::map).
    Attribute(usize),
    /// A computed field, one of [`ResourceRules::write`](super::ResourceRules::write).
    Written(FieldPath),
}

impl Change {
    /// Whether it is about the attribute of this index.
    #[must_use]
    pub fn is_of(&self, attribute: usize) -> bool {
        self.of == ChangeOf::Attribute(attribute)
    }
}

/// What becomes of a record that SCIM deletes.
#[derive(Debug, Clone)]
pub enum DeleteRule {
    /// A call.
    Call(Box<DeleteCall>),
    /// It stays, and `active` becomes false: `as = "deactivate"`.
    Deactivate,
    /// Nothing, and the IdP's admin reads why: `refuse = "…"`.
    Refuse(Arc<str>),
}

/// The call that ends a record.
#[derive(Debug, Clone)]
pub struct DeleteCall {
    /// The call.
    pub call: CallRule,
    /// What is done around it.
    pub around: Around,
}

impl DeleteRule {
    /// The call, if it is one.
    #[must_use]
    pub fn call(&self) -> Option<&CallRule> {
        match self {
            DeleteRule::Call(delete) => Some(&delete.call),
            DeleteRule::Deactivate | DeleteRule::Refuse(_) => None,
        }
    }
}

/// What is looked at and done around a call that writes. Empty for most.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Looked at before anything is written.
    pub checks: Vec<Arc<CheckRule>>,
    /// Done before the call, in order.
    pub before: Vec<Arc<StepRule>>,
    /// How the call itself is undone.
    pub undo: Option<Arc<UndoRule>>,
    /// Done after the call, in order.
    pub after: Vec<Arc<StepRule>>,
}

impl Around {
    /// Whether there is anything.
    #[must_use]
    pub fn is_some(&self) -> bool {
        !(self.checks.is_empty() && self.before.is_empty() && self.undo.is_none() && self.after.is_empty())
    }

    /// Every call in it that is made beside the main one, in the order of the file.
    pub fn calls(&self) -> impl Iterator<Item = &CallRule> {
        let steps = || self.before.iter().chain(&self.after);
        let undos = steps().filter_map(|step| step.undo.as_ref()).chain(&self.undo);
        let checks = self.checks.iter().map(|check| &check.call);
        checks.chain(steps().map(|step| &step.call)).chain(undos.map(|undo| &undo.call))
    }
}

/// A call beside the main one: `[[user.create.after]]`.
#[derive(Debug, Clone)]
pub struct StepRule {
    /// How later calls name its answer: `{token.value}`.
    pub name: Option<String>,
    /// Made only for resources that are so.
    pub when: Option<ResourceCondition>,
    /// Made once for each of these values.
    pub each: Option<EachRule>,
    /// The call.
    pub call: CallRule,
    /// Whether «absent» is an answer like another.
    pub optional: bool,
    /// A GET that is repeated until its answer fulfils this.
    pub until: Option<BodyCondition>,
    /// How it is undone.
    pub undo: Option<Arc<UndoRule>>,
}

/// How a call is undone if a later one fails.
#[derive(Debug, Clone)]
pub struct UndoRule {
    /// The call.
    pub call: CallRule,
    /// Whether it is made too if the call itself fails, which may have left something.
    pub half_done: bool,
}

/// The values that a call is made for, one by one: `"roles added"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EachRule {
    /// Index into [`ResourceRules::map`](super::ResourceRules::map).
    pub attribute: usize,
    /// Which of them.
    pub which: Which,
}

/// Which values of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that are wanted.
    Wanted,
    /// Those that are wanted and not there.
    Added,
    /// Those that are there and not wanted.
    Removed,
}

/// A condition on a resource: `[userType] == "Agent"`.
#[derive(Debug, Clone)]
pub struct ResourceCondition {
    /// The compiled condition; slots index `attributes`.
    pub expression: Expression,
    /// The attributes it reads.
    pub attributes: Vec<BoundPath>,
}

/// Something that is looked at before anything is written: `[[user.create.check]]`.
#[derive(Debug, Clone)]
pub struct CheckRule {
    /// The call; a GET. Made only if its placeholders have values, in an update new ones.
    pub call: CallRule,
    /// Where the rows of the answer are; without it the answer is the one thing that is found.
    pub rows: Option<FieldPath>,
    /// What counts as found.
    pub holds: Option<BodyCondition>,
    /// Fields of what is found, and what they must be for it to count; ASCII case is ignored.
    pub equals: Vec<(FieldPath, TextTemplate)>,
    /// The field that is the id of the record itself, which is allowed to be found.
    pub own: Option<FieldPath>,
    /// Whether it is finding something that refuses, or finding nothing.
    pub refuse: RefuseIf,
    /// What the IdP is told.
    pub status: u16,
    /// Keyword for 400, 403 and 409.
    pub scim_type: Option<ScimType>,
    /// What the IdP's admin reads.
    pub detail: Arc<str>,
}

/// What a check refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefuseIf {
    /// Something is found.
    Found,
    /// Nothing is found.
    Absent,
}
