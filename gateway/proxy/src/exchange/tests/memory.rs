//! The store is asked only by profiles that need it: if it fails, the others go on.

use std::collections::BTreeMap;

use json::{Value, json};
use rules::Memory;
use store::{Answer as Answered, AuditRecord, Scope, Store, StoreError, TenantId};

use super::crew::Quirk;
use super::*;

/// A store whose disk is full.
struct Full;

fn full<'a, T>() -> Answered<'a, T> {
    Box::pin(async { Err(StoreError::Failed { reason: "the disk is full".to_owned() }) })
}

impl Store for Full {
    fn recall<'a>(&'a self, _: Scope<'a>, _: &'a [String]) -> Answered<'a, BTreeMap<String, Memory>> {
        full()
    }

    fn remember<'a>(&'a self, _: Scope<'a>, _: &'a str, _: &'a Memory) -> Answered<'a, ()> {
        full()
    }

    fn forget<'a>(&'a self, _: Scope<'a>, _: &'a str) -> Answered<'a, ()> {
        full()
    }

    fn find_kept<'a>(&'a self, _: Scope<'a>, _: &'a str, _: &'a Value) -> Answered<'a, Vec<String>> {
        full()
    }

    fn alias<'a>(&'a self, _: Scope<'a>, _: &'a str, _: Option<&'a str>) -> Answered<'a, ()> {
        full()
    }

    fn targets<'a>(&'a self, _: Scope<'a>, _: &'a [String]) -> Answered<'a, BTreeMap<String, String>> {
        full()
    }

    fn aliases<'a>(&'a self, _: Scope<'a>, _: &'a [String]) -> Answered<'a, BTreeMap<String, String>> {
        full()
    }

    fn audit<'a>(&'a self, _: &'a [AuditRecord]) -> Answered<'a, ()> {
        full()
    }

    fn audited<'a>(&'a self, _: Option<&'a TenantId>, _: usize) -> Answered<'a, Vec<AuditRecord>> {
        full()
    }

    fn ready(&self) -> Answered<'_, ()> {
        full()
    }
}

/// Statuses of a whole life: create, read, find, change, delete.
async fn life(edits: &[(&str, &str)]) -> Vec<String> {
    let mut house = house(Quirk::None, edits);
    house.exchanges.parts.store = Arc::new(Full);
    let body = json!({"userName": "14155550101", "title": "Dr"});
    let patch = json!({"Operations": [{"op": "replace", "path": "title", "value": "Ms"}]});
    let mut statuses = Vec::new();
    for (request, body) in [
        ("POST /Users", &body),
        ("GET /Users/1", &Value::Null),
        ("GET /Users?filter=userName+eq+%2214155550101%22", &Value::Null),
        ("PATCH /Users/1", &patch),
        ("DELETE /Users/1", &Value::Null),
    ] {
        let answer = house.answer(request, body).await;
        statuses.push(answer.split(' ').next().unwrap_or_default().to_owned());
    }
    statuses
}

#[tokio::test]
async fn a_profile_that_needs_no_memory_goes_on_without_the_store() {
    let nothing_kept = [
        (", as = \"E164(region)\"", ""),
        ("externalId = { keep = true }\n", ""),
        ("[params]\nregion = { type = \"region\", default = \"US\" }\n", ""),
    ];
    assert_eq!(life(&nothing_kept).await, ["201", "200", "200", "200", "204"]);
    assert_eq!(life(&[]).await, ["503", "503", "503", "503", "503"]);
}
