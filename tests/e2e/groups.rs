//! Groups whose members the product keeps apart: one life from beginning to end, and what a membership costs however many there are.

use json::{Value, json};

use crate::caller::{Caller, GROUP, values};
use crate::people::employee;
use crate::wire::Answer;
use crate::world::World;

/// So many are in the large group; ids of those who come and go have as many digits in the small one.
const LARGE: u64 = 100_000;

async fn directory() -> (World, Caller) {
    let world = World::new().await;
    let idp = world.caller("acme");
    (world, idp)
}

fn add(ids: &[impl AsRef<str>]) -> Value {
    json!([{"op": "add", "path": "members", "value": values(ids)}])
}

fn remove(id: &str) -> Value {
    json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}])
}

/// Calls at the directory since this was last asked: how many and of how many bytes.
fn cost(world: &World) -> (usize, usize) {
    let seen = world.around.directory_api.take_seen();
    (seen.len(), seen.iter().map(|seen| seen.bytes).sum())
}

/// Calls at the directory about members since this was last asked: methods and paths.
fn member_calls(world: &World) -> Vec<String> {
    let seen = world.around.directory_api.take_seen().into_iter();
    seen.filter(|seen| seen.target.contains("members")).map(|seen| format!("{} {}", seen.method, seen.target)).collect()
}

