//! Credentials: a static token, a verified Entra token that is remembered, and the verification itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use gateway::standin::issuer::{self, APP_ID, AUDIENCE, Issuer, SigningKey};
use gateway::standin::serve::Served;
use json::json;
use proxy::authenticate::{Authenticator, Door, KeyTimes};
use proxy::metrics::Metrics;
use proxy::target::target_client;
use proxy::tenant::{Credentials, EntraCloud, EntraTrust, TokenHash};
use proxy::{Clock, Tenants};
use tokio::runtime::Runtime;

use super::exchange::tenant;
use super::{Case, Run, at_once, repeat};

const GROUP: &str = "token";
const TID: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";
const NOW_SECS: u64 = 1_767_225_600;
/// The static token of the tenant.
pub(super) const TOKEN: &str = "sgt_of-acme-4f1d0c7a9b4f1d0c7a9b4f1d0c7a9b";

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "static", prepare: static_token },
    Case { group: GROUP, name: "entra_remembered", prepare: || entra_token(Duration::ZERO) },
    // Every look at this clock is longer after the last than a token is remembered.
    Case { group: GROUP, name: "entra_verified", prepare: || entra_token(Duration::from_hours(1)) },
];

/// Stands still as a watch, and goes on by a step with every look as a stopwatch.
struct Steps {
    step: Duration,
    looks: AtomicU64,
}

impl Clock for Steps {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_SECS)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.step.as_secs() * self.looks.fetch_add(1, Ordering::Relaxed))
    }
}

fn static_token() -> Run {
    let tenants = tenants(Credentials { tokens: vec![TokenHash::of(TOKEN)], ..Credentials::default() });
    check(tenants, authenticator(Duration::ZERO), TOKEN)
}

fn entra_token(step: Duration) -> Run {
    let key = SigningKey::generate();
    let issuer = Issuer::new();
    issuer.publish(TID, "key-1", &key);
    let runtime = Runtime::new().unwrap();
    let served = runtime.block_on(Served::start(issuer.clone())).unwrap();
    issuer.listens_at(&served.url());

    let tenants = tenants(Credentials { entra: vec![trust(&served.url())], ..Credentials::default() });
    let authenticator = authenticator(step);
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": "key-1"});
    let token = key.sign(&header, &issuer::claims(TID, NOW_SECS));
    // Fetches the keys, which is what the runtime is for.
    runtime.block_on(authenticator.authenticate(&tenants, Door::default(), Some(bearer(&token).as_bytes()))).unwrap();
    check(tenants, authenticator, &token)
}

fn check(tenants: Tenants, authenticator: Authenticator, token: &str) -> Run {
    let header = bearer(token);
    repeat(move || at_once(authenticator.authenticate(&tenants, Door::default(), Some(header.as_bytes()))).unwrap())
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn tenants(credentials: Credentials) -> Tenants {
    Tenants::new(vec![tenant("directory", credentials)]).unwrap()
}

fn authenticator(step: Duration) -> Authenticator {
    let clock = Arc::new(Steps { step, looks: AtomicU64::new(0) });
    let metrics = Arc::new(Metrics::detached());
    // Keys that never age: fetching is not what is measured.
    let times = KeyTimes { refresh_after: Duration::MAX, lifetime: Duration::MAX, ..KeyTimes::default() };
    Authenticator::with_key_times(target_client(None).unwrap(), clock, metrics, times)
}

fn trust(issuer: &str) -> EntraTrust {
    let cloud = EntraCloud {
        name: "global".to_owned(),
        metadata: format!("{issuer}/{{tid}}/.well-known/openid-configuration"),
        key_hosts: Vec::new(),
        issuers: vec!["https://sts.windows.net/{tid}/".to_owned()],
        audiences: vec![AUDIENCE.to_owned()],
        app_ids: vec![APP_ID.to_owned()],
        clock_skew_secs: 300,
    };
    EntraTrust { tid: TID.to_owned(), cloud: Arc::new(cloud) }
}
