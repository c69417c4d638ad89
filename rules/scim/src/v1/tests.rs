//! Bodies of 1.1 beside those of 2.0 they stand for, as rows. Requests are those of the corpus folder `okta11`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "rows read better without `&`")]

use json::{Value, json};
use proptest::prelude::*;

use super::*;
use crate::discovery;
use crate::name::{ENTERPRISE_USER, ERROR, GROUP, LIST_RESPONSE, USER};
use crate::patch::PatchRequest;
use crate::resource::Resource;
use crate::schema::sample::{BADGE, group_type, user_type};
use crate::schema::{self, ResourceType};

const BASE: &str = "https://scim.example.com/scim/v1";

// === in ===

fn decoded(kind: &ResourceType, body: Value) -> (Value, Vec<String>) {
    let decoded = Resource::decode(kind, upgraded_resource(body)).unwrap();
    (Value::Object(decoded.resource.as_object().clone()), decoded.ignored)
}

#[test]
fn a_user_with_the_enterprise_extension_is_read() {
    let body = json!({
        "schemas": [CORE, ENTERPRISE], "userName": "nia.cole@example.com", "groups": [], "locale": "en_US",
        ENTERPRISE: {"employeeNumber": "3391", "Manager": {"managerID": "b2", "displayName": "Dev Anand"}},
    });
    let expected = json!({
        "userName": "nia.cole@example.com", "locale": "en_US",
        ENTERPRISE_USER: {"employeeNumber": "3391", "manager": {"value": "b2"}},
    });
    assert_eq!(decoded(&user_type(), body.clone()), (expected, Vec::new()));
    let upgraded = upgraded_resource(body);
    assert_eq!(upgraded["schemas"], json!([CORE, ENTERPRISE_USER]));
    assert_eq!(upgraded[ENTERPRISE_USER]["Manager"], json!({"value": "b2", "displayName": "Dev Anand"}));
}

#[test]
fn an_extension_nobody_knows_is_ignored_and_listed() {
    // idp-dialects row 51.
    let body = json!({"schemas": [CORE], "displayName": "Ward 7", "urn:okta:custom:group:1.0": {"description": "x"}});
    let (resource, ignored) = decoded(&group_type(), body);
    assert_eq!((resource, ignored.len()), (json!({"displayName": "Ward 7"}), 1));
}

#[test]
fn onelogins_manager_is_read_under_the_urn_of_2_0() {
    // idp-dialects row 55; not by the façade, the URN says 2.0.
    let body = json!({"userName": "a", ENTERPRISE_USER: {"manager": {"managerId": "7", "displayName": "x"}}});
    let decoded = Resource::decode(&user_type(), body).unwrap();
    assert_eq!(decoded.resource.as_object()[ENTERPRISE_USER], json!({"manager": {"value": "7"}}));
    assert_eq!(decoded.ignored, Vec::<String>::new());
}

#[test]
fn what_is_no_object_passes() {
    for body in [json!(null), json!([1]), json!("x")] {
        assert_eq!(upgraded_resource(body.clone()), body);
        assert_eq!(downgraded(body.clone()), body);
    }
}

// === PATCH ===

/// What the PATCH `body` of 1.1 makes of `before`.
#[track_caller]
fn check(kind: &ResourceType, before: Value, body: Value, expected: Value) {
    let before = Resource { object: before.as_object().unwrap().clone() };
    let request = PatchRequest::decode(kind, upgraded_patch(body.clone()).unwrap()).unwrap();
    let after = request.apply(kind, &before).unwrap();
    assert_eq!(Value::Object(after.object), expected, "{body}");
}

fn ines() -> Value {
    json!({
        "userName": "ines.rowe@example.com", "displayName": "Ines", "active": true,
        "name": {"givenName": "Ines", "middleName": "M", "familyName": "Rowe"},
        "emails": [{"value": "ines@example.com", "type": "work"}, {"value": "i@example.org", "type": "home"}],
        ENTERPRISE_USER: {"department": "Cardiology", "manager": {"value": "b2"}},
    })
}

/// `ines` with `changes`; null takes an attribute away.
fn ines_but(changes: Value) -> Value {
    let mut user = ines();
    let object = user.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.remove(key)),
            value => drop(object.insert(key.clone(), value.clone())),
        }
    }
    user
}

