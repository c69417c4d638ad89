//! What opens the target's door: everything that the calls of one tenant's account carry, bound from the profile, the tenant's
//! parameters and its secrets.
//!
//! Nothing here prints a secret, and none of its errors holds one.

mod message;
mod shown;
mod text;

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rules::Params;
use rules::profile::{TargetAuth, TargetLimits, TargetRules};
use zeroize::Zeroizing;

use super::client::{ClientError, client_as};
use super::session::SessionRules;
use crate::secret::Secret;

pub use self::shown::ShownAccess;
pub(super) use self::text::Texts;

/// What the calls of one account carry.
#[derive(Clone)]
pub struct TargetAccess {
    /// Fixed headers, then those of credentials; the latter are marked sensitive, so that nothing prints them.
    pub(super) headers: HeaderMap,
    /// Which of `headers` are credentials: nothing that a call says takes their place.
    pub(super) credentials: Vec<HeaderName>,
    /// Query parameters, encoded; empty if there are none.
    pub(super) query: Zeroizing<String>,
    /// Chain and key of a client certificate.
    certificate: Option<Secret>,
    /// How a token is got.
    pub(super) session: Option<SessionRules>,
    /// What the target can take.
    pub(super) limits: TargetLimits,
}

/// Why a tenant's account cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// The profile wants a secret that the tenant does not have.
    #[error("the profile needs the secret `{name}`, and the tenant has none of that name")]
    Missing {
        /// The name the profile gives it: `target-token`.
        name: String,
    },
    /// A header's value that no header can carry.
    #[error(
        "the header `{name}` would have characters that no HTTP header can carry, perhaps a line break at the end of a secret"
    )]
    Header {
        /// The header.
        name: String,
    },
    /// The secret for a client certificate is none.
    #[error("the secret `{name}` is no certificate chain with its key, in PEM")]
    Certificate {
        /// The secret's name.
        name: String,
    },
    /// A parameter that cannot stand in the path of a login.
    #[error("the parameter `{name}` cannot stand in the path of the login")]
    Path {
        /// The parameter.
        name: String,
    },
}

impl TargetAccess {
    /// Fills in what the profile wants.
    ///
    /// # Errors
    /// [`AccessError`].
    pub fn bind(rules: &TargetRules, params: &Params, secrets: &BTreeMap<String, Secret>) -> Result<Self, AccessError> {
        let texts = Texts { params, secrets };
        let mut access = Self {
            headers: HeaderMap::new(),
            credentials: Vec::new(),
            query: Zeroizing::default(),
            certificate: None,
            session: None,
            limits: rules.limits,
        };
        for (name, template) in &rules.headers {
            let (name, mut value) = header(name, &texts.fill(template)?)?;
            // Only credentials are secret; a log may show an API version.
            value.set_sensitive(false);
            access.headers.insert(name, value);
        }
        for (name, template) in &rules.query {
            access.ask(name, &texts.fill(template)?);
        }
        for kind in rules.auth.kinds() {
            access.add(kind, texts)?;
        }
        Ok(access)
    }

    fn add(&mut self, kind: &TargetAuth, texts: Texts<'_>) -> Result<(), AccessError> {
        match kind {
            TargetAuth::None | TargetAuth::All(_) => {}
            TargetAuth::Bearer { secret } => {
                let text = Zeroizing::new(format!("Bearer {}", texts.secret(secret)?.expose()));
                self.credential(header(AUTHORIZATION.as_str(), &text)?);
            }
            TargetAuth::Basic { user, secret } => {
                let text = basic(&texts.fill(user)?, texts.secret(secret)?);
                self.credential(header(AUTHORIZATION.as_str(), &text)?);
            }
            TargetAuth::Header { name, value } => self.credential(header(name, &texts.fill(value)?)?),
            TargetAuth::Query { name, value } => self.ask(name, &texts.fill(value)?),
            TargetAuth::Certificate { secret } => {
                let pem = texts.secret(secret)?;
                if reqwest::Identity::from_pem(pem.expose().as_bytes()).is_err() {
                    return Err(AccessError::Certificate { name: secret.clone() });
                }
                self.certificate = Some(pem.clone());
            }
            TargetAuth::OAuth2(rules) => self.session = Some(SessionRules::oauth2(rules, texts)?),
            TargetAuth::Login(rules) => self.session = Some(SessionRules::login(rules, texts)?),
        }
        Ok(())
    }

    fn credential(&mut self, (name, value): (HeaderName, HeaderValue)) {
        self.credentials.push(name.clone());
        self.headers.insert(name, value);
    }

    /// Adds a query parameter.
    fn ask(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        text::encode(&mut self.query, name);
        self.query.push('=');
        text::encode(&mut self.query, value);
    }

    /// A path without the query parameters that every call has.
    pub(super) fn without_query(&self, path: String) -> String {
        let Some((before, query)) = path.split_once('?').filter(|_| !self.query.is_empty()) else { return path };
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let own: Vec<String> = self.query.split('&').map(name).collect();
        let rest: Vec<&str> = query.split('&').filter(|pair| !own.contains(&name(pair))).collect();
        if rest.is_empty() { before.to_owned() } else { format!("{before}?{}", rest.join("&")) }
    }

    /// The headers that every call has.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The client for this account: `shared`, or one of its own that presents the client certificate and trusts `extra_roots`
    /// beside the roots of the system.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn client(
        &self,
        shared: &reqwest::Client,
        extra_roots: impl IntoIterator<Item = reqwest::Certificate>,
    ) -> Result<reqwest::Client, ClientError> {
        match &self.certificate {
            None => Ok(shared.clone()),
            Some(pem) => client_as(pem, extra_roots),
        }
    }
}

impl fmt::Debug for TargetAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TargetAccess([redacted])")
    }
}

/// `Basic <user:secret>` (RFC 7617).
pub(super) fn basic(user: &str, secret: &Secret) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{user}:{}", secret.expose()));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
}

/// A header that nothing prints.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), AccessError> {
    let wrong = || AccessError::Header { name: name.to_owned() };
    let name = HeaderName::try_from(name).map_err(|_| wrong())?;
    let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong())?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests;
