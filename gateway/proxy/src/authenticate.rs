//! Who is calling: from the `Authorization` header to a tenant.
//!
//! Entra's blank-token JWT has the same audience for every customer in the world, so a tenant is only ever identified by an
//! allow-listed `tid` with its own issuer and a signature by that tenant's keys (idp-dialects.md §1a). Nothing is fetched for
//! a `tid` that is not listed.

mod credential;
mod entra;
mod verified;

mod keys;

use std::sync::Arc;

use store::Tokens;

use self::credential::Presented;
use self::entra::Token;
use self::keys::Keys;
use self::verified::VerifiedTokens;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::tenant::{Tenant, Tenants, TokenHash};

pub use self::keys::KeyTimes;

#[cfg(test)]
mod issuer;
#[cfg(test)]
mod tests;

/// Checks credentials. One for the process; shared.
pub struct Authenticator {
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    keys: Arc<Keys>,
    verified: VerifiedTokens,
    /// Who knows the tokens that were issued; `None` if nobody's are.
    issued: Option<Arc<dyn Tokens>>,
}

/// Where a request came to; the tenant that it is for must be at home there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Door<'a> {
    /// The tenant of the path, if it names one, still percent-encoded.
    pub tenant: Option<&'a str>,
    /// The authority that the client called: `scim.example.com:8443`.
    pub host: Option<&'a str>,
}

/// Why a caller was not let in: 401 with `WWW-Authenticate`, always the caller's side to repair.
///
/// Before a signature is verified every refusal of an Entra token reads the same to the caller, so that nobody learns who is
/// a customer; [`AuthError::reason`] tells the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No `Authorization` header.
    #[error("no credential was sent: the request has no Authorization header")]
    Missing,
    /// A scheme that nobody uses here.
    #[error("the Authorization header is not of the form `Bearer <token>`")]
    Scheme,
    /// No scheme at all, and no token that its tenant allows to be sent so; reads like a wrong scheme.
    #[error("the Authorization header is not of the form `Bearer <token>`")]
    NoScheme,
    /// `Bearer Bearer x`: pasted with its scheme (idp-dialects §2a).
    #[error("the token itself begins with `Bearer`: paste it without that word")]
    DoubledScheme,
    /// Longer than any credential, not printable ASCII, or no base64 of `user:password` after `Basic`.
    #[error("the credential is malformed")]
    Malformed,
    /// No tenant has this token.
    #[error("{UNKNOWN}")]
    UnknownToken,
    /// No tenant has this user name, or its password is another; which of the two is not told.
    #[error("{UNKNOWN}")]
    UnknownLogin,
    /// The credential is another tenant's than the path's or the host's; reads like an unknown one.
    #[error("{UNKNOWN}")]
    WrongTenant,
    /// `alg` is not RS256, or the header carries `jku`, `x5u`, `jwk` or `crit`.
    #[error("{UNVERIFIED}")]
    Algorithm,
    /// `tid` is not allow-listed.
    #[error("{UNVERIFIED}")]
    UnlistedTenant,
    /// `iss` is not the issuer of `tid`.
    #[error("{UNVERIFIED}")]
    Issuer,
    /// The tenant has no key of this id.
    #[error("{UNVERIFIED}")]
    UnknownKey,
    /// The signature is wrong.
    #[error("{UNVERIFIED}")]
    Signature,
    /// `exp` is missing or not a number.
    #[error("the token has no expiry")]
    NoExpiry,
    /// `exp` is past.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is to come.
    #[error("the token is not valid yet: check the clocks")]
    NotYetValid,
    /// `aud` is not one of the accepted audiences, or is a list.
    #[error("the token is for another application: its audience is not accepted here")]
    Audience,
    /// `appid` is not the provisioning service.
    #[error("the token was not issued to the Entra provisioning service")]
    Application,
}

