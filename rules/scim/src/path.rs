//! Attribute paths (RFC 7644 §3.5.2, `PATH`): parsed, printed, and bound to a schema.
//!
//! A [`Path`] is what somebody wrote; a [`BoundPath`] is proven against a resource type and can read and write resources.
//! Attribute names are kept as written in [`Path`] and take the schema's spelling in [`BoundPath`].

mod bind;
mod bound;

use std::fmt;
use std::str::FromStr;

use crate::excerpt::excerpt;
use crate::filter::{self, Filter, FilterError};
use crate::limits::PATH_BYTES_MAX;
use crate::schema::ResourceType;

pub(crate) use self::bind::Resolved;
pub use self::bound::BoundPath;

/// `[urn:]name[.sub]` (RFC 7644 §3.10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrPath {
    /// The schema URN in front, without its colon.
    pub schema: Option<String>,
    /// Attribute name; empty only if the path is a bare extension URN.
    pub name: String,
    /// Sub-attribute name.
    pub sub: Option<String>,
}

/// An attribute path with an optional value filter: `emails[type eq "work"].value` (RFC 7644 §3.5.2).
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The attribute. With a `filter`, `attr.sub` is `None`.
    pub attr: AttrPath,
    /// Which elements of a multi-valued attribute.
    pub filter: Option<Box<Filter>>,
    /// The sub-attribute behind the filter.
    pub sub: Option<String>,
}

/// Why a path was refused. The IdP's (or the profile's) fault; a retry does not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Not of the grammar.
    #[error("`{path}` is not an attribute path: {reason} at byte {at}")]
    Syntax {
        /// The path as written, shortened.
        path: String,
        /// What was expected.
        reason: String,
        /// Byte offset of the trouble.
        at: usize,
    },
    /// No schema of the resource type has it.
    #[error("unknown attribute `{path}`")]
    Unknown {
        /// The path as written.
        path: String,
    },
    /// The value filter inside the brackets is wrong; byte offsets count from the start of the path.
    #[error(transparent)]
    Filter(Box<FilterError>),
    /// The attribute is known, but resources cannot be sorted by it; see [`Sort::bind`](crate::sort::Sort::bind).
    #[error("resources cannot be sorted by `{path}`: {reason}")]
    NoOrder {
        /// The attribute.
        path: String,
        /// Why.
        reason: &'static str,
    },
}

impl ResourceType {
    /// Parses and binds in one step.
    ///
    /// # Errors
    /// As [`Path::from_str`] and [`ResourceType::bind`].
    pub fn path(&self, text: &str) -> Result<BoundPath, PathError> {
        self.bind(&text.parse()?)
    }
}

// === parsing ===

impl FromStr for AttrPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        attr_path(text).map_err(|trouble| trouble.within(text))
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(open) = text.find('[') else {
            return Ok(Path { attr: text.parse()?, filter: None, sub: None });
        };
        let syntax = |reason, at| Trouble { reason, at }.within(text);
        if text.len() > PATH_BYTES_MAX {
            return Err(syntax(TOO_LONG, PATH_BYTES_MAX));
        }
        let attr = attr_path(&text[..open]).map_err(|trouble| trouble.within(text))?;
        if attr.sub.is_some() {
            return Err(syntax("a value filter stands behind an attribute, not behind a sub-attribute", open));
        }
        let (filter, close) =
            filter::parse_bracketed(text, open).map_err(|error| PathError::Filter(Box::new(error)))?;
        let rest = &text[close..];
        let sub = match rest.strip_prefix('.') {
            None if rest.is_empty() => None,
            None => return Err(syntax("expected `.` and a sub-attribute, or the end", close)),
            Some(sub) => match sub.bytes().position(|byte| !is_name_byte(byte)) {
                None if !sub.is_empty() => Some(sub.to_owned()),
                stray => return Err(syntax(NAME_EXPECTED, close + 1 + stray.unwrap_or(0))),
            },
        };
        Ok(Path { attr, filter: Some(Box::new(filter)), sub })
    }
}

