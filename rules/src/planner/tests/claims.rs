//! Several calls of one change: what each of them repeats of the others, and how nothing is said.

use super::*;

/// A product with calls of their own for the password, a switch, roles and a computed field; the last rule sends the rest. `BODY`
/// is what the first and the last send.
const CALLS: &str = r#"[user.write]
team = { expression = 'ToLower([userType])' }
[user.create]
post = "/users"
[[user.update]]
when = "nickName changed"
put = "/users/{id}/nick"
body = "BODY"
[[user.update]]
when = "password changed"
put = "/users/{id}/password"
body = { value = "{secret}" }
[[user.update]]
when = "active changed"
put = "/users/{id}/switch"
body = { on = "{on}" }
[[user.update]]
each = "roles added"
put = "/users/{id}/roles/{each}"
[[user.update]]
each = "roles removed"
delete = "/users/{id}/roles/{each}"
[[user.update]]
when = "team changed"
put = "/users/{id}/team"
body = { team = "{team}" }
[[user.update]]
put = "/users/{id}"
body = "BODY"
"#;

const MAP: &str = r#"nickName = { direct = "nick" }
title = { direct = "title" }
active = { direct = "on" }
password = { direct = "secret" }
userType = { direct = "kind" }
roles = { direct = "roles", each = "id" }
"#;

#[test]
fn a_whole_body_is_the_record_behind_the_calls_before_it_and_repeats_no_secret() {
    let record = json!({"id": 1, "login": "ada", "on": true, "kind": "A", "team": "a", "roles": [{"id": "x"}]});
    let as_it_is = json!({"userName": "ada", "active": true, "userType": "A", "roles": [{"value": "x"}]});
    let whole = |more: &str, on: bool, end: &str| {
        format!(
            "{{{more}\"login\":\"ada\",\"on\":{on},\"kind\":\"A\",\"team\":\"a\",\"roles\":[{{\"id\":\"x\"}}]{end}}}"
        )
    };
    for (body, id) in [("record", "\"id\":1,"), ("all", "")] {
        let world = World::new(profile(MAP, &CALLS.replace("BODY", body)));
        let check = |changes: Value, expected: &[String]| {
            let sent = changes.as_object().unwrap().iter();
            let sent = sent.fold(as_it_is.clone(), |sent, (name, value)| with(sent, name, value.clone()));
            let fields = |line: &str| {
                let (call, body) = line.split_once(" {").unwrap_or((line, "}"));
                (call.to_owned(), json::from_str::<Value>(&format!("{{{body}")).unwrap())
            };
            let found: Vec<_> = update(&world, record.clone(), sent).lines().map(fields).collect();
            let expected: Vec<_> = expected.iter().map(|line| fields(line)).collect();
            assert_eq!(found, expected, "{body} {changes}");
        };
        let put = |end: &str, on: bool| format!("PUT /users/1 {}", whole(id, on, end));
        let nick = |end: &str| format!("PUT /users/1/nick {}", whole(id, true, end));
        let password = "PUT /users/1/password {\"value\":\"[redacted]\"}".to_owned();
        let switch = "PUT /users/1/switch {\"on\":false}".to_owned();
        // A password that a call has set is not set again.
        check(json!({"password": "s3cret-word"}), std::slice::from_ref(&password));
        check(json!({"password": "s3cret-word", "title": "Dr"}), &[password.clone(), put(",\"title\":\"Dr\"", true)]);
        // What an earlier call has changed would be taken back if it stood there as it was.
        check(json!({"active": false, "title": "Dr"}), &[switch.clone(), put(",\"title\":\"Dr\"", false)]);
        check(
            json!({"nickName": "A", "title": "Dr"}),
            &[nick(",\"nick\":\"A\""), put(",\"nick\":\"A\",\"title\":\"Dr\"", true)],
        );
        // What a later call changes is not there yet.
        check(
            json!({"nickName": "A", "password": "s3cret-word", "active": false}),
            &[nick(",\"nick\":\"A\""), password, switch],
        );
        let lead = [
            nick(",\"nick\":\"A\""),
            "PUT /users/1/team {\"team\":\"b\"}".to_owned(),
            put(",\"nick\":\"A\"", true).replace("\"A\",\"team\":\"a\"", "\"B\",\"team\":\"b\""),
        ];
        check(json!({"nickName": "A", "userType": "B"}), &lead);
        let roles = [nick(",\"nick\":\"A\""), "PUT /users/1/roles/y".to_owned(), "DELETE /users/1/roles/x".to_owned()];
        check(json!({"nickName": "A", "roles": [{"value": "y"}]}), &roles);
    }
}

#[test]
fn a_list_is_emptied_as_the_profile_says() {
    let map = |empty: &str| {
        format!(
            "roles = {{ direct = \"roles\", each = \"id\"{empty} }}\nuserType = {{ direct = \"kinds\", split = \",\"{empty} }}\n\
             phoneNumbers = {{ direct = \"lines[medium=phone]\", each = \"nr\"{empty} }}"
        )
    };
    let record = json!({"id": 1, "login": "ada", "roles": [{"id": "x"}], "kinds": ["a"],
                        "lines": [{"medium": "fax", "nr": "1"}, {"medium": "phone", "nr": "2"}]});
    let fax = r#""lines":[{"medium":"fax","nr":"1"}]"#;
    for (empty, verb, expected, new) in [
        ("", "patch", format!("{{\"roles\":null,\"kinds\":null,{fax}}}"), r#"{"login":"ada"}"#),
        ("", "put", format!("{{\"login\":\"ada\",{fax}}}"), r#"{"login":"ada"}"#),
        (
            ", empty = \"list\"",
            "patch",
            format!("{{\"roles\":[],\"kinds\":[],{fax}}}"),
            r#"{"login":"ada","roles":[],"kinds":[],"lines":[]}"#,
        ),
        (
            ", empty = \"list\"",
            "put",
            format!("{{\"login\":\"ada\",{fax},\"roles\":[],\"kinds\":[]}}"),
            r#"{"login":"ada","roles":[],"kinds":[],"lines":[]}"#,
        ),
    ] {
        let calls = format!("[user.create]\npost = \"/users\"\n[[user.update]]\n{verb} = \"/users/{{id}}\"");
        let world = World::new(profile(&map(empty), &calls));
        let verb = verb.to_uppercase();
        assert_eq!(update(&world, record.clone(), json!({"userName": "ada"})), format!("{verb} /users/1 {expected}"));
        assert_eq!(create(&world, json!({"userName": "ada"})), format!("POST /users {new}"), "{empty}");
        // A list of nothing is nothing.
        let empty = json!({"id": 1, "login": "ada", "roles": [], "kinds": [], "lines": []});
        assert_eq!(update(&world, empty, json!({"userName": "ada"})), "");
    }
    // Also where a body names it, and where one field is sent after the other.
    let calls = "[user.create]\npost = \"/users\"\n[[user.update]]\nwhen = \"userType changed\"\nput = \"/users/{id}/kinds\"\n\
                 body = { kinds = \"{kinds}\" }\n[[user.update]]\neach = \"changed\"\nput = \"/users/{id}/{each.field}\"\n\
                 body = { it = \"{each}\" }";
    let world = World::new(profile(&map(", empty = \"list\""), calls));
    let record = json!({"id": 1, "login": "ada", "roles": [{"id": "x"}], "kinds": ["a"]});
    assert_eq!(
        update(&world, record, json!({"userName": "ada"})),
        "PUT /users/1/kinds {\"kinds\":[]}\nPUT /users/1/roles {\"it\":[]}"
    );
}
