//! Lists whose length is told: by every page, by a call of its own, and where some rows are nobody's business.

use super::desk::{Desk, Script, desk};
use super::*;

const USERS: &str = "[user]\nid = \"id\"\nprotected = \"admin == true\"\n\
    [user.map]\nuserName = { direct = \"login\", match = 1 }\n[user.get]\nget = \"/users/{id}\"\n\
    [user.create]\npost = \"/users\"\n[user.list]\n";

/// Five users, the first and the fourth of whom are protected.
fn five() -> Vec<Value> {
    (1..=5).map(|id| json!({"id": id, "login": format!("u{id}"), "admin": id == 1 || id == 4})).collect()
}

/// The same, of whom nobody is protected.
fn unprotected() -> Vec<Value> {
    (1..=5).map(|id| json!({"id": id, "login": format!("u{id}")})).collect()
}

/// Every part of `all`, as `body` wraps it.
fn parts(all: &[Value], body: impl Fn(&[Value]) -> Value) -> Script {
    let parts = (0..=8).flat_map(|offset| (1..=5).map(move |limit| (offset, limit)));
    parts.fold(Script::default(), |script, (offset, limit)| {
        let rest = all.get(offset..).unwrap_or_default();
        script.says(&format!("GET /users?o={offset}&n={limit}"), body(&rest[..limit.min(rest.len())]))
    })
}

/// A list that counts by itself, of at most so many rows.
fn told(rows_max: usize, all: &[Value], total: usize) -> Desk {
    let list = "get = \"/users?o={offset}&n={limit}\"\nrows = \"users\"\ntotal = \"total\"\n";
    let script = parts(all, |rows| json!({"users": rows, "total": total}));
    desk(&format!("{USERS}{list}page_rows_max = {rows_max}\n"), script)
}

/// A list that another call counts.
fn asked(total: &str, script: Script) -> Desk {
    let list = "get = \"/users?o={offset}&n={limit}\"\nrows = \"\"\npage_rows_max = 3\n";
    desk(&format!("{USERS}{list}total = {total}\n"), script)
}

async fn check(desk: &Desk, query: &str, expected: &[&str]) {
    assert_eq!(desk.lines(&format!("GET /Users?{query}"), &Value::Null).await, expected, "{query}");
}

#[tokio::test]
async fn a_page_is_one_page_though_some_rows_are_protected() {
    let house = told(3, &five(), 5);
    for (query, expected) in [
        ("startIndex=1&count=2", &["GET /users?o=0&n=2", "200 5 in all, from 1: 2"][..]),
        ("startIndex=3&count=3", &["GET /users?o=2&n=3", "200 5 in all, from 3: 3 5"]),
        ("startIndex=6&count=3", &["GET /users?o=5&n=3", "200 5 in all, from 6:"]),
        ("count=0", &["GET /users?o=0&n=1", "200 5 in all, from 1:"]),
        // A page of nobody is no end.
        ("startIndex=1&count=1", &["GET /users?o=0&n=1", "GET /users?o=1&n=1", "200 5 in all, from 1: 2"]),
        ("startIndex=4&count=1", &["GET /users?o=3&n=1", "GET /users?o=4&n=1", "200 5 in all, from 4: 5"]),
    ] {
        check(&house, query, expected).await;
    }
    // What the product gives at once is no end of a page either.
    let short = told(2, &five(), 5);
    for (query, expected) in [
        ("startIndex=1&count=4", &["GET /users?o=0&n=2", "GET /users?o=2&n=2", "200 5 in all, from 1: 2 3"][..]),
        ("startIndex=5&count=4", &["GET /users?o=4&n=2", "200 5 in all, from 5: 5"]),
    ] {
        check(&short, query, expected).await;
    }
    // One answer with everybody counts whom it has.
    check(&told(5, &five(), 5), "count=9", &["GET /users?o=0&n=5", "200 3 in all, from 1: 2 3 5"]).await;
    // Nor are too many users too many for a page.
    check(&told(3, &five(), 20_000), "count=2", &["GET /users?o=0&n=2", "200 20000 in all, from 1: 2"]).await;
}

#[tokio::test]
async fn nobody_at_all_is_looked_for_on_so_many_pages() {
    let admins: Vec<Value> = (0..9).map(|id| json!({"id": id, "login": "root", "admin": true})).collect();
    let script = (0..100).fold(Script::default(), |script, offset| {
        script.says(&format!("GET /users?o={offset}&n=1"), json!({"users": [admins[offset % 9]], "total": 100}))
    });
    let list = "get = \"/users?o={offset}&n={limit}\"\nrows = \"users\"\ntotal = \"total\"\npage_rows_max = 3\n";
    let lines = desk(&format!("{USERS}{list}"), script).lines("GET /Users?count=1", &Value::Null).await;
    let answer = lines.last().map(String::as_str);
    assert_eq!((lines.len() - 1, answer), (super::super::query::EMPTY_PAGES_MAX, Some("200 100 in all, from 1:")));
}

