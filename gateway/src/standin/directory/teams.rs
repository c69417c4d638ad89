//! The teams of the directory, and who belongs to them; both directions are indexed.

use std::collections::{BTreeMap, BTreeSet};

use json::{Value, json};

use super::fields::{Fields, folded, merge};
use super::members::Member;
use crate::standin::serve::{Asked, Reply};

/// Why a team cannot be called so.
#[derive(Debug)]
pub(super) enum NotNamed {
    /// Another is.
    Taken,
    /// It would have no name.
    Nameless,
}

/// One team.
#[derive(Default)]
struct Team {
    fields: Fields,
    rev: u64,
    /// Members by the number of their joining.
    order: BTreeMap<u64, Member>,
    joined: BTreeMap<Member, u64>,
    last: u64,
}

/// Every team.
#[derive(Default)]
pub(super) struct Teams {
    by_id: BTreeMap<u64, Team>,
    /// Names in small letters.
    names: BTreeMap<String, u64>,
    refs: BTreeMap<String, BTreeSet<u64>>,
    /// The teams of each member.
    of: BTreeMap<Member, BTreeSet<u64>>,
    last: u64,
}

impl Teams {
    pub(super) fn all(&self) -> Vec<Value> {
        self.by_id.keys().map(|id| self.shown(*id)).collect()
    }

    pub(super) fn holds(&self, id: u64) -> bool {
        self.by_id.contains_key(&id)
    }

    /// A team as the API shows it: without its members. Null if there is none.
    pub(super) fn shown(&self, id: u64) -> Value {
        let Some(team) = self.by_id.get(&id) else { return Value::Null };
        let mut fields = team.fields.clone();
        fields.insert("rev".into(), team.rev.into());
        Value::Object(fields)
    }

    pub(super) fn name(&self, id: u64) -> Value {
        self.by_id.get(&id).and_then(|team| team.fields.get("name")).cloned().into()
    }

    /// `GET /api/teams`: those called `name` (any case), those with `ref`, or all.
    pub(super) fn list(&self, asked: &Asked) -> Reply {
        let (offset, limit) = asked.window();
        let named = |name: &str| self.names.get(&name.to_lowercase()).into_iter().copied().collect::<Vec<_>>();
        let found = match (asked.parameter("name"), asked.parameter("ref")) {
            (Some(name), _) => Some(named(name)),
            (None, Some(wanted)) => Some(self.refs.get(wanted).into_iter().flatten().copied().collect()),
            (None, None) => None,
        };
        let count = found.as_ref().map_or(self.by_id.len(), Vec::len);
        let ids = found.unwrap_or_else(|| self.by_id.keys().copied().collect());
        let page: Vec<Value> = ids.into_iter().skip(offset).take(limit).map(|id| self.shown(id)).collect();
        Reply::json(200, json!({"teams": page, "count": count}))
    }

    /// Makes a team; gives the id.
    pub(super) fn create(&mut self, fields: &Fields, now: &str) -> Result<u64, NotNamed> {
        let mut team = Team { rev: 1, ..Team::default() };
        merge(&mut team.fields, fields);
        self.check_name(&team.fields, None)?;
        self.last += 1;
        let id = self.last;
        let given =
            [("tid", Member::Team(id).to_string().into()), ("createdAt", now.into()), ("updatedAt", now.into())];
        team.fields.extend(given.map(|(name, value)| (name.to_owned(), value)));
        self.index(id, &team.fields);
        self.by_id.insert(id, team);
        Ok(id)
    }

    /// Merges `fields` into a team, which exists.
    pub(super) fn change(&mut self, id: u64, fields: &Fields, now: &str) -> Result<(), NotNamed> {
        let Some(team) = self.by_id.get(&id) else { return Ok(()) };
        let mut changed = team.fields.clone();
        let kept = ["tid", "createdAt"].map(|name| (name.to_owned(), changed.get(name).cloned().unwrap_or_default()));
        merge(&mut changed, fields);
        changed.extend(kept);
        changed.insert("updatedAt".into(), now.into());
        self.check_name(&changed, Some(id))?;
        let before = std::mem::take(&mut self.by_id.entry(id).or_default().fields);
        self.unindex(id, &before);
        self.index(id, &changed);
        let team = self.by_id.entry(id).or_default();
        team.fields = changed;
        team.rev += 1;
        Ok(())
    }

