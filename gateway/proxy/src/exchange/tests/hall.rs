//! A target in memory with people and teams, whose members are kept apart; keeps every call, and can fail in the middle.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use json::{Value, json};
use rules::{Body, Params, Profile, TargetAnswer, TargetCall, Verb};

use crate::failure::TargetError;
use crate::target::{CallFuture, Target};

use super::*;

/// Looks first, answers writes with the record, adds in batches and removes one by one; rows edit it.
const PROFILE: &str = r#"profile = "hall"
title = "Hall"
[target]
auth = "none"
[user]
id = "pid"
[user.map]
userName = { direct = "login", match = 1, required = true }
title = { direct = "title" }
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager" = { direct = "boss" }
[[user.find]]
by = "userName"
get = "/people?login={login}"
rows = "people"
[user.get]
get = "/people/{id}"
[user.create]
post = "/people"
look = "first"
answer = "record"
[[user.update]]
patch = "/people/{id}"
answer = "record"
[user.delete]
delete = "/people/{id}"
[group]
id = "tid"
[group.map]
displayName = { direct = "name", match = 1, required = true }
externalId = { direct = "ref" }
[[group.find]]
by = "displayName"
get = "/teams?name={name}"
rows = "teams"
[group.get]
get = "/teams/{id}"
[group.create]
post = "/teams"
look = "first"
answer = "record"
[[group.update]]
patch = "/teams/{id}"
answer = "record"
[group.delete]
delete = "/teams/{id}"
[group.members]
value = "id"
type = { field = "kind", values = { User = "person", Group = "team" } }
list = { get = "/teams/{id}/members?offset={offset}&limit={limit}", rows = "members", total = "count", page_rows_max = 500 }
add = { post = "/teams/{id}/members", body = { ids = "{members}" }, batch = 500 }
remove = { delete = "/teams/{id}/members/{member}" }
has = { get = "/teams/{id}/members/{member}" }
[[error]]
when = { status = 400 }
scim = { status = 400, type = "invalidValue", detail = "the hall does not take that" }
"#;

/// What goes wrong, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// This many writes are done; the next one does not arrive.
    Before(usize),
    /// This many writes are done and answered; the next one is done, and its answer is lost.
    After(usize),
}

/// The exchange in front of the hall, and everything around it.
pub(super) struct Gate {
    pub(super) exchanges: Exchanges,
    pub(super) tenant: Tenant,
    pub(super) hall: Arc<Hall>,
    pub(super) clock: Arc<Still>,
}

/// A gate whose profile is [`PROFILE`] with edits (from, to).
#[track_caller]
pub(super) fn gate(edits: &[(&str, &str)]) -> Gate {
    let mut profile = PROFILE.to_owned();
    for (from, to) in edits {
        assert_eq!(profile.matches(from).count(), 1, "`{from}` is in the profile once");
        profile = profile.replacen(from, to, 1);
    }
    let profile = match Profile::load("hall/profile.toml", &profile) {
        Ok((profile, _)) => profile,
        Err(report) => panic!("{report:?}"),
    };
    // A second one in the same process changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let (clock, metrics, hall) = (Arc::new(Still::default()), Arc::new(Metrics::detached()), Arc::new(Hall::default()));
    let exchanges = Exchanges::new(Parts {
        tenants: Tenants::new(Vec::new()).ok().unwrap(),
        authenticator: Authenticator::new(target_client([]).unwrap(), Arc::clone(&clock) as _, Arc::clone(&metrics)),
        store: Arc::new(Volatile::default()),
        metrics,
        clock: Arc::clone(&clock) as _,
        random: Arc::clone(&clock) as _,
        public_url: "https://scim.example.com".to_owned(),
        tracing: Tracing::Off,
    });
    let tenant = Tenant {
        id: "acme".parse().unwrap(),
        params: Params::bind(&profile.params, &BTreeMap::new()).unwrap(),
        profile: Arc::new(profile),
        protocol: scim::Protocol::default(),
        credentials: Credentials::default(),
        target: Arc::clone(&hall) as _,
    };
    Gate { exchanges, tenant, hall, clock }
}

