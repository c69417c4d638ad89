//! A contact centre's API in one region, as the profile `talkdesk` expects it: HAL, with a token from its own OAuth server.
//!
//! One account. A new user is pending until somebody has looked twice, has no profile until then and cannot be changed. A
//! collection without elements has no `_embedded`; a page has fewer rows than are asked for, and links to the next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gateway::standin::serve::{Asked, Play, Reply};
use http::Method;
use json::{Map, Value, json};

/// The most rows of a page, whatever is asked for.
pub(super) const PAGE_ROWS: usize = 50;
/// How often a new user is seen pending.
const PENDING_READS: u32 = 2;
/// The client id of the account; its secret is [`Centre::secret`].
pub(super) const CLIENT_ID: &str = "provisioning";

/// The product in one region.
pub(super) struct Centre {
    region: &'static str,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    roles: Vec<&'static str>,
    teams: Vec<&'static str>,
    users: BTreeMap<String, User>,
    /// Tokens given out so far, by number from 1; those up to `revoked` are refused.
    tokens: u32,
    revoked: u32,
}

struct User {
    fields: Map,
    profile: Map,
    pending_reads: u32,
}

impl Centre {
    /// An account without teams and users.
    pub(super) fn new(region: &'static str) -> Arc<Self> {
        let state = State { roles: vec!["Agent", "Supervisor", "Administrator"], ..State::default() };
        Arc::new(Self { region, state: Mutex::new(state) })
    }

    /// The secret of its client.
    pub(super) fn secret(&self) -> String {
        format!("client-secret-of-{}", self.region)
    }

    pub(super) fn add_teams(&self, names: &[&'static str]) {
        self.lock().teams.extend(names);
    }

    /// Makes a user by hand, an active one, ready at once; gives the id.
    pub(super) fn add_user(&self, login: &str, roles: &[&str], teams: &[&str]) -> String {
        let mut state = self.lock();
        let ids = |kind: &str, known: &[&str], names: &[&str]| -> Value {
            names.iter().map(|name| known.iter().position(|known| known == name).map(|at| id(kind, at))).collect()
        };
        let (roles, teams) = (ids("a", &state.roles, roles), ids("b", &state.teams, teams));
        let body = json!({
            "login": login, "role_ids": roles, "team_ids": teams, "profile": {"first_name": "By", "last_name": "Hand"},
        });
        let made = state.create(&body).body["id"].as_str().map(str::to_owned).unwrap();
        state.users.get_mut(&made).unwrap().pending_reads = 0;
        made
    }

    /// From now on the tokens that were given out are refused.
    pub(super) fn revoke(&self) {
        let mut state = self.lock();
        state.revoked = state.tokens;
    }

    /// How many tokens were given out.
    pub(super) fn tokens(&self) -> u32 {
        self.lock().tokens
    }

    /// Everybody, with profile, in order of their ids.
    pub(super) fn users(&self) -> Vec<Value> {
        let state = self.lock();
        let whole = |user: &User| {
            let mut fields = user.fields.clone();
            fields.insert("profile".to_owned(), Value::Object(user.profile.clone()));
            Value::Object(fields)
        };
        state.users.values().map(whole).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self, asked: &Asked, state: &mut State) -> Reply {
        let client = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            format!("{CLIENT_ID}:{}", self.secret()),
        );
        let grant = ("grant_type".to_owned(), "client_credentials".to_owned());
        if asked.header("authorization") != format!("Basic {client}") || !asked.form().contains(&grant) {
            return Reply::json(401, json!({"error": "invalid_client"}));
        }
        state.tokens += 1;
        let token = format!("{}-token-{}", self.region, state.tokens);
        Reply::json(200, json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600}))
    }
}

