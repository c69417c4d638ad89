//! Exchanges that may change something: create, replace, patch, delete.
//!
//! Convergence instead of sagas: each is planned from what the target holds now. What a crash left half done, the IdP's retry
//! finds and completes.

use rules::profile::Look;
use rules::{Memory, Plan, Refusal, Stage, TargetFault, Wanted};
use scim::operation::View;
use scim::projection::Projection;
use scim::{PatchRequest, Resource, ScimType};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::held::{Held, fault, not_found};
use super::{Answer, Exchange};
use crate::failure::Failure;

impl Exchange<'_> {
    /// `POST /Users`.
    pub(super) async fn create(&mut self, body: Value, view: &View) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let Some(create) = &self.rules.create else {
            return Err(Refusal::Unsupported { what: "create users" }.into());
        };
        let sent = self.decode(body)?;
        let wanted = self.rules.wanted(&self.tenant.params, &sent, &mut self.trace)?;
        let existing = self.rules.search_existing(&self.tenant.params, &wanted, &mut self.trace)?;

        // Two creates of one user at once would both look, both find nothing and both create.
        let key = format!("create {} {:?}", self.tenant.id, existing.as_ref().map(|search| &search.candidates));
        let _guard = self.house.locks.lock(&key).await;
        if let (Look::First, Some(search)) = (create.look, &existing) {
            let found = self.search(search.clone()).await?;
            if !found.is_empty() {
                return self.converge(found, &wanted, &projection).await;
            }
        }

        let facts = self.facts().await?;
        let planned = match self.rules.plan_create(&self.tenant.params, &wanted, &facts, &mut self.trace) {
            Err(Refusal::UnknownName { .. }) => {
                let facts = self.fresh_facts().await?;
                self.rules.plan_create(&self.tenant.params, &wanted, &facts, &mut self.trace)?
            }
            planned => planned?,
        };
        let answer = match self.call(&planned.call).await {
            Err(Failure::Refused { status, scim_type: Some(ScimType::Uniqueness), detail }) => {
                let refused = Failure::Refused { status, scim_type: Some(ScimType::Uniqueness), detail };
                return self.after_conflict(existing, &wanted, &projection, refused).await;
            }
            answer => answer?,
        };
        let absent = || fault(TargetFault::Garbage { reason: "a create was answered «absent»".to_owned() });
        let Some(record) = planned.record_in(answer.ok_or_else(absent)?).map_err(fault)? else {
            return self.after_silent_create(existing, &wanted, &projection).await;
        };
        self.created(record, wanted.memory, &projection).await
    }

    /// The target refused a duplicate. If that is just what is wanted, an earlier answer was lost on its way.
    async fn after_conflict(
        &mut self,
        existing: Option<rules::Search>,
        wanted: &Wanted,
        projection: &Projection,
        refused: Failure,
    ) -> Result<Answer, Failure> {
        let Some(search) = existing else { return Err(refused) };
        let found = self.search(search).await?;
        if found.is_empty() { Err(refused) } else { self.converge(found, wanted, projection).await }
    }

    /// The target made it and said nothing about it: it is looked up.
    async fn after_silent_create(
        &mut self,
        existing: Option<rules::Search>,
        wanted: &Wanted,
        projection: &Projection,
    ) -> Result<Answer, Failure> {
        let found = match existing {
            Some(search) => self.search(search).await?,
            None => Vec::new(),
        };
        let missing = || fault(TargetFault::Garbage { reason: "a created user cannot be found".into() });
        let held = found.into_iter().next().ok_or_else(missing)?;
        self.created(held.present.record, wanted.memory.clone(), projection).await
    }

    /// Somebody is there already. If it is just who is wanted, the create is answered as done: an IdP repeats a create whose
    /// answer it did not get (idp-dialects row 22), and a crash may have come between the target's answer and ours.
    async fn converge(
        &mut self,
        found: Vec<Held>,
        wanted: &Wanted,
        projection: &Projection,
    ) -> Result<Answer, Failure> {
        let [held] = <[Held; 1]>::try_from(found)
            .map_err(|found| Failure::Duplicate { detail: format!("{} users like this exist already", found.len()) })?;
        if !self.rules.is_already(&held.present, wanted) {
            self.trace.step(Stage::Plan, None, || format!("user {} is another: refused", held.present.id));
            return Err(Failure::Duplicate { detail: self.taken(&held) });
        }
        self.trace.step(Stage::Plan, None, || format!("user {} is what is wanted: nothing to do", held.present.id));
        self.created(held.present.record, wanted.memory.clone(), projection).await
    }

    /// What a create ran into, in the IdP's terms.
    fn taken(&self, held: &Held) -> String {
        let matching = self.rules.map.iter().filter(|mapping| mapping.matching.is_some());
        let first = matching.min_by_key(|mapping| mapping.matching);
        match first.and_then(|mapping| Some((mapping, mapping.attribute.read(&held.present.resource)?))) {
            Some((mapping, value)) => format!("a user whose `{}` is {value} exists already", mapping.name),
            None => "this user exists already".to_owned(),
        }
    }

    /// The record is there, made now or before: remembered and shown.
    async fn created(&mut self, record: Value, memory: Memory, projection: &Projection) -> Result<Answer, Failure> {
        let id = self.rules.id_of(&record).map_err(fault)?;
        self.draft.note(|draft| draft.resource = Some(id.clone()));
        // Also if there is nothing but the id: it is the mark that provisioning made this user. And it replaces what was
        // remembered under an id that the target gave out before.
        self.remember(&id, &memory).await?;
        let held = self.hold_one(record, memory).await?;
        Ok(Answer::created(self.show(held, projection), self.location(&id)))
    }

    /// `PUT /Users/{id}`.
    pub(super) async fn replace(&mut self, id: &str, body: Value, view: &View) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let sent = self.decode(body)?;
        let (held, _guard) = self.held_for_change(id).await?;
        self.change(held, &sent, &projection).await
    }

    /// `PATCH /Users/{id}`: applied to the resource as the IdP sees it, then planned as the difference.
    pub(super) async fn patch(&mut self, id: &str, body: Value, view: &View) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let patch = PatchRequest::decode(&self.rules.kind, body)?;
        self.trace_ignored(patch.ignored());
        let (held, _guard) = self.held_for_change(id).await?;
        let shown = self.rules.shown(held.present.resource.clone(), &held.memory);
        let sent = patch.apply(&self.rules.kind, &shown)?;
        self.change(held, &sent, &projection).await
    }

    /// Reads a resource under its lock: two changes of one resource never interleave.
    async fn held_for_change(&mut self, id: &str) -> Result<(Held, OwnedMutexGuard<()>), Failure> {
        let guard = self.house.locks.lock(&format!("change {} {id}", self.tenant.id)).await;
        let held = self.held(id).await?.ok_or_else(|| not_found(id))?;
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        Ok((held, guard))
    }

    async fn change(&mut self, held: Held, sent: &Resource, projection: &Projection) -> Result<Answer, Failure> {
        let (params, Held { present, memory }) = (&self.tenant.params, held);
        let wanted = self.rules.wanted_change(params, sent, &present, &mut self.trace)?;
        let facts = self.facts().await?;
        let plan = match self.rules.plan_update(params, &present, &wanted, &facts, &mut self.trace) {
            Err(Refusal::UnknownName { .. }) => {
                let facts = self.fresh_facts().await?;
                self.rules.plan_update(params, &present, &wanted, &facts, &mut self.trace)?
            }
            plan => plan?,
        };
        let record = if plan.calls.is_empty() { present.record } else { self.carry_out(plan, &present.id).await? };
        if memory != wanted.memory {
            self.remember(&present.id, &wanted.memory).await?;
        }
        let after = self.hold_one(record, wanted.memory).await?;
        Ok(Answer::ok(self.show(after, projection)))
    }

    /// Makes the calls of a plan in order and gives the record as it then is.
    async fn carry_out(&mut self, plan: Plan, id: &str) -> Result<Value, Failure> {
        let mut record = None;
        for planned in plan.calls {
            let body = self.call(&planned.call).await?.ok_or_else(|| not_found(id))?;
            record = planned.record_in(body).map_err(fault)?;
        }
        // The answer shows what the target holds, not what it was told (trap 14).
        match record {
            Some(record) => Ok(record),
            None => self.record(id).await?.ok_or_else(|| not_found(id)),
        }
    }

    /// `DELETE /Users/{id}`. The record is read first: a target may know words where ids stand (`/users/me`), and may answer a
    /// second delete as it answered the first.
    pub(super) async fn delete(&mut self, id: &str) -> Result<Answer, Failure> {
        let call = self.rules.plan_delete(&self.tenant.params, id, &mut self.trace)?;
        let _guard = self.house.locks.lock(&format!("change {} {id}", self.tenant.id)).await;
        let done = match self.record(id).await? {
            Some(_) => self.call(&call).await?,
            None => None,
        };
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        if self.rules.needs_memory() {
            self.house.parts.store.forget(self.scope(), id).await?;
            self.trace.step(Stage::Remember, None, || format!("user {id} forgotten"));
        }
        done.map(|_| Answer::no_content()).ok_or_else(|| not_found(id))
    }

    /// Remembers all of `memory`, if the profile needs any. Durable before the answer.
    async fn remember(&mut self, id: &str, memory: &Memory) -> Result<(), Failure> {
        if self.rules.needs_memory() {
            self.house.parts.store.remember(self.scope(), id, memory).await?;
            self.trace.step(Stage::Remember, None, || remembered(memory));
        }
        Ok(())
    }

    fn decode(&mut self, body: Value) -> Result<Resource, Failure> {
        let decoded = Resource::decode(&self.rules.kind, body)?;
        self.trace_ignored(&decoded.ignored);
        Ok(decoded.resource)
    }

    fn trace_ignored(&mut self, ignored: &[String]) {
        if !ignored.is_empty() {
            self.trace.step(Stage::Decode, None, || format!("ignored, no such attribute: {}", ignored.join(", ")));
        }
    }
}

fn remembered(memory: &Memory) -> String {
    let kept = memory.kept.iter().map(|(name, value)| format!("{name} {value}"));
    let spelled = memory.spellings.iter().map(|(name, spelling)| format!("{name} as sent {:?}", spelling.sent));
    kept.chain(spelled).collect::<Vec<_>>().join(", ")
}
