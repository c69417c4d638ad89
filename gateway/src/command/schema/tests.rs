//! The schemas against what they are of: every profile and configuration that ships fits, every example of a key fits, and what is
//! wrong does not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod validator;

use std::path::Path;

use json::Value;
use rules::document::definition::{Definition, Need};
use rules::shipped::{SHIPPED, shipped};

use super::*;
use validator::misfits;

/// What does not fit in the TOML `text`, read as a document of `definition`.
fn misfits_of(definition: &'static Definition, text: &str) -> Vec<String> {
    let document: toml::Table = toml::from_str(text).unwrap();
    misfits(&definition.to_schema("test"), &json::to_value(document).unwrap())
}

/// A file of the project, by its path from the root.
fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

#[test]
fn every_profile_that_ships_fits() {
    for shipped in SHIPPED {
        assert_eq!(misfits_of(&PROFILE, shipped.profile), [""; 0], "{}", shipped.name);
    }
}

#[test]
fn every_example_fits() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/examples");
    for example in std::fs::read_dir(folder).unwrap() {
        let path = example.unwrap().path().join("profile.toml");
        assert_eq!(misfits_of(&PROFILE, &std::fs::read_to_string(&path).unwrap()), [""; 0], "{}", path.display());
    }
}

#[test]
fn the_sample_configuration_fits() {
    assert_eq!(misfits_of(&CONFIG, &file("deploy/scimgate.toml")), [""; 0]);
}

#[test]
fn what_is_wrong_does_not_fit() {
    let profile = shipped("telemessage").unwrap().profile;
    let rows = [
        ("title ", "tilte ", vec!["/: `tilte` is unknown", "/: `title` is missing"]),
        ("[user.create]", "[user.create]\nexisting = \"later\"", vec!["/user/create/existing: none of the words"]),
        ("[user.create]", "[user.create]\ntaken = 7", vec!["/user/create/taken: not of type \"string\""]),
        ("match = 1,", "match = 10,", vec!["/user/map/userName/match: over 9"]),
        ("match = 1,", "match = 0,", vec!["/user/map/userName/match: below 1"]),
        ("match = 1,", "mach = 1,", vec!["/user/map/userName: `mach` is unknown"]),
    ];
    for (from, to, expected) in rows {
        assert!(profile.contains(from), "{from}");
        let text = profile.replacen(from, to, 1);
        assert_eq!(misfits_of(&PROFILE, &text), expected, "{to}");
    }
    let config = file("deploy/scimgate.toml").replacen("drain_secs = 30", "drain_secs = \"30\"", 1);
    assert_eq!(misfits_of(&CONFIG, &config), ["/scim/drain_secs: not of type \"integer\""]);
}

#[test]
fn the_example_of_each_key_fits_and_a_default_that_is_a_word_is_one() {
    for root in [&PROFILE, &CONFIG] {
        let inner = root.to_schema("test")["$defs"].clone();
        for key in root.within().iter().flat_map(|table| table.all().chain(table.names)) {
            let mut schema = key.to_schema();
            schema["$defs"].clone_from(&inner);
            let fits = |value: &str| {
                let table: toml::Table = toml::from_str(&format!("value = {value}")).unwrap();
                misfits(&schema, &json::to_value(&table["value"]).unwrap())
            };
            if !key.example.is_empty() {
                assert_eq!(fits(key.example), [""; 0], "{} = {}", key.name, key.example);
            }
            if let (Need::Default(word), Some(_)) = (key.need, key.form.words()) {
                let is_word = !word.contains(' ');
                assert!(!is_word || fits(&format!("\"{word}\"")).is_empty(), "{} = {word}", key.name);
            }
            assert!(!key.doc.is_empty() && !key.doc.ends_with('.'), "{}: {}", key.name, key.doc);
        }
    }
}

#[test]
fn a_schema_says_its_draft_and_refers_to_what_it_has() {
    for schema in [PROFILE.to_schema("A"), CONFIG.to_schema("A")] {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let text = schema.to_string();
        let referred = text.split("\"$ref\":\"#/$defs/").skip(1).filter_map(|rest| rest.split('"').next());
        for name in referred {
            assert!(schema["$defs"][name] != Value::Null, "{name}");
        }
    }
}
