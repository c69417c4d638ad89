//! Signing keys per Entra tenant: fetched when first needed, kept fresh behind everybody's back, never fetched in a herd.
//!
//! The rules are Microsoft's (entra-docs, signing-key-rollover; idp-dialects.md §1a): a set lives for a day, is renewed every hour,
//! an unknown key id renews it at most every five minutes, and the last good set stays when a renewal fails. Only tenants on the
//! allow-list get here, so their number is bounded by the configuration.

mod fetch;
mod set;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jsonwebtoken::DecodingKey;
use tokio::sync::watch;

use self::fetch::FetchError;
use self::set::KeySet;
use super::{AuthError, AuthFailure, KeysUnavailable};
use crate::clock::Clock;
use crate::limits::KEY_FETCH_TIME_MAX;
use crate::metrics::Metrics;
use crate::tenant::EntraTrust;

/// When keys are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimes {
    /// Age at which a request renews a set in the background.
    pub refresh_after: Duration,
    /// Age at which a set has to be renewed before it is used again.
    pub lifetime: Duration,
    /// How much longer the last good set is used while renewals fail.
    pub grace: Duration,
    /// Shortest time between two fetches for the sake of an unknown key id, and between two renewals in the background.
    pub unknown_pause: Duration,
    /// Shortest time between a failed fetch and the next that a request waits for.
    pub failure_pause: Duration,
    /// Longest fetch.
    pub fetch_time_max: Duration,
}

impl Default for KeyTimes {
    fn default() -> Self {
        const HOUR: Duration = Duration::from_hours(1);
        Self {
            refresh_after: HOUR,
            lifetime: 24 * HOUR,
            grace: 24 * HOUR,
            unknown_pause: Duration::from_mins(5),
            failure_pause: Duration::from_secs(5),
            fetch_time_max: KEY_FETCH_TIME_MAX,
        }
    }
}

/// The keys of all listed Entra tenants.
pub(super) struct Keys {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    times: KeyTimes,
    tenants: Mutex<HashMap<String, Arc<Ring>>>,
}

/// The keys of one Entra tenant.
struct Ring {
    trust: EntraTrust,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last good set, and when it was fetched.
    loaded: Option<(KeySet, Duration)>,
    /// When the last fetch began.
    tried_at: Option<Duration>,
    /// When the last fetch for the sake of an unknown key id began.
    unknown_at: Option<Duration>,
    /// Whether the last fetch failed.
    failed: bool,
    /// The fetch that is under way; closed when it has landed, however it ended.
    flight: Option<watch::Receiver<()>>,
}

/// What a look into a ring gives.
enum Look {
    Found(Arc<DecodingKey>),
    /// There is no such key.
    Unknown,
    /// There may be such a key, but nobody can say now.
    Unavailable,
    /// Ask again when this has landed.
    After(watch::Receiver<()>),
}

/// Whether somebody who looks may still be told to wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    MayWait,
    HasWaited,
}

impl Keys {
    pub(super) fn new(http: reqwest::Client, clock: Arc<dyn Clock>, metrics: Arc<Metrics>, times: KeyTimes) -> Self {
        Self { http, clock, metrics, times, tenants: Mutex::default() }
    }

    /// The key `kid` of `trust`'s Entra tenant, for a token of `issuer`. Waits for at most one fetch.
    ///
    /// # Errors
    /// [`AuthError::UnknownKey`] if there is no such key, [`KeysUnavailable`] if that cannot be known now.
    pub(super) async fn key(
        self: &Arc<Self>,
        trust: &EntraTrust,
        kid: &str,
        issuer: &str,
    ) -> Result<Arc<DecodingKey>, AuthFailure> {
        let ring = self.ring(trust);
        let mut look = self.look(&ring, kid, issuer, Patience::MayWait);
        if let Look::After(mut landed) = look {
            // Nothing is ever sent: the error that says the sender is gone is the signal.
            while landed.changed().await.is_ok() {}
            look = self.look(&ring, kid, issuer, Patience::HasWaited);
        }
        match look {
            Look::Found(key) => Ok(key),
            Look::Unknown => Err(AuthError::UnknownKey.into()),
            Look::Unavailable | Look::After(_) => Err(KeysUnavailable.into()),
        }
    }

