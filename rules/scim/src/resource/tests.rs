//! Bodies as identity providers send them, and the normal form they take.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::needless_pass_by_value, reason = "rows read better without `&`")]

use json::json;
use proptest::prelude::*;

use super::*;
use crate::limits::{PATH_KEYS_MAX, VALUES_MAX};
use crate::name::{self, ENTERPRISE_USER};
use crate::schema::{self, Kind};

const TALKDESK: &str = "urn:ietf:params:scim:schemas:extension:talkdesk:2.0:User";

fn user() -> ResourceType {
    let role = |name: &str, kind| Attribute { name: name.to_owned(), kind, ..schema::user().attributes[0].clone() };
    let attributes = ["rolesString", "level", "since", "tags"].map(|name| Attribute {
        required: false,
        multi_valued: name == "tags",
        ..role(
            name,
            match name {
                "level" => Kind::Integer,
                "since" => Kind::DateTime,
                _ => Kind::String,
            },
        )
    });
    let talkdesk = Schema {
        id: TALKDESK.to_owned(),
        name: "Custom".to_owned(),
        description: String::new(),
        attributes: attributes.to_vec(),
    };
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User account".to_owned(),
        schema: schema::user(),
        extensions: vec![schema::enterprise_user(), talkdesk],
    }
}

fn decode(body: Value) -> Result<Decoded, ValueError> {
    Resource::decode(&user(), body)
}

#[track_caller]
fn check(body: Value, expected: Value) {
    let decoded = decode(body.clone()).unwrap();
    assert_eq!(Value::Object(decoded.resource.object), expected, "{body}");
}

#[track_caller]
fn refused(body: Value, expected: &str) {
    assert_eq!(decode(body).unwrap_err().to_string(), expected);
}

#[test]
fn names_in_any_case_take_the_schemas_spelling() {
    check(
        json!({"USERNAME": "a", "Name": {"GIVENNAME": "b"}, "Schemas": [name::USER]}),
        json!({"userName": "a", "name": {"givenName": "b"}}),
    );
    check(json!({"userName": "a", "username": "b"}), json!({"userName": "b"}));
    check(json!({"title": "a", "TITLE": null}), json!({}));
}

#[test]
fn a_body_of_another_schema_is_refused() {
    let expected = format!("`schemas` must be an array of URNs with `{}` among them", name::USER);
    for other in [json!([name::GROUP]), json!(["x", 7]), json!(name::USER), json!({"a": 1}), json!([["x"]]), json!(7)] {
        refused(json!({"schemas": other}), &expected);
    }
    // idp-dialects rows 17 and 54, SCIM 1.1, and bodies that do not say what they are.
    for own in ["urn:scim:schemas:core:2.0", "urn:scim:schemas:core:1.0", "urn:scim:schemas:core:1.0:User"] {
        check(json!({"schemas": ["urn:example:none", own]}), json!({}));
    }
    for unsaid in [json!(null), json!([]), json!("")] {
        check(json!({"schemas": unsaid}), json!({}));
    }
}

#[test]
fn booleans_are_read_from_text_and_from_nothing_else() {
    for yes in [json!(true), json!("True"), json!("true"), json!("TRUE"), json!(["True"]), json!([true])] {
        check(json!({"active": yes}), json!({"active": true}));
    }
    check(json!({"active": [false]}), json!({"active": false}));
    refused(json!({"active": "Disabled"}), "`active` must be a boolean, not the string \"Disabled\"");
    refused(json!({"active": 1}), "`active` must be a boolean, not the number 1");
    refused(json!({"active": [true, false]}), "`active` must be a boolean, not an array of 2");
    refused(json!({"active": [[true]]}), "`active` must be a boolean, not an array of 1");
}

#[test]
fn null_empty_text_and_empty_lists_are_unassigned() {
    // Corpus: entra-noflag, create-user-nulls-and-urn-typo.
    check(
        json!({
            "userName": "jin.park@example.com", "addresses": null, "displayName": "", "roles": [], "emails": [null, {}],
            "name": {"givenName": null}, "manager": null, ENTERPRISE_USER: {"department": null},
            "phoneNumbers": [{"value": null, "type": ""}], "title": [""],
        }),
        json!({"userName": "jin.park@example.com"}),
    );
    check(json!({"userName": ""}), json!({}));
    check(json!({ENTERPRISE_USER: null, TALKDESK: {}}), json!({}));
}

