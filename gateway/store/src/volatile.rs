//! A store that forgets everything when it is dropped: for `test`, `explain` and tests. Answers as [`Sqlite`](crate::Sqlite)
//! does; never touches a disk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use json::Value;
use rules::Memory;

use crate::canonical::canonical;
use crate::limits::AUDIT_ROWS_MAX;
use crate::{Answer, AuditRecord, IssuedToken, Scope, Store, StoreError, TenantId, TokenDigest, Tokens, all_found};

/// The store in memory.
#[derive(Debug)]
pub struct Volatile {
    held: Mutex<Held>,
    audit_rows_max: usize,
}

#[derive(Debug, Default)]
struct Held {
    /// By tenant, kind and resource.
    memories: BTreeMap<(TenantId, String), BTreeMap<String, Memory>>,
    /// By tenant and kind: SCIM's id and the target's.
    aliases: BTreeMap<(TenantId, String), Vec<(String, String)>>,
    /// Oldest first.
    audit: VecDeque<AuditRecord>,
    /// By hash.
    tokens: BTreeMap<TokenDigest, (TenantId, IssuedToken)>,
}

impl Volatile {
    /// An empty store that keeps the newest `audit_rows_max` audit records; at least 1.
    #[must_use]
    pub fn bounded(audit_rows_max: u64) -> Self {
        let audit_rows_max = usize::try_from(audit_rows_max).unwrap_or(usize::MAX).max(1);
        Self { held: Mutex::default(), audit_rows_max }
    }

    /// All that is remembered of resources of `tenant`: type, id, memory; in their order.
    #[must_use]
    pub fn memories(&self, tenant: &TenantId) -> Vec<(String, String, Memory)> {
        let held = self.held();
        let own = held.memories.iter().filter(|((whose, _), _)| whose == tenant);
        let all = own.flat_map(|((_, kind), memories)| {
            memories.iter().map(|(id, memory)| (kind.clone(), id.clone(), memory.clone()))
        });
        all.collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Volatile {
    fn default() -> Self {
        Self::bounded(AUDIT_ROWS_MAX)
    }
}

impl Held {
    fn of(&self, scope: Scope<'_>) -> Option<&BTreeMap<String, Memory>> {
        self.memories.get(&place(scope))
    }
}

fn place(scope: Scope<'_>) -> (TenantId, String) {
    (scope.tenant.clone(), scope.kind.to_owned())
}

fn answer<'a, T: Send + 'a>(answer: Result<T, StoreError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Store for Volatile {
    fn recall<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, Memory>> {
        let held = self.held();
        let known = |id: &String| Some((id.clone(), held.of(scope)?.get(id)?.clone()));
        answer(Ok(ids.iter().filter_map(known).collect()))
    }

    fn remember<'a>(&'a self, scope: Scope<'a>, id: &'a str, memory: &'a Memory) -> Answer<'a, ()> {
        self.held().memories.entry(place(scope)).or_default().insert(id.to_owned(), memory.clone());
        answer(Ok(()))
    }

    fn forget<'a>(&'a self, scope: Scope<'a>, id: &'a str) -> Answer<'a, ()> {
        let mut held = self.held();
        if let Some(memories) = held.memories.get_mut(&place(scope)) {
            memories.remove(id);
        }
        if let Some(aliases) = held.aliases.get_mut(&place(scope)) {
            aliases.retain(|(known, _)| known != id);
        }
        answer(Ok(()))
    }

    fn alias<'a>(&'a self, scope: Scope<'a>, id: &'a str, target: Option<&'a str>) -> Answer<'a, ()> {
        let mut held = self.held();
        let aliases = held.aliases.entry(place(scope)).or_default();
        aliases.retain(|(known, held)| known != id && Some(held.as_str()) != target);
        aliases.extend(target.map(|target| (id.to_owned(), target.to_owned())));
        answer(Ok(()))
    }

    fn targets<'a>(&'a self, scope: Scope<'a>, ids: &'a [String]) -> Answer<'a, BTreeMap<String, String>> {
        let held = self.held();
        let aliases = held.aliases.get(&place(scope)).into_iter().flatten();
        answer(Ok(aliases.filter(|(id, _)| ids.contains(id)).cloned().collect()))
    }

    fn aliases<'a>(&'a self, scope: Scope<'a>, targets: &'a [String]) -> Answer<'a, BTreeMap<String, String>> {
        let held = self.held();
        let aliases = held.aliases.get(&place(scope)).into_iter().flatten();
        let turned = |(id, target): &(String, String)| (target.clone(), id.clone());
        answer(Ok(aliases.filter(|(_, target)| targets.contains(target)).map(turned).collect()))
    }

    fn find_kept<'a>(&'a self, scope: Scope<'a>, attribute: &'a str, value: &'a Value) -> Answer<'a, Vec<String>> {
        let wanted = canonical(value);
        let held = self.held();
        let matches = |memory: &Memory| memory.kept.get(attribute).is_some_and(|kept| canonical(kept) == wanted);
        let ids = held.of(scope).into_iter().flatten().filter(|(_, memory)| matches(memory)).map(|(id, _)| id.clone());
        answer(all_found(ids.collect()))
    }

    fn audit<'a>(&'a self, records: &'a [AuditRecord]) -> Answer<'a, ()> {
        let audit = &mut self.held().audit;
        audit.extend(records.iter().cloned());
        let too_many = audit.len().saturating_sub(self.audit_rows_max);
        audit.drain(..too_many);
        answer(Ok(()))
    }

    fn audited<'a>(&'a self, tenant: Option<&'a TenantId>, limit: usize) -> Answer<'a, Vec<AuditRecord>> {
        let held = self.held();
        let wanted =
            held.audit.iter().rev().filter(|record| tenant.is_none_or(|tenant| record.tenant.as_ref() == Some(tenant)));
        answer(Ok(wanted.take(limit).cloned().collect()))
    }

    fn ready(&self) -> Answer<'_, ()> {
        answer(Ok(()))
    }
}

