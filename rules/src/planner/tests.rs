//! Plans as lines of calls: creates, updates, deletes, lists; and that a plan leaves nothing to do.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checks;
mod claims;
mod cleared;
mod each;
mod emptied;
mod groups;
mod merge;
mod sequences;
mod steps;

use json::json;
use proptest::prelude::*;

use super::*;
use crate::judge::Answered;
use crate::memory::Memory;
use crate::trace::Trace;
use crate::translate::Absent;
use crate::translate::fixture::{World, profile, record, sent};

fn with(mut base: Value, key: &str, value: Value) -> Value {
    let object = base.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(key);
    } else {
        object.insert(key.to_owned(), value);
    }
    base
}

/// The calls that take `record` to `sent`, one per line, or the refusal.
fn update(world: &World, record: Value, sent: Value) -> String {
    let wanted = world.wanted(sent);
    let present = world.present(record, &Memory::default());
    match world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off()) {
        Ok(plan) => plan.calls.iter().map(|call| call.call.to_string()).collect::<Vec<_>>().join("\n"),
        Err(refusal) => refusal.to_string(),
    }
}

fn create(world: &World, sent: Value) -> String {
    let wanted = world.wanted(sent);
    match world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()) {
        Ok(plan) => plan.calls[0].call.to_string(),
        Err(refusal) => refusal.to_string(),
    }
}

// === telemessage ===

#[test]
fn a_create_writes_every_mapped_field_once() {
    let world = World::telemessage("US");
    let rows = [
        (
            sent(),
            "POST /users {\"msisdn\":\"14155550100\",\"managerId\":7,\"status\":\"ENABLED\",\"email\":\"ada@example.com\",\
             \"firstName\":\"Ada\",\"lastName\":\"Byron\",\"source\":\"scim\"}",
        ),
        (
            json!({"userName": "(415) 555-0100", "displayName": "acme SOUTH", "nickName": "ignored"}),
            "POST /users {\"msisdn\":\"14155550100\",\"managerId\":8,\"status\":\"ENABLED\",\"source\":\"scim\"}",
        ),
        (
            json!({"userName": "(415) 555-0100", "displayName": "Acme South", "active": false}),
            "POST /users {\"msisdn\":\"14155550100\",\"managerId\":8,\"status\":\"SUSPENDED\",\"source\":\"scim\"}",
        ),
        (
            with(sent(), "displayName", json!("Acme West")),
            "`displayName`: there is no `Acme West` among the managers of this account",
        ),
    ];
    for (sent, expected) in rows {
        assert_eq!(create(&world, sent.clone()), expected, "{sent}");
    }
}

#[track_caller]
fn check(key: &str, value: Value, expected: &str) {
    assert_eq!(update(&World::telemessage("US"), record(), with(sent(), key, value)), expected);
}

#[test]
fn only_what_differs_makes_a_call() {
    check("nickName", json!("x"), "");
    check("externalId", json!("x2"), "");
    check("userName", json!("+1 415 555-0100"), "");
    check("displayName", json!("ACME north"), "");
    check("active", json!(null), "");
    check("active", json!(false), "POST /users/u1/suspend");
    check("userName", json!("415 555 0101"), "PATCH /users/u1 {\"msisdn\":\"14155550101\"}");
    check("emails", json!(null), "PATCH /users/u1 {\"email\":null}");
    check("emails", json!([{"type": "home", "value": "b@example.com"}]), "PATCH /users/u1 {\"email\":null}");
    check("name", json!({"givenName": "Ada"}), "PATCH /users/u1 {\"lastName\":null}");
    check("displayName", json!("Acme South"), "`displayName` cannot be changed");
    check(
        "displayName",
        json!("Acme West"),
        "`displayName`: there is no `Acme West` among the managers of this account",
    );
}

#[test]
fn calls_come_in_the_order_of_the_file_and_each_takes_its_own() {
    let world = World::telemessage("US");
    let changed = json!({"givenName": "Augusta", "familyName": "King"});
    let sent_all = with(with(sent(), "active", json!(false)), "name", changed);
    let both = "POST /users/u1/suspend\nPATCH /users/u1 {\"firstName\":\"Augusta\",\"lastName\":\"King\"}";
    assert_eq!(update(&world, record(), sent_all.clone()), both);
    let suspended = with(record(), "status", json!("SUSPENDED"));
    assert_eq!(
        update(&world, suspended, with(sent_all, "active", json!(true))).lines().next(),
        Some("POST /users/u1/activate")
    );
    // Not shown, so not known to be wanted: written.
    assert_eq!(update(&world, with(record(), "status", json!("PENDING")), sent()), "POST /users/u1/activate");
}

