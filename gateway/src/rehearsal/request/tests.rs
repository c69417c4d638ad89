//! Requests in all their forms, row by row.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Read as _;

use super::*;

/// Method, target, headers but Authorization, Authorization, body; or how the refusal begins.
fn read(text: &str) -> Result<String, String> {
    let request = Request::read(text)?;
    let mut told = vec![format!("{} {}", request.method, request.target())];
    told.extend(request.headers.iter().map(|(name, value)| format!("[{name}: {value}]")));
    told.extend(request.authorization.iter().map(|secret| format!("as {}", secret.expose())));
    told.extend(request.host.iter().map(|host| format!("at {host}")));
    told.extend(request.tenant.iter().map(|tenant| format!("of {tenant}")));
    told.extend((!request.body.is_empty()).then(|| String::from_utf8(request.body).unwrap()));
    Ok(told.join(" "))
}

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    match (read(text), expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
        (Err(found), Err(start)) => assert!(found.starts_with(start), "{text}: {found}"),
        (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
    }
}

#[test]
fn json_and_raw_http_are_read() {
    check(r#"{"method": "get", "path": "/Users?count=1"}"#, Ok("GET /Users?count=1"));
    check(r#"{"method": "GET", "path": "/scim/v2/Users/"}"#, Ok("GET /Users/"));
    check(r#"{"method": "GET", "path": "/t/acme/scim/v2/Users"}"#, Ok("GET /Users of acme"));
    check(
        r#"{"name": "x", "request": {"method": "PUT", "path": "/Users/1", "headers": {"If-Match": "W/\"3\"", "authorization": "Bearer t"}, "body": {"a": 1}}}"#,
        Ok("PUT /Users/1 [If-Match: W/\"3\"] as Bearer t {\"a\":1}"),
    );
    check(r#"{"method": "POST", "path": "/Users", "body_raw": "{"}"#, Ok("POST /Users {"));
    check(r#"{"path": "/Users"}"#, Err("not a request: missing field `method`; write {"));
    check("[]", Err("not a request: "));
    check("{", Err("not JSON: "));
    check(
        "POST /t/acme/scim/v2/Users HTTP/1.1\r\nHost: scim.example.com\r\nAuthorization: Bearer t\r\nX-A: b: c\r\n\r\n{\"a\":\n1}\r\n",
        Ok("POST /Users [X-A: b: c] as Bearer t at scim.example.com of acme {\"a\":\n1}"),
    );
    check("GET https://scim.example.com/scim/v2/Users?filter=a%20b", Ok("GET /Users?filter=a%20b at scim.example.com"));
    check("GET Users", Err("the first line is no request line"));
    check("", Err("the first line is no request line"));
    check("GET /Users HTTP/1.1\nnonsense\n", Err("line 2 is no header"));
}

#[test]
fn a_curl_command_is_read_as_a_shell_and_curl_would() {
    check("curl https://scim.example.com/scim/v2/Users", Ok("GET /Users at scim.example.com"));
    check(
        "curl -sSX PATCH 'https://scim.example.com/t/acme/scim/v2/Users/1' \\\n  -H 'Authorization: Bearer t' \\\n  --data-raw '{\"Operations\": []}'",
        Ok("PATCH /Users/1 as Bearer t at scim.example.com of acme {\"Operations\": []}"),
    );
    check("curl -XDELETE --url /scim/v2/Users/1 -u AC1:pass", Ok("DELETE /Users/1 as Basic QUMxOnBhc3M="));
    check("curl /Users --json '{\"a\":' --json 1}", Ok("POST /Users [Content-Type: application/json] {\"a\":1}"));
    check("curl -d a=1 -d b=2 /Users", Ok("POST /Users a=1&b=2"));
    check(
        "curl -G /Users --data-urlencode 'filter=userName eq \"a b\"' -d count=1",
        Ok("GET /Users?filter=userName%20eq%20%22a%20b%22&count=1"),
    );
    check("curl -o out.json -k --max-time 3 -H\"If-Match: *\" /Users/1", Ok("GET /Users/1 [If-Match: *]"));
    check("curl --data-raw @x /Users", Ok("POST /Users @x"));
    check("curl scim.example.com/scim/v2/Users", Ok("GET /Users at scim.example.com"));
    check("curl 'x", Err("a quote of the curl command is never closed"));
    check("curl", Err("the curl command has no URL"));
    check("curl -X", Err("`-X` of the curl command has no value"));
    check("curl --upload-file x /Users", Err("`--upload-file` of the curl command is not understood here; known: -X"));
    check("curl /Users -d $'{}'", Err("`$'…'` is of one shell only"));
    check("curl /Users /Groups", Err("the curl command has two URLs"));
    check("curl -d @/nonexistent/body.json /Users", Err("`/nonexistent/body.json` of the curl command cannot be read"));
}

#[test]
fn the_data_of_a_curl_command_may_be_in_a_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("body.json");
    std::fs::write(&file, "{\"a\":\n1}\n").unwrap();
    let file = file.display();
    check(&format!("curl -d @{file} /Users"), Ok("POST /Users {\"a\":1}"));
    check(&format!("curl --data-binary @{file} /Users"), Ok("POST /Users {\"a\":\n1}\n"));
}

#[test]
fn the_credential_of_a_request_is_not_printed() {
    let request = Request::read("curl /Users -H 'authorization: Bearer hunter2'").unwrap();
    assert!(!format!("{request:?}").contains("hunter2"));
}

#[test]
fn a_file_that_is_given_has_a_limit() {
    let read = |bytes: usize| bounded(std::io::repeat(b' ').take(bytes as u64)).map(|text| text.len()).ok();
    assert_eq!(read(REQUEST_BYTES_MAX), Some(REQUEST_BYTES_MAX));
    assert_eq!(read(REQUEST_BYTES_MAX + 1), None);
}
