//! No secret in any report or debug print, wherever somebody pasted it; and everything that is wrong at once.

use super::*;

/// What must never be seen.
const SECRET: &str = "hunter2";

/// Checks that none of the ways to look at the problems of `text` shows the secret, and that there are some.
#[track_caller]
fn check(text: &str) {
    let problems = parse(text).err().unwrap_or_else(|| panic!("no problem in {text}"));
    let json: String = problems.reports.iter().map(|report| report.to_json().to_string()).collect();
    let colour: String = problems.reports.iter().map(|report| report.to_terminal(Colour::Ansi)).collect();
    for seen in [problems.to_string(), json, colour] {
        assert!(seen.contains("E0") && !seen.contains(SECRET), "{text}\n{seen}");
    }
}

#[test]
fn a_pasted_secret_is_shown_by_no_report() {
    for (from, to) in [
        (SECRETS, "secrets = { target-token = \"hunter2\" }"),
        (SECRETS, "secrets = { target-token = 'hunter2', other = 7 }"),
        (SECRETS, "secrets = { target-token = hunter2 }"),
        (SECRETS, "secrets = { target-token = \"hunter2 }"),
        (SECRETS, "secrets = { target-token = [\"hunter2\"] }"),
        (SECRETS, "secrets = { target-token = { x = \"hunter2\" } }"),
        (SECRETS, "secrets = \"hunter2\""),
        (SECRETS, "secrets = { target-token = \"\"\"\nhunter2\n\"\"\" }"),
        (SECRETS, "secret = \"hunter2\""),
        (SECRETS, "target-token = \"hunter2\"\nsecrets = {}"),
        (SECRETS, "secrets = { other = \"hunter2\" }"),
        (HASHES, "token_hashes = [\"hunter2\"]"),
        (HASHES, "token_hashes = [\"sha256:hunter2\"]"),
        (HASHES, "token_hashes = \"hunter2\""),
        (HASHES, "token_hashes = [[\"hunter2\"]]"),
        (HASHES, "token = \"hunter2\""),
        (HASHES, "raw_token = \"hunter2\""),
        (HASHES, "basic = \"hunter2\""),
        (HASHES, "basic = [\"hunter2\"]"),
        (HASHES, "basic = [{ user = \"AC1\", password_hash = \"hunter2\" }]"),
        (HASHES, "basic = [{ user = \"AC1\", password = \"hunter2\" }]"),
        (HASHES, "basic = [{ user = \"AC1:hunter2\" }]"),
        (HASHES, "params = { token = \"hunter2\" }"),
        (BASE, "base = \"https://scim:hunter2@product.example.com\""),
        (BASE, "base = \"https://product.example.com?key=hunter2\""),
        (BASE, "base = \"https://product.example.com/#hunter2\""),
        (BASE, "base = \"https://scim:hunter2@\""),
        (LISTEN, "listen = \"127.0.0.1:0\"\npublic_url = \"https://scim:hunter2@scim.example.com\""),
        ("[scim]", "[entra.cloud.x]\nmetadata = \"http://scim:hunter2@login.example.com/{tid}\"\n[scim]"),
    ] {
        check(&edited(from, to));
    }
    // On one line with other problems.
    let inline = "target = { base = \"ftp://x\", bas = 1, secrets = { target-token = \"hunter2\" } }";
    let text = MINIMAL.split("[tenant.target]").next().unwrap();
    check(&format!("{text}{inline}"));
}

#[test]
fn a_secret_that_is_read_is_in_no_debug_print() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), SECRET).unwrap();
    let text = edited(SECRETS, "secrets = { target-token = \"file:token\" }");
    let config = Config::parse("scimgate.toml", &text, folder.path()).unwrap();
    assert_eq!(config.tenants[0].target.headers()["authorization"], format!("Bearer {SECRET}"));
    let debug = format!("{config:?}");
    assert!(debug.contains("acme") && !debug.contains(SECRET), "{debug}");
}

#[test]
fn a_secret_that_no_header_can_carry_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = edited(SECRETS, "secrets = { target-token = \"file:token\" }");
    for (secret, fine) in [
        ("s3cret", true),
        ("s3cret\n", true),
        ("s3cret é", true),
        ("", false),
        ("\n", false),
        ("s3\ncret", false),
        ("s3\u{0}cret", false),
        // A file of keys may have lines; a header may not.
        ("-----BEGIN X-----\ns3cret", false),
    ] {
        std::fs::write(folder.path().join("token"), secret).unwrap();
        assert_eq!(Config::parse("scimgate.toml", &text, folder.path()).is_ok(), fine, "{secret:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("profiles/mine");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("profile.toml"), "profile = \"mine\"\ntitle = 7\n").unwrap();
    std::fs::write(folder.path().join("tls.crt"), "not a certificate").unwrap();
    std::fs::write(folder.path().join("tls.key"), "not a key").unwrap();
    let text = r#"[scim]
listen = "0.0.0.0:8443"
public_url = "scim.example.com"
drain_secs = -1
tls = { certificate = "tls.crt", key = "tls.key" }
[admin]
listen = "0.0.0.0:9090"
[log]
level = "loud"
[profiles]
folder = "profiles"
[[tenant]]
id = "Acme"
profile = "mine"
entra = [{ tid = "x" }]
[tenant.target]
base = "product.example.com"
[[tenant]]
id = "globex"
profile = "telemessage"
params = { region = "XX" }
token_hashes = []
[tenant.target]
base = "https://product.example.com"
secrets = { target-token = "env:SCIMGATE_NO_SUCH_VARIABLE" }
[[tenant]]
id = "globex"
"#;
    let problems = Config::parse("scimgate.toml", text, folder.path()).err().unwrap();
    let [own, profile] = problems.reports.as_slice() else { panic!("{problems}") };
    let places: Vec<String> = own
        .to_json()
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| format!("{} {}", problem["line"], problem["code"].as_str().unwrap()))
        .collect();
    let expected = [
        "3 E0301", "4 E0109", "5 E0302", "6 E0303", "9 E0106", "13 E0108", "14 E0304", "15 E0108", "17 E0301",
        "21 E0305", "25 E0306", "26 E0104", "26 E0104", "26 E0104", "27 E0307",
    ];
    assert_eq!(places, expected, "{problems}");
    assert!(profile.file.ends_with("mine/profile.toml") && profile.has_errors(), "{problems}");
}

#[test]
fn who_only_reads_needs_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scimgate.toml");
    let write = |secret: &str| {
        std::fs::write(&file, edited(SECRETS, &format!("secrets = {{ target-token = \"{secret}\" }}"))).unwrap();
    };
    for (secret, expected) in [
        ("env:SCIMGATE_NO_SUCH_VARIABLE", true),
        ("file:no-such-file", true),
        // What is wrong however it is read.
        ("hunter2", false),
    ] {
        write(secret);
        assert!(Config::load(&file).is_err(), "{secret}");
        assert_eq!(Config::load_for_reading(&file).is_ok(), expected, "{secret}");
    }
}
