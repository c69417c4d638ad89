//! What writes: `[user.create]`, `[[user.update]]`, `[user.delete]`, and the calls around them.

use super::call::{ANSWER, BODY, JUDGED, MAKES, READS, SENT, VERBS, WRITES};
use super::error::SCIM;
use crate::document::definition::{Definition, Form, Key, Kind, key};

/// `[user.create]`.
pub(super) static CREATE: Definition = Definition {
    name: "user.create",
    keys: &[MAKES, BODY, ANSWER, CREATE_KEYS, CHECKS, AROUND, SENT, JUDGED],
    names: None,
};

/// `[[user.update]]`.
pub(super) static UPDATE: Definition = Definition {
    name: "user.update",
    keys: &[WRITES, UPDATE_KEYS, BODY, ANSWER, CHECKS, AROUND, SENT, JUDGED],
    names: None,
};

/// `[user.delete]`.
pub(super) static DELETE: Definition =
    Definition { name: "user.delete", keys: &[WRITES, DELETE_KEYS, BODY, ANSWER, AROUND, SENT, JUDGED], names: None };

const CREATE_KEYS: &[Key] = &[
    key(
        "look",
        Form::Words(&["first", "on-conflict"]),
        "look for an existing record before the call, or only when the product refused a duplicate, which an error row with 409 \
         `uniqueness` must recognise",
    )
    .default("first"),
    key(
        "existing",
        Form::Words(&["refuse", "update"]),
        "a record that is there already and differs is 409; or it is changed as by a PUT if provisioning made it, and is 409 if \
         somebody else did. That needs an update, a `match`, and the store",
    )
    .default("refuse"),
    key("taken", Form::Text(Kind::Plain), "what the IdP's admin reads then, at most 1000 bytes; without it, the attribute is named")
        .such_as("\"somebody made this user by hand: rename or remove it\""),
    key(
        "gone",
        Form::Words(&["revive"]),
        "a create that finds a tombstone (by `match`, where `gone` holds) changes it as by a PUT, and by the rules for \
         `active changed to true`, instead of making another",
    )
    .such_as("\"revive\""),
    key(
        "requires",
        Form::List(&Form::Text(Kind::Field)),
        "fields without which the product refuses a new record: the checker sees that each is always written",
    )
    .such_as("[\"email\"]"),
];

const UPDATE_KEYS: &[Key] = &[
    key("when", Form::Text(Kind::Plain), "the one attribute or computed field it handles: `PATH changed` or `PATH changed to LITERAL`")
        .such_as("\"active changed to false\""),
    key(
        "each",
        Form::Text(Kind::Plain),
        "once for each value that came or went: `PATH added` or `PATH removed`. `{each}` is the value as the product has it, through \
         `values`, `lookup`, `form` and `template` of its mapping, `{each.value}` as SCIM has it, `{each.SUB}` another \
         sub-attribute, `{each.row}` the row that `lookup` found and `{each.row.FIELD}` a field of it. Or `changed`: once for each field that changes and \
         that no other update takes; its name is `{each.field}`, its value `{each}`",
    )
    .such_as("\"roles added\""),
];

const DELETE_KEYS: &[Key] = &[
    key("as", Form::Words(&["deactivate"]), "instead of a call: what `active = false` does").such_as("\"deactivate\""),
    key("refuse", Form::Text(Kind::Plain), "instead of a call: 403, and this text")
        .such_as("\"accounts are kept for ten years: deactivate it\""),
];

const CHECKS: &[Key] =
    &[key("check", Form::Tables(&CHECK), "what is looked at before anything is written, in this order")];

const AROUND: &[Key] = &[
    key("before", Form::Tables(&STEP), "calls before the main one, in this order"),
    key("after", Form::Tables(&STEP), "calls after it"),
    key("undo", Form::Table(&UNDO), "the call that takes this one back if a later one fails")
        .such_as("{ delete = \"/users/{id}\" }"),
    HALF_DONE,
];

const HALF_DONE: Key =
    key("half_done", Form::Flag, "a refusal of this very call may have left something, so it is taken back too")
        .default("false");

static CHECK: Definition =
    Definition { name: "user.create.check", keys: &[READS, CHECK_KEYS, SENT, JUDGED], names: None };

const CHECK_KEYS: &[Key] = &[
    key("rows", Form::Text(Kind::Field), "found means any row here").such_as("\"items\""),
    key("where", Form::Text(Kind::Condition), "what must hold of the body or of a row to be found")
        .such_as("\"deleted == false\""),
    key("equals", Form::Table(&EQUALS), "fields that must be equal to be found, case of ASCII letters ignored")
        .such_as("{ mail = \"{mail}\" }"),
    key("own", Form::Text(Kind::Field), "the id in what is found: if it is this very record, all is well")
        .such_as("\"user_id\""),
    key("refuse", Form::Words(&["found", "absent"]), "when the request is refused").default("found"),
    key("scim", Form::Table(&SCIM), "what the IdP is told then")
        .required()
        .such_as("{ status = 409, type = \"uniqueness\", detail = \"the address belongs to somebody else\" }"),
];

static EQUALS: Definition = Definition { name: "user.create.check.equals", keys: &[], names: Some(&EQUAL) };

const EQUAL: Key = key("FIELD", Form::Text(Kind::Filled), "a field: a text with placeholders");

static STEP: Definition =
    Definition { name: "user.create.before", keys: &[VERBS, STEP_KEYS, BODY, SENT, JUDGED], names: None };

const STEP_KEYS: &[Key] = &[
    key("name", Form::Text(Kind::Name), "later calls use fields of its answer as `{NAME.FIELD}`").such_as("\"token\""),
    key("when", Form::Text(Kind::Expression), "only if this holds of the wanted resource")
        .such_as("'[active] == true'"),
    key(
        "each",
        Form::Text(Kind::Plain),
        "once per value of an attribute, below an update also `PATH added` or `PATH removed`; `{each}`, `{each.value}`, `{each.SUB}` \
         and `{each.row.FIELD}` are what they are in an update",
    )
    .such_as("\"roles\""),
    key("optional", Form::Flag, "an answer that is «absent» is fine").default("false"),
    key("until", Form::Text(Kind::Condition), "the GET is repeated, within limits, until this holds of its body")
        .such_as("\"status == 'complete'\""),
    key("undo", Form::Table(&UNDO), "the call that takes this one back if a later one fails")
        .such_as("{ delete = \"/seats/{seat.id}\" }"),
    HALF_DONE,
];

static UNDO: Definition = Definition { name: "user.create.undo", keys: &[WRITES, BODY, SENT, JUDGED], names: None };
