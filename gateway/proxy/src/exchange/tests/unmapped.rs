//! Attributes that no mapping takes: left out and named in the record of the exchange, or refused before any call.

use super::*;

/// What the record of `request` names as left out, and how it was answered.
async fn left_out(house: &House, request: &str, body: &Value) -> (String, String) {
    let (method, path) = request.split_once(' ').unwrap();
    let body = body.to_string().into_bytes();
    let operation = Operation::decode(operation::Request { method, path, body: &body, ..Default::default() }).unwrap();
    let draft = Draft::default();
    let answer = house.exchanges.run(&house.tenant, "/scim/v2", operation, &draft).await;
    let answer = answer.map_or_else(|failure| complained(&failure), |answer| answer.status.as_u16().to_string());
    (draft.snapshot().left_out.join(", "), answer)
}

/// A user, and patches of it, whose attributes have no mapping.
fn requests() -> [(&'static str, Value); 4] {
    let named = json!({"nickName": "Kit", "name": {"honorificPrefix": "Dr."}, "shoeSize": 38});
    [
        ("POST /Users", user("(415) 555-0101", &named)),
        ("PUT /Users/1", user("(415) 555-0101", &named)),
        ("PATCH /Users/1", replaces("nickName", &json!("Kit"))),
        (
            "PATCH /Users/1",
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                   "Operations": [{"op": "add", "value": {"shoeSize": 38, "nickName": "Kit"}}]}),
        ),
    ]
}

#[tokio::test]
async fn what_no_mapping_takes_is_left_out_and_named_once() {
    let house = house(Quirk::None, &[]);
    let expected = ["shoeSize, nickName, name", "shoeSize, nickName, name", "nickName", "shoeSize, nickName"];
    for ((request, body), expected) in requests().into_iter().zip(expected) {
        let (named, answer) = left_out(&house, request, &body).await;
        assert!(answer.starts_with("20"), "{request}: {answer}");
        assert_eq!(named, expected, "{request}");
    }
    let (named, _) = left_out(&house, "PATCH /Users/1", &replaces("title", &json!("Dr"))).await;
    assert_eq!(named, "");
}

#[tokio::test]
async fn it_is_refused_before_any_call_that_writes_where_the_profile_says_so() {
    let house = house(Quirk::None, &[("[user.map]", "refuse_unmapped = \"true\"\n[user.map]")]);
    let made = house.answer("POST /Users", &user("(415) 555-0101", &json!({"title": "Dr"}))).await;
    assert!(made.starts_with("201 "), "{made}");
    drop(house.crew.take_calls());
    for ((request, body), name) in requests().into_iter().zip(["shoeSize", "shoeSize", "nickName", "shoeSize"]) {
        let (_, answer) = left_out(&house, request, &body).await;
        assert_eq!(
            answer,
            format!("400 invalidValue `{name}` is not taken by this product: take it out of the mappings")
        );
    }
    let calls = house.crew.take_calls();
    assert!(calls.iter().all(|call| call.starts_with("GET ")), "{calls:?}");
}
