//! What comes out of the loader: the SCIM side, the order of rules, every problem at once.

use scim::schema::{Mutability, ResourceType};

use json::json;

use super::*;
use crate::memory::Memory;
use crate::profile::{AnswerRule, BodyRule};
use crate::shipped::SHIPPED;
use crate::translate::fixture::{self, World};

#[test]
fn every_shipped_profile_loads_without_a_word() {
    for shipped in SHIPPED {
        let file = format!("{}/profile.toml", shipped.name);
        match profile(&file, shipped.profile) {
            Ok((profile, report)) => {
                assert_eq!((profile.name.as_str(), report.to_terminal(Colour::Plain).as_str()), (shipped.name, ""));
                assert!(!profile.secrets().is_empty(), "{}", shipped.name);
            }
            Err(report) => panic!("{}", report.to_terminal(Colour::Plain)),
        }
    }
}

/// Mutability and `required` of a path.
fn characteristics(kind: &ResourceType, path: &str) -> Option<(Mutability, bool)> {
    kind.path(path).ok()?.leaf().map(|leaf| (leaf.mutability, leaf.required))
}

#[test]
fn the_schema_says_what_the_rules_can_do() {
    use Mutability::{Immutable, ReadOnly, ReadWrite, WriteOnly};
    let mapped = r#"active = { direct = "on" }
title = { constant = "Agent" }
displayName = { expression = "[login]" }
"name.formatted" = { expression = "[full]" }
"name.givenName" = { direct = "first", required = true }
userType = { direct = "kind", immutable = true }
locale = { direct = "locale", apply = "create" }
password = { direct = "pw" }
[user.write]
full2 = { expression = "[name.formatted]" }"#;
    let rows = [
        ("active", ReadWrite, false),
        ("userName", ReadWrite, true),
        ("title", ReadOnly, false),
        ("displayName", ReadOnly, false),
        ("name.formatted", ReadWrite, false),
        ("name.givenName", ReadWrite, true),
        ("name", ReadWrite, true),
        ("userType", Immutable, false),
        ("locale", ReadWrite, false),
        ("password", WriteOnly, false),
        ("nickName", ReadWrite, false),
    ];
    let user = loaded("active = { direct = \"on\" }", mapped).user;
    for (path, mutability, required) in rows {
        assert_eq!(characteristics(&user.kind, path), Some((mutability, required)), "{path}");
    }
    let given = user.map.iter().find(|mapping| mapping.name == "userType").and_then(|mapping| mapping.attribute.leaf());
    assert_eq!(given.map(|leaf| leaf.mutability), Some(Immutable), "mappings are bound to the adapted schema");
    let rows =
        [("[[user.update]]\npatch = \"/users/{id}\"\n", Immutable), ("[user.create]\npost = \"/users\"\n", ReadWrite)];
    for (without, mutability) in rows {
        let user = loaded(without, "").user;
        assert_eq!(characteristics(&user.kind, "active"), Some((mutability, false)), "{without}");
    }
}

#[test]
fn discovery_shows_what_is_mapped_and_nothing_else() {
    let mapped = r#""name.givenName" = { direct = "first" }
'emails[type eq "work"].value' = { direct = "mail" }
'phoneNumbers[type eq "mobile"]' = { direct = "phone" }
roles = { direct = "roles" }
externalId = { keep = true }
"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department" = { direct = "dept" }"#;
    let user = loaded("active = { direct = \"on\" }", mapped).user;
    assert_eq!(
        shown(&user.shown),
        [
            "userName",
            "name(givenName)",
            "emails(value,type,primary)",
            "phoneNumbers(value,display,type,primary)",
            "roles(value,display,type,primary)",
            "department",
        ]
    );
    assert!(user.kind.path("nickName").is_ok() && user.shown.path("nickName").is_err());
    assert_eq!(user.shown.extensions.len(), 1);
    assert_eq!(loaded("title = \"Demo\"", "title = \"D\"").user.shown.extensions, []);
}

