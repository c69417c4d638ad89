//! Groups, and the memberships that a target keeps apart from them.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use serde_json::Value;

use super::{CallRule, FieldPath, ListRule, ResourceRules, ValueTable};
use crate::source::RuleRef;

/// Everything about groups of the target.
#[derive(Debug, Clone)]
pub struct GroupRules {
    /// Attributes and calls, as for users. `members` is mapped here only if the target's record holds them.
    pub resource: ResourceRules,
    /// How members are read and changed by calls of their own; `None` if they are a field of the record, or there are none.
    pub members: Option<MemberRules>,
}

/// Memberships that the target keeps apart from the group's record: `[group.members]`.
#[derive(Debug, Clone)]
pub struct MemberRules {
    /// Where it stands.
    pub rule: RuleRef,
    /// Reads the members of a group page by page; `{id}` is the group.
    pub list: ListRule,
    /// The field of a row that is the member's id.
    pub value: FieldPath,
    /// The field of a row that names the member.
    pub display: Option<FieldPath>,
    /// What a member is; `None` if all are users.
    pub kind: Option<MemberKind>,
    /// Whether ids are numbers in bodies.
    pub numeric: bool,
    /// Makes members.
    pub add: MemberCall,
    /// Ends memberships.
    pub remove: MemberCall,
    /// Asks whether `{member}` is one of group `{id}`: a success says yes, «absent» no.
    pub has: Option<CallRule>,
    /// Reads the groups of `{member}`: the call, and where the rows (group records) are.
    pub of: Option<(CallRule, FieldPath)>,
    /// Whether new members are looked up first, because the target takes unknown ones or only some of several.
    pub check: bool,
}

/// The field that says what a member is, and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberKind {
    /// The field of a row.
    pub field: FieldPath,
    /// SCIM's `User` or `Group` to the target's value.
    pub values: ValueTable,
}

/// A call that changes memberships of group `{id}`: of `{member}`, or of several at once in its body.
#[derive(Debug, Clone)]
pub struct MemberCall {
    /// The call.
    pub call: CallRule,
    /// Its body, if it has one: JSON in which the text `{member}` stands for the member's id and `{members}` for the array of
    /// all in this call.
    pub body: Option<Value>,
    /// Most members in one call; 1 unless the body has `{members}`.
    pub batch: usize,
}
