//! From an HTTP response to data: a body of bounded size, a status, a time to wait. Nothing here keeps what it cannot understand.

use std::error::Error as _;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use rules::Body;
use rules::call::TEXT_BYTES_MAX;
use rules::profile::Format;
use rules::wire::xml;

/// Longest reason that goes into a log, in characters.
const REASON_CHARS_MAX: usize = 300;

/// Most bytes that are set aside because an answer only announces them.
const FIRST_BYTES_MAX: usize = 64 * 1024;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// It is larger than the limit.
    TooLarge,
    /// The connection broke on the way.
    Broken(reqwest::Error),
}

/// Reads the rest of `response`, at most `bytes_max` bytes; more is not even received.
pub(crate) async fn read_body(mut response: reqwest::Response, bytes_max: usize) -> Result<Vec<u8>, ReadError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > bytes_max as u64 {
        return Err(ReadError::TooLarge);
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(FIRST_BYTES_MAX));
    while let Some(chunk) = response.chunk().await.map_err(ReadError::Broken)? {
        if body.len() + chunk.len() > bytes_max {
            return Err(ReadError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a body is, by its bytes: content types of legacy products cannot be relied on.
pub(crate) fn parse_body(bytes: &[u8]) -> Body {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Body::Empty;
    }
    json::from_slice(bytes).map_or_else(|_| Body::Text(beginning(bytes)), Body::Json)
}

/// What a body is in the format of its call; what is not of that format is read by its bytes.
pub(crate) fn read_as(format: Format, bytes: &[u8]) -> Body {
    match format {
        Format::Xml => xml::decode(bytes).map_or_else(|_| parse_body(bytes), Body::Json),
        Format::Json | Format::Form(_) => parse_body(bytes),
    }
}

/// The first [`TEXT_BYTES_MAX`] bytes as text.
fn beginning(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(TEXT_BYTES_MAX)]).into_owned()
}

/// `Retry-After` in seconds; a date (RFC 9110 §10.2.3 allows one) is not understood.
pub(crate) fn retry_after_secs(headers: &HeaderMap) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    // `parse` alone would take `+5`.
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// An error of the HTTP client as text for the log: with its causes, without the URL, whose query may hold personal data.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text.chars().take(REASON_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use http::HeaderValue;
    use json::json;

    #[test]
    fn a_body_is_what_its_bytes_are() {
        let rows: [(&[u8], Body); 8] = [
            (b"", Body::Empty),
            (b" \r\n\t", Body::Empty),
            (b"{\"id\":7}", Body::Json(json!({"id": 7}))),
            (b" [] \n", Body::Json(json!([]))),
            (b"null", Body::Json(json!(null))),
            (b"<html>503</html>", Body::Text("<html>503</html>".to_owned())),
            (b"{\"id\":7", Body::Text("{\"id\":7".to_owned())),
            (b"\xff\xfe", Body::Text("\u{fffd}\u{fffd}".to_owned())),
        ];
        for (bytes, expected) in rows {
            assert_eq!(parse_body(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn only_whole_seconds_are_a_time_to_wait() {
        let rows = [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", None),
            ("+5", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ];
        for (text, expected) in rows {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(text).unwrap())]);
            assert_eq!(retry_after_secs(&headers), expected, "{text:?}");
        }
        assert_eq!(retry_after_secs(&HeaderMap::new()), None);
    }
}
