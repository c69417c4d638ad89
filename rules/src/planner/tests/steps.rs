//! Sequences: which calls there are, what each is filled with once earlier ones have answered, and how they are undone.

use super::*;

/// A product that gives a token first, makes the account with it, and has seats and roles in calls of their own.
const AROUND: &str = r#"title = { direct = "title" }
userType = { direct = "kind" }
roles = { direct = "roles" }
"#;

const CALLS: &str = r#"[user.create]
post = "/users?token={token.value}"
undo = { delete = "/users/{id}" }
half_done = true
[[user.create.before]]
name = "token"
post = "/tokens"
undo = { delete = "/tokens/{token.value}" }
[[user.create.after]]
when = '[userType] == "Agent"'
name = "seat"
post = "/users/{id}/seats"
body = { plan = "agent", login = "{login}" }
undo = { delete = "/seats/{seat.id}" }
[[user.create.after]]
each = "roles"
put = "/users/{id}/roles/{each}"
[[user.update]]
patch = "/users/{id}"
[[user.update]]
each = "roles added"
put = "/users/{id}/roles/{each}"
[[user.update]]
each = "roles removed"
delete = "/users/{id}/roles/{each}"
"#;

fn world() -> World {
    World::new(profile(AROUND, CALLS))
}

/// The calls of a create as they are planned, then as they are when each was answered with one of `answers`.
fn create(sent: Value, answers: &[Value]) -> String {
    let world = world();
    let rules = &world.profile.user;
    let wanted = world.wanted(sent);
    let mut plan = rules.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
    let mut lines: Vec<String> = plan.calls.iter().map(|planned| planned.call.to_string()).collect();
    lines.push("--".to_owned());
    for (at, answer) in answers.iter().enumerate() {
        lines.push(match plan.call(rules, &world.params, at) {
            Ok(call) => call.map_or_else(|| "nothing".to_owned(), |call| call.to_string()),
            Err(fault) => fault.to_string(),
        });
        plan.answered(at, answer);
        if plan.calls[at].step.as_ref().is_some_and(|step| step.is_main) {
            plan.settled("u7", Some(answer));
        }
    }
    let done: Vec<usize> = (0..answers.len()).collect();
    lines.extend(plan.undo(rules, &world.params, &done, None).iter().map(|call| format!("undo {call}")));
    lines.join("\n")
}

