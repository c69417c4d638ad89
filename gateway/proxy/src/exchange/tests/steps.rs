//! Changes that are several calls: their order, what is looked at first, what is undone, and that whoever tries again after any
//! of them failed gets what they want.

use super::crew::Quirk;
use super::depot::{Cut, Depot};
use super::*;

const DEPOT: &str = r#"profile = "depot"
title = "Depot"
[target]
auth = "none"
[user]
id = "id"
[user.map]
userName = { direct = "login", match = 1 }
userType = { direct = "kind" }
active = { direct = "on" }
roles = { direct = "roles" }
'emails[type eq "work"].value' = { direct = "mail" }
"meta.version" = { expression = "[version]" }
[[user.find]]
by = "userName"
get = "/users?login={login}"
rows = "users"
[user.get]
get = "/users/{id}"
[user.create]
post = "/users?token={token.value}"
body = { login = "{login}", kind = "{kind}", mail = "{mail}" }
answer = "id:made"
[[user.create.check]]
get = "/mails/{mail}"
where = "taken == true"
scim = { status = 409, type = "uniqueness", detail = "the address is somebody else's" }
[[user.create.before]]
name = "token"
post = "/tokens"
[[user.create.after]]
when = '[userType] == "Agent"'
put = "/users/{id}/seat"
[[user.create.after]]
each = "roles"
put = "/users/{id}/roles/{each}"
[[user.update]]
patch = "/users/{id}"
headers = { "If-Match" = "{version}" }
[[user.update]]
each = "roles added"
put = "/users/{id}/roles/{each}"
[[user.update]]
each = "roles removed"
delete = "/users/{id}/roles/{each}"
[user.delete]
delete = "/users/{id}"
"#;

/// A house in front of a depot, its profile edited.
#[track_caller]
fn depot(edits: &[(&str, &str)]) -> (House, Arc<Depot>) {
    let mut house = house_of(DEPOT.to_owned(), Quirk::None, edits);
    let depot = Arc::new(Depot::default());
    house.tenant.target = Arc::clone(&depot) as _;
    (house, depot)
}

fn agent() -> Value {
    user("ada", &json!({"userType": "Agent", "active": true, "roles": [{"value": "a"}, {"value": "b"}]}))
}

const WHOLE: &str = r#""ada" "Agent" seat true on true roles a+b"#;

fn status(answer: &str) -> &str {
    answer.split(' ').next().unwrap_or_default()
}

const EDITS_UNDO: (&str, &str) =
    ("answer = \"id:made\"\n", "answer = \"id:made\"\nundo = { delete = \"/users/{id}\" }\n");

#[tokio::test]
async fn a_create_makes_its_calls_in_order_each_with_what_came_before() {
    let (house, depot) = depot(&[]);
    assert_eq!(status(&house.answer("POST /Users", &agent()).await), "201");
    assert_eq!(
        depot.take_calls(),
        [
            "GET /users?login=ada",
            "POST /tokens",
            r#"POST /users?token=t1 {"login":"ada","kind":"Agent"}"#,
            "GET /users/1",
            "PUT /users/1/seat",
            "PUT /users/1/roles/a",
            "PUT /users/1/roles/b",
            "GET /users/1",
        ]
    );
    assert_eq!(depot.users(), [WHOLE]);
    // A repetition finds it finished.
    assert_eq!(status(&house.answer("POST /Users", &agent()).await), "201");
    assert_eq!(depot.take_calls(), ["GET /users?login=ada"]);
}