impl Gate {
    /// What `request` (`GET /Users/1`, with a body or null) is answered.
    pub(super) async fn ask(&self, request: &str, body: &Value) -> Result<Answer, Failure> {
        let (method, target) = request.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = scim::operation::Request { method, path, query, body: &body, ..Default::default() };
        self.exchanges.run(&self.tenant, "/scim/v2", Operation::decode(request)?, &Draft::default()).await
    }

    /// The same in one line: a group as its id, its name and its members.
    pub(super) async fn answer(&self, request: &str, body: &Value) -> String {
        match self.ask(request, body).await {
            Ok(Answer { status, body: None, .. }) => status.as_u16().to_string(),
            Ok(Answer { status, body: Some(body), .. }) => format!("{} {}", status.as_u16(), told(&body)),
            Err(failure) => complained(&failure),
        }
    }

    /// The calls that `request` makes, then its answer.
    pub(super) async fn lines(&self, request: &str, body: &Value) -> Vec<String> {
        drop(self.hall.take_calls());
        let answer = self.answer(request, body).await;
        let mut lines = self.hall.take_calls();
        lines.push(answer);
        lines
    }

    /// Asks and compares.
    pub(super) async fn check(&self, request: &str, body: Value, expected: &[&str]) {
        assert_eq!(self.lines(request, &body).await, expected, "{request} {body}");
    }
}

fn told(body: &Value) -> String {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let ids = |members: &Vec<Value>| {
        members.iter().filter_map(|member| member["value"].as_str()).collect::<Vec<_>>().join(" ")
    };
    let members = body["members"].as_array().map_or(String::new(), |members| format!(" [{}]", ids(members)));
    format!("{} {}{}{members}", text("id"), text("displayName"), text("userName"))
}

/// The target.
#[derive(Default)]
pub(super) struct Hall {
    state: Mutex<State>,
    /// How long a call takes, by which clock.
    pace: Mutex<Option<(Duration, Arc<Still>)>>,
}

#[derive(Default)]
struct State {
    people: Vec<Value>,
    teams: Vec<Team>,
    calls: Vec<String>,
    /// Of calls and answers, without headers.
    bytes: usize,
    writes: usize,
    trouble: Option<Trouble>,
    /// Calls that are being made now, and the most that ever were.
    flying: usize,
    flying_max: usize,
    /// Who calls a batch of removals for one who is no member is told that nobody was found, and nothing is done.
    is_strict: bool,
    /// Who counts among members and is never listed with them.
    hidden: Option<String>,
}

struct Team {
    record: Value,
    members: Vec<String>,
}

impl Hall {
    /// People with ids 1 to `count`.
    pub(super) fn add_people(&self, count: usize) {
        self.with(|state| (0..count).for_each(|at| state.add_person(json!({"login": format!("p{}", at + 1)}))));
    }

    /// A team of these, whether there are such people or not.
    pub(super) fn add_team(&self, name: &str, members: impl IntoIterator<Item = usize>) {
        self.with(|state| {
            state.add_team(json!({"name": name}));
            if let Some(team) = state.teams.last_mut() {
                team.members = members.into_iter().map(|member| member.to_string()).collect();
            }
        });
    }

    pub(super) fn members(&self, team: &str) -> Vec<String> {
        self.with(|state| state.team(team).map(|team| team.members.clone())).unwrap_or_default()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.with(|state| state.teams.iter().map(|team| team.record["name"].as_str().unwrap().to_owned()).collect())
    }

    pub(super) fn person(&self, id: &str) -> Value {
        self.with(|state| state.person(id).cloned()).unwrap_or_default()
    }

