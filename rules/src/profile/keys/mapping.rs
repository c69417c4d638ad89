//! `[user.map]`, `[user.write]` and `[user.schema]`: what each attribute is in the product.

use crate::document::definition::{Definition, Form, Key, Kind, key};

/// `[user.map]`.
pub(super) static MAP: Definition = Definition { name: "user.map", keys: &[], names: Some(&MAP_NAME) };

const MAP_NAME: Key = key("PATH", Form::Table(&MAPPING), "a SCIM attribute; of the kinds of mapping exactly one");

static MAPPING: Definition = Definition { name: "user.map.PATH", keys: &[KINDS, RULES, VALUES, TOLD], names: None };

const KINDS: &[Key] = &[
    key("direct", Form::Text(Kind::Field), "read from this field, written to it").such_as("\"login\""),
    key("constant", Form::Json, "always this value; never written").such_as("\"en\""),
    key("expression", Form::Text(Kind::Expression), "computed from the record; never written, but see `[user.write]`")
        .such_as("'Join(\" \", [first], [last])'"),
    key("keep", Form::Flag, "always `true`: the gateway remembers it, the product has no place for it").such_as("true"),
    key(
        "emptied",
        Form::Text(Kind::Field),
        "for `active`: true if the field is not empty; false remembers what it holds and empties it",
    )
    .such_as("\"roles\""),
];

const RULES: &[Key] = &[
    key(
        "match",
        Form::Number(1, 9),
        "with direct and keep: a create looks for an existing record by the first of these that the new one has; one mapping at least has it",
    )
    .such_as("1"),
    key("required", Form::Flag, "a user must have it; `userName` always is").default("false"),
    key("immutable", Form::Flag, "can be set at creation only; a change is refused").default("false"),
    key("apply", Form::Words(&["always", "create"]), "`create`: written at creation only, later changes are ignored").default("always"),
    key(
        "default",
        Form::OneOf(DEFAULT_FORMS),
        "written at creation if the IdP sends nothing; a PATCH that removes the attribute assigns it. A value, or how to make one",
    )
    .such_as("{ random = 24 }"),
    key("body", Form::Flag, "`false`: in no body, its changes are made by rules that name it").default("true"),
    key("otherwise", Form::Json, "with `emptied`: what is written if nothing is remembered").such_as("[\"agent\"]"),
];

const VALUES: &[Key] = &[
    key(
        "as",
        Form::Text(Kind::Expression),
        "a function that lacks its first argument brings both sides into normal form before they are written, shown or compared",
    )
    .such_as("\"E164(region)\""),
    key("values", Form::Table(&TABLE), "SCIM value = product's value, one to one").such_as("{ true = \"ON\", false = \"OFF\" }"),
    key("lookup", Form::Text(Kind::Plain), "the record holds a row's id, SCIM shows the row's field: `TABLE.FIELD`")
        .such_as("\"managers.name\""),
    key(
        "form",
        Form::Words(&["number", "text", "epoch", "epoch-ms", "date", "local-time", "present", "absent"]),
        "how the product writes the value: a number or a text; seconds or milliseconds since 1970; a day; a time without zone, which \
         is UTC; or a Boolean that is whether the field is there, changed only by rules with `when`",
    )
    .such_as("\"epoch\""),
    key("template", Form::Text(Kind::Filled), "the field is this text with the value in it, and is read back by it").such_as("\"@{value}:{server}\""),
    key("chars", Form::Table(&CHARS), "characters that are written otherwise, one to one").such_as("{ \"@\" = \"=40\" }"),
    key("last_part", Form::Flag, "the value is the last part of the path of a link").default("false"),
    key(
        "split",
        Form::Text(Kind::Plain),
        "a list stands in one text with this between its values: of an attribute with several values the product's text, of one with \
         a single text that text, and then the product has a list",
    )
    .such_as("\",\""),
    key(
        "each",
        Form::OneOf(EACH_FORMS),
        "elements of a list: SCIM sub-attribute = field of an element; or the one field that holds the value, `\"\"` if elements are the values",
    )
    .such_as("{ value = \"address\", type = \"kind\", primary = \"main\" }"),
    key("max_length", Form::Number(1, 65_536), "the most characters that the product takes").such_as("30"),
    key("longer", Form::Words(&["refuse", "cut"]), "what happens to a longer text: 400, or its beginning").default("refuse"),
    key(
        "none",
        Form::Scalar,
        "what the product holds where there is nothing, as a text or a number: read as no value, written when the attribute is \
         cleared; a value that would be written so is refused",
    )
    .such_as("0"),
    key(
        "empty",
        Form::Words(&["omit", "null", "blank", "list", "none"]),
        "how no value is written: not at all, `null`, an empty text, of a list `[]`, or what `none` is, at creation too",
    )
    .default("what `none` is when it is cleared; without, omit when all is sent, null when changes are"),
];

