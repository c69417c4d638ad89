//! `$ref`: the URLs of the resources that a resource names (RFC 7643 §2.3.7), which no target has to know.

use super::hall::{Gate, gate};
use super::*;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn furnished() -> Gate {
    let gate = gate(&[]);
    gate.hall.add_people(2);
    gate.hall.add_team("Ops", [1]);
    gate
}

async fn shown(gate: &Gate, request: &str) -> Value {
    gate.ask(request, &Value::Null).await.unwrap().body.unwrap()
}

#[tokio::test]
async fn a_manager_is_a_user() {
    let gate = furnished();
    for (manager, url) in [
        (json!({"value": "2"}), "https://scim.example.com/scim/v2/Users/2"),
        // Whatever an id is made of, it stays one segment.
        (json!({"value": "a/b c?d"}), "https://scim.example.com/scim/v2/Users/a%2Fb%20c%3Fd"),
        (json!({"value": "..\r\nSet-Cookie: x"}), "https://scim.example.com/scim/v2/Users/..%0D%0ASet-Cookie%3A%20x"),
        // What is there already is not overwritten.
        (json!({"value": "2", "$ref": "https://hr.example.com/people/2"}), "https://hr.example.com/people/2"),
    ] {
        let body =
            json!({"Operations": [{"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": manager}]});
        let patched = gate.ask("PATCH /Users/1", &body).await.unwrap().body.unwrap();
        assert_eq!(patched[ENTERPRISE]["manager"]["$ref"], url, "{patched}");
        assert_eq!(shown(&gate, "GET /Users/1").await[ENTERPRISE]["manager"]["$ref"], url);
    }
}

#[tokio::test]
async fn a_member_is_what_its_type_says() {
    let gate = furnished();
    gate.hall.add_team("Night", []);
    let team = json!([{"value": "t-2", "type": "Group"}]);
    let body = json!({"Operations": [{"op": "add", "path": "members", "value": team}]});
    gate.ask("PATCH /Groups/t-1", &body).await.unwrap();
    let members = shown(&gate, "GET /Groups/t-1").await["members"].clone();
    let urls: Vec<&str> = members.as_array().unwrap().iter().map(|member| member["$ref"].as_str().unwrap()).collect();
    assert_eq!(urls, ["https://scim.example.com/scim/v2/Users/1", "https://scim.example.com/scim/v2/Groups/t-2"]);
    let values = shown(&gate, "GET /Groups/t-1?attributes=members.value").await["members"][0].clone();
    assert_eq!(values, json!({"value": "1"}));
}
