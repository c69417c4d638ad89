//! Filters and the candidates that are read for them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::json;

use super::*;
use crate::profile::FindRule;
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
        Candidates::Find { find, call, .. } => format!("find {find} {call}"),
        Candidates::Kept { attribute, value } => format!("kept {attribute} {value}"),
        Candidates::Any(parts) => format!("any({})", parts.iter().map(short).collect::<Vec<_>>().join(", ")),
        Candidates::GroupsOf(member) => format!("groups of {member}"),
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
            "any(find 0 GET /users?msisdn=14155550100, find 0 GET /users?msisdn=14155550101) | userName eq \"14155550100\" or userName eq \"14155550101\"",
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
        "find 0 GET /users?msisdn=14155550100 | userName eq \"9f2c-guid\" or userName eq \"14155550100\"",
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

// === an `or` ===

#[test]
fn an_or_asks_for_each_of_its_parts_and_for_nothing_twice() {
    let a = "find 0 GET /users?msisdn=14155550100";
    let b = "find 0 GET /users?msisdn=14155550101";
    for (filter, expected) in [
        ("userName eq \"14155550100\" or id eq \"u1\"", format!("any({a}, id u1)")),
        ("userName eq \"14155550100\" or userName eq \"(415) 555-0100\"", a.to_owned()),
        (
            "(userName eq \"14155550100\" or id eq \"u1\") or userName eq \"14155550101\"",
            format!("any({a}, id u1, {b})"),
        ),
        ("userName eq \"14155550100\" or userName eq \"\"", a.to_owned()),
        ("userName eq \"\" or userName eq \"9f2c-guid\"", "none".to_owned()),
        ("userName eq \"14155550100\" or active eq true", "scan".to_owned()),
        ("userName eq \"14155550100\" or not (id eq \"u1\")", "scan".to_owned()),
        (
            "active eq true and (userName eq \"14155550100\" or externalId eq \"x\")",
            format!("any({a}, kept externalId \"x\")"),
        ),
        ("(active eq true and id eq \"u1\") or userName eq \"14155550101\"", format!("any(id u1, {b})")),
        ("externalId eq \"y\" and (userName eq \"14155550100\" or id eq \"u1\")", "kept externalId \"y\"".to_owned()),
    ] {
        let found = search(&World::telemessage("US"), filter);
        assert_eq!(found.split(" | ").next(), Some(expected.as_str()), "{filter}");
    }
}

#[test]
fn an_or_of_too_many_parts_is_a_scan() {
    for (parts, expected) in [(ANY_PARTS_MAX, "any("), (ANY_PARTS_MAX + 1, "scan")] {
        let filter: Vec<String> = (0..parts).map(|at| format!("id eq \"u{at}\"")).collect();
        let found = search(&World::telemessage("US"), &filter.join(" or "));
        assert!(found.starts_with(expected), "{parts}: {found}");
    }
}

#[test]
fn a_literal_without_a_normal_form_does_not_hide_one_whose_normal_form_it_is() {
    // A short number that is possible abroad: without its `+` it is none at home.
    for (filter, expected) in [
        ("userName eq \"50099999\"", "none |"),
        ("userName eq \"+500 99999\" or userName eq \"50099999\"", "find 0 GET /users?msisdn=50099999 |"),
    ] {
        let found = search(&World::telemessage("US"), filter);
        assert!(found.starts_with(expected), "{found}");
    }
}

// === operators and pages ===

/// One find rule for each operator on a plain field, and some on fields that hold another text than SCIM.
fn comparing() -> World {
    let find = |by: &str, field: &str, op: &str| {
        format!("[[user.find]]\nby = \"{by}\"\nop = \"{op}\"\nget = \"/users?{op}={{{field}}}\"\nrows = \"\"\n")
    };
    let mut rules: String = CompareOp::ALL.iter().map(|op| find("title", "title", op.as_str())).collect();
    rules += &find("nickName", "nick", "ne");
    rules += &find("userType", "kind", "ne");
    World::new(profile(
        "title = { direct = \"title\" }\nnickName = { direct = \"nick\", as = \"ToLower\" }\n\
         userType = { direct = \"kind\", values = { Admin = \"A\", Basic = \"B\" } }",
        &format!("{rules}[user.list]\nget = \"/users\"\nrows = \"\"\n"),
    ))
}

#[test]
fn a_find_rule_is_used_for_its_own_operator_only() {
    for op in CompareOp::ALL {
        let found = search(&comparing(), &format!("title {op} \"a b\""));
        assert!(found.contains(&format!(" GET /users?{op}=a%20b | ")), "{found}");
        // Never ask for nothing: some targets answer with everybody.
        let found = search(&comparing(), &format!("title {op} \"\""));
        let expected = if op == CompareOp::Eq { "none" } else { "scan" };
        assert_eq!(found.split(" | ").next(), Some(expected), "{op}");
    }
    for (filter, expected) in [
        ("title ne null", "scan"),
        ("userName sw \"a\"", "scan"),
        ("emails[type eq \"work\" and value sw \"a\"]", "scan"),
        ("title sw \"a\" or title ew \"b\"", "any(find 3 GET /users?sw=a, find 4 GET /users?ew=b)"),
    ] {
        assert_eq!(search(&comparing(), filter).split(" | ").next(), Some(expected), "{filter}");
    }
}

