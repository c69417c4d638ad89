//! An Entra ID for tests: a clock that is moved by hand, keys, tokens, and an issuer on loopback that publishes, rolls over,
//! goes down and hangs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use json::{Value, json};

use crate::clock::Clock;
use crate::target::loopback::{Loopback, Reply};
use crate::tenant::EntraCloud;

pub(super) const NOW: u64 = 1_800_000_000;
pub(super) const AUDIENCE: &str = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";
pub(super) const FABRIC: &str = "00000014-0000-0000-c000-000000000000";

/// A clock that stands still until it is moved.
#[derive(Default)]
pub(super) struct HandClock(Mutex<Duration>);

impl HandClock {
    /// Moves it so far from the start.
    pub(super) fn set(&self, since_start: Duration) {
        *self.0.lock().unwrap() = since_start;
    }
}

impl Clock for HandClock {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// A key and its id.
pub(super) struct Signer {
    pub(super) kid: &'static str,
    pair: KeyPair,
}

impl Signer {
    fn new(kid: &'static str) -> Self {
        Self { kid, pair: KeyPair::generate(KeySize::Rsa2048).unwrap() }
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let (modulus, exponent) = (public.modulus(), public.exponent());
        json!({
            "kty": "RSA", "use": "sig", "kid": self.kid,
            "n": URL_SAFE_NO_PAD.encode(modulus.big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(exponent.big_endian_without_leading_zero()),
        })
    }

    /// A token of these parts.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub(super) static A1: LazyLock<Signer> = LazyLock::new(|| Signer::new("tenant-a-key-1"));
pub(super) static A2: LazyLock<Signer> = LazyLock::new(|| Signer::new("tenant-a-key-2"));
pub(super) static B1: LazyLock<Signer> = LazyLock::new(|| Signer::new("tenant-b-key-1"));

/// The issuer of an Entra tenant.
pub(super) fn issuer_of(tid: &str) -> String {
    format!("https://sts.windows.net/{tid}/")
}

/// How the issuer behaves; tests change it while it runs.
pub(super) struct Manner {
    /// The keys of every tenant.
    pub(super) keys: Vec<Value>,
    /// Answers instead of the metadata, and instead of the key set.
    pub(super) metadata: Option<fn(&str) -> Reply>,
    pub(super) key_set: Option<fn(&str) -> Reply>,
}

/// An issuer on loopback.
pub(super) struct Issuer {
    server: Loopback,
    pub(super) manner: Arc<Mutex<Manner>>,
}

impl Issuer {
    pub(super) fn start() -> Self {
        let manner = Arc::new(Mutex::new(Manner { keys: vec![A1.jwk()], metadata: None, key_set: None }));
        let shared = Arc::clone(&manner);
        let server = Loopback::start(move |asked| {
            let manner = shared.lock().unwrap();
            let base = format!("http://{}", asked.header("host").unwrap());
            let (tid, document) = asked.path()[1..].split_once('/').unwrap();
            let keys = document == "discovery/keys";
            if let Some(reply) = if keys { manner.key_set } else { manner.metadata } {
                return reply(&base);
            }
            let body = if keys {
                json!({ "keys": manner.keys })
            } else {
                json!({ "issuer": issuer_of(tid), "jwks_uri": format!("{base}/{tid}/discovery/keys") })
            };
            Reply::new(200, "content-type: application/json\r\n", &body.to_string())
        });
        Self { server, manner }
    }

    /// How often somebody began to fetch keys.
    pub(super) fn fetches(&self) -> usize {
        self.server.asked().iter().filter(|asked| asked.path().ends_with("/openid-configuration")).count()
    }

    /// How often a key set was asked for.
    pub(super) fn key_sets(&self) -> usize {
        self.server.asked().iter().filter(|asked| asked.path().ends_with("/discovery/keys")).count()
    }

    /// From now on every answer is this.
    pub(super) fn answer_with(&self, reply: fn(&str) -> Reply) {
        let mut manner = self.manner.lock().unwrap();
        (manner.metadata, manner.key_set) = (Some(reply), Some(reply));
    }

    /// All is well again.
    pub(super) fn recover(&self) {
        let mut manner = self.manner.lock().unwrap();
        (manner.metadata, manner.key_set) = (None, None);
    }

    /// The cloud whose issuer this is.
    pub(super) fn cloud(&self) -> EntraCloud {
        EntraCloud {
            name: "test".to_owned(),
            metadata: format!("{}/{{tid}}/.well-known/openid-configuration", self.server.url()),
            key_hosts: vec!["localhost".to_owned()],
            issuers: vec!["https://sts.windows.net/{tid}/".to_owned()],
            audiences: vec![AUDIENCE.to_owned()],
            app_ids: vec![FABRIC.to_owned()],
            clock_skew_secs: 300,
        }
    }
}
