//! A directory product whose people have every attribute that SCIM knows, as the profile `directory` expects it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use serde_json::{Map, Value, json};

use super::serve::{Asked, Play, Reply};

/// The directory: one account, one API key, the time given by whoever starts it.
pub struct Directory {
    key: String,
    people: Mutex<People>,
    now: Box<dyn Fn() -> String + Send + Sync>,
}

#[derive(Default)]
struct People {
    by_id: BTreeMap<u64, Map<String, Value>>,
    last: u64,
}

impl Directory {
    /// An empty directory behind `key`; `now` gives the time as RFC 3339 text, for `createdAt` and `updatedAt`.
    #[must_use]
    pub fn new(key: &str, now: impl Fn() -> String + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { key: key.to_owned(), people: Mutex::default(), now: Box::new(now) })
    }

    /// Everybody, in order of their ids, passwords included.
    #[must_use]
    pub fn people(&self) -> Vec<Value> {
        self.lock().by_id.values().cloned().map(Value::Object).collect()
    }

    fn lock(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Directory {
    fn answer(&self, asked: &Asked) -> Reply {
        if asked.headers.get("x-api-key").map(http::HeaderValue::as_bytes) != Some(self.key.as_bytes()) {
            return Reply::json(401, json!({"error": "key"}));
        }
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        let mut people = self.lock();
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, ["api", "people"]) => people.list(asked),
            (&Method::POST, ["api", "people"]) => people.create(&asked.body, &(self.now)()),
            (&Method::GET, ["api", "people", id]) => people.read(id),
            (&Method::PATCH, ["api", "people", id]) => people.change(id, &asked.body, &(self.now)()),
            (&Method::DELETE, ["api", "people", id]) => people.delete(id),
            _ => Reply::json(404, json!({"error": "no_route"})),
        }
    }
}

impl People {
    fn list(&self, asked: &Asked) -> Reply {
        let (offset, limit) = asked.window();
        let login = asked.parameter("login").map(str::to_lowercase);
        let reference = asked.parameter("ref");
        let fits = |person: &&Map<String, Value>| {
            let own_login = || person.get("login").and_then(Value::as_str).map(str::to_lowercase);
            login.as_ref().is_none_or(|login| own_login().as_ref() == Some(login))
                && reference.is_none_or(|reference| person.get("ref") == Some(&reference.into()))
        };
        let all: Vec<&Map<String, Value>> = self.by_id.values().filter(fits).collect();
        let page: Vec<Value> = all.iter().skip(offset).take(limit).map(|person| shown(person)).collect();
        Reply::json(200, json!({"people": page, "count": all.len()}))
    }

    fn create(&mut self, body: &Value, now: &str) -> Reply {
        let Some(fields) = body.as_object() else { return Reply::json(400, json!({"error": "body"})) };
        if self.is_taken(fields, None) {
            return Reply::json(409, json!({"error": "login_taken"}));
        }
        self.last += 1;
        let mut person = Map::from_iter([("pid".to_owned(), self.last.into()), ("enabled".to_owned(), true.into())]);
        merge(&mut person, fields);
        person.insert("createdAt".into(), now.into());
        person.insert("updatedAt".into(), now.into());
        let reply = json!({"person": shown(&person)});
        self.by_id.insert(self.last, person);
        Reply::json(201, reply)
    }

    fn read(&self, id: &str) -> Reply {
        match id.parse().ok().and_then(|id: u64| self.by_id.get(&id)) {
            Some(person) => Reply::json(200, json!({"person": shown(person)})),
            None => Reply::json(404, json!({"error": "no_person"})),
        }
    }

    fn change(&mut self, id: &str, body: &Value, now: &str) -> Reply {
        let Some(fields) = body.as_object() else { return Reply::json(400, json!({"error": "body"})) };
        let id = id.parse().ok();
        if self.is_taken(fields, id) {
            return Reply::json(409, json!({"error": "login_taken"}));
        }
        let Some(person) = id.and_then(|id| self.by_id.get_mut(&id)) else {
            return Reply::json(404, json!({"error": "no_person"}));
        };
        merge(person, fields);
        person.insert("updatedAt".into(), now.into());
        Reply::json(200, json!({"person": shown(person)}))
    }

    fn delete(&mut self, id: &str) -> Reply {
        match id.parse().ok().and_then(|id: u64| self.by_id.remove(&id)) {
            Some(_) => Reply::empty(204),
            None => Reply::json(404, json!({"error": "no_person"})),
        }
    }

    fn is_taken(&self, fields: &Map<String, Value>, own: Option<u64>) -> bool {
        let login = |fields: &Map<String, Value>| fields.get("login").and_then(Value::as_str).map(str::to_lowercase);
        let Some(wanted) = login(fields) else { return false };
        self.by_id.iter().any(|(id, person)| Some(*id) != own && login(person).as_ref() == Some(&wanted))
    }
}

/// A person as the API shows them: without the password.
fn shown(person: &Map<String, Value>) -> Value {
    let mut person = person.clone();
    person.shift_remove("secret");
    Value::Object(person)
}

/// JSON merge patch (RFC 7396) on one object.
fn merge(into: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                into.shift_remove(name);
            }
            Value::Object(patch) => {
                let held = into.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !held.is_object() {
                    *held = Value::Object(Map::new());
                }
                if let Value::Object(held) = held {
                    merge(held, patch);
                }
            }
            value => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}