#[test]
fn numbers_compare_in_normal_form() {
    // `docs/expressions.md`, E164.
    for (region, held, sent_as, expected) in [
        ("US", "11234567890", "123 456 7890", ""),
        ("GB", "441234567890", "0123 456 7890", ""),
        ("HK", "85212345678", "1234 5678", ""),
        ("IT", "390612345678", "06 1234 5678", ""),
        ("US", "+1 123-456-7890", "123 456 7890", ""),
        ("US", "11234567890", "123 456 7891", "PATCH /users/u1 {\"msisdn\":\"11234567891\"}"),
        ("IT", "39612345678", "06 1234 5678", "PATCH /users/u1 {\"msisdn\":\"390612345678\"}"),
    ] {
        let found = update(
            &World::telemessage(region),
            with(record(), "msisdn", json!(held)),
            with(sent(), "userName", json!(sent_as)),
        );
        assert_eq!(found, expected, "{held} {sent_as} {region}");
    }
}

#[test]
fn a_trace_says_what_was_decided_and_by_which_rule() {
    let world = World::telemessage("US");
    let wanted = world.wanted(with(sent(), "active", json!(false)));
    let present = world.present(record(), &Memory::default());
    let mut trace = Trace::on();
    world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut trace).unwrap();
    let text: Vec<String> = trace.steps().iter().map(ToString::to_string).collect();
    for expected in [
        "plan      userName stays \"14155550100\": as wanted   ← user.map.userName (telemessage/profile.toml:",
        "change    active true → false   ← user.map.active (telemessage/profile.toml:",
        "plan      POST /users/u1/suspend for active   ← user.update",
    ] {
        assert!(text.iter().any(|step| step.starts_with(expected)), "{expected} in {text:#?}");
    }
}

#[test]
fn a_repeated_create_is_recognised() {
    let world = World::telemessage("US");
    let kept = |id: &str| Memory { kept: [("externalId".to_owned(), json!(id))].into(), ..Memory::default() };
    for (record, memory, sent, expected) in [
        (record(), kept("x1"), sent(), true),
        (record(), Memory::default(), sent(), true),
        (record(), kept("x2"), sent(), false),
        (record(), kept("x2"), with(sent(), "externalId", Value::Null), true),
        (record(), kept("x1"), with(sent(), "active", Value::Null), true),
        (record(), kept("x1"), with(sent(), "active", json!(false)), false),
        (record(), kept("x1"), with(sent(), "emails", Value::Null), true),
        (with(record(), "email", Value::Null), kept("x1"), sent(), false),
        (record(), kept("x1"), with(sent(), "displayName", json!("acme north")), true),
        (record(), kept("x1"), with(sent(), "displayName", json!("Acme South")), false),
    ] {
        let wanted = world.wanted(sent.clone());
        let present = world.present(record.clone(), &memory);
        assert_eq!(world.profile.user.is_already(&present, &wanted), expected, "{record} {memory:?} {sent}");
    }
}

// === a profile with everything else ===

/// Whole-object updates, a password, an attribute set at creation, computed fields.
fn full() -> World {
    World::new(profile(
        "displayName = { direct = \"names.full\" }\nuserType = { direct = \"kind\", apply = \"create\", default = \"staff\" }\n\
         password = { direct = \"secret\" }\ntitle = { direct = \"title\" }\nemails = { direct = \"mails\" }\n\
         nickName = { direct = \"nick\", immutable = true }\nlocale = { constant = \"en\" }",
        "[user.write]\nsource = { constant = \"scim\", apply = \"create\" }\nvia = { constant = \"gateway\" }\n\
         sort = { expression = 'Join(\"/\", [locale], [displayName])' }\n\
         [user.create]\npost = \"/users?login={login}\"\nanswer = \"record:user\"\n\
         [[user.update]]\nwhen = \"title changed\"\npost = \"/users/{id}/title\"\nbody = \"changed\"\n\
         [[user.update]]\nput = \"/users/{id}?was={login}&site={site}\"\nbody = \"all\"\nanswer = \"record\"\n\
         [user.delete]\ndelete = \"/users/{id}\"\n\
         [user.list]\nget = \"/users?page={page}\"\nrows = \"\"\npage_rows_max = 50",
    ))
}

