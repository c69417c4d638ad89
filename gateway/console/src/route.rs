//! From a request to an answer. Reads only; every answer carries the headers that keep a browser from doing more than reading.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;

use crate::health::run_checks;
use crate::{Console, metrics, page};

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";

/// The style of the page: a file of its own, so that the policy need not allow inline styles.
const STYLE: &str = include_str!("../templates/console.css");

/// No script, no frame, no form, nothing from elsewhere; a page that shows names of users is nobody's to cache.
const SECURITY_HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// Answers a request; the guard against foreign host names comes first, because an answer 404 tells something too.
pub(crate) async fn answer<B>(console: &Console, request: &Request<B>) -> Response<Full<Bytes>> {
    let mut response = if console.hosts.permit(request) {
        route(console, request).await
    } else {
        plain(
            StatusCode::MISDIRECTED_REQUEST,
            "this host name is not served here: use the IP address or localhost, or allow the name in the configuration\n",
        )
    };
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

async fn route<B>(console: &Console, request: &Request<B>) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    if !matches!(path, "/" | "/console.css" | "/metrics" | "/livez" | "/readyz") {
        return plain(StatusCode::NOT_FOUND, "not found; there is /, /metrics, /livez and /readyz\n");
    }
    // hyper leaves the body out of an answer to HEAD.
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = plain(StatusCode::METHOD_NOT_ALLOWED, "this port is for reading: GET or HEAD\n");
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    match path {
        "/metrics" => match metrics::exposition(&console.registry).await {
            Ok(text) => body(StatusCode::OK, metrics::CONTENT_TYPE, text),
            Err(reason) => plain(StatusCode::INTERNAL_SERVER_ERROR, reason),
        },
        "/livez" => plain(StatusCode::OK, "ok\n"),
        "/readyz" => readyz(console).await,
        "/console.css" => body(StatusCode::OK, CSS, STYLE),
        _ => match page::render(console, request.uri().query()).await {
            Ok(html) => body(StatusCode::OK, HTML, html),
            Err(page::PageError::Query(reason)) => plain(StatusCode::BAD_REQUEST, reason),
            Err(page::PageError::Template(error)) => plain(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        },
    }
}

async fn readyz(console: &Console) -> Response<Full<Bytes>> {
    let reports = run_checks(&console.checks).await;
    let ready = reports.iter().all(|report| report.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let json = json::to_vec(&reports).expect("invariant: strings and booleans are always JSON");
    body(status, JSON, json)
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    body(status, TEXT, text)
}

fn body(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
