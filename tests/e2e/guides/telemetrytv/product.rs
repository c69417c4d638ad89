//! The internal API of a digital signage product, as the profile `telemetrytv` expects it.
//!
//! Several accounts, told apart by a product key in the query. Lists are bare arrays with their total in a header, errors are a line
//! of plain text. Every change must name the revision that it is of and makes another; whoever names an old one is told `stale`. A
//! handle is written once, a password by a call of its own, and the members of a group as one list. Whoever was changed last comes
//! first in a list, unless an order is asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gateway::standin::serve::{Asked, Play, Reply};
use http::Method;
use json::{Map, Value, json};

/// Most rows of one page, whatever is asked for.
const ROWS_MAX: usize = 100;

/// What a user may have beside id and revision.
const USER_FIELDS: [&str; 7] = ["handle", "email", "first_name", "last_name", "screen_name", "sso_ref", "state"];

/// The product.
#[derive(Debug, Default)]
pub(super) struct Product {
    accounts: Mutex<BTreeMap<String, Account>>,
}

/// One customer.
#[derive(Debug, Default)]
pub(super) struct Account {
    users: Table,
    groups: Table,
    /// By the id of the user.
    passwords: BTreeMap<u64, String>,
    last: u64,
    /// How many changes there were: the later a record was changed, the earlier it is listed.
    clock: u64,
    /// Writes before which somebody else is faster.
    races: u32,
}

/// Users or groups.
#[derive(Debug, Default)]
struct Table {
    rows: BTreeMap<u64, Map>,
    changed: BTreeMap<u64, u64>,
}

