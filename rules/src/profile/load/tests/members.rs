//! Codes of the ways in which memberships are kept: resources of their own, whole lists, fields of the user, fixed groups.
//!
//! A row is an edit of [`MINIMAL`](super::MINIMAL) and a group.

use super::group::GROUP;
use super::*;
use crate::profile::MemberWrites;

const ADD: &str = r#"add = { post = "/groups/{id}/members", body = { ids = "{members}" }, batch = 100 }"#;
const REMOVE: &str = r#"remove = { delete = "/groups/{id}/members/{member}" }"#;

/// [`GROUP`] with other writes of members.
fn written(add: &str, remove: &str) -> String {
    format!("{MINIMAL}{}", GROUP.replacen(ADD, add, 1).replacen(REMOVE, remove, 1))
}

/// The members' rules of a profile without errors, and its warnings.
#[track_caller]
fn members(text: &str) -> crate::profile::MemberRules {
    let profile = profile("p.toml", text).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
    profile.0.group.and_then(|group| group.members).expect("they are kept apart")
}

#[test]
fn a_body_may_say_what_any_call_says() {
    let element = r#"add = { post = "/groups/{id}/members", body = { users = [{ id = "{member}", at = "{gid}" }] }, batch = 50 }"#;
    let text = written(element, REMOVE).replace("[group.map]", "[group.map]\nexternalId = { direct = \"gid\" }");
    let text = text.replace("id = \"gid\"", "id = \"id\"");
    let MemberWrites::Each { add, .. } = members(&text).writes else { panic!() };
    assert_eq!((add.batch, add.body.is_some_and(|body| body.names() == ["member", "gid"])), (50, true));
    let text = r#"add = { post = "/join", body = ["groups/{id}", "users/{member}"] }"#;
    let MemberWrites::Each { add, .. } = members(&written(text, REMOVE)).writes else { panic!() };
    assert_eq!((add.batch, add.body.map(|body| body.names().len())), (1, Some(2)));
}

#[test]
fn a_call_on_members_may_name_what_is_only_read_of_the_group() {
    let revision = r#"add = { post = "/groups/{id}/join?of={rev}", headers = { "If-Match" = "{_etag}" }, body = { user = "{member}" } }"#;
    let text = written(revision, REMOVE)
        .replace("[group.map]", "[group.map]\n\"meta.version\" = { expression = \"[rev]\" }")
        .replace("[group.get]", "[group.get]\ncapture = { _etag = \"header:ETag\" }");
    let MemberWrites::Each { add, .. } = members(&text).writes else { panic!() };
    assert_eq!(add.call.path.names().collect::<Vec<_>>(), ["id", "rev"]);
    assert_eq!(add.call.headers.len(), 1);
}

