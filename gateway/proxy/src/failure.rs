//! Everything that can end an exchange early, typed. What each becomes for the IdP is said once, in
//! [`rescue`](crate::layer::rescue).

use rules::{Refusal, TargetFault};
use scim::ScimType;
use scim::operation::DecodeError;
use scim::patch::PatchError;
use scim::path::PathError;
use scim::resource::ValueError;
use store::StoreError;

use crate::authenticate::{AuthError, AuthFailure, KeysUnavailable, TokensUnavailable};
use crate::clock::NoRandom;

/// Why an exchange ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The request cannot be understood. The IdP's fault.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The body is not of the schema. The IdP's fault.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// The PATCH cannot be applied. The IdP's fault.
    #[error(transparent)]
    Patch(#[from] PatchError),
    /// `attributes` or `excludedAttributes` is no list of paths. The IdP's fault.
    #[error(transparent)]
    View(#[from] PathError),
    /// The rules of the profile refuse it. The IdP's fault.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// Nobody we know, or not allowed here. The caller's fault.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The caller's token cannot be checked now. Ours or the IdP's; a retry can help.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
    /// There is no such resource.
    #[error("there is no {kind} `{id}`")]
    NotFound {
        /// `User` or `Group`.
        kind: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// Somebody else is that already.
    #[error("{detail}")]
    Duplicate {
        /// What is taken.
        detail: String,
    },
    /// A scan, for a filter or an order that the target has not, would read more than the limit.
    #[error("this needs a scan of more than {rows_max} resources; search by {searchable}")]
    TooMany {
        /// The limit.
        rows_max: usize,
        /// What the target can be asked for.
        searchable: String,
    },
    /// More members of groups would be read than the limit.
    #[error("this needs more than {rows_max} members to be read; leave them out with `excludedAttributes=members`")]
    TooManyMembers {
        /// The limit.
        rows_max: usize,
    },
    /// A search would look at more candidates one by one than the limit.
    #[error("this needs more than {calls_max} single calls to the product; ask for less at once")]
    TooManyCalls {
        /// The limit.
        calls_max: usize,
    },
    /// An operation of a bulk request refers to what no operation of the request makes (RFC 7644 §3.7.2). The IdP's fault.
    #[error("no operation of this request has the bulkId `{bulk_id}`")]
    UnknownBulkId {
        /// What was referred to.
        bulk_id: String,
    },
    /// An operation of a bulk request refers to what another should have made and did not (RFC 7644 §3.7.1).
    #[error("what the operation with bulkId `{bulk_id}` should have made is not there")]
    UnmadeBulkId {
        /// What was referred to.
        bulk_id: String,
    },
    /// An operation of a bulk request did not begin in time; nothing of it was done. A retry can help.
    #[error("the bulk request took too long for this operation to begin; nothing of it was done")]
    NotBegun,
    /// Groups are off for this product.
    #[error("this product does not take groups by provisioning")]
    GroupsOff,
    /// The tenant does not fulfil a condition of its profile (`[[require]]`). Repaired by whoever configures the tenant.
    #[error("{detail}")]
    NotYet {
        /// What the admin reads.
        detail: String,
    },
    /// `/Me`: who presents the credential of a tenant is no user (RFC 7644 §3.11).
    #[error("`/Me` is not supported: a provisioning credential belongs to no user")]
    Me,
    /// `If-Match` names another version than the resource has (RFC 7644 §3.14).
    #[error("the resource has been changed since: read it again")]
    Precondition,
    /// The cursor is none of ours, or of another question (RFC 9865 §2.1).
    #[error("the cursor is not of this query; begin again with an empty `cursor`")]
    Cursor,
    /// The target refused, and the profile or a rule says how to tell the IdP.
    #[error("the target refused: {detail}")]
    Refused {
        /// SCIM status.
        status: u16,
        /// Keyword.
        scim_type: Option<ScimType>,
        /// What the admin reads.
        detail: String,
    },
    /// The target did not do its part. Theirs; a retry can help.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The store did not do its part. Ours; a retry can help.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The machine gives no randomness for a password. Ours; a retry can help.
    #[error(transparent)]
    Random(#[from] NoRandom),
    /// The body is larger than the limit.
    #[error("the body is larger than {bytes_max} bytes")]
    BodyTooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// The body did not arrive in time, or the connection broke.
    #[error("the body did not arrive")]
    BodyLost,
    /// Too many exchanges at once.
    #[error("too many requests at once")]
    Overloaded,
    /// The exchange took longer than the limit.
    #[error("the exchange took longer than {secs} s")]
    Deadline {
        /// The limit.
        secs: u64,
    },
    /// A bug: the code panicked. Ours.
    #[error("internal error")]
    Panic,
}

/// Why a target call gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// No connection: nothing was sent.
    #[error("the target cannot be reached: {reason}")]
    Unreachable {
        /// For the log.
        reason: String,
    },
    /// No answer in time. What was sent may have been done.
    #[error("the target did not answer within {secs} s")]
    TimedOut {
        /// The limit.
        secs: u64,
    },
    /// The connection broke after the request was sent. What was sent may have been done.
    #[error("the connection to the target broke: {reason}")]
    Broken {
        /// For the log.
        reason: String,
    },
    /// It answered, and not well.
    #[error(transparent)]
    Fault(#[from] TargetFault),
}

impl From<AuthFailure> for Failure {
    fn from(failure: AuthFailure) -> Self {
        match failure {
            AuthFailure::Refused(error) => Failure::Auth(error),
            AuthFailure::Keys(error) => Failure::Keys(error),
            AuthFailure::Tokens(TokensUnavailable { reason }) => Failure::Store(StoreError::Failed { reason }),
        }
    }
}
