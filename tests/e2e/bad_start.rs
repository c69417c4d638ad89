//! A configuration that cannot be right is not started: every problem at once, each with its place, exit code 2, no port taken,
//! nothing on standard output.

use std::net::TcpListener;

use crate::process::{Ran, run_in};
use crate::world::{CUSTOMERS, Customer, Setup, Surroundings};

/// Changes one thing in a good configuration and tries to run it.
async fn run_with(from: &str, to: &str) -> Ran {
    let around = Surroundings::new(&Setup::default()).await;
    let good = around.config(&Setup::default());
    assert!(good.contains(from), "`{from}` is not in\n{good}");
    run_text(&around, &good.replacen(from, to, 1)).await
}

async fn run_text(around: &Surroundings, text: &str) -> Ran {
    around.write("scimgate.toml", text);
    run_in(around.folder(), &["run"], "").await
}

/// It did not start, and says why.
#[track_caller]
fn refused(ran: &Ran, code: i32, says: &[&str]) {
    assert_eq!(ran.code, Some(code), "{ran:#?}");
    assert_eq!(ran.stdout, "", "{ran:#?}");
    for part in says {
        assert!(ran.stderr.contains(part), "`{part}` is not said:\n{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[tokio::test]
async fn one_thing_wrong_is_said_with_its_place() {
    let rows: [(&str, &str, &[&str]); 17] = [
        ("[scim]", "[scim", &["scimgate.toml:1:"]),
        ("drain_secs = 20", "drain_secs = \"20\"", &["scimgate.toml:3:", "drain_secs"]),
        ("drain_secs = 20", "drain_secs = -1", &["scimgate.toml:3:", "drain_secs"]),
        ("drain_secs", "drian_secs", &["scimgate.toml:3:1", "drian_secs", "drain_secs"]),
        ("\"127.0.0.1:0\"", "\"localhost\"", &["scimgate.toml:2:", "not an address and port"]),
        ("\"127.0.0.1:0\"", "\"0.0.0.0:0\"", &["public_url", "plain text"]),
        (
            "[admin]\nlisten = \"127.0.0.1:0\"",
            "[admin]\nlisten = \"0.0.0.0:0\"",
            &["scimgate.toml:5:", "must stay on loopback"],
        ),
        ("profile      = \"telemessage\"", "profile = \"telemesage\"", &["telemesage", "telemessage"]),
        ("region = \"US\"", "region = \"Mars\"", &["scimgate.toml:21:", "parameter `region` must be a region"]),
        ("region = \"US\"", "reigon = \"US\"", &["reigon"]),
        ("file:msgco-account", "file:nowhere", &["nowhere", "cannot be read", "target-token"]),
        ("file:msgco-account", "env:SCIMGATE_E2E_NOT_SET", &["SCIMGATE_E2E_NOT_SET", "not set"]),
        ("sha256:", "sha257:", &["scimgate token hash"]),
        ("tid = \"7c2d5a1e", "tid = \"7c2d", &["is not a tenant ID"]),
        ("id           = \"msgco\"", "id = \"Msg Co\"", &["Msg Co"]),
        ("[store]", "[stroe]", &["stroe"]),
        ("metadata = \"http://", "metadata = \"ftp://", &["metadata", "https"]),
    ];
    let mut tasks = tokio::task::JoinSet::new();
    for (from, to, says) in rows {
        tasks.spawn(async move { refused(&run_with(from, to).await, 2, says) });
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn all_problems_are_told_at_once() {
    let around = Surroundings::new(&Setup::default()).await;
    let text = around
        .config(&Setup::default())
        .replace("drain_secs = 20", "drain_secs = 9999\nfavourite = \"red\"")
        .replace("file:msgco-account", "file:nowhere")
        .replace("profile      = \"directory\"", "profile      = \"phonebook\"")
        .replace("region = \"US\"", "region = 7");
    let ran = run_text(&around, &text).await;
    refused(
        &ran,
        2,
        &["scimgate.toml:3:", "scimgate.toml:4:", "favourite", "nowhere", "phonebook", "region", "nothing was started"],
    );
}

#[tokio::test]
async fn a_secret_in_the_configuration_is_refused_and_not_repeated() {
    let ran = run_with("file:msgco-account", "hunter2-hunter2").await;
    refused(&ran, 2, &["a secret must not stand in the configuration"]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_profile_with_problems_is_told_with_its_own_file() {
    let around = Surroundings::new(&Setup::default()).await;
    std::fs::create_dir_all(around.folder().join("profiles/telemessage")).unwrap();
    around.write(
        "profiles/telemessage/profile.toml",
        "profile = \"telemessage\"\n[user.map]\nuserNmae = { direct = \"x\" }\n",
    );
    let text = around.config(&Setup { sections: "[profiles]\nfolder = \"profiles\"\n".to_owned(), ..Setup::default() });
    let ran = run_text(&around, &text).await;
    refused(
        &ran,
        2,
        &["telemessage/profile.toml:3:", "userNmae", "userName", "the profile `telemessage` has problems"],
    );
}

#[tokio::test]
async fn certificates_that_cannot_serve() {
    let make = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (one, other) = (make(), make());
    let (certificate, key, foreign) =
        (one.cert.pem(), one.signing_key.serialize_pem(), other.signing_key.serialize_pem());
    let rows: [(Option<&str>, Option<&str>, &str); 6] = [
        (None, Some(&key), "cannot be read"),
        (Some(&certificate), None, "cannot be read"),
        (Some("nothing"), Some(&key), "holds no certificate"),
        (Some(&certificate), Some("nothing"), "holds no private key"),
        (Some(&certificate), Some(&foreign), "is not the key of the first certificate"),
        (Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), Some(&key), "tls.crt"),
    ];
    for (certificate, key, says) in rows {
        let around = Surroundings::new(&Setup::default()).await;
        certificate.map(|text| around.write("tls.crt", text));
        key.map(|text| around.write("tls.key", text));
        let scim = "tls = { certificate = \"tls.crt\", key = \"tls.key\" }\n".to_owned();
        let ran = run_text(&around, &around.config(&Setup { scim, ..Setup::default() })).await;
        refused(&ran, 2, &[says, "scimgate.toml:4:"]);
        assert!(!ran.stderr.contains("PRIVATE KEY-----\n"), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn what_belongs_to_two_customers_belongs_to_nobody() {
    let twin = Customer { id: "twin", ..CUSTOMERS[0] };
    let setup = Setup { customers: vec![CUSTOMERS[0], twin], ..Setup::default() };
    let around = Surroundings::new(&setup).await;
    let ran = run_in(around.folder(), &["run"], "").await;
    refused(&ran, 2, &["scimgate.toml:28:18", "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa", "stands in line 20 already"]);

    let same = Setup { customers: vec![CUSTOMERS[2], CUSTOMERS[2]], ..Setup::default() };
    let around = Surroundings::new(&same).await;
    refused(&run_in(around.folder(), &["run"], "").await, 2, &["acme"]);
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for from in ["[scim]\nlisten     = \"127.0.0.1:0\"", "[admin]\nlisten = \"127.0.0.1:0\""] {
        let ran = run_with(from, &from.replace("127.0.0.1:0", &address)).await;
        refused(&ran, 1, &[&address, "nothing was started"]);
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_is_named() {
    let ran = run_with("\"scimgate.db\"", "\"no-such-folder/scimgate.db\"").await;
    refused(&ran, 1, &["no-such-folder", "nothing was started"]);
}

#[tokio::test]
async fn a_configuration_that_is_not_there() {
    let around = Surroundings::new(&Setup::default()).await;
    let ran = run_in(around.folder(), &["run", "--config", "other.toml"], "").await;
    refused(&ran, 2, &["other.toml", "cannot be read"]);
    refused(&run_text(&around, "").await, 2, &["`scim` is missing", "`tenant` is missing"]);
}

#[tokio::test]
async fn a_wrong_command_line_is_told_and_starts_nothing() {
    for arguments in [
        &["serve"][..],
        &["run", "extra"],
        &["run", "--confg", "x"],
        &["demo", "--listen", "127.0.0.1:0"],
        &["check"],
        &[],
    ] {
        let ran = crate::process::run(arguments, "").await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?} {ran:#?}");
        assert!(ran.stderr.contains("Usage"), "{ran:#?}");
    }
}