/// A request that is refused: status and the line of text.
type Refused = (u16, &'static str);

// === impl Product ===

impl Product {
    /// A product without customers.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Opens an account behind this product key; ids of each begin elsewhere.
    pub(super) fn open(&self, key: &str) {
        let mut accounts = self.lock();
        let last = 4_000 * (accounts.len() as u64 + 1);
        accounts.insert(key.to_owned(), Account { last, ..Account::default() });
    }

    /// Makes so many users by hand, in an order that is not the one in which they are listed; gives their ids.
    pub(super) fn seed_users(&self, key: &str, count: u64) -> Vec<u64> {
        self.with(key, |account| {
            let made = |number: u64| {
                let handle = format!("viewer-{number}@example.com");
                let fields = json!({"handle": handle, "email": handle, "last_name": format!("Viewer {number:03}")});
                account.make_user(&fields).expect("a new handle")
            };
            let ids: Vec<u64> = (1..=count).map(made).collect();
            ids.iter().filter(|id| *id % 7 == 0).for_each(|id| account.users.touch(*id, &mut account.clock));
            ids
        })
    }

    /// Makes a group by hand; gives its id.
    pub(super) fn seed_group(&self, key: &str, name: &str, user_ids: &[u64]) -> u64 {
        self.with(key, |account| {
            let id = account.make_group(&json!({"name": name})).expect("a new name");
            account.groups.rows.get_mut(&id).expect("it was just made").insert("user_ids".into(), user_ids.into());
            id
        })
    }

    /// Before each of the next `count` writes that name a revision, somebody else changes the record.
    pub(super) fn race(&self, key: &str, count: u32) {
        self.with(key, |account| account.races = count);
    }

    /// The user with this handle; null if there is none.
    pub(super) fn user(&self, key: &str, handle: &str) -> Value {
        self.with(key, |account| account.users.by("handle", &handle.into()).map_or(Value::Null, |(_, row)| row))
    }

    /// The group of this name; null if there is none.
    pub(super) fn group(&self, key: &str, name: &str) -> Value {
        self.with(key, |account| account.groups.by("name", &name.into()).map_or(Value::Null, |(_, row)| row))
    }

    /// The password of the user with this handle; empty if there is none.
    pub(super) fn password(&self, key: &str, handle: &str) -> String {
        self.with(key, |account| {
            let user = account.users.by("handle", &handle.into());
            user.and_then(|(id, _)| account.passwords.get(&id).cloned()).unwrap_or_default()
        })
    }

    /// How many users there are.
    pub(super) fn count(&self, key: &str) -> usize {
        self.with(key, |account| account.users.rows.len())
    }

    fn with<T>(&self, key: &str, what: impl FnOnce(&mut Account) -> T) -> T {
        what(self.lock().get_mut(key).expect("an account that was opened"))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Product {
    fn answer(&self, asked: &Asked) -> Reply {
        let mut accounts = self.lock();
        let account = asked.parameter("product_key").and_then(|key| accounts.get_mut(key));
        let answered = match account {
            Some(account) => account.answer(asked),
            None => Err((403, "product key")),
        };
        answered.unwrap_or_else(|(status, line)| Reply::text(status, "text/plain; charset=utf-8", line))
    }
}

// === impl Account ===

impl Account {
    fn answer(&mut self, asked: &Asked) -> Result<Reply, Refused> {
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        let body = &asked.body;
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, ["ping"]) => Ok(Reply::json(200, json!({"pong": true}))),
            (&Method::GET, ["users"]) => Ok(self.users.list(asked, &["handle", "sso_ref"])),
            (&Method::GET, ["groups"]) => Ok(self.groups.list(asked, &["name"])),
            (&Method::GET, ["users", id]) => self.users.read(number(id)?),
            (&Method::GET, ["groups", id]) => self.groups.read(number(id)?),
            (&Method::POST, ["users"]) => {
                let id = self.make_user(body)?;
                self.users.read(id).map(|reply| Reply { status: 201, ..reply })
            }
            (&Method::POST, ["groups"]) => {
                let id = self.make_group(body)?;
                self.groups.read(id).map(|reply| Reply { status: 201, ..reply })
            }
            (&Method::PATCH, ["users", id]) => self.change_user(number(id)?, asked),
            (&Method::PATCH, ["groups", id]) => self.change_group(number(id)?, asked),
            (&Method::PUT, ["users", id, "password"]) => self.set_password(number(id)?, asked),
            (&Method::DELETE, ["users", id]) => self.delete_user(number(id)?),
            (&Method::DELETE, ["groups", id]) => self.groups.delete(number(id)?),
            _ => Err((404, "no such path")),
        }
    }

    fn make_user(&mut self, body: &Value) -> Result<u64, Refused> {
        let fields = body.as_object().ok_or((400, "no object"))?;
        if fields.keys().any(|name| !USER_FIELDS.contains(&name.as_str())) {
            return Err((422, "unknown field"));
        }
        let handle = fields.get("handle").filter(|handle| handle.is_string()).ok_or((422, "handle missing"))?;
        if self.users.by("handle", handle).is_some() {
            return Err((409, "handle taken"));
        }
        self.email_is_free(fields, None)?;
        let mut user = fields.clone();
        user.entry("state").or_insert_with(|| "on".into());
        Ok(self.users.add(user, &mut self.last, &mut self.clock))
    }

    fn make_group(&mut self, body: &Value) -> Result<u64, Refused> {
        let name = body.get("name").filter(|name| name.is_string()).ok_or((422, "name missing"))?;
        if self.groups.by("name", name).is_some() {
            return Err((409, "name taken"));
        }
        let group = Map::from_iter([("name".to_owned(), name.clone()), ("user_ids".to_owned(), json!([]))]);
        Ok(self.groups.add(group, &mut self.last, &mut self.clock))
    }

    fn change_user(&mut self, id: u64, asked: &Asked) -> Result<Reply, Refused> {
        self.interfere(id, true);
        self.users.holds_to(id, asked)?;
        let fields = asked.body.as_object().ok_or((400, "no object"))?;
        if fields.contains_key("handle") {
            return Err((422, "handle is written once"));
        }
        if fields.keys().any(|name| !USER_FIELDS.contains(&name.as_str())) {
            return Err((422, "unknown field"));
        }
        self.email_is_free(fields, Some(id))?;
        self.users.change(id, fields, &mut self.clock)
    }

    fn change_group(&mut self, id: u64, asked: &Asked) -> Result<Reply, Refused> {
        self.interfere(id, false);
        self.groups.holds_to(id, asked)?;
        let fields = asked.body.as_object().ok_or((400, "no object"))?;
        if let Some(name) = fields.get("name")
            && self.groups.by("name", name).is_some_and(|(other, _)| other != id)
        {
            return Err((409, "name taken"));
        }
        if let Some(ids) = fields.get("user_ids") {
            let is_known = |id: &Value| id.as_u64().is_some_and(|id| self.users.rows.contains_key(&id));
            if !ids.as_array().is_some_and(|ids| ids.iter().all(is_known)) {
                return Err((422, "no such user in user_ids"));
            }
        }
        self.groups.change(id, fields, &mut self.clock)
    }

    fn set_password(&mut self, id: u64, asked: &Asked) -> Result<Reply, Refused> {
        self.interfere(id, true);
        self.users.holds_to(id, asked)?;
        let password = asked.body.get("password").and_then(Value::as_str).ok_or((422, "password missing"))?;
        if password.chars().count() < 8 {
            return Err((422, "weak password"));
        }
        self.passwords.insert(id, password.to_owned());
        self.users.change(id, &Map::new(), &mut self.clock)
    }

    fn delete_user(&mut self, id: u64) -> Result<Reply, Refused> {
        let reply = self.users.delete(id)?;
        for group in self.groups.rows.values_mut() {
            if let Some(ids) = group.get_mut("user_ids").and_then(Value::as_array_mut) {
                ids.retain(|member| *member != id);
            }
        }
        Ok(reply)
    }

    fn email_is_free(&self, fields: &Map, own: Option<u64>) -> Result<(), Refused> {
        let email = fields.get("email").filter(|email| !email.is_null());
        let other = email.and_then(|email| self.users.by("email", email)).filter(|(id, _)| Some(*id) != own);
        if other.is_some() { Err((409, "email taken")) } else { Ok(()) }
    }

    /// Somebody at the product is faster, if a race was asked for.
    fn interfere(&mut self, id: u64, is_user: bool) {
        if self.races > 0 {
            self.races -= 1;
            let table = if is_user { &mut self.users } else { &mut self.groups };
            table.touch(id, &mut self.clock);
        }
    }
}

// === impl Table ===

impl Table {
    fn add(&mut self, mut row: Map, last: &mut u64, clock: &mut u64) -> u64 {
        *last += 1;
        row.retain(|_, value| !value.is_null());
        row.insert("id".into(), (*last).into());
        row.insert("rev".into(), 0.into());
        self.rows.insert(*last, row);
        self.touch(*last, clock);
        *last
    }

    /// The row whose `field` is `value`, case of ASCII letters ignored.
    fn by(&self, field: &str, value: &Value) -> Option<(u64, Value)> {
        let same = |held: &Value| match (held.as_str(), value.as_str()) {
            (Some(held), Some(value)) => held.eq_ignore_ascii_case(value),
            _ => held == value,
        };
        let (id, row) = self.rows.iter().find(|(_, row)| row.get(field).is_some_and(same))?;
        Some((*id, Value::Object(row.clone())))
    }

    fn list(&self, asked: &Asked, searched: &[&str]) -> Reply {
        let member: Option<u64> = asked.parameter("user_id").and_then(|id| id.parse().ok());
        let fits = |row: &Map| {
            let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
            let has = |ids: &Value, id: u64| ids.as_array().is_some_and(|ids| ids.iter().any(|one| *one == id));
            searched
                .iter()
                .all(|name| asked.parameter(name).is_none_or(|wanted| text(name).eq_ignore_ascii_case(wanted)))
                && member.is_none_or(|id| row.get("user_ids").is_some_and(|ids| has(ids, id)))
        };
        let mut found: Vec<(&u64, &Map)> = self.rows.iter().filter(|(_, row)| fits(row)).collect();
        if asked.parameter("order") != Some("id") {
            found.sort_by_key(|(id, _)| std::cmp::Reverse(self.changed.get(id)));
        }
        let number = |name| asked.parameter(name).and_then(|text| text.parse().ok());
        let (from, max) = (number("from").unwrap_or(0), number("max").unwrap_or(ROWS_MAX).min(ROWS_MAX));
        let page: Vec<_> = found.iter().skip(from).take(max).map(|(_, row)| row).collect();
        Reply::json(200, json!(page)).header("x-total-count", found.len().to_string())
    }

    fn read(&self, id: u64) -> Result<Reply, Refused> {
        let row = self.rows.get(&id).ok_or((404, "not there"))?;
        Ok(Reply::json(200, Value::Object(row.clone())))
    }

    /// A change must say what it is of.
    fn holds_to(&self, id: u64, asked: &Asked) -> Result<(), Refused> {
        let row = self.rows.get(&id).ok_or((404, "not there"))?;
        match asked.header("if-match") {
            "" => Err((428, "If-Match missing")),
            named if row.get("rev").and_then(Value::as_u64) == named.parse().ok() => Ok(()),
            _ => Err((409, "stale")),
        }
    }

    fn change(&mut self, id: u64, fields: &Map, clock: &mut u64) -> Result<Reply, Refused> {
        let row = self.rows.get_mut(&id).ok_or((404, "not there"))?;
        row.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        row.retain(|_, value| !value.is_null());
        self.touch(id, clock);
        self.read(id)
    }

    /// One revision more.
    fn touch(&mut self, id: u64, clock: &mut u64) {
        if let Some(row) = self.rows.get_mut(&id) {
            *clock += 1;
            self.changed.insert(id, *clock);
            let rev = row.get("rev").and_then(Value::as_u64).unwrap_or(0);
            row.insert("rev".into(), (rev + 1).into());
        }
    }

    fn delete(&mut self, id: u64) -> Result<Reply, Refused> {
        self.rows.remove(&id).map(|_| Reply::empty(204)).ok_or((404, "not there"))
    }
}

fn number(id: &str) -> Result<u64, Refused> {
    id.parse().map_err(|_| (404, "not there"))
}
