//! Exchanges that change what is there: replace, patch, delete.
//!
//! Convergence instead of sagas: each is planned from what the target holds now. What a crash left half done, the IdP's retry
//! finds and completes. A condition of the request is looked at, and everything that can be refused is refused, before the
//! first call that writes.

use rules::{Absent, Memory, Plan, Present, Refusal, Stage, Wanted};
use scim::operation::{Condition, Endpoint, EntityTag, View};
use scim::patch::{MemberChange, MemberEdit};
use scim::projection::Projection;
use scim::{PatchRequest, Resource};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::held::{Held, fault};
use super::members::Wish;
use super::{Answer, Exchange};
use crate::failure::Failure;

/// A whole resource as it was sent, by POST or PUT.
pub(super) struct Sent {
    /// The resource; without members if they are kept apart.
    pub(super) resource: Resource,
    /// Members that are kept apart.
    pub(super) members: Vec<Value>,
    /// Whether the body has `members` at all, if only as an empty list.
    names_members: bool,
}

/// A resource after a change.
pub(super) struct Changed {
    /// Its id.
    pub(super) id: String,
    /// Its record, unless it must be read again.
    pub(super) record: Option<Value>,
    /// What is remembered of it.
    pub(super) memory: Memory,
}

impl Exchange<'_> {
    /// `PUT /Users/{id}`, `PUT /Groups/{id}`.
    pub(super) async fn replace(
        &mut self,
        id: &str,
        body: Value,
        view: &View,
        condition: &Condition,
    ) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let sent = self.decode(body)?;
        let (held, _guard) = self.held_for_change(id, condition).await?;
        let changed = self.overwrite(held, sent).await?;
        self.answer_changed(changed, &projection).await
    }

    /// `PATCH /Users/{id}`, `PATCH /Groups/{id}`: applied to the resource as the IdP sees it, then planned as the difference.
    pub(super) async fn patch(
        &mut self,
        id: &str,
        body: Value,
        view: &View,
        condition: &Condition,
    ) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let mut patch = PatchRequest::decode(&self.rules.kind, body)?;
        self.trace_ignored(patch.ignored());
        let edit = if self.members.is_some() { patch.take_members()? } else { MemberEdit::Untouched };
        let (held, _guard) = self.held_for_change(id, condition).await?;
        let shown = self.rules.shown(held.present.resource.clone(), &held.memory);
        let (sent, wish) = match Wish::of(edit) {
            Some(wish) => (patch.apply(&self.rules.kind, &shown)?, wish),
            None => Box::pin(self.apply_with_members(id, &patch, shown)).await?,
        };
        let changed = self.change(held, &sent, Absent::Cleared, wish).await?;
        // An IdP that adds a member to a large group does not want to see the group (RFC 7644 §3.5.2 allows both).
        let is_wanted = view.attributes.as_ref().is_some_and(|attributes| !attributes.trim().is_empty());
        if self.endpoint == Endpoint::Groups && !is_wanted {
            return Ok(Answer::no_content());
        }
        self.answer_changed(changed, &projection).await
    }

    /// Applies a PATCH whose outcome depends on who the members are.
    async fn apply_with_members(
        &mut self,
        id: &str,
        patch: &PatchRequest,
        mut shown: Resource,
    ) -> Result<(Resource, Wish), Failure> {
        let members = self.read_members(id).await?;
        shown.set_members(members.clone());
        let mut sent = patch.apply(&self.rules.kind, &shown)?;
        let wanted = self.take_members(&mut sent)?;
        Ok((sent, Wish::Difference(MemberChange::between(&members, &wanted))))
    }

    /// `DELETE /Users/{id}`, `DELETE /Groups/{id}`. The record is read first: a target may know words where ids stand
    /// (`/users/me`), and may answer a second delete as it answered the first.
    pub(super) async fn delete(&mut self, id: &str, condition: &Condition) -> Result<Answer, Failure> {
        let call = self.rules.plan_delete(&self.tenant.params, id, &mut self.trace)?;
        let _guard = self.lock_resource(id).await;
        let is_there = match (&condition.if_match, &condition.if_none_match) {
            (None, None) => self.record(id).await?.is_some(),
            _ => match self.held(id).await? {
                Some(held) => {
                    self.admit(condition, &held)?;
                    true
                }
                None => false,
            },
        };
        let done = if is_there { self.call(&call).await? } else { None };
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        if self.rules.needs_memory() {
            self.house.parts.store.forget(self.scope(), id).await?;
            self.trace.step(Stage::Remember, None, || format!("{} {id} forgotten", self.rules.noun));
        }
        done.map(|_| Answer::no_content()).ok_or_else(|| self.not_found(id))
    }
}

// === parts of a change ===

