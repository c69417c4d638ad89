//! A profile, compiled: everything about one target product, every name resolved, every type checked.
//!
//! Made by [`Profile::load`] only; holding one proves that the file had no errors.

mod body;
mod call;
mod codec;
mod error;
mod field;
mod intake;
mod mapping;
mod members;
mod reading;
mod require;
mod target;
mod writing;

mod load;

pub mod keys;

mod checker;

pub use self::body::{BODY_DEPTH_MAX, BODY_NODES_MAX, BodyKey, BodyRule, BodyTemplate, Shaping};
pub use self::call::{AnswerRule, CallRule, Capture, Expect, FormStyle, Format, Lists, Nested};
pub use self::codec::{
    CharMap, Codec, Each, Empty, Fallback, Form, LENGTH_MAX, Length, Longer, Part, RANDOM_CHARS_MAX, RANDOM_CHARS_MIN,
    VALUE_NAME,
};
pub use self::error::{ErrorMeaning, ErrorRule, Pattern};
pub use self::field::{FIELD_KEYS_MAX, FieldError, FieldPath, Harm, Key, Literal, POSITION_MAX, Pick};
pub(crate) use self::intake::{Intake, Taken};
pub use self::load::PROFILE_BYTES_MAX;
pub use self::mapping::{Apply, LookupRef, Mapping, Source, Told, ValueTable, Write, WriteSource};
pub use self::members::{
    GroupRules, GroupsOf, IdField, MemberCall, MemberKind, MemberLook, MemberRules, MemberWrites, Merge,
};
pub use self::reading::{
    Ask, CountRule, FindRule, JOINS_MAX, JoinRule, LetterCase, ListRule, Next, Paging, Place, RecordCondition,
    RecordRules, SortRule, Total,
};
pub use self::require::RequireRule;
pub use self::target::{
    BodyCondition, Login, LookupRule, OAuth2, Probe, SendClient, TargetAuth, TargetLimits, TargetRules, TokenPlace,
    TokenUrl, WaitPlace, WaitRule,
};
pub use self::writing::{
    Around, Change, ChangeOf, CheckRule, CreateRule, DeleteCall, DeleteRule, EachRule, Existing, Look, RefuseIf,
    ResourceCondition, StepRule, UndoRule, UpdateRule, Which,
};

use json::Value;
use scim::schema::ResourceType;

use crate::diagnostics::Report;
use crate::expression::Expression;
use crate::params::ParamRule;

/// A compiled profile.
#[derive(Debug, Clone)]
pub struct Profile {
    /// `telemessage`.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// What a tenant sets.
    pub params: Vec<ParamRule>,
    /// What must be so at a tenant before it may provision.
    pub requires: Vec<RequireRule>,
    /// How to get into the target, and how to see that it is there.
    pub target: TargetRules,
    /// Look-up tables by name.
    pub lookups: Vec<LookupRule>,
    /// How users are mapped and which calls there are.
    pub user: ResourceRules,
    /// The same for groups; `None` if the product takes none by provisioning.
    pub group: Option<GroupRules>,
    /// The target's errors in the IdP's terms; first match wins.
    pub errors: Vec<ErrorRule>,
}

impl Profile {
    /// Reads, checks and compiles a profile. `file` names it in messages and traces.
    ///
    /// Gives the profile and a report that holds warnings only.
    ///
    /// # Errors
    /// The report with every problem of the file.
    pub fn load(file: &str, text: &str) -> Result<(Self, Report), Report> {
        load::profile(file, text)
    }

    /// Names of the secrets that a tenant's target account must have: `target-token`.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        self.target.auth.secrets()
    }
}

/// Everything about one type of resource of the target.
#[derive(Debug, Clone)]
pub struct ResourceRules {
    /// `user` or `group`: for messages and metrics.
    pub noun: &'static str,
    /// The SCIM side as requests are read: the whole core and enterprise schemas and the profile's extensions, with
    /// `required` and `mutability` as the profile makes them. A known attribute that is not mapped is read and dropped
    /// (traps 24), hence it must be known.
    pub kind: ResourceType,
    /// The SCIM side as discovery shows it: only what is mapped.
    pub shown: ResourceType,
    /// The field of a record that is its id; a string or a whole number.
    pub id: FieldPath,
    /// Whether the id is a name that a change renames; SCIM's id stays what it was.
    pub id_changes: bool,
    /// While it is true, what is not mapped is refused; otherwise it is left out. Slots are the profile's parameters.
    pub refuse_unmapped: Option<Expression>,
    /// What becomes of every record as soon as it is read.
    pub record: RecordRules,
    /// The mappings in the order of the file.
    pub map: Vec<Mapping>,
    /// Fields of the target that are computed from SCIM, in the order of the file.
    pub write: Vec<Write>,
    /// Ways to ask the target for one value.
    pub find: Vec<FindRule>,
    /// Reads one record by id.
    pub get: CallRule,
    /// Reads records page by page; of several lists one after the other.
    pub list: Vec<ListRule>,
    /// The same in an order that the target makes; what it cannot order is ordered here, over a bounded scan.
    pub sort: Option<SortRule>,
    /// Makes a record.
    pub create: Option<CreateRule>,
    /// Changes a record; the first rules with a condition, then the one without.
    pub update: Vec<UpdateRule>,
    /// Deletes a record.
    pub delete: Option<DeleteRule>,
    /// The records themselves, if they are in the profile and no call reads them: fixed groups. Else empty.
    pub fixed: Vec<Value>,
    /// What of a sent resource counts; follows from `map` and `write`.
    pub(crate) intake: Intake,
}

impl ResourceRules {
    /// Whether the records are in the profile: no call reads or writes them.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        !self.fixed.is_empty()
    }

    /// The record with this id, of those that are in the profile.
    #[must_use]
    pub fn fixed_record(&self, id: &str) -> Option<&Value> {
        self.fixed.iter().find(|record| self.id_of(record).is_ok_and(|own| own == id))
    }
}
