//! From the bytes of a body to a JSON tree: media type, byte order mark, depth, syntax.
//!
//! The depth is measured before a tree is built, so that nesting costs nothing but the scan. It never says anything of the
//! body's content in an error.

use serde_json::Value;

use super::DecodeError;
use crate::excerpt::excerpt;
use crate::limits::BODY_DEPTH_MAX;

/// Reads a body that must be there.
pub(super) fn json(content_type: Option<&str>, body: &[u8]) -> Result<Value, DecodeError> {
    if let Some(content_type) = content_type.filter(|content_type| !is_json(content_type)) {
        return Err(DecodeError::MediaType { found: excerpt(content_type) });
    }
    let refused = |reason: String| Err(DecodeError::Body { reason });
    if body.trim_ascii().is_empty() {
        return refused("it is empty".to_owned());
    }
    // RFC 8259 §8.1: no byte order mark; a parser may refuse it.
    if body.starts_with(b"\xef\xbb\xbf") {
        return refused("it starts with a byte order mark, send plain UTF-8".to_owned());
    }
    if depth(body) > BODY_DEPTH_MAX {
        return refused(format!("it nests deeper than {BODY_DEPTH_MAX} levels"));
    }
    serde_json::from_slice(body).or_else(|error| refused(error.to_string()))
}

/// Whether a media type is JSON; parameters are ignored, no media type at all is fine (idp-dialects row 5), and
/// `application/json` is what OneLogin sends (row 54).
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.split_once('/') {
        None => essence.is_empty(),
        Some((_, subtype)) => subtype == "json" || subtype.ends_with("+json"),
    }
}

/// The deepest nesting of brackets outside strings. Text that is no JSON gets some number; the parser refuses it.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                // To the end of the string; a backslash takes the next byte with it.
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => drop(bytes.next()),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content_type: Option<&str>, body: impl AsRef<[u8]>, expected: &str) {
        let shown = json(content_type, body.as_ref()).map_or_else(|error| error.to_string(), |json| json.to_string());
        assert_eq!(shown, expected);
    }

    #[test]
    fn json_media_types_are_taken_in_any_case_with_any_parameters() {
        for content_type in [
            None,
            Some(""),
            Some("application/scim+json"),
            Some("application/scim+json; charset=utf-8"),
            Some("Application/JSON;charset=UTF-8"),
            Some("text/json"),
        ] {
            check(content_type, "{}", "{}");
        }
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "json", "application/jsonp"] {
            let expected =
                format!("the body must be `application/scim+json` or `application/json`, not `{content_type}`");
            check(Some(content_type), "{}", &expected);
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_reason() {
        check(None, "", "the body is not valid JSON: it is empty");
        check(None, " \r\n", "the body is not valid JSON: it is empty");
        check(None, "\u{feff}{}", "the body is not valid JSON: it starts with a byte order mark, send plain UTF-8");
        check(None, "{\"a\":", "the body is not valid JSON: EOF while parsing a value at line 1 column 5");
        check(None, "{} {}", "the body is not valid JSON: trailing characters at line 1 column 4");
        check(None, b"\"\xff\"", "the body is not valid JSON: invalid unicode code point at line 1 column 2");
    }

    #[test]
    fn nesting_is_limited_before_the_tree_is_built() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(None, nested(BODY_DEPTH_MAX), &nested(BODY_DEPTH_MAX));
        let expected = "the body is not valid JSON: it nests deeper than 16 levels";
        check(None, nested(BODY_DEPTH_MAX + 1), expected);
        check(None, "[{\"a\":".repeat(1_000_000), expected);
    }

    #[test]
    fn brackets_inside_strings_do_not_nest() {
        let text = format!(r#"["{}\"[[","\\"]"#, "[{".repeat(BODY_DEPTH_MAX));
        check(None, &text, &text);
    }
}
