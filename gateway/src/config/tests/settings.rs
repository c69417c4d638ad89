//! What settings mean, and which go together.

use std::time::Duration;

use proxy::tenant::EntraCloud;

use super::credentials::USER_BYTES_MAX;
use super::*;

/// The codes of `[scim]` with these lines.
fn scim(lines: &str) -> Vec<Code> {
    codes(&edited(LISTEN, lines))
}

#[test]
fn a_port_for_the_world_has_tls_or_a_proxy_and_says_its_name() {
    let world = "listen = \"0.0.0.0:8443\"\n";
    let url = "public_url = \"https://scim.example.com\"\n";
    let proxy = "plain_http = \"behind a proxy\"\n";
    for (lines, expected) in [
        (String::new(), vec![]),
        ("listen = \"[::1]:0\"".to_owned(), vec![]),
        (format!("{LISTEN}\n{url}"), vec![]),
        (format!("{LISTEN}\n{proxy}"), vec![]),
        (world.to_owned(), vec![Code::MissingKey, Code::Unsafe]),
        (format!("{world}{url}"), vec![Code::Unsafe]),
        (format!("{world}{proxy}"), vec![Code::MissingKey]),
        (format!("{world}{url}{proxy}"), vec![]),
        (format!("{world}{url}plain_http = \"yes\""), vec![Code::UnknownWord, Code::Unsafe]),
        (format!("{world}{url}plain_http = true"), vec![Code::WrongType, Code::Unsafe]),
        ("listen = \"[::ffff:127.0.0.1]:0\"".to_owned(), vec![Code::MissingKey, Code::Unsafe]),
    ] {
        let mut found = scim(&lines);
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected, "{lines}");
    }
}

#[test]
fn a_public_url_is_scheme_and_host_in_one_spelling() {
    for (url, expected) in [
        ("https://scim.example.com", None),
        ("https://scim.example.com:8443", None),
        ("http://127.0.0.1:8080", None),
        ("https://[2001:db8::1]", None),
        ("https://scim.example.com/", Some(Code::Address)),
        ("https://scim.example.com/scim", Some(Code::Address)),
        ("https://scim.example.com:443", Some(Code::Address)),
        ("HTTPS://scim.example.com", Some(Code::Address)),
        ("https://Scim.example.com", Some(Code::Address)),
        (" https://scim.example.com", Some(Code::Address)),
        ("ftp://scim.example.com", Some(Code::Address)),
        ("scim.example.com", Some(Code::Address)),
        ("", Some(Code::Address)),
        ("https://scim.example.com?x=1", Some(Code::SecretValue)),
        ("https://scim.example.com#x", Some(Code::SecretValue)),
        ("https://ada:hunter2@scim.example.com", Some(Code::SecretValue)),
        ("https://:hunter2@scim.example.com", Some(Code::SecretValue)),
    ] {
        let found = scim(&format!("{LISTEN}\npublic_url = \"{url}\""));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{url:?}");
    }
}

#[test]
fn the_private_port_stays_private() {
    for (listen, expected) in [
        ("127.0.0.1:9090", None),
        ("[::1]:9090", None),
        ("0.0.0.0:9090", Some(Code::Unsafe)),
        ("192.0.2.1:9090", Some(Code::Unsafe)),
        ("localhost:9090", Some(Code::Address)),
        ("9090", Some(Code::Address)),
    ] {
        let found = codes(&edited("[scim]", &format!("[admin]\nlisten = \"{listen}\"\n[scim]")));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{listen}");
    }
}

#[test]
fn a_tenant_speaks_scim_2_unless_it_says_otherwise() {
    for (line, expected) in [
        ("", Ok(Protocol::Scim20)),
        ("scim = \"2.0\"", Ok(Protocol::Scim20)),
        ("scim = \"1.1\"", Ok(Protocol::Scim11)),
        ("scim = \"2\"", Err(Code::UnknownWord)),
        ("scim = \"v1\"", Err(Code::UnknownWord)),
        ("scim = 1.1", Err(Code::WrongType)),
    ] {
        let text = edited(HASHES, &format!("{HASHES}\n{line}"));
        let found = parse(&text).map(|config| config.tenants[0].protocol).map_err(|_| codes(&text));
        assert_eq!(found, expected.map_err(|code| vec![code]), "{line}");
    }
}

