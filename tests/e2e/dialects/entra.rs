//! Entra ID, with and without its feature flag.

use json::{Value, json};

use crate::people::employee;

use super::{ENTERPRISE, directory, group, members_after, patch, send};

#[tokio::test]
async fn row_05_a_probe_with_plus_for_blanks_and_no_accept() {
    let (_world, idp, _) = directory().await;
    for path in [
        "/Users?filter=userName+eq+%22a9b1cf3e-5d6a-4c1b-9a3e-0f6f2f1d7c11%22",
        "/Groups?excludedAttributes=members&filter=displayName+eq+%22a9b1cf3e-5d6a-4c1b-9a3e-0f6f2f1d7c11%22",
    ] {
        let answer = idp.get(path).await.expect_list(0);
        assert_eq!(answer.body["Resources"], json!([]), "{answer}");
    }
}

#[tokio::test]
async fn row_06_a_query_is_never_404() {
    let (_world, idp, id) = directory().await;
    for path in [
        "/Users?filter=userName%20eq%20%22nobody%22".to_owned(),
        "/Users?filter=id%20eq%20%22999%22".to_owned(),
        format!("/Users?filter=id%20eq%20%22{id}%22%20and%20manager%20eq%20%22999%22"),
        "/Groups?filter=id%20eq%20%22999%22".to_owned(),
        "/Groups?filter=externalId%20eq%20%22none%22".to_owned(),
    ] {
        idp.get(&path).await.expect_list(0);
    }
}

#[tokio::test]
async fn row_07_verbs_in_any_case() {
    let (_world, idp, id) = directory().await;
    for (op, title) in [("Add", "a"), ("Replace", "b"), ("REPLACE", "c"), ("replace", "d")] {
        let answer = patch(&idp, &id, json!([{"op": op, "path": "title", "value": title}])).await.expect(200);
        assert_eq!(answer.text_at("/title"), title, "{answer}");
    }
    let answer = patch(&idp, &id, json!([{"op": "Remove", "path": "title"}])).await.expect(200);
    assert_eq!(answer.body.get("title"), None, "{answer}");
}

#[tokio::test]
async fn row_08_booleans_as_text() {
    let (_world, idp, id) = directory().await;
    for (value, active) in [("False", false), ("True", true), ("false", false), ("TRUE", true)] {
        let answer = patch(&idp, &id, json!([{"op": "Replace", "path": "active", "value": value}])).await.expect(200);
        assert_eq!(answer.body["active"], active, "{answer}");
    }
    patch(&idp, &id, json!([{"op": "Replace", "path": "active", "value": "maybe"}]))
        .await
        .expect_error(400, "invalidValue");
    // Text that says «True» is text where the schema wants text.
    let answer = patch(&idp, &id, json!([{"op": "Replace", "path": "title", "value": "True"}])).await.expect(200);
    assert_eq!(answer.body["title"], "True", "{answer}");
}

#[tokio::test]
async fn row_09_dotted_and_urn_keys_without_a_path() {
    let (_world, idp, id) = directory().await;
    let value = json!({"displayName": "Kit", "name.givenName": "Kitty", (format!("{ENTERPRISE}:employeeNumber")): "7"});
    let answer = patch(&idp, &id, json!([{"op": "replace", "value": value}])).await.expect(200);
    assert_eq!(answer.body["name"], json!({"familyName": "Ng", "givenName": "Kitty"}), "{answer}");
    assert_eq!(answer.body[ENTERPRISE]["employeeNumber"], "7", "{answer}");
    assert!(!answer.text.contains("name.givenName"), "{answer}");
}

#[tokio::test]
async fn row_10_both_dialects_on_one_connection() {
    let (_world, idp, id) = directory().await;
    patch(&idp, &id, json!([{"op": "Replace", "path": "active", "value": "False"}])).await.expect(200);
    patch(&idp, &id, json!([{"op": "replace", "value": {"active": true, "name.familyName": "Noor"}}]))
        .await
        .expect(200);
    let answer = patch(&idp, &id, json!([{"op": "Add", "path": "name.familyName", "value": "Ng"}])).await.expect(200);
    assert_eq!((&answer.body["active"], answer.text_at("/name/familyName")), (&json!(true), "Ng"), "{answer}");
}

