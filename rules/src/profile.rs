//! A profile, compiled: everything about one target product, every name resolved, every type checked.
//!
//! Made by [`Profile::load`] only; holding one proves that the file had no errors.

mod call;
mod error;
mod field;
mod mapping;
mod members;
mod reading;
mod target;
mod writing;

mod load;

mod checker;

pub use self::call::{AnswerRule, BodyRule, CallRule};
pub use self::error::{ErrorMeaning, ErrorRule};
pub use self::field::{FIELD_KEYS_MAX, FieldError, FieldPath};
pub use self::load::PROFILE_BYTES_MAX;
pub use self::mapping::{Apply, LookupRef, Mapping, Source, ValueTable, Write, WriteSource};
pub use self::members::{GroupRules, MemberCall, MemberKind, MemberRules};
pub use self::reading::{FindRule, ListRule, Paging, SortRule};
pub use self::target::{BodyCondition, LookupRule, Probe, TargetAuth, TargetRules};
pub use self::writing::{Change, CreateRule, Existing, Look, UpdateRule};

use scim::schema::ResourceType;

use crate::diagnostics::Report;
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
        match &self.target.auth {
            TargetAuth::None => Vec::new(),
            TargetAuth::Bearer { secret } | TargetAuth::Basic { secret, .. } | TargetAuth::Header { secret, .. } => {
                vec![secret]
            }
        }
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
    /// The mappings in the order of the file.
    pub map: Vec<Mapping>,
    /// Fields of the target that are computed from SCIM, in the order of the file.
    pub write: Vec<Write>,
    /// Ways to ask the target for one value.
    pub find: Vec<FindRule>,
    /// Reads one record by id.
    pub get: CallRule,
    /// Reads records page by page.
    pub list: Option<ListRule>,
    /// The same in an order that the target makes; what it cannot order is ordered here, over a bounded scan.
    pub sort: Option<SortRule>,
    /// Makes a record.
    pub create: Option<CreateRule>,
    /// Changes a record; the first rules with a condition, then the one without.
    pub update: Vec<UpdateRule>,
    /// Deletes a record.
    pub delete: Option<CallRule>,
}
