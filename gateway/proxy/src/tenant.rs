//! Tenants: one customer of the product each, and how one is found.

mod index;
#[cfg(test)]
pub(crate) mod sample;

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use rules::{Params, Profile};
use scim::Protocol;
use store::TenantId;

use crate::target::Target;

pub use index::{TenantConflict, Tenants};

/// One customer of the product, ready to serve.
pub struct Tenant {
    /// Its name.
    pub id: TenantId,
    /// The compiled profile; shared by every tenant that uses it.
    pub profile: Arc<Profile>,
    /// The values of the profile's parameters.
    pub params: Params,
    /// Which SCIM its IdP speaks; the URL never decides it.
    pub protocol: Protocol,
    /// What its IdP may present.
    pub credentials: Credentials,
    /// Its account at the target.
    pub target: Arc<dyn Target>,
}

/// What a tenant's IdP may present. A credential is valid for its own tenant only.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// Entra tenants whose blank-token JWT is accepted.
    pub entra: Vec<EntraTrust>,
    /// SHA-256 hashes of static bearer tokens.
    pub tokens: Vec<TokenHash>,
    /// User names and passwords (RFC 7617).
    pub basic: Vec<BasicLogin>,
    /// Whether the `Authorization` header may hold a token of `tokens` without the word `Bearer` (idp-dialects row 34).
    pub raw_token: bool,
    /// Whether tokens are issued to it by `scimgate token issue`; the store knows them.
    pub issued: bool,
    /// The host names that its IdP calls, in small letters and without port; empty if it may call any that no other tenant has.
    pub hosts: Vec<String>,
}

/// A user name, and the SHA-256 of its password (RFC 7617). Only a generated password may stand behind it: a plain hash of a
/// chosen one can be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicLogin {
    /// The user name: not empty, no colon, no control character; compared exactly.
    pub user: String,
    /// The hash of the password.
    pub password: TokenHash,
}

/// Which Entra tokens are accepted (idp-dialects.md §1a).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntraTrust {
    /// The Entra tenant id, a lowercase GUID.
    pub tid: String,
    /// The cloud whose login host and issuer apply.
    pub cloud: Arc<EntraCloud>,
}

/// A cloud of Entra ID: everything about tokens that differs between clouds, gallery applications and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntraCloud {
    /// `global`.
    pub name: String,
    /// OIDC metadata, with `{tid}`: `https://login.microsoftonline.com/{tid}/.well-known/openid-configuration`.
    pub metadata: String,
    /// Hosts that key sets may be fetched from, beside the metadata's own: `login.windows.net`.
    pub key_hosts: Vec<String>,
    /// Accepted issuers, with `{tid}`: `https://sts.windows.net/{tid}/`.
    pub issuers: Vec<String>,
    /// Accepted audiences, exact.
    pub audiences: Vec<String>,
    /// Accepted `appid` (v1) or `azp` (v2); the provisioning service of Entra.
    pub app_ids: Vec<String>,
    /// Bounded clock skew, in seconds; at most 300.
    pub clock_skew_secs: u64,
}

/// SHA-256 of a bearer token.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of `token`.
    #[must_use]
    pub fn of(token: &str) -> Self {
        let mut hash = [0; SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}
