//! The layers in their order: whatever the innermost service does, there is an answer, and its place is free again.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::{pending, poll_fn};
use std::task::Poll;

use http::StatusCode;
use http_body_util::BodyExt;
use scim::Protocol;
use scim::operation::DecodeError;
use tokio::sync::Notify;
use tower::{ServiceExt, service_fn};

use super::*;
use crate::layer::rig::rig;
use crate::record::{Draft, OutcomeClass};

/// What the innermost service does.
#[derive(Clone, Copy)]
enum Does {
    Answer,
    Refuse,
    PanicWhenCalled,
    PanicWhenPolled,
    Hang,
}

async fn act(does: Does) -> Result<Response<Full<Bytes>>, Failure> {
    match does {
        Does::Answer => Ok(Response::new(Full::new(Bytes::from_static(b"{}")))),
        Does::Refuse => Err(DecodeError::NoEndpoint { path: "/x".to_owned() }.into()),
        Does::PanicWhenCalled => unreachable!("it panicked before there was a future"),
        Does::PanicWhenPolled => panic!("a bug, after the first poll"),
        Does::Hang => pending().await,
    }
}

fn exchange(does: Does) -> Stack<()> {
    let exchange = service_fn(move |_: Request<()>| {
        assert!(!matches!(does, Does::PanicWhenCalled), "a bug, before the first poll");
        act(does)
    });
    stack(exchange, rig().watch, StackLimits::default())
}

/// The status, and the detail of an error; every answer has a request id and stays out of caches.
async fn check(does: Does, status: u16, detail: &str) {
    let request = Request::get("/scim/v2/Users").header("x-request-id", "forged").body(()).unwrap();
    let (head, body) = exchange(does).oneshot(request).await.unwrap().into_parts();
    assert_eq!(head.headers["x-request-id"], "id-0");
    assert_eq!(head.headers["cache-control"], "no-store");
    let body: json::Value = json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!((head.status.as_u16(), body["detail"].as_str().unwrap_or_default()), (status, detail));
}

const BUG: &str = "the gateway made an error; its operator finds it in the log under the request id of this answer";

#[tokio::test(start_paused = true)]
async fn whatever_happens_there_is_an_answer() {
    check(Does::Answer, 200, "").await;
    check(Does::Refuse, 404, "there is no SCIM endpoint `/x`").await;
    check(Does::PanicWhenCalled, 500, BUG).await;
    check(Does::PanicWhenPolled, 500, BUG).await;
    check(Does::Hang, 504, "the exchange took longer than 45 s").await;
}

/// The SCIM of the answer to a path: it panics, or the tenant, who speaks `known`, is not allowed something.
async fn check_protocol(path: &str, known: Option<Protocol>, expected: Protocol) {
    let exchange = service_fn(move |request: Request<()>| {
        let draft = request.extensions().get::<Draft>().cloned().unwrap_or_default();
        async move {
            let Some(protocol) = known else { return act(Does::PanicWhenPolled).await };
            draft.note(|record| record.protocol = protocol);
            act(Does::Refuse).await
        }
    });
    let request = Request::get(path).body(()).unwrap();
    let answer = stack(exchange, rig().watch, StackLimits::default()).oneshot(request).await.unwrap();
    let body: json::Value = json::from_slice(&answer.collect().await.unwrap().to_bytes()).unwrap();
    let found = if body.get("Errors").is_some() { Protocol::Scim11 } else { Protocol::Scim20 };
    assert_eq!(found, expected, "{path} {known:?} {body}");
}

#[tokio::test]
async fn an_error_is_of_the_scim_that_the_tenant_speaks_or_the_url_suggests_while_nobody_is_known() {
    use Protocol::{Scim11, Scim20};
    check_protocol("/scim/v1/Users", None, Scim11).await;
    check_protocol("/t/acme/scim/v1/Users", None, Scim11).await;
    check_protocol("/scim/v2/Users", None, Scim20).await;
    check_protocol("/nothing", None, Scim20).await;
    check_protocol("/scim/v1/Users", Some(Scim20), Scim20).await;
    check_protocol("/scim/v2/Users", Some(Scim11), Scim11).await;
}

#[tokio::test]
async fn a_panic_gives_its_place_back() {
    let one = StackLimits { exchanges_max: 1, ..StackLimits::default() };
    let stack = stack(service_fn(|_: Request<()>| act(Does::PanicWhenPolled)), rig().watch, one);
    for _ in 0..3 {
        let answer = stack.clone().oneshot(Request::new(())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}

#[tokio::test]
async fn so_many_exchanges_run_at_once_unless_the_operator_says_otherwise() {
    let exchange = service_fn(|request: Request<Does>| act(*request.body()));
    let stack = stack(exchange, rig().watch, StackLimits::default());
    let mut hanging = Vec::new();
    for (under_way, expected) in [(limits::EXCHANGES_MAX - 1, 200), (limits::EXCHANGES_MAX, 503)] {
        while hanging.len() < under_way {
            let mut exchange = Box::pin(stack.clone().oneshot(Request::new(Does::Hang)));
            assert!(poll_fn(|context| Poll::Ready(exchange.as_mut().poll(context).is_pending())).await);
            hanging.push(exchange);
            // Or tokio's budget of one turn ends, and the rest would not begin.
            tokio::task::yield_now().await;
        }
        let answer = stack.clone().oneshot(Request::new(Does::Answer)).await.unwrap();
        assert_eq!(answer.status().as_u16(), expected, "{under_way} are under way");
    }
}

#[tokio::test]
async fn more_exchanges_than_the_cap_are_told_to_come_back() {
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut rig = rig();
    let exchange = {
        let (began, go_on) = (Arc::clone(&began), Arc::clone(&go_on));
        service_fn(move |_: Request<()>| {
            let (began, go_on) = (Arc::clone(&began), Arc::clone(&go_on));
            async move {
                began.notify_one();
                go_on.notified().await;
                act(Does::Answer).await
            }
        })
    };
    let stack = stack(exchange, rig.watch, StackLimits { exchanges_max: 1, ..StackLimits::default() });

    let first = tokio::spawn(stack.clone().oneshot(Request::new(())));
    began.notified().await;
    let second = stack.clone().oneshot(Request::new(())).await.unwrap();
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(second.headers()["retry-after"], "30");

    go_on.notify_one();
    assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
    go_on.notify_one();
    assert_eq!(stack.oneshot(Request::new(())).await.unwrap().status(), StatusCode::OK, "the place is free again");

    let seen: Vec<_> = std::iter::from_fn(|| rig.records.try_recv().ok())
        .map(|record| (record.request_id, record.status, record.outcome, record.class))
        .collect();
    let expected = [
        ("id-1".to_owned(), 503, "overloaded", OutcomeClass::Gateway),
        ("id-0".to_owned(), 200, "ok", OutcomeClass::Success),
        ("id-2".to_owned(), 200, "ok", OutcomeClass::Success),
    ];
    assert_eq!(seen, expected);
}
