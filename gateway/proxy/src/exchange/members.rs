//! Members of groups that the target keeps apart from the group's record ([`MemberRules`]): read, asked for, and changed.
//!
//! A change of a few members is made without reading who is one, so that it costs the same in a group of ten and of a hundred
//! thousand; a larger one is made as a difference, so that a repetition makes progress. Everything that can be refused is
//! refused before the first call that writes. Nothing here is used where members are a field of the record.

use std::collections::HashSet;

use futures_util::future::join_all;
use rules::planner::{Rows, Window};
use rules::profile::{MemberRules, ResourceRules};
use rules::{Refusal, Stage, TargetCall, Trace};
use scim::Resource;
use scim::patch::{MemberChange, MemberEdit};
use scim::projection::Projection;
use serde_json::Value;

use super::Exchange;
use super::held::{Held, fault};
use crate::failure::Failure;
use crate::limits::{MEMBER_ROWS_MAX, MEMBERS_BLIND_MAX, MEMBERS_NEW_MAX};

/// New members that are looked up at once; a fraction of what one target may be asked at once.
const CHECKS_AT_ONCE: usize = 8;

/// An id that can stand in every path: to see whether members would be refused while the group has no id yet.
const SOME_ID: &str = "0";

/// What a write makes of the members of a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    /// They stay as they are.
    Keep,
    /// Some come, some go, the others stay.
    Edit(MemberChange),
    /// These and no others.
    All(Vec<Value>),
    /// The difference from the members that were just read.
    Difference(MemberChange),
}

/// One call of a change.
struct Step {
    call: TargetCall,
    /// Who leaves by it; empty for a call that adds.
    leave: Vec<String>,
}

/// The calls of a change that nothing speaks against any more.
#[derive(Default)]
pub(super) struct MemberPlan(Vec<Step>);

impl MemberPlan {
    /// Whether nobody comes and nobody goes.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Wish {
    /// What a PATCH makes of the members; `None` if they must be read first.
    pub(super) fn of(edit: MemberEdit) -> Option<Self> {
        match edit {
            MemberEdit::Untouched => Some(Wish::Keep),
            MemberEdit::Some(change) => Some(Wish::Edit(change)),
            MemberEdit::All(members) => Some(Wish::All(members)),
            MemberEdit::Depends => None,
        }
    }

    /// All of `members` shall be there; who else is stays.
    pub(super) fn add(members: &[Value]) -> Self {
        Wish::Edit(MemberChange::between(&[], members))
    }
}

// === reading ===

impl Exchange<'_> {
    /// Reads all members of a group, page by page; nobody if there is no such group, or its members are not kept apart.
    pub(super) async fn read_members(&mut self, id: &str) -> Result<Vec<Value>, Failure> {
        let (mut all, mut offset) = (Vec::new(), 0);
        let Some(rules) = self.members else { return Ok(all) };
        // Then a page begins where pages do, and may be short without being the last, as in [`Walk`](super::walk::Walk).
        let counts_pages = rules.list.window(Window { offset: 1, limit: 1 }).offset == 0;
        loop {
            let wanted = Window { offset, limit: rules.list.paging.page_rows_max.max(1) };
            let given = rules.list.window(wanted);
            let call = rules.list_call(&self.tenant.params, id, wanted)?;
            let Some(body) = self.call(&call).await? else { return Ok(all) };
            let Rows { rows, total } = rules.members_in(body).map_err(fault)?;
            let came = rows.len();
            self.member_rows += came;
            if self.member_rows > MEMBER_ROWS_MAX {
                return Err(Failure::TooManyMembers { rows_max: MEMBER_ROWS_MAX });
            }
            all.extend(rows);
            offset = given.offset.saturating_add(if counts_pages { given.limit } else { came });
            let is_last = came == 0 || !rules.list.paging.paged;
            if is_last || total.map_or(came < given.limit, |total| offset >= total) {
                return Ok(all);
            }
        }
    }

    /// Gives a group its members, unless they are not kept apart or nobody wants to see them.
    pub(super) async fn fill_members(&mut self, held: &mut Held, projection: &Projection) -> Result<(), Failure> {
        if self.members.is_some() && !projection.excludes("members") {
            let members = self.read_members(&held.present.id).await?;
            held.present.resource.set_members(members);
        }
        Ok(())
    }

    /// Whether `member` is one of group `id`: one call if the target can be asked, else the members are read.
    pub(super) async fn is_member(&mut self, id: &str, member: &str) -> Result<bool, Failure> {
        let Some(rules) = self.members else { return Ok(false) };
        match rules.has_call(&self.tenant.params, id, member) {
            Some(call) => Ok(self.call(&call).await?.is_some()),
            // It can be asked, but not for this: an id that cannot stand in the path is nobody's.
            None if rules.has.is_some() => Ok(false),
            None => Ok(self.read_members(id).await?.iter().any(|one| id_of(one) == Some(member))),
        }
    }
}

