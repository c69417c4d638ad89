//! Traps that gateways of this kind fall into (docs/traps.md), the rows that are about SCIM: one test each, named for it.
//! Trap 11 is in `v11`.

use json::{Value, json};

use crate::caller::Caller;
use crate::people::{NORTH, employee, user};
use crate::world::World;

async fn directory() -> (World, Caller) {
    let world = World::new().await;
    let idp = world.caller("acme");
    (world, idp)
}

async fn named(idp: &Caller, login: &str, name: &str, value: Value) -> String {
    let mut body = employee(login);
    body[name] = value;
    idp.create(&body).await.expect(201).id()
}

#[tokio::test]
async fn trap_01_logic_words_inside_a_value_are_no_logic() {
    let (_world, idp) = directory().await;
    for (at, name) in
        ["Research and Development", "Sales or Marketing", "not (a) pr", "x\" or userName pr or \""].iter().enumerate()
    {
        let id = named(&idp, &format!("user{at}@example.com"), "displayName", json!(name)).await;
        let found = idp.find("displayName", name).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
        let group = idp.send(idp.request("POST", "/Groups").json(&json!({"displayName": name}))).await.expect(201).id();
        let filter = format!("displayName eq {}", Value::from(*name));
        let encoded = percent_encoding::utf8_percent_encode(&filter, percent_encoding::NON_ALPHANUMERIC);
        let found = idp.get(&format!("/Groups?filter={encoded}")).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), group, "{found}");
    }
}

