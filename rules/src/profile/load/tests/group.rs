//! Codes of `[group]` and `[group.members]`.
//!
//! A row is an edit of [`MINIMAL`] and [`GROUP`]: what to replace, and with what.

use super::*;
use crate::profile::{BodyRule, BodyTemplate, MemberWrites};

/// A group of which members are kept apart, one of each thing that rows edit.
pub(super) const GROUP: &str = r#"[group]
id = "gid"
[group.map]
displayName = { direct = "name" }
[group.get]
get = "/groups/{id}"
[group.list]
get = "/groups"
rows = "groups"
[group.create]
post = "/groups"
[[group.update]]
patch = "/groups/{id}"
[group.members]
value = "id"
type = { field = "kind", values = { User = "person", Group = "group" } }
list = { get = "/groups/{id}/members", rows = "members" }
add = { post = "/groups/{id}/members", body = { ids = "{members}" }, batch = 100 }
remove = { delete = "/groups/{id}/members/{member}" }
has = { get = "/groups/{id}/members/{member}" }
of = { get = "/members/{member}/groups", rows = "groups" }
"#;

/// [`MINIMAL`] and [`GROUP`], with `from` replaced by `to`.
#[track_caller]
fn grouped(from: &str, to: &str) -> String {
    let text = format!("{MINIMAL}{GROUP}");
    assert_eq!(text.matches(from).count(), 1, "`{from}` is there once");
    text.replacen(from, to, 1)
}

/// What a terminal shows of the edited profile, which has `code` and no other.
#[track_caller]
fn only(code: Code, from: &str, to: &str) -> String {
    only_in(code, &grouped(from, to))
}

/// The edited profile, which has no error.
#[track_caller]
fn loaded(from: &str, to: &str) -> (Profile, Report) {
    profile("p.toml", &grouped(from, to)).unwrap_or_else(|report| panic!("{}", report.to_terminal(Colour::Plain)))
}

#[test]
fn a_group_is_read_by_the_same_rules_as_a_user() {
    insta::assert_snapshot!(only(Code::MissingKey, r#"id = "gid""#, ""), @r#"
    error[E0104]: `id` is missing in `group`
      --> p.toml:23:2
       |
    23 | [group]
       |  ^^^^^
       |
       = help: write `id = "id"`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, "[group.map]\ndisplayName = { direct = \"name\" }\n", ""), @r#"
    error[E0104]: `[group.map]` is missing
      --> p.toml:23:2
       |
    23 | [group]
       |  ^^^^^
       |
       = help: write `[group.map]` with `displayName = { direct = "name", match = 1 }`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, "[group.get]\nget = \"/groups/{id}\"\n", ""), @r#"
    error[E0104]: `[group.get]` is missing
      --> p.toml:23:2
       |
    23 | [group]
       |  ^^^^^
       |
       = help: write `[group.get]` with `get = "/groups/{id}"`
    "#);
}