#[test]
fn okta_switches_a_user_off_and_sets_a_password() {
    let body = |more: Value| {
        let mut body = json!({"schemas": [CORE], "id": "b1"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    check(&user_type(), ines(), body(json!({"active": false})), ines_but(json!({"active": false})));
    check(&user_type(), ines_but(json!({"active": false})), body(json!({"active": "true"})), ines());
    let password = "Amber-Kettle-93";
    check(&user_type(), ines(), body(json!({"password": password})), ines_but(json!({"password": password})));
    // Nothing is a change too; what the server sets and empty lists are no change.
    let echo = json!({"meta": {"location": "x"}, "groups": [], "emails": []});
    check(&user_type(), ines(), body(echo), ines());
    check(&user_type(), ines(), body(json!({})), ines());
}

#[test]
fn what_is_complex_is_merged_and_null_clears() {
    let name = json!({"givenName": "Inès", "middleName": "M", "familyName": "Rowe"});
    check(&user_type(), ines(), json!({"name": {"givenName": "Inès"}}), ines_but(json!({"name": name})));
    check(&user_type(), ines(), json!({"displayName": null}), ines_but(json!({"displayName": null})));
    check(
        &user_type(),
        ines(),
        json!({"schemas": [ENTERPRISE], ENTERPRISE: {"division": "North", "manager": {"managerId": "b3"}}}),
        ines_but(json!({ENTERPRISE_USER: {
            "department": "Cardiology", "manager": {"value": "b3"}, "division": "North",
        }})),
    );
}

#[test]
fn meta_attributes_are_deleted_first() {
    check(
        &user_type(),
        ines(),
        json!({"title": "Ward Lead", "meta": {"attributes": ["displayName", "name.middleName"]}}),
        ines_but(json!({
            "displayName": null, "name": {"givenName": "Ines", "familyName": "Rowe"}, "title": "Ward Lead",
        })),
    );
    // Named there and sent: replaced.
    check(
        &user_type(),
        ines(),
        json!({
            "emails": [{"value": "new@example.com"}, {"value": "ines@example.com", "operation": "delete"}],
            "meta": {"attributes": ["emails", format!("{ENTERPRISE}:manager.managerId")]},
        }),
        ines_but(json!({
            "emails": [{"value": "new@example.com"}], ENTERPRISE_USER: {"department": "Cardiology"},
        })),
    );
    for wrong in [json!("displayName"), json!([1]), json!({})] {
        let error = upgraded_patch(json!({"meta": {"attributes": wrong}})).unwrap_err();
        assert_eq!(error, "`meta.attributes` must be an array of attribute names");
    }
}

#[test]
fn elements_come_and_those_with_operation_delete_go() {
    let group = |members: Value| json!({"displayName": "On Call", "members": members});
    let with = |members: Value| json!({"schemas": [CORE], "id": "bg1", "members": members});
    let (b1, b2) = (json!({"value": "b1", "display": "Ines"}), json!({"value": "b2"}));
    let mut gone = b1.clone();
    gone["Operation"] = json!("Delete");
    check(&group_type(), group(json!([b2])), with(json!([b1])), group(json!([b2, b1])));
    check(&group_type(), group(json!([b1, b2])), with(json!([gone])), group(json!([b2])));
    check(&group_type(), json!({"displayName": "On Call"}), with(json!([gone])), json!({"displayName": "On Call"}));
    // OneLogin says `add`; a body may do both.
    let both = json!([{"value": "b3", "operation": "add"}, gone]);
    check(&group_type(), group(json!([b1, b2])), with(both), group(json!([b2, {"value": "b3"}])));
    check(
        &group_type(),
        group(json!([b1])),
        json!({"displayName": "East"}),
        json!({"displayName": "East", "members": [b1]}),
    );
    // An address has no `value`: all of it is compared.
    let address = |city: &str| json!({"locality": city, "type": "work"});
    let mut gone = address("Leeds");
    gone["operation"] = json!("delete");
    check(
        &user_type(),
        json!({"userName": "a", "addresses": [address("Leeds"), address("York")]}),
        json!({"addresses": [address("Hull"), gone]}),
        json!({"userName": "a", "addresses": [address("York"), address("Hull")]}),
    );
    let colors = json!({BADGE: {"colors": ["red"]}});
    check(&user_type(), json!({BADGE: {"colors": ["blue"]}}), colors, json!({BADGE: {"colors": ["blue", "red"]}}));
}

#[test]
fn members_of_1_1_are_taken_out_without_reading_the_group() {
    let body = json!({"members": [{"value": "a"}, {"value": "b", "operation": "delete"}]});
    let mut request = PatchRequest::decode(&group_type(), upgraded_patch(body).unwrap()).unwrap();
    let edit = request.take_members().unwrap();
    let change = crate::patch::MemberChange { add: vec![json!({"value": "a"})], remove: vec!["b".to_owned()] };
    assert_eq!(edit, crate::patch::MemberEdit::Some(change));
}

#[test]
fn a_patch_of_2_0_is_told_what_is_spoken_here() {
    let error = upgraded_patch(json!({"Operations": [{"op": "replace", "value": {"active": false}}]})).unwrap_err();
    assert_eq!(error, "this is SCIM 1.1: a PATCH body holds the attributes that change, not `Operations`");
    let error = upgraded_patch(json!([])).unwrap_err();
    assert_eq!(error, "a PATCH body must be a JSON object, the attributes that change");
}

// === out ===

#[test]
fn a_resource_loses_what_1_1_has_no_word_for() {
    let resource = json!({
        "schemas": [USER, ENTERPRISE_USER, BADGE], "id": "7", "userName": "a",
        ENTERPRISE_USER: {"manager": {"value": "8", "$ref": "../Users/8", "displayName": "Dev"}},
        BADGE: {"number": 1},
        "meta": {"resourceType": "User", "created": "2026-03-09T08:30:00Z", "location": "l", "version": "W/\"a\""},
    });
    let expected = json!({
        "schemas": [CORE, ENTERPRISE, BADGE], "id": "7", "userName": "a",
        ENTERPRISE: {"manager": {"managerId": "8", "$ref": "../Users/8", "displayName": "Dev"}},
        BADGE: {"number": 1},
        "meta": {"created": "2026-03-09T08:30:00Z", "location": "l", "version": "W/\"a\""},
    });
    // As text: the order counts too.
    assert_eq!(downgraded(resource).to_string(), expected.to_string());
    assert_eq!(downgraded(json!({"schemas": [GROUP], "id": "g"})), json!({"schemas": [CORE], "id": "g"}));
}

#[test]
fn a_list_and_an_error_have_the_envelopes_of_1_1() {
    assert_eq!(
        downgraded(json!({
            "schemas": [LIST_RESPONSE], "totalResults": 7, "startIndex": 3, "itemsPerPage": 1,
            "Resources": [{"schemas": [GROUP], "id": "g", "meta": {"resourceType": "Group"}}],
        })),
        json!({
            "schemas": [CORE], "totalResults": 7, "startIndex": 3, "itemsPerPage": 1,
            "Resources": [{"schemas": [CORE], "id": "g", "meta": {}}],
        })
    );
    // idp-dialects row 50.
    assert_eq!(
        downgraded(json!({"schemas": [ERROR], "status": "409", "scimType": "uniqueness", "detail": "it is taken"})),
        json!({"Errors": [{"description": "it is taken", "code": "409"}], "detail": "it is taken"})
    );
}

#[test]
fn the_configuration_says_what_works_in_1_1() {
    let body = json!({
        "schemas": [crate::name::SERVICE_PROVIDER_CONFIG], "documentationUri": "https://example.com/help",
        "patch": {"supported": true}, "bulk": {"supported": true, "maxOperations": 1000, "maxPayloadSize": 1},
        "filter": {"supported": true, "maxResults": 200}, "changePassword": {"supported": true},
        "sort": {"supported": true}, "etag": {"supported": true}, "pagination": {"cursor": true},
        "authenticationSchemes": [{"type": "httpbasic", "name": "Basic", "specUri": "s", "documentationUri": "d", "primary": true}],
        "meta": {"resourceType": "ServiceProviderConfig"},
    });
    let expected = json!({
        "schemas": [CORE], "documentationUrl": "https://example.com/help",
        "patch": {"supported": true}, "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": 200}, "changePassword": {"supported": true},
        "sort": {"supported": true}, "etag": {"supported": true}, "xmlDataFormat": {"supported": false},
        "authenticationSchemes": [{"type": "httpbasic", "name": "Basic", "specUrl": "s", "documentationUrl": "d", "primary": true}],
    });
    assert_eq!(downgraded(body).to_string(), expected.to_string());
}

#[test]
fn schemas_have_the_characteristics_of_1_1() {
    let (user, group) = (user_type(), group_type());
    let list = downgraded(discovery::schemas(&[&user, &group], BASE));
    let by_id = |id: &str| list["Resources"].as_array().unwrap().iter().find(|schema| schema["id"] == id).unwrap();
    let core = by_id("urn:scim:schemas:core:1.0:User");
    let expected =
        [("name", json!("User")), ("schema", json!(CORE)), ("endpoint", json!("/Users")), ("schemas", json!([CORE]))];
    for (key, expected) in expected {
        assert_eq!(core[key], expected, "{key}");
    }
    assert_eq!(by_id("urn:scim:schemas:core:1.0:Group")["endpoint"], json!("/Groups"));
    assert_eq!(by_id(ENTERPRISE)["schema"], json!(ENTERPRISE));
    assert_eq!(by_id(BADGE).get("endpoint"), None);
    let attribute = |schema: &Value, name: &str| {
        schema["attributes"].as_array().unwrap().iter().find(|attribute| attribute["name"] == name).unwrap().clone()
    };
    let mut emails = attribute(core, "emails");
    let parts = emails["subAttributes"].take();
    assert_eq!(
        emails,
        json!({
            "name": "emails", "type": "complex", "multiValued": true, "multiValuedAttributeChildName": "email",
            "description": schema::user().attribute("emails").unwrap().description, "readOnly": false,
            "required": false, "caseExact": false, "schema": CORE, "subAttributes": null,
        })
    );
    assert_eq!(parts[0]["type"], json!("string"));
    assert_eq!(parts[0].get("schema"), None);
    assert_eq!(parts[2]["canonicalValues"], json!(["work", "home", "other"]));
    assert_eq!(attribute(core, "addresses")["multiValuedAttributeChildName"], json!("address"));
    assert_eq!(attribute(core, "groups")["readOnly"], json!(true));
    assert_eq!(attribute(core, "profileUrl")["type"], json!("string"));
    assert_eq!(attribute(by_id(ENTERPRISE), "manager")["subAttributes"][0]["name"], json!("managerId"));
    let text = list.to_string();
    for word in ["mutability", "returned", "uniqueness", "referenceTypes", "resourceType", "urn:ietf:params:scim:api"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_resource_type_is_a_schema_without_attributes() {
    let kinds = [&user_type()];
    assert_eq!(
        downgraded(discovery::resource_type(&kinds, "User", BASE).unwrap()),
        json!({
            "schemas": [CORE], "id": "User", "name": "User", "description": "User accounts.", "schema": CORE,
            "endpoint": "/Users", "meta": {"location": format!("{BASE}/ResourceTypes/User")},
        })
    );
}

// === properties ===

proptest! {
    /// What is written for 1.1 and read again is what it was.
    #[test]
    fn down_and_up_again_is_the_same_resource(resource in crate::schema::sample::any_user()) {
        let kind = user_type();
        let json = resource.clone().into_json(&kind, "https://scim.example.com/scim/v1/Users/7");
        let same = Resource::decode(&kind, json.clone()).unwrap().resource;
        let again = Resource::decode(&kind, upgraded_resource(downgraded(json))).unwrap();
        prop_assert_eq!(again.resource, same);
        prop_assert_eq!(again.ignored, Vec::<String>::new());
    }

    /// Any JSON at all comes through both ways, or is refused in words.
    #[test]
    fn any_body_comes_through(body in crate::resource::tests::arbitrary_json()) {
        let _ = downgraded(upgraded_resource(body.clone()));
        if let Ok(patch) = upgraded_patch(body) {
            let _ = PatchRequest::decode(&user_type(), patch);
        }
    }
}
