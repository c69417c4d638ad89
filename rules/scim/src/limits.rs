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

/// Longest id of a resource in a path, in bytes after percent-decoding. It stands in audit records and messages.
pub const ID_BYTES_MAX: usize = 1_024;

/// Most operations in one PATCH request; of one without a path every key counts. Entra's validator sends about 36
/// (idp-dialects row 31).
pub const PATCH_OPERATIONS_MAX: usize = 1_000;

/// Most values that the operations of one PATCH look at, one for each comparison of their filters: a hundred filters over
/// [`VALUES_MAX`] values. Neighbours that add or remove elements of one list count as one.
pub const PATCH_LOOKS_MAX: usize = 1_000_000;

/// Most bytes that the filters of one PATCH give to what they select, all values together: a body of a megabyte may name a text
/// once and mean ten thousand.
pub const PATCH_COPIES_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Most keys of a resource that are paths (`name.givenName`), in all their spellings.
pub const PATH_KEYS_MAX: usize = 256;

/// Longest `attributes` or `excludedAttributes`, in bytes after percent-decoding.
pub const VIEW_BYTES_MAX: usize = 8 * 1024;

/// Deepest nesting of a JSON request body.
pub const BODY_DEPTH_MAX: usize = 16;

/// Most operations in one bulk request; advertised (RFC 7643 §5).
pub const BULK_OPERATIONS_MAX: usize = 1_000;

/// Longest entity tag, in bytes without its `W/""`; a longer version is cut and told apart by a fingerprint.
pub const ENTITY_TAG_BYTES_MAX: usize = 128;

/// Most elements in one multi-valued attribute of a resource.
pub const VALUES_MAX: usize = 10_000;

/// Resources on one page of a list, at most; `count` above it is lowered to it (RFC 7644 §3.4.2.4).
pub const PAGE_RESOURCES_MAX: usize = 200;

/// Resources on a page when the client does not say `count`.
pub const PAGE_RESOURCES_DEFAULT: usize = 100;
