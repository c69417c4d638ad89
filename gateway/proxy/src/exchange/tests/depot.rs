//! A target in memory whose users are made by several calls: a token first, seat and roles afterwards. It counts versions, and
//! can break off at any call, before or after it was done.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use json::{Value, json};
use rules::{Body, TargetAnswer, TargetCall, Verb};

use crate::failure::TargetError;
use crate::target::{CallFuture, Target};

/// At which call it breaks off, counted from 0, and whether that call was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Never,
    Before(usize),
    After(usize),
}

/// The target.
#[derive(Default)]
pub(super) struct Depot(Mutex<State>);

#[derive(Default)]
struct State {
    users: BTreeMap<u64, Value>,
    cut: Option<Cut>,
    calls: Vec<String>,
    /// How often somebody else is faster than the next changes.
    rivals: usize,
    /// How often a job says that it is not done yet.
    pending: usize,
    next: u64,
}

impl Depot {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Breaks off so from now on, calls counted from here.
    pub(super) fn cut(&self, cut: Cut) {
        self.with(|state| {
            state.cut = Some(cut);
            state.calls.clear();
        });
    }

    /// Somebody else changes a record just before each of the next `times` changes.
    pub(super) fn rivals(&self, times: usize) {
        self.with(|state| state.rivals = times);
    }

    /// A job is done when it was asked for `times` times.
    pub(super) fn pending(&self, times: usize) {
        self.with(|state| state.pending = times);
    }

    pub(super) fn add(&self, user: Value) {
        self.with(|state| drop(state.add(user)));
    }

    /// The calls since the last time.
    pub(super) fn take_calls(&self) -> Vec<String> {
        self.with(|state| std::mem::take(&mut state.calls))
    }

    /// Everybody, in one line each.
    pub(super) fn users(&self) -> Vec<String> {
        self.with(|state| {
            let line = |user: &Value| {
                let roles: Vec<&str> = super::values(user["roles"].as_array().map_or(&[], Vec::as_slice));
                format!(
                    "{} {} seat {} on {} roles {}",
                    user["login"],
                    user["kind"],
                    user["seat"],
                    user["on"],
                    roles.join("+")
                )
            };
            state.users.values().map(line).collect()
        })
    }
}

impl State {
    fn add(&mut self, mut user: Value) -> Value {
        self.next += 1;
        let fresh = json!({"id": self.next, "version": 1, "seat": false, "on": true, "roles": []});
        if let (Value::Object(user), Value::Object(fresh)) = (&mut user, fresh) {
            for (key, value) in fresh {
                user.entry(key).or_insert(value);
            }
        }
        self.users.insert(self.next, user.clone());
        user
    }

    fn answer(&mut self, call: &TargetCall) -> TargetAnswer {
        let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        // By number, or by name for a product whose names are its ids.
        let by_name = |login: &str| self.users.iter().find(|(_, user)| user["login"] == *login).map(|(id, _)| *id);
        let id = parts.get(1).and_then(|id| id.parse().ok().or_else(|| by_name(id))).unwrap_or_default();
        match (call.verb, parts.as_slice()) {
            (Verb::Post, ["tokens"]) => done(json!({"value": "t1"})),
            (Verb::Post, ["users"]) if query.contains("t1") => {
                let made = self.add(call.body.clone().unwrap_or_default());
                done(json!({"made": made["id"]}))
            }
            (Verb::Get, ["jobs", job]) if self.pending > 0 => {
                self.pending -= 1;
                if *job == "late" { status(404) } else { done(json!({"done": false})) }
            }
            (Verb::Get, ["jobs", "never"]) => status(404),
            (Verb::Get, ["jobs", _]) => done(json!({"done": true})),
            (Verb::Get, ["users"]) => {
                let login = query.strip_prefix("login=").unwrap_or_default();
                let found: Vec<&Value> = self.users.values().filter(|user| user["login"] == login).collect();
                done(json!({ "users": found }))
            }
            (Verb::Get, ["mails", mail]) => {
                let taken = self.users.values().any(|user| user["mail"] == *mail);
                if taken { done(json!({"taken": true})) } else { status(404) }
            }
            (Verb::Delete, ["users", _]) => self.users.remove(&id).map_or(status(404), |_| status(204)),
            (verb, ["users", _, rest @ ..]) => {
                if verb.writes() && self.rivals > 0 {
                    self.rivals -= 1;
                    self.users.values_mut().for_each(bump);
                }
                let Some(user) = self.users.get_mut(&id) else { return status(404) };
                of_user(user, call, rest)
            }
            _ => status(404),
        }
    }
}

fn of_user(user: &mut Value, call: &TargetCall, rest: &[&str]) -> TargetAnswer {
    let stale = call.headers.iter().any(|(name, value)| {
        name == "if-match" && !user["version"].as_u64().is_some_and(|version| value.parse() == Ok(version))
    });
    let roles = user["roles"].as_array().cloned().unwrap_or_default();
    let others = |role: &str| roles.iter().filter(|one| one["value"] != role).cloned().collect::<Vec<_>>();
    match (call.verb, rest) {
        (Verb::Get, []) => return done(user.clone()),
        (Verb::Patch, []) if stale => return status(412),
        (Verb::Patch, []) => {
            let changed = call.body.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
            user.as_object_mut().into_iter().for_each(|user| user.extend(changed.clone()));
        }
        (Verb::Put, ["seat"]) => user["seat"] = json!(true),
        (Verb::Put, ["roles", role]) => {
            let role = json!({ "value": role });
            user["roles"] = others(role["value"].as_str().unwrap_or_default()).into_iter().chain([role]).collect();
        }
        (Verb::Delete, ["roles", role]) => user["roles"] = others(role).into_iter().collect(),
        _ => return status(404),
    }
    bump(user);
    status(204)
}

fn bump(user: &mut Value) {
    user["version"] = json!(user["version"].as_u64().unwrap_or_default() + 1);
}

impl Target for Depot {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        let answer = self.with(|state| {
            let at = state.calls.len();
            state.calls.push(call.to_string());
            match state.cut {
                Some(Cut::Before(cut)) if cut == at => Err(lost()),
                Some(Cut::After(cut)) if cut == at => {
                    drop(state.answer(call));
                    Err(lost())
                }
                _ => Ok(state.answer(call)),
            }
        });
        Box::pin(std::future::ready(answer))
    }
}

fn lost() -> TargetError {
    TargetError::Broken { reason: "reset".to_owned() }
}

fn done(body: Value) -> TargetAnswer {
    TargetAnswer::new(200, Body::Json(body))
}

fn status(status: u16) -> TargetAnswer {
    TargetAnswer::new(status, Body::Empty)
}
