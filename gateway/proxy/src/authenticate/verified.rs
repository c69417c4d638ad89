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
        // The time to live frees memory; what is still valid is for `hit` to say, by the injected clock.
        let entries = Cache::builder().max_capacity(VERIFIED_TOKENS_MAX).time_to_live(VERIFIED_TIME_MAX).build();
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
