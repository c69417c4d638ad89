//! Which resources are asked for: by the query of a GET, or by a body (RFC 7644 §3.4.2, §3.4.3).
//!
//! Both become one [`Listing`], by one reader, so that they cannot differ. Nothing is bound to a schema yet.

use std::num::IntErrorKind;

use json::Value;

use super::envelope::Envelope;
use super::{DecodeError, Listing, Query, View};
use crate::excerpt::excerpt;
use crate::list::Page;
use crate::name::{self, fingerprint};
use crate::sort::{Sort, SortOrder};

/// The parameters, whichever way they came.
#[derive(Default)]
struct Asked {
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    cursor: Option<String>,
    view: View,
}

impl Listing {
    /// From the query of a GET.
    pub(super) fn from_query(query: Query) -> Result<Self, DecodeError> {
        let number = |parameter, text: Option<String>| text.map(|text| number(parameter, &text)).transpose();
        let by_cursor = query.cursor.is_some();
        let asked = Asked {
            start_index: number("startIndex", query.start_index)?,
            count: number("count", query.count).map_err(|error| of_page(error, by_cursor))?,
            filter: query.filter,
            sort_by: query.sort_by,
            sort_order: query.sort_order,
            cursor: query.cursor,
            view: View { attributes: query.attributes, excluded: query.excluded_attributes },
        };
        asked.listing()
    }

    /// From the body of `POST …/.search` (RFC 7644 §3.4.3, RFC 9865 §3).
    pub(super) fn from_body(body: Value) -> Result<Self, DecodeError> {
        let mut body = Envelope::new("a search request", body)?;
        body.schema(name::SEARCH_REQUEST)?;
        let cursor = body.text("cursor")?;
        let asked = Asked {
            filter: body.text("filter")?,
            // An empty text says nothing in a query, and no more in a body.
            sort_by: body.text("sortBy")?.filter(|text| !text.is_empty()),
            sort_order: body.text("sortOrder")?.filter(|text| !text.is_empty()),
            start_index: whole(&mut body, "startIndex")?,
            count: whole(&mut body, "count").map_err(|error| of_page(error, cursor.is_some()))?,
            cursor,
            view: View {
                attributes: names(&mut body, "attributes")?,
                excluded: names(&mut body, "excludedAttributes")?,
            },
        };
        asked.listing()
    }

    /// A number that tells this question from others, the same in every build: of which a cursor is one (RFC 9865 §2: "all
    /// query parameters and values being identical"). The page and what is shown of each resource are not part of it.
    ///
    /// `endpoint` is where it was asked: `/Users`.
    #[must_use]
    pub fn question(&self, endpoint: &str) -> u64 {
        let filter = self.filter.as_ref().map(ToString::to_string).unwrap_or_default();
        let by = self.sort.as_ref().map(|sort| sort.by.to_string()).unwrap_or_default();
        let order = match self.sort.as_ref().map(|sort| sort.order) {
            None => "",
            Some(SortOrder::Ascending) => "ascending",
            Some(SortOrder::Descending) => "descending",
        };
        fingerprint([endpoint, &filter, &by, order])
    }
}

impl Asked {
    fn listing(self) -> Result<Listing, DecodeError> {
        let page = match (self.cursor, self.start_index) {
            (None, start_index) => Page::new(start_index, self.count),
            // An empty page would say that there is nothing behind it (RFC 9865 §2: `nextCursor` is left out at the end only).
            (Some(_), None) if self.count.is_some_and(|count| count < 1) => {
                return Err(DecodeError::Count { found: self.count.unwrap_or_default().to_string() });
            }
            (Some(cursor), None) => Page::behind(cursor, self.count),
            // RFC 9865 §2.4: the one asks for one way of paging, the other for the other.
            (Some(_), Some(_)) => {
                let reason = "cannot be combined with `startIndex`: pages are numbered or follow each other".to_owned();
                return Err(DecodeError::Parameter { parameter: "cursor", reason });
            }
        };
        Ok(Listing {
            filter: self.filter.as_deref().map(str::parse).transpose()?,
            sort: self.sort_by.map(|by| sort(&by, self.sort_order.as_deref())).transpose()?,
            page,
            view: self.view,
        })
    }
}

/// `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3); the order in any case.
fn sort(by: &str, order: Option<&str>) -> Result<Sort, DecodeError> {
    let wrong = |parameter, reason| DecodeError::Parameter { parameter, reason };
    let order = match order.map(str::trim) {
        None => SortOrder::default(),
        Some(order) if order.eq_ignore_ascii_case("ascending") => SortOrder::Ascending,
        Some(order) if order.eq_ignore_ascii_case("descending") => SortOrder::Descending,
        Some(order) => {
            let reason = format!("must be `ascending` or `descending`, not `{}`", excerpt(order));
            return Err(wrong("sortOrder", reason));
        }
    };
    let by = by.trim().parse().map_err(|error: crate::path::PathError| wrong("sortBy", error.to_string()))?;
    Ok(Sort { by, order })
}

/// What is wrong with a `count` has a name of its own where pages follow each other (RFC 9865 §2.1).
fn of_page(error: DecodeError, by_cursor: bool) -> DecodeError {
    match error {
        DecodeError::Number { parameter: "count", found } if by_cursor => DecodeError::Count { found },
        error => error,
    }
}

/// A whole number of the query; one too large for the type is the largest, because paging cuts it anyway.
fn number(parameter: &'static str, text: &str) -> Result<i64, DecodeError> {
    text.trim().parse::<i64>().or_else(|error| match error.kind() {
        IntErrorKind::PosOverflow => Ok(i64::MAX),
        IntErrorKind::NegOverflow => Ok(i64::MIN),
        _ => Err(DecodeError::Number { parameter, found: excerpt(text) }),
    })
}

/// A whole number of the body.
fn whole(body: &mut Envelope, parameter: &'static str) -> Result<Option<i64>, DecodeError> {
    let Some(found) = body.take(parameter)? else { return Ok(None) };
    match found.as_i64() {
        Some(number) => Ok(Some(number)),
        None if found.is_u64() => Ok(Some(i64::MAX)),
        None => Err(DecodeError::Number { parameter, found: excerpt(&found.to_string()) }),
    }
}

/// Attribute names of the body as the query writes them: with commas. RFC 7644 §3.4.3 has an array; a text is read like the
/// parameter of that name.
fn names(body: &mut Envelope, parameter: &str) -> Result<Option<String>, DecodeError> {
    let wrong = |body: &Envelope| body.wrong(&format!("has `{parameter}` that are not an array of strings"));
    let joined = match body.take(parameter)? {
        None => return Ok(None),
        Some(Value::String(text)) => text,
        Some(Value::Array(names)) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            names.ok_or_else(|| wrong(body))?.join(",")
        }
        Some(_) => return Err(wrong(body)),
    };
    Ok(Some(joined).filter(|names| !names.is_empty()))
}
