//! Filters and the candidates that are read for them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;

use super::*;
use crate::translate::fixture::{World, profile, sent};

/// `candidates | filter`, or the refusal.
fn search(world: &World, filter: &str) -> String {
    let filter: Filter = filter.parse().unwrap();
    match world.profile.user.search(&world.params, &filter, &mut Trace::off()) {
        Ok(search) => format!("{} | {}", short(&search.candidates), search.filter),
        Err(refusal) => refusal.to_string(),
    }
}

fn short(candidates: &Candidates) -> String {
    match candidates {
        Candidates::None => "none".to_owned(),
        Candidates::ById(id) => format!("id {id}"),
        Candidates::Find { find, call } => format!("find {find} {call}"),
        Candidates::Kept { attribute, value } => format!("kept {attribute} {value}"),
        Candidates::Scan => "scan".to_owned(),
    }
}

#[track_caller]
fn check(filter: &str, expected: &str) {
    assert_eq!(search(&World::telemessage("US"), filter), expected, "{filter}");
}

#[test]
fn the_best_part_of_an_and_gives_the_candidates() {
    let rows = [
        ("id eq \"u1\"", "id u1 | id eq \"u1\""),
        ("ID eq \"u1\"", "id u1 | id eq \"u1\""),
        ("userName eq \"14155550100\"", "find 0 GET /users?msisdn=14155550100 | userName eq \"14155550100\""),
        ("externalId eq \"x 1\"", "kept externalId \"x 1\" | externalId eq \"x 1\""),
        ("displayName eq \"Research and Development\"", "scan | displayName eq \"Research and Development\""),
        ("active eq true", "scan | active eq true"),
        ("userName pr", "scan | userName pr"),
        ("userName ne \"14155550100\"", "scan | userName ne \"14155550100\""),
        ("nickName eq \"x\"", "scan | nickName eq \"x\""),
        (
            "displayName eq \"a\" and externalId eq \"x\" and userName eq \"14155550100\"",
            "find 0 GET /users?msisdn=14155550100 | displayName eq \"a\" and externalId eq \"x\" and userName eq \"14155550100\"",
        ),
        ("userName eq \"14155550100\" and id eq \"u1\"", "id u1 | userName eq \"14155550100\" and id eq \"u1\""),
        (
            "userName eq \"14155550100\" or userName eq \"14155550101\"",
            "scan | userName eq \"14155550100\" or userName eq \"14155550101\"",
        ),
        ("not (userName eq \"14155550100\")", "scan | not (userName eq \"14155550100\")"),
        ("userName eq \"\"", "none | userName eq \"\""),
        ("id eq \"\"", "none | id eq \"\""),
        ("externalId eq \"\"", "none | externalId eq \"\""),
    ];
    for (filter, expected) in rows {
        check(filter, expected);
    }
}

#[test]
fn an_attribute_is_known_in_any_case_and_by_its_urn() {
    let expected = "find 0 GET /users?msisdn=14155550100 | userName eq \"14155550100\"";
    check("USERNAME EQ \"(415) 555-0100\"", expected);
    check("urn:ietf:params:scim:schemas:core:2.0:User:username eq \"(415) 555-0100\"", expected);
    check("urn:scim:schemas:core:1.0:userName eq \"(415) 555-0100\"", expected);
}

#[test]
fn literals_take_the_normal_form_of_their_attribute() {
    // `docs/expressions.md`, E164.
    for (region, sent, normal) in [
        ("US", "123 456 7890", "11234567890"),
        ("GB", "0123 456 7890", "441234567890"),
        ("HK", "1234 5678", "85212345678"),
        ("IT", "06 1234 5678", "390612345678"),
        ("US", "+14155550100", "14155550100"),
    ] {
        let found = search(&World::telemessage(region), &format!("userName eq \"{sent}\""));
        assert_eq!(found, format!("find 0 GET /users?msisdn={normal} | userName eq \"{normal}\""), "{sent} {region}");
    }
    check("userName ne \"+1 415 555 0100\"", "scan | userName ne \"14155550100\"");
    check("not (userName eq \"+1 415 555 0100\")", "scan | not (userName eq \"14155550100\")");
    check("userName sw \"+1 415\"", "scan | userName sw \"+1 415\"");
    check("displayName eq \"Acme North\"", "scan | displayName eq \"Acme North\"");
}

#[test]
fn a_literal_without_a_normal_form_matches_nobody() {
    check("userName eq \"9f2c-guid\"", "none | userName eq \"9f2c-guid\"");
    check("active eq true and userName eq \"9f2c-guid\"", "none | active eq true and userName eq \"9f2c-guid\"");
    check("userName ne \"9f2c-guid\"", "scan | userName ne \"9f2c-guid\"");
    check(
        "userName eq \"9f2c-guid\" or userName eq \"(415) 555-0100\"",
        "scan | userName eq \"9f2c-guid\" or userName eq \"14155550100\"",
    );
}

