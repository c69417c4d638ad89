//! Paging by index (RFC 7644 §3.4.2.4) and by cursor (RFC 9865): everybody once, in one order, however many pages.

use std::collections::BTreeSet;

use json::Value;

use crate::caller::Caller;
use crate::wire::Answer;
use crate::world::World;

const PEOPLE: u64 = 250;

async fn directory() -> (World, Caller) {
    let world = World::new().await;
    world.around.directory.seed_people(PEOPLE);
    let idp = world.caller("acme");
    (world, idp)
}

/// The user names of a page.
fn names(answer: &Answer) -> Vec<String> {
    let users = answer.body["Resources"].as_array().cloned().unwrap_or_default();
    users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
}

/// Walks by index; every page says where it is.
async fn by_index(idp: &Caller, query: &str, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let start = all.len() + 1;
        let page = idp.get(&format!("/Users?startIndex={start}&count={count}&{query}")).await.expect(200);
        let found = names(&page);
        assert_eq!(
            (&page.body["startIndex"], &page.body["itemsPerPage"]),
            (&start.into(), &found.len().into()),
            "{page}"
        );
        assert_eq!((page.body.get("nextCursor"), page.body.get("previousCursor")), (None, None), "{page}");
        let total = page.body["totalResults"].as_u64().unwrap();
        all.extend(found);
        if all.len() as u64 >= total {
            assert_eq!(all.len() as u64, total, "{page}");
            return all;
        }
    }
}

/// Walks by cursor to the last page, and back to the first.
async fn by_cursor(idp: &Caller, query: &str, count: usize) -> Vec<String> {
    let page = async |cursor: &str| idp.get(&format!("/Users?cursor={cursor}&count={count}&{query}")).await.expect(200);
    let mut pages = vec![page("").await];
    assert_eq!(pages[0].body.get("previousCursor"), None, "{}", pages[0]);
    while let Some(next) = pages.last().and_then(|page| page.body.get("nextCursor")).and_then(Value::as_str) {
        let next = page(next).await;
        assert!(!next.text_at("/previousCursor").is_empty() && next.body.get("startIndex").is_none(), "{next}");
        pages.push(next);
    }
    for at in (1..pages.len()).rev() {
        let before = page(pages[at].text_at("/previousCursor")).await;
        assert_eq!(names(&before), names(&pages[at - 1]), "{before}");
    }
    pages.iter().flat_map(names).collect()
}

#[tokio::test]
async fn everybody_is_on_one_page_and_pages_are_the_same_by_index_and_by_cursor() {
    let (_world, idp) = directory().await;
    for (query, total) in [
        ("attributes=userName", 250),
        ("attributes=userName&sortBy=userName", 250),
        ("attributes=userName&sortBy=userName&sortOrder=descending", 250),
        ("attributes=userName&sortBy=name.familyName&sortOrder=descending", 250),
        ("attributes=userName&filter=name.familyName+sw+%22No+0001%22", 100),
        ("attributes=userName&filter=name.familyName+sw+%22No+0001%22&sortBy=userName", 100),
    ] {
        let all = by_index(&idp, query, 100).await;
        assert_eq!(all.len(), total, "{query}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), total, "{query}: somebody came twice");
        assert_eq!(by_index(&idp, query, 33).await, all, "{query}: the size of a page changes the order");
        assert_eq!(by_cursor(&idp, query, 100).await, all, "{query}");
        assert_eq!(by_cursor(&idp, query, 7).await, all, "{query}");
    }
}

#[tokio::test]
async fn an_order_is_the_one_that_was_asked_for() {
    let (_world, idp) = directory().await;
    let mut expected: Vec<String> = (1..=PEOPLE).map(|number| format!("person-{number}@example.com")).collect();
    assert_eq!(by_index(&idp, "sortBy=name.familyName", 100).await, expected);
    expected.sort();
    assert_eq!(by_index(&idp, "sortBy=userName", 100).await, expected);
    expected.reverse();
    assert_eq!(by_index(&idp, "sortBy=userName&sortOrder=descending", 60).await, expected);
}

#[tokio::test]
async fn a_window_that_holds_nobody_is_an_empty_page() {
    let (_world, idp) = directory().await;
    for (query, start, per_page) in [
        ("startIndex=301&count=100", 301, 0),
        ("count=0", 1, 0),
        ("count=-1", 1, 0),
        ("startIndex=0&count=1", 1, 1),
        ("startIndex=-5&count=1", 1, 1),
        ("startIndex=250", 250, 1),
    ] {
        let page = idp.get(&format!("/Users?{query}")).await.expect(200);
        let told = ["totalResults", "startIndex", "itemsPerPage"].map(|name| page.body[name].as_u64());
        assert_eq!(told, [Some(PEOPLE), Some(start), Some(per_page)], "{page}");
        assert_eq!(names(&page).len() as u64, per_page, "{page}");
    }
    for wrong in ["startIndex=x", "count=1.5", "count=%20", "cursor&startIndex=1"] {
        idp.get(&format!("/Users?{wrong}")).await.expect_error(400, "invalidValue");
    }
    // RFC 9865 §2.1. Behind a cursor, an empty page would be the last one.
    for wrong in ["0", "-1", "x"] {
        idp.get(&format!("/Users?cursor&count={wrong}")).await.expect_error(400, "invalidCount");
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_query() {
    let (_world, idp) = directory().await;
    let first = idp.get("/Users?cursor&count=10&sortBy=userName").await.expect(200);
    let cursor = first.text_at("/nextCursor").to_owned();
    assert!(!cursor.is_empty(), "{first}");
    idp.get(&format!("/Users?cursor={cursor}&count=10&sortBy=userName")).await.expect(200);
    for query in [
        format!("/Users?cursor={cursor}&count=10"),
        format!("/Users?cursor={cursor}&count=10&sortBy=userName&filter=active+eq+true"),
        format!("/Groups?cursor={cursor}&count=10&sortBy=displayName"),
        "/Users?cursor=nonsense&count=10".to_owned(),
        "/Users?cursor=..%2F..%0d%0a&count=10".to_owned(),
    ] {
        idp.get(&query).await.expect_error(400, "invalidCursor");
    }
}

#[tokio::test]
async fn pagination_is_advertised() {
    let (_world, idp) = directory().await;
    let config = idp.get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.body["pagination"]["cursor"], true, "{config}");
    assert_eq!(config.body["pagination"]["index"], true, "{config}");
    assert_eq!(config.body["sort"]["supported"], true, "{config}");
}
