//! What calls carry, by the kinds of `auth`; and that nothing of it is printed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use rules::source::RuleRef;
use rules::{TargetCall, Verb};
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::target::sample::{access, access_with};
use crate::target::{CallLimits, HttpTarget, Target as _, target_client};

#[track_caller]
fn check(target: &str, headers: &[(&str, &str)], query: &str) {
    let access = access(target);
    let seen: Vec<_> = access.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!(seen, headers, "{target}");
    assert_eq!(access.query.as_str(), query, "{target}");
    assert!(access.headers.values().all(|value| value.is_sensitive() == value.to_str().unwrap().len().gt(&5)));
    assert!(!format!("{access:?} {:?}", access.headers).contains("s3cret"));
}

#[test]
fn credentials_become_sensitive_headers_and_parameters() {
    check("auth = \"none\"", &[], "");
    check(r#"auth = { bearer = "secret:key" }"#, &[("authorization", "Bearer s3cret-key")], "");
    let basic = r#"auth = { basic = { user = "{account}/scim", password = "secret:key" } }"#;
    check(basic, &[("authorization", "Basic YSZiL3NjaW06czNjcmV0LWtleQ==")], "");
    let basic = r#"auth = { basic = { user = "{secret:user}", password = "secret:key" } }"#;
    check(basic, &[("authorization", "Basic czNjcmV0LXVzZXI6czNjcmV0LWtleQ==")], "");
    check(r#"auth = { header = "X-Api-Key", value = "secret:key" }"#, &[("x-api-key", "s3cret-key")], "");
    let token = r#"auth = { header = "Authorization", value = "Token {secret:user}:{secret:key}@{account}" }"#;
    check(token, &[("authorization", "Token s3cret-user:s3cret-key@a&b")], "");
    check(r#"auth = { query = "api key", value = "secret:key" }"#, &[], "api%20key=s3cret-key");
    let both = r#"auth = [{ query = "key", value = "secret:key" }, { header = "X-User", value = "secret:user" }]"#;
    check(both, &[("x-user", "s3cret-user")], "key=s3cret-key");
}

#[test]
fn what_is_fixed_is_no_secret() {
    let fixed = "auth = \"none\"\nheaders = { X-Api-Version = \"3\", X-Account = \"{account}\" }\n\
                 query = { api = \"2\", account = \"{account}\" }";
    check(fixed, &[("x-api-version", "3"), ("x-account", "a&b")], "api=2&account=a%26b");
}

#[test]
fn what_cannot_be_used_is_said_without_the_secret() {
    let rows = [
        (r#"auth = { bearer = "secret:other" }"#, AccessError::Missing { name: "other".to_owned() }),
        (r#"auth = { header = "X-K", value = "a {secret:other}" }"#, AccessError::Missing { name: "other".to_owned() }),
        (r#"auth = { bearer = "secret:lines" }"#, AccessError::Header { name: "authorization".to_owned() }),
        (r#"auth = { certificate = "secret:key" }"#, AccessError::Certificate { name: "key".to_owned() }),
        (
            r#"auth = { login = { post = "/s", body = { p = "secret:other" }, token = "t", send = { header = "X-T", value = "{token}" } } }"#,
            AccessError::Missing { name: "other".to_owned() },
        ),
        (
            r#"auth = { login = { post = "/s", body = {}, token = "t", send = { header = "X-T", value = "{secret:lines}{token}" } } }"#,
            AccessError::Header { name: "x-t".to_owned() },
        ),
        (
            r#"auth = { oauth2 = { token = "/t", client_id = "a", client_secret = "secret:other" } }"#,
            AccessError::Missing { name: "other".to_owned() },
        ),
    ];
    for (auth, expected) in rows {
        let error = access_with(auth, &[("lines", "s3cret\r\nx: y")]).unwrap_err();
        assert_eq!(error, expected, "{auth}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[test]
fn a_link_that_repeats_our_parameters_does_not_carry_them_on() {
    let access = access("auth = { query = \"key\", value = \"secret:key\" }\nquery = { api = \"2\" }");
    for (link, expected) in [
        ("/users?page=2&key=s3cret-key&api=2", "/users?page=2"),
        ("/users?key=s3cret-key", "/users"),
        ("/users?keys=1", "/users?keys=1"),
        ("/users", "/users"),
    ] {
        assert_eq!(access.without_query(link.to_owned()), expected);
    }
}

/// A certificate and its key.
fn pair(name: &str) -> rcgen::CertifiedKey<rcgen::KeyPair> {
    rcgen::generate_simple_self_signed([name.to_owned()]).unwrap()
}

/// A server on loopback that lets in whoever shows the certificate `client`; gives its base URL.
async fn guarded(server: &rcgen::CertifiedKey<rcgen::KeyPair>, client: &rcgen::CertifiedKey<rcgen::KeyPair>) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(client.cert.der().clone()).unwrap();
    let verifier = rustls::server::WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let key = PrivateKeyDer::try_from(server.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder().with_client_cert_verifier(verifier);
    let config = config.with_single_cert(vec![server.cert.der().clone()], key).unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                stream.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await.unwrap();
                stream.shutdown().await.unwrap();
            }
        }
    });
    base
}

#[tokio::test]
async fn a_client_certificate_opens_a_door_that_is_shut_to_others() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let (server, own, other) = (pair("127.0.0.1"), pair("gateway.example.com"), pair("else.example.com"));
    let base = guarded(&server, &own).await;
    let root = || [reqwest::Certificate::from_der(server.cert.der()).unwrap()];
    let shared = target_client(root()).unwrap();
    let limits = CallLimits { retry_delay: Duration::from_millis(1), ..CallLimits::default() };
    let pem =
        |pair: &rcgen::CertifiedKey<rcgen::KeyPair>| format!("{}{}", pair.cert.pem(), pair.signing_key.serialize_pem());
    for (keys, pem, let_in) in [
        (r#"auth = { certificate = "secret:pem" }"#, pem(&own), true),
        (r#"auth = [{ certificate = "secret:pem" }, { bearer = "secret:key" }]"#, pem(&own), true),
        (r#"auth = { certificate = "secret:pem" }"#, pem(&other), false),
        (r#"auth = "none""#, String::new(), false),
    ] {
        let access = access_with(keys, &[("pem", &pem)]).unwrap();
        let client = access.client(&shared, root()).unwrap();
        let target = HttpTarget::with_limits(client, &base, access, limits).unwrap();
        let rule = RuleRef { file: "test".into(), line: 1, name: "user.get".to_owned() };
        let answer = target.call(&TargetCall::new(Verb::Get, "/users/7", "user.get", rule)).await;
        assert_eq!(answer.is_ok(), let_in, "{keys} {answer:?}");
    }
}
