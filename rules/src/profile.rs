//! A profile, compiled: everything about one target product, every name resolved, every type checked.
//!
//! Made by [`Profile::load`] only; holding one proves that the file had no errors.

mod field;
mod load;

mod checker;

use std::sync::Arc;

pub use self::field::{FIELD_KEYS_MAX, FieldError, FieldPath};
pub use self::load::PROFILE_BYTES_MAX;

use scim::filter::CompareOp;
use scim::path::BoundPath;
use scim::schema::ResourceType;
use serde_json::Value;

use crate::call::Verb;
use crate::diagnostics::Report;
use crate::expression::{Expression, Normaliser};
use crate::params::ParamRule;
use crate::source::RuleRef;
use crate::template::Template;

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

/// The target as a whole.
#[derive(Debug, Clone)]
pub struct TargetRules {
    /// How calls are authenticated.
    pub auth: TargetAuth,
    /// The call that shows at start-up that the target is there.
    pub probe: Option<Probe>,
}

/// Credentials of target calls; every secret is named, its value is the tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetAuth {
    /// None.
    None,
    /// `Authorization: Bearer <secret>`.
    Bearer {
        /// Secret's name.
        secret: String,
    },
    /// `Authorization: Basic <user:secret>`.
    Basic {
        /// User name.
        user: String,
        /// Secret's name.
        secret: String,
    },
    /// A header of the target's own.
    Header {
        /// Header name, lowercase.
        name: String,
        /// Secret's name.
        secret: String,
    },
}

/// A start-up probe.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What to call; a GET.
    pub call: CallRule,
    /// What its body must fulfil.
    pub expect: Option<BodyCondition>,
}

/// A condition on a JSON body: `code == 'MSISDN_TAKEN'`.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyCondition {
    /// The compiled condition; slots index `fields`.
    pub expression: Expression,
    /// The body fields it reads.
    pub fields: Vec<FieldPath>,
}

/// A table of the target that names are looked up in.
#[derive(Debug, Clone)]
pub struct LookupRule {
    /// `managers`.
    pub name: String,
    /// Where it stands.
    pub rule: RuleRef,
    /// Reads the whole table; a GET.
    pub call: CallRule,
    /// Where the rows are in the answer.
    pub rows: FieldPath,
    /// The field of a row that the target's records refer to.
    pub id: FieldPath,
}

/// One target call as a profile writes it.
#[derive(Debug, Clone)]
pub struct CallRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// The method.
    pub verb: Verb,
    /// Path and query.
    pub path: Template,
    /// Which fields go into the body.
    pub body: BodyRule,
    /// What the answer holds.
    pub answer: AnswerRule,
}

/// Which fields go into a request body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyRule {
    /// No body at all.
    Empty,
    /// Every mapped field that has a value.
    All,
    /// Only the fields that change; a field that is cleared is sent as null.
    Changed,
}

/// What a successful answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerRule {
    /// The record as it now is, at this field.
    Record(FieldPath),
    /// Nothing of use: the record is read again if it is needed.
    Nothing,
}

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

/// One attribute mapping: `[user.map]`.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The SCIM attribute.
    pub attribute: BoundPath,
    /// Its canonical spelling; also its key in [`Memory`](crate::Memory).
    pub name: String,
    /// Where it stands.
    pub rule: RuleRef,
    /// What it is mapped to.
    pub source: Source,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether it can only be set at creation.
    pub immutable: bool,
    /// Matching precedence, 1 first: a create looks for an existing record by it.
    pub matching: Option<u32>,
    /// Whether it is written at creation only.
    pub apply: Apply,
    /// Written at creation if the IdP sends nothing.
    pub default: Option<Value>,
}

/// When a mapping writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    /// Whenever it differs.
    Always,
    /// At creation only.
    OnCreate,
}