const TOLD: &[Key] = &[
    key(
        "doc",
        Form::Text(Kind::Plain),
        "what its value is, in the words of the guide that `scimgate guide` writes; at most 1000 bytes",
    )
    .such_as("\"the employee's badge number\""),
    key(
        "source",
        Form::Table(&SOURCE),
        "for that guide: what an IdP fills it from, where it is not what the IdP has by default",
    )
    .such_as("{ entra = \"mobile\", okta = \"user.mobilePhone\" }"),
];

static SOURCE: Definition = Definition { name: "user.map.PATH.source", keys: &[SOURCE_KEYS], names: None };

const SOURCE_KEYS: &[Key] = &[
    key("entra", Form::Text(Kind::Plain), "in Entra ID: an attribute, an expression, or a constant in double quotes")
        .such_as("'Not([IsSoftDeleted])'"),
    key("okta", Form::Text(Kind::Plain), "in Okta: an expression").such_as("\"user.mobilePhone\""),
    key("onelogin", Form::Text(Kind::Plain), "in OneLogin: a macro of the JSON template, or a value")
        .such_as("\"{$user.phone}\""),
];

const DEFAULT_FORMS: &[Form] = &[Form::Table(&DEFAULT), Form::Json];

static DEFAULT: Definition = Definition { name: "user.map.PATH.default", keys: &[DEFAULT_KEYS], names: None };

const DEFAULT_KEYS: &[Key] =
    &[key("expression", Form::Text(Kind::Expression), "from other attributes").such_as("'[userName]'"), RANDOM];

const RANDOM: Key = key("random", Form::Number(8, 128), "so many random letters, digits, `-` and `_`").such_as("24");

static TABLE: Definition = Definition { name: "user.map.PATH.values", keys: &[], names: Some(&TABLE_NAME) };

const TABLE_NAME: Key = key("VALUE", Form::Scalar, "a value of the attribute: the product's value");

static CHARS: Definition = Definition { name: "user.map.PATH.chars", keys: &[], names: Some(&CHARS_NAME) };

const CHARS_NAME: Key = key("CHARACTER", Form::Text(Kind::Plain), "one character: what stands for it");

const EACH_FORMS: &[Form] = &[Form::Text(Kind::Field), Form::Table(&EACH)];

static EACH: Definition = Definition { name: "user.map.PATH.each", keys: &[], names: Some(&EACH_NAME) };

const EACH_NAME: Key =
    key("SUB", Form::OneOf(PART_FORMS), "a sub-attribute: the field of an element, or a table that says more of it");

const PART_FORMS: &[Form] = &[Form::Text(Kind::Field), Form::Table(&PART)];

static PART: Definition = Definition { name: "user.map.PATH.each.SUB", keys: &[PART_KEYS], names: None };

const PART_KEYS: &[Key] = &[
    key("direct", Form::Text(Kind::Field), "the field of an element").such_as("\"is_default\""),
    key("values", Form::Table(&TABLE), "with `direct`: SCIM value = product's value, one to one")
        .such_as("{ true = 1, false = 0 }"),
    key(
        "constant",
        Form::Json,
        "always shown so, never written; an element that is sent with another value is left out: this list holds none of its kind",
    )
    .such_as("\"work\""),
];

/// `[user.write]`.
pub(super) static WRITE: Definition = Definition { name: "user.write", keys: &[], names: Some(&WRITE_NAME) };

const WRITE_NAME: Key = key("FIELD", Form::Table(&COMPUTED), "a field of the product; of the kinds exactly one");

static COMPUTED: Definition = Definition { name: "user.write.FIELD", keys: &[COMPUTED_KEYS], names: None };

const COMPUTED_KEYS: &[Key] = &[
    key("constant", Form::Json, "always this value").such_as("\"scim\""),
    key("expression", Form::Text(Kind::Expression), "computed from mapped attributes")
        .such_as("'Join(\" \", [name.givenName], [name.familyName])'"),
    RANDOM,
    key("apply", Form::Words(&["always", "create"]), "`create`: written at creation only").default("always"),
];

/// `[user.schema]`.
pub(super) static SCHEMAS: Definition = Definition { name: "user.schema", keys: &[], names: Some(&SCHEMA_NAME) };

const SCHEMA_NAME: Key = key("URN", Form::Table(&SCHEMA), "an extension: one line for each attribute");

static SCHEMA: Definition = Definition { name: "user.schema.URN", keys: &[], names: Some(&ATTRIBUTE_NAME) };

const ATTRIBUTE_NAME: Key = key("NAME", Form::Table(&ATTRIBUTE), "an attribute");

static ATTRIBUTE: Definition = Definition { name: "user.schema.URN.NAME", keys: &[ATTRIBUTE_KEYS], names: None };

const ATTRIBUTE_KEYS: &[Key] = &[
    key(
        "type",
        Form::Words(&["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"]),
        "what its values are",
    )
    .required()
    .such_as("\"string\""),
    key("multi", Form::Flag, "whether it is a list").default("false"),
    key("case_exact", Form::Flag, "whether case matters when values are compared").default("false"),
    key("description", Form::Text(Kind::Plain), "what it means").such_as("\"Where the user works.\""),
];
