//! Over real sockets on the loopback: what a peer sees. Nothing sleeps; short limits end what would last.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod http1;
mod http2;

use std::net::SocketAddr;

use http_body_util::BodyExt;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls_pki_types::CertificateDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tower::service_fn;

use super::*;
use crate::failure::Failure;
use crate::layer::limit::collect;
use crate::layer::rig::{Rig, rig};
use crate::record::ExchangeRecord;
use crate::stack::{StackLimits, stack};

/// Long enough for every limit that is not under test, and for a slow machine.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(50);
const BODY_BYTES_MAX: usize = 64 * 1024;

fn lenient() -> ServerLimits {
    ServerLimits {
        connections_max: 16,
        handshake_time_max: LONG,
        header_time_max: LONG,
        idle_time_max: LONG,
        drain_time_max: LONG,
    }
}

/// A server whose exchange echoes the body, hangs until told to go on, or panics, as the path says.
struct Running {
    address: SocketAddr,
    go_on: Arc<Notify>,
    began: mpsc::UnboundedReceiver<()>,
    records: mpsc::UnboundedReceiver<ExchangeRecord>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Drained>,
}

async fn start(limits: ServerLimits, tls: Option<TlsAcceptorSource>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let go_on = Arc::new(Notify::new());
    let (begins, began) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let Rig { watch, records, clock: _ } = rig();
    let metrics = Arc::clone(&watch.metrics);
    let exchange = {
        let go_on = Arc::clone(&go_on);
        service_fn(move |request| exchange(request, begins.clone(), Arc::clone(&go_on)))
    };
    let stack = stack(exchange, watch, StackLimits::default());
    let server = Server { listener, tls, metrics, limits };
    let ended = tokio::spawn(server.serve(stack, async move {
        let _ = stopped.await;
    }));
    Running { address, go_on, began, records, stop, ended }
}

async fn exchange(
    request: Request<Incoming>,
    begins: mpsc::UnboundedSender<()>,
    go_on: Arc<Notify>,
) -> Result<Response<Full<Bytes>>, Failure> {
    begins.send(()).unwrap();
    let path = request.uri().path().to_owned();
    let body = collect(request.into_body(), BODY_BYTES_MAX).await?;
    match path.as_str() {
        "/hang" => go_on.notified().await,
        "/panic" => panic!("a bug"),
        _ => {}
    }
    Ok(Response::new(Full::new(body)))
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap()
    }
}

/// A certificate for `localhost`, with its source.
fn certificate() -> (CertificateDer<'static>, TlsAcceptorSource) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = (dir.path().join("tls.crt"), dir.path().join("tls.key"));
    std::fs::write(&certificate, cert.pem()).unwrap();
    std::fs::write(&key, signing_key.serialize_pem()).unwrap();
    (cert.der().clone(), TlsAcceptorSource::load(&certificate, &key).unwrap())
}

#[test]
fn what_ends_one_connection_does_not_stop_the_server_from_accepting() {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, OutOfMemory};
    assert!(is_the_peers(&ConnectionAborted.into()));
    assert!(is_the_peers(&ConnectionReset.into()));
    assert!(!is_the_peers(&OutOfMemory.into()));
    // EMFILE and ENFILE of Linux.
    assert!(!is_the_peers(&io::Error::from_raw_os_error(24)));
    assert!(!is_the_peers(&io::Error::from_raw_os_error(23)));
}
