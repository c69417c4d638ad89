//! A target in memory whose memberships can be read and changed in every way that products have: below the team, as resources
//! of their own, as a whole list, as a field of the person. Keeps every call, and can fail in the middle.

use std::sync::{Mutex, PoisonError};

use json::{Value, json};
use rules::{Body, TargetAnswer, TargetCall, Verb};

use super::hall::Trouble;
use crate::failure::TargetError;
use crate::target::{CallFuture, Target};

/// The target.
#[derive(Default)]
pub(super) struct Guild(Mutex<State>);

#[derive(Default)]
struct State {
    people: Vec<Value>,
    teams: Vec<Value>,
    /// Key, team, person.
    bonds: Vec<(u64, String, String)>,
    made: u64,
    calls: Vec<String>,
    writes: usize,
    trouble: Option<Trouble>,
}

impl Guild {
    /// So many people, a team `t-1` called `Ops`, and the members of the group `id`.
    pub(super) fn populate(&self, people: usize, id: &str, members: &[&str]) {
        self.with(|state| {
            let person = |at: usize| json!({"id": at.to_string(), "login": format!("p{at}"), "note": "keep"});
            state.people = (1..=people).map(person).collect();
            state.teams = vec![json!({"id": "t-1", "name": "Ops"})];
            for member in members {
                state.bind(id, member);
            }
        });
    }

    /// Who belongs to group `id`.
    pub(super) fn members(&self, id: &str) -> Vec<String> {
        self.with(|state| {
            let bonds = state.bonds.iter().filter(|(_, team, _)| team == id);
            let mut members: Vec<String> = bonds.map(|(.., person)| person.clone()).collect();
            members.sort_by_key(|member| member.parse::<u32>().unwrap_or(u32::MAX));
            members
        })
    }

    pub(super) fn person(&self, id: &str) -> Value {
        self.with(|state| state.person(id)).unwrap_or_default()
    }

    pub(super) fn plan_trouble(&self, trouble: Option<Trouble>) {
        self.with(|state| (state.trouble, state.writes) = (trouble, 0));
    }

    /// Whether the planned trouble has come.
    pub(super) fn is_over(&self) -> bool {
        self.with(|state| state.trouble.is_none())
    }

