//! Tokens from `auth_fixture`: signed by a test key, by nobody, or with HMAC over the public key as an attacker would.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gateway::standin::issuer::signing_input;
use json::{Map, Value};

use super::case::AuthFixture;
use crate::world::key;

/// The JWT.
pub(crate) fn mint(fixture: &AuthFixture, now_secs: u64) -> String {
    let claims = fixture.claims.iter().map(|(name, value)| (name.clone(), at(value, now_secs)));
    let claims = Value::Object(claims.collect::<Map>());
    let header = Value::Object(fixture.header.clone());
    match fixture.signed_by.as_deref() {
        None => format!("{}.", signing_input(&header, &claims)),
        Some("hmac:public-key-pem") => {
            let kid = fixture.header["kid"].as_str().unwrap();
            let secret = hmac::Key::new(hmac::HMAC_SHA256, key(kid).public_pem().as_bytes());
            let input = signing_input(&header, &claims);
            format!("{input}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&secret, input.as_bytes())))
        }
        Some(kid) => key(kid).sign(&header, &claims),
    }
}

/// `now`, `now+4500` and `now-60` as seconds since 1970; any other value as it is.
fn at(value: &Value, now_secs: u64) -> Value {
    let Some(offset) = value.as_str().and_then(|text| text.strip_prefix("now")) else { return value.clone() };
    let offset: i64 = if offset.is_empty() { 0 } else { offset.parse().unwrap() };
    now_secs.checked_add_signed(offset).unwrap().into()
}

#[test]
fn times_are_relative_to_now() {
    for (text, expected) in [("now", 1000), ("now+4500", 5500), ("now-60", 940)] {
        assert_eq!(at(&text.into(), 1000), expected);
    }
    assert_eq!(at(&"nobody".into(), 1000), "nobody");
}