    /// Removes a team, and it from the teams that it belongs to; gives the members that it had.
    pub(super) fn delete(&mut self, id: u64, now: &str) -> Vec<Member> {
        self.forget(Member::Team(id), now);
        let Some(team) = self.by_id.remove(&id) else { return Vec::new() };
        self.unindex(id, &team.fields);
        for member in team.joined.keys() {
            if let Some(teams) = self.of.get_mut(member) {
                teams.remove(&id);
            }
        }
        team.order.into_values().collect()
    }

    /// The members of a team, in order of joining.
    pub(super) fn members(&self, id: u64) -> impl ExactSizeIterator<Item = Member> + '_ {
        static NOBODY: BTreeMap<u64, Member> = BTreeMap::new();
        self.by_id.get(&id).map_or(&NOBODY, |team| &team.order).values().copied()
    }

    pub(super) fn is_member(&self, id: u64, member: Member) -> bool {
        self.by_id.get(&id).is_some_and(|team| team.joined.contains_key(&member))
    }

    /// The teams of a member, by id.
    pub(super) fn of(&self, member: Member) -> impl Iterator<Item = u64> + '_ {
        self.of.get(&member).into_iter().flatten().copied()
    }

    /// What a person's record says of their teams.
    pub(super) fn memberships(&self, member: Member) -> Value {
        let membership =
            |id: u64| json!({"value": Member::Team(id).to_string(), "display": self.name(id), "type": "direct"});
        self.of(member).map(membership).collect()
    }

    /// Whether this changed anything.
    pub(super) fn join(&mut self, id: u64, member: Member, now: &str) -> bool {
        let Some(team) = self.by_id.get_mut(&id).filter(|team| !team.joined.contains_key(&member)) else {
            return false;
        };
        team.last += 1;
        team.order.insert(team.last, member);
        team.joined.insert(member, team.last);
        team.touch(now);
        self.of.entry(member).or_default().insert(id);
        true
    }

    /// Whether this changed anything.
    pub(super) fn leave(&mut self, id: u64, member: Member, now: &str) -> bool {
        let Some(team) = self.by_id.get_mut(&id) else { return false };
        let Some(number) = team.joined.remove(&member) else { return false };
        team.order.remove(&number);
        team.touch(now);
        if let Some(teams) = self.of.get_mut(&member) {
            teams.remove(&id);
        }
        true
    }

    /// Whoever is gone leaves all teams.
    pub(super) fn forget(&mut self, member: Member, now: &str) {
        let teams: Vec<u64> = self.of(member).collect();
        for id in teams {
            self.leave(id, member, now);
        }
        self.of.remove(&member);
    }

    fn check_name(&self, fields: &Fields, own: Option<u64>) -> Result<(), NotNamed> {
        let name = folded(fields, "name").filter(|name| !name.is_empty()).ok_or(NotNamed::Nameless)?;
        let holder = self.names.get(&name).copied();
        if holder.is_some() && holder != own { Err(NotNamed::Taken) } else { Ok(()) }
    }

    fn index(&mut self, id: u64, fields: &Fields) {
        self.names.extend(folded(fields, "name").map(|name| (name, id)));
        if let Some(Value::String(reference)) = fields.get("ref") {
            self.refs.entry(reference.clone()).or_default().insert(id);
        }
    }

    fn unindex(&mut self, id: u64, fields: &Fields) {
        if let Some(name) = folded(fields, "name") {
            self.names.remove(&name);
        }
        if let Some(Value::String(reference)) = fields.get("ref")
            && let Some(ids) = self.refs.get_mut(reference)
        {
            ids.remove(&id);
        }
    }
}

impl Team {
    /// Its members changed.
    fn touch(&mut self, now: &str) {
        self.rev += 1;
        self.fields.insert("updatedAt".into(), now.into());
    }
}