#[test]
fn one_type_and_value_stand_in_a_list_once() {
    // RFC 7643 §2.4.
    check(
        json!({"emails": [
            {"value": "a", "type": "work"}, {"value": "b"}, {"value": "a", "type": "home"}, {"value": "a", "type": "work"},
            {"value": "b", "display": "B", "primary": true}, {"value": "A", "type": "work"},
        ]}),
        json!({"emails": [
            {"value": "a", "type": "home"}, {"value": "a", "type": "work"},
            {"value": "b", "display": "B", "primary": true}, {"value": "A", "type": "work"},
        ]}),
    );
    let work = json!({"type": "work", "locality": "Springfield"});
    check(json!({"addresses": [work, work]}), json!({"addresses": [work, work]}));
}

#[test]
fn single_and_multiple_change_places() {
    check(json!({"emails": {"value": "a"}}), json!({"emails": [{"value": "a"}]}));
    check(json!({"emails": "a"}), json!({"emails": [{"value": "a"}]}));
    check(json!({"emails": ["a", "b"]}), json!({"emails": [{"value": "a"}, {"value": "b"}]}));
    check(json!({"title": ["a"]}), json!({"title": "a"}));
    check(json!({"name": [{"givenName": "b"}]}), json!({"name": {"givenName": "b"}}));
    check(json!({TALKDESK: {"tags": "x"}}), json!({TALKDESK: {"tags": ["x"]}}));
    refused(json!({"title": ["a", "b"]}), "`title` must be a string, not an array of 2");
    refused(json!({"name": "Mira"}), "`name` must be an object, not the string \"Mira\"");
    refused(json!({"emails": [["a"]]}), "`emails` must be an object, not an array of 1");
    refused(json!({"emails": [7]}), "`emails.value` must be a string, not the number 7");
}

#[test]
fn a_manager_is_text_an_array_or_a_bare_name() {
    let expected = json!({ENTERPRISE_USER: {"manager": {"value": "8"}}});
    for manager in [json!("8"), json!({"value": "8"}), json!([{"value": "8", "$ref": null}]), json!(["8"])] {
        check(json!({ENTERPRISE_USER: {"manager": manager}}), expected.clone());
        check(json!({"manager": manager}), expected.clone());
        check(json!({format!("{ENTERPRISE_USER}:manager"): manager}), expected.clone());
    }
    check(json!({ENTERPRISE_USER: {"manager": {"value": "8", "displayName": "read-only"}}}), expected);
}

#[test]
fn a_role_is_unpacked_from_json_text() {
    let text = r#"{"id":"6d1f","value":"dispatcher","displayName":"Dispatcher"}"#;
    let expected = json!({"roles": [{"value": "dispatcher", "display": "Dispatcher"}]});
    check(json!({"roles": [{"value": text}]}), expected.clone());
    check(json!({"roles": text}), expected);
    check(
        json!({"roles": [{"value": text, "primary": "True"}]}),
        json!({"roles": [{"value": "dispatcher", "primary": true, "display": "Dispatcher"}]}),
    );
    for other in ["{not json", "{\"id\":\"6d1f\"}", "{\"value\":7}", "[1]"] {
        check(json!({"roles": [other]}), json!({"roles": [{"value": other}]}));
    }
    // Only roles are so.
    check(json!({"entitlements": [{"value": text}]}), json!({"entitlements": [{"value": text}]}));
}

#[test]
fn extensions_are_found_by_key_in_any_case() {
    check(
        json!({"schemas": [], TALKDESK.to_uppercase(): {"ROLESSTRING": "Supervisor"}}),
        json!({TALKDESK: {"rolesString": "Supervisor"}}),
    );
    check(
        json!({
            ENTERPRISE_USER: {"department": "a"}, format!("{ENTERPRISE_USER}:department"): "b", "costCenter": "c",
            format!("{}:User:userName", "urn:ietf:params:scim:schemas:core:2.0"): "d", "name.givenName": "e",
        }),
        json!({
            ENTERPRISE_USER: {"department": "b", "costCenter": "c"}, "userName": "d", "name": {"givenName": "e"},
        }),
    );
    refused(json!({TALKDESK: "x"}), &format!("`{TALKDESK}` must be an object, not the string \"x\""));
    refused(
        json!({TALKDESK: {"level": "3"}}),
        &format!("`{TALKDESK}:level` must be a whole number, not the string \"3\""),
    );
    refused(
        json!({TALKDESK: {"since": "today"}}),
        &format!(
            "`{TALKDESK}:since` must be a date and time such as \"2026-03-09T08:30:00Z\", not the string \"today\""
        ),
    );
}

