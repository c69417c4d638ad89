//! Searches over users and groups at once (RFC 7644 §3.4.2.1, §3.4.3).

use super::*;

/// Four users and three groups; the table of teams was read already.
async fn both(edits: &[(&str, &str)]) -> House {
    let house = grouped(edits);
    for (number, title) in (0..4).zip(["b", "d", "a", "c"]) {
        house.crew.add_user(&format!("{}", 14_155_550_100_u64 + number), title);
    }
    for name in ["Ops", "Sales", "Night"] {
        house.crew.add_group(name, &["1"]);
    }
    drop(house.answer("GET /Users", &Value::Null).await);
    house
}

/// What `parameters` (JSON of a search by POST) comes to; members stay out of it.
async fn rows(house: &House, rows: &[(Value, &[&str])]) {
    for (parameters, expected) in rows {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "excludedAttributes": ["members"],
        });
        body.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        check(house, "POST /.search", body, expected).await;
    }
}

#[tokio::test]
async fn users_come_before_groups_in_one_numbering() {
    let house = both(&[]).await;
    rows(
        &house,
        &[
            (
                json!({"startIndex": 3, "count": 3}),
                &["GET /users?offset=2&limit=3", "GET /groups?offset=0&limit=1", "200 7 in all, from 3: 3 4 g1"],
            ),
            (
                json!({"startIndex": 6, "count": 3}),
                &["GET /users?offset=5&limit=3", "GET /groups?offset=1&limit=3", "200 7 in all, from 6: g2 g3"],
            ),
            // The target gives three users at once: the groups wait for the next page.
            (
                json!({"count": 7}),
                &["GET /users?offset=0&limit=3", "GET /groups?offset=0&limit=1", "200 7 in all, from 1: 1 2 3"],
            ),
            (
                json!({"count": 0}),
                &["GET /users?offset=0&limit=1", "GET /groups?offset=0&limit=1", "200 7 in all, from 1:"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn whoever_is_protected_keeps_a_number() {
    let house = both(&[("[user]\n", "[user]\nprotected = \"title == 'd'\"\n")]).await;
    rows(
        &house,
        &[
            (
                json!({"startIndex": 1, "count": 3}),
                &["GET /users?offset=0&limit=3", "GET /groups?offset=0&limit=1", "200 7 in all, from 1: 1 3"],
            ),
            (
                json!({"startIndex": 2, "count": 5}),
                &["GET /users?offset=1&limit=3", "GET /groups?offset=0&limit=2", "200 7 in all, from 2: 3 4 g1 g2"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_attribute_that_a_type_lacks_has_no_value_there() {
    let house = both(&[]).await;
    let (users, groups) =
        (["GET /users?offset=0&limit=3", "GET /users?offset=3&limit=3"], "GET /groups?offset=0&limit=4");
    let by_phone = "GET /users?phone=14155550101";
    rows(
        &house,
        &[
            (json!({"filter": "userName eq \"4155550101\""}), &[by_phone, "200 1 in all, from 1: 2"]),
            (
                json!({"filter": "userName eq \"4155550101\" or displayName eq \"Ops\""}),
                &[users[0], users[1], "GET /groups?name=Ops", "200 2 in all, from 1: 2 g1"],
            ),
            (json!({"filter": "meta.resourceType eq \"Group\""}), &[groups, "200 3 in all, from 1: g1 g2 g3"]),
            (
                json!({"filter": "meta.resourceType eq \"User\" and userName eq \"4155550101\""}),
                &[by_phone, "200 1 in all, from 1: 2"],
            ),
            (
                json!({"filter": "not (meta.resourceType eq \"User\") and displayName eq \"Ops\""}),
                &["GET /groups?name=Ops", "200 1 in all, from 1: g1"],
            ),
            (json!({"filter": "title gt \"a\" and members eq \"1\""}), &["200 0 in all, from 1:"]),
            (json!({"filter": "members eq \"1\""}), &["GET /members/1/groups", "200 3 in all, from 1: g1 g2 g3"]),
            // An absent value is not equal to anything.
            (
                json!({"filter": "title ne \"a\""}),
                &[users[0], users[1], groups, "200 6 in all, from 1: 1 2 4 g1 g2 g3"],
            ),
            (json!({"filter": "emails[type eq \"work\"]"}), &[users[0], users[1], "200 0 in all, from 1:"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_attribute_that_no_type_has_is_a_mistake() {
    let house = both(&[]).await;
    for filter in ["nothing eq \"x\"", "userName pr or nothing pr", "not (nothing pr)"] {
        let lines = house.lines("POST /.search", &json!({ "filter": filter })).await;
        assert!(lines.len() == 1 && lines[0].starts_with("400 invalidFilter "), "{filter}: {lines:?}");
    }
}

#[tokio::test]
async fn one_order_goes_over_both() {
    let house = both(&[]).await;
    let all = ["GET /users?offset=0&limit=3", "GET /users?offset=3&limit=3", "GET /groups?offset=0&limit=4"];
    let sorted = |answer: &'static str| [all[0], all[1], all[2], answer];
    rows(
        &house,
        &[
            (json!({"sortBy": "title"}), &sorted("200 7 in all, from 1: 3 1 4 2 g1 g2 g3")),
            (json!({"sortBy": "title", "startIndex": 4, "count": 2}), &sorted("200 7 in all, from 4: 2 g1")),
            (json!({"sortBy": "id", "sortOrder": "descending", "count": 3}), &sorted("200 7 in all, from 1: g3 g2 g1")),
        ],
    )
    .await;
    let lines = house.lines("POST /.search", &json!({"sortBy": "nothing"})).await;
    assert!(lines.len() == 1 && lines[0].starts_with("400 invalidValue "), "{lines:?}");
}

#[tokio::test]
async fn where_groups_are_off_there_are_users_only() {
    let house = house(Quirk::None, &[]);
    house.crew.add_user("14155550100", "Dr");
    drop(house.answer("GET /Users", &Value::Null).await);
    let expected = ["GET /users?offset=0&limit=3", "200 1 in all, from 1: 1"];
    check(&house, "POST /.search", json!({}), &expected).await;
    check(&house, "POST /.search", json!({"filter": "meta.resourceType eq \"Group\""}), &["200 0 in all, from 1:"])
        .await;
}
