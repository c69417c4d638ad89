//! The people of the directory: created, changed, listed, sorted; a login belongs to one person.

use std::collections::{BTreeMap, BTreeSet};

use json::{Value, json};

use super::fields::{Fields, folded, merge, sort_key};
use super::members::Member;
use super::teams::Teams;
use crate::standin::serve::{Asked, Reply};

/// Somebody else has this login.
#[derive(Debug)]
pub(super) struct Taken;

/// Everybody, with what they are found by.
#[derive(Default)]
pub(super) struct People {
    by_id: BTreeMap<u64, Fields>,
    /// Logins in small letters.
    logins: BTreeMap<String, u64>,
    refs: BTreeMap<String, BTreeSet<u64>>,
    last: u64,
}

impl People {
    /// Everybody, in order of their ids.
    pub(super) fn all(&self) -> impl Iterator<Item = &Fields> {
        self.by_id.values()
    }

    /// The id of whoever is made next.
    pub(super) fn next(&self) -> u64 {
        self.last + 1
    }

    pub(super) fn holds(&self, id: u64) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Makes a person; gives the id.
    pub(super) fn create(&mut self, fields: &Fields, now: &str) -> Result<u64, Taken> {
        self.check_login(fields, None)?;
        self.last += 1;
        let id = self.last;
        let mut person = Fields::from_iter([("pid".to_owned(), id.into()), ("enabled".to_owned(), true.into())]);
        merge(&mut person, fields);
        person.insert("pid".into(), id.into());
        person.insert("rev".into(), 1.into());
        person.insert("createdAt".into(), now.into());
        person.insert("updatedAt".into(), now.into());
        self.index(id, &person);
        self.by_id.insert(id, person);
        Ok(id)
    }

    /// Merges `fields` into a person, who exists.
    pub(super) fn change(&mut self, id: u64, fields: &Fields, now: &str) -> Result<(), Taken> {
        self.check_login(fields, Some(id))?;
        let Some(mut person) = self.by_id.remove(&id) else { return Ok(()) };
        self.unindex(id, &person);
        let own = |name: &str| person.get(name).cloned().unwrap_or_default();
        let kept = ["pid", "rev", "createdAt"].map(|name| (name, own(name)));
        merge(&mut person, fields);
        person.extend(kept.map(|(name, value)| (name.to_owned(), value)));
        person.insert("updatedAt".into(), now.into());
        grow(&mut person);
        self.index(id, &person);
        self.by_id.insert(id, person);
        Ok(())
    }

    pub(super) fn delete(&mut self, id: u64) {
        if let Some(person) = self.by_id.remove(&id) {
            self.unindex(id, &person);
        }
    }

    /// A person joined a team, left one, or one of theirs was renamed, which their record shows.
    pub(super) fn touch(&mut self, member: Member) {
        if let Member::Person(id) = member
            && let Some(person) = self.by_id.get_mut(&id)
        {
            grow(person);
        }
    }

    /// A person's name among members.
    pub(super) fn name(&self, id: u64) -> Value {
        self.by_id.get(&id).and_then(|person| person.get("display").or_else(|| person.get("login"))).cloned().into()
    }

    /// A person as the API shows them: with their teams, without the password. Null if there is none.
    pub(super) fn shown(&self, id: u64, teams: &Teams) -> Value {
        let Some(person) = self.by_id.get(&id) else { return Value::Null };
        let mut person = person.clone();
        person.remove("secret");
        person.insert("memberships".into(), teams.memberships(Member::Person(id)));
        Value::Object(person)
    }

