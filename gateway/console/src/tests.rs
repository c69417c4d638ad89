//! The private port over real sockets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use prometheus::{IntCounter, Registry};
use store::{AuditRecord, Volatile};
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::limits::{
    AUDIT_SHOWN_MAX, CHECK_TIME_MAX, CONNECTIONS_MAX, DRAIN_TIME_MAX, HEADER_BYTES_MAX, HEADER_TIME_MAX,
    TENANTS_SHOWN_MAX,
};
use crate::{AllowedHosts, Console, ReadinessCheck, Snapshot, StatusSource, StoreCheck, TenantStatus, serve};

// === a console to ask ===

struct Sample {
    tenants: usize,
}

impl StatusSource for Sample {
    fn snapshot(&self) -> Snapshot {
        let tenant = |number: usize| TenantStatus {
            id: format!("t{number}").parse().unwrap(),
            profile: "<b>bold</b>".to_owned(),
            protocol: if number == 0 { "1.1" } else { "2.0" },
            groups: number == 0,
            target: "api.example.com".to_owned(),
            last_success_ms: (number > 0).then_some(1_772_357_405_000),
            exchanges: 12_345,
            failures: number as u64,
        };
        let tenants = (0..self.tenants).map(tenant).collect();
        Snapshot { version: "1.2.3".to_owned(), uptime: Duration::from_secs(90), at_ms: 1_772_357_400_000, tenants }
    }
}

/// A check that answers what it is told, or panics, or never answers.
enum Fixed {
    Says(&'static str, Result<(), &'static str>),
    Panics,
    Hangs,
    WaitsFor(Arc<Notify>, Arc<Notify>),
}

impl ReadinessCheck for Fixed {
    fn name(&self) -> &str {
        match self {
            Self::Says(name, _) => name,
            Self::Panics => "panics",
            Self::Hangs => "hangs",
            Self::WaitsFor(..) => "waits",
        }
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            match self {
                Self::Says(_, outcome) => outcome.map_err(str::to_owned),
                Self::Panics => panic!("as a bug would"),
                Self::Hangs => std::future::pending().await,
                Self::WaitsFor(asked, release) => {
                    asked.notify_one();
                    release.notified().await;
                    Ok(())
                }
            }
        })
    }
}

fn console(tenants: usize, checks: Vec<Fixed>) -> Console {
    let registry = Registry::new();
    let exchanges = IntCounter::new("exchanges_total", "Exchanges.").unwrap();
    exchanges.inc_by(7);
    registry.register(Box::new(exchanges)).unwrap();
    Console {
        registry,
        store: Arc::new(Volatile::default()),
        status: Arc::new(Sample { tenants }),
        checks: checks.into_iter().map(|check| Arc::new(check) as Arc<dyn ReadinessCheck>).collect(),
        hosts: AllowedHosts::new(["ops.example.com".to_owned()]),
    }
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

async fn run(console: Console) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move { stopped.await.unwrap() };
    let served = tokio::spawn(async move { serve(listener, Arc::new(console), shutdown).await });
    Running { address, stop, served }
}

impl Running {
    /// Sends the text and reads until the server closes; the answer as text.
    async fn send(&self, request: String) -> String {
        let address = self.address;
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        })
        .await
        .unwrap()
    }

    async fn ask(&self, method: &str, target: &str, host: &str) -> String {
        self.send(format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
    }

    async fn page(&self, target: &str) -> String {
        self.ask("GET", target, "localhost").await
    }
}

// === rows ===

