//! One connection, from the accepted socket to its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{sleep, timeout};
use tower::{Service, ServiceExt};
use tracing::debug;

use super::ServerLimits;
use crate::limits;
use crate::metrics::Metrics;
use crate::tls::TlsAcceptorSource;

/// What the server is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Serving.
    Open,
    /// Finishing what is in flight.
    Drain,
    /// Ending now.
    Cut,
}

/// What all connections share.
pub(super) struct House<S> {
    stack: S,
    tls: Option<TlsAcceptorSource>,
    http: auto::Builder<TokioExecutor>,
    metrics: Arc<Metrics>,
    limits: ServerLimits,
    phase: watch::Receiver<Phase>,
}

/// The requests of one connection, counted.
#[derive(Default)]
struct Pulse {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A request under way.
struct Beat(Arc<Pulse>);

// === impl House ===

impl<S> House<S> {
    pub(super) fn new(
        stack: S,
        tls: Option<TlsAcceptorSource>,
        metrics: Arc<Metrics>,
        limits: ServerLimits,
        phase: watch::Receiver<Phase>,
    ) -> Self {
        Self { stack, tls, http: http(limits), metrics, limits, phase }
    }
}

impl<S> House<S>
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    /// Serves one connection; `slot` is given back when it has ended.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, slot: OwnedSemaphorePermit) {
        let _open = self.metrics.connection_opened();
        // An answer is written in one piece; to wait for more would only delay it. If it cannot be set it is slow, not wrong.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.speak(stream).await,
            Some(tls) => {
                let handshake = timeout(self.limits.handshake_time_max, tls.acceptor().accept(stream));
                let mut phase = self.phase.clone();
                tokio::select! {
                    handshake = handshake => match handshake {
                        Ok(Ok(stream)) => self.speak(stream).await,
                        Ok(Err(error)) => debug!(%error, "the TLS handshake failed"),
                        Err(_) => debug!("the TLS handshake took too long"),
                    },
                    // Nothing was asked for yet.
                    () = reached(&mut phase, Phase::Drain) => {}
                }
            }
        }
        drop(slot);
    }

    /// Speaks HTTP until the peer closes, falls silent, or the server ends.
    async fn speak<I>(&self, io: I)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let pulse = Arc::new(Pulse::default());
        let service = service_fn(|request| {
            let beat = Beat::begin(&pulse);
            let stack = self.stack.clone();
            async move {
                let answer = stack.oneshot(request).await;
                drop(beat);
                answer
            }
        });
        let mut connection = std::pin::pin!(self.http.serve_connection(TokioIo::new(io), service));
        let mut phase = self.phase.clone();
        tokio::select! {
            ended = connection.as_mut() => return farewell(ended),
            () = reached(&mut phase, Phase::Drain) => {}
            () = pulse.falls_silent(self.limits.idle_time_max) => {}
        }
        // hyper-util's own `GracefulShutdown` does this much; it knows neither silence nor an end to patience.
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            ended = connection.as_mut() => farewell(ended),
            () = reached(&mut phase, Phase::Cut) => {}
            // A peer that neither asks, nor reads its answer, nor closes.
            () = pulse.falls_silent(self.limits.idle_time_max) => {}
        }
    }
}

// === impl Pulse ===

impl Pulse {
    /// Ends when no request was under way and none began for between one and two times `idle`.
    ///
    /// It also catches what hyper has no timer for: a connection on which not even the version of HTTP can be told, HTTP/2 without
    /// streams, an answer that is not read.
    async fn falls_silent(&self, idle: Duration) {
        let mut seen = self.begun.load(Ordering::Relaxed);
        loop {
            sleep(idle).await;
            let begun = self.begun.load(Ordering::Relaxed);
            if begun == seen && begun == self.ended.load(Ordering::Relaxed) {
                return;
            }
            seen = begun;
        }
    }
}

impl Beat {
    fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.begun.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(pulse))
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

// === private parts ===

fn http(server: ServerLimits) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(server.header_time_max)
        .max_buf_size(limits::HEADER_BYTES_MAX);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits::STREAMS_MAX)
        .max_header_list_size(u32::try_from(limits::HEADER_BYTES_MAX).unwrap_or(u32::MAX))
        .keep_alive_interval(limits::PING_INTERVAL)
        .keep_alive_timeout(limits::PING_INTERVAL);
    http
}

/// Ends when the server has come so far, or has been dropped.
async fn reached(phase: &mut watch::Receiver<Phase>, so_far: Phase) {
    let _ = phase.wait_for(|phase| *phase >= so_far).await;
}

/// What ends a connection is the peer's: seen when somebody looks for it.
fn farewell<E: std::fmt::Display>(ended: Result<(), E>) {
    if let Err(error) = ended {
        debug!(%error, "a connection ended early");
    }
}
