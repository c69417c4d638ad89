//! Bulk (RFC 7644 §3.7): many operations in one request, references between them, and its limits.

use json::{Value, json};

use crate::caller::{Caller, GROUP};
use crate::people::employee;
use crate::wire::Answer;
use crate::world::World;

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

async fn directory() -> (World, Caller) {
    let world = World::new().await;
    let idp = world.caller("acme");
    (world, idp)
}

async fn send(idp: &Caller, operations: Value) -> Answer {
    idp.write("POST", "/Bulk", &json!({"schemas": [REQUEST], "Operations": operations})).await
}

/// The statuses of a bulk's operations, in the order in which they are told.
#[track_caller]
fn statuses(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.text_at("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:BulkResponse", "{answer}");
    let operations = answer.body["Operations"].as_array().unwrap();
    operations.iter().map(|operation| operation["status"].as_str().unwrap().to_owned()).collect()
}

fn create_user(bulk_id: &str, login: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": employee(login)})
}

fn create_group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|member| json!({"value": member})).collect();
    let data = json!({"schemas": [GROUP], "displayName": name, "members": members});
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data})
}

#[tokio::test]
async fn operations_refer_to_what_others_make_before_or_after_them() {
    let (world, idp) = directory().await;
    let group = create_group("night", "Night Shift", &["bulkId:ada", "bulkId:kit"]);
    let answer =
        send(&idp, json!([group, create_user("ada", "ada@example.com"), create_user("kit", "kit@example.com")])).await;
    assert_eq!(statuses(&answer), ["201", "201", "201"], "{answer}");
    for operation in answer.body["Operations"].as_array().unwrap() {
        assert_eq!(operation["method"], "POST", "{answer}");
        assert!(operation["bulkId"].is_string() && operation["version"].is_string(), "{answer}");
        assert!(operation["location"].as_str().is_some_and(|location| location.contains("/scim/v2/")), "{answer}");
        assert_eq!(operation.get("response"), None, "what went well is not told in full: {answer}");
    }
    assert_eq!(world.around.directory.members("t-1").len(), 2);
}

#[tokio::test]
async fn a_circle_is_made_and_closed_afterwards() {
    let (world, idp) = directory().await;
    let answer =
        send(&idp, json!([create_group("a", "A", &["bulkId:b"]), create_group("b", "B", &["bulkId:a"])])).await;
    assert_eq!(statuses(&answer), ["201", "201"], "{answer}");
    let of = |tid: &str| world.around.directory.members(tid);
    assert_eq!((of("t-1"), of("t-2")), (vec!["t-2".to_owned()], vec!["t-1".to_owned()]));
}

#[tokio::test]
async fn a_bulk_changes_and_deletes_and_each_operation_has_its_own_answer() {
    let (world, idp) = directory().await;
    let kit = idp.create(&employee("kit@example.com")).await.expect(201);
    let lee = idp.create(&employee("lee@example.com")).await.expect(201).id();
    let rename = json!({"Operations": [{"op": "replace", "path": "displayName", "value": "Kit N"}]});
    let at = |id: &str| format!("/Users/{id}");
    let answer = send(
        &idp,
        json!([
            {"method": "PATCH", "path": at(&kit.id()), "data": rename, "version": kit.text_at("/meta/version")},
            {"method": "PATCH", "path": at(&kit.id()), "data": rename, "version": "W/\"old\""},
            {"method": "DELETE", "path": at(&lee)},
            {"method": "DELETE", "path": at(&lee)},
            {"method": "PUT", "path": at(&kit.id()), "data": {"displayName": "nameless"}},
            create_user("ada", "kit@example.com"),
            {"method": "POST", "path": "/Nowhere", "bulkId": "x", "data": {}},
            {"method": "PATCH", "path": at("bulkId:nobody"), "data": rename},
            {"method": "POST", "path": "/Users", "data": employee("without-a-bulk-id@example.com")},
            {"method": "GET", "path": at(&kit.id())},
        ]),
    )
    .await;
    assert_eq!(statuses(&answer), ["200", "412", "204", "404", "400", "409", "404", "400", "400", "405"], "{answer}");
    let told = answer.body["Operations"].as_array().unwrap();
    assert!(told[0]["location"].as_str().is_some_and(|location| location.ends_with(&at(&kit.id()))), "{answer}");
    for refused in [1, 3, 4, 5, 6, 7, 8, 9] {
        let response = &told[refused]["response"];
        assert_eq!(response["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{answer}");
        assert_eq!(response["status"], told[refused]["status"], "{answer}");
        assert!(response["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{answer}");
    }
    let people = world.around.directory.people();
    assert_eq!((people.len(), &people[0]["display"]), (1, &json!("Kit N")));
}

#[tokio::test]
async fn after_so_many_failures_the_rest_is_not_begun() {
    let (world, idp) = directory().await;
    idp.create(&employee("kit@example.com")).await.expect(201);
    let operations: Vec<Value> = ["kit", "ada", "kit", "lee"]
        .iter()
        .enumerate()
        .map(|(at, name)| create_user(&at.to_string(), &format!("{name}@example.com")))
        .map(|mut operation| {
            operation["data"]["externalId"] = operation["bulkId"].clone();
            operation
        })
        .collect();
    for (stops_at, expected, people) in [(1, &["409"][..], 1), (2, &["409", "201", "409"], 2)] {
        let body = json!({"schemas": [REQUEST], "failOnErrors": stops_at, "Operations": operations});
        let answer = idp.write("POST", "/Bulk", &body).await;
        assert_eq!(statuses(&answer), expected, "{answer}");
        assert_eq!(world.around.directory.people().len(), people);
    }
}

#[tokio::test]
async fn limits_are_advertised_and_held() {
    let (world, idp) = directory().await;
    let config = idp.get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.body["bulk"]["supported"], true, "{config}");
    let most = usize::try_from(config.body["bulk"]["maxOperations"].as_u64().unwrap()).unwrap();
    let largest = usize::try_from(config.body["bulk"]["maxPayloadSize"].as_u64().unwrap()).unwrap();
    let operations = |count: usize| -> Value {
        (0..count).map(|at| create_user(&at.to_string(), &format!("user{at}@example.com"))).collect()
    };
    let refused = send(&idp, operations(most + 1)).await.expect_error(413, "");
    assert!(refused.text_at("/detail").contains(&most.to_string()), "the limit is told: {refused}");
    let padded = json!({"schemas": [REQUEST], "Operations": operations(1), "pad": "x".repeat(largest)});
    idp.write("POST", "/Bulk", &padded).await.expect_error(413, "");
    assert_eq!(world.around.directory.people().len(), 0);

    let answer = send(&idp, operations(most)).await;
    assert_eq!(statuses(&answer), vec!["201"; most]);
    assert_eq!(world.around.directory.people().len(), most);
}

#[tokio::test]
async fn a_bulk_that_is_none_is_refused_whole() {
    let (world, idp) = directory().await;
    let ada = create_user("a", "ada@example.com");
    let with = |operations: Value| json!({"schemas": [REQUEST], "Operations": operations});
    for (body, what) in [
        (json!({"schemas": [REQUEST]}), "no operations"),
        (with(json!({})), "operations are a list"),
        (with(json!([ada, ada])), "one bulkId twice"),
        (with(json!([ada, 7])), "a number"),
        (json!({"schemas": [REQUEST], "failOnErrors": "x", "Operations": [ada]}), "failOnErrors is a number"),
    ] {
        let answer = idp.write("POST", "/Bulk", &body).await;
        assert_eq!(answer.status, 400, "{what}: {answer}");
    }
    assert_eq!(world.around.directory.people().len(), 0);
}