    fn ring(&self, trust: &EntraTrust) -> Arc<Ring> {
        let mut tenants = lock(&self.tenants);
        match tenants.get(&trust.tid) {
            Some(ring) if ring.trust == *trust => Arc::clone(ring),
            // New, or configured otherwise than before: keys from another place are not these keys.
            _ => {
                let ring = Arc::new(Ring { trust: trust.clone(), state: Mutex::default() });
                tenants.insert(trust.tid.clone(), Arc::clone(&ring));
                ring
            }
        }
    }

    fn look(self: &Arc<Self>, ring: &Arc<Ring>, kid: &str, issuer: &str, patience: Patience) -> Look {
        let now = self.clock.elapsed();
        let mut state = lock(&ring.state);
        let age = state.loaded.as_ref().map(|(_, at)| now.saturating_sub(*at));
        let key = state.loaded.as_ref().and_then(|(set, _)| set.find(&ring.trust, kid, issuer).cloned());
        if age.is_none_or(|age| age >= self.times.lifetime) {
            return self.look_stale(ring, &mut state, now, key, patience);
        }
        if age >= Some(self.times.refresh_after) && is_due(state.tried_at, self.times.unknown_pause, now) {
            self.take_off(ring, &mut state, now);
        }
        match (key, patience, state.flight()) {
            (Some(key), ..) => Look::Found(key),
            (None, Patience::MayWait, Some(flight)) => Look::After(flight),
            (None, Patience::MayWait, None) if is_due(state.unknown_at, self.times.unknown_pause, now) => {
                state.unknown_at = Some(now);
                Look::After(self.take_off(ring, &mut state, now))
            }
            // A key that was rolled over while its IdP is down: 401 would stop the customer's whole job.
            (None, ..) if state.failed => Look::Unavailable,
            (None, ..) => Look::Unknown,
        }
    }

    /// Nothing was ever loaded, or too long ago to be used without a try to renew it.
    fn look_stale(
        self: &Arc<Self>,
        ring: &Arc<Ring>,
        state: &mut State,
        now: Duration,
        key: Option<Arc<DecodingKey>>,
        patience: Patience,
    ) -> Look {
        if patience == Patience::MayWait {
            if let Some(flight) = state.flight() {
                return Look::After(flight);
            }
            if !state.failed || is_due(state.tried_at, self.times.failure_pause, now) {
                return Look::After(self.take_off(ring, state, now));
            }
        }
        let dead_at = state.loaded.as_ref().map(|(_, at)| *at + self.times.lifetime + self.times.grace);
        match key {
            Some(key) if dead_at > Some(now) => Look::Found(key),
            _ => Look::Unavailable,
        }
    }

    /// Starts a fetch; a task of its own, so that a caller who hangs up does not make the next one start again.
    fn take_off(self: &Arc<Self>, ring: &Arc<Ring>, state: &mut State, now: Duration) -> watch::Receiver<()> {
        let (sender, flight) = watch::channel(());
        state.tried_at = Some(now);
        state.flight = Some(flight.clone());
        let (keys, ring) = (Arc::clone(self), Arc::clone(ring));
        tokio::spawn(async move {
            // Dropped last, and also by a panic: whoever waits is woken when the state is up to date.
            let _under_way = sender;
            let fetched =
                tokio::time::timeout(keys.times.fetch_time_max, fetch::key_set(&keys.http, &ring.trust)).await;
            keys.land(&ring, fetched.unwrap_or(Err(FetchError::TimedOut)));
        });
        flight
    }

    fn land(&self, ring: &Ring, fetched: Result<KeySet, FetchError>) {
        self.metrics.key_fetch(fetched.is_ok());
        let mut state = lock(&ring.state);
        state.failed = fetched.is_err();
        match fetched {
            Ok(set) => state.loaded = Some((set, self.clock.elapsed())),
            Err(error) => {
                tracing::warn!(tid = ring.trust.tid, cloud = ring.trust.cloud.name, %error, "signing keys cannot be fetched");
            }
        }
    }
}

impl State {
    fn flight(&self) -> Option<watch::Receiver<()>> {
        self.flight.clone().filter(|flight| flight.has_changed().is_ok())
    }
}

fn is_due(last: Option<Duration>, pause: Duration, now: Duration) -> bool {
    last.is_none_or(|last| now.saturating_sub(last) >= pause)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
