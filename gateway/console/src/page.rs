//! The page: how things are, and what was asked last. Plain HTML without script; every value is escaped by the template.

use std::time::Duration;

use askama::Template;
use jiff::Timestamp;
use store::{AuditRecord, TenantId};
use tokio::time::timeout;

use crate::health::{CheckReport, run_checks};
use crate::limits::{AUDIT_SHOWN_MAX, AUDIT_TIME_MAX, TENANTS_SHOWN_MAX};
use crate::{Console, TenantStatus};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum PageError {
    /// The query of the URL cannot be used; what to write instead.
    Query(String),
    /// The template failed: ours.
    Template(askama::Error),
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage {
    version: String,
    uptime: String,
    at: String,
    checks: Vec<CheckReport>,
    tenants: Vec<TenantRow>,
    tenants_hidden: usize,
    /// The tenant whose records are shown alone.
    only: Option<TenantId>,
    audit: Vec<AuditRow>,
    audit_problem: Option<String>,
}

struct TenantRow {
    id: TenantId,
    profile: String,
    protocol: &'static str,
    takes: &'static str,
    target: String,
    last_success: Option<String>,
    exchanges: String,
    failures: String,
    fails: bool,
}

struct AuditRow {
    at: String,
    tenant: Option<TenantId>,
    operation: String,
    resource: String,
    status: u16,
    outcome: String,
    left_out: String,
    fails: bool,
    reads: u32,
    writes: u32,
    took: String,
    request_id: String,
}

/// The page; `?tenant=acme` shows the audit of that tenant alone.
pub(crate) async fn render(console: &Console, query: Option<&str>) -> Result<String, PageError> {
    let only = tenant_of(query.unwrap_or_default())?;
    let audited = timeout(AUDIT_TIME_MAX, console.store.audited(only.as_ref(), AUDIT_SHOWN_MAX));
    let (checks, audited) = tokio::join!(run_checks(&console.checks), audited);
    let (audit, audit_problem) = match audited {
        Ok(Ok(records)) => (records.into_iter().map(AuditRow::from).collect(), None),
        // The page is read most when something is wrong; it shows the rest.
        Ok(Err(error)) => (Vec::new(), Some(error.to_string())),
        Err(_) => (Vec::new(), Some(format!("the store gave no answer within {} s", AUDIT_TIME_MAX.as_secs()))),
    };
    let snapshot = console.status.snapshot();
    let page = StatusPage {
        version: snapshot.version,
        uptime: uptime(snapshot.uptime),
        at: utc(snapshot.at_ms),
        checks,
        tenants_hidden: snapshot.tenants.len().saturating_sub(TENANTS_SHOWN_MAX),
        tenants: snapshot.tenants.into_iter().take(TENANTS_SHOWN_MAX).map(TenantRow::from).collect(),
        only,
        audit,
        audit_problem,
    };
    page.render().map_err(PageError::Template)
}

/// A tenant id needs no percent-encoding, so none is undone.
fn tenant_of(query: &str) -> Result<Option<TenantId>, PageError> {
    let mut named = query.split('&').filter_map(|pair| pair.strip_prefix("tenant="));
    let tenant = named.next().filter(|text| !text.is_empty());
    tenant.map(str::parse).transpose().map_err(|error: store::TenantIdError| PageError::Query(format!("{error}\n")))
}

impl From<TenantStatus> for TenantRow {
    fn from(status: TenantStatus) -> Self {
        Self {
            id: status.id,
            profile: status.profile,
            protocol: status.protocol,
            takes: if status.groups { "users, groups" } else { "users" },
            target: status.target,
            last_success: status.last_success_ms.map(utc),
            exchanges: grouped(status.exchanges),
            failures: grouped(status.failures),
            fails: status.failures > 0,
        }
    }
}

impl From<AuditRecord> for AuditRow {
    fn from(record: AuditRecord) -> Self {
        Self {
            at: utc(record.at_ms),
            tenant: record.tenant,
            operation: record.operation,
            resource: record.resource.unwrap_or_default(),
            status: record.status,
            fails: record.outcome != "ok",
            outcome: record.outcome,
            left_out: record.left_out,
            reads: record.reads,
            writes: record.writes,
            took: took(record.duration_us),
            request_id: record.request_id,
        }
    }
}

// === how values are written ===

/// `2026-03-01 09:30:05`; the page says once that all times are UTC.
fn utc(at_ms: i64) -> String {
    // Times beyond the year 9999 come from a broken clock; the number says more than a guess.
    Timestamp::from_millisecond(at_ms).map_or_else(|_| at_ms.to_string(), |at| at.strftime("%F %T").to_string())
}

/// The two largest units: `3 d 4 h`, `4 h 7 min`, `12 s`.
fn uptime(time: Duration) -> String {
    let secs = time.as_secs();
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{secs} s"),
        (0, 0, _) => format!("{minutes} min {} s", secs % 60),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// In the unit that needs the fewest digits: `850 µs`, `3.5 ms`, `12.0 s`.
fn took(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{}.{} ms", micros / 1_000, micros / 100 % 10),
        _ => format!("{}.{} s", micros / 1_000_000, micros / 100_000 % 10),
    }
}

/// Digits in groups of three, with a space that does not break: `1 234 567`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_absolute_utc() {
        for (at_ms, text) in [
            (0, "1970-01-01 00:00:00"),
            (1_772_357_405_999, "2026-03-01 09:30:05"),
            (951_782_400_000, "2000-02-29 00:00:00"),
            (-1, "1969-12-31 23:59:59"),
            (i64::MAX, "9223372036854775807"),
        ] {
            assert_eq!(utc(at_ms), text);
        }
    }

    #[test]
    fn durations_show_the_units_that_matter() {
        for (secs, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min 0 s"),
            (3_599, "59 min 59 s"),
            (3_600, "1 h 0 min"),
            (86_399, "23 h 59 min"),
            (86_400, "1 d 0 h"),
            (90_000_000, "1041 d 16 h"),
        ] {
            assert_eq!(uptime(Duration::from_secs(secs)), text);
        }
        for (micros, text) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_000, "1.0 ms"),
            (3_567, "3.5 ms"),
            (999_999, "999.9 ms"),
            (12_050_000, "12.0 s"),
        ] {
            assert_eq!(took(micros), text);
        }
    }

    #[test]
    fn counts_are_grouped() {
        for (count, text) in [(0, "0"), (999, "999"), (1_000, "1\u{202f}000"), (1_234_567, "1\u{202f}234\u{202f}567")] {
            assert_eq!(grouped(count), text);
        }
    }

    #[test]
    fn a_query_names_at_most_one_tenant() {
        for (query, tenant) in [
            ("", Ok(None)),
            ("tenant=", Ok(None)),
            ("tenant=acme", Ok(Some("acme"))),
            ("x=1&tenant=acme", Ok(Some("acme"))),
            ("xtenant=acme", Ok(None)),
            ("tenant=%3Cscript%3E", Err(())),
            ("tenant=ACME", Err(())),
        ] {
            let found = tenant_of(query).map_err(|_| ());
            assert_eq!(
                found.as_ref().map(|id| id.as_ref().map(TenantId::as_str)),
                tenant.as_ref().map(|id| *id),
                "{query}"
            );
        }
    }
}