#[tokio::test]
async fn trap_02_an_unquoted_literal_beside_a_quoted_one() {
    let (_world, idp) = directory().await;
    named(&idp, "kit@example.com", "active", json!(true)).await;
    named(&idp, "lee@example.com", "active", json!(false)).await;
    idp.filter(r#"userName eq "kit@example.com" and active eq true"#).await.expect_list(1);
    idp.filter(r#"userName eq "kit@example.com" and active eq false"#).await.expect_list(0);
    idp.filter(r#"active eq false and userName eq "lee@example.com""#).await.expect_list(1);
}

#[tokio::test]
async fn trap_03_and_is_evaluated_over_everybody_not_over_pages() {
    let (world, idp) = directory().await;
    world.around.directory.seed_people(450);
    // The two halves are true of one person only, who stands behind two pages of the product.
    let id = named(&idp, "kit@example.com", "title", json!("Lead")).await;
    let found = idp.filter(r#"title eq "Lead" and displayName eq "Kit Ng""#).await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    let page = idp.get("/Users?filter=userName+pr&startIndex=401&count=100").await.expect(200);
    assert_eq!((&page.body["totalResults"], &page.body["itemsPerPage"]), (&json!(451), &json!(51)), "{page}");
}

#[tokio::test]
async fn trap_04_names_in_any_case_urns_escapes_and_signs() {
    let (_world, idp) = directory().await;
    for name in [
        "a\"quoted\"@example.com",
        "50%off@example.com",
        "a+b@example.com",
        "o'neil@example.com",
        "back\\slash@example.com",
    ] {
        let id = idp.create(&employee(name)).await.expect(201).id();
        for attribute in ["userName", "USERNAME", "urn:ietf:params:scim:schemas:core:2.0:User:username"] {
            let found = idp.find(attribute, name).await.expect_list(1);
            assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
        }
    }
}

#[tokio::test]
async fn trap_05_a_value_is_no_regular_expression() {
    let (_world, idp) = directory().await;
    idp.create(&employee("+14155550100")).await.expect(201);
    idp.find("userName", "+14155550100").await.expect_list(1);
    for pattern in [".*", "^", "%", "*", "+1415555010.", "_14155550100", "[+]14155550100"] {
        idp.find("userName", pattern).await.expect_list(0);
    }
}

#[tokio::test]
async fn trap_06_a_create_has_an_id_and_a_location_with_it() {
    let (_world, idp) = directory().await;
    for (path, body) in [("/Users", employee("kit@example.com")), ("/Groups", json!({"displayName": "Night Shift"}))] {
        let made = idp.send(idp.request("POST", path).json(&body)).await.expect(201);
        let location = made.header("location").unwrap();
        assert!(location.ends_with(&format!("{path}/{}", made.id())), "{made}");
        assert!(!location.contains("undefined") && !location.contains("null"), "{made}");
    }
}

#[tokio::test]
async fn trap_14_the_answer_is_what_is_stored() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let mut body = user("15550100188", NORTH);
    body["title"] = json!("not stored by this product");
    let made = idp.create(&body).await.expect(201);
    assert_eq!(made.body.get("title"), None, "{made}");
    assert_eq!(idp.read(&made.id()).await.body, made.body);
    // A group's answer shows the members that the product has.
    let idp = world.caller("acme");
    let a = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let body = json!({"displayName": "Night Shift", "members": [{"value": a, "display": "somebody else"}]});
    let made = idp.send(idp.request("POST", "/Groups").json(&body)).await.expect(201);
    assert_ne!(made.text_at("/members/0/display"), "somebody else", "{made}");
}

#[tokio::test]
async fn trap_20_members_are_removed_one_by_one_added_twice_and_two_hundred_at_once() {
    let (world, idp) = directory().await;
    world.around.directory.seed_people(200);
    let ids: Vec<String> = world.around.directory.people().iter().map(|person| person["pid"].to_string()).collect();
    let id = idp.send(idp.request("POST", "/Groups").json(&json!({"displayName": "All"}))).await.expect(201).id();
    let path = format!("/Groups/{id}");
    let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    let change = async |op: &str, members: &[Value]| {
        let body = json!({"Operations": [{"op": op, "path": "members", "value": members}]});
        idp.send(idp.request("PATCH", &path).json(&body)).await.expect(204);
        idp.get(&path).await.expect(200).body["members"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(change("Add", &members).await, 200);
    assert_eq!(change("Add", &members[..1]).await, 200);
    assert_eq!(change("Remove", &members[..1]).await, 199);
    assert_eq!(change("Remove", &members[..1]).await, 199);
    assert_eq!(change("Remove", &members[1..100]).await, 100);
}

#[tokio::test]
async fn trap_21_a_work_address_where_there_is_none() {
    let (_world, idp) = directory().await;
    let home = json!([{"type": "home", "value": "kit@home.example.com"}]);
    let id = named(&idp, "kit@example.com", "emails", home).await;
    let answer = idp.patch(&id, &[("emails[type eq \"work\"].value", json!("kit@work.example.com"))]).await.expect(200);
    let expected =
        json!([{"type": "home", "value": "kit@home.example.com"}, {"type": "work", "value": "kit@work.example.com"}]);
    assert_eq!(answer.body["emails"], expected, "{answer}");
}

#[tokio::test]
async fn trap_22_an_e_mail_that_two_people_share_is_no_duplicate() {
    let (_world, idp) = directory().await;
    let shared = json!([{"type": "work", "value": "reception@example.com"}]);
    for login in ["kit@example.com", "lee@example.com"] {
        let mut body = employee(login);
        body["emails"] = shared.clone();
        idp.create(&body).await.expect(201);
    }
}

#[tokio::test]
async fn trap_24_an_attribute_that_nobody_maps_fails_nothing() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let mut body = user("15550100188", NORTH);
    for (name, value) in [
        ("title", json!("Lead")),
        ("addresses", json!([{"type": "work", "country": "GB"}])),
        ("favouriteColour", json!({"deep": ["red"]})),
        ("urn:example:params:scim:schemas:extension:none:2.0:User", json!({"x": 1})),
    ] {
        body[name] = value;
    }
    let id = idp.create(&body).await.expect(201).id();
    idp.put(&id, &body).await.expect(200);
    idp.patch(&id, &[("title", json!("Head"))]).await.expect(200);
}
