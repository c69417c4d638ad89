//! `[group.members]`: members that the product keeps apart, and `fixed`: groups that are in no product.

use super::call::{JUDGED, MEMBER_ANSWER, READS, SENT, WRITES};
use super::reading::{PAGES, ROWS, ROWS_AT, TOLD};
use crate::document::definition::{Definition, Form, Key, Kind, key};

/// `[group.members]`.
pub(super) static MEMBERS: Definition = Definition { name: "group.members", keys: &[MEMBERS_KEYS], names: None };

const MEMBERS_KEYS: &[Key] = &[
    key(
        "value",
        Form::Text(Kind::Field),
        "the field of a row of `list` that is the member's id; `\"\"` if the rows are the ids",
    )
    .required()
    .such_as("\"id\""),
    LAST_PART,
    key("display", Form::Text(Kind::Field), "the field that names the member").such_as("\"name\""),
    key("type", Form::Table(&TYPE), "the field that says what a member is; without it all members are users")
        .such_as("{ field = \"kind\", values = { User = \"person\", Group = \"team\" } }"),
    key("numeric", Form::Flag, "whether ids of members are numbers in bodies").default("as `[user]` says"),
    key(
        "check",
        Form::Flag,
        "whether a new member is read by its id first, so that an unknown one is refused before anything is written",
    )
    .default("true"),
    key("hidden", Form::List(&Form::Text(Kind::Filled)), "ids that are never shown as members, nor changed")
        .such_as("[\"{own_account}\"]"),
    key("list", Form::Table(&MEMBERS_LIST), "reads the members")
        .such_as("{ get = \"/groups/{id}/members\", rows = \"members\" }"),
    key("add", Form::Table(&CHANGE), "makes members").such_as("{ put = \"/groups/{id}/members/{member}\" }"),
    key("remove", Form::Table(&CHANGE), "ends memberships").such_as("{ delete = \"/groups/{id}/members/{member}\" }"),
    key("set", Form::Table(&SET), "instead of `add` and `remove`: the whole list, read and replaced")
        .such_as("{ put = \"/groups/{id}/members\", body = { ids = \"{members}\" } }"),
    key(
        "find",
        Form::Table(&MEMBER_FIND),
        "asked before `remove` for the `{key}` of a membership that is a resource of its own",
    )
    .such_as("{ get = \"/memberships?group={id}&user={member}\", rows = \"memberships\", key = \"id\" }"),
    key("key", Form::Text(Kind::Field), "or the field of a row of `list` that is this `{key}`")
        .such_as("\"membership_id\""),
    key("has", Form::Table(&HAS), "asks whether `{member}` belongs to group `{id}`: a success is yes, «absent» is no")
        .such_as("{ get = \"/groups/{id}/members/{member}\" }"),
    key("of", Form::Table(&OF), "reads the groups of `{member}`; the rows are records as `[group.get]` gives them")
        .such_as("{ get = \"/users/{member}/groups\", rows = \"groups\" }"),
];

const LAST_PART: Key = key(
    "last_part",
    Form::Flag,
    "the ids in these rows are links: an id is the last part of the path; of what is no link, all of it",
)
.default("false");

static TYPE: Definition = Definition { name: "group.members.type", keys: &[TYPE_KEYS], names: None };

const TYPE_KEYS: &[Key] = &[
    key("field", Form::Text(Kind::Field), "the field of a row").required().such_as("\"kind\""),
    key("values", Form::Table(&KINDS), "its values").required().such_as("{ User = \"person\", Group = \"team\" }"),
];

static KINDS: Definition = Definition { name: "group.members.type.values", keys: &[], names: Some(&KIND) };

const KIND: Key = key("KIND", Form::Scalar, "`User` or `Group`: the product's value");

static MEMBERS_LIST: Definition = Definition {
    name: "group.members.list",
    keys: &[READS, ROWS_AT, TOLD, PAGES, MEMBER_ROWS, LIST_KEYS, SENT, JUDGED],
    names: None,
};

const MEMBER_ROWS: &[Key] = &[
    ROWS[0],
    ROWS[1],
    key(
        "partial",
        Form::Flag,
        "what a row that is no user's record does not tell is read. Whom `[user]` calls `protected` is shown as nobody's member, and \
         taken out of no group: if the rows are records as `[user.get]` gives them (or hold one, as `value = \"person.id\"` says), \
         that costs nothing. Else such members are shown, or read one by one with this, where an answer shows at most 200 members: \
         of more, all are shown",
    )
    .default("false"),
];

