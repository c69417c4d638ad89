//! Which credentials find which tenant, and which lists of tenants are refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::tenant::sample::tenant;
use crate::tenant::{BasicLogin, Credentials, EntraCloud};

const A: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";
const B: &str = "9e0b4c3d-2222-4b4b-8d8d-bbbbbbbbbbbb";

fn cloud(name: &str) -> Arc<EntraCloud> {
    Arc::new(EntraCloud {
        name: name.to_owned(),
        metadata: String::new(),
        key_hosts: Vec::new(),
        issuers: Vec::new(),
        audiences: Vec::new(),
        app_ids: Vec::new(),
        clock_skew_secs: 0,
    })
}

/// A tenant with Entra tenants (`tid`, cloud) and tokens.
fn with(id: &str, entra: &[(&str, &str)], tokens: &[&str]) -> Tenant {
    let entra = entra.iter().map(|(tid, name)| EntraTrust { tid: (*tid).to_owned(), cloud: cloud(name) }).collect();
    tenant(
        id,
        Credentials {
            entra,
            tokens: tokens.iter().map(|token| TokenHash::of(token)).collect(),
            ..Credentials::default()
        },
    )
}

/// A tenant with user names and passwords.
fn with_logins(id: &str, logins: &[(&str, &str)]) -> Tenant {
    let login =
        |(user, password): &(&str, &str)| BasicLogin { user: (*user).to_owned(), password: TokenHash::of(password) };
    tenant(id, Credentials { basic: logins.iter().map(login).collect(), ..Credentials::default() })
}

fn name(tenant: Option<&Arc<Tenant>>) -> Option<&str> {
    tenant.map(|tenant| tenant.id.as_str())
}

#[test]
fn a_credential_finds_its_own_tenant() {
    let one = with("one", &[(&A.to_uppercase(), "global")], &["t1", "t2", "t1"]);
    let two = with("two", &[(B, "global"), (B, "global")], &["t3"]);
    let tenants = Tenants::new(vec![two, one]).ok().unwrap();
    let names: Vec<_> = tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    assert_eq!(names, ["one", "two"]);

    for (id, expected) in [("one", Some("one")), ("two", Some("two")), ("three", None), ("ONE", None), ("", None)] {
        assert_eq!(name(tenants.by_id(id)), expected, "{id}");
    }
    let upper = A.to_uppercase();
    for (tid, expected) in [(A, Some("one")), (&upper, Some("one")), (B, Some("two")), ("", None), (&A[1..], None)] {
        assert_eq!(name(tenants.by_tid(tid).map(|found| found.0)), expected, "{tid}");
    }
    assert_eq!(tenants.by_tid(A).unwrap().1.tid, A, "the trust is in lowercase whatever was configured");
    for (token, expected) in [("t1", Some("one")), ("t2", Some("one")), ("t3", Some("two")), ("T1", None), ("", None)] {
        assert_eq!(name(tenants.by_token(&TokenHash::of(token))), expected, "{token}");
    }
}

#[test]
fn a_user_name_and_its_password_find_their_tenant() {
    let one = with_logins("one", &[("AC1", "old"), ("AC1", "new"), ("Zoë", "new")]);
    let two = with_logins("two", &[("AC2", "new")]);
    let tenants = Tenants::new(vec![one, two]).ok().unwrap();
    for (user, password, expected) in [
        ("AC1", "old", Some("one")),
        ("AC1", "new", Some("one")),
        ("Zoë", "new", Some("one")),
        ("AC2", "new", Some("two")),
        ("AC2", "old", None),
        ("AC2", "", None),
        ("ac2", "new", None),
        ("", "new", None),
        ("AC3", "new", None),
    ] {
        assert_eq!(name(tenants.by_login(user, &TokenHash::of(password))), expected, "{user} {password}");
    }
    assert_eq!(name(tenants.by_login("AC3", &NOBODYS)), None, "nobody has no password at all");
    assert_eq!(name(tenants.by_token(&TokenHash::of("new"))), None, "a password is no token");
}

#[test]
fn every_conflict_is_reported_at_once() {
    let conflicts = Tenants::new(vec![
        with("one", &[(A, "global")], &["t1"]),
        with("two", &[(&A.to_uppercase(), "global")], &["t2", "t1"]),
        with("one", &[(B, "global"), (B, "china")], &[]),
        with_logins("four", &[("AC1", "a"), ("AC1", "b")]),
        with_logins("five", &[("AC1", "a")]),
    ]);
    let lines: Vec<_> = conflicts.err().unwrap().iter().map(ToString::to_string).collect();
    let end = "a credential is valid for one tenant only";
    assert_eq!(
        lines,
        [
            format!("Entra tenant {A} belongs to both `one` and `two`; {end}"),
            format!("a token belongs to both `one` and `two`; {end}"),
            format!("the tenant id belongs to both `one` and `one`; {end}"),
            format!("Entra tenant {B} belongs to both `one` and `one`; {end}"),
            format!("the user name `AC1` belongs to both `four` and `five`; {end}"),
        ]
    );
}

#[test]
fn a_hash_is_sha_256_and_is_not_printed() {
    // FIPS 180-2, appendix B.1.
    let hash = TokenHash::of("abc");
    assert_eq!(hash.0[..4], [0xba, 0x78, 0x16, 0xbf]);
    assert_eq!(format!("{hash:?}"), "[redacted]");
}

#[test]
fn a_tenant_with_hosts_is_at_home_there_and_nobody_else_is() {
    let hosted = |id: &str, hosts: &[&str]| {
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        tenant(id, Credentials { hosts, ..Credentials::default() })
    };
    let all = vec![
        hosted("one", &["one.example.com"]),
        hosted("north", &["eu.example.com", "north.example.com"]),
        hosted("south", &["eu.example.com"]),
        hosted("free", &[]),
    ];
    let tenants = Tenants::new(all).ok().unwrap();
    for (id, host, expected) in [
        ("one", Some("one.example.com"), true),
        ("one", Some("One.Example.Com.:8443"), true),
        ("one", Some("eu.example.com"), false),
        ("one", Some("other.example.com"), false),
        ("one", Some("one.example.com.evil.example.net"), false),
        ("one", None, false),
        ("north", Some("eu.example.com"), true),
        ("south", Some("eu.example.com:443"), true),
        ("south", Some("north.example.com"), false),
        ("free", Some("scim.example.com"), true),
        ("free", Some("[::1]:8443"), true),
        ("free", None, true),
        ("free", Some("eu.example.com"), false),
        ("free", Some("anybody:x@eu.example.com:443"), false),
        ("one", Some("one.example.com@evil.example.net"), false),
        ("one", Some("one.example.com:80:443"), false),
        ("one", Some("one.example.com, eu.example.com"), false),
        ("one", Some("one.example.com.."), false),
        ("one", Some(""), false),
    ] {
        assert_eq!(tenants.is_at(tenants.by_id(id).unwrap(), host), expected, "{id} {host:?}");
    }
    let unhosted = Tenants::new(vec![hosted("free", &[])]).ok().unwrap();
    assert!(unhosted.is_at(unhosted.by_id("free").unwrap(), None));
}
