//! Members whom nobody gets to see: not shown, not taken out, whoever put them there; and members that are told by links.

use super::desk::{Desk, Script, desk};
use super::*;
use crate::limits::MEMBER_LOOKS_MAX;

/// Users and teams; rows write `[group.members]`.
const TEAMS: &str = "[user]\nid = \"id\"\nprotected = \"admin == true\"\n\
    [user.map]\nuserName = { direct = \"login\", match = 1 }\n[user.get]\nget = \"/users/{id}\"\n\
    [[user.find]]\nby = \"userName\"\nget = \"/users?login={login}\"\nrows = \"\"\n\
    [user.create]\npost = \"/users\"\n[group]\nid = \"id\"\n\
    [group.map]\ndisplayName = { direct = \"name\", match = 1 }\n[group.get]\nget = \"/teams/{id}\"\n\
    [group.list]\nget = \"/teams\"\nrows = \"\"\n[group.create]\npost = \"/teams\"\n[group.members]\n";
const EACH: &str =
    "add = { put = \"/teams/{id}/members/{member}\" }\nremove = { delete = \"/teams/{id}/members/{member}\" }\n";
const WHOLE: &str = "set = { put = \"/teams/{id}/members\", body = { ids = \"{members}\" } }\n";
const LIST: &str = "list = { get = \"/teams/{id}/members\", rows = \"\" }\n";

fn team() -> Script {
    let script = Script::default().says("GET /teams/7", json!({"id": 7, "name": "Ops"}));
    script.says("GET /teams", json!([{"id": 7, "name": "Ops"}, {"id": 8, "name": "Day"}]))
}

fn person(id: usize, admin: bool) -> Value {
    json!({"id": id, "login": format!("u{id}"), "admin": admin})
}

/// Users 1 to 3, of whom the second is protected, as the list of team 7 shows them.
fn three(row: impl Fn(usize) -> Value) -> Script {
    let script = team().says("GET /teams/7/members", (1..=3).map(row).collect::<Vec<_>>().into());
    let script = (1..=4).fold(script, |script, id| script.says(&format!("GET /users/{id}"), person(id, id == 2)));
    script.says("PUT /teams/7/members", Value::Null).says("DELETE /teams/7/members/3", Value::Null)
}

fn members(lines: &str, script: Script) -> Desk {
    desk(&format!("{TEAMS}{lines}"), script)
}

/// The ids that team 7 shows, and the calls that showing it takes.
async fn shown(desk: &Desk) -> (Vec<String>, Vec<String>) {
    let (answer, calls) = desk.run("GET /Groups/7", &Value::Null).await;
    let body = answer.unwrap().body.unwrap();
    let ids = body["members"].as_array().into_iter().flatten();
    (ids.map(|one| one["value"].as_str().unwrap().to_owned()).collect(), calls)
}

#[tokio::test]
async fn a_member_whose_row_says_that_it_is_protected_is_not_shown() {
    let flat = |id| person(id, id == 2);
    let within = |id| json!({"person": person(id, id == 2), "admin": id != 2});
    let (read, no_calls) = (["GET /teams/7", "GET /teams/7/members"], 2);
    for (value, script, expected) in [
        ("value = \"id\"\n", three(flat), &["1", "3"][..]),
        ("value = \"person.id\"\n", three(within), &["1", "3"]),
        // What belongs to the membership says nothing about the user.
        ("value = \"user_id\"\n", three(|id| json!({"user_id": id, "admin": id == 2})), &["1", "2", "3"]),
        ("value = \"id\"\n", three(|id| json!({"id": id, "login": "x"})), &["1", "2", "3"]),
    ] {
        let (ids, calls) = shown(&members(&format!("{value}{LIST}{EACH}"), script)).await;
        assert_eq!((ids, calls.len()), (expected.iter().map(ToString::to_string).collect(), no_calls), "{value}");
        assert_eq!(calls, read, "{value}");
    }
}

#[tokio::test]
async fn who_is_not_shown_stays_through_a_change_of_all() {
    let put = json!({"displayName": "Ops", "members": [{"value": "1"}]});
    let whole = members(&format!("value = \"id\"\n{LIST}{WHOLE}"), three(|id| person(id, id == 2)));
    let calls = whole.run("PUT /Groups/7", &put).await.1;
    assert!(calls.contains(&"PUT /teams/7/members".to_owned()), "{calls:?}");
    let each = members(&format!("value = \"id\"\n{LIST}{EACH}"), three(|id| person(id, id == 2)));
    let calls = each.run("PUT /Groups/7", &put).await.1;
    let ended: Vec<_> = calls.iter().filter(|call| call.starts_with("DELETE")).collect();
    assert_eq!(ended, ["DELETE /teams/7/members/3"], "{calls:?}");
}

#[tokio::test]
async fn members_are_looked_at_one_by_one_where_the_profile_wants_it_and_no_further() {
    let list = LIST.replace("rows = \"\"", "rows = \"\", partial = true");
    let lines = format!("value = \"user_id\"\n{list}{EACH}");
    let row = |id: usize| json!({"user_id": id});
    let (ids, calls) = shown(&members(&lines, three(row))).await;
    assert_eq!(
        (ids, &calls[2..]),
        (vec!["1".into(), "3".into()], &["GET /users/1", "GET /users/2", "GET /users/3"].map(String::from)[..])
    );
    for (count, looks) in [(MEMBER_LOOKS_MAX, MEMBER_LOOKS_MAX), (MEMBER_LOOKS_MAX + 1, 0)] {
        let rows: Vec<Value> = (1..=count).map(row).collect();
        let (ids, calls) = shown(&members(&lines, team().says("GET /teams/7/members", rows.into()))).await;
        assert_eq!((ids.len(), calls.len()), (count, 2 + looks), "{count}");
    }
}

#[tokio::test]
async fn a_member_may_be_told_by_a_link() {
    let row = |id: usize| json!({"href": format!("/api/users/{id}?x=/9")});
    let rules = "value = \"href\"\nlast_part = true\nlist = { get = \"/teams/{id}/members\", rows = \"\" }\n\
        has = { get = \"/memberships/{member}\", rows = \"links\", group = \"team.href\", last_part = true }\n\
        of = { get = \"/memberships/{member}\", rows = \"links\", id = \"team.href\", last_part = true }\n";
    let links =
        json!({"links": [{"team": {"href": "/api/teams/9"}}, {"team": {"href": "https://example.com/teams/7/"}}]});
    let script = three(row).says("GET /memberships/3", links).says("GET /memberships/1", json!({"links": []}));
    let house = members(&format!("{rules}{EACH}"), script);
    assert_eq!(shown(&house).await.0, ["1", "2", "3"]);
    let with = |member: &str| {
        format!("{}&attributes=id", search(&format!("id eq \"7\" and members eq \"{member}\"")))
            .replace("Users", "Groups")
    };
    for (request, expected) in [
        (with("3"), ["GET /teams/7", "GET /memberships/3", "200 1 in all, from 1: 7"]),
        (with("1"), ["GET /teams/7", "GET /memberships/1", "200 0 in all, from 1:"]),
    ] {
        assert_eq!(house.lines(&request, &Value::Null).await, expected, "{request}");
    }
    let of = format!("{}&attributes=id", search("members eq \"3\"")).replace("Users", "Groups");
    let expected = ["GET /memberships/3", "GET /teams/9", "GET /teams/7", "200 1 in all, from 1: 7"];
    assert_eq!(house.lines(&of, &Value::Null).await, expected);
}
