//! `[target]`: the way in, and how the product likes to be spoken to.

use super::call::{EXPECT, FORMATS, HEADERS, READS, SENT};
use crate::document::definition::{Definition, Form, Key, Kind, key};

/// `[target]`.
pub(super) static TARGET: Definition = Definition { name: "target", keys: &[TARGET_KEYS], names: None };

const TARGET_KEYS: &[Key] = &[
    key("auth", Form::OneOf(AUTH_FORMS), "what the product wants to see: nothing, one way in, or several at once")
        .required()
        .such_as("{ bearer = \"secret:target-token\" }"),
    key("probe", Form::Table(&PROBE), "a call at start-up that says whether the product is there")
        .such_as("{ get = \"/status\", expect = \"ok == true\" }"),
    key("headers", Form::Table(&HEADERS), "headers of every call, with the parameters as placeholders")
        .such_as("{ \"X-Account\" = \"{account}\" }"),
    key("query", Form::Table(&QUERY), "query parameters of every call, with the parameters as placeholders")
        .such_as("{ account = \"{account}\" }"),
    key("format", Form::Words(FORMATS), "how bodies are written and answers read; a call may say otherwise")
        .default("json"),
    key("form", Form::Table(&FORM), "how objects and lists become fields of a form")
        .such_as("{ nested = \"brackets\", lists = \"repeat\" }"),
    key("expect", Form::Table(&EXPECT), "what a success looks like, for every call that does not say it itself")
        .such_as("{ body = \"ok == true\" }"),
    key("limits", Form::Table(&LIMITS), "how many calls the product bears; what is too much waits its turn")
        .such_as("{ at_once = 4, per_second = 10 }"),
    key("wait", Form::Table(&WAIT), "where a busy product says how long to wait, beside `Retry-After`")
        .such_as("{ field = \"retry_after_ms\", unit = \"ms\" }"),
];

const AUTH_FORMS: &[Form] = &[Form::Words(&["none"]), Form::Table(&AUTH), Form::Tables(&AUTH)];

static AUTH: Definition = Definition { name: "target.auth", keys: &[AUTH_KEYS], names: None };

const AUTH_KEYS: &[Key] = &[
    key("bearer", Form::Text(Kind::Secret), "`Authorization: Bearer`").such_as("\"secret:target-token\""),
    key("basic", Form::Table(&BASIC), "`Authorization: Basic`"),
    key("header", Form::Text(Kind::Plain), "a header of the product's own, with `value`").such_as("\"X-Api-Key\""),
    key("query", Form::Text(Kind::Plain), "a query parameter, with `value`; never logged").such_as("\"key\""),
    key(
        "value",
        Form::Text(Kind::Credential),
        "of `header` and `query`: a secret, or for a header a text with `{secret:NAME}` and parameters in it",
    )
    .such_as("\"secret:target-key\""),
    key("certificate", Form::Text(Kind::Secret), "a client certificate: PEM, the chain and its key")
        .such_as("\"secret:client-pem\""),
    key(
        "oauth2",
        Form::Table(&OAUTH2),
        "client credentials: the token is fetched, kept until shortly before it ends, and renewed once on 401",
    ),
    key("login", Form::Table(&LOGIN), "a call of the product's own that gives a token; made again once on 401"),
];

static BASIC: Definition = Definition { name: "target.auth.basic", keys: &[BASIC_KEYS], names: None };

const BASIC_KEYS: &[Key] = &[
    key("user", Form::Text(Kind::Filled), "the user name, without colon").required().such_as("\"gateway\""),
    key("password", Form::Text(Kind::Secret), "the password").required().such_as("\"secret:target-password\""),
];

static OAUTH2: Definition = Definition { name: "target.auth.oauth2", keys: &[OAUTH2_KEYS], names: None };

