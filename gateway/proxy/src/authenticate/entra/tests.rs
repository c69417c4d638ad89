//! What tokens say and what is made of it; signatures are in `authenticate::tests`.

use std::sync::Arc;

use json::json;

use super::*;
use crate::tenant::EntraCloud;

const NOW: u64 = 1_800_000_000;
const SKEW: u64 = 120;

fn trust(clock_skew_secs: u64) -> EntraTrust {
    let cloud = EntraCloud {
        name: "test".to_owned(),
        metadata: String::new(),
        key_hosts: Vec::new(),
        issuers: vec!["https://sts.example.com/{tid}/".to_owned(), "https://login.example.com/{tid}/v2.0".to_owned()],
        audiences: vec!["api-1".to_owned(), "api-2".to_owned()],
        app_ids: vec!["fabric".to_owned()],
        clock_skew_secs,
    };
    EntraTrust { tid: "tenant-a".to_owned(), cloud: Arc::new(cloud) }
}

/// The claims of a good token with `changes`; a change to null takes the claim away.
fn claims(changes: &Value) -> Claims {
    let mut good = json!({
        "ver": "1.0", "tid": "tenant-a", "iss": "https://sts.example.com/tenant-a/", "aud": "api-1", "appid": "fabric",
        "nbf": NOW - 60, "exp": NOW + 4500,
    });
    let mut all = good.as_object_mut().map(std::mem::take).unwrap_or_default();
    all.extend(changes.as_object().cloned().unwrap_or_default());
    all.retain(|_, value| !value.is_null());
    Claims(all)
}

#[test]
fn claims_must_all_be_right() {
    use AuthError::{Application, Audience, Expired, Issuer, Malformed, NoExpiry, NotYetValid};
    let rows = [
        (json!({}), Ok(NOW + 4500)),
        (json!({ "tid": "TENANT-A" }), Ok(NOW + 4500)),
        (json!({ "tid": "tenant-b" }), Err(Issuer)),
        (json!({ "tid": null }), Err(Issuer)),
        (json!({ "iss": "https://login.example.com/tenant-a/v2.0" }), Ok(NOW + 4500)),
        (json!({ "iss": "https://sts.example.com/tenant-b/" }), Err(Issuer)),
        (json!({ "iss": "https://sts.example.com/tenant-a" }), Err(Issuer)),
        (json!({ "iss": "https://sts.example.com/{tid}/" }), Err(Issuer)),
        (json!({ "iss": null }), Err(Issuer)),
        (json!({ "exp": null }), Err(NoExpiry)),
        (json!({ "exp": "1800004500" }), Err(NoExpiry)),
        (json!({ "exp": NOW - SKEW }), Err(Expired)),
        (json!({ "exp": NOW - SKEW + 1 }), Ok(NOW - SKEW + 1)),
        (json!({ "exp": 1_800_004_500.9 }), Ok(NOW + 4500)),
        (json!({ "exp": -1 }), Err(Expired)),
        (json!({ "exp": u64::MAX }), Ok(u64::MAX)),
        (json!({ "nbf": NOW + SKEW }), Ok(NOW + 4500)),
        (json!({ "nbf": NOW + SKEW + 1 }), Err(NotYetValid)),
        (json!({ "nbf": null }), Ok(NOW + 4500)),
        (json!({ "nbf": "soon" }), Err(Malformed)),
        (json!({ "aud": "api-2" }), Ok(NOW + 4500)),
        (json!({ "aud": "api" }), Err(Audience)),
        (json!({ "aud": "api-1/" }), Err(Audience)),
        (json!({ "aud": ["api-1"] }), Err(Audience)),
        (json!({ "aud": null }), Err(Audience)),
        (json!({ "appid": "other" }), Err(Application)),
        (json!({ "appid": null, "azp": "fabric" }), Err(Application)),
        (json!({ "ver": "2.0", "azp": "fabric", "appid": null }), Ok(NOW + 4500)),
        (json!({ "ver": "2.0" }), Err(Application)),
        (json!({ "ver": null }), Ok(NOW + 4500)),
    ];
    for (changes, expected) in rows {
        assert_eq!(claims(&changes).check(&trust(SKEW), NOW), expected, "{changes}");
    }
}

