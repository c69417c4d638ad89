//! The directory's API, as the profile `directory` relies on it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::{Value, json};

use super::*;

/// What `METHOD /path?query` with a body is answered.
fn ask(directory: &Directory, asked: &str, body: Value) -> (u16, Value) {
    let (method, target) = asked.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let asked = Asked {
        method: method.parse().unwrap(),
        segments: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        query: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        headers: http::HeaderMap::from_iter([(http::HeaderName::from_static("x-api-key"), "key".parse().unwrap())]),
        body,
        raw: bytes::Bytes::new(),
        target: target.to_owned(),
    };
    let reply = directory.answer(&asked);
    (reply.status, reply.body)
}

#[track_caller]
fn check(directory: &Directory, asked: &str, body: Value, status: u16, expected: &Value) {
    let (got, answer) = ask(directory, asked, body);
    assert_eq!((got, &answer), (status, expected), "{asked}");
}

/// Three people and a team of two.
fn directory() -> Arc<Directory> {
    let directory = Directory::new("key", || "2026-01-01T00:00:00Z".to_owned());
    for (login, last) in [("ada@example.com", "Reyes"), ("Kit@example.com", "ng"), ("kim@example.com", "Adams")] {
        directory.add_person(json!({"login": login, "display": last, "names": {"last": last}, "secret": "s"}));
    }
    assert_eq!(directory.seed_team("Night Shift", [2, 1]), "t-1");
    directory
}

/// The ids of the people in an answer.
fn pids(directory: &Directory, query: &str) -> (Vec<u64>, u64) {
    let (status, body) = ask(directory, &format!("GET /api/people?{query}"), Value::Null);
    assert_eq!(status, 200, "{query}");
    let people = body["people"].as_array().unwrap();
    (people.iter().map(|person| person["pid"].as_u64().unwrap()).collect(), body["count"].as_u64().unwrap())
}

#[test]
fn people_are_found_sorted_and_paged() {
    let directory = directory();
    for (query, expected, count) in [
        ("", vec![1, 2, 3], 3),
        ("offset=1&limit=1", vec![2], 3),
        ("login=KIT@example.com", vec![2], 1),
        ("login=kit", vec![], 0),
        ("login_prefix=ki", vec![2, 3], 2),
        ("login_prefix=ki&sort=login", vec![3, 2], 2),
        ("ref=none", vec![], 0),
        ("sort=login", vec![1, 3, 2], 3),
        ("sort=login&order=desc&limit=2", vec![2, 3], 3),
        ("sort=names.last", vec![3, 2, 1], 3),
        ("sort=nobody", vec![1, 2, 3], 3),
    ] {
        assert_eq!(pids(&directory, query), (expected, count), "{query}");
    }
}

#[test]
fn whoever_has_no_value_comes_last_and_first_in_descending_order() {
    let directory = directory();
    ask(&directory, "PATCH /api/people/1", json!({"title": "b"}));
    ask(&directory, "PATCH /api/people/3", json!({"title": "A"}));
    assert_eq!(pids(&directory, "sort=title").0, [3, 1, 2]);
    assert_eq!(pids(&directory, "sort=title&order=desc").0, [2, 1, 3]);
}

#[test]
fn a_login_belongs_to_one_person_in_any_case() {
    let directory = directory();
    let taken = json!({"error": "login_taken"});
    check(&directory, "POST /api/people", json!({"login": "ADA@example.com"}), 409, &taken);
    check(&directory, "PATCH /api/people/2", json!({"login": "ada@Example.com"}), 409, &taken);
    assert_eq!(ask(&directory, "PATCH /api/people/1", json!({"login": "Ada@example.com"})).0, 200);
    assert_eq!(ask(&directory, "PATCH /api/people/1", json!({"login": "reyes@example.com"})).0, 200);
    assert_eq!(ask(&directory, "POST /api/people", json!({"login": "ada@example.com"})).0, 201);
    assert_eq!(pids(&directory, "login=reyes@example.com"), (vec![1], 1));
}

#[test]
fn a_person_shows_memberships_and_no_password_and_counts_changes() {
    let directory = directory();
    let person = |directory: &Directory| ask(directory, "GET /api/people/1", Value::Null).1["person"].clone();
    let shown = person(&directory);
    assert_eq!(shown["memberships"], json!([{"value": "t-1", "display": "Night Shift", "type": "direct"}]));
    assert_eq!((&shown["secret"], &directory.people()[0]["secret"]), (&Value::Null, &"s".into()));
    let mut rev = shown["rev"].as_u64().unwrap();
    for change in [
        ("PATCH /api/people/1", json!({"title": "x", "rev": 1, "pid": 9})),
        ("PATCH /api/teams/t-1", json!({"name": "Day Shift"})),
        ("DELETE /api/teams/t-1/members/1", Value::Null),
        ("PUT /api/teams/t-1/members/1", Value::Null),
        ("DELETE /api/teams/t-1", Value::Null),
    ] {
        assert!(ask(&directory, change.0, change.1).0 < 300, "{}", change.0);
        let now = person(&directory)["rev"].as_u64().unwrap();
        assert!(now > rev, "{}", change.0);
        rev = now;
    }
    assert_eq!(person(&directory)["memberships"], json!([]));
    assert_eq!(person(&directory)["pid"], 1);
}

