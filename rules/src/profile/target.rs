//! The target as a whole: how to get in, how to see that it is there, its tables.
//!
//! Types only; the loader fills them in. Holds the names of secrets, never a secret.

use super::{BodyTemplate, CallRule, FieldPath, Format};
use crate::expression::Expression;
use crate::source::RuleRef;
use crate::template::{Template, TextTemplate};

/// The target as a whole.
#[derive(Debug, Clone)]
pub struct TargetRules {
    /// How calls are authenticated.
    pub auth: TargetAuth,
    /// Headers of every call: lower-case name and value, made of the tenant's parameters.
    pub headers: Vec<(String, TextTemplate)>,
    /// Query parameters of every call, likewise.
    pub query: Vec<(String, TextTemplate)>,
    /// How many calls it can take.
    pub limits: TargetLimits,
    /// Where a busy target says how long to wait, if not in `Retry-After`.
    pub wait: Option<WaitRule>,
    /// The call that shows at start-up that the target is there.
    pub probe: Option<Probe>,
}

/// How many calls a target can take; `None` leaves it to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TargetLimits {
    /// Calls at once.
    pub at_once: Option<usize>,
    /// Calls in a second.
    pub per_second: Option<u32>,
}

/// Where a busy target says how long to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitRule {
    /// The place of the number.
    pub at: WaitPlace,
    /// Milliseconds of one unit: 1 or 1000.
    pub unit_ms: u32,
}

/// A number in a body or in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitPlace {
    /// A field of the body.
    Field(FieldPath),
    /// A header, by its lower-case name.
    Header(String),
}

/// Credentials of target calls; every secret is named, its value is the tenant's. In a [`TextTemplate`] here `{secret:NAME}` is
/// a secret, every other placeholder a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetAuth {
    /// None.
    None,
    /// `Authorization: Bearer <secret>`.
    Bearer {
        /// Secret's name.
        secret: String,
    },
    /// `Authorization: Basic <user:secret>`.
    Basic {
        /// User name.
        user: TextTemplate,
        /// Secret's name.
        secret: String,
    },
    /// A header of the target's own.
    Header {
        /// Header name, lowercase.
        name: String,
        /// Its value.
        value: TextTemplate,
    },
    /// A query parameter; never in a log or an error.
    Query {
        /// Its name.
        name: String,
        /// Its value.
        value: TextTemplate,
    },
    /// A client certificate: the secret is its chain and its key, in PEM.
    Certificate {
        /// Secret's name.
        secret: String,
    },
    /// OAuth 2 client credentials (RFC 6749 §4.4).
    OAuth2(Box<OAuth2>),
    /// A call that gives a token for the others.
    Login(Box<Login>),
    /// All of these.
    All(Vec<TargetAuth>),
}

/// OAuth 2 client credentials: how the access token is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth2 {
    /// The token endpoint.
    pub token: TokenUrl,
    /// Client id.
    pub client_id: TextTemplate,
    /// The name of the client's secret.
    pub secret: String,
    /// `scope`.
    pub scope: Option<TextTemplate>,
    /// `audience`, which some servers want.
    pub audience: Option<TextTemplate>,
    /// How the client shows who it is.
    pub send: SendClient,
}

/// Where a token endpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenUrl {
    /// Below the target's base.
    Below(Template),
    /// Elsewhere: `https://host`, and the path there.
    Absolute(String, Template),
}

/// How a client shows who it is (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SendClient {
    /// HTTP Basic, which every server must know.
    #[default]
    Basic,
    /// Fields of the body.
    Body,
}

/// A call that gives a token for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Where to post.
    pub path: Template,
    /// How the body is written; the answer is read likewise.
    pub format: Format,
    /// The body; its names are parameters and `secret:NAME`.
    pub body: BodyTemplate,
    /// Where the token is in the answer.
    pub token: TokenPlace,
    /// The header that carries it, lower-case, and its value with `{token}`.
    pub send: (String, TextTemplate),
    /// How long it is used, in seconds.
    pub lifetime_secs: u32,
}

/// Where a login's answer has the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenPlace {
    /// A field of the body.
    Field(FieldPath),
    /// A header, by its lower-case name.
    Header(String),
    /// A cookie.
    Cookie(String),
}

impl TargetAuth {
    /// Every kind in it, none of them [`TargetAuth::All`].
    pub fn kinds(&self) -> impl Iterator<Item = &TargetAuth> {
        match self {
            TargetAuth::All(kinds) => kinds.as_slice(),
            one => std::slice::from_ref(one),
        }
        .iter()
    }

    /// The names of the secrets in it, each once, in order.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for kind in self.kinds() {
            for name in kind.own_secrets() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn own_secrets(&self) -> Vec<&str> {
        match self {
            TargetAuth::None | TargetAuth::All(_) => Vec::new(),
            TargetAuth::Bearer { secret } | TargetAuth::Certificate { secret } => vec![secret],
            TargetAuth::Basic { user, secret } => secrets_in(user).chain([secret.as_str()]).collect(),
            TargetAuth::Header { value, .. } | TargetAuth::Query { value, .. } => secrets_in(value).collect(),
            TargetAuth::OAuth2(oauth2) => {
                let texts = [Some(&oauth2.client_id), oauth2.scope.as_ref(), oauth2.audience.as_ref()];
                texts.into_iter().flatten().flat_map(secrets_in).chain([oauth2.secret.as_str()]).collect()
            }
            TargetAuth::Login(login) => {
                login.body.names().into_iter().filter_map(secret_name).chain(secrets_in(&login.send.1)).collect()
            }
        }
    }
}

fn secrets_in(text: &TextTemplate) -> impl Iterator<Item = &str> {
    text.names().filter_map(secret_name)
}

fn secret_name(placeholder: &str) -> Option<&str> {
    placeholder.strip_prefix("secret:")
}

/// A start-up probe.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What to call; a GET.
    pub call: CallRule,
    /// What its body must fulfil.
    pub expect: Option<BodyCondition>,
}

/// A condition on a JSON body: `code == 'MSISDN_TAKEN'`.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyCondition {
    /// The compiled condition; slots index `fields`.
    pub expression: Expression,
    /// The body fields it reads.
    pub fields: Vec<FieldPath>,
}

/// A table of the target that names are looked up in.
#[derive(Debug, Clone)]
pub struct LookupRule {
    /// `managers`.
    pub name: String,
    /// Where it stands.
    pub rule: RuleRef,
    /// Reads the whole table; a GET.
    pub call: CallRule,
    /// Where the rows are in the answer.
    pub rows: FieldPath,
    /// The field of a row that the target's records refer to.
    pub id: FieldPath,
    /// Whether an answer without rows holds none; otherwise it is not understood.
    pub optional: bool,
}
