//! Rows, pages, joins and what becomes of a record: their codes, and what comes out of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::profile::{Ask, LetterCase, Next, Place, Total};

const CREATE: &str = "[user.create]";
const ROWS: &str = "rows = \"users\"";

/// A list with these lines, in the place of `[user.create]`.
fn list(lines: &str) -> String {
    format!("[user.list]\n{lines}\n[user.create]")
}

#[test]
fn pages_are_counted_or_named() {
    let only = |lines: &str| only(Code::Pages, CREATE, &list(lines));
    insta::assert_snapshot!(only("get = \"/users?o={offset}\"\nrows = \"\"\npage_rows_max = 9\nnext = \"next\""), @r#"
    error[E0321]: pages are counted and named at once
      --> p.toml:20:8
       |
    20 | next = "next"
       |        ^^^^^^
       |
       = help: keep `next`, or `{offset}`, `{page}` or `{page0}` in the path
    "#);
    insta::assert_snapshot!(only("get = \"/users?c={cursor}\"\nrows = \"\""), @r#"
    error[E0321]: nothing says what `{cursor}` stands for
      --> p.toml:16:7
       |
    16 | [user.list]
       |       ^^^^
       |
       = help: write `next = "next_cursor"`
    "#);
    insta::assert_snapshot!(only("get = \"/users?c={cursor}\"\nrows = \"\"\nnext = \"header:Link\""), @r#"
    error[E0321]: `Link` holds the URL of the next page, not a token
      --> p.toml:19:8
       |
    19 | next = "header:Link"
       |        ^^^^^^^^^^^^^
       |
       = help: take `{cursor}` away
    "#);
    insta::assert_snapshot!(only("get = \"/users/{cursor}\"\nrows = \"\"\nnext = \"next\""), @r#"
    error[E0321]: the first page has no `{cursor}`, so it cannot stand in the path
      --> p.toml:19:8
       |
    19 | next = "next"
       |        ^^^^^^
       |
       = help: put it behind the `?`
    "#);
}

#[test]
fn a_find_with_one_answer_has_no_rows() {
    let only = |to: &str| only(Code::FindAnswer, ROWS, to);
    insta::assert_snapshot!(only("answer = \"record\"\nrows = \"users\""), @r#"
    error[E0322]: `rows` means nothing here: its answer is no list of rows
      --> p.toml:14:1
       |
    14 | rows = "users"
       | ^^^^
       |
       = help: take it away
    "#);
    let by_id = |more: &str| format!("{more}[[user.find]]\nby = \"active\"\nid = \"{{on}}\"\n");
    insta::assert_snapshot!(super::only(Code::FindAnswer, CREATE, &format!("{}get = \"/u?o={{on}}\"\n[user.create]", by_id(""))), @r#"
    error[E0322]: `get` means nothing here: the id follows from the value, nothing is asked
      --> p.toml:19:1
       |
    19 | get = "/u?o={on}"
       | ^^^
       |
       = help: take it away
    "#);
}

#[test]
fn a_further_find_stands_behind_a_first() {
    insta::assert_snapshot!(only(Code::FindAlso, ROWS, "rows = \"users\"\nalso = true"), @r#"
    error[E0323]: there is no other way to find by this attribute before it
      --> p.toml:14:8
       |
    14 | also = true
       |        ^^^^
       |
       = help: take `also` away, or put the find that has none before it
    "#);
}

#[test]
fn what_is_dropped_cannot_be_read() {
    let user = "[user]\nid = \"id\"";
    insta::assert_snapshot!(only(Code::SecretRead, user, "[user]\nid = \"id\"\nsecret = [\"key\", \"login\"]"), @r#"
    error[E0324]: `userName` is read from `login`, which is dropped
     --> p.toml:7:18
      |
    7 | secret = ["key", "login"]
      |                  ^^^^^^^
      |
      = help: take one of the two away
    "#);
    insta::assert_snapshot!(only(Code::SecretRead, user, "[user]\nid = \"id\"\nsecret = [\"id\"]"), @r#"
    error[E0324]: `id` is read from `id`, which is dropped
     --> p.toml:7:11
      |
    7 | secret = ["id"]
      |           ^^^^
      |
      = help: take one of the two away
    "#);
    // What may only be written is never read.
    let password = "active = { direct = \"on\" }";
    let text = edited(password, "active = { direct = \"on\" }\npassword = { direct = \"pw\" }");
    let text = text.replacen(user, "[user]\nid = \"id\"\nsecret = [\"pw\", \"keys.api\"]", 1);
    let (profile, _) = profile("p.toml", &text).map_err(|report| report.to_terminal(Colour::Plain)).unwrap();
    let secret: Vec<String> = profile.user.record.secret.iter().map(ToString::to_string).collect();
    assert_eq!(secret, ["pw", "keys.api"]);
}

#[test]
fn a_condition_on_a_record_is_true_or_false() {
    let user = "[user]\nid = \"id\"";
    insta::assert_snapshot!(only(Code::ExpressionType, user, "[user]\nid = \"id\"\nprotected = \"Join(' ', a, b)\""), @r#"
    error[E0155]: `protected` must be true or false
     --> p.toml:7:13
      |
    7 | protected = "Join(' ', a, b)"
      |             ^^^^^^^^^^^^^^^^^
      |
      = help: compare a field of the record: admin == true
    "#);
    let user = loaded(user, "[user]\nid = \"id\"\nprotected = \"admin == true\"\ngone = \"state == 'gone'\"").user;
    let fields = |condition: &Option<crate::profile::RecordCondition>| {
        condition.as_ref().map(|condition| condition.fields.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(fields(&user.record.protected), Some(vec!["admin".to_owned()]));
    assert_eq!(fields(&user.record.gone), Some(vec!["state".to_owned()]));
}

#[test]
fn a_join_reads_by_fields_of_the_record() {
    let join =
        "[[user.join]]\nget = \"/profiles/{profile.id}?of={id}\"\nat = \"profile\"\nrows = \"data\"\n[user.create]";
    let user = loaded(CREATE, join).user;
    let [join] = user.record.joins.as_slice() else { panic!("{:?}", user.record.joins) };
    assert_eq!(join.call.path.names().collect::<Vec<_>>(), ["profile.id", "id"]);
    assert_eq!((join.at.to_string(), join.take.to_string()), ("profile".to_owned(), "data".to_owned()));
    let many = "[[user.join]]\nget = \"/a/{id}\"\nat = \"a\"\n".repeat(crate::profile::JOINS_MAX + 1);
    insta::assert_snapshot!(only(Code::TooLarge, CREATE, &format!("{many}{CREATE}")), @r#"
    error[E0102]: `user.join` has 4 entries, the most is 3
      --> p.toml:16:8
       |
    16 | [[user.join]]
       |        ^^^^
    "#);
}

#[test]
fn a_page_is_named_in_the_body_or_a_header() {
    let next = |lines: &str| {
        let list = loaded(CREATE, &list(lines)).user.list.remove(0);
        (list.call.reads.to_vec(), list.paging.next)
    };
    let field = |text: &str| Place::Field(crate::profile::FieldPath::parse(text).unwrap());
    let (reads, token) = next(
        "get = \"/users?size=9&c={cursor}&x=1\"\nrows = \"\"\nnext = \"meta.next\"\ntotal = \"header:X-Total-Count\"",
    );
    let Some(Next::Token { at, first }) = token else { panic!("{token:?}") };
    assert_eq!((at, first.to_string().as_str()), (field("meta.next"), "/users?size=9&x=1"));
    assert_eq!(reads, ["x-total-count"]);
    let (_, alone) = next("get = \"/users?c={cursor}\"\nrows = \"\"\nnext = \"next\"");
    assert!(matches!(alone, Some(Next::Token { first, .. }) if first.to_string() == "/users"));
    assert_eq!(next("get = \"/users\"\nrows = \"\"\nnext = \"links.next\"").1, Some(Next::Url(field("links.next"))));
    let (reads, link) = next("get = \"/users\"\nrows = \"\"\nnext = \"header:Link\"");
    assert_eq!((reads, link), (vec!["link".to_owned()], Some(Next::Link)));
}

#[test]
fn a_total_may_have_a_call_of_its_own() {
    let total = |total: &str| {
        let list = list(&format!("get = \"/users?p={{page0}}\"\nrows = \"\"\npage_rows_max = 9\ntotal = {total}"));
        let list = loaded(CREATE, &list).user.list.remove(0);
        let calls: Vec<String> = list.calls().map(|call| format!("{} {}", call.verb, call.path)).collect();
        let Some(Total::Asked(count)) = list.paging.total else { panic!("{:?}", list.paging.total) };
        assert!(list.call.reads.is_empty());
        (calls.join(", "), count.at.to_string(), count.call.reads.to_vec())
    };
    let both = "GET /users?p={page0}, GET /users/count".to_owned();
    assert_eq!(total("{ get = \"/users/count\" }"), (both.clone(), String::new(), vec![]));
    assert_eq!(total("{ get = \"/users/count\", at = \"n.all\" }"), (both.clone(), "n.all".to_owned(), vec![]));
    let header = "header:x-n".to_owned();
    assert_eq!(total("{ get = \"/users/count\", at = \"header:X-N\" }"), (both, header, vec!["x-n".to_owned()]));
    let sort = "[user.list]\nget = \"/users?o={offset}\"\nrows = \"\"\npage_rows_max = 9\ntotal = { get = \"/n\" }\n\
                [user.sort]\nget = \"/users?o={offset}&s={sort}&d={order}\"\nby = { userName = \"login\" }\n[user.create]";
    let sort = loaded(CREATE, sort).user.sort.unwrap();
    assert_eq!(sort.list.paging.total.map(|total| total.to_string()), Some("/n".to_owned()));
}

#[test]
fn only_a_list_of_everybody_is_counted_by_a_call() {
    insta::assert_snapshot!(only(Code::WrongType, ROWS, "rows = \"users\"\ntotal = { get = \"/n\" }"), @r#"
    error[E0105]: `total` must be a text in quotes, not a table
      --> p.toml:14:9
       |
    14 | total = { get = "/n" }
       |         ^^^^^^^^^^^^^^
    "#);
    let total = |total: &str| list(&format!("get = \"/u\"\nrows = \"\"\ntotal = {total}"));
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, CREATE, &total("{ get = \"/n/{id}\" }")), @r#"
    error[E0162]: `user.list.total` has no value for `{id}`
      --> p.toml:19:21
       |
    19 | total = { get = "/n/{id}" }
       |                     ^^^^
       |
       = help: there are none; declare a parameter in `[params]`
    "#);
    insta::assert_snapshot!(only(Code::OneOf, CREATE, &total("{ at = \"n\" }")), @r#"
    error[E0107]: `user.list.total` has no call
      --> p.toml:19:1
       |
    19 | total = { at = "n" }
       | ^^^^^
       |
       = help: write one of `get`, `post`
    "#);
}

#[test]
fn lists_and_finds_make_unions() {
    let two = "[[user.list]]\nget = \"/users\"\nrows = \"u\"\nset = { on = true, rank = 1 }\npartial = true\n\
               [[user.list]]\nget = \"/users?inactive=1\"\nrows = \"u\"\nrow = \"user\"\noptional = true\n[user.create]";
    let user = loaded(CREATE, two).user;
    let pagings: Vec<_> = user.list.iter().map(|list| &list.paging).collect();
    assert_eq!(
        pagings.iter().map(|paging| (paging.partial, paging.optional)).collect::<Vec<_>>(),
        [(true, false), (false, true)]
    );
    assert_eq!((pagings[0].set.len(), pagings[1].row.to_string()), (2, "user".to_owned()));
    let also = "rows = \"users\"\n[[user.find]]\nby = \"userName\"\nget = \"/old?q={login}\"\nanswer = \"id:uid\"\nalso = true\n\
                case = \"lower\"\n[[user.find]]\nby = \"userName\"\nid = \"@{login}\"\nalso = true";
    let find = loaded(ROWS, also).user.find;
    assert!(matches!((&find[0].ask, &find[1].ask, &find[2].ask), (Ask::Rows { .. }, Ask::Id { .. }, Ask::Derived(_))));
    assert_eq!(find[1].case, Some(LetterCase::Lower));
}

#[test]
fn a_derived_id_is_made_of_the_value() {
    let only = |code, to: &str| only(code, "get = \"/users?login={login}\"\nrows = \"users\"", to);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, "id = \"@me\""), @r#"
    error[E0163]: `id` does not use `{login}`: it would be the same id for everybody
      --> p.toml:12:6
       |
    12 | id = "@me"
       |      ^^^^^
       |
       = help: write `{login}` where it belongs
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, "id = \"@{login}:{server}\""), @r#"
    error[E0162]: `id` has no value for `{server}`
      --> p.toml:12:6
       |
    12 | id = "@{login}:{server}"
       |      ^^^^^^^^^^^^^^^^^^^
       |
       = help: there are `{login}` and the parameters
    "#);
    insta::assert_snapshot!(only(Code::Template, "id = \"@{login\""), @r#"
    error[E0161]: `{` without its `}`: a brace that stands for itself is written twice, `{{`
      --> p.toml:12:8
       |
    12 | id = "@{login"
       |        ^
       |
       = help: write a text with placeholders: `@{login}`
    "#);
}

#[test]
fn a_header_is_named_as_headers_are() {
    insta::assert_snapshot!(only(Code::Name, CREATE, &list("get = \"/users\"\nrows = \"\"\ntotal = \"header:X Total\"")), @r#"
    error[E0108]: `header:X Total` is no header
      --> p.toml:19:9
       |
    19 | total = "header:X Total"
       |         ^^^^^^^^^^^^^^^^
       |
       = help: write a field, or `header:` and a name: "header:X-Total-Count"
    "#);
}
