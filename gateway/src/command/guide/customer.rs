//! The customer whom a guide is for: the address that its IdP calls, and what the IdP presents there.

use proxy::tenant::Credentials;
use rules::{Params, Profile};
use scim::Protocol;

use crate::cli::Idp;
use crate::config::{Config, TenantConfig};

/// A customer and its IdP.
pub(super) struct Customer<'c> {
    /// What the product is.
    pub(super) profile: &'c Profile,
    /// What the operator has set.
    pub(super) params: &'c Params,
    /// Which SCIM the IdP speaks.
    pub(super) protocol: Protocol,
    /// What the IdP may present.
    pub(super) credentials: &'c Credentials,
    /// The SCIM base URL, without a slash at its end.
    pub(super) url: String,
    /// How the IdP shows who it is.
    pub(super) way: Way<'c>,
}

/// How an IdP shows who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way<'c> {
    /// Entra sends its own token; the field of the secret token stays blank. The tenant ids.
    Blank(Vec<&'c str>),
    /// A token that the operator hands over.
    Token(Hand),
    /// A user name, and a password that the operator hands over.
    Basic(Vec<&'c str>),
}

/// Which token, and how it gets to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// It stands for good.
    Static,
    /// It is issued, and the next one ends it.
    Issued,
}

impl<'c> Customer<'c> {
    /// The customer of a tenant whose IdP is `idp`.
    ///
    /// # Errors
    /// Why such an IdP cannot call for this tenant, and what the operator can change.
    pub(super) fn new(config: &Config, tenant: &'c TenantConfig, idp: Idp) -> Result<Self, String> {
        if idp == Idp::Entra && tenant.protocol == Protocol::Scim11 {
            return Err("Entra ID speaks SCIM 2.0 only: take `scim = \"1.1\"` out of the tenant".to_owned());
        }
        let way = way(&tenant.credentials, idp).ok_or_else(|| unfit(idp))?;
        Ok(Self {
            profile: &tenant.profile,
            params: &tenant.params,
            protocol: tenant.protocol,
            credentials: &tenant.credentials,
            url: url(config, tenant),
            way,
        })
    }

    /// Whether the token is sent without the word `Bearer` too.
    pub(super) fn takes_raw_token(&self) -> bool {
        self.credentials.raw_token
    }

    /// The URN of the schema of users.
    pub(super) fn core(&self) -> &'static str {
        match self.protocol {
            Protocol::Scim20 => "urn:ietf:params:scim:schemas:core:2.0:User",
            Protocol::Scim11 => "urn:scim:schemas:core:1.0",
        }
    }
}

/// The way that this IdP takes; the safest of several.
fn way(credentials: &Credentials, idp: Idp) -> Option<Way<'_>> {
    let hand = if credentials.issued { Hand::Issued } else { Hand::Static };
    let token = (credentials.issued || !credentials.tokens.is_empty()).then_some(Way::Token(hand));
    let tids: Vec<&str> = credentials.entra.iter().map(|trust| trust.tid.as_str()).collect();
    let users: Vec<&str> = credentials.basic.iter().map(|login| login.user.as_str()).collect();
    match idp {
        Idp::Entra if !tids.is_empty() => Some(Way::Blank(tids)),
        Idp::Okta if !users.is_empty() => Some(Way::Basic(users)),
        Idp::Entra | Idp::Okta | Idp::Onelogin => token,
    }
}

fn unfit(idp: Idp) -> String {
    let (name, help) = match idp {
        Idp::Entra => ("Entra ID", "`entra = [{ tid = \"…\" }]`, `token_hashes` or `issued_tokens = true`"),
        Idp::Okta => ("Okta", "`token_hashes`, `issued_tokens = true` or `basic`"),
        Idp::Onelogin => ("OneLogin", "`token_hashes` or `issued_tokens = true`"),
    };
    format!("the tenant has no credential that {name} can present: write {help}")
}

/// Where the IdP calls.
fn url(config: &Config, tenant: &TenantConfig) -> String {
    let own = || {
        let scheme = if config.scim.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", config.scim.listen)
    };
    let public = config.scim.public_url.clone().unwrap_or_else(own);
    let root = match tenant.credentials.hosts.first() {
        None => public,
        Some(host) => {
            let (scheme, authority) = public.split_once("://").unwrap_or(("https", &public));
            // A port follows the last colon; that of an IPv6 literal stands behind its bracket.
            let port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
            match port {
                Some((_, port)) => format!("{scheme}://{host}:{port}"),
                None => format!("{scheme}://{host}"),
            }
        }
    };
    let version = match tenant.protocol {
        Protocol::Scim20 => "v2",
        Protocol::Scim11 => "v1",
    };
    format!("{root}/scim/{version}")
}
