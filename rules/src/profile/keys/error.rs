//! `[[error]]`: the product's errors.

use crate::document::definition::{Definition, Form, Key, Kind, key};

/// One row of `[[error]]`.
pub(super) static ERROR: Definition = Definition { name: "error", keys: &[ERROR_KEYS], names: None };

const ERROR_KEYS: &[Key] = &[
    key("when", Form::Table(&WHEN), "which answers").required().such_as("{ status = 422, body = \"code == 'TAKEN'\" }"),
    key("scim", Form::Table(&SCIM), "what the IdP is told; this or `is`")
        .such_as("{ status = 409, type = \"uniqueness\", detail = \"the login is already in use\" }"),
    key(
        "is",
        Form::Words(&["success", "absent", "changed", "busy"]),
        "what it is instead: all is well; there is no such record; somebody else changed it meanwhile, so read and plan again; come \
         back later",
    )
    .such_as("\"absent\""),
];

static WHEN: Definition = Definition { name: "error.when", keys: &[WHEN_KEYS], names: None };

const WHEN_KEYS: &[Key] = &[
    key("status", Form::Number(200, 599), "the status").such_as("422"),
    key("body", Form::Text(Kind::Condition), "a condition on the body").such_as("\"code == 'TAKEN'\""),
    key(
        "matches",
        Form::Text(Kind::Pattern),
        "a regular expression that any text of the answer matches: unanchored, case ignored, at most 500 bytes",
    )
    .such_as("\"already (taken|in use)\""),
    key("at", Form::Text(Kind::Field), "the field below which `matches` looks")
        .default("the whole answer")
        .such_as("\"errors\""),
    key(
        "call",
        Form::Text(Kind::Plain),
        "only answers to this call: `user.create`, `user.find` or one of several, `user.find.userName`; `group.members.add`; a step's name",
    )
    .such_as("\"user.create\""),
];

/// What the IdP is told.
pub(super) static SCIM: Definition = Definition { name: "error.scim", keys: &[SCIM_KEYS], names: None };

const SCIM_KEYS: &[Key] = &[
    key("status", Form::Number(100, 599), "400, 403, 404, 409, 413, 429, 501 or 503").required().such_as("409"),
    key("type", Form::Text(Kind::Plain), "a keyword of RFC 7644 §3.12 that belongs to the status")
        .such_as("\"uniqueness\""),
    key("detail", Form::Text(Kind::Plain), "what the IdP's admin reads: what they can change; at most 1000 bytes")
        .required()
        .such_as("\"the login is already in use\""),
];
