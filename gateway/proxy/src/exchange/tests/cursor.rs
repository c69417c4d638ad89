//! Paging by cursor (RFC 9865): every resource once, and no cursor answers another question.

use super::*;

fn crowd(edits: &[(&str, &str)]) -> House {
    let house = house(Quirk::None, edits);
    for number in 0..7 {
        house.crew.add_user(&format!("{}", 14_155_550_100_u64 + number), if number % 2 == 0 { "Dr" } else { "Ms" });
    }
    house
}

/// The body of what `query` is answered.
async fn page(house: &House, query: &str) -> Value {
    house.try_answer(&format!("GET /Users?{query}"), &Value::Null, [None, None]).await.unwrap().body.unwrap()
}

fn ids(page: &Value) -> String {
    let resources = page["Resources"].as_array().unwrap();
    resources.iter().map(|resource| resource["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Every page of `query`, from the first to the one without `nextCursor`.
async fn pages(house: &House, query: &str) -> Vec<String> {
    let mut cursor = String::new();
    let mut pages = Vec::new();
    loop {
        let page = page(house, &format!("{query}&cursor={cursor}")).await;
        assert_eq!(page.get("startIndex"), None, "{page}");
        assert_eq!(page.get("previousCursor").is_some(), !pages.is_empty(), "{page}");
        pages.push(ids(&page));
        assert!(pages.len() < 20, "{pages:?}");
        match page["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn every_resource_is_on_one_page() {
    let house = crowd(&[]);
    for (query, expected) in [
        ("count=2", vec!["1 2", "3 4", "5 6", "7"]),
        // No more than the target gives at once.
        ("count=100", vec!["1 2 3", "4 5 6", "7"]),
        ("count=2&filter=title%20eq%20%22Dr%22", vec!["1 3", "5 7"]),
        ("count=3&sortBy=title", vec!["1 3 5", "7 2 4", "6"]),
        ("filter=title%20eq%20%22nobody%22", vec![""]),
    ] {
        assert_eq!(pages(&house, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_page_leads_back_to_the_one_before() {
    let house = crowd(&[]);
    let first = page(&house, "count=2&cursor").await;
    let second = page(&house, &format!("count=2&cursor={}", first["nextCursor"].as_str().unwrap())).await;
    assert_eq!((ids(&second).as_str(), &second["totalResults"]), ("3 4", &json!(7)));
    let back = page(&house, &format!("count=2&cursor={}", second["previousCursor"].as_str().unwrap())).await;
    assert_eq!(ids(&back), "1 2");
}

#[tokio::test]
async fn a_cursor_of_another_question_is_refused() {
    let house = crowd(&[]);
    let next = page(&house, "count=2&cursor").await["nextCursor"].as_str().unwrap().to_owned();
    let groups = format!("GET /Groups?cursor={next}");
    let [filtered, sorted] =
        ["filter=title%20pr", "sortBy=title"].map(|more| format!("GET /Users?{more}&cursor={next}"));
    let garbage = "GET /Users?cursor=%00".to_owned();
    for request in [groups, filtered, sorted, garbage, "GET /Users?cursor=x".to_owned()] {
        let lines = house.lines(&request, &Value::Null).await;
        assert!(lines.len() == 1 && lines[0].starts_with("400 invalidCursor "), "{request}: {lines:?}");
    }
}
