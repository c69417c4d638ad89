//! A request as it is on the wire: request line, headers, an empty line, body.

use super::{FORMS, Request};

/// # Errors
/// What is wrong and what to write.
pub(super) fn request(text: &str) -> Result<Request, String> {
    let (line, mut rest) = next_line(text);
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target), version, None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(format!("the first line is no request line; {FORMS}"));
    };
    let is_method = method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_target = target.starts_with('/') || target.contains("://");
    if !is_method || !is_target || version.is_some_and(|version| !version.starts_with("HTTP/")) {
        return Err(format!("the first line is no request line; {FORMS}"));
    }
    let mut headers = Vec::new();
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| {
            let number = headers.len() + 2;
            format!("line {number} is no header: write `Name: value`, and an empty line before the body")
        })?;
        headers.push((name.trim(), value.trim()));
    }
    let request = Request::new(method, target, rest.trim_end().as_bytes().to_vec());
    Ok(headers.into_iter().fold(request, |request, (name, value)| request.with_header(name, value)))
}

/// The first line without its end, and what follows.
fn next_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.trim_end_matches('\r'), rest)
}