#[tokio::test]
async fn row_11_remove_members_with_a_value_array_removes_these_only() {
    let (_world, idp, a) = directory().await;
    let b = idp.create(&employee("noor@example.com")).await.expect(201).id();
    let id = group(&idp, "Night Shift", &[&a, &b]).await;
    let none = members_after(&idp, &id, json!([{"op": "Remove", "path": "members", "value": []}])).await;
    assert_eq!(none, [a.clone(), b.clone()], "nothing was named, nothing goes");
    let one = json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": a}]}]);
    assert_eq!(members_after(&idp, &id, one).await, [b]);
    assert_eq!(members_after(&idp, &id, json!([{"op": "Remove", "path": "members"}])).await, Vec::<String>::new());
}

#[tokio::test]
async fn row_12_null_references_inside_members() {
    let (_world, idp, a) = directory().await;
    let id = group(&idp, "Night Shift", &[]).await;
    let add = json!([{"op": "Add", "path": "members", "value": [{"$ref": null, "value": a}]}]);
    assert_eq!(members_after(&idp, &id, add).await, [a]);
}

#[tokio::test]
async fn row_13_a_filtered_path_without_a_match_makes_the_element() {
    let (_world, idp, id) = directory().await;
    let add = json!([{"op": "Add", "path": "emails[type eq \"home\"].value", "value": "kit@home.example.com"}]);
    let answer = patch(&idp, &id, add).await.expect(200);
    let expected = json!([
        {"primary": true, "type": "work", "value": "kit.ng@example.com"},
        {"type": "home", "value": "kit@home.example.com"},
    ]);
    assert_eq!(answer.body["emails"], expected, "{answer}");
    let replace = json!([{"op": "Replace", "path": "addresses[type eq \"work\"].locality", "value": "Leeds"}]);
    let answer = patch(&idp, &id, replace).await.expect(200);
    assert_eq!(answer.body["addresses"], json!([{"type": "work", "locality": "Leeds"}]), "{answer}");
}

#[tokio::test]
async fn row_14_a_manager_as_text_as_a_bare_path_and_in_an_array() {
    let (_world, idp, id) = directory().await;
    let boss = idp.create(&employee("boss@example.com")).await.expect(201).id();
    for (path, value) in [
        (format!("{ENTERPRISE}:manager"), json!(boss)),
        ("manager".to_owned(), json!([{"$ref": format!("https://example.com/Users/{boss}"), "value": boss}])),
        (format!("{ENTERPRISE}:manager.value"), json!(boss)),
        ("manager".to_owned(), json!({"value": boss})),
    ] {
        let answer = patch(&idp, &id, json!([{"op": "Add", "path": path, "value": value}])).await.expect(200);
        assert_eq!(answer.body[ENTERPRISE]["manager"]["value"], boss, "{path} {answer}");
        patch(&idp, &id, json!([{"op": "Replace", "path": path, "value": ""}])).await.expect(200);
        assert_eq!(idp.read(&id).await.body[ENTERPRISE].get("manager"), None, "{path}: an empty text unassigns");
    }
}

#[tokio::test]
async fn row_15_roles_as_json_in_a_text() {
    let (_world, idp, id) = directory().await;
    let role = json!({"id": "18d14569", "value": "Admin", "displayName": "Administrator"}).to_string();
    let add = json!([{"op": "Add", "path": "roles", "value": [{"value": role}]}]);
    let answer = patch(&idp, &id, add).await.expect(200);
    assert_eq!(answer.text_at("/roles/0/value"), "Admin", "{answer}");
    let plain = json!([{"op": "Replace", "path": "roles", "value": [{"value": "{not json"}]}]);
    assert_eq!(patch(&idp, &id, plain).await.expect(200).text_at("/roles/0/value"), "{not json");
}

