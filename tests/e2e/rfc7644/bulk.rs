//! §3.7: bulk operations, example by example.

use json::{Value, json};

use super::{ENTERPRISE, GROUP, USER, directory, group, keys, members, send, user};

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

async fn bulk(client: &crate::caller::Caller, fail_on_errors: Option<u32>, operations: &Value) -> Vec<Value> {
    let mut body = json!({"schemas": [REQUEST], "Operations": operations});
    if let Some(number) = fail_on_errors {
        body["failOnErrors"] = json!(number);
    }
    let answer = send(client, "POST", "/Bulk", &body).await.expect(200);
    assert_eq!(keys(&answer.body), ["Operations", "schemas"], "{answer}");
    assert_eq!(answer.body["schemas"], json!([RESPONSE]), "{answer}");
    answer.body["Operations"].as_array().unwrap().clone()
}

/// The last segment of an operation's location.
fn id_of(result: &Value) -> String {
    result["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn section_3_7_1_circular_references() {
    let (_world, client) = directory().await;
    let results = bulk(
        &client,
        None,
        &json!([
            {"method": "POST", "path": "/Groups", "bulkId": "qwerty", "data": {
                "schemas": [GROUP], "displayName": "Group A",
                "members": [{"type": "Group", "value": "bulkId:ytrewq"}]}},
            {"method": "POST", "path": "/Groups", "bulkId": "ytrewq", "data": {
                "schemas": [GROUP], "displayName": "Group B",
                "members": [{"type": "Group", "value": "bulkId:qwerty"}]}},
        ]),
    )
    .await;
    let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["201", "201"], "{results:?}");
    let (a, b) = (id_of(&results[0]), id_of(&results[1]));
    assert_eq!(members(&client, &a).await, std::slice::from_ref(&b));
    assert_eq!(members(&client, &b).await, std::slice::from_ref(&a));
    let read = client.get(&format!("/Groups/{a}")).await;
    assert_eq!(read.text_at("/members/0/type"), "Group", "{read}");
}

#[tokio::test]
async fn section_3_7_2_bulk_ids_as_temporary_identifiers() {
    let (_world, client) = directory().await;
    let results = bulk(
        &client,
        None,
        &json!([
            {"method": "POST", "path": "/Users", "bulkId": "qwerty", "data": {"schemas": [USER], "userName": "Alice"}},
            {"method": "POST", "path": "/Groups", "bulkId": "ytrewq", "data": {
                "schemas": [GROUP], "displayName": "Tour Guides",
                "members": [{"type": "User", "value": "bulkId:qwerty"}]}},
        ]),
    )
    .await;
    for (result, bulk_id) in results.iter().zip(["qwerty", "ytrewq"]) {
        assert_eq!(result["bulkId"], bulk_id, "{result}");
        assert_eq!(result["method"], "POST", "{result}");
        assert_eq!(result["status"], "201", "{result}");
        assert!(result["version"].as_str().is_some_and(|version| version.starts_with("W/\"")), "{result}");
    }
    let (alice, guides) = (id_of(&results[0]), id_of(&results[1]));
    assert_eq!(members(&client, &guides).await, [alice]);

    // The enterprise manager of the RFC, who also comes behind the one who needs him.
    let results = bulk(
        &client,
        None,
        &json!([
            {"method": "POST", "path": "/Users", "bulkId": "bob", "data": {
                "schemas": [USER, ENTERPRISE], "userName": "Bob",
                (ENTERPRISE): {"employeeNumber": "11250", "manager": {"value": "bulkId:carol"}}}},
            {"method": "POST", "path": "/Users", "bulkId": "carol", "data": {"schemas": [USER], "userName": "Carol"}},
        ]),
    )
    .await;
    let (bob, carol) = (id_of(&results[0]), id_of(&results[1]));
    let read = client.read(&bob).await.expect(200);
    assert_eq!(read.body[ENTERPRISE]["manager"]["value"], carol, "{read}");
}

