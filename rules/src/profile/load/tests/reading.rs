//! Codes of finding, sorting and creating, and what comes out of them.

use scim::filter::CompareOp;

use super::*;
use crate::profile::{Ask, Existing};

/// `[user.sort]` with these lines, and a list.
fn sort(lines: &str) -> String {
    format!(
        "[user.list]\nget = \"/users?o={{offset}}\"\nrows = \"people\"\ntotal = \"count\"\npage_rows_max = 50\n[user.sort]\n{lines}\n[user.create]"
    )
}

#[test]
fn a_find_says_what_it_asks() {
    let rows = "rows = \"users\"";
    insta::assert_snapshot!(only(Code::UnknownWord, rows, "rows = \"users\"\nop = \"starts\""), @r#"
    error[E0106]: `op` cannot be `starts`
      --> p.toml:14:6
       |
    14 | op = "starts"
       |      ^^^^^^^^
       |
       = help: write one of `eq`, `ne`, `co`, `sw`, `ew`, `gt`, `ge`, `lt`, `le`
    "#);
    insta::assert_snapshot!(only(Code::MatchNotFound, rows, "rows = \"users\"\nop = \"sw\""), @r#"
    error[E0133]: `userName` has `match`, and the target cannot be searched by it
     --> p.toml:8:1
      |
    8 | userName = { direct = "login", match = 1 }
      | ^^^^^^^^
      |
      = help: write `[[user.find]]` with `by = 'userName'`, or `[user.list]`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, "get = \"/users?login={login}\"", "get = \"/users?login={login}&page={page}\""), @r"
    error[E0104]: `page_rows_max` is missing in `user.find`
      --> p.toml:10:1
       |
    10 | [[user.find]]
       | ^^^^^^^^^^^^^
       |
       = help: write `page_rows_max = 100`
    ");
    insta::assert_snapshot!(only(Code::FindTwice, rows, r#"rows = "users"
[[user.find]]
by = "userName"
op = "eq"
get = "/search?q={login}"
rows = """#), @r#"
    error[E0166]: there are two ways to find by this attribute
      --> p.toml:15:6
       |
    15 | by = "userName"
       |      ^^^^^^^^^^
       |
       = help: keep one; or write `also = true` at the second, if only both together find all
    "#);
}

#[test]
fn a_find_asks_for_what_the_target_holds() {
    let rows = "rows = \"users\"";
    insta::assert_snapshot!(only(Code::FindNotAsked, rows, r#"rows = "users"
[[user.find]]
by = "title"
op = "co"
get = "/search?job={job}"
rows = ""
[user.map.title]
direct = "job"
values = { Boss = 1 }"#), @r#"
    warning[W0206]: only whole values of `title` have another form there, not what `co` asks
      --> p.toml:15:6
       |
    15 | by = "title"
       |      ^^^^^^^
       |
       = help: take it away: the gateway compares itself
    "#);
    insta::assert_snapshot!(only(Code::FindNotAsked, rows, r#"rows = "users"
[[user.find]]
by = "title"
op = "sw"
get = "/search?job={job}"
rows = ""
[user.map.title]
direct = "job"
as = "ToLower""#), @r#"
    warning[W0206]: only whole values of `title` have another form there, not what `sw` asks
      --> p.toml:15:6
       |
    15 | by = "title"
       |      ^^^^^^^
       |
       = help: take it away: the gateway compares itself
    "#);
    insta::assert_snapshot!(only(Code::NotDirect, rows, r#"rows = "users"
[[user.find]]
by = "title"
get = "/search?job={job}"
rows = ""
[user.map.title]
direct = "job"
lookup = "jobs.name"
[lookup.jobs]
get = "/jobs"
rows = ""
id = "id""#), @r#"
    error[E0129]: the target holds an id for `title`, it cannot be asked for what SCIM shows
      --> p.toml:15:6
       |
    15 | by = "title"
       |      ^^^^^^^
       |
       = help: find by another attribute
    "#);
}

#[test]
fn a_find_asks_what_its_attribute_can_answer() {
    let rows = "rows = \"users\"";
    insta::assert_snapshot!(only(Code::Unfit, rows, r#"rows = "users"
[[user.find]]
by = "active"
op = "sw"
get = "/search?on={on}"
rows = """#), @r#"
    error[E0134]: `sw` is for texts, `active` is none
      --> p.toml:15:6
       |
    15 | by = "active"
       |      ^^^^^^^^
       |
       = help: write `op = "eq"`
    "#);
    insta::assert_snapshot!(only(Code::Unfit, rows, r#"rows = "users"
[[user.find]]
by = "password"
get = "/search?pw={pw}"
rows = ""
[user.map.password]
direct = "pw""#), @r#"
    error[E0134]: `password` is never returned, so nobody can ask by it
      --> p.toml:15:6
       |
    15 | by = "password"
       |      ^^^^^^^^^^
       |
       = help: take it away
    "#);
}

#[test]
fn a_find_may_page_and_one_attribute_has_one_find_for_each_operator() {
    let user = loaded("rows = \"users\"", "rows = \"users\"\n[[user.find]]\nby = \"userName\"\nop = \"sw\"\nget = \"/users?p={login}&o={offset}&l={limit}\"\nrows = \"users\"\ntotal = \"count\"\npage_rows_max = 20").user;
    let paging = |find: usize| match &user.find[find].ask {
        Ask::Rows { paging, .. } => paging,
        other => panic!("{other:?}"),
    };
    let finds: Vec<_> =
        (0..2).map(|find| (user.find[find].op, paging(find).paged, paging(find).page_rows_max)).collect();
    assert_eq!(finds, [(CompareOp::Eq, false, super::super::paging::PAGE_ROWS_MAX), (CompareOp::Sw, true, 20)]);
    assert_eq!(paging(1).total.as_ref().map(ToString::to_string), Some("count".to_owned()));
}

#[test]
fn the_target_sorts_by_what_it_holds() {
    let get = "get = \"/users?sort={sort}&order={order}\"";
    let only = |code, lines: &str| only(code, "[user.create]", &sort(lines));
    insta::assert_snapshot!(only(Code::NotMapped, &format!("{get}\nby = {{ nickName = \"nick\" }}")), @r#"
    error[E0128]: `nickName` is not mapped
      --> p.toml:23:8
       |
    23 | by = { nickName = "nick" }
       |        ^^^^^^^^
       |
       = help: map it in `[user.map]`, or use one of `userName`, `active`
    "#);
    insta::assert_snapshot!(only(Code::NotDirect, &format!("{get}\nby = {{ externalId = \"ref\" }}\n[user.map.externalId]\nkeep = true")), @r#"
    error[E0129]: the target cannot sort by `externalId`: it does not have it
      --> p.toml:23:8
       |
    23 | by = { externalId = "ref" }
       |        ^^^^^^^^^^
       |
       = help: take it away: the gateway sorts by it
    "#);
    insta::assert_snapshot!(only(Code::NotDirect, &format!("{get}\nby = {{ title = \"job\" }}\n[user.map.title]\ndirect = \"job\"\nvalues = {{ Boss = 1 }}")), @r#"
    error[E0129]: the target cannot sort by `title`: it has other values, in another order
      --> p.toml:23:8
       |
    23 | by = { title = "job" }
       |        ^^^^^
       |
       = help: take it away: the gateway sorts by it
    "#);
    insta::assert_snapshot!(only(Code::NotDirect, &format!("{get}\nby = {{ emails = \"mail\" }}\n[user.map.emails]\ndirect = \"mails\"")), @r#"
    error[E0129]: the target cannot sort by `emails`: it is not one value of the whole resource
      --> p.toml:23:8
       |
    23 | by = { emails = "mail" }
       |        ^^^^^^
       |
       = help: take it away: the gateway sorts by it
    "#);
    insta::assert_snapshot!(only(Code::Unfit, &format!("{get}\nby = {{ password = \"pw\" }}\n[user.map.password]\ndirect = \"pw\"")), @r#"
    error[E0134]: `password` is never returned, so nobody can ask by it
      --> p.toml:23:8
       |
    23 | by = { password = "pw" }
       |        ^^^^^^^^
       |
       = help: take it away
    "#);
}

#[test]
fn a_sort_is_complete() {
    let get = "get = \"/users?sort={sort}&order={order}\"";
    let only = |code, lines: &str| only(code, "[user.create]", &sort(lines));
    insta::assert_snapshot!(only(Code::MappedTwice, &format!("{get}\nby = {{ userName = \"login\", username = \"nick\" }}")), @r#"
    error[E0123]: `username` is there already
      --> p.toml:23:28
       |
    23 | by = { userName = "login", username = "nick" }
       |                            ^^^^^^^^
       |
       = help: take one of the two away
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, get), @r#"
    error[E0104]: `by` is missing in `user.sort`
      --> p.toml:21:7
       |
    21 | [user.sort]
       |       ^^^^
       |
       = help: write `by = { userName = "login" }`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, &format!("{get}\nby = {{}}")), @r#"
    error[E0104]: `by` names no attribute
      --> p.toml:23:1
       |
    23 | by = {}
       | ^^
       |
       = help: write `{ userName = "login" }`, or take `sort` away
    "#);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, "get = \"/users?sort={sort}\"\nby = { userName = \"login\" }"), @r#"
    error[E0163]: `user.sort` does not use `{order}`: it would be in one direction only
      --> p.toml:22:7
       |
    22 | get = "/users?sort={sort}"
       |       ^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `{order}` where it belongs
    "#);
    insta::assert_snapshot!(only(Code::Range, &format!("{get}\nby = {{ userName = \"login\" }}\norder = [\"up\", \"up\"]")), @r#"
    error[E0109]: `order` must be two different texts
      --> p.toml:24:9
       |
    24 | order = ["up", "up"]
       |         ^^^^^^^^^^^^
       |
       = help: write `["asc", "desc"]`: ascending first
    "#);
    insta::assert_snapshot!(only(Code::WrongType, &format!("{get}\nby = {{ userName = 1 }}")), @r"
    error[E0105]: `userName` must be a text in quotes, not a whole number
      --> p.toml:23:19
       |
    23 | by = { userName = 1 }
       |                   ^
    ");
}

#[test]
fn a_sort_without_a_list_says_where_its_rows_are() {
    let lines = "[user.sort]\nget = \"/users?sort={sort}&order={order}\"\nby = { userName = \"login\" }\n[user.create]";
    insta::assert_snapshot!(only(Code::MissingKey, "[user.create]", lines), @r#"
    error[E0104]: `rows` is missing in `user.sort`
      --> p.toml:16:7
       |
    16 | [user.sort]
       |       ^^^^
       |
       = help: write `rows = "rows"`
    "#);
}

#[test]
fn a_sort_reads_rows_and_pages_as_the_list_does() {
    let whole = "get = \"/s?by={order}{sort}\"\nby = { active = \"on\", userName = \"login\" }\norder = [\"\", \"-\"]";
    let paged =
        "get = \"/s?by={sort}&to={order}&p={page}\"\nby = { userName = \"login\" }\nrows = \"rows\"\npage_rows_max = 7";
    let rows = [
        (whole, "[(1, \"on\"), (0, \"login\")] [\"\", \"-\"] people count 50 false"),
        (paged, "[(0, \"login\")] [\"asc\", \"desc\"] rows count 7 true"),
    ];
    for (lines, expected) in rows {
        let sort = loaded("[user.create]", &sort(lines)).user.sort.expect("it sorts");
        let paging = &sort.list.paging;
        let total = paging.total.as_ref().map(ToString::to_string).unwrap_or_default();
        let found =
            format!("{:?} {:?} {} {total} {} {}", sort.by, sort.order, paging.rows, paging.page_rows_max, paging.paged);
        assert_eq!(found, expected, "{lines}");
    }
}

#[test]
fn a_create_says_what_becomes_of_who_is_there() {
    let post = "post = \"/users\"";
    insta::assert_snapshot!(only(Code::UnknownWord, post, "post = \"/users\"\nexisting = \"merge\""), @r#"
    error[E0106]: `existing` cannot be `merge`
      --> p.toml:18:12
       |
    18 | existing = "merge"
       |            ^^^^^^^
       |
       = help: write one of `refuse`, `update`
    "#);
    insta::assert_snapshot!(only(Code::Range, post, "post = \"/users\"\ntaken = \"\""), @r#"
    error[E0109]: `taken` must have 1 to 1000 bytes
      --> p.toml:18:9
       |
    18 | taken = ""
       |         ^^
       |
       = help: say what the IdP's admin can change
    "#);
    let create =
        |more: &str| loaded(post, &format!("{post}\n{more}")).user.create.map(|create| (create.existing, create.taken));
    assert_eq!(create(""), Some((Existing::Refuse, None)));
    let taken = "existing = \"update\"\ntaken = \"made by hand\"";
    assert_eq!(create(taken), Some((Existing::Update, Some("made by hand".to_owned()))));
}

#[test]
fn a_create_that_changes_who_is_there_needs_an_update() {
    let text = MINIMAL
        .replace("match = 1 }", "match = 1, immutable = true }")
        .replace("\"on\" }", "\"on\", immutable = true }")
        .replace("[[user.update]]\npatch = \"/users/{id}\"\n", "")
        .replace("post = \"/users\"", "post = \"/users\"\nexisting = \"update\"");
    insta::assert_snapshot!(only_in(Code::NoUpdate, &text), @r#"
    error[E0170]: nothing can change a user that is there already
      --> p.toml:18:12
       |
    18 | existing = "update"
       |            ^^^^^^^^
       |
       = help: add an `[[user.update]]`, or write `existing = "refuse"`
    "#);
}

#[test]
fn what_the_target_alone_knows_is_shown_and_never_written() {
    let mapped = "groups = { expression = \"[memberships]\" }\n\"meta.version\" = { expression = \"[rev]\" }";
    let user = loaded("active = { direct = \"on\" }", mapped).user;
    assert_eq!(shown(&user.shown), ["userName", "groups(value,$ref,display,type)"]);
    insta::assert_snapshot!(only(Code::Unfit, "active = { direct = \"on\" }", "\"meta.version\" = { constant = \"1\" }"), @r#"
    error[E0134]: a version that is always the same tells nobody of a change
     --> p.toml:9:1
      |
    9 | "meta.version" = { constant = "1" }
      | ^^^^^^^^^^^^^^
      |
      = help: write `{ expression = '[rev]' }`, or take it away
    "#);
    insta::assert_snapshot!(only(Code::ReadOnly, "active = { direct = \"on\" }", "\"meta.version\" = { direct = \"rev\" }"), @r#"
    error[E0125]: `meta.version` is read-only, it cannot be written to the target
     --> p.toml:9:1
      |
    9 | "meta.version" = { direct = "rev" }
      | ^^^^^^^^^^^^^^
      |
      = help: write `{ expression = '[rev]' }`: that is only read
    "#);
}
