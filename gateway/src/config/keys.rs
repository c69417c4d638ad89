//! Every key of `scimgate.toml`, said once: the loader reads by it, and editors complete from it (`scimgate schema config`).
//!
//! Tables of data, nothing that runs.

use rules::document::definition::{Definition, Form, Key, Kind, key};

/// A configuration.
pub static CONFIG: Definition = Definition { name: "config", keys: &[ROOT], names: None };

const ROOT: &[Key] = &[
    key("scim", Form::Table(&SCIM), "the public port: what the IdP talks to").required(),
    key("admin", Form::Table(&ADMIN), "the private port: health, metrics and status"),
    key("store", Form::Table(&STORE), "what the product cannot hold, and the audit"),
    key("log", Form::Table(&LOG), "how to log, to standard error"),
    key("limits", Form::Table(&LIMITS), "how long things may take"),
    key("profiles", Form::Table(&PROFILES), "your own profiles"),
    key("entra", Form::Table(&ENTRA), "what differs between Entra's clouds; the global one is built in"),
    key("tenant", Form::Tables(&TENANT), "the customers").required(),
];

static SCIM: Definition = Definition { name: "scim", keys: &[SCIM_KEYS], names: None };

const SCIM_KEYS: &[Key] = &[
    key("listen", Form::Text(Kind::Address), "where to listen; port 0 takes a free one")
        .default("\"127.0.0.1:8080\"")
        .such_as("\"0.0.0.0:8443\""),
    key(
        "public_url",
        Form::Text(Kind::Address),
        "scheme and host as the IdP sees them; every `meta.location` starts so. Required unless `listen` is a loopback address",
    )
    .such_as("\"https://scim.example.com\""),
    key("tls", Form::Table(&TLS), "required unless `listen` is a loopback address or a proxy in front ends TLS"),
    key("plain_http", Form::Words(&["behind a proxy"]), "instead of `tls`, if a proxy in front ends it"),
    key("drain_secs", Form::Number(0, 600), "how long requests in flight are given when it stops").default("30"),
];

static TLS: Definition = Definition { name: "scim.tls", keys: &[TLS_KEYS], names: None };

const TLS_KEYS: &[Key] = &[
    key("certificate", Form::Text(Kind::File), "the certificate and its chain, PEM").required().such_as("\"tls.crt\""),
    key("key", Form::Text(Kind::File), "its private key, PEM").required().such_as("\"tls.key\""),
];

static ADMIN: Definition = Definition { name: "admin", keys: &[ADMIN_KEYS], names: None };

const ADMIN_KEYS: &[Key] = &[
    key("listen", Form::Text(Kind::Address), "a loopback address: the port is not authenticated")
        .default("\"127.0.0.1:9090\"")
        .such_as("\"127.0.0.1:9090\""),
    key("allowed_hosts", Form::List(&Form::Text(Kind::Plain)), "names under which a tunnel shows it to a browser")
        .such_as("[\"status.example.com\"]"),
];

static STORE: Definition = Definition { name: "store", keys: &[STORE_KEYS], names: None };

const STORE_KEYS: &[Key] =
    &[key("path", Form::Text(Kind::File), "the file; SQLite").default("\"scimgate.db\"").such_as("\"scimgate.db\"")];

static LOG: Definition = Definition { name: "log", keys: &[LOG_KEYS], names: None };

const LOG_KEYS: &[Key] = &[
    key("level", Form::Words(&["error", "warn", "info", "debug", "trace"]), "how much").default("info"),
    key("format", Form::Words(&["json", "text"]), "for programs or for people").default("json"),
];

static LIMITS: Definition = Definition { name: "limits", keys: &[LIMITS_KEYS], names: None };

const LIMITS_KEYS: &[Key] = &[
    key("call_secs", Form::Number(1, 45), "how long one call to the product may take, its repetition included")
        .default("20"),
    key(
        "exchange_secs",
        Form::Number(1, 45),
        "how long one request of an IdP may take with all its calls; IdPs give up after 60 s",
    )
    .default("45"),
];

static PROFILES: Definition = Definition { name: "profiles", keys: &[PROFILES_KEYS], names: None };

const PROFILES_KEYS: &[Key] = &[key(
    "folder",
    Form::Text(Kind::File),
    "a folder with `NAME/profile.toml` in it; these shadow the ones that ship",
)
.such_as("\"profiles\"")];

static ENTRA: Definition = Definition { name: "entra", keys: &[ENTRA_KEYS], names: None };

const ENTRA_KEYS: &[Key] = &[key("cloud", Form::Table(&CLOUDS), "the clouds by name")];

static CLOUDS: Definition = Definition { name: "entra.cloud", keys: &[], names: Some(&CLOUD_NAME) };

