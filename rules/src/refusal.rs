//! Why the rules refuse a request: always the IdP's side, never repaired by a retry.

/// Names the attribute, the value and, for the log, the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `400 invalidValue`.
    #[error("`{attribute}`: {reason}")]
    Value {
        /// The SCIM attribute.
        attribute: String,
        /// What is wrong with the value, and what would be right.
        reason: String,
        /// The rule, for the log: `user.map.userName (telemessage/profile.toml:17)`.
        rule: String,
    },
    /// `400 invalidValue`: a name that the target's table does not have.
    #[error("`{attribute}`: there is no `{value}` among the {table} of this account")]
    UnknownName {
        /// The SCIM attribute.
        attribute: String,
        /// The name that was sent.
        value: String,
        /// The look-up table.
        table: String,
    },
    /// `400 invalidValue`.
    #[error("`{attribute}` is required")]
    Missing {
        /// The SCIM attribute.
        attribute: String,
    },
    /// `400 mutability`.
    #[error("`{attribute}` cannot be changed")]
    Immutable {
        /// The SCIM attribute.
        attribute: String,
    },
    /// `400 mutability`: a PATCH takes away what every resource must have (RFC 7644 §3.5.2.2).
    #[error("`{attribute}` is required and cannot be removed")]
    Required {
        /// The SCIM attribute.
        attribute: String,
    },
    /// `400 invalidValue`: no mapping takes it, and the profile does not let it be left out.
    #[error("`{attribute}` is not taken by this product: take it out of the mappings")]
    Unmapped {
        /// The SCIM attribute.
        attribute: String,
    },
    /// `400 invalidFilter`.
    #[error(transparent)]
    Filter(#[from] scim::filter::FilterError),
    /// `400 invalidFilter`: the target cannot be asked so.
    #[error("{noun}s cannot be searched by this filter: {reason}")]
    Search {
        /// `user`.
        noun: &'static str,
        /// Why, and what can be searched by.
        reason: String,
    },
    /// `501`: the profile has no such call.
    #[error("this product cannot {what} {noun}s by provisioning")]
    Unsupported {
        /// `create`.
        what: &'static str,
        /// `user`.
        noun: &'static str,
    },
}
