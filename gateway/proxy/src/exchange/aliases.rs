//! Targets whose id is a name that changes: SCIM's id stays what it was, and the store knows what it is in the target now.
//!
//! Within an exchange an id is SCIM's, but for [`Present::id`](rules::Present::id), which calls are made with. A profile
//! without `id_changes` has one id for both, and never asks the store.

use std::borrow::Cow;

use rules::{Present, Stage};

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
    pub(super) async fn scim_ids(&self, targets: Vec<String>) -> Result<Vec<String>, Failure> {
        if !self.rules.id_changes {
            return Ok(targets);
        }
        let mut known = self.house.parts.store.aliases(self.scope(), &targets).await?;
        Ok(targets.into_iter().map(|target| known.remove(&target).unwrap_or(target)).collect())
    }

    /// SCIM's id of a new record: the target's, unless that was the name of another which SCIM still knows by it.
    pub(super) async fn name_new(&mut self, target: &str) -> Result<String, Failure> {
        if !self.rules.id_changes {
            return Ok(target.to_owned());
        }
        let (store, scope) = (&self.house.parts.store, self.scope());
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

    /// Remembers that the resource which SCIM knows as `id` is `now` in the target. Durable before the answer.
    pub(super) async fn renamed(&mut self, id: &str, now: &str) -> Result<(), Failure> {
        let target = (now != id).then_some(now);
        self.house.parts.store.alias(self.scope(), id, target).await?;
        self.trace.step(Stage::Remember, None, || format!("{id} is {now} in the product now"));
        Ok(())
    }
}

/// What SCIM knows a resource as.
pub(super) fn name_of(present: &Present) -> &str {
    present.resource.id().unwrap_or(&present.id)
}