const CLOUD_NAME: Key = key("NAME", Form::Table(&CLOUD), "a cloud: what differs from the global one");

static CLOUD: Definition = Definition { name: "entra.cloud.NAME", keys: &[CLOUD_KEYS], names: None };

const TEXTS: Form = Form::List(&Form::Text(Kind::Plain));

const CLOUD_KEYS: &[Key] = &[
    key("metadata", Form::Text(Kind::Address), "where a tenant's keys are told, with `{tid}`; https")
        .such_as("\"https://login.partner.microsoftonline.cn/{tid}/.well-known/openid-configuration\""),
    key("key_hosts", TEXTS, "further hosts that its keys may come from")
        .such_as("[\"login.partner.microsoftonline.cn\"]"),
    key("issuers", TEXTS, "who may have issued a token, with `{tid}`")
        .such_as("[\"https://sts.chinacloudapi.cn/{tid}/\"]"),
    key("audiences", TEXTS, "whom a token may be for").such_as("[\"8adf8e6e-67b2-4cf2-a259-e3dc5476c621\"]"),
    key("app_ids", TEXTS, "which application may have asked for it")
        .such_as("[\"00000014-0000-0000-c000-000000000000\"]"),
    key("clock_skew_secs", Form::Number(0, 300), "how far clocks may be apart").default("300"),
];

static TENANT: Definition = Definition { name: "tenant", keys: &[TENANT_KEYS], names: None };

const TENANT_KEYS: &[Key] = &[
    key("id", Form::Text(Kind::Name), "its name: 1 to 63 of a-z, 0-9 and -").required().such_as("\"acme\""),
    key("profile", Form::Text(Kind::Name), "what its product speaks: a profile that ships, or one of your folder")
        .required()
        .such_as("\"telemessage\""),
    key("scim", Form::Words(&["2.0", "1.1"]), "which SCIM its IdP speaks").default("2.0"),
    key("params", Form::Table(&PARAMS), "the parameters of its profile").such_as("{ region = \"GB\" }"),
    key("entra", Form::Tables(&TRUST), "its IdP is Entra ID and sends its own token")
        .such_as("[{ tid = \"7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa\" }]"),
    key("token_hashes", TEXTS, "its IdP has a token of ours: `scimgate token new` makes it and this line")
        .such_as("[\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"]"),
    key("issued_tokens", Form::Flag, "its IdP has tokens that `scimgate token issue` makes and the store keeps")
        .default("false"),
    key("hosts", TEXTS, "host names at which alone its credentials open; tenants may share them")
        .such_as("[\"acme.scim.example.com\"]"),
    key("raw_token", Form::Flag, "its IdP sends the token without the word Bearer").default("false"),
    key("basic", Form::Tables(&LOGIN), "its IdP presents a user name and a password"),
    key("target", Form::Table(&TARGET), "its account at the product").required(),
];

static PARAMS: Definition = Definition { name: "tenant.params", keys: &[], names: Some(&PARAM) };

const PARAM: Key = key("NAME", Form::Scalar, "a parameter of the profile");

static TRUST: Definition = Definition { name: "tenant.entra", keys: &[TRUST_KEYS], names: None };

const TRUST_KEYS: &[Key] = &[
    key("tid", Form::Text(Kind::Plain), "«Tenant ID» on the overview page of its Entra admin centre")
        .required()
        .such_as("\"7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa\""),
    key("cloud", Form::Text(Kind::Plain), "one of `[entra.cloud]`").default("global").such_as("\"china\""),
];

static LOGIN: Definition = Definition { name: "tenant.basic", keys: &[LOGIN_KEYS], names: None };

const LOGIN_KEYS: &[Key] = &[
    key("user", Form::Text(Kind::Plain), "the user name, without colon").required().such_as("\"AC0123\""),
    key("password_hash", Form::Text(Kind::Plain), "`sha256:` and 64 digits: `scimgate token new` makes both")
        .required()
        .such_as("\"sha256:1111111111111111111111111111111111111111111111111111111111111111\""),
];

static TARGET: Definition = Definition { name: "tenant.target", keys: &[TARGET_KEYS], names: None };

const TARGET_KEYS: &[Key] = &[
    key("base", Form::Text(Kind::Address), "the base URL")
        .required()
        .such_as("\"https://product.example.com/internal\""),
    key("secrets", Form::Table(&SECRETS), "where the secrets are that its profile names; never the secrets themselves")
        .such_as("{ target-token = \"env:ACME_TARGET_TOKEN\" }"),
];

static SECRETS: Definition = Definition { name: "tenant.target.secrets", keys: &[], names: Some(&SECRET) };

const SECRET: Key = key("NAME", Form::Text(Kind::Plain), "a secret: `env:NAME` or `file:PATH`");
