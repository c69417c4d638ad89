//! What calls share: verbs, what is sent, what the answer must be and holds.

use crate::document::definition::{Definition, Form, Key, Kind, key};

const GET_KEY: Key = key(
    "get",
    Form::Text(Kind::Path),
    "GET: path and query below the target's base URL, see [path templates](#words-that-occur-everywhere)",
);
const POST_KEY: Key = key("post", Form::Text(Kind::Path), "POST").such_as("\"/users\"");
const PUT_KEY: Key = key("put", Form::Text(Kind::Path), "PUT").such_as("\"/users/{id}\"");
const PATCH_KEY: Key = key("patch", Form::Text(Kind::Path), "PATCH").such_as("\"/users/{id}\"");
const DELETE_KEY: Key = key("delete", Form::Text(Kind::Path), "DELETE").such_as("\"/users/{id}\"");

/// A call that reads.
pub(super) const READS: &[Key] = &[GET_KEY.such_as("\"/users/{id}\""), ASKS[0], ASKS[1]];
/// The same of a product that is asked by POST.
pub(super) const ASKS: &[Key] = &[
    key(
        "post",
        Form::Text(Kind::Path),
        "instead of `get`: a POST that reads and changes nothing, so it may be repeated",
    )
    .such_as("\"/users/search\""),
    key("body", Form::Template, "what such a POST asks, with the placeholders of its path")
        .such_as("{ method = \"user.get\", id = \"{id}\" }"),
];
/// A call that reads or writes.
pub(super) const VERBS: &[Key] = &[GET_KEY.such_as("\"/users/{id}\""), POST_KEY, PUT_KEY, PATCH_KEY, DELETE_KEY];
/// A call that makes something.
pub(super) const MAKES: &[Key] = &[POST_KEY, PUT_KEY];
/// A call that writes.
pub(super) const WRITES: &[Key] = &[POST_KEY, PUT_KEY, PATCH_KEY, DELETE_KEY];

/// How a call is sent.
pub(super) const SENT: &[Key] = &[
    key(
        "headers",
        Form::Table(&HEADERS),
        "headers of this call, with the placeholders of its path; one whose placeholder has no value is left out",
    )
    .such_as("{ \"If-Match\" = \"{version}\" }"),
    key("format", Form::Words(FORMATS), "how its body is written and its answer read, if not as `[target]` says")
        .such_as("\"form\""),
];

/// Ways to write bodies and read answers.
pub(super) const FORMATS: &[&str] = &["json", "form", "xml"];

/// What an answer must be, and what is taken from its headers.
pub(super) const JUDGED: &[Key] = &[
    key(
        "expect",
        Form::Table(&EXPECT),
        "what a success looks like; any other answer is a failure. Without it, 2xx is a success",
    )
    .such_as("{ status = [200, 202], body = \"ok == true\" }"),
    key("capture", Form::Table(&CAPTURE), "fields that the record gets from headers of this answer")
        .such_as("{ _etag = \"header:ETag\" }"),
];

/// What is sent of a record.
pub(super) const BODY: &[Key] = &[
    key(
        "body",
        Form::OneOf(&[Form::Words(&["all", "changed", "record", "empty"]), Form::Template]),
        "`all`: every mapped field that has a value; `changed`: only what changes; `record`: the whole record as it was read, \
         with the changes written in. Of both: the changes of this call and of those before it, but no secret that another call writes; \
         `empty`; or a template, see [bodies](#bodies)",
    )
    .default("`post`, `put`: all; `patch`: changed; `get`, `delete`: empty")
    .such_as("{ user = \"{changed}\", notify = false }"),
    key("wrap", Form::Text(Kind::Field), "the field that the body goes below; the root element of XML").such_as("\"user\""),
    key("carry", Form::List(&Form::Text(Kind::Field)), "fields that are sent along as the record has them now")
        .such_as("[\"tags\"]"),
    key("drop", Form::List(&Form::Text(Kind::Field)), "fields that are never sent, for `record` and `all`")
        .such_as("[\"updated_on\"]"),
];

/// What the answer to a call that makes or changes holds.
pub(super) const ANSWER: &[Key] = &[key(
    "answer",
    Form::Text(Kind::Plain),
    "`record`: the record as it now is; `record:FIELD`: it stands in that field; `nothing`; or the id only, and the record is read \
     by it if needed: `id:FIELD`, `location` (the last part of `Location`'s path), `id=TEXT` (made from fields)",
)
.default("create: record; update, delete: nothing")
.such_as("\"record:user\"")];

/// What the answer to a call that reads a member's record holds.
pub(super) const MEMBER_ANSWER: &[Key] =
    &[key("answer", Form::Text(Kind::Plain), "`record`, or `record:FIELD` if the record stands in that field")
        .default("record")
        .such_as("\"record:user\"")];

/// What the answer to a call that reads one record by its id holds.
pub(super) const READ_ANSWER: &[Key] =
    &[key(
        "answer",
        Form::Text(Kind::Plain),
        "`record`, or `record:FIELD` if the record stands in that field: an element that a list does not have (`record:users.0`) is \
         nobody. Or `row:FIELD`: of the rows there that which has the id, for products that can only be searched",
    )
        .default("record")
        .such_as("\"record:user\"")];

/// Header names to texts.
pub(super) static HEADERS: Definition = Definition { name: "headers", keys: &[], names: Some(&HEADER) };

const HEADER: Key = key("NAME", Form::Text(Kind::Filled), "a header: a text with placeholders");

/// What a success is.
pub(super) static EXPECT: Definition = Definition { name: "expect", keys: &[EXPECT_KEYS], names: None };

const EXPECT_KEYS: &[Key] = &[
    key(
        "status",
        Form::OneOf(&[Form::Number(200, 599), Form::List(&Form::Number(200, 599))]),
        "the status of a success, or several",
    )
    .such_as("[200, 202]"),
    key("body", Form::Text(Kind::Condition), "what must hold of the answer's body").such_as("\"ok == true\""),
];

static CAPTURE: Definition = Definition { name: "capture", keys: &[], names: Some(&CAPTURED) };

const CAPTURED: Key = key("FIELD", Form::Text(Kind::Plain), "a field of the record: `header:NAME`");
