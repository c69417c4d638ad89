//! Verified tokens, remembered for a while: an IdP sends the same one with every request of a cycle.
//!
//! Only hashes of tokens are kept. What is remembered is never more than the token itself would get now, apart from a revocation
//! of its key: expiry and allow-list are looked at on each hit.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use store::TenantId;

use crate::clock::Clock;
use crate::limits::{VERIFIED_TIME_MAX, VERIFIED_TOKENS_MAX};
use crate::tenant::{EntraTrust, Tenant, Tenants, TokenHash};

/// Tokens that were verified.
pub(super) struct VerifiedTokens {
    clock: Arc<dyn Clock>,
    entries: Cache<TokenHash, Arc<Verified>>,
}

struct Verified {
    tenant: TenantId,
    /// By what it was let in; a changed trust has to let it in anew.
    trust: EntraTrust,
    expiry_secs: u64,
    at: Duration,
}

impl VerifiedTokens {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self::bounded(clock, VERIFIED_TOKENS_MAX)
    }

    fn bounded(clock: Arc<dyn Clock>, tokens_max: u64) -> Self {
        // The time to live frees memory; what is still valid is for `hit` to say, by the injected clock.
        let entries = Cache::builder().max_capacity(tokens_max).time_to_live(VERIFIED_TIME_MAX).build();
        Self { clock, entries }
    }

    /// The tenant of a token that was verified and is still good.
    pub(super) fn hit(&self, tenants: &Tenants, token: &TokenHash) -> Option<Arc<Tenant>> {
        let entry = self.entries.get(token)?;
        let good = self.clock.elapsed().saturating_sub(entry.at) < VERIFIED_TIME_MAX
            && self.clock.unix_secs() < entry.expiry_secs.saturating_add(entry.trust.skew_secs());
        let listed = tenants.by_tid(&entry.trust.tid).filter(|(tenant, trust)| {
            // Equal clouds are the same `Arc` unless the configuration was loaded anew in between.
            good && tenant.id == entry.tenant && **trust == entry.trust
        });
        if listed.is_none() {
            self.entries.invalidate(token);
        }
        listed.map(|(tenant, _)| Arc::clone(tenant))
    }

    /// Remembers a token that has just been verified.
    pub(super) fn remember(&self, token: TokenHash, tenant: &Tenant, trust: &EntraTrust, expiry_secs: u64) {
        let (tenant, trust) = (tenant.id.clone(), trust.clone());
        self.entries.insert(token, Arc::new(Verified { tenant, trust, expiry_secs, at: self.clock.elapsed() }));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::layer::rig::Still;
    use crate::tenant::sample::tenant;
    use crate::tenant::{Credentials, EntraCloud};

    const TID: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";

    fn tenants() -> (Tenants, EntraTrust) {
        let cloud = EntraCloud {
            name: "global".to_owned(),
            metadata: String::new(),
            key_hosts: Vec::new(),
            issuers: Vec::new(),
            audiences: Vec::new(),
            app_ids: Vec::new(),
            clock_skew_secs: 0,
        };
        let trust = EntraTrust { tid: TID.to_owned(), cloud: Arc::new(cloud) };
        let acme = tenant("acme", Credentials { entra: vec![trust.clone()], ..Credentials::default() });
        (Tenants::new(vec![acme]).ok().unwrap(), trust)
    }

    /// Of `count` tokens in a memory for `tokens_max`, those that are still known.
    fn known(tokens_max: u64, count: usize) -> usize {
        let (tenants, trust) = tenants();
        let verified = VerifiedTokens::bounded(Arc::new(Still::default()), tokens_max);
        let tokens: Vec<TokenHash> = (0..count).map(|number| TokenHash::of(&number.to_string())).collect();
        for token in &tokens {
            verified.remember(token.clone(), tenants.by_id("acme").unwrap(), &trust, u64::MAX);
            verified.entries.run_pending_tasks();
        }
        tokens.iter().filter(|token| verified.hit(&tenants, token).is_some()).count()
    }

    #[test]
    fn so_many_tokens_are_remembered_and_no_more() {
        assert_eq!((known(8, 8), known(8, 9), known(8, 100)), (8, 8, 8));
        let verified = VerifiedTokens::new(Arc::new(Still::default()));
        assert_eq!(verified.entries.policy().max_capacity(), Some(VERIFIED_TOKENS_MAX));
    }
}
