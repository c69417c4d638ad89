//! §4 and §3.12, table 8: what a profile has not is not advertised, and is refused with the status that says so.
//!
//! 501 is for a method or query that this product has no call for, 400 `invalidFilter` for a filter that only a list could answer,
//! 400 `mutability` for an attribute that cannot be set.

use gateway::standin::serve::Seen;
use json::{Value, json};

use super::{ENTERPRISE, GROUP, USER, patch, send};
use crate::caller::Caller;
use crate::world::{CUSTOMERS, Customer, Setup, World, own_profiles};

/// A world with a customer of this profile.
async fn of(profile: &'static str) -> (World, Caller) {
    let customers = [&CUSTOMERS[..], &[Customer::of_directory(profile, profile)]].concat();
    let world = World::with(Setup { customers, sections: own_profiles(), ..Setup::default() }).await;
    let client = world.caller(profile);
    (world, client)
}

/// What `/ServiceProviderConfig` says is there, and the types of resources.
async fn advertised(client: &Caller) -> (Vec<String>, Vec<String>) {
    let config = client.get("/ServiceProviderConfig").await.expect(200);
    let features = ["patch", "bulk", "filter", "changePassword", "sort", "etag"];
    let supported = features.into_iter().filter(|feature| config.body[feature]["supported"] == true);
    let types = client.get("/ResourceTypes").await.expect(200);
    let types = types.body["Resources"].as_array().unwrap().iter().map(|kind| kind["id"].as_str().unwrap().to_owned());
    (supported.map(str::to_owned).collect(), types.collect())
}

#[track_caller]
fn same(found: &(Vec<String>, Vec<String>), features: &str, types: &str) {
    assert_eq!((found.0.join(" ").as_str(), found.1.join(" ").as_str()), (features, types));
}

/// Every request with what it is answered: a list's total, or an error's `scimType`.
async fn check(client: &Caller, rows: &[(&str, String, Value, u16, &str)]) {
    for (method, path, body, status, told) in rows {
        let request = client.request(method, path);
        let request = if body.is_null() { request } else { request.json(body) };
        let answer = client.send(request).await;
        if *status < 300 {
            answer.expect(*status);
        } else {
            answer.expect_error(*status, told);
        }
    }
}

