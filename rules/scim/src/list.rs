//! List responses and index paging (RFC 7644 §3.4.2, §3.4.2.4).

use serde_json::{Map, Value, json};

use crate::limits::{PAGE_RESOURCES_DEFAULT, PAGE_RESOURCES_MAX};
use crate::name;

/// Which part of the result was asked for: 1-based start and the most resources wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// `startIndex`, at least 1.
    pub start_index: usize,
    /// `count`, between 0 and `limits::PAGE_RESOURCES_MAX`.
    pub count: usize,
}

impl Page {
    /// From the query's numbers: values below 1 mean 1, a negative count means 0, none means the default (RFC 7644
    /// §3.4.2.4).
    #[must_use]
    pub fn new(start_index: Option<i64>, count: Option<i64>) -> Self {
        // A number beyond `usize` asks for a page behind every end; it need not be told from the largest one.
        let start_index = start_index.map_or(1, |wanted| usize::try_from(wanted.max(1)).unwrap_or(usize::MAX));
        let count = count.map_or(PAGE_RESOURCES_DEFAULT, |wanted| {
            usize::try_from(wanted.max(0)).map_or(PAGE_RESOURCES_MAX, |wanted| wanted.min(PAGE_RESOURCES_MAX))
        });
        Page { start_index, count }
    }
}

/// `{"schemas":[…ListResponse],"totalResults":…,"startIndex":…,"itemsPerPage":…,"Resources":[…]}`.
///
/// `start_index` is the requested one (idp-dialects §1d: Entra's validator insists); `itemsPerPage` is the number of
/// resources in this answer.
#[must_use]
pub fn list_response(total: usize, start_index: usize, resources: Vec<Value>) -> Value {
    let mut list = Map::new();
    list.insert("schemas".to_owned(), json!([name::LIST_RESPONSE]));
    list.insert("totalResults".to_owned(), total.into());
    list.insert("startIndex".to_owned(), start_index.into());
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
        assert_eq!((page.start_index, page.count), expected);
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
    fn a_list_says_the_requested_start_and_the_present_number() {
        assert_eq!(
            list_response(250, 301, Vec::new()).to_string(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":250,"startIndex":301,"itemsPerPage":0,"Resources":[]}"#
        );
        assert_eq!(list_response(7, 1, vec![json!({"id": "a"}), json!({"id": "b"})])["itemsPerPage"], json!(2));
    }
}
