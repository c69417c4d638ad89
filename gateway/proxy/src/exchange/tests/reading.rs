//! What profiles can say of reading: records from several answers, records that nobody sees, pages of every kind, unions.

use super::desk::{Desk, Script, desk};
use super::*;
use crate::limits::CANDIDATE_CALLS_MAX;
use rules::search::SCAN_ROWS_MAX;

/// Users with a login and a title; rows write the list and the finds.
const USERS: &str = "[user]\nid = \"id\"\n\
    [user.map]\nuserName = { direct = \"login\", match = 1 }\ntitle = { direct = \"title\" }\n\
    [user.get]\nget = \"/users/{id}\"\n[user.create]\npost = \"/users\"\n[[user.update]]\npatch = \"/users/{id}\"\n\
    [user.delete]\ndelete = \"/users/{id}\"\n";

const FIND: &str = "[[user.find]]\nby = \"userName\"\nget = \"/users?login={login}\"\nrows = \"users\"\n";

/// [`USERS`] with keys of `[user]`, and sections behind.
fn users(keys: &str, sections: &str) -> String {
    let user = "[user]\nid = \"id\"\n";
    format!("{}{sections}", USERS.replacen(user, &format!("{user}{keys}"), 1))
}

fn row(id: usize) -> Value {
    json!({"id": id.to_string(), "login": format!("u{id}"), "title": "Dr"})
}

fn rows(ids: std::ops::RangeInclusive<usize>) -> Vec<Value> {
    ids.map(row).collect()
}

async fn check(desk: &Desk, request: &str, expected: &[&str]) {
    assert_eq!(desk.lines(request, &Value::Null).await, expected, "{request}");
}

// === records ===

#[tokio::test]
async fn a_record_is_joined_from_several_answers() {
    let joins = "[[user.join]]\nget = \"/users/{id}/profile\"\nat = \"profile\"\nrows = \"data\"\n\
                 [[user.join]]\nget = \"/teams/{team.id}\"\nat = \"team.info\"\n\
                 [user.list]\nget = \"/users\"\nrows = \"\"\n";
    let profile = users("", &format!("{FIND}{joins}")).replace("direct = \"title\"", "direct = \"profile.title\"");
    let script = Script::default()
        .says("GET /users/1", json!({"id": 1, "login": "ada", "team": {"id": 9}}))
        .says("GET /users/1/profile", json!({"data": {"title": "Dr"}}))
        .says("GET /teams/9", json!({"name": "Night"}))
        .says("GET /users", json!([{"id": 1, "login": "ada"}, {"id": 2, "login": "bob"}]))
        .says("GET /users/2/profile", json!({"data": {"title": "Ms"}}));
    let desk = desk(&profile, script);
    let shown = r#"200 {"id":"1","userName":"ada","title":"Dr"}"#;
    check(&desk, "GET /Users/1", &["GET /users/1", "GET /users/1/profile", "GET /teams/9", shown]).await;
    // Whose record lacks the field of a join, or has nothing there, is whole without it.
    let list = ["GET /users", "GET /users/1/profile", "GET /users/2/profile"];
    check(&desk, "GET /Users", &[&list[..], &["200 2 in all, from 1: 1 2"]].concat()).await;
    check(&desk, &search("title eq \"Ms\""), &[&list[..], &["200 1 in all, from 1: 2"]].concat()).await;
    // A row that is somebody else's is not joined.
    let one = ["GET /users", "GET /users/2/profile", "200 1 in all, from 1: 2"];
    check(&desk, &search("userName co \"ob\" and title eq \"Ms\""), &one).await;
}

#[tokio::test]
async fn what_is_joined_is_bounded() {
    let joins = "[[user.join]]\nget = \"/users/{id}/a\"\nat = \"a\"\n[[user.join]]\nget = \"/users/{id}/b\"\nat = \"b\"\n\
                 [user.list]\nget = \"/users\"\nrows = \"\"\n";
    for (count, expected) in [
        (CANDIDATE_CALLS_MAX / 2, "200 1 in all, from 1: 7".to_owned()),
        (
            CANDIDATE_CALLS_MAX / 2 + 1,
            format!("400 tooMany {}", Failure::TooManyCalls { calls_max: CANDIDATE_CALLS_MAX }),
        ),
    ] {
        let script = Script::default().says("GET /users", rows(1..=count).into());
        let desk = desk(&users("", &format!("{FIND}{joins}")), script);
        let last = desk.lines(&search("title eq \"Dr\" and not (userName ne \"u7\")"), &Value::Null).await.pop();
        assert_eq!(last, Some(expected), "{count}");
    }
}

