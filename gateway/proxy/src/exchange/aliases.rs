//! Targets whose id is a name that changes: SCIM's id stays what it was, and the store knows what it is in the target now.
//!
//! Before the target is told a new name it is noted beside the old one: should the answer be lost, that is where the resource is
//! looked for.
//!
//! Within an exchange an id is SCIM's, but for [`Present::id`](rules::Present::id), which calls are made with. A profile
//! without `id_changes` has one id for both, and never asks the store.

use std::borrow::Cow;
use std::collections::BTreeMap;

use json::Value;
use rules::{Present, Stage};
use scim::operation::Endpoint;
use store::Scope;

use super::Exchange;
use crate::failure::Failure;

impl Exchange<'_> {
    /// The target's id of the resource that SCIM knows as `id`; `None` if SCIM knows none so, because it is the new name of
    /// another.
    pub(super) async fn target_id<'i>(&self, id: &'i str) -> Result<Option<Cow<'i, str>>, Failure> {
        if !self.rules.id_changes {
            return Ok(Some(Cow::Borrowed(id)));
        }
        let (store, ids) = (&self.house.parts.store, [id.to_owned()]);
        if let Some(target) = store.targets(self.scope(), &ids).await?.remove(id) {
            return Ok(Some(Cow::Owned(target)));
        }
        let is_another = store.aliases(self.scope(), &ids).await?.contains_key(id);
        Ok((!is_another).then_some(Cow::Borrowed(id)))
    }

    /// SCIM's ids of the resources with these ids of the target.
    pub(super) async fn scim_ids(&mut self, targets: Vec<String>) -> Result<Vec<String>, Failure> {
        if !self.rules.id_changes {
            return Ok(targets);
        }
        let (store, mut known) = (&self.house.parts.store, BTreeMap::new());
        known.extend(store.aliases(self.scope(), &targets).await?);
        let unknown: Vec<String> = targets.iter().filter(|target| !known.contains_key(*target)).cloned().collect();
        for (now, id) in store.aliases(self.renaming(), &unknown).await? {
            if self.was_renamed(&id, &now).await? {
                known.insert(now, id);
            }
        }
        Ok(targets.into_iter().map(|target| known.remove(&target).unwrap_or(target)).collect())
    }

    /// SCIM's id of a new record: the target's, unless that was the name of another which SCIM still knows by it.
    pub(super) async fn name_new(&mut self, target: &str) -> Result<String, Failure> {
        if !self.rules.id_changes {
            return Ok(target.to_owned());
        }
        let (store, scope) = (&self.house.parts.store, self.scope());
        // Who should have got the name did not.
        if let Some(other) = store.aliases(self.renaming(), &[target.to_owned()]).await?.remove(target) {
            store.alias(self.renaming(), &other, None).await?;
        }
        // Whoever had the name lost it, or it could not have been given away again.
        if let Some(before) = store.aliases(scope, &[target.to_owned()]).await?.remove(target) {
            store.alias(scope, &before, None).await?;
        }
        let mut name = target.to_owned();
        let mut number = 2_u64;
        while store.targets(scope, &[name.clone()]).await?.contains_key(&name) {
            name = format!("{target}~{number}");
            number = number.saturating_add(1);
        }
        if name != target {
            store.alias(scope, &name, Some(target)).await?;
            self.trace.step(Stage::Remember, None, || format!("{target} is known as {name}: the name was another's"));
        }
        Ok(name)
    }

    /// Notes that the resource which SCIM knows as `id` is about to become `now` in the target. Durable before the first call.
    pub(super) async fn begin_rename(&mut self, id: &str, now: &str) -> Result<(), Failure> {
        // Who has the name already is somebody else: nothing that the target answers makes the two one.
        let is_free = self.record_named(now).await?.is_none();
        Ok(self.house.parts.store.alias(self.renaming(), id, Some(now).filter(|_| is_free)).await?)
    }

    /// Notes that nothing is in doubt any more.
    pub(super) async fn end_rename(&self, id: &str) -> Result<(), Failure> {
        Ok(self.house.parts.store.alias(self.renaming(), id, None).await?)
    }

    /// The record of the resource which SCIM knows as `id`, if a change that broke off has renamed it.
    pub(super) async fn record_renamed(&mut self, id: &str) -> Result<Option<Value>, Failure> {
        if !self.rules.id_changes {
            return Ok(None);
        }
        let begun = self.house.parts.store.targets(self.renaming(), &[id.to_owned()]).await?.remove(id);
        let Some(now) = begun else { return Ok(None) };
        let record = self.record_named(&now).await?;
        if record.is_some() {
            self.renamed(id, &now).await?;
        }
        Ok(record)
    }

    /// Whether a change that broke off has made `now` of the resource which SCIM knows as `id`: then it has no more the name
    /// that it had.
    async fn was_renamed(&mut self, id: &str, now: &str) -> Result<bool, Failure> {
        let before = self.target_id(id).await?.map(Cow::into_owned);
        if let Some(before) = before
            && self.record_named(&before).await?.is_some()
        {
            self.end_rename(id).await?;
            return Ok(false);
        }
        self.renamed(id, now).await?;
        Ok(true)
    }

    /// Under which names that are not certain are kept.
    fn renaming(&self) -> Scope<'_> {
        let kind = match self.endpoint {
            Endpoint::Users => "User renamed",
            Endpoint::Groups => "Group renamed",
        };
        Scope { tenant: &self.tenant.id, kind }
    }

    /// Remembers that the resource which SCIM knows as `id` is `now` in the target. Durable before the answer.
    pub(super) async fn renamed(&mut self, id: &str, now: &str) -> Result<(), Failure> {
        let target = (now != id).then_some(now);
        self.house.parts.store.alias(self.scope(), id, target).await?;
        self.end_rename(id).await?;
        self.trace.step(Stage::Remember, None, || format!("{id} is {now} in the product now"));
        Ok(())
    }
}

/// What SCIM knows a resource as.
pub(super) fn name_of(present: &Present) -> &str {
    present.resource.id().unwrap_or(&present.id)
}
