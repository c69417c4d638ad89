//! `POST /Bulk`: each operation as if it had come alone, references to what the request itself makes, and where it stops.

use super::hall::{Gate, gate};
use super::*;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn make(path: &str, bulk_id: &str, data: &Value) -> Value {
    json!({"method": "POST", "path": path, "bulkId": bulk_id, "data": data})
}

fn person(bulk_id: &str, name: &str) -> Value {
    make("/Users", bulk_id, &json!({"userName": name}))
}

fn managed(bulk_id: &str, name: &str, manager: &str) -> Value {
    make("/Users", bulk_id, &json!({"userName": name, ENTERPRISE: {"manager": {"value": format!("bulkId:{manager}")}}}))
}

/// A group of these, each `kind:id`.
fn team(bulk_id: &str, name: &str, members: &[(&str, &str)]) -> Value {
    let members = members.iter().map(|(kind, id)| json!({"type": kind, "value": id})).collect::<Value>();
    make("/Groups", bulk_id, &json!({"displayName": name, "members": members}))
}

/// How the operations went, one line each: method, bulkId, status, location below the root, detail.
async fn results(gate: &Gate, fail_on_errors: Option<usize>, operations: &[Value]) -> Vec<String> {
    let mut body = json!({"schemas": [scim::name::BULK_REQUEST], "Operations": operations});
    if let Some(most) = fail_on_errors {
        body["failOnErrors"] = json!(most);
    }
    let answer = gate.ask("POST /Bulk", &body).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.body.unwrap();
    assert_eq!(body["schemas"], json!([scim::name::BULK_RESPONSE]));
    let line = |result: &Value| {
        let text = |name: &str| result[name].as_str().unwrap_or("-").to_owned();
        let location = text("location").replace("https://scim.example.com/scim/v2", "");
        let detail = result["response"]["detail"].as_str().map_or(String::new(), |detail| format!(": {detail}"));
        if let Some(status) = result["response"]["status"].as_str() {
            assert_eq!(status, text("status"), "the error of an operation has its status");
        }
        format!("{} {} {} {location}{detail}", text("method"), text("bulkId"), text("status"))
    };
    body["Operations"].as_array().unwrap().iter().map(line).collect()
}

async fn check(gate: &Gate, operations: &[Value], expected: &[&str]) {
    assert_eq!(results(gate, None, operations).await, expected, "{}", json!(operations));
}

#[tokio::test]
async fn operations_are_performed_in_order_and_answered_as_if_alone() {
    let gate = gate(&[]);
    let operations = [
        person("a", "ada"),
        json!({"method": "PATCH", "path": "/Users/1",
               "data": {"Operations": [{"op": "replace", "path": "title", "value": "Dr"}]}}),
        json!({"method": "put", "path": "/Users/1", "data": {"userName": "eve", "title": "Ms"}}),
        person("b", "bob"),
        json!({"method": "DELETE", "path": "/Users/2"}),
        json!({"method": "DELETE", "path": "/Users/2"}),
        person("c", "eve"),
        make("/Users", "d", &json!({"title": "Dr"})),
        json!({"method": "GET", "path": "/Users/1"}),
        make("/Nowhere", "e", &json!({})),
    ];
    let expected = [
        "POST a 201 /Users/1",
        "PATCH - 200 /Users/1",
        "PUT - 200 /Users/1",
        "POST b 201 /Users/2",
        "DELETE - 204 /Users/2",
        "DELETE - 404 /Users/2: there is no User `2`",
        "POST c 201 /Users/1",
        "POST d 400 -: `userName` is required",
        "GET - 405 /Users/1: `/Users/1` allows PUT, PATCH, DELETE, not GET",
        "POST e 404 -: there is no SCIM endpoint `/Nowhere`",
    ];
    check(&gate, &operations, &expected).await;
    let calls = gate.hall.take_calls();
    let writes: Vec<&str> = calls.iter().filter(|call| !call.starts_with("GET")).map(String::as_str).collect();
    let expected = [
        r#"POST /people {"login":"ada"}"#,
        r#"PATCH /people/1 {"title":"Dr"}"#,
        r#"PATCH /people/1 {"login":"eve","title":"Ms"}"#,
        r#"POST /people {"login":"bob"}"#,
        "DELETE /people/2",
    ];
    assert_eq!(writes, expected);
}

