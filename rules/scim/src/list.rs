//! List responses and paging, by index (RFC 7644 §3.4.2, §3.4.2.4) and by cursor (RFC 9865).
//!
//! Says where a page starts and how an answer shows it; never holds a result. Stages 7 and 13 (decode, encode).

use json::{Map, Value, json};

use crate::limits::{PAGE_RESOURCES_DEFAULT, PAGE_RESOURCES_MAX};
use crate::name;

/// Which part of the result was asked for, and the most resources wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it starts.
    pub start: Start,
    /// `count`, between 0 and `limits::PAGE_RESOURCES_MAX`.
    pub count: usize,
}

/// Where a page starts: by number (RFC 7644 §3.4.2.4), or behind the page before it (RFC 9865).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// `startIndex`, at least 1.
    Index(usize),
    /// `cursor`; empty for the first page. As sent: what it means is [`Cursor::parse`]'s.
    Cursor(String),
}

/// What a `cursor` of ours says: how far the caller has come in the answer to which question. It holds no secret and gives no
/// rights; every replica understands it, and it does not expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Resources before the page.
    pub offset: usize,
    /// Fingerprint of the question: endpoint, filter and sorting. A cursor of another question is refused.
    pub question: u64,
}

impl Cursor {
    /// Reads a cursor that [`Cursor::to_text`] wrote; `None` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (offset, question) = text.split_once('-')?;
        let number = |hex: &str| u64::from_str_radix(hex, 16).ok();
        let cursor = Cursor { offset: usize::try_from(number(offset)?).ok()?, question: number(question)? };
        // One cursor has one text: neither signs, capitals nor leading zeros.
        (cursor.to_text() == text).then_some(cursor)
    }

    /// Unreserved characters only (RFC 9865 §2: safe in a URL).
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{:x}-{:x}", self.offset, self.question)
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Page {
    /// From the query's numbers: values below 1 mean 1, a negative count means 0, none means the default (RFC 7644
    /// §3.4.2.4).
    #[must_use]
    pub fn new(start_index: Option<i64>, count: Option<i64>) -> Self {
        // A number beyond `usize` asks for a page behind every end; it need not be told from the largest one.
        let start_index = start_index.map_or(1, |wanted| usize::try_from(wanted.max(1)).unwrap_or(usize::MAX));
        Page { start: Start::Index(start_index), count: page_size(count) }
    }

    /// From `cursor` as sent, and `count` as with an index.
    #[must_use]
    pub fn behind(cursor: String, count: Option<i64>) -> Self {
        Page { start: Start::Cursor(cursor), count: page_size(count) }
    }
}

fn page_size(count: Option<i64>) -> usize {
    count.map_or(PAGE_RESOURCES_DEFAULT, |wanted| {
        usize::try_from(wanted.max(0)).map_or(PAGE_RESOURCES_MAX, |wanted| wanted.min(PAGE_RESOURCES_MAX))
    })
}

/// Where in the whole an answer's resources stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// `startIndex` is the requested one (idp-dialects §1d: Entra's validator insists).
    Index(usize),
    /// The cursors of the pages around this one, where there are any (RFC 9865 §2.2).
    Cursor {
        /// `nextCursor`.
        next: Option<Cursor>,
        /// `previousCursor`.
        previous: Option<Cursor>,
    },
}