#[test]
fn rules_have_their_defaults_and_the_rest_comes_last() {
    let updates =
        "put = \"/users/{id}\"\n[[user.update]]\nwhen = \"active changed to false\"\npost = \"/users/{id}/off\"";
    let user = loaded("patch = \"/users/{id}\"", updates).user;
    let whole = AnswerRule::Record(crate::profile::FieldPath::default());
    assert_eq!((&user.get.body, &user.get.answer), (&BodyRule::Empty, &whole));
    let create = user.create.as_ref().map(|create| (create.call.body.clone(), &create.call.answer));
    assert_eq!(create, Some((BodyRule::All, &whole)));
    let updates: Vec<_> = user.update.iter().map(|rule| (rule.when.is_some(), rule.call.body.clone())).collect();
    assert_eq!(updates, [(true, BodyRule::All), (false, BodyRule::All)]);
    assert_eq!(user.update[0].call.answer, AnswerRule::Nothing);
    assert_eq!(user.update[0].call.rule.to_string(), "user.update (p.toml:22)");
    assert_eq!(user.map[0].rule.to_string(), "user.map.userName (p.toml:8)");
}

#[test]
fn every_problem_is_told_at_once() {
    let text = MINIMAL
        .replace("title = \"Demo\"", "tilte = 1")
        .replace("active = { direct", "activ = { direct")
        .replace("by = \"userName\"", "by = \"nickName\"")
        .replace("/users/{id}\"\n[user.create]", "/users/{idd}\"\n[user.create]")
        .replace("status = 409, type", "status = 401, type");
    let report = profile("p.toml", &text).expect_err("it has problems");
    let codes: Vec<&str> = report.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(codes, ["E0104", "E0103", "E0122", "E0128", "E0162", "E0168"]);
    assert!(report.diagnostics.is_sorted_by_key(|diagnostic| diagnostic.span));
}

/// Every core and enterprise attribute by its name, as the schemas have it; `members` too.
fn every_attribute() -> Vec<String> {
    let schemas = [scim::schema::user(), scim::schema::enterprise_user(), scim::schema::group()];
    let names = schemas.iter().flat_map(|schema| schema.attributes.iter().map(|attribute| attribute.name.clone()));
    names.collect()
}

#[test]
fn the_directory_shows_every_attribute_that_scim_knows() {
    let directory = World::new(fixture::shipped("directory")).profile;
    let group = directory.group.expect("it has groups");
    let kinds = [&directory.user.shown, &group.resource.shown];
    let attributes: Vec<&scim::Attribute> = kinds
        .iter()
        .flat_map(|kind| std::iter::once(&kind.schema).chain(&kind.extensions))
        .flat_map(|schema| &schema.attributes)
        .collect();
    let shown: Vec<&str> = attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    let missing: Vec<String> = every_attribute().into_iter().filter(|name| !shown.contains(&name.as_str())).collect();
    assert_eq!(missing, Vec::<String>::new());
    for (kind, whole) in [(&directory.user.shown, scim::schema::user()), (&group.resource.shown, scim::schema::group())]
    {
        for attribute in &kind.schema.attributes {
            // RFC 7643 §8.7.1 declares no `display` of members either; a conformance tester sets what is declared.
            let declared = |part: &&scim::Attribute| attribute.name != "members" || part.name != "display";
            let parts =
                whole.attribute(&attribute.name).map(|whole| whole.sub_attributes.iter().filter(declared).count());
            assert_eq!(Some(attribute.sub_attributes.len()), parts, "parts of {}", attribute.name);
        }
    }
}

#[test]
fn what_a_person_belongs_to_and_the_version_are_read_from_the_record() {
    let world = World::new(fixture::shipped("directory"));
    let record = json!({"pid": 7, "login": "ada", "rev": 12, "memberships": [
        {"value": "t-1", "display": "Night Shift", "type": "direct"},
        {"value": "t-2", "display": "Pilots", "type": "indirect"},
    ]});
    let shown =
        world.present(record.clone(), &Memory::default()).resource.into_json(&world.profile.user.kind, "/Users/7");
    assert_eq!((&shown["groups"], &shown["meta"]["version"]), (&record["memberships"], &json!("12")));
}
