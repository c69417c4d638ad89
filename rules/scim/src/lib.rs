//! SCIM in memory: what RFC 7643 and RFC 7644 say that can be checked with a pencil.
//!
//! Names, paths, schema, resources, filter, PATCH, paging, projection, errors and limits. The crate does no I/O, has no
//! clock, no `async` and no globals, and it never panics on any input. In the life of a request it is stage 8 (decode)
//! and stage 14 (encode); everything between works on the types defined here.
//!
//! Liberal in, strict out: each deviation of an identity provider that is tolerated is tolerated by one parser, where it
//! happens, with its source beside it.

pub mod limits;

pub mod name;
pub mod schema;

pub mod path;

pub mod filter;

pub mod resource;

pub mod patch;

pub mod operation;
pub mod protocol;
pub mod sort;
pub mod v1;

pub mod discovery;
pub mod list;
pub mod projection;

pub mod error;
mod excerpt;

pub use error::{ErrorBody, ScimType};
pub use filter::Filter;
pub use filter::instant::Instant;
pub use operation::Operation;
pub use patch::PatchRequest;
pub use path::{AttrPath, Path};
pub use protocol::Protocol;
pub use resource::Resource;
pub use schema::{Attribute, Kind, ResourceType, Schema};
