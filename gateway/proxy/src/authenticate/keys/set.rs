//! A set of signing keys (RFC 7517), read liberally: keys that cannot sign an Entra token are left out, not an error.

use std::sync::Arc;

use json::Value;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::fetch::FetchError;
use crate::limits::KEYS_MAX;
use crate::tenant::EntraTrust;

/// The keys of one Entra tenant.
pub(super) struct KeySet {
    keys: Vec<PublicKey>,
}

struct PublicKey {
    kid: String,
    /// Microsoft's own property: whose tokens the key may sign, with `{tenantid}` where the key is shared.
    issuer: Option<String>,
    key: Arc<DecodingKey>,
}

#[derive(Deserialize)]
struct WireSet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct WireKey {
    kty: String,
    kid: String,
    n: String,
    e: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    issuer: Option<String>,
}

impl KeySet {
    /// Reads a key set of at most [`KEYS_MAX`] keys.
    ///
    /// # Errors
    /// [`FetchError`] if it is none, is too large, or has no key of use.
    pub(super) fn parse(json: &[u8]) -> Result<Self, FetchError> {
        let set: WireSet = json::from_slice(json).map_err(|_| FetchError::NotKeys)?;
        if set.keys.len() > KEYS_MAX {
            return Err(FetchError::TooManyKeys);
        }
        let keys: Vec<_> = set.keys.into_iter().filter_map(public_key).collect();
        if keys.is_empty() { Err(FetchError::NotKeys) } else { Ok(Self { keys }) }
    }

    /// The key `kid`, if it may sign tokens of `issuer`.
    pub(super) fn find(&self, trust: &EntraTrust, kid: &str, issuer: &str) -> Option<&Arc<DecodingKey>> {
        let fits = |key: &PublicKey| match &key.issuer {
            Some(template) => template.replace("{tenantid}", &trust.tid) == issuer,
            None => true,
        };
        self.keys.iter().find(|key| key.kid == kid && fits(key)).map(|key| &key.key)
    }
}

fn public_key(key: Value) -> Option<PublicKey> {
    let WireKey { kty, kid, n, e, usage, alg, issuer } = json::from_value(key).ok()?;
    let signs = kty == "RSA" && usage.is_none_or(|usage| usage == "sig") && alg.is_none_or(|alg| alg == "RS256");
    let key = DecodingKey::from_rsa_components(&n, &e).ok()?;
    signs.then(|| PublicKey { kid, issuer, key: Arc::new(key) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::tenant::EntraCloud;
    use json::json;

    const ISSUER: &str = "https://sts.windows.net/7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa/";

    fn trust() -> EntraTrust {
        let cloud = EntraCloud {
            name: "test".to_owned(),
            metadata: String::new(),
            key_hosts: Vec::new(),
            issuers: Vec::new(),
            audiences: Vec::new(),
            app_ids: Vec::new(),
            clock_skew_secs: 0,
        };
        EntraTrust { tid: "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa".to_owned(), cloud: Arc::new(cloud) }
    }

    /// A key set of one fine key and another with `change` made to it; whether the other is found.
    fn check(change: &Value, found: bool) {
        let mut key = json!({ "kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB" });
        let fine = json!({ "kty": "RSA", "kid": "fine", "n": "AQAB", "e": "AQAB" });
        key.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let set = KeySet::parse(json!({ "keys": [key, fine] }).to_string().as_bytes()).unwrap();
        assert_eq!(set.find(&trust(), "k", ISSUER).is_some(), found, "{change}");
        assert!(set.find(&trust(), "fine", ISSUER).is_some());
    }

    #[test]
    fn only_rsa_signing_keys_of_the_issuer_are_of_use() {
        check(&json!({}), true);
        check(&json!({ "use": "sig", "alg": "RS256", "x5t": "k", "x5c": ["MII"] }), true);
        check(&json!({ "use": "enc" }), false);
        check(&json!({ "alg": "RS512" }), false);
        check(&json!({ "kty": "oct", "k": "c2VjcmV0" }), false);
        check(&json!({ "kid": "other" }), false);
        check(&json!({ "kid": 7 }), false);
        check(&json!({ "n": "not base64!" }), false);
        check(&json!({ "issuer": "https://sts.windows.net/{tenantid}/" }), true);
        check(&json!({ "issuer": ISSUER }), true);
        check(&json!({ "issuer": "https://sts.windows.net/9e0b4c3d-2222-4b4b-8d8d-bbbbbbbbbbbb/" }), false);
        check(&json!({ "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0" }), false);
    }

    fn keys(count: usize) -> Result<KeySet, FetchError> {
        let key = json!({ "kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB" });
        KeySet::parse(json!({ "keys": vec![key; count] }).to_string().as_bytes())
    }

    #[test]
    fn a_set_has_keys_but_not_too_many() {
        assert!(keys(1).is_ok());
        assert!(keys(KEYS_MAX).is_ok());
        assert!(matches!(keys(KEYS_MAX + 1), Err(FetchError::TooManyKeys)));
        assert!(matches!(keys(0), Err(FetchError::NotKeys)));
        assert!(matches!(KeySet::parse(b"{}"), Err(FetchError::NotKeys)));
        assert!(matches!(KeySet::parse(b"<html>"), Err(FetchError::NotKeys)));
    }
}