#[tokio::test]
async fn rfc7644_3_7_2_a_reference_is_the_id_of_what_was_made() {
    let gate = gate(&[]);
    let operations = [
        person("qwerty", "alice"),
        managed("ytrewq", "bob", "qwerty"),
        team("zxcvb", "Tour Guides", &[("User", "bulkId:qwerty"), ("User", "bulkId:ytrewq")]),
        json!({"method": "PATCH", "path": "/Groups/bulkId:zxcvb",
               "data": {"Operations": [{"op": "remove", "path": "members", "value": [{"value": "bulkId:ytrewq"}]}]}}),
    ];
    let expected = [
        "POST qwerty 201 /Users/1",
        "POST ytrewq 201 /Users/2",
        "POST zxcvb 201 /Groups/t-1",
        "PATCH - 204 /Groups/t-1",
    ];
    check(&gate, &operations, &expected).await;
    assert_eq!(gate.hall.members("t-1"), ["1"]);
    assert_eq!(gate.hall.person("2")["boss"]["value"], "1");
}

#[tokio::test]
async fn who_is_referred_to_is_made_first_wherever_it_stands() {
    let gate = gate(&[]);
    let operations =
        [team("t", "Ops", &[("User", "bulkId:b"), ("User", "bulkId:a")]), managed("a", "ada", "b"), person("b", "bob")];
    let expected = ["POST t 201 /Groups/t-1", "POST a 201 /Users/2", "POST b 201 /Users/1"];
    check(&gate, &operations, &expected).await;
    assert_eq!(gate.hall.members("t-1"), ["1", "2"]);
}

#[tokio::test]
async fn rfc7644_3_7_1_two_groups_that_contain_each_other() {
    let gate = gate(&[]);
    let operations = [
        team("qwerty", "Group A", &[("Group", "bulkId:ytrewq")]),
        team("ytrewq", "Group B", &[("Group", "bulkId:qwerty")]),
    ];
    let expected = ["POST qwerty 201 /Groups/t-1", "POST ytrewq 201 /Groups/t-2"];
    check(&gate, &operations, &expected).await;
    assert_eq!((gate.hall.members("t-1"), gate.hall.members("t-2")), (vec!["t-2".to_owned()], vec!["t-1".to_owned()]));
    // Once more changes nothing.
    check(&gate, &operations, &expected).await;
    assert_eq!((gate.hall.members("t-1"), gate.hall.members("t-2")), (vec!["t-2".to_owned()], vec!["t-1".to_owned()]));
}

#[tokio::test]
async fn a_circle_of_managers_keeps_everything_else() {
    let gate = gate(&[]);
    let operations = [managed("a", "ada", "b"), managed("b", "bob", "a")];
    check(&gate, &operations, &["POST a 201 /Users/1", "POST b 201 /Users/2"]).await;
    let bosses = [gate.hall.person("1"), gate.hall.person("2")].map(|person| person["boss"]["value"].clone());
    assert_eq!(bosses, ["2", "1"]);
}

#[tokio::test]
async fn a_circle_that_cannot_be_closed_is_a_conflict_and_none_is_half_answered() {
    let gate = gate(&[]);
    let broken = make("/Groups", "b", &json!({"members": [{"value": "bulkId:a", "type": "Group"}]}));
    let operations = [team("a", "A", &[("Group", "bulkId:b")]), broken];
    let unmade = "POST a 409 -: what the operation with bulkId `b` should have made is not there";
    check(&gate, &operations, &[unmade, "POST b 400 -: `displayName` is required"]).await;
    // Nothing on this circle makes anything.
    let rename = |id: &str, other: &str| {
        json!({"method": "PUT", "bulkId": id, "path": "/Groups/t-1",
               "data": {"displayName": "A", "members": [{"value": format!("bulkId:{other}")}]}})
    };
    let conflict = "PUT x 409 /Groups/t-1: what the operation with bulkId `y` should have made is not there";
    let other = "PUT y 409 /Groups/t-1: what the operation with bulkId `x` should have made is not there";
    check(&gate, &[rename("x", "y"), rename("y", "x")], &[conflict, other]).await;
}

#[tokio::test]
async fn a_reference_to_nothing_fails_its_operation_only() {
    let gate = gate(&[]);
    let operations = [
        managed("a", "ada", "nobody"),
        make("/Users", "b", &json!({"title": "Dr"})),
        managed("c", "cat", "b"),
        json!({"method": "DELETE", "path": "/Users/bulkId:b"}),
        person("d", "dan"),
    ];
    let expected = [
        "POST a 400 -: no operation of this request has the bulkId `nobody`",
        "POST b 400 -: `userName` is required",
        "POST c 409 -: what the operation with bulkId `b` should have made is not there",
        "DELETE - 409 /Users/bulkId:b: what the operation with bulkId `b` should have made is not there",
        "POST d 201 /Users/1",
    ];
    check(&gate, &operations, &expected).await;
}