const NAME_EXPECTED: &str = "expected an attribute name of letters, digits, `-`, `_` or `$`";
const TOO_LONG: &str = "a path has at most 2048 bytes";
const _: () = assert!(PATH_BYTES_MAX == 2048, "TOO_LONG says another number");

/// What is wrong with a piece of text, and where in it.
pub(crate) struct Trouble {
    pub(crate) reason: &'static str,
    pub(crate) at: usize,
}

impl Trouble {
    fn within(self, text: &str) -> PathError {
        PathError::Syntax { path: excerpt(text), reason: self.reason.to_owned(), at: self.at }
    }
}

/// Parses `[urn:]name[.sub]`.
///
/// A URN holds colons and dots itself (`…:2.0:User:manager.value`), so the attribute is what follows the last colon. When
/// a version stands before that colon, as in every URN of RFC 7643 (`…:enterprise:2.0:User`), or behind it, as in SCIM
/// 1.1 (`urn:scim:schemas:core:1.0`), the text is the URN alone.
/// Where that guess is wrong, [`ResourceType::bind`] knows better.
pub(crate) fn attr_path(text: &str) -> Result<AttrPath, Trouble> {
    if text.len() > PATH_BYTES_MAX {
        return Err(Trouble { reason: TOO_LONG, at: PATH_BYTES_MAX });
    }
    let Some(colon) = text.rfind(':') else {
        return dotted(text, 0).map(|(name, sub)| AttrPath { schema: None, name, sub });
    };
    if !text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:")) {
        return Err(Trouble { reason: "a schema in front of an attribute begins with `urn:`", at: 0 });
    }
    if let Some(at) = text.bytes().position(|byte| byte <= b' ' || byte == 0x7f || b"\"()[]".contains(&byte)) {
        return Err(Trouble { reason: "a schema URN has no blanks, quotes, parentheses or brackets", at });
    }
    let (schema, rest) = (&text[..colon], &text[colon + 1..]);
    let bare = || AttrPath { schema: Some(text.to_owned()), name: String::new(), sub: None };
    if is_version(rest) {
        return Ok(bare());
    }
    let (name, sub) = dotted(rest, colon + 1)?;
    if sub.is_none() && schema.rsplit(':').next().is_some_and(is_version) {
        return Ok(bare());
    }
    Ok(AttrPath { schema: Some(schema.to_owned()), name, sub })
}

/// `name[.sub]`; `at` is where `text` begins.
fn dotted(text: &str, at: usize) -> Result<(String, Option<String>), Trouble> {
    let (name, sub) = match text.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (text, None),
    };
    check_name(name, at)?;
    if let Some(sub) = sub {
        check_name(sub, at + name.len() + 1)?;
    }
    Ok((name.to_owned(), sub.map(str::to_owned)))
}

fn check_name(name: &str, at: usize) -> Result<(), Trouble> {
    match name.bytes().position(|byte| !is_name_byte(byte)) {
        None if !name.is_empty() => Ok(()),
        stray => Err(Trouble { reason: NAME_EXPECTED, at: at + stray.unwrap_or(0) }),
    }
}

/// `nameChar` of RFC 7643 §2.1 and the `$` of `$ref`; a leading digit is tolerated, profiles name custom attributes so.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_$".contains(&byte)
}

/// `2.0`, `1.0`, `2`.
fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

// === printing ===

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) if self.name.is_empty() => f.write_str(schema)?,
            Some(schema) => write!(f, "{schema}:{}", self.name)?,
            None => f.write_str(&self.name)?,
        }
        self.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{sub}"))
    }
}

impl fmt::Display for Path {
    /// Prints so that parsing gives the same path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.attr)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        self.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{sub}"))
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::tests::{any_attr_path, any_name};