#[test]
fn attributes_of_groups_are_checked_as_those_of_users() {
    insta::assert_snapshot!(only(Code::UnknownAttribute, "[group.get]", "title = { direct = \"t\" }\n[group.get]"), @r#"
    error[E0122]: unknown attribute `title`
      --> p.toml:27:1
       |
    27 | title = { direct = "t" }
       | ^^^^^
       |
       = help: an attribute that SCIM does not know is declared in `[group.schema."urn:…"]`
    "#);
    insta::assert_snapshot!(only(Code::WrittenTwice, "[group.get]", "externalId = { direct = \"name\" }\n[group.get]"), @r#"
    error[E0124]: `name` is written already, as `name` by `group.map.displayName`
      --> p.toml:27:1
       |
    27 | externalId = { direct = "name" }
       | ^^^^^^^^^^
       |
       = help: only read it here: `{ expression = '[name]' }`
    "#);
    insta::assert_snapshot!(only(Code::Reserved, "[group.get]", "id = { direct = \"x\" }\n[group.get]"), @r#"
    error[E0126]: `id` is filled in by the gateway
      --> p.toml:27:1
       |
    27 | id = { direct = "x" }
       | ^^
       |
       = help: it is the field that `id` in `[group]` names
    "#);
    insta::assert_snapshot!(only(Code::NotMapped, "[group.get]", r"[group.write]
label = { expression = '[externalId]' }
[group.get]"), @r"
    error[E0128]: `externalId` is not mapped, it would always be absent
      --> p.toml:28:25
       |
    28 | label = { expression = '[externalId]' }
       |                         ^^^^^^^^^^^^
       |
       = help: map `externalId` in `[group.map]`, or use one of `displayName`
    ");
}

#[test]
fn what_groups_add_and_what_they_match_by_is_checked() {
    insta::assert_snapshot!(only(Code::SchemaUrn, "[group.map]", "[group.schema.team]\n[group.map]"), @r"
    error[E0146]: `team` is no URN of an extension
      --> p.toml:25:15
       |
    25 | [group.schema.team]
       |               ^^^^
       |
       = help: write a URN of your own: urn:ietf:params:scim:schemas:extension:yourname:2.0:Group
    ");
    insta::assert_snapshot!(only(Code::UnusedAttribute, "[group.map]", "[group.schema.\"urn:example:2.0:Group\"]\nsite = { type = \"string\" }\n[group.map]"), @r#"
    warning[W0204]: `site` is declared and not mapped
      --> p.toml:27:8
       |
    27 | [group.map]
       |        ^^^
       |
       = help: map it: "urn:example:2.0:Group:site" = …
    "#);
    insta::assert_snapshot!(only(Code::MatchNotFound, "[group.list]\nget = \"/groups\"\nrows = \"groups\"\n", r#"[group.map.externalId]
direct = "ref"
match = 1
"#), @r"
    error[E0133]: `externalId` has `match`, and the target cannot be searched by it
      --> p.toml:29:12
       |
    29 | [group.map.externalId]
       |            ^^^^^^^^^^
       |
       = help: write `[[group.find]]` with `by = 'externalId'`, or `[group.list]`
    ");
    insta::assert_snapshot!(only(Code::UnknownKey, r#"value = "id""#, "value = \"id\"\nvlaue = 1"), @r"
    error[E0103]: unknown key `vlaue`
      --> p.toml:38:1
       |
    38 | vlaue = 1
       | ^^^^^
       |
       = help: did you mean `value`?
    ");
}

#[test]
fn every_group_has_a_name_and_need_not_match() {
    insta::assert_snapshot!(only(Code::NoDisplayName, "displayName = { direct", "externalId = { direct"), @r#"
    error[E0135]: `displayName` is not mapped; every SCIM group has one
      --> p.toml:25:8
       |
    25 | [group.map]
       |        ^^^
       |
       = help: write `displayName = { direct = "name", match = 1 }`
    "#);
    assert_eq!(loaded("[group]", "[group]").1.to_terminal(Colour::Plain), "");
    insta::assert_snapshot!(only(Code::NoMatch, "post = \"/groups\"\n", "post = \"/groups\"\nexisting = \"update\"\n"), @r#"
    error[E0131]: no mapping has `match`: a group that is there already is never found
      --> p.toml:34:12
       |
    34 | existing = "update"
       |            ^^^^^^^^
       |
       = help: write `match = 1` at the attribute that tells them apart
    "#);
}

#[test]
fn members_are_in_the_record_or_apart() {
    insta::assert_snapshot!(only(Code::MappedTwice, "[group.get]", "members = { direct = \"people\" }\n[group.get]"), @r#"
    error[E0123]: `members` is mapped already, by `[group.members]`
      --> p.toml:27:1
       |
    27 | members = { direct = "people" }
       | ^^^^^^^
       |
       = help: take one of the two away
    "#);
    insta::assert_snapshot!(only(Code::MembersNotAsked, "has = { get = \"/groups/{id}/members/{member}\" }\nof = { get = \"/members/{member}/groups\", rows = \"groups\" }\n", ""), @r"
    warning[W0205]: a filter on `members` has to read the members of every group
      --> p.toml:36:8
       |
    36 | [group.members]
       |        ^^^^^^^
       |
       = help: write `has`, `of` or both, if the product can be asked
    ");
}

#[test]
fn members_have_an_id_a_type_and_their_calls() {
    insta::assert_snapshot!(only(Code::MissingKey, "value = \"id\"\n", ""), @r#"
    error[E0104]: `value` is missing in `group.members`
      --> p.toml:36:8
       |
    36 | [group.members]
       |        ^^^^^^^
       |
       = help: write `value = "id"`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, "remove = { delete = \"/groups/{id}/members/{member}\" }\n", ""), @r#"
    error[E0104]: `remove` is missing in `group.members`
      --> p.toml:36:8
       |
    36 | [group.members]
       |        ^^^^^^^
       |
       = help: write `remove = { delete = "/groups/{id}/members/{member}" }`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, r#", values = { User = "person", Group = "group" }"#, ""), @r#"
    error[E0104]: `values` is missing in `group.members.type`
      --> p.toml:38:1
       |
    38 | type = { field = "kind" }
       | ^^^^
       |
       = help: write `values = { User = "person", Group = "team" }`
    "#);
    insta::assert_snapshot!(only(Code::UnknownWord, r#"Group = "group""#, r#"Grp = "group""#), @r#"
    error[E0106]: `type` cannot be `Grp`
      --> p.toml:38:54
       |
    38 | type = { field = "kind", values = { User = "person", Grp = "group" } }
       |                                                      ^^^
       |
       = help: write one of `User`, `Group`
    "#);
    insta::assert_snapshot!(only(Code::NotOneToOne, r#"Group = "group""#, r#"Group = "person""#), @r#"
    error[E0142]: `Group` and "User" are not told apart in both directions
      --> p.toml:38:54
       |
    38 | type = { field = "kind", values = { User = "person", Group = "person" } }
       |                                                      ^^^^^
       |
       = help: give each SCIM value a target value of its own
    "#);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, r#"has = { get = "/groups/{id}/members/{member}" }"#, r#"has = { get = "/members/{member}" }"#), @r#"
    error[E0163]: `group.members.has` does not use `{id}`: it would touch the wrong record
      --> p.toml:42:15
       |
    42 | has = { get = "/members/{member}" }
       |               ^^^^^^^^^^^^^^^^^^^
       |
       = help: write `{id}` where it belongs
    "#);
    insta::assert_snapshot!(only(Code::UnknownWord, r#"has = { get = "/groups/{id}/members/{member}" }"#, r#"has = { put = "/groups/{id}/members/{member}" }"#), @r#"
    error[E0106]: `group.members.has` cannot be a `put`
      --> p.toml:42:9
       |
    42 | has = { put = "/groups/{id}/members/{member}" }
       |         ^^^
       |
       = help: write one of `get`, `post`
    "#);
}

#[test]
fn a_call_on_members_is_of_one_or_of_several() {
    let remove = r#"remove = { delete = "/groups/{id}/members/{member}" }"#;
    insta::assert_snapshot!(only(Code::MissingPlaceholder, remove, r#"remove = { post = "/groups/{id}/leave" }"#), @r#"
    error[E0163]: `group.members.remove` does not use `{member}`: it would not say which member
      --> p.toml:41:1
       |
    41 | remove = { post = "/groups/{id}/leave" }
       | ^^^^^^
       |
       = help: write `{member}` in the path, or `{member}` or `{members}` in the body
    "#);
    insta::assert_snapshot!(only(Code::MissingPlaceholder, remove, r#"remove = { post = "/members/{member}/leave" }"#), @r#"
    error[E0163]: `group.members.remove` does not use `{id}`: it would touch the wrong record
      --> p.toml:41:19
       |
    41 | remove = { post = "/members/{member}/leave" }
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `{id}` where it belongs
    "#);
    insta::assert_snapshot!(only(Code::MemberCall, remove, r#"remove = { delete = "/groups/{id}/members/{member}", batch = 2 }"#), @r#"
    error[E0169]: `group.members.remove` is of one member, so `batch` means nothing
      --> p.toml:41:54
       |
    41 | remove = { delete = "/groups/{id}/members/{member}", batch = 2 }
       |                                                      ^^^^^
       |
       = help: write `{members}` in the body where all of them belong
    "#);
    insta::assert_snapshot!(only(Code::MemberCall, remove, r#"remove = { post = "/groups/{id}/{member}", body = ["{members}"], batch = 2 }"#), @r#"
    error[E0169]: `group.members.remove` is of one member and of several at once
      --> p.toml:41:1
       |
    41 | remove = { post = "/groups/{id}/{member}", body = ["{members}"], batch = 2 }
       | ^^^^^^
       |
       = help: keep one of `{member}` and `{members}`
    "#);
    insta::assert_snapshot!(only(Code::MemberCall, remove, r#"remove = { post = "/groups/{id}/leave", body = { all = "{members}", one = "{member}" }, batch = 2 }"#), @r#"
    error[E0169]: `group.members.remove` is of one member and of several at once
      --> p.toml:41:1
       |
    41 | remove = { post = "/groups/{id}/leave", body = { all = "{members}", one = "{member}" }, batch = 2 }
       | ^^^^^^
       |
       = help: keep one of `{member}` and `{members}`
    "#);
}

#[test]
fn a_body_names_members_and_nothing_else() {
    insta::assert_snapshot!(only(Code::MissingKey, ", batch = 100", ""), @r#"
    error[E0104]: `batch` is missing in `group.members.add`
      --> p.toml:40:1
       |
    40 | add = { post = "/groups/{id}/members", body = { ids = "{members}" } }
       | ^^^
       |
       = help: write `batch = 100`
    "#);
    insta::assert_snapshot!(only(Code::Range, ", batch = 100", ", batch = 0"), @r#"
    error[E0109]: `batch` is out of range
      --> p.toml:40:78
       |
    40 | add = { post = "/groups/{id}/members", body = { ids = "{members}" }, batch = 0 }
       |                                                                              ^
       |
       = help: write a number from 1 to 10000
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, r#"body = { ids = "{members}" }, batch = 100"#, r#"body = { ids = ["{membr}"] }"#), @r#"
    error[E0162]: `group.members.add` has no value for `{membr}`
      --> p.toml:40:57
       |
    40 | add = { post = "/groups/{id}/members", body = { ids = ["{membr}"] } }
       |                                                         ^^^^^^^
       |
       = help: did you mean `{member}`?
    "#);
    insta::assert_snapshot!(only(Code::UnknownPlaceholder, r#"body = { ids = "{members}" }, batch = 100"#, r#"body = { url = "/users/{nobody}" }"#), @r#"
    error[E0162]: `group.members.add` has no value for `{nobody}`
      --> p.toml:40:63
       |
    40 | add = { post = "/groups/{id}/members", body = { url = "/users/{nobody}" } }
       |                                                               ^^^^^^^^
       |
       = help: there are `id`, `member`, `name`, `members`, `merged`, `record`
    "#);
    insta::assert_snapshot!(only(Code::WrongType, r#"body = { ids = "{members}" }, batch = 100"#, r#"body = "{member}""#), @r#"
    error[E0105]: `body` must be a table or an array: `{ ids = "{members}" }`, not a text
      --> p.toml:40:47
       |
    40 | add = { post = "/groups/{id}/members", body = "{member}" }
       |                                               ^^^^^^^^^^
    "#);
}

#[test]
fn members_have_their_defaults() {
    let (profile, _) = loaded("[group]", "[group]");
    let group = profile.group.expect("it has groups");
    let members = group.members.expect("they are kept apart");
    assert_eq!((members.check, members.numeric, members.display), (true, false, None));
    let MemberWrites::Each { add, remove } = &members.writes else { panic!("{:?}", members.writes) };
    let ids = BodyTemplate::Object(vec![("ids".to_owned().into(), BodyTemplate::Name("members".to_owned()))]);
    assert_eq!((add.batch, add.body.as_ref()), (100, Some(&ids)));
    assert_eq!((remove.batch, &remove.body), (1, &None));
    assert_eq!([&add.call.body, &remove.call.body], [&BodyRule::Empty; 2]);
    assert!(!members.list.paging.paged && members.has.is_some() && members.of.is_some());
    let names = [&members.rule, &members.list.call.rule, &add.call.rule].map(|rule| rule.name.as_str());
    assert_eq!(names, ["group.members", "group.members.list", "group.members.add"]);
    assert_eq!(group.resource.get.rule.name, "group.get");
    assert_eq!(group.resource.map[0].rule.name, "group.map.displayName");
}

/// What discovery shows of the edited profile's groups.
fn shown_in_group(from: &str, to: &str) -> Vec<String> {
    loaded(from, to).0.group.map(|group| shown(&group.resource.shown)).unwrap_or_default()
}

#[test]
fn discovery_shows_groups_with_the_members_that_are_read() {
    let members = GROUP.split_once("[group.members]").map(|(_, rest)| format!("[group.members]{rest}"));
    let members = members.unwrap_or_default();
    let rows = [
        ("[group]", "[group]", "displayName members(value,$ref,type)"),
        ("value = \"id\"", "value = \"id\"\ndisplay = \"name\"", "displayName members(value,$ref,type,display)"),
        (members.as_str(), "", "displayName"),
        (members.as_str(), "[group.map.members]\ndirect = \"people\"", "displayName members(value,$ref,type,display)"),
        (
            "[group.map]",
            "[group.schema.\"urn:example:2.0:Group\"]\nsite = { type = \"string\" }\n[group.map]\n\"urn:example:2.0:Group:site\" = { direct = \"site\" }",
            "displayName members(value,$ref,type) site",
        ),
    ];
    for (from, to, expected) in rows {
        assert_eq!(shown_in_group(from, to).join(" "), expected, "{to}");
    }
    let kind = loaded("[group]", "[group]").0.group.map(|group| group.resource.kind);
    assert_eq!(kind.map(|kind| (kind.name, kind.extensions.len())), Some(("Group".to_owned(), 0)));
}
