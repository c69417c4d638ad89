//! Sequences of updates, deletes and of what was left unfinished: routes, bodies, undos and ids.

use super::*;
use crate::planner::step::NewId;

const MAP: &str = "title = { direct = \"title\" }\nroles = { direct = \"roles\" }\nnickName = { direct = \"nick\", body = false }\n\
    userType = { direct = \"kind\" }\nlocale = { constant = \"en\" }\npassword = { direct = \"secret\" }\n\
    \"meta.version\" = { expression = \"[rev]\" }\n[user.write]\nvia = { constant = \"gateway\" }\n\
    [[user.find]]\nby = \"title\"\nget = \"/users?title={title}\"\nrows = \"\"\n";

fn world(calls: &str) -> World {
    World::new(profile(MAP, calls))
}

fn created(world: &World, sent: Value) -> Result<Plan, Refusal> {
    let wanted = world.wanted(with(sent, "userName", json!("ada")));
    world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off())
}

fn changed(world: &World, record: Value, sent: Value) -> Result<Plan, Refusal> {
    let present = world.present(with(with(record, "id", json!(1)), "login", json!("ada")), &Memory::default());
    let wanted = world.wanted(with(sent, "userName", json!("ada")));
    world.profile.user.plan_update(&world.params, &present, &wanted, &world.facts, &mut Trace::off())
}

/// The calls with their routes, each when its turn comes and answered with `{"n": 1}`, `{"n": 2}`, …; then what undoes them,
/// the last of them failed.
fn course(world: &World, plan: Result<Plan, Refusal>) -> String {
    let mut plan = match plan {
        Ok(plan) => plan,
        Err(refusal) => return refusal.to_string(),
    };
    let (rules, params) = (&world.profile.user, &world.params);
    let mut lines: Vec<String> = plan.unfinished.iter().map(|name| format!("unfinished {name}")).collect();
    for at in 0..plan.calls.len() {
        let call = plan.call(rules, params, at).unwrap().unwrap().into_owned();
        lines.push(format!("{} {call}", call.route));
        plan.answered(at, &json!({"n": at + 1}));
        if plan.calls[at].step.as_ref().is_some_and(|step| step.is_main) {
            plan.settled("u7", None);
        }
    }
    let last = plan.calls.len() - 1;
    let done: Vec<usize> = (0..last).collect();
    let undone = plan.undo(rules, params, &done, Some(last));
    lines.extend(undone.iter().map(|call| format!("{} {call}", call.route)));
    lines.join("\n")
}

