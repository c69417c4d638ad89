//! Which SCIM is spoken on the wire. Everything inside speaks 2.0; [`v1`](crate::v1) is the façade for the other.

/// A version of the protocol; a tenant's setting, so that the two never mix (trap 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Protocol {
    /// SCIM 1.1 (simplecloud.info, 2012).
    Scim11,
    /// SCIM 2.0 (RFC 7643, RFC 7644).
    #[default]
    Scim20,
}

impl Protocol {
    /// `1.1` or `2.0`, as a tenant's setting says it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Scim11 => "1.1",
            Protocol::Scim20 => "2.0",
        }
    }
}
