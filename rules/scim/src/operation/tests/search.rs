//! Lists: filter, sorting, paging and view, by query and by body (RFC 7644 §3.4.2, §3.4.3; RFC 9865 §2, §3).

use super::*;

/// A body, and what it asks `/Users` for.
#[track_caller]
fn search(body: &Value, expected: &str) {
    assert_eq!(shown("POST /Users/.search", &body.to_string()), expected, "{body}");
}

#[test]
fn a_search_of_everything_is_read_as_rfc_7644_section_3_4_2_1_writes_it() {
    check(
        "GET /?filter=meta.resourceType%20eq%20%22User%22%20or%20meta.resourceType%20eq%20%22Group%22",
        "search filter=meta.resourceType eq \"User\" or meta.resourceType eq \"Group\" from=1 count=100 None None",
    );
}

#[test]
fn filters_of_rfc_7644_section_3_4_2_2_are_read_from_a_query() {
    check(
        "GET /Users?filter=title%20pr%20and%20userType%20eq%20%22Employee%22&attributes=userName",
        "user.query filter=title pr and userType eq \"Employee\" from=1 count=100 Some(\"userName\") None",
    );
}

#[test]
fn sorting_is_read_as_rfc_7644_section_3_4_2_3_writes_it() {
    let plain = "filter=- from=1 count=100 None None";
    let sorted = |request: &str, expected: &str| check(request, &format!("user.query {plain} {expected}"));
    sorted("GET /Users?sortBy=userName&sortOrder=descending", "by=userName Descending");
    sorted("GET /Users?sortBy=name.familyName", "by=name.familyName Ascending");
    sorted("GET /Users?SORTBY=title&sortorder=Ascending", "by=title Ascending");
    let urn = "urn:ietf:params:scim:schemas:core:2.0:Group:displayName";
    check(&format!("GET /Groups?sortBy={urn}"), &format!("group.query {plain} by={urn} Ascending"));
    check("GET /Users?sortOrder=descending", &format!("user.query {plain}"));
    check("GET /Users?sortBy=&sortOrder=x", &format!("user.query {plain}"));
}

#[test]
fn sorting_that_is_none_is_refused_by_name() {
    check("GET /Users?sortBy=userName&sortOrder=down", "`sortOrder`: must be `ascending` or `descending`, not `down`");
    for by in ["user%20name", "a.b.c", "emails%5B", ".", "a,b"] {
        let error = decode(&format!("GET /Users?sortBy={by}"), "").unwrap_err();
        assert!(matches!(error, DecodeError::Parameter { parameter: "sortBy", .. }), "{by}: {error}");
    }
}

#[test]
fn index_pages_are_read_as_rfc_7644_section_3_4_2_4_writes_them() {
    check("GET /Users?startIndex=1&count=10", "user.query filter=- from=1 count=10 None None");
    check("GET /Users?startIndex=11&count=10", "user.query filter=- from=11 count=10 None None");
    check("GET /Users?startIndex=0&count=-1", "user.query filter=- from=1 count=0 None None");
    check("GET /Users?count=0", "user.query filter=- from=1 count=0 None None");
}

#[test]
fn cursor_pages_are_read_as_rfc_9865_section_2_writes_them() {
    check(
        "GET /Users?filter=userName%20sw%20%22J%22&cursor&count=10",
        "user.query filter=userName sw \"J\" cursor= count=10 None None",
    );
    check(
        "GET /Users?filter=userName%20sw%20%22J%22&cursor=VZUTiyhEQJ94IR&count=10",
        "user.query filter=userName sw \"J\" cursor=VZUTiyhEQJ94IR count=10 None None",
    );
    check("GET /Users?cursor=", "user.query filter=- cursor= count=100 None None");
    check("GET /?cursor=&count=9999", "search filter=- cursor= count=200 None None");
    check("GET /Users?cursor=&startIndex=", "user.query filter=- cursor= count=100 None None");
    check(
        "GET /Users?cursor&startIndex=1",
        "`cursor`: cannot be combined with `startIndex`: pages are numbered or follow each other",
    );
}

#[test]
fn a_page_behind_a_cursor_holds_something() {
    let expected =
        |found: &str| format!("with a `cursor`, `count` must be a whole number of at least 1, not `{found}`");
    for count in ["0", "-1", "many", "1.5"] {
        check(&format!("GET /Users?cursor&count={count}"), &expected(count));
        check(&format!("GET /Users?count={count}&cursor=x"), &expected(count));
    }
    search(&json!({"cursor": "", "count": 0}), &expected("0"));
    search(&json!({"count": "2", "cursor": ""}), &expected("\"2\""));
}

