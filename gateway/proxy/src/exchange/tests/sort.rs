//! `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3): by the target where it can, else here.

use super::*;

const SORT: (&str, &str) = (
    "page_rows_max = 3\n",
    "page_rows_max = 3\n[user.sort]\nget = \"/users?sort={sort}&order={order}&offset={offset}&limit={limit}\"\n\
     by = { userName = \"phone\" }\n",
);

/// Five users: their phones fall and their titles are three.
fn unsorted(edits: &[(&str, &str)]) -> House {
    let house = house(Quirk::None, edits);
    for (number, title) in (0..5).zip(["b", "C", "a", "b", "a"]) {
        house.crew.add_user(&format!("{}", 14_155_550_109_u64 - number), title);
    }
    house
}

/// The calls and the answer, without the table that the first exchange reads.
async fn rows(house: &House, rows: &[(&str, &[&str])]) {
    drop(house.answer("GET /Users", &Value::Null).await);
    for (query, expected) in rows {
        check(house, &format!("GET /Users?{query}"), Value::Null, expected).await;
    }
}

const WALK: [&str; 2] = ["GET /users?offset=0&limit=3", "GET /users?offset=3&limit=3"];

#[tokio::test]
async fn the_target_sorts_what_it_can_and_gives_just_the_page() {
    let scan = "filter=title%20eq%20%22b%22&sortBy=userName";
    let sorted =
        ["GET /users?sort=phone&order=asc&offset=0&limit=3", "GET /users?sort=phone&order=asc&offset=3&limit=3"];
    rows(
        &unsorted(&[SORT]),
        &[
            (
                "sortBy=userName&count=2",
                &["GET /users?sort=phone&order=asc&offset=0&limit=2", "200 5 in all, from 1: 5 4"],
            ),
            (
                "sortBy=USERNAME&sortOrder=descending&startIndex=3&count=2",
                &["GET /users?sort=phone&order=desc&offset=2&limit=2", "200 5 in all, from 3: 3 4"],
            ),
            // A scan goes along the target's order.
            (scan, &[sorted[0], sorted[1], "200 2 in all, from 1: 4 1"]),
            // The target cannot sort by this.
            ("sortBy=title&count=3", &[WALK[0], WALK[1], "200 5 in all, from 1: 3 5 1"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn else_all_are_read_and_equals_stay_in_order_on_every_page() {
    let by_title = |answer: &'static str| [WALK[0], WALK[1], answer];
    rows(
        &unsorted(&[]),
        &[
            ("sortBy=title", &by_title("200 5 in all, from 1: 3 5 1 4 2")),
            ("sortBy=title&startIndex=1&count=2", &by_title("200 5 in all, from 1: 3 5")),
            ("sortBy=title&startIndex=3&count=2", &by_title("200 5 in all, from 3: 1 4")),
            ("sortBy=title&startIndex=5&count=2", &by_title("200 5 in all, from 5: 2")),
            ("sortBy=title&sortOrder=descending", &by_title("200 5 in all, from 1: 2 1 4 3 5")),
            ("sortBy=userName&filter=title%20ne%20%22a%22", &by_title("200 3 in all, from 1: 4 2 1")),
        ],
    )
    .await;
}

#[tokio::test]
async fn who_has_no_value_is_last_and_from_the_other_end_first() {
    let house = unsorted(&[]);
    let made = house.answer("POST /Users", &user("(415) 555-0100", &json!({"externalId": "x1"}))).await;
    assert!(made.starts_with("201 "), "{made}");
    let walk = [WALK[0], WALK[1]];
    let first = [&walk[..], &["200 6 in all, from 1: 3 5 1 4 2 6"]].concat();
    check(&house, "GET /Users?sortBy=title", Value::Null, &first).await;
    let last = [&walk[..], &["200 6 in all, from 1: 6 2 1 4 3 5"]].concat();
    check(&house, "GET /Users?sortBy=title&sortOrder=descending", Value::Null, &last).await;
}

#[tokio::test]
async fn what_has_no_order_costs_no_call() {
    let house = unsorted(&[]);
    for query in ["sortBy=nothing", "sortBy=password", "sortBy=name"] {
        let lines = house.lines(&format!("GET /Users?{query}"), &Value::Null).await;
        assert!(lines.len() == 1 && lines[0].starts_with("400 invalidValue "), "{query}: {lines:?}");
    }
}