/// The mutability of attributes, as `/Schemas` shows it.
async fn mutability(client: &Caller, schema: &str) -> Vec<String> {
    let schema = client.get(&format!("/Schemas/{schema}")).await.expect(200);
    let line = |attribute: &Value| {
        format!("{} {}", attribute["name"].as_str().unwrap(), attribute["mutability"].as_str().unwrap())
    };
    schema.body["attributes"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn a_product_that_takes_newcomers_only() {
    let (world, client) = of("intake").await;
    same(&advertised(&client).await, "bulk filter etag", "User");
    let schemas = client.get("/Schemas").await.expect_list(1);
    assert_eq!(schemas.text_at("/Resources/0/id"), USER);
    let expected = ["userName immutable", "title immutable", "active immutable", "password writeOnly"];
    assert_eq!(mutability(&client, USER).await, expected);

    let body = json!({"schemas": [USER], "userName": "bjarne", "title": "Guide"});
    let id = send(&client, "POST", "/Users", &body).await.expect(201).id();
    client.find("userName", "bjarne").await.expect_list(1);
    client.find("id", &id).await.expect_list(1);
    world.around.house("intake").api.take_seen();
    let user = |rest: &str| format!("/Users{rest}");
    let one = user(&format!("/{id}"));
    let director = json!({"schemas": [USER], "userName": "bjarne", "title": "Director"});
    check(
        &client,
        &[
            // Nobody can be listed, so nothing can be sorted, and not every filter be answered.
            ("GET", user(""), Value::Null, 501, ""),
            ("GET", user("?sortBy=userName"), Value::Null, 501, ""),
            ("GET", user("?cursor"), Value::Null, 501, ""),
            ("GET", "/".to_owned(), Value::Null, 501, ""),
            ("POST", user("/.search"), json!({}), 501, ""),
            ("GET", user("?filter=title%20pr"), Value::Null, 400, "invalidFilter"),
            ("GET", user("?filter=userName%20eq%20%22bjarne%22&sortBy=title"), Value::Null, 200, ""),
            // Nothing can be changed or deleted.
            ("PUT", one.clone(), director, 400, "mutability"),
            ("PUT", one.clone(), body, 200, ""),
            (
                "PATCH",
                one.clone(),
                patch(&json!([{"op": "replace", "path": "title", "value": "x"}])),
                400,
                "mutability",
            ),
            ("PATCH", one.clone(), patch(&json!([{"op": "remove", "path": "title"}])), 400, "mutability"),
            ("DELETE", one.clone(), Value::Null, 501, ""),
            ("GET", one, Value::Null, 200, ""),
            // There are no groups: an IdP that only asks whether there are any is told that there are none.
            ("GET", "/Groups".to_owned(), Value::Null, 200, ""),
            ("GET", "/Groups/t-1".to_owned(), Value::Null, 404, ""),
            ("POST", "/Groups".to_owned(), json!({"schemas": [GROUP], "displayName": "Guides"}), 501, ""),
            ("PUT", "/Groups/t-1".to_owned(), json!({"schemas": [GROUP], "displayName": "Guides"}), 501, ""),
            ("DELETE", "/Groups/t-1".to_owned(), Value::Null, 501, ""),
            ("GET", "/ResourceTypes/Group".to_owned(), Value::Null, 404, ""),
            ("GET", format!("/Schemas/{GROUP}"), Value::Null, 404, ""),
            ("GET", format!("/Schemas/{ENTERPRISE}"), Value::Null, 404, ""),
        ],
    )
    .await;
    assert!(!world.around.house("intake").api.take_seen().iter().any(Seen::writes));
}

#[tokio::test]
async fn a_product_whose_people_and_teams_come_from_elsewhere() {
    let (world, client) = of("roster").await;
    let directory = &world.around.house("roster").directory;
    let person = directory.add_person(json!({"login": "bjarne", "title": "Guide"})).to_string();
    let guides = directory.seed_team("Guides", []);
    // A group's version would have to come from the product: its members are kept apart.
    same(&advertised(&client).await, "patch bulk filter sort", "User Group");
    assert_eq!(mutability(&client, USER).await, ["userName readOnly", "title readOnly"]);
    assert_eq!(mutability(&client, GROUP).await, ["displayName readOnly", "members readWrite"]);
    let user = format!("/Users/{person}");
    let group = format!("/Groups/{guides}");
    let join = patch(&json!([{"op": "add", "path": "members", "value": [{"value": person}]}]));
    let rename = patch(&json!([{"op": "replace", "path": "displayName", "value": "x"}]));
    check(
        &client,
        &[
            ("POST", "/Users".to_owned(), json!({"schemas": [USER], "userName": "kit"}), 501, ""),
            (
                "PATCH",
                user.clone(),
                patch(&json!([{"op": "replace", "path": "title", "value": "x"}])),
                400,
                "mutability",
            ),
            ("DELETE", user, Value::Null, 501, ""),
            ("POST", "/Groups".to_owned(), json!({"schemas": [GROUP], "displayName": "x"}), 501, ""),
            ("PATCH", group.clone(), rename, 400, "mutability"),
            ("PATCH", group.clone(), join, 204, ""),
            ("DELETE", group, Value::Null, 501, ""),
        ],
    )
    .await;
    assert_eq!(directory.members(&guides), [person]);
    assert_eq!(directory.people().len(), 1);
}

#[tokio::test]
async fn a_product_that_deletes_nobody() {
    let (_world, client) = of("contact").await;
    same(&advertised(&client).await, "patch bulk filter sort etag", "User");
    let name = json!({"givenName": "Bjarne", "familyName": "Reyes"});
    let body = json!({"schemas": [USER], "userName": "bjarne", "name": name});
    let id = send(&client, "POST", "/Users", &body).await.expect(201).id();
    client.delete(&id).await.expect_error(501, "");
    client.read(&id).await.expect(200);
}

#[tokio::test]
async fn a_product_of_users_with_numbers_for_names() {
    let world = World::new().await;
    let client = world.caller("msgco");
    same(&advertised(&client).await, "patch bulk filter sort etag", "User");
    let types = client.get("/ResourceTypes").await.expect_list(1);
    assert_eq!(types.body["Resources"][0].get("schemaExtensions"), None, "{types}");
    client.get("/Schemas").await.expect_list(1);
    client.get(&format!("/Schemas/{ENTERPRISE}")).await.expect_error(404, "");
    let schema = mutability(&client, USER).await;
    assert!(schema.contains(&"displayName immutable".to_owned()), "{schema:?}");
    client.get("/Users?sortBy=userName").await.expect_list(0);
}
