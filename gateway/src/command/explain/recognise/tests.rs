//! Who a request belongs to, row by row.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use super::*;
use crate::config::Config;

const TID: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";

/// `acme` with a token, an Entra tenant and a user name; `globex` with a token that may come without `Bearer`.
fn tenants() -> Vec<TenantConfig> {
    let hash = |token: &str| {
        let start = "sha256:".to_owned();
        TokenHash::of(token).0.iter().fold(start, |hex, byte| format!("{hex}{byte:02x}"))
    };
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "s3cret").unwrap();
    let target = format!(
        "target = {{ base = \"https://product.example.com/api\", secrets = {{ target-token = \"file:{}\" }} }}",
        secret.path().display()
    );
    let text = format!(
        r#"
[scim]
listen = "127.0.0.1:0"
public_url = "https://scim.example.com"
[admin]
listen = "127.0.0.1:0"
[[tenant]]
id = "acme"
profile = "telemessage"
entra = [{{ tid = "{TID}" }}]
token_hashes = ["{}"]
basic = [{{ user = "AC1", password_hash = "{}" }}]
{target}
[[tenant]]
id = "globex"
profile = "telemessage"
token_hashes = ["{}"]
raw_token = true
{target}
"#,
        hash("acme-token"),
        hash("acme-password"),
        hash("globex-token"),
    );
    Config::parse("scimgate.toml", &text, Path::new(".")).map_err(|problems| problems.to_string()).unwrap().tenants
}

/// Path, credential, name; who it is and how that is seen, or how the refusal begins.
type Row<'r> = (&'r str, Option<String>, Option<&'r str>, Result<&'r str, &'r str>);

#[test]
fn a_tenant_is_recognised_by_credential_path_or_name() {
    let tenants = tenants();
    let token = |claims: &str| format!("Bearer e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
    let basic = |login: &str| format!("Basic {}", STANDARD.encode(login));
    let rows: [Row<'_>; 14] = [
        ("/Users", None, Some("globex"), Ok("globex: named by --tenant")),
        ("/Users", None, Some("other"), Err("there is no tenant `other`; there are `acme`, `globex`")),
        ("/Users", Some("Bearer acme-token".to_owned()), None, Ok("acme: recognised by its token")),
        ("/Users", Some("globex-token".to_owned()), None, Ok("globex: recognised by its token")),
        ("/Users", Some("acme-token".to_owned()), None, Err("the credential of the request is nobody's")),
        (
            "/Users",
            Some(basic("AC1:acme-password")),
            None,
            Ok("acme: recognised by the user name `AC1` and its password"),
        ),
        ("/Users", Some(basic("AC1:other")), None, Err("the credential of the request is nobody's")),
        (
            "/Users",
            Some(token(&format!("{{\"tid\":\"{TID}\"}}"))),
            None,
            Ok(
                "acme: recognised by the Entra tenant 7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa of its token, whose signature is not checked here",
            ),
        ),
        ("/Users", Some(token("{\"tid\":\"x\"}")), None, Err("the credential of the request is nobody's")),
        ("/t/acme/scim/v2/Users", None, None, Ok("acme: recognised by the path; without a credential")),
        (
            "/t/acme/scim/v2/Users",
            Some("Bearer acme-token".to_owned()),
            None,
            Ok("acme: recognised by its token; the path names it, too"),
        ),
        (
            "/t/globex/scim/v2/Users",
            Some("Bearer acme-token".to_owned()),
            None,
            Err("the path names `globex` and the credential is that of `acme`: the gateway answers 401"),
        ),
        ("/t/other/scim/v2/Users", None, None, Err("there is no tenant `other`")),
        ("/Users", None, None, Err("the request does not say which tenant it is of")),
    ];
    for (path, authorization, named, expected) in rows {
        let request = Request::new("GET", path, Vec::new());
        let request = match &authorization {
            Some(value) => request.with_header("Authorization", value),
            None => request,
        };
        let found = recognise(&tenants, named, &request);
        let found = found.map(|(at, how)| format!("{}: {how}", tenants[at].id));
        match (&found, expected) {
            (Ok(found), Ok(start)) | (Err(found), Err(start)) => assert!(found.starts_with(start), "{path}: {found}"),
            _ => panic!("{path} {authorization:?} {named:?}: {found:?}"),
        }
    }
    let one: Vec<TenantConfig> = tenants.into_iter().take(1).collect();
    assert_eq!(recognise(&one, None, &Request::new("GET", "/Users", Vec::new())).unwrap().1, "the only one");
}
