//! Members of groups that the target keeps apart from the group's record ([`MemberRules`]): read, asked for, and changed.
//!
//! A change of a few members is made without reading who is one, so that it costs the same in a group of ten and of a hundred
//! thousand; a larger one is made as a difference, so that a repetition makes progress. Everything that can be refused is
//! refused before the first call that writes. Nothing here is used where members are a field of the record.

use std::collections::HashSet;

use futures_util::future::join_all;
use json::Value;
use rules::planner::{GroupNow, MemberStep, Page, Roster, Side, Standing, Window};
use rules::profile::{MemberRules, ResourceRules};
use rules::{Answered, Refusal, Stage, TargetCall};
use scim::Resource;
use scim::patch::{MemberChange, MemberEdit};
use scim::projection::Projection;

use super::Exchange;
use super::held::{Held, fault};
use super::walk::{Turn, row_behind};
use crate::failure::Failure;
use crate::limits::{MEMBER_LOOKS_MAX, MEMBER_ROWS_MAX, MEMBERS_BLIND_MAX, MEMBERS_NEW_MAX};

/// New members that are looked up at once; a fraction of what one target may be asked at once.
const CHECKS_AT_ONCE: usize = 8;

/// Why a call that adds is answered «absent».
const GONE: &str = "the product does not know one of them";

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
    Difference(MemberChange, Roster),
}

/// The steps of a change that nothing speaks against any more.
#[derive(Default)]
pub(super) struct MemberPlan {
    steps: Vec<MemberStep>,
    /// Who joins a group that was just made, if its members must be read before they can be changed.
    new: Option<MemberChange>,
    /// The group's record: steps name its fields.
    record: Value,
}

impl MemberPlan {
    /// Whether nobody comes and nobody goes.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.new.is_none()
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
        Ok(self.roster(id).await?.members)
    }

    /// The same with what is not shown of them.
    pub(super) async fn roster(&mut self, id: &str) -> Result<Roster, Failure> {
        let (mut all, mut pages, mut next) = (Roster::default(), 0, Turn::Row(0));
        let Some(rules) = self.members else { return Ok(all) };
        let (params, list) = (&self.tenant.params, &rules.list);
        loop {
            let whole = Window { offset: 0, limit: usize::MAX };
            let (call, given) = match &next {
                Turn::Row(offset) => {
                    let wanted = Window { offset: *offset, limit: list.paging.page_rows_max.max(1) };
                    (rules.list_call(params, id, Page::At(wanted))?, list.window(wanted))
                }
                Turn::Token(token) => (rules.list_call(params, id, Page::Named(token))?, whole),
                Turn::Along(call) => ((**call).clone(), whole),
            };
            let Some(answered) = self.answered(&call).await? else { return Ok(all) };
            let page = rules.members_in(params, &self.tenant.profile.user, id, answered).map_err(fault)?;
            (self.member_rows, pages) = (self.member_rows + page.came, pages + 1);
            if self.member_rows.max(pages) > MEMBER_ROWS_MAX {
                return Err(Failure::TooManyMembers { rows_max: MEMBER_ROWS_MAX });
            }
            all.extend(page.roster);
            let turn = match page.next {
                Some(named) => Some(self.turn(&next, call, named)?),
                None if list.paging.next.is_some() => None,
                None => row_behind(&list.call, &list.paging, given, page.came, page.total).map(Turn::Row),
            };
            match turn {
                Some(turn) => next = turn,
                None => return Ok(all),
            }
        }
    }

    /// Gives a group its members, unless they are not kept apart or nobody wants to see them.
    pub(super) async fn fill_members(&mut self, held: &mut Held, projection: &Projection) -> Result<(), Failure> {
        if self.members.is_some() && !projection.excludes("members") {
            let roster = self.roster(&held.present.id).await?;
            let members = self.without_protected(roster).await?;
            held.present.resource.set_members(members);
        }
        Ok(())
    }

    /// Members as they are shown: without those who are protected, as far as that is told or may be read.
    async fn without_protected(&mut self, roster: Roster) -> Result<Vec<Value>, Failure> {
        let Roster { mut members, untold, .. } = roster;
        let looks = self.single_calls.saturating_add(untold.len());
        if untold.is_empty() || looks > MEMBER_LOOKS_MAX {
            return Ok(members);
        }
        self.single_calls = looks;
        let protecting = [&self.tenant.profile.user];
        let mut protected = HashSet::new();
        for some in untold.chunks(CHECKS_AT_ONCE) {
            let found = join_all(some.iter().map(|id| self.is_protected(&protecting, id))).await;
            for (id, found) in some.iter().zip(found) {
                if found? {
                    protected.insert(id.as_str());
                }
            }
        }
        self.trace
            .step(Stage::Facts, None, || format!("members: {} looked at, {} protected", untold.len(), protected.len()));
        members.retain(|member| id_of(member).is_none_or(|id| !protected.contains(id)));
        Ok(members)
    }

    /// Whether `member` is one of group `id`: one call if the target can be asked, else the members are read.
    pub(super) async fn is_member(&mut self, id: &str, member: &str) -> Result<bool, Failure> {
        let Some(rules) = self.members else { return Ok(false) };
        match rules.has_call(&self.tenant.params, id, member) {
            Some(call) => match self.call(&call).await? {
                Some(body) => rules.has_in(id, member, body).map_err(fault),
                None => Ok(false),
            },
            // It can be asked, but not for this: an id that cannot stand in the path is nobody's.
            None if rules.asks_has() => Ok(false),
            None => Ok(self.read_members(id).await?.iter().any(|one| id_of(one) == Some(member))),
        }
    }
}

