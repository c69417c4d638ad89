//! Stand-ins: small in-memory servers that play the other parties, for `demo` and for the project's tests.
//!
//! A product with an internal REST API ([`product`]), a directory that knows every SCIM attribute ([`directory`]), an OIDC
//! issuer in Entra ID's manner ([`issuer`]). They listen on loopback only, keep everything in memory, and can be told to
//! misbehave ([`faults`]). Nothing on the data path of `run` uses them.

pub mod directory;
pub mod faults;
pub mod issuer;
pub mod product;
pub mod serve;
