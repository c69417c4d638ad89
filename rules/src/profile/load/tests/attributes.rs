//! Codes of attributes and expressions.

use super::*;

#[test]
fn attributes_are_known() {
    insta::assert_snapshot!(only(Code::PathSyntax, r#"active = { direct = "on" }"#, r#""active flag" = { direct = "on" }"#), @r#"
    error[E0121]: `active flag` is no SCIM attribute: expected an attribute name of letters, digits, `-`, `_` or `$`
     --> p.toml:9:8
      |
    9 | "active flag" = { direct = "on" }
      |        ^
      |
      = help: write `userName`, `name.givenName` or `emails[type eq "work"].value`
    "#);
    insta::assert_snapshot!(only(Code::PathSyntax, r#"active = { direct = "on" }"#, r#"'emails[type eq].value' = { direct = "mail" }"#), @r#"
    error[E0121]: the filter in the attribute: expected a value: text in double quotes, a number, `true`, `false` or `null`, found `]`
     --> p.toml:9:16
      |
    9 | 'emails[type eq].value' = { direct = "mail" }
      |                ^
      |
      = help: write `emails[type eq "work"].value`
    "#);
    insta::assert_snapshot!(only(Code::UnknownAttribute, r#"active = { direct = "on" }"#, r#"activ = { direct = "on" }"#), @r#"
    error[E0122]: unknown attribute `activ`
     --> p.toml:9:1
      |
    9 | activ = { direct = "on" }
      | ^^^^^
      |
      = help: did you mean `active`?
    "#);
    insta::assert_snapshot!(only(Code::UnknownAttribute, r#"active = { direct = "on" }"#, r#"'emials[type eq "work"].value' = { direct = "mail" }"#), @r#"
    error[E0122]: unknown attribute `emials[type eq "work"].value`
     --> p.toml:9:1
      |
    9 | 'emials[type eq "work"].value' = { direct = "mail" }
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `emails[type eq "work"].value`?
    "#);
    insta::assert_snapshot!(only(Code::UnknownAttribute, r#"active = { direct = "on" }"#, r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" = { direct = "on" }"#), @r#"
    error[E0122]: `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User` is a whole extension
     --> p.toml:9:1
      |
    9 | "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" = { direct = "on" }
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: name one attribute of it: `urn:…:attribute`
    "#);
}

#[test]
fn nothing_is_mapped_or_written_twice() {
    insta::assert_snapshot!(only(Code::MappedTwice, r#"active = { direct = "on" }"#, r#"ACTIVE = { direct = "a" }
active = { direct = "b" }"#), @r#"
    error[E0123]: `active` is mapped already, by `ACTIVE`
      --> p.toml:10:1
       |
    10 | active = { direct = "b" }
       | ^^^^^^
       |
       = help: take one of the two away
    "#);
    insta::assert_snapshot!(only(Code::MappedTwice, r#"active = { direct = "on" }"#, r#"name = { direct = "a" }
"name.givenName" = { direct = "b" }"#), @r#"
    error[E0123]: `name.givenName` is mapped already, by `name`
      --> p.toml:10:1
       |
    10 | "name.givenName" = { direct = "b" }
       | ^^^^^^^^^^^^^^^^
       |
       = help: take one of the two away
    "#);
    insta::assert_snapshot!(only(Code::WrittenTwice, r#"active = { direct = "on" }"#, r#"active = { direct = "login" }"#), @r#"
    error[E0124]: `login` is written already, as `login` by `user.map.userName`
     --> p.toml:9:1
      |
    9 | active = { direct = "login" }
      | ^^^^^^
      |
      = help: only read it here: `{ expression = '[login]' }`
    "#);
    insta::assert_snapshot!(only(Code::WrittenTwice, "[[user.find]]", r"[user.write]
on = { constant = 1 }
[[user.find]]"), @r"
    error[E0124]: `on` is written already, as `on` by `user.map.active`
      --> p.toml:11:1
       |
    11 | on = { constant = 1 }
       | ^^
       |
       = help: only read it here: `{ expression = '[on]' }`
    ");
}

#[test]
fn elements_that_only_the_target_sets_need_no_call() {
    let groups =
        "active = { direct = \"on\", immutable = true }\ngroups = { direct = \"teams\", each = { value = \"id\" } }";
    // No update takes whatever is left.
    let text = edited("active = { direct = \"on\" }", groups).replacen(
        "[[user.update]]\n",
        "[[user.update]]\nwhen = \"userName changed\"\n",
        1,
    );
    let (profile, report) =
        profile("p.toml", &text).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
    assert_eq!(report.to_terminal(Colour::Plain), "");
    let groups = profile.user.shown.schema.attribute("groups").map(|groups| groups.mutability);
    assert_eq!(groups, Some(scim::schema::Mutability::ReadOnly));
}

#[test]
fn what_an_idp_cannot_write_is_not_mapped_as_if_it_could() {
    insta::assert_snapshot!(only(Code::ReadOnly, r#"active = { direct = "on" }"#, r#""meta.created" = { direct = "at" }"#), @r#"
    error[E0125]: `meta.created` is read-only, it cannot be written to the target
     --> p.toml:9:1
      |
    9 | "meta.created" = { direct = "at" }
      | ^^^^^^^^^^^^^^
      |
      = help: write `{ expression = '[at]' }`: that is only read
    "#);
    insta::assert_snapshot!(only(Code::ReadOnly, r#"active = { direct = "on" }"#, r#"groups = { direct = "at" }"#), @r#"
    error[E0125]: `groups` is read-only, it cannot be written to the target
     --> p.toml:9:1
      |
    9 | groups = { direct = "at" }
      | ^^^^^^
      |
      = help: write `each = { value = "id", display = "name" }` beside it: then it is only read
    "#);
    insta::assert_snapshot!(only(Code::Reserved, r#"active = { direct = "on" }"#, r#"id = { direct = "id" }"#), @r#"
    error[E0126]: `id` is filled in by the gateway
     --> p.toml:9:1
      |
    9 | id = { direct = "id" }
      | ^^
      |
      = help: it is the field that `id` in `[user]` names
    "#);
    insta::assert_snapshot!(only(Code::Reserved, r#"active = { direct = "on" }"#, r#""meta.location" = { expression = "[url]" }"#), @r#"
    error[E0126]: `meta.location` is filled in by the gateway
     --> p.toml:9:1
      |
    9 | "meta.location" = { expression = "[url]" }
      | ^^^^^^^^^^^^^^^
      |
      = help: map `meta.created`, `meta.lastModified` and `meta.version`, the rest is the gateway's
    "#);
    insta::assert_snapshot!(only(Code::PathFilter, r#"active = { direct = "on" }"#, r#"'emails[type eq "work" or type eq "home"].value' = { direct = "mail" }"#), @r#"
    error[E0127]: no element can be made from the filter of `emails[type eq "work" or type eq "home"].value`
     --> p.toml:9:1
      |
    9 | 'emails[type eq "work" or type eq "home"].value' = { direct = "mail" }
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `eq` comparisons joined by `and`: emails[type eq "work"].value
    "#);
}

#[test]
fn rules_name_mapped_attributes() {
    insta::assert_snapshot!(only(Code::NotMapped, r#"by = "userName""#, r#"by = "nickName""#), @r#"
    error[E0128]: `nickName` is not mapped
      --> p.toml:11:6
       |
    11 | by = "nickName"
       |      ^^^^^^^^^^
       |
       = help: map it in `[user.map]`, or use one of `userName`, `active`
    "#);
    insta::assert_snapshot!(only(Code::NotMapped, "[[user.find]]", r#"[user.write]
full = { expression = 'Join(" ", [userName], [name.givenName])' }
[[user.find]]"#), @r#"
    error[E0128]: `name.givenName` is not mapped, it would always be absent
      --> p.toml:11:46
       |
    11 | full = { expression = 'Join(" ", [userName], [name.givenName])' }
       |                                              ^^^^^^^^^^^^^^^^
       |
       = help: map `name.givenName` in `[user.map]`, or use one of `userName`, `active`
    "#);
    insta::assert_snapshot!(only(Code::NotMapped, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
when = "nickName changed"
[[user.update]]
put = "/users/{id}""#), @r#"
    error[E0128]: `nickName` is not mapped
      --> p.toml:20:9
       |
    20 | when = "nickName changed"
       |         ^^^^^^^^
       |
       = help: map it in `[user.map]`, or use one of `userName`, `active`
    "#);
    insta::assert_snapshot!(only(Code::NotDirect, r#"by = "userName"
get = "/users?login={login}"
rows = "users""#, r#"by = "userName"
get = "/users?login={login}"
rows = "users"
[[user.find]]
by = "externalId"
get = "/users?x={externalId}"
rows = ""
[user.map.externalId]
keep = true"#), @r#"
    error[E0129]: `externalId` is not mapped directly, the target cannot be asked for it
      --> p.toml:15:6
       |
    15 | by = "externalId"
       |      ^^^^^^^^^^^^
       |
       = help: find by an attribute that is `{ direct = … }`
    "#);
    insta::assert_snapshot!(only(Code::NotDirect, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
when = "title changed"
[[user.update]]
put = "/users/{id}"
[user.map.title]
constant = "Agent""#), @r#"
    error[E0129]: `title` is never written, so it never changes
      --> p.toml:20:8
       |
    20 | when = "title changed"
       |        ^^^^^^^^^^^^^^^
       |
       = help: use an attribute that is `{ direct = … }`
    "#);
}

#[test]
fn users_can_be_matched() {
    insta::assert_snapshot!(only(Code::NoUserName, r#"userName = { direct = "login", match = 1 }
active = { direct = "on" }
[[user.find]]
by = "userName""#, r#"displayName = { direct = "login", match = 1 }
[[user.find]]
by = "displayName""#), @r#"
    error[E0130]: `userName` is not mapped; every SCIM user has one
     --> p.toml:7:7
      |
    7 | [user.map]
      |       ^^^
      |
      = help: write `userName = { direct = "login", match = 1 }`
    "#);
    insta::assert_snapshot!(only(Code::NoMatch, ", match = 1", ""), @r"
    error[E0131]: no mapping has `match`: a create could not look for an existing record
     --> p.toml:7:7
      |
    7 | [user.map]
      |       ^^^
      |
      = help: write `match = 1` at the attribute that tells users apart, most often `userName`
    ");
    insta::assert_snapshot!(only(Code::MatchTwice, r#"active = { direct = "on" }"#, r#"active = { direct = "on" }
externalId = { keep = true, match = 1 }"#), @r"
    error[E0132]: another mapping has this `match` precedence already
      --> p.toml:10:1
       |
    10 | externalId = { keep = true, match = 1 }
       | ^^^^^^^^^^
       |
       = help: number them 1, 2, 3
    ");
    insta::assert_snapshot!(only(Code::MatchNotFound, r#"active = { direct = "on" }"#, r#"externalId = { direct = "ref", match = 2 }"#), @r#"
    error[E0133]: `externalId` has `match`, and the target cannot be searched by it
     --> p.toml:9:1
      |
    9 | externalId = { direct = "ref", match = 2 }
      | ^^^^^^^^^^
      |
      = help: write `[[user.find]]` with `by = 'externalId'`, or `[user.list]`
    "#);
}

#[test]
fn options_fit_their_mapping() {
    insta::assert_snapshot!(only(Code::Unfit, r#"active = { direct = "on" }"#, r#"title = { constant = "Agent", required = true }"#), @r#"
    error[E0134]: `required` has no meaning beside `constant`
     --> p.toml:9:31
      |
    9 | title = { constant = "Agent", required = true }
      |                               ^^^^^^^^
      |
      = help: take it away
    "#);
    insta::assert_snapshot!(only(Code::Unfit, r#"active = { direct = "on" }"#, r#"active = { direct = "on", as = "ToLower" }"#), @r#"
    error[E0134]: `as` is for texts, `active` is none
     --> p.toml:9:27
      |
    9 | active = { direct = "on", as = "ToLower" }
      |                           ^^
      |
      = help: take it away
    "#);
    insta::assert_snapshot!(only(Code::Unfit, r#"active = { direct = "on" }"#, r#"name = { direct = "names", values = { a = 1 } }"#), @r#"
    error[E0134]: `values` is for attributes of one value, or a list of them, `name` is none
     --> p.toml:9:28
      |
    9 | name = { direct = "names", values = { a = 1 } }
      |                            ^^^^^^
      |
      = help: take it away
    "#);
    insta::assert_snapshot!(only(Code::Unfit, r#"active = { direct = "on" }"#, r#"title = { expression = "[job]", default = "Agent" }"#), @r#"
    error[E0134]: `title` is only read, so `immutable` and `default` mean nothing
     --> p.toml:9:1
      |
    9 | title = { expression = "[job]", default = "Agent" }
      | ^^^^^
      |
      = help: write a field from it in `[user.write]`: { expression = '[title]' }
    "#);
}

#[test]
fn expressions_are_checked_where_they_stand() {
    insta::assert_snapshot!(only(Code::ExpressionSyntax, r#"active = { direct = "on" }"#, r#"title = { expression = "ToLower([job]" }"#), @r#"
    error[E0151]: the expression ends where `,` or `)` should come
     --> p.toml:9:38
      |
    9 | title = { expression = "ToLower([job]" }
      |                                      ^
    "#);
    insta::assert_snapshot!(only(Code::UnknownFunction, r#"active = { direct = "on" }"#, r#"title = { expression = "ToLowre([job])" }"#), @r#"
    error[E0152]: there is no function `ToLowre`
     --> p.toml:9:25
      |
    9 | title = { expression = "ToLowre([job])" }
      |                         ^^^^^^^
      |
      = help: did you mean `ToLower`?
    "#);
    insta::assert_snapshot!(only(Code::UnknownName, r#"active = { direct = "on" }"#, r#"userType = { direct = "kind", as = "E164(regoin)" }"#), @r#"
    error[E0153]: there is no `regoin`
     --> p.toml:9:42
      |
    9 | userType = { direct = "kind", as = "E164(regoin)" }
      |                                          ^^^^^^
      |
      = help: known are `true`, `false`
    "#);
    insta::assert_snapshot!(only(Code::UnknownName, "[[user.find]]", r"[user.write]
full = { expression = '[usrName]' }
[[user.find]]"), @r"
    error[E0153]: there is no `[usrName]`
      --> p.toml:11:24
       |
    11 | full = { expression = '[usrName]' }
       |                        ^^^^^^^^^
       |
       = help: did you mean `[userName]`?
    ");
}

#[test]
fn arguments_results_and_sizes_are_checked() {
    insta::assert_snapshot!(only(Code::Arity, r#"active = { direct = "on" }"#, r#"title = { expression = "ToLower()" }"#), @r#"
    error[E0154]: `ToLower` does not take 0 arguments
     --> p.toml:9:25
      |
    9 | title = { expression = "ToLower()" }
      |                         ^^^^^^^^^
      |
      = help: write `ToLower(text)`; cultures are not supported
    "#);
    insta::assert_snapshot!(only(Code::ExpressionType, r#"active = { direct = "on" }"#, r#"active = { expression = "ToLower([job])" }"#), @r#"
    error[E0155]: `active` is true or false, the expression gives a text
     --> p.toml:9:25
      |
    9 | active = { expression = "ToLower([job])" }
      |                         ^^^^^^^^^^^^^^^^
      |
      = help: use a function that gives the attribute's type
    "#);
    insta::assert_snapshot!(only(Code::ExpressionType, "when = { status = 409 }", r#"when = { status = 409, body = "ToLower(code)" }"#), @r#"
    error[E0155]: `body` must be true or false
      --> p.toml:21:31
       |
    21 | when = { status = 409, body = "ToLower(code)" }
       |                               ^^^^^^^^^^^^^^^
       |
       = help: compare a field of the body: code == 'TAKEN'
    "#);
    insta::assert_snapshot!(only(Code::ExpressionTooLarge, r#"active = { direct = "on" }"#, &format!("title = {{ expression = '{}[job]{}' }}", "Not(".repeat(70), ")".repeat(70))), @r"
    error[E0156]: the expression is nested deeper than 64
     --> p.toml:9:281
      |
    9 | ...ot(Not(Not(Not(Not(Not(Not(Not(Not(Not([job]))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))' }
      |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: split it over several attributes or fields
    ");
}

/// A password that matches would stand in the URL of a search.
#[test]
fn nobody_is_found_by_what_is_never_returned() {
    for source in [r#"direct = "pw""#, "keep = true"] {
        let mapped = format!(
            "active = {{ direct = \"on\" }}\npassword = {{ {source}, match = 2 }}\n[user.list]\nget = \"/users\"\nrows = \"users\""
        );
        let shown = only(Code::Unfit, r#"active = { direct = "on" }"#, &mapped);
        assert!(shown.contains("`password` is never returned, so nobody can be found by it"), "{shown}");
        assert!(shown.contains("help: take `match` away"), "{shown}");
    }
    let mapped = "active = { direct = \"on\" }\npassword = { direct = \"pw\" }";
    assert!(profile("p.toml", &edited(r#"active = { direct = "on" }"#, mapped)).is_ok());
}
