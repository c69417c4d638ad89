//! `POST /Users` and `POST /Groups`: never a second record of the same, and a repetition finds what the first one made.
//!
//! What is there already decides: nobody, and it is made; just what is wanted, and the create is answered as done; something
//! else, and the profile says whether it is changed or refused ([`Existing`]). Members that are kept apart are added
//! afterwards, but looked at before: what can be refused is refused before anything is made.

use std::collections::BTreeSet;

use json::Value;
use rules::profile::{CreateRule, Existing, Look, Source};
use rules::{Memory, Refusal, Search, Stage, TargetFault, Wanted};
use scim::ScimType;
use scim::operation::{Condition, View};
use scim::projection::Projection;
use tokio::sync::OwnedMutexGuard;

use super::aliases::name_of;
use super::held::{Held, fault};
use super::joins::Sight;
use super::members::{MemberPlan, Wish};
use super::steps::{Course, Until};
use super::write::{Changed, Sent};
use super::{Answer, Exchange};
use crate::failure::Failure;

/// A create under way.
struct Newcomer<'a> {
    rule: &'a CreateRule,
    sent: Sent,
    wanted: Wanted,
    /// How to look for one that is there already; `None` if nothing tells it from others.
    existing: Option<Search>,
    projection: Projection,
    /// Two creates of one resource at once would both look, both find nothing and both create.
    guard: OwnedMutexGuard<()>,
}

