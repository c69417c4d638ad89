//! Every limit of the crate by name and unit.
//!
//! No parser here reads past one of these. Each has a test on either side, next to the code that enforces it.

/// Longest filter accepted, in bytes after percent-decoding.
pub const FILTER_BYTES_MAX: usize = 8 * 1024;

/// Deepest nesting of a filter: parentheses, `not` and value paths each count one.
pub const FILTER_DEPTH_MAX: u32 = 32;

/// Most comparisons in one filter.
pub const FILTER_TERMS_MAX: u32 = 256;

/// Longest attribute path accepted, in bytes.
pub const PATH_BYTES_MAX: usize = 2 * 1024;

/// Most operations in one PATCH request. Entra's validator sends about 36 (idp-dialects row 31).
pub const PATCH_OPERATIONS_MAX: usize = 1_000;

/// Deepest nesting of a JSON request body.
pub const BODY_DEPTH_MAX: usize = 16;

/// Most operations in one bulk request; advertised (RFC 7643 §5).
pub const BULK_OPERATIONS_MAX: usize = 1_000;

/// Longest entity tag, in bytes without its `W/""`; a longer version is cut and told apart by a fingerprint.
pub const ENTITY_TAG_BYTES_MAX: usize = 128;

/// Most elements in one multi-valued attribute of a resource. Each of [`PATCH_OPERATIONS_MAX`] operations may look at all of
/// them, so the two limits are one.
pub const VALUES_MAX: usize = 10_000;

/// Resources on one page of a list, at most; `count` above it is lowered to it (RFC 7644 §3.4.2.4).
pub const PAGE_RESOURCES_MAX: usize = 200;

/// Resources on a page when the client does not say `count`.
pub const PAGE_RESOURCES_DEFAULT: usize = 100;
