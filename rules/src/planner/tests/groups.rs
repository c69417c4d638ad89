//! Groups are planned as users are, under their own noun; and lists in the target's own order.

use scim::sort::{BoundSort, SortOrder};

use super::*;
use crate::translate::fixture::shipped;

fn directory() -> World {
    World::new(shipped("directory"))
}

/// The calls of each kind on a group, with their routes.
#[test]
fn calls_on_groups_say_that_they_are() {
    let world = directory();
    let (rules, params, trace) = (&world.profile.group.as_ref().unwrap().resource, &world.params, &mut Trace::off());
    let facts = &world.facts;
    let resource = |json: Value| scim::Resource::decode(&rules.kind, json).unwrap().resource;
    let sent = resource(json!({"displayName": "Night", "externalId": "x", "members": [{"value": "7"}]}));
    let wanted = rules.wanted(params, &sent, trace).unwrap();
    let record = json!({"tid": "t-1", "name": "Day", "ref": "x"});
    let present = rules.present(params, record, facts, &Memory::default(), trace).unwrap();
    let search = rules.search_existing(params, &wanted, trace).unwrap().unwrap();
    let crate::search::Candidates::Find { call: find, .. } = search.candidates else { panic!("{search:?}") };
    let find = *find;
    for (call, expected) in [
        (
            rules.plan_create(params, &wanted, facts, trace).unwrap().calls.remove(0).call,
            "group.create POST /teams {\"name\":\"Night\",\"ref\":\"x\"}",
        ),
        (
            rules.plan_update(params, &present, &wanted, facts, trace).unwrap().calls.remove(0).call,
            "group.update PATCH /teams/t-1 {\"name\":\"Night\"}",
        ),
        (rules.plan_delete(params, "t-1", trace).unwrap().calls.remove(0).call, "group.delete DELETE /teams/t-1"),
        (rules.read_call(params, "t-1").unwrap().call, "group.get GET /teams/t-1"),
        (
            rules.list_call(params, 0, Page::At(Window { offset: 0, limit: 9 })).unwrap(),
            "group.list GET /teams?offset=0&limit=9",
        ),
        (find, "group.find GET /teams?name=Night"),
    ] {
        assert_eq!(format!("{} {call}", call.route), expected);
    }
}

#[test]
fn what_cannot_be_done_to_groups_is_refused_as_that() {
    let bare =
        "[group]\nid = \"id\"\n[group.map]\ndisplayName = { direct = \"name\" }\n[group.get]\nget = \"/groups/{id}\"";
    let world = World::new(profile("", bare));
    let rules = &world.profile.group.as_ref().unwrap().resource;
    let params = &world.params;
    let list = rules.list_call(params, 0, Page::At(Window { offset: 0, limit: 1 })).unwrap_err();
    let delete = rules.plan_delete(params, "1", &mut Trace::off()).unwrap_err();
    let filter = "displayName eq \"x\"".parse().unwrap();
    let search = rules.search(params, &filter, &mut Trace::off()).unwrap_err();
    for (refusal, expected) in [
        (list, "this product cannot list groups by provisioning"),
        (delete, "this product cannot delete groups by provisioning"),
        (search, "groups cannot be searched by this filter: this product can be asked for id"),
    ] {
        assert_eq!(refusal.to_string(), expected);
    }
}

#[test]
fn a_repeated_create_of_a_group_is_recognised_whatever_else_is_said_of_its_members() {
    let group = "[group]\nid = \"id\"\n[group.map]\ndisplayName = { direct = \"name\" }\nmembers = { direct = \"people\" }\n\
                 [group.get]\nget = \"/groups/{id}\"\n[group.create]\npost = \"/groups\"\n[[group.update]]\nput = \"/groups/{id}\"";
    let world = World::new(profile("", group));
    let (rules, params, trace) = (&world.profile.group.as_ref().unwrap().resource, &world.params, &mut Trace::off());
    let people =
        json!([{"value": "7", "display": "Ada", "type": "User"}, {"value": "8", "display": "Bo", "type": "User"}]);
    let record = json!({"id": 1, "name": "Night", "people": people});
    let present = rules.present(params, record, &world.facts, &Memory::default(), trace).unwrap();
    for (members, expected) in [
        (json!([{"value": "8"}, {"value": "7", "display": "ada"}]), true),
        (json!([{"value": "7"}]), false),
        (json!([{"value": "7"}, {"value": "9"}]), false),
    ] {
        let sent = json!({"displayName": "Night", "members": members});
        let sent = scim::Resource::decode(&rules.kind, sent).unwrap().resource;
        let wanted = rules.wanted(params, &sent, trace).unwrap();
        assert_eq!(rules.is_already(&present, &wanted), expected, "{members}");
        let plan = rules.plan_update(params, &present, &wanted, &world.facts, trace).unwrap();
        assert_eq!(plan.calls.is_empty(), expected, "{members}");
    }
}

// === sorting ===

#[test]
fn a_list_is_asked_for_in_order_where_the_target_can_order_by_that() {
    let world = directory();
    let rules = &world.profile.user;
    let sorted = |by: &str, order: SortOrder, window: Window| {
        let by = BoundSort { by: rules.kind.path(by).unwrap(), order };
        let call = rules.sorted_call(&world.params, &by, Page::At(window))?.unwrap();
        assert_eq!(call.route, "user.sort");
        Some(call.to_string())
    };
    let (up, down) = (SortOrder::Ascending, SortOrder::Descending);
    for (by, order, offset, limit, expected) in [
        ("userName", up, 0, 20, Some("GET /people?offset=0&limit=20&sort=login&order=asc")),
        ("USERNAME", down, 40, 900, Some("GET /people?offset=40&limit=200&sort=login&order=desc")),
        ("title", up, 0, 20, None),
        ("name.familyName", up, 0, 20, None),
    ] {
        assert_eq!(sorted(by, order, Window { offset, limit }).as_deref(), expected, "{by} {order:?}");
    }
    let by = BoundSort { by: rules.kind.path("userName").unwrap(), order: up };
    let telemessage = World::telemessage("US");
    let none = telemessage.profile.user.sorted_call(&telemessage.params, &by, Page::At(Window { offset: 0, limit: 1 }));
    assert_eq!(none, None);
}

#[test]
fn the_words_for_the_order_are_the_profiles() {
    const BOSS: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
    let sort =
        format!("[user.sort]\nget = \"/users?by={{sort}}-{{order}}\"\nrows = \"\"\nby = {{ \"{BOSS}\" = \"boss\" }}");
    let world = World::new(profile(
        &format!("\"{BOSS}\" = {{ direct = \"boss.id\" }}"),
        &format!("{sort}\norder = [\"up\", \"down\"]"),
    ));
    for (order, expected) in
        [(SortOrder::Ascending, "GET /users?by=boss-up"), (SortOrder::Descending, "GET /users?by=boss-down")]
    {
        let by = BoundSort { by: world.profile.user.kind.path(BOSS).unwrap(), order };
        let call = world.profile.user.sorted_call(&world.params, &by, Page::At(Window { offset: 0, limit: 1 }));
        assert_eq!(call.unwrap().unwrap().to_string(), expected);
    }
}