#[test]
fn a_user_name_is_one_that_http_basic_can_carry() {
    for (user, expected) in [
        ("AC0123456789abcdef0123456789abcdef", None),
        ("ada@example.com", None),
        ("Zoë", None),
        ("a b", None),
        (&"x".repeat(USER_BYTES_MAX), None),
        (&"x".repeat(USER_BYTES_MAX + 1), Some(Code::SecretValue)),
        ("", Some(Code::SecretValue)),
        ("a:b", Some(Code::SecretValue)),
        ("a\\tb", Some(Code::SecretValue)),
        ("a\\nb", Some(Code::SecretValue)),
    ] {
        let text = edited(HASHES, &login(user, HASH));
        assert_eq!(codes(&text), expected.into_iter().collect::<Vec<_>>(), "{user}");
        assert_eq!(
            parse(&text).is_ok_and(|config| config.tenants[0].credentials.basic[0].user == user),
            expected.is_none()
        );
    }
}

#[test]
fn a_token_needs_its_word_unless_the_tenant_says_otherwise() {
    for (line, expected) in [("", false), ("raw_token = false", false), ("raw_token = true", true)] {
        let config = sound(HASHES, &format!("{HASHES}\n{line}"));
        assert_eq!(config.tenants[0].credentials.raw_token, expected, "{line}");
    }
}

#[test]
fn hosts_are_bare_names_in_small_letters() {
    let long = format!("{}.example.com", "a".repeat(64));
    for (host, fits) in [
        ("acme.scim.example.com", true),
        ("localhost", true),
        ("Acme.example.com", false),
        ("acme.example.com:8443", false),
        ("https://acme.example.com", false),
        ("acme..example.com", false),
        ("*.example.com", false),
        ("", false),
        (&long, false),
    ] {
        let text = edited(HASHES, &format!("{HASHES}\nhosts = [\"{host}\"]"));
        assert_eq!(codes(&text), if fits { vec![] } else { vec![Code::Name] }, "{host}");
        assert_eq!(parse(&text).is_ok_and(|config| config.tenants[0].credentials.hosts == [host]), fits, "{host}");
    }
}

#[test]
fn a_tenant_id_of_entra_is_a_guid_as_its_portal_shows_it() {
    let trusts = |tid: &str| format!("entra = [{{ tid = \"{tid}\" }}]");
    for tid in [TID, &TID.to_uppercase()] {
        assert_eq!(sound(HASHES, &trusts(tid)).tenants[0].credentials.entra[0].tid, TID);
    }
    let (simple, braced, urn) = (TID.replace('-', ""), format!("{{{TID}}}"), format!("urn:uuid:{TID}"));
    for tid in ["", "contoso.onmicrosoft.com", &TID[1..], &simple, &braced, &urn, &format!(" {TID}")] {
        assert_eq!(codes(&edited(HASHES, &trusts(tid))), [Code::Name], "{tid}");
    }
    assert_eq!(codes(&edited(HASHES, "entra = [{ cloud = \"global\" }]")), [Code::MissingKey]);
    assert_eq!(
        codes(&edited(HASHES, &format!("entra = [{{ tid = \"{TID}\", cloud = \"mars\" }}]"))),
        [Code::UnknownWord]
    );
}

#[test]
fn a_cloud_is_entras_own_but_for_what_it_says() {
    let cloud = |name: &str, keys: &str| {
        let text = format!("entra = [{{ tid = \"{TID}\", cloud = \"{name}\" }}]");
        let config = parse(&format!("{}\n[entra.cloud.{name}]\n{keys}", edited(HASHES, &text)));
        let config = config.unwrap_or_else(|problems| panic!("{problems}"));
        config.tenants[0].credentials.entra[0].cloud.as_ref().clone()
    };
    let global = cloud("global", "");
    assert_eq!((global.name.as_str(), global.clock_skew_secs), ("global", 300));
    for name in ["global", "own"] {
        let own = EntraCloud { name: name.to_owned(), ..global.clone() };
        let list = |text: &str| vec![text.to_owned()];
        let metadata = "https://login.example.com/{tid}";
        for (keys, expected) in [
            ("", own.clone()),
            (&format!("metadata = \"{metadata}\""), EntraCloud { metadata: metadata.to_owned(), ..own.clone() }),
            ("key_hosts = [\"k.example.com\"]", EntraCloud { key_hosts: list("k.example.com"), ..own.clone() }),
            ("key_hosts = []", EntraCloud { key_hosts: Vec::new(), ..own.clone() }),
            ("issuers = [\"https://i/{tid}/\"]", EntraCloud { issuers: list("https://i/{tid}/"), ..own.clone() }),
            ("audiences = [\"a\"]", EntraCloud { audiences: list("a"), ..own.clone() }),
            ("app_ids = [\"b\"]", EntraCloud { app_ids: list("b"), ..own.clone() }),
            ("clock_skew_secs = 0", EntraCloud { clock_skew_secs: 0, ..own.clone() }),
        ] {
            assert_eq!(cloud(name, keys), expected, "{name} {keys}");
        }
    }
}