impl Exchange<'_> {
    /// `POST /Users`, `POST /Groups`.
    pub(super) async fn create(&mut self, body: Value, view: &View) -> Result<Answer, Failure> {
        let projection = self.projection(view)?;
        let noun = self.rules.noun;
        let rule = self.rules.create.as_ref().ok_or(Refusal::Unsupported { what: "create", noun })?;
        let sent = self.decode(body)?;
        let wanted = self.rules.wanted(&self.tenant.params, &sent.resource, &mut self.trace)?;
        self.leave_out(&wanted.unmapped)?;
        let existing = self.rules.search_existing(&self.tenant.params, &wanted, &mut self.trace)?;

        let candidates = existing.as_ref().map(|search| &search.candidates);
        let guard = self.house.locks.lock(&format!("create {noun} {} {candidates:?}", self.tenant.id)).await;
        // Boxed: it is handed from step to step, and each of them would have a place for it.
        let new = Box::new(Newcomer { rule, sent, wanted, existing, projection, guard });
        if let (Look::First, Some(search)) = (rule.look, &new.existing) {
            let found = self.search(search.clone(), sight(rule)).await?;
            if !found.is_empty() {
                // Boxed: the state of a create that goes well need not be as large.
                return Box::pin(self.converge(found, new)).await;
            }
        }
        self.make(new).await
    }

    /// Nobody is there, as far as is known.
    async fn make(&mut self, new: Box<Newcomer<'_>>) -> Result<Answer, Failure> {
        let (params, facts) = (&self.tenant.params, self.facts().await?);
        let plan = match self.rules.plan_create(params, &new.wanted, &facts, &mut self.trace) {
            Err(Refusal::UnknownName { .. }) => {
                let facts = self.fresh_facts().await?;
                self.rules.plan_create(params, &new.wanted, &facts, &mut self.trace)?
            }
            plan => plan?,
        };
        self.admit_new(&new.sent.members).await?;
        self.look(&plan).await?;
        let unfinished = plan.unfinished.clone();
        let mut new = new;
        new.wanted.memory.aside.clone_from(&plan.aside);
        let mut course = Course::new(plan);
        match self.go(&mut course, Until::Main, "").await {
            Err(refused @ Failure::Refused { scim_type: Some(ScimType::Uniqueness), .. }) => {
                return Box::pin(self.after_conflict(new, refused)).await;
            }
            done => done?,
        }
        let (name, record) = match self.made(&mut course, &new).await {
            Ok(made) => made,
            Err(failure) => {
                self.take_back(&course, None).await;
                return Err(failure);
            }
        };
        let id = self.rules.id_of(&record).map_err(fault)?;
        let members = self.plan_new(&id, &record, &new.sent.members)?;
        if course.is_over() {
            return self.created(&name, Some(record), members, new).await;
        }
        course.settled(&id, Some(&record));
        Box::pin(self.finish(course, name, unfinished, members, new)).await
    }

    /// What SCIM knows as what the main call made, and its record.
    async fn made(&mut self, course: &mut Course, new: &Newcomer<'_>) -> Result<(String, Value), Failure> {
        if let Some(id) = course.take_id() {
            course.settled(&id, None);
            let name = self.name_new(&id).await?;
            let unseen = || fault(TargetFault::Garbage { reason: "what was just made cannot be read".to_owned() });
            let record = self.record(&name).await?.ok_or_else(unseen)?;
            return Ok((name, record));
        }
        let record = match course.take_record() {
            Some(record) => self.joined(record).await?,
            None => self.after_silent_create(new).await?,
        };
        let id = self.rules.id_of(&record).map_err(fault)?;
        course.settled(&id, None);
        Ok((self.name_new(&id).await?, record))
    }

    /// Makes the calls behind the main one. Until they are done it is remembered that they are not, so that whoever tries again,
    /// by a POST or by a change of what it finds, makes them.
    async fn finish(
        &mut self,
        mut course: Course,
        id: String,
        unfinished: BTreeSet<String>,
        members: MemberPlan,
        new: Box<Newcomer<'_>>,
    ) -> Result<Answer, Failure> {
        let begun = Memory { unfinished, ..new.wanted.memory.clone() };
        self.remember(&id, &begun).await?;
        self.go(&mut course, Until::End, &id).await?;
        self.created(&id, None, members, new).await
    }

    /// The target refused a duplicate. If that is just what is wanted, an earlier answer was lost on its way.
    async fn after_conflict(&mut self, new: Box<Newcomer<'_>>, refused: Failure) -> Result<Answer, Failure> {
        let Some(search) = new.existing.clone() else { return Err(refused) };
        let found = self.search(search, sight(new.rule)).await?;
        if found.is_empty() { Err(refused) } else { self.converge(found, new).await }
    }

    /// The target made it and said nothing about it: it is looked up.
    async fn after_silent_create(&mut self, new: &Newcomer<'_>) -> Result<Value, Failure> {
        let found = match &new.existing {
            Some(search) => self.search(search.clone(), Sight::Resources).await?,
            None => Vec::new(),
        };
        let missing = || TargetFault::Garbage { reason: format!("a created {} cannot be found", self.rules.noun) };
        let held = found.into_iter().next().ok_or_else(|| fault(missing()))?;
        Ok(held.present.record)
    }

    /// Somebody is there already. If it is just who is wanted, the create is answered as done: an IdP repeats a create whose
    /// answer it did not get (idp-dialects row 22), and a crash may have come between the target's answer and ours.
    async fn converge(&mut self, found: Vec<Held>, new: Box<Newcomer<'_>>) -> Result<Answer, Failure> {
        let noun = self.rules.noun;
        // Who is there counts; a tombstone only where nobody is.
        let (there, gone): (Vec<Held>, Vec<Held>) =
            found.into_iter().partition(|held| self.sees(&held.present.record, Sight::Taken));
        let is_gone = there.is_empty();
        let [held] = <[Held; 1]>::try_from(if is_gone { gone } else { there }).map_err(|found| Failure::Duplicate {
            detail: format!("{} {noun}s like this exist already", found.len()),
        })?;
        let (id, target) = (name_of(&held.present).to_owned(), held.present.id.clone());
        if is_gone {
            self.trace.step(Stage::Plan, None, || format!("{noun} {id} is gone: revived"));
            return Box::pin(self.revive(&id, new)).await;
        }
        if !self.sees(&held.present.record, Sight::Resources) {
            self.trace.step(Stage::Plan, None, || format!("{noun} {id} is protected: refused"));
            return Err(Failure::Duplicate { detail: new.rule.taken.clone().unwrap_or_else(|| self.taken(&held)) });
        }
        let is_begun = self.is_begun(&held, new.rule).await?;
        if !is_begun && self.rules.is_already(&held.present, &new.wanted) {
            self.trace.step(Stage::Plan, None, || format!("{noun} {id} is what is wanted: nothing to do"));
            // Who else became a member meanwhile stays one.
            let members = self.plan_members(&target, &held.present.record, Wish::add(&new.sent.members)).await?;
            return self.created(&id, Some(held.present.record), members, new).await;
        }
        if is_begun && (!held.memory.unfinished.is_empty() || self.rules.is_begun(&held.present, &new.wanted)) {
            self.trace.step(Stage::Plan, None, || format!("{noun} {id} was begun and not finished: completed"));
            return self.update_existing(&id, new).await;
        }
        if new.rule.existing == Existing::Update && self.is_ours(&id).await? {
            self.trace.step(Stage::Plan, None, || format!("{noun} {id} was made by provisioning: changed"));
            return self.update_existing(&id, new).await;
        }
        self.trace.step(Stage::Plan, None, || format!("{noun} {id} is another: refused"));
        Err(Failure::Duplicate { detail: new.rule.taken.clone().unwrap_or_else(|| self.taken(&held)) })
    }

    /// Whether provisioning made the resource or took it over: then something of it is remembered, if it is nothing but the id.
    async fn is_ours(&self, id: &str) -> Result<bool, Failure> {
        let remembered = self.house.parts.store.recall(self.scope(), &[id.to_owned()]).await?;
        Ok(remembered.contains_key(id))
    }

    /// Whether a create of it may have come no further than its main call: it is remembered so, or nothing is, because the
    /// answer got lost.
    async fn is_begun(&self, held: &Held, rule: &CreateRule) -> Result<bool, Failure> {
        if rule.around.after.is_empty() {
            return Ok(false);
        }
        Ok(!held.memory.unfinished.is_empty() || !self.is_ours(name_of(&held.present)).await?)
    }

    /// What a create ran into, in the IdP's terms.
    fn taken(&self, held: &Held) -> String {
        let noun = self.rules.noun;
        let matching = self.rules.map.iter().filter(|mapping| mapping.matching.is_some());
        let first = matching.min_by_key(|mapping| mapping.matching);
        match first.and_then(|mapping| Some((mapping, mapping.attribute.read(&held.present.resource)?))) {
            Some((mapping, value)) => format!("a {noun} whose `{}` is {value} exists already", mapping.name),
            None => format!("this {noun} exists already"),
        }
    }

    /// It is there and differs: changed as by a PUT, answered as made (idp-dialects row 52).
    async fn update_existing(&mut self, id: &str, new: Box<Newcomer<'_>>) -> Result<Answer, Failure> {
        let Newcomer { rule, mut sent, projection, guard, .. } = *new;
        drop(guard);
        let (mut held, _guard) = self.held_for_change(id, &Condition::default()).await?;
        if held.memory.unfinished.is_empty() && self.is_begun(&held, rule).await? {
            held.memory.unfinished.extend(self.rules.begun_by_create());
            // Nobody remembers whether it was a create of ours that left it so: what it has beside what is wanted stays.
            self.rules.keep_what_is_there(&held.present, &mut sent.resource);
        }
        let changed = self.overwrite(held, &mut sent).await?;
        self.answer_created(changed, &projection).await
    }

    /// What was deleted comes back: changed as by a PUT, and made active.
    async fn revive(&mut self, id: &str, new: Box<Newcomer<'_>>) -> Result<Answer, Failure> {
        let Newcomer { mut sent, projection, guard, .. } = *new;
        drop(guard);
        let _guard = self.lock_resource(id).await;
        let record = self.record_in_sight(id, Sight::Everything).await?;
        let mut held = self.hold(record.into_iter().collect()).await?.pop().ok_or_else(|| self.not_found(id))?;
        self.draft.note(|draft| draft.resource = Some(id.to_owned()));
        if let Some(active) = self.rules.active() {
            let wanted = active.attribute.read(&sent.resource).is_none_or(|sent| *sent == Value::Bool(true));
            active.attribute.write(&mut sent.resource, Some(Value::Bool(wanted)));
            // A tombstone is neither: whichever is wanted is a change.
            active.attribute.write(&mut held.present.resource, Some(Value::Bool(!wanted)));
            // Where something else makes a tombstone, its record may say «active» all the while: that would be nothing to do.
            if let (Source::Direct { field, .. }, Value::Object(record)) = (&active.source, &mut held.present.record) {
                field.remove(record);
            }
        }
        let changed = self.overwrite(held, &mut sent).await?;
        // The mark that provisioning made this resource, though nothing else is to be remembered.
        self.remember(id, &changed.memory).await?;
        self.answer_created(changed, &projection).await
    }

    /// The record is there, made now or before: remembered, its members added, shown.
    async fn created(
        &mut self,
        id: &str,
        record: Option<Value>,
        members: MemberPlan,
        new: Box<Newcomer<'_>>,
    ) -> Result<Answer, Failure> {
        let Newcomer { wanted, projection, guard, .. } = *new;
        self.draft.note(|draft| draft.resource = Some(id.to_owned()));
        // Also if there is nothing but the id: it is the mark that provisioning made this resource. And it replaces what was
        // remembered under an id that the target gave out before.
        self.remember(id, &wanted.memory).await?;
        let mut changed = Changed { id: id.to_owned(), record, memory: wanted.memory };
        if !members.is_empty() {
            // One lock at a time. Whoever creates the same now finds it, and adds the same members.
            drop(guard);
            let _guard = self.lock_resource(id).await;
            self.change_members(id, members).await?;
            changed.record = None;
        }
        self.answer_created(changed, &projection).await
    }

    async fn answer_created(&mut self, changed: Changed, projection: &Projection) -> Result<Answer, Failure> {
        let location = self.location(&changed.id);
        let (body, version) = self.shown(changed, projection).await?;
        Ok(Answer::created(body, location, version))
    }
}

/// Whose records a create must look at.
fn sight(rule: &CreateRule) -> Sight {
    if rule.revives { Sight::Everything } else { Sight::Taken }
}