#[tokio::test]
async fn whoever_repeats_a_create_that_broke_off_anywhere_gets_the_whole() {
    for edits in [&[][..], &[EDITS_UNDO]] {
        for at in 0..8 {
            for cut in [Cut::Before(at), Cut::After(at)] {
                let (house, depot) = depot(edits);
                depot.cut(cut);
                let answer = house.answer("POST /Users", &agent()).await;
                assert_eq!(status(&answer), "503", "{cut:?} {edits:?} {answer}");
                depot.cut(Cut::Never);
                let answer = house.answer("POST /Users", &agent()).await;
                assert_eq!(status(&answer), "201", "{cut:?} {edits:?} {answer} {:?}", depot.take_calls());
                assert_eq!(depot.users(), [WHOLE], "{cut:?} {edits:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_idp_that_finds_what_is_half_made_and_changes_it_completes_it() {
    for at in 4..8 {
        for cut in [Cut::Before(at), Cut::After(at)] {
            let (house, depot) = depot(&[]);
            depot.cut(cut);
            assert_eq!(status(&house.answer("POST /Users", &agent()).await), "503", "{cut:?}");
            depot.cut(Cut::Never);
            let found = house.answer(&search("userName eq \"ada\""), &Value::Null).await;
            assert_eq!(found, "200 1 in all, from 1: 1");
            let roles = replaces("roles", &json!([{"value": "a"}, {"value": "b"}]));
            assert_eq!(status(&house.answer("PATCH /Users/1", &roles).await), "200", "{cut:?}");
            assert_eq!(depot.users(), [WHOLE], "{cut:?}");
        }
    }
}

#[tokio::test]
async fn what_was_done_is_undone_and_the_first_failure_is_the_answer() {
    let (house, depot) = depot(&[EDITS_UNDO]);
    depot.cut(Cut::Before(5));
    assert_eq!(status(&house.answer("POST /Users", &agent()).await), "503");
    assert_eq!(depot.take_calls()[5..], ["PUT /users/1/roles/a", "DELETE /users/1"]);
    assert_eq!(depot.users(), [] as [&str; 0]);
}

/// Also where the product made it, and it cannot be read.
#[tokio::test]
async fn what_was_made_and_cannot_be_read_is_undone() {
    let (house, depot) = depot(&[EDITS_UNDO]);
    depot.cut(Cut::Before(3));
    assert_eq!(status(&house.answer("POST /Users", &agent()).await), "503");
    assert_eq!(depot.take_calls().last().map(String::as_str), Some("DELETE /users/1"));
    assert_eq!(depot.users(), Vec::<String>::new());
}

#[tokio::test]
async fn a_check_refuses_before_anything_is_written() {
    let (house, depot) = depot(&[]);
    depot.add(json!({"login": "eve", "kind": null, "mail": "ada"}));
    let sent = user("ada", &json!({"emails": [{"type": "work", "value": "ada"}]}));
    let answer = house.answer("POST /Users", &sent).await;
    assert_eq!(answer, "409 uniqueness the address is somebody else's");
    assert_eq!(depot.take_calls(), ["GET /users?login=ada", "GET /mails/ada"]);
}

#[tokio::test]
async fn a_change_that_somebody_else_overtook_is_planned_again_twice() {
    for (rivals, if_match, expected) in [
        (0, None, "200"),
        (1, None, "200"),
        (2, None, "200"),
        (3, None, "503"),
        (0, Some("W/\"1\""), "200"),
        (1, Some("W/\"1\""), "412"),
    ] {
        let (house, depot) = depot(&[]);
        depot.add(json!({"login": "ada", "kind": "Agent"}));
        depot.rivals(rivals);
        let patch = replaces("userType", &json!("Boss"));
        let answer = match house.try_answer("PATCH /Users/1", &patch, [if_match, None]).await {
            Ok(answer) => told(&answer),
            Err(failure) => complained(&failure),
        };
        assert_eq!(status(&answer), expected, "{rivals} {if_match:?} {answer}");
        let writes = depot.take_calls().iter().filter(|call| call.starts_with("PATCH")).count();
        assert_eq!(writes, if if_match.is_some() { 1 } else { (rivals + 1).min(3) }, "{rivals} {if_match:?}");
    }
}

const DELETE: &str = "[user.delete]\ndelete = \"/users/{id}\"\n";

#[tokio::test]
async fn a_delete_deactivates_or_is_refused_where_the_profile_says_so() {
    let (house, depot) = depot(&[(DELETE, "[user.delete]\nas = \"deactivate\"\n")]);
    depot.add(json!({"login": "ada", "kind": "Agent"}));
    for calls in [&["GET /users/1", r#"PATCH /users/1 {"on":false}"#][..], &["GET /users/1"]] {
        assert_eq!(house.answer("DELETE /Users/1", &Value::Null).await, "204");
        assert_eq!(depot.take_calls(), calls);
    }
    assert_eq!(status(&house.answer("DELETE /Users/9", &Value::Null).await), "404");

    // That a record lacks what SCIM requires is nothing a delete could change.
    depot.add(json!({"kind": "Agent"}));
    assert_eq!(house.answer("DELETE /Users/2", &Value::Null).await, "204");
    assert_eq!(depot.take_calls().last().map(String::as_str), Some(r#"PATCH /users/2 {"on":false}"#));

    let (house, depot) = self::depot(&[(DELETE, "[user.delete]\nrefuse = \"accounts are kept\"\n")]);
    depot.add(json!({"login": "ada", "kind": "Agent"}));
    assert_eq!(house.answer("DELETE /Users/1", &Value::Null).await, "403 accounts are kept");
    assert_eq!(status(&house.answer("DELETE /Users/9", &Value::Null).await), "404");
    assert_eq!(depot.users().len(), 1);
}

#[tokio::test]
async fn what_was_deleted_comes_back_instead_of_being_made_once_more() {
    let revives = [
        ("id = \"id\"\n", "id = \"id\"\ngone = \"on == false\"\n"),
        ("answer = \"id:made\"\n", "answer = \"id:made\"\ngone = \"revive\"\n"),
    ];
    let (house, depot) = depot(&revives);
    depot.add(json!({"login": "ada", "kind": "Old", "on": false}));
    assert_eq!(status(&house.answer("GET /Users/1", &Value::Null).await), "404");
    assert_eq!(status(&house.answer("POST /Users", &user("ada", &json!({"userType": "Agent"}))).await), "201");
    assert_eq!(depot.users(), [r#""ada" "Agent" seat false on true roles "#]);
    assert_eq!(status(&house.answer("GET /Users/1", &Value::Null).await), "200");

    // Something else makes a tombstone here: whether it comes back active is said by the IdP, whatever it says itself.
    let by_kind = ("id = \"id\"\n", "id = \"id\"\ngone = \"kind == 'Old'\"\n");
    for (held, sent) in [(true, false), (false, false), (false, true), (true, true)] {
        let (house, depot) = self::depot(&[by_kind, revives[1]]);
        depot.add(json!({"login": "ada", "kind": "Old", "on": held}));
        let answer = house.answer("POST /Users", &user("ada", &json!({"userType": "Agent", "active": sent}))).await;
        assert_eq!(status(&answer), "201", "{held} {sent}");
        assert_eq!(depot.users(), [format!(r#""ada" "Agent" seat false on {sent} roles "#)], "{held} {sent}");
    }
}

#[tokio::test]
async fn a_call_for_each_value_says_it_in_the_products_words() {
    let roles = r#"roles = { direct = "roles", each = "value", values = { Admin = "a", Agent = "b", Lead = "c" } }"#;
    let (house, depot) = depot(&[("roles = { direct = \"roles\" }", roles)]);
    let all = |names: &[&str]| -> Value { names.iter().map(|name| json!({"value": name})).collect() };
    let sent = user("ada", &json!({"userType": "Agent", "active": true, "roles": all(&["Admin", "Agent"])}));
    assert_eq!(status(&house.answer("POST /Users", &sent).await), "201");
    assert_eq!(depot.users(), [WHOLE]);
    for (names, expected) in [(&["Agent", "Lead"][..], "b+c"), (&["agent"], "b"), (&[], "")] {
        let answer = house.answer("PATCH /Users/1", &replaces("roles", &all(names))).await;
        assert_eq!(status(&answer), "200", "{names:?}");
        assert_eq!(depot.users(), [format!(r#""ada" "Agent" seat true on true roles {expected}"#)], "{names:?}");
    }
}

const EMPTIED: (&str, &str) =
    ("active = { direct = \"on\" }", "active = { emptied = \"roles\", otherwise = [{ value = \"guest\" }] }");

#[tokio::test]
async fn roles_that_a_deactivation_takes_are_given_back() {
    let each = "[[user.update]]\neach = \"roles added\"\nput = \"/users/{id}/roles/{each}\"\n\
                [[user.update]]\neach = \"roles removed\"\ndelete = \"/users/{id}/roles/{each}\"\n";
    let (house, depot) = depot(&[EMPTIED, (each, "")]);
    depot.add(json!({"login": "ada", "kind": "Agent", "roles": [{"value": "a"}, {"value": "b"}]}));
    depot.add(json!({"login": "eve", "kind": "Agent"}));
    let active = |active: bool| replaces("active", &json!(active));
    let roles = |names: &[&str]| {
        let all: Value = names.iter().map(|name| json!({"value": name})).collect();
        replaces("roles", &all)
    };
    let rows = [
        ("PATCH /Users/1", active(true), "a+b"),
        ("PATCH /Users/1", active(false), ""),
        ("PATCH /Users/1", active(false), ""),
        ("PATCH /Users/1", roles(&["a", "c"]), ""),
        ("PATCH /Users/1", active(true), "a+c"),
        ("PATCH /Users/1", roles(&["a"]), "a"),
        ("PATCH /Users/1", active(false), ""),
        ("PATCH /Users/1", active(true), "a"),
    ];
    for (request, body, expected) in rows {
        assert_eq!(status(&house.answer(request, &body).await), "200", "{body}");
        assert_eq!(depot.users()[0], format!(r#""ada" "Agent" seat false on true roles {expected}"#), "{body}");
    }
    // While somebody is inactive, their roles are those that they will have.
    house.answer("PATCH /Users/1", &active(false)).await;
    let shown = house.try_answer("GET /Users/1", &Value::Null, [None, None]).await.unwrap().body.unwrap();
    assert_eq!((&shown["active"], values(shown["roles"].as_array().unwrap())), (&json!(false), vec!["a"]));
    house.answer("PATCH /Users/2", &active(true)).await;
    assert_eq!(depot.users()[1], r#""eve" "Agent" seat false on true roles guest"#);
}

#[tokio::test]
async fn roles_are_remembered_before_they_are_taken() {
    for at in 0..3 {
        for cut in [Cut::Before(at), Cut::After(at)] {
            let (house, depot) = depot(&[EMPTIED]);
            depot.add(json!({"login": "ada", "kind": "Agent", "roles": [{"value": "a"}]}));
            depot.cut(cut);
            house.answer("PATCH /Users/1", &replaces("active", &json!(false))).await;
            depot.cut(Cut::Never);
            for active in [false, true] {
                let answer = house.answer("PATCH /Users/1", &replaces("active", &json!(active))).await;
                assert_eq!(status(&answer), "200", "{cut:?} {active} {answer}");
            }
            assert_eq!(depot.users(), [r#""ada" "Agent" seat false on true roles a"#], "{cut:?}");
        }
    }
}

const RENAMES: [(&str, &str); 3] = [
    ("id = \"id\"\n", "id = \"login\"\nid_changes = true\n"),
    ("answer = \"id:made\"\n", "answer = \"id={login}\"\n"),
    ("patch = \"/users/{id}\"\n", "patch = \"/users/{id}\"\nanswer = \"id={login}\"\n"),
];

#[tokio::test]
async fn a_resource_that_is_renamed_keeps_its_id_and_nobody_else_gets_it() {
    let (house, depot) = depot(&RENAMES);
    let shown = |answer: &str| answer.split(",\"userType").next().unwrap_or_default().to_owned();
    assert_eq!(
        shown(&house.answer("POST /Users", &user("ada", &json!({}))).await),
        r#"201 {"id":"ada","userName":"ada"}"#
    );
    let after = house.answer("PATCH /Users/ada", &replaces("userName", &json!("ida"))).await;
    assert_eq!(shown(&after), r#"200 {"id":"ada","userName":"ida"}"#);
    for (request, expected) in
        [("GET /Users/ada", r#"200 {"id":"ada","userName":"ida"}"#), ("GET /Users/ida", "404 there is no User `ida`")]
    {
        assert_eq!(house.answer(request, &Value::Null).await, expected);
    }
    assert_eq!(house.answer(&search("userName eq \"ida\""), &Value::Null).await, "200 1 in all, from 1: ada");
    // The old name is free in the product, and taken in SCIM.
    assert_eq!(
        shown(&house.answer("POST /Users", &user("ada", &json!({}))).await),
        r#"201 {"id":"ada~2","userName":"ada"}"#
    );
    assert_eq!(house.answer("GET /Users/ada~2", &Value::Null).await, r#"200 {"id":"ada~2","userName":"ada"}"#);
    assert_eq!(house.answer("DELETE /Users/ada~2", &Value::Null).await, "204");
    assert_eq!(depot.users().len(), 1);
    // Back to the first name: one id again.
    let back = house.answer("PATCH /Users/ada", &replaces("userName", &json!("ada"))).await;
    assert_eq!(shown(&back), r#"200 {"id":"ada","userName":"ada"}"#);
    assert_eq!(house.answer("GET /Users/ada", &Value::Null).await, r#"200 {"id":"ada","userName":"ada"}"#);
}

/// Says something of a resource that has just been renamed, or not, by a change whose answer was lost; `expected` are the beginnings
/// of the answers that are right.
async fn check_renamed(request: &str, body: &Value, expected: &[&str]) {
    for at in 0..6 {
        for cut in [Cut::Before(at), Cut::After(at)] {
            let (house, depot) = depot(&RENAMES);
            house.answer("POST /Users", &user("ada", &json!({}))).await;
            depot.cut(cut);
            let broken = house.answer("PATCH /Users/ada", &replaces("userName", &json!("ida"))).await;
            depot.cut(Cut::Never);
            let answer = house.answer(request, body).await;
            assert!(expected.iter().any(|right| answer.starts_with(right)), "{request} {cut:?} {broken} {answer}");
            if request.starts_with("DELETE") {
                assert_eq!(depot.users(), Vec::<String>::new(), "{cut:?} {broken}");
                continue;
            }
            let again = house.answer("PATCH /Users/ada", &replaces("userName", &json!("ida"))).await;
            assert!(again.starts_with(r#"200 {"id":"ada","userName":"ida""#), "{request} {cut:?} {broken} {again}");
            assert_eq!(house.answer("GET /Users/ida", &Value::Null).await, "404 there is no User `ida`", "{cut:?}");
            assert_eq!(depot.users().len(), 1, "{request} {cut:?} {broken}");
        }
    }
}

#[tokio::test]
async fn who_was_renamed_by_a_change_that_broke_off_anywhere_keeps_the_id() {
    let nobody = Value::Null;
    check_renamed("PATCH /Users/ada", &replaces("userName", &json!("ida")), &[r#"200 {"id":"ada","userName":"ida""#])
        .await;
    check_renamed("GET /Users/ada", &nobody, &[r#"200 {"id":"ada","userName":""#]).await;
    let found = ["200 0 in all, from 1:", "200 1 in all, from 1: ada"];
    check_renamed(&search("userName eq \"ida\""), &nobody, &found).await;
    check_renamed("DELETE /Users/ada", &nobody, &["204"]).await;
}

/// A house with `ada`, who may become `ida` by a change before whose call the connection broke.
async fn half_renamed(others: &[&str]) -> (House, Arc<Depot>) {
    let (house, depot) = depot(&RENAMES);
    for name in std::iter::once(&"ada").chain(others) {
        house.answer("POST /Users", &user(name, &json!({}))).await;
    }
    depot.cut(Cut::Before(2));
    let broken = house.answer("PATCH /Users/ada", &replaces("userName", &json!("ida"))).await;
    assert!(broken.starts_with("503"), "{broken}");
    depot.cut(Cut::Never);
    (house, depot)
}

impl House {
    /// Deletes somebody behind the gateway's back.
    async fn lose(&self, depot: &Depot, name: &str) {
        let rule = self.tenant.profile.user.get.rule.clone();
        let gone = rules::TargetCall::new(rules::Verb::Delete, format!("/users/{name}"), "user.delete", rule);
        assert_eq!(crate::target::Target::call(depot, &gone).await.map(|answer| answer.status), Ok(204));
    }
}

#[tokio::test]
async fn who_has_the_name_that_another_should_have_got_is_somebody_else() {
    let (nobody, ida) = (Value::Null, r#"200 {"id":"ida","userName":"ida"}"#);
    // There before it was begun.
    let (house, depot) = half_renamed(&["ida"]).await;
    house.lose(&depot, "ada").await;
    assert_eq!(house.answer("GET /Users/ada", &nobody).await, "404 there is no User `ada`");
    assert_eq!(house.answer("GET /Users/ida", &nobody).await, ida);
    // Made by others while the first is still there.
    let (house, depot) = half_renamed(&[]).await;
    depot.add(json!({"login": "ida"}));
    assert_eq!(house.answer(&search("userName eq \"ida\""), &nobody).await, "200 1 in all, from 1: ida");
    house.lose(&depot, "ada").await;
    assert_eq!(house.answer("GET /Users/ada", &nobody).await, "404 there is no User `ada`");
    // Made by provisioning, behind which the first is gone.
    let (house, depot) = half_renamed(&[]).await;
    house.answer("POST /Users", &user("ida", &json!({}))).await;
    house.lose(&depot, "ada").await;
    assert_eq!(house.answer("GET /Users/ada", &nobody).await, "404 there is no User `ada`");
    assert_eq!(house.answer("GET /Users/ida", &nobody).await, ida);
    // Made by others when the first was deleted.
    let (house, depot) = half_renamed(&[]).await;
    assert_eq!(house.answer("DELETE /Users/ada", &nobody).await, "204");
    depot.add(json!({"login": "ida"}));
    assert_eq!(house.answer("GET /Users/ada", &nobody).await, "404 there is no User `ada`");
}

#[tokio::test]
async fn a_refused_new_name_is_in_no_doubt() {
    let refuses = (
        "title = \"Depot\"\n",
        "title = \"Depot\"\n[[error]]\nwhen = { status = 412 }\nscim = { status = 400, detail = \"no\" }\n",
    );
    let edits: Vec<(&str, &str)> = RENAMES.into_iter().chain([refuses]).collect();
    let (house, depot) = depot(&edits);
    house.answer("POST /Users", &user("ada", &json!({}))).await;
    depot.rivals(1);
    let answer = house.answer("PATCH /Users/ada", &replaces("userName", &json!("ida"))).await;
    assert!(answer.starts_with("400"), "{answer}");
    house.lose(&depot, "ada").await;
    depot.add(json!({"login": "ida"}));
    assert_eq!(house.answer("GET /Users/ada", &Value::Null).await, "404 there is no User `ada`");
}

/// Every call is cut off once, before and after it was done; then the IdP says the same again.
async fn check_again(edits: &[(&str, &str)], before: &[(&str, Value)], change: (&str, Value), expected: &str) {
    for at in 0..9 {
        for cut in [Cut::Before(at), Cut::After(at)] {
            let (house, depot) = depot(edits);
            for (request, body) in before {
                let answer = house.answer(request, body).await;
                assert!(answer.starts_with('2'), "{request} {answer}");
            }
            depot.cut(cut);
            let first = house.answer(change.0, &change.1).await;
            depot.cut(Cut::Never);
            let again = house.answer(change.0, &change.1).await;
            assert!(again.starts_with('2'), "{cut:?} {} {first} {again} {:?}", change.0, depot.take_calls());
            assert_eq!(depot.users(), [expected], "{cut:?} {} {first} {again}", change.0);
        }
    }
}

#[tokio::test]
async fn whoever_repeats_a_change_that_broke_off_anywhere_gets_the_whole() {
    let ada = ("POST /Users", agent());
    let wanted = user("eve", &json!({"userType": "Agent", "active": true, "roles": [{"value": "b"}, {"value": "c"}]}));
    check_again(&[], &[ada], ("PUT /Users/1", wanted), r#""eve" "Agent" seat true on true roles b+c"#).await;
}

#[tokio::test]
async fn whoever_repeats_a_deactivation_that_broke_off_anywhere_loses_no_role() {
    let edits = [
        ("active = { direct = \"on\" }", "active = { emptied = \"roles\", otherwise = [{ value = \"z\" }] }"),
        ("[[user.update]]\neach = \"roles added\"\nput = \"/users/{id}/roles/{each}\"\n", ""),
        ("[[user.update]]\neach = \"roles removed\"\ndelete = \"/users/{id}/roles/{each}\"\n", ""),
        ("[[user.create.after]]\neach = \"roles\"\nput = \"/users/{id}/roles/{each}\"\n", ""),
        ("mail = \"{mail}\" }", "mail = \"{mail}\", roles = \"{roles}\" }"),
    ];
    let (ada, off) = (("POST /Users", agent()), replaces("active", &json!(false)));
    let on = replaces("active", &json!(true));
    let (empty, full) = (r#""ada" "Agent" seat true on true roles "#, WHOLE);
    check_again(&edits, std::slice::from_ref(&ada), ("PATCH /Users/1", off.clone()), empty).await;
    check_again(&edits, &[ada, ("PATCH /Users/1", off)], ("PATCH /Users/1", on), full).await;
}

#[tokio::test]
async fn who_is_renamed_while_a_delete_waits_is_deleted_by_the_new_name() {
    let (house, depot) = depot(&RENAMES);
    house.answer("POST /Users", &user("ada", &json!({}))).await;
    let busy = house.exchanges.locks.lock(&format!("change user {} ada", house.tenant.id)).await;
    let (name, nobody) = (replaces("userName", &json!("ida")), Value::Null);
    let (renamed, deleted, ()) =
        tokio::join!(house.answer("PATCH /Users/ada", &name), house.answer("DELETE /Users/ada", &nobody), async move {
            tokio::task::yield_now().await;
            drop(busy);
        });
    assert_eq!((status(&renamed), status(&deleted)), ("200", "204"), "{renamed} {deleted}");
    assert_eq!(depot.users(), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_the_product_gave_away_again_is_nobody_elses() {
    let (house, depot) = depot(&RENAMES);
    let (ada, ida) = (user("ada", &json!({})), user("ida", &json!({})));
    house.answer("POST /Users", &ada).await;
    house.answer("PATCH /Users/ada", &replaces("userName", &json!("ida"))).await;
    // Behind our back.
    house.lose(&depot, "ida").await;
    let made = house.answer("POST /Users", &ida).await;
    assert!(made.starts_with(r#"201 {"id":"ida","userName":"ida""#), "{made}");
    assert_eq!(house.answer("GET /Users/ada", &Value::Null).await, "404 there is no User `ada`");
}