/// The target's side of a mapping.
#[derive(Debug, Clone)]
pub enum Source {
    /// A field of the record, both ways.
    Direct {
        /// The field.
        field: FieldPath,
        /// Brings both sides into normal form.
        normal: Option<Normaliser>,
        /// SCIM value to target value, one to one.
        values: Option<ValueTable>,
        /// The record holds an id, SCIM shows another field of that row.
        lookup: Option<LookupRef>,
    },
    /// Always shown so, never written.
    Constant(Value),
    /// Computed from the record, never written. Slots index `fields`.
    Expression {
        /// The compiled expression.
        expression: Expression,
        /// The record's fields it reads.
        fields: Vec<FieldPath>,
    },
    /// The target has no place for it: the store keeps it.
    Keep,
}

/// A one-to-one table of scalar values.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTable {
    /// (SCIM value, target value), both JSON scalars, in the order of the file.
    pub pairs: Vec<(Value, Value)>,
}

/// A column of a look-up table: `managers.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupRef {
    /// The table.
    pub table: String,
    /// The row's field that SCIM shows.
    pub field: FieldPath,
}

/// A target field computed from SCIM: `[user.write]`.
#[derive(Debug, Clone)]
pub struct Write {
    /// The field.
    pub field: FieldPath,
    /// Where it stands.
    pub rule: RuleRef,
    /// Its value.
    pub source: WriteSource,
    /// Whether it is written at creation only.
    pub apply: Apply,
}

/// What a written field holds.
#[derive(Debug, Clone)]
pub enum WriteSource {
    /// Always the same.
    Constant(Value),
    /// Computed. Slots index `attributes`.
    Expression {
        /// The compiled expression.
        expression: Expression,
        /// The SCIM attributes it reads.
        attributes: Vec<BoundPath>,
    },
}

/// A way to ask the target for the records with one value of one attribute.
#[derive(Debug, Clone)]
pub struct FindRule {
    /// Index into [`ResourceRules::map`].
    pub by: usize,
    /// The comparison that the target makes; what it finds too much is sorted out here, so it may fold case.
    pub op: CompareOp,
    /// The call; its template uses the mapped field's name, and the placeholders of a list if the target pages the answer.
    pub call: CallRule,
    /// Rows and pages.
    pub paging: Paging,
}

/// How records are read page by page.
#[derive(Debug, Clone)]
pub struct ListRule {
    /// The call; its template may use `{offset}` (from 0), `{limit}` and `{page}` (from 1).
    pub call: CallRule,
    /// Rows and pages.
    pub paging: Paging,
}

/// A list in an order that the target makes: `[user.sort]`.
#[derive(Debug, Clone)]
pub struct SortRule {
    /// As a list; its template also uses `{sort}` and `{order}`.
    pub list: ListRule,
    /// (index into [`ResourceRules::map`], the target's name for `{sort}`).
    pub by: Vec<(usize, String)>,
    /// `{order}` for ascending and descending.
    pub order: [String; 2],
}

/// Where the rows of an answer are, and how there are more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Where the rows are.
    pub rows: FieldPath,
    /// Where the number of all records is; without it the last short page ends the walk.
    pub total: Option<FieldPath>,
    /// The most rows the target gives at once.
    pub page_rows_max: usize,
    /// Whether the call counts rows (`{offset}`) or pages (`{page}`); otherwise one call gives everything.
    pub paged: bool,
}

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

/// One row of the error table.
#[derive(Debug, Clone)]
pub struct ErrorRule {
    /// Where it stands.
    pub rule: RuleRef,
    /// The target's status.
    pub status: Option<u16>,
    /// What its body must fulfil.
    pub body: Option<BodyCondition>,
    /// What it means.
    pub means: ErrorMeaning,
}

/// What a target's error means to the IdP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorMeaning {
    /// This SCIM error.
    Scim {
        /// 400, 403, 404, 409, 413, 429, 501 or 503.
        status: u16,
        /// Keyword for 400 and 409.
        scim_type: Option<scim::ScimType>,
        /// What the IdP's admin reads.
        detail: Arc<str>,
    },
    /// All is well.
    Success,
    /// There is no such record.
    Absent,
}