#[test]
fn a_body_asks_as_rfc_7644_section_3_4_3_writes_it() {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"],
        "filter": "displayName sw \"smith\"",
        "startIndex": 1,
        "count": 10,
    });
    let expected = "filter=displayName sw \"smith\" from=1 count=10 Some(\"displayName,userName\") None";
    assert_eq!(shown("POST /.search", &body.to_string()), format!("search {expected}"));
    assert_eq!(shown("POST /Users/.search", &body.to_string()), format!("user.query {expected}"));
    assert_eq!(shown("POST /Groups/.search", &body.to_string()), format!("group.query {expected}"));
    search(
        &json!({"excludedAttributes": ["members"], "sortBy": "userName", "sortOrder": "descending"}),
        "user.query filter=- from=1 count=100 None Some(\"members\") by=userName Descending",
    );
}

#[test]
fn a_body_pages_by_cursor_as_rfc_9865_section_3_writes_it() {
    search(
        &json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "attributes": ["displayName", "userName"],
            "filter": "displayName sw \"smith\"",
            "cursor": "",
            "count": 10,
        }),
        "user.query filter=displayName sw \"smith\" cursor= count=10 Some(\"displayName,userName\") None",
    );
    search(&json!({"cursor": "VZUTiyhEQJ94IR"}), "user.query filter=- cursor=VZUTiyhEQJ94IR count=100 None None");
    search(&json!({"cursor": null, "startIndex": 3}), "user.query filter=- from=3 count=100 None None");
    search(
        &json!({"cursor": "", "startIndex": 1}),
        "`cursor`: cannot be combined with `startIndex`: pages are numbered or follow each other",
    );
}

#[test]
fn a_body_is_read_in_any_case_and_what_says_nothing_is_absent() {
    let nothing = "user.query filter=- from=1 count=100 None None";
    search(&json!({}), nothing);
    search(&json!({"filter": null, "attributes": [], "sortBy": "", "count": null, "unknown": {"a": 1}}), nothing);
    search(&json!({"FILTER": "title pr", "StartIndex": 7}), "user.query filter=title pr from=7 count=100 None None");
    search(&json!({"attributes": "id,userName"}), "user.query filter=- from=1 count=100 Some(\"id,userName\") None");
    search(&json!({"count": -5, "startIndex": -5}), "user.query filter=- from=1 count=0 None None");
    search(&json!({"count": u64::MAX}), "user.query filter=- from=1 count=200 None None");
}

#[test]
fn a_body_of_another_shape_is_told_what_is_wrong() {
    let rows = [
        (json!([]), "a search request must be a JSON object"),
        (json!("userName pr"), "a search request must be a JSON object"),
        (json!({"filter": 1}), "a search request has a `filter` that is not a string"),
        (json!({"sortBy": ["title"]}), "a search request has a `sortBy` that is not a string"),
        (json!({"cursor": 7}), "a search request has a `cursor` that is not a string"),
        (json!({"count": "10"}), "`count` must be a whole number, not `\"10\"`"),
        (json!({"count": 1.5}), "`count` must be a whole number, not `1.5`"),
        (json!({"startIndex": true}), "`startIndex` must be a whole number, not `true`"),
        (json!({"attributes": [1]}), "a search request has `attributes` that are not an array of strings"),
        (json!({"attributes": {"a": 1}}), "a search request has `attributes` that are not an array of strings"),
        (json!({"filter": "a pr", "Filter": "b pr"}), "a search request has `filter` more than once"),
        (
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}),
            "a search request must have `urn:ietf:params:scim:api:messages:2.0:SearchRequest` in its `schemas`",
        ),
    ];
    for (body, expected) in rows {
        search(&body, expected);
    }
    // As in a query: leaving the filter out would answer with everybody.
    let error = decode("POST /Users/.search", r#"{"filter": ""}"#).unwrap_err();
    assert!(matches!(error, DecodeError::Filter(_)), "{error}");
    assert_eq!(shown("POST /.search", ""), "the body is not valid JSON: it is empty");
}

#[test]
fn a_question_is_told_by_endpoint_filter_and_sorting_and_by_nothing_else() {
    let question = |request: &str| match decode(request, "").unwrap() {
        Operation::Resource(Endpoint::Users, Action::Query(listing)) => listing.question("/Users"),
        Operation::Resource(Endpoint::Groups, Action::Query(listing)) => listing.question("/Groups"),
        Operation::Everything(listing) => listing.question("/"),
        other => panic!("{other:?}"),
    };
    let rows = [
        "GET /",
        "GET /Users",
        "GET /Groups",
        "GET /Users?filter=title+pr",
        "GET /Users?filter=title+eq+%22a%22",
        "GET /Users?filter=title+eq+%22A%22",
        "GET /Users?sortBy=title",
        "GET /Users?sortBy=title&sortOrder=descending",
        "GET /Users?sortBy=userName",
    ];
    for (index, row) in rows.iter().enumerate() {
        for other in &rows[index + 1..] {
            assert_ne!(question(row), question(other), "{row} {other}");
        }
    }
    let like = "GET /Users?FILTER=title++PR&count=7&cursor&attributes=id";
    assert_eq!(question("GET /Users?filter=title+pr"), question(like));
    // The same in every build and on every machine: a cursor outlives both.
    assert_eq!(question("GET /Users?filter=title+pr&sortBy=title"), 0xbb1b_8d6a_5fbe_a1fc);
}