const LIST_KEYS: &[Key] = &[key(
    "group",
    Form::Text(Kind::Field),
    "for a list of everybody: the field of a row that holds the id of its group, or a list of such ids; the others are left out",
)
.such_as("\"group_id\"")];

static CHANGE: Definition =
    Definition { name: "group.members.add", keys: &[WRITES, CHANGE_KEYS, SENT, JUDGED], names: None };

const MEMBER_BODY: Key = key(
    "body",
    Form::OneOf(&[Form::Words(&["record"]), Form::Template]),
    "`\"{member}\"` stands for the member's id, `\"{members}\"` for all ids of this call, an element with `{member}` in it is \
     repeated for each; without it there is no body. With `merge`, `record` is the member's whole record with the list changed",
)
.such_as("{ add = \"{members}\" }");

const WRAP: Key = key("wrap", Form::Text(Kind::Field), "the field that the body goes below").such_as("\"group\"");

const CHANGE_KEYS: &[Key] = &[
    MEMBER_BODY,
    key("batch", Form::Number(1, 10_000), "the most members in one call; required where a call is of several")
        .such_as("100"),
    WRAP,
    key(
        "merge",
        Form::Table(&MERGE),
        "the membership is a field of the user: its list, with this group's id added or removed, is `{merged}`",
    )
    .such_as("{ get = \"/users/{member}\", field = \"team_ids\" }"),
];

static MERGE: Definition = Definition {
    name: "group.members.add.merge",
    keys: &[READS, MERGE_KEYS, MEMBER_ANSWER, SENT, JUDGED],
    names: None,
};

const MERGE_KEYS: &[Key] = &[
    key("field", Form::Text(Kind::Field), "the list in the user's record, or the one group")
        .required()
        .such_as("\"team_ids\""),
    key("id", Form::Text(Kind::Field), "the field of an element that is the group's id; without it elements are ids")
        .such_as("\"id\""),
    key("single", Form::Flag, "the field holds one group and no list").default("false"),
    key("none", Form::Scalar, "with `single`: what stands there for no group").default("null").such_as("0"),
];

const SET_KEYS: &[Key] = &[MEMBER_BODY, WRAP];

static SET: Definition = Definition { name: "group.members.set", keys: &[WRITES, SET_KEYS, SENT, JUDGED], names: None };

static MEMBER_FIND: Definition =
    Definition { name: "group.members.find", keys: &[READS, FIND_KEYS, WHOSE, SENT, JUDGED], names: None };

const FIND_KEYS: &[Key] = &[
    key("rows", Form::Text(Kind::Field), "where the memberships stand").required().such_as("\"memberships\""),
    key("key", Form::Text(Kind::Field), "the field of a row that is `{key}`").required().such_as("\"id\""),
];

static HAS: Definition =
    Definition { name: "group.members.has", keys: &[READS, HAS_KEYS, WHOSE, SENT, JUDGED], names: None };

const HAS_KEYS: &[Key] =
    &[key("rows", Form::Text(Kind::Field), "where the memberships stand: any is a yes; without it every success is")
        .such_as("\"memberships\"")];

const WHOSE: &[Key] = &[
    key(
        "group",
        Form::Text(Kind::Field),
        "the field of a membership that holds the id of its group, instead of `{id}` in the path",
    )
    .such_as("\"group_id\""),
    key(
        "member",
        Form::Text(Kind::Field),
        "the field of a membership that holds the id of its member, instead of `{member}` in the path",
    )
    .such_as("\"user_id\""),
    LAST_PART,
];

static OF: Definition = Definition { name: "group.members.of", keys: &[READS, OF_KEYS, SENT, JUDGED], names: None };

const OF_KEYS: &[Key] = &[
    key("rows", Form::Text(Kind::Field), "where the groups stand").required().such_as("\"groups\""),
    key("id", Form::Text(Kind::Field), "the field of a row that is the id of a group, which is then read by it")
        .such_as("\"group_id\""),
    LAST_PART,
];

/// One of `fixed`.
pub(super) static FIXED: Definition = Definition { name: "group.fixed", keys: &[FIXED_KEYS], names: None };

const FIXED_KEYS: &[Key] = &[
    key("id", Form::Text(Kind::Plain), "its id").required().such_as("\"basic\""),
    key("displayName", Form::Text(Kind::Plain), "its name").required().such_as("\"Basic\""),
];
