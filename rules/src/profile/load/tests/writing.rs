//! Codes of what stands around calls that write, of deletes that end nothing, and of `active` as emptiness.

use super::*;

const CREATE: &str = "post = \"/users\"\n";

/// [`CREATE`] with `more` behind it.
fn create(more: &str) -> String {
    format!("{CREATE}{more}\n")
}

#[test]
fn steps_are_named_and_made_for_values() {
    insta::assert_snapshot!(only(Code::StepName, CREATE, &create("[[user.create.before]]\nname = \"id\"\npost = \"/t\"")), @r#"
    error[E0331]: `id` stands for something else already
      --> p.toml:19:8
       |
    19 | name = "id"
       |        ^^^^
       |
       = help: give the step another name, or none
    "#);
    insta::assert_snapshot!(only(Code::StepName, CREATE, &create("[[user.create.after]]\nname = \"all-of-it\"\neach = \"userName\"\nput = \"/t/{each}\"")), @r#"
    error[E0331]: `all-of-it` would name several answers
      --> p.toml:19:8
       |
    19 | name = "all-of-it"
       |        ^^^^^^^^^^^
       |
       = help: take `name` away: a step with `each` is made several times, and has no single answer
    "#);
    insta::assert_snapshot!(only(Code::Each, CREATE, &create("[[user.create.after]]\neach = \"userName added\"\nput = \"/t/{each}\"")), @r#"
    error[E0332]: `each` does not name the values of an attribute
      --> p.toml:19:8
       |
    19 | each = "userName added"
       |        ^^^^^^^^^^^^^^^^
       |
       = help: write an attribute: `roles`
    "#);
    insta::assert_snapshot!(only(Code::Until, CREATE, &create("[[user.create.after]]\npost = \"/t\"\nuntil = \"done == true\"")), @r#"
    error[E0333]: only a `get` can be repeated until something holds
      --> p.toml:20:1
       |
    20 | until = "done == true"
       | ^^^^^
       |
       = help: write `get`, or take `until` away
    "#);
    insta::assert_snapshot!(only(Code::UndoMissing, CREATE, &create("half_done = true")), @r#"
    error[E0334]: there is no `undo` that could be made
      --> p.toml:18:1
       |
    18 | half_done = true
       | ^^^^^^^^^
       |
       = help: write `undo = { delete = "…" }`, or take `half_done` away
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, CREATE, &create("[[user.create.before]]\npost = \"/t/{token.value}\"")), @r#"
    error[E0162]: `user.create.before` has no value for `{token.value}`
      --> p.toml:19:12
       |
    19 | post = "/t/{token.value}"
       |            ^^^^^^^^^^^^^
       |
       = help: there are `login`, `on`
    "#);
}

#[test]
fn what_ends_nothing_must_be_able_to() {
    let delete = |map: &str| edited("active = { direct = \"on\" }\n", map) + "[user.delete]\nas = \"deactivate\"\n";
    insta::assert_snapshot!(only_in(Code::NoActive, &delete("")), @r#"
    error[E0335]: nothing says what `active = false` is in the product
      --> p.toml:23:6
       |
    23 | as = "deactivate"
       |      ^^^^^^^^^^^^
       |
       = help: map `active` in `[user.map]`, or write a call
    "#);
    insta::assert_snapshot!(only(Code::NoTombstone, CREATE, &create("gone = \"revive\"")), @r#"
    error[E0336]: nothing says what a tombstone is
      --> p.toml:18:8
       |
    18 | gone = "revive"
       |        ^^^^^^^^
       |
       = help: write `gone = "…"` in `[user]`
    "#);
    insta::assert_snapshot!(only(Code::Emptied, "active = { direct = \"on\" }", "title = { emptied = \"roles\", otherwise = [\"a\"] }"), @r#"
    error[E0337]: only what is true or false can be told by emptiness
     --> p.toml:9:11
      |
    9 | title = { emptied = "roles", otherwise = ["a"] }
      |           ^^^^^^^
      |
      = help: use it for `active`, or write `direct`
    "#);
    insta::assert_snapshot!(only(Code::Emptied, "active = { direct = \"on\" }", "active = { emptied = \"roles\", otherwise = [] }"), @r#"
    error[E0337]: `otherwise` is as empty as an inactive record
     --> p.toml:9:12
      |
    9 | active = { emptied = "roles", otherwise = [] }
      |            ^^^^^^^
      |
      = help: write what the product gives to somebody who is active: ["agent"]
    "#);
}

#[test]
fn steps_checks_and_undo_are_read() {
    let profile = loaded(
        CREATE,
        &create(
            "undo = { delete = \"/users/{id}\" }\nanswer = \"id=@{login}\"\n\
             [[user.create.check]]\nget = \"/mails/{login}\"\nequals = { mail = \"{login}\" }\n\
             scim = { status = 409, detail = \"taken\" }\n\
             [[user.create.before]]\nname = \"token\"\npost = \"/t\"\n\
             [[user.create.after]]\nwhen = '[active] == true'\neach = \"userName\"\nput = \"/u/{id}/{token.a.b}/{each}\"",
        ),
    );
    let around = profile.user.create.map(|create| create.around).unwrap_or_default();
    let calls: Vec<String> = around.calls().map(|call| format!("{} {}", call.verb, call.path)).collect();
    assert_eq!(calls, ["GET /mails/{login}", "POST /t", "PUT /u/{id}/{token.a.b}/{each}", "DELETE /users/{id}"]);
}

#[test]
fn an_update_is_bound_to_a_computed_field_that_changes() {
    let update = |field: &str, when: &str| {
        let write = format!(
            "[user.write]\nteam = {field}\n[[user.update]]\nwhen = '{when}'\npost = \"/users/{{id}}/team/{{team}}\""
        );
        edited("[[user.update]]", &format!("{write}\n[[user.update]]"))
    };
    let computed = "{ expression = '[userName]' }";
    let text = update(computed, "team changed to \"a\"");
    let (profile, report) =
        profile("p.toml", &text).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
    assert!(report.diagnostics.is_empty(), "{}", report.to_terminal(Colour::Plain));
    let when = profile.user.update[0].when.clone().unwrap();
    let field = crate::profile::FieldPath::parse("team").unwrap();
    assert_eq!((when.of, when.to), (crate::profile::ChangeOf::Written(field), Some("a".into())));
    // What is mapped is meant, if a field is called the same.
    let text = update(computed, "userName changed").replace("team =", "userName =").replace("{team}", "{userName}");
    let (profile, _) =
        super::profile("p.toml", &text).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
    assert!(profile.user.update[0].when.as_ref().is_some_and(|when| when.is_of(0)));

    insta::assert_snapshot!(only_in(Code::NotDirect, &update("{ constant = \"a\" }", "team changed")), @r"
    error[E0129]: `team` is written at creation only or always the same, so it never changes
      --> p.toml:21:8
       |
    21 | when = 'team changed'
       |        ^^^^^^^^^^^^^^
       |
       = help: use an attribute, or a field that is `{ expression = … }`
    ");
    insta::assert_snapshot!(only_in(Code::UnknownAttribute, &update(computed, "teem changed")), @r#"
    error[E0122]: unknown attribute `teem`
      --> p.toml:21:9
       |
    21 | when = 'teem changed'
       |         ^^^^
       |
       = help: an attribute that SCIM does not know is declared in `[user.schema."urn:…"]`
    "#);
    insta::assert_snapshot!(only_in(Code::Name, &update(computed, "team changed").replace("[target]", "[params]\nteam = { type = \"text\" }\n[target]")), @r#"
    error[E0108]: `{team}` could be the parameter or the field `team`
     --> p.toml:4:1
      |
    4 | team = { type = "text" }
      | ^^^^
      |
      = help: give the parameter another name
    "#);
}