#[test]
fn a_cloud_is_one_that_tokens_can_be_trusted_of() {
    for (keys, expected) in [
        ("metadata = \"http://127.0.0.1:1/{tid}\"", None),
        ("metadata = \"http://localhost:1/{tid}\"", None),
        ("metadata = \"http://[::1]:1/{tid}\"", None),
        ("metadata = \"http://127.0.0.1.example.com/{tid}\"", Some(Code::Address)),
        ("metadata = \"https://login.example.com/common\"", Some(Code::Address)),
        ("metadata = \"{tid}\"", Some(Code::Address)),
        ("metadata = \"https://ada:hunter2@login.example.com/{tid}\"", Some(Code::SecretValue)),
        ("issuers = []", Some(Code::Range)),
        ("audiences = []", Some(Code::Range)),
        ("app_ids = []", Some(Code::Range)),
        ("issuers = [\"https://sts.example.com/\"]", Some(Code::Address)),
        ("clock_skew_secs = 301", Some(Code::Range)),
        ("issuer = \"x\"", Some(Code::UnknownKey)),
    ] {
        let found = codes(&format!("{MINIMAL}\n[entra.cloud.own]\n{keys}"));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{keys}");
    }
}

#[test]
fn a_call_has_no_more_time_than_its_exchange() {
    for (lines, expected) in [
        ("", Some((20, 45))),
        ("exchange_secs = 10", Some((10, 10))),
        ("call_secs = 45", Some((45, 45))),
        ("call_secs = 7\nexchange_secs = 7", Some((7, 7))),
        ("call_secs = 8\nexchange_secs = 7", None),
    ] {
        let text = edited("[scim]", &format!("[limits]\n{lines}\n[scim]"));
        let limits = parse(&text).ok().map(|config| (config.limits.calls.time_max, config.limits.exchange));
        let secs = |(call, exchange)| (Duration::from_secs(call), Duration::from_secs(exchange));
        assert_eq!(limits, expected.map(secs), "{lines}");
        assert_eq!(codes(&text), if expected.is_some() { vec![] } else { vec![Code::Range] }, "{lines}");
    }
}

#[test]
fn paths_start_at_the_folder_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("mine/directory");
    std::fs::create_dir_all(&own).unwrap();
    let shipped = rules::shipped::shipped("directory").unwrap().profile;
    let title = shipped.lines().find(|line| line.starts_with("title ")).unwrap();
    std::fs::write(own.join("profile.toml"), shipped.replace(title, "title = \"Mine\"")).unwrap();
    std::fs::write(folder.path().join("key"), "s3cret\r\n").unwrap();
    let text = MINIMAL
        .replace("telemessage", "directory")
        .replace(SECRETS, "secrets = { target-key = \"file:key\" }")
        .replace("[scim]", "[profiles]\nfolder = \"mine\"\n[store]\npath = \"data.db\"\n[scim]");
    let file = folder.path().join("scimgate.toml");
    std::fs::write(&file, text).unwrap();
    let config = Config::load(&file).unwrap();
    assert_eq!(config.tenants[0].profile.title, "Mine", "the operator's own shadows the shipped one");
    assert_eq!(config.store, folder.path().join("data.db"));
    let header = config.tenants[0].target.headers().values().next().unwrap();
    assert_eq!(header, "s3cret", "the line break at the end of a file is not part of the secret");
}
