//! HTTP/1.1, written by hand, so that what is malformed can be written too.

use super::*;

/// Sends `bytes`, reads to the end of the connection. The writer is kept open: the server must close first.
async fn exchange_bytes(running: &Running, bytes: &[u8]) -> String {
    let mut stream = running.connect().await;
    stream.write_all(bytes).await.unwrap();
    read_all(&mut stream).await
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await.expect("the server closes").unwrap();
    String::from_utf8(answer).unwrap()
}

/// The answer to one request; the connection is closed behind it.
async fn ask(running: &Running, line: &str, headers: &str, body: &[u8]) -> String {
    let mut bytes = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    exchange_bytes(running, &bytes).await
}

#[track_caller]
fn check(answer: &str, status: &str, parts: &[&str]) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    for part in parts {
        assert!(answer.contains(part), "`{part}` is missing in {answer}");
    }
}

#[tokio::test]
async fn a_request_is_answered_with_a_request_id() {
    let running = start(lenient(), None).await;
    let answer = ask(&running, "POST /", "content-length: 2\r\n", b"hi").await;
    check(&answer, "200 OK", &["x-request-id: id-0\r\n", "cache-control: no-store\r\n", "\r\n\r\nhi"]);
    assert_eq!(running.stop().await, Drained { cut: 0 });
}

