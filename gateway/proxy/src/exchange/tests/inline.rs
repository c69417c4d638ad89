//! Groups whose members are a field of their record: what each request writes, and what it leaves as it is.

use super::hall::{Gate, gate};
use super::*;

/// The members of [`hall`](super::hall) kept apart, which they are not here.
const APART: &str = r#"[group.members]
value = "id"
type = { field = "kind", values = { User = "person", Group = "team" } }
list = { get = "/teams/{id}/members?offset={offset}&limit={limit}", rows = "members", total = "count", page_rows_max = 500 }
add = { post = "/teams/{id}/members", body = { ids = "{members}" }, batch = 500 }
remove = { delete = "/teams/{id}/members/{member}" }
has = { get = "/teams/{id}/members/{member}" }
"#;
const LIST: &str = "[group.list]\nget = \"/teams\"\nrows = \"teams\"\n";
const REF: &str = "externalId = { direct = \"ref\" }";
const MAPPED: &str = "externalId = { direct = \"ref\" }\nmembers = { direct = \"members\" }";

const GET: &str = "GET /teams/t-1";

/// A gate with team `Ops` (t-1) of the people 1 and 2.
async fn ops() -> Gate {
    let gate = gate(&[(APART, LIST), (REF, MAPPED)]);
    let calls = ["GET /teams?name=Ops", r#"POST /teams {"name":"Ops","members":[{"value":"1"},{"value":"2"}]}"#];
    gate.check("POST /Groups", group("Ops", &["1", "2"]), &[calls[0], calls[1], "201 t-1 Ops [1 2]"]).await;
    gate
}

fn people(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({ "value": id })).collect()
}

fn group(name: &str, members: &[&str]) -> Value {
    json!({"displayName": name, "members": people(members)})
}

fn patch(operation: &Value) -> Value {
    json!({ "Operations": [operation] })
}

/// The PATCH call that makes these the members.
fn written(members: &[&str]) -> String {
    format!("PATCH /teams/t-1 {}", json!({"members": people(members)}))
}

#[tokio::test]
async fn a_change_of_members_writes_the_whole_field() {
    for (operation, members) in [
        (json!({"op": "add", "path": "members", "value": people(&["3"])}), &["1", "2", "3"][..]),
        (json!({"op": "add", "value": {"members": people(&["2", "3"])}}), &["1", "2", "3"]),
        (json!({"op": "Remove", "path": "members", "value": people(&["1"])}), &["2"]),
        (json!({"op": "remove", "path": "members[value eq \"2\"]"}), &["1"]),
        (json!({"op": "replace", "path": "members", "value": people(&["3", "1"])}), &["3", "1"]),
    ] {
        let gate = ops().await;
        gate.check("PATCH /Groups/t-1", patch(&operation), &[GET, &written(members), "204"]).await;
        let shown = format!("200 t-1 Ops [{}]", members.join(" "));
        gate.check("GET /Groups/t-1", Value::Null, &[GET, &shown]).await;
    }
}

#[tokio::test]
async fn adding_again_and_removing_who_is_no_member_write_nothing() {
    let gate = ops().await;
    for operation in [
        json!({"op": "add", "path": "members", "value": people(&["1"])}),
        json!({"op": "remove", "path": "members", "value": people(&["7"])}),
        json!({"op": "remove", "path": "members[value eq \"7\"]"}),
    ] {
        gate.check("PATCH /Groups/t-1", patch(&operation), &[GET, "204"]).await;
    }
}

#[tokio::test]
async fn a_removal_of_the_whole_attribute_empties_the_group() {
    let gate = ops().await;
    let cleared = "PATCH /teams/t-1 {\"members\":null}";
    gate.check("PATCH /Groups/t-1", patch(&json!({"op": "remove", "path": "members"})), &[GET, cleared, "204"]).await;
    gate.check("GET /Groups/t-1", Value::Null, &[GET, "200 t-1 Ops"]).await;
}

#[tokio::test]
async fn a_put_without_members_leaves_them_and_an_empty_list_empties() {
    let gate = ops().await;
    let rename = "PATCH /teams/t-1 {\"name\":\"Lab\"}";
    gate.check("PUT /Groups/t-1", json!({"displayName": "Lab"}), &[GET, rename, "200 t-1 Lab [1 2]"]).await;
    let two_three = written(&["2", "3"]);
    gate.check("PUT /Groups/t-1", group("Lab", &["2", "3"]), &[GET, &two_three, "200 t-1 Lab [2 3]"]).await;
    let cleared = "PATCH /teams/t-1 {\"members\":null}";
    gate.check("PUT /Groups/t-1", group("Lab", &[]), &[GET, cleared, "200 t-1 Lab"]).await;
}

