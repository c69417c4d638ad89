//! The tower stack: what is true of every request, in one order that is written down once.
//!
//! Innermost is the exchange ([`Exchanges::serve`](crate::exchange::Exchanges::serve)); everything that is true of SCIM and
//! not of every request is a plain function below it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceBuilder};

use crate::failure::Failure;
use crate::layer::limit;
use crate::layer::observe::{Observe, Watch};
use crate::layer::rescue::Rescue;
use crate::limits;

/// The whole data path as one service that always answers.
pub type Stack<B> = BoxCloneSyncService<Request<B>, Response<Full<Bytes>>, Infallible>;

/// How much at once, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackLimits {
    /// Exchanges at once.
    pub exchanges_max: usize,
    /// Longest exchange.
    pub exchange_time_max: Duration,
}

impl Default for StackLimits {
    fn default() -> Self {
        Self { exchanges_max: limits::EXCHANGES_MAX, exchange_time_max: limits::EXCHANGE_TIME_MAX }
    }
}

/// Puts the layers around `exchange`; the first is the outermost.
pub fn stack<S, B>(exchange: S, watch: Watch, limits: StackLimits) -> Stack<B>
where
    S: Service<Request<B>, Response = Response<Full<Bytes>>, Error = Failure> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    B: Send + 'static,
{
    let watch = Arc::new(watch);
    let StackLimits { exchanges_max, exchange_time_max } = limits;
    let layers = ServiceBuilder::new()
        // Sees everything that happens further in, also a client that goes away: nothing ends without a request id, a line in
        // the log, a number and a record.
        .layer_fn(move |inner| Observe::new(inner, Arc::clone(&watch)))
        // Turns every failure and every panic of all that is further in into one SCIM error. Below `observe`, which so
        // records the status that the client got; above the limits, whose failures need an answer too.
        .layer_fn(Rescue::new)
        // tower's limits box their errors; this gives them, and the exchange's, their type back.
        .map_err(move |error| limit::failure(error, exchange_time_max))
        // More exchanges than the cap are answered at once: to wait here would be a queue without a bound, and IdPs come back.
        .load_shed()
        .concurrency_limit(exchanges_max)
        // The whole exchange, body included, ends before the IdP gives up (idp-dialects row 62). Innermost: a request that
        // was shed needs no timer.
        .timeout(exchange_time_max);
    BoxCloneSyncService::new(layers.service(exchange))
}

#[cfg(test)]
mod tests;
