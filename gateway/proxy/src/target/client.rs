//! The HTTP client that target calls and key fetches use: one for the whole process, whatever the number of tenants.
//!
//! It follows no redirect (a target could send our credentials elsewhere, an IdP could send us anywhere), takes no proxy from the
//! environment, keeps no cookies. Who calls sets the limits of time and size.

use crate::limits::{CONNECT_TIME_MAX, POOL_IDLE_TIME_MAX};
use crate::secret::Secret;

/// The HTTP client cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the HTTP client cannot be built: {reason}")]
pub struct ClientError {
    /// Why.
    pub reason: String,
}

/// Builds the client. `extra_roots` are trusted beside the roots of the system: private certificate authorities.
///
/// TLS is rustls with the default provider of the process, which must have been installed.
///
/// # Errors
/// [`ClientError`] if no provider is installed or the roots of the system cannot be read.
pub fn target_client(
    extra_roots: impl IntoIterator<Item = reqwest::Certificate>,
) -> Result<reqwest::Client, ClientError> {
    build(reqwest::Client::builder(), extra_roots)
}

/// As [`target_client`], for one account: it presents the certificate in `pem`, a chain with its key.
///
/// # Errors
/// As [`target_client`], and if `pem` is no certificate.
pub(super) fn client_as(
    pem: &Secret,
    extra_roots: impl IntoIterator<Item = reqwest::Certificate>,
) -> Result<reqwest::Client, ClientError> {
    let identity = reqwest::Identity::from_pem(pem.expose().as_bytes());
    let identity = identity.map_err(|error| ClientError { reason: super::answer::reason(error) })?;
    build(reqwest::Client::builder().tls_backend_rustls().identity(identity), extra_roots)
}

fn build(
    builder: reqwest::ClientBuilder,
    extra_roots: impl IntoIterator<Item = reqwest::Certificate>,
) -> Result<reqwest::Client, ClientError> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(ClientError { reason: "no default rustls provider is installed".to_owned() });
    }
    builder
        .tls_backend_rustls()
        .tls_certs_merge(extra_roots)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT_TIME_MAX)
        .pool_idle_timeout(POOL_IDLE_TIME_MAX)
        .user_agent(concat!("scimgate/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| ClientError { reason: super::answer::reason(error) })
}
