//! The configuration by edits of [`MINIMAL`]: each code by a file that has exactly that problem, the rules from both sides, and
//! no secret in any report.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod codes;
mod limits;
mod secrets;
mod settings;

use super::*;

/// The smallest configuration without a problem. The variable is one that cargo sets for every test.
const MINIMAL: &str = r#"[scim]
listen = "127.0.0.1:0"
[[tenant]]
id = "acme"
profile = "telemessage"
token_hashes = ["sha256:0000000000000000000000000000000000000000000000000000000000000000"]
[tenant.target]
base = "https://product.example.com/internal"
secrets = { target-token = "env:CARGO_PKG_NAME" }
"#;
const LISTEN: &str = "listen = \"127.0.0.1:0\"";
const BASE: &str = "base = \"https://product.example.com/internal\"";
const SECRETS: &str = "secrets = { target-token = \"env:CARGO_PKG_NAME\" }";
const HASHES: &str = "token_hashes = [\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"]";
/// The hash of nothing that anybody knows.
const HASH: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
/// A tenant ID of Entra's.
const TID: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";

/// [`MINIMAL`] with `from` replaced by `to`.
#[track_caller]
fn edited(from: &str, to: &str) -> String {
    assert_eq!(MINIMAL.matches(from).count(), 1, "`{from}` is in MINIMAL once");
    MINIMAL.replacen(from, to, 1)
}

/// One user name with a hash, as a tenant has it.
fn login(user: &str, hash: &str) -> String {
    format!("basic = [{{ user = \"{user}\", password_hash = \"{hash}\" }}]")
}

/// Reads a text whose relative paths lead nowhere.
fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse("scimgate.toml", text, Path::new("nowhere"))
}

/// The codes of all problems of a text, report by report.
fn codes(text: &str) -> Vec<Code> {
    let reports = parse(text).map_or_else(|problems| problems.reports, |_| Vec::new());
    reports.iter().flat_map(|report| &report.diagnostics).map(|diagnostic| diagnostic.code).collect()
}

/// What a terminal shows of the edited configuration, which has `code` and no other.
#[track_caller]
fn only(code: Code, from: &str, to: &str) -> String {
    let text = edited(from, to);
    let terminal = parse(&text).map_or_else(|problems| problems.to_string(), |_| String::new());
    let codes = codes(&text);
    assert!(!codes.is_empty() && codes.iter().all(|found| *found == code), "{codes:?} is not {code:?}\n{terminal}");
    terminal
}

/// The edited configuration, which has no problem.
#[track_caller]
fn sound(from: &str, to: &str) -> Config {
    parse(&edited(from, to)).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn the_minimal_configuration_has_no_problem() {
    let config = parse(MINIMAL).unwrap();
    assert_eq!(config.scim.listen.to_string(), "127.0.0.1:0");
    assert_eq!(config.admin.listen.to_string(), "127.0.0.1:9090");
    assert_eq!((config.scim.public_url, config.scim.tls.is_none()), (None, true));
    assert_eq!(config.store, Path::new("nowhere/scimgate.db"));
    assert_eq!((config.log.level, config.log.format), ("info", crate::logging::Format::Json));
    let [tenant] = config.tenants.as_slice() else { panic!("one tenant") };
    assert_eq!((tenant.id.as_str(), tenant.profile.name.as_str()), ("acme", "telemessage"));
    assert_eq!((tenant.credentials.tokens.len(), tenant.credentials.entra.len()), (1, 0));
}

#[test]
fn the_sample_that_ships_has_no_problem() {
    let sample = include_str!("../../../deploy/scimgate.toml");
    let own = |text: String, name: &str| text.replace(&format!("{name}_TARGET_TOKEN"), "CARGO_PKG_NAME");
    let text = ["ACME", "GLOBEX", "INITECH"].into_iter().fold(sample.to_owned(), own);
    let ids: Vec<String> = parse(&text).unwrap().tenants.iter().map(|tenant| tenant.id.to_string()).collect();
    assert_eq!(ids, ["acme", "globex", "initech"]);
    // As it is, only the secrets are missing; with every comment that is a setting taken in, nothing is unknown.
    assert_eq!(codes(sample), [Code::SecretValue; 3]);
    let is_setting =
        |line: &str| line.starts_with("# [") || line.split('#').nth(1).is_some_and(|line| line.contains(" = "));
    let whole: Vec<&str> = text
        .lines()
        .map(|line| if is_setting(line) { line.trim_start_matches("# ") } else { line })
        .filter(|line| !line.starts_with("plain_http"))
        .collect();
    assert_eq!(codes(&whole.join("\n")), [Code::File; 2], "the certificate and the folder of profiles are not there");
}

#[test]
fn the_credentials_of_the_reference_have_no_problem() {
    let blocks: Vec<&str> = include_str!("../../../docs/cli.md").split("```toml tenant\n").skip(1).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        sound(HASHES, block.split("```").next().unwrap());
    }
}

#[test]
fn every_code_has_a_row() {
    let rows = include_str!("tests/codes.rs");
    // Those of cases have their rows with the cases.
    let of_cases = [Code::Json, Code::CaseTwice];
    for code in Code::ALL.iter().filter(|code| !code.is_of_profiles() && !of_cases.contains(code)) {
        assert!(rows.contains(&format!("only(Code::{code:?},")), "{code:?} has no row");
    }
}

#[test]
fn a_file_that_is_not_there_is_a_problem_too() {
    let folder = tempfile::tempdir().unwrap();
    let problems = Config::load(&folder.path().join("scimgate.toml")).err().unwrap();
    let codes: Vec<Code> = problems.reports[0].diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [Code::File]);
    assert!(problems.to_string().contains("the file cannot be read"), "{problems}");
}
