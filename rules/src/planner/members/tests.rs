//! Membership calls as lines, members as SCIM shows them; and that planned calls make the wanted members out of any others.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use json::json;
use proptest::prelude::*;

use super::super::Window;
use super::*;
use crate::judge::Answered;
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

/// The planned steps, or why there are none.
fn steps(world: &World, id: &str, change: &MemberChange) -> Result<Vec<MemberStep>, Refusal> {
    let group = GroupNow { id, record: &Value::Null };
    members(world).plan(&world.params, group, change, &Roster::default(), &mut Trace::off())
}

/// The call of a step; that of a question has a `?`.
fn call_of(step: &MemberStep) -> String {
    match step {
        MemberStep::Call { call, .. } => call.to_string(),
        MemberStep::Find { ask, .. } | MemberStep::Merge { ask, .. } => format!("{ask} ?"),
    }
}

/// The planned calls, one per line, or the refusal.
fn plan(world: &World, id: &str, change: &MemberChange) -> String {
    match steps(world, id, change) {
        Ok(steps) => steps.iter().map(call_of).collect::<Vec<_>>().join("\n"),
        Err(refusal) => refusal.to_string(),
    }
}

/// The calls of a plan that asks nothing.
fn calls(steps: Vec<MemberStep>) -> Vec<TargetCall> {
    let call = |step| match step {
        MemberStep::Call { call, .. } => call,
        MemberStep::Find { ask, .. } | MemberStep::Merge { ask, .. } => panic!("{ask}"),
    };
    steps.into_iter().map(call).collect()
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
        let calls = calls(steps(&world, "t-1", &MemberChange { add, remove }).unwrap());
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
    let (many, one) = (directory(), one_by_one());
    for (world, offset, limit, expected) in [
        (&many, 0, 20, "GET /teams/t%2F1/members?offset=0&limit=20"),
        (&many, 500, 9_000, "GET /teams/t%2F1/members?offset=500&limit=500"),
        (&one, 60, 10, "GET /groups/t%2F1/people?page=2"),
    ] {
        let page = Page::At(Window { offset, limit });
        let call = members(world).list_call(&world.params, "t/1", page).unwrap();
        assert_eq!((call.to_string().as_str(), call.route.as_str()), (expected, "group.members.list"));
    }
    assert!(members(&many).list_call(&many.params, "..", Page::At(Window { offset: 0, limit: 1 })).is_err());
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
        let page =
            members(world).members_in(&world.params, &world.profile.user, "t-1", Answered::from(body.clone())).ok();
        let found = page.map(|page| (Value::Array(page.roster.members), page.total));
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
    assert_eq!(groups, GroupsFound::Records(vec![json!({"tid": "t-1"})]));
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
        let MemberWrites::Each { add, remove } = &mut rules.writes else { panic!("{:?}", rules.writes) };
        (add.batch, remove.batch) = (batch, batch);
        let values = |ids: &BTreeSet<String>| ids.iter().map(|id| json!({"value": id})).collect::<Vec<_>>();
        let change = MemberChange::between(&values(&present), &values(&wanted));
        let calls = calls(steps(&world, "t-1", &change).unwrap());
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

// === other ways ===

/// A group with field `name`, whose members are kept as `members` says.
fn kept(members: &str) -> World {
    World::new(profile(
        "",
        &format!(
            "[group]\nid = \"id\"\n[group.map]\ndisplayName = {{ direct = \"name\" }}\n[group.get]\nget = \"/groups/{{id}}\"\n\
             [group.members]\nvalue = \"user\"\nlist = {{ get = \"/groups/{{id}}/members\", rows = \"members\" }}\n{members}\n"
        ),
    ))
}

const BY_KEY: &str =
    "add = { post = \"/links\", body = { g = \"{id}\", u = \"{member}\" } }\nremove = { delete = \"/links/{key}\" }";

#[test]
fn a_body_takes_values_as_they_are_and_repeats_what_names_a_member() {
    let record = json!({"id": 7, "name": "Ops"});
    let group = GroupNow { id: "7", record: &record };
    let both = change(&[json!({"value": "1"}), json!({"value": "2"})], &[]);
    let remove = "remove = { delete = \"/groups/{id}/members/{member}\" }";
    for (add, expected) in [
        (
            "body = { g = \"{id}\", in = \"{name}/{id}\", users = [\"x\", { id = \"{member}\", at = \"{site}\" }] }, batch = 5",
            &[r#"{"g":7,"in":"Ops/7","users":["x",{"id":"1","at":"a b"},{"id":"2","at":"a b"}]}"#][..],
        ),
        (
            "body = [{ op = \"add\", path = \"members[{member}]\" }], batch = 5",
            &[r#"[{"op":"add","path":"members[1]"},{"op":"add","path":"members[2]"}]"#],
        ),
        ("body = { lists = [[\"{member}\"]] }, batch = 5", &[r#"{"lists":[["1","2"]]}"#]),
        ("body = { user = [\"{member}\"] }", &[r#"{"user":["1"]}"#, r#"{"user":["2"]}"#]),
        ("body = { ids = \"{members}\" }, batch = 5, wrap = \"a.b\"", &[r#"{"a":{"b":{"ids":["1","2"]}}}"#]),
    ] {
        let world = kept(&format!("add = {{ post = \"/groups/{{id}}\", {add} }}\n{remove}"));
        let steps = members(&world).plan(&world.params, group, &both, &Roster::default(), &mut Trace::off()).unwrap();
        let expected: Vec<String> = expected.iter().map(|body| format!("POST /groups/7 {body}")).collect();
        assert_eq!(steps.iter().map(call_of).collect::<Vec<_>>(), expected, "{add}");
    }
}

#[test]
fn a_membership_ends_by_its_key_wherever_the_key_comes_from() {
    let world = kept(&format!(
        "{BY_KEY}\nfind = {{ get = \"/links?u={{member}}\", rows = \"links\", key = \"key\", group = \"g\" }}"
    ));
    let rules = members(&world);
    assert_eq!(plan(&world, "7", &change(&[], &["1"])), "GET /links?u=1 ?");
    let found = json!({"links": [{"key": 5, "g": 7}, {"key": 6, "g": 8}, {"key": "x", "g": ["7"]}]});
    let keys = rules.keys_in("7", "1", found.clone()).unwrap();
    assert_eq!(keys, [json!(5), json!("x")]);
    let calls = rules.end_calls(&world.params, GroupNow { id: "7", record: &Value::Null }, "1", &keys).unwrap();
    assert_eq!(calls.iter().map(ToString::to_string).collect::<Vec<_>>(), ["DELETE /links/5", "DELETE /links/x"]);
    assert_eq!((rules.has_in("7", "1", found.clone()), rules.has_in("9", "1", found)), (Ok(true), Ok(false)));
    for garbage in [json!({}), json!({"links": [{"g": 7}]}), json!({"links": [{"g": 7, "key": null}]})] {
        assert!(rules.keys_in("7", "1", garbage.clone()).is_err(), "{garbage}");
    }

    let world = kept(&format!("{BY_KEY}\nkey = \"key\""));
    let rules = members(&world);
    let rows = json!({"members": [{"user": 1, "key": 5}, {"user": 2, "key": 6}, {"user": 1, "key": 7}]});
    let roster = rules.members_in(&world.params, &world.profile.user, "7", rows.into()).unwrap().roster;
    let (add, remove) = (change(&[json!({"value": "3"})], &[]), change(&[], &["1", "9"]));
    assert_eq!((rules.reads_for(&add), rules.reads_for(&remove)), (false, true));
    let group = GroupNow { id: "7", record: &Value::Null };
    let steps = rules.plan(&world.params, group, &remove, &roster, &mut Trace::off()).unwrap();
    assert_eq!(steps.iter().map(call_of).collect::<Vec<_>>(), ["DELETE /links/5", "DELETE /links/7"]);
}

#[test]
fn a_whole_list_is_written_if_it_changes_and_keeps_who_is_hidden() {
    let set = "hidden = [\"{site}\", \"0\"]\nset = { put = \"/groups/{id}\", body = { ids = \"{members}\" } }";
    let world = kept(set);
    let rules = members(&world);
    let rows = json!({"members": [{"user": "1"}, {"user": "a b"}, {"user": "2"}]});
    let roster = rules.members_in(&world.params, &world.profile.user, "7", rows.into()).unwrap().roster;
    assert_eq!((roster.ids().collect::<Vec<_>>(), roster.hidden.as_slice()), (vec!["1", "2"], &["a b".to_owned()][..]));
    let user = |id: &str| json!({"value": id});
    for (change, expected) in [
        (change(&[user("3")], &["1"]), "PUT /groups/7 {\"ids\":[\"2\",\"3\",\"a b\"]}"),
        (change(&[user("1")], &["9", "a b"]), ""),
        (change(&[], &["1", "2"]), "PUT /groups/7 {\"ids\":[\"a b\"]}"),
        (change(&[user("0")], &[]), "`members`: `0` cannot be in a group by provisioning"),
    ] {
        let group = GroupNow { id: "7", record: &Value::Null };
        let steps = rules.plan(&world.params, group, &change, &roster, &mut Trace::off());
        let found = steps.map(|steps| steps.iter().map(call_of).collect::<String>());
        assert_eq!(found.unwrap_or_else(|refusal| refusal.to_string()), expected, "{change:?}");
    }
}

/// A group whose members are written as a whole, and users of whom admins are protected.
fn guarded(members: &str) -> World {
    let text = format!(
        "profile = \"p\"\ntitle = \"P\"\n[target]\nauth = \"none\"\n[user]\nid = \"id\"\nprotected = \"admin == true\"\n\
         [user.get]\nget = \"/users/{{id}}\"\n[user.map]\nuserName = {{ direct = \"login\" }}\n\
         [group]\nid = \"id\"\n[group.map]\ndisplayName = {{ direct = \"name\" }}\n[group.get]\nget = \"/groups/{{id}}\"\n\
         [group.members]\nset = {{ put = \"/groups/{{id}}\", body = {{ ids = \"{{members}}\" }} }}\n{members}\n"
    );
    World::new(crate::profile::Profile::load("p.toml", &text).unwrap().0)
}

#[test]
fn a_row_tells_who_is_protected_if_it_is_the_record_of_a_user() {
    let list = |more: &str| format!("list = {{ get = \"/groups/{{id}}/m\", rows = \"\"{more} }}");
    let kind = "type = { field = \"kind\", values = { User = \"u\", Group = \"g\" } }";
    let hidden = |members: &str, row: Value| {
        let world = guarded(members);
        let rows = Answered::from(Value::Array(vec![row]));
        let page = self::members(&world).members_in(&world.params, &world.profile.user, "7", rows).unwrap();
        (page.roster.hidden.len(), page.roster.untold.len())
    };
    let [plain, partial, read] = [("id", ""), ("id", ", partial = true"), ("of.id", ", partial = true")]
        .map(|(value, more)| format!("value = \"{value}\"\n{}", list(more)));
    for (members, row, expected) in [
        (&plain, json!({"id": 1, "admin": true}), (1, 0)),
        (&plain, json!({"id": 1, "admin": false}), (0, 0)),
        (&plain, json!({"id": 1}), (0, 0)),
        (&partial, json!({"id": 1}), (0, 1)),
        (&partial, json!({"id": 1, "admin": false}), (0, 0)),
        (&read, json!({"of": {"id": 1, "admin": true}, "admin": false}), (1, 0)),
        // An admin of the group is something else.
        (&read, json!({"of": {"id": 1}, "admin": true}), (0, 1)),
        (&format!("{plain}\n{kind}"), json!({"id": 1, "admin": true, "kind": "g"}), (0, 0)),
        (&format!("{plain}\n{kind}"), json!({"id": 1, "admin": true, "kind": "u"}), (1, 0)),
    ] {
        assert_eq!(hidden(members, row.clone()), expected, "{members} {row}");
    }
    let world = guarded(&plain);
    let rows = json!([{"id": 1}, {"id": 2, "admin": true}, {"id": 3}]);
    let roster = members(&world).members_in(&world.params, &world.profile.user, "7", rows.into()).unwrap().roster;
    let group = GroupNow { id: "7", record: &Value::Null };
    let steps = members(&world).plan(&world.params, group, &change(&[], &["1", "2"]), &roster, &mut Trace::off());
    let found = steps.unwrap().iter().map(call_of).collect::<String>();
    assert_eq!(found, "PUT /groups/7 {\"ids\":[\"3\",\"2\"]}");
}

#[test]
fn an_id_may_be_the_end_of_a_link() {
    let list = "list = { get = \"/m\", rows = \"\", group = \"team\" }\nvalue = \"href\"\nlast_part = true\n";
    let looks = "has = { get = \"/h\", rows = \"\", group = \"g\", member = \"m\", last_part = true }\n\
                 of = { get = \"/o/{member}\", rows = \"\", id = \"\", last_part = true }";
    let world = guarded(&format!("{list}{looks}"));
    let rules = members(&world);
    let rows = json!([{"href": "/users/1", "team": "/teams/7/"}, {"href": "2", "team": ["x/8", "x/7"]}, {"href": 3, "team": "/7/8"}]);
    let page = rules.members_in(&world.params, &world.profile.user, "7", rows.into()).unwrap();
    assert_eq!(page.roster.ids().collect::<Vec<_>>(), ["1", "2"]);
    for row in [json!({"href": "/", "team": 7}), json!({"href": null, "team": 7})] {
        assert!(rules.members_in(&world.params, &world.profile.user, "7", json!([row]).into()).is_err());
    }
    let links = json!([{"g": "/teams/7", "m": "/users/1"}, {"g": "/teams/8", "m": "/users/2"}]);
    let has = |group, member| rules.has_in(group, member, links.clone());
    assert_eq!([has("7", "1"), has("8", "2"), has("7", "2")], [Ok(true), Ok(true), Ok(false)]);
    let groups = rules.groups_in(json!(["/teams/7", "/teams/8#x", 9]));
    assert_eq!(groups, Ok(GroupsFound::Ids(["7", "8", "9"].map(str::to_owned).to_vec())));
}

#[test]
fn a_field_of_the_user_changes_by_this_group_only() {
    let world = |merge: &str| {
        let call = format!(
            "{{ put = \"/users/{{member}}\", body = {{ is = \"{{merged}}\", of = \"{{record}}\" }}, merge = {{ get = \"/users/{{member}}\", {merge} }} }}"
        );
        kept(&format!("add = {call}\nremove = {call}"))
    };
    let (list, objects) = ("field = \"in.teams\"", "field = \"in.teams\", id = \"id\"");
    let single = "field = \"team\", single = true, none = 0";
    let record = json!({"id": 7});
    for (merge, side, user, expected) in [
        (list, Side::Comes, json!({"in": {"teams": [3]}}), Some(json!([3, 7]))),
        (list, Side::Comes, json!({}), Some(json!([7]))),
        (list, Side::Comes, json!({"in": {"teams": ["7"]}}), None),
        (list, Side::Goes, json!({"in": {"teams": [7, 3, "7"]}}), Some(json!([3]))),
        (list, Side::Goes, json!({"in": {"teams": null}}), None),
        (
            objects,
            Side::Comes,
            json!({"in": {"teams": [{"id": 3, "x": 1}]}}),
            Some(json!([{"id": 3, "x": 1}, {"id": 7}])),
        ),
        (
            objects,
            Side::Goes,
            json!({"in": {"teams": [{"id": 3, "x": 1}, {"id": 7}]}}),
            Some(json!([{"id": 3, "x": 1}])),
        ),
        (single, Side::Comes, json!({"team": 3}), Some(json!(7))),
        (single, Side::Goes, json!({"team": 7}), Some(json!(0))),
        (single, Side::Goes, json!({"team": 3}), None),
    ] {
        let world = world(merge);
        let (rules, group) = (members(&world), GroupNow { id: "7", record: &record });
        let found = rules.merged_in(group, side, user.clone()).unwrap();
        assert_eq!(found.as_ref().map(|(merged, _)| merged), expected.as_ref(), "{merge} {side:?} {user}");
        let Some(found) = found else { continue };
        let call = rules.merge_call(&world.params, group, "1", side, found).unwrap().unwrap();
        assert_eq!((call.path.as_str(), &call.body.as_ref().unwrap()["is"]), ("/users/1", &expected.unwrap()));
        // As a whole it is the record that came, with the field in it.
        assert_eq!(rules.merged_in(group, side, call.body.unwrap()["of"].clone()), Ok(None));
    }
    let world = world(list);
    let (rules, group) = (members(&world), GroupNow { id: "7", record: &record });
    for garbage in [json!(null), json!([]), json!({"in": {"teams": "3,4"}})] {
        assert!(rules.merged_in(group, Side::Comes, garbage.clone()).is_err(), "{garbage}");
    }
}
