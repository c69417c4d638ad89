//! Certificates and keys that serve, and those that cannot, each refused with what to do.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::*;

/// A certificate and its key, as PEM.
fn pair() -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

/// What is said about the two files, with `DIR` for where they are; `ok` if they can be used.
#[track_caller]
fn check(certificate: Option<&str>, key: Option<&str>, expected: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (certificate_path, key_path) = (dir.path().join("tls.crt"), dir.path().join("tls.key"));
    for (path, content) in [(&certificate_path, certificate), (&key_path, key)] {
        if let Some(content) = content {
            std::fs::write(path, content).unwrap();
        }
    }
    let said = match TlsAcceptorSource::load(&certificate_path, &key_path) {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.to_string().replace(dir.path().to_str().unwrap(), "DIR"),
    };
    assert_eq!(said, expected);
}

#[test]
fn a_certificate_and_its_key_are_loaded() {
    let (certificate, key) = pair();
    let (other, _) = pair();
    check(Some(&certificate), Some(&key), "ok");
    check(Some(&format!("{certificate}{other}")), Some(&key), "ok");
    check(Some(&format!("{certificate}{key}")), Some(&format!("{certificate}{key}")), "ok");
}

#[test]
fn what_is_wrong_is_said_with_the_file_and_what_to_do() {
    let (certificate, key) = pair();
    let (other, _) = pair();
    check(
        None,
        Some(&key),
        "`DIR/tls.crt` cannot be read: No such file or directory (os error 2); check the path and who may read it",
    );
    check(
        Some(&certificate),
        None,
        "`DIR/tls.key` cannot be read: No such file or directory (os error 2); check the path and who may read it",
    );
    check(
        Some(&key),
        Some(&key),
        "`DIR/tls.crt` holds no certificate: it must begin with `-----BEGIN CERTIFICATE-----`, the server's own first",
    );
    check(
        Some(&certificate),
        Some(&certificate),
        "`DIR/tls.key` holds no private key: it must have a `-----BEGIN PRIVATE KEY-----` without a passphrase",
    );
    let mismatch = "the key in `DIR/tls.key` is not the key of the first certificate in `DIR/tls.crt`: \
                    put the server's own certificate first and its issuers after it";
    check(Some(&other), Some(&key), mismatch);
    check(Some(&format!("{other}{certificate}")), Some(&key), mismatch);
}

#[test]
fn a_damaged_file_is_not_quoted() {
    let (certificate, key) = pair();
    let cut = &key[..key.len() / 2];
    check(
        Some(&certificate),
        Some(cut),
        "`DIR/tls.key` is not a PEM file: a section has no end line; convert it with `openssl x509` or `openssl pkey`",
    );
    check(
        Some(&certificate),
        Some(&key.replace("-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n!")),
        "`DIR/tls.key` is not a PEM file: a section is not base64; convert it with `openssl x509` or `openssl pkey`",
    );
}
