//! `If-Match` and `If-None-Match` (RFC 7644 §3.14, RFC 9110 §13.1): under which condition a request is meant.
//!
//! Versions are compared weakly, `W/` or not: RFC 7644 §3.14 has weak tags in `If-Match`, where RFC 9110 §13.1.1 would have
//! them match nothing. It never knows which version a resource has; that is the exchange's.

use std::fmt::Write;

use crate::limits::ENTITY_TAG_BYTES_MAX;
use crate::name::fingerprint;

/// The version of a resource: `3694e05e9dff591` of `W/"3694e05e9dff591"`. Visible ASCII without a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

/// Under which condition a request is meant. The default holds for every version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// `If-Match`.
    pub if_match: Option<Tags>,
    /// `If-None-Match`.
    pub if_none_match: Option<Tags>,
}

/// The value of one of the two headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`.
    Any,
    /// These versions.
    Of(Vec<EntityTag>),
}

impl EntityTag {
    /// A version from whatever text tells versions apart. A text that is an entity tag already (`W/"3"`) stays that one;
    /// what cannot stand in a header is percent-encoded, and what is too long for one is cut and told apart by a
    /// fingerprint. Two texts never share a tag, but for those too long for one.
    #[must_use]
    pub fn new(version: &str) -> Self {
        let version = opaque(version).unwrap_or(version);
        let mut tag = String::new();
        for byte in version.bytes() {
            match byte {
                b'"' | b'%' | 0..=b' ' | 0x7f.. => drop(write!(tag, "%{byte:02X}")),
                visible => tag.push(char::from(visible)),
            }
        }
        if tag.len() > ENTITY_TAG_BYTES_MAX {
            let mark = format!("-{:016x}", fingerprint([version]));
            tag.truncate(ENTITY_TAG_BYTES_MAX - mark.len());
            tag.push_str(&mark);
        }
        EntityTag(tag)
    }

    /// `W/"…"`: for `ETag` and `meta.version`. Visible ASCII, whatever the version was made of.
    #[must_use]
    pub fn to_header(&self) -> String {
        format!("W/\"{}\"", self.0)
    }
}

impl Condition {
    /// From the two headers.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Self, String> {
        Ok(Condition {
            if_match: if_match.map(Tags::parse).transpose()?,
            if_none_match: if_none_match.map(Tags::parse).transpose()?,
        })
    }

    /// Whether `If-Match` admits a resource of this version; `None` is a resource that has none, which only `*` admits.
    #[must_use]
    pub fn admits(&self, version: Option<&EntityTag>) -> bool {
        match (&self.if_match, version) {
            (None | Some(Tags::Any), _) => true,
            (Some(Tags::Of(tags)), Some(version)) => tags.contains(version),
            (Some(Tags::Of(_)), None) => false,
        }
    }

    /// Whether `If-None-Match` says that the caller has this version already. A resource without a version is never known.
    #[must_use]
    pub fn knows(&self, version: Option<&EntityTag>) -> bool {
        match (&self.if_none_match, version) {
            (Some(Tags::Any), Some(_)) => true,
            (Some(Tags::Of(tags)), Some(version)) => tags.contains(version),
            (None, _) | (Some(_), None) => false,
        }
    }
}

impl Tags {
    /// Reads `*` or a list of entity tags (RFC 9110 §8.8.3). `W/` may be missing, and the quotes as well: a client that
    /// copies `meta.version` may lose either on the way.
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        if rest == "*" {
            return Ok(Tags::Any);
        }
        let mut tags = Vec::new();
        while !rest.is_empty() {
            let weak = rest.strip_prefix("W/").or_else(|| rest.strip_prefix("w/")).unwrap_or(rest);
            let (tag, behind) = match weak.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(|| refused("a quote is not closed"))?,
                None => weak.split_at(weak.find(',').unwrap_or(weak.len())),
            };
            let tag = if behind.starts_with(',') || behind.is_empty() { tag.trim() } else { tag };
            if tag == "*" || !tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') {
                return Err(refused("a version is visible ASCII without quotes and blanks, and `*` stands alone"));
            }
            if !tag.is_empty() {
                tags.push(EntityTag(tag.to_owned()));
            }
            rest = match behind.trim_start() {
                "" => "",
                behind => behind.strip_prefix(',').ok_or_else(|| refused("a comma is missing"))?.trim_start(),
            };
        }
        if tags.is_empty() { Err(refused("it names no version")) } else { Ok(Tags::Of(tags)) }
    }
}

fn refused(reason: &str) -> String {
    format!("{reason}; expected `*` or versions like `W/\"3694e05e9dff591\"`")
}