#[tokio::test]
async fn a_member_without_a_value_is_nobody_and_refused() {
    let gate = ops().await;
    let nobody = json!([{"display": "Ada"}]);
    let operation = json!({"op": "add", "path": "members", "value": nobody});
    for (request, body) in [
        ("POST /Groups", json!({"displayName": "Lab", "members": nobody})),
        ("PUT /Groups/t-1", json!({"displayName": "Ops", "members": nobody})),
        ("PATCH /Groups/t-1", patch(&operation)),
    ] {
        let lines = gate.lines(request, &body).await;
        let (answer, calls) = lines.split_last().unwrap();
        assert!(answer.starts_with("400 invalidValue"), "{request}: {lines:?}");
        assert!(calls.iter().all(|call| call.starts_with("GET ")), "{request}: {lines:?}");
    }
}

#[tokio::test]
async fn a_repeated_create_finds_its_group_and_another_is_refused() {
    let gate = ops().await;
    let find = "GET /teams?name=Ops";
    gate.check("POST /Groups", group("Ops", &["1", "2"]), &[find, "201 t-1 Ops [1 2]"]).await;
    gate.check("POST /Groups", json!({"displayName": "Ops"}), &[find, "201 t-1 Ops [1 2]"]).await;
    let taken = "409 uniqueness a group whose `displayName` is \"Ops\" exists already";
    gate.check("POST /Groups", group("Ops", &["1", "3"]), &[find, taken]).await;
}

#[tokio::test]
async fn a_question_about_members_is_answered_from_the_records() {
    let gate = ops().await;
    gate.hall.add_team("Empty", []);
    for (filter, found) in [
        ("members.value eq \"2\"", &["t-1"][..]),
        ("members[value eq \"2\"]", &["t-1"]),
        ("members eq \"1\" and displayName co \"p\"", &["t-1"]),
        ("members eq \"7\"", &[]),
        ("not (members pr)", &["t-2"]),
    ] {
        drop(gate.hall.take_calls());
        let answer = gate.ask(&search(filter).replace("/Users", "/Groups"), &Value::Null).await.unwrap();
        let resources = answer.body.unwrap()["Resources"].as_array().cloned().unwrap();
        let ids: Vec<&str> = resources.iter().map(|group| group["id"].as_str().unwrap()).collect();
        assert_eq!((ids.as_slice(), gate.hall.take_calls()), (found, vec!["GET /teams".to_owned()]), "{filter}");
    }
}

#[tokio::test]
async fn members_are_shown_unless_they_are_excluded_and_count_in_the_version() {
    let gate = ops().await;
    let read = async |query: &str| gate.ask(&format!("GET /Groups/t-1{query}"), &Value::Null).await.unwrap();
    let before = read("").await;
    let body = before.body.unwrap();
    assert_eq!(body["members"][0]["$ref"], "https://scim.example.com/scim/v2/Users/1", "{body}");
    for (query, shown) in [("?excludedAttributes=members", None), ("?attributes=displayName", None)] {
        assert_eq!(read(query).await.body.unwrap().get("members"), shown, "{query}");
    }
    let add = patch(&json!({"op": "add", "path": "members", "value": people(&["3"])}));
    gate.ask("PATCH /Groups/t-1", &add).await.unwrap();
    let after = read("").await;
    assert!(before.version.is_some() && before.version != after.version, "{:?}", after.version);
}

#[tokio::test]
async fn members_may_stand_in_elements_of_the_products_own() {
    let mapped = "externalId = { direct = \"ref\" }\nmembers = { direct = \"staff\", each = { value = \"pid\" } }";
    let gate = gate(&[(APART, LIST), (REF, mapped)]);
    let calls = ["GET /teams?name=Ops", r#"POST /teams {"name":"Ops","staff":[{"pid":"1"},{"pid":"2"}]}"#];
    gate.check("POST /Groups", group("Ops", &["1", "2"]), &[calls[0], calls[1], "201 t-1 Ops [1 2]"]).await;
    for (operation, call) in [
        (
            json!({"op": "add", "path": "members", "value": people(&["3"])}),
            Some(r#"PATCH /teams/t-1 {"staff":[{"pid":"1"},{"pid":"2"},{"pid":"3"}]}"#),
        ),
        (json!({"op": "add", "path": "members", "value": people(&["3"])}), None),
        (
            json!({"op": "remove", "path": "members[value eq \"1\"]"}),
            Some(r#"PATCH /teams/t-1 {"staff":[{"pid":"2"},{"pid":"3"}]}"#),
        ),
    ] {
        let lines: Vec<&str> = std::iter::once(GET).chain(call).chain(["204"]).collect();
        gate.check("PATCH /Groups/t-1", patch(&operation), &lines).await;
    }
    let found = search("members.value eq \"2\"").replace("/Users", "/Groups");
    let answer = gate.ask(&found, &Value::Null).await.unwrap().body.unwrap();
    assert_eq!((&answer["totalResults"], &answer["Resources"][0]["id"]), (&json!(1), &json!("t-1")));
}