#[test]
fn read_only_is_dropped_and_unknown_is_listed() {
    let decoded = decode(json!({
        "id": null, "meta": {"resourceType": 7}, "groups": [{"value": "g"}], "userName": "a", "shoeSize": 44,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User": {"department": "x"},
        "name": {"givenName": "b", "aura": "blue"}, TALKDESK: {"mood": "good"}, "emails[type eq \"work\"].value": "x",
        "x y": 1,
    }))
    .unwrap();
    assert_eq!(Value::Object(decoded.resource.object), json!({"userName": "a", "name": {"givenName": "b"}}));
    assert_eq!(
        decoded.ignored,
        [
            "shoeSize",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
            "name.aura",
            &format!("{TALKDESK}:mood"),
            "emails[type eq \"work\"].value",
            "x y",
        ]
    );
}

#[test]
fn at_most_32_ignored_attributes_are_listed() {
    for (sent, listed) in [(32, 32), (33, 32)] {
        let body: Map = (0..sent).map(|index| (format!("unknown{index}"), json!(1))).collect();
        assert_eq!(decode(Value::Object(body)).unwrap().ignored.len(), listed);
    }
}

#[test]
fn one_element_is_primary_the_last_that_says_so() {
    check(
        json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": "true"}, {"value": "c"}]}),
        json!({"emails": [{"value": "a", "primary": false}, {"value": "b", "primary": true}, {"value": "c"}]}),
    );
}

#[test]
fn lists_are_limited() {
    let emails = |count: usize| json!({"emails": vec!["a"; count]});
    assert!(decode(emails(VALUES_MAX)).is_ok());
    refused(emails(VALUES_MAX + 1), "`emails` is too large: at most 10000 values, not 10001");
}

#[test]
fn a_body_is_an_object() {
    for body in [json!(null), json!([{"userName": "a"}]), json!("a"), json!(1)] {
        refused(body, "the body must be a JSON object");
    }
}

#[test]
fn a_secret_is_never_shown() {
    let kind = user();
    let resource = decode(json!({"userName": "a", "password": "Harbour-71"})).unwrap().resource;
    assert_eq!(resource.as_object()["password"], "Harbour-71");
    assert!(!format!("{resource:?}").contains("Harbour"), "{resource:?}");
    assert!(!resource.into_json(&kind, "/").to_string().contains("Harbour"));
    refused(json!({"password": 714_711}), "`password` must be a string, not a number");
    refused(json!({"password": {"p": "Harbour-71"}}), "`password` must be a string, not an object");
}

#[test]
fn an_answer_starts_with_schemas_and_ends_with_meta() {
    let mut resource = decode(json!({
        "displayName": "Mira", TALKDESK: {"rolesString": "x"}, "externalId": "e", "userName": "mira", "password": "x",
    }))
    .unwrap()
    .resource;
    resource.object.insert("meta".to_owned(), json!({"created": "2026-03-09T08:30:00Z", "location": "old"}));
    resource.object.insert("id".to_owned(), json!("7"));
    let expected = format!(
        "{{\"schemas\":[\"{}\",\"{TALKDESK}\"],\"id\":\"7\",\"externalId\":\"e\",\"displayName\":\"Mira\",\
         \"{TALKDESK}\":{{\"rolesString\":\"x\"}},\"userName\":\"mira\",\
         \"meta\":{{\"resourceType\":\"User\",\"created\":\"2026-03-09T08:30:00Z\",\"location\":\"https://x/7\"}}}}",
        name::USER
    );
    assert_eq!(resource.into_json(&user(), "https://x/7").to_string(), expected);
}