#[test]
fn the_key_of_a_membership_is_given_once_and_used() {
    let keyed = r#"remove = { delete = "/memberships/{key}" }"#;
    insta::assert_snapshot!(only_in(Code::MembershipKey, &written(ADD, keyed)), @r#"
    error[E0341]: nothing says what `{key}` stands for
      --> p.toml:41:1
       |
    41 | remove = { delete = "/memberships/{key}" }
       | ^^^^^^
       |
       = help: write `find = { …, key = "id" }`, or `key = "id"` for a field of the rows of `list`
    "#);
    let find = format!("{REMOVE}\nfind = {{ get = \"/m?g={{id}}&u={{member}}\", rows = \"m\", key = \"id\" }}");
    insta::assert_snapshot!(only_in(Code::MembershipKey, &written(ADD, &find)), @r#"
    error[E0341]: `remove` does not use `{key}`
      --> p.toml:42:1
       |
    42 | find = { get = "/m?g={id}&u={member}", rows = "m", key = "id" }
       | ^^^^
       |
       = help: write `{key}` where it belongs
    "#);
    let twice = find.replace(REMOVE, keyed) + "\nkey = \"id\"";
    insta::assert_snapshot!(only_in(Code::MembershipKey, &written(ADD, &twice)), @r#"
    error[E0341]: `find` gives the key of a membership already
      --> p.toml:43:1
       |
    43 | key = "id"
       | ^^^
       |
       = help: keep one of `find` and `key`
    "#);
    insta::assert_snapshot!(only_in(Code::MembershipKey, &written(ADD, &format!("{REMOVE}\nkey = \"id\""))), @r#"
    error[E0341]: `remove` does not use `{key}`
      --> p.toml:42:1
       |
    42 | key = "id"
       | ^^^
       |
       = help: write `{key}` where it belongs
    "#);
    let other = ADD.replace("{members}", "{key}").replace(", batch = 100", "");
    insta::assert_snapshot!(only_in(Code::UnknownPlaceholder, &written(&other, REMOVE)), @r#"
    error[E0162]: `group.members.add` has no value for `{key}`
      --> p.toml:40:56
       |
    40 | add = { post = "/groups/{id}/members", body = { ids = "{key}" } }
       |                                                        ^^^^^
       |
       = help: there are `id`, `member`, `name`, `members`, `merged`, `record`
    "#);
    let found = members(&written(ADD, &find.replace(REMOVE, keyed)));
    assert!(found.find.is_some_and(|find| find.key.is_some() && find.rows.is_some()) && found.key.is_none());
}

#[test]
fn what_is_merged_is_read_and_written() {
    let merge = r#"merge = { get = "/users/{member}", field = "teams" }"#;
    let unread = r#"add = { patch = "/users/{member}", body = { teams = "{merged}" } }"#;
    insta::assert_snapshot!(only_in(Code::MemberMerge, &written(unread, REMOVE)), @r#"
    error[E0342]: nothing says what `{merged}` and `{record}` stand for in `group.members.add`
      --> p.toml:40:1
       |
    40 | add = { patch = "/users/{member}", body = { teams = "{merged}" } }
       | ^^^
       |
       = help: write `merge = { get = "/users/{member}", field = "team_ids" }`
    "#);
    let unwritten = format!(r#"add = {{ put = "/groups/{{id}}/members/{{member}}", {merge} }}"#);
    insta::assert_snapshot!(only_in(Code::MemberMerge, &written(&unwritten, REMOVE)), @r#"
    error[E0342]: `group.members.add` reads a member's record and does not write what becomes of it
      --> p.toml:40:1
       |
    40 | add = { put = "/groups/{id}/members/{member}", merge = { get = "/users/{member}", field = "teams" } }
       | ^^^
       |
       = help: write "{merged}" in the body: the field as it will be
    "#);
    let of =
        |merge: &str| format!(r#"add = {{ patch = "/users/{{member}}", body = {{ teams = "{{merged}}" }}, {merge} }}"#);
    let none = of(r#"merge = { get = "/users/{member}", field = "teams", none = "x" }"#);
    insta::assert_snapshot!(only_in(Code::Unfit, &written(&none, REMOVE)), @r#"
    error[E0134]: a list without groups is empty
      --> p.toml:40:119
       |
    40 | add = { patch = "/users/{member}", body = { teams = "{merged}" }, merge = { get = "/users/{member}", field = "teams", none = "x" } }
       |                                                                                                                       ^^^^
       |
       = help: write `single = true` if the field holds one group, or take it away
    "#);
    let single = of(r#"merge = { get = "/users/{member}", field = "team", single = true, id = "id" }"#);
    insta::assert_snapshot!(only_in(Code::Unfit, &written(&single, REMOVE)), @r#"
    error[E0134]: a field of one group has no elements
      --> p.toml:40:133
       |
    40 | ...ge = { get = "/users/{member}", field = "team", single = true, id = "id" } }
       |                                                                   ^^
       |
       = help: take `id` or `single` away
    "#);
    let beside = of(merge).replace("\"{merged}\"", "\"x{merged}\"");
    insta::assert_snapshot!(only_in(Code::TextTemplate, &written(&beside, REMOVE)), @r#"
    error[E0171]: `{merged}` is no text, so nothing can stand beside it
      --> p.toml:40:53
       |
    40 | add = { patch = "/users/{member}", body = { teams = "x{merged}" }, merge = { get = "/users/{member}", field = "teams" } }
       |                                                     ^^^^^^^^^^^
       |
       = help: write "{merged}" alone
    "#);
    let batched = of(&format!("{merge}, batch = 5"));
    insta::assert_snapshot!(only_in(Code::MemberCall, &written(&batched, REMOVE)), @r#"
    error[E0169]: `group.members.add` is of one member, so `batch` means nothing
      --> p.toml:40:121
       |
    40 | add = { patch = "/users/{member}", body = { teams = "{merged}" }, merge = { get = "/users/{member}", field = "teams" }, batch = 5 }
       |                                                                                                                         ^^^^^
       |
       = help: write `{members}` in the body where all of them belong
    "#);
    let MemberWrites::Each { add, .. } = members(&written(&of(merge), REMOVE)).writes else { panic!() };
    assert!(add.merge.is_some_and(|merge| merge.single.is_none() && merge.id.is_whole()));
}

#[test]
fn a_whole_list_is_of_all_and_stands_alone() {
    let set = r#"set = { put = "/groups/{id}/members", body = { ids = "{members}" } }"#;
    insta::assert_snapshot!(only_in(Code::OneOf, &written(set, REMOVE)), @r#"
    error[E0107]: `remove` means nothing beside `set`, which says who all members are
      --> p.toml:41:1
       |
    41 | remove = { delete = "/groups/{id}/members/{member}" }
       | ^^^^^^
       |
       = help: keep one of the two
    "#);
    let one = r#"set = { put = "/groups/{id}/members", body = { id = "{member}" } }"#;
    insta::assert_snapshot!(only_in(Code::MemberCall, &written(one, "")), @r#"
    error[E0169]: `group.members.set` is of all members, not of one
      --> p.toml:40:1
       |
    40 | set = { put = "/groups/{id}/members", body = { id = "{member}" } }
       | ^^^
       |
       = help: write `{members}` in the body where they belong
    "#);
    let nobody = r#"set = { put = "/groups/{id}/members", body = { ids = [] } }"#;
    insta::assert_snapshot!(only_in(Code::MissingPlaceholder, &written(nobody, "")), @r#"
    error[E0163]: `group.members.set` does not use `{members}`: it would not say who the members are
      --> p.toml:40:1
       |
    40 | set = { put = "/groups/{id}/members", body = { ids = [] } }
       | ^^^
       |
       = help: write `{members}` in the body where they belong
    "#);
    assert!(matches!(members(&written(set, "")).writes, MemberWrites::Whole(set) if set.batch == 1));
}

#[test]
fn hidden_ids_are_texts_over_parameters() {
    let hidden = |id: &str| written(&format!("{ADD}\nhidden = [\"{id}\"]"), REMOVE);
    insta::assert_snapshot!(only_in(Code::UnknownPlaceholder, &hidden("{acount}")), @r#"
    error[E0162]: `hidden` has no value for `{acount}`
      --> p.toml:41:12
       |
    41 | hidden = ["{acount}"]
       |            ^^^^^^^^
       |
       = help: there are none; declare a parameter in `[params]`
    "#);
    insta::assert_snapshot!(only_in(Code::TextTemplate, &hidden("{account")), @r#"
    error[E0171]: `{` without its `}`: a brace that stands for itself is written twice, `{{`
      --> p.toml:41:12
       |
    41 | hidden = ["{account"]
       |            ^
       |
       = help: write a text with placeholders in braces: "{account}"
    "#);
    assert_eq!(members(&hidden("root")).hidden.len(), 1);
}

#[test]
fn a_list_of_everybody_says_whose_members_they_are() {
    let list = r#"list = { get = "/groups/{id}/members", rows = "members" }"#;
    let everybody = r#"list = { get = "/people", rows = "people" }"#;
    let text = format!("{MINIMAL}{GROUP}").replacen(list, everybody, 1);
    insta::assert_snapshot!(only_in(Code::MissingPlaceholder, &text), @r#"
    error[E0163]: `group.members.list` does not use `{id}`: it would touch the wrong record
      --> p.toml:39:16
       |
    39 | list = { get = "/people", rows = "people" }
       |                ^^^^^^^^^
       |
       = help: write `{id}` where it belongs
    "#);
    let text = text.replacen("rows = \"people\" }", "rows = \"people\", group = \"teams\" }", 1);
    assert!(members(&text).group.is_some());
}

/// The smallest profile with fixed groups.
fn fixed(groups: &str, more: &str) -> String {
    let members = GROUP.split_once("[group.members]").map(|(_, rest)| rest).unwrap_or_default();
    format!("{MINIMAL}[group]\nfixed = [{groups}]\n{more}[group.members]{members}")
}

#[test]
fn fixed_groups_are_told_apart_and_are_all_that_there_is() {
    let (basic, admin) = ("{ id = \"basic\", displayName = \"Basic\" }", "{ id = \"basic\", displayName = \"Admin\" }");
    insta::assert_snapshot!(only_in(Code::FixedTwice, &fixed(&format!("{basic}, {admin}"), "")), @r#"
    error[E0343]: another fixed group has the id "basic" already
      --> p.toml:24:51
       |
    24 | fixed = [{ id = "basic", displayName = "Basic" }, { id = "basic", displayName = "Admin" }]
       |                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: give each group an id and a name of its own
    "#);
    let named = "{ id = 2, displayName = \"BASIC\" }";
    insta::assert_snapshot!(only_in(Code::FixedTwice, &fixed(&format!("{basic}, {named}"), "")), @r#"
    error[E0343]: another fixed group has the displayName "BASIC" already
      --> p.toml:24:51
       |
    24 | fixed = [{ id = "basic", displayName = "Basic" }, { id = 2, displayName = "BASIC" }]
       |                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: give each group an id and a name of its own
    "#);
    insta::assert_snapshot!(only_in(Code::OneOf, &fixed(basic, "[group.get]\nget = \"/groups/{id}\"\n")), @r"
    error[E0107]: `get` means nothing for groups that are `fixed`
      --> p.toml:25:8
       |
    25 | [group.get]
       |        ^^^
       |
       = help: keep `fixed` and `[group.members]` only, or take `fixed` away
    ");
    insta::assert_snapshot!(only_in(Code::MissingKey, &fixed("", "")), @r#"
    error[E0104]: `fixed` has no group
      --> p.toml:24:9
       |
    24 | fixed = []
       |         ^^
       |
       = help: write `fixed = [{ id = "basic", displayName = "Basic" }]`, or take `[group]` away
    "#);
    insta::assert_snapshot!(only_in(Code::MissingKey, &fixed("{ id = \"basic\" }", "")), @r#"
    error[E0104]: `displayName` is missing in `group.fixed`
      --> p.toml:24:10
       |
    24 | fixed = [{ id = "basic" }]
       |          ^^^^^^^^^^^^^^^^
       |
       = help: write `displayName = "Basic"`
    "#);
    insta::assert_snapshot!(only_in(Code::WrongType, &fixed("{ id = true, displayName = \"Basic\" }", "")), @r#"
    error[E0105]: `id` must be a text that is not empty, or a whole number, not a boolean
      --> p.toml:24:17
       |
    24 | fixed = [{ id = true, displayName = "Basic" }]
       |                 ^^^^
    "#);
    let group = profile("p.toml", &fixed(&format!("{basic}, {{ id = 2, displayName = \"Admin\" }}"), ""));
    let (profile, report) = group.unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)));
    let group = profile.group.expect("it has groups");
    assert_eq!(report.to_terminal(Colour::Plain), "");
    assert_eq!((group.resource.fixed.len(), group.resource.create.is_none()), (2, true));
    assert_eq!(group.resource.map[0].rule.to_string(), "group.map.displayName (p.toml:24)");
    assert_eq!(shown(&group.resource.shown).join(" "), "displayName members(value,$ref,type)");
}

#[test]
fn a_create_that_waits_for_a_conflict_can_find_what_it_ran_into() {
    let waits = |from: &str, to: &str| format!("{MINIMAL}{GROUP}").replacen(from, to, 1);
    let text = waits("post = \"/groups\"\n", "post = \"/groups\"\nlook = \"on-conflict\"\n");
    insta::assert_snapshot!(only_in(Code::LookNotMatched, &text), @r#"
    warning[W0217]: no mapping has `match`: a create that the product refuses as a duplicate finds nothing, and is refused
      --> p.toml:34:8
       |
    34 | look = "on-conflict"
       |        ^^^^^^^^^^^^^
       |
       = help: write `match = 1` at the attribute that tells groups apart, or take `look` away
    "#);
    let matched = text.replacen("direct = \"name\" }", "direct = \"name\", match = 1 }", 1);
    assert!(profile("p.toml", &matched).is_ok_and(|(_, report)| report.diagnostics.is_empty()));
}

#[test]
fn users_that_nobody_makes_need_not_match() {
    let text = edited("userName = { direct = \"login\", match = 1 }", "userName = { direct = \"login\" }");
    assert!(profile("p.toml", &text).is_err());
    let uncreated = text.replacen("[user.create]\npost = \"/users\"\n", "", 1);
    let report = profile("p.toml", &uncreated).map_or_else(|report| report, |(_, report)| report);
    assert_eq!(report.to_terminal(Colour::Plain), "");
}

#[test]
fn an_id_that_changes_is_held_by_no_other_record() {
    let renamed = |text: &str| text.replacen("[user]\n", "[user]\nid_changes = true\n", 1);
    insta::assert_snapshot!(only_in(Code::RenamedElsewhere, &renamed(&format!("{MINIMAL}{GROUP}"))), @r"
    error[E0344]: ids of users stand in `[group.members]` too, where nothing follows their changes
     --> p.toml:6:1
      |
    6 | id_changes = true
      | ^^^^^^^^^^
      |
      = help: take an id that never changes if the product has one, or leave that attribute to the product
    ");
    let manager = "[user.map]\n\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value\" = { direct = \"boss\" }\n";
    insta::assert_snapshot!(only_in(Code::RenamedElsewhere, &renamed(&MINIMAL.replacen("[user.map]\n", manager, 1))), @r"
    error[E0344]: ids of users stand in `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value` too, where nothing follows their changes
     --> p.toml:6:1
      |
    6 | id_changes = true
      | ^^^^^^^^^^
      |
      = help: take an id that never changes if the product has one, or leave that attribute to the product
    ");
    assert!(profile("p.toml", &renamed(MINIMAL)).is_ok());
}