/// A profile without a list that can be asked for an address, a kind and a login.
fn askable() -> World {
    World::new(profile(
        "'emails[type eq \"work\"].value' = { direct = \"mail\", as = \"ToLower\" }\n\
         userType = { direct = \"kind\", values = { Admin = \"A\", Basic = \"B\" } }\n\
         active = { direct = \"state\", values = { true = 1, false = 0 } }\n\
         externalId = { keep = true }\nnickName = { keep = true }\n\
         \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value\" = { direct = \"boss\" }",
        "[[user.find]]\nby = 'emails[type eq \"work\"].value'\nget = \"/{site}/users?mail={mail}\"\nrows = \"users\"\n\
         [[user.find]]\nby = \"userType\"\nget = \"/users?kind={kind}\"\nrows = \"users\"\n\
         [[user.find]]\nby = \"active\"\nget = \"/users?state={state}\"\nrows = \"users\"\n\
         [[user.find]]\nby = \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value\"\nget = \"/users?boss={boss}\"\nrows = \"\"",
    ))
}

#[test]
fn the_target_is_asked_in_its_own_form_with_every_value_encoded() {
    let work = "emails[type eq \"work\" and value eq \"a+b@example.com\"]";
    let mail = format!("find 0 GET /a%20b/users?mail=a%2Bb%40example.com | {work}");
    let boss = "find 3 GET /users?boss=u7 | urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    for (filter, expected) in [
        ("emails[type eq \"work\" and value eq \"A+B@example.com\"]", mail.as_str()),
        ("emails[type eq \"work\"].value eq \"A+B@example.com\"", &mail),
        ("userType eq \"ADMIN\"", "find 1 GET /users?kind=A | userType eq \"Admin\""),
        ("userType eq \"Root\"", "none | userType eq \"Root\""),
        ("active eq false", "find 2 GET /users?state=0 | active eq false"),
        ("active eq \"False\"", "find 2 GET /users?state=0 | active eq false"),
        ("manager eq \"u7\"", boss),
        ("manager.value eq \"u7\"", boss),
        ("userName eq \"a/b?c#d%20\"", "find 4 GET /users/by-login/a%2Fb%3Fc%23d%2520 | userName eq \"a/b?c#d%20\""),
    ] {
        let found = search(&askable(), filter);
        assert!(found.starts_with(expected), "{filter}: {found}");
    }
}

#[test]
fn without_a_list_the_refusal_says_what_can_be_asked_for() {
    let asked = "emails[type eq \"work\"].value, userType, active, \
                 urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value, userName, externalId";
    let expected = format!("users cannot be searched by this filter: this product can be asked for id, {asked}");
    for filter in [
        "displayName eq \"x\"",
        "emails.value eq \"a@example.com\"",
        "userName sw \"a\"",
        // Kept, but without regard to case: the store knows only exact values.
        "nickName eq \"x\"",
        // It cannot stand in a path.
        "userName eq \"..\"",
    ] {
        assert_eq!(search(&askable(), filter), expected, "{filter}");
    }
}

#[test]
fn an_unknown_attribute_is_refused_whatever_else_the_filter_says() {
    check("id eq \"u1\" and colour eq \"red\"", "unknown attribute `colour`");
}

#[test]
fn a_create_looks_by_the_matching_attribute_it_has() {
    let world = World::telemessage("US");
    let wanted = world.wanted(sent());
    let found = world.profile.user.search_existing(&world.params, &wanted, &mut Trace::off()).unwrap().unwrap();
    assert_eq!(short(&found.candidates), "find 0 GET /users?msisdn=14155550100");
    assert_eq!(found.filter.to_string(), "userName eq \"14155550100\"");

    let rules =
        "'emails[type eq \"work\"].value' = { direct = \"mail\", match = 2 }\nexternalId = { direct = \"ref\" }";
    let find = "[user.create]\npost = \"/users\"\n[[user.find]]\nby = 'emails[type eq \"work\"].value'\nget = \"/users?mail={mail}\"\nrows = \"users\"";
    let world = World::new(profile(rules, find));
    let emails = json!([{"type": "work", "value": "a@example.com"}]);
    for (sent, expected) in [
        (
            json!({"userName": "ada", "emails": emails, "externalId": "x"}),
            Some("find 0 GET /users?mail=a%40example.com | emails[type eq \"work\" and value eq \"a@example.com\"]"),
        ),
        (json!({"userName": "ada"}), Some("find 1 GET /users/by-login/ada | userName eq \"ada\"")),
    ] {
        let wanted = world.wanted(sent.clone());
        let found = world.profile.user.search_existing(&world.params, &wanted, &mut Trace::off()).unwrap();
        assert_eq!(found.map(|found| format!("{} | {}", short(&found.candidates), found.filter)).as_deref(), expected);
    }
}