// === planning ===

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
        let Some(rules) = self.members else { return Ok(()) };
        let change = MemberChange::between(&[], members);
        rules.admit(&self.tenant.params, &change.add)?;
        self.check(None, &change.add).await
    }

    /// Members of a group that was just made; [`Exchange::admit_new`] had nothing against them.
    pub(super) fn plan_new(&mut self, id: &str, record: &Value, members: &[Value]) -> Result<MemberPlan, Failure> {
        let change = MemberChange::between(&[], members);
        if change.add.is_empty() {
            return Ok(MemberPlan::default());
        }
        if self.members.is_some_and(|rules| rules.reads_for(&change)) {
            return Ok(MemberPlan { new: Some(change), record: record.clone(), ..MemberPlan::default() });
        }
        self.plan(GroupNow { id, record }, &change, &Roster::default())
    }

    /// What `wish` comes to for group `id`, whose record this is. Whatever can be refused is refused here.
    pub(super) async fn plan_members(&mut self, id: &str, record: &Value, wish: Wish) -> Result<MemberPlan, Failure> {
        let Some(rules) = self.members else { return Ok(MemberPlan::default()) };
        let (mut change, mut present) = match wish {
            Wish::Keep => return Ok(MemberPlan::default()),
            Wish::Difference(change, present) => (change, Some(present)),
            Wish::Edit(change) if change.add.len() + change.remove.len() <= MEMBERS_BLIND_MAX => (change, None),
            Wish::Edit(change) => (change, Some(self.roster(id).await?)),
            Wish::All(wanted) => {
                let present = self.roster(id).await?;
                (present.change_to(&wanted), Some(present))
            }
        };
        if present.is_none() && rules.reads_for(&change) {
            present = Some(self.roster(id).await?);
        }
        if let Some(present) = &present {
            narrow(&mut change, present);
        }
        self.spare(rules, &mut change).await?;
        let plan = self.plan(GroupNow { id, record }, &change, &present.unwrap_or_default())?;
        self.check(Some(id), &change.add).await?;
        Ok(plan)
    }

    fn plan(&mut self, group: GroupNow<'_>, change: &MemberChange, present: &Roster) -> Result<MemberPlan, Failure> {
        let Some(rules) = self.members else { return Ok(MemberPlan::default()) };
        let steps = rules.plan(&self.tenant.params, group, change, present, &mut self.trace)?;
        let record = if steps.is_empty() { Value::Null } else { group.record.clone() };
        Ok(MemberPlan { steps, record, new: None })
    }
}

// === changing ===

