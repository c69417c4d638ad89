//! Versions (RFC 7644 §3.14): the same as long as nothing changed, another as soon as something did, and conditions on them.

use super::*;

/// A house in which user 1 was made by provisioning.
async fn furnished(edits: &[(&str, &str)]) -> House {
    let house = house(Quirk::None, edits);
    let made = house.answer("POST /Users", &user("(415) 555-0101", &json!({"title": "Dr", "externalId": "x1"}))).await;
    assert!(made.starts_with("201 "), "{made}");
    house
}

/// The version in the answer to `request`, which `meta.version` repeats.
async fn version(house: &House, request: &str, body: &Value) -> Option<String> {
    let answer = house.try_answer(request, body, [None, None]).await.unwrap();
    let version = answer.version.map(|version| version.to_header());
    let body = answer.body.unwrap();
    assert_eq!(body["meta"]["version"].as_str(), version.as_deref(), "{request}");
    version
}

#[tokio::test]
async fn a_version_stays_until_something_changes() {
    stays_until_something_changes(&[]).await;
    stays_until_something_changes(&[("displayName = { direct = \"team\", lookup = \"teams.name\" }\n", "")]).await;
}

async fn stays_until_something_changes(edits: &[(&str, &str)]) {
    let house = furnished(edits).await;
    let first = version(&house, "GET /Users/1", &Value::Null).await.unwrap();
    assert_eq!(version(&house, "GET /Users/1", &Value::Null).await.as_ref(), Some(&first));
    assert!(first.starts_with("W/\"") && first.len() == 20, "{first}");
    let list = house.try_answer(&search("title pr"), &Value::Null, [None, None]).await.unwrap();
    assert_eq!(list.version, None);
    assert_eq!(list.body.unwrap()["Resources"][0]["meta"]["version"], first);

    let mut seen = vec![first];
    for (path, value) in [
        ("title", json!("Ms")),
        // Remembered here, not in the target.
        ("externalId", json!("x2")),
        // The same number, spelled otherwise.
        ("userName", json!("+1 415 555 0101")),
    ] {
        let changed = version(&house, "PATCH /Users/1", &replaces(path, &value)).await.unwrap();
        assert!(!seen.contains(&changed), "{path}: {changed} of {seen:?}");
        assert_eq!(version(&house, "GET /Users/1", &Value::Null).await, Some(changed.clone()), "{path}");
        seen.push(changed);
    }
}

#[tokio::test]
async fn a_password_that_the_target_shows_is_no_part_of_the_version() {
    let house = furnished(&[("[user.map]\n", "[user.map]\npassword = { direct = \"secret\" }\n")]).await;
    let first = version(&house, "GET /Users/1", &Value::Null).await;
    version(&house, "PATCH /Users/1", &replaces("password", &json!("hunter2"))).await;
    assert_eq!(version(&house, "GET /Users/1", &Value::Null).await, first);
}

#[tokio::test]
async fn a_version_that_the_profile_maps_is_taken() {
    let house = grouped(&[(
        "displayName = { direct = \"name\"",
        "\"meta.version\" = { expression = \"[name]\" }\ndisplayName = { direct = \"name\"",
    )]);
    house.crew.add_group("Night Shift", &["1"]);
    assert_eq!(version(&house, "GET /Groups/g1", &Value::Null).await.as_deref(), Some("W/\"Night%20Shift\""));
    // Nobody can say when members change that are kept apart.
    let house = grouped(&[]);
    house.crew.add_group("Night Shift", &["1"]);
    assert_eq!(version(&house, "GET /Groups/g1", &Value::Null).await, None);
}

#[tokio::test]
async fn a_mapped_version_and_what_is_kept_here_make_one() {
    let mapped = (
        "title = { direct = \"title\" }",
        "title = { direct = \"title\" }\n\"meta.version\" = { expression = \"[title]\" }",
    );
    let house = furnished(&[mapped]).await;
    let first = version(&house, "GET /Users/1", &Value::Null).await.unwrap();
    assert!(first.starts_with("W/\"Dr-"), "{first}");
    let kept = version(&house, "PATCH /Users/1", &replaces("externalId", &json!("x2"))).await.unwrap();
    assert!(kept.starts_with("W/\"Dr-") && kept != first, "{kept}");
}

#[tokio::test]
async fn a_version_can_be_searched_by() {
    let mapped = [(
        "title = { direct = \"title\" }",
        "title = { direct = \"title\" }\n\"meta.version\" = { expression = \"[title]\" }",
    )];
    for edits in [&[][..], &mapped] {
        let house = furnished(edits).await;
        let version = version(&house, "GET /Users/1", &Value::Null).await.unwrap();
        for filter in [format!("meta.version eq {}", Value::from(version.clone())), "meta pr".to_owned()] {
            let list = house.try_answer(&search(&filter), &Value::Null, [None, None]).await.unwrap().body.unwrap();
            assert_eq!(list["Resources"][0]["meta"]["version"], version, "{filter}");
        }
    }
}

/// The calls and the answer to `request` under the conditions; `{}` in them is the present version.
async fn lines(house: &House, request: &str, body: &Value, conditions: [Option<&str>; 2]) -> Vec<String> {
    let now = version(house, "GET /Users/1", &Value::Null).await.unwrap();
    let conditions = conditions.map(|condition| condition.map(|condition| condition.replace("{}", &now)));
    drop(house.crew.take_calls());
    let answer = house.try_answer(request, body, conditions.each_ref().map(Option::as_deref)).await;
    let mut lines = house.crew.take_calls();
    lines.push(answer.map_or_else(|failure| complained(&failure), |answer| told(&answer)));
    lines
}

const GET: &str = "GET /users/1";

#[tokio::test]
async fn whoever_has_the_version_is_not_sent_it_again() {
    let house = furnished(&[]).await;
    let shown = r#"200 {"id":"1","userName":"(415) 555-0101","title":"Dr","externalId":"x1"}"#;
    for (if_none_match, expected) in [("{}", "304"), ("*", "304"), ("\"other\", {}", "304"), ("W/\"other\"", shown)] {
        let lines = lines(&house, "GET /Users/1", &Value::Null, [None, Some(if_none_match)]).await;
        assert_eq!(lines, [GET, expected], "{if_none_match}");
    }
    let known = house.try_answer("GET /Users/1", &Value::Null, [None, Some("*")]).await.unwrap();
    assert!(known.version.is_some() && known.body.is_none(), "{known:?}");
}

#[tokio::test]
async fn a_change_is_made_to_the_version_that_was_seen_or_not_at_all() {
    let changed = "412 the resource has been changed since: read it again";
    let put = user("(415) 555-0101", &json!({"title": "Ms"}));
    let patch = replaces("title", &json!("Ms"));
    for (request, body) in [("PUT /Users/1", &put), ("PATCH /Users/1", &patch), ("DELETE /Users/1", &Value::Null)] {
        for (conditions, is_done) in [
            ([Some("{}"), None], true),
            ([Some("*"), None], true),
            ([Some("W/\"other\""), None], false),
            ([None, Some("{}")], false),
            ([None, Some("*")], false),
            ([None, Some("W/\"other\"")], true),
        ] {
            let house = furnished(&[]).await;
            let lines = lines(&house, request, body, conditions).await;
            if is_done {
                assert!(lines.len() == 3 && lines[2].starts_with("20"), "{request} {conditions:?}: {lines:?}");
            } else {
                assert_eq!(lines, [GET, changed], "{request} {conditions:?}");
            }
        }
    }
}
