//! Exchanges that change what is there: replace, patch, delete.
//!
//! Convergence instead of sagas: each is planned from what the target holds now. What a crash left half done, the IdP's retry
//! finds and completes. A condition of the request is looked at, and everything that can be refused is refused, before the
//! first call that writes.

use std::borrow::Cow;

use json::Value;
use rules::profile::DeleteRule;
use rules::{Absent, Memory, Plan, Present, Refusal, Stage, TargetFault, Trace, Wanted};
use scim::operation::{Condition, Endpoint, EntityTag, View};
use scim::patch::MemberEdit;
use scim::projection::Projection;
use scim::{PatchRequest, Resource};
use tokio::sync::OwnedMutexGuard;

use super::aliases::name_of;
use super::held::{Held, fault};
use super::members::Wish;
use super::steps::{Course, Until};
use super::{Answer, Exchange};
use crate::failure::{Failure, TargetError};

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

/// How often a change was planned again because the record had changed.
#[derive(Default)]
struct Again {
    times: u32,
}

/// Most times that a change is planned again.
const CHANGED_AGAIN_MAX: u32 = 2;

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
        let mut sent = self.decode(body)?;
        let (mut held, _guard) = self.held_for_change(id, condition).await?;
        let mut again = Again::default();
        let changed = loop {
            match self.overwrite(held, &mut sent).await {
                Err(failure) => held = self.read_again(id, condition, &mut again, failure).await?,
                Ok(changed) => break changed,
            }
        };
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
        self.ignore(patch.ignored())?;
        let edit = if self.members.is_some() { patch.take_members()? } else { MemberEdit::Untouched };
        let wish = Wish::of(edit);
        let (mut held, _guard) = self.held_for_change(id, condition).await?;
        let mut again = Again::default();
        let changed = loop {
            match self.patched(held, &patch, wish.as_ref()).await {
                Err(failure) => held = self.read_again(id, condition, &mut again, failure).await?,
                Ok(changed) => break changed,
            }
        };
        // An IdP that adds a member to a large group does not want to see the group (RFC 7644 §3.5.2 allows both).
        let is_wanted = view.attributes.as_ref().is_some_and(|attributes| !attributes.trim().is_empty());
        if self.endpoint == Endpoint::Groups && !is_wanted {
            return Ok(Answer::no_content());
        }
        self.answer_changed(changed, &projection).await
    }

    /// Applies a PATCH to what is there now.
    async fn patched(&mut self, held: Held, patch: &PatchRequest, wish: Option<&Wish>) -> Result<Changed, Failure> {
        let shown = self.rules.shown(held.present.resource.clone(), &held.memory);
        let (sent, wish) = match wish {
            Some(wish) => (patch.apply(&self.rules.kind, &shown)?, wish.clone()),
            None => Box::pin(self.apply_with_members(&held.present.id, patch, shown)).await?,
        };
        self.change(held, &sent, Absent::Cleared, wish).await
    }

    /// Applies a PATCH whose outcome depends on who the members are.
    async fn apply_with_members(
        &mut self,
        id: &str,
        patch: &PatchRequest,
        mut shown: Resource,
    ) -> Result<(Resource, Wish), Failure> {
        let roster = self.roster(id).await?;
        shown.set_members(roster.members.clone());
        let mut sent = patch.apply(&self.rules.kind, &shown)?;
        let wanted = self.take_members(&mut sent)?;
        Ok((sent, Wish::Difference(roster.change_to(&wanted), roster)))
    }

    /// `DELETE /Users/{id}`, `DELETE /Groups/{id}`. The record is read first: a target may know words where ids stand
    /// (`/users/me`), and may answer a second delete as it answered the first.
    pub(super) async fn delete(&mut self, id: &str, condition: &Condition) -> Result<Answer, Failure> {
        match &self.rules.delete {
            Some(DeleteRule::Deactivate) => return Box::pin(self.deactivate(id, condition)).await,
            Some(DeleteRule::Refuse(detail)) => {
                self.held(id).await?.ok_or_else(|| self.not_found(id))?;
                let detail = detail.as_ref().to_owned();
                return Err(Failure::Refused { status: 403, scim_type: None, detail });
            }
            Some(DeleteRule::Call(_)) | None => {}
        }
        // Behind the lock: a change under way may give it another name in the product.
        let _guard = self.lock_resource(id).await;
        // Refused before anything is asked, if it is.
        self.rules.plan_delete(&self.tenant.params, id, &mut Trace::off())?;
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
        // Behind the look at it, which may have found it renamed.
        let target = self.target_id(id).await?.filter(|_| is_there).map(Cow::into_owned);
        let done = match target {
            Some(target) => {
                let plan = self.rules.plan_delete(&self.tenant.params, &target, &mut self.trace)?;
                self.go(&mut Course::new(plan), Until::End, id).await
            }
            None => Err(self.not_found(id)),
        };
        self.draft.note(|record| record.resource = Some(id.to_owned()));
        // What is gone is forgotten, whoever took it away.
        let has_memory = self.rules.needs_memory() || self.rules.id_changes;
        if matches!(done, Ok(()) | Err(Failure::NotFound { .. })) && has_memory {
            self.house.parts.store.forget(self.scope(), id).await?;
            if self.rules.id_changes {
                self.end_rename(id).await?;
            }
            self.trace.step(Stage::Remember, None, || format!("{} {id} forgotten", self.rules.noun));
        }
        done.map(|()| Answer::no_content())
    }

    /// A DELETE that leaves the record and makes `active` false.
    async fn deactivate(&mut self, id: &str, condition: &Condition) -> Result<Answer, Failure> {
        let (mut held, _guard) = self.held_for_change(id, condition).await?;
        let mut again = Again::default();
        loop {
            let mut sent = self.rules.shown(held.present.resource.clone(), &held.memory);
            if let Some(active) = self.rules.active() {
                active.attribute.write(&mut sent, Some(Value::Bool(false)));
            }
            // All else stays as it is, also where a required attribute has no value: nobody takes one away.
            match self.change(held, &sent, Absent::Cleared, Wish::Keep).await {
                Err(failure) => held = self.read_again(id, condition, &mut again, failure).await?,
                Ok(_) => return Ok(Answer::no_content()),
            }
        }
    }
}

