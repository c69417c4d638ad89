//! Fetches the key set of one Entra tenant: OIDC metadata first, then what its `jwks_uri` names.
//!
//! Goes nowhere but to the hosts of the cloud's configuration, whatever the metadata says; bounded in time and size.

use http::StatusCode;
use http::header::ACCEPT;
use reqwest::Url;
use serde::Deserialize;

use super::set::KeySet;
use crate::limits::KEY_SET_BYTES_MAX;
use crate::target::answer::{ReadError, read_body, reason};
use crate::tenant::EntraTrust;

/// Why there is no key set; for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchError {
    #[error("`{url}` is not a URL that keys may be fetched from: not https, or not a configured host")]
    Place { url: String },
    #[error("it did not answer in time")]
    TimedOut,
    #[error("{reason}")]
    Connection { reason: String },
    #[error("it answered {status}")]
    Status { status: u16 },
    #[error("its answer is larger than {KEY_SET_BYTES_MAX} bytes")]
    TooLarge,
    #[error("its metadata cannot be read")]
    NotMetadata,
    #[error("its metadata is for the issuer `{issuer}`")]
    Issuer { issuer: String },
    #[error("its key set holds no key that signs")]
    NotKeys,
    #[error("its key set holds too many keys")]
    TooManyKeys,
}

/// The provider metadata of `OpenID` Connect Discovery 1.0 §3, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// Fetches the keys of `trust`'s Entra tenant. Two requests; no limit of time of its own.
pub(super) async fn key_set(http: &reqwest::Client, trust: &EntraTrust) -> Result<KeySet, FetchError> {
    let place = metadata_url(trust)?;
    let metadata = fetch(http, place.clone()).await?;
    let metadata: Metadata = json::from_slice(&metadata).map_err(|_| FetchError::NotMetadata)?;
    if !trust.issues(&metadata.issuer) {
        return Err(FetchError::Issuer { issuer: metadata.issuer });
    }
    let keys = key_set_url(&metadata.jwks_uri, &place, &trust.cloud.key_hosts)?;
    KeySet::parse(&fetch(http, keys).await?)
}

fn metadata_url(trust: &EntraTrust) -> Result<Url, FetchError> {
    let text = trust.cloud.metadata.replace("{tid}", &trust.tid);
    match Url::parse(&text) {
        Ok(url) if url.scheme() == "https" || is_plain_loopback(&url) => Ok(url),
        _ => Err(FetchError::Place { url: text }),
    }
}

/// `text` as a URL of the metadata's own host or one of `hosts`, at the same port and with the same scheme: an attacker who can
/// change the metadata still cannot make us call somebody else.
fn key_set_url(text: &str, metadata: &Url, hosts: &[String]) -> Result<Url, FetchError> {
    let allowed = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        let known = Some(host) == metadata.host_str() || hosts.iter().any(|one| one.eq_ignore_ascii_case(host));
        known
            && (url.scheme() == "https" || is_plain_loopback(url))
            && url.scheme() == metadata.scheme()
            && url.port() == metadata.port()
            && url.username().is_empty()
            && url.password().is_none()
    };
    Url::parse(text).ok().filter(allowed).ok_or_else(|| FetchError::Place { url: text.to_owned() })
}

/// Plain HTTP to this machine: an IdP for tests and demonstrations.
fn is_plain_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host.parse::<std::net::IpAddr>().map_or(host == "localhost", |address| address.is_loopback());
    url.scheme() == "http" && loopback
}

async fn fetch(http: &reqwest::Client, url: Url) -> Result<Vec<u8>, FetchError> {
    let broken = |error| FetchError::Connection { reason: reason(error) };
    let response = http.get(url.clone()).header(ACCEPT, "application/json").send().await.map_err(broken)?;
    // The client follows no redirects; should it be another one, what it fetched was not what was checked.
    if *response.url() != url {
        return Err(FetchError::Place { url: response.url().to_string() });
    }
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status { status: response.status().as_u16() });
    }
    read_body(response, KEY_SET_BYTES_MAX).await.map_err(|error| match error {
        ReadError::TooLarge => FetchError::TooLarge,
        ReadError::Broken(error) => broken(error),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn keys_come_from_configured_hosts_only() {
        let hosts = ["login.windows.net".to_owned()];
        let rows = [
            ("https://login.example.com/m", "https://login.example.com/keys", true),
            ("https://login.example.com/m", "https://LOGIN.windows.net/keys", true),
            ("https://login.example.com/m", "https://login.example.com:443/keys", true),
            ("https://login.example.com/m", "http://login.example.com/keys", false),
            ("https://login.example.com/m", "https://login.example.com:8443/keys", false),
            ("https://login.example.com/m", "https://evil.example.com/keys", false),
            ("https://login.example.com/m", "https://login.windows.net.evil.example.com/keys", false),
            ("https://login.example.com/m", "https://login.example.com@evil.example.com/keys", false),
            ("https://login.example.com/m", "https://user@login.example.com/keys", false),
            ("https://login.example.com/m", "https://169.254.169.254/keys", false),
            ("https://login.example.com/m", "http://127.0.0.1/keys", false),
            ("https://login.example.com/m", "file:///etc/passwd", false),
            ("https://login.example.com/m", "/keys", false),
            ("http://127.0.0.1:8080/m", "http://127.0.0.1:8080/keys", true),
            ("http://[::1]:8080/m", "http://[::1]:8080/keys", true),
            ("http://127.0.0.1:8080/m", "http://127.0.0.1:8081/keys", false),
            ("http://127.0.0.1:8080/m", "http://login.windows.net:8080/keys", false),
            ("http://127.0.0.1:8080/m", "https://127.0.0.1:8080/keys", false),
        ];
        for (metadata, keys, allowed) in rows {
            let seen = key_set_url(keys, &Url::parse(metadata).unwrap(), &hosts);
            assert_eq!(seen.is_ok(), allowed, "{metadata} {keys} {seen:?}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let rows = [
            ("http://localhost:1/", true),
            ("http://127.0.0.9/", true),
            ("http://[::1]/", true),
            ("http://localhost.example.com/", false),
            ("http://10.0.0.1/", false),
            ("https://localhost/", false),
        ];
        for (url, expected) in rows {
            assert_eq!(is_plain_loopback(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
