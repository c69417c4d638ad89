//! `[user]` and `[group]`: one type of resource.

use super::mapping::{MAP, SCHEMAS, WRITE};
use super::members::{FIXED, MEMBERS};
use super::reading::{FIND, GET_ONE, JOIN, LIST, SORT};
use super::writing::{CREATE, DELETE, UPDATE};
use crate::document::definition::{Definition, Form, Key, Kind, key};

/// `[user]`.
pub(super) static USER: Definition = Definition { name: "user", keys: &[USER_NEEDS, RESOURCE], names: None };

/// `[group]`.
pub(super) static GROUP: Definition =
    Definition { name: "group", keys: &[GROUP_NEEDS, RESOURCE, GROUP_KEYS], names: None };

const USER_NEEDS: &[Key] = &[ID.required(), MAP_KEY.required(), GET_KEY.required()];
/// Fixed groups have none of these.
const GROUP_NEEDS: &[Key] = &[ID, MAP_KEY, GET_KEY];

const ID: Key = key("id", Form::Text(Kind::Field), "the field of a record that is its id, a text or a whole number")
    .such_as("\"id\"");
const MAP_KEY: Key = key("map", Form::Table(&MAP), "the attributes");

const GET_KEY: Key = key("get", Form::Table(&GET_ONE), "reads one record");

const RESOURCE: &[Key] = &[
    key("write", Form::Table(&WRITE), "fields that are computed from SCIM"),
    key("schema", Form::Table(&SCHEMAS), "attributes of extensions; the core and the enterprise schema need none"),
    key("find", Form::Tables(&FIND), "questions that the product answers"),
    key("list", Form::OneOf(LIST_FORMS), "reads all records; several lists are walked one after the other"),
    key("sort", Form::Table(&SORT), "reads all records in an order that the product makes"),
    key("join", Form::Tables(&JOIN), "reads more of a record by calls of its own, at most 3"),
    key("create", Form::Table(&CREATE), "makes a record"),
    key("update", Form::Tables(&UPDATE), "changes a record"),
    key("delete", Form::Table(&DELETE), "removes a record"),
    key(
        "secret",
        Form::List(&Form::Text(Kind::Field)),
        "fields that are dropped from every record as soon as it is read",
    )
    .such_as("[\"api_key\"]"),
    key(
        "protected",
        Form::Text(Kind::Condition),
        "records that provisioning must not touch: to SCIM they are not there, and to make one over them is 409",
    )
    .such_as("\"admin == true\""),
    key("gone", Form::Text(Kind::Condition), "records that stay behind a deletion: to SCIM they are not there")
        .such_as("\"deactivated == true\""),
    key(
        "refuse_unmapped",
        Form::Text(Kind::Expression),
        "while this is true, an attribute that is sent and not mapped is refused; otherwise it is left out, and the audit names it. \
         Names are parameters",
    )
    .such_as("\"strict == true\""),
    key("numeric", Form::Flag, "whether `{id}` is a number in bodies that are written out").default("false"),
    key("id_changes", Form::Flag, "the product's id is a name that a change renames; SCIM's id stays. Before a change the new name is looked for: only one that is free can be told from somebody else's if the answer is lost").default("false"),
];

const LIST_FORMS: &[Form] = &[Form::Table(&LIST), Form::Tables(&LIST)];

const GROUP_KEYS: &[Key] = &[
    key("members", Form::Table(&MEMBERS), "members that the product keeps apart from the group"),
    key("fixed", Form::Tables(&FIXED), "the groups are these: no call reads or writes them")
        .such_as("[{ id = \"basic\", displayName = \"Basic\" }]"),
];