    pub(super) fn plan_trouble(&self, trouble: Option<Trouble>) {
        self.with(|state| (state.trouble, state.writes) = (trouble, 0));
    }

    pub(super) fn be_strict(&self) {
        self.with(|state| state.is_strict = true);
    }

    /// A member that counts and is not listed: whoever calls must not see it.
    pub(super) fn hide(&self, member: &str) {
        self.with(|state| state.hidden = Some(member.to_owned()));
    }

    /// Whether the planned trouble has come.
    pub(super) fn is_over(&self) -> bool {
        self.with(|state| state.trouble.is_none())
    }

    /// Every call takes so long.
    pub(super) fn takes(&self, time: Duration, clock: Arc<Still>) {
        *self.pace.lock().unwrap() = Some((time, clock));
    }

    /// The calls since the last time.
    pub(super) fn take_calls(&self) -> Vec<String> {
        self.with(|state| {
            state.bytes = 0;
            std::mem::take(&mut state.calls)
        })
    }

    /// The most calls that were made side by side.
    pub(super) fn flying_max(&self) -> usize {
        self.with(|state| state.flying_max)
    }

    pub(super) fn bytes(&self) -> usize {
        self.with(|state| state.bytes)
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn add_person(&mut self, mut person: Value) {
        person["pid"] = json!((self.people.len() + 1).to_string());
        self.people.push(person);
    }

    fn add_team(&mut self, mut record: Value) {
        record["tid"] = json!(format!("t-{}", self.teams.len() + 1));
        self.teams.push(Team { record, members: Vec::new() });
    }

    fn person(&mut self, id: &str) -> Option<&mut Value> {
        self.people.iter_mut().find(|person| person["pid"] == id)
    }

    fn team(&mut self, id: &str) -> Option<&mut Team> {
        self.teams.iter_mut().find(|team| team.record["tid"] == id)
    }

    fn called(&mut self, call: &TargetCall) -> Result<TargetAnswer, TargetError> {
        self.calls.push(call.to_string());
        self.bytes += call.to_string().len();
        let lost = || TargetError::Broken { reason: "the connection broke".to_owned() };
        let at = self.writes;
        self.writes += usize::from(call.verb.writes());
        if call.verb.writes() && self.trouble == Some(Trouble::Before(at)) {
            self.trouble = None;
            return Err(lost());
        }
        let answer = self.answer(call).unwrap_or_else(|| status(404));
        if call.verb.writes() && self.trouble == Some(Trouble::After(at)) {
            self.trouble = None;
            return Err(lost());
        }
        if let Body::Json(body) = &answer.body {
            self.bytes += body.to_string().len();
        }
        Ok(answer)
    }

    /// The answer; `None` for 404.
    fn answer(&mut self, call: &TargetCall) -> Option<TargetAnswer> {
        let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let body = call.body.clone().unwrap_or_default();
        match (call.verb, segments.as_slice()) {
            (Verb::Get, ["people"]) => {
                let login = query.strip_prefix("login=")?;
                let found: Vec<&Value> = self.people.iter().filter(|person| person["login"] == login).collect();
                Some(done(json!({"people": found})))
            }
            (Verb::Post, ["people"]) => {
                self.add_person(body);
                self.people.last().cloned().map(done)
            }
            (Verb::Get, ["people", id]) => self.person(id).cloned().map(done),
            (Verb::Patch, ["people", id]) => self.person(id).map(|person| merged(person, &body)),
            (Verb::Delete, ["people", id]) => {
                self.person(id)?;
                self.people.retain(|person| person["pid"] != **id);
                Some(status(204))
            }
            (Verb::Get, ["teams"]) => {
                let name = query.strip_prefix("name=").map(|name| name.replace("%20", " "));
                let teams = self.teams.iter().map(|team| &team.record);
                let found = teams.filter(|team| name.as_ref().is_none_or(|name| team["name"] == *name));
                Some(done(json!({"teams": found.collect::<Vec<_>>()})))
            }
            (Verb::Post, ["teams"]) => {
                self.add_team(body);
                self.teams.last().map(|team| done(team.record.clone()))
            }
            (Verb::Get, ["teams", id]) => self.team(id).map(|team| done(team.record.clone())),
            (Verb::Patch, ["teams", id]) => self.team(id).map(|team| merged(&mut team.record, &body)),
            (Verb::Delete, ["teams", id]) => {
                self.team(id)?;
                self.teams.retain(|team| team.record["tid"] != *id);
                Some(status(204))
            }
            (verb, ["teams", id, "members", rest @ ..]) => self.membership(verb, id, rest, query, &body),
            _ => None,
        }
    }

    fn membership(&mut self, verb: Verb, id: &str, rest: &[&str], query: &str, body: &Value) -> Option<TargetAnswer> {
        let ids: Vec<String> = json::from_value(body["ids"].clone()).unwrap_or_default();
        let is_known = |id: &String| self.people.iter().any(|person| person["pid"] == **id);
        let teams: Vec<String> =
            self.teams.iter().map(|team| team.record["tid"].as_str().unwrap().to_owned()).collect();
        let all_known = verb != Verb::Post || ids.iter().all(|id| teams.contains(id) || is_known(id));
        let (is_strict, hidden) = (self.is_strict, self.hidden.clone());
        let team = self.team(id)?;
        match (verb, rest) {
            (Verb::Get, []) => {
                let number =
                    |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.parse::<usize>().ok());
                let (offset, limit) = match number("page=") {
                    Some(page) => ((page - 1) * 3, 3),
                    None => (number("offset=").unwrap_or(0), number("limit=").unwrap_or(usize::MAX)),
                };
                let kind = |id: &str| if id.starts_with('t') { "team" } else { "person" };
                let page = team.members.iter().skip(offset).take(limit).filter(|id| hidden.as_ref() != Some(*id));
                let rows: Vec<Value> = page.map(|id| json!({"id": id, "kind": kind(id)})).collect();
                Some(done(json!({"members": rows, "count": team.members.len()})))
            }
            (Verb::Post, []) if !all_known => Some(TargetAnswer { status: 400, ..done(json!({"error": "no_member"})) }),
            (Verb::Post, []) => {
                let new: Vec<String> = ids.into_iter().filter(|id| !team.members.contains(id)).collect();
                team.members.extend(new);
                Some(status(204))
            }
            (Verb::Post, ["remove"]) if is_strict && !ids.iter().all(|id| team.members.contains(id)) => None,
            (Verb::Post, ["remove"]) => {
                team.members.retain(|member| !ids.contains(member));
                Some(status(204))
            }
            (Verb::Get, [member]) => team.members.iter().any(|one| one == member).then(|| done(json!({"id": member}))),
            (Verb::Delete, [member]) => {
                let at = team.members.iter().position(|one| one == member)?;
                team.members.remove(at);
                Some(status(204))
            }
            _ => None,
        }
    }
}

fn merged(record: &mut Value, changes: &Value) -> TargetAnswer {
    for (field, value) in changes.as_object().into_iter().flatten() {
        record[field] = value.clone();
    }
    done(record.clone())
}

impl Target for Hall {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        Box::pin(async move {
            self.with(|state| {
                state.flying += 1;
                state.flying_max = state.flying_max.max(state.flying);
            });
            // Others get their turn before and after, as with a real one.
            tokio::task::yield_now().await;
            self.with(|state| state.flying -= 1);
            let answer = self.with(|state| state.called(call));
            if let Some((time, clock)) = &*self.pace.lock().unwrap() {
                clock.advance(*time);
            }
            tokio::task::yield_now().await;
            answer
        })
    }
}

fn done(body: Value) -> TargetAnswer {
    TargetAnswer::new(200, Body::Json(body))
}

fn status(status: u16) -> TargetAnswer {
    TargetAnswer::new(status, Body::Empty)
}
