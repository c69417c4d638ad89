//! A store that forgets everything when it is dropped: for `test`, `explain` and tests. Answers as [`Sqlite`](crate::Sqlite)
//! does; never touches a disk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rules::Memory;
use serde_json::Value;

use crate::canonical::canonical;
use crate::limits::AUDIT_ROWS_MAX;
use crate::{Answer, AuditRecord, Scope, Store, StoreError, TenantId, all_found};

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
    /// Oldest first.
    audit: VecDeque<AuditRecord>,
}

impl Volatile {
    /// An empty store that keeps the newest `audit_rows_max` audit records; at least 1.
    #[must_use]
    pub fn bounded(audit_rows_max: u64) -> Self {
        let audit_rows_max = usize::try_from(audit_rows_max).unwrap_or(usize::MAX).max(1);
        Self { held: Mutex::default(), audit_rows_max }
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
        if let Some(memories) = self.held().memories.get_mut(&place(scope)) {
            memories.remove(id);
        }
        answer(Ok(()))
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