// === parts of a change ===

impl Exchange<'_> {
    /// Reads a whole resource as it was sent.
    pub(super) fn decode(&mut self, body: Value) -> Result<Sent, Failure> {
        let named = |body: &json::Map| body.keys().any(|key| scim::name::same(key, "members"));
        let names_members = body.as_object().is_some_and(named);
        let decoded = Resource::decode(&self.rules.kind, body)?;
        self.ignore(&decoded.ignored)?;
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
    pub(super) async fn overwrite(&mut self, held: Held, sent: &mut Sent) -> Result<Changed, Failure> {
        let Sent { resource, members, names_members } = sent;
        if *names_members {
            return self.change(held, resource, Absent::Unsaid, Wish::All(members.clone())).await;
        }
        // A PUT without `members` renames a group; nobody means to empty it (RFC 7644 §3.5.1: «not asserted by the client»).
        resource.set_members(held.present.resource.members().to_vec());
        self.change(held, resource, Absent::Unsaid, Wish::Keep).await
    }

    /// Plans a change and makes its calls: attributes first, then members.
    async fn change(&mut self, held: Held, sent: &Resource, absent: Absent, wish: Wish) -> Result<Changed, Failure> {
        let (params, Held { present, memory, .. }) = (&self.tenant.params, held);
        let mut wanted = self.rules.wanted_change(params, sent, &present, absent, &mut self.trace)?;
        self.leave_out(&wanted.unmapped)?;
        wanted.memory.unfinished.clone_from(&memory.unfinished);
        let plan = self.plan_update(&present, &wanted).await?;
        let members = self.plan_members(&present.id, &present.record, wish).await?;
        self.look(&plan).await?;
        let (id, target) = (name_of(&present).to_owned(), present.id.clone());
        wanted.memory.unfinished.extend(plan.unfinished.iter().cloned());
        wanted.memory.aside.clone_from(&plan.aside);
        // What a call takes away must be known before it is gone; what one puts back, until it is there.
        let aside = if plan.aside.is_empty() { &memory.aside } else { &plan.aside };
        if wanted.memory.unfinished != memory.unfinished || *aside != memory.aside {
            let (unfinished, aside) = (wanted.memory.unfinished.clone(), aside.clone());
            self.remember(&id, &Memory { unfinished, aside, ..memory.clone() }).await?;
        }
        let mut record =
            if plan.is_empty() { Some(present.record) } else { self.carry_out(plan, &id, &target).await? };
        let was = std::mem::take(&mut wanted.memory.unfinished);
        if memory != wanted.memory || !was.is_empty() {
            self.remember(&id, &wanted.memory).await?;
        }
        if !members.is_empty() {
            self.change_members(&id, members).await?;
            // Its version is another now.
            record = None;
        }
        Ok(Changed { id, record, memory: wanted.memory })
    }

    /// The calls of a change; behind them what an earlier one began and did not end.
    async fn plan_update(&mut self, present: &Present, wanted: &Wanted) -> Result<Plan, Failure> {
        let (rules, params, facts) = (self.rules, &self.tenant.params, self.facts().await?);
        let mut plan = match rules.plan_update(params, present, wanted, &facts, &mut self.trace) {
            Err(Refusal::UnknownName { .. }) => {
                let facts = self.fresh_facts().await?;
                rules.plan_update(params, present, wanted, &facts, &mut self.trace)?
            }
            plan => plan?,
        };
        if !wanted.memory.unfinished.is_empty() {
            let facts = self.facts().await?;
            rules.plan_rest(params, (present, wanted), &facts, &mut plan, &mut self.trace)?;
        }
        Ok(plan)
    }

    /// Makes the calls of a plan in order and gives the record as it then is, if the last answer has it.
    async fn carry_out(&mut self, plan: Plan, id: &str, target: &str) -> Result<Option<Value>, Failure> {
        let becomes = plan.becomes.clone().filter(|now| now != target);
        if let Some(now) = &becomes {
            self.begin_rename(id, now).await?;
        }
        let done = self.make_calls(plan, id, target).await;
        // What the target has answered is not in doubt, whatever it is.
        if becomes.is_some() && !matches!(done, Err(Failure::Target(_) | Failure::Store(_))) {
            self.end_rename(id).await?;
        }
        done
    }

    async fn make_calls(&mut self, plan: Plan, id: &str, target: &str) -> Result<Option<Value>, Failure> {
        let mut course = Course::new(plan);
        let mut target = target.to_owned();
        while self.rules.id_changes && !course.is_over() {
            self.go(&mut course, Until::Main, id).await?;
            let told = course.record().map(|record| self.rules.id_of(record)).transpose().map_err(fault)?;
            if let Some(now) = course.take_id().or(told).filter(|now| *now != target) {
                self.renamed(id, &now).await?;
                course.settled(&now, None);
                target = now;
            }
        }
        self.go(&mut course, Until::End, id).await?;
        match course.take_record() {
            Some(record) => Ok(Some(self.joined(record).await?)),
            None => Ok(None),
        }
    }

    /// Reads again what the target says has changed since it was read. Whoever said which version they mean is told; others
    /// need not know.
    ///
    /// # Errors
    /// `failure`, unless it is that; [`Failure::Precondition`].
    async fn read_again(
        &mut self,
        id: &str,
        condition: &Condition,
        again: &mut Again,
        failure: Failure,
    ) -> Result<Held, Failure> {
        if !matches!(failure, Failure::Target(TargetError::Fault(TargetFault::Changed))) {
            return Err(failure);
        }
        if again.times == CHANGED_AGAIN_MAX {
            return Err(if condition.if_match.is_some() { Failure::Precondition } else { failure });
        }
        again.times += 1;
        self.trace.step(Stage::Plan, None, || format!("{} {id} has changed: read and planned again", self.rules.noun));
        let held = self.held(id).await?.ok_or_else(|| self.not_found(id))?;
        self.admit(condition, &held)?;
        Ok(held)
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

    /// Attributes that no schema knows.
    fn ignore(&mut self, ignored: &[String]) -> Result<(), Failure> {
        if !ignored.is_empty() {
            self.trace.step(Stage::Decode, None, || format!("ignored, no such attribute: {}", ignored.join(", ")));
        }
        self.leave_out(ignored)
    }

    /// Attributes that nothing is done with: refused, or named in the record of the exchange.
    pub(super) fn leave_out(&self, names: &[String]) -> Result<(), Failure> {
        self.rules.leave_out(&self.tenant.params, names)?;
        if !names.is_empty() {
            self.draft.note(|record| record.leaves_out(names));
        }
        Ok(())
    }
}

fn remembered(memory: &Memory) -> String {
    let kept = memory.kept.iter().map(|(name, value)| format!("{name} {value}"));
    let spelled = memory.spellings.iter().map(|(name, spelling)| format!("{name} as sent {:?}", spelling.sent));
    kept.chain(spelled).collect::<Vec<_>>().join(", ")
}