#[tokio::test]
async fn what_is_secret_is_dropped_before_anything_is_made_of_it() {
    let version = async |record: Value| {
        let profile = users("secret = [\"api_key\", \"devices.pin\"]\n", FIND);
        let desk = desk(&profile, Script::default().says("GET /users/1", record));
        desk.run("GET /Users/1", &Value::Null).await.0.unwrap().version
    };
    let record = |key: &str| json!({"id": "1", "login": "ada", "api_key": key, "devices": [{"n": 1, "pin": key}]});
    let one = version(record("t0p")).await;
    assert_eq!(one, version(record("s3cret")).await);
    assert_ne!(one, version(json!({"id": "1", "login": "ada", "devices": [{"n": 2}]})).await);
}

#[tokio::test]
async fn who_is_protected_is_there_for_nobody_and_whose_name_is_not_free() {
    let lists = "[user.list]\nget = \"/users?o={offset}\"\nrows = \"users\"\ntotal = \"total\"\npage_rows_max = 2\n";
    let protected = "protected = \"admin == true\"\n";
    let root = json!({"id": "1", "login": "root", "admin": true});
    let script = Script::default()
        .says("GET /users/1", root.clone())
        .says("GET /users?login=root", json!({"users": [root]}))
        .says("GET /users?o=0", json!({"users": [root, row(2)], "total": 3}))
        .says("GET /users?o=1", json!({"users": [row(2), row(3)], "total": 3}));
    let desk = desk(&users(protected, &format!("{FIND}{lists}")), script);
    let gone = "404 there is no User with id `1`";
    for request in ["GET /Users/1", "DELETE /Users/1"] {
        let lines = desk.lines(request, &Value::Null).await;
        assert_eq!(lines.first().map(String::as_str), Some("GET /users/1"), "{request}");
        assert!(lines.len() == 2 && lines[1].starts_with("404 "), "{request} {lines:?} {gone}");
    }
    let patched = desk.lines("PATCH /Users/1", &replaces("title", &json!("Dr"))).await;
    assert!(patched.len() == 2 && patched[1].starts_with("404 "), "{patched:?}");
    check(&desk, &search("userName eq \"root\""), &["GET /users?login=root", "200 0 in all, from 1:"]).await;
    check(&desk, "GET /Users?startIndex=1&count=2", &["GET /users?o=0", "200 3 in all, from 1: 2"]).await;
    check(&desk, "GET /Users?startIndex=2&count=1", &["GET /users?o=1", "200 3 in all, from 2: 2"]).await;
    let refused = desk.lines("POST /Users", &user("root", &json!({}))).await;
    assert_eq!(refused[0], "GET /users?login=root");
    assert!(refused[1].starts_with("409 uniqueness "), "{refused:?}");
}