fn ada() -> Value {
    json!({"id": 4, "login": "ada", "names": {"full": "Ada B"}, "kind": "boss", "title": "Dr", "nick": "a", "free": 1,
           "mails": [{"value": "a@example.com"}, {"value": "b@example.com"}]})
}

fn ada_sent() -> Value {
    json!({"userName": "ada", "displayName": "Ada B", "title": "Dr", "nickName": "a", "userType": "staff",
           "emails": [{"value": "b@example.com"}, {"value": "a@example.com"}]})
}

#[test]
fn defaults_constants_and_computed_fields_are_written_at_creation() {
    assert_eq!(
        create(&full(), json!({"userName": "a da", "displayName": "Ada", "password": "t0p"})),
        "POST /users?login=a%20da {\"login\":\"a da\",\"names\":{\"full\":\"Ada\"},\"kind\":\"staff\",\"secret\":\"[redacted]\",\
         \"source\":\"scim\",\"via\":\"gateway\",\"sort\":\"en/Ada\"}"
    );
}

#[test]
fn a_password_goes_into_the_body_though_no_print_shows_it() {
    let world = full();
    let wanted = world.wanted(json!({"userName": "ada", "password": "t0p"}));
    let planned = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
    assert_eq!(planned.calls[0].call.body.as_ref().unwrap()["secret"], json!("t0p"));
    assert!(!format!("{planned:?}").contains("t0p"));
}

#[track_caller]
fn check_full(sent: Value, expected: &str) {
    assert_eq!(update(&full(), ada(), sent), expected);
}

#[test]
fn a_whole_object_update_carries_the_rest_as_the_target_holds_it() {
    check_full(ada_sent(), "");
    check_full(
        with(ada_sent(), "displayName", json!("Ada K")),
        "PUT /users/4?was=ada&site=a%20b {\"login\":\"ada\",\"kind\":\"boss\",\"title\":\"Dr\",\
         \"mails\":[{\"value\":\"a@example.com\"},{\"value\":\"b@example.com\"}],\"nick\":\"a\",\"via\":\"gateway\",\
         \"sort\":\"en/Ada K\",\"names\":{\"full\":\"Ada K\"}}",
    );
    check_full(
        with(with(ada_sent(), "emails", Value::Null), "userName", json!("lovelace")),
        "PUT /users/4?was=ada&site=a%20b {\"names\":{\"full\":\"Ada B\"},\"kind\":\"boss\",\"title\":\"Dr\",\"nick\":\"a\",\
         \"via\":\"gateway\",\"sort\":\"en/Ada B\",\"login\":\"lovelace\"}",
    );
}

#[test]
fn what_says_nothing_changes_nothing() {
    check_full(with(ada_sent(), "userType", json!("guest")), "");
    check_full(with(ada_sent(), "nickName", Value::Null), "");
    check_full(with(ada_sent(), "nickName", json!("b")), "`nickName` cannot be changed");
    check_full(with(ada_sent(), "locale", json!("fr")), "");
    check_full(with(ada_sent(), "title", Value::Null), "POST /users/4/title {\"title\":null}");
    assert_eq!(
        update(&full(), with(ada(), "nick", Value::Null), ada_sent()),
        "PUT /users/4?was=ada&site=a%20b {\"login\":\"ada\",\"names\":{\"full\":\"Ada B\"},\"kind\":\"boss\",\"title\":\"Dr\",\
         \"mails\":[{\"value\":\"a@example.com\"},{\"value\":\"b@example.com\"}],\"via\":\"gateway\",\"sort\":\"en/Ada B\",\
         \"nick\":\"a\"}"
    );
}

#[test]
fn a_password_that_is_sent_is_always_written() {
    let call = update(&full(), ada(), with(ada_sent(), "password", json!("t0p")));
    assert!(call.starts_with("PUT ") && call.ends_with("\"secret\":\"[redacted]\"}"), "{call}");
}

#[test]
fn a_profile_without_the_call_says_so() {
    let bare = World::new(profile("title = { direct = \"title\" }", ""));
    assert_eq!(create(&bare, json!({"userName": "ada"})), "this product cannot create users by provisioning");
    let record = || json!({"id": 1, "login": "ada"});
    let sent = || json!({"userName": "ada", "title": "Dr"});
    let fixed = World::new(profile("title = { direct = \"title\" }", "[user.create]\npost = \"/users\""));
    assert_eq!(update(&fixed, record(), sent()), "this product cannot change users by provisioning");
    let delete = bare.profile.user.plan_delete(&bare.params, "1", &mut Trace::off()).unwrap_err();
    assert_eq!(delete.to_string(), "this product cannot delete users by provisioning");
    let list = bare.profile.user.list_call(&bare.params, 0, Page::At(Window { offset: 0, limit: 1 })).unwrap_err();
    assert_eq!(list.to_string(), "this product cannot list users by provisioning");
    let partly = World::new(profile(
        "title = { direct = \"title\" }",
        "[user.create]\npost = \"/users\"\n[[user.update]]\nwhen = \"userName changed\"\npost = \"/users/{id}/rename\"",
    ));
    assert_eq!(update(&partly, record(), sent()), "`title` cannot be changed");
}