#[tokio::test]
async fn each_path_and_method_has_its_answer() {
    let running = run(console(1, vec![])).await;
    let rows: [(&str, &str, &str, &str); 14] = [
        ("GET", "/livez", "200 OK", "\r\n\r\nok\n"),
        ("GET", "/livez?verbose", "200 OK", "\r\n\r\nok\n"),
        ("GET", "/metrics", "200 OK", "content-type: text/plain; version=0.0.4\r\n"),
        ("GET", "/metrics", "200 OK", "# TYPE exchanges_total counter\nexchanges_total 7\n"),
        ("GET", "/readyz", "200 OK", "\r\n\r\n[]"),
        ("GET", "/", "200 OK", "content-type: text/html; charset=utf-8\r\n"),
        ("GET", "/console.css", "200 OK", "content-type: text/css; charset=utf-8\r\n"),
        ("GET", "/?tenant=UPPER", "400 Bad Request", "`UPPER` is not a tenant id"),
        ("GET", "/nothing", "404 Not Found", "not found"),
        ("GET", "/livez/", "404 Not Found", "not found"),
        ("POST", "/nothing", "404 Not Found", "not found"),
        ("POST", "/", "405 Method Not Allowed", "allow: GET, HEAD\r\n"),
        ("DELETE", "/metrics", "405 Method Not Allowed", "allow: GET, HEAD\r\n"),
        ("OPTIONS", "/livez", "405 Method Not Allowed", "allow: GET, HEAD\r\n"),
    ];
    for (method, target, status, part) in rows {
        let answer = running.ask(method, target, "127.0.0.1").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{method} {target}: {answer}");
        assert!(answer.contains(part), "{method} {target}: {answer}");
    }
    let head = running.ask("HEAD", "/metrics", "127.0.0.1").await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let running = run(console(1, vec![])).await;
    for (method, target, host) in [
        ("GET", "/", "localhost"),
        ("GET", "/metrics", "localhost"),
        ("GET", "/nothing", "localhost"),
        ("POST", "/", "localhost"),
        ("GET", "/", "evil.example.net"),
    ] {
        let answer = running.ask(method, target, host).await;
        for header in [
            "content-security-policy: default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'\r\n",
            "x-content-type-options: nosniff\r\n",
            "x-frame-options: DENY\r\n",
            "referrer-policy: no-referrer\r\n",
            "cross-origin-opener-policy: same-origin\r\n",
            "cross-origin-resource-policy: same-origin\r\n",
            "cache-control: no-store\r\n",
        ] {
            assert!(answer.contains(header), "{method} {target}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_foreign_host_name_is_refused_on_every_path() {
    let running = run(console(1, vec![])).await;
    for target in ["/", "/metrics", "/livez", "/readyz", "/nothing"] {
        let answer = running.ask("GET", target, "evil.example.net").await;
        assert!(answer.starts_with("HTTP/1.1 421 "), "{target}: {answer}");
        assert!(!answer.contains("exchanges_total"), "{target}: {answer}");
        let answer = running.ask("GET", target, "ops.example.com:9000").await;
        assert!(!answer.starts_with("HTTP/1.1 421 "), "{target}: {answer}");
    }
    let answer = running.send("GET /livez HTTP/1.0\r\n\r\n".to_owned()).await;
    assert!(answer.starts_with("HTTP/1.0 421 "), "{answer}");
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused() {
    let running = run(console(1, vec![])).await;
    for (bytes, status) in [(HEADER_BYTES_MAX / 2, "200 OK"), (HEADER_BYTES_MAX, "431 ")] {
        let filler = "x".repeat(bytes);
        let request =
            format!("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Filler: {filler}\r\n\r\n");
        let answer = running.send(request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{bytes}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn readiness_is_the_sum_of_its_checks_and_names_each() {
    let good = || Fixed::Says("targets", Ok(()));
    let rows: [(Vec<Fixed>, &str, &str); 4] = [
        (vec![good()], "200", r#"[{"name":"targets","ok":true}]"#),
        (
            vec![Fixed::Says("keys", Err("a \"quoted\" reason")), good()],
            "503",
            r#"[{"name":"keys","ok":false,"reason":"a \"quoted\" reason"},{"name":"targets","ok":true}]"#,
        ),
        (
            vec![Fixed::Panics, good()],
            "503",
            r#"[{"name":"panics","ok":false,"reason":"the check panicked"},{"name":"targets","ok":true}]"#,
        ),
        (
            vec![Fixed::Hangs, good()],
            "503",
            r#"[{"name":"hangs","ok":false,"reason":"no answer within 2 s"},{"name":"targets","ok":true}]"#,
        ),
    ];
    for (checks, status, json) in rows {
        let console = console(0, checks);
        let request = http::Request::get("/readyz").header("host", "localhost").body(()).unwrap();
        let answer = timeout(CHECK_TIME_MAX * 2, crate::route::answer(&console, &request)).await.unwrap();
        assert_eq!(answer.status().as_str(), status);
        let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
        assert_eq!(body, json);
    }
}

#[tokio::test]
async fn the_store_is_checked_by_asking_it() {
    let mut console = console(0, vec![]);
    console.checks.push(Arc::new(StoreCheck(Arc::clone(&console.store))));
    let answer = run(console).await.page("/readyz").await;
    assert!(answer.ends_with(r#"[{"name":"store","ok":true}]"#), "{answer}");
}

// === the page ===

fn record(number: usize, tenant: Option<&str>) -> AuditRecord {
    AuditRecord {
        at_ms: 1_772_357_405_000,
        request_id: format!("req-{number}"),
        tenant: tenant.map(|id| id.parse().unwrap()),
        operation: "user.create".to_owned(),
        resource: Some("<script>alert(1)</script>".to_owned()),
        status: 409,
        outcome: "uniqueness".to_owned(),
        left_out: "urn:<u>".to_owned(),
        reads: 1,
        writes: 0,
        duration_us: 3_567,
    }
}

#[tokio::test]
async fn the_page_shows_how_things_are_and_escapes_what_it_shows() {
    let console = console(2, vec![Fixed::Says("store", Ok(())), Fixed::Says("keys", Err("<i>late</i>"))]);
    console.store.audit(&[record(1, Some("t1")), record(2, None)]).await.unwrap();
    let page = run(console).await.page("/").await;
    for part in [
        "1.2.3",
        "1 min 30 s",
        "<time>2026-03-01 09:30:00</time>",
        "<a href=\"/?tenant=t1#audit\">t1</a>",
        "<td>1.1</td>\n        <td>users, groups</td>",
        "<td>2.0</td>\n        <td>users</td>",
        "api.example.com",
        "12\u{202f}345",
        "none yet",
        "2026-03-01 09:30:05",
        "user.create",
        "uniqueness",
        "left out: urn:&#60;u&#62;",
        "3.5 ms",
        "req-1",
        "unknown",
        "not ready: &#60;i&#62;late",
        "&#60;b&#62;bold",
        "&#60;script&#62;alert(1)",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for part in ["<script", "<b>", "<i>", "style=", "http://", "https://"] {
        assert!(!page.contains(part), "{part}: {page}");
    }
    assert!(page.find("req-2") < page.find("req-1"), "newest first");
}

#[tokio::test]
async fn the_page_can_show_the_audit_of_one_tenant() {
    let console = console(2, vec![]);
    console.store.audit(&[record(1, Some("t0")), record(2, Some("t1"))]).await.unwrap();
    let running = run(console).await;
    for (target, shown, hidden) in [("/?tenant=t0", "req-1", "req-2"), ("/?tenant=t1", "req-2", "req-1")] {
        let page = running.page(target).await;
        assert!(page.contains(shown) && !page.contains(hidden), "{target}: {page}");
    }
    assert!(running.page("/?tenant=nobody").await.contains("Nothing has been asked yet."));
}

#[tokio::test]
async fn the_page_shows_the_newest_of_the_audit() {
    for (records, oldest_is_shown) in [(AUDIT_SHOWN_MAX, true), (AUDIT_SHOWN_MAX + 1, false)] {
        let console = console(0, vec![]);
        let audited: Vec<_> = (0..records).map(|number| record(number, None)).collect();
        console.store.audit(&audited).await.unwrap();
        let page = run(console).await.page("/").await;
        assert_eq!(page.matches("user.create").count(), AUDIT_SHOWN_MAX);
        assert_eq!(page.contains("req-0<"), oldest_is_shown, "{page}");
    }
}

#[tokio::test]
async fn the_page_says_what_it_leaves_out() {
    for (tenants, says) in
        [(0, Some("No tenant is configured.")), (TENANTS_SHOWN_MAX, None), (TENANTS_SHOWN_MAX + 3, Some("and 3 more"))]
    {
        let page = run(console(tenants, vec![])).await.page("/").await;
        assert_eq!(page.matches("<th scope=\"row\">").count(), tenants.min(TENANTS_SHOWN_MAX));
        assert_eq!(page.contains(" more, which"), says.is_some_and(|says| says.contains("more")));
        assert!(says.is_none_or(|says| page.contains(says)), "{tenants}");
    }
}

// === the end ===

#[tokio::test]
async fn a_shutdown_lets_a_request_in_flight_end_and_takes_no_new_one() {
    let (asked, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let running = run(console(0, vec![Fixed::WaitsFor(Arc::clone(&asked), Arc::clone(&release))])).await;
    let Running { address, stop, served } = running;
    let in_flight = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    asked.notified().await;
    stop.send(()).unwrap();
    while TcpStream::connect(address).is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!served.is_finished());
    release.notify_one();
    let answer = in_flight.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(r#""ok":true}]"#), "{answer}");
    served.await.unwrap();
}

/// A connection that has had one answer and stays open.
async fn kept_open(address: SocketAddr) -> TcpStream {
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nok\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        stream
    })
    .await
    .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_a_connection_without_a_request() {
    for rest in ["", "GET /livez HT"] {
        let Running { address, stop, served } = run(console(0, vec![])).await;
        let mut stream = kept_open(address).await;
        stream.write_all(rest.as_bytes()).unwrap();
        stop.send(()).unwrap();
        timeout(DRAIN_TIME_MAX / 2, served).await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_a_bounded_time_for_a_client_that_does_not_read() {
    let console = console(0, vec![]);
    let large = IntCounter::new("large", "x".repeat(32 << 20)).unwrap();
    console.registry.register(Box::new(large)).unwrap();
    let Running { address, stop, mut served } = run(console).await;
    let stream = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        stream.read_exact(&mut [0; 12]).unwrap();
        stream
    });
    let _not_read = stream.await.unwrap();
    stop.send(()).unwrap();
    timeout(DRAIN_TIME_MAX / 2, &mut served).await.expect_err("cut off early");
    timeout(DRAIN_TIME_MAX, served).await.expect("waits too long").unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_request_is_closed_in_time() {
    let running = run(console(0, vec![])).await;
    let mut stream = kept_open(running.address).await;
    let (closed, mut end) = oneshot::channel();
    std::thread::spawn(move || closed.send(stream.read(&mut [0]).unwrap()).unwrap());
    timeout(HEADER_TIME_MAX / 2, &mut end).await.unwrap_err();
    assert_eq!(end.await.unwrap(), 0);
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_room() {
    let running = run(console(0, vec![])).await;
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        open.push(kept_open(running.address).await);
    }
    let mut waiting = TcpStream::connect(running.address).unwrap();
    waiting.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut waiting = tokio::task::spawn_blocking(move || {
        waiting.read(&mut [0]).expect_err("answered beyond the limit");
        waiting
    })
    .await
    .unwrap();
    open.pop();
    waiting.set_read_timeout(None).unwrap();
    let mut answer = String::new();
    tokio::task::spawn_blocking(move || {
        waiting.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    })
    .await
    .unwrap();
}