#[test]
fn teams_are_made_found_renamed_and_removed() {
    let directory = directory();
    let (status, made) = ask(&directory, "POST /api/teams", json!({"name": "Day Shift", "ref": "d"}));
    assert_eq!((status, &made["team"]["tid"], &made["team"]["rev"]), (201, &"t-2".into(), &1.into()));
    check(&directory, "POST /api/teams", json!({"name": "night shift"}), 409, &json!({"error": "name_taken"}));
    check(&directory, "PATCH /api/teams/t-2", json!({"name": "NIGHT SHIFT"}), 409, &json!({"error": "name_taken"}));
    check(&directory, "POST /api/teams", json!({"ref": "d"}), 400, &json!({"error": "no_name"}));
    check(&directory, "GET /api/teams/t-9", Value::Null, 404, &json!({"error": "no_team"}));
    for (query, count) in [("name=DAY SHIFT", 1), ("ref=d", 1), ("ref=e", 0), ("name=x", 0), ("limit=1", 2)] {
        assert_eq!(ask(&directory, &format!("GET /api/teams?{query}"), Value::Null).1["count"], count, "{query}");
    }
    assert_eq!(ask(&directory, "PATCH /api/teams/t-2", json!({"name": "Late Shift", "ref": null})).0, 200);
    assert_eq!(ask(&directory, "POST /api/teams", json!({"name": "Day Shift"})).0, 201);
    assert_eq!(ask(&directory, "DELETE /api/teams/t-2", Value::Null).0, 204);
    let names: Vec<_> = directory.teams().iter().map(|team| team["name"].clone()).collect();
    assert_eq!(names, ["Night Shift", "Day Shift"]);
}

#[test]
fn members_join_in_order_all_or_none_and_leave() {
    let directory = directory();
    directory.seed_team("Night Crew", []);
    let page = json!({"members": [{"id": "1", "name": "Reyes", "kind": "person"}], "count": 2});
    check(&directory, "GET /api/teams/t-1/members?offset=1&limit=5", Value::Null, 200, &page);
    let no_member = |id: &str| json!({"error": "no_member", "id": id});
    check(&directory, "POST /api/teams/t-1/members", json!({"ids": ["3", "77"]}), 400, &no_member("77"));
    assert_eq!(directory.members("t-1"), ["2", "1"], "none of them");
    check(&directory, "POST /api/teams/t-1/members", json!({"ids": ["3", "1", "t-2"]}), 204, &Value::Null);
    assert_eq!(directory.members("t-1"), ["2", "1", "3", "t-2"]);
    check(&directory, "GET /api/teams/t-1/members/3", Value::Null, 200, &json!({"id": "3"}));
    check(&directory, "PUT /api/teams/t-1/members/x", Value::Null, 400, &no_member("x"));
    check(&directory, "POST /api/teams/t-1/members/remove", json!({"ids": ["2", "55"]}), 204, &Value::Null);
    check(&directory, "DELETE /api/teams/t-1/members/2", Value::Null, 404, &no_member("2"));
    check(&directory, "DELETE /api/teams/t-1/members/1", Value::Null, 204, &Value::Null);
    check(&directory, "DELETE /api/people/3", Value::Null, 204, &Value::Null);
    assert_eq!(directory.members("t-1"), ["t-2"], "whoever is deleted leaves");
    check(&directory, "GET /api/members/3/teams", Value::Null, 200, &json!({"teams": []}));
    let (_, teams) = ask(&directory, "GET /api/members/t-2/teams", Value::Null);
    assert_eq!(teams["teams"][0]["tid"], "t-1");
}

#[test]
fn a_table_has_an_id_for_each_name() {
    let directory = directory();
    directory.add_table("roles", &["Agent", "Supervisor"]);
    let rows = json!({"roles": [{"id": "roles-1", "name": "Agent"}, {"id": "roles-2", "name": "Supervisor"}]});
    check(&directory, "GET /api/roles", Value::Null, 200, &rows);
    check(&directory, "GET /api/sites", Value::Null, 404, &json!({"error": "no_route"}));
}