#[tokio::test]
async fn section_3_7_3_response_and_error_handling() {
    let (_world, client) = directory().await;
    let bob = user(&client, json!({"schemas": [USER], "userName": "bob"})).await;
    let dave = user(&client, json!({"schemas": [USER], "userName": "dave"})).await;
    let erin = user(&client, json!({"schemas": [USER], "userName": "erin"})).await;
    let version = |id: String| {
        let client = client.clone();
        async move { client.read(&id).await.header("etag").unwrap().to_owned() }
    };
    let operations = json!([
        {"method": "POST", "path": "/Users", "bulkId": "qwerty", "data": {"schemas": [USER], "userName": "Alice"}},
        {"method": "PUT", "path": format!("/Users/{bob}"), "version": version(bob.clone()).await,
         "data": {"schemas": [USER], "userName": "Bob"}},
        {"method": "PATCH", "path": format!("/Users/{dave}"), "version": version(dave.clone()).await,
         "data": {"Operations": [
             {"op": "remove", "path": "nickName"},
             {"op": "add", "path": "userName", "value": "Dave"}]}},
        {"method": "DELETE", "path": format!("/Users/{erin}"), "version": version(erin.clone()).await},
    ]);
    let results = bulk(&client, Some(1), &operations).await;
    let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["201", "200", "200", "204"], "{results:?}");
    assert_eq!(keys(&results[0]), ["bulkId", "location", "method", "status", "version"]);
    assert_eq!(keys(&results[1]), ["location", "method", "status", "version"]);
    assert_eq!(keys(&results[3]), ["location", "method", "status"]);
    assert!(results[3]["location"].as_str().unwrap().ends_with(&format!("/Users/{erin}")), "{results:?}");
    client.read(&erin).await.expect_error(404, "");

    // An operation that fails: the error stands in `response`, and failOnErrors ends the rest.
    let operations = json!([
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"schemas": [USER], "title": "nobody"}},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [USER], "userName": "late"}},
    ]);
    let results = bulk(&client, Some(1), &operations).await;
    assert_eq!(results.len(), 1, "{results:?}");
    assert_eq!(results[0]["status"], "400", "{results:?}");
    assert_eq!(results[0]["response"]["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!(results[0]["response"]["scimType"], "invalidValue", "{results:?}");
    assert!(results[0].get("location").is_none(), "a POST that failed has no location: {results:?}");
    client.find("userName", "late").await.expect_list(0);
    // Without it the rest goes on; a stale version is 412, an unknown resource 404, and both have their location.
    let operations = json!([
        {"method": "PUT", "path": format!("/Users/{bob}"), "version": "W/\"4weymrEsh5O6cAEK\"",
         "data": {"schemas": [USER], "userName": "Bobby"}},
        {"method": "DELETE", "path": "/Users/2819c223"},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [USER], "userName": "late"}},
    ]);
    let results = bulk(&client, None, &operations).await;
    let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["412", "404", "201"], "{results:?}");
    assert!(results[0]["location"].as_str().unwrap().ends_with(&format!("/Users/{bob}")), "{results:?}");
    client.find("userName", "late").await.expect_list(1);
}

#[tokio::test]
async fn section_3_7_4_maximum_operations() {
    let (_world, client) = directory().await;
    let guides = group(&client, "Tour Guides", &[]).await;
    let rename = |number: usize| {
        json!({"method": "PATCH", "path": format!("/Groups/{guides}"), "data": {"Operations": [
            {"op": "replace", "path": "displayName", "value": format!("Guides {number}")}]}})
    };
    let body = |count: usize| json!({"schemas": [REQUEST], "Operations": (0..count).map(rename).collect::<Vec<_>>()});
    send(&client, "POST", "/Bulk", &body(1_001)).await.expect_error(413, "");
    assert_eq!(client.get(&format!("/Groups/{guides}")).await.text_at("/displayName"), "Tour Guides");
    let config = client.get("/ServiceProviderConfig").await.expect(200);
    assert_eq!(config.body["bulk"], json!({"supported": true, "maxOperations": 1_000, "maxPayloadSize": 1_048_576}));
    let large = json!({"schemas": [REQUEST], "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "x", "data": {"userName": "x".repeat(1_100_000)}}]});
    send(&client, "POST", "/Bulk", &large).await.expect_error(413, "");
}