#[tokio::test]
async fn a_panic_is_a_scim_error_and_the_server_goes_on() {
    let running = start(lenient(), None).await;
    let answer = ask(&running, "GET /panic", "", b"").await;
    let parts = ["content-type: application/scim+json\r\n", "x-request-id: id-0\r\n", r#""status":"500""#];
    check(&answer, "500 Internal Server Error", &parts);
    check(&ask(&running, "GET /", "", b"").await, "200 OK", &["x-request-id: id-1\r\n"]);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_scim_error_with_and_without_a_length() {
    let running = start(lenient(), None).await;
    let parts = [r#""status":"413""#, "the body is larger than 65536 bytes", "x-request-id: "];
    let whole = vec![b'x'; BODY_BYTES_MAX + 1];

    let length = format!("content-length: {}\r\n", whole.len());
    check(&ask(&running, "POST /", &length, &whole).await, "413 Payload Too Large", &parts);

    let mut chunked = format!("{:x}\r\n", whole.len()).into_bytes();
    chunked.extend_from_slice(&whole);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    let answer = ask(&running, "POST /", "transfer-encoding: chunked\r\n", &chunked).await;
    check(&answer, "413 Payload Too Large", &parts);

    let length = format!("content-length: {BODY_BYTES_MAX}\r\n");
    check(&ask(&running, "POST /", &length, &whole[..BODY_BYTES_MAX]).await, "200 OK", &[]);
}

#[tokio::test]
async fn a_client_that_is_still_sending_too_much_reads_its_413() {
    let running = start(lenient(), None).await;
    // Several times what the socket buffers of both sides hold.
    let whole = vec![b'x'; limits::BODY_BYTES_DISCARDED_MAX - 1];
    let length = format!("content-length: {}\r\n", whole.len());
    check(&ask(&running, "POST /", &length, &whole).await, "413 Payload Too Large", &[r#""status":"413""#]);
}

/// The doc of `server` says so; should hyper ever let us answer, this fails and the doc changes.
#[tokio::test]
async fn what_is_no_http_is_answered_by_hyper_without_a_body() {
    let running = start(lenient(), None).await;
    let long_name = "x".repeat(limits::HEADER_BYTES_MAX);
    let rows = [
        ("nonsense\r\n\r\n".to_owned(), "400 Bad Request"),
        ("GET / HTTP/1.1\r\nbad name: x\r\n\r\n".to_owned(), "400 Bad Request"),
        (format!("GET /{long_name} HTTP/1.1\r\n\r\n"), "431 Request Header Fields Too Large"),
        (format!("GET / HTTP/1.1\r\nx: {long_name}\r\n\r\n"), "431 Request Header Fields Too Large"),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(101)), "431 Request Header Fields Too Large"),
    ];
    for (bytes, status) in rows {
        let answer = exchange_bytes(&running, bytes.as_bytes()).await;
        check(&answer, status, &["content-length: 0\r\n"]);
        assert!(answer.ends_with("\r\n\r\n") && !answer.contains("x-request-id"), "{answer}");
    }
}

#[tokio::test]
async fn slow_headers_end_the_connection() {
    let running = start(ServerLimits { header_time_max: SHORT, ..lenient() }, None).await;
    assert_eq!(exchange_bytes(&running, b"GET / HTTP/1.1\r\nhost: loc").await, "");
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let running = start(ServerLimits { idle_time_max: SHORT, ..lenient() }, None).await;
    assert_eq!(exchange_bytes(&running, b"").await, "", "not a byte was sent");
    // Not yet to be told from the preface of HTTP/2: hyper waits for more and has no timer for it.
    assert_eq!(exchange_bytes(&running, b"PRI * HT").await, "");
    let answer = exchange_bytes(&running, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    check(&answer, "200 OK", &[]);
}

#[tokio::test]
async fn a_request_under_way_is_not_silence() {
    let mut running = start(ServerLimits { idle_time_max: SHORT, ..lenient() }, None).await;
    let mut slow = running.connect().await;
    slow.write_all(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    running.began.recv().await.unwrap();
    // Each of these lasts for an idle time at least.
    for _ in 0..4 {
        exchange_bytes(&running, b"").await;
    }
    running.go_on.notify_one();
    check(&read_all(&mut slow).await, "200 OK", &[]);
}

#[tokio::test]
async fn connections_over_the_cap_wait_for_their_turn() {
    let mut running = start(ServerLimits { connections_max: 1, ..lenient() }, None).await;
    let mut first = running.connect().await;
    first.write_all(b"GET /hang HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    running.began.recv().await.unwrap();

    let mut second = running.connect().await;
    second.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let early = tokio::time::timeout(SHORT, running.began.recv()).await;
    assert!(early.is_err(), "the second connection is not served beside the first");

    running.go_on.notify_one();
    check(&read_all(&mut first).await, "200 OK", &[]);
    check(&read_all(&mut second).await, "200 OK", &[]);
}

#[tokio::test]
async fn a_client_that_goes_away_is_recorded_as_cancelled() {
    let mut running = start(lenient(), None).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    running.began.recv().await.unwrap();
    drop(stream);
    let record = running.records.recv().await.unwrap();
    assert_eq!((record.status, record.outcome), (0, "cancelled"));
}

#[tokio::test]
async fn a_drain_finishes_what_is_in_flight_and_takes_nothing_new() {
    let mut running = start(lenient(), None).await;
    let mut idle = running.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    running.began.recv().await.unwrap();
    let mut busy = running.connect().await;
    busy.write_all(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    running.began.recv().await.unwrap();

    running.stop.send(()).unwrap();
    check(&read_all(&mut idle).await, "200 OK", &[]);
    assert!(TcpStream::connect(running.address).await.is_err(), "the port is closed");
    assert!(!running.ended.is_finished());
    running.go_on.notify_one();
    check(&read_all(&mut busy).await, "200 OK", &["connection: close\r\n", "x-request-id: id-1\r\n"]);
    assert_eq!(running.ended.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn a_drain_that_takes_too_long_cuts() {
    let mut running = start(ServerLimits { drain_time_max: SHORT, ..lenient() }, None).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    running.began.recv().await.unwrap();
    let mut records = std::mem::replace(&mut running.records, mpsc::unbounded_channel().1);
    assert_eq!(running.stop().await, Drained { cut: 1 });
    assert_eq!(read_all(&mut stream).await, "");
    assert_eq!(records.try_recv().unwrap().outcome, "cancelled");
}