#[tokio::test]
async fn a_tombstone_is_nobody() {
    let gone = "gone = \"deactivated == true\"\n";
    let dead = json!({"id": "1", "login": "ada", "deactivated": true});
    let script = Script::default()
        .says("GET /users/1", dead.clone())
        .says("GET /users?login=ada", json!({"users": [dead]}))
        .says("POST /users", json!({"id": "5", "login": "ada"}));
    let desk = desk(&users(gone, FIND), script);
    let lines = desk.lines("GET /Users/1", &Value::Null).await;
    assert!(lines[1].starts_with("404 "), "{lines:?}");
    let made = desk.lines("POST /Users", &user("ada", &json!({}))).await;
    assert_eq!(made, ["GET /users?login=ada", "POST /users", r#"201 {"id":"5","userName":"ada"}"#]);
}

#[tokio::test]
async fn a_condition_waits_for_what_its_record_is_joined_from() {
    let keys = "protected = \"role.name == 'owner'\"\n";
    let sections =
        "[[user.join]]\nget = \"/users/{id}/role\"\nat = \"role\"\n[user.list]\nget = \"/users\"\nrows = \"\"\n";
    let script =
        Script::default().says("GET /users", rows(1..=3).into()).says("GET /users/2/role", json!({"name": "owner"}));
    let desk = desk(&users(keys, &format!("{FIND}{sections}")), script);
    let calls = ["GET /users", "GET /users/1/role", "GET /users/2/role", "GET /users/3/role"];
    check(&desk, "GET /Users?startIndex=2&count=1", &[&calls[..], &["200 2 in all, from 2: 3"]].concat()).await;
}

#[tokio::test]
async fn rows_that_lack_fields_are_read_one_by_one_if_they_may_match() {
    let list = "[user.list]\nget = \"/users?o={offset}&n={limit}\"\nrows = \"users\"\ntotal = \"total\"\npage_rows_max = 3\npartial = true\n";
    let brief = |id: usize| json!({"id": id.to_string(), "login": format!("u{id}")});
    let script = (1..=3).fold(Script::default(), |script, id| script.says(&format!("GET /users/{id}"), row(id)));
    let script = script
        .says("GET /users?o=0&n=3", json!({"users": [brief(1), brief(2), brief(3)], "total": 3}))
        .says("GET /users?o=1&n=1", json!({"users": [brief(2)], "total": 3}));
    let desk = desk(&users("", &format!("{FIND}{list}")), script);
    let page = ["GET /users?o=1&n=1", "GET /users/2", "200 3 in all, from 2: 2"];
    check(&desk, "GET /Users?startIndex=2&count=1", &page).await;
    // `title` is in no row; `login` is.
    let matching = ["GET /users?o=0&n=3", "GET /users/3", "200 1 in all, from 1: 3"];
    check(&desk, &search("userName ew \"3\" and title eq \"Dr\""), &matching).await;
    let none = ["GET /users?o=0&n=3", "200 0 in all, from 1:"];
    check(&desk, &search("userName ew \"9\" and title eq \"Dr\""), &none).await;
    // A row that says that nobody may see it is not read; one that does not say is.
    let known = json!({"id": "1", "login": "u1", "admin": true});
    let told = |id: usize| json!({"id": id.to_string(), "login": format!("u{id}"), "admin": false});
    let script = Script::default()
        .says("GET /users?o=0&n=3", json!({"users": [known, told(2), brief(3)], "total": 3}))
        .says("GET /users/2", row(2))
        .says("GET /users/3", json!({"id": "3", "login": "u3", "title": "Dr", "admin": true}));
    let desk = super::desk::desk(&users("protected = \"admin == true\"\n", &format!("{FIND}{list}")), script);
    let read = ["GET /users?o=0&n=3", "GET /users/2", "GET /users/3", "200 1 in all, from 1: 2"];
    check(&desk, &search("title eq \"Dr\""), &read).await;
}

#[tokio::test]
async fn whose_groups_stand_in_the_record_shows_them_and_nobody_writes_them() {
    let groups = "title = { direct = \"title\" }\n\
                  groups = { direct = \"in.teams\", each = { value = \"id\", display = \"name\" } }";
    let profile = users("", FIND).replacen("title = { direct = \"title\" }", groups, 1);
    let script = || {
        let mut ada = row(1);
        ada["in"] = json!({"teams": [{"id": 7, "name": "Night", "rank": 1}, {"id": "8"}]});
        Script::default().says("GET /users/1", ada.clone()).says("PATCH /users/1", Value::Null).says("POST /users", ada)
    };
    let desk = desk(&profile, script());
    let answer = desk.run("GET /Users/1", &Value::Null).await.0.unwrap();
    assert_eq!(answer.body.unwrap()["groups"], json!([{"value": "7", "display": "Night"}, {"value": "8"}]));
    // An IdP that sends them back, or leaves them out, changes nothing.
    for groups in [json!([{"value": "9"}]), json!([]), Value::Null] {
        let put = json!({"userName": "u1", "title": "Dr", "groups": groups});
        assert_eq!(desk.run("PUT /Users/1", &put).await.1, ["GET /users/1"], "{put}");
    }
    let created = desk.run("POST /Users", &json!({"userName": "u1", "groups": [{"value": "9"}]})).await;
    assert_eq!(
        (created.0.unwrap().status.as_u16(), &created.1[..]),
        (201, &["GET /users?login=u1", "POST /users"].map(String::from)[..])
    );
    check(&desk, &search("id eq \"1\" and groups.value eq \"8\""), &["GET /users/1", "200 1 in all, from 1: 1"]).await;
}

// === pages ===

#[tokio::test]
async fn a_link_is_followed_as_long_as_it_stays_at_the_target() {
    let list = "[user.list]\nget = \"/users?size=2\"\nrows = \"\"\nnext = \"header:Link\"\n";
    let pages = |next: &str| {
        Script::default()
            .says_with("GET /users?size=2", ("link", next), rows(1..=2).into())
            .says("GET /users?size=2&after=2", rows(3..=3).into())
    };
    let both = ["GET /users?size=2", "GET /users?size=2&after=2", "200 3 in all, from 3: 3"];
    for next in [
        "<https://target.example.com/users?size=2&after=2>; rel=\"next\"",
        "</users?size=2>; rel=first, </users?size=2&after=2>; rel=\"last next\"; title=\"a, b\"",
        "<?size=2&after=2>;rel=NEXT",
    ] {
        check(&desk(&users("", &format!("{FIND}{list}")), pages(next)), "GET /Users?startIndex=3", &both).await;
    }
    let only = ["GET /users?size=2", "200 2 in all, from 1: 1 2"];
    check(&desk(&users("", &format!("{FIND}{list}")), pages("</users?size=2>; rel=\"prev\"")), "GET /Users", &only)
        .await;
    for next in [
        "<https://evil.example.net/users?size=2&after=2>; rel=\"next\"",
        "<//evil.example.net/users>; rel=\"next\"",
        "<https://target.example.com@evil.example.net/>; rel=\"next\"",
        // It would never end.
        "</users?size=2>; rel=\"next\"",
    ] {
        let lines = desk(&users("", &format!("{FIND}{list}")), pages(next)).lines("GET /Users", &Value::Null).await;
        assert_eq!(lines.len(), 2, "{next}: {lines:?}");
        assert!(lines[1].starts_with("502 "), "{next}: {lines:?}");
    }
}

#[tokio::test]
async fn a_token_names_the_next_page() {
    let list = "[user.list]\nget = \"/users?size={limit}&cursor={cursor}\"\nrows = \"data\"\nrow = \"user\"\nnext = \"meta.next\"\npage_rows_max = 2\n";
    let page = |ids: std::ops::RangeInclusive<usize>, next: Value| {
        let rows: Vec<Value> = ids.map(|id| json!({"user": row(id)})).collect();
        json!({"data": rows, "meta": {"next": next}})
    };
    let script = |last: Value| {
        Script::default()
            .says("GET /users?size=2", page(1..=2, json!("a/b")))
            .says("GET /users?size=2&cursor=a%2Fb", page(3..=4, json!(7)))
            .says("GET /users?size=2&cursor=7", page(5..=5, last))
    };
    let walk = ["GET /users?size=2", "GET /users?size=2&cursor=a%2Fb", "GET /users?size=2&cursor=7"];
    for last in [json!(null), json!(""), json!(false)] {
        let desk = desk(&users("", &format!("{FIND}{list}")), script(last));
        check(&desk, "GET /Users?startIndex=4&count=2", &[&walk[..], &["200 5 in all, from 4: 4 5"]].concat()).await;
    }
    let desk = desk(&users("", &format!("{FIND}{list}")), script(json!(7)));
    let lines = desk.lines("GET /Users", &Value::Null).await;
    assert!(lines.len() == 4 && lines[3].starts_with("502 "), "{lines:?}");
    // Round and round, without a row.
    let empty = |next: &str| json!({"data": [], "meta": {"next": next}});
    let round = Script::default()
        .says("GET /users?size=2", empty("a"))
        .says("GET /users?size=2&cursor=a", empty("b"))
        .says("GET /users?size=2&cursor=b", empty("a"));
    let lines = super::desk::desk(&users("", &format!("{FIND}{list}")), round).lines("GET /Users", &Value::Null).await;
    assert_eq!(lines.len(), SCAN_ROWS_MAX + 2);
    assert!(lines[SCAN_ROWS_MAX + 1].starts_with("400 tooMany "), "{}", lines[SCAN_ROWS_MAX + 1]);
}

#[tokio::test]
async fn who_names_pages_and_counts_is_read_no_further_than_needed() {
    let list = "[user.list]\nget = \"/users\"\nrows = \"\"\nnext = \"header:Link\"\ntotal = \"header:X-Total-Count\"\n";
    let script = Script::default().says_with("GET /users", ("x-total-count", "5000"), rows(1..=3).into());
    let desk = desk(&users("", &format!("{FIND}{list}")), script);
    check(&desk, "GET /Users?count=2", &["GET /users", "200 5000 in all, from 1: 1 2"]).await;
}

#[tokio::test]
async fn an_answer_without_rows_holds_none_where_the_profile_says_so() {
    for (optional, expected) in [("", "502 "), ("optional = true\n", "200 0 in all, from 1:")] {
        let list = format!("[user.list]\nget = \"/users\"\nrows = \"users\"\n{optional}");
        let desk =
            desk(&users("", &format!("{FIND}{list}")), Script::default().says("GET /users", json!({"count": 0})));
        let lines = desk.lines("GET /Users", &Value::Null).await;
        assert!(lines[1].starts_with(expected), "{lines:?}");
    }
}

// === unions ===

#[tokio::test]
async fn several_lists_are_one() {
    let list = |query: &str, more: &str| {
        format!(
            "[[user.list]]\nget = \"/users?{query}&o={{offset}}&n={{limit}}\"\nrows = \"users\"\npage_rows_max = 2\n{more}"
        )
    };
    let counted =
        [list("on=1", "total = \"total\"\n"), list("on=0", "total = \"total\"\nset = { title = \"Off\" }\n")].concat();
    let script = || {
        Script::default()
            .says("GET /users?on=1&o=0&n=2", json!({"users": rows(1..=2), "total": 3}))
            .says("GET /users?on=1&o=2&n=2", json!({"users": rows(3..=3), "total": 3}))
            .says("GET /users?on=1&o=4&n=1", json!({"users": [], "total": 3}))
            .says("GET /users?on=0&o=0&n=1", json!({"users": rows(4..=4), "total": 2}))
            .says("GET /users?on=0&o=1&n=1", json!({"users": rows(5..=5), "total": 2}))
            .says("GET /users?on=0&o=0&n=2", json!({"users": rows(4..=5), "total": 2}))
    };
    let union = desk(&users("", &format!("{FIND}{counted}")), script());
    // Totals say where each list begins.
    for (query, expected) in [
        ("startIndex=3&count=2", ["GET /users?on=1&o=2&n=2", "GET /users?on=0&o=0&n=1", "200 5 in all, from 3: 3 4"]),
        ("startIndex=5&count=1", ["GET /users?on=1&o=4&n=1", "GET /users?on=0&o=1&n=1", "200 5 in all, from 5: 5"]),
    ] {
        check(&union, &format!("GET /Users?{query}"), &expected).await;
    }
    let all = ["GET /users?on=1&o=0&n=2", "GET /users?on=1&o=2&n=2", "GET /users?on=0&o=0&n=2"];
    check(&union, &search("title eq \"Off\""), &[&all[..], &["200 2 in all, from 1: 4 5"]].concat()).await;
}

#[tokio::test]
async fn a_record_in_two_lists_is_one() {
    let lists = "[[user.list]]\nget = \"/users\"\nrows = \"\"\n[[user.list]]\nget = \"/users?all=1\"\nrows = \"\"\n";
    let script =
        || Script::default().says("GET /users", rows(1..=2).into()).says("GET /users?all=1", rows(2..=4).into());
    let desk = desk(&users("", &format!("{FIND}{lists}")), script());
    let both = ["GET /users", "GET /users?all=1"];
    check(&desk, "GET /Users", &[&both[..], &["200 4 in all, from 1: 1 2 3 4"]].concat()).await;
    check(&desk, "GET /Users?startIndex=2&count=2", &[&both[..], &["200 4 in all, from 2: 2 3"]].concat()).await;
    check(&desk, &search("title eq \"Dr\""), &[&both[..], &["200 4 in all, from 1: 1 2 3 4"]].concat()).await;
}

// === finds ===

#[tokio::test]
async fn somebody_is_found_by_a_key_an_id_or_several_questions() {
    let find = |how: &str| users("", &format!("[[user.find]]\nby = \"userName\"\n{how}\n"));
    let ada = json!({"id": "1", "login": "Ada"});
    for (how, script, expected) in [
        (
            "get = \"/by-login/{login}\"\nanswer = \"record:user\"\ncase = \"lower\"",
            Script::default().says("GET /by-login/ada", json!({"user": ada})),
            vec!["GET /by-login/ada", "200 1 in all, from 1: 1"],
        ),
        (
            "get = \"/by-login/{login}\"\nanswer = \"record\"",
            Script::default(),
            vec!["GET /by-login/Ada", "200 0 in all, from 1:"],
        ),
        // Somebody else's record is not believed.
        (
            "get = \"/by-login/{login}\"\nanswer = \"record\"",
            Script::default().says("GET /by-login/Ada", row(7)),
            vec!["GET /by-login/Ada", "200 0 in all, from 1:"],
        ),
        (
            "get = \"/ids/{login}\"\nanswer = \"id:user_id\"",
            Script::default().says("GET /ids/Ada", json!({"user_id": 1})).says("GET /users/1", ada.clone()),
            vec!["GET /ids/Ada", "GET /users/1", "200 1 in all, from 1: 1"],
        ),
        (
            "id = \"@{login}\"\ncase = \"upper\"",
            Script::default().says("GET /users/%40ADA", json!({"id": "@ADA", "login": "ADA"})),
            vec!["GET /users/%40ADA", "200 1 in all, from 1: @ADA"],
        ),
        (
            "get = \"/users?q={login}\"\nrows = \"\"\n[[user.find]]\nby = \"userName\"\nget = \"/archive?q={login}\"\nrows = \"\"\nalso = true",
            Script::default().says("GET /users?q=Ada", json!([])).says("GET /archive?q=Ada", json!([ada])),
            vec!["GET /users?q=Ada", "GET /archive?q=Ada", "200 1 in all, from 1: 1"],
        ),
    ] {
        check(&desk(&find(how), script), &search("userName eq \"Ada\""), &expected).await;
    }
    let desk =
        desk(&find("get = \"/k/{login}\"\nanswer = \"record:user\""), Script::default().says("GET /k/Ada", json!({})));
    let lines = desk.lines(&search("userName eq \"Ada\""), &Value::Null).await;
    assert!(lines[1].starts_with("502 "), "{lines:?}");
}

// === versions ===

#[tokio::test]
async fn a_version_is_taken_from_a_header_and_sent_back() {
    let profile = users("", FIND)
        .replace("get = \"/users/{id}\"", "get = \"/users/{id}\"\ncapture = { _etag = \"header:ETag\" }")
        .replace("patch = \"/users/{id}\"", "patch = \"/users/{id}\"\nheaders = { \"If-Match\" = \"{_etag}\" }");
    let mapped = profile.replace("[user.get]", "\"meta.version\" = { expression = \"[_etag]\" }\n[user.get]");
    let script =
        || Script::default().says_with("GET /users/1", ("etag", "\"r7\""), row(1)).says("PATCH /users/1", json!({}));
    let desk = desk(&mapped, script());
    let (answer, _) = desk.run("GET /Users/1", &Value::Null).await;
    assert_eq!(answer.unwrap().version.unwrap().to_header(), "W/\"r7\"");
    let lines = desk.lines("PATCH /Users/1", &replaces("title", &json!("Ms"))).await;
    assert_eq!(lines[1], "PATCH /users/1 if-match: \"r7\"");
}
