//! An answer as the wire has it: status, headers, body. The last place that knows which SCIM the tenant speaks.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use scim::{Protocol, v1};

use super::Answer;
use crate::layer::rescue::media_type;

/// `deletes`: the answer to a DELETE, which SCIM 1.1 answers 200 without a body (1.1 API §3.6), SCIM 2.0 with 204.
pub(super) fn encode(protocol: Protocol, deletes: bool, answer: Answer) -> Response<Full<Bytes>> {
    let Answer { status, body, location, version } = answer;
    let (status, body) = match protocol {
        Protocol::Scim20 => (status, body),
        Protocol::Scim11 => (if deletes { StatusCode::OK } else { status }, body.map(v1::downgraded)),
    };
    let mut response = Response::default();
    if let Some(body) = body {
        response = Response::new(Full::new(Bytes::from(body.to_string())));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type(protocol)));
    }
    *response.status_mut() = status;
    for (name, value) in [(LOCATION, location), (ETAG, version.map(|version| version.to_header()))] {
        if let Some(value) = value {
            insert(&mut response, name, &value);
        }
    }
    response
}

/// Visible ASCII only: no id and no value can put anything else into a header. Both headers are made so; if one ever were
/// not, it stays away, and the body says the same.
fn insert(response: &mut Response<Full<Bytes>>, name: HeaderName, value: &str) {
    if value.bytes().all(|byte| byte.is_ascii_graphic())
        && let Ok(value) = HeaderValue::from_str(value)
    {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use http_body_util::BodyExt;
    use json::json;
    use scim::operation::EntityTag;

    use super::*;

    /// Status, then every header, then the body.
    async fn check(protocol: Protocol, deletes: bool, answer: Answer, expected: &[&str]) {
        let (head, body) = encode(protocol, deletes, answer).into_parts();
        let mut lines = vec![head.status.as_str().to_owned()];
        lines.extend(head.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())));
        lines.push(String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap());
        assert_eq!(lines, expected);
    }

    fn version() -> EntityTag {
        EntityTag::new("3")
    }

    #[tokio::test]
    async fn an_answer_is_its_status_its_headers_and_its_body() {
        let location = "https://scim.example.com/scim/v2/Users/1";
        let made = Answer::created(json!({"id": "1"}), location.to_owned(), Some(version()));
        let expected = [
            "201",
            "content-type: application/scim+json",
            "location: https://scim.example.com/scim/v2/Users/1",
            "etag: W/\"3\"",
            r#"{"id":"1"}"#,
        ];
        check(Protocol::Scim20, false, made, &expected).await;
        check(Protocol::Scim20, false, Answer::not_modified(version()), &["304", "etag: W/\"3\"", ""]).await;
        let plain = ["200", "content-type: application/scim+json", r#"{"id":"1"}"#];
        check(Protocol::Scim20, false, Answer::ok(json!({"id": "1"}), None), &plain).await;
    }

    #[tokio::test]
    async fn only_a_deletion_in_1_1_is_answered_200_without_a_body() {
        for (protocol, deletes, status) in [
            (Protocol::Scim20, true, "204"),
            (Protocol::Scim20, false, "204"),
            (Protocol::Scim11, true, "200"),
            (Protocol::Scim11, false, "204"),
        ] {
            check(protocol, deletes, Answer::no_content(), &[status, ""]).await;
        }
    }

    #[tokio::test]
    async fn bodies_are_those_of_the_protocol() {
        let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1"});
        let expected =
            ["200", "content-type: application/json", r#"{"schemas":["urn:scim:schemas:core:1.0"],"id":"1"}"#];
        check(Protocol::Scim11, false, Answer::ok(user, None), &expected).await;
    }

    #[tokio::test]
    async fn nothing_gets_into_a_header_but_what_can_stand_there() {
        for location in
            ["https://scim.example.com/a\r\nSet-Cookie: b", "https://scim.example.com/gr\u{fc}n", "a b", "\0"]
        {
            let made = Answer::created(json!({}), location.to_owned(), Some(EntityTag::new(location)));
            let response = encode(Protocol::Scim20, false, made);
            assert_eq!(response.headers().get(LOCATION), None, "{location}");
            assert!(response.headers()[ETAG].as_bytes().iter().all(u8::is_ascii_graphic), "{location}");
        }
    }
}
