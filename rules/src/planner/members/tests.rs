//! Membership calls as lines, members as SCIM shows them; and that planned calls make the wanted members out of any others.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::profile::GroupRules;
use crate::translate::fixture::{World, profile, shipped};

/// A group whose members are users with numbers for ids, each made and removed by a call of its own.
fn one_by_one() -> World {
    World::new(profile(
        "",
        "[group]\nid = \"id\"\n[group.map]\ndisplayName = { direct = \"name\" }\n[group.get]\nget = \"/groups/{id}\"\n\
         [group.members]\nvalue = \"person.id\"\nnumeric = true\n\
         list = { get = \"/groups/{id}/people?page={page}\", rows = \"\", page_rows_max = 50 }\n\
         add = { put = \"/{site}/groups/{id}/people/{member}\", body = { person = \"{member}\", as = [\"member\", 1] } }\n\
         remove = { delete = \"/groups/{id}/people/{member}\" }\n",
    ))
}

fn directory() -> World {
    World::new(shipped("directory"))
}

fn members(world: &World) -> &MemberRules {
    let GroupRules { members, .. } = world.profile.group.as_ref().unwrap();
    members.as_ref().unwrap()
}

fn change(add: &[Value], remove: &[&str]) -> MemberChange {
    MemberChange { add: add.to_vec(), remove: remove.iter().map(|&id| id.to_owned()).collect() }
}

/// The planned calls, one per line, or the refusal.
fn plan(world: &World, id: &str, change: &MemberChange) -> String {
    match members(world).plan(&world.params, id, change, &mut Trace::off()) {
        Ok(calls) => calls.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(refusal) => refusal.to_string(),
    }
}

// === changes ===

#[test]
fn who_goes_goes_first_and_all_of_a_batch_at_once() {
    let user = |id: &str| json!({"value": id});
    for (add, remove, expected) in [
        (vec![], vec![], ""),
        (vec![user("7")], vec![], "POST /teams/t%201/members {\"ids\":[\"7\"]}"),
        (vec![], vec!["7", "t-2"], "POST /teams/t%201/members/remove {\"ids\":[\"7\",\"t-2\"]}"),
        (
            vec![user("8"), json!({"value": "t-3", "type": "group", "display": "x"})],
            vec!["7"],
            "POST /teams/t%201/members/remove {\"ids\":[\"7\"]}\nPOST /teams/t%201/members {\"ids\":[\"8\",\"t-3\"]}",
        ),
    ] {
        assert_eq!(plan(&directory(), "t 1", &change(&add, &remove)), expected);
    }
    assert_eq!(
        plan(&one_by_one(), "g1", &change(&[user("8"), json!({"value": "9", "type": "User"})], &["7"])),
        "DELETE /groups/g1/people/7\nPUT /a%20b/groups/g1/people/8 {\"person\":8,\"as\":[\"member\",1]}\n\
         PUT /a%20b/groups/g1/people/9 {\"person\":9,\"as\":[\"member\",1]}"
    );
}

#[test]
fn a_change_costs_a_call_per_batch_and_not_per_member() {
    for (count, expected) in [(0, 0), (1, 1), (500, 1), (501, 2), (1_000, 2), (1_001, 3)] {
        let add: Vec<Value> = (0..count).map(|id| json!({"value": id.to_string()})).collect();
        let remove = (0..count).map(|id| format!("t-{id}")).collect();
        let world = directory();
        let calls = members(&world).plan(&world.params, "t-1", &MemberChange { add, remove }, &mut Trace::off());
        let calls = calls.unwrap();
        let routes: Vec<&str> = calls.iter().map(|call| call.route.as_str()).collect();
        let expected = [vec!["group.members.remove"; expected], vec!["group.members.add"; expected]].concat();
        assert_eq!(routes, expected, "{count}");
    }
}

#[test]
fn what_cannot_be_a_member_is_refused_and_who_cannot_be_one_need_not_go() {
    let (many, one) = (directory(), one_by_one());
    for (world, add, expected) in [
        (&many, json!({"value": ""}), "`members`: a member needs a `value`: the id of a user or group"),
        (&many, json!({"display": "Ada"}), "`members`: a member needs a `value`: the id of a user or group"),
        (
            &many,
            json!({"value": "7", "type": "Device"}),
            "`members`: a member of type `Device` cannot be in a group of this product",
        ),
        (
            &one,
            json!({"value": "7", "type": "Group"}),
            "`members`: a member of type `Group` cannot be in a group of this product",
        ),
        (&one, json!({"value": "t-1"}), "`members`: `t-1` is not an id of this product: ids are whole numbers"),
        (&one, json!({"value": "007"}), "`members`: `007` is not an id of this product: ids are whole numbers"),
        (&one, json!({"value": "7.5"}), "`members`: `7.5` is not an id of this product: ids are whole numbers"),
    ] {
        assert_eq!(plan(world, "g1", &change(&[json!({"value": "1"}), add.clone()], &[])), expected, "{add}");
    }
    for id in ["t-1", "007", "", ".."] {
        assert_eq!(plan(&one, "g1", &change(&[], &[id])), "", "{id}");
    }
    assert_eq!(plan(&one, "..", &change(&[json!({"value": "1"})], &[])).lines().count(), 1);
    assert!(plan(&one, "..", &change(&[json!({"value": "1"})], &[])).starts_with("`id`: it cannot stand in the URL"));
    // A text id that the URL cannot hold; in a body it can stand.
    let mut text = one_by_one();
    text.profile.group.as_mut().unwrap().members.as_mut().unwrap().numeric = false;
    assert_eq!(
        plan(&text, "g1", &change(&[json!({"value": ".."})], &[])),
        "`members`: `..` is not an id of this product"
    );
    assert_eq!(plan(&text, "g1", &change(&[], &[".."])), "");
    assert_eq!(plan(&many, "t-1", &change(&[], &[".."])), "POST /teams/t-1/members/remove {\"ids\":[\"..\"]}");
}

