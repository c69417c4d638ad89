//! Reads that are sent as POST, ids that are numbers, fields of an object among others, and what the whole target answers.

use json::json;

use super::*;
use crate::call::Verb;
use crate::params::Params;
use crate::planner::{Page, Window};
use crate::profile::{AnswerRule, BodyRule};

const GET: &str = "get = \"/users/{id}\"";
const FIND: &str = "get = \"/users?login={login}\"";

/// The body of the read of user `id`, in the edited profile.
fn asked(from: &str, to: &str, id: &str) -> json::Value {
    let profile = loaded(from, to);
    let params = Params::default();
    let call = profile.user.read_call(&params, id).unwrap_or_else(|refusal| panic!("{refusal}")).call;
    assert_eq!((call.verb, call.verb.as_str(), call.verb.writes()), (Verb::Query, "POST", false));
    call.body.unwrap_or_default()
}

#[test]
fn a_question_has_a_body_of_its_placeholders() {
    let post =
        "post = \"/rpc\"\nbody = { method = \"get\", ids = [\"{id}\"], text = \"user {id}\", none = [], size = 1 }";
    let body = json!({"method": "get", "ids": ["7"], "text": "user 7", "none": [], "size": 1});
    assert_eq!(asked(GET, post, "7"), body);
}

#[test]
fn an_id_is_a_number_where_the_profile_says_so_and_it_is_one() {
    let numeric = |lines: &str| {
        edited(GET, "post = \"/rpc\"\nbody = { ids = [\"{id}\"], text = \"u{id}\" }").replacen("id = \"id\"", lines, 1)
    };
    for (lines, id, expected) in [
        ("id = \"id\"", "7", json!("7")),
        ("id = \"id\"\nnumeric = false", "7", json!("7")),
        ("id = \"id\"\nnumeric = true", "7", json!(7)),
        ("id = \"id\"\nnumeric = true", "-1", json!(-1)),
        ("id = \"id\"\nnumeric = true", "seven", json!("seven")),
        ("id = \"id\"\nnumeric = true", "007", json!("007")),
        ("id = \"id\"\nnumeric = true", "99999999999999999999", json!("99999999999999999999")),
    ] {
        let (profile, _) =
            profile("p.toml", &numeric(lines)).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
        let call = profile.user.read_call(&Params::default(), id).map(|read| read.call.body);
        assert_eq!(call.ok().flatten(), Some(json!({"ids": [expected], "text": format!("u{id}")})), "{lines} {id}");
    }
}

