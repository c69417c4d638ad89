//! What is looked at before anything is written.

use super::*;

const MAP: &str = "title = { direct = \"title\" }\n'emails[type eq \"work\"].value' = { direct = \"mail\" }\n";

fn world(check: &str) -> World {
    let calls = format!(
        "[user.create]\npost = \"/users\"\n[[user.create.check]]\n{check}\nscim = {{ status = 409, type = \"uniqueness\", detail = \"taken\" }}\n\
         [[user.update]]\npatch = \"/users/{{id}}\"\n[[user.update.check]]\n{check}\nscim = {{ status = 409, type = \"uniqueness\", detail = \"taken\" }}\n"
    );
    World::new(profile(MAP, &calls))
}

fn sent(mail: Option<&str>, title: &str) -> Value {
    match mail {
        Some(mail) => json!({"userName": "ada", "title": title, "emails": [{"type": "work", "value": mail}]}),
        None => json!({"userName": "ada", "title": title}),
    }
}

/// Whether a create with this address is refused when the target answers so; the call, if none is made.
fn refused(check: &str, answer: Option<&Value>) -> String {
    let world = world(check);
    let wanted = world.wanted(sent(Some("Ada@example.com"), "Dr"));
    let plan = world.profile.user.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap();
    let check = &plan.checks[0];
    let refused = check.refuses(answer).map_or_else(|fault| fault.to_string(), |refused| refused.to_string());
    format!("{} {refused}", check.call)
}

#[test]
fn found_means_what_the_check_says() {
    let get = "get = \"/mails/{mail}\"";
    let rows = "get = \"/people?q={mail}\"\nrows = \"items\"\nequals = { mail = \"{mail}\" }";
    let one = "GET /mails/Ada%40example.com";
    let all = "GET /people?q=Ada%40example.com";
    let table: [(&str, Option<Value>, String); 16] = [
        // What every record has is asked about when one is made; a parameter in `equals`; a value that is not there.
        ("get = \"/open/{site}\"", Some(json!({})), "GET /open/a%20b true".to_owned()),
        (
            "get = \"/s/{mail}\"\nequals = { site = \"{site}\" }",
            Some(json!({"site": "A B"})),
            "GET /s/Ada%40example.com true".to_owned(),
        ),
        (
            "get = \"/s/{mail}\"\nequals = { site = \"{site}\" }",
            Some(json!({"site": "c"})),
            "GET /s/Ada%40example.com false".to_owned(),
        ),
        ("post = \"/ask\"\nbody = { q = \"{mail}\" }", None, "POST /ask {\"q\":\"Ada@example.com\"} false".to_owned()),
        (get, None, format!("{one} false")),
        (get, Some(json!(null)), format!("{one} false")),
        (get, Some(json!({"id": 1})), format!("{one} true")),
        (&format!("{get}\nwhere = \"used == true\""), Some(json!({"used": false})), format!("{one} false")),
        (&format!("{get}\nwhere = \"used == true\""), Some(json!({"used": true})), format!("{one} true")),
        (&format!("{get}\nrefuse = \"absent\""), None, format!("{one} true")),
        (&format!("{get}\nrefuse = \"absent\""), Some(json!({"id": 1})), format!("{one} false")),
        (rows, Some(json!({"items": []})), format!("{all} false")),
        (rows, Some(json!({"items": [{"mail": "x@example.com"}, {}]})), format!("{all} false")),
        (rows, Some(json!({"items": [{}, {"mail": "ada@EXAMPLE.com"}]})), format!("{all} true")),
        (rows, None, format!("{all} false")),
        (
            rows,
            Some(json!({"rows": []})),
            format!(
                "{all} the target's answer cannot be understood: no rows in field `items` of the answer to user.create.check"
            ),
        ),
    ];
    for (check, answer, expected) in table {
        assert_eq!(refused(check, answer.as_ref()), expected, "{check} {answer:?}");
    }
}

#[test]
fn a_check_is_asked_only_about_what_is_there_and_new() {
    let world = world("get = \"/mails/{mail}\"\nown = \"user_id\"");
    let rules = &world.profile.user;
    let create = |mail| {
        let wanted = world.wanted(sent(mail, "Dr"));
        rules.plan_create(&world.params, &wanted, &world.facts, &mut Trace::off()).unwrap().checks.len()
    };
    assert_eq!((create(Some("a@example.com")), create(None)), (1, 0));
    let record = json!({"id": 5, "login": "ada", "title": "Dr", "mail": "a@example.com"});
    let present = world.present(record, &Memory::default());
    let rows = [
        (Some("a@example.com"), "Ms", 0),
        (None, "Ms", 0),
        (None, "Dr", 0),
        (Some("b@example.com"), "Dr", 1),
        (Some("a@example.com"), "Dr", 0),
    ];
    for (mail, title, expected) in rows {
        let plan = rules.plan_update(
            &world.params,
            &present,
            &world.wanted(sent(mail, title)),
            &world.facts,
            &mut Trace::off(),
        );
        let plan = plan.unwrap();
        assert_eq!(plan.checks.len(), expected, "{mail:?} {title}");
        for check in &plan.checks {
            let own = [json!({"user_id": 5}), json!({"user_id": "5"}), json!({"user_id": 6}), json!({})];
            let refused: Vec<bool> = own.iter().map(|found| check.refuses(Some(found)).unwrap()).collect();
            assert_eq!(refused, [false, false, true, true]);
        }
    }
}