#[tokio::test]
async fn by_cursor_everybody_is_on_one_page_though_some_are_protected() {
    for rows_max in [1, 2, 3, 5] {
        let house = told(rows_max, &five(), 5);
        let (mut cursor, mut found) = (String::new(), Vec::new());
        loop {
            let page = house.run(&format!("GET /Users?cursor={cursor}&count=2"), &Value::Null).await.0.unwrap();
            let page = page.body.unwrap();
            found.extend(page["Resources"].as_array().unwrap().iter().map(|one| one["userName"].clone()));
            assert!(found.len() < 9, "{found:?}");
            match page["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(found, ["u2", "u3", "u5"], "{rows_max}");
    }
}

#[tokio::test]
async fn a_call_counts_if_the_page_does_not() {
    let users = || parts(&unprotected(), |rows| rows.to_vec().into()).says("GET /users/count", json!(5));
    let house = asked("{ get = \"/users/count\" }", users());
    for (query, expected) in [
        ("count=2", &["GET /users?o=0&n=2", "GET /users/count", "200 5 in all, from 1: 1 2"][..]),
        ("startIndex=3&count=3", &["GET /users?o=2&n=3", "GET /users/count", "200 5 in all, from 3: 3 4 5"]),
        // What is short is the last.
        ("startIndex=4&count=3", &["GET /users?o=3&n=3", "200 5 in all, from 4: 4 5"]),
        ("count=0", &["GET /users/count", "200 5 in all, from 1:"]),
        ("startIndex=9&count=3", &["GET /users?o=8&n=3", "GET /users/count", "200 5 in all, from 9:"]),
    ] {
        check(&house, query, expected).await;
    }
    // A search reads all pages, and needs no number.
    let walk = ["GET /users?o=0&n=3", "GET /users?o=3&n=3", "200 1 in all, from 1: 5"];
    check(&house, "filter=userName%20ew%20%225%22", &walk).await;
}

#[tokio::test]
async fn a_count_stands_where_the_profile_says() {
    let users = || parts(&unprotected(), |rows| rows.to_vec().into());
    let (page, counted) = ("GET /users?o=0&n=2", "200 5 in all, from 1: 1 2");
    let all = ["GET /users?o=0&n=3", "GET /users?o=3&n=3", counted];
    for (total, script, expected) in [
        ("{ get = \"/n\", at = \"n.all\" }", users().says("GET /n", json!({"n": {"all": "5"}})), vec![counted]),
        (
            "{ get = \"/n\", at = \"header:X-N\" }",
            users().says_with("GET /n", ("x-n", "5"), Value::Null),
            vec![counted],
        ),
        // Who came meanwhile is there.
        ("{ get = \"/n\" }", users().says("GET /n", json!(1)), vec!["200 2 in all, from 1: 1 2"]),
        // It cannot be counted: the list is read.
        ("{ get = \"/n\" }", users(), all.to_vec()),
        ("{ get = \"/n\" }", users().says("GET /n", json!({"all": 5})), vec!["502 "]),
    ] {
        let mut lines = asked(total, script).lines("GET /Users?count=2", &Value::Null).await;
        lines.last_mut().into_iter().filter(|last| last.starts_with("502 ")).for_each(|last| last.truncate(4));
        assert_eq!(lines, [&[page, "GET /n"], expected.as_slice()].concat(), "{total}");
    }
}

#[tokio::test]
async fn a_list_that_names_its_pages_is_read_as_far_as_needed_and_counted() {
    let list = "get = \"/users?after={cursor}\"\nrows = \"u\"\nnext = \"next\"\ntotal = { get = \"/users/count\" }\n";
    let all = unprotected();
    let script = Script::default()
        .says("GET /users", json!({"u": all[..2], "next": "b"}))
        .says("GET /users?after=b", json!({"u": all[2..]}))
        .says("GET /users/count", json!(5));
    let house = desk(&format!("{USERS}{list}"), script);
    check(&house, "count=1", &["GET /users", "GET /users/count", "200 5 in all, from 1: 1"]).await;
    check(&house, "startIndex=3&count=1", &["GET /users", "GET /users?after=b", "200 5 in all, from 3: 3"]).await;
}

#[tokio::test]
async fn pages_may_be_counted_from_0() {
    let list = "get = \"/users?page={page0}&n={limit}\"\nrows = \"\"\npage_rows_max = 2\n";
    let all = unprotected();
    let script = [0..2, 2..4, 4..5].into_iter().enumerate().fold(Script::default(), |script, (page, rows)| {
        script.says(&format!("GET /users?page={page}&n=2"), all[rows].to_vec().into())
    });
    let walk = ["GET /users?page=0&n=2", "GET /users?page=1&n=2", "GET /users?page=2&n=2", "200 5 in all, from 5: 5"];
    check(&desk(&format!("{USERS}{list}"), script), "startIndex=5", &walk).await;
}
