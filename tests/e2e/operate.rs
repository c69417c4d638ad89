//! What an operator relies on: health, metrics, TLS, the status page, a clean stop.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use gateway::standin::faults::{Fault, When};
use json::json;

use crate::exposition::scrape;
use crate::people::{NORTH, user};
use crate::process::Process;
use crate::wire::Request;
use crate::world::{Setup, Surroundings, World, account, token};

#[tokio::test]
async fn health_is_for_everybody_on_the_machine() {
    let world = World::new().await;
    let get = async |path: &str| Request::new("GET", path).send(world.gateway.admin).await;
    get("/livez").await.expect(200);
    let ready = get("/readyz").await.expect(200);
    assert_eq!(ready.body, json!([{"name": "scim", "ok": true}, {"name": "store", "ok": true}]), "{ready}");
    let page = get("/").await.expect(200);
    for shown in ["msgco", "otherco", "acme", "telemessage", "directory", ">2.0<", ">users<", ">users, groups<"] {
        assert!(page.text.contains(shown), "{page}");
    }
    get("/scim/v2/Users").await.expect(404);
    // The private port's paths are not on the public one.
    for path in ["/metrics", "/livez", "/readyz", "/"] {
        Request::new("GET", path).bearer(&token("msgco")).send(world.gateway.scim).await.expect_error(404, "");
    }
}

#[tokio::test]
async fn counters_move_with_what_happens() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let before = scrape(world.gateway.admin).await;
    idp.create(&user("15550100188", NORTH)).await.expect(201);
    idp.find("userName", "15550100188").await.expect_list(1);
    idp.create(&user("15550100199", "Nobody")).await.expect(400);
    world.caller_with("sgt_nobody").find("userName", "1").await.expect(401);
    let after = scrape(world.gateway.admin).await;
    let moved = |name: &str, labels: &[&str]| after.sum(name, labels) - before.sum(name, labels);
    for (name, labels, by) in [
        ("scimgate_requests_total", &["operation=\"user.create\"", "status=\"201\""][..], 1.0),
        ("scimgate_requests_total", &["operation=\"user.create\"", "status=\"400\"", "outcome_class=\"client\""], 1.0),
        ("scimgate_requests_total", &["operation=\"user.query\"", "status=\"200\""], 1.0),
        ("scimgate_requests_total", &[], 4.0),
        ("scimgate_request_duration_seconds_count", &[], 4.0),
        ("scimgate_tenant_requests_total", &["tenant=\"msgco\"", "outcome_class=\"success\""], 2.0),
        ("scimgate_auth_rejected_total", &["reason=\"token-unknown\""], 1.0),
        ("scimgate_target_calls_total", &["route=\"user.create\"", "status_class=\"2xx\""], 1.0),
        ("scimgate_audit_dropped_total", &[], 0.0),
    ] {
        assert_eq!(moved(name, labels), by, "{name} {labels:?}");
    }
    assert_eq!(after.sum("scimgate_requests_in_flight", &[]), 0.0);
    assert!(after.sum("scimgate_last_success_timestamp_seconds", &["tenant=\"msgco\""]) > 1.7e9);
    assert_eq!(after.sum("scimgate_build_info", &[]), 1.0);
    assert!(after.sum("process_resident_memory_bytes", &[]) > 0.0);
    let ours: BTreeSet<&str> =
        after.names().filter(|name| !name.starts_with("scimgate_") && !name.starts_with("process_")).collect();
    assert_eq!(ours, BTreeSet::new(), "metrics without our prefix");
}

#[tokio::test]
async fn the_audit_is_on_the_page() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    let id = idp.create(&user("15550100188", NORTH)).await.expect(201).header("x-request-id").unwrap().to_owned();
    let mut page = String::new();
    // Audit records are written behind the answer.
    for _ in 0..100 {
        page = Request::new("GET", "/").send(world.gateway.admin).await.expect(200).text;
        if page.contains(&id) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(page.contains(&id) && page.contains("user.create"), "{page}");
    assert!(!page.contains("15550100188"), "{page}");
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight() {
    let world = World::new().await;
    let idp = world.caller("msgco");
    idp.find("userName", "15550100188").await.expect_list(0);
    world.around.product_api.faults.set(When::Writes, Fault::Delay(Duration::from_secs(3)));
    let in_flight = tokio::spawn({
        let idp = idp.clone();
        async move { idp.create(&user("15550100188", NORTH)).await }
    });
    while scrape(world.gateway.admin).await.sum("scimgate_requests_in_flight", &[]) == 0.0 {
        assert!(!in_flight.is_finished(), "it was answered before it was seen in flight");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let World { around, gateway } = world;
    gateway.terminate();
    let refused = async {
        while tokio::net::TcpStream::connect(gateway.scim).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await.expect("new connections are refused");
    in_flight.await.unwrap().expect(201);
    let (status, stdout, log) = gateway.ended().await;
    assert!(status.success(), "{status}\n{log}");
    assert_eq!(stdout, "", "more than two lines on standard output");
    assert_eq!(around.product.users(&account("msgco")).len(), 1);
}

/// The certificate of a world with TLS, for clients; the world itself speaks no plain text.
async fn with_tls() -> (Surroundings, Process, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let scim = "tls = { certificate = \"tls.crt\", key = \"tls.key\" }\npublic_url = \"https://scim.example.com\"\n"
        .to_owned();
    let around = Surroundings::new(&Setup { scim, ..Setup::default() }).await;
    around.write("tls.crt", &made.cert.pem());
    around.write("tls.key", &made.signing_key.serialize_pem());
    let gateway = Process::run(&around.config_file()).await;
    (around, gateway, reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap())
}

fn https(certificate: &reqwest::Certificate, to: SocketAddr) -> reqwest::ClientBuilder {
    // Already installed if another test was first.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = reqwest::Client::builder().tls_backend_rustls().tls_certs_only([certificate.clone()]);
    builder.no_proxy().resolve("localhost", to)
}

#[tokio::test]
async fn tls_speaks_both_versions_of_http() {
    let (_around, gateway, certificate) = with_tls().await;
    assert!(gateway.scim_url.starts_with("https://"), "{}", gateway.scim_url);
    let url = format!("https://localhost:{}/scim/v2/Users", gateway.scim.port());
    let rows = [
        (https(&certificate, gateway.scim), reqwest::Version::HTTP_2),
        (https(&certificate, gateway.scim).http1_only(), reqwest::Version::HTTP_11),
    ];
    for (number, (client, version)) in rows.into_iter().enumerate() {
        let body = user(&format!("1555010018{number}"), NORTH).to_string();
        let sent = client.build().unwrap().post(&url).bearer_auth(token("msgco")).body(body).send().await.unwrap();
        assert_eq!((sent.status().as_u16(), sent.version()), (201, version));
        let location = sent.headers()["location"].to_str().unwrap();
        assert!(location.starts_with("https://scim.example.com/scim/v2/Users/"), "{location}");
    }
    // A client that does not know the certificate, and one that speaks plain text, get nothing.
    let stranger =
        reqwest::Client::builder().tls_backend_rustls().no_proxy().resolve("localhost", gateway.scim).build().unwrap();
    assert!(stranger.get(&url).send().await.is_err());
    let plain = Request::new("GET", "/scim/v2/Users").bearer(&token("msgco")).try_send(gateway.scim).await;
    assert!(plain.is_err(), "{plain:?}");
}