#[tokio::test]
async fn fail_on_errors_stops_and_leaves_out_what_did_not_begin() {
    let bad = |bulk_id: &str| make("/Users", bulk_id, &json!({}));
    let operations = [person("a", "ada"), bad("b"), person("c", "cat"), bad("d"), person("e", "eve")];
    for (most, answered, made) in [(None, 5, 3), (Some(1), 2, 1), (Some(2), 4, 2), (Some(3), 5, 3)] {
        let gate = gate(&[]);
        let results = results(&gate, most, &operations).await;
        let posts = gate.hall.take_calls().iter().filter(|call| call.starts_with("POST")).count();
        assert_eq!((results.len(), posts), (answered, made), "failOnErrors {most:?}: {results:?}");
    }
}

#[tokio::test]
async fn when_the_time_is_over_nothing_more_begins() {
    let gate = gate(&[]);
    // Every call takes ten seconds; a create is two.
    gate.hall.takes(Duration::from_secs(10), Arc::clone(&gate.clock));
    let operations =
        [person("a", "ada"), person("b", "bob"), person("c", "cat"), json!({"method": "DELETE", "path": "/Users/7"})];
    let late = "the bulk request took too long for this operation to begin; nothing of it was done";
    let expected = [
        "POST a 201 /Users/1".to_owned(),
        "POST b 201 /Users/2".to_owned(),
        format!("POST c 503 -: {late}"),
        format!("DELETE - 503 /Users/7: {late}"),
    ];
    assert_eq!(results(&gate, None, &operations).await, expected);
    // To the second: the second create begins when the first has had all the time, or one millisecond less.
    for (sooner, status) in [(Duration::ZERO, "503"), (Duration::from_millis(1), "201")] {
        let gate = self::gate(&[]);
        let took = (limits::BULK_TIME_MAX / 2).saturating_sub(sooner);
        gate.hall.takes(took, Arc::clone(&gate.clock));
        let results = results(&gate, None, &[person("a", "ada"), person("b", "bob")]).await;
        assert!(results[1].contains(status), "{took:?}: {results:?}");
    }
}

#[tokio::test]
async fn a_circle_that_was_begun_too_late_to_be_closed_says_so() {
    let gate = gate(&[]);
    gate.hall.takes(Duration::from_secs(10), Arc::clone(&gate.clock));
    let operations = [managed("a", "ada", "b"), managed("b", "bob", "a")];
    // Two creates are over after forty seconds.
    let late = "POST a 504 -: the exchange took longer than 35 s";
    check(&gate, &operations, &[late, "POST b 201 /Users/2"]).await;
}

#[tokio::test]
async fn the_version_of_an_operation_is_its_condition() {
    let gate = gate(&[]);
    let made = gate.ask("POST /Users", &json!({"userName": "ada"})).await.unwrap();
    let version = made.version.unwrap().to_header();
    let rename =
        |version: &str| json!({"method": "PUT", "path": "/Users/1", "version": version, "data": {"userName": "eve"}});
    let expected = [
        "PUT - 412 /Users/1: the resource has been changed since: read it again",
        "PUT - 200 /Users/1",
        "PUT - 412 /Users/1: the resource has been changed since: read it again",
    ];
    check(&gate, &[rename("W/\"other\""), rename(&version), rename(&version)], &expected).await;
}

#[tokio::test]
async fn a_record_lists_some_calls_and_counts_all() {
    // A create is one that reads and one that writes.
    for (creates, listed) in [(99, 198), (100, limits::CALLS_LISTED_MAX), (101, limits::CALLS_LISTED_MAX)] {
        let gate = gate(&[]);
        let people: Vec<Value> = (0..creates).map(|at| person(&format!("b{at}"), &format!("p{at}"))).collect();
        let body = json!({"Operations": people}).to_string();
        let request = operation::Request { method: "POST", path: "/Bulk", body: body.as_bytes(), ..Default::default() };
        let draft = Draft::default();
        gate.exchanges.run(&gate.tenant, "/scim/v2", Operation::decode(request).unwrap(), &draft).await.unwrap();
        let record = draft.take();
        assert_eq!((record.operation, record.resource), ("bulk", None));
        assert_eq!((record.calls.len(), record.reads, record.writes), (listed, creates, creates));
    }
}