#[test]
fn a_call_behind_a_create_has_its_id_also_in_the_body() {
    let world = world(
        "[user.create]\npost = \"/users\"\n[[user.create.after]]\nput = \"/users/{id}/seat\"\n\
         body = { user = \"{id}\", site = \"{site}\", kind = \"{kind}\" }\n",
    );
    insta::assert_snapshot!(course(&world, created(&world, json!({"userType": "x"}))), @r#"
    unfinished create
    user.create POST /users {"login":"ada","kind":"x","via":"gateway"}
    user.create.step PUT /users/u7/seat {"user":"u7","site":"a b","kind":"x"}
    "#);
}

#[test]
fn a_name_without_a_value_is_refused_before_the_first_call() {
    let calls = "[user.create]\npost = \"/users\"\n[[user.create.before]]\nwhen = '[userType] == \"x\"'\nname = \"seat\"\npost = \"/seats\"\n\
        [[user.create.after]]\nput = \"/users/{id}/PLACE\"\n[[user.update]]\nput = \"/users/{id}\"\n\
        [[user.update.after]]\nput = \"/users/{id}/of/{rev}\"\n";
    // A step that was not made, a field that nobody sends.
    for (place, sent, expected) in [
        ("{seat.n}", json!({"userType": "x"}), "3"),
        (
            "{seat.n}",
            json!({"userType": "y"}),
            "`seat.n`: it is missing or cannot stand in a URL: `/users/{id}/{seat.n}` needs it",
        ),
        (
            "{title}",
            json!({"userType": "y"}),
            "`title`: it is missing or cannot stand in a URL: `/users/{id}/{title}` needs it",
        ),
    ] {
        let world = world(&calls.replace("PLACE", place));
        let found = created(&world, sent.clone()).map(|plan| plan.calls.len().to_string());
        assert_eq!(found.unwrap_or_else(|refusal| refusal.to_string()), expected, "{place} {sent}");
    }
    // What only the product fills in is known of a record that is there, or it is not there.
    let world = world(calls);
    let found = changed(&world, json!({}), json!({"title": "Dr"}));
    assert_eq!(
        found.unwrap_err().to_string(),
        "`rev`: it is missing or cannot stand in a URL: `/users/{id}/of/{rev}` needs it"
    );
}

/// Two calls of one change, each with steps of its own.
const TWO: &str = r#"[user.create]
post = "/users"
[[user.update]]
when = "title changed"
post = "/users/{id}/title?t={token.n}"
undo = { post = "/untitle", body = { t = "{token.n}", v = "{via}" } }
[[user.update.before]]
name = "token"
post = "/tokens"
undo = { delete = "/tokens/{token.n}" }
[[user.update.before]]
put = "/tokens/{token.n}"
[[user.update]]
patch = "/users/{id}?s={seat.n}"
[[user.update.before]]
name = "seat"
post = "/seats"
[[user.update.after]]
each = "roles"
put = "/users/{id}/roles/{each}"
undo = { delete = "/users/{id}/roles/{each}" }
half_done = true
[[user.update.after]]
put = "/done/{seat.n}"
undo = { delete = "/done" }
half_done = HALF
"#;

#[test]
fn two_calls_of_one_change_know_their_own_steps_only() {
    let sent = || json!({"title": "Dr", "userType": "x", "roles": [{"value": "a"}, {"value": "b"}]});
    let world = |half: &str| self::world(&TWO.replace("HALF", half));
    let not = world("false");
    insta::assert_snapshot!(course(&not, changed(&not, json!({}), sent())), @r#"
    unfinished update.1
    user.update.token POST /tokens
    user.update.step PUT /tokens/1
    user.update POST /users/1/title?t=1 {"login":"ada","via":"gateway","title":"Dr"}
    user.update.seat POST /seats
    user.update PATCH /users/u7?s=4 {"roles":[{"value":"a"},{"value":"b"}],"kind":"x"}
    user.update.step PUT /users/u7/roles/a
    user.update.step PUT /users/u7/roles/b
    user.update.step PUT /done/4
    user.update.step.undo DELETE /users/u7/roles/b
    user.update.step.undo DELETE /users/u7/roles/a
    user.update.undo POST /untitle {"t":1,"v":"gateway"}
    user.update.token.undo DELETE /tokens/1
    "#);
    let half = world("true");
    let undone = course(&half, changed(&half, json!({}), sent()));
    let undone: Vec<&str> = undone.lines().skip_while(|line| !line.contains(".undo")).take(2).collect();
    assert_eq!(undone, ["user.update.step.undo DELETE /done", "user.update.step.undo DELETE /users/u7/roles/b"]);
}

#[test]
fn bodies_of_a_change_in_several_calls_hold_what_they_say() {
    let calls = |body: &str| {
        format!(
            "[user.create]\npost = \"/users\"\n[[user.update]]\nput = \"/users/{{id}}\"\n[[user.update.before]]\npost = \"/log/{{nick}}/{{via}}\"\nbody = {body}\n[[user.update]]\nwhen = \"nickName changed\"\nput = \"/nick/{{id}}\"\n"
        )
    };
    let record = || json!({"title": "Ms", "nick": "a", "free": 1});
    let sent = || json!({"title": "Dr", "nickName": "a"});
    for (body, expected) in [
        ("\"all\"", r#"POST /log/a/gateway {"login":"ada","via":"gateway","title":"Dr"}"#),
        ("\"changed\"", r#"POST /log/a/gateway {"title":"Dr"}"#),
        ("\"record\"", r#"POST /log/a/gateway {"title":"Dr","nick":"a","free":1,"id":1,"login":"ada"}"#),
        ("\"empty\"", "POST /log/a/gateway"),
        (
            "{ a = \"{all}\", n = \"{nick}\" }",
            r#"POST /log/a/gateway {"a":{"login":"ada","via":"gateway","title":"Dr"},"n":"a"}"#,
        ),
    ] {
        let world = world(&calls(body));
        let plan = changed(&world, record(), sent()).unwrap();
        assert_eq!(plan.calls[0].call.to_string(), expected, "{body}");
    }
}

#[test]
fn values_are_told_from_each_other_by_what_they_say() {
    let world = world(
        "[user.create]\npost = \"/users\"\n[[user.update]]\neach = \"roles added\"\nput = \"/roles/{id}/{each}\"\n\
        [[user.update]]\neach = \"roles removed\"\ndelete = \"/roles/{id}/{each}\"\n[[user.update]]\npatch = \"/users/{id}\"\n",
    );
    let now = json!({"title": "Ms", "roles": [{"value": "a", "display": "A"}, {"value": "b"}]});
    let sent = json!({"title": "Dr", "roles": [{"value": "a"}, {"value": "c"}]});
    insta::assert_snapshot!(course(&world, changed(&world, now, sent)), @r#"
    user.update PUT /roles/1/c
    user.update DELETE /roles/1/b
    user.update PATCH /users/1 {"title":"Dr"}
    "#);
}

#[test]
fn a_delete_has_steps_before_and_behind_it_and_is_undone() {
    let world = world(
        "[user.create]\npost = \"/users\"\n[user.delete]\ndelete = \"/users/{id}?t={token.n}\"\nundo = { post = \"/users/{id}/back\" }\n\
         [[user.delete.before]]\nname = \"token\"\npost = \"/tokens\"\nundo = { delete = \"/tokens/{token.n}\" }\n\
         [[user.delete.after]]\ndelete = \"/seats/{id}\"\n",
    );
    let plan = world.profile.user.plan_delete(&world.params, "u7", &mut Trace::off());
    insta::assert_snapshot!(course(&world, plan), @r#"
    user.delete.token POST /tokens
    user.delete DELETE /users/u7?t=1
    user.delete.step DELETE /seats/u7
    user.delete.undo POST /users/u7/back
    user.delete.token.undo DELETE /tokens/1
    "#);
}

#[test]
fn what_was_begun_and_did_not_end_is_done_behind_what_changes() {
    let world = world(
        "[user.create]\npost = \"/users\"\n[[user.create.after]]\nwhen = '[userType] == \"x\"'\nput = \"/users/{id}/seat/{title}\"\nbody = { r = \"{rev}\", nick = \"{nick}\", all = \"{changed}\" }\n\
         [[user.update]]\npatch = \"/users/{id}\"\n[[user.update.after]]\nput = \"/users/{id}/done\"\n",
    );
    let (rules, params) = (&world.profile.user, &world.params);
    assert_eq!(rules.begun_by_create().as_deref(), Some("create"));
    let bare = self::world("[user.create]\npost = \"/users\"\n");
    assert_eq!(bare.profile.user.begun_by_create(), None);
    let present = world.present(
        json!({"id": 1, "login": "ada", "title": "Dr", "kind": "x", "rev": 3, "nick": "n"}),
        &Memory::default(),
    );
    for (begun, title, expected) in [
        (&[][..], "Dr", "{} "),
        (
            &["create"],
            "Dr",
            "{\"create\"} user.create.step PUT /users/1/seat/Dr {\"r\":3,\"nick\":\"n\",\"all\":{\"login\":\"ada\",\"title\":\"Dr\",\
                \"kind\":\"x\",\"via\":\"gateway\"}}",
        ),
        (&["update.0"], "Dr", "{\"update.0\"} user.update.step PUT /users/1/done"),
        (
            &["create", "update.0"],
            "Ms",
            "{\"create\", \"update.0\"} user.update PATCH /users/1 {\"title\":\"Ms\"}\nuser.update.step PUT /users/1/done\n\
                user.create.step PUT /users/1/seat/Ms {\"r\":3,\"nick\":\"n\",\"all\":{\"login\":\"ada\",\"title\":\"Ms\",\
                \"kind\":\"x\",\"via\":\"gateway\"}}",
        ),
        (&["update.7"], "Dr", "{} "),
    ] {
        let mut wanted = world.wanted(json!({"userName": "ada", "title": title, "userType": "x", "nickName": "n"}));
        wanted.memory.unfinished = begun.iter().map(|name| (*name).to_owned()).collect();
        let mut plan = rules.plan_update(params, &present, &wanted, &world.facts, &mut Trace::off()).unwrap();
        rules.plan_rest(params, (&present, &wanted), &world.facts, &mut plan, &mut Trace::off()).unwrap();
        let calls: Vec<String> =
            plan.calls.iter().map(|planned| format!("{} {}", planned.call.route, planned.call)).collect();
        assert_eq!(format!("{:?} {}", plan.unfinished, calls.join("\n")), expected, "{begun:?} {title}");
    }
}

#[test]
fn an_id_stands_in_a_field_in_the_location_or_follows_from_the_fields() {
    let field = || NewId::Field(crate::profile::FieldPath::parse("made.id").unwrap());
    let known = |id: &str| NewId::Known(id.to_owned());
    for (id, body, location, expected) in [
        (field(), json!({"made": {"id": 7}}), None, Ok("7")),
        (field(), json!({"made": {"id": ""}}), None, Err("no id in field `made.id` of the answer")),
        (field(), json!({"made": {"id": null}}), None, Err("no id in field `made.id` of the answer")),
        (NewId::Location, json!(null), Some("https://x.example.com/users/a%20b/?v=1#top"), Ok("a b")),
        (NewId::Location, json!(null), Some("/users/7#top/x"), Ok("7")),
        (NewId::Location, json!(null), Some("7"), Ok("7")),
        (NewId::Location, json!(null), Some("/"), Err("no id in `Location` of the answer")),
        (NewId::Location, json!(null), Some("/users/%ff"), Err("no id in `Location` of the answer")),
        (NewId::Location, json!(null), None, Err("no id in `Location` of the answer")),
        (known("ada"), json!({}), None, Ok("ada")),
        (known(""), json!({}), None, Err("no id in `Location` of the answer")),
    ] {
        let headers = location.map(|url| ("location".to_owned(), url.to_owned())).into_iter().collect();
        let found = id.of(&Answered { body, headers }).map_err(|fault| fault.to_string());
        let expected = expected.map(str::to_owned);
        let expected = expected.map_err(|why| format!("the target's answer cannot be understood: {why}"));
        assert_eq!(found, expected, "{id:?} {location:?}");
    }
}

#[test]
fn an_id_that_follows_from_the_fields_is_that_of_the_changed_ones() {
    let world = world(
        "[user.create]\npost = \"/users\"\nanswer = \"id={title}@{site}\"\n[[user.update]]\npatch = \"/users/{id}\"\nanswer = \"id={title}@{site}\"\n",
    );
    let id = |plan: Result<Plan, Refusal>| match plan.map(|plan| plan.calls[0].id.clone()) {
        Ok(id) => format!("{id:?}"),
        Err(refusal) => refusal.to_string(),
    };
    assert_eq!(id(created(&world, json!({"title": "Dr"}))), "Some(Known(\"Dr@a b\"))");
    let record = || json!({"title": "Ms", "kind": "x"});
    for (sent, expected) in [
        (json!({"title": "Dr", "userType": "x"}), "Some(Known(\"Dr@a b\"))"),
        (json!({"title": "Ms", "userType": "y"}), "Some(Known(\"Ms@a b\"))"),
        (json!({"userType": "y"}), "`title`: it is missing or cannot stand in a URL: `/users/{id}` needs it"),
    ] {
        assert_eq!(id(changed(&world, record(), sent.clone())), expected, "{sent}");
    }
}

#[test]
fn a_secret_in_a_path_is_not_shown_and_what_stands_beside_it_is() {
    let world = world(
        "[user.create]\npost = \"/users?of={site}&as={login}&pass={secret}\"\n[[user.create.after]]\nput = \"/users/{id}/{site}/{secret}\"\n",
    );
    let plan = created(&world, json!({"password": "t0p"})).unwrap();
    let shown: Vec<String> = plan.calls.iter().map(|planned| planned.call.to_string()).collect();
    assert_eq!(
        shown,
        [
            "POST /users?of=a%20b&as=ada&pass=%5Bredacted%5D {\"login\":\"ada\",\"secret\":\"[redacted]\",\"via\":\"gateway\"}",
            "PUT /users/0/a%20b/%5Bredacted%5D",
        ]
    );
}

#[test]
fn the_call_of_a_change_names_the_record_as_it_is_before_it() {
    const TOKEN: &str = "[[user.update.before]]\nname = \"token\"\npost = \"/tokens\"\n";
    for (before, path, expected) in [
        ("", "/users/{id}?of={title}", "PATCH /users/1?of=Ms {\"title\":\"Dr\"}"),
        (TOKEN, "/users/{id}?of={title}", "PATCH /users/1?of=Ms {\"title\":\"Dr\"}"),
        (TOKEN, "/users/{id}?of={title}&t={token.n}", "PATCH /users/1?of=Ms&t=1 {\"title\":\"Dr\"}"),
    ] {
        let calls = format!("[user.create]\npost = \"/users\"\n[[user.update]]\npatch = \"{path}\"\n{before}");
        let world = world(&calls);
        let mut plan = changed(&world, json!({"title": "Ms"}), json!({"title": "Dr"})).unwrap();
        plan.answered(0, &json!({"n": 1}));
        let call = plan.call(&world.profile.user, &world.params, plan.calls.len() - 1).unwrap().unwrap();
        assert_eq!(call.to_string(), expected, "{path}");
    }
}
