//! `POST /Users`: one call when all goes well, and never a second account.

use super::*;

const ADA: &str = "(415) 555-0101";
const FIND_ADA: &str = "GET /users?phone=14155550101";
const ON_CONFLICT: (&str, &str) = ("look = \"first\"", "look = \"on-conflict\"");

#[tokio::test]
async fn a_create_looks_first_then_makes_one_call() {
    let house = house(Quirk::None, &[]);
    let ada = user(ADA, &json!({"displayName": "Ops", "title": "Dr", "externalId": "x1"}));
    let made = r#"201 {"id":"1","userName":"(415) 555-0101","displayName":"Ops","title":"Dr","externalId":"x1"}"#;
    let post = r#"POST /users {"phone":"14155550101","team":"t1","title":"Dr"}"#;
    check(&house, "POST /Users", ada.clone(), &[FIND_ADA, "GET /teams", post, made]).await;
    // The IdP did not get the answer and asks again.
    check(&house, "POST /Users", ada.clone(), &[FIND_ADA, made]).await;
    let taken = "409 uniqueness a user whose `userName` is \"14155550101\" exists already";
    check(&house, "POST /Users", user("+1 415 555 0101", &json!({"title": "Ms"})), &[FIND_ADA, taken]).await;
    check(&house, "POST /Users", user(ADA, &json!({"externalId": "x2"})), &[FIND_ADA, taken]).await;
}

#[tokio::test]
async fn what_cannot_be_made_costs_no_call() {
    let house = house(Quirk::None, &[]);
    for (body, expected) in [
        (json!({"title": "Dr"}), "400 invalidValue `userName` is required"),
        (user("nobody", &json!({})), "400 invalidValue `userName`"),
    ] {
        let lines = house.lines("POST /Users", &body).await;
        assert!(lines.len() == 1 && lines[0].starts_with(expected), "{lines:?}");
    }
    let none =
        self::house(Quirk::None, &[("[user.create]\npost = \"/users\"\nlook = \"first\"\nanswer = \"record\"\n", "")]);
    let lines = none.lines("POST /Users", &user(ADA, &json!({}))).await;
    assert!(lines.len() == 1 && lines[0].starts_with("501 "), "{lines:?}");
}

#[tokio::test]
async fn on_conflict_looks_only_where_the_target_refused() {
    let house = house(Quirk::RefusesDuplicates, &[ON_CONFLICT]);
    let post = r#"POST /users {"phone":"14155550101"}"#;
    let made = r#"201 {"id":"1","userName":"(415) 555-0101"}"#;
    check(&house, "POST /Users", user(ADA, &json!({})), &["GET /teams", post, made]).await;
    check(&house, "POST /Users", user(ADA, &json!({})), &[post, FIND_ADA, made]).await;
    let post = r#"POST /users {"phone":"14155550101","title":"Ms"}"#;
    let taken = "409 uniqueness a user whose `userName` is \"14155550101\" exists already";
    check(&house, "POST /Users", user(ADA, &json!({"title": "Ms"})), &[post, FIND_ADA, taken]).await;
}

#[tokio::test]
async fn a_refusal_that_cannot_be_explained_is_passed_on() {
    // The target refuses the phone, and its search does not find who has it.
    let house = house(Quirk::RefusesDuplicates, &[ON_CONFLICT, ("/users?phone={phone}", "/users?phone={phone}0")]);
    house.crew.add_user("14155550101", "");
    let lines = house.lines("POST /Users", &user(ADA, &json!({}))).await;
    let refused = "409 uniqueness the phone is taken";
    assert_eq!(lines.last().unwrap(), refused, "{lines:?}");
}

#[tokio::test]
async fn more_than_one_match_is_a_duplicate() {
    let house = house(Quirk::None, &[]);
    house.crew.add_user("14155550101", "");
    house.crew.add_user("14155550101", "");
    let taken = "409 uniqueness 2 users like this exist already";
    check(&house, "POST /Users", user(ADA, &json!({})), &[FIND_ADA, "GET /teams", taken]).await;
}

