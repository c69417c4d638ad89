//! Finds of every kind: what is asked, what an answer holds, and which rows are not worth a read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::translate::fixture::{World, profile};

const MAP: &str = "title = { direct = \"job\" }\nactive = { direct = \"on\", values = { true = \"Y\", false = \"N\" } }\n\
    displayName = { direct = \"names.shown\" }";

/// A small world with these finds, and a list of brief rows.
fn world(finds: &str) -> World {
    let list = "[user.list]\nget = \"/users\"\nrows = \"\"\npartial = true\n";
    World::new(profile(MAP, &format!("{list}{finds}")))
}

fn candidates(world: &World, filter: &str) -> Candidates {
    world.profile.user.search(&world.params, &filter.parse().unwrap(), &mut Trace::off()).unwrap().candidates
}

#[test]
fn a_value_is_asked_for_in_the_targets_case_and_an_id_follows_from_it() {
    let by = |how: &str| world(&format!("[[user.find]]\nby = \"title\"\n{how}\n"));
    for (how, expected) in [
        ("get = \"/u?j={job}\"\nrows = \"\"\ncase = \"lower\"", "GET /u?j=dr%C3%A9"),
        ("get = \"/u/{job}\"\nanswer = \"record\"\ncase = \"upper\"", "GET /u/DR%C3%89"),
        ("get = \"/u/{job}\"\nanswer = \"id:x\"", "GET /u/Dr%C3%A9"),
    ] {
        match candidates(&by(how), "title eq \"Dré\"") {
            Candidates::Find { call, .. } => assert_eq!(call.to_string(), expected, "{how}"),
            other => panic!("{how}: {other:?}"),
        }
    }
    let derived = by("id = \"{site}/@{job}\"\ncase = \"lower\"");
    assert_eq!(candidates(&derived, "title eq \"Dr\""), Candidates::ById("a b/@dr".to_owned()));
    // Nothing is asked for nothing.
    assert_eq!(candidates(&derived, "title eq \"\""), Candidates::None);
}

#[test]
fn several_finds_are_one_union() {
    let finds = "[[user.find]]\nby = \"title\"\nget = \"/a?j={job}\"\nrows = \"\"\n\
                 [[user.find]]\nby = \"title\"\nget = \"/b?j={job}\"\nrows = \"\"\nalso = true\n\
                 [[user.find]]\nby = \"title\"\nid = \"@{job}\"\nalso = true\n";
    let Candidates::Any(parts) = candidates(&world(finds), "title eq \"x\"") else { panic!() };
    let told: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Candidates::Find { call, .. } => call.to_string(),
            Candidates::ById(id) => id.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ["GET /a?j=x", "GET /b?j=x", "@x"]);
}

#[test]
fn a_row_that_shows_something_else_is_not_read() {
    let world = world("");
    let rules = &world.profile.user;
    let hints = |filter: &str| rules.search(&world.params, &filter.parse().unwrap(), &mut Trace::off()).unwrap().hints;
    for (filter, row, expected) in [
        ("title eq \"Dr\"", json!({"id": 1, "job": "Ms"}), true),
        ("title eq \"Dr\"", json!({"id": 1, "job": "DR"}), false),
        // What is not there speaks against nothing, nor does a null.
        ("title eq \"Dr\"", json!({"id": 1}), false),
        ("title eq \"Dr\"", json!({"id": 1, "job": null}), false),
        ("active eq true and title pr", json!({"id": 1, "on": "N"}), true),
        ("active eq true and title pr", json!({"id": 1, "on": "Y"}), false),
        ("displayName sw \"A\" and title co \"r\"", json!({"names": {"shown": "Bob"}}), true),
        // Only what must be so.
        ("title eq \"Dr\" or active eq true", json!({"job": "Ms", "on": "N"}), false),
        ("not (title eq \"Dr\")", json!({"job": "Dr"}), false),
        ("id eq \"7\" or title eq \"Dr\"", json!({"job": "Ms"}), false),
        ("title ne \"Dr\"", json!({"job": "Dr"}), true),
    ] {
        let contradicts = rules.contradicts(&world.params, &row, &hints(filter), &world.facts);
        assert_eq!(contradicts, expected, "{filter} {row}");
    }
    let whole = World::new(profile(MAP, "[user.list]\nget = \"/users\"\nrows = \"\"\n"));
    let found = whole.profile.user.search(&whole.params, &"title eq \"Dr\"".parse().unwrap(), &mut Trace::off());
    assert_eq!(found.unwrap().hints, [], "whole rows need none");
}

#[test]
fn an_answer_holds_the_one_that_it_promises() {
    let world = world("[[user.find]]\nby = \"title\"\nget = \"/u/{job}\"\nanswer = \"record:user\"\n");
    let rules = &world.profile.user;
    let Candidates::Find { call, .. } = candidates(&world, "title eq \"x\"") else { panic!() };
    let at = FieldPath::parse("user").unwrap();
    for (body, record, id) in [
        (json!({"user": {"id": 1}}), Some(json!({"id": 1})), None),
        (json!({"user": "u1"}), None, Some("u1")),
        (json!({"user": 7}), None, Some("7")),
        (json!({"user": ""}), None, None),
        (json!({"user": true}), None, None),
        (json!({"user": null}), None, None),
        (json!([]), None, None),
    ] {
        let found = rules.found_record(&call, &at, Answered::from(body.clone()));
        assert_eq!(found.ok().flatten(), record, "{body}");
        assert_eq!(rules.found_id(&at, &Answered::from(body.clone())).ok().flatten().as_deref(), id, "{body}");
    }
}
