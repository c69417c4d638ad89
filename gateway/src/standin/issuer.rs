//! An OIDC issuer in Entra ID's manner: metadata and keys per tenant, and tokens as its provisioning service sends them.
//!
//! Shapes follow `learn.microsoft.com/entra/identity-platform/access-tokens` (version 1.0 tokens): one key set per tenant, each
//! key with its `issuer`. Keys are made anew at every start and never leave memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use json::{Value, json};

use super::serve::{Asked, Play, Reply};

/// The audience of every non-gallery application's blank-token JWT (idp-dialects §1a).
pub const AUDIENCE: &str = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";
/// The application id of Entra's provisioning service (idp-dialects §1a).
pub const APP_ID: &str = "00000014-0000-0000-c000-000000000000";

/// One signing key.
pub struct SigningKey {
    pair: KeyPair,
}

/// The issuer.
#[derive(Default)]
pub struct Issuer {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Where it listens; known once it does.
    url: String,
    tenants: BTreeMap<String, Keys>,
}

#[derive(Default)]
struct Keys {
    published: Vec<(String, Value)>,
    fetches: usize,
}

impl SigningKey {
    /// A new RSA key of 2048 bits.
    ///
    /// # Panics
    /// Never on a machine whose random source works.
    #[must_use]
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("invariant: the random source works");
        Self { pair }
    }

    /// The public key as PEM text (what an attacker knows).
    ///
    /// # Panics
    /// Never: an RSA key always has a public half that encodes.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().expect("invariant: a public key encodes");
        let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// A signed token: RS256 over `header` and `claims`, whatever the header says.
    ///
    /// # Panics
    /// Never on a machine whose random source works.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = signing_input(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature)
            .expect("invariant: the random source works");
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn jwk(&self, kid: &str, issuer: &str) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA", "use": "sig", "kid": kid, "issuer": issuer,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }
}

/// `base64(header).base64(claims)`: the part of a token that is signed.
#[must_use]
pub fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// The issuer claim of a tenant's version 1.0 tokens.
#[must_use]
pub fn issuer_of(tid: &str) -> String {
    format!("https://sts.windows.net/{tid}/")
}

/// The claims of a blank-token JWT, as the provisioning service of tenant `tid` sends them.
#[must_use]
pub fn claims(tid: &str, issued_at_secs: u64) -> Value {
    json!({
        "ver": "1.0", "iss": issuer_of(tid), "aud": AUDIENCE, "tid": tid, "appid": APP_ID, "appidacr": "2",
        "oid": "55d0f1b2-3333-4c4c-9e9e-cccccccccccc", "sub": "55d0f1b2-3333-4c4c-9e9e-cccccccccccc",
        "iat": issued_at_secs, "nbf": issued_at_secs, "exp": issued_at_secs + 4500,
    })
}

impl Issuer {
    /// An issuer without tenants.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Says where it listens; the metadata points there.
    pub fn listens_at(&self, url: &str) {
        url.clone_into(&mut self.lock().url);
    }

    /// Publishes a key of tenant `tid` under `kid`, beside those that are.
    pub fn publish(&self, tid: &str, kid: &str, key: &SigningKey) {
        let jwk = key.jwk(kid, &issuer_of(tid));
        self.lock().tenants.entry(tid.to_owned()).or_default().published.push((kid.to_owned(), jwk));
    }

    /// How often the key set of `tid` was fetched.
    #[must_use]
    pub fn fetches(&self, tid: &str) -> usize {
        self.lock().tenants.get(tid).map_or(0, |keys| keys.fetches)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Issuer {
    fn answer(&self, asked: &Asked) -> Reply {
        let mut state = self.lock();
        let url = state.url.clone();
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, [tid, ".well-known", "openid-configuration"]) if state.tenants.contains_key(*tid) => {
                let metadata = json!({"issuer": issuer_of(tid), "jwks_uri": format!("{url}/{tid}/discovery/keys")});
                Reply::json(200, metadata)
            }
            (&Method::GET, [tid, "discovery", "keys"]) => match state.tenants.get_mut(*tid) {
                Some(keys) => {
                    keys.fetches += 1;
                    let set: Vec<&Value> = keys.published.iter().map(|(_, jwk)| jwk).collect();
                    Reply::json(200, json!({"keys": set}))
                }
                None => Reply::empty(404),
            },
            _ => Reply::empty(404),
        }
    }
}