impl Play for Centre {
    fn answer(&self, asked: &Asked) -> Reply {
        let mut state = self.lock();
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        if segments == ["oauth", "token"] {
            return self.token(asked, &mut state);
        }
        let number = asked.header("authorization").strip_prefix(&format!("Bearer {}-token-", self.region));
        let number = number.and_then(|number| number.parse::<u32>().ok());
        if number.is_none_or(|number| number <= state.revoked || number > state.tokens) {
            return refused(401, "token", None);
        }
        if asked.header("td-region") != self.region {
            return refused(421, "wrong_region", None);
        }
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, ["account"]) => Reply::json(200, json!({"status": "open"})),
            (&Method::GET, ["roles"]) => named("roles", "a", &state.roles),
            (&Method::GET, ["teams"]) => named("teams", "b", &state.teams),
            (&Method::GET, ["users"]) => state.list(asked),
            (&Method::POST, ["users"]) => state.create(&asked.body),
            (_, ["users", id, rest @ ..]) => state.on_user(asked, id, rest),
            _ => refused(404, "no_route", None),
        }
    }
}

impl State {
    fn list(&self, asked: &Asked) -> Reply {
        let limit = asked.parameter("limit").and_then(|text| text.parse().ok()).unwrap_or(PAGE_ROWS).min(PAGE_ROWS);
        let (login, cursor) = (asked.parameter("login"), asked.parameter("cursor"));
        let fits = |user: &&User| login.is_none_or(|login| user.has_login(login));
        let all: Vec<&User> = self.users.values().filter(fits).collect();
        let after = |user: &&&User| cursor.is_none_or(|cursor| user.id() > cursor);
        let mut rows = all.iter().filter(after);
        let page: Vec<&User> = rows.by_ref().take(limit).copied().collect();
        let mut links = json!({"self": {"href": asked.target}});
        if let (Some(last), Some(_)) = (page.last(), rows.next()) {
            let here = asked.header("host");
            links["next"] = json!({"href": format!("http://{here}/users?limit={limit}&cursor={}", last.id())});
        }
        let shown: Vec<Value> = page.into_iter().map(User::shown).collect();
        Reply::json(200, hal("users", &shown, json!({"total": all.len(), "_links": links})))
    }

    fn create(&mut self, body: &Value) -> Reply {
        let login = body["login"].as_str().unwrap_or_default();
        if login.is_empty() {
            return refused(422, "missing", Some("login"));
        }
        if self.users.values().any(|user| user.has_login(login)) {
            return refused(409, "login_taken", Some("login"));
        }
        if let Some(refusal) = refusal_of(&body["profile"]).or_else(|| self.refusal_of_ids(body)) {
            return refusal;
        }
        let id = id("c", self.users.len());
        let fields = json!({
            "id": id, "login": login, "status": "active", "role_ids": body["role_ids"], "team_ids": body["team_ids"],
        });
        let (Value::Object(fields), Value::Object(profile)) = (fields, body["profile"].clone()) else { unreachable!() };
        self.users.insert(id.clone(), User { fields, profile, pending_reads: PENDING_READS });
        Reply::json(202, json!({"id": id, "state": "pending"}))
    }

    /// Why the ids of roles or teams are not taken.
    fn refusal_of_ids(&self, body: &Value) -> Option<Reply> {
        let known = |field: &str, kind: &str, count: usize| {
            let ids = body[field].as_array().cloned().unwrap_or_default();
            ids.iter().all(|one| (0..count).any(|at| *one == id(kind, at)))
        };
        if body.get("role_ids").is_some_and(|ids| ids == &json!([])) {
            return Some(refused(422, "empty", Some("role_ids")));
        }
        if !known("role_ids", "a", self.roles.len()) {
            return Some(refused(422, "unknown", Some("role_ids")));
        }
        (!known("team_ids", "b", self.teams.len())).then(|| refused(422, "unknown", Some("team_ids")))
    }

