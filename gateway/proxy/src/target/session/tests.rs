//! Tokens over sockets: one login for all, kept, renewed once, and nothing of it in an error.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use rules::source::RuleRef;
use rules::{TargetAnswer, TargetCall, Verb};
use tokio::task::JoinSet;

use super::*;
use crate::target::loopback::{Asked, Loopback, Reply};
use crate::target::sample::access;
use crate::target::{CallLimits, HttpTarget, Target as _, target_client};

const OAUTH2: &str = r#"auth = { oauth2 = { token = "/oauth/token", client_id = "gate+way", client_secret = "secret:key", scope = "users {account}", audience = "api" } }"#;

const LOGIN: &str = r#"auth = { login = { post = "/session?a={account}", body = { user = "gateway", pass = "secret:pass" }, token = "data.token", send = { header = "X-Auth-Token", value = "t={token}" } } }"#;

fn target(server: &Loopback, keys: &str) -> HttpTarget {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let limits =
        CallLimits { time_max: Duration::from_secs(5), retry_delay: Duration::from_millis(1), ..CallLimits::default() };
    HttpTarget::with_limits(target_client([]).unwrap(), &format!("{}/api", server.url()), access(keys), limits).unwrap()
}

fn call(verb: Verb) -> TargetCall {
    let rule = RuleRef { file: "test".into(), line: 1, name: "user.get".to_owned() };
    TargetCall::new(verb, "/users/7", "user.get", rule)
}