    /// `GET /api/people`: one of `login`, `login_prefix`, `ref`, or everybody; sorted by a field if `sort` names one.
    pub(super) fn list(&self, asked: &Asked, teams: &Teams) -> Reply {
        let (offset, limit) = asked.window();
        let fits = |id: &u64| {
            let person = self.by_id.get(id);
            let login = person.and_then(|person| folded(person, "login")).unwrap_or_default();
            asked.parameter("login").is_none_or(|wanted| wanted.to_lowercase() == login)
                && asked.parameter("login_prefix").is_none_or(|prefix| login.starts_with(&prefix.to_lowercase()))
                && asked.parameter("ref").is_none_or(|wanted| person.and_then(|p| p.get("ref")) == Some(&wanted.into()))
        };
        let found: Option<Vec<u64>> = self.candidates(asked).map(|ids| ids.into_iter().filter(fits).collect());
        let count = found.as_ref().map_or(self.by_id.len(), Vec::len);
        let everybody = || self.by_id.keys().copied();
        let page: Vec<u64> = match (asked.parameter("sort"), found) {
            (Some(field), found) => {
                let sorted = self.sorted(found.unwrap_or_else(|| everybody().collect()), field, asked);
                sorted.into_iter().skip(offset).take(limit).collect()
            }
            (None, Some(found)) => found.into_iter().skip(offset).take(limit).collect(),
            (None, None) => everybody().skip(offset).take(limit).collect(),
        };
        let page: Vec<Value> = page.into_iter().map(|id| self.shown(id, teams)).collect();
        Reply::json(200, json!({"people": page, "count": count}))
    }

    /// Who may be meant, from an index, in order of their ids; `None` for everybody.
    fn candidates(&self, asked: &Asked) -> Option<Vec<u64>> {
        if let Some(login) = asked.parameter("login") {
            return Some(self.logins.get(&login.to_lowercase()).into_iter().copied().collect());
        }
        if let Some(reference) = asked.parameter("ref") {
            return Some(self.refs.get(reference).into_iter().flatten().copied().collect());
        }
        let prefix = asked.parameter("login_prefix")?.to_lowercase();
        let from = self.logins.range(prefix.clone()..).take_while(|(login, _)| login.starts_with(&prefix));
        let mut ids: Vec<u64> = from.map(|(_, id)| *id).collect();
        ids.sort_unstable();
        Some(ids)
    }

    /// Who has no value comes last in ascending order, first in descending (RFC 7644 §3.4.2.3).
    fn sorted(&self, ids: Vec<u64>, field: &str, asked: &Asked) -> Vec<u64> {
        let key = |id: u64| self.by_id.get(&id).and_then(|person| sort_key(person, field));
        let mut keyed: Vec<(bool, Option<String>, u64)> =
            ids.into_iter().map(|id| (id, key(id))).map(|(id, key)| (key.is_none(), key, id)).collect();
        let is_descending = asked.parameter("order") == Some("desc");
        keyed.sort_by(|a, b| {
            let ascending = (a.0, &a.1).cmp(&(b.0, &b.1));
            if is_descending { ascending.reverse() } else { ascending }
        });
        keyed.into_iter().map(|(_, _, id)| id).collect()
    }

    fn check_login(&self, fields: &Fields, own: Option<u64>) -> Result<(), Taken> {
        let holder = folded(fields, "login").and_then(|login| self.logins.get(&login).copied());
        if holder.is_some() && holder != own { Err(Taken) } else { Ok(()) }
    }

    fn index(&mut self, id: u64, person: &Fields) {
        if let Some(login) = folded(person, "login") {
            self.logins.insert(login, id);
        }
        if let Some(Value::String(reference)) = person.get("ref") {
            self.refs.entry(reference.clone()).or_default().insert(id);
        }
    }

    fn unindex(&mut self, id: u64, person: &Fields) {
        if let Some(login) = folded(person, "login") {
            self.logins.remove(&login);
        }
        if let Some(Value::String(reference)) = person.get("ref")
            && let Some(ids) = self.refs.get_mut(reference)
        {
            ids.remove(&id);
        }
    }
}

/// Counts a change.
fn grow(person: &mut Fields) {
    let rev = person.get("rev").and_then(Value::as_u64).unwrap_or_default();
    person.insert("rev".into(), (rev + 1).into());
}
