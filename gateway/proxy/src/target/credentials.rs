//! What opens the target's door: the credentials of one tenant's account, bound from the profile and the tenant's secrets.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rules::profile::TargetAuth;
use zeroize::Zeroizing;

use super::TargetSetupError;
use crate::secret::Secret;

/// The credentials of target calls.
#[derive(Debug, Clone)]
pub enum TargetCredentials {
    /// None.
    None,
    /// `Authorization: Bearer <secret>`.
    Bearer(Secret),
    /// `Authorization: Basic <user:secret>`.
    Basic {
        /// User name.
        user: String,
        /// Password.
        secret: Secret,
    },
    /// A header of the target's own.
    Header {
        /// Header name.
        name: String,
        /// Its whole value.
        secret: Secret,
    },
}

/// The profile wants a secret that the tenant does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the profile needs the secret `{name}`, and the tenant has none of that name")]
pub struct MissingSecret {
    /// The name the profile gives it: `target-token`.
    pub name: String,
}

impl TargetCredentials {
    /// Fills in what the profile wants from the secrets of a tenant.
    ///
    /// # Errors
    /// [`MissingSecret`].
    pub fn bind(auth: &TargetAuth, secrets: &BTreeMap<String, Secret>) -> Result<Self, MissingSecret> {
        let secret = |name: &String| secrets.get(name).cloned().ok_or_else(|| MissingSecret { name: name.clone() });
        Ok(match auth {
            TargetAuth::None => Self::None,
            TargetAuth::Bearer { secret: name } => Self::Bearer(secret(name)?),
            TargetAuth::Basic { user, secret: name } => Self::Basic { user: user.clone(), secret: secret(name)? },
            TargetAuth::Header { name: header, secret: name } => {
                Self::Header { name: header.clone(), secret: secret(name)? }
            }
        })
    }

    /// The header that carries them, marked sensitive so that nothing prints it.
    pub(super) fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, TargetSetupError> {
        let (name, text) = match self {
            Self::None => return Ok(None),
            Self::Bearer(secret) => (AUTHORIZATION, Zeroizing::new(format!("Bearer {}", secret.expose()))),
            Self::Basic { user, secret } => {
                let pair = Zeroizing::new(format!("{user}:{}", secret.expose()));
                (AUTHORIZATION, Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes()))))
            }
            Self::Header { name, secret } => {
                let name = HeaderName::try_from(name).map_err(|_| TargetSetupError::HeaderName(name.clone()))?;
                (name, Zeroizing::new(secret.expose().to_owned()))
            }
        };
        let mut value = HeaderValue::try_from(text.as_str()).map_err(|_| TargetSetupError::Secret)?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn check(credentials: &TargetCredentials, expected: &Result<Option<(&str, &str)>, TargetSetupError>) {
        let header = credentials.header();
        let seen = header.as_ref().map(|header| {
            header.as_ref().map(|(name, value)| {
                assert!(value.is_sensitive(), "{credentials:?}");
                (name.as_str(), value.to_str().unwrap())
            })
        });
        assert_eq!(seen, expected.as_ref().copied(), "{credentials:?}");
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }

    #[test]
    fn credentials_become_one_sensitive_header() {
        use TargetCredentials::{Basic, Bearer, Header, None as Nothing};
        check(&Nothing, &Ok(None));
        check(&Bearer(secret("s3cret")), &Ok(Some(("authorization", "Bearer s3cret"))));
        let basic = Basic { user: "scim".to_owned(), secret: secret("s3cret") };
        check(&basic, &Ok(Some(("authorization", "Basic c2NpbTpzM2NyZXQ="))));
        let own = Header { name: "X-Api-Key".to_owned(), secret: secret("s3cret") };
        check(&own, &Ok(Some(("x-api-key", "s3cret"))));
        let bad = Header { name: "X Key".to_owned(), secret: secret("s3cret") };
        check(&bad, &Err(TargetSetupError::HeaderName("X Key".to_owned())));
        check(&Bearer(secret("s3cret\r\nx: y")), &Err(TargetSetupError::Secret));
    }

    #[test]
    fn a_missing_secret_is_named() {
        let secrets = BTreeMap::from([("target-token".to_owned(), secret("s3cret"))]);
        let bearer = |name: &str| TargetAuth::Bearer { secret: name.to_owned() };
        assert!(matches!(
            TargetCredentials::bind(&bearer("target-token"), &secrets),
            Ok(TargetCredentials::Bearer(found)) if found.expose() == "s3cret"
        ));
        let missing = TargetCredentials::bind(&bearer("other"), &secrets).unwrap_err();
        assert_eq!(missing, MissingSecret { name: "other".to_owned() });
        assert!(matches!(TargetCredentials::bind(&TargetAuth::None, &secrets), Ok(TargetCredentials::None)));
    }
}