#[test]
fn the_first_required_attribute_that_is_missing_is_named() {
    let kind = user();
    let missing = |body: Value| Resource::decode(&kind, body).unwrap().resource.missing(&kind);
    assert_eq!(missing(json!({"userName": "a"})), None);
    assert_eq!(missing(json!({"displayName": "a"})), Some("userName".to_owned()));

    let mut kind = user();
    for attribute in &mut kind.schema.attributes {
        for sub in attribute.sub_attributes.iter_mut().filter(|sub| ["value", "familyName"].contains(&&*sub.name)) {
            sub.required = true;
        }
    }
    kind.extensions[1].attributes[0].required = true;
    let missing = |body: Value| Resource::decode(&kind, body).unwrap().resource.all_missing(&kind);
    assert_eq!(missing(json!({"userName": "a"})), [""; 0]);
    assert_eq!(
        missing(json!({
            "userName": "a", "name": {"givenName": "b"}, "emails": [{"value": "c"}, {"type": "work"}, {"type": "home"}],
            TALKDESK: {"level": 1},
        })),
        ["name.familyName", "emails.value", &format!("{TALKDESK}:rolesString")]
    );
}

#[test]
fn a_targets_value_is_brought_to_the_type_of_its_path() {
    let kind = user();
    for (path, value, expected) in [
        ("id", json!(4711), Some(json!("4711"))),
        ("active", json!("FALSE"), Some(json!(false))),
        (
            "groups",
            json!([{"value": 3, "display": "Night Shift"}]),
            Some(json!([{"value": "3", "display": "Night Shift"}])),
        ),
        ("emails", json!("a"), Some(json!([{"value": "a"}]))),
        ("emails[type eq \"work\"]", json!("a"), Some(json!({"value": "a"}))),
        ("emails[type eq \"work\"].value", json!(["a"]), Some(json!("a"))),
        ("title", json!(""), None),
        ("manager.displayName", json!("Tomas"), Some(json!("Tomas"))),
    ] {
        let path = kind.path(path).unwrap();
        assert_eq!(Resource::coerced(&path, value), Ok(expected), "{path}");
    }
    let many = json!(vec!["a"; VALUES_MAX + 1]);
    assert!(Resource::coerced(&kind.path("emails").unwrap(), many).is_ok());
    for (path, value) in [("active", json!("yes")), (ENTERPRISE_USER, json!({"department": "x"}))] {
        assert!(Resource::coerced(&kind.path(path).unwrap(), value).is_err(), "{path}");
    }
    let mut resource = Resource::new("7");
    let path = kind.path("userName").unwrap();
    path.write(&mut resource, Resource::coerced(&path, json!(15)).unwrap());
    assert_eq!(resource.id(), Some("7"));
    assert_eq!(Value::Object(resource.object), json!({"id": "7", "userName": "15"}));
}

/// JSON that hits the schema's names often.
pub(crate) fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "(True|false|work|home|[a-c]?|2026-03-09T08:30:00Z)".prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "userName",
            "active",
            "title",
            "name",
            "givenName",
            "emails",
            "value",
            "type",
            "primary",
            "roles",
            "manager",
            "addresses",
            "phoneNumbers",
            "password",
            "id",
            "groups",
            "name.familyName",
            "externalId",
            "$ref",
            ENTERPRISE_USER,
            TALKDESK,
            "tags",
            "level",
        ])
        .prop_map(str::to_owned),
        "[A-Za-z.]{0,4}",
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever is accepted is in normal form: decoding it again changes nothing and ignores nothing.
    #[test]
    fn decoding_is_a_fixpoint(body in arbitrary_json()) {
        let kind = user();
        if let Ok(decoded) = Resource::decode(&kind, body) {
            let again = Resource::decode(&kind, Value::Object(decoded.resource.object.clone())).unwrap();
            prop_assert_eq!(again, Decoded { resource: decoded.resource, ignored: Vec::new() });
        }
    }
}

/// One path has many spellings, each a key of its own, and each would go through the whole list.
#[test]
fn so_many_keys_can_be_paths() {
    let spelled = |number: usize| -> String {
        let letters = "emails.valu".chars().enumerate();
        let letters = letters.map(|(at, char)| if number >> at & 1 == 1 { char.to_ascii_uppercase() } else { char });
        letters.chain(['e']).collect()
    };
    // The dot has no capital.
    let spellings = || (0..2048).filter(|number| number & 64 == 0).map(spelled);
    let body = |count: usize| {
        let keys = spellings().take(count).map(|key| (key, json!("x")));
        Value::Object(keys.chain([("userName".to_owned(), json!("a"))]).collect())
    };
    assert!(decode(body(PATH_KEYS_MAX)).is_ok());
    refused(body(PATH_KEYS_MAX + 1), "`emails.value` is too large: at most 256 keys can be paths");
}