#[track_caller]
fn attribute(answer: &Answer, name: &str) -> Value {
    answer.body.get(name).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_group_lives_from_its_creation_to_its_end() {
    let (world, idp) = directory().await;
    let ada = idp.create(&employee("ada@example.com")).await.expect(201).id();
    let kit = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let body = json!({"schemas": [GROUP], "displayName": "Night Shift", "externalId": "n", "members": values(&[&ada])});
    let made = idp.write("POST", "/Groups", &body).await.expect(201);
    let id = made.id();
    assert_eq!(made.header("location"), Some(made.text_at("/meta/location")), "{made}");
    assert!(made.text_at("/meta/location").ends_with(&format!("/scim/v2/Groups/{id}")), "{made}");
    assert_eq!(made.text_at("/meta/resourceType"), "Group", "{made}");
    let member = json!({
        "value": ada, "type": "User",
        "$ref": made.text_at("/meta/location").replace(&format!("/Groups/{id}"), &format!("/Users/{ada}")),
    });
    assert_eq!(attribute(&made, "members"), json!([member]), "{made}");

    let found = idp.get("/Groups?filter=displayName+eq+%22night+shift%22").await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    let user = idp.read(&ada).await.expect(200);
    assert_eq!((user.text_at("/groups/0/value"), user.text_at("/groups/0/display")), (id.as_str(), "Night Shift"));

    assert_eq!(idp.patch_group(&id, add(&[&kit])).await.expect(204).text, "");
    assert_eq!(idp.members(&id).await, [&ada, &kit].map(String::as_str));
    idp.patch_group(&id, remove(&ada)).await.expect(204);
    assert_eq!(idp.members(&id).await, [kit.as_str()]);

    let rename = json!([{"op": "replace", "path": "displayName", "value": "Late Shift"}]);
    idp.patch_group(&id, rename).await.expect(204);
    let nested = idp.create_group("Everybody", &[&id]).await;
    let outer = idp.get(&format!("/Groups/{nested}")).await.expect(200);
    assert_eq!(
        (outer.text_at("/members/0/type"), outer.text_at("/members/0/value")),
        ("Group", id.as_str()),
        "{outer}"
    );
    assert!(outer.text_at("/members/0/$ref").ends_with(&format!("/Groups/{id}")), "{outer}");

    let unsaid = json!({"schemas": [GROUP], "displayName": "Late Shift"});
    let put = idp.write("PUT", &format!("/Groups/{id}"), &unsaid).await.expect(200);
    assert_eq!(attribute(&put, "members")[0]["value"], kit, "members that a PUT leaves out stay: {put}");
    let emptied = json!({"schemas": [GROUP], "displayName": "Late Shift", "members": []});
    let put = idp.write("PUT", &format!("/Groups/{id}"), &emptied).await.expect(200);
    assert_eq!(put.body.get("members").filter(|members| **members != json!([])), None, "{put}");

    idp.send(idp.request("DELETE", &format!("/Groups/{id}"))).await.expect(204);
    idp.get(&format!("/Groups/{id}")).await.expect_error(404, "");
    assert_eq!(idp.members(&nested).await, [""; 0]);
    let names: Vec<_> = world.around.directory.teams().iter().map(|team| team["name"].clone()).collect();
    assert_eq!(names, ["Everybody"]);
}

#[tokio::test]
async fn a_patch_of_a_group_answers_with_it_only_if_attributes_are_asked_for() {
    let (_world, idp) = directory().await;
    let kit = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let id = idp.create_group("Night Shift", &[]).await;
    assert_eq!(idp.patch_group(&id, add(&[&kit])).await.expect(204).text, "");
    let answer = idp.patch_group(&format!("{id}?attributes=members"), add(&[&kit])).await.expect(200);
    assert_eq!(answer.text_at("/members/0/value"), kit, "{answer}");
    assert_eq!(answer.body.get("displayName"), None, "{answer}");
}

#[tokio::test]
async fn adding_again_and_removing_who_is_no_member_succeed_and_change_nothing() {
    let (world, idp) = directory().await;
    let kit = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let lee = idp.create(&employee("lee@example.com")).await.expect(201).id();
    let id = idp.create_group("Night Shift", &[&kit]).await;
    let rev = world.around.directory.teams()[0]["rev"].clone();
    for operations in [add(&[&kit]), add(&[&kit, &kit]), remove(&lee), remove("nobody")] {
        idp.patch_group(&id, operations).await.expect(204);
        assert_eq!(world.around.directory.members(&id), [kit.as_str()]);
    }
    assert_eq!(world.around.directory.teams()[0]["rev"], rev);
}

#[tokio::test]
async fn a_create_that_is_repeated_is_the_same_group_with_the_members_that_were_missing() {
    let (world, idp) = directory().await;
    let kit = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let lee = idp.create(&employee("lee@example.com")).await.expect(201).id();
    let id = idp.create_group("Night Shift", &[&kit]).await;
    assert_eq!(idp.create_group("Night Shift", &[&kit, &lee]).await, id);
    assert_eq!(world.around.directory.members(&id), [kit.as_str(), lee.as_str()]);
    assert_eq!(world.around.directory.teams().len(), 1);
}

#[tokio::test]
async fn an_unknown_member_is_refused_before_anything_is_done() {
    let (world, idp) = directory().await;
    let kit = idp.create(&employee("kit@example.com")).await.expect(201).id();
    let id = idp.create_group("Night Shift", &[]).await;
    let before = (world.around.directory.teams(), world.around.directory.members(&id));
    world.around.directory_api.take_seen();
    let operations = json!([
        {"op": "replace", "path": "displayName", "value": "Late Shift"},
        {"op": "add", "path": "members", "value": values(&[kit.as_str(), "no-such-user"])},
    ]);
    let refused = idp.patch_group(&id, operations).await.expect_error(400, "invalidValue");
    assert!(refused.text_at("/detail").contains("`no-such-user`"), "{refused}");
    let body = json!({"schemas": [GROUP], "displayName": "Day Shift", "members": values(&["999999"])});
    idp.write("POST", "/Groups", &body).await.expect_error(400, "invalidValue");
    idp.write("PUT", &format!("/Groups/{id}"), &body).await.expect_error(400, "invalidValue");
    assert!(world.around.directory_api.take_seen().iter().all(|seen| !seen.writes()));
    assert_eq!((world.around.directory.teams(), world.around.directory.members(&id)), before);
}

#[tokio::test]
async fn a_member_more_or_less_costs_the_same_whether_there_are_none_or_100_000() {
    let (world, idp) = directory().await;
    world.around.directory.seed_people(LARGE + 1);
    let small = world.around.directory.seed_team("Night Shift", []);
    let large = world.around.directory.seed_team("Everybody", 1..=LARGE);
    let newcomer = (LARGE + 1).to_string();
    let filter = |id: &str| format!("/Groups?attributes=id&filter=id+eq+%22{id}%22+and+members+eq+%22{newcomer}%22");
    let mut costs = Vec::new();
    for id in [&small, &large] {
        cost(&world);
        idp.patch_group(id, add(&[&newcomer])).await.expect(204);
        let adding = cost(&world);
        idp.get(&filter(id)).await.expect_list(1);
        let asking = cost(&world);
        idp.patch_group(id, json!([{"op": "Remove", "path": "members", "value": values(&[&newcomer])}]))
            .await
            .expect(204);
        let removing = cost(&world);
        idp.get(&format!("/Groups/{id}?excludedAttributes=members")).await.expect(200);
        costs.push([adding, asking, removing, cost(&world)]);
    }
    for (small, large) in costs[0].iter().zip(&costs[1]) {
        assert_eq!(small.0, large.0, "calls: {costs:?}");
        // Names and revisions differ in length.
        assert!(large.1 <= small.1 + 32 && large.0 <= 4, "bytes: {costs:?}");
    }
    assert_eq!(world.around.directory.members(&large).len() as u64, LARGE);
}

#[tokio::test]
async fn who_excludes_members_never_has_them_read() {
    let (world, idp) = directory().await;
    world.around.directory.seed_people(20);
    for (at, name) in ["Night Shift", "Day Shift", "Late Shift"].iter().enumerate() {
        world.around.directory.seed_team(name, 1..=(at as u64 * 5 + 5));
    }
    for query in [
        "/t-1?excludedAttributes=members",
        "/t-1?attributes=displayName",
        "?excludedAttributes=members",
        "?excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:Group:members&filter=displayName+eq+%22Day+Shift%22",
        "?attributes=id&filter=displayName+co+%22shift%22",
        "?attributes=externalId,meta&startIndex=2&count=1",
    ] {
        let answer = idp.get(&format!("/Groups{query}")).await.expect(200);
        assert!(!answer.text.contains("\"members\""), "{answer}");
    }
    let rename = json!([{"op": "replace", "path": "displayName", "value": "Early Shift"}]);
    idp.patch_group("t-1?excludedAttributes=members", rename.clone()).await;
    idp.patch_group("t-2", json!([{"op": "replace", "value": {"externalId": "x"}}])).await.expect(204);
    idp.send(idp.request("DELETE", "/Groups/t-3")).await.expect(204);
    assert_eq!(member_calls(&world), [""; 0]);

    let all = idp.get("/Groups").await.expect_list(2);
    assert_eq!(all.body["Resources"][1]["members"].as_array().map(Vec::len), Some(10), "{all}");
    assert_eq!(member_calls(&world).len(), 2);
}

#[tokio::test]
async fn members_that_come_and_go_one_by_one_are_shown_with_their_names() {
    let world = World::with(crate::v11::signage()).await;
    let idp = world.caller("signage");
    let house = world.around.house("signage");
    house.directory.seed_people(4);
    let id = idp.create_group("Lobby Screens", &["1", "2"]).await;
    let operations = json!([
        {"op": "remove", "path": "members[value eq \"1\"]"}, {"op": "add", "path": "members", "value": values(&["3", "4"])},
    ]);
    house.api.take_seen();
    idp.patch_group(&id, operations).await.expect(204);
    let writes = house.api.take_seen().into_iter().filter(gateway::standin::serve::Seen::writes);
    let mut writes: Vec<String> = writes.map(|seen| format!("{} {}", seen.method, seen.target)).collect();
    writes.sort();
    let at = |member: &str| format!("/api/teams/{id}/members/{member}");
    assert_eq!(writes, [format!("DELETE {}", at("1")), format!("PUT {}", at("3")), format!("PUT {}", at("4"))]);
    let group = idp.get(&format!("/Groups/{id}")).await.expect(200);
    let shown = group.body["members"].as_array().unwrap().iter().map(|member| member["display"].clone());
    assert_eq!(shown.collect::<Vec<_>>(), ["Person 2", "Person 3", "Person 4"], "{group}");
}

#[tokio::test]
async fn thousands_of_members_at_once_are_a_difference() {
    let (world, idp) = directory().await;
    world.around.directory.seed_people(3_000);
    let id = world.around.directory.seed_team("Everybody", 1..=1_500);
    let ids = |range: std::ops::RangeInclusive<u64>| range.map(|id| id.to_string()).collect::<Vec<_>>();
    let moved = |world: &World| -> Vec<(String, usize)> {
        let writes = world.around.directory_api.take_seen().into_iter().filter(gateway::standin::serve::Seen::writes);
        writes.map(|seen| (seen.target, seen.body["ids"].as_array().map_or(0, Vec::len))).collect()
    };
    let (joins, leaves) = (format!("/api/teams/{id}/members"), format!("/api/teams/{id}/members/remove"));
    world.around.directory_api.take_seen();

    idp.patch_group(&id, add(&ids(1..=2_000))).await.expect(204);
    assert_eq!(moved(&world), [(joins.clone(), 500)]);
    idp.patch_group(&id, add(&ids(1..=2_000))).await.expect(204);
    assert_eq!(moved(&world), []);

    let replace = json!([{"op": "replace", "path": "members", "value": values(&ids(501..=3_000))}]);
    idp.patch_group(&id, replace).await.expect(204);
    let mut calls = moved(&world);
    calls.sort();
    assert_eq!(calls, [(joins.clone(), 500), (joins, 500), (leaves.clone(), 500)]);
    assert_eq!(world.around.directory.members(&id).len(), 2_500);

    let some = json!([{"op": "remove", "path": "members", "value": values(&ids(1..=600))}]);
    idp.patch_group(&id, some).await.expect(204);
    assert_eq!(moved(&world), [(leaves.clone(), 100)]);
    idp.patch_group(&id, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    assert_eq!(moved(&world).iter().map(|(_, count)| count).sum::<usize>(), 2_400);
    assert_eq!(world.around.directory.members(&id), [""; 0]);
}