// === changing ===

impl Exchange<'_> {
    /// Takes the members out of what was sent, if they are kept apart: then they are no part of the record.
    pub(super) fn take_members(&self, sent: &mut Resource) -> Result<Vec<Value>, Failure> {
        let Some(rules) = self.members else { return Ok(Vec::new()) };
        let members = sent.members().to_vec();
        sent.set_members(Vec::new());
        match members.iter().find(|member| id_of(member).is_none()) {
            Some(_) => Err(refused(rules, "a member needs a `value`".to_owned())),
            None => Ok(members),
        }
    }

    /// Everything that can be said against the members of a group that is not there yet.
    pub(super) async fn admit_new(&mut self, members: &[Value]) -> Result<(), Failure> {
        let change = MemberChange::between(&[], members);
        // Calls to a group that is not there belong into no trace.
        let trace = std::mem::replace(&mut self.trace, Trace::off());
        let steps = self.steps(SOME_ID, &change);
        self.trace = trace;
        steps?;
        self.check(None, &change.add).await
    }

    /// Members of a group that was just made; [`Exchange::admit_new`] had nothing against them.
    pub(super) fn plan_new(&mut self, id: &str, members: &[Value]) -> Result<MemberPlan, Failure> {
        self.steps(id, &MemberChange::between(&[], members))
    }

    /// What `wish` comes to for group `id`. Whatever can be refused is refused here.
    pub(super) async fn plan_members(&mut self, id: &str, wish: Wish) -> Result<MemberPlan, Failure> {
        let change = match wish {
            Wish::Keep => return Ok(MemberPlan::default()),
            Wish::Difference(change) => change,
            Wish::Edit(change) if change.add.len() + change.remove.len() <= MEMBERS_BLIND_MAX => change,
            Wish::Edit(change) => narrowed(change, &self.read_members(id).await?),
            Wish::All(wanted) => MemberChange::between(&self.read_members(id).await?, &wanted),
        };
        let plan = self.steps(id, &change)?;
        self.check(Some(id), &change.add).await?;
        Ok(plan)
    }

    /// Makes the calls of a plan in order. Who is no member any more has left already.
    pub(super) async fn change_members(&mut self, id: &str, plan: MemberPlan) -> Result<(), Failure> {
        for Step { call, leave } in plan.0 {
            if self.call(&call).await?.is_some() {
                continue;
            }
            match leave.as_slice() {
                [] => return Err(self.unknown("the product does not know one of them".to_owned())),
                [_] => {}
                // One of several was not there: nobody says what became of the others.
                several => self.remove_singly(id, several).await?,
            }
        }
        Ok(())
    }

    async fn remove_singly(&mut self, id: &str, leave: &[String]) -> Result<(), Failure> {
        for member in leave {
            let change = MemberChange { add: Vec::new(), remove: vec![member.clone()] };
            for step in self.steps(id, &change)?.0 {
                self.call(&step.call).await?;
            }
        }
        Ok(())
    }

    /// The calls of a change, removals first.
    fn steps(&mut self, id: &str, change: &MemberChange) -> Result<MemberPlan, Failure> {
        let Some(rules) = self.members else { return Ok(MemberPlan::default()) };
        let params = &self.tenant.params;
        let mut steps = Vec::new();
        for leave in change.remove.chunks(rules.remove.batch.max(1)) {
            let part = MemberChange { add: Vec::new(), remove: leave.to_vec() };
            let calls = rules.plan(params, id, &part, &mut self.trace)?;
            steps.extend(calls.into_iter().map(|call| Step { call, leave: leave.to_vec() }));
        }
        if !change.add.is_empty() {
            let part = MemberChange { add: change.add.clone(), remove: Vec::new() };
            let calls = rules.plan(params, id, &part, &mut self.trace)?;
            steps.extend(calls.into_iter().map(|call| Step { call, leave: Vec::new() }));
        }
        Ok(MemberPlan(steps))
    }
}

