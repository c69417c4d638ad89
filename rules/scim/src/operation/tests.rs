//! Requests as identity providers send them, and what they decode to.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conditions;
mod search;
mod v1;

use json::json;

use super::*;
use crate::limits::ID_BYTES_MAX;
use crate::list::Start;

fn decode(request: &str, body: &str) -> Result<Operation, DecodeError> {
    let (method, url) = request.split_once(' ').unwrap();
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    Operation::decode(Request { method, path, query, body: body.as_bytes(), ..Request::default() })
}

/// One line: the name and what distinguishes the operation, or the error.
fn shown(request: &str, body: &str) -> String {
    decode(request, body).map_or_else(|error| error.to_string(), told)
}

fn told(operation: Operation) -> String {
    let name = operation.name();
    match operation {
        Operation::ServiceProviderConfig | Operation::Me => name.to_owned(),
        Operation::ResourceTypes(id) | Operation::Schemas(id) => format!("{name} {id:?}"),
        Operation::Everything(listing) => format!("{name} {}", listed(listing)),
        Operation::Bulk(request) => format!("{name} {}", request.operations.len()),
        Operation::Resource(_, action) => match action {
            Action::Query(listing) => format!("{name} {}", listed(listing)),
            Action::Read { id, .. } | Action::Delete { id, .. } => format!("{name} {id}"),
            Action::Create { body, .. } => format!("{name} {body}"),
            Action::Replace { id, body, .. } | Action::Patch { id, body, .. } => format!("{name} {id} {body}"),
        },
    }
}

fn listed(listing: Listing) -> String {
    let Listing { filter, sort, page, view } = listing;
    let start = match page.start {
        Start::Index(index) => format!("from={index}"),
        Start::Cursor(cursor) => format!("cursor={cursor}"),
    };
    format!(
        "filter={} {start} count={} {:?} {:?}{}",
        filter.map_or("-".to_owned(), |filter| filter.to_string()),
        page.count,
        view.attributes,
        view.excluded,
        sort.map_or(String::new(), |sort| format!(" by={} {:?}", sort.by, sort.order)),
    )
}

#[track_caller]
fn check(request: &str, expected: &str) {
    assert_eq!(shown(request, "{\"a\":1}"), expected, "{request}");
}

#[test]
fn each_endpoint_and_method_has_its_operation() {
    check("GET /", "search filter=- from=1 count=100 None None");
    check("GET /ServiceProviderConfig", "service_provider_config");
    check("GET /ResourceTypes", "resource_types None");
    check("GET /ResourceTypes/User", "resource_types Some(\"User\")");
    check("GET /Schemas", "schemas None");
    check("GET /Schemas/urn:a%3Ab", "schemas Some(\"urn:a:b\")");
    check("GET /Users", "user.query filter=- from=1 count=100 None None");
    check("GET /Users/2819c223", "user.read 2819c223");
    check("POST /Users", "user.create {\"a\":1}");
    check("PUT /Users/7", "user.replace 7 {\"a\":1}");
    check("PATCH /Users/7", "user.patch 7 {\"a\":1}");
    check("DELETE /Users/7", "user.delete 7");
    check("GET /Groups", "group.query filter=- from=1 count=100 None None");
    check("GET /Groups/7", "group.read 7");
    check("POST /Groups", "group.create {\"a\":1}");
    check("PUT /Groups/7", "group.replace 7 {\"a\":1}");
    check("PATCH /Groups/7", "group.patch 7 {\"a\":1}");
    check("DELETE /Groups/7", "group.delete 7");
}

#[test]
fn queries_are_read_as_entra_okta_and_onelogin_write_them() {
    check(
        "GET /Users?filter=userName+eq+%22mira.okafor%40example.com%22",
        "user.query filter=userName eq \"mira.okafor@example.com\" from=1 count=100 None None",
    );
    check(
        "GET /Users?filter=userName%20eq%20%22x%22&startIndex=1&count=2",
        "user.query filter=userName eq \"x\" from=1 count=2 None None",
    );
    check(
        "GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Night+Shift%22&",
        "group.query filter=displayName eq \"Night Shift\" from=1 count=100 None Some(\"members\")",
    );
    check(
        "GET /Users?attributes=id,userName&startIndex=-3&count=9999999999999999999999",
        "user.query filter=- from=1 count=200 Some(\"id,userName\") None",
    );
    check("GET /Users?startIndex=+5", "user.query filter=- from=5 count=100 None None");
    check("PUT /Users/7?", "user.replace 7 {\"a\":1}");
}

#[test]
fn empty_segments_are_dropped() {
    check("GET //Users/", "user.query filter=- from=1 count=100 None None");
    check("GET /Users//7/", "user.read 7");
    check("GET Users/7", "user.read 7");
}

