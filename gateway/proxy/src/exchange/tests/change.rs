//! `PUT`, `PATCH`, `DELETE`, and reading by id: a difference or nothing, and what is remembered of it.

use store::Scope;

use super::*;

const GET: &str = "GET /users/1";

/// A house in which user 1 was made by provisioning.
async fn furnished(edits: &[(&str, &str)]) -> House {
    let house = house(Quirk::None, edits);
    let made = house.answer("POST /Users", &user("(415) 555-0101", &json!({"title": "Dr", "externalId": "x1"}))).await;
    assert!(made.starts_with("201 "), "{made}");
    house
}

async fn remembered(house: &House) -> usize {
    let scope = Scope { tenant: &house.tenant.id, kind: "User" };
    house.store.recall(scope, &["1".to_owned()]).await.unwrap().len()
}

#[tokio::test]
async fn a_difference_is_one_read_and_one_write() {
    let house = furnished(&[]).await;
    let patched = r#"200 {"id":"1","userName":"(415) 555-0101","title":"Ms","externalId":"x1"}"#;
    let ms = json!("Ms");
    check(&house, "PATCH /Users/1", replaces("title", &ms), &[GET, r#"PATCH /users/1 {"title":"Ms"}"#, patched]).await;
    let put = user("(415) 555-0101", &json!({"title": "Dr", "externalId": "x1"}));
    let shown = r#"200 {"id":"1","userName":"(415) 555-0101","title":"Dr","externalId":"x1"}"#;
    check(&house, "PUT /Users/1", put, &[GET, r#"PATCH /users/1 {"title":"Dr"}"#, shown]).await;
}

#[tokio::test]
async fn no_difference_is_one_read_and_no_write() {
    let house = furnished(&[]).await;
    let same = r#"200 {"id":"1","userName":"(415) 555-0101","title":"Dr","externalId":"x1"}"#;
    check(&house, "PATCH /Users/1", replaces("title", &json!("Dr")), &[GET, same]).await;
    let put = user("(415) 555-0101", &json!({"title": "Dr", "externalId": "x1"}));
    check(&house, "PUT /Users/1", put, &[GET, same]).await;

    // The same number in another spelling, and what the target has no place for: remembered, not written.
    let respelled = r#"200 {"id":"1","userName":"+1 415 555 0101","title":"Dr","externalId":"x1"}"#;
    check(&house, "PATCH /Users/1", replaces("userName", &json!("+1 415 555 0101")), &[GET, respelled]).await;
    check(&house, "GET /Users/1", Value::Null, &[GET, respelled]).await;
    let kept = r#"200 {"id":"1","userName":"+1 415 555 0101","title":"Dr","externalId":"x2"}"#;
    check(&house, "PATCH /Users/1", replaces("externalId", &json!("x2")), &[GET, kept]).await;
    check(&house, "GET /Users/1", Value::Null, &[GET, kept]).await;
}

#[tokio::test]
async fn an_update_that_answers_nothing_is_read_again() {
    let house = furnished(&[("patch = \"/users/{id}\"\nanswer = \"record\"", "patch = \"/users/{id}\"")]).await;
    let patched = r#"200 {"id":"1","userName":"(415) 555-0101","title":"Ms","externalId":"x1"}"#;
    let expected = [GET, r#"PATCH /users/1 {"title":"Ms"}"#, GET, patched];
    check(&house, "PATCH /Users/1", replaces("title", &json!("Ms")), &expected).await;
}

#[tokio::test]
async fn changes_of_one_user_take_turns() {
    let house = furnished(&[]).await;
    let (title, number) = (replaces("title", &json!("Ms")), replaces("userName", &json!("(415) 555-0102")));
    let (first, second) = tokio::join!(house.answer("PATCH /Users/1", &title), house.answer("PATCH /Users/1", &number));
    assert!(first.starts_with("200 ") && second.starts_with("200 "), "{first} {second}");
    let calls = house.crew.take_calls();
    let order: Vec<&str> = calls.iter().rev().take(4).rev().map(|call| &call[..5]).collect();
    assert_eq!(order, ["GET /", "PATCH", "GET /", "PATCH"], "{calls:?}");
    let both = r#"200 {"id":"1","userName":"(415) 555-0102","title":"Ms","externalId":"x1"}"#;
    check(&house, "GET /Users/1", Value::Null, &[GET, both]).await;
}

#[tokio::test]
async fn a_record_with_another_id_is_not_the_one_that_was_asked_for() {
    let house = furnished(&[]).await;
    let absent = "404 there is no User `me`";
    check(&house, "GET /Users/me", Value::Null, &["GET /users/me", absent]).await;
    check(&house, "PATCH /Users/me", replaces("title", &json!("Ms")), &["GET /users/me", absent]).await;
    check(&house, "PUT /Users/me", user("(415) 555-0101", &json!({})), &["GET /users/me", absent]).await;
    check(&house, "DELETE /Users/me", Value::Null, &["GET /users/me", absent]).await;
}

#[tokio::test]
async fn a_delete_forgets() {
    let house = furnished(&[]).await;
    assert_eq!(remembered(&house).await, 1);
    check(&house, "DELETE /Users/1", Value::Null, &[GET, "DELETE /users/1", "204"]).await;
    assert_eq!(remembered(&house).await, 0);
    check(&house, "DELETE /Users/1", Value::Null, &[GET, "404 there is no User `1`"]).await;

    // Who went behind our back is forgotten too, and whoever gets the id has nothing of the old one.
    let house = furnished(&[]).await;
    house.crew.drop_user("1");
    check(&house, "DELETE /Users/1", Value::Null, &[GET, "404 there is no User `1`"]).await;
    assert_eq!(remembered(&house).await, 0);
    house.crew.add_user("14155550109", "Dr");
    let new = r#"200 {"id":"1","userName":"14155550109","title":"Dr"}"#;
    check(&house, "GET /Users/1", Value::Null, &[GET, new]).await;
}

#[tokio::test]
async fn what_the_profile_does_not_offer_is_not_done() {
    let house = furnished(&[("[user.delete]\ndelete = \"/users/{id}\"\n", "")]).await;
    let lines = house.lines("DELETE /Users/1", &Value::Null).await;
    assert!(lines.len() == 1 && lines[0].starts_with("501 "), "{lines:?}");
}

#[tokio::test]
async fn a_condition_that_does_not_hold_changes_nothing() {
    let house = furnished(&[]).await;
    let version =
        house.try_answer("GET /Users/1", &Value::Null, [None, None]).await.unwrap().version.unwrap().to_header();
    drop(house.crew.take_calls());
    let put = user("(415) 555-0101", &json!({"title": "Ms", "externalId": "x1"}));
    let changes =
        [("PATCH /Users/1", replaces("title", &json!("Ms"))), ("PUT /Users/1", put), ("DELETE /Users/1", Value::Null)];
    for (request, body) in &changes {
        let refused = house.try_answer(request, body, [Some("W/\"other\""), None]).await.unwrap_err();
        assert!(matches!(refused, Failure::Precondition), "{request}: {refused}");
        assert_eq!(house.crew.take_calls(), [GET], "{request}");
    }
    // The version that was read, any version, and the one that a change was answered with.
    let patched = house.try_answer("PATCH /Users/1", &changes[0].1, [Some(&version), None]).await.unwrap();
    let next = patched.version.unwrap().to_header();
    assert_ne!(next, version);
    assert!(
        house.try_answer("PATCH /Users/1", &replaces("title", &json!("Dr")), [Some(&version), None]).await.is_err()
    );
    assert!(house.try_answer("PUT /Users/1", &changes[1].1, [Some("*"), None]).await.is_ok());
    assert!(
        house.try_answer("DELETE /Users/1", &Value::Null, [Some(&format!("W/\"other\", {next}")), None]).await.is_ok()
    );
    let gone = house.try_answer("DELETE /Users/1", &Value::Null, [Some("*"), None]).await.unwrap_err();
    assert!(matches!(gone, Failure::NotFound { .. }), "{gone}");
}

#[tokio::test]
async fn a_patch_clears_what_it_removes_and_a_put_leaves_alone_what_it_does_not_say() {
    let mapped = [("title = { direct = \"title\" }", "title = { direct = \"title\" }\nactive = { direct = \"on\" }")];
    let house = furnished(&mapped).await;
    let on = |value: &str| format!(r#"PATCH /users/1 {{"on":{value}}}"#);
    let active = |value: bool| replaces("active", &json!(value));
    assert!(house.lines("PATCH /Users/1", &active(true)).await.contains(&on("true")));
    let put = user("(415) 555-0101", &json!({"title": "Dr", "externalId": "x1"}));
    assert_eq!(house.lines("PUT /Users/1", &put).await.len(), 2, "a Boolean that a PUT leaves out stays");
    let remove = json!({"Operations": [{"op": "remove", "path": "active"}]});
    assert!(house.lines("PATCH /Users/1", &remove).await.contains(&on("null")));
}

#[tokio::test]
async fn groups_are_off() {
    let house = house(Quirk::None, &[]);
    let nobody = "200 0 in all, from 1:";
    check(&house, "GET /Groups", Value::Null, &[nobody]).await;
    check(&house, &search("displayName eq \"x\"").replace("Users", "Groups"), Value::Null, &[nobody]).await;
    check(&house, "GET /Groups/1", Value::Null, &["404 there is no Group `1`"]).await;
    let off = "501 this product does not take groups by provisioning";
    let group = json!({"displayName": "Ops"});
    for (method, path, body) in [
        ("POST", "/Groups", group.clone()),
        ("PUT", "/Groups/1", group),
        ("PATCH", "/Groups/1", replaces("displayName", &json!("x"))),
        ("DELETE", "/Groups/1", Value::Null),
    ] {
        check(&house, &format!("{method} {path}"), body, &[off]).await;
    }
}
