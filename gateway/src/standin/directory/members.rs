//! Memberships over the API: a person is a member by their `pid` as text, a team by its `tid`.

use std::fmt;

use http::Method;
use json::{Value, json};

use super::{State, no_route, refused};
use crate::standin::serve::{Asked, Reply};

/// A member of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    /// `"7"`.
    Person(u64),
    /// `"t-2"`.
    Team(u64),
}

impl Member {
    /// The member that an id names; whether it exists is not known yet.
    fn parse(id: &str) -> Option<Self> {
        Self::team(id).map(Self::Team).or_else(|| id.parse().ok().map(Self::Person))
    }

    /// The number of a team's id.
    pub(super) fn team(tid: &str) -> Option<u64> {
        tid.strip_prefix("t-")?.parse().ok()
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "{id}"),
            Self::Team(id) => write!(f, "t-{id}"),
        }
    }
}

impl State {
    /// `/api/teams/{id}/members` and below.
    pub(super) fn on_members(&mut self, asked: &Asked, team: &str, rest: &[&str], now: &str) -> Reply {
        let Some(team) = Member::team(team).filter(|team| self.teams.holds(*team)) else {
            return refused(404, "no_team");
        };
        match (&asked.method, rest) {
            (&Method::GET, []) => self.list_members(asked, team),
            (&Method::POST, []) => self.add(team, &asked.body, now),
            (&Method::POST, ["remove"]) => self.remove(team, &asked.body, now),
            (&Method::PUT, [id]) => match self.existing(id) {
                Some(member) => {
                    self.join(team, member, now);
                    Reply::empty(204)
                }
                None => no_member(400, id),
            },
            (&Method::GET, [id]) => match Member::parse(id) {
                Some(member) if self.teams.is_member(team, member) => Reply::json(200, json!({"id": id})),
                _ => no_member(404, id),
            },
            (&Method::DELETE, [id]) => match Member::parse(id) {
                Some(member) if self.leave(team, member, now) => Reply::empty(204),
                _ => no_member(404, id),
            },
            _ => no_route(),
        }
    }

    /// `GET /api/members/{member}/teams`.
    pub(super) fn teams_of(&self, member: &str) -> Reply {
        let member = Member::parse(member);
        let teams = member.into_iter().flat_map(|member| self.teams.of(member));
        let teams: Vec<Value> = teams.map(|id| self.teams.shown(id)).collect();
        Reply::json(200, json!({"teams": teams}))
    }

    pub(super) fn join(&mut self, team: u64, member: Member, now: &str) {
        if self.teams.join(team, member, now) {
            self.people.touch(member);
        }
    }

    fn leave(&mut self, team: u64, member: Member, now: &str) -> bool {
        let left = self.teams.leave(team, member, now);
        if left {
            self.people.touch(member);
        }
        left
    }

    fn list_members(&self, asked: &Asked, team: u64) -> Reply {
        let (offset, limit) = asked.window();
        let members = self.teams.members(team);
        let count = members.len();
        let shown = |member: Member| match member {
            Member::Person(id) => json!({"id": member.to_string(), "name": self.people.name(id), "kind": "person"}),
            Member::Team(id) => json!({"id": member.to_string(), "name": self.teams.name(id), "kind": "team"}),
        };
        let page: Vec<Value> = members.skip(offset).take(limit).map(shown).collect();
        Reply::json(200, json!({"members": page, "count": count}))
    }

    /// All or none.
    fn add(&mut self, team: u64, body: &Value, now: &str) -> Reply {
        let Some(ids) = ids(body) else { return refused(400, "body") };
        let mut members = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(member) = self.existing(id) else { return no_member(400, id) };
            members.push(member);
        }
        for member in members {
            self.join(team, member, now);
        }
        Reply::empty(204)
    }

    fn remove(&mut self, team: u64, body: &Value, now: &str) -> Reply {
        let Some(ids) = ids(body) else { return refused(400, "body") };
        for member in ids.into_iter().filter_map(Member::parse) {
            self.leave(team, member, now);
        }
        Reply::empty(204)
    }

    fn existing(&self, id: &str) -> Option<Member> {
        Member::parse(id).filter(|member| match *member {
            Member::Person(id) => self.people.holds(id),
            Member::Team(id) => self.teams.holds(id),
        })
    }
}

/// `{"ids": ["7", "t-2"]}`.
fn ids(body: &Value) -> Option<Vec<&str>> {
    body.get("ids")?.as_array()?.iter().map(Value::as_str).collect()
}

fn no_member(status: u16, id: &str) -> Reply {
    Reply::json(status, json!({"error": "no_member", "id": id}))
}