#[test]
fn parts_and_bounds_of_a_text_that_the_target_holds_otherwise_are_not_asked_for() {
    let mut world = comparing();
    // The loader takes no such rule; if there were one, it would not be used.
    let rules = &mut world.profile.user.find;
    let translated: Vec<FindRule> = rules.iter().filter(|rule| rule.by > 1).cloned().collect();
    for op in [CompareOp::Sw, CompareOp::Ge] {
        rules.extend(translated.iter().map(|rule| FindRule { op, ..rule.clone() }));
    }
    for (filter, expected) in [
        ("nickName ne \"Ada\"", "find 9 GET /users?ne=ada"),
        ("nickName sw \"Ad\"", "scan"),
        ("nickName ge \"Ad\"", "scan"),
        ("userType ne \"admin\"", "find 10 GET /users?ne=A"),
        ("userType ne \"Root\"", "scan"),
        ("userType sw \"A\"", "scan"),
        ("userType ge \"Admin\"", "scan"),
    ] {
        assert_eq!(search(&world, filter).split(" | ").next(), Some(expected), "{filter}");
    }
}

#[test]
fn a_find_that_pages_gives_its_first_page_and_the_others_on_demand() {
    let world = World::new(crate::translate::fixture::shipped("directory"));
    let filter = "userName sw \"a%\"".parse().unwrap();
    let found = world.profile.user.search(&world.params, &filter, &mut Trace::off()).unwrap();
    let Candidates::Find { find, value, call } = found.candidates else { panic!("{found:?}") };
    assert_eq!(call.to_string(), "GET /people?login_prefix=a%25&offset=0&limit=200");
    assert_eq!(call.route, "user.find");
    let window = crate::planner::Window { offset: 200, limit: 500 };
    let page = crate::planner::Page::At(window);
    assert_eq!(
        world.profile.user.find_page(&world.params, find, &value, page).unwrap().to_string(),
        "GET /people?login_prefix=a%25&offset=200&limit=200"
    );
    let rule = &world.profile.user.find[find];
    let Ask::Rows { call, paging } = &rule.ask else { panic!("{rule:?}") };
    assert_eq!(paging.window(call, window), crate::planner::Window { offset: 200, limit: 200 });
    assert!(world.profile.user.find_page(&world.params, 99, &value, page).is_err());
}

// === members kept apart ===

/// `candidates | questions` of a filter on the directory's groups.
fn groups(filter: &str) -> String {
    let world = World::new(crate::translate::fixture::shipped("directory"));
    let group = world.profile.group.unwrap();
    let filter: Filter = filter.parse().unwrap();
    let found = group.members.unwrap().search(&group.resource, &world.params, &filter, &mut Trace::off());
    match found {
        Ok(search) => format!("{} | {:?}", short(&search.candidates), search.members),
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn a_question_about_members_is_asked_as_narrowly_as_it_can_be() {
    for (filter, expected) in [
        ("displayName eq \"Night\"", "find 0 GET /teams?name=Night | None"),
        ("members.value eq \"7\"", "groups of 7 | Values([\"7\"])"),
        ("members eq \"7\"", "groups of 7 | Values([\"7\"])"),
        ("MEMBERS[VALUE eq \"7\"]", "groups of 7 | Values([\"7\"])"),
        ("urn:ietf:params:scim:schemas:core:2.0:Group:members.value eq \"7\"", "groups of 7 | Values([\"7\"])"),
        ("members[value eq \"7\" and type eq \"User\"]", "groups of 7 | Whole"),
        ("members[value eq \"7\" or value eq \"8\"]", "scan | Values([\"7\", \"8\"])"),
        ("members[not (value eq \"7\")]", "scan | Whole"),
        ("id eq \"t-1\" and members eq \"7\"", "id t-1 | Values([\"7\"])"),
        ("displayName eq \"Night\" and members eq \"7\"", "find 0 GET /teams?name=Night | Values([\"7\"])"),
        ("members eq \"7\" or members eq \"8\"", "any(groups of 7, groups of 8) | Values([\"7\", \"8\"])"),
        ("members eq \"7\" and members eq \"7\"", "groups of 7 | Values([\"7\"])"),
        ("not (members eq \"7\")", "scan | Values([\"7\"])"),
        ("members ne \"7\"", "scan | Whole"),
        ("members.value sw \"7\"", "scan | Whole"),
        ("members pr", "scan | Whole"),
        ("members.display eq \"Ada\"", "scan | Whole"),
        ("members eq null", "scan | Whole"),
        ("members eq \"\"", "none | None"),
        ("displayName pr and not (members eq \"\")", "scan | None"),
    ] {
        assert_eq!(groups(filter), expected, "{filter}");
    }
}

#[test]
fn without_the_calls_all_members_are_needed_and_all_groups_are_candidates() {
    let world = World::new(crate::translate::fixture::shipped("directory"));
    let mut group = world.profile.group.unwrap();
    let mut members = group.members.take().unwrap();
    (members.has, members.of) = (None, None);
    let filter: Filter = "members eq \"7\"".parse().unwrap();
    let found = members.search(&group.resource, &world.params, &filter, &mut Trace::off()).unwrap();
    assert_eq!((found.candidates, found.members), (Candidates::Scan, MemberQuestions::Whole));
    group.resource.list.clear();
    let refusal = members.search(&group.resource, &world.params, &filter, &mut Trace::off()).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "groups cannot be searched by this filter: this product can be asked for id, displayName, externalId"
    );
}

#[test]
fn a_password_in_a_filter_stands_in_no_trace_and_no_refusal() {
    let world = World::new(profile("password = { direct = \"secret\", as = \"ToLower\" }", ""));
    let mut trace = Trace::on();
    let filter: Filter = "password eq \"T0p\"".parse().unwrap();
    let found = world.profile.user.search(&world.params, &filter, &mut trace);
    let text: String = trace.steps().iter().map(ToString::to_string).collect();
    let refusal = found.map(|_| ()).unwrap_err().to_string();
    assert!(!(text + &refusal).to_lowercase().contains("t0p"));
}
