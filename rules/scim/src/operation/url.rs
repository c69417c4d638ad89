//! The path of a request: segments, percent-decoded, and ids that mean nothing but themselves.
//!
//! An escape that is none, or none of UTF-8, is refused and never taken literally: what was meant cannot be known, and two
//! readers of one URL must not differ.

use percent_encoding::percent_decode_str;

use super::DecodeError;
use crate::excerpt::excerpt;
use crate::limits::ID_BYTES_MAX;

/// The segments of a path, percent-decoded. Empty ones are dropped: an admin's base URL may end in a slash (idp-dialects
/// §5, Telmediq 1).
pub(super) fn segments(path: &str) -> Result<Vec<String>, DecodeError> {
    path.split('/').filter(|segment| !segment.is_empty()).map(decoded).collect()
}

fn decoded(segment: &str) -> Result<String, DecodeError> {
    let refused = |what: &str| DecodeError::Url { reason: format!("`{}` in the path {what}", excerpt(segment)) };
    let mut escapes = segment.split('%');
    // What stands before the first `%` is no escape.
    escapes.next();
    let is_escape = |text: &str| text.len() >= 2 && text.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !escapes.all(is_escape) {
        return Err(refused("has a `%` that is not followed by two hexadecimal digits"));
    }
    match percent_decode_str(segment).decode_utf8() {
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(_) => Err(refused("is not UTF-8")),
    }
}

/// Refuses ids that could mean another path at the target, or put something into a header.
pub(super) fn checked_id(id: &str) -> Result<String, DecodeError> {
    let dangerous =
        matches!(id, "." | "..") || id.contains(|char: char| char.is_control() || matches!(char, '/' | '\\'));
    if id.len() > ID_BYTES_MAX {
        let reason = format!("`{}` cannot be an id: it has more than {ID_BYTES_MAX} bytes", excerpt(id));
        return Err(DecodeError::Url { reason });
    }
    if dangerous {
        return Err(DecodeError::Url { reason: format!("`{}` cannot be an id", excerpt(id)) });
    }
    Ok(id.to_owned())
}
