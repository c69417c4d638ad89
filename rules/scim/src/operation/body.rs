//! From the bytes of a body to a JSON tree: media type, byte order mark, depth, syntax, no key twice.
//!
//! The depth is measured before a tree is built, so that nesting costs nothing but the scan. It never says anything of the
//! body's content in an error.

use std::borrow::Cow;

use json::Value;

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
    let scan = Scan::of(body);
    if scan.is_too_deep {
        return refused(format!("it nests deeper than {BODY_DEPTH_MAX} levels"));
    }
    let json = json::from_slice(body).or_else(|error| refused(error.to_string()))?;
    // Only of JSON is it known that what the scan took for a key is one.
    match scan.repeated_at {
        Some(at) => refused(format!("an object has the same key twice, {}", place(body, at))),
        None => Ok(json),
    }
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

/// What the parser does not look at: how deep brackets nest, and whether a key is repeated. RFC 8259 §4 leaves the meaning of
/// a repeated key open, so that two readers of one body may see different people in it; here it has none.
///
/// Text that is no JSON gets some answer; the parser refuses it.
struct Scan<'b> {
    is_too_deep: bool,
    /// Where a key stands that was there before, in the first object that closes with one.
    repeated_at: Option<usize>,
    /// The keys of the objects that are open, with where they stand.
    keys: Vec<(Cow<'b, [u8]>, usize)>,
    /// For each bracket that is open, of an object how many keys stood before it.
    open: Vec<Option<usize>>,
}

impl<'b> Scan<'b> {
    fn of(body: &'b [u8]) -> Self {
        // Room for what a user has open at once.
        let (keys, open) = (Vec::with_capacity(64), Vec::with_capacity(BODY_DEPTH_MAX + 1));
        let mut scan = Scan { is_too_deep: false, repeated_at: None, keys, open };
        let (mut at, mut is_key) = (0, false);
        while let Some(byte) = body.get(at) {
            match byte {
                b'[' | b'{' => {
                    scan.open.push((*byte == b'{').then_some(scan.keys.len()));
                    is_key = *byte == b'{';
                    if scan.open.len() > BODY_DEPTH_MAX {
                        scan.is_too_deep = true;
                        return scan;
                    }
                }
                b']' | b'}' => scan.close(),
                b',' => is_key = matches!(scan.open.last(), Some(Some(_))),
                b'"' => {
                    let end = end_of_string(body, at);
                    if is_key {
                        scan.keys.push((unescaped(&body[at..end]), at));
                    }
                    is_key = false;
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        scan
    }

    /// Closes a bracket. Keys are compared here, sorted, so that an object of many keys costs little more than one of few.
    fn close(&mut self) {
        let Some(Some(before)) = self.open.pop() else { return };
        let keys = &mut self.keys[before..];
        keys.sort_unstable();
        if self.repeated_at.is_none() {
            self.repeated_at = keys.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1);
        }
        self.keys.truncate(before);
    }
}

/// Behind the quote that closes the string whose first quote is at `start`; a backslash takes the next byte with it.
fn end_of_string(body: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    body.len()
}

/// A string without its quotes: `\u0061` and `a` are one key.
fn unescaped(quoted: &[u8]) -> Cow<'_, [u8]> {
    if quoted.contains(&b'\\')
        && let Ok(text) = json::from_slice::<String>(quoted)
    {
        return Cow::Owned(text.into_bytes());
    }
    Cow::Borrowed(quoted.get(1..quoted.len() - 1).unwrap_or_default())
}

/// `line 1 column 5`, both from 1, as the parser counts.
fn place(body: &[u8], at: usize) -> String {
    let before = &body[..at];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.split(|byte| *byte == b'\n').count();
    format!("line {line} column {}", at - line_start + 1)
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
        check(None, b"{\"\xc3\":1}", "the body is not valid JSON: invalid unicode code point at line 1 column 3");
        check(None, r#""\ud800""#, "the body is not valid JSON: unexpected end of hex escape at line 1 column 8");
        check(
            None,
            "\"a\nb\"",
            "the body is not valid JSON: control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0",
        );
        check(None, b"\xff\xfe{\0}\0", "the body is not valid JSON: expected value at line 1 column 1");
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
    fn a_key_is_there_once_however_it_is_written() {
        let twice = |place: &str| format!("the body is not valid JSON: an object has the same key twice, {place}");
        check(None, r#"{"a":1,"a":2}"#, &twice("line 1 column 8"));
        check(None, r#"{"a":1,"\u0061":2}"#, &twice("line 1 column 8"));
        check(None, "{\"a\":1,\n \"b\":{\"c\":1, \"d\":[{}], \"c\":1}}", &twice("line 2 column 24"));
        check(None, r#"[{"a":1},{"b":1,"a":2,"b":3}]"#, &twice("line 1 column 23"));
        check(None, r#"{"":1,"":2}"#, &twice("line 1 column 7"));
        check(None, r#"{"a":{"a":1},"b":[{"a":2},{"a":3}]}"#, r#"{"a":{"a":1},"b":[{"a":2},{"a":3}]}"#);
        check(None, r#"{"a":"b","b":"a","c":["a","a"]}"#, r#"{"a":"b","b":"a","c":["a","a"]}"#);
        // Names that differ in case are two keys to JSON; what they are to SCIM, the reader of the attribute says.
        check(None, r#"{"a":1,"A":2}"#, r#"{"a":1,"A":2}"#);
        check(None, r#"{"a":1,"a""#, "the body is not valid JSON: EOF while parsing an object at line 1 column 10");
    }

    #[test]
    fn numbers_that_no_machine_holds_are_refused() {
        let digits = "9".repeat(400);
        check(None, r#"{"a":1e999}"#, "the body is not valid JSON: number out of range at line 1 column 10");
        check(None, r#"{"a":-1e999}"#, "the body is not valid JSON: number out of range at line 1 column 11");
        check(None, &digits, "the body is not valid JSON: number out of range at line 1 column 400");
        check(None, "1e-999", "0.0");
        check(None, "18446744073709551616", "1.8446744073709552e+19");
        check(None, "NaN", "the body is not valid JSON: expected value at line 1 column 1");
    }

    #[test]
    fn brackets_inside_strings_do_not_nest() {
        let text = format!(r#"["{}\"[[","\\"]"#, "[{".repeat(BODY_DEPTH_MAX));
        check(None, &text, &text);
    }
}
