//! A target that is a script: what it answers to which call; and the calls that came, in order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rules::{Body, Params, Profile, TargetAnswer, TargetCall};

use crate::target::{CallFuture, Target};

use super::*;

/// What every profile here begins with; rows write what is behind.
const HEAD: &str = "profile = \"desk\"\ntitle = \"Desk\"\n[target]\nauth = \"none\"\n";

/// Answers by call: `GET /users`, and what it is answered.
#[derive(Debug, Default)]
pub(super) struct Script {
    answers: BTreeMap<String, TargetAnswer>,
    calls: Mutex<Vec<String>>,
}

/// The exchange in front of a script, and everything around it.
pub(super) struct Desk {
    pub(super) exchanges: Exchanges,
    pub(super) tenant: Tenant,
    pub(super) script: Arc<Script>,
}

impl Script {
    /// What `call` is answered; 404 to what nothing is said about.
    pub(super) fn says(mut self, call: &str, body: Value) -> Self {
        self.answers.insert(call.to_owned(), TargetAnswer::new(200, Body::Json(body)));
        self
    }

    /// The same with a header.
    pub(super) fn says_with(mut self, call: &str, header: (&str, &str), body: Value) -> Self {
        let headers = vec![(header.0.to_owned(), header.1.to_owned())];
        self.answers.insert(call.to_owned(), TargetAnswer { headers, ..TargetAnswer::new(200, Body::Json(body)) });
        self
    }
}

impl Target for Script {
    fn call<'a>(&'a self, call: &'a TargetCall) -> CallFuture<'a> {
        let line = format!("{} {}", call.verb, call.path);
        let mut answer = self.answers.get(&line).cloned().unwrap_or_else(|| TargetAnswer::new(404, Body::Empty));
        // As the real one: what nobody reads is not kept.
        answer.headers.retain(|(name, _)| call.reads.contains(name));
        let headers: Vec<String> = call.headers.iter().map(|(name, value)| format!(" {name}: {value}")).collect();
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(line + &headers.concat());
        Box::pin(async move { Ok(answer) })
    }
}

/// A desk with this profile behind [`HEAD`].
#[track_caller]
pub(super) fn desk(profile: &str, script: Script) -> Desk {
    let profile = match Profile::load("desk/profile.toml", &format!("{HEAD}{profile}")) {
        Ok((profile, _)) => profile,
        Err(report) => panic!("{}", report.to_terminal(rules::diagnostics::Colour::Plain)),
    };
    // A second one in the same process changes nothing.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let (clock, metrics, script) = (Arc::new(Still::default()), Arc::new(Metrics::detached()), Arc::new(script));
    let exchanges = Exchanges::new(Parts {
        tenants: Tenants::new(Vec::new()).ok().unwrap(),
        authenticator: Authenticator::new(target_client([]).unwrap(), Arc::clone(&clock) as _, Arc::clone(&metrics)),
        store: Arc::new(Volatile::default()),
        metrics,
        clock: Arc::clone(&clock) as _,
        random: Arc::clone(&clock) as _,
        public_url: "https://scim.example.com".to_owned(),
        tracing: Tracing::On,
    });
    let tenant = Tenant {
        id: "acme".parse().unwrap(),
        params: Params::bind(&profile.params, &BTreeMap::new()).unwrap(),
        profile: Arc::new(profile),
        protocol: scim::Protocol::default(),
        credentials: Credentials::default(),
        target: Arc::clone(&script) as _,
    };
    Desk { exchanges, tenant, script }
}

impl Desk {
    /// The calls that `request` makes, then its answer.
    pub(super) async fn lines(&self, request: &str, body: &Value) -> Vec<String> {
        let (answer, mut lines) = self.run(request, body).await;
        lines.push(match answer {
            Ok(answer) => told(&answer),
            Err(failure) => complained(&failure),
        });
        lines
    }

    /// The answer itself, and the calls.
    pub(super) async fn run(&self, request: &str, body: &Value) -> (Result<Answer, Failure>, Vec<String>) {
        let (method, target) = request.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = operation::Request { method, path, query, body: &body, ..Default::default() };
        let operation = Operation::decode(request).unwrap();
        let answer = self.exchanges.run(&self.tenant, "/scim/v2", operation, &Draft::default()).await;
        let calls = std::mem::take(&mut *self.script.calls.lock().unwrap_or_else(PoisonError::into_inner));
        (answer, calls)
    }
}
