//! One exchange without sockets: from the bytes of a request to the bytes of its answer, the target's JSON included.
//!
//! `run` cases go through [`Exchanges::run`], behind authentication; the `served` case goes through [`Exchanges::serve`], which
//! is all of the exchange but the stack of layers and the two connections.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use json::{Value, json};
use proxy::authenticate::Authenticator;
use proxy::exchange::{Parts, Tracing};
use proxy::metrics::Metrics;
use proxy::record::Draft;
use proxy::target::target_client;
use proxy::tenant::{Credentials, TokenHash};
use proxy::{Clock, Exchanges, NoRandom, RandomSource, Tenant, Tenants};
use rules::Params;
use rules::params::ParamKind;
use scim::Operation;
use store::Volatile;
use tokio::runtime::Builder;

use super::played::{KNOWN_LOGIN, KNOWN_NUMBER, Played};
use super::samples::{FULL_USER, MESSAGING_USER, entra_patch, profile};
use super::token::TOKEN;
use super::{Case, Run, at_once, repeat};

const GROUP: &str = "exchange";

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "look_up", prepare: || run("directory", look_up(KNOWN_LOGIN)) },
    Case { group: GROUP, name: "create", prepare: || run("directory", create(FULL_USER)) },
    Case { group: GROUP, name: "patch_no_change", prepare: || run("directory", patch()) },
    Case { group: GROUP, name: "look_up_served", prepare: || serve("directory", look_up(KNOWN_LOGIN)) },
    Case { group: GROUP, name: "create_served", prepare: || serve("directory", create(FULL_USER)) },
    Case { group: GROUP, name: "look_up_by_number", prepare: || run("telemessage", look_up(KNOWN_NUMBER)) },
    Case { group: GROUP, name: "create_by_number", prepare: || run("telemessage", create(MESSAGING_USER)) },
];

/// A request, and the status that it must be answered with.
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) query: Option<String>,
    pub(super) body: String,
    pub(super) status: u16,
}

/// Entra's matching request for `user_name`.
pub(super) fn look_up(user_name: &str) -> Request {
    let query = format!("filter=userName+eq+%22{user_name}%22");
    Request { method: "GET", path: "/Users", query: Some(query), body: String::new(), status: 200 }
}

pub(super) fn create(user: &str) -> Request {
    // Without the line breaks and indents that are there for us.
    let user: Value = json::from_str(user).unwrap();
    Request { method: "POST", path: "/Users", query: None, body: user.to_string(), status: 201 }
}

fn patch() -> Request {
    Request { method: "PATCH", path: "/Users/7", query: None, body: entra_patch(), status: 200 }
}

/// A customer whose target is [`Played`].
pub(super) fn tenant(name: &str, credentials: Credentials) -> Tenant {
    let profile = profile(name);
    let regions = profile.params.iter().filter(|param| param.kind == ParamKind::Region);
    let given = regions.map(|param| (param.name.clone(), json!("GB")));
    let params = Params::bind(&profile.params, &given.collect()).unwrap();
    Tenant {
        id: "acme".parse().unwrap(),
        profile,
        params,
        protocol: scim::Protocol::default(),
        credentials,
        target: Arc::new(Played::new()),
    }
}

/// Stands still.
struct Still;

impl Clock for Still {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

impl RandomSource for Still {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoRandom> {
        Ok(())
    }
}

fn exchanges(profile: &str) -> Exchanges {
    let clock: Arc<dyn Clock> = Arc::new(Still);
    let metrics = Arc::new(Metrics::detached());
    let credentials = Credentials { tokens: vec![TokenHash::of(TOKEN)], ..Credentials::default() };
    Exchanges::new(Parts {
        tenants: Tenants::new(vec![tenant(profile, credentials)]).unwrap(),
        authenticator: Authenticator::new(target_client(None).unwrap(), Arc::clone(&clock), Arc::clone(&metrics)),
        store: Arc::new(Volatile::default()),
        metrics,
        clock,
        random: Arc::new(Still),
        public_url: "https://scim.example.com".to_owned(),
        tracing: Tracing::Off,
    })
}

pub(super) fn run(profile: &str, request: Request) -> Run {
    let asking = Asking::new(profile, request);
    repeat(move || asking.answer(&Draft::default()).map(|body| body.to_string()))
}

/// One request to the operations, again and again.
pub(super) struct Asking {
    exchanges: Exchanges,
    tenant: Arc<Tenant>,
    request: Request,
}

impl Asking {
    pub(super) fn new(profile: &str, request: Request) -> Self {
        let exchanges = exchanges(profile);
        let tenant = exchanges.tenants().iter().next().map(Arc::clone).unwrap();
        Self { exchanges, tenant, request }
    }

    /// The body of the answer, whose status is the wanted one.
    pub(super) fn answer(&self, draft: &Draft) -> Option<Value> {
        let Request { method, path, query, body, status } = &self.request;
        let operation = Operation::decode(scim::operation::Request {
            method,
            path,
            query: query.as_deref(),
            body: body.as_bytes(),
            ..scim::operation::Request::default()
        })
        .unwrap();
        let answer = at_once(self.exchanges.run(&self.tenant, "/scim/v2", operation, draft)).unwrap();
        assert_eq!(answer.status.as_u16(), *status);
        answer.body
    }
}

fn serve(profile: &str, request: Request) -> Run {
    let exchanges = exchanges(profile);
    let Request { method, path, query, body, status } = request;
    let uri: http::Uri = format!("/scim/v2{path}?{}", query.unwrap_or_default()).parse().unwrap();
    let body = Bytes::from(body);
    // Only for the timer of the body, which nobody has to wait for.
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    repeat(move || {
        let _entered = runtime.enter();
        let request = http::Request::builder().method(method).uri(uri.clone());
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let response = at_once(exchanges.serve(request.body(Full::new(body.clone())).unwrap())).unwrap();
        assert_eq!(response.status().as_u16(), status);
        response
    })
}