#[test]
fn a_call_is_filled_with_what_earlier_ones_answered_and_undone_the_last_first() {
    let agent = json!({"userName": "ada", "userType": "Agent", "roles": [{"value": "a"}, {"value": "b c"}]});
    let answers = [json!({"value": "t1"}), json!({"id": "u7"}), json!({"id": 9}), json!(null), json!(null)];
    insta::assert_snapshot!(create(agent, &answers), @r#"
    POST /tokens
    POST /users?token=0 {"login":"ada","kind":"Agent","roles":[{"value":"a"},{"value":"b c"}]}
    POST /users/0/seats {"plan":"agent","login":"ada"}
    PUT /users/0/roles/a
    PUT /users/0/roles/b%20c
    --
    POST /tokens
    POST /users?token=t1 {"login":"ada","kind":"Agent","roles":[{"value":"a"},{"value":"b c"}]}
    POST /users/u7/seats {"plan":"agent","login":"ada"}
    PUT /users/u7/roles/a
    PUT /users/u7/roles/b%20c
    undo DELETE /seats/9
    undo DELETE /users/u7
    undo DELETE /tokens/t1
    "#);
    let nobody = json!({"userName": "ada"});
    insta::assert_snapshot!(create(nobody.clone(), &[json!({"value": "t1"}), json!({"id": "u7"})]), @r#"
    POST /tokens
    POST /users?token=0 {"login":"ada"}
    --
    POST /tokens
    POST /users?token=t1 {"login":"ada"}
    undo DELETE /users/u7
    undo DELETE /tokens/t1
    "#);
    // An answer that lacks what later calls need is the target's fault, and what was done can be undone all the same.
    insta::assert_snapshot!(create(nobody, &[json!({}), json!(null)]), @r#"
    POST /tokens
    POST /users?token=0 {"login":"ada"}
    --
    POST /tokens
    the target's answer cannot be understood: there is no `token.value` for user.create in what was answered before
    undo DELETE /users/u7
    "#);
}

/// The calls of a change of the roles `now` to `then`.
fn roles(now: &[&str], then: &[&str]) -> String {
    let world = world();
    let all = |names: &[&str]| -> Value { names.iter().map(|name| json!({"value": name})).collect() };
    let present = world.present(json!({"id": 1, "login": "ada", "roles": all(now)}), &Memory::default());
    let wanted = world.wanted(json!({"userName": "ada", "roles": all(then)}));
    let plan = world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off());
    plan.unwrap().calls.iter().map(|planned| planned.call.to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn values_that_come_and_go_have_calls_of_their_own() {
    let rows = [
        (&["a"][..], &["a"][..], ""),
        (&["a"], &["b", "a"], "PUT /users/1/roles/b"),
        (&["a", "b"], &["b"], "DELETE /users/1/roles/a"),
        (&["a", "b"], &["c", "b"], "PUT /users/1/roles/c\nDELETE /users/1/roles/a"),
        (&[], &["b"], "PUT /users/1/roles/b"),
        (&["b"], &[], "DELETE /users/1/roles/b"),
    ];
    for (now, then, expected) in rows {
        assert_eq!(roles(now, then), expected, "{now:?} {then:?}");
    }
}

#[test]
fn what_cannot_stand_in_a_later_call_is_refused_before_the_first() {
    let world = world();
    let wanted = world.wanted(json!({"userName": "ada", "roles": [{"value": "a"}, {"value": ".."}]}));
    let refusal = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap_err();
    assert!(refusal.to_string().contains("/users/{id}/roles/{each}"), "{refusal}");
}

/// The calls of a change to these user type and title, of somebody whose type is `Agent`.
fn team(kind: &str, title: &str) -> String {
    let map = "userType = { keep = true }\ntitle = { direct = \"title\" }";
    let calls = r#"[user.write]
team = { expression = 'ToLower(Coalesce([userType], "none"))' }
[user.create]
post = "/users"
drop = ["team"]
[[user.create.check]]
get = "/teams/{team}"
refuse = "absent"
scim = { status = 400, detail = "no such team" }
[[user.update]]
when = 'team changed to "none"'
post = "/users/{id}/leave"
body = "empty"
[[user.update]]
when = "team changed"
post = "/users/{id}/join"
body = { team = "{team}" }
[[user.update.check]]
get = "/teams/{team}"
refuse = "absent"
scim = { status = 400, detail = "no such team" }
[[user.update]]
patch = "/users/{id}"
"#;
    let world = World::new(profile(map, calls));
    let rules = &world.profile.user;
    let kept = [("userType".to_owned(), json!("Agent"))].into_iter().collect();
    let memory = Memory { kept, ..Memory::default() };
    let present = world.present(json!({"id": 1, "login": "ada", "title": "Dr", "team": "agent"}), &memory);
    let wanted = world.wanted(json!({"userName": "ada", "userType": kind, "title": title}));
    let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off()).unwrap();
    let checks = plan.checks.iter().map(|check| check.call.to_string());
    checks.chain(plan.calls.iter().map(|planned| planned.call.to_string())).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_computed_field_has_a_call_of_its_own() {
    let join = "GET /teams/lead\nPOST /users/1/join {\"team\":\"lead\"}";
    for (kind, title, expected) in [
        ("Agent", "Dr", ""),
        ("AGENT", "Dr", ""),
        ("Agent", "Prof", "PATCH /users/1 {\"title\":\"Prof\"}"),
        ("Lead", "Dr", join),
        ("Lead", "Prof", &format!("{join}\nPATCH /users/1 {{\"title\":\"Prof\"}}")),
        ("", "Dr", "POST /users/1/leave"),
    ] {
        assert_eq!(team(kind, title), expected, "{kind} {title}");
    }
}

/// A product in which every change names the revision that it is of, and which writes badges and titles by calls of their own.
const REVISIONS: &str = r#"[user.create]
post = "/users"
[[user.create.after]]
when = "IsPresent([title])"
put = "/users/{id}/title?of={rev}"
body = { title = "{title}" }
[[user.update]]
when = "title changed"
put = "/users/{id}/title"
headers = { "If-Match" = "{rev}" }
body = { title = "{title}" }
answer = "record"
[[user.update]]
BODY
headers = { "If-Match" = "{rev}" }
"#;

fn revisions(main: &str) -> World {
    let map = "title = { direct = \"title\", body = false }\nnickName = { direct = \"nick\" }\n\
               \"meta.version\" = { expression = \"[rev]\" }";
    World::new(profile(map, &REVISIONS.replace("BODY", main)))
}

/// The calls of a plan with their headers, each filled when its turn comes; `record` is what each is answered.
fn with_headers(world: &World, mut plan: Plan, records: &[Value]) -> String {
    let mut lines = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let call = plan.call(&world.profile.user, &world.params, at).unwrap().unwrap().into_owned();
        lines.push(format!("{call} {:?}", call.headers));
        plan.told(at, record);
    }
    lines.join("\n")
}

#[test]
fn a_call_behind_another_names_the_revision_that_the_other_made() {
    let whole = "put = \"/users/{id}\"\nbody = \"record\"";
    for (main, second) in [
        ("patch = \"/users/{id}\"", "PATCH /users/1 {\"nick\":\"A\"} [(\"if-match\", \"4\")]"),
        // It would write back what was read before the other call.
        (whole, "PUT /users/1 {\"id\":1,\"login\":\"ada\",\"rev\":3,\"nick\":\"A\"} [(\"if-match\", \"3\")]"),
    ] {
        let world = revisions(main);
        let present = world.present(json!({"id": 1, "login": "ada", "rev": 3}), &Memory::default());
        let wanted = world.wanted(json!({"userName": "ada", "title": "Dr", "nickName": "A"}));
        let rules = &world.profile.user;
        let plan = rules.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off()).unwrap();
        let lines = with_headers(&world, plan, &[json!({"rev": 4}), json!({"rev": 5})]);
        let first = "PUT /users/1/title {\"title\":\"Dr\"} [(\"if-match\", \"3\")]";
        assert_eq!(lines, format!("{first}\n{second}"));
    }
}

#[test]
fn a_call_behind_a_create_names_what_only_the_product_fills_in() {
    let world = revisions("patch = \"/users/{id}\"");
    let wanted = world.wanted(json!({"userName": "ada", "title": "Dr"}));
    let rules = &world.profile.user;
    let mut plan = rules.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
    plan.settled("u7", Some(&json!({"id": "u7", "rev": 1})));
    assert_eq!(
        with_headers(&world, plan, &[json!({}), json!({})]),
        "POST /users {\"login\":\"ada\"} []\nPUT /users/u7/title?of=1 {\"title\":\"Dr\"} []"
    );
}
