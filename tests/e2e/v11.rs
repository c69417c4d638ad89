//! SCIM 1.1 and 2.0 side by side on one gateway: whose tenant it is decides, not the path, not the moment.

use json::{Value, json};

use crate::caller::{Caller, patch_of, values};
use crate::people::employee;
use crate::wire::{Answer, Request};
use crate::world::{BASIC_USER, CUSTOMERS, Customer, Setup, World, own_profiles, token};

const CORE_1: &str = "urn:scim:schemas:core:1.0";

/// A world with a customer of each version.
fn both() -> Setup {
    let clinic = Customer::of_directory("clinic", "clinic").speaking_1_1();
    Setup { customers: [&CUSTOMERS[..], &[clinic]].concat(), sections: own_profiles(), ..Setup::default() }
}

/// A world with a product whose members of a group come and go one by one.
pub(crate) fn signage() -> Setup {
    let signage = Customer::of_directory("signage", "signage");
    Setup { customers: [&CUSTOMERS[..], &[signage]].concat(), sections: own_profiles(), ..Setup::default() }
}

/// Every `schemas` of an answer, its resources' included, is of the version, and so is an error's form.
#[track_caller]
fn speaks(answer: &Answer, scim: &str) {
    let of_1 = |schema: &Value| schema.as_str().is_some_and(|schema| schema.starts_with("urn:scim:schemas:"));
    let resources = answer.body["Resources"].as_array().cloned().unwrap_or_default();
    let is_error = answer.status >= 400;
    for envelope in std::iter::once(&answer.body).chain(&resources) {
        let schemas = envelope["schemas"].as_array().cloned().unwrap_or_default();
        assert!(!schemas.is_empty() || is_error && scim == "1.1", "no schemas: {answer}");
        assert!(schemas.iter().all(|schema| of_1(schema) == (scim == "1.1")), "{scim}: {answer}");
    }
    let has_errors = answer.body.get("Errors").is_some();
    assert_eq!(has_errors, is_error && scim == "1.1", "{scim}: {answer}");
    let keys: Vec<&String> = answer.body.as_object().into_iter().flat_map(json::Map::keys).collect();
    let v2_key = |key: &&&String| key.starts_with("urn:ietf:");
    assert!(scim == "2.0" || !keys.iter().any(|key| v2_key(&key)), "{answer}");
}

/// One user's life by one IdP, in its own words; every answer is in them.
async fn live(idp: &Caller, scim: &'static str, login: &str) {
    let is_1 = scim == "1.1";
    let mut body = employee(login);
    if is_1 {
        body["schemas"] = json!([CORE_1]);
    }
    let made = idp.create(&body).await.expect(201);
    speaks(&made, scim);
    let id = made.id();
    let at = format!("/Users/{id}");
    let patch =
        if is_1 { json!({"schemas": [CORE_1], "active": false}) } else { patch_of(&[("active", json!(false))]) };
    let patched = idp.write("PATCH", &at, &patch).await.expect(200);
    speaks(&patched, scim);
    assert_eq!(patched.body["active"], false, "{patched}");
    speaks(&idp.find("userName", login).await.expect(200), scim);
    speaks(&idp.read(&id).await.expect(200), scim);
    speaks(&idp.read("999999").await.expect(404), scim);
    speaks(&idp.get("/Users?filter=PROBE").await.expect(400), scim);
    speaks(&idp.create(&json!({"displayName": "x"})).await.expect(400), scim);
    let deleted = idp.delete(&id).await.expect(if is_1 { 200 } else { 204 });
    assert_eq!(deleted.text, "", "{deleted}");
}

#[tokio::test]
async fn trap_11_versions_side_by_side_never_mix() {
    let world = World::with(both()).await;
    let lives = (0..60).map(|number| {
        let (customer, scim) = if number % 2 == 0 { ("acme", "2.0") } else { ("clinic", "1.1") };
        // The path says nothing about the version, and both are served.
        let idp = world.caller(customer).at(if number % 3 == 0 { "/scim/v1" } else { "/scim/v2" });
        tokio::spawn(async move { live(&idp, scim, &format!("user{number}@example.com")).await })
    });
    for life in lives.collect::<Vec<_>>() {
        life.await.unwrap();
    }
    assert!(world.around.directory.people().is_empty());
    assert!(world.around.house("clinic").directory.people().is_empty());
}

#[tokio::test]
async fn before_it_is_known_who_calls_the_path_decides_how_an_error_looks() {
    let world = World::with(both()).await;
    for (path, scim) in [("/scim/v1/Users", "1.1"), ("/scim/v2/Users", "2.0"), ("/t/clinic/scim/v1/Users", "1.1")] {
        let answer = Request::new("GET", path).bearer("nobody's").send(world.gateway.scim).await.expect(401);
        speaks(&answer, scim);
        let challenge = answer.header("www-authenticate").unwrap_or_default().to_owned();
        assert!(challenge.contains("Bearer"), "{answer}");
    }
}