/// What is in the quotes of a text that is an entity tag.
fn opaque(text: &str) -> Option<&str> {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let tag = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let is_tag = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    is_tag.then_some(tag)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// `tags` as read, each as a header; or the error.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = match Tags::parse(text) {
            Ok(Tags::Any) => "any".to_owned(),
            Ok(Tags::Of(tags)) => tags.iter().map(EntityTag::to_header).collect::<Vec<_>>().join(" "),
            Err(reason) => reason.split(';').next().unwrap_or_default().to_owned(),
        };
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn tags_are_read_as_rfc_7644_section_3_14_and_rfc_9110_write_them_and_without_their_ornaments() {
        check("W/\"a330bc54f0671c9\"", "W/\"a330bc54f0671c9\"");
        check("\"xyzzy\", \"r2d2xxxx\",W/\"c3piozzzz\"", "W/\"xyzzy\" W/\"r2d2xxxx\" W/\"c3piozzzz\"");
        check(" * ", "any");
        check("w/\"a\"", "W/\"a\"");
        check("a330bc54f0671c9", "W/\"a330bc54f0671c9\"");
        check("W/a , b", "W/\"a\" W/\"b\"");
        check("\"a,b\"", "W/\"a,b\"");
        check("\"a\" ,, \"b\"", "W/\"a\" W/\"b\"");
        check("\"a\",", "W/\"a\"");
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        check("", "it names no version");
        check("\"\"", "it names no version");
        check("W/\"a", "a quote is not closed");
        check("\"a\"b", "a comma is missing");
        check("\"a\" \"b\"", "a comma is missing");
        check("a b", "a version is visible ASCII without quotes and blanks, and `*` stands alone");
        check("*, \"a\"", "a version is visible ASCII without quotes and blanks, and `*` stands alone");
        check("\"gr\u{fc}n\"", "a version is visible ASCII without quotes and blanks, and `*` stands alone");
        check("a\r\nSet-Cookie: b", "a version is visible ASCII without quotes and blanks, and `*` stands alone");
    }

    #[test]
    fn a_header_is_visible_ascii_whatever_the_version_is_made_of() {
        let rows = [
            ("3", "W/\"3\""),
            ("2011-05-13T04:42:34Z", "W/\"2011-05-13T04:42:34Z\""),
            ("W/\"3\"", "W/\"3\""),
            ("\"3\"", "W/\"3\""),
            ("a\"b", "W/\"a%22b\""),
            ("50%", "W/\"50%25\""),
            ("a b\r\nSet-Cookie: c", "W/\"a%20b%0D%0ASet-Cookie:%20c\""),
            ("gr\u{fc}n", "W/\"gr%C3%BCn\""),
            ("", "W/\"\""),
            ("W/\"a\" \"b\"", "W/\"W/%22a%22%20%22b%22\""),
        ];
        for (version, expected) in rows {
            assert_eq!(EntityTag::new(version).to_header(), expected, "{version:?}");
        }
    }

    #[test]
    fn a_long_version_is_cut_and_still_told_from_its_like() {
        let just = "a".repeat(ENTITY_TAG_BYTES_MAX);
        assert_eq!(EntityTag::new(&just).0, just);
        let (long, like) = (EntityTag::new(&format!("{just}b")), EntityTag::new(&format!("{just}c")));
        assert_eq!(long.0.len(), ENTITY_TAG_BYTES_MAX);
        assert_ne!(long, like);
    }

    /// The condition, the present version, whether it is admitted, whether it is known.
    #[test]
    fn conditions_hold_as_rfc_9110_section_13_1_says_compared_weakly() {
        let rows = [
            (None, None, Some("3"), true, false),
            (Some("W/\"3\""), None, Some("3"), true, false),
            (Some("\"3\""), None, Some("3"), true, false),
            (Some("\"2\", \"3\""), None, Some("3"), true, false),
            (Some("\"2\""), None, Some("3"), false, false),
            (Some("\"2\""), None, None, false, false),
            (Some("*"), None, Some("3"), true, false),
            (Some("*"), None, None, true, false),
            (None, Some("W/\"3\""), Some("3"), true, true),
            (None, Some("\"3\""), Some("3"), true, true),
            (None, Some("\"2\""), Some("3"), true, false),
            (None, Some("*"), Some("3"), true, true),
            (None, Some("*"), None, true, false),
            (None, Some("\"3\""), None, true, false),
        ];
        for (if_match, if_none_match, version, admits, knows) in rows {
            let condition = Condition::parse(if_match, if_none_match).unwrap();
            let version = version.map(EntityTag::new);
            let found = (condition.admits(version.as_ref()), condition.knows(version.as_ref()));
            assert_eq!(found, (admits, knows), "{if_match:?} {if_none_match:?} {version:?}");
        }
    }

    #[test]
    fn what_was_shown_is_admitted_when_it_comes_back() {
        for version in ["3", "a b\"%", "gr\u{fc}n", "W/\"3\"", "a,b"] {
            let shown = EntityTag::new(version);
            let condition = Condition::parse(Some(&shown.to_header()), None).unwrap();
            assert!(condition.admits(Some(&shown)), "{version:?}");
        }
    }
}
