//! The exchange in front of a target in memory: which calls it makes, what it answers, what it remembers.
//!
//! A row is a request and the lines that follow from it: every target call in order, then the answer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bulk;
mod busy;
mod change;
mod counted;
mod create;
mod crew;
mod cursor;
mod depot;
mod desk;
mod discovery;
mod everything;
mod guild;
mod hall;
mod inline;
mod kept_back;
mod members;
mod memory;
mod models;
mod query;
mod reading;
mod reference;
mod sort;
mod steps;
mod steps_behind;
mod unmapped;
mod version;

use json::json;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rules::{Params, Profile};
use store::Volatile;

use super::*;
use crate::layer::rescue::verdict;
use crate::layer::rig::Still;
use crate::target::target_client;
use crate::tenant::Credentials;

use self::crew::{Crew, Quirk};

/// A product that looks first, pages by offset, counts, and answers writes with the record; rows edit it.
const PROFILE: &str = r#"profile = "crew"
title = "Crew"
[params]
region = { type = "region", default = "US" }
[target]
auth = "none"
[lookup.teams]
get = "/teams"
rows = "teams"
id = "id"
[user]
id = "id"
[user.map]
userName = { direct = "phone", as = "E164(region)", match = 1, required = true }
displayName = { direct = "team", lookup = "teams.name" }
title = { direct = "title" }
externalId = { keep = true }
[[user.find]]
by = "userName"
get = "/users?phone={phone}"
rows = "users"
[user.get]
get = "/users/{id}"
[user.list]
get = "/users?offset={offset}&limit={limit}"
rows = "users"
total = "total"
page_rows_max = 3
[user.create]
post = "/users"
look = "first"
answer = "record"
[[user.update]]
patch = "/users/{id}"
answer = "record"
[user.delete]
delete = "/users/{id}"
[[error]]
when = { status = 409 }
scim = { status = 409, type = "uniqueness", detail = "the phone is taken" }
"#;

/// The groups of the same product, as far as they are read: their members are kept apart.
const GROUPS: &str = r#"
[group]
id = "id"
[group.map]
displayName = { direct = "name", match = 1, required = true }
externalId = { direct = "ref" }
[[group.find]]
by = "displayName"
get = "/groups?name={name}"
rows = "groups"
[group.get]
get = "/groups/{id}"
[group.list]
get = "/groups?offset={offset}&limit={limit}"
rows = "groups"
total = "total"
page_rows_max = 4
[group.members]
value = "id"
type = { field = "kind", values = { User = "person", Group = "team" } }
list = { get = "/groups/{id}/members?offset={offset}&limit={limit}", rows = "members", total = "total", page_rows_max = 5 }
add = { post = "/groups/{id}/members", body = { ids = "{members}" }, batch = 2 }
remove = { delete = "/groups/{id}/members/{member}" }
has = { get = "/groups/{id}/members/{member}" }
of = { get = "/members/{member}/groups", rows = "groups" }
"#;

/// The exchange and everything around it.
struct House {
    exchanges: Exchanges,
    tenant: Tenant,
    crew: Arc<Crew>,
    store: Arc<Volatile>,
    clock: Arc<Still>,
}

/// A house whose profile is [`PROFILE`] with edits (from, to).
#[track_caller]
fn house(quirk: Quirk, edits: &[(&str, &str)]) -> House {
    house_of(PROFILE.to_owned(), quirk, edits)
}

/// A house whose profile is [`PROFILE`] and [`GROUPS`] with edits.
#[track_caller]
fn grouped(edits: &[(&str, &str)]) -> House {
    house_of(format!("{PROFILE}{GROUPS}"), Quirk::None, edits)
}

#[track_caller]
fn house_of(mut profile: String, quirk: Quirk, edits: &[(&str, &str)]) -> House {
    for (from, to) in edits {
        assert_eq!(profile.matches(from).count(), 1, "`{from}` is in the profile once");
        profile = profile.replacen(from, to, 1);
    }
    let profile = Profile::load("crew/profile.toml", &profile).unwrap().0;
    // A second one in the same process changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let (clock, metrics) = (Arc::new(Still::default()), Arc::new(Metrics::detached()));
    let (store, crew) = (Arc::new(Volatile::default()), Arc::new(Crew::new(quirk)));
    let exchanges = Exchanges::new(Parts {
        tenants: Tenants::new(Vec::new()).ok().unwrap(),
        authenticator: Authenticator::new(target_client([]).unwrap(), Arc::clone(&clock) as _, Arc::clone(&metrics)),
        store: Arc::clone(&store) as _,
        metrics,
        clock: Arc::clone(&clock) as _,
        random: Arc::clone(&clock) as _,
        public_url: "https://scim.example.com".to_owned(),
        tracing: Tracing::On,
    });
    let tenant = Tenant {
        id: "acme".parse().unwrap(),
        params: Params::bind(&profile.params, &std::collections::BTreeMap::new()).unwrap(),
        profile: Arc::new(profile),
        protocol: scim::Protocol::default(),
        credentials: Credentials::default(),
        target: Arc::clone(&crew) as _,
    };
    House { exchanges, tenant, crew, store, clock }
}

