//! A target in memory: users with a phone, a team and a title; keeps every call, and can be odd in one way.

use std::sync::{Mutex, PoisonError};

use json::{Value, json};
use rules::{Body, TargetAnswer, TargetCall, Verb};

use crate::failure::TargetError;
use crate::target::{CallFuture, Target};

/// What is odd about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    /// Nothing: it takes every create, finds by the beginning of a phone, and counts its lists.
    None,
    /// It refuses a phone that is taken.
    RefusesDuplicates,
    /// It makes the first user it is asked for, and its answer is lost.
    LosesFirstAnswer,
    /// It answers a create without a body.
    SilentCreate,
    /// It answers a create without a body and makes nobody.
    LyingCreate,
    /// To whom nobody fits its search is answered 404.
    NobodyIs404,
    /// Its lists have no rows.
    NoRows,
    /// It counts the user with id 5 and does not show it.
    HidesOne,
}

/// The target.
pub(super) struct Crew {
    quirk: Quirk,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    users: Vec<Value>,
    groups: Vec<Value>,
    /// Group and member, in the order of joining.
    memberships: Vec<(String, String)>,
    teams: Vec<Value>,
    calls: Vec<String>,
    lost: bool,
}

impl Crew {
    /// Nobody, and one team.
    pub(super) fn new(quirk: Quirk) -> Self {
        let crew = Self { quirk, state: Mutex::default() };
        crew.add_team("Ops");
        crew
    }

    pub(super) fn add_team(&self, name: &str) {
        self.with(|state| state.teams.push(json!({"id": format!("t{}", state.teams.len() + 1), "name": name})));
    }

    /// Somebody whom provisioning did not make.
    pub(super) fn add_user(&self, phone: &str, title: &str) {
        self.with(|state| state.add(json!({"phone": phone, "title": title})));
    }

    /// A group that provisioning did not make: `g1`, `g2`, …
    pub(super) fn add_group(&self, name: &str, members: &[&str]) {
        self.with(|state| {
            let id = format!("g{}", state.groups.len() + 1);
            state.groups.push(json!({ "id": id, "name": name }));
            state.memberships.extend(members.iter().map(|&member| (id.clone(), member.to_owned())));
        });
    }

    /// Somebody leaves behind the gateway's back.
    pub(super) fn drop_user(&self, id: &str) {
        self.with(|state| state.users.retain(|user| user["id"] != id));
    }

    /// The calls since the last time.
    pub(super) fn take_calls(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.calls))
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, state: &mut State, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        state.calls.push(call.to_string());
        let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
        if path.starts_with("/groups") || path.starts_with("/members") {
            return Ok(groups(state, call, path, query));
        }
        let id = path.strip_prefix("/users/");
        let answer = match (call.verb, path, id) {
            (Verb::Get, "/teams", _) => done(json!({"teams": state.teams})),
            (Verb::Get, "/users", _) => self.rows(state, query),
            (Verb::Post, "/users", _) => return self.create(state, call),
            // A word that some targets know beside ids.
            (Verb::Get, _, Some("me")) => state.users.first().cloned().map_or(status(404), done),
            (Verb::Get, _, Some(id)) => state.of(id).map_or(status(404), |user| done(user.clone())),
            (Verb::Patch, _, Some(id)) => state.of(id).map_or(status(404), |user| {
                let changed = call.body.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
                user.as_object_mut().into_iter().for_each(|user| user.extend(changed.clone()));
                done(user.clone())
            }),
            (Verb::Delete, _, Some(id)) if state.of(id).is_some() => {
                state.users.retain(|user| user["id"] != id);
                status(204)
            }
            _ => status(404),
        };
        Ok(answer)
    }

    fn rows(&self, state: &State, query: &str) -> TargetAnswer {
        if self.quirk == Quirk::NoRows {
            return done(json!({"total": state.users.len()}));
        }
        if let Some(phone) = query.strip_prefix("phone=") {
            let fits = |user: &&Value| user["phone"].as_str().is_some_and(|own| own.starts_with(phone));
            let found: Vec<&Value> = state.users.iter().filter(fits).collect();
            let is_404 = found.is_empty() && self.quirk == Quirk::NobodyIs404;
            return if is_404 { status(404) } else { done(json!({"users": found})) };
        }
        let mut users: Vec<&Value> = state.users.iter().collect();
        if let Some(starts) = parameter(query, "starts") {
            users.retain(|user| user["title"].as_str().is_some_and(|title| title.starts_with(starts)));
        }
        match (parameter(query, "sort"), parameter(query, "order")) {
            (Some(by), Some("desc")) => users.sort_by(|a, b| b[by].as_str().cmp(&a[by].as_str())),
            (Some(by), _) => users.sort_by(|a, b| a[by].as_str().cmp(&b[by].as_str())),
            (None, _) => {}
        }
        let mut shown = page(&users, query);
        shown.retain(|user| self.quirk != Quirk::HidesOne || user["id"] != "5");
        done(json!({"users": shown, "total": users.len()}))
    }

    fn create(&self, state: &mut State, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        let body = call.body.clone().unwrap_or_default();
        let is_taken = state.users.iter().any(|user| user["phone"] == body["phone"]);
        match self.quirk {
            Quirk::RefusesDuplicates if is_taken => return Ok(status(409)),
            Quirk::LyingCreate => return Ok(status(204)),
            _ => state.add(body),
        }
        match self.quirk {
            Quirk::SilentCreate => Ok(status(204)),
            Quirk::LosesFirstAnswer if !std::mem::replace(&mut state.lost, true) => {
                Err(TargetError::Broken { reason: "the answer was lost".to_owned() })
            }
            _ => Ok(done(state.users.last().cloned().unwrap_or_default())),
        }
    }
}

