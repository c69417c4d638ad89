//! What reads: `[user.get]`, `[user.list]`, `[[user.find]]`, `[user.sort]`, `[[user.join]]`.

use super::call::{ASKS, JUDGED, READ_ANSWER, READS, SENT};
use crate::document::definition::{Definition, Form, Key, Kind, key};

/// `[user.get]`.
pub(super) static GET_ONE: Definition =
    Definition { name: "user.get", keys: &[READS, READ_ANSWER, SENT, JUDGED], names: None };

/// `[user.list]`.
pub(super) static LIST: Definition =
    Definition { name: "user.list", keys: &[READS, ROWS_AT, COUNTED, PAGES, ROWS, SENT, JUDGED], names: None };

/// `[user.sort]`.
pub(super) static SORT: Definition = Definition {
    name: "user.sort",
    keys: &[READS, SORT_KEYS, ROWS_AS_LISTED, COUNTED, PAGES, ROWS, SENT, JUDGED],
    names: None,
};

/// `[[user.find]]`.
pub(super) static FIND: Definition = Definition {
    name: "user.find",
    keys: &[FIND_KEYS, ASKS, ROWS_FOUND, TOLD, PAGES, ROWS, SENT, JUDGED],
    names: None,
};

/// `[[user.join]]`.
pub(super) static JOIN: Definition =
    Definition { name: "user.join", keys: &[READS, JOIN_KEYS, SENT, JUDGED], names: None };

const ROWS_KEY: Key =
    key("rows", Form::Text(Kind::Field), "where the rows stand in the answer; `\"\"` if the answer is the array")
        .such_as("\"users\"");

/// Where the rows stand in an answer.
pub(super) const ROWS_AT: &[Key] = &[ROWS_KEY.required()];

/// The same of a sorted list, which has the pages of the list if it says nothing.
const ROWS_AS_LISTED: &[Key] = &[ROWS_KEY.default("as `[user.list]` says")];

/// The same of a find, which may have one answer instead.
const ROWS_FOUND: &[Key] = &[ROWS_KEY.meaning(
    "where the rows stand in the answer; `\"\"` if the answer is the array. Required unless there is `answer` or `id`",
)];

/// How many there are.
pub(super) const TOLD: &[Key] = &[key(
    "total",
    Form::Text(Kind::Plain),
    "the number of all rows: a field of the answer, or `header:NAME`; without it a page that is not full is the last",
)
.such_as("\"total\"")];

/// The same of a list of everybody.
const COUNTED: &[Key] = &[key(
    "total",
    Form::OneOf(TOTAL_FORMS),
    "the number of all rows: a field of the answer, `header:NAME`, or a call of its own, made only where the page does not show that \
     it is the last. With it a page of a list is one page of the product, however many there are: who is `protected` or `gone` is left \
     out of the page, and counted by the product all the same. Without it a page that is not full is the last, and a list is read \
     to its end",
)
.such_as("{ get = \"/users/count\" }")];

const TOTAL_FORMS: &[Form] = &[Form::Text(Kind::Plain), Form::Table(&COUNT)];

static COUNT: Definition =
    Definition { name: "user.list.total", keys: &[READS, COUNT_KEYS, SENT, JUDGED], names: None };

const COUNT_KEYS: &[Key] = &[key(
    "at",
    Form::Text(Kind::Plain),
    "where the number stands in the answer: a field, or `header:NAME`; `\"\"` if the answer is the number",
)
.default("\"\"")
.such_as("\"count\"")];

/// How to come to all of them.
pub(super) const PAGES: &[Key] = &[
    key("page_rows_max", Form::Number(1, 10_000), "the most rows at once; required with `{offset}`, `{page}` or `{page0}`").such_as("100"),
    key(
        "next",
        Form::Text(Kind::Plain),
        "where the next page is told: a field or `header:NAME`. With `{cursor}` in the path it is that, else the URL of the next \
         page, which must stay below the base URL; of `header:Link` it is `rel=\"next\"`",
    )
    .such_as("\"header:Link\""),
    key("optional", Form::Flag, "an answer without `rows` holds none, instead of being broken").default("false"),
];

/// What the rows are.
pub(super) const ROWS: &[Key] = &[
    key("row", Form::Text(Kind::Field), "the field of a row that its record stands in").such_as("\"user\""),
    key("set", Form::Json, "fields that every row gets, because the question implies them").such_as("{ status = 1 }"),
    key(
        "partial",
        Form::Flag,
        "rows lack fields: those that may match are read one by one by `[user.get]`, side by side, within limits",
    )
    .default("false"),
];

const FIND_KEYS: &[Key] = &[
    key("by", Form::Text(Kind::Attribute), "an attribute with a direct mapping").required().such_as("\"userName\""),
    key("op", Form::Words(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]), "what the product compares by")
        .default("eq"),
    key(
        "get",
        Form::Text(Kind::Path),
        "the question, with the field that `by` is mapped to as placeholder; this or `id`",
    )
    .such_as("\"/users?login={login}\""),
    key("id", Form::Text(Kind::Filled), "the id, made from the value: read by `[user.get]`")
        .such_as("\"@{login}:{server}\""),
    key(
        "answer",
        Form::Text(Kind::Plain),
        "`record`, `record:FIELD` or `id:FIELD`: one record or its id instead of rows; 404 is nobody",
    )
    .such_as("\"record:user\""),
    key("case", Form::Words(&["lower", "upper"]), "how letters of the value are sent").such_as("\"lower\""),
    key("also", Form::Flag, "one more question for the same attribute and `op`: what both find, together")
        .default("false"),
];

const SORT_KEYS: &[Key] = &[
    key("by", Form::Table(&SORT_BY), "SCIM path = the product's name for `{sort}`")
        .required()
        .such_as("{ userName = \"login\" }"),
    key("order", Form::List(&Form::Text(Kind::Plain)), "`{order}` for ascending and for descending")
        .default("[\"asc\", \"desc\"]")
        .such_as("[\"\", \"-\"]"),
];

static SORT_BY: Definition = Definition { name: "user.sort.by", keys: &[], names: Some(&SORT_NAME) };

const SORT_NAME: Key = key(
    "PATH",
    Form::Text(Kind::Plain),
    "a mapped attribute of one value, which the product holds as SCIM shows it: neither kept nor constant, without `values` and \
     `lookup`",
);

const JOIN_KEYS: &[Key] = &[
    key("at", Form::Text(Kind::Field), "the field of the record that the answer is put into")
        .required()
        .such_as("\"profile\""),
    key("rows", Form::Text(Kind::Field), "what of the answer is taken").default("all of it").such_as("\"items\""),
];
