//! Path templates of target calls: `/users/{id}?msisdn={msisdn}`, every value percent-encoded for where it stands.
//!
//! A value never becomes structure: not a segment, not a parameter, not a host (attack: an id of `../admin`), and not a member
//! of a JSON text in a query (attack: a login of `a"}},{"admin":{`).

mod json_text;
mod text;
mod token;

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use self::json_text::{JsonPlace, json_text};
use self::token::{Token, tokens};

pub use self::text::TextTemplate;

/// Longest template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 2 * 1024;

/// What is encoded in a value: everything but the unreserved characters of RFC 3986 §2.3. It serves path and query alike.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is encoded for the author in the fixed text of a query: what no URL holds as it is.
const FIXED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
/// The same in a JSON text, whose brackets are no part of a name.
const FIXED_JSON: &AsciiSet = &FIXED.add(b'[').add(b']');

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Fixed text, as it is sent.
    Text(String),
    /// A placeholder by name; encoded for where it stands.
    Value(String, Place),
}

/// Where a placeholder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a path segment.
    Path,
    /// Behind the `?`.
    Query,
    /// Behind the `?`, in a JSON text.
    Json(JsonPlace),
}

/// Why a template is wrong, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct TemplateError {
    /// What is wrong.
    pub reason: String,
    /// Byte offset.
    pub at: usize,
}

impl Template {
    /// Parses a template: it starts with one `/`, braces are balanced, names are not empty, and no fixed segment is empty, `.` or
    /// `..`. A doubled brace stands for itself. Fixed text is what may stand in a URL; in the query anything else but a control
    /// character and `#` is encoded.
    ///
    /// The value of a query parameter that begins with `[` or `{` and is JSON, with its placeholders put in, is a JSON text; one
    /// that holds a `"` must be. It is one whether its author has encoded it or not.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > TEMPLATE_BYTES_MAX {
            return Err(wrong("a path template has at most 2048 bytes", TEMPLATE_BYTES_MAX));
        }
        if !text.starts_with('/') {
            return Err(wrong("a path template starts with `/`", 0));
        }
        let mut path = tokens(text)?;
        let query = split_query(&mut path);
        let mut parts = Vec::new();
        for (at, token) in &path {
            match token {
                Token::Name(name) => parts.push(Part::Value((*name).to_owned(), Place::Path)),
                Token::Text(text) => push(&mut parts, check_path(text, *at)?),
                Token::Brace(brace) => push(&mut parts, encoded_brace(*brace)),
            }
        }
        check_segments(text)?;
        if let Some(query) = query {
            push(&mut parts, "?");
            parameters(&query, &mut parts)?;
        }
        Ok(Self { parts })
    }

    /// The names of its placeholders, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(name, _) => Some(name.as_str()),
        })
    }

    /// Fills it in. `value` gives the text for a name. A value can put nothing into the URL but itself: `/`, `?`, `#`, `%`,
    /// blanks and control characters are encoded, a path segment that would be empty, `.` or `..` is refused. In a JSON text it
    /// is escaped between quotes; outside them it must be a number, `true`, `false` or `null`.
    ///
    /// # Errors
    /// The name that has no value or whose value cannot stand where it should.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> Result<String, String> {
        let mut path = String::new();
        // The last placeholder of the segment being written: who is to blame for it.
        let mut segment: Option<&str> = None;
        for part in &self.parts {
            match part {
                Part::Text(text) => {
                    let end = text.find(['/', '?']);
                    path.push_str(&text[..end.unwrap_or(text.len())]);
                    if let Some(end) = end {
                        end_segment(&path, segment.take())?;
                        path.push_str(&text[end..]);
                    }
                }
                Part::Value(name, place) => {
                    let value = value(name).ok_or_else(|| name.clone())?;
                    let value = match place {
                        Place::Path | Place::Query => value,
                        Place::Json(place) => place.written(value).ok_or_else(|| name.clone())?,
                    };
                    path.extend(utf8_percent_encode(&value, VALUE));
                    segment = if *place == Place::Path { Some(name) } else { None };
                }
            }
        }
        end_segment(&path, segment)?;
        Ok(path)
    }

    /// The template without its values, for metrics: `/users/{id}`.
    #[must_use]
    pub fn route(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Value(name, _) => write!(f, "{{{name}}}"),
        })
    }
}

fn wrong(reason: &str, at: usize) -> TemplateError {
    TemplateError { reason: reason.to_owned(), at }
}

/// Appends fixed text.
fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// A brace that stands for itself.
fn encoded_brace(brace: char) -> &'static str {
    if brace == '{' { "%7B" } else { "%7D" }
}

/// Takes what stands behind the `?` off the tokens of a template.
fn split_query<'t>(path: &mut Vec<(usize, Token<'t>)>) -> Option<Vec<(usize, Token<'t>)>> {
    let found = path.iter().enumerate().find_map(|(index, (at, token))| match token {
        Token::Text(text) => text.split_once('?').map(|(before, after)| (index, *at, before, after)),
        Token::Name(_) | Token::Brace(_) => None,
    });
    let (index, at, before, after) = found?;
    let mut query = path.split_off(index);
    path.push((at, Token::Text(before)));
    query[0] = (at + before.len() + 1, Token::Text(after));
    Some(query)
}

