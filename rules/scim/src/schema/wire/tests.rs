//! Rows for the wire shapes: spot checks against RFC 7643 §8.6 and §8.7.1, and rules every attribute keeps.

use json::{Value, json};

use super::*;
use crate::schema::sample::{group_type, user_type};
use crate::schema::{enterprise_user, group, user};

const AT: &str = "https://example.com/scim/v2/here";

#[test]
fn a_schema_has_the_members_of_rfc_7643_section_7() {
    let json = user().to_json(AT);
    let keys: Vec<_> = json.as_object().into_iter().flat_map(json::Map::keys).collect();
    assert_eq!(keys, ["schemas", "id", "name", "description", "attributes", "meta"]);
    assert_eq!(json["schemas"], json!([name::SCHEMA]));
    assert_eq!(json["meta"], json!({ "resourceType": "Schema", "location": AT }));
}

#[test]
fn the_schemas_have_the_attributes_of_rfc_7643_section_8_7_1_in_order() {
    let names = |schema: Schema| {
        let json = schema.to_json(AT);
        let words = |list: &Value| -> Vec<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .map(|entry| entry["name"].as_str().unwrap_or("?").to_owned())
                .collect()
        };
        let lines = json["attributes"].as_array().into_iter().flatten().map(|attribute| {
            let subs = words(&attribute["subAttributes"]).join(" ");
            format!("{} {subs}", attribute["name"].as_str().unwrap_or("?")).trim_end().to_owned()
        });
        lines.collect::<Vec<_>>()
    };
    let plural = |name: &str| format!("{name} value display type primary");
    let user_names: Vec<String> = [
        "userName".to_owned(),
        "name formatted familyName givenName middleName honorificPrefix honorificSuffix".to_owned(),
        "displayName".to_owned(),
        "nickName".to_owned(),
        "profileUrl".to_owned(),
        "title".to_owned(),
        "userType".to_owned(),
        "preferredLanguage".to_owned(),
        "locale".to_owned(),
        "timezone".to_owned(),
        "active".to_owned(),
        "password".to_owned(),
        plural("emails"),
        plural("phoneNumbers"),
        plural("ims"),
        plural("photos"),
        "addresses formatted streetAddress locality region postalCode country type primary".to_owned(),
        "groups value $ref display type".to_owned(),
        plural("entitlements"),
        plural("roles"),
        plural("x509Certificates"),
    ]
    .into();
    assert_eq!(names(user()), user_names);
    assert_eq!(names(group()), ["displayName", "members value $ref type display"]);
    assert_eq!(
        names(enterprise_user()),
        ["employeeNumber", "costCenter", "organization", "division", "department", "manager value $ref displayName"]
    );
}

/// `schema`, `path` into attributes and sub-attributes, the characteristics that must be there.
#[test]
fn attributes_have_the_characteristics_of_rfc_7643_section_8_7_1() {
    let rows = [
        (
            user(),
            "userName",
            json!({ "type": "string", "multiValued": false, "required": true, "caseExact": false,
                    "mutability": "readWrite", "returned": "default", "uniqueness": "server" }),
        ),
        (user(), "active", json!({ "type": "boolean", "required": false })),
        (user(), "password", json!({ "mutability": "writeOnly", "returned": "never" })),
        (user(), "profileUrl", json!({ "type": "reference", "referenceTypes": ["external"] })),
        (user(), "emails", json!({ "type": "complex", "multiValued": true, "uniqueness": "none" })),
        (user(), "emails.type", json!({ "type": "string", "canonicalValues": ["work", "home", "other"] })),
        (user(), "emails.primary", json!({ "type": "boolean" })),
        (
            user(),
            "phoneNumbers.type",
            json!({ "canonicalValues": ["work", "home", "mobile", "fax", "pager", "other"] }),
        ),
        (
            user(),
            "ims.type",
            json!({ "canonicalValues": ["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"] }),
        ),
        (user(), "photos.value", json!({ "type": "reference", "referenceTypes": ["external"] })),
        (user(), "photos.type", json!({ "canonicalValues": ["photo", "thumbnail"] })),
        (user(), "groups", json!({ "mutability": "readOnly" })),
        (user(), "groups.type", json!({ "mutability": "readOnly", "canonicalValues": ["direct", "indirect"] })),
        (user(), "groups.$ref", json!({ "type": "reference", "referenceTypes": ["User", "Group"] })),
        (user(), "roles.type", json!({ "canonicalValues": [] })),
        (user(), "entitlements.type", json!({ "canonicalValues": [] })),
        (user(), "x509Certificates.type", json!({ "canonicalValues": [] })),
        (user(), "x509Certificates.value", json!({ "type": "binary", "caseExact": true })),
        (group(), "displayName", json!({ "required": true })),
        (group(), "members.value", json!({ "mutability": "immutable", "caseExact": true })),
        (group(), "members.type", json!({ "mutability": "immutable", "canonicalValues": ["User", "Group"] })),
        (enterprise_user(), "manager.$ref", json!({ "type": "reference", "referenceTypes": ["User"] })),
        (enterprise_user(), "manager.displayName", json!({ "mutability": "readOnly" })),
    ];
    for (schema, path, expected) in rows {
        let json = schema.to_json(AT);
        let found = path.split('.').try_fold(&json, |at, name| {
            let list = at.get("attributes").or(at.get("subAttributes"))?;
            list.as_array()?.iter().find(|entry| entry["name"] == name)
        });
        for (key, value) in expected.as_object().into_iter().flatten() {
            assert_eq!(found.and_then(|found| found.get(key)), Some(value), "{path} {key}");
        }
    }
}

#[test]
fn every_attribute_says_what_its_type_needs_and_no_more() {
    fn walk(attribute: &Value) {
        let has = |key: &str| attribute.get(key).is_some();
        let name = &attribute["name"];
        for key in ["name", "type", "multiValued", "description", "required", "mutability", "returned", "uniqueness"] {
            assert!(has(key), "{name} {key}");
        }
        assert!(attribute.as_object().into_iter().flatten().all(|(_, value)| !value.is_null()), "{name}");
        assert_ne!(attribute["description"], "", "{name}");
        let kind = attribute["type"].as_str().unwrap_or_default();
        assert_eq!(has("caseExact"), ["string", "reference", "binary"].contains(&kind), "{name}");
        assert_eq!(has("referenceTypes"), kind == "reference", "{name}");
        assert_eq!(has("subAttributes"), kind == "complex", "{name}");
        assert!(has("canonicalValues") || name != "type", "{name}");
        attribute["subAttributes"].as_array().into_iter().flatten().for_each(walk);
    }
    for schema in [user(), group(), enterprise_user()] {
        schema.to_json(AT)["attributes"].as_array().into_iter().flatten().for_each(walk);
    }
}

#[test]
fn a_resource_type_has_the_shape_of_rfc_7643_section_8_6() {
    assert_eq!(
        user_type().to_json(AT),
        json!({
            "schemas": [name::RESOURCE_TYPE],
            "id": "User",
            "name": "User",
            "description": "User accounts.",
            "endpoint": "/Users",
            "schema": name::USER,
            "schemaExtensions": [
                { "schema": name::ENTERPRISE_USER, "required": false },
                { "schema": "urn:example:badge", "required": false },
            ],
            "meta": { "resourceType": "ResourceType", "location": AT },
        })
    );
    assert_eq!(group_type().to_json(AT).get("schemaExtensions"), None);
}
