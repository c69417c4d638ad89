//! Path templates of target calls: `/users/{id}?msisdn={msisdn}`, every value percent-encoded for where it stands.
//!
//! A value never becomes structure: not a segment, not a parameter, not a host (attack: an id of `../admin`).

mod text;

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use self::text::TextTemplate;

/// Longest template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 2 * 1024;

/// What is encoded in a value: everything but the unreserved characters of RFC 3986 §2.3. It serves path and query alike.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(crate) parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Fixed text.
    Text(String),
    /// A placeholder by name; encoded as a path segment, or as a query value behind the `?`.
    Value(String, Place),
}

/// Where a placeholder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a path segment.
    Path,
    /// Behind the `?`.
    Query,
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
    /// Parses a template: it starts with one `/`, braces are balanced, names are not empty, fixed text is what may stand in
    /// a URL, and no fixed segment is empty, `.` or `..`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let wrong = |reason: &str, at| Err(TemplateError { reason: reason.to_owned(), at });
        if text.len() > TEMPLATE_BYTES_MAX {
            return wrong("a path template has at most 2048 bytes", TEMPLATE_BYTES_MAX);
        }
        if !text.starts_with('/') {
            return wrong("a path template starts with `/`", 0);
        }
        let mut parts = Vec::new();
        let (mut place, mut at) = (Place::Path, 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some(inner) = rest.strip_prefix('{') {
                match inner.find(['{', '}']) {
                    Some(0) if inner.starts_with('}') => return wrong("a placeholder needs a name: `{id}`", at),
                    Some(end) if inner[end..].starts_with('}') => {
                        parts.push(Part::Value(inner[..end].to_owned(), place));
                        at += end + 2;
                    }
                    _ => return wrong("`{` without its `}`", at),
                }
                continue;
            }
            let end = rest.find('{').unwrap_or(rest.len());
            place = check_fixed(&rest[..end], place, at)?;
            // The `?` changes the place of what follows it only.
            parts.push(Part::Text(rest[..end].to_owned()));
            at += end;
        }
        check_segments(text)?;
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
    /// blanks and control characters are encoded, a path segment that would be empty, `.` or `..` is refused.
    ///
    /// # Errors
    /// The name that has no value or cannot stand in a path.
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

