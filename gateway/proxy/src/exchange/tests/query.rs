//! `GET /Users`: which candidates are read, which of them are answered, and which part of a list.

use rules::search::SCAN_ROWS_MAX;

use super::*;
use crate::limits::CANDIDATE_CALLS_MAX;

const UNPAGED: (&str, &str) = ("/users?offset={offset}&limit={limit}", "/users");
const NO_TOTAL: (&str, &str) = ("total = \"total\"\n", "");

/// A house with `count` users: phones 14155550100 and up, of whom every second is a `Dr`.
fn crowded(count: usize, quirk: Quirk, edits: &[(&str, &str)]) -> House {
    let house = house(quirk, edits);
    for number in 0..count {
        house.crew.add_user(&format!("{}", 14_155_550_100 + number), if number % 2 == 0 { "Dr" } else { "Ms" });
    }
    house
}

#[tokio::test]
async fn a_search_reads_as_little_as_it_can() {
    let house = crowded(3, Quirk::None, &[]);
    house.crew.add_user("141555501011", "Dr");
    let made = house.answer("POST /Users", &user("(415) 555-0109", &json!({"externalId": "x1"}))).await;
    assert!(made.starts_with(r#"201 {"id":"5""#), "{made}");
    let none = "200 0 in all, from 1:";
    for (filter, expected) in [
        // The target answers with everybody whose phone begins so: 14155550101 and 141555501011.
        ("userName eq \"+1 (415) 555-0101\"", vec!["GET /users?phone=14155550101", "200 1 in all, from 1: 2"]),
        ("userName eq \"4155550150\"", vec!["GET /users?phone=14155550150", none]),
        ("userName eq \"nobody\"", vec![none]),
        ("id eq \"2\"", vec!["GET /users/2", "200 1 in all, from 1: 2"]),
        ("id eq \"..\"", vec![none]),
        ("id eq \"me\"", vec!["GET /users/me", none]),
        ("id eq \"9\" and title eq \"Dr\"", vec!["GET /users/9", none]),
        ("userName eq \"4155550101\" and title eq \"Dr\"", vec!["GET /users?phone=14155550101", none]),
        ("externalId eq \"x1\"", vec!["GET /users/5", "200 1 in all, from 1: 5"]),
        ("externalId eq \"X1\"", vec![none]),
        (
            "title eq \"dr\"",
            vec!["GET /users?offset=0&limit=3", "GET /users?offset=3&limit=3", "200 3 in all, from 1: 1 3 4"],
        ),
    ] {
        check(&house, &search(filter), Value::Null, &expected).await;
    }
    // Remembered, and gone behind our back.
    house.crew.drop_user("5");
    check(&house, &search("externalId eq \"x1\""), Value::Null, &["GET /users/5", none]).await;
}

#[tokio::test]
async fn a_search_that_finds_nobody_is_an_empty_list() {
    let house = house(Quirk::NobodyIs404, &[]);
    let expected = ["GET /users?phone=14155550101", "200 0 in all, from 1:"];
    check(&house, &search("userName eq \"4155550101\""), Value::Null, &expected).await;
}

#[tokio::test]
async fn a_list_without_rows_is_never_an_empty_one() {
    let house = crowded(2, Quirk::NoRows, &[]);
    for request in ["GET /Users".to_owned(), search("title eq \"Dr\""), search("userName eq \"4155550101\"")] {
        let lines = house.lines(&request, &Value::Null).await;
        assert!(lines.last().unwrap().starts_with("502 "), "{request}: {lines:?}");
    }
}

#[tokio::test]
async fn a_search_has_pages() {
    let house = crowded(5, Quirk::None, &[]);
    for (window, expected) in [
        ("&startIndex=2&count=1", "200 3 in all, from 2: 3"),
        ("&startIndex=2", "200 3 in all, from 2: 3 5"),
        ("&count=0", "200 3 in all, from 1:"),
        ("&startIndex=4", "200 3 in all, from 4:"),
        ("&startIndex=9223372036854775807&count=200", "200 3 in all, from 9223372036854775807:"),
    ] {
        let request = format!("{}{window}", search("title eq \"Dr\""));
        assert_eq!(house.lines(&request, &Value::Null).await.last().unwrap(), expected, "{window}");
    }
}

#[tokio::test]
async fn a_target_that_counts_is_asked_for_just_the_page() {
    let house = crowded(8, Quirk::None, &[]);
    drop(house.answer("GET /Users", &Value::Null).await);
    for (query, expected) in [
        ("startIndex=1&count=2", ["GET /users?offset=0&limit=2", "200 8 in all, from 1: 1 2"]),
        ("startIndex=4&count=3", ["GET /users?offset=3&limit=3", "200 8 in all, from 4: 4 5 6"]),
        // No more than the target gives at once: the IdP asks for the rest.
        ("startIndex=2&count=100", ["GET /users?offset=1&limit=3", "200 8 in all, from 2: 2 3 4"]),
        ("startIndex=8&count=5", ["GET /users?offset=7&limit=3", "200 8 in all, from 8: 8"]),
        ("startIndex=9&count=5", ["GET /users?offset=8&limit=3", "200 8 in all, from 9:"]),
        ("startIndex=1&count=0", ["GET /users?offset=0&limit=1", "200 8 in all, from 1:"]),
        ("startIndex=0&count=1", ["GET /users?offset=0&limit=1", "200 8 in all, from 1: 1"]),
    ] {
        check(&house, &format!("GET /Users?{query}"), Value::Null, &expected).await;
    }
}

#[tokio::test]
async fn a_target_that_counts_pages_is_asked_for_the_one_around() {
    let house = crowded(8, Quirk::None, &[("/users?offset={offset}&limit={limit}", "/users?page={page}")]);
    drop(house.answer("GET /Users", &Value::Null).await);
    for (query, expected) in [
        ("startIndex=1&count=2", ["GET /users?page=1", "200 8 in all, from 1: 1 2"]),
        ("startIndex=5&count=9", ["GET /users?page=2", "200 8 in all, from 5: 5 6"]),
        ("startIndex=10&count=1", ["GET /users?page=4", "200 8 in all, from 10:"]),
        ("startIndex=6&count=0", ["GET /users?page=2", "200 8 in all, from 6:"]),
    ] {
        check(&house, &format!("GET /Users?{query}"), Value::Null, &expected).await;
    }
}

#[tokio::test]
async fn a_target_that_does_not_count_is_walked() {
    let house = crowded(6, Quirk::None, &[NO_TOTAL]);
    drop(house.answer("GET /Users", &Value::Null).await);
    let walk = ["GET /users?offset=0&limit=3", "GET /users?offset=3&limit=3", "GET /users?offset=6&limit=3"];
    let expected = [&walk[..], &["200 6 in all, from 2: 2 3"]].concat();
    check(&house, "GET /Users?startIndex=2&count=2", Value::Null, &expected).await;

    let house = crowded(6, Quirk::None, &[UNPAGED, NO_TOTAL, ("page_rows_max = 3\n", "")]);
    drop(house.answer("GET /Users", &Value::Null).await);
    let expected = ["GET /users", "200 6 in all, from 6: 6"];
    check(&house, "GET /Users?startIndex=6&count=2", Value::Null, &expected).await;
}

#[tokio::test]
async fn a_scan_reads_so_many_rows_and_no_more() {
    for (rows, expected) in [
        (SCAN_ROWS_MAX, "200 1 in all, from 1: 7"),
        (SCAN_ROWS_MAX + 1, "400 tooMany this needs a scan of more than 10000 resources; search by userName"),
    ] {
        let house = crowded(rows, Quirk::None, &[UNPAGED, NO_TOTAL, ("page_rows_max = 3\n", "")]);
        let last = house.lines(&search("title pr and userName ew \"5550106\""), &Value::Null).await.pop();
        assert_eq!(last.as_deref(), Some(expected), "{rows} rows");
    }
}

/// Several series of one search together are no longer than a scan.
#[tokio::test]
async fn the_parts_of_an_or_are_one_scan_together() {
    let find = "get = \"/users?phone={phone}\"\nrows = \"users\"\n[[user.find]]\nby = \"title\"\nop = \"sw\"\n\
                get = \"/users?starts={title}&offset={offset}&limit={limit}\"\nrows = \"users\"\npage_rows_max = 10000\n";
    let edits = [("get = \"/users?phone={phone}\"\nrows = \"users\"\n", find)];
    let both = search("(title sw \"D\" or title sw \"Dr\") and title eq \"Ms\"");
    for (rows, expected) in [
        // Every second one is a `Dr`, and is read by both.
        (SCAN_ROWS_MAX, "200 0 in all, from 1:"),
        (SCAN_ROWS_MAX + 1, "400 tooMany this needs a scan of more than 10000 resources; search by userName, title"),
    ] {
        let house = crowded(rows, Quirk::None, &edits);
        assert_eq!(house.lines(&both, &Value::Null).await.last().map(String::as_str), Some(expected), "{rows} rows");
    }
}

#[tokio::test]
async fn an_or_is_the_union_of_its_parts_each_record_once() {
    let house = crowded(4, Quirk::None, &[]);
    drop(house.answer("GET /Users", &Value::Null).await);
    let filter = "userName eq \"4155550101\" or id eq \"2\" or (userName eq \"4155550102\" and title eq \"Dr\")";
    let expected =
        ["GET /users?phone=14155550101", "GET /users/2", "GET /users?phone=14155550102", "200 2 in all, from 1: 2 3"];
    check(&house, &search(filter), Value::Null, &expected).await;
    // One part that only a scan can answer makes a scan of the whole.
    let scan = ["GET /users?offset=0&limit=3", "GET /users?offset=3&limit=3", "200 3 in all, from 1: 1 2 3"];
    check(&house, &search("id eq \"2\" or title eq \"Dr\""), Value::Null, &scan).await;
}

#[tokio::test]
async fn a_search_of_the_target_may_have_pages() {
    let find = "get = \"/users?phone={phone}\"\nrows = \"users\"\n[[user.find]]\nby = \"title\"\nop = \"sw\"\n\
                get = \"/users?starts={title}&offset={offset}&limit={limit}\"\nrows = \"users\"\ntotal = \"total\"\n\
                page_rows_max = 2\n";
    let house = crowded(7, Quirk::None, &[("get = \"/users?phone={phone}\"\nrows = \"users\"\n", find)]);
    drop(house.answer("GET /Users", &Value::Null).await);
    let pages = ["GET /users?starts=Dr&offset=0&limit=2", "GET /users?starts=Dr&offset=2&limit=2"];
    let all = [&pages[..], &["200 4 in all, from 1: 1 3 5 7"]].concat();
    check(&house, &search("title sw \"Dr\""), Value::Null, &all).await;
    let some = [&pages[..], &["200 4 in all, from 2: 3 5"]].concat();
    check(&house, &format!("{}&startIndex=2&count=2", search("title sw \"Dr\"")), Value::Null, &some).await;
}

#[tokio::test]
async fn pages_are_walked_to_the_end_though_the_target_counts_pages() {
    let house = crowded(7, Quirk::None, &[("/users?offset={offset}&limit={limit}", "/users?page={page}"), NO_TOTAL]);
    drop(house.answer("GET /Users", &Value::Null).await);
    let walk = ["GET /users?page=1", "GET /users?page=2", "GET /users?page=3", "200 4 in all, from 1: 1 3 5 7"];
    check(&house, &search("title eq \"Dr\""), Value::Null, &walk).await;
}

#[tokio::test]
async fn a_short_page_is_not_the_last_while_there_are_more() {
    let pages = ("/users?offset={offset}&limit={limit}", "/users?page={page}");
    let house = crowded(9, Quirk::HidesOne, &[pages]);
    drop(house.answer("GET /Users", &Value::Null).await);
    let walk = ["GET /users?page=1", "GET /users?page=2", "GET /users?page=3", "200 4 in all, from 1: 1 3 7 9"];
    check(&house, &search("title eq \"Dr\""), Value::Null, &walk).await;
}

/// Three groups; the third has the first for a member.
fn three_groups(edits: &[(&str, &str)]) -> House {
    let house = grouped(edits);
    house.crew.add_group("Ops", &["1", "2"]);
    house.crew.add_group("Sales", &["2"]);
    house.crew.add_group("Night", &["g1", "3"]);
    house
}

fn groups_where(filter: &str, more: &str) -> String {
    search(filter).replace("/Users", "/Groups") + more
}

#[tokio::test]
async fn members_are_read_where_they_are_shown_and_nowhere_else() {
    let house = three_groups(&[]);
    let (g1, m1) = ("GET /groups/g1", "GET /groups/g1/members?offset=0&limit=5");
    let list = "GET /groups?offset=0&limit=4";
    let [m2, m3] = ["GET /groups/g2/members?offset=0&limit=5", "GET /groups/g3/members?offset=0&limit=5"];
    let all = "200 3 in all, from 1: g1 g2 g3";
    for (request, expected) in [
        ("GET /Groups/g1", vec![g1, m1, r#"200 {"id":"g1","displayName":"Ops"} of 1 2"#]),
        ("GET /Groups/g1?excludedAttributes=members", vec![g1, r#"200 {"id":"g1","displayName":"Ops"}"#]),
        ("GET /Groups/g1?attributes=id", vec![g1, r#"200 {"id":"g1"}"#]),
        ("GET /Groups/g1?attributes=members.value", vec![g1, m1, r#"200 {"id":"g1"} of 1 2"#]),
        ("GET /Groups/9", vec!["GET /groups/9", "404 there is no Group `9`"]),
        ("GET /Groups", vec![list, m1, m2, m3, all]),
        ("GET /Groups?excludedAttributes=members", vec![list, all]),
        ("GET /Groups?attributes=id", vec![list, all]),
        ("GET /Groups?count=0", vec!["GET /groups?offset=0&limit=1", "200 3 in all, from 1:"]),
        ("GET /Groups?startIndex=3&count=2", vec!["GET /groups?offset=2&limit=2", m3, "200 3 in all, from 3: g3"]),
    ] {
        check(&house, request, Value::Null, &expected).await;
    }
}

const OF: (&str, &str) = ("of = { get = \"/members/{member}/groups\", rows = \"groups\" }\n", "");
const HAS: (&str, &str) = ("has = { get = \"/groups/{id}/members/{member}\" }\n", "");

#[tokio::test]
async fn a_question_about_one_member_asks_for_that_member() {
    let house = three_groups(&[]);
    let (of, by_name) = ("GET /members/2/groups", "GET /groups?name=Ops");
    let [has1, has2, has3] = ["GET /groups/g1/members/2", "GET /groups/g2/members/2", "GET /groups/g3/members/2"];
    let list = "GET /groups?offset=0&limit=4";
    let both = "200 2 in all, from 1: g1 g2";
    let none = "200 0 in all, from 1:";
    for (filter, expected) in [
        // idp-dialects row 21: Entra asks so before it adds one.
        ("id eq \"g1\" and members eq \"2\"", vec!["GET /groups/g1", has1, "200 1 in all, from 1: g1"]),
        ("id eq \"g3\" and members eq \"2\"", vec!["GET /groups/g3", has3, none]),
        ("id eq \"g9\" and members eq \"2\"", vec!["GET /groups/g9", none]),
        ("displayName eq \"Ops\" and members eq \"2\"", vec![by_name, has1, "200 1 in all, from 1: g1"]),
        // The target has said it already.
        ("members eq \"2\"", vec![of, both]),
        ("members.value eq \"2\"", vec![of, both]),
        ("members[value eq \"2\"]", vec![of, both]),
        ("members eq \"2\" and displayName eq \"ops\" and externalId pr", vec!["GET /groups?name=ops", none]),
        ("not (members eq \"2\")", vec![list, has1, has2, has3, "200 1 in all, from 1: g3"]),
        // No member could make this one right.
        ("members eq \"2\" and displayName sw \"x\"", vec![of, none]),
    ] {
        check(&house, &groups_where(filter, "&excludedAttributes=members"), Value::Null, &expected).await;
    }
    let house = three_groups(&[OF]);
    let expected = [list, has1, has2, has3, both];
    check(&house, &groups_where("members eq \"2\"", "&attributes=id"), Value::Null, &expected).await;
    let expected = [list, has2, "200 1 in all, from 1: g2"];
    let filter = "members eq \"2\" and displayName sw \"S\"";
    check(&house, &groups_where(filter, "&attributes=id"), Value::Null, &expected).await;
}

#[tokio::test]
async fn another_question_about_members_reads_them() {
    let list = "GET /groups?offset=0&limit=4";
    let reads = [1, 2, 3].map(|group| format!("GET /groups/g{group}/members?offset=0&limit=5"));
    let [m1, m2, m3] = reads.each_ref().map(String::as_str);
    let house = three_groups(&[]);
    let expected = [list, m1, m2, m3, "200 1 in all, from 1: g3"];
    check(&house, &groups_where("members.type eq \"Group\"", "&attributes=id"), Value::Null, &expected).await;
    let house = three_groups(&[OF, HAS]);
    let expected = [list, m1, m2, m3, "200 2 in all, from 1: g1 g2"];
    check(&house, &groups_where("members eq \"2\"", "&attributes=id"), Value::Null, &expected).await;
}

/// Each candidate may cost a call of its own: to ask whether somebody is a member, or to read what the store remembers.
#[tokio::test]
async fn so_many_candidates_are_looked_at_one_by_one_and_no_more() {
    let refused = "400 tooMany this needs more than 2000 single calls to the product; ask for less at once";
    let house = grouped(&[OF]);
    for group in 0..CANDIDATE_CALLS_MAX {
        house.crew.add_group(&format!("G{group}"), &["1"]);
    }
    let asked = groups_where("members eq \"2\"", "&attributes=id");
    let counted = |lines: &[String]| lines.iter().filter(|line| line.contains("/members/2")).count();
    let lines = house.lines(&asked, &Value::Null).await;
    assert_eq!(
        (counted(&lines), lines.last().map(String::as_str)),
        (CANDIDATE_CALLS_MAX, Some("200 0 in all, from 1:"))
    );
    // Two questions of each, in as few groups as before.
    let two = groups_where("members eq \"2\" or members eq \"3\"", "&attributes=id");
    assert_eq!(house.lines(&two, &Value::Null).await.last().map(String::as_str), Some(refused));
    house.crew.add_group("one more", &[]);
    let lines = house.lines(&asked, &Value::Null).await;
    assert_eq!((counted(&lines), lines.last().map(String::as_str)), (CANDIDATE_CALLS_MAX, Some(refused)));
}

#[tokio::test]
async fn what_is_remembered_of_many_is_read_one_by_one_and_no_further() {
    let house = house(Quirk::None, &[]);
    let tenant = &house.tenant.id;
    let memory = rules::Memory { kept: [("externalId".to_owned(), json!("x"))].into(), ..Default::default() };
    for (id, expected) in [(CANDIDATE_CALLS_MAX, "200 0 in all, from 1:"), (CANDIDATE_CALLS_MAX + 1, "400 tooMany")] {
        for id in 1..=id {
            let scope = store::Scope { tenant, kind: "User" };
            house.exchanges.parts.store.remember(scope, &id.to_string(), &memory).await.unwrap();
        }
        let lines = house.lines(&search("externalId eq \"x\""), &Value::Null).await;
        assert!(lines.last().is_some_and(|line| line.starts_with(expected)), "{id}: {:?}", lines.last());
        assert_eq!(lines.len(), CANDIDATE_CALLS_MAX + 1);
    }
}
