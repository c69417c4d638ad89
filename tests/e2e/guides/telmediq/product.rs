//! A paging product's internal API, as the profile `telmediq` expects it: forms come in, 200 goes out whatever happens, and `ok` says
//! whether it did.
//!
//! Its own ways: a session that ends when it likes, `Y` and `N`, addresses that are unique in any case, and two permission groups, of
//! which everybody is in one at most and must leave it before joining the other. Users that the staff makes by hand are users like all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gateway::standin::serve::{Asked, Play, Reply};
use http::Method;
use json::{Map, Value, json};

/// The permission groups.
const GROUPS: [&str; 2] = ["basic", "admin"];
/// The most users on a page, whatever is asked for.
const PAGE_MAX: usize = 50;
/// Texts that a form may say of a user.
const FIELDS: [&str; 7] = ["login", "email", "name.first", "name.last", "enabled", "ref", "source"];

/// The product.
#[derive(Default)]
pub(super) struct Product(Mutex<State>);

#[derive(Default)]
struct State {
    accounts: BTreeMap<String, Account>,
    /// The account behind each session.
    sessions: BTreeMap<String, String>,
    last: u64,
}

/// One customer's.
struct Account {
    key: String,
    users: BTreeMap<String, Map>,
    /// How many may be in `admin`.
    admin_seats: usize,
}

impl Product {
    /// A product without accounts.
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Opens an account.
    pub(super) fn open(&self, name: &str, key: &str) {
        let account = Account { key: key.to_owned(), users: BTreeMap::new(), admin_seats: usize::MAX };
        self.lock().accounts.insert(name.to_owned(), account);
    }

    /// Its users, in the order in which they were made.
    pub(super) fn users(&self, account: &str) -> Vec<Value> {
        self.lock().accounts[account].users.values().cloned().map(Value::Object).collect()
    }

    /// Somebody of the staff makes a user by hand; gives the id.
    pub(super) fn hire(&self, account: &str, login: &str, email: &str) -> String {
        let mut state = self.lock();
        let id = state.next_id();
        let user = json!({
            "id": id, "login": login, "email": email, "name": {"first": "Kit", "last": "Ng"}, "enabled": "Y", "source": "staff",
            "group": "basic",
        });
        state.account(account).users.extend([(id.clone(), user.as_object().cloned().unwrap())]);
        id
    }

    /// And removes one.
    pub(super) fn dismiss(&self, account: &str, id: &str) {
        self.lock().account(account).users.remove(id).unwrap();
    }

    /// From now on so many may be in `admin`.
    pub(super) fn seats(&self, account: &str, count: usize) {
        self.lock().account(account).admin_seats = count;
    }