/// Checks fixed text that begins at `at` in `place`; gives the place behind it.
fn check_fixed(text: &str, place: Place, at: usize) -> Result<Place, TemplateError> {
    let mut place = place;
    for (index, byte) in text.bytes().enumerate() {
        let reason = match byte {
            b'}' => "`}` without its `{`",
            b'#' => "a fragment is never sent: a path template has no `#`",
            b'?' if place == Place::Path => {
                place = Place::Query;
                continue;
            }
            b'?' => "a path template has one `?`",
            b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'|' => "this character must be percent-encoded in a URL",
            byte if byte.is_ascii_graphic() => continue,
            _ => "blanks, control and non-ASCII characters must be percent-encoded in a URL",
        };
        return Err(TemplateError { reason: reason.to_owned(), at: at + index });
    }
    Ok(place)
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
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_template_is_a_path_with_balanced_braces() {
        let longest = format!("/{}", "a".repeat(TEMPLATE_BYTES_MAX - 1));
        let too_long = format!("{longest}a");
        let rows = [
            ("/users/{id}?msisdn={msisdn}", Ok(vec!["id", "msisdn"])),
            ("/", Ok(vec![])),
            ("/users/", Ok(vec![])),
            ("/a{b}{c}d", Ok(vec!["b", "c"])),
            ("/users?name={name.first}", Ok(vec!["name.first"])),
            ("/a%20b", Ok(vec![])),
            (longest.as_str(), Ok(vec![])),
            (too_long.as_str(), Err(TEMPLATE_BYTES_MAX)),
            ("", Err(0)),
            ("users", Err(0)),
            ("http://example.com/", Err(0)),
            ("//example.com/", Err(1)),
            ("/a//b", Err(3)),
            ("/a/../b", Err(3)),
            ("/a/%2E%2e", Err(3)),
            ("/a/.?x=1", Err(3)),
            ("/{}", Err(1)),
            ("/{id", Err(1)),
            ("/{a{b}}", Err(1)),
            ("/id}", Err(3)),
            ("/a#b", Err(2)),
            ("/a b", Err(2)),
            ("/a?b?c", Err(4)),
            ("/a\\b", Err(2)),
            ("/ä", Err(1)),
        ];
        for (text, expected) in rows {
            let parsed = Template::parse(text);
            let found = parsed.as_ref().map(|template| template.names().collect::<Vec<_>>()).map_err(|error| error.at);
            assert_eq!(found, expected, "{text}");
            if let Ok(template) = parsed {
                assert_eq!(template.route(), text);
            }
        }
    }

    #[test]
    fn a_value_is_encoded_and_can_climb_nowhere() {
        let rows = [
            ("/users/{v}", "42", Ok("/users/42")),
            ("/users/{v}", "a/b?c#d%e f", Ok("/users/a%2Fb%3Fc%23d%25e%20f")),
            ("/users/{v}", "../admin", Ok("/users/..%2Fadmin")),
            ("/users/{v}", "..", Err("v")),
            ("/users/{v}", ".", Err("v")),
            ("/users/{v}", "", Err("v")),
            ("/users/{v}/lock", "..", Err("v")),
            ("/users/{v}/lock", "", Err("v")),
            ("/users/{v}?all=1", "", Err("v")),
            ("/users/.{v}", ".", Err("v")),
            ("/users/{v}{v}", ".", Err("v")),
            ("/users/x{v}", "", Ok("/users/x")),
            ("/users/{v}.json", "..", Ok("/users/...json")),
            ("/users/{v}.", ".", Err("v")),
            ("/users/{v}./lock", ".", Err("v")),
            ("/users?q={v}", "", Ok("/users?q=")),
            ("/users?q={v}", "..", Ok("/users?q=..")),
            ("/users?q={v}", "+14155550100", Ok("/users?q=%2B14155550100")),
            ("/users?q={v}", "a&b=c;d", Ok("/users?q=a%26b%3Dc%3Bd")),
            ("/users?q={v}", "ü\n'", Ok("/users?q=%C3%BC%0A%27")),
            ("/users/{unknown}", "x", Err("unknown")),
        ];
        for (template, value, expected) in rows {
            let filled = Template::parse(template).unwrap().fill(|name| (name == "v").then_some(Cow::Borrowed(value)));
            assert_eq!(filled, expected.map(str::to_owned).map_err(str::to_owned), "{template} {value:?}");
        }
    }

    proptest! {
        #[test]
        fn a_value_changes_neither_the_segments_nor_the_parameters(value in any::<String>(), other in any::<String>()) {
            let template = Template::parse("/users/{a}/x{b}y/last?p={a}&q={b}").unwrap();
            let filled = template.fill(|name| Some(Cow::Owned(if name == "a" { value.clone() } else { other.clone() })));
            let Ok(filled) = filled else {
                prop_assert!(matches!(value.as_str(), "" | "." | ".."));
                return Ok(());
            };
            prop_assert!(filled.bytes().all(|byte| byte.is_ascii_graphic()) && !filled.contains('#'), "{}", filled);
            let (path, query) = filled.split_once('?').unwrap();
            let segments: Vec<&str> = path.split('/').collect();
            prop_assert_eq!(segments.len(), 5);
            prop_assert!(segments[1..].iter().all(|segment| !matches!(*segment, "" | "." | "..")));
            let pairs: Vec<_> = query.split('&').map(|pair| pair.split('=').count()).collect();
            prop_assert_eq!(pairs, vec![2, 2]);
            let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
            prop_assert_eq!(decoded.as_ref(), value.as_str());
        }
    }
}
