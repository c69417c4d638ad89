//! A messaging product's internal API, as the profile `telemessage` expects it.
//!
//! Several customer accounts, told apart by their bearer token; each has managers and users. A number must be international
//! digits, and whether a number may be used twice can be chosen: real products differ in that, and the gateway must not rely
//! on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use json::{Map, Value, json};

use super::serve::{Asked, Play, Reply};

/// Whether the product refuses a number that is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// Yes, with 422.
    Refused,
    /// No: it makes a second account.
    Allowed,
}

/// The product.
#[derive(Debug)]
pub struct Product {
    accounts: Mutex<BTreeMap<String, Account>>,
    duplicates: Duplicates,
}

/// One customer's account.
#[derive(Debug, Default)]
struct Account {
    managers: Vec<(String, String)>,
    users: BTreeMap<u64, Map>,
    last: u64,
}

impl Product {
    /// A product without accounts.
    #[must_use]
    pub fn new(duplicates: Duplicates) -> Arc<Self> {
        Arc::new(Self { accounts: Mutex::default(), duplicates })
    }

    /// Opens an account for `token`, with these managers. User numbers of each account start elsewhere, so that an id of one
    /// account is none of another.
    pub fn open(&self, token: &str, managers: &[&str]) {
        let mut accounts = self.lock();
        let first = 1_000 * (accounts.len() as u64 + 1);
        let managers = managers.iter().enumerate().map(|(at, name)| (format!("m{}", at + 1), (*name).to_owned()));
        accounts
            .insert(token.to_owned(), Account { managers: managers.collect(), last: first, users: BTreeMap::new() });
    }

    /// Adds a manager to an account.
    pub fn add_manager(&self, token: &str, name: &str) {
        if let Some(account) = self.lock().get_mut(token) {
            let id = format!("m{}", account.managers.len() + 1);
            account.managers.push((id, name.to_owned()));
        }
    }

    /// The users of an account, in order of their ids.
    #[must_use]
    pub fn users(&self, token: &str) -> Vec<Value> {
        let accounts = self.lock();
        let users = accounts.get(token).map(|account| account.users.values().cloned().map(Value::Object).collect());
        users.unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Product {
    fn answer(&self, asked: &Asked) -> Reply {
        let bearer = asked.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let mut accounts = self.lock();
        let account =
            bearer.and_then(|bearer| bearer.strip_prefix("Bearer ")).and_then(|token| accounts.get_mut(token));
        let Some(account) = account else { return Reply::json(401, json!({"code": "TOKEN"})) };
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, ["status"]) => Reply::json(200, json!({"ok": true})),
            (&Method::GET, ["managers"]) => account.list_managers(),
            (&Method::GET, ["users"]) => account.list(asked),
            (&Method::POST, ["users"]) => account.create(&asked.body, self.duplicates),
            (&Method::GET, ["users", id]) => account.with(id, |_| {}),
            (&Method::PATCH, ["users", id]) => account.change(id, &asked.body, self.duplicates),
            (&Method::POST, ["users", id, "suspend"]) => account.with(id, |user| set(user, "status", "SUSPENDED")),
            (&Method::POST, ["users", id, "activate"]) => account.with(id, |user| set(user, "status", "ENABLED")),
            (&Method::DELETE, ["users", id]) => account.delete(id),
            _ => Reply::json(404, json!({"code": "NO_ROUTE"})),
        }
    }
}

impl Account {
    fn list_managers(&self) -> Reply {
        let rows: Vec<Value> = self.managers.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
        Reply::json(200, json!({"managers": rows}))
    }

    fn list(&self, asked: &Asked) -> Reply {
        let (offset, limit) = asked.window();
        let wanted = asked.parameter("msisdn");
        let fits = |user: &&Map| wanted.is_none_or(|number| user.get("msisdn") == Some(&number.into()));
        let all: Vec<&Map> = self.users.values().filter(fits).collect();
        let page: Vec<_> = all.iter().skip(offset).take(limit).collect();
        Reply::json(200, json!({"users": page, "total": all.len()}))
    }

    fn create(&mut self, body: &Value, duplicates: Duplicates) -> Reply {
        let Some(fields) = body.as_object() else { return Reply::json(400, json!({"code": "BODY"})) };
        if let Some(refusal) = self.refusal(fields, None, duplicates) {
            return refusal;
        }
        self.last += 1;
        let mut user = fields.clone();
        user.retain(|_, value| !value.is_null());
        user.insert("id".into(), self.last.to_string().into());
        user.entry("status").or_insert_with(|| "ENABLED".into());
        self.users.insert(self.last, user.clone());
        Reply::json(201, Value::Object(user))
    }

    fn change(&mut self, id: &str, body: &Value, duplicates: Duplicates) -> Reply {
        let Some(fields) = body.as_object() else { return Reply::json(400, json!({"code": "BODY"})) };
        if let Some(refusal) = self.refusal(fields, id.parse().ok(), duplicates) {
            return refusal;
        }
        self.with(id, |user| {
            for (name, value) in fields {
                match value {
                    Value::Null => user.remove(name),
                    value => user.insert(name.clone(), value.clone()),
                };
            }
        })
    }

    /// Why these fields cannot be written to user `own`.
    fn refusal(&self, fields: &Map, own: Option<u64>, duplicates: Duplicates) -> Option<Reply> {
        let refuse = |code: &str| Some(Reply::json(422, json!({"code": code})));
        if let Some(number) = fields.get("msisdn") {
            let digits =
                number.as_str().is_some_and(|text| text.len() >= 7 && text.bytes().all(|b| b.is_ascii_digit()));
            if !digits {
                return refuse("MSISDN_INVALID");
            }
            let taken = self.users.iter().any(|(id, user)| Some(*id) != own && user.get("msisdn") == Some(number));
            if taken && duplicates == Duplicates::Refused {
                return refuse("MSISDN_TAKEN");
            }
        }
        let mail_is_bad = fields.get("email").and_then(Value::as_str).is_some_and(|mail| !mail.contains('@'));
        if mail_is_bad {
            return refuse("EMAIL_INVALID");
        }
        let manager = fields.get("managerId").and_then(Value::as_str);
        match manager {
            Some(id) if !self.managers.iter().any(|(known, _)| known == id) => refuse("MANAGER_UNKNOWN"),
            _ => None,
        }
    }

    fn with(&mut self, id: &str, change: impl FnOnce(&mut Map)) -> Reply {
        match id.parse().ok().and_then(|id: u64| self.users.get_mut(&id)) {
            Some(user) => {
                change(user);
                Reply::json(200, Value::Object(user.clone()))
            }
            None => Reply::json(404, json!({"code": "NO_USER"})),
        }
    }

    fn delete(&mut self, id: &str) -> Reply {
        match id.parse().ok().and_then(|id: u64| self.users.remove(&id)) {
            Some(_) => Reply::empty(204),
            None => Reply::json(404, json!({"code": "NO_USER"})),
        }
    }
}

fn set(user: &mut Map, field: &str, value: &str) {
    user.insert(field.to_owned(), value.into());
}