#[test]
fn an_attribute_computed_both_ways_is_written_by_its_field() {
    let map = "active = { expression = 'Not([deleted])' }\ntitle = { direct = \"title\" }";
    let write = "[user.write]\ndeleted = { expression = 'Not([active])' }\n[user.create]\npost = \"/users\"\n";
    let world = World::new(profile(map, &format!("{write}[[user.update]]\npatch = \"/users/{{id}}\"")));
    let ada = |deleted: bool| json!({"id": 1, "login": "ada", "title": "Dr", "deleted": deleted});
    let sent = |active: Option<bool>| with(json!({"userName": "ada", "title": "Dr"}), "active", json!(active));
    for (deleted, active, expected) in [
        (false, Some(true), ""),
        (false, None, ""),
        (true, None, ""),
        (false, Some(false), "PATCH /users/1 {\"deleted\":true}"),
        (true, Some(true), "PATCH /users/1 {\"deleted\":false}"),
    ] {
        assert_eq!(update(&world, ada(deleted), sent(active)), expected, "{deleted} {active:?}");
    }
    assert_eq!(create(&world, sent(Some(false))), "POST /users {\"login\":\"ada\",\"title\":\"Dr\",\"deleted\":true}");
}

// === reading calls and rows ===

#[test]
fn an_id_is_one_segment_or_no_call() {
    let world = World::telemessage("US");
    for (id, expected) in
        [("u1", Some("GET /users/u1")), ("a/b?c", Some("GET /users/a%2Fb%3Fc")), ("..", None), ("", None)]
    {
        let read = world.profile.user.read_call(&world.params, id);
        assert_eq!(read.ok().map(|read| read.call.to_string()).as_deref(), expected, "{id}");
    }
    let plan = world.profile.user.plan_delete(&world.params, "u 1", &mut Trace::off()).unwrap();
    let delete = &plan.calls[0].call;
    assert_eq!((delete.to_string().as_str(), delete.route.as_str()), ("DELETE /users/u%201", "user.delete"));
}

#[test]
fn a_window_becomes_what_the_target_can_page() {
    let (telemessage, full) = (World::telemessage("US"), full());
    for (world, offset, limit, expected) in [
        (&telemessage, 0, 20, "GET /users?offset=0&limit=20"),
        (&telemessage, 40, 500, "GET /users?offset=40&limit=100"),
        (&full, 0, 10, "GET /users?page=1"),
        (&full, 49, 10, "GET /users?page=1"),
        (&full, 50, 10, "GET /users?page=2"),
    ] {
        let call = world.profile.user.list_call(&world.params, 0, Page::At(Window { offset, limit })).unwrap();
        assert_eq!(call.to_string(), expected);
    }
    let window = |world: &World, offset, limit| {
        let window = world.profile.user.list[0].window(Window { offset, limit });
        (window.offset, window.limit)
    };
    assert_eq!(window(&telemessage, 40, 500), (40, 100));
    assert_eq!(window(&full, 49, 10), (0, 50));
    let mut whole = telemessage;
    whole.profile.user.list[0].paging.paged = false;
    assert_eq!(window(&whole, 40, 10), (0, usize::MAX));
}

#[test]
fn rows_that_are_not_there_are_garbage_and_not_nobody() {
    let rows = |world: &World, body: Value| {
        let (rules, list) = (&world.profile.user, &world.profile.user.list[0]);
        let call = rules.list_call(&world.params, 0, Page::At(Window { offset: 0, limit: 1 })).unwrap();
        rules.rows_in(&call, &list.paging, Answered::from(body)).ok().map(|rows| (rows.rows.len(), rows.total))
    };
    let telemessage = World::telemessage("US");
    for (body, expected) in [
        (json!({"users": [], "total": 0}), Some((0, Some(0)))),
        (json!({"users": [{"id": 1}], "total": "12"}), Some((1, Some(12)))),
        (json!({"users": [{"id": 1}]}), Some((1, None))),
        (json!({"users": [{"id": 1}], "total": "many"}), None),
        (json!({"users": [1]}), None),
        (json!({"users": null}), None),
        (json!({"total": 0}), None),
        (json!([]), None),
        (json!(null), None),
    ] {
        assert_eq!(rows(&telemessage, body.clone()), expected, "{body}");
    }
    assert_eq!(rows(&full(), json!([{"id": 1}])), Some((1, None)));
}