const OAUTH2_KEYS: &[Key] = &[
    key(
        "token",
        Form::Text(Kind::Filled),
        "the token endpoint: a path below the base URL, or an https URL with a path; both with the parameters as placeholders in \
         the path",
    )
        .required()
        .such_as("\"/oauth/token\""),
    key("client_id", Form::Text(Kind::Credential), "the client's name").required().such_as("\"scimgate-{account}\""),
    key("client_secret", Form::Text(Kind::Secret), "its secret").required().such_as("\"secret:client-secret\""),
    key("scope", Form::Text(Kind::Filled), "what is asked for, with parameters").such_as("\"users.write\""),
    key("audience", Form::Text(Kind::Filled), "whom the token is for, with parameters").such_as("\"https://api.example.com\""),
    key("send", Form::Words(&["basic", "body"]), "where name and secret stand in the request for a token")
        .default("basic"),
];

static LOGIN: Definition = Definition { name: "target.auth.login", keys: &[LOGIN_KEYS], names: None };

const LOGIN_KEYS: &[Key] = &[
    key("post", Form::Text(Kind::Path), "the call, with the parameters as placeholders")
        .required()
        .such_as("\"/session\""),
    key("format", Form::Words(&["json", "form"]), "how its body is written").default("json"),
    key("body", Form::Template, "what is sent: texts with parameters, and secrets")
        .required()
        .such_as("{ user = \"gateway\", password = \"secret:target-password\" }"),
    key(
        "token",
        Form::Text(Kind::Plain),
        "where the token stands: a field of the answer, `header:NAME` or `cookie:NAME`",
    )
    .required()
    .such_as("\"data.token\""),
    key("send", Form::Table(&SEND), "how every other call shows it").required(),
    key("lifetime_secs", Form::Number(1, 86_400), "how long it is good").default("3600"),
];

static SEND: Definition = Definition { name: "target.auth.login.send", keys: &[SEND_KEYS], names: None };

const SEND_KEYS: &[Key] = &[
    key("header", Form::Text(Kind::Plain), "the header").required().such_as("\"X-Auth-Token\""),
    key("value", Form::Text(Kind::Filled), "its value, with `{token}`").required().such_as("\"{token}\""),
];

static PROBE: Definition = Definition { name: "target.probe", keys: &[READS, PROBE_KEYS, SENT], names: None };

const PROBE_KEYS: &[Key] =
    &[key("expect", Form::Text(Kind::Condition), "what must hold of the answer's body").such_as("\"ok == true\"")];

static QUERY: Definition = Definition { name: "target.query", keys: &[], names: Some(&QUERY_NAME) };

const QUERY_NAME: Key = key("NAME", Form::Text(Kind::Filled), "a query parameter: a text with placeholders");

static FORM: Definition = Definition { name: "target.form", keys: &[FORM_KEYS], names: None };

const FORM_KEYS: &[Key] = &[
    key("nested", Form::Words(&["brackets", "dots"]), "`user[name]` or `user.name`").default("brackets"),
    key(
        "lists",
        Form::Words(&["brackets", "repeat", "index"]),
        "`tags[]=a&tags[]=b`, `tags=a&tags=b` or `tags[0]=a&tags[1]=b`",
    )
    .default("brackets"),
];

static LIMITS: Definition = Definition { name: "target.limits", keys: &[LIMITS_KEYS], names: None };

const LIMITS_KEYS: &[Key] = &[
    key("at_once", Form::Number(1, 1_000), "the most calls of a tenant at one time").such_as("4"),
    key("per_second", Form::Number(1, 10_000), "the most calls of a tenant in a second").such_as("10"),
];

static WAIT: Definition = Definition { name: "target.wait", keys: &[WAIT_KEYS], names: None };

const WAIT_KEYS: &[Key] = &[
    key("field", Form::Text(Kind::Field), "a field of the answer").such_as("\"retry_after_ms\""),
    key("header", Form::Text(Kind::Plain), "or a header").such_as("\"X-RateLimit-Reset-After\""),
    key("unit", Form::Words(&["s", "ms"]), "what its number counts").default("s"),
];