#[test]
fn ids_are_decoded_and_cannot_point_elsewhere() {
    check("GET /Users/mira%40example.com", "user.read mira@example.com");
    check("GET /Users/a%20b+c", "user.read a b+c");
    check("GET /Users/..x", "user.read ..x");
    for id in
        ["%2e%2E", ".", "..", "a%2Fb", "..%2fGroups%2f7", "%5c..", "a%5Cb", "a%00", "a%0d%0aHost:x", "%7f", "%C2%85"]
    {
        for method in ["GET", "PUT", "DELETE"] {
            let error = decode(&format!("{method} /Users/{id}"), "{}").unwrap_err();
            assert!(matches!(error, DecodeError::Url { .. }), "{id}: {error}");
        }
    }
    let long = "x".repeat(ID_BYTES_MAX);
    check(&format!("GET /Users/{long}"), &format!("user.read {long}"));
    let shown = "x".repeat(80);
    let refused = format!("the URL is not valid: `{shown}…` cannot be an id: it has more than 1024 bytes");
    check(&format!("DELETE /Groups/{long}x"), &refused);
}

#[test]
fn escapes_in_a_path_are_read_or_refused_and_never_taken_literally() {
    let refused = |segment: &str, what: &str| {
        check(&format!("GET /Users/{segment}"), &format!("the URL is not valid: `{segment}` in the path {what}"));
    };
    for segment in ["%zz", "%", "a%2", "%2g", "a%", "%%41", "%4%31"] {
        refused(segment, "has a `%` that is not followed by two hexadecimal digits");
    }
    for segment in ["%ff", "%C3", "%c0%af", "%ED%A0%80"] {
        refused(segment, "is not UTF-8");
    }
    check(
        "GET /%zz",
        "the URL is not valid: `%zz` in the path has a `%` that is not followed by two hexadecimal digits",
    );
    check("GET /Users/100%25", "user.read 100%");
    // Once and not twice.
    check("GET /Users/%252e%252e", "user.read %2e%2e");
    check("GET /%55sers/7", "user.read 7");
    check("GET /Users/Gr%C3%BC%c3%9fe", "user.read Grüße");
}

#[test]
fn other_endpoints_do_not_exist() {
    let paths =
        ["/users", "/Users/7/groups", "/../Users", "/Users/../Groups", "/x", "/ServiceProviderConfigs", "/Bulk/7"];
    for path in paths {
        let error = decode(&format!("POST {path}"), "{}").unwrap_err();
        assert!(matches!(error, DecodeError::NoEndpoint { .. }), "{path}: {error}");
    }
    check("GET /x", "there is no SCIM endpoint `/x`");
}

#[test]
fn me_is_known_and_not_there_whatever_is_asked_of_it() {
    // RFC 7644 §3.11.
    for request in ["GET /Me", "POST /Me", "PUT /Me", "PATCH /Me", "DELETE /Me", "GET /Me/emails", "GET /Me?filter="] {
        check(request, "me");
    }
}

#[test]
fn discovery_takes_no_filter() {
    // RFC 7644 §4: "the service provider SHOULD respond with HTTP status code 403 (Forbidden)".
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", "/Schemas/urn:a"] {
        for query in ["filter=name+eq+%22User%22", "FILTER", "count=1&filter="] {
            let error = decode(&format!("GET {path}?{query}"), "").unwrap_err();
            assert_eq!(error, DecodeError::DiscoveryFilter, "{path} {query}");
        }
    }
    check("GET /Schemas?startIndex=2&count=1&sortBy=id&attributes=name", "schemas None");
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    check("PATCH /Users", "`/Users` allows GET, POST, not PATCH");
    check("POST /Groups/7", "`/Groups/7` allows GET, PUT, PATCH, DELETE, not POST");
    for path in ["/", "/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", "/Schemas/urn:a"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            check(&format!("{method} {path}?filter="), &format!("`{path}` allows GET, not {method}"));
        }
    }
    for path in ["/.search", "/Users/.search", "/Groups/.search", "/Bulk"] {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            check(&format!("{method} {path}"), &format!("`{path}` allows POST, not {method}"));
        }
    }
    check("get /Users", "`/Users` allows GET, POST, not get");
}

#[test]
fn wrong_parameters_name_themselves() {
    check("GET /Users?startIndex=one", "`startIndex` must be a whole number, not `one`");
    check("GET /Users?count=1.5", "`count` must be a whole number, not `1.5`");
    for request in ["GET /Users?filter=", "GET /Users?filter", "GET /Users?filter=userName"] {
        let error = decode(request, "").unwrap_err();
        assert!(matches!(error, DecodeError::Filter(_)), "{request}: {error}");
    }
}

#[test]
fn bodies_are_read_where_they_are_needed_only() {
    assert_eq!(shown("POST /Users", ""), "the body is not valid JSON: it is empty");
    assert_eq!(shown("DELETE /Users/7", "{broken"), "user.delete 7");
    assert_eq!(shown("GET /Users/7", "{broken"), "user.read 7");
    let request =
        Request { method: "POST", path: "/Users", content_type: Some("text/xml"), body: b"<a/>", ..Request::default() };
    let error = Operation::decode(request).unwrap_err();
    assert!(matches!(error, DecodeError::MediaType { .. }));
}

#[test]
fn debug_shows_no_body() {
    let body = json!({"password": "Harbour-71"}).to_string();
    for request in ["POST /Users", "PUT /Users/7", "PATCH /Users/7"] {
        let shown = format!("{:?}", decode(request, &body).unwrap());
        assert!(shown.contains('…') && !shown.contains("Harbour"), "{shown}");
    }
}