#[test]
fn an_answer_holds_the_record_that_was_promised() {
    let world = full();
    let wanted = world.wanted(json!({"userName": "ada"}));
    let plan = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
    let create = plan.calls[0].clone();
    let nothing = PlannedCall { record: None, ..create.clone() };
    for (call, body, expected) in [
        (&create, json!({"user": {"id": 1}}), Ok(Some(json!({"id": 1})))),
        (
            &create,
            json!({"id": 1}),
            Err("the target's answer cannot be understood: no record in field `user` of the answer to user.create"
                .to_owned()),
        ),
        (&nothing, json!({"user": {"id": 1}}), Ok(None)),
    ] {
        assert_eq!(call.record_in(body).map_err(|fault| fault.to_string()), expected);
    }
}

// === convergence ===

fn any_record() -> impl Strategy<Value = Value> {
    let text = "[ -~äß☎]{0,12}";
    let number = prop_oneof!["[0-9]{1,15}", "\\+?[0-9 ().-]{4,18}", text];
    let manager = prop_oneof![Just(json!(7)), Just(json!("8")), Just(json!(99)), Just(json!("Acme North"))];
    let status =
        prop_oneof![Just(json!("ENABLED")), Just(json!("SUSPENDED")), Just(json!("PENDING")), Just(json!(null))];
    let field = || {
        prop_oneof![
            text.prop_map(|text| json!(text)),
            any::<i32>().prop_map(|n| json!(n)),
            Just(json!(null)),
            Just(json!([]))
        ]
    };
    (number, manager, status, field(), field(), field()).prop_map(|(number, manager, status, email, first, last)| {
        json!({"id": "u1", "msisdn": number, "managerId": manager, "status": status, "email": email,
               "firstName": first, "lastName": last})
    })
}

// === directory ===

#[test]
fn a_merged_object_loses_the_parts_that_are_not_wanted() {
    let world = World::new(crate::translate::fixture::shipped("directory"));
    let record =
        || json!({"pid": 7, "login": "ada", "employee": {"boss": {"value": "1", "$ref": "../Users/1", "badge": 9}}});
    let manager = |value: Value| json!({"userName": "ada", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": value}});
    for (sent, expected) in [
        (manager(json!({"value": "1", "$ref": "../Users/1"})), ""),
        (manager(json!({"value": "2"})), "PATCH /people/7 {\"employee\":{\"boss\":{\"value\":\"2\",\"$ref\":null}}}"),
        (json!({"userName": "ada"}), "PATCH /people/7 {\"employee\":{\"boss\":null}}"),
    ] {
        assert_eq!(update(&world, record(), sent.clone()), expected, "{sent}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_and_sent_back_changes_nothing(record in any_record(), region in prop_oneof![Just("US"), Just("GB"), Just("IT")]) {
        let world = World::telemessage(region);
        let rules = &world.profile.user;
        let present = world.present(record, &Memory::default());
        let shown = rules.shown(present.resource.clone(), &Memory::default());
        // A record that the profile itself would refuse cannot be sent back.
        if let Ok(wanted) = rules.wanted_change(&world.params, &shown, &present, Absent::Cleared, &mut Trace::off()) {
            let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off());
            prop_assert_eq!(plan.map(|plan| plan.calls.len()), Ok(0));
            prop_assert!(rules.is_already(&present, &wanted));
        }
    }

    #[test]
    fn what_was_created_and_is_sent_again_changes_nothing(number in "[2-9][0-9]{2}[2-9][0-9]{6}", given in "[a-zA-Z äß]{0,9}", active in any::<Option<bool>>()) {
        let world = World::telemessage("US");
        let rules = &world.profile.user;
        let wanted = world.wanted(with(with(with(sent(), "userName", json!(number)), "name", json!({"givenName": given})), "active", json!(active)));
        let created = rules.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
        let present = world.present(with(created.calls[0].call.body.clone().unwrap(), "id", json!("u9")), &wanted.memory);
        let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off());
        prop_assert_eq!(plan, Ok(Plan::default()));
    }
}