    pub(super) fn take_calls(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.calls))
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn bind(&mut self, team: &str, person: &str) {
        self.made += 1;
        self.bonds.push((self.made, team.to_owned(), person.to_owned()));
    }

    fn is_bound(&self, team: &str, person: &str) -> bool {
        self.bonds.iter().any(|(_, one, other)| one == team && other == person)
    }

    /// A person with their teams, as a list and, as far as there is one, alone.
    fn person(&self, id: &str) -> Option<Value> {
        let mut person = self.people.iter().find(|person| person["id"] == id)?.clone();
        let teams: Vec<&String> =
            self.bonds.iter().filter(|(.., person)| person == id).map(|(_, team, _)| team).collect();
        person["team"] = teams.first().map_or(json!("none"), |team| json!(team));
        person["team_ids"] = json!(teams);
        Some(person)
    }

    fn called(&mut self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        self.calls.push(call.to_string());
        let lost = || TargetError::Broken { reason: "the connection broke".to_owned() };
        let at = self.writes;
        self.writes += usize::from(call.verb.writes());
        if call.verb.writes() && self.trouble == Some(Trouble::Before(at)) {
            self.trouble = None;
            return Err(lost());
        }
        let answer = self.answer(call).unwrap_or_else(|| TargetAnswer::new(404, Body::Empty));
        if call.verb.writes() && self.trouble == Some(Trouble::After(at)) {
            self.trouble = None;
            return Err(lost());
        }
        Ok(answer)
    }

    /// The answer; `None` for 404.
    fn answer(&mut self, call: &TargetCall) -> Option<TargetAnswer> {
        let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let asked = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let body = call.body.clone().unwrap_or_default();
        match (call.verb, segments.as_slice()) {
            (Verb::Get, ["people"]) => {
                let ids: Vec<String> =
                    self.people.iter().filter_map(|person| Some(person["id"].as_str()?.to_owned())).collect();
                let people = ids.iter().filter_map(|id| self.person(id));
                let fits = |person: &Value| {
                    asked("login").is_none_or(|login| person["login"] == login)
                        && asked("team")
                            .is_none_or(|team| person["team_ids"].as_array().unwrap().contains(&json!(team)))
                };
                Some(done(json!({"people": people.filter(fits).collect::<Vec<_>>()})))
            }
            (Verb::Get, ["people", id]) => self.person(id).map(done),
            (Verb::Patch | Verb::Put, ["people", id]) => {
                self.person(id)?;
                let fields = if body["person"].is_object() { body["person"].clone() } else { body };
                let teams = match (call.verb, &fields["team_ids"], &fields["team"]) {
                    (Verb::Patch, Value::Array(teams), _) => teams.clone(),
                    (_, _, team) if team == "none" => Vec::new(),
                    (_, _, team) => vec![team.clone()],
                };
                self.bonds.retain(|(.., person)| person != id);
                for team in &teams {
                    self.bind(team.as_str().unwrap(), id);
                }
                Some(TargetAnswer::new(204, Body::Empty))
            }
            (verb, ["memberships", rest @ ..]) => self.membership(verb, rest, [asked("team"), asked("person")], &body),
            (verb, ["teams", rest @ ..]) => self.team(verb, rest, asked("name"), &body),
            _ => None,
        }
    }

    fn membership(
        &mut self,
        verb: Verb,
        rest: &[&str],
        asked: [Option<&str>; 2],
        body: &Value,
    ) -> Option<TargetAnswer> {
        match (verb, rest) {
            (Verb::Get, []) => {
                let [team, person] = asked;
                let fits = |(_, of, who): &&(u64, String, String)| {
                    team.is_none_or(|team| team == of) && person.is_none_or(|person| person == who)
                };
                let row =
                    |(key, team, person): &(u64, String, String)| json!({"key": key, "team": team, "person": person});
                let rows: Vec<Value> = self.bonds.iter().filter(fits).map(row).collect();
                Some(done(json!({"memberships": rows})))
            }
            (Verb::Post, []) => {
                let (team, person) = (body["team"].as_str()?, body["person"].as_str()?);
                if self.is_bound(team, person) {
                    return Some(TargetAnswer::new(409, Body::Empty));
                }
                self.bind(team, person);
                Some(TargetAnswer::new(201, Body::Empty))
            }
            (Verb::Delete, [key]) => {
                let at = self.bonds.iter().position(|(known, ..)| known.to_string() == **key)?;
                self.bonds.remove(at);
                Some(TargetAnswer::new(204, Body::Empty))
            }
            _ => None,
        }
    }

    fn team(&mut self, verb: Verb, rest: &[&str], name: Option<&str>, body: &Value) -> Option<TargetAnswer> {
        let listed = |list: &Value| -> Vec<String> {
            let id = |one: &Value| one["id"].as_str().or(one.as_str()).unwrap().to_owned();
            list.as_array().into_iter().flatten().map(id).collect()
        };
        match (verb, rest) {
            (Verb::Get, []) => {
                let fits = |team: &&Value| name.is_none_or(|name| team["name"] == name);
                Some(done(json!({"teams": self.teams.iter().filter(fits).collect::<Vec<_>>()})))
            }
            (Verb::Post, []) => {
                let team = json!({"id": format!("t-{}", self.teams.len() + 1), "name": body["name"]});
                self.teams.push(team.clone());
                Some(done(team))
            }
            (verb, [id, rest @ ..]) => {
                let at = self.teams.iter().position(|team| team["id"] == *id)?;
                match (verb, rest) {
                    (Verb::Get, []) => Some(done(self.teams[at].clone())),
                    (Verb::Patch, []) => {
                        self.teams[at]["name"] = body["name"].clone();
                        Some(done(self.teams[at].clone()))
                    }
                    (Verb::Get, ["members"]) => {
                        let members = self.bonds.iter().filter(|(_, team, _)| team == id);
                        Some(done(json!({"members": members.map(|(.., person)| person).collect::<Vec<_>>()})))
                    }
                    (Verb::Post, ["members"]) => {
                        for person in listed(&body["users"]) {
                            if !self.is_bound(id, &person) {
                                self.bind(id, &person);
                            }
                        }
                        Some(TargetAnswer::new(204, Body::Empty))
                    }
                    (Verb::Delete | Verb::Put, ["members"]) => {
                        let (all, gone) = (verb == Verb::Put, listed(&body["users"]));
                        self.bonds.retain(|(_, team, person)| team != id || !(all || gone.contains(person)));
                        for person in listed(&body["team"]["ids"]) {
                            self.bind(id, &person);
                        }
                        Some(TargetAnswer::new(204, Body::Empty))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Target for Guild {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let answer = self.with(|state| state.called(call));
            tokio::task::yield_now().await;
            answer
        })
    }
}

fn done(body: Value) -> TargetAnswer {
    TargetAnswer::new(200, Body::Json(body))
}
