//! TLS for the SCIM port: certificate and key from PEM files, TLS 1.2 and 1.3, HTTP/2 by ALPN.
//!
//! Versions and cipher suites are those of rustls with aws-lc-rs, which offers ECDHE with AES-GCM as Entra asks for and nothing weaker.
//! Whether the certificate has expired is not checked here: clients do, and the days that are left are a metric's to tell.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Why a certificate and its key cannot be used. The operator's side; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("`{}` cannot be read: {reason}; check the path and who may read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the machine says.
        reason: std::io::Error,
    },
    /// A file is not PEM.
    #[error("`{}` is not a PEM file: {reason}; convert it with `openssl x509` or `openssl pkey`", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong; never the file's content.
        reason: String,
    },
    /// No certificate in the file.
    #[error("`{}` holds no certificate: it must begin with `-----BEGIN CERTIFICATE-----`, the server's own first", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// No private key in the file.
    #[error("`{}` holds no private key: it must have a `-----BEGIN PRIVATE KEY-----` without a passphrase", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The key belongs to another certificate.
    #[error(
        "the key in `{}` is not the key of the first certificate in `{}`: \
         put the server's own certificate first and its issuers after it",
        key.display(),
        certificate.display()
    )]
    KeyMismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// rustls does not take them.
    #[error("the certificate in `{}` or the key in `{}` cannot be used: {reason}; use RSA of 2048 bits or more, or P-256", certificate.display(), key.display())]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What rustls says.
        reason: rustls::Error,
    },
}

/// Where the server gets its TLS from, connection by connection.
#[derive(Clone)]
pub struct TlsAcceptorSource {
    config: Arc<ServerConfig>,
}

impl TlsAcceptorSource {
    /// Loads a certificate chain, the server's own certificate first, and its private key (PKCS#8, PKCS#1 or SEC 1).
    ///
    /// Reads files and blocks: for start-up and reload.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = chain_in(certificate)?;
        let private_key = key_in(key)?;
        let config = config(chain, private_key).map_err(|reason| {
            let (certificate, key) = (certificate.to_owned(), key.to_owned());
            match reason {
                rustls::Error::InconsistentKeys(_) => TlsError::KeyMismatch { certificate, key },
                reason => TlsError::Unusable { certificate, key, reason },
            }
        })?;
        Ok(Self { config: Arc::new(config) })
    }

    /// The acceptor for one connection.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

fn chain_in(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let chain = chain.map_err(|error| not_pem(path, &error))?;
    if chain.is_empty() { Err(TlsError::NoCertificate { path: path.to_owned() }) } else { Ok(chain) }
}

fn key_in(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let pem = zeroize::Zeroizing::new(read(path)?);
    PrivateKeyDer::from_pem_slice(&pem).map_err(|error| match error {
        pem::Error::NoItemsFound => TlsError::NoKey { path: path.to_owned() },
        error => not_pem(path, &error),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|reason| TlsError::Read { path: path.to_owned(), reason })
}

fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The error's own text can quote a line of the file, and the file may be the key: only its kind is told.
fn not_pem(path: &Path, error: &pem::Error) -> TlsError {
    let reason = match error {
        pem::Error::MissingSectionEnd { .. } => "a section has no end line",
        pem::Error::IllegalSectionStart { .. } => "a section's first line is malformed",
        pem::Error::Base64Decode(_) => "a section is not base64",
        _ => "it cannot be parsed",
    };
    TlsError::Pem { path: path.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests;