/// What a caller reads whose token's signature was not verified.
pub const UNVERIFIED: &str = "the token does not belong to a customer of this service: \
    ask the operator whether your Entra tenant ID is on the allow-list";

/// What a caller reads whose credential opens nothing here.
pub const UNKNOWN: &str = "the credential is not valid here";

impl AuthError {
    /// Every word that [`AuthError::reason`] can give.
    pub const ALL_REASONS: [&str; 18] = [
        "no-credential",
        "scheme",
        "no-scheme",
        "doubled-scheme",
        "malformed",
        "token-unknown",
        "login-unknown",
        "tenant-mismatch",
        "token-algorithm",
        "tenant-unlisted",
        "token-issuer",
        "key-unknown",
        "token-signature",
        "token-no-expiry",
        "token-expired",
        "token-not-yet-valid",
        "token-audience",
        "token-application",
    ];

    /// A short bounded word for metrics, log and audit: `tenant-unlisted`, `token-expired`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "no-credential",
            Self::Scheme => "scheme",
            Self::NoScheme => "no-scheme",
            Self::DoubledScheme => "doubled-scheme",
            Self::Malformed => "malformed",
            Self::UnknownToken => "token-unknown",
            Self::UnknownLogin => "login-unknown",
            Self::WrongTenant => "tenant-mismatch",
            Self::Algorithm => "token-algorithm",
            Self::UnlistedTenant => "tenant-unlisted",
            Self::Issuer => "token-issuer",
            Self::UnknownKey => "key-unknown",
            Self::Signature => "token-signature",
            Self::NoExpiry => "token-no-expiry",
            Self::Expired => "token-expired",
            Self::NotYetValid => "token-not-yet-valid",
            Self::Audience => "token-audience",
            Self::Application => "token-application",
        }
    }
}

/// The keys of a listed tenant could not be fetched and none are known: 503, not 401; a retry can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the signing keys of the identity provider cannot be fetched")]
pub struct KeysUnavailable;

/// The issued tokens cannot be looked up now: 503, not 401; a retry can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the tokens that were issued cannot be looked up: {reason}")]
pub struct TokensUnavailable {
    /// What the store said; for the log.
    pub reason: String,
}

