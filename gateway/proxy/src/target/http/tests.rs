//! A target that behaves and one that misbehaves in every way a real one does.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use json::{Value, json};
use rules::profile::{FormStyle, Format};
use rules::source::RuleRef;
use rules::{Body, TargetFault};
use tokio::task::JoinSet;

use super::*;
use crate::target::loopback::{Asked, Loopback, Reply};
use crate::target::sample::access;
use crate::target::target_client;

const LIMITS: CallLimits = CallLimits {
    time_max: Duration::from_secs(5),
    retry_delay: Duration::from_millis(1),
    answer_bytes_max: 1000,
    at_once_max: 4,
};

fn call(verb: Verb, path: &str, body: Option<Value>) -> TargetCall {
    let rule = RuleRef { file: "test".into(), line: 1, name: "user.get".to_owned() };
    TargetCall { body, ..TargetCall::new(verb, path, "user.get", rule) }
}

fn target(base: &str, limits: CallLimits) -> HttpTarget {
    // A second one in the same process changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    speaking(base, "auth = { bearer = \"secret:key\" }", limits)
}

/// A target with these keys of `[target]`.
fn speaking(base: &str, keys: &str, limits: CallLimits) -> HttpTarget {
    HttpTarget::with_limits(target_client([]).unwrap(), base, access(keys), limits).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "it is what an outcome is compared with")]
fn answer(status: u16, retry_after_secs: Option<u32>, body: Body) -> Result<TargetAnswer, TargetError> {
    Ok(TargetAnswer { retry_after_secs, ..TargetAnswer::new(status, body) })
}

/// One call to a server that answers like this; what came of it, and how often the server was asked.
async fn ask(verb: Verb, reply: fn(&Asked) -> Reply) -> (Result<TargetAnswer, TargetError>, usize) {
    let server = Loopback::start(reply);
    let body = verb.writes().then(|| json!({ "a": 1 }));
    let answer = target(&server.url(), LIMITS).call(&call(verb, "/users/7?x=s3cret", body)).await;
    let text = format!("{answer:?}");
    assert!(!text.contains("s3cret") && !text.contains("/users"), "{text}");
    (answer, server.asked().len())
}

