//! Accepts connections, ends TLS, speaks HTTP/1.1 and 2, drains: stages 1 and 2 of the life of a request.
//!
//! What is true of a connection is here, what is true of a request is in the [`stack`](crate::stack). Everything a peer can
//! hold open has an end: the handshake, the headers, a connection without requests, an answer that nobody reads. More
//! connections than the cap wait in the kernel's queue.
//!
//! **What hyper answers itself**, before there is a request that the stack could answer, and what hyper 1 has no hook for:
//! 400 to what is no HTTP/1.1; 431 to a URL and headers of more than [`limits::HEADER_BYTES_MAX`] or, over HTTP/1.1, 100
//! lines. These have an empty body and no request id. A TLS handshake or headers that take too long, and HTTP/2 that
//! breaks its own rules, end the connection without an answer. The tests pin this.

mod connection;

use std::convert::Infallible;
use std::future::{Future, pending};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::Service;
use tracing::{debug, info, warn};

use crate::limits;
use crate::metrics::Metrics;
use crate::tls::TlsAcceptorSource;

use self::connection::{House, Phase};

/// What a server is made of.
pub struct Server {
    /// Where connections come in.
    pub listener: TcpListener,
    /// TLS; `None` is plain text, behind a proxy that ends TLS.
    pub tls: Option<TlsAcceptorSource>,
    /// Where connections are counted.
    pub metrics: Arc<Metrics>,
    /// How much, how long.
    pub limits: ServerLimits,
}

/// How many connections, and how long each of their phases may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Connections at once.
    pub connections_max: u32,
    /// Longest TLS handshake.
    pub handshake_time_max: Duration,
    /// Longest time for the headers of a request to arrive; so long an idle HTTP/1.1 connection is kept as well.
    pub header_time_max: Duration,
    /// A connection on which nothing was asked for so long is closed.
    pub idle_time_max: Duration,
    /// Longest time that requests in flight are given when the server stops.
    pub drain_time_max: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections_max: limits::CONNECTIONS_MAX,
            handshake_time_max: limits::HANDSHAKE_TIME_MAX,
            header_time_max: limits::HEADER_TIME_MAX,
            idle_time_max: limits::CONNECTION_IDLE_MAX,
            drain_time_max: limits::DRAIN_TIME_MAX,
        }
    }
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut because they took longer than the drain; 0 is a clean end.
    pub cut: usize,
}

/// Shortest pause after the machine could not give a new connection; doubled up to [`limits::ACCEPT_PAUSE_MAX`].
const ACCEPT_PAUSE_MIN: Duration = Duration::from_millis(10);

/// Longest wait for the ends of connections that were cut, so that what they did is still recorded.
const CUT_TIME_MAX: Duration = Duration::from_secs(1);

impl Server {
    /// Serves until `shutdown` is ready, then takes no new connection, finishes what is in flight and ends.
    pub async fn serve<S>(self, stack: S, shutdown: impl Future<Output = ()>) -> Drained
    where
        S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        let Self { listener, tls, metrics, limits } = self;
        let slots = Arc::new(Semaphore::new(limits.connections_max as usize));
        let (phase, seen) = watch::channel(Phase::Open);
        let house = Arc::new(House::new(stack, tls, metrics, limits, seen));
        tokio::select! {
            biased;
            () = shutdown => {}
            never = accept(&listener, &house, &slots) => match never {},
        }
        // The port is free for the next process before this one has finished.
        drop(listener);
        drain(limits, &slots, &phase).await
    }
}

async fn accept<S>(listener: &TcpListener, house: &Arc<House<S>>, slots: &Arc<Semaphore>) -> Infallible
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    let mut pause = ACCEPT_PAUSE_MIN;
    loop {
        let Ok(slot) = Arc::clone(slots).acquire_owned().await else { return pending().await };
        match listener.accept().await {
            Ok((stream, _)) => {
                pause = ACCEPT_PAUSE_MIN;
                tokio::spawn(Arc::clone(house).serve(stream, slot));
            }
            Err(error) if is_the_peers(&error) => debug!(%error, "a connection ended before it was accepted"),
            // Out of file descriptors or memory: accepting again at once would spin, and take what others need to finish.
            Err(error) => {
                warn!(%error, "no connection can be accepted: raise the limit of open files (LimitNOFILE, ulimit -n)");
                sleep(pause).await;
                pause = (pause * 2).min(limits::ACCEPT_PAUSE_MAX);
            }
        }
    }
}

/// Whether an accept failed because of the one connection that it was for (accept(2), "Error handling").
fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkUnreachable,
    };
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | HostUnreachable | Interrupted | NetworkUnreachable
    )
}

/// Waits until every connection has given its slot back, or cuts those that take too long.
async fn drain(limits: ServerLimits, slots: &Semaphore, phase: &watch::Sender<Phase>) -> Drained {
    phase.send_replace(Phase::Drain);
    if timeout(limits.drain_time_max, slots.acquire_many(limits.connections_max)).await.is_ok() {
        info!("every connection has ended");
        return Drained { cut: 0 };
    }
    let cut = limits.connections_max as usize - slots.available_permits();
    warn!(connections = cut, "connections are cut: they took longer than the drain");
    phase.send_replace(Phase::Cut);
    // Late or not: there is nothing left to do.
    let _ = timeout(CUT_TIME_MAX, slots.acquire_many(limits.connections_max)).await;
    Drained { cut }
}

#[cfg(test)]
mod tests;
