//! What calls that are made for each value may name, and how an emptied list is written.

use super::*;

const UPDATE: &str = "[[user.update]]\n";

/// A profile whose `roles` are as in `mapping` and whose first update is made for each of `each`, with this body.
fn made_for(mapping: &str, each: &str, body: &str) -> String {
    let map = format!("active = {{ direct = \"on\" }}\nroles = {mapping}");
    let rule = format!("{UPDATE}each = \"{each}\"\npost = \"/users/{{id}}/x\"\nbody = {body}\n{UPDATE}");
    let lookup = "[lookup.r]\nget = \"/r\"\nrows = \"\"\nid = \"id\"\n[user]\n";
    edited("active = { direct = \"on\" }", &map).replacen(UPDATE, &rule, 1).replacen("[user]\n", lookup, 1)
}

/// The codes of the profile `text`, without that of a table that nothing uses.
#[track_caller]
fn codes(text: &str) -> Vec<Code> {
    let report = match profile("p.toml", text) {
        Ok((_, report)) | Err(report) => report,
    };
    let codes = report.diagnostics.iter().map(|diagnostic| diagnostic.code);
    codes.filter(|code| *code != Code::UnusedLookup).collect()
}

#[test]
fn a_name_of_each_value_stands_for_something() {
    let (plain, looked_up) = ("{ direct = \"roles\" }", "{ direct = \"roles\", each = \"id\", lookup = \"r.name\" }");
    let both = "{ direct = \"roles\", each = { value = \"id\", display = \"name\" } }";
    for (mapping, each, name, is_known) in [
        (plain, "roles added", "each", true),
        (plain, "roles added", "each.value", true),
        (plain, "roles removed", "each.display", true),
        (plain, "roles added", "each.name", false),
        (plain, "roles added", "each.row", false),
        (plain, "roles added", "each.row.name", false),
        (plain, "roles added", "each.", false),
        (plain, "roles added", "eachvalue", false),
        (looked_up, "roles added", "each.row.name", true),
        (looked_up, "roles removed", "each.row.a.b", true),
        (looked_up, "roles removed", "each.row", true),
        (looked_up, "roles removed", "each.row.", false),
        (looked_up, "roles removed", "each.name", false),
        // Of what goes the product holds the value and nothing else.
        (looked_up, "roles added", "each.display", true),
        (looked_up, "roles removed", "each.display", false),
        (both, "roles removed", "each.display", true),
        (both, "roles removed", "each.type", false),
        (plain, "userName added", "each.value", true),
        (plain, "userName added", "each.display", false),
        (plain, "changed", "each.field", true),
        (plain, "changed", "each.value", false),
    ] {
        let expected = if is_known { vec![] } else { vec![Code::UnknownPlaceholder] };
        let text = made_for(mapping, each, &format!("{{ a = \"{{{name}}}\" }}"));
        let text =
            if each == "changed" { text.replacen("[[user.update]]\npatch = \"/users/{id}\"\n", "", 1) } else { text };
        assert_eq!(codes(&text), expected, "{mapping} {each} {name}");
        // All values of a step are wanted, as those that come.
        if each == "roles added" {
            let step =
                format!("[[user.create.after]]\neach = \"roles\"\npost = \"/x\"\nbody = {{ a = \"{{{name}}}\" }}");
            let text = made_for(mapping, each, "{ a = \"{each}\" }");
            let text = text.replacen("post = \"/users\"\n", &format!("post = \"/users\"\n{step}\n"), 1);
            assert_eq!(codes(&text), expected, "step {mapping} {name}");
        }
    }
    // What is wrong with `each` itself is one problem.
    assert_eq!(codes(&made_for(plain, "rolls added", "{ a = \"{each.name}\" }")), [Code::UnknownAttribute]);
}

#[test]
fn who_names_what_is_not_there_reads_what_there_is() {
    let looked_up = "{ direct = \"roles\", each = \"id\", lookup = \"r.name\" }";
    insta::assert_snapshot!(only_in(Code::UnknownPlaceholder, &made_for(looked_up, "roles added", "[{ id = \"{each}\", name = \"{each.name}\" }]")), @r#"
    error[E0162]: `user.update` has no value for `{each.name}`
      --> p.toml:26:8
       |
    26 | body = [{ id = "{each}", name = "{each.name}" }]
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: of each value there are `each`, `each.value`, `each.display`, `each.type`, `each.primary`, `each.row`, `each.row.FIELD`
    "#);
    let path = made_for("{ direct = \"roles\" }", "roles removed", "{}").replace("{id}/x", "{id}/{each.row.name}");
    insta::assert_snapshot!(only_in(Code::UnknownPlaceholder, &path), @r#"
    error[E0162]: `user.update` has no value for `{each.row.name}`
      --> p.toml:25:21
       |
    25 | post = "/users/{id}/{each.row.name}"
       |                     ^^^^^^^^^^^^^^^
       |
       = help: of each value there are `each`, `each.value`, `each.display`, `each.type`, `each.primary`
    "#);
}

#[test]
fn an_empty_text_is_for_one_value_and_an_empty_list_for_a_list() {
    let active = "active = { direct = \"on\" }";
    for (mapping, is_fit) in [
        ("roles = { direct = \"r\", each = \"id\", empty = \"list\" }", true),
        ("roles = { direct = \"r\", empty = \"list\" }", true),
        ("roles = { direct = \"r[kind=a]\", each = \"id\", empty = \"list\" }", true),
        ("roles = { direct = \"r\", each = \"id\", empty = \"null\" }", true),
        ("roles = { direct = \"r\", each = \"id\", empty = \"omit\" }", true),
        ("roles = { direct = \"r\", split = \",\", empty = \"blank\" }", true),
        ("userType = { direct = \"r\", split = \",\", empty = \"list\" }", true),
        ("title = { direct = \"r\", empty = \"blank\" }", true),
        ("'emails[type eq \"work\"].value' = { direct = \"r\", empty = \"blank\" }", true),
        ("roles = { direct = \"r\", each = \"id\", empty = \"blank\" }", false),
        ("roles = { direct = \"r\", empty = \"blank\" }", false),
        ("roles = { direct = \"r\", split = \",\", empty = \"list\" }", false),
        ("userType = { direct = \"r\", split = \",\", empty = \"blank\" }", false),
        ("title = { direct = \"r\", empty = \"list\" }", false),
        ("'emails[type eq \"work\"].value' = { direct = \"r\", empty = \"list\" }", false),
    ] {
        let expected = if is_fit { vec![] } else { vec![Code::Unfit] };
        assert_eq!(codes(&edited(active, &format!("{active}\n{mapping}"))), expected, "{mapping}");
    }
    insta::assert_snapshot!(only(Code::Unfit, active, "roles = { direct = \"r\", each = \"id\", empty = \"blank\" }"), @r#"
    error[E0134]: `r` is a list, and `blank` writes an empty text
     --> p.toml:9:46
      |
    9 | roles = { direct = "r", each = "id", empty = "blank" }
      |                                              ^^^^^^^
      |
      = help: write `empty = "list"`, which writes `[]`
    "#);
    insta::assert_snapshot!(only(Code::Unfit, active, "title = { direct = \"r\", empty = \"list\" }"), @r#"
    error[E0134]: `r` is no list, and `list` writes an empty one
     --> p.toml:9:33
      |
    9 | title = { direct = "r", empty = "list" }
      |                                 ^^^^^^
      |
      = help: write `empty = "blank"` for an empty text, or `empty = "null"`
    "#);
}