/// A server that gives out the tokens `s3cret-1`, `s3cret-2`, … and takes those that `good` says.
fn server(answer: fn(usize) -> Reply, good: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Loopback {
    let logins = AtomicUsize::new(0);
    Loopback::start(move |asked| {
        if asked.line().starts_with("POST /api/oauth/token") || asked.line().starts_with("POST /api/session") {
            return answer(logins.fetch_add(1, Ordering::SeqCst) + 1);
        }
        if good(asked) { Reply::new(200, "", "{}") } else { Reply::new(401, "", "") }
    })
}

fn lines(server: &Loopback) -> Vec<String> {
    server.asked().iter().map(|asked| asked.line().to_owned()).collect()
}

#[track_caller]
fn is_ok(answer: &Result<TargetAnswer, TargetError>) {
    assert_eq!(answer.as_ref().map(|answer| answer.status), Ok(200));
}

const TOKEN: &str = "POST /api/oauth/token";
const CALL: &str = "GET /api/users/7";

#[tokio::test]
async fn an_oauth2_token_is_asked_for_once_and_shown_in_every_call() {
    let server = server(
        |nr| Reply::new(200, "", &format!(r#"{{"access_token":"s3cret-{nr}","expires_in":3600}}"#)),
        |asked| asked.header("authorization") == Some("Bearer s3cret-1"),
    );
    let target = target(&server, OAUTH2);
    for _ in 0..3 {
        is_ok(&target.call(&call(Verb::Get)).await);
    }
    assert_eq!(lines(&server), [TOKEN, CALL, CALL, CALL]);
    let asked = &server.asked()[0];
    assert_eq!(asked.body, "grant_type=client_credentials&scope=users+a%26b&audience=api");
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked.header("accept"), Some("application/json"));
    // RFC 6749 §2.3.1: id and secret are encoded before they are joined.
    assert_eq!(
        asked.header("authorization"),
        Some(basic("gate%2Bway", &Secret::new("s3cret-key".to_owned())).as_str())
    );
}

#[tokio::test]
async fn a_client_may_be_shown_in_the_body() {
    let server = server(|_| Reply::new(200, "", r#"{"access_token":"s3cret"}"#), |_| true);
    let target = target(&server, &OAUTH2.replace("audience = \"api\"", "send = \"body\""));
    is_ok(&target.call(&call(Verb::Get)).await);
    let asked = &server.asked()[0];
    let expected = "grant_type=client_credentials&scope=users+a%26b&client_id=gate%2Bway&client_secret=s3cret-key";
    assert_eq!((asked.body.as_str(), asked.header("authorization")), (expected, None));
}

#[tokio::test]
async fn a_token_that_has_ended_is_not_used_again() {
    for ends in ["0", "\"0\""] {
        let reply = match ends {
            "0" => |nr: usize| Reply::new(200, "", &format!(r#"{{"access_token":"s3cret-{nr}","expires_in":0}}"#)),
            _ => |nr: usize| Reply::new(200, "", &format!(r#"{{"access_token":"s3cret-{nr}","expires_in":"0"}}"#)),
        };
        let server = server(reply, |_| true);
        let target = target(&server, OAUTH2);
        is_ok(&target.call(&call(Verb::Get)).await);
        is_ok(&target.call(&call(Verb::Get)).await);
        assert_eq!(lines(&server), [TOKEN, CALL, TOKEN, CALL]);
        let shown: Vec<_> =
            server.asked().iter().filter_map(|asked| asked.header("authorization").map(str::to_owned)).collect();
        assert_eq!(shown[3], "Bearer s3cret-2");
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once_whatever_the_verb() {
    let token = |nr| Reply::new(200, "", &format!(r#"{{"access_token":"s3cret-{nr}","expires_in":3600}}"#));
    let server = server(token, |asked| asked.header("authorization") == Some("Bearer s3cret-2"));
    let target = target(&server, OAUTH2);
    is_ok(&target.call(&call(Verb::Post)).await);
    is_ok(&target.call(&call(Verb::Post)).await);
    let post = "POST /api/users/7";
    assert_eq!(lines(&server), [TOKEN, post, TOKEN, post, post]);
    // One that is refused for ever is renewed once in each call, and the 401 is the answer.
    let server = self::server(token, |_| false);
    let answer = self::target(&server, OAUTH2).call(&call(Verb::Get)).await;
    assert_eq!(answer.map(|answer| answer.status), Ok(401));
    assert_eq!(lines(&server), [TOKEN, CALL, TOKEN, CALL]);
}

#[tokio::test]
async fn who_asks_meanwhile_waits_for_the_same_token() {
    let server = server(
        |nr| {
            std::thread::sleep(Duration::from_millis(100));
            Reply::new(200, "", &format!(r#"{{"access_token":"s3cret-{nr}","expires_in":3600}}"#))
        },
        |asked| asked.header("authorization") == Some("Bearer s3cret-1"),
    );
    let target = Arc::new(target(&server, OAUTH2));
    let mut crowd = JoinSet::new();
    for _ in 0..10 {
        let target = Arc::clone(&target);
        crowd.spawn(async move { target.call(&call(Verb::Get)).await });
    }
    for answer in crowd.join_all().await {
        is_ok(&answer);
    }
    assert_eq!(lines(&server).iter().filter(|line| *line == TOKEN).count(), 1);
}

/// Who hears later than others that the old token is refused does not throw the new one away.
#[tokio::test]
async fn a_token_is_renewed_once_for_all_that_were_refused() {
    let refused = AtomicUsize::new(0);
    let server = server(
        |nr| Reply::new(200, "", &format!(r#"{{"access_token":"s3cret-{nr}","expires_in":3600}}"#)),
        move |asked| {
            let is_new = asked.header("authorization") == Some("Bearer s3cret-2");
            if !is_new {
                let before = refused.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis([0, 80, 160, 240][before.min(3)]));
            }
            is_new
        },
    );
    let target = Arc::new(target(&server, OAUTH2));
    let mut crowd = JoinSet::new();
    for _ in 0..4 {
        let target = Arc::clone(&target);
        crowd.spawn(async move { target.call(&call(Verb::Post)).await });
    }
    for answer in crowd.join_all().await {
        is_ok(&answer);
    }
    assert_eq!(lines(&server).iter().filter(|line| *line == TOKEN).count(), 2);
}

#[tokio::test]
async fn a_login_gives_a_token_from_body_header_or_cookie() {
    let body: fn(usize) -> Reply = |_| Reply::new(201, "", r#"{"data":{"token":70}}"#);
    let header: fn(usize) -> Reply = |_| Reply::new(200, "x-subject-token: s3cret-h\r\n", "");
    let cookie: fn(usize) -> Reply =
        |_| Reply::new(200, "set-cookie: other=1; Path=/\r\nset-cookie: SID=s3cret-c; HttpOnly\r\n", "");
    for (reply, token, shown) in [
        (body, "data.token", "t=70"),
        (header, "header:X-Subject-Token", "t=s3cret-h"),
        (cookie, "cookie:SID", "t=s3cret-c"),
    ] {
        let server = server(reply, |_| true);
        let keys =
            LOGIN.replace("data.token", token) + "\nheaders = { X-Api-Version = \"3\" }\nquery = { api = \"2\" }";
        let target = target(&server, &keys);
        is_ok(&target.call(&call(Verb::Get)).await);
        is_ok(&target.call(&call(Verb::Get)).await);
        let asked = server.asked();
        assert_eq!(
            lines(&server),
            ["POST /api/session?a=a%26b&api=2", "GET /api/users/7?api=2", "GET /api/users/7?api=2"]
        );
        assert_eq!(asked[0].body, r#"{"user":"gateway","pass":"s3cret-pass"}"#);
        assert_eq!(asked[1].header("x-auth-token"), Some(shown));
        assert!(asked.iter().all(|asked| asked.header("x-api-version") == Some("3")));
    }
}

#[tokio::test]
async fn a_login_may_be_a_form() {
    let server = server(|_| Reply::new(200, "", r#"{"data":{"token":"s3cret"}}"#), |_| true);
    let target = target(&server, &LOGIN.replace("body =", "format = \"form\", body ="));
    is_ok(&target.call(&call(Verb::Get)).await);
    assert_eq!(server.asked()[0].body, "user=gateway&pass=s3cret-pass");
}

#[tokio::test]
async fn a_login_that_fails_is_a_failure_without_secrets_and_not_hammered() {
    /// How a login is answered, what becomes of the call, and how often two calls log in.
    type Row = (fn(usize) -> Reply, TargetError, usize);
    let fails: [Row; 12] = [
        (|_| Reply::new(401, "", "s3cret"), TargetFault::Credentials { status: 401 }.into(), 1),
        (|_| Reply::new(400, "", "s3cret"), TargetFault::Credentials { status: 400 }.into(), 1),
        (
            |_| Reply::new(429, "retry-after: 7\r\n", ""),
            TargetFault::Busy { status: 429, retry_after_secs: Some(7), repeat_after: None }.into(),
            2,
        ),
        (|_| Reply::new(403, "", "s3cret"), TargetFault::Credentials { status: 403 }.into(), 1),
        (
            |_| Reply::new(503, "", ""),
            TargetFault::Busy { status: 503, retry_after_secs: None, repeat_after: None }.into(),
            2,
        ),
        (
            |_| Reply::new(408, "", ""),
            TargetFault::Busy { status: 408, retry_after_secs: None, repeat_after: None }.into(),
            2,
        ),
        (|_| Reply::new(302, "location: /\r\n", "s3cret"), garbage("status 302 to the login"), 2),
        (|_| Reply::new(404, "", "s3cret"), garbage("status 404 to the login"), 2),
        (|_| Reply::new(200, "", r#"{"data":{"token":""}}"#), garbage("no token in the answer to the login"), 2),
        (|_| Reply::new(500, "", "s3cret"), TargetFault::Broken { status: 500 }.into(), 2),
        (|_| Reply::new(200, "", r#"{"tokens":"s3cret"}"#), garbage("no token in the answer to the login"), 2),
        (
            |_| Reply::new(200, "", "{\"data\":{\"token\":\"s3cret\\n\"}}"),
            garbage("a token that no header can carry"),
            2,
        ),
    ];
    for (reply, expected, logins) in fails {
        let server = server(reply, |_| true);
        let target = target(&server, LOGIN);
        for _ in 0..2 {
            let answer = target.call(&call(Verb::Get)).await;
            assert_eq!(answer, Err(expected.clone()));
            assert!(!format!("{answer:?}").contains("s3cret"));
        }
        // A password that was refused is not tried again at once: products lock accounts.
        assert_eq!(lines(&server), vec!["POST /api/session?a=a%26b"; logins]);
    }
}

#[tokio::test]
async fn a_login_that_hangs_holds_nobody_up_for_longer_than_a_call() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let server = Loopback::start(|_| Reply::Hang);
    let limits = CallLimits { time_max: Duration::from_millis(50), ..CallLimits::default() };
    let target = HttpTarget::with_limits(target_client([]).unwrap(), &server.url(), access(LOGIN), limits).unwrap();
    let (target, mut crowd) = (Arc::new(target), JoinSet::new());
    for _ in 0..3 {
        let target = Arc::clone(&target);
        crowd.spawn(async move { target.call(&call(Verb::Get)).await });
    }
    for answer in crowd.join_all().await {
        assert_eq!(answer, Err(TargetError::TimedOut { secs: 0 }));
    }
}

#[test]
fn a_token_of_another_server_is_asked_for_there_and_shows_it_nothing_else() {
    let keys = OAUTH2.replace("\"/oauth/token\"", "\"https://login.example.com/{account}/token\"")
        + "\nheaders = { X-Account = \"{account}\" }\nquery = { api = \"2\" }";
    let access = access(&keys);
    let rules = access.session.clone().unwrap();
    let base = Base::parse("https://target.example.com/api").unwrap();
    let request = rules.request(&base, &access.headers, &access.query).unwrap();
    assert_eq!(request.url().as_str(), "https://login.example.com/a%26b/token");
    assert!(request.headers().get("x-account").is_none());
    assert!(request.headers()["authorization"].is_sensitive());
}

#[test]
fn a_token_is_dropped_shortly_before_it_ends() {
    let rules = access(OAUTH2).session.unwrap();
    for (answer, secs) in [
        (json!({"access_token": "t", "expires_in": 100}), 90),
        (json!({"access_token": "t", "expires_in": 3600}), 3570),
        (json!({"access_token": "t"}), 570),
        (json!({"access_token": "t", "expires_in": -1}), 570),
        (json!({"access_token": "t", "expires_in": 86_400}), 86_370),
        (json!({"access_token": "t", "expires_in": u64::MAX}), 86_370),
    ] {
        let body = answer.to_string().into_bytes();
        let ticket = rules.ticket(&Received { status: 200, headers: HeaderMap::new(), body }).unwrap();
        assert_eq!(ticket.lifetime.as_secs(), secs, "{answer}");
    }
}

#[test]
fn a_login_says_itself_how_long_its_token_lives() {
    let rules = access(&LOGIN.replace("send =", "lifetime_secs = 100, send =")).session.unwrap();
    let body = br#"{"data":{"token":"t"},"expires_in":9}"#.to_vec();
    let ticket = rules.ticket(&Received { status: 200, headers: HeaderMap::new(), body }).unwrap();
    assert_eq!(ticket.lifetime.as_secs(), 90);
}

#[test]
fn a_password_that_was_refused_is_tried_again_after_a_while() {
    let refused = Err(TargetFault::Credentials { status: 401 });
    assert_eq!(Lifetimes.expire_after_create(&(), &refused, Instant::now()), Some(LOGIN_PAUSE));
}

#[test]
fn the_last_cookie_of_a_name_is_the_token() {
    for (cookies, expected) in [
        (&["SID=a", "SID=b; Path=/"][..], Some("b")),
        (&[" SID = a ; Secure"], Some("a")),
        (&["SID=a=b"], Some("a=b")),
        (&["XSID=a", "SID"], None),
        (&[], None),
    ] {
        let mut headers = HeaderMap::new();
        for value in cookies {
            headers.append(SET_COOKIE, HeaderValue::from_static(value));
        }
        assert_eq!(cookie(&headers, "SID").as_deref(), expected, "{cookies:?}");
    }
}