#[tokio::test]
async fn row_16_a_boolean_compared_with_text() {
    let (_world, idp, id) = directory().await;
    patch(&idp, &id, json!([{"op": "Add", "path": "roles", "value": [{"value": "User", "primary": true}]}]))
        .await
        .expect(200);
    let replace = json!([{"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Admin"}]);
    let answer = patch(&idp, &id, replace).await.expect(200);
    assert_eq!(answer.body["roles"], json!([{"value": "Admin", "primary": true}]), "{answer}");
    idp.filter(r#"roles[primary eq "True"]"#).await.expect_list(1);
    idp.filter(r#"active eq "True""#).await.expect_list(1);
}

#[tokio::test]
async fn row_17_an_extension_whose_urn_is_not_in_schemas() {
    let (_world, idp, _) = directory().await;
    let urn = "urn:ietf:params:scim:schemas:extension:acmegw:2.0:User";
    let mut body = employee("noor@example.com");
    body[urn] = json!({"siteCode": "LDS-4"});
    let made = idp.create(&body).await.expect(201);
    assert_eq!(made.body[urn]["siteCode"], "LDS-4", "{made}");
    assert!(made.body["schemas"].as_array().unwrap().contains(&json!(urn)), "{made}");
}

#[tokio::test]
async fn row_18_explicit_nulls_and_the_mistyped_urn() {
    let (_world, idp, _) = directory().await;
    let mut body = employee("noor@example.com");
    body["schemas"] = json!([
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
    ]);
    for name in ["addresses", "manager", "nickName", "roles", "title"] {
        body[name] = Value::Null;
    }
    body["urn:ietf:params:scim:schemas:extension:enterprise:2.0User"] = json!({"department": "Lights"});
    let made = idp.create(&body).await.expect(201);
    assert!(!made.text.contains("2.0User\"") && !made.text.contains("null"), "{made}");
}

#[tokio::test]
async fn row_19_a_value_path_with_a_sub_attribute() {
    let (_world, idp, id) = directory().await;
    let found = idp.filter(r#"emails[type eq "work"].value eq "KIT.NG@example.com""#).await.expect_list(1);
    assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    idp.filter(r#"emails[type eq "home"].value eq "kit.ng@example.com""#).await.expect_list(0);
}

#[tokio::test]
async fn row_20_excluded_members_are_left_out() {
    let (world, idp, a) = directory().await;
    let id = group(&idp, "Night Shift", &[&a]).await;
    world.around.directory_api.take_seen();
    let read = idp.get(&format!("/Groups/{id}?excludedAttributes=members")).await.expect(200);
    assert_eq!(read.body.get("members"), None, "{read}");
    let list =
        idp.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22night+shift%22").await.expect_list(1);
    assert_eq!(list.body["Resources"][0].get("members"), None, "{list}");
    let asked = world.around.directory_api.take_seen();
    assert!(asked.iter().all(|seen| !seen.target.contains("/members")), "members were read for nobody: {asked:?}");
}

#[tokio::test]
async fn row_21_a_group_patch_is_204() {
    let (_world, idp, _) = directory().await;
    let id = group(&idp, "Night Shift", &[]).await;
    let rename = json!({"Operations": [{"op": "Replace", "path": "displayName", "value": "Day Shift"}]});
    let answer = send(&idp, "PATCH", &format!("/Groups/{id}"), &rename).await.expect(204);
    assert_eq!(answer.text, "", "{answer}");
    assert_eq!(idp.get(&format!("/Groups/{id}")).await.text_at("/displayName"), "Day Shift");
}

#[tokio::test]
async fn row_22_a_create_is_repeated_without_a_look() {
    let (world, idp, id) = directory().await;
    let again = idp.create(&employee("kit@example.com")).await.expect(201);
    assert_eq!(again.id(), id);
    assert_eq!(world.around.directory.people().len(), 1);
}

#[tokio::test]
async fn row_23_a_member_is_added_again() {
    let (_world, idp, a) = directory().await;
    let id = group(&idp, "Night Shift", &[&a]).await;
    let add = json!([{"op": "Add", "path": "members", "value": [{"value": a}]}]);
    assert_eq!(members_after(&idp, &id, add.clone()).await, std::slice::from_ref(&a));
    assert_eq!(members_after(&idp, &id, add).await, [a]);
}

#[tokio::test]
async fn row_24_the_disabled_stay_visible_and_stay_members() {
    let (_world, idp, a) = directory().await;
    let id = group(&idp, "Night Shift", &[&a]).await;
    patch(&idp, &a, json!([{"op": "Replace", "path": "active", "value": "False"}])).await.expect(200);
    let found = idp.find("userName", "kit@example.com").await.expect_list(1);
    assert_eq!(found.body["Resources"][0]["active"], false, "{found}");
    let group = idp.get(&format!("/Groups/{id}")).await.expect(200);
    assert_eq!(group.text_at("/members/0/value"), a, "{group}");
}

#[tokio::test]
async fn row_26_an_id_that_is_gone_is_404_and_never_given_again() {
    let (_world, idp, id) = directory().await;
    idp.delete(&id).await.expect(204);
    patch(&idp, &id, json!([{"op": "Replace", "path": "title", "value": "x"}])).await.expect_error(404, "");
    idp.read(&id).await.expect_error(404, "");
    assert_ne!(idp.create(&employee("kit@example.com")).await.expect(201).id(), id);
}

#[tokio::test]
async fn row_27_values_come_back_as_they_were_sent() {
    let (_world, idp, id) = directory().await;
    let sent = "  Kit\u{a0}van der Ng, Jr.  ";
    let answer = patch(&idp, &id, json!([{"op": "Replace", "path": "displayName", "value": sent}])).await.expect(200);
    assert_eq!(answer.text_at("/displayName"), sent);
    assert_eq!(idp.read(&id).await.text_at("/displayName"), sent);
}

#[tokio::test]
async fn row_28_what_is_matched_by_is_unique() {
    let (_world, idp, _) = directory().await;
    let mut body = employee("KIT@example.com");
    body["displayName"] = json!("Another");
    idp.create(&body).await.expect_error(409, "uniqueness");
    idp.find("userName", "Kit@Example.com").await.expect_list(1);
}

#[tokio::test]
async fn row_30_every_error_is_a_scim_error() {
    let (_world, idp, _) = directory().await;
    for (method, path, status) in
        [("GET", "/Nothing", 404), ("PUT", "/Users", 405), ("GET", "/Users/%ff", 400), ("GET", "/Users/999", 404)]
    {
        idp.send(idp.request(method, path)).await.expect_error(status, "");
    }
}

#[tokio::test]
async fn row_31_what_the_validator_asks() {
    let (_world, idp, id) = directory().await;
    patch(&idp, &id, json!([{"op": "Replace", "path": "title", "value": "Lead"}])).await.expect(200);
    for nothing in [json!(""), Value::Null] {
        let answer = patch(&idp, &id, json!([{"op": "Replace", "path": "title", "value": nothing}])).await.expect(200);
        assert_eq!(answer.body.get("title"), None, "{answer}");
    }
    idp.filter(r#"userName EQ "kit@example.com""#).await.expect_list(1);
    let many: Vec<Value> =
        (0..36).map(|at| json!({"op": "Add", "path": "title", "value": format!("Title {at}")})).collect();
    assert_eq!(patch(&idp, &id, Value::Array(many)).await.expect(200).text_at("/title"), "Title 35");
    idp.delete(&id).await.expect(204);
    idp.delete(&id).await.expect_error(404, "");
}

#[tokio::test]
async fn row_32_a_user_name_is_any_text() {
    let (_world, idp, _) = directory().await;
    for name in ["15550100188", "a9b1cf3e-5d6a-4c1b-9a3e-0f6f2f1d7c11", "Ü mlaut", "{}", "x' or '1'='1"] {
        let id = idp.create(&employee(name)).await.expect(201).id();
        assert_eq!(idp.find("userName", name).await.expect_list(1).text_at("/Resources/0/id"), id);
    }
}

#[tokio::test]
async fn row_33_apostrophes_and_plus_signs() {
    let (_world, idp, _) = directory().await;
    let id = idp.create(&employee("o'neil+test@example.com")).await.expect(201).id();
    for query in ["userName+eq+%22o'neil%2Btest@example.com%22", "userName%20eq%20%22o%27neil%2Btest%40example.com%22"]
    {
        let found = idp.get(&format!("/Users?filter={query}")).await.expect_list(1);
        assert_eq!(found.text_at("/Resources/0/id"), id, "{found}");
    }
}
