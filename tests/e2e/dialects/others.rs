//! `OneLogin`, Ping, `SailPoint`, and what is true of all.

use gateway::standin::faults::{Fault, When};
use json::json;

use crate::people::employee;
use crate::wire::Request;
use crate::world::token;

use super::{directory, group, patch, send};

#[tokio::test]
async fn row_53_trailing_ampersands_and_question_marks() {
    let (_world, idp, id) = directory().await;
    idp.get("/Users?filter=userName+eq+%22kit@example.com%22&").await.expect_list(1);
    send(&idp, "PUT", &format!("/Users/{id}?"), &employee("kit@example.com")).await.expect(200);
}

#[tokio::test]
async fn row_54_older_urns_and_application_json() {
    let (_world, idp, _) = directory().await;
    let mut body = employee("noor@example.com");
    body["schemas"] = json!(["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"]);
    body["urn:scim:schemas:extension:enterprise:2.0"] = json!({"department": "Lights"});
    let request = idp.request("POST", "/Users").header("Content-Type", "application/json").body(body.to_string());
    let made = idp.send(request).await.expect(201);
    assert_eq!(made.body[super::ENTERPRISE]["department"], "Lights", "{made}");
}

#[tokio::test]
async fn row_55_quoted_booleans_null_ids_and_a_manager_of_1_1() {
    let (_world, idp, boss) = directory().await;
    let mut body = employee("noor@example.com");
    body["id"] = json!(null);
    body["active"] = json!("true");
    body[super::ENTERPRISE] = json!({"manager": {"managerId": boss, "displayName": "Kit"}});
    let made = idp.create(&body).await.expect(201);
    assert_eq!(made.body["active"], true, "{made}");
    assert_eq!(made.body[super::ENTERPRISE]["manager"]["value"], boss, "{made}");
}

#[tokio::test]
async fn row_56_blanks_around_a_name_are_kept() {
    let (_world, idp, id) = directory().await;
    let mut body = employee("kit@example.com");
    body["name"]["familyName"] = json!(" Ng");
    assert_eq!(idp.put(&id, &body).await.expect(200).text_at("/name/familyName"), " Ng");
}

#[tokio::test]
async fn row_57_all_groups_without_filter_or_paging() {
    let (_world, idp, a) = directory().await;
    for name in ["Alpha", "Beta"] {
        group(&idp, name, &[&a]).await;
    }
    let list = idp.get("/Groups").await.expect_list(2);
    assert_eq!(list.text_at("/Resources/1/members/0/value"), a, "{list}");
}

#[tokio::test]
async fn row_58_e_mails_as_an_object() {
    let (_world, idp, id) = directory().await;
    let email = json!({"type": "work", "value": "new@example.com"});
    let answer = patch(&idp, &id, json!([{"op": "replace", "path": "emails", "value": email}])).await.expect(200);
    assert_eq!(answer.body["emails"], json!([email]), "{answer}");
}

#[tokio::test]
async fn row_60_names_and_operators_in_any_case() {
    let (_world, idp, _) = directory().await;
    idp.filter(r#"username Eq "kit@example.com""#).await.expect_list(1);
    idp.filter(r#"email Co "example""#).await.expect_error(400, "invalidFilter");
    idp.filter(r#"EMAILS.VALUE Co "EXAMPLE""#).await.expect_list(1);
}

#[tokio::test]
async fn row_61_add_is_replace_for_one_value() {
    let (_world, idp, id) = directory().await;
    for (path, value) in [("active", json!(false)), ("title", json!("Lead")), ("title", json!("Head"))] {
        let answer = patch(&idp, &id, json!([{"op": "add", "path": path, "value": value}])).await.expect(200);
        assert_eq!(answer.body[path], value, "{answer}");
    }
    let answer = patch(&idp, &id, json!([{"op": "add", "value": {"active": true}}])).await.expect(200);
    assert_eq!(answer.body["active"], true, "{answer}");
}

#[tokio::test]
async fn row_44_retry_after_is_whole_seconds_and_row_62_in_time() {
    // The product answers nothing for longer than a target call may take: 504 before any IdP gives up, never a date.
    let (world, idp, _) = directory().await;
    world.around.directory_api.faults.set(When::Always, Fault::Status { status: 503, retry_after: None });
    let answer = idp.find("userName", "kit@example.com").await.expect_error(503, "");
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!(seconds > 0);
    assert!(proxy::limits::EXCHANGE_TIME_MAX.as_secs() <= 45);
}

#[tokio::test]
async fn both_media_types_and_a_doubled_slash() {
    let (world, ..) = directory().await;
    let request = Request::new("GET", "//scim//v2//Users/").bearer(&token("acme"));
    request.send(world.gateway.scim).await.expect_list(1);
}