impl Tokens for Volatile {
    fn issue_token<'a>(
        &'a self,
        tenant: &'a TenantId,
        hash: &'a TokenDigest,
        now_secs: u64,
        overlap_secs: u64,
    ) -> Answer<'a, ()> {
        let tokens = &mut self.held().tokens;
        let end = now_secs.saturating_add(overlap_secs);
        for (_, token) in tokens.values_mut().filter(|(owner, _)| owner == tenant) {
            token.ends_at_secs = Some(token.ends_at_secs.map_or(end, |earlier| earlier.min(end)));
        }
        tokens.retain(|_, (_, token)| token.ends_at_secs.is_none_or(|end| end > now_secs));
        tokens.insert(*hash, (tenant.clone(), IssuedToken { issued_at_secs: now_secs, ends_at_secs: None }));
        answer(Ok(()))
    }

    fn token_tenant<'a>(&'a self, hash: &'a TokenDigest, now_secs: u64) -> Answer<'a, Option<TenantId>> {
        let held = self.held();
        let found = held.tokens.get(hash).filter(|(_, token)| token.ends_at_secs.is_none_or(|end| end > now_secs));
        answer(Ok(found.map(|(tenant, _)| tenant.clone())))
    }

    fn tokens<'a>(&'a self, tenant: &'a TenantId, now_secs: u64) -> Answer<'a, Vec<IssuedToken>> {
        let held = self.held();
        let own = held.tokens.values().filter(|(owner, _)| owner == tenant).map(|(_, token)| token.clone());
        let mut own: Vec<IssuedToken> =
            own.filter(|token| token.ends_at_secs.is_none_or(|end| end > now_secs)).collect();
        own.sort_by_key(|token| std::cmp::Reverse((token.ends_at_secs.is_none(), token.issued_at_secs)));
        answer(Ok(own))
    }

    fn revoke_tokens<'a>(&'a self, tenant: &'a TenantId) -> Answer<'a, ()> {
        self.held().tokens.retain(|_, (owner, _)| owner != tenant);
        answer(Ok(()))
    }
}