    /// Ends every session.
    pub(super) fn end_sessions(&self) {
        self.lock().sessions.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Product {
    fn answer(&self, asked: &Asked) -> Reply {
        let mut state = self.lock();
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        if let (&Method::POST, ["auth"]) = (&asked.method, segments.as_slice()) {
            return said(state.log_in(&asked.form()));
        }
        let Some(account) = state.sessions.get(asked.header("X-Session")).cloned() else {
            // The door is the one place that knows another status.
            return Reply::json(401, json!({"ok": false, "error": "session"}));
        };
        let is_form = asked.header("Content-Type").starts_with("application/x-www-form-urlencoded");
        if !asked.raw.is_empty() && !is_form {
            return said(Err("not_a_form"));
        }
        said(state.serve(&account, &asked.method, &segments, asked))
    }
}

/// What the product says; the error's name if it says no.
type Said = Result<Value, &'static str>;

fn said(answer: Said) -> Reply {
    let (mut fields, rest) = match answer {
        Ok(rest) => (json!({"ok": true}), rest),
        Err(error) => (json!({"ok": false}), json!({"error": error})),
    };
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
    Reply::json(200, fields)
}

impl State {
    fn next_id(&mut self) -> String {
        self.last += 1;
        format!("{:08x}-5a1e-4b2c-9d3f-{:012x}", 0xa0e1_0000 + self.last, self.last)
    }

    fn account(&mut self, name: &str) -> &mut Account {
        self.accounts.get_mut(name).unwrap_or_else(|| panic!("no account `{name}`"))
    }

    fn log_in(&mut self, form: &[(String, String)]) -> Said {
        let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let (Some(name), Some(key)) = (field("account"), field("key")) else { return Err("bad_login") };
        if self.accounts.get(name).is_none_or(|account| account.key != key) {
            return Err("bad_login");
        }
        self.last += 1;
        let session = format!("session-{}", self.last);
        self.sessions.insert(session.clone(), name.to_owned());
        Ok(json!({"session": session}))
    }

    fn serve(&mut self, account: &str, method: &Method, segments: &[&str], asked: &Asked) -> Said {
        let id = self.next_id();
        let account = self.account(account);
        match (method, segments) {
            (&Method::GET, ["account"]) => Ok(json!({})),
            (&Method::GET, ["groups", id]) if GROUPS.contains(id) => Ok(json!({"group": {"id": id}})),
            (&Method::GET, ["groups", _]) => Err("no_such_group"),
            (&Method::GET, ["users"]) => Ok(account.list(asked)),
            (&Method::POST, ["users"]) => account.create(id, &asked.form()),
            (&Method::GET, ["users", id]) => account.user(id).map(|user| json!({"user": user})),
            (&Method::POST, ["users", id]) => account.change(id, &asked.form()),
            (&Method::POST, ["users", id, "leave"]) => account.leave(id),
            (&Method::POST, ["users", id, "join"]) => account.join(id, &asked.form()),
            (&Method::POST, ["users", id, "remove"]) => {
                account.users.remove(*id).map(|_| json!({})).ok_or("no_such_user")
            }
            _ => Err("no_such_page"),
        }
    }
}

impl Account {
    fn user(&mut self, id: &str) -> Result<&mut Map, &'static str> {
        self.users.get_mut(id).ok_or("no_such_user")
    }

    fn list(&self, asked: &Asked) -> Value {
        let number = |name: &str| asked.parameter(name).and_then(|text| text.parse().ok()).filter(|number| *number > 0);
        let (page, size) = (number("page").unwrap_or(1), number("per_page").unwrap_or(PAGE_MAX).min(PAGE_MAX));
        let is_wanted = |user: &&Map| asked.parameter("login").is_none_or(|login| is_same(user.get("login"), login));
        let all: Vec<_> = self.users.values().filter(is_wanted).collect();
        let rows: Vec<_> = all.iter().skip((page - 1) * size).take(size).collect();
        json!({"users": rows, "page": page, "per_page": size, "pages": all.len().div_ceil(size)})
    }

    fn create(&mut self, id: String, form: &[(String, String)]) -> Said {
        let mut user = Map::new();
        user.insert("id".to_owned(), id.clone().into());
        self.write(&mut user, form)?;
        for required in ["login", "email", "name"] {
            user.get(required).ok_or("field_missing")?;
        }
        user.entry("enabled").or_insert_with(|| "Y".into());
        self.users.insert(id, user.clone());
        Ok(json!({"user": user}))
    }

    fn change(&mut self, id: &str, form: &[(String, String)]) -> Said {
        let mut user = self.user(id)?.clone();
        self.write(&mut user, form)?;
        self.users.insert(id.to_owned(), user.clone());
        Ok(json!({"user": user}))
    }

    /// Writes what a form says of a user: all of it, or nothing.
    fn write(&self, user: &mut Map, form: &[(String, String)]) -> Result<(), &'static str> {
        for (name, value) in form {
            let field = name.strip_prefix("user[").and_then(|rest| rest.strip_suffix(']')).ok_or("field_unknown")?;
            let field = field.replace("][", ".");
            if !FIELDS.contains(&field.as_str()) {
                return Err("field_unknown");
            }
            match field.as_str() {
                "enabled" if value != "Y" && value != "N" => return Err("flag_invalid"),
                "email" if !value.contains('@') => return Err("email_invalid"),
                "email" if self.is_taken(user, "email", value) => return Err("email_taken"),
                "login" if self.is_taken(user, "login", value) => return Err("login_taken"),
                _ => set(user, &field, value),
            }
        }
        Ok(())
    }

    /// Whether somebody other than `user` has this.
    fn is_taken(&self, user: &Map, field: &str, value: &str) -> bool {
        self.users.values().any(|other| other.get("id") != user.get("id") && is_same(other.get(field), value))
    }

    fn leave(&mut self, id: &str) -> Said {
        let left = self.user(id)?.remove("group").ok_or("not_in_a_group")?;
        Ok(json!({"left": left}))
    }

    fn join(&mut self, id: &str, form: &[(String, String)]) -> Said {
        let [(name, group)] = form else { return Err("field_missing") };
        if name != "group" || !GROUPS.contains(&group.as_str()) {
            return Err("no_such_group");
        }
        let now = self.user(id)?.get("group").cloned();
        if let Some(now) = now {
            return if now == **group { Ok(json!({})) } else { Err("leave_first") };
        }
        let admins = self.users.values().filter(|user| user.get("group") == Some(&"admin".into())).count();
        if group == "admin" && admins >= self.admin_seats {
            return Err("no_seat");
        }
        self.user(id)?.insert("group".to_owned(), group.clone().into());
        Ok(json!({}))
    }
}

fn is_same(held: Option<&Value>, text: &str) -> bool {
    held.and_then(Value::as_str).is_some_and(|held| held.eq_ignore_ascii_case(text))
}

/// Sets a field, or a part of one; an empty text takes it away.
fn set(user: &mut Map, field: &str, value: &str) {
    let (fields, name) = match field.split_once('.') {
        None => (user, field),
        Some((outer, inner)) => {
            let whole = user.entry(outer).or_insert_with(|| json!({}));
            (whole.as_object_mut().unwrap(), inner)
        }
    };
    if value.is_empty() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value.into());
    }
}