/// Fixed text of the path, which begins at `at`: what a URL holds as it is.
fn check_path(text: &str, at: usize) -> Result<&str, TemplateError> {
    for (index, letter) in text.char_indices() {
        let reason = match letter {
            '#' => FRAGMENT.to_owned(),
            letter if letter.is_ascii_control() => CONTROL.to_owned(),
            letter if !letter.is_ascii_graphic() || "\\\"<>^`|".contains(letter) => {
                let mut bytes = [0; 4];
                let encoded = utf8_percent_encode(letter.encode_utf8(&mut bytes), VALUE);
                format!("`{letter}` must be percent-encoded in a path: write `{encoded}`")
            }
            _ => continue,
        };
        return Err(TemplateError { reason, at: at + index });
    }
    Ok(text)
}

const FRAGMENT: &str =
    "a fragment is never sent: a path template has no `#`; one that stands for itself is written `%23`";
const CONTROL: &str = "a path template has no control characters";

/// Appends the parameters of a query.
fn parameters(query: &[(usize, Token<'_>)], parts: &mut Vec<Part>) -> Result<(), TemplateError> {
    let mut parameter: Vec<(usize, Token<'_>)> = Vec::new();
    for (at, token) in query {
        let Token::Text(text) = token else {
            parameter.push((*at, *token));
            continue;
        };
        let mut start = 0;
        for (end, _) in text.match_indices('&') {
            parameter.push((at + start, Token::Text(&text[start..end])));
            self::parameter(&std::mem::take(&mut parameter), parts)?;
            push(parts, "&");
            start = end + 1;
        }
        parameter.push((at + start, Token::Text(&text[start..])));
    }
    self::parameter(&parameter, parts)
}

/// Appends one parameter, its value as a JSON text if it is one.
fn parameter(parameter: &[(usize, Token<'_>)], parts: &mut Vec<Part>) -> Result<(), TemplateError> {
    for (at, text) in parameter.iter().filter_map(|(at, token)| Some((at, token.as_text()?))) {
        let found = text.char_indices().find_map(|(index, letter)| match letter {
            '#' => Some((index, FRAGMENT)),
            '?' => Some((index, "a path template has one `?`; one that stands for itself is written `%3F`")),
            letter if letter.is_control() => Some((index, CONTROL)),
            _ => None,
        });
        if let Some((index, reason)) = found {
            return Err(wrong(reason, at + index));
        }
    }
    let split = parameter.iter().enumerate().find_map(|(index, (_, token))| {
        let (name, value) = token.as_text()?.split_once('=')?;
        Some((index, name, value))
    });
    let Some((index, name, value)) = split else {
        written(parameter, FIXED, &[], parts);
        return Ok(());
    };
    written(&parameter[..index], FIXED, &[], parts);
    written(&[(0, Token::Text(name))], FIXED, &[], parts);
    push(parts, "=");
    let at = parameter[index].0 + name.len() + 1;
    let value: Vec<_> = [(at, Token::Text(value))].into_iter().chain(parameter[index + 1..].iter().copied()).collect();
    match json_text(&value).map_err(|reason| TemplateError { reason, at })? {
        Some(places) => written(&value, FIXED_JSON, &places, parts),
        None => written(&value, FIXED, &[], parts),
    }
    Ok(())
}

/// Appends tokens of a query, fixed text without what `encoded` holds; `places` are those of placeholders in a JSON text.
fn written(tokens: &[(usize, Token<'_>)], encoded: &'static AsciiSet, places: &[JsonPlace], parts: &mut Vec<Part>) {
    let mut places = places.iter();
    for (_, token) in tokens {
        match token {
            Token::Text(text) => push(parts, &utf8_percent_encode(text, encoded).to_string()),
            Token::Brace(brace) => push(parts, encoded_brace(*brace)),
            Token::Name(name) => {
                let place = places.next().map_or(Place::Query, |place| Place::Json(*place));
                parts.push(Part::Value((*name).to_owned(), place));
            }
        }
    }
}

/// No segment may be empty (but the last), `.` or `..`: the first would name a host (`//host`), the others climb.
fn check_segments(text: &str) -> Result<(), TemplateError> {
    let path = text.split('?').next().unwrap_or_default();
    let mut at = 1;
    for segment in path[1..].split('/') {
        let last = at + segment.len() == path.len();
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        if (segment.is_empty() && !last) || plain == "." || plain == ".." {
            return Err(TemplateError { reason: "a path segment is empty, `.` or `..`".to_owned(), at });
        }
        at += segment.len() + 1;
    }
    Ok(())
}

/// Refuses the segment that `path` ends in if a value made it empty or climb.
fn end_segment(path: &str, value: Option<&str>) -> Result<(), String> {
    let last = path.rsplit('/').next().unwrap_or_default();
    match value {
        Some(name) if matches!(last, "" | "." | "..") => Err(name.to_owned()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
