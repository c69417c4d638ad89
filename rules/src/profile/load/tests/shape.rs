//! Codes of a file's shape: TOML, keys, types, words, names, numbers, limits, values, secrets.

use super::*;

#[test]
fn what_is_not_toml_is_one_problem() {
    insta::assert_snapshot!(only(Code::Toml, r#"id = "id""#, "id = "), @r"
    error[E0101]: not valid TOML: string values must be quoted, expected literal string
     --> p.toml:6:6
      |
    6 | id = 
      |      ^
    ");
}

#[test]
fn keys_are_checked() {
    insta::assert_snapshot!(only(Code::UnknownKey, r#"title = "Demo""#, r#"title = "Demo"
tilte = "x""#), @r#"
    error[E0103]: unknown key `tilte`
     --> p.toml:3:1
      |
    3 | tilte = "x"
      | ^^^^^
      |
      = help: did you mean `title`?
    "#);
    insta::assert_snapshot!(only(Code::UnknownKey, r#"active = { direct = "on" }"#, r#"active = { direct = "on", requird = true }"#), @r#"
    error[E0103]: unknown key `requird`
     --> p.toml:9:27
      |
    9 | active = { direct = "on", requird = true }
      |                           ^^^^^^^
      |
      = help: did you mean `required`?
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, r#"title = "Demo"
"#, ""), @r#"
    error[E0104]: `title` is missing
     --> p.toml:1:1
      |
    1 | profile = "demo"
      | ^
      |
      = help: write `title = "User provisioning of your product"`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, r#"id = "id"
"#, ""), @r#"
    error[E0104]: `id` is missing in `user`
     --> p.toml:5:2
      |
    5 | [user]
      |  ^^^^
      |
      = help: write `id = "id"`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, r#"auth = "none""#, ""), @r#"
    error[E0104]: `auth` is missing in `target`
     --> p.toml:3:2
      |
    3 | [target]
      |  ^^^^^^
      |
      = help: write `auth = { bearer = "secret:target-token" }`
    "#);
}

#[test]
fn types_and_words_are_checked() {
    insta::assert_snapshot!(only(Code::WrongType, r#"title = "Demo""#, "title = 7"), @r"
    error[E0105]: `title` must be a text in quotes, not a whole number
     --> p.toml:2:9
      |
    2 | title = 7
      |         ^
    ");
    insta::assert_snapshot!(only(Code::WrongType, r#"active = { direct = "on" }"#, r#"active = "on""#), @r#"
    error[E0105]: `active` must be a table, not a text
     --> p.toml:9:10
      |
    9 | active = "on"
      |          ^^^^
    "#);
    insta::assert_snapshot!(only(Code::UnknownWord, r#"post = "/users""#, r#"post = "/users"
look = "frist""#), @r#"
    error[E0106]: `look` cannot be `frist`
      --> p.toml:18:8
       |
    18 | look = "frist"
       |        ^^^^^^^
       |
       = help: did you mean `first`?
    "#);
    insta::assert_snapshot!(only(Code::UnknownWord, r#"get = "/users/{id}""#, r#"delete = "/users/{id}""#), @r#"
    error[E0106]: `user.get` cannot be a `delete`
      --> p.toml:15:1
       |
    15 | delete = "/users/{id}"
       | ^^^^^^
       |
       = help: write one of `get`, `post`
    "#);
}

#[test]
fn names_and_numbers_are_checked() {
    insta::assert_snapshot!(only(Code::Name, r#""demo""#, r#""Demo Product""#), @r#"
    error[E0108]: a profile cannot be called `Demo Product`
     --> p.toml:1:11
      |
    1 | profile = "Demo Product"
      |           ^^^^^^^^^^^^^^
      |
      = help: write small letters, digits and `-`
    "#);
    insta::assert_snapshot!(only(Code::Name, "[user]", r#"[params]
id = { type = "text" }
[user]"#), @r#"
    error[E0108]: a parameter cannot be called `id`
     --> p.toml:6:1
      |
    6 | id = { type = "text" }
      | ^^
      |
      = help: begin with a letter, go on with letters, digits and `_`; not `id`, `member`, `offset`, `limit`, `page`, `page0`, `cursor`, `sort`, `order`, `true`, `false`, `null`
    "#);
    insta::assert_snapshot!(only(Code::Name, r#"auth = "none""#, r#"auth = { header = "Host", value = "secret:key" }"#), @r#"
    error[E0108]: `Host` cannot be a header for credentials
     --> p.toml:4:19
      |
    4 | auth = { header = "Host", value = "secret:key" }
      |                   ^^^^^^
      |
      = help: write a header name of the target's own: "X-Api-Key"
    "#);
    insta::assert_snapshot!(only(Code::Range, "match = 1", "match = 10"), @r#"
    error[E0109]: `match` is out of range
     --> p.toml:8:40
      |
    8 | userName = { direct = "login", match = 10 }
      |                                        ^^
      |
      = help: write a number from 1 to 9
    "#);
    insta::assert_snapshot!(only(Code::TooLarge, r#""demo""#, &format!("\"demo\" # {}", "x".repeat(PROFILE_BYTES_MAX))), @r"
    error[E0102]: a file like this has at most 1048576 bytes, this one has 1049002
    --> p.toml:1:1
    ");
}

#[test]
fn one_of_several_keys_is_needed() {
    insta::assert_snapshot!(only(Code::OneOf, r#"active = { direct = "on" }"#, r#"active = { direct = "on", keep = true }"#), @r#"
    error[E0107]: a mapping is of one kind only
     --> p.toml:9:27
      |
    9 | active = { direct = "on", keep = true }
      |                           ^^^^
      |
      = help: write one of `direct`, `constant`, `expression`, `keep`, `emptied`
    "#);
    insta::assert_snapshot!(only(Code::OneOf, r#"active = { direct = "on" }"#, "active = { required = true }"), @r"
    error[E0107]: `user.map.active` does not say what it is mapped to
     --> p.toml:9:1
      |
    9 | active = { required = true }
      | ^^^^^^
      |
      = help: write one of `direct`, `constant`, `expression`, `keep`, `emptied`
    ");
    insta::assert_snapshot!(only(Code::OneOf, r#"active = { direct = "on" }"#, r#"name.givenName = { direct = "first" }"#), @r#"
    error[E0107]: `user.map.name` does not say what it is mapped to
     --> p.toml:9:6
      |
    9 | name.givenName = { direct = "first" }
      |      ^^^^^^^^^
      |
      = help: quote the attribute: "name.givenName" = …
    "#);
    insta::assert_snapshot!(only(Code::OneOf, r#"post = "/users""#, r#"post = "/users"
put = "/users""#), @r#"
    error[E0107]: `user.create` has more than one call
      --> p.toml:18:1
       |
    18 | put = "/users"
       | ^^^
       |
       = help: write one of `post`, `put`
    "#);
}

#[test]
fn fields_are_checked() {
    insta::assert_snapshot!(only(Code::Field, r#"id = "id""#, r#"id = "data..id""#), @r#"
    error[E0110]: a key of a field path is empty
     --> p.toml:6:12
      |
    6 | id = "data..id"
      |            ^
      |
      = help: write keys with dots between them: `name.first`
    "#);
    insta::assert_snapshot!(only(Code::Field, r#"active = { direct = "on" }"#, r#"active = { direct = "flags.100" }"#), @r#"
    error[E0110]: a position in a list that is written is at most 99
     --> p.toml:9:21
      |
    9 | active = { direct = "flags.100" }
      |                     ^^^^^^^^^^^
      |
      = help: name a field of objects, or read it only: `{ expression = '[flags.100]' }`
    "#);
}

#[test]
fn values_are_of_the_type_of_their_attribute() {
    insta::assert_snapshot!(only(Code::ValueType, r#"active = { direct = "on" }"#, r#"active = { direct = "on", default = "yes" }"#), @r#"
    error[E0141]: this is no value of `active`
     --> p.toml:9:37
      |
    9 | active = { direct = "on", default = "yes" }
      |                                     ^^^^^
      |
      = help: write `true` or `false`
    "#);
    insta::assert_snapshot!(only(Code::ValueType, r#"active = { direct = "on" }"#, r#"active = { direct = "on", values = { yes = 1 } }"#), @r#"
    error[E0141]: a key of `values` must be `true` or `false`
     --> p.toml:9:38
      |
    9 | active = { direct = "on", values = { yes = 1 } }
      |                                      ^^^
    "#);
    insta::assert_snapshot!(only(Code::ValueType, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
when = "active changed to 1"
[[user.update]]
put = "/users/{id}""#), @r#"
    error[E0141]: `active` never changes to 1
      --> p.toml:20:8
       |
    20 | when = "active changed to 1"
       |        ^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `true` or `false`
    "#);
    insta::assert_snapshot!(only(Code::NotOneToOne, r#"active = { direct = "on" }"#, r#"active = { direct = "on", values = { true = 1, false = 1 } }"#), @r#"
    error[E0142]: `false` and true are not told apart in both directions
     --> p.toml:9:48
      |
    9 | active = { direct = "on", values = { true = 1, false = 1 } }
      |                                                ^^^^^
      |
      = help: give each SCIM value a target value of its own
    "#);
}

#[test]
fn what_a_profile_refers_to_is_declared() {
    insta::assert_snapshot!(only(Code::UnknownLookup, r#"active = { direct = "on" }"#, r#"displayName = { direct = "team", lookup = "teams.name" }"#), @r#"
    error[E0143]: there is no look-up table `teams`
     --> p.toml:9:44
      |
    9 | displayName = { direct = "team", lookup = "teams.name" }
      |                                            ^^^^^
      |
      = help: declare it: `[lookup.teams]` with `get`, `rows` and `id`
    "#);
    insta::assert_snapshot!(only(Code::Secret, r#"auth = "none""#, r#"auth = { bearer = "hunter2" }"#), @r#"
    error[E0144]: a profile names a secret, it never holds one
    --> p.toml:4:19
     = help: write `secret:` and a name of small letters, digits and `-`: "secret:target-token"
    "#);
    insta::assert_snapshot!(only(Code::ParamDefault, "[user]", r#"[params]
region = { type = "region", default = "XX" }
[user]"#), @r#"
    error[E0145]: the default is not of the parameter's type
     --> p.toml:6:39
      |
    6 | region = { type = "region", default = "XX" }
      |                                       ^^^^
      |
      = help: write a region, two capital letters of ISO 3166-1: "US"
    "#);
    insta::assert_snapshot!(only(Code::SchemaUrn, "[user.map]", r#"[user.schema."urn:ietf:params:scim:schemas:core:2.0:User"]
[user.map]"#), @r#"
    error[E0146]: `urn:ietf:params:scim:schemas:core:2.0:User` is a schema already
     --> p.toml:7:14
      |
    7 | [user.schema."urn:ietf:params:scim:schemas:core:2.0:User"]
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write a URN of your own: urn:ietf:params:scim:schemas:extension:yourname:2.0:User
    "#);
}
