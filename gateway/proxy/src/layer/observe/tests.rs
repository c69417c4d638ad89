//! Whatever ends a request, there is one record of it, one answer with a request id, and no caller's own id.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::{pending, ready};
use std::io::{self, Write};
use std::sync::Mutex;

use tower::{ServiceExt, service_fn};
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::layer::rig::{Rig, Still, rig};
use crate::record::{CallRecord, ExchangeRecord};

/// What a tenant sends, and nobody else may see.
const SECRET: &str = "a-value-of-somebody";

fn request() -> Request<()> {
    let uri = format!("/t/{SECRET}/scim/v2/Users/{SECRET}?filter={SECRET}");
    let mut request = Request::builder().method("M-A-D-E-U-P").uri(uri).body(()).unwrap();
    for name in ["authorization", "x-request-id", "user-agent"] {
        request.headers_mut().insert(name, HeaderValue::from_static(SECRET));
    }
    request
}

/// Writes a record of one read and one write, taking 20 ms, and answers 201.
fn exchange(request: &Request<()>, clock: &Still) -> Response<()> {
    clock.advance(Duration::from_millis(20));
    let call = |writes| CallRecord {
        verb: "GET",
        route: "user.find".to_owned(),
        status: Some(200),
        writes,
        duration: Duration::ZERO,
    };
    request.extensions().get::<Draft>().unwrap().note(|record| {
        record.tenant = Some("acme".parse().unwrap());
        record.operation = "user.create";
        record.resource = Some(SECRET.to_owned());
        record.called(call(false));
        record.called(call(true));
    });
    assert_eq!(request.extensions().get::<RequestId>().unwrap().as_str(), "id-0");
    Response::builder().status(201).body(()).unwrap()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn an_exchange_ends_with_a_record_and_one_line_without_values() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).without_time().finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // With a single subscriber in the process, tracing asks the thread that first reaches a line whether anybody listens, and
    // remembers the answer: a test beside this one would silence it. With two it asks all of them.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let Rig { watch, clock, mut records } = rig();

    let exchange = service_fn(move |request| ready(Ok::<_, Infallible>(exchange(&request, &clock))));
    let answer = Observe::new(exchange, Arc::new(watch)).oneshot(request()).await.unwrap();

    assert_eq!(answer.headers()[X_REQUEST_ID], "id-0", "not what the client sent");
    let ExchangeRecord { request_id, tenant, operation, status, outcome, class, duration, .. } =
        records.try_recv().unwrap();
    assert_eq!((request_id.as_str(), tenant.unwrap().as_str(), operation), ("id-0", "acme", "user.create"));
    assert_eq!((status, outcome, class, duration), (201, "ok", OutcomeClass::Success, Duration::from_millis(20)));

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(
        log,
        " INFO exchange{request_id=id-0 method=\"other\" route=\"/Users/{id}\"}: proxy::layer::observe: exchange ended \
         tenant=\"acme\" operation=\"user.create\" status=201 outcome=\"ok\" duration_us=20000 reads=1 writes=1\n"
    );
}

#[tokio::test]
async fn a_client_that_goes_away_is_recorded() {
    let Rig { watch, clock, mut records } = rig();
    let exchange = service_fn(|request: Request<()>| async move {
        request.extensions().get::<Draft>().unwrap().note(|record| record.operation = "user.patch");
        pending::<Result<Response<()>, Infallible>>().await
    });
    let mut exchange = Box::pin(Observe::new(exchange, Arc::new(watch)).oneshot(request()));
    let polled = std::future::poll_fn(|cx| Poll::Ready(exchange.as_mut().poll(cx))).await;
    assert!(polled.is_pending() && records.try_recv().is_err(), "it is under way");

    clock.advance(Duration::from_secs(3));
    drop(exchange);
    let record = records.try_recv().unwrap();
    assert_eq!((record.operation, record.status, record.outcome), ("user.patch", 0, CANCELLED));
    assert_eq!((record.class, record.duration), (OutcomeClass::Cancelled, Duration::from_secs(3)));
    assert!(records.try_recv().is_err(), "once");
}

#[test]
fn an_id_is_a_header_value_whatever_its_source_does() {
    assert_eq!(RequestId::new("0192-ab_c.~").as_str(), "0192-ab_c.~");
    assert_eq!(RequestId::new("a\r\nb: c\u{e9}").as_str(), "abc");
}