#[tokio::test]
async fn an_answer_comes_back_as_data() {
    use Verb::{Delete, Get, Patch, Post};
    let seven = || Body::Json(json!({ "id": 7 }));
    let row = ask(Get, |_| Reply::new(200, "", r#"{"id":7}"#)).await;
    assert_eq!(row, (answer(200, None, seven()), 1));
    let row = ask(Post, |_| Reply::new(201, "content-type: text/html\r\n", r#"{"id":7}"#)).await;
    assert_eq!(row, (answer(201, None, seven()), 1), "bytes count, not content types");
    let row = ask(Delete, |_| Reply::raw("HTTP/1.1 204 X\r\n\r\n")).await;
    assert_eq!(row, (answer(204, None, Body::Empty), 1));
    let row = ask(Get, |_| Reply::new(401, "www-authenticate: Bearer\r\n", "")).await;
    assert_eq!(row, (answer(401, None, Body::Empty), 1));
    let row = ask(Patch, |_| Reply::new(500, "", "<html>s3cret</html>")).await;
    assert_eq!(row, (answer(500, None, Body::Text("<html>s3cret</html>".to_owned())), 1), "garbage is not printed");
    let row = ask(Get, |_| Reply::new(503, "retry-after: 120\r\n", "{}")).await;
    assert_eq!(row, (answer(503, Some(120), Body::Json(json!({}))), 1), "an answer is never asked for again");
    let row = ask(Get, |_| Reply::new(302, "location: http://127.0.0.1:1/\r\n", "")).await;
    assert_eq!(row, (answer(302, None, Body::Empty), 1), "a redirect is not followed");
}

#[tokio::test]
async fn a_broken_connection_repeats_a_read_once_and_a_write_never() {
    let half = |_: &Asked| Reply::raw("HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n{\"id\":");
    let nothing = |_: &Asked| Reply::raw("");
    let rows = [(Verb::Get, 2), (Verb::Query, 2), (Verb::Post, 1), (Verb::Put, 1), (Verb::Patch, 1), (Verb::Delete, 1)];
    for (verb, times) in rows {
        for reply in [half, nothing] {
            let (answer, asked) = ask(verb, reply).await;
            assert!(matches!(answer, Err(TargetError::Broken { .. })), "{verb} {answer:?}");
            assert_eq!(asked, times, "{verb}");
        }
    }
}

#[tokio::test]
async fn a_read_that_is_repeated_can_succeed() {
    let asked = AtomicUsize::new(0);
    let server = Loopback::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::raw(""),
        _ => Reply::new(200, "", "[]"),
    });
    let seen = target(&server.url(), LIMITS).call(&call(Verb::Get, "/users", None)).await;
    assert_eq!(seen, answer(200, None, Body::Json(json!([]))));
}

#[tokio::test]
async fn a_target_that_is_down_is_unreachable() {
    let down = Loopback::nobody();
    for verb in [Verb::Get, Verb::Post] {
        let seen = target(&down, LIMITS).call(&call(verb, "/users", None)).await;
        assert!(matches!(seen, Err(TargetError::Unreachable { .. })), "{seen:?}");
    }
}

#[tokio::test]
async fn a_connection_that_is_not_made_is_tried_once_more_by_every_verb() {
    // A plain server does not speak TLS: no request was sent.
    let server = Loopback::start(|_| Reply::raw("HTTP/1.1 400 X\r\n\r\n"));
    let target = target(&server.url().replace("http://", "https://"), LIMITS);
    let seen = target.call(&call(Verb::Post, "/users", Some(json!({})))).await;
    assert!(matches!(seen, Err(TargetError::Unreachable { .. })), "{seen:?}");
    let heads: Vec<_> = server.asked().into_iter().map(|asked| asked.head).collect();
    assert_eq!(heads, ["TLS", "TLS"]);
}

#[tokio::test]
async fn a_slow_target_is_given_up() {
    let limits = CallLimits { time_max: Duration::from_millis(50), ..LIMITS };
    let hang = Loopback::start(|_| Reply::Hang);
    let seen = target(&hang.url(), limits).call(&call(Verb::Get, "/users", None)).await;
    assert_eq!(seen, Err(TargetError::TimedOut { secs: 0 }));
    assert_eq!(hang.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_has_a_largest_size() {
    let length = |bytes: usize| format!("HTTP/1.1 200 X\r\ncontent-length: {bytes}\r\n\r\n{}", "7".repeat(bytes));
    let chunked = |bytes: usize| {
        format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{bytes:x}\r\n{}\r\n0\r\n\r\n", "7".repeat(bytes))
    };
    let until_end = |bytes: usize| format!("HTTP/1.1 200 X\r\n\r\n{}", "7".repeat(bytes));
    for raw in [length as fn(usize) -> String, chunked, until_end] {
        for (bytes, fits) in [(LIMITS.answer_bytes_max, true), (LIMITS.answer_bytes_max + 1, false)] {
            let server = Loopback::start(move |_| Reply::raw(&raw(bytes)));
            let seen = target(&server.url(), LIMITS).call(&call(Verb::Get, "/users", None)).await;
            let garbage = matches!(&seen, Err(TargetError::Fault(TargetFault::Garbage { .. })));
            assert_eq!((seen.is_ok(), garbage), (fits, !fits), "{bytes} {seen:?}");
            assert_eq!(server.asked().len(), 1);
        }
    }
}

#[tokio::test]
async fn an_answer_is_as_large_as_the_gateway_has_room_for() {
    let most = limits::ANSWER_BYTES_MAX;
    for (bytes, fits) in [(most, true), (most + 1, false)] {
        // Blanks are quick to read; a body of nothing else is none.
        let server = Loopback::start(move |_| Reply::new(200, "", &" ".repeat(bytes)));
        let seen = target(&server.url(), CallLimits::default()).call(&call(Verb::Get, "/users", None)).await;
        assert_eq!(seen == answer(200, None, Body::Empty), fits, "{bytes} {seen:?}");
    }
}

#[tokio::test]
async fn a_call_carries_credentials_and_json() {
    let server = Loopback::start(|_| Reply::new(200, "", "{}"));
    let target = target(&format!("{}/internal/", server.url()), LIMITS);
    target.call(&call(Verb::Put, "/users/a%2Fb?x=%26", Some(json!({ "name": "Zoë" })))).await.unwrap();
    target.call(&call(Verb::Get, "/", None)).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].line(), "PUT /internal/users/a%2Fb?x=%26");
    assert_eq!(asked[0].body, r#"{"name":"Zoë"}"#);
    assert_eq!(asked[0].header("content-type"), Some("application/json"));
    assert_eq!(asked[1].line(), "GET /internal/");
    assert_eq!(asked[1].header("content-type"), None);
    for asked in asked {
        assert_eq!(asked.header("authorization"), Some("Bearer s3cret-key"));
        assert_eq!(asked.header("accept"), Some("application/json"));
    }
}

/// RFC 9110 §8.6: some servers answer 411 to a POST that does not say that it has no body.
#[tokio::test]
async fn a_call_without_a_body_says_so_where_the_method_has_one() {
    let server = Loopback::start(|_| Reply::new(200, "", "{}"));
    let target = target(&server.url(), LIMITS);
    let form = Format::Form(FormStyle::default());
    for (verb, body, length) in [
        (Verb::Post, None, Some("0")),
        (Verb::Put, None, Some("0")),
        (Verb::Patch, None, Some("0")),
        (Verb::Query, None, Some("0")),
        (Verb::Post, Some(json!({})), Some("0")),
        (Verb::Post, Some(json!({"a": 1})), Some("3")),
        (Verb::Get, None, None),
        (Verb::Delete, None, None),
    ] {
        target.call(&TargetCall { format: form, ..call(verb, "/users/7/lock", body.clone()) }).await.unwrap();
        let head = server.asked().pop().unwrap().head;
        let lengths: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix("content-length: ")).collect();
        assert_eq!(lengths, length.into_iter().collect::<Vec<_>>(), "{verb} {body:?}");
        assert!(!head.contains("transfer-encoding"), "{head}");
    }
}

#[tokio::test]
async fn calls_at_once_are_bounded() {
    check_calls_at_once(LIMITS, 4).await;
    check_calls_at_once(CallLimits { time_max: LIMITS.time_max, ..CallLimits::default() }, limits::CALLS_AT_ONCE_MAX)
        .await;
}

async fn check_calls_at_once(limits: CallLimits, at_once_max: usize) {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (here, peak) = (Arc::clone(&now), Arc::clone(&most));
    // Nobody is answered before a full number is there: fewer at once would hang, more would be seen.
    let full = Barrier::new(at_once_max);
    let server = Loopback::start(move |_| {
        peak.fetch_max(here.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        full.wait();
        here.fetch_sub(1, Ordering::SeqCst);
        Reply::new(200, "", "{}")
    });
    let target = Arc::new(target(&server.url(), limits));
    let mut crowd = JoinSet::new();
    for _ in 0..3 * at_once_max {
        let target = Arc::clone(&target);
        crowd.spawn(async move { target.call(&call(Verb::Get, "/", None)).await });
    }
    assert!(crowd.join_all().await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), at_once_max);
}

#[tokio::test]
async fn a_call_without_a_place_was_not_sent() {
    let server = Loopback::start(|_| Reply::Hang);
    let limits = CallLimits { time_max: Duration::from_millis(50), at_once_max: 0, ..LIMITS };
    let seen = target(&server.url(), limits).call(&call(Verb::Post, "/users", None)).await;
    assert!(matches!(seen, Err(TargetError::Unreachable { .. })), "{seen:?}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_path_never_leaves_the_base() {
    let rows = [
        ("https://t.example.com/api", "/users/7", Some("https://t.example.com/api/users/7")),
        ("https://t.example.com/api/", "/users?q=a%20b", Some("https://t.example.com/api/users?q=a%20b")),
        ("https://t.example.com", "/users", Some("https://t.example.com/users")),
        ("https://t.example.com:8443/", "/users", Some("https://t.example.com:8443/users")),
        ("https://t.example.com/api", "/", Some("https://t.example.com/api/")),
        ("https://t.example.com/api", "//evil.example.com/", Some("https://t.example.com/api//evil.example.com/")),
        ("https://t.example.com/api", "/users?next=../x", Some("https://t.example.com/api/users?next=../x")),
        ("https://t.example.com/api", "/users/...", Some("https://t.example.com/api/users/...")),
        ("https://t.example.com/api", "", None),
        ("https://t.example.com/api", "users", None),
        ("https://t.example.com", ".evil.example.com/", None),
        ("https://t.example.com", "@evil.example.com/", None),
        ("https://t.example.com", ":8443/", None),
        ("https://t.example.com/api", "/../admin", None),
        ("https://t.example.com/api", "/users/..", None),
        ("https://t.example.com/api", "/users/%2E%2e/x", None),
        ("https://t.example.com/api", "/users/.%2e", None),
        ("https://t.example.com/api", "/users/./x", None),
        ("https://t.example.com/api", "/users/..\\..\\x", None),
        ("https://t.example.com/api", "/users/.\t./x", None),
        ("https://t.example.com/api", "/users#x", None),
        ("https://t.example.com/api", "/us ers", None),
    ];
    for (base, path, expected) in rows {
        let url = Base::parse(base).unwrap().join(path);
        assert_eq!(url.as_ref().map(Url::as_str), expected, "{base} {path}");
    }
}

#[test]
fn a_base_is_a_plain_web_address() {
    let rows = [
        ("https://t.example.com/api", None),
        ("http://127.0.0.1:8080", None),
        (" https://t.example.com ", None),
        ("t.example.com", Some("is not a URL")),
        ("", Some("is not a URL")),
        ("ftp://t.example.com", Some("is neither https nor http")),
        ("https://scim:s3cret@t.example.com", Some("holds a user name or password")),
        ("https://scim@t.example.com", Some("holds a user name or password")),
        ("https://t.example.com/?key=s3cret", Some("has a query or a fragment")),
        ("https://t.example.com/#x", Some("has a query or a fragment")),
    ];
    for (base, problem) in rows {
        let seen = Base::parse(base).err();
        assert_eq!(seen, problem.map(TargetSetupError::Base), "{base}");
    }
}

#[tokio::test]
async fn a_call_speaks_the_format_that_its_rule_says() {
    let server = Loopback::start(|asked| match asked.header("accept") {
        Some("application/xml") => Reply::new(200, "", "<user><id>7</id></user>"),
        _ => Reply::new(200, "", r#"{"id":7}"#),
    });
    let target = target(&server.url(), LIMITS);
    let body = json!({"user": {"tags": ["a", "b"]}});
    for (format, answer) in [
        (Format::Json, json!({"id": 7})),
        (Format::Form(FormStyle::default()), json!({"id": 7})),
        (Format::Xml, json!({"user": {"id": "7"}})),
    ] {
        let call = TargetCall { format, ..call(Verb::Post, "/users", Some(body.clone())) };
        assert_eq!(target.call(&call).await.map(|answer| answer.body), Ok(Body::Json(answer)));
    }
    let asked: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| (asked.header("content-type").map(str::to_owned), asked.body.clone()))
        .collect();
    let row = |media: &str, body: &str| (Some(media.to_owned()), body.to_owned());
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><user><tags>a</tags><tags>b</tags></user>";
    assert_eq!(
        asked,
        [
            row("application/json", r#"{"user":{"tags":["a","b"]}}"#),
            row("application/x-www-form-urlencoded", "user%5Btags%5D%5B%5D=a&user%5Btags%5D%5B%5D=b"),
            row("application/xml", xml),
        ]
    );
}

#[tokio::test]
async fn a_call_has_its_own_headers_but_never_in_the_place_of_credentials() {
    let server = Loopback::start(|_| Reply::new(200, "", "{}"));
    let keys =
        "auth = { header = \"X-Key\", value = \"secret:key\" }\nheaders = { X-Api = \"3\", Accept = \"text/json\" }";
    let target = speaking(&server.url(), keys, LIMITS);
    let headers = [("x-api", "4"), ("if-match", "\"ä\""), ("x-key", "mine")];
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    target.call(&TargetCall { headers, ..call(Verb::Get, "/users", None) }).await.unwrap();
    target.call(&call(Verb::Get, "/users", None)).await.unwrap();
    let asked = server.asked();
    let seen = |nr: usize| ["x-api", "if-match", "x-key", "accept"].map(|name| asked[nr].header(name));
    assert_eq!(seen(0), [Some("4"), Some("\"ä\""), Some("s3cret-key"), Some("text/json")]);
    assert_eq!(seen(1), [Some("3"), None, Some("s3cret-key"), Some("text/json")]);
}

#[tokio::test]
async fn a_secret_in_the_query_is_in_every_call_and_in_no_error() {
    let server =
        Loopback::start(|asked| if asked.path().contains("page") { Reply::raw("") } else { Reply::new(200, "", "{}") });
    let keys = "auth = { query = \"key\", value = \"secret:key\" }\nquery = { api = \"2\" }";
    let target = speaking(&server.url(), keys, LIMITS);
    target.call(&call(Verb::Get, "/users", None)).await.unwrap();
    let broken = target.call(&call(Verb::Post, "/users?page=1", None)).await;
    let down = speaking(&Loopback::nobody(), keys, LIMITS).call(&call(Verb::Get, "/users", None)).await;
    let climbing = target.call(&call(Verb::Get, "/../users", None)).await;
    let lines: Vec<_> = server.asked().iter().map(|asked| asked.path().to_owned()).collect();
    assert_eq!(lines, ["/users?api=2&key=s3cret-key", "/users?page=1&api=2&key=s3cret-key"]);
    for error in [broken, down, climbing] {
        let text = format!("{error:?} {}", error.as_ref().unwrap_err());
        assert!(!text.contains("s3cret") && !text.contains("key="), "{text}");
    }
}

#[tokio::test]
async fn only_headers_that_somebody_reads_are_kept() {
    let server = Loopback::start(|_| {
        Reply::new(200, "etag: \"7\"\r\nlink: </a>; rel=next\r\nlink: </b>; rel=prev\r\nx-other: 1\r\n", "{}")
    });
    let reads = ["etag", "link", "x-none"].map(str::to_owned).into();
    let call = TargetCall { reads, ..call(Verb::Get, "/users", None) };
    let answer = target(&server.url(), LIMITS).call(&call).await.unwrap();
    let expected = [("etag", "\"7\""), ("link", "</a>; rel=next, </b>; rel=prev")];
    assert_eq!(answer.headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn a_profile_says_how_many_calls_there_are_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (here, peak) = (Arc::clone(&now), Arc::clone(&most));
    let full = Barrier::new(2);
    let server = Loopback::start(move |_| {
        peak.fetch_max(here.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        full.wait();
        here.fetch_sub(1, Ordering::SeqCst);
        Reply::new(200, "", "{}")
    });
    let target = Arc::new(speaking(&server.url(), "auth = \"none\"\nlimits = { at_once = 2 }", LIMITS));
    let mut crowd = JoinSet::new();
    for _ in 0..6 {
        let target = Arc::clone(&target);
        crowd.spawn(async move { target.call(&call(Verb::Get, "/", None)).await });
    }
    assert!(crowd.join_all().await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn calls_that_come_too_early_wait_and_are_not_refused() {
    let server = Loopback::start(|_| Reply::new(200, "", "{}"));
    let target = Arc::new(speaking(&server.url(), "auth = \"none\"\nlimits = { per_second = 20 }", LIMITS));
    let started = std::time::Instant::now();
    let mut crowd = JoinSet::new();
    for _ in 0..5 {
        let target = Arc::clone(&target);
        crowd.spawn(async move { target.call(&call(Verb::Get, "/", None)).await });
    }
    assert!(crowd.join_all().await.iter().all(Result::is_ok));
    // The first goes at once, each of the others a twentieth of a second after the one before.
    assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
    // Who would wait for longer than a call may take is told so, and nothing was sent.
    let hurried = CallLimits { time_max: Duration::from_millis(50), ..LIMITS };
    let target = speaking(&server.url(), "auth = \"none\"\nlimits = { per_second = 1 }", hurried);
    assert!(target.call(&call(Verb::Get, "/", None)).await.is_ok());
    let late = target.call(&call(Verb::Get, "/", None)).await;
    assert!(matches!(late, Err(TargetError::Unreachable { .. })), "{late:?}");
    assert_eq!(server.asked().len(), 6);
}