impl Exchange<'_> {
    /// Reads a whole resource as it was sent.
    pub(super) fn decode(&mut self, body: Value) -> Result<Sent, Failure> {
        let named = |body: &serde_json::Map<String, Value>| body.keys().any(|key| scim::name::same(key, "members"));
        let names_members = body.as_object().is_some_and(named);
        let decoded = Resource::decode(&self.rules.kind, body)?;
        self.trace_ignored(&decoded.ignored);
        let mut resource = decoded.resource;
        let members = self.take_members(&mut resource)?;
        Ok(Sent { resource, members, names_members })
    }

    /// Two changes of one resource never interleave.
    pub(super) async fn lock_resource(&self, id: &str) -> OwnedMutexGuard<()> {
        self.house.locks.lock(&format!("change {} {} {id}", self.rules.noun, self.tenant.id)).await
    }

    /// Reads a resource under its lock, and holds the change to the version that its caller has seen.
    pub(super) async fn held_for_change(
        &mut self,
        id: &str,
        condition: &Condition,
    ) -> Result<(Held, OwnedMutexGuard<()>), Failure> {
        let guard = self.lock_resource(id).await;
        let held = self.held(id).await?.ok_or_else(|| self.not_found(id))?;
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        self.admit(condition, &held)?;
        Ok((held, guard))
    }

    /// Makes what is there what was sent as a whole.
    pub(super) async fn overwrite(&mut self, held: Held, sent: Sent) -> Result<Changed, Failure> {
        let Sent { mut resource, members, names_members } = sent;
        if names_members {
            return self.change(held, &resource, Absent::Unsaid, Wish::All(members)).await;
        }
        // A PUT without `members` renames a group; nobody means to empty it (RFC 7644 §3.5.1: «not asserted by the client»).
        resource.set_members(held.present.resource.members().to_vec());
        self.change(held, &resource, Absent::Unsaid, Wish::Keep).await
    }

    /// Plans a change and makes its calls: attributes first, then members.
    async fn change(&mut self, held: Held, sent: &Resource, absent: Absent, wish: Wish) -> Result<Changed, Failure> {
        let (params, Held { present, memory, .. }) = (&self.tenant.params, held);
        let wanted = self.rules.wanted_change(params, sent, &present, absent, &mut self.trace)?;
        let plan = self.plan_update(&present, &wanted).await?;
        let members = self.plan_members(&present.id, wish).await?;
        let id = present.id.clone();
        let mut record = if plan.calls.is_empty() { Some(present.record) } else { self.carry_out(plan, &id).await? };
        if memory != wanted.memory {
            self.remember(&id, &wanted.memory).await?;
        }
        if !members.is_empty() {
            self.change_members(&id, members).await?;
            // Its version is another now.
            record = None;
        }
        Ok(Changed { id, record, memory: wanted.memory })
    }

    async fn plan_update(&mut self, present: &Present, wanted: &Wanted) -> Result<Plan, Failure> {
        let (params, facts) = (&self.tenant.params, self.facts().await?);
        match self.rules.plan_update(params, present, wanted, &facts, &mut self.trace) {
            Err(Refusal::UnknownName { .. }) => {
                let facts = self.fresh_facts().await?;
                Ok(self.rules.plan_update(params, present, wanted, &facts, &mut self.trace)?)
            }
            plan => Ok(plan?),
        }
    }

    /// Makes the calls of a plan in order and gives the record as it then is, if the last answer has it.
    async fn carry_out(&mut self, plan: Plan, id: &str) -> Result<Option<Value>, Failure> {
        let mut record = None;
        for planned in plan.calls {
            let body = self.call(&planned.call).await?.ok_or_else(|| self.not_found(id))?;
            record = planned.record_in(body).map_err(fault)?;
        }
        Ok(record)
    }

    /// Remembers all of `memory`, if the profile needs any. Durable before the answer.
    pub(super) async fn remember(&mut self, id: &str, memory: &Memory) -> Result<(), Failure> {
        if self.rules.needs_memory() {
            self.house.parts.store.remember(self.scope(), id, memory).await?;
            self.trace.step(Stage::Remember, None, || remembered(memory));
        }
        Ok(())
    }

    async fn answer_changed(&mut self, changed: Changed, projection: &Projection) -> Result<Answer, Failure> {
        let location = self.location(&changed.id);
        let (body, version) = self.shown(changed, projection).await?;
        Ok(Answer::shown(body, location, version))
    }

    /// A changed resource as the answer shows it: what the target holds, not what it was told (trap 14).
    pub(super) async fn shown(
        &mut self,
        changed: Changed,
        projection: &Projection,
    ) -> Result<(Value, Option<EntityTag>), Failure> {
        let Changed { id, record, memory } = changed;
        let record = match record {
            Some(record) => record,
            None => self.record(&id).await?.ok_or_else(|| self.not_found(&id))?,
        };
        let mut held = self.hold_one(record, memory).await?;
        self.fill_members(&mut held, projection).await?;
        let version = held.version.clone();
        Ok((self.show(held, projection), version))
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
