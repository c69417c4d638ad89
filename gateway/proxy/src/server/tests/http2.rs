//! HTTP/2 by prior knowledge, and both versions over TLS.

use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;

async fn speak_http2<I>(io: I) -> http2::SendRequest<Full<Bytes>>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(io)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn post(path: &str, body: &'static [u8]) -> Request<Full<Bytes>> {
    Request::post(format!("http://localhost{path}")).body(Full::new(Bytes::from_static(body))).unwrap()
}

async fn check(answer: hyper::Result<Response<Incoming>>, status: u16, body: &str) {
    let (head, found) = answer.unwrap().into_parts();
    assert!(head.headers["x-request-id"].to_str().unwrap().starts_with("id-"));
    let found = found.collect().await.unwrap().to_bytes();
    assert_eq!((head.status.as_u16(), std::str::from_utf8(&found).unwrap()), (status, body));
}

/// Connects with TLS, offering `alpn`.
async fn handshake(running: &Running, root: &CertificateDer<'static>, alpn: &[&[u8]]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, running.connect().await).await.unwrap()
}

#[tokio::test]
async fn http2_is_served_by_prior_knowledge() {
    let running = start(lenient(), None).await;
    let mut sender = speak_http2(running.connect().await).await;
    check(sender.send_request(post("/", b"hi")).await, 200, "hi").await;
    let refused = sender.send_request(post("/panic", b"")).await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.version()), (500, http::Version::HTTP_2));
    check(sender.send_request(post("/", b"still there")).await, 200, "still there").await;
}

/// The doc of `server` says so, as for HTTP/1.1.
#[tokio::test]
async fn headers_that_are_too_large_are_answered_by_hyper_without_a_body() {
    let running = start(lenient(), None).await;
    let mut sender = speak_http2(running.connect().await).await;
    let mut request = post("/", b"");
    request.headers_mut().insert("x", "x".repeat(limits::HEADER_BYTES_MAX).parse().unwrap());
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    assert_eq!(head.status.as_u16(), 431);
    assert!(!head.headers.contains_key("x-request-id"));
    assert_eq!(body.collect().await.unwrap().to_bytes(), "");
    check(sender.send_request(post("/", b"still there")).await, 200, "still there").await;
}

#[tokio::test]
async fn a_connection_has_so_many_streams_and_the_next_one_waits() {
    let streams_max = limits::STREAMS_MAX as usize;
    let mut running = start(lenient(), None).await;
    let mut sender = speak_http2(running.connect().await).await;
    // The first answer brings the server's settings with it.
    check(sender.send_request(post("/", b"hi")).await, 200, "hi").await;
    running.began.recv().await.unwrap();

    let answers: Vec<_> = (0..=streams_max).map(|_| tokio::spawn(sender.send_request(post("/hang", b"hi")))).collect();
    for _ in 0..streams_max {
        running.began.recv().await.unwrap();
    }
    // Time enough for a whole exchange on another connection.
    let mut other = speak_http2(running.connect().await).await;
    check(other.send_request(post("/", b"hi")).await, 200, "hi").await;
    running.began.recv().await.unwrap();
    assert!(running.began.try_recv().is_err(), "the stream over the limit has to wait");

    running.go_on.notify_one();
    running.began.recv().await.expect("it begins when another has ended");
    for answer in answers {
        running.go_on.notify_one();
        running.go_on.notify_waiters();
        check(answer.await.unwrap(), 200, "hi").await;
    }
}

#[tokio::test]
async fn a_drain_finishes_a_stream_in_flight() {
    let mut running = start(lenient(), None).await;
    let mut sender = speak_http2(running.connect().await).await;
    let answer = tokio::spawn(sender.send_request(post("/hang", b"hi")));
    running.began.recv().await.unwrap();
    running.stop.send(()).unwrap();
    running.go_on.notify_one();
    check(answer.await.unwrap(), 200, "hi").await;
    assert_eq!(running.ended.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn a_connection_without_streams_is_closed() {
    let running = start(ServerLimits { idle_time_max: SHORT, ..lenient() }, None).await;
    let mut sender = speak_http2(running.connect().await).await;
    check(sender.send_request(post("/", b"hi")).await, 200, "hi").await;
    let closed = tokio::time::timeout(LONG, async {
        while sender.ready().await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    closed.await.expect("the server closes");
}

#[tokio::test]
async fn alpn_chooses_the_version_over_tls() {
    let (root, tls) = certificate();
    let running = start(lenient(), Some(tls)).await;

    let stream = handshake(&running, &root, &[b"http/1.1", b"h2"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    check(speak_http2(stream).await.send_request(post("/", b"two")).await, 200, "two").await;

    let stream = handshake(&running, &root, &[b"http/1.1"]).await;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    check(sender.send_request(post("/", b"one")).await, 200, "one").await;
}

#[tokio::test]
async fn a_peer_that_never_begins_its_handshake_is_cut_off() {
    let (_, tls) = certificate();
    let running = start(ServerLimits { handshake_time_max: SHORT, ..lenient() }, Some(tls)).await;
    let mut silent = running.connect().await;
    let read = tokio::time::timeout(LONG, silent.read(&mut [0; 1])).await.expect("the server closes");
    assert_eq!(read.unwrap(), 0);
}

#[tokio::test]
async fn plain_text_on_a_tls_port_is_not_served() {
    let (_, tls) = certificate();
    let running = start(lenient(), Some(tls)).await;
    let mut plain = running.connect().await;
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(LONG, plain.read_to_end(&mut answer)).await.expect("the server closes");
    assert!(!answer.starts_with(b"HTTP"));
}

#[tokio::test]
async fn a_handshake_does_not_hold_up_the_drain() {
    let (_, tls) = certificate();
    let running = start(lenient(), Some(tls)).await;
    let _silent = running.connect().await;
    assert_eq!(running.stop().await, Drained { cut: 0 });
}