#[tokio::test]
async fn a_1_1_patch_is_a_merge_and_deletes_what_it_names() {
    let world = World::with(both()).await;
    let idp = world.caller("clinic").at("/scim/v1");
    let mut body = employee("kit@example.com");
    body["schemas"] = json!([CORE_1]);
    body["title"] = json!("Nurse");
    let kit = idp.create(&body).await.expect(201).id();
    let at = format!("/Users/{kit}");
    let patch =
        json!({"schemas": [CORE_1], "meta": {"attributes": ["displayName", "name.givenName"]}, "title": "Ward Lead"});
    let patched = idp.write("PATCH", &at, &patch).await.expect(200);
    let has = |pointer: &str| patched.body.pointer(pointer).is_some();
    assert_eq!((patched.text_at("/title"), patched.text_at("/name/familyName")), ("Ward Lead", "Ng"), "{patched}");
    assert!(!has("/displayName") && !has("/name/givenName"), "{patched}");

    let group = json!({"schemas": [CORE_1], "displayName": "On Call", "members": values(&[&kit])});
    let group = idp.write("POST", "/Groups", &group).await.expect(201).id();
    let directory = &world.around.house("clinic").directory;
    assert_eq!(directory.members(&group), [kit.as_str()]);
    let at = format!("/Groups/{group}");
    let leave = json!({"schemas": [CORE_1], "members": [{"value": kit, "operation": "delete"}]});
    idp.write("PATCH", &at, &leave).await;
    assert_eq!(directory.members(&group), [""; 0]);
    idp.write("PATCH", &at, &json!({"schemas": [CORE_1], "members": values(&[&kit])})).await;
    assert_eq!(directory.members(&group), [kit.as_str()]);
}

#[tokio::test]
async fn what_only_2_0_has_is_not_there_for_1_1_and_the_other_way_round() {
    let world = World::with(both()).await;
    let (old, new) = (world.caller("clinic").at("/scim/v1"), world.caller("acme"));
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": []});
    for (path, body) in [("/Bulk", bulk), ("/Users/.search", json!({"filter": "userName pr"}))] {
        speaks(&old.write("POST", path, &body).await.expect(404), "1.1");
    }
    let config = old.get("/ServiceProviderConfigs").await.expect(200);
    speaks(&config, "1.1");
    assert_eq!(config.body["bulk"]["supported"], false, "{config}");
    assert_eq!(config.body.get("pagination"), None, "{config}");

    let id = new.create(&employee("kit@example.com")).await.expect(201).id();
    let tunnelled = new.request("POST", &format!("/Users/{id}")).header("X-HTTP-Method-Override", "DELETE");
    assert!(new.send(tunnelled).await.status >= 400);
    new.read(&id).await.expect(200);
}

#[tokio::test]
async fn a_product_without_groups_has_none_in_1_1_either() {
    let contact = Customer::of_directory("contact", "contact").speaking_1_1();
    let customers = [&CUSTOMERS[..], &[contact]].concat();
    let world = World::with(Setup { customers, sections: own_profiles(), ..Setup::default() }).await;
    let idp = world.caller("contact").at("/scim/v1");
    for query in ["", "?startIndex=1&count=100", "?filter=displayName+eq+%22On+Call%22"] {
        let list = idp.get(&format!("/Groups{query}")).await.expect(200);
        speaks(&list, "1.1");
        assert_eq!((&list.body["totalResults"], &list.body["Resources"]), (&json!(0), &json!([])), "{list}");
    }
    speaks(&idp.get("/Groups/none").await.expect(404), "1.1");
    let group = json!({"schemas": [CORE_1], "displayName": "On Call"});
    for (method, path) in [("POST", "/Groups"), ("PUT", "/Groups/none"), ("PATCH", "/Groups/none")] {
        speaks(&idp.write(method, path, &group).await.expect(501), "1.1");
    }
    speaks(&idp.send(idp.request("DELETE", "/Groups/none")).await.expect(501), "1.1");
    let schemas = idp.get("/Schemas").await.expect(200);
    assert!(!schemas.text.contains("Group"), "{schemas}");
    assert!(world.around.house("contact").api.seen().iter().all(|seen| !seen.writes()));
}

#[tokio::test]
async fn basic_gets_in_with_its_user_and_password_only() {
    use base64::Engine as _;
    let world = World::with(both()).await;
    let get = async |pair: &str| {
        let pair = base64::engine::general_purpose::STANDARD.encode(pair);
        let request = Request::new("GET", "/scim/v1/Users").header("Authorization", &format!("Basic {pair}"));
        request.send(world.gateway.scim).await
    };
    let password = token("clinic");
    get(&format!("{BASIC_USER}:{password}")).await.expect(200);
    for wrong in [
        format!("{BASIC_USER}:x{password}"),
        format!("{BASIC_USER}:"),
        format!("{BASIC_USER}:{}", &password[..password.len() - 1]),
        format!("{}:{password}", &BASIC_USER[..BASIC_USER.len() - 1]),
        format!("AC{password}:{password}"),
        format!(":{password}"),
        format!("{BASIC_USER}:{}", token("acme")),
        BASIC_USER.to_owned(),
    ] {
        let refused = get(&wrong).await.expect(401);
        speaks(&refused, "1.1");
        assert!(refused.header("www-authenticate").is_some_and(|challenge| !challenge.is_empty()), "{refused}");
    }
}