impl State {
    fn add(&mut self, mut user: Value) {
        user["id"] = format!("{}", self.users.len() + 1).into();
        self.users.push(user);
    }

    fn members_of(&self, group: &str) -> Vec<String> {
        self.memberships.iter().filter(|(of, _)| of == group).map(|(_, member)| member.clone()).collect()
    }

    fn of(&mut self, id: &str) -> Option<&mut Value> {
        self.users.iter_mut().find(|user| user["id"] == id)
    }
}

impl Target for Crew {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(async move {
            // Others get their turn before and after, as with a real one.
            tokio::task::yield_now().await;
            let answer = self.with(|state| self.answer(state, call));
            tokio::task::yield_now().await;
            answer
        })
    }
}

/// Groups are only read here; a target whose groups change is [`Hall`](super::hall::Hall).
fn groups(state: &mut State, call: &TargetCall, path: &str, query: &str) -> TargetAnswer {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let has = |state: &State, id: &str| state.groups.iter().any(|group| group["id"] == id);
    match (call.verb, segments.as_slice()) {
        (Verb::Get, ["groups"]) => {
            let named = |group: &&Value| parameter(query, "name").is_none_or(|name| group["name"] == name);
            let found: Vec<&Value> = state.groups.iter().filter(named).collect();
            done(json!({"groups": page(&found, query), "total": found.len()}))
        }
        (Verb::Get, ["members", member, "groups"]) => {
            let of = |group: &&Value| state.memberships.iter().any(|(id, one)| group["id"] == **id && one == member);
            done(json!({"groups": state.groups.iter().filter(of).collect::<Vec<_>>()}))
        }
        (_, ["groups", id, ..]) if !has(state, id) => status(404),
        (Verb::Get, ["groups", id]) => {
            done(state.groups.iter().find(|group| group["id"] == **id).cloned().unwrap_or_default())
        }
        (Verb::Get, ["groups", id, "members"]) => {
            let kind = |member: &str| if member.starts_with('g') { "team" } else { "person" };
            let members = state.members_of(id);
            let rows: Vec<Value> = members.iter().map(|one| json!({"id": one, "kind": kind(one)})).collect();
            done(json!({"members": page(&rows.iter().collect::<Vec<_>>(), query), "total": rows.len()}))
        }
        (Verb::Get, ["groups", id, "members", member]) => {
            let is_one = state.memberships.iter().any(|(of, one)| of == id && one == member);
            if is_one { done(json!({ "id": member })) } else { status(404) }
        }
        _ => status(404),
    }
}

fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn page<'v>(rows: &[&'v Value], query: &str) -> Vec<&'v Value> {
    let number = |name: &str| parameter(query, name).and_then(|value| value.parse::<usize>().ok());
    let (offset, limit) = match (number("page"), number("offset"), number("limit")) {
        (Some(page), ..) => ((page - 1) * 3, 3),
        (None, offset, limit) => (offset.unwrap_or(0), limit.unwrap_or(usize::MAX)),
    };
    rows.iter().skip(offset).take(limit).copied().collect()
}

fn done(body: Value) -> TargetAnswer {
    TargetAnswer::new(200, Body::Json(body))
}

fn status(status: u16) -> TargetAnswer {
    TargetAnswer::new(status, Body::Empty)
}