// === checking ===

impl Exchange<'_> {
    /// Refuses a group as a member of itself, and, if the profile asks for it, whoever is not there.
    async fn check(&mut self, group: Option<&str>, new: &[Value]) -> Result<(), Failure> {
        let Some(rules) = self.members else { return Ok(()) };
        let is_itself = |member: &&Value| Kind::of(rules, member) != Kind::User && id_of(member) == group;
        if let (Some(id), Some(_)) = (group, new.iter().find(is_itself)) {
            return Err(refused(rules, format!("group `{id}` cannot be a member of itself")));
        }
        if new.len() > MEMBERS_NEW_MAX {
            return Err(Failure::TooManyCalls { calls_max: MEMBERS_NEW_MAX });
        }
        if !rules.check || new.is_empty() {
            return Ok(());
        }
        for some in new.chunks(CHECKS_AT_ONCE) {
            let found = join_all(some.iter().map(|member| self.is_there(rules, member))).await;
            for (member, found) in some.iter().zip(found) {
                if !found? {
                    let id = id_of(member).unwrap_or_default();
                    let reason = format!("there is no {} `{id}`", Kind::of(rules, member).noun());
                    self.trace.step(Stage::Facts, Some(&rules.rule), || format!("new members: {reason}"));
                    return Err(refused(rules, reason));
                }
            }
        }
        self.trace
            .step(Stage::Facts, Some(&rules.rule), || format!("new members: {} asked for, all are there", new.len()));
        Ok(())
    }

    async fn is_there(&self, rules: &MemberRules, member: &Value) -> Result<bool, Failure> {
        let Some(id) = id_of(member) else { return Ok(false) };
        let profile = &self.tenant.profile;
        let group = profile.group.as_ref().map(|group| &group.resource);
        match Kind::of(rules, member) {
            Kind::User => self.has_record(&profile.user, id).await,
            Kind::Group => match group {
                Some(group) => self.has_record(group, id).await,
                None => Ok(false),
            },
            Kind::Either => match (self.has_record(&profile.user, id).await?, group) {
                (false, Some(group)) => self.has_record(group, id).await,
                (found, _) => Ok(found),
            },
        }
    }

    /// Whether the target has a record with this id. An id that cannot stand in its path was never given out.
    async fn has_record(&self, rules: &ResourceRules, id: &str) -> Result<bool, Failure> {
        let Ok(read) = rules.read_call(&self.tenant.params, id) else { return Ok(false) };
        let Some(body) = self.ask(&read.call).await? else { return Ok(false) };
        let record = read.record_in(body).map_err(fault)?;
        Ok(record.is_some_and(|record| rules.id_of(&record).is_ok_and(|own| own == id)))
    }

    fn unknown(&self, reason: String) -> Failure {
        match self.members {
            Some(rules) => refused(rules, reason),
            None => self.not_found(&reason),
        }
    }
}

/// What a member is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Group,
    /// It is not said, and the product takes both.
    Either,
}

impl Kind {
    fn of(rules: &MemberRules, member: &Value) -> Self {
        match member.get("type").and_then(Value::as_str) {
            Some(kind) if kind.eq_ignore_ascii_case("Group") => Kind::Group,
            None if rules.kind.is_some() => Kind::Either,
            _ => Kind::User,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Either => "user and no group",
        }
    }
}

/// The id of a member, if it has one.
fn id_of(member: &Value) -> Option<&str> {
    member.get("value").and_then(Value::as_str).filter(|id| !id.is_empty())
}

/// What is left to do of `change` where `present` are members.
fn narrowed(mut change: MemberChange, present: &[Value]) -> MemberChange {
    let present: HashSet<&str> = present.iter().filter_map(id_of).collect();
    change.add.retain(|member| id_of(member).is_none_or(|id| !present.contains(id)));
    change.remove.retain(|id| present.contains(id.as_str()));
    change
}

fn refused(rules: &MemberRules, reason: String) -> Failure {
    Refusal::Value { attribute: "members".to_owned(), reason, rule: rules.rule.to_string() }.into()
}