/// `{"schemas":[…ListResponse],"totalResults":…,"startIndex":…,"itemsPerPage":…,"Resources":[…]}`; with a cursor
/// `nextCursor` and `previousCursor` instead of `startIndex`.
///
/// `itemsPerPage` is the number of resources in this answer.
#[must_use]
pub fn list_response(total: usize, position: &Position, resources: Vec<Value>) -> Value {
    let mut list = Map::new();
    list.insert("schemas".to_owned(), json!([name::LIST_RESPONSE]));
    list.insert("totalResults".to_owned(), total.into());
    match position {
        Position::Index(start_index) => drop(list.insert("startIndex".to_owned(), (*start_index).into())),
        Position::Cursor { next, previous } => {
            for (key, cursor) in [("nextCursor", next), ("previousCursor", previous)] {
                if let Some(cursor) = cursor {
                    list.insert(key.to_owned(), cursor.to_text().into());
                }
            }
        }
    }
    list.insert("itemsPerPage".to_owned(), resources.len().into());
    // Moved in: `json!` would copy every resource.
    list.insert("Resources".to_owned(), Value::Array(resources));
    Value::Object(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start_index: Option<i64>, count: Option<i64>, expected: (usize, usize)) {
        let page = Page::new(start_index, count);
        assert_eq!((page.start, page.count), (Start::Index(expected.0), expected.1));
    }

    #[test]
    fn numbers_out_of_range_mean_the_nearest_in_range() {
        // RFC 7644 §3.4.2.4.
        check(None, None, (1, PAGE_RESOURCES_DEFAULT));
        check(Some(0), Some(0), (1, 0));
        check(Some(-5), Some(-1), (1, 0));
        check(Some(101), Some(100), (101, 100));
        check(Some(i64::MAX), Some(i64::MAX), (usize::try_from(i64::MAX).unwrap_or(usize::MAX), PAGE_RESOURCES_MAX));
    }

    #[test]
    fn a_page_holds_at_most_the_limit() {
        let max = i64::try_from(PAGE_RESOURCES_MAX).unwrap_or(i64::MAX);
        check(None, Some(max), (1, PAGE_RESOURCES_MAX));
        check(None, Some(max + 1), (1, PAGE_RESOURCES_MAX));
        check(None, Some(max - 1), (1, PAGE_RESOURCES_MAX - 1));
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_a_cursor() {
        let rows = [
            (0, 0, "0-0"),
            (200, 0xbb1b_0000_0000_0001, "c8-bb1b000000000001"),
            (usize::MAX, u64::MAX, "ffffffffffffffff-ffffffffffffffff"),
        ];
        for (offset, question, text) in rows {
            let cursor = Cursor { offset, question };
            assert_eq!(cursor.to_text(), text);
            assert_eq!(Cursor::parse(text), Some(cursor));
            // RFC 9865 §2: unreserved characters only (RFC 3986 §2.3).
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{text}");
        }
        let none = [
            "",
            "-",
            "7",
            "7-",
            "-7",
            "+7-0",
            "07-0",
            "0-00",
            "C8-0",
            "7-0-0",
            "7-0 ",
            "x-0",
            "10000000000000000-0",
            "VZUTiyhEQJ94IR",
        ];
        for text in none {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_page_by_cursor_has_the_same_sizes() {
        let page = Page::behind("c8-1".to_owned(), Some(10));
        assert_eq!(page, Page { start: Start::Cursor("c8-1".to_owned()), count: 10 });
        assert_eq!(Page::behind(String::new(), None).count, PAGE_RESOURCES_DEFAULT);
        assert_eq!(Page::behind(String::new(), Some(-1)).count, 0);
        assert_eq!(Page::behind(String::new(), Some(i64::MAX)).count, PAGE_RESOURCES_MAX);
    }

    #[test]
    fn a_list_by_cursor_has_the_members_of_rfc_9865_section_2() {
        let cursor = |offset| Some(Cursor { offset, question: 1 });
        let shown = |next, previous| list_response(100, &Position::Cursor { next, previous }, Vec::new());
        let both = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":100,"nextCursor":"14-1","previousCursor":"0-1","itemsPerPage":0,"Resources":[]}"#;
        assert_eq!(shown(cursor(20), cursor(0)).to_string(), both);
        let last = shown(None, cursor(80));
        assert_eq!((last.get("nextCursor"), last.get("startIndex")), (None, None));
        assert_eq!(shown(cursor(10), None).get("previousCursor"), None);
    }

    #[test]
    fn a_list_says_the_requested_start_and_the_present_number() {
        assert_eq!(
            list_response(250, &Position::Index(301), Vec::new()).to_string(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":250,"startIndex":301,"itemsPerPage":0,"Resources":[]}"#
        );
        assert_eq!(
            list_response(7, &Position::Index(1), vec![json!({"id": "a"}), json!({"id": "b"})])["itemsPerPage"],
            json!(2)
        );
    }
}