// === reading ===

#[test]
fn members_are_read_page_by_page() {
    for (world, offset, limit, expected) in [
        (directory(), 0, 20, "GET /teams/t%2F1/members?offset=0&limit=20"),
        (directory(), 500, 9_000, "GET /teams/t%2F1/members?offset=500&limit=500"),
        (one_by_one(), 60, 10, "GET /groups/t%2F1/people?page=2"),
    ] {
        let call = members(&world).list_call(&world.params, "t/1", Window { offset, limit }).unwrap();
        assert_eq!((call.to_string().as_str(), call.route.as_str()), (expected, "group.members.list"));
    }
    let world = directory();
    assert!(members(&world).list_call(&world.params, "..", Window { offset: 0, limit: 1 }).is_err());
}

#[test]
fn a_row_is_a_member_or_the_answer_is_garbage() {
    let rows = |rows: Value| json!({"members": rows, "count": 3});
    let (mut many, one) = (directory(), one_by_one());
    let named = many.profile.group.as_mut().unwrap().members.as_mut().unwrap();
    named.display = Some(FieldPath::parse("name").unwrap());
    for (world, body, expected) in [
        (&many, rows(json!([])), Some((json!([]), Some(3)))),
        (
            &many,
            rows(
                json!([{"id": "7", "name": "Ada", "kind": "person"}, {"id": 8, "name": "", "kind": "team"}, {"id": "9", "kind": "robot"}]),
            ),
            Some((
                json!([{"value": "7", "display": "Ada", "type": "User"}, {"value": "8", "type": "Group"}, {"value": "9"}]),
                Some(3),
            )),
        ),
        (&many, rows(json!([{"name": "Ada"}])), None),
        (&many, rows(json!([{"id": ""}])), None),
        (&many, rows(json!([{"id": true}])), None),
        (&many, rows(json!(["7"])), None),
        (&many, json!({"count": 0}), None),
        (&one, json!([{"person": {"id": 7}}]), Some((json!([{"value": "7", "type": "User"}]), None))),
    ] {
        let found = members(world).members_in(body.clone()).ok().map(|rows| (Value::Array(rows.rows), rows.total));
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn who_is_a_member_of_what_is_asked_where_the_target_can_be_asked() {
    let (many, one) = (directory(), one_by_one());
    let has = |world: &World, id: &str, member: &str| {
        members(world).has_call(&world.params, id, member).map(|call| format!("{call} {}", call.route))
    };
    let of = |world: &World, member: &str| {
        members(world).of_call(&world.params, member).map(|call| format!("{call} {}", call.route))
    };
    for (found, expected) in [
        (has(&many, "t-1", "a/b"), Some("GET /teams/t-1/members/a%2Fb group.members.has")),
        (has(&many, "t-1", ".."), None),
        (has(&one, "t-1", "7"), None),
        (of(&many, "a b"), Some("GET /members/a%20b/teams group.members.of")),
        (of(&many, ""), None),
        (of(&one, "7"), None),
    ] {
        assert_eq!(found.as_deref(), expected);
    }
    let groups = members(&many).groups_in(json!({"teams": [{"tid": "t-1"}]})).unwrap();
    assert_eq!(groups, [json!({"tid": "t-1"})]);
    assert!(members(&many).groups_in(json!({})).is_err());
    assert!(members(&one).groups_in(json!([])).is_err());
}

// === convergence ===

/// What the directory does with a membership call.
fn perform(call: &TargetCall, held: &mut BTreeSet<String>) {
    let ids = call.body.as_ref().unwrap()["ids"].as_array().unwrap().iter();
    let ids = ids.map(|id| id.as_str().unwrap().to_owned());
    match call.path.as_str() {
        "/teams/t-1/members" => held.extend(ids),
        "/teams/t-1/members/remove" => held.retain(|id| !ids.clone().any(|gone| gone == *id)),
        path => panic!("{path}"),
    }
}

proptest! {
    #[test]
    fn the_planned_calls_turn_any_members_into_those_that_are_wanted(
        present in prop::collection::btree_set("[a-f]{1,2}", 0..40),
        wanted in prop::collection::btree_set("[a-f]{1,2}", 0..40),
        batch in 1_usize..9,
    ) {
        let mut world = directory();
        let rules = world.profile.group.as_mut().unwrap().members.as_mut().unwrap();
        (rules.add.batch, rules.remove.batch) = (batch, batch);
        let values = |ids: &BTreeSet<String>| ids.iter().map(|id| json!({"value": id})).collect::<Vec<_>>();
        let change = MemberChange::between(&values(&present), &values(&wanted));
        let calls = members(&world).plan(&world.params, "t-1", &change, &mut Trace::off()).unwrap();
        let (comes, goes) = (wanted.difference(&present).count(), present.difference(&wanted).count());
        prop_assert_eq!(calls.len(), comes.div_ceil(batch) + goes.div_ceil(batch));
        let mut held = present;
        for call in &calls {
            perform(call, &mut held);
        }
        prop_assert_eq!(&held, &wanted);
        // Made again by a retry it changes nothing.
        for call in &calls {
            perform(call, &mut held);
        }
        prop_assert_eq!(&held, &wanted);
    }
}