impl House {
    /// What `request` (`GET /Users/1`, with a body or null) is answered, in one line.
    async fn answer(&self, request: &str, body: &Value) -> String {
        match self.try_answer(request, body, [None, None]).await {
            Ok(answer) => told(&answer),
            Err(failure) => complained(&failure),
        }
    }

    /// The same before it is a line, under the conditions `If-Match` and `If-None-Match`.
    async fn try_answer(&self, request: &str, body: &Value, conditions: [Option<&str>; 2]) -> Result<Answer, Failure> {
        let (method, target) = request.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let [if_match, if_none_match] = conditions;
        let protocol = self.tenant.protocol;
        let request = operation::Request {
            protocol,
            method,
            path,
            query,
            body: &body,
            if_match,
            if_none_match,
            ..Default::default()
        };
        self.exchanges.run(&self.tenant, "/scim/v2", Operation::decode(request)?, &Draft::default()).await
    }

    /// The calls that `request` makes, then its answer.
    async fn lines(&self, request: &str, body: &Value) -> Vec<String> {
        drop(self.crew.take_calls());
        let answer = self.answer(request, body).await;
        let mut lines = self.crew.take_calls();
        lines.push(answer);
        lines
    }
}

/// Asks `house` and compares.
async fn check(house: &House, request: &str, body: Value, expected: &[&str]) {
    assert_eq!(house.lines(request, &body).await, expected, "{request} {body}");
}

/// An answer in one line: a list by its ids, a resource by what [`PROFILE`] maps.
fn told(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    let Some(body) = &answer.body else { return status.to_string() };
    if let Some(resources) = body["Resources"].as_array() {
        let ids: Vec<&str> = resources.iter().filter_map(|resource| resource["id"].as_str()).collect();
        let (total, start) = (&body["totalResults"], &body["startIndex"]);
        return format!("{status} {total} in all, from {start}: {}", ids.join(" ")).trim_end().to_owned();
    }
    let shown = ["id", "userName", "displayName", "title", "externalId"];
    let shown = shown.iter().filter_map(|name| Some(((*name).to_owned(), body.get(name)?.clone())));
    let shown = format!("{status} {}", Value::Object(shown.collect()));
    match body["members"].as_array() {
        Some(members) => format!("{shown} of {}", values(members).join(" ")),
        None => shown,
    }
}

/// A failure in one line.
fn complained(failure: &Failure) -> String {
    if let Failure::Decode(error) = failure {
        return format!("not decoded: {error}");
    }
    let verdict = verdict(failure);
    let kind = verdict.scim_type.map_or(String::new(), |kind| format!("{} ", kind.as_str()));
    format!("{} {kind}{}", verdict.status.as_u16(), verdict.detail)
}

#[test]
fn of_two_hosts_none_is_heeded() {
    for (hosts, expected) in [
        (&["one.example.com"][..], Some("one.example.com")),
        (&[], None),
        (&["one.example.com", "two.example.com"], None),
        (&["one.example.com", "one.example.com"], None),
        (&["one.ex\u{e4}mple.com"], None),
    ] {
        let headers: HeaderMap =
            hosts.iter().map(|host| (HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap())).collect();
        assert_eq!(only_text(&headers, &HOST), expected, "{hosts:?}");
    }
}

/// The `value` of each.
fn values(elements: &[Value]) -> Vec<&str> {
    elements.iter().filter_map(|element| element["value"].as_str()).collect()
}

/// A search for what fulfils `filter`.
fn search(filter: &str) -> String {
    format!("GET /Users?filter={}", utf8_percent_encode(filter, NON_ALPHANUMERIC))
}

/// A user as an IdP sends it, with more members.
fn user(user_name: &str, more: &Value) -> Value {
    let mut user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name});
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

/// A PATCH that replaces one attribute.
fn replaces(path: &str, value: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
           "Operations": [{"op": "replace", "path": path, "value": value}]})
}
