//! Every key of a profile, said once: the loader reads by it, `docs/profile.md` lists it, editors complete from it.
//!
//! Tables of data, nothing that runs. What a key becomes is the loader's business, what it means beside others the checker's.

mod call;
mod error;
mod mapping;
mod members;
mod reading;
mod resource;
mod target;
mod writing;

use crate::document::definition::{Definition, Form, Key, Kind, key};

/// A profile.
pub static PROFILE: Definition = Definition { name: "profile", keys: &[ROOT], names: None };

const ROOT: &[Key] = &[
    key("profile", Form::Text(Kind::Name), "the name: small letters, digits and `-`, at most 64")
        .required()
        .such_as("\"yourproduct\""),
    key("title", Form::Text(Kind::Plain), "one line for people")
        .required()
        .such_as("\"User provisioning of your product\""),
    key("params", Form::Table(&PARAMS), "what a tenant sets"),
    key("require", Form::Tables(&REQUIRE), "what must be so at a tenant before it may provision"),
    key("target", Form::Table(&target::TARGET), "how to get into the product, and how it likes to be spoken to")
        .required(),
    key("lookup", Form::Table(&LOOKUPS), "look-up tables: lists of the product that records refer to by id"),
    key("user", Form::Table(&resource::USER), "how users are mapped, and which calls there are").required(),
    key(
        "group",
        Form::Table(&resource::GROUP),
        "the same for groups; without it, searches for groups find nothing and nothing can be written",
    ),
    key(
        "error",
        Form::Tables(&error::ERROR),
        "the product's errors in the IdP's terms; the first row that matches wins",
    ),
];

static PARAMS: Definition = Definition { name: "params", keys: &[], names: Some(&PARAM_NAME) };

const PARAM_NAME: Key = key("NAME", Form::Table(&PARAM), "a parameter: a letter, then letters, digits and `_`");

static PARAM: Definition = Definition { name: "params.NAME", keys: &[PARAM_KEYS], names: None };

const PARAM_KEYS: &[Key] = &[
    key(
        "type",
        Form::Words(&["text", "region", "boolean", "integer"]),
        "what it is; a `region` is two capital letters of ISO 3166-1 that phone numbers know",
    )
    .required()
    .such_as("\"region\""),
    key("default", Form::Scalar, "the value if a tenant gives none; without it, every tenant must").such_as("\"US\""),
    key("doc", Form::Text(Kind::Plain), "what it means").such_as("\"Where numbers belong.\""),
];

static REQUIRE: Definition = Definition { name: "require", keys: &[REQUIRE_KEYS], names: None };

const REQUIRE_KEYS: &[Key] = &[
    key("that", Form::Text(Kind::Expression), "what must be true; names are parameters")
        .required()
        .such_as("\"saml == true\""),
    key("detail", Form::Text(Kind::Plain), "what the IdP's admin reads while it is not; at most 1000 bytes")
        .required()
        .such_as("\"turn single sign-on on first\""),
];

static LOOKUPS: Definition = Definition { name: "lookup", keys: &[], names: Some(&LOOKUP_NAME) };

const LOOKUP_NAME: Key = key("NAME", Form::Table(&LOOKUP), "a look-up table: small letters, digits and `-`");

static LOOKUP: Definition =
    Definition { name: "lookup.NAME", keys: &[call::READS, LOOKUP_KEYS, call::SENT, call::JUDGED], names: None };

const LOOKUP_KEYS: &[Key] = &[
    key("rows", Form::Text(Kind::Field), "where the rows stand in the answer; `\"\"` if the answer is the array")
        .required()
        .such_as("\"managers\""),
    key("id", Form::Text(Kind::Field), "the field of a row that records refer to").required().such_as("\"id\""),
    key("optional", Form::Flag, "an answer without `rows` holds none, instead of being broken").default("false"),
];
