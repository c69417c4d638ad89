//! Requests of SCIM 1.1 (API 1.1, idp-dialects §2c): other endpoints, method override, bodies that become 2.0.

use super::*;

fn decode_v1(request: &str, method_override: Option<&str>, body: &str) -> Result<Operation, DecodeError> {
    let (method, url) = request.split_once(' ').unwrap();
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let body = body.as_bytes();
    let request =
        Request { protocol: Protocol::Scim11, method, path, query, method_override, body, ..Request::default() };
    Operation::decode(request)
}

#[track_caller]
fn check_v1(request: &str, expected: &str) {
    let found = decode_v1(request, None, "{\"userName\":\"mira\"}").map_or_else(|error| error.to_string(), told);
    assert_eq!(found, expected, "{request}");
}

#[test]
fn the_endpoints_of_1_1_are_served_and_those_of_2_0_are_not() {
    check_v1("GET /ServiceProviderConfigs", "service_provider_config");
    check_v1("GET /Schemas", "schemas None");
    check_v1("GET /Users?startIndex=1&count=2", "user.query filter=- from=1 count=2 None None");
    check_v1("GET /Users/7", "user.read 7");
    check_v1("DELETE /Groups/7", "group.delete 7");
    check_v1("POST /Users", "user.create {\"userName\":\"mira\"}");
    check_v1("GET /Me", "me");
    let none =
        ["/ServiceProviderConfig", "/ResourceTypes", "/Bulk", "/.search", "/Users/.search", "/Groups/.search", "/"];
    for path in none {
        for method in ["GET", "POST"] {
            check_v1(&format!("{method} {path}"), &format!("there is no SCIM endpoint `{path}`"));
        }
    }
    check_v1("POST /ServiceProviderConfigs", "`/ServiceProviderConfigs` allows GET, not POST");
    check_v1("GET /ServiceProviderConfigs?filter=", &DecodeError::DiscoveryFilter.to_string());
}

#[test]
fn schemas_are_asked_for_by_their_ids_of_1_1() {
    let rows = [
        ("urn:scim:schemas:core:1.0", "urn:ietf:params:scim:schemas:core:2.0:User"),
        ("urn:scim:schemas:core:1.0:User", "urn:ietf:params:scim:schemas:core:2.0:User"),
        ("urn:scim:schemas:core:1.0:Group", "urn:ietf:params:scim:schemas:core:2.0:Group"),
        ("urn:scim:schemas:extension:enterprise:1.0", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
        ("urn:example:badge", "urn:example:badge"),
    ];
    for (asked, expected) in rows {
        check_v1(&format!("GET /Schemas/{asked}"), &format!("schemas Some({expected:?})"));
    }
    check("GET /Schemas/urn:scim:schemas:core:1.0", "schemas Some(\"urn:scim:schemas:core:1.0\")");
}

#[test]
fn a_cursor_is_unknown_to_1_1() {
    check_v1("GET /Users?cursor&startIndex=3", "user.query filter=- from=3 count=100 None None");
}

#[test]
fn a_post_can_mean_another_method_in_1_1_only() {
    let name = |request: &str, meant: &str| match decode_v1(request, Some(meant), "{\"userName\":\"mira\"}") {
        Ok(operation) => operation.name().to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(name("POST /Users/7", "PUT"), "user.replace");
    assert_eq!(name("POST /Users/7", " patch "), "user.patch");
    assert_eq!(name("POST /Groups/7", "DELETE"), "group.delete");
    assert_eq!(name("POST /Users", "DELETE"), "`/Users` allows GET, POST, not DELETE");
    assert_eq!(name("GET /Users/7", "DELETE"), "user.read");
    for meant in ["GET", "POST", "", "TRACE"] {
        let expected = format!("`X-HTTP-Method-Override`: must be PUT, PATCH or DELETE, not `{meant}`");
        assert_eq!(name("POST /Users/7", meant), expected);
    }
    let request = Request { method: "POST", path: "/Users/7", method_override: Some("DELETE"), ..Request::default() };
    let error = Operation::decode(request).unwrap_err().to_string();
    assert_eq!(error, "`/Users/7` allows GET, PUT, PATCH, DELETE, not POST");
}

#[test]
fn bodies_become_those_of_2_0() {
    let body = |request: &str, body: &Value| match decode_v1(request, None, &body.to_string()).unwrap() {
        Operation::Resource(
            _,
            Action::Create { body, .. } | Action::Replace { body, .. } | Action::Patch { body, .. },
        ) => body,
        other => panic!("{other:?}"),
    };
    let manager = json!({"managerId": "8"});
    let user = json!({"userName": "mira", "urn:scim:schemas:extension:enterprise:1.0": {"manager": manager}});
    for request in ["POST /Users", "PUT /Users/7"] {
        let body = body(request, &user);
        assert!(body.to_string().contains("\"manager\":{\"value\":\"8\"}"), "{request} {body}");
    }
    let patch = json!({"schemas": ["urn:scim:schemas:core:1.0"], "members": [{"value": "7", "operation": "delete"}]});
    let patch = body("PATCH /Groups/7", &patch);
    assert_eq!(patch["Operations"][0]["op"], "remove", "{patch}");
    let error = decode_v1("PATCH /Users/7", None, "[]").unwrap_err();
    assert!(matches!(error, DecodeError::Syntax { .. }), "{error}");
}
