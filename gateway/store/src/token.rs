//! Tokens that were issued to tenants: never the token, only its hash.

/// SHA-256 of a token of 256 random bits: it cannot be searched, so that looking it up tells nobody anything.
pub type TokenDigest = [u8; 32];

/// One token of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// When it was issued, in seconds since 1970.
    pub issued_at_secs: u64,
    /// When it ends, because another was issued that overlaps; `None` for the newest.
    pub ends_at_secs: Option<u64>,
}
