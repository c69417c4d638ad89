//! The exposition after some exchanges, as a scraper reads it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use prometheus::TextEncoder;
use scim::Operation;

use super::*;

/// The lines of a scrape after `act` that name the metric and are not zero; histograms without their buckets.
#[track_caller]
fn check(metric: &str, act: impl FnOnce(&Metrics), expected: &[&str]) {
    let registry = Registry::new();
    let metrics = Metrics::new(&registry).unwrap();
    act(&metrics);
    let scrape = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    let lines: Vec<&str> = scrape
        .lines()
        .filter(|line| line.starts_with(metric) && !line.contains("_bucket") && !line.ends_with(" 0"))
        .collect();
    assert_eq!(lines, expected);
}

fn record(operation: &'static str, class: OutcomeClass, status: u16) -> ExchangeRecord {
    let duration = Duration::from_millis(30);
    ExchangeRecord { operation, status, class, duration, ..ExchangeRecord::default() }
}

fn of_acme(class: OutcomeClass, status: u16) -> ExchangeRecord {
    ExchangeRecord { tenant: Some("acme".parse().unwrap()), ..record("user.read", class, status) }
}

fn call(status: Option<u16>) -> CallRecord {
    let duration = Duration::from_secs(20);
    CallRecord { verb: "POST", route: "user.create".to_owned(), status, writes: true, duration }
}