/// How authentication failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthFailure {
    /// The caller's side.
    #[error(transparent)]
    Refused(#[from] AuthError),
    /// The IdP's or our side.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
    /// The store's side.
    #[error(transparent)]
    Tokens(#[from] TokensUnavailable),
}

impl Authenticator {
    /// An authenticator that fetches keys with `http` ([`target_client`](crate::target::target_client)'s: it must not follow
    /// redirects) and trusts `clock`.
    #[must_use]
    pub fn new(http: reqwest::Client, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        Self::with_key_times(http, clock, metrics, KeyTimes::default())
    }

    /// The same with other times for the fetching of keys.
    #[must_use]
    pub fn with_key_times(
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
        times: KeyTimes,
    ) -> Self {
        let keys = Arc::new(Keys::new(http, Arc::clone(&clock), Arc::clone(&metrics), times));
        Self { verified: VerifiedTokens::new(Arc::clone(&clock)), clock, metrics, keys, issued: None }
    }

    /// The same that also knows the tokens of tenants whose are issued ([`Credentials::issued`](crate::tenant::Credentials)). They are
    /// looked up at each request, so that one that was replaced opens nothing any more.
    #[must_use]
    pub fn with_issued(self, tokens: Arc<dyn Tokens>) -> Self {
        Self { issued: Some(tokens), ..self }
    }

    /// Finds the tenant of a request.
    ///
    /// An unknown name in `door` is treated as a wrong credential, and so is the host of another tenant. `authorization` is the
    /// header's raw value.
    ///
    /// # Errors
    /// [`AuthFailure`].
    pub async fn authenticate(
        &self,
        tenants: &Tenants,
        door: Door<'_>,
        authorization: Option<&[u8]>,
    ) -> Result<Arc<Tenant>, AuthFailure> {
        // The name is looked at last and never looked up: whether it is a customer's makes no difference to anything.
        let outcome = self.holder(tenants, authorization).await.and_then(|tenant| {
            let is_named = door.tenant.is_none_or(|name| name == tenant.id.as_str());
            let fits = is_named && tenants.is_at(&tenant, door.host);
            if fits { Ok(tenant) } else { Err(AuthError::WrongTenant.into()) }
        });
        if let Err(AuthFailure::Refused(error)) = &outcome {
            self.metrics.auth_rejected(error.reason());
        }
        outcome
    }

    /// Whose credential it is.
    async fn holder(&self, tenants: &Tenants, authorization: Option<&[u8]>) -> Result<Arc<Tenant>, AuthFailure> {
        match credential::presented(authorization)? {
            Presented::Bearer(token) => self.bearer(tenants, token).await,
            Presented::Raw(token) => {
                let hash = TokenHash::of(token);
                let found = match tenants.by_token(&hash) {
                    Some(tenant) => Some(Arc::clone(tenant)),
                    None => self.issued(tenants, &hash).await?,
                };
                Ok(found.filter(|tenant| tenant.credentials.raw_token).ok_or(AuthError::NoScheme)?)
            }
            Presented::Login { user, password } => {
                let found = tenants.by_login(&user, &TokenHash::of(password.expose()));
                Ok(Arc::clone(found.ok_or(AuthError::UnknownLogin)?))
            }
        }
    }

    /// Whose bearer token it is.
    async fn bearer(&self, tenants: &Tenants, text: &str) -> Result<Arc<Tenant>, AuthFailure> {
        let hash = TokenHash::of(text);
        if let Some(tenant) = tenants.by_token(&hash) {
            return Ok(Arc::clone(tenant));
        }
        if let Some(tenant) = self.verified.hit(tenants, &hash) {
            self.metrics.token_cache(true);
            return Ok(tenant);
        }
        let Some(token) = Token::parse(text) else {
            return Ok(self.issued(tenants, &hash).await?.ok_or(AuthError::UnknownToken)?);
        };
        self.metrics.token_cache(false);
        self.verify(tenants, &token, hash).await
    }

    /// Whose issued token has this hash.
    async fn issued(&self, tenants: &Tenants, hash: &TokenHash) -> Result<Option<Arc<Tenant>>, TokensUnavailable> {
        let Some(tokens) = &self.issued else { return Ok(None) };
        let owner = tokens.token_tenant(&hash.0, self.clock.unix_secs()).await;
        let owner = owner.map_err(|error| TokensUnavailable { reason: error.to_string() })?;
        let tenant = owner.and_then(|id| tenants.by_id(id.as_str())).filter(|tenant| tenant.credentials.issued);
        Ok(tenant.map(Arc::clone))
    }

    /// Whose Entra token it is. The order matters: nothing is fetched before the tenant is known to be listed, and nothing but
    /// the choice of the key rests on what is not verified.
    async fn verify(&self, tenants: &Tenants, token: &Token<'_>, hash: TokenHash) -> Result<Arc<Tenant>, AuthFailure> {
        let kid = token.key_id()?;
        let claimed = token.claimed()?;
        let Some((tenant, trust)) = tenants.by_tid(&claimed.tid) else {
            // What the operator has to list, if this is a customer who presses Test Connection for the first time.
            if claimed.has_guid() {
                tracing::info!(tid = claimed.tid, "a token of an Entra tenant that is not listed was refused");
            }
            return Err(AuthError::UnlistedTenant.into());
        };
        if !trust.issues(&claimed.iss) {
            return Err(AuthError::Issuer.into());
        }
        let key = self.keys.key(trust, kid, &claimed.iss).await?;
        let expiry_secs = token.verify(&key)?.check(trust, self.clock.unix_secs())?;
        self.verified.remember(hash, tenant, trust, expiry_secs);
        Ok(Arc::clone(tenant))
    }
}