    fn on_user(&mut self, asked: &Asked, id: &str, rest: &[&str]) -> Reply {
        let refusal = self.refusal_of_ids(&asked.body);
        let login = asked.body["login"].as_str().unwrap_or_default().to_owned();
        let taken = self.users.iter().any(|(other, user)| other != id && user.has_login(&login));
        let Some(user) = self.users.get_mut(id) else { return refused(404, "not_found", None) };
        let is_pending = user.pending_reads > 0;
        match (&asked.method, rest) {
            (&Method::GET, []) => {
                let shown = Reply::json(200, user.shown());
                user.pending_reads = user.pending_reads.saturating_sub(1);
                shown
            }
            (&Method::GET, ["profile"]) if is_pending => refused(404, "not_found", None),
            (&Method::GET, ["profile"]) => Reply::json(200, Value::Object(user.profile.clone())),
            _ if is_pending => refused(409, "pending", None),
            (&Method::PATCH, ["profile"]) => user.change_profile(&asked.body),
            (&Method::PUT, ["login"]) if taken => refused(409, "login_taken", Some("login")),
            (&Method::PUT, [field @ "login"]) => user.set(field, &asked.body["login"]),
            (&Method::PUT, ["roles" | "teams"]) if refusal.is_some() => refusal.unwrap(),
            (&Method::PUT, ["roles"]) => user.set("role_ids", &asked.body["role_ids"]),
            (&Method::PUT, ["teams"]) => user.set("team_ids", &asked.body["team_ids"]),
            (&Method::POST, ["deactivate"]) => user.become_("inactive"),
            (&Method::POST, ["activate"]) => user.become_("active"),
            _ => refused(404, "no_route", None),
        }
    }
}

impl User {
    fn id(&self) -> &str {
        self.fields["id"].as_str().unwrap()
    }

    fn has_login(&self, login: &str) -> bool {
        self.fields["login"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(login))
    }

    fn shown(&self) -> Value {
        let mut shown = self.fields.clone();
        let state = if self.pending_reads > 0 { "pending" } else { "ready" };
        shown.insert("state".to_owned(), state.into());
        let links = json!({"self": {"href": format!("/users/{}", self.id())}, "profile": {"href": "profile"}});
        shown.insert("_links".to_owned(), links);
        Value::Object(shown)
    }

    fn set(&mut self, field: &str, value: &Value) -> Reply {
        self.fields.insert(field.to_owned(), value.clone());
        Reply::empty(204)
    }

    fn become_(&mut self, status: &str) -> Reply {
        if self.fields["status"] == status {
            return refused(409, "already_so", None);
        }
        self.set("status", &status.into())
    }

    fn change_profile(&mut self, body: &Value) -> Reply {
        let mut profile = self.profile.clone();
        profile.extend(body.as_object().cloned().unwrap_or_default());
        profile.retain(|_, value| !value.is_null());
        let changed = Value::Object(profile);
        if let Some(refusal) = refusal_of(&changed) {
            return refusal;
        }
        self.profile = changed.as_object().cloned().unwrap_or_default();
        Reply::empty(204)
    }
}

/// Why a profile is not taken.
fn refusal_of(profile: &Value) -> Option<Reply> {
    let missing = |field: &&str| profile[*field].as_str().is_none_or(str::is_empty);
    if let Some(field) = ["first_name", "last_name"].into_iter().find(missing) {
        return Some(refused(422, "missing", Some(field)));
    }
    let bad = profile["email"].as_str().is_some_and(|mail| !mail.contains('@'));
    bad.then(|| refused(422, "invalid", Some("email")))
}

/// 24 hexadecimal digits.
fn id(kind: &str, at: usize) -> String {
    format!("5f{kind}{at:021x}")
}

/// A collection: without elements, without `_embedded`.
fn hal(name: &str, rows: &[Value], mut around: Value) -> Value {
    if !rows.is_empty() {
        around["_embedded"] = json!({name: rows});
    }
    around
}

fn named(collection: &str, kind: &str, names: &[&str]) -> Reply {
    let rows: Vec<Value> =
        names.iter().enumerate().map(|(at, name)| json!({"id": id(kind, at), "name": name})).collect();
    Reply::json(200, hal(collection, &rows, json!({"_links": {"self": {"href": format!("/{collection}")}}})))
}

fn refused(status: u16, code: &str, field: Option<&str>) -> Reply {
    let mut error = json!({"code": code});
    if let Some(field) = field {
        error["field"] = field.into();
    }
    Reply::json(status, json!({"errors": [error]}))
}
