//! Requests as identity providers send them, and what they decode to.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;

use super::*;

fn decode(request: &str, body: &str) -> Result<Operation, DecodeError> {
    let (method, url) = request.split_once(' ').unwrap();
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    Operation::decode(method, path, query, Some("application/scim+json"), body.as_bytes())
}

/// One line: the name and what distinguishes the operation, or the error.
fn shown(request: &str, body: &str) -> String {
    let operation = match decode(request, body) {
        Ok(operation) => operation,
        Err(error) => return error.to_string(),
    };
    let name = operation.name();
    match operation {
        Operation::ServiceProviderConfig => name.to_owned(),
        Operation::ResourceTypes(id) | Operation::Schemas(id) => format!("{name} {id:?}"),
        Operation::Resource(_, action) => match action {
            Action::Query { filter, page, view } => format!(
                "{name} filter={} from={} count={} {:?} {:?}",
                filter.map_or("-".to_owned(), |filter| filter.to_string()),
                page.start_index,
                page.count,
                view.attributes,
                view.excluded,
            ),
            Action::Read { id, .. } | Action::Delete { id } => format!("{name} {id}"),
            Action::Create { body, .. } => format!("{name} {body}"),
            Action::Replace { id, body, .. } | Action::Patch { id, body, .. } => format!("{name} {id} {body}"),
        },
    }
}

#[track_caller]
fn check(request: &str, expected: &str) {
    assert_eq!(shown(request, "{\"a\":1}"), expected, "{request}");
}

#[test]
fn each_endpoint_and_method_has_its_operation() {
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
    for id in ["%2e%2E", ".", "..", "a%2Fb", "a%5Cb", "a%00", "a%0d%0aHost:x", "%7f", "%C2%85"] {
        for method in ["GET", "PUT", "DELETE"] {
            let error = decode(&format!("{method} /Users/{id}"), "{}").unwrap_err();
            assert!(matches!(error, DecodeError::Url { .. }), "{id}: {error}");
        }
    }
    check("GET /Users/%ff", "the URL is not valid: `%ff` in the path is not UTF-8");
}

#[test]
fn other_endpoints_do_not_exist() {
    for path in ["/", "", "/Me", "/Bulk", "/.search", "/Users/.search", "/users", "/Users/7/groups", "/../Users", "/x"]
    {
        let error = decode(&format!("POST {path}"), "{}").unwrap_err();
        assert!(matches!(error, DecodeError::NoEndpoint { .. }), "{path}: {error}");
    }
    check("GET /Me", "there is no SCIM endpoint `/Me`");
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    check("PATCH /Users", "`/Users` allows GET, POST, not PATCH");
    check("POST /Groups/7", "`/Groups/7` allows GET, PUT, PATCH, DELETE, not POST");
    check("POST /Schemas", "`/Schemas` allows GET, not POST");
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
    let error = Operation::decode("POST", "/Users", None, Some("text/xml"), b"<a/>").unwrap_err();
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