#[tokio::test]
async fn a_lost_answer_is_found_again() {
    let house = house(Quirk::LosesFirstAnswer, &[]);
    let lost = house.lines("POST /Users", &user(ADA, &json!({}))).await;
    assert!(lost.last().unwrap().starts_with("50"), "{lost:?}");
    let made = r#"201 {"id":"1","userName":"(415) 555-0101"}"#;
    check(&house, "POST /Users", user(ADA, &json!({})), &[FIND_ADA, made]).await;
}

#[tokio::test]
async fn a_silent_create_is_looked_up() {
    let silent = [("look = \"first\"\nanswer = \"record\"", "look = \"first\"\nanswer = \"nothing\"")];
    let post = r#"POST /users {"phone":"14155550101"}"#;
    let made = r#"201 {"id":"1","userName":"(415) 555-0101"}"#;
    let house = self::house(Quirk::SilentCreate, &silent);
    check(&house, "POST /Users", user(ADA, &json!({})), &[FIND_ADA, "GET /teams", post, FIND_ADA, made]).await;
    let house = self::house(Quirk::LyingCreate, &silent);
    let lines = house.lines("POST /Users", &user(ADA, &json!({}))).await;
    assert!(lines.last().unwrap().starts_with("502 "), "{lines:?}");
}

#[tokio::test]
async fn creates_of_one_user_at_once_make_one_call() {
    for edits in [&[][..], &[ON_CONFLICT]] {
        let house = house(Quirk::RefusesDuplicates, edits);
        let body = user(ADA, &json!({"externalId": "x1"}));
        let (first, second) = tokio::join!(house.answer("POST /Users", &body), house.answer("POST /Users", &body));
        let made = r#"201 {"id":"1","userName":"(415) 555-0101","externalId":"x1"}"#;
        assert_eq!((first.as_str(), second.as_str()), (made, made));
        let calls = house.crew.take_calls();
        let posts = calls.iter().filter(|call| call.starts_with("POST")).count();
        assert_eq!(posts, if edits.is_empty() { 1 } else { 2 }, "{calls:?}");
        check(&house, "GET /Users?count=9", Value::Null, &["GET /users?offset=0&limit=3", "200 1 in all, from 1: 1"])
            .await;
    }
    // A target that takes everything, and two that want something else.
    let house = house(Quirk::None, &[]);
    let (doctor, other) = (user(ADA, &json!({"title": "Dr"})), user("+14155550101", &json!({"title": "Ms"})));
    let (first, second) = tokio::join!(house.answer("POST /Users", &doctor), house.answer("POST /Users", &other));
    assert!(first.starts_with("201 ") && second.starts_with("409 "), "{first} {second}");
}

#[tokio::test]
async fn a_name_that_is_not_in_a_table_has_it_read_once_more() {
    let house = house(Quirk::None, &[]);
    let lab = |phone: &str| user(phone, &json!({"displayName": "Lab"}));
    let first = house.lines("POST /Users", &lab(ADA)).await;
    assert_eq!(first[..2], [FIND_ADA, "GET /teams"], "just read, so not read again");
    assert!(first.len() == 3 && first[2].starts_with("400 invalidValue `displayName`"), "{first:?}");

    house.clock.advance(Duration::from_secs(3));
    let unknown = house.lines("POST /Users", &lab(ADA)).await;
    assert_eq!(unknown[..2], [FIND_ADA, "GET /teams"]);
    assert_eq!(unknown.len(), 3, "{unknown:?}");
    let again = house.lines("POST /Users", &lab(ADA)).await;
    assert_eq!(
        (again.len(), again[0].as_str()),
        (2, FIND_ADA),
        "a name in a loop does not hammer the target: {again:?}"
    );

    house.clock.advance(Duration::from_secs(3));
    house.crew.add_team("Lab");
    let post = r#"POST /users {"phone":"14155550101","team":"t2"}"#;
    let made = r#"201 {"id":"1","userName":"(415) 555-0101","displayName":"Lab"}"#;
    check(&house, "POST /Users", lab(ADA), &[FIND_ADA, "GET /teams", post, made]).await;
}