#[test]
fn a_page_is_a_number_and_the_first_has_no_token() {
    let list = |body: &str, keys: &str| {
        format!(
            "[user.list]\npost = \"/rpc\"\nbody = {body}\nrows = \"users\"\npage_rows_max = 50\n{keys}\n[user.create]"
        )
    };
    let page = |body: &str, keys: &str, page| {
        let profile = loaded("[user.create]", &list(body, keys));
        profile.user.list_call(&Params::default(), 0, page).ok().and_then(|call| call.body)
    };
    let at = |offset, limit| Page::At(Window { offset, limit });
    let counted = r#"{ from = "{offset}", size = "{limit}", what = "{limit} users" }"#;
    assert_eq!(page(counted, "", at(100, 10)), Some(json!({"from": 100, "size": 10, "what": "10 users"})));
    assert_eq!(page(r#"{ page = "{page}" }"#, "", at(100, 10)), Some(json!({"page": 3})));
    assert_eq!(page(r#"{ page = "{page0}", of = "{limit}" }"#, "", at(100, 10)), Some(json!({"page": 2, "of": 50})));
    let named = r#"{ size = "{limit}", after = "{cursor}" }"#;
    assert_eq!(page(named, "next = \"next\"", at(0, 10)), Some(json!({"size": 50})));
    assert_eq!(page(named, "next = \"next\"", Page::Named("17")), Some(json!({"size": 50, "after": "17"})));
}

#[test]
fn a_question_says_whom_it_is_about() {
    insta::assert_snapshot!(only(Code::MissingPlaceholder, GET, "post = \"/rpc\"\nbody = { method = \"get\" }"), @r#"
    error[E0163]: `user.get` does not use `{id}`: it would touch the wrong record
      --> p.toml:15:8
       |
    15 | post = "/rpc"
       |        ^^^^^^
       |
       = help: write `{id}` where it belongs, in the path or in the body
    "#);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, FIND, "post = \"/rpc\""), @r#"
    error[E0163]: `user.find.userName` does not use `{login}`: it would give everybody
      --> p.toml:12:8
       |
    12 | post = "/rpc"
       |        ^^^^^^
       |
       = help: write `{login}` where it belongs
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, GET, "post = \"/rpc/{id}\"\nbody = { all = \"{all}\" }"), @r#"
    error[E0162]: `user.get` has no value for `{all}`
      --> p.toml:16:8
       |
    16 | body = { all = "{all}" }
       |        ^^^^^^^^^^^^^^^^^
       |
       = help: there are `id`
    "#);
    insta::assert_snapshot!(only(Code::Unfit, GET, "get = \"/users/{id}\"\nbody = { a = 1 }"), @r"
    error[E0134]: a `get` has no body
      --> p.toml:16:1
       |
    16 | body = { a = 1 }
       | ^^^^
       |
       = help: write `post`, if the product is asked so; it counts as a call that reads
    ");
    insta::assert_snapshot!(only(Code::UnknownWord, GET, "put = \"/users/{id}\""), @r#"
    error[E0106]: `user.get` cannot be a `put`
      --> p.toml:15:1
       |
    15 | put = "/users/{id}"
       | ^^^
       |
       = help: write one of `get`, `post`
    "#);
    insta::assert_snapshot!(only(Code::XmlRoot, GET, "post = \"/rpc\"\nformat = \"xml\"\nbody = { a = \"{id}\", b = 1 }"), @r"
    error[E0173]: a body in XML has one root element, this one has none
      --> p.toml:14:7
       |
    14 | [user.get]
       |       ^^^
       |
       = help: write one key around all others: { query = { … } }
    ");
}

#[test]
fn a_write_may_name_its_record_in_the_body() {
    let update = "patch = \"/users/{id}\"";
    let named = loaded(update, "post = \"/rpc\"\nbody = { id = \"{id}\", \"...\" = \"{changed}\" }");
    assert!(matches!(&named.user.update[0].call.body, BodyRule::Template(_)));
    insta::assert_snapshot!(only(Code::MissingPlaceholder, update, "post = \"/rpc\"\nbody = { all = \"{all}\" }"), @r#"
    error[E0163]: `user.update` does not use `{id}`: it would touch the wrong record
      --> p.toml:19:8
       |
    19 | post = "/rpc"
       |        ^^^^^^
       |
       = help: write `{id}` where it belongs, in the path or in the body
    "#);
    insta::assert_snapshot!(only(Code::TextTemplate, update, "post = \"/rpc\"\nbody = { id = \"{id}\", \"...\" = \"{login}\" }"), @r#"
    error[E0171]: `...` puts the fields of an object here, this is none
      --> p.toml:20:8
       |
    20 | body = { id = "{id}", "..." = "{login}" }
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write "{all}", "{changed}" or "{record}"
    "#);
}

#[test]
fn what_a_success_is_holds_for_every_call_that_does_not_say_it() {
    let target = "auth = \"none\"\nexpect = { body = \"ok == true\" }";
    let profile = loaded("auth = \"none\"", target);
    let own = loaded("patch = \"/users/{id}\"", "patch = \"/users/{id}\"\nexpect = { status = 202 }");
    let status = |profile: &Profile| profile.user.update[0].call.expect.as_ref().map(|expect| expect.status.clone());
    assert_eq!((status(&profile), status(&own)), (Some(vec![]), Some(vec![202])));
    let both = edited("auth = \"none\"", target).replacen(
        "patch = \"/users/{id}\"",
        "patch = \"/users/{id}\"\nexpect = { status = 202 }",
        1,
    );
    let (both, _) =
        super::profile("p.toml", &both).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
    assert_eq!(status(&both), Some(vec![202]));
    assert!(both.user.get.expect.as_ref().is_some_and(|expect| expect.body.is_some()));
}

#[test]
fn a_read_by_id_may_answer_with_rows() {
    let answer = loaded(GET, "get = \"/users?id={id}\"\nanswer = \"row:data.users\"").user.get.answer;
    assert!(matches!(answer, AnswerRule::Row(rows) if rows.to_string() == "data.users"));
    insta::assert_snapshot!(only(Code::UnknownWord, "post = \"/users\"", "post = \"/users\"\nanswer = \"row:users\""), @r#"
    error[E0106]: `answer` cannot be `row:users`
      --> p.toml:18:10
       |
    18 | answer = "row:users"
       |          ^^^^^^^^^^^
       |
       = help: write one of `record`, `nothing`, `record:FIELD`, `id:FIELD`, `location`, `id=TEXT`
    "#);
}

#[test]
fn one_update_sends_one_field_after_the_other() {
    let update = "patch = \"/users/{id}\"";
    let by_field = "each = \"changed\"\nput = \"/users/{id}/{each.field}\"\nbody = { value = \"{each}\" }";
    let rule = &loaded(update, by_field).user.update[0];
    assert!(rule.by_field && rule.is_rest() && rule.each.is_none());
    insta::assert_snapshot!(only(Code::UpdateTwice, update, &format!("{by_field}\n[[user.update]]\npatch = \"/users/{{id}}\"")), @r"
    error[E0165]: two updates handle the same change
      --> p.toml:22:1
       |
    22 | [[user.update]]
       | ^^^^^^^^^^^^^^^
       |
       = help: keep one, or give it another `when`
    ");
}
