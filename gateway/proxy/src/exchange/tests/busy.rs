//! A target that is busy: a short wait is waited for, once; a long one is the IdP's.

use std::sync::atomic::{AtomicUsize, Ordering};

use rules::{Body, TargetAnswer, TargetCall};

use super::desk::{Script, desk};
use super::*;
use crate::target::{CallFuture, Target};

const PROFILE: &str = r#"wait = { field = "retry_after_ms", unit = "ms" }
[user]
id = "id"
[user.get]
get = "/users/{id}"
[user.list]
get = "/users"
rows = "users"
[user.map]
userName = { direct = "login", match = 1 }
[[error]]
when = { status = 503, body = "queue == 'full'" }
is = "busy"
"#;

/// Busy for the first answers, well for all others.
struct Busy {
    first: Vec<TargetAnswer>,
    calls: AtomicUsize,
}

impl Target for Busy {
    fn call<'a>(&'a self, _: &'a TargetCall) -> CallFuture<'a> {
        let nr = self.calls.fetch_add(1, Ordering::SeqCst);
        let well = || TargetAnswer::new(200, Body::Json(json!({"id": "7", "login": "ada"})));
        let answer = self.first.get(nr).cloned().unwrap_or_else(well);
        Box::pin(async move { Ok(answer) })
    }
}

async fn check(first: Vec<TargetAnswer>, status: u16, calls: usize) {
    let mut desk = desk(PROFILE, Script::default());
    let target = Arc::new(Busy { first, calls: AtomicUsize::new(0) });
    desk.tenant.target = Arc::clone(&target) as _;
    let answer = desk.lines("GET /Users/7", &Value::Null).await;
    assert!(answer[0].starts_with(&format!("{status} ")), "{answer:?}");
    assert_eq!(target.calls.load(Ordering::SeqCst), calls, "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn a_short_wait_is_waited_for_once() {
    let limited = |ms: u32| TargetAnswer::new(429, Body::Json(json!({"retry_after_ms": ms})));
    let after = |status: u16, secs: u32| TargetAnswer {
        retry_after_secs: Some(secs),
        ..TargetAnswer::new(status, Body::Empty)
    };
    let full =
        TargetAnswer { retry_after_secs: Some(1), ..TargetAnswer::new(503, Body::Json(json!({"queue": "full"}))) };
    check(vec![], 200, 1).await;
    check(vec![limited(150)], 200, 2).await;
    check(vec![limited(2000)], 200, 2).await;
    check(vec![limited(2001)], 503, 1).await;
    check(vec![after(429, 2)], 200, 2).await;
    check(vec![after(429, 3)], 503, 1).await;
    check(vec![full.clone()], 200, 2).await;
    check(vec![after(503, 1)], 503, 1).await;
    check(vec![limited(1), limited(1), limited(1)], 503, 2).await;
}
