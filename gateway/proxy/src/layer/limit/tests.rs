//! Bodies from both sides of their limits of size and time, and what tower's boxed errors become.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::{Frame, SizeHint};

use super::*;

/// A body in pieces: without a length, as `Transfer-Encoding: chunked` is.
struct Pieces {
    pieces: VecDeque<Piece>,
    declared_bytes: Option<u64>,
}

#[derive(Clone)]
enum Piece {
    Data(usize),
    Trailers,
    Broken,
    Stuck,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        // Nobody wakes it, and it stays: only a time limit ends it.
        if let Some(Piece::Stuck) = self.pieces.front() {
            return Poll::Pending;
        }
        match self.pieces.pop_front() {
            None => Poll::Ready(None),
            Some(Piece::Data(bytes)) => Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'x'; bytes]))))),
            Some(Piece::Trailers) => Poll::Ready(Some(Ok(Frame::trailers(http::HeaderMap::new())))),
            Some(Piece::Broken | Piece::Stuck) => Poll::Ready(Some(Err(io::Error::other("broken")))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.declared_bytes.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// `Ok(bytes)`, or the failure as the tenant reads it.
async fn check(declared_bytes: Option<u64>, pieces: &[Piece], expected: Result<usize, &str>) {
    let body = Pieces { pieces: pieces.iter().cloned().collect(), declared_bytes };
    let collected = collect(body, 10).await.map(|bytes| bytes.len()).map_err(|failure| failure.to_string());
    assert_eq!(collected, expected.map_err(str::to_owned));
}

const TOO_LARGE: Result<usize, &str> = Err("the body is larger than 10 bytes");
const LOST: Result<usize, &str> = Err("the body did not arrive");

#[tokio::test(start_paused = true)]
async fn a_body_is_read_up_to_the_limit_and_not_over_it() {
    check(None, &[], Ok(0)).await;
    check(None, &[Piece::Data(10)], Ok(10)).await;
    check(None, &[Piece::Data(11)], TOO_LARGE).await;
    check(None, &[Piece::Data(5), Piece::Data(0), Piece::Data(5), Piece::Trailers], Ok(10)).await;
    check(None, &[Piece::Data(5), Piece::Data(6)], TOO_LARGE).await;
    check(Some(10), &[Piece::Data(10)], Ok(10)).await;
    check(Some(11), &[Piece::Data(11)], TOO_LARGE).await;
    check(Some(u64::MAX), &[], TOO_LARGE).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_late_or_broken_is_lost() {
    check(None, &[Piece::Data(5), Piece::Broken], LOST).await;
    check(None, &[Piece::Data(5), Piece::Stuck], LOST).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_thrown_away_is_bounded_too() {
    check(None, &[Piece::Data(11), Piece::Stuck], TOO_LARGE).await;
    check(Some(11), &[Piece::Broken], TOO_LARGE).await;

    let endless = vec![Piece::Data(limits::BODY_BYTES_DISCARDED_MAX); 3];
    let mut body = Pieces { pieces: endless.into(), declared_bytes: None };
    discard(Pin::new(&mut body)).await;
    assert_eq!(body.pieces.len(), 1, "the second piece is over the limit, the third is not read");
}

#[tokio::test]
async fn a_whole_body_stays_as_it_is() {
    let body = Full::new(Bytes::from_static(b"0123456789"));
    assert_eq!(collect(body, 10).await.unwrap(), "0123456789");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_towers_limits_gets_its_type_back() {
    let max = Duration::from_secs(45);
    let untyped: [(BoxError, &str); 3] = [
        (Box::new(Failure::GroupsOff), "this product does not take groups by provisioning"),
        (Box::new(Elapsed::new()), "the exchange took longer than 45 s"),
        (Box::new(tower::load_shed::error::Overloaded::new()), "too many requests at once"),
    ];
    for (error, expected) in untyped {
        assert_eq!(failure(error, max).to_string(), expected);
    }
}