impl Exchange<'_> {
    /// Makes the steps of a plan in order. Who is no member any more has left already.
    pub(super) async fn change_members(&mut self, id: &str, plan: MemberPlan) -> Result<(), Failure> {
        let MemberPlan { mut steps, new, record } = plan;
        let group = GroupNow { id, record: &record };
        if let Some(change) = new {
            let present = self.roster(id).await?;
            steps = self.plan(group, &change, &present)?.steps;
        }
        for step in steps {
            match step {
                MemberStep::Call { call, leave } => self.make_step(group, &call, &leave).await?,
                MemberStep::Find { ask, member } => self.end_found(group, &ask, &member).await?,
                MemberStep::Merge { ask, member, side } => self.merge(group, &ask, &member, side).await?,
            }
        }
        Ok(())
    }

    async fn make_step(&mut self, group: GroupNow<'_>, call: &TargetCall, leave: &[String]) -> Result<(), Failure> {
        if self.call(call).await?.is_some() {
            return Ok(());
        }
        match leave {
            [] => Err(self.unknown(GONE.to_owned())),
            [_] => Ok(()),
            // One of several was not there: nobody says what became of the others.
            several => self.remove_singly(group, several).await,
        }
    }

    async fn remove_singly(&mut self, group: GroupNow<'_>, leave: &[String]) -> Result<(), Failure> {
        for member in leave {
            let change = MemberChange { add: Vec::new(), remove: vec![member.clone()] };
            for step in self.plan(group, &change, &Roster::default())?.steps {
                if let MemberStep::Call { call, .. } = step {
                    self.call(&call).await?;
                }
            }
        }
        Ok(())
    }

    /// Ends the memberships of `member` that the target finds.
    async fn end_found(&mut self, group: GroupNow<'_>, ask: &TargetCall, member: &str) -> Result<(), Failure> {
        let Some(rules) = self.members else { return Ok(()) };
        let Some(body) = self.call(ask).await? else { return Ok(()) };
        let keys = rules.keys_in(group.id, member, body).map_err(fault)?;
        for call in rules.end_calls(&self.tenant.params, group, member, &keys)? {
            // Who ended it meanwhile did what was wanted.
            self.call(&call).await?;
        }
        Ok(())
    }

    /// Reads the record of `member` and writes it back with this group in it, or without.
    async fn merge(&mut self, group: GroupNow<'_>, ask: &TargetCall, member: &str, side: Side) -> Result<(), Failure> {
        let Some(rules) = self.members else { return Ok(()) };
        // Who changes the user, or another group of theirs, takes turns. Whoever waits here has the group's lock, and nobody who
        // has a user's waits for a group's.
        let _guard = self.house.locks.lock(&format!("change user {} {member}", self.tenant.id)).await;
        let Some(body) = self.call(ask).await? else {
            return if side == Side::Comes { Err(self.unknown(GONE.to_owned())) } else { Ok(()) };
        };
        let Some(merged) = rules.merged_in(group, side, body).map_err(fault)? else { return Ok(()) };
        let Some(call) = rules.merge_call(&self.tenant.params, group, member, side, merged)? else { return Ok(()) };
        match self.call(&call).await? {
            None if side == Side::Comes => Err(self.unknown(GONE.to_owned())),
            _ => Ok(()),
        }
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
        // Whoever is protected or gone becomes nobody's member, whatever the target would say.
        let profile = &self.tenant.profile;
        let hides = profile.user.hides() || profile.group.as_ref().is_some_and(|group| group.resource.hides());
        if !(rules.check || hides) || new.is_empty() {
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

    /// Leaves out of `change` who is protected: nobody takes them out of a group, whoever put them there.
    async fn spare(&self, rules: &MemberRules, change: &mut MemberChange) -> Result<(), Failure> {
        let profile = &self.tenant.profile;
        let groups = profile.group.as_ref().map(|group| &group.resource).filter(|_| rules.kind.is_some());
        let protecting: Vec<&ResourceRules> = [Some(&profile.user), groups]
            .into_iter()
            .flatten()
            .filter(|rules| rules.record.protected.is_some())
            .collect();
        if protecting.is_empty() {
            return Ok(());
        }
        let mut rest = Vec::with_capacity(change.remove.len());
        for some in change.remove.chunks(CHECKS_AT_ONCE) {
            let found = join_all(some.iter().map(|id| self.is_protected(&protecting, id))).await;
            for (id, found) in some.iter().zip(found) {
                if !found? {
                    rest.push(id.clone());
                }
            }
        }
        change.remove = rest;
        Ok(())
    }

    async fn is_protected(&self, protecting: &[&ResourceRules], id: &str) -> Result<bool, Failure> {
        for rules in protecting {
            if self.standing_of(rules, id).await? == Some(Standing::Protected) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the target has a record with this id that is a resource.
    async fn has_record(&self, rules: &ResourceRules, id: &str) -> Result<bool, Failure> {
        Ok(self.standing_of(rules, id).await? == Some(Standing::There))
    }

    /// Whose business the record with this id is; `None` if the target has none. An id that cannot stand in its path was never
    /// given out.
    async fn standing_of(&self, rules: &ResourceRules, id: &str) -> Result<Option<Standing>, Failure> {
        if rules.is_fixed() {
            return Ok(rules.fixed_record(id).map(|_| Standing::There));
        }
        let Ok(read) = rules.read_call(&self.tenant.params, id) else { return Ok(None) };
        let Some(answered) = self.answered_aside(&read.call).await? else { return Ok(None) };
        let Answered { body, headers } = answered;
        let Some(record) = rules.record_of(&read, id, body).map_err(fault)? else { return Ok(None) };
        let record = rules.received(&read.call, &headers, record);
        self.standing_aside(rules, record).await.map(Some)
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

/// Leaves of `change` what is left to do where `present` are members.
fn narrow(change: &mut MemberChange, present: &Roster) {
    let present: HashSet<&str> = present.ids().collect();
    change.add.retain(|member| id_of(member).is_none_or(|id| !present.contains(id)));
    change.remove.retain(|id| present.contains(id.as_str()));
}

fn refused(rules: &MemberRules, reason: String) -> Failure {
    Refusal::Value { attribute: "members".to_owned(), reason, rule: rules.rule.to_string() }.into()
}
