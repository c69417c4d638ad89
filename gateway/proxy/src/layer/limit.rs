//! Limits around every exchange: how many at once, how long, how large a body.
//!
//! The first two are tower's own layers ([`stack`](crate::stack) puts them in their place); [`failure`] gives their errors, and
//! the exchange's, their type back. [`collect`] is called by the exchange itself, once it knows who is calling: nobody
//! gets a megabyte buffered without a credential.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::time::timeout;
use tower::BoxError;
use tower::timeout::error::Elapsed;

use crate::failure::Failure;
use crate::limits;

/// What tower's boxed error was: the exchange's own failure, the deadline, or the cap on exchanges in flight.
#[must_use]
pub fn failure(error: BoxError, exchange_time_max: Duration) -> Failure {
    match error.downcast::<Failure>() {
        Ok(failure) => *failure,
        Err(error) if error.is::<Elapsed>() => Failure::Deadline { secs: exchange_time_max.as_secs() },
        // Only `load_shed` is left.
        Err(_) => Failure::Overloaded,
    }
}

/// Reads a body of at most `bytes_max` bytes within [`limits::BODY_TIME_MAX`].
///
/// A `Content-Length` over the limit is refused before a byte is kept. What is too much is read on for a moment and thrown
/// away: a client that is still sending when the connection closes sees a reset and not the 413.
///
/// # Errors
/// [`Failure::BodyTooLarge`], or [`Failure::BodyLost`] if it is late or the connection broke.
pub async fn collect<B>(body: B, bytes_max: usize) -> Result<Bytes, Failure>
where
    B: Body<Data = Bytes>,
{
    let mut body = pin!(body);
    // For what hyper received, the lower bound is the `Content-Length` (0 if there is none).
    let declared_bytes = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let collected = if declared_bytes > bytes_max {
        Err(Failure::BodyTooLarge { bytes_max })
    } else {
        timeout(limits::BODY_TIME_MAX, read(body.as_mut(), bytes_max)).await.unwrap_or(Err(Failure::BodyLost))
    };
    if let Err(Failure::BodyTooLarge { .. }) = collected {
        // Late or not: the answer is the same.
        let _ = timeout(limits::BODY_DISCARD_TIME_MAX, discard(body)).await;
    }
    collected
}

async fn read<B: Body<Data = Bytes>>(mut body: Pin<&mut B>, bytes_max: usize) -> Result<Bytes, Failure> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Trailers are no data, and say nothing in SCIM.
        let Ok(data) = frame.map_err(|_| Failure::BodyLost)?.into_data() else { continue };
        if data.len() > bytes_max - whole.len() {
            return Err(Failure::BodyTooLarge { bytes_max });
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

/// Reads and drops what is still coming, up to [`limits::BODY_BYTES_DISCARDED_MAX`].
async fn discard<B: Body<Data = Bytes>>(mut body: Pin<&mut B>) {
    let mut discarded_bytes = 0;
    while let Some(Ok(frame)) = body.frame().await {
        discarded_bytes += frame.data_ref().map_or(0, Bytes::len);
        if discarded_bytes > limits::BODY_BYTES_DISCARDED_MAX {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