#[test]
fn an_exchange_is_counted_by_operation_class_and_status() {
    let rows = [
        (
            "user.create",
            OutcomeClass::Success,
            201,
            r#"{operation="user.create",outcome_class="success",status="201"} 1"#,
        ),
        ("user.read", OutcomeClass::Client, 404, r#"{operation="user.read",outcome_class="client",status="404"} 1"#),
        ("user.read", OutcomeClass::Target, 503, r#"{operation="user.read",outcome_class="target",status="503"} 1"#),
        ("", OutcomeClass::Client, 401, r#"{operation="unknown",outcome_class="client",status="401"} 1"#),
        (
            "user.patch",
            OutcomeClass::Cancelled,
            0,
            r#"{operation="user.patch",outcome_class="cancelled",status="none"} 1"#,
        ),
    ];
    for (operation, class, status, expected) in rows {
        let expected = format!("scimgate_requests_total{expected}");
        check(
            "scimgate_requests_total",
            |metrics| metrics.exchange(&record(operation, class, status), 0),
            &[&expected],
        );
    }
}

#[test]
fn a_duration_is_kept_by_operation_and_class_of_status_without_the_tenant() {
    check(
        "scimgate_request_duration_seconds",
        |metrics| {
            metrics.exchange(&of_acme(OutcomeClass::Success, 200), 0);
            metrics.exchange(&of_acme(OutcomeClass::Gateway, 500), 0);
        },
        &[
            r#"scimgate_request_duration_seconds_sum{operation="user.read",status_class="2xx"} 0.03"#,
            r#"scimgate_request_duration_seconds_count{operation="user.read",status_class="2xx"} 1"#,
            r#"scimgate_request_duration_seconds_sum{operation="user.read",status_class="5xx"} 0.03"#,
            r#"scimgate_request_duration_seconds_count{operation="user.read",status_class="5xx"} 1"#,
        ],
    );
}

#[test]
fn a_tenant_is_counted_and_its_last_success_is_kept() {
    let act = |metrics: &Metrics| {
        metrics.exchange(&of_acme(OutcomeClass::Success, 200), 1_700_000_000);
        metrics.exchange(&of_acme(OutcomeClass::Target, 503), 1_700_000_009);
        metrics.exchange(&record("user.read", OutcomeClass::Success, 200), 1_700_000_010);
    };
    check(
        "scimgate_tenant_requests_total",
        act,
        &[
            r#"scimgate_tenant_requests_total{outcome_class="success",tenant="acme"} 1"#,
            r#"scimgate_tenant_requests_total{outcome_class="target",tenant="acme"} 1"#,
        ],
    );
    check("scimgate_last_success", act, &[r#"scimgate_last_success_timestamp_seconds{tenant="acme"} 1700000000"#]);
}

#[test]
fn a_target_call_is_counted_and_timed_by_route() {
    let act = |metrics: &Metrics| {
        metrics.target_call(&call(Some(422)));
        metrics.target_call(&call(None));
    };
    check(
        "scimgate_target_calls_total",
        act,
        &[
            r#"scimgate_target_calls_total{route="user.create",status_class="4xx"} 1"#,
            r#"scimgate_target_calls_total{route="user.create",status_class="none"} 1"#,
        ],
    );
    check(
        "scimgate_target_call_duration_seconds_sum",
        act,
        &[
            r#"scimgate_target_call_duration_seconds_sum{route="user.create",status_class="4xx"} 20"#,
            r#"scimgate_target_call_duration_seconds_sum{route="user.create",status_class="none"} 20"#,
        ],
    );
}

#[test]
fn the_smaller_numbers_are_counted() {
    check("scimgate_key_fetches", |metrics| metrics.key_fetch(true), &[r#"scimgate_key_fetches_total{result="ok"} 1"#]);
    check(
        "scimgate_key_fetches",
        |metrics| metrics.key_fetch(false),
        &[r#"scimgate_key_fetches_total{result="failed"} 1"#],
    );
    check("scimgate_token", |metrics| metrics.token_cache(true), &[r#"scimgate_token_cache_total{result="hit"} 1"#]);
    check("scimgate_token", |metrics| metrics.token_cache(false), &[r#"scimgate_token_cache_total{result="miss"} 1"#]);
    check("scimgate_audit_dropped", Metrics::audit_dropped, &["scimgate_audit_dropped_total 1"]);
    check(
        "scimgate_auth_rejected",
        |metrics| metrics.auth_rejected(AuthError::Missing.reason()),
        &[r#"scimgate_auth_rejected_total{reason="no-credential"} 1"#],
    );
    check(
        "scimgate_build_info",
        |_| {},
        &[concat!(r#"scimgate_build_info{version=""#, env!("CARGO_PKG_VERSION"), r#""} 1"#)],
    );
}

#[test]
fn what_is_ongoing_is_counted_while_it_is() {
    check(
        "scimgate_requests_in_flight",
        |metrics| {
            drop(metrics.exchange_began());
            std::mem::forget(metrics.exchange_began());
        },
        &["scimgate_requests_in_flight 1"],
    );
    check(
        "scimgate_connections",
        |metrics| {
            drop(metrics.connection_opened());
            std::mem::forget(metrics.connection_opened());
        },
        &["scimgate_connections 1"],
    );
}

#[test]
fn every_reason_of_a_rejection_is_there_before_it_happens() {
    let registry = Registry::new();
    let _metrics = Metrics::new(&registry).unwrap();
    let scrape = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    for error in AUTH_ERRORS {
        let line = format!("scimgate_auth_rejected_total{{reason=\"{}\"}} 0", error.reason());
        assert!(scrape.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn one_registry_takes_the_metrics_once() {
    let registry = Registry::new();
    let _metrics = Metrics::new(&registry).unwrap();
    assert!(Metrics::new(&registry).is_err());
}

#[test]
fn every_operation_has_kept_children() {
    let body = b"{}";
    let decoded = |method, path: &str| {
        Operation::decode(scim::operation::Request { method, path, body, ..Default::default() }).unwrap()
    };
    let member = [("GET", "/7"), ("PUT", "/7"), ("PATCH", "/7"), ("DELETE", "/7")];
    let collection = [("GET", ""), ("POST", ""), ("POST", "/.search")];
    let mut operations = Vec::new();
    for kind in ["Users", "Groups"] {
        let paths = collection.into_iter().chain(member);
        operations.extend(paths.map(|(method, path)| decoded(method, &format!("/{kind}{path}"))));
    }
    for path in ["", "/Me", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        operations.push(decoded("GET", path));
    }
    operations.push(decoded("POST", "/.search"));
    operations.push(Operation::Bulk(scim::operation::BulkRequest { operations: Vec::new(), fail_on_errors: None }));
    let named: std::collections::BTreeSet<&str> = operations.iter().map(Operation::name).collect();
    let kept: std::collections::BTreeSet<&str> = OPERATIONS.into_iter().filter(|name| *name != UNKNOWN).collect();
    assert_eq!(named, kept);
}
