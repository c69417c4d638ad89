//! Codes across rules: what is lost, never reached, missing, sent twice, or offered in vain; and notes of what is dropped.

use super::*;

#[test]
fn an_attribute_that_no_call_sends_is_lost() {
    insta::assert_snapshot!(only(Code::Lost, r#"post = "/users"
[[user.update]]
patch = "/users/{id}""#, r#"post = "/users"
body = { login = "{login}" }
[[user.update]]
patch = "/users/{id}"
body = { login = "{login}" }"#), @r#"
    warning[W0221]: `active` is lost: no call sends it
     --> p.toml:9:1
      |
    9 | active = { direct = "on" }
      | ^^^^^^
      |
      = help: name its field in a body, as `"{on}"`, or take the mapping away
    "#);
    // The rest sends nothing of it: created, it is never changed again.
    insta::assert_snapshot!(only(Code::Lost, r#"patch = "/users/{id}""#, r#"patch = "/users/{id}"
drop = ["on"]"#), @r#"
    warning[W0221]: a change of `active` is lost: the update that takes it does not send it
     --> p.toml:9:1
      |
    9 | active = { direct = "on" }
      | ^^^^^^
      |
      = help: add an `[[user.update]]` with `when = 'active changed'`, or `immutable = true`
    "#);
}

#[test]
fn an_attribute_is_sent_by_a_body_a_path_a_step_or_a_rule_of_its_own() {
    let create = "post = \"/users\"";
    let update = "[[user.update]]\npatch = \"/users/{id}\"";
    let rows = [
        (create, "post = \"/users\"\nbody = { login = \"{login}\", on = \"{on}\" }"),
        (create, "post = \"/users\"\nbody = { user = \"{all}\" }"),
        (create, "post = \"/users/{login}/{on}\"\nbody = \"empty\""),
        (
            update,
            "[[user.update]]\nwhen = \"active changed\"\npost = \"/users/{id}/turn\"\nbody = \"empty\"\n[[user.update]]\npatch = \"/users/{id}\"\ndrop = [\"on\"]",
        ),
    ];
    for (from, to) in rows {
        assert_eq!(codes(from, to), [], "{to}");
    }
}

#[test]
fn a_rule_behind_one_that_takes_everything_is_never_reached() {
    insta::assert_snapshot!(only(Code::Shadowed, "[[user.update]]", r#"[[user.update]]
when = "active changed"
post = "/users/{id}/turn"
[[user.update]]
when = "active changed to false"
post = "/users/{id}/stop"
[[user.update]]"#), @r#"
    warning[W0222]: this update is never made: earlier ones take every such change of `active`
      --> p.toml:23:1
       |
    23 | post = "/users/{id}/stop"
       | ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write the narrower rule first, or take this one away
    "#);
    insta::assert_snapshot!(only(Code::Shadowed, "[[error]]", r#"[[error]]
when = { status = 409 }
is = "success"
[[error]]"#), @r"
    warning[W0222]: this row is never reached: the one in line 20 fits first
      --> p.toml:23:1
       |
    23 | [[error]]
       | ^^^^^^^^^
       |
       = help: write the narrower row first, or take this one away
    ");
}

#[test]
fn a_row_is_reached_if_it_fits_what_no_earlier_one_does() {
    let row = |when: &str| format!("[[error]]\nwhen = {{ {when} }}\nis = \"success\"\n");
    let rows = [
        ("status = 409, body = \"a == 1\"", "status = 409", false),
        ("status = 410", "status = 411", false),
        ("status = 410, call = \"user.get\"", "status = 410", false),
        ("status = 410", "status = 410, call = \"user.get\"", true),
        ("call = \"user.get\", status = 410", "status = 410, call = \"user.get\", body = \"a == 1\"", true),
        ("body = \"a == 1\"", "status = 410, body = \"a == 1\"", true),
        ("body = \"a == 1\"", "status = 410, body = \"a == 2\"", false),
        ("matches = \"taken\"", "matches = \"taken\", status = 422", true),
        ("matches = \"taken\", at = \"errors\"", "matches = \"taken\"", false),
    ];
    for (earlier, later, is_shadowed) in rows {
        let expected: &[Code] = if is_shadowed { &[Code::Shadowed] } else { &[] };
        let text = format!("{}{}", row(earlier), row(later));
        assert_eq!(
            codes("[[error]]\nwhen = { status = 409 }", &format!("{text}[[error]]\nwhen = {{ status = 499 }}")),
            expected,
            "{later}"
        );
    }
}

#[test]
fn a_field_that_the_product_requires_is_always_written() {
    insta::assert_snapshot!(only(Code::RequiredField, r#"post = "/users""#, r#"post = "/users"
requires = ["login", "on"]"#), @r#"
    warning[W0223]: a create may lack `on`, which the product requires
      --> p.toml:17:1
       |
    17 | post = "/users"
       | ^^^^^^^^^^^^^^^
       |
       = help: map it with `required = true` or a `default`, or write it in `[user.write]` as a constant
    "#);
    let requires = |more: &str| format!("{more}[user.create]\nrequires = [\"on\"]");
    let rows = [
        ("active = { direct = \"on\" }", "active = { direct = \"on\", default = true }"),
        ("active = { direct = \"on\" }", "active = { direct = \"on\", required = true }"),
        ("active = { direct = \"on\" }", "active = { expression = '[on]' }\n[user.write]\non = { constant = true }"),
        (
            "active = { direct = \"on\" }",
            "active = { expression = '[on]' }\n[user.write]\non = { expression = 'ToLower([userName])' }",
        ),
    ];
    for (from, to) in rows {
        let text = edited(from, to).replacen("[user.create]", &requires(""), 1);
        assert_eq!(codes_in(&text), [], "{to}");
    }
    let computed = "active = { expression = '[on]' }\n[user.write]\non = { expression = '[displayName]' }";
    let text = edited("active = { direct = \"on\" }", &format!("displayName = {{ direct = \"name\" }}\n{computed}"));
    assert_eq!(codes_in(&text.replacen("[user.create]", &requires(""), 1)), [Code::RequiredField]);
}

#[test]
fn a_field_is_not_carried_and_written_in_one_body() {
    insta::assert_snapshot!(only(Code::CarriedTwice, r#"patch = "/users/{id}""#, r#"put = "/users/{id}"
carry = ["tags", "on"]"#), @r#"
    warning[W0224]: `on` is carried, and written by `user.map.active` in the same body
      --> p.toml:19:1
       |
    19 | put = "/users/{id}"
       | ^^^^^^^^^^^^^^^^^^^
       |
       = help: take it out of `carry`
    "#);
    assert_eq!(codes("patch = \"/users/{id}\"", "patch = \"/users/{id}\"\ncarry = [\"on\"]"), []);
}

#[test]
fn what_discovery_offers_can_be_done() {
    insta::assert_snapshot!(only_in(Code::NotOffered, &edited("[[error]]", r#"[group]
id = "id"
[group.map]
displayName = { direct = "name" }
[group.get]
get = "/groups/{id}"
[[group.update]]
patch = "/groups/{id}"
[[error]]"#)), @r"
    warning[W0225]: a filter on groups can only be refused: nothing finds or lists them
      --> p.toml:22:8
       |
    22 | [group.map]
       |        ^^^
       |
       = help: add `[[group.find]]` or `[group.list]`
    ");
    let immutable = edited("match = 1 }", "match = 1, immutable = true }").replacen(
        "direct = \"on\"",
        "direct = \"on\", immutable = true",
        1,
    );
    assert_eq!(codes_in(&immutable), [Code::NotOffered]);
}

#[test]
fn what_is_sent_and_dropped_is_a_note() {
    let report = profile("p.toml", MINIMAL).map_or_else(|report| report, |(_, report)| report);
    assert_eq!(report.diagnostics, []);
    let noted: Vec<&str> = report.notes.iter().filter_map(|note| note.message.split('`').nth(1)).collect();
    assert!(noted.contains(&"displayName") && noted.contains(&"department") && !noted.contains(&"active"), "{noted:?}");
    insta::assert_snapshot!(first(&only_in(Code::Dropped, MINIMAL)), @r"
    note[N0221]: Entra ID and Okta send `displayName` unless told otherwise: it is dropped
     --> p.toml:7:7
      |
    7 | [user.map]
      |       ^^^
      |
      = help: nothing need be done; map it if the product has a place for it
    ");
    let mapped = edited(
        "active =",
        "name = { direct = \"name\" }\n'emails[type eq \"work\"].value' = { direct = \"mail\" }\n'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department' = { direct = \"department\" }\nactive =",
    );
    let report = profile("p.toml", &mapped).map_or_else(|report| report, |(_, report)| report);
    let noted: Vec<&str> = report.notes.iter().filter_map(|note| note.message.split('`').nth(1)).collect();
    assert!(!["name.givenName", "emails", "department"].iter().any(|name| noted.contains(name)), "{noted:?}");
}

/// The first of several problems.
fn first(terminal: &str) -> &str {
    terminal.split("\n\n").next().unwrap_or_default()
}

/// The codes of the edited profile.
fn codes(from: &str, to: &str) -> Vec<Code> {
    codes_in(&edited(from, to))
}

/// The codes of a profile.
fn codes_in(text: &str) -> Vec<Code> {
    let report = profile("p.toml", text).map_or_else(|report| report, |(_, report)| report);
    report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}