#[tokio::test]
async fn what_was_made_says_where_it_is() {
    let house = house(Quirk::None, &[]);
    let body = user(ADA, &json!({})).to_string();
    let operation = Operation::decode(scim::operation::Request {
        method: "POST",
        path: "/Users",
        body: body.as_bytes(),
        ..Default::default()
    })
    .unwrap();
    let draft = Draft::default();
    let answer = house.exchanges.run(&house.tenant, "/t/acme/scim/v2", operation, &draft).await.unwrap();
    let here = "https://scim.example.com/t/acme/scim/v2/Users/1";
    assert_eq!(answer.location.as_deref(), Some(here));
    assert_eq!(answer.body.unwrap()["meta"]["location"], here);
    let record = draft.take();
    assert_eq!((record.operation, record.resource.as_deref()), ("user.create", Some("1")));
    let routes: Vec<_> = record.calls.iter().map(|call| (call.route.as_str(), call.status, call.writes)).collect();
    let expected =
        [("user.find", Some(200), false), ("lookup.teams", Some(200), false), ("user.create", Some(200), true)];
    assert_eq!(routes, expected);
    assert!(!record.steps.is_empty());
}

/// A create of somebody whom provisioning made changes them.
const UPDATES: (&str, &str) = (
    "look = \"first\"\nanswer = \"record\"",
    "look = \"first\"\nanswer = \"record\"\nexisting = \"update\"\ntaken = \"the phone is in use; call support\"",
);

#[tokio::test]
async fn row_52_a_create_of_somebody_whom_provisioning_made_changes_them() {
    let house = house(Quirk::None, &[UPDATES]);
    let first = house.answer("POST /Users", &user(ADA, &json!({"title": "Dr", "externalId": "x1"}))).await;
    assert!(first.starts_with("201 "), "{first}");
    let changed = r#"201 {"id":"1","userName":"(415) 555-0101","title":"Ms","externalId":"x2"}"#;
    let ms = user(ADA, &json!({"title": "Ms", "externalId": "x2"}));
    let expected = [FIND_ADA, "GET /users/1", r#"PATCH /users/1 {"title":"Ms"}"#, changed];
    check(&house, "POST /Users", ms.clone(), &expected).await;
    // The same again is what is there already.
    check(&house, "POST /Users", ms, &[FIND_ADA, changed]).await;
    let ids = ["GET /users?offset=0&limit=3", "200 1 in all, from 1: 1"];
    check(&house, "GET /Users?count=9", Value::Null, &ids).await;
}

#[tokio::test]
async fn row_52_somebody_whom_provisioning_did_not_make_is_taken() {
    let house = house(Quirk::None, &[UPDATES]);
    house.crew.add_user("14155550101", "Dr");
    let taken = "409 uniqueness the phone is in use; call support";
    check(&house, "POST /Users", user(ADA, &json!({"title": "Ms"})), &[FIND_ADA, "GET /teams", taken]).await;
    // Just who is wanted is taken over (and may be changed from then on).
    let same = r#"201 {"id":"1","userName":"(415) 555-0101","title":"Dr"}"#;
    check(&house, "POST /Users", user(ADA, &json!({"title": "Dr"})), &[FIND_ADA, same]).await;
    let changed = house.answer("POST /Users", &user(ADA, &json!({"title": "Ms"}))).await;
    assert!(changed.starts_with("201 "), "{changed}");
    // A profile that does not say so refuses, and so does one whose memory is gone with the user.
    let refuses = self::house(Quirk::None, &[]);
    assert!(refuses.answer("POST /Users", &user(ADA, &json!({"title": "Dr"}))).await.starts_with("201 "));
    assert!(refuses.answer("POST /Users", &user(ADA, &json!({"title": "Ms"}))).await.starts_with("409 "));
    assert!(house.answer("DELETE /Users/1", &Value::Null).await.starts_with("204"));
    house.crew.add_user("14155550101", "Dr");
    assert_eq!(house.answer("POST /Users", &user(ADA, &json!({"title": "Ms"}))).await, taken);
}
