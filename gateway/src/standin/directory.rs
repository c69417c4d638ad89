//! A directory product as the profile `directory` expects it: people with every attribute that SCIM knows, and teams.
//!
//! Everything is indexed, so that tests with 100,000 members measure the gateway and not this: [`people`] by login and
//! reference, [`teams`] by name and reference, and who belongs to what in both directions. It never validates what SCIM
//! validates: it takes what it is given, and refuses only logins and names that are taken.

mod fields;
mod members;
mod people;
mod teams;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Method;
use json::{Map, Value, json};

use super::serve::{Asked, Play, Reply};

use self::members::Member;
use self::people::People;
use self::teams::Teams;

/// The directory: one account, one API key, the time given by whoever starts it.
pub struct Directory {
    key: String,
    state: Mutex<State>,
    now: Box<dyn Fn() -> String + Send + Sync>,
}

#[derive(Default)]
struct State {
    people: People,
    teams: Teams,
    /// Tables that people refer to by id: a name, and the names in it.
    tables: Vec<(String, Vec<String>)>,
}

impl Directory {
    /// An empty directory behind `key`; `now` gives the time as RFC 3339 text, for `createdAt` and `updatedAt`.
    #[must_use]
    pub fn new(key: &str, now: impl Fn() -> String + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { key: key.to_owned(), state: Mutex::default(), now: Box::new(now) })
    }

    /// Adds a table, `GET /api/{name}` → `{"{name}": [{"id": "{name}-1", "name": …}]}`.
    pub fn add_table(&self, name: &str, rows: &[&str]) {
        let rows = rows.iter().map(|row| (*row).to_owned()).collect();
        self.lock().tables.push((name.to_owned(), rows));
    }

    /// Makes a person by hand, as somebody at the product would; gives the id.
    ///
    /// # Panics
    /// If `fields` is no object or the login is taken.
    pub fn add_person(&self, fields: Value) -> u64 {
        let Value::Object(fields) = fields else { panic!("fields of a person: {fields}") };
        let id = self.lock().people.create(&fields, &(self.now)());
        id.expect("invariant: whoever adds by hand takes a free login")
    }

    /// Makes `count` people, `person-1@example.com` and on; gives their ids.
    pub fn seed_people(&self, count: u64) -> Range<u64> {
        let first = self.lock().people.next();
        for number in 1..=count {
            let login = format!("person-{number}@example.com");
            self.add_person(json!({
                "login": login, "ref": format!("seed-{number}"), "display": format!("Person {number}"),
                "names": {"first": "Person", "last": format!("No {number:06}")},
                "mails": [{"value": login, "type": "work", "primary": true}],
            }));
        }
        first..first + count
    }

    /// Makes a team of people by hand; gives its id.
    ///
    /// # Panics
    /// If the name is taken or somebody does not exist.
    pub fn seed_team(&self, name: &str, people: impl IntoIterator<Item = u64>) -> String {
        let now = (self.now)();
        let mut state = self.lock();
        let fields = Map::from_iter([("name".to_owned(), name.into())]);
        let team = state.teams.create(&fields, &now).expect("invariant: whoever adds by hand takes a free name");
        for person in people {
            assert!(state.people.holds(person), "there is no person {person}");
            state.join(team, Member::Person(person), &now);
        }
        Member::Team(team).to_string()
    }

    /// Everybody, in order of their ids, passwords included.
    #[must_use]
    pub fn people(&self) -> Vec<Value> {
        self.lock().people.all().cloned().map(Value::Object).collect()
    }

    /// Every team, in order of their ids, as the API shows them.
    #[must_use]
    pub fn teams(&self) -> Vec<Value> {
        self.lock().teams.all()
    }

    /// The ids of the members of team `tid`, in order of joining; empty if there is no such team.
    #[must_use]
    pub fn members(&self, tid: &str) -> Vec<String> {
        let state = self.lock();
        let team = Member::team(tid);
        team.map(|team| state.teams.members(team).map(|member| member.to_string()).collect()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Directory {
    fn answer(&self, asked: &Asked) -> Reply {
        if asked.headers.get("x-api-key").map(http::HeaderValue::as_bytes) != Some(self.key.as_bytes()) {
            return Reply::json(401, json!({"error": "key"}));
        }
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        let ["api", below @ ..] = segments.as_slice() else { return no_route() };
        let now = (self.now)();
        let mut state = self.lock();
        match below {
            ["people"] | ["people", _] => state.on_people(asked, &below[1..], &now),
            ["teams"] | ["teams", _] => state.on_teams(asked, &below[1..], &now),
            ["teams", team, "members", rest @ ..] => state.on_members(asked, team, rest, &now),
            ["members", member, "teams"] if asked.method == Method::GET => state.teams_of(member),
            [table] if asked.method == Method::GET => state.table(table),
            _ => no_route(),
        }
    }
}

fn no_route() -> Reply {
    Reply::json(404, json!({"error": "no_route"}))
}

fn refused(status: u16, error: &str) -> Reply {
    Reply::json(status, json!({"error": error}))
}

impl State {
    fn on_people(&mut self, asked: &Asked, id: &[&str], now: &str) -> Reply {
        let Self { people, teams, .. } = self;
        match (&asked.method, id) {
            (&Method::GET, []) => people.list(asked, teams),
            (&Method::POST, []) => {
                let Some(fields) = asked.body.as_object() else { return refused(400, "body") };
                match people.create(fields, now) {
                    Ok(id) => Reply::json(201, json!({"person": people.shown(id, teams)})),
                    Err(people::Taken) => refused(409, "login_taken"),
                }
            }
            (_, [id]) => {
                let Some(id) = id.parse().ok().filter(|id| people.holds(*id)) else {
                    return refused(404, "no_person");
                };
                match asked.method {
                    Method::GET => Reply::json(200, json!({"person": people.shown(id, teams)})),
                    Method::PATCH => {
                        let Some(fields) = asked.body.as_object() else { return refused(400, "body") };
                        match people.change(id, fields, now) {
                            Ok(()) => Reply::json(200, json!({"person": people.shown(id, teams)})),
                            Err(people::Taken) => refused(409, "login_taken"),
                        }
                    }
                    Method::DELETE => {
                        people.delete(id);
                        teams.forget(Member::Person(id), now);
                        Reply::empty(204)
                    }
                    _ => no_route(),
                }
            }
            _ => no_route(),
        }
    }

    fn on_teams(&mut self, asked: &Asked, id: &[&str], now: &str) -> Reply {
        let teams = &mut self.teams;
        let named = |made: Result<u64, teams::NotNamed>, status: u16, teams: &Teams| match made {
            Ok(id) => Reply::json(status, json!({"team": teams.shown(id)})),
            Err(teams::NotNamed::Taken) => refused(409, "name_taken"),
            Err(teams::NotNamed::Nameless) => refused(400, "no_name"),
        };
        match (&asked.method, id) {
            (&Method::GET, []) => teams.list(asked),
            (&Method::POST, []) => {
                let Some(fields) = asked.body.as_object() else { return refused(400, "body") };
                named(teams.create(fields, now), 201, teams)
            }
            (_, [id]) => {
                let Some(id) = Member::team(id).filter(|id| teams.holds(*id)) else { return refused(404, "no_team") };
                match asked.method {
                    Method::GET => Reply::json(200, json!({"team": teams.shown(id)})),
                    Method::PATCH => {
                        let Some(fields) = asked.body.as_object() else { return refused(400, "body") };
                        let before = teams.name(id);
                        let changed = teams.change(id, fields, now);
                        if teams.name(id) != before {
                            teams.members(id).for_each(|member| self.people.touch(member));
                        }
                        named(changed.map(|()| id), 200, teams)
                    }
                    Method::DELETE => {
                        for member in teams.delete(id, now) {
                            self.people.touch(member);
                        }
                        Reply::empty(204)
                    }
                    _ => no_route(),
                }
            }
            _ => no_route(),
        }
    }

    fn table(&self, name: &str) -> Reply {
        let Some((_, rows)) = self.tables.iter().find(|(table, _)| table == name) else { return no_route() };
        let row = |(at, row): (usize, &String)| json!({"id": format!("{name}-{}", at + 1), "name": row});
        let rows: Vec<Value> = rows.iter().enumerate().map(row).collect();
        Reply::json(200, json!({name: rows}))
    }
}
