//! Groups, and the memberships that a target keeps apart from them.
//!
//! Types only; the loader fills them in, the planner and the translation read them.

use json::Value;

use super::{BodyTemplate, CallRule, FieldPath, ListRule, ResourceRules, ValueTable};
use crate::functions::last_part;
use crate::source::RuleRef;
use crate::template::TextTemplate;

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
    /// The field of a group's record that is its id.
    pub id: FieldPath,
    /// Reads the members of a group page by page; `{id}` is the group.
    pub list: ListRule,
    /// The field of a row of `list` that holds the id of its group, or a list of such ids: for a list of everybody, from which
    /// the others are left out.
    pub group: Option<IdField>,
    /// The field of a row that is the member's id.
    pub value: IdField,
    /// The field of a row that names the member.
    pub display: Option<FieldPath>,
    /// What a member is; `None` if all are users.
    pub kind: Option<MemberKind>,
    /// Whether ids of members are numbers in bodies.
    pub numeric: bool,
    /// The field of a row of `list` that is the id of the membership itself: `{key}` of `remove`, if `find` does not ask for it.
    pub key: Option<FieldPath>,
    /// How memberships are changed.
    pub writes: MemberWrites,
    /// Asks for the key of a membership before it is ended.
    pub find: Option<MemberLook>,
    /// Asks whether `{member}` is one of group `{id}`. Where the profile has none of its own: `find`, or the read of `merge`.
    pub has: Option<MemberLook>,
    /// Reads the groups of `{member}`. Where the profile has none of its own: the read of `merge`.
    pub of: Option<GroupsOf>,
    /// Whether new members are looked up first, because the target takes unknown ones or only some of several.
    pub check: bool,
    /// Ids that are shown as nobody's members and never changed: the gateway's own account. Texts over parameters.
    pub hidden: Vec<TextTemplate>,
}

impl MemberRules {
    /// Every call about members.
    pub fn calls(&self) -> impl Iterator<Item = &CallRule> {
        let writes = match &self.writes {
            MemberWrites::Each { add, remove } => [Some(&**add), Some(&**remove)],
            MemberWrites::Whole(set) => [Some(&**set), None],
        };
        let writes = writes.into_iter().flatten();
        let writes = writes.flat_map(|write| write.merge.iter().map(|merge| &merge.call).chain([&write.call]));
        let looks = self.find.iter().chain(&self.has).map(|look| &look.call);
        [&self.list.call].into_iter().chain(writes).chain(looks).chain(self.of.iter().map(|of| &of.call))
    }
}

/// A field that holds an id, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdField {
    /// The field.
    pub field: FieldPath,
    /// Whether what stands there is a link, and the id the last part of its path.
    pub last_part: bool,
}

impl IdField {
    /// The id in a text that stands there; `None` if it has none.
    pub(crate) fn id_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.last_part { last_part(text) } else { Some(text) }
    }
}

/// How memberships are changed.
#[derive(Debug, Clone)]
pub enum MemberWrites {
    /// By calls for those who come and calls for those who go.
    Each {
        /// Makes members.
        add: Box<MemberCall>,
        /// Ends memberships.
        remove: Box<MemberCall>,
    },
    /// By one call that says who all of them are; they are read before.
    Whole(Box<MemberCall>),
}

/// The field that says what a member is, and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberKind {
    /// The field of a row.
    pub field: FieldPath,
    /// SCIM's `User` or `Group` to the target's value.
    pub values: ValueTable,
}

/// A question about the membership of `{member}` in group `{id}`. Without more, a success says that there is one, «absent» that
/// there is none.
#[derive(Debug, Clone)]
pub struct MemberLook {
    /// The call.
    pub call: CallRule,
    /// Where memberships are in its answer; the answer itself is one, or an array of them, if it is the whole body. `None` if
    /// nothing in the answer matters.
    pub rows: Option<FieldPath>,
    /// The field of a membership that holds the id of its group, or a list of such ids: those of others do not count.
    pub group: Option<IdField>,
    /// The field of a membership that holds the id of its member: those of others do not count.
    pub member: Option<IdField>,
    /// The field of a membership that is its own id.
    pub key: Option<FieldPath>,
}

/// How the groups of `{member}` are read.
#[derive(Debug, Clone)]
pub struct GroupsOf {
    /// The call.
    pub call: CallRule,
    /// Where the rows are.
    pub rows: FieldPath,
    /// The field of a row that is the id of a group, which is then read by it; `None` if rows are groups as `[group.get]` gives
    /// them.
    pub id: Option<IdField>,
}

/// A call that changes memberships of group `{id}`: of `{member}`, or of several at once in its body.
#[derive(Debug, Clone)]
pub struct MemberCall {
    /// The call.
    pub call: CallRule,
    /// Its body, if it has one. An element of an array that names the member stands there once for each member of the call.
    pub body: Option<BodyTemplate>,
    /// The field below which the body goes.
    pub wrap: Option<FieldPath>,
    /// Most members in one call; 1 unless the body names several.
    pub batch: usize,
    /// Where membership is a field of the member: how the field is read before it is written.
    pub merge: Option<Merge>,
}

/// Membership as a field of the member's own record.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Reads the record of `{member}`.
    pub call: CallRule,
    /// The field that holds the groups.
    pub field: FieldPath,
    /// The field of an element that is the group's id; the element itself if it is the empty path.
    pub id: FieldPath,
    /// If the field holds one group and no list: what stands there for none.
    pub single: Option<Value>,
}
