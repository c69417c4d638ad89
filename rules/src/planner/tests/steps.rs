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
