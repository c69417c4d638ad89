//! Codes of calls and the error table, and the warnings.

use super::*;

#[test]
fn templates_are_checked() {
    insta::assert_snapshot!(only(Code::Template, r#"get = "/users/{id}""#, r#"get = "users/{id}""#), @r#"
    error[E0161]: a path template starts with `/`
      --> p.toml:15:8
       |
    15 | get = "users/{id}"
       |        ^
       |
       = help: write a path below the target's base URL: `/users/{id}`
    "#);
    insta::assert_snapshot!(only(Code::Template, r#"get = "/users/{id}""#, r#"get = "/users/{id""#), @r#"
    error[E0161]: `{` without its `}`: a brace that stands for itself is written twice, `{{`
      --> p.toml:15:15
       |
    15 | get = "/users/{id"
       |               ^
       |
       = help: write a path below the target's base URL: `/users/{id}`
    "#);
    let json = r#"get = '/users/{id}?q=[{{"a":"{id}}}]'"#;
    insta::assert_snapshot!(only(Code::Template, r#"get = "/users/{id}""#, json), @r#"
    error[E0161]: this begins as a JSON text and is none: EOF while parsing a string
      --> p.toml:15:22
       |
    15 | get = '/users/{id}?q=[{{"a":"{id}}}]'
       |                      ^
       |
       = help: write a path below the target's base URL: `/users/{id}`
    "#);
    let whole = r#"get = '/users/{id}?q=[{{"a":"{id}"}}]'"#;
    assert!(super::super::profile("p.toml", &edited(r#"get = "/users/{id}""#, whole)).is_ok());
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, r#"get = "/users/{id}""#, r#"get = "/users/{id}?x={idd}""#), @r#"
    error[E0162]: `user.get` has no value for `{idd}`
      --> p.toml:15:22
       |
    15 | get = "/users/{id}?x={idd}"
       |                      ^^^^^
       |
       = help: did you mean `{id}`?
    "#);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, r#"get = "/users/{id}""#, r#"get = "/users""#), @r#"
    error[E0163]: `user.get` does not use `{id}`: it would touch the wrong record
      --> p.toml:15:7
       |
    15 | get = "/users"
       |       ^^^^^^^^
       |
       = help: write `{id}` where it belongs
    "#);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, r#"get = "/users?login={login}""#, r#"get = "/users""#), @r#"
    error[E0163]: `user.find.userName` does not use `{login}`: it would give everybody
      --> p.toml:12:7
       |
    12 | get = "/users"
       |       ^^^^^^^^
       |
       = help: write `{login}` where it belongs
    "#);
}

#[test]
fn updates_and_finds_are_told_apart() {
    insta::assert_snapshot!(only(Code::When, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
[[user.update]]
when = "active becomes false"
post = "/users/{id}/off""#), @r#"
    error[E0164]: `when` is not of the form `PATH changed to LITERAL`
      --> p.toml:21:8
       |
    21 | when = "active becomes false"
       |        ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `active changed` or `active changed to false`
    "#);
    insta::assert_snapshot!(only(Code::When, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
[[user.update]]
when = "active changed to off"
post = "/users/{id}/off""#), @r#"
    error[E0164]: `when` needs `true`, `false`, a number or a text in quotes behind `changed to`
      --> p.toml:21:8
       |
    21 | when = "active changed to off"
       |        ^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `active changed` or `active changed to false`
    "#);
    insta::assert_snapshot!(only(Code::UpdateTwice, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
[[user.update]]
put = "/users/{id}""#), @r"
    error[E0165]: two updates handle the same change
      --> p.toml:20:1
       |
    20 | [[user.update]]
       | ^^^^^^^^^^^^^^^
       |
       = help: keep one, or give it another `when`
    ");
    insta::assert_snapshot!(only(Code::FindTwice, r#"rows = "users""#, r#"rows = "users"
[[user.find]]
by = "userName"
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
fn the_error_table_speaks_to_an_idp() {
    let updates = "[[user.update]]\npatch = \"/users/{id}\"\n";
    let errors =
        "[[error]]\nwhen = { status = 409 }\nscim = { status = 409, type = \"uniqueness\", detail = \"taken\" }";
    insta::assert_snapshot!(only(Code::NoConflictRow, &format!("{updates}{errors}"), &format!("look = \"on-conflict\"\n{updates}")), @r#"
    error[E0167]: no error row says which answer of the target is a duplicate
      --> p.toml:18:8
       |
    18 | look = "on-conflict"
       |        ^^^^^^^^^^^^^
       |
       = help: add an `[[error]]` with `scim = { status = 409, type = "uniqueness", detail = "…" }`
    "#);
    insta::assert_snapshot!(only(Code::ScimError, r#"scim = { status = 409, type = "uniqueness", detail = "taken" }"#, r#"scim = { status = 401, detail = "no" }"#), @r#"
    error[E0168]: an IdP is never told 401 for the target: it would stop the whole job
      --> p.toml:22:19
       |
    22 | scim = { status = 401, detail = "no" }
       |                   ^^^
       |
       = help: write 503, or leave the row away: that is what happens without it
    "#);
    insta::assert_snapshot!(only(Code::ScimError, r#"scim = { status = 409, type = "uniqueness", detail = "taken" }"#, r#"scim = { status = 400, type = "uniqueness", detail = "taken" }"#), @r#"
    error[E0168]: `uniqueness` belongs to status 409, not to 400
      --> p.toml:22:19
       |
    22 | scim = { status = 400, type = "uniqueness", detail = "taken" }
       |                   ^^^
       |
       = help: write `status = 409`, or no `type`
    "#);
}

#[test]
fn what_nothing_uses_is_a_warning() {
    insta::assert_snapshot!(only(Code::Unhandled, r#"patch = "/users/{id}""#, r#"post = "/users/{id}/off"
when = "active changed""#), @r#"
    warning[W0201]: no update handles a change of `userName`: it can be set at creation only
     --> p.toml:8:1
      |
    8 | userName = { direct = "login", match = 1 }
      | ^^^^^^^^
      |
      = help: add an `[[user.update]]` without `when`, or write `immutable = true`
    "#);
    insta::assert_snapshot!(only(Code::UnusedLookup, "[user]", r#"[lookup.teams]
get = "/teams"
rows = ""
id = "id"
[user]"#), @r#"
    warning[W0202]: nothing uses the look-up table `teams`
     --> p.toml:5:9
      |
    5 | [lookup.teams]
      |         ^^^^^
      |
      = help: use it in a mapping: `lookup = "teams.name"`, or take it away
    "#);
    insta::assert_snapshot!(only(Code::UnusedParam, "[user]", r#"[params]
site = { type = "text" }
[user]"#), @r#"
    warning[W0203]: nothing uses the parameter `site`
     --> p.toml:6:1
      |
    6 | site = { type = "text" }
      | ^^^^
      |
      = help: use it in an expression or a path, or take it away
    "#);
    insta::assert_snapshot!(only(Code::UnusedAttribute, "[user.map]", r#"[user.schema."urn:example:2.0:User"]
site = { type = "string" }
[user.map]"#), @r#"
    warning[W0204]: `site` is declared and not mapped
     --> p.toml:9:7
      |
    9 | [user.map]
      |       ^^^
      |
      = help: map it: "urn:example:2.0:User:site" = …
    "#);
}