#[test]
fn skew_has_an_upper_bound() {
    let edge = json!({ "exp": NOW - CLOCK_SKEW_SECS_MAX });
    assert_eq!(claims(&edge).check(&trust(u64::MAX), NOW), Err(AuthError::Expired));
    let inside = json!({ "exp": NOW - CLOCK_SKEW_SECS_MAX + 1 });
    assert!(claims(&inside).check(&trust(u64::MAX), NOW).is_ok());
    assert_eq!(claims(&inside).check(&trust(CLOCK_SKEW_SECS_MAX - 1), NOW), Err(AuthError::Expired));
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn only_three_parts_with_an_algorithm_are_a_token() {
    let header = encode(r#"{"alg":"RS256"}"#);
    let rows = [
        (format!("{header}.e30.sig"), true),
        (format!("{header}.."), true),
        (format!("{header}.e30"), false),
        (format!("{header}.e30.sig.more"), false),
        (format!("{}.e30.sig", encode("{}")), false),
        (format!("{}.e30.sig", encode("[\"alg\"]")), false),
        (format!("{header}=.e30.sig"), false),
        ("a.b.c".to_owned(), false),
        ("..".to_owned(), false),
        ("plain-token".to_owned(), false),
    ];
    for (text, expected) in rows {
        assert_eq!(Token::parse(&text).is_some(), expected, "{text}");
    }
}

#[test]
fn a_header_is_plain_rs256_with_a_key_id() {
    use AuthError::{Algorithm, UnknownKey};
    let rows = [
        (r#"{"typ":"JWT","alg":"RS256","kid":"k","x5t":"k"}"#, Ok("k")),
        (r#"{"alg":"RS256"}"#, Err(UnknownKey)),
        (r#"{"alg":"RS256","kid":""}"#, Err(UnknownKey)),
        (r#"{"alg":"RS256","kid":7}"#, Err(UnknownKey)),
        (r#"{"alg":"rs256","kid":"k"}"#, Err(Algorithm)),
        (r#"{"alg":"none","kid":"k"}"#, Err(Algorithm)),
        (r#"{"alg":"HS256","kid":"k"}"#, Err(Algorithm)),
        (r#"{"alg":"PS256","kid":"k"}"#, Err(Algorithm)),
        (r#"{"alg":null,"kid":"k"}"#, Err(Algorithm)),
        (r#"{"alg":"RS256","kid":"k","jku":"https://evil.example.com"}"#, Err(Algorithm)),
        (r#"{"alg":"RS256","kid":"k","x5u":"https://evil.example.com"}"#, Err(Algorithm)),
        (r#"{"alg":"RS256","kid":"k","jwk":{}}"#, Err(Algorithm)),
        (r#"{"alg":"RS256","kid":"k","x5c":[]}"#, Err(Algorithm)),
        (r#"{"alg":"RS256","kid":"k","crit":["b64"],"b64":false}"#, Err(Algorithm)),
    ];
    for (header, expected) in rows {
        let text = format!("{}.e30.sig", encode(header));
        let token = Token::parse(&text);
        assert_eq!(token.as_ref().map(Token::key_id), Some(expected), "{header}");
    }
}

#[test]
fn unverified_claims_are_the_origin_only() {
    let claimed = |tid: &str, iss: &str| Ok(Claimed { tid: tid.to_owned(), iss: iss.to_owned() });
    let rows = [
        (encode(r#"{"tid":"a","iss":"b","exp":1}"#), claimed("a", "b")),
        (encode("{}"), claimed("", "")),
        (encode(r#"{"tid":7}"#), Err(AuthError::Malformed)),
        (encode(r#"{"tid":"a","tid":"b"}"#), Err(AuthError::Malformed)),
        (encode("nonsense"), Err(AuthError::Malformed)),
        (String::new(), Err(AuthError::Malformed)),
        ("!".to_owned(), Err(AuthError::Malformed)),
    ];
    for (payload, expected) in rows {
        let text = format!("{}.{payload}.sig", encode(r#"{"alg":"RS256"}"#));
        assert_eq!(Token::parse(&text).map(|token| token.claimed()), Some(expected), "{payload}");
    }
}
