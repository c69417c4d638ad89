//! The query string, read tolerantly: `+` and `%20` are blanks, trailing `&` and unknown parameters are ignored.
//!
//! Entra sends `+` for blanks (idp-dialects row 5), OneLogin a trailing `&` (row 53), and Entra's `?aadOptscim062020` flag
//! has no value at all. It never guesses at numbers or filters: that is [`Operation::decode`](super::Operation::decode)'s.

use percent_encoding::percent_decode;

use super::DecodeError;
use crate::excerpt::excerpt;
use crate::name;

/// The parameters that SCIM knows; names in any case, the first of a repeated one wins.
///
/// A parameter without a value counts as absent, but for `filter`, as leaving a filter out would answer with everybody, and
/// `cursor`, which without a value asks for the first page (RFC 9865 §2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// `filter`, decoded.
    pub filter: Option<String>,
    /// `sortBy`, decoded.
    pub sort_by: Option<String>,
    /// `sortOrder`, decoded.
    pub sort_order: Option<String>,
    /// `startIndex`, decoded.
    pub start_index: Option<String>,
    /// `count`, decoded.
    pub count: Option<String>,
    /// `cursor`, decoded.
    pub cursor: Option<String>,
    /// `attributes`, decoded.
    pub attributes: Option<String>,
    /// `excludedAttributes`, decoded.
    pub excluded_attributes: Option<String>,
}

impl Query {
    /// Reads a raw query string, without its `?`.
    ///
    /// # Errors
    /// [`DecodeError::Url`] if a known parameter's value is not UTF-8 after percent-decoding.
    pub fn parse(raw: &str) -> Result<Self, DecodeError> {
        let mut query = Query::default();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A name that is not UTF-8 is no name that SCIM knows.
            let key = percent_decode(key.as_bytes()).decode_utf8_lossy();
            let may_be_empty = name::same(&key, "filter") || name::same(&key, "cursor");
            let Some(slot) = query.slot(&key) else { continue };
            if slot.is_none() && (may_be_empty || !value.is_empty()) {
                *slot = Some(decode(value)?);
            }
        }
        Ok(query)
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<String>> {
        let slots = [
            ("filter", &mut self.filter),
            ("sortBy", &mut self.sort_by),
            ("sortOrder", &mut self.sort_order),
            ("startIndex", &mut self.start_index),
            ("count", &mut self.count),
            ("cursor", &mut self.cursor),
            ("attributes", &mut self.attributes),
            ("excludedAttributes", &mut self.excluded_attributes),
        ];
        slots.into_iter().find_map(|(known, slot)| name::same(known, key).then_some(slot))
    }
}

/// Undoes `application/x-www-form-urlencoded`: `+` is a blank, `%2B` a plus. A `%` that starts no escape stays.
fn decode(text: &str) -> Result<String, DecodeError> {
    let blanks = text.replace('+', " ");
    match percent_decode(blanks.as_bytes()).decode_utf8() {
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(_) => Err(DecodeError::Url { reason: format!("`{}` in the query is not UTF-8", excerpt(text)) }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn filter(raw: &str) -> Option<String> {
        Query::parse(raw).unwrap().filter
    }

    #[test]
    fn blanks_escapes_and_case_are_read_as_identity_providers_write_them() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(filter("filter=userName+eq+%22a%2Bb%40x%22"), some("userName eq \"a+b@x\""));
        assert_eq!(filter("filter=userName%20eq%20%22x%22&startIndex=1"), some("userName eq \"x\""));
        assert_eq!(filter("filter=userName+eq+%22x%22&"), some("userName eq \"x\""));
        assert_eq!(filter("&&aadOptscim062020&FILTER=a+pr"), some("a pr"));
        assert_eq!(filter("filter=a+eq+%22b%3Dc%26d=e%22"), some("a eq \"b=c&d=e\""));
        assert_eq!(filter("filter=a+eq+%22100%%22"), some("a eq \"100%\""));
        assert_eq!(filter("filter=first&filter=second"), some("first"));
        assert_eq!(filter("%66ilter=a"), some("a"));
        assert_eq!(filter("filter=Gr%C3%BC%C3%9Fe"), some("Grüße"));
    }

    #[test]
    fn an_empty_filter_is_kept_so_that_it_can_be_refused() {
        assert_eq!(filter("filter="), Some(String::new()));
        assert_eq!(filter("filter"), Some(String::new()));
        assert_eq!(filter(""), None);
    }

    #[test]
    fn other_parameters_without_a_value_are_absent() {
        let query = Query::parse("count=&startIndex&attributes=&excludedAttributes=members&count=5").unwrap();
        let expected =
            Query { count: Some("5".to_owned()), excluded_attributes: Some("members".to_owned()), ..Query::default() };
        assert_eq!(query, expected);
    }

    #[test]
    fn what_is_not_utf_8_is_refused_where_it_matters() {
        assert!(matches!(Query::parse("filter=%ff"), Err(DecodeError::Url { .. })));
        assert!(matches!(Query::parse("count=%ff"), Err(DecodeError::Url { .. })));
        assert_eq!(Query::parse("unknown=%ff&%ff=1"), Ok(Query::default()));
    }
}
