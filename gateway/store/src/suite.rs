//! What every store must do, as rows that run over each implementation. [`each_store`] knows the implementations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use json::{Value, json};
use proptest::prelude::*;
use rules::search::SCAN_ROWS_MAX;
use rules::{Memory, Spelling};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::limits::FOUND_IDS_MAX;
use crate::{AuditRecord, Scope, Sqlite, Store, StoreError, TenantId, Tokens, Volatile};

pub(crate) const AUDIT_ROWS: u64 = 5;

pub(crate) fn tenant(id: &str) -> TenantId {
    id.parse().unwrap()
}

/// Values of the kept attributes, and spellings as (attribute, sent, normal).
pub(crate) fn memory(kept: &[(&str, Value)], spellings: &[(&str, &str, &str)]) -> Memory {
    let spelling = |sent: &str, normal: &str| Spelling { sent: sent.to_owned(), normal: normal.to_owned() };
    Memory {
        kept: kept.iter().map(|(attribute, value)| ((*attribute).to_owned(), value.clone())).collect(),
        spellings: spellings.iter().map(|(name, sent, normal)| ((*name).to_owned(), spelling(sent, normal))).collect(),
        ..Memory::default()
    }
}

pub(crate) fn record(request_id: &str, of: Option<&str>) -> AuditRecord {
    AuditRecord {
        at_ms: 1_767_225_600_000,
        request_id: request_id.to_owned(),
        tenant: of.map(tenant),
        operation: "user.create".to_owned(),
        resource: Some("u1".to_owned()),
        status: 201,
        outcome: "ok".to_owned(),
        left_out: "title, name.honorificPrefix".to_owned(),
        reads: 1,
        writes: 2,
        duration_us: 3_500,
    }
}

/// Runs the rows over an empty store of each kind; both keep [`AUDIT_ROWS`] audit records.
fn each_store<F: Future<Output = ()>>(rows: impl Fn(Arc<dyn Store>) -> F) {
    let folder = TempDir::new().unwrap();
    let runtime = Runtime::new().unwrap();
    let sqlite = Sqlite::open_bounded(&folder.path().join("store.db"), AUDIT_ROWS).unwrap();
    runtime.block_on(rows(Arc::new(sqlite)));
    runtime.block_on(rows(Arc::new(Volatile::bounded(AUDIT_ROWS))));
}

async fn recalled(store: &dyn Store, scope: Scope<'_>, id: &str) -> Option<Memory> {
    store.recall(scope, &[id.to_owned()]).await.unwrap().remove(id)
}

#[test]
fn a_memory_is_recalled_as_it_was_remembered() {
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let rows = [
            memory(&[], &[]),
            memory(&[("externalId", json!("E-1"))], &[]),
            memory(&[], &[("userName", "0151 234", "+49151234")]),
            memory(
                &[("a", json!(null)), ("b", json!([1, 2.5, true])), ("c", json!({"z": "ü", "y": "\u{0}\""}))],
                &[("d", "", "x"), ("e", "\u{0}", "'; DROP TABLE link; --")],
            ),
            Memory {
                aside: [("roles".to_owned(), json!(["a", "b"])), ("roles.main".to_owned(), json!(null))].into(),
                unfinished: ["create".to_owned(), "update.2".to_owned()].into(),
                ..memory(&[("externalId", json!("E-1"))], &[])
            },
            Memory { unfinished: ["create".to_owned()].into(), ..Memory::default() },
            Memory::default(),
        ];
        for row in rows {
            store.remember(users, "u1", &row).await.unwrap();
            assert_eq!(recalled(&*store, users, "u1").await, Some(row));
        }
    });
}

#[test]
fn remembering_again_replaces_all_and_is_idempotent() {
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let old = memory(&[("externalId", json!("old")), ("title", json!("x"))], &[("userName", "A", "a")]);
        let new = memory(&[("externalId", json!("new"))], &[("mail", "B", "b")]);
        for row in [&old, &new, &new] {
            store.remember(users, "u1", row).await.unwrap();
        }
        assert_eq!(recalled(&*store, users, "u1").await, Some(new));
        assert!(store.find_kept(users, "externalId", &json!("old")).await.unwrap().is_empty());
    });
}

#[test]
fn forgetting_removes_everything_of_that_resource_only_and_is_idempotent() {
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let held = memory(&[("externalId", json!("E"))], &[("userName", "A", "a")]);
        for id in ["u1", "u2"] {
            store.remember(users, id, &held).await.unwrap();
        }
        for _ in 0..2 {
            store.forget(users, "u1").await.unwrap();
        }
        assert_eq!(recalled(&*store, users, "u1").await, None);
        assert_eq!(store.find_kept(users, "externalId", &json!("E")).await.unwrap(), ["u2"]);
        // Nothing comes back with the id.
        store.remember(users, "u1", &Memory::default()).await.unwrap();
        assert_eq!(recalled(&*store, users, "u1").await, Some(Memory::default()));
    });
}

#[test]
fn many_are_recalled_at_once_and_those_without_memory_are_missing() {
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let mut remembered = BTreeMap::new();
        for number in 0..60 {
            let id = format!("u{number:02}");
            let held = memory(&[("externalId", json!(number))], &[]);
            store.remember(users, &id, &held).await.unwrap();
            remembered.insert(id, held);
        }
        let mut ids: Vec<_> = remembered.keys().cloned().collect();
        ids.push("nobody".to_owned());
        assert_eq!(store.recall(users, &ids).await.unwrap(), remembered);
        assert_eq!(store.recall(users, &[]).await.unwrap(), BTreeMap::new());
    });
}

/// More ids than a statement has variables in any build of SQLite (32,766), so more than a scan asks about.
#[test]
fn a_whole_scan_is_recalled_at_once() {
    const ASKED: usize = 33_000;
    const { assert!(ASKED > SCAN_ROWS_MAX) };
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let ids: Vec<String> = (0..ASKED).map(|number| format!("u{number}")).collect();
        let known = ["u0", "u9999", "u10000", "u32765", "u32766", "u32999"];
        for id in known {
            store.remember(users, id, &memory(&[("externalId", json!(id))], &[])).await.unwrap();
        }
        let found = store.recall(users, &ids).await.unwrap();
        let held = |id: &str| (id.to_owned(), memory(&[("externalId", json!(id))], &[]));
        assert_eq!(found, known.map(held).into_iter().collect());
        assert_eq!(store.recall(users, &vec!["u9999".to_owned(); SCAN_ROWS_MAX]).await.unwrap().len(), 1);
    });
}

#[test]
fn kept_values_are_found_by_json_equality_in_order_of_ids() {
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let values = [
            ("u3", json!("E-1")),
            ("u1", json!("E-1")),
            ("u2", json!("e-1")),
            ("u4", json!(1)),
            ("u5", json!("1")),
            ("u6", json!({"a": 1, "b": 2})),
            ("u7", json!(true)),
        ];
        for (id, value) in values {
            store.remember(users, id, &memory(&[("key", value)], &[])).await.unwrap();
        }
        let rows: [(&str, Value, &[&str]); 8] = [
            ("key", json!("E-1"), &["u1", "u3"]),
            ("key", json!("e-1"), &["u2"]),
            ("key", json!(1), &["u4"]),
            ("key", json!("1"), &["u5"]),
            ("key", json!({"b": 2, "a": 1}), &["u6"]),
            ("key", json!(true), &["u7"]),
            ("key", json!("E"), &[]),
            ("other", json!("E-1"), &[]),
        ];
        for (attribute, value, ids) in rows {
            assert_eq!(store.find_kept(users, attribute, &value).await.unwrap(), ids, "{attribute} {value}");
        }
    });
}

#[test]
fn a_search_that_finds_too_many_fails_instead_of_answering_a_part() {
    each_store(|store| async move {
        let acme = tenant("acme");
        let users = Scope { tenant: &acme, kind: "User" };
        let same = memory(&[("team", json!("all"))], &[]);
        let mut tasks = JoinSet::new();
        for number in 0..FOUND_IDS_MAX {
            let (store, same, acme) = (Arc::clone(&store), same.clone(), acme.clone());
            tasks.spawn(async move {
                let users = Scope { tenant: &acme, kind: "User" };
                store.remember(users, &format!("u{number}"), &same).await.unwrap();
            });
        }
        tasks.join_all().await;
        assert_eq!(store.find_kept(users, "team", &json!("all")).await.unwrap().len(), FOUND_IDS_MAX);
        store.remember(users, "one more", &same).await.unwrap();
        let refused = store.find_kept(users, "team", &json!("all")).await;
        assert!(matches!(refused, Err(StoreError::Failed { .. })), "{refused:?}");
    });
}

#[test]
fn the_audit_is_answered_newest_first_by_tenant_or_of_all() {
    each_store(|store| async move {
        let first = AuditRecord { resource: None, ..record("r1", None) };
        let extreme = AuditRecord { at_ms: -1, status: 599, reads: u32::MAX, writes: 0, ..record("r2", Some("acme")) };
        store.audit(&[first.clone(), extreme.clone()]).await.unwrap();
        store.audit(&[]).await.unwrap();
        store.audit(&[record("r3", Some("globex"))]).await.unwrap();
        let (acme, nobody) = (tenant("acme"), tenant("nobody"));
        let rows: [(Option<&TenantId>, usize, Vec<AuditRecord>); 6] = [
            (None, 10, vec![record("r3", Some("globex")), extreme.clone(), first]),
            (None, 1, vec![record("r3", Some("globex"))]),
            (None, 0, vec![]),
            (Some(&acme), 10, vec![extreme.clone()]),
            (Some(&acme), usize::MAX, vec![extreme]),
            (Some(&nobody), 10, vec![]),
        ];
        for (of, limit, records) in rows {
            assert_eq!(store.audited(of, limit).await.unwrap(), records, "{of:?} {limit}");
        }
    });
}

#[test]
fn the_audit_keeps_the_newest_records_up_to_its_bound() {
    each_store(|store| async move {
        let ids =
            |range: std::ops::RangeInclusive<u64>| range.map(|n| record(&format!("r{n}"), None)).collect::<Vec<_>>();
        let newest = || async {
            let records = store.audited(None, 100).await.unwrap();
            records.into_iter().map(|record| record.request_id).collect::<Vec<_>>()
        };
        store.audit(&ids(1..=AUDIT_ROWS)).await.unwrap();
        assert_eq!(newest().await, ["r5", "r4", "r3", "r2", "r1"]);
        store.audit(&ids(6..=6)).await.unwrap();
        assert_eq!(newest().await, ["r6", "r5", "r4", "r3", "r2"]);
        store.audit(&ids(7..=20)).await.unwrap();
        assert_eq!(newest().await, ["r20", "r19", "r18", "r17", "r16"]);
    });
}

#[test]
fn writers_at_once_lose_nothing() {
    each_store(|store| async move {
        let mut tasks = JoinSet::new();
        for task in 0..64 {
            let store = Arc::clone(&store);
            tasks.spawn(async move {
                let acme = tenant("acme");
                let users = Scope { tenant: &acme, kind: "User" };
                for write in 0..20 {
                    let held = memory(&[("externalId", json!(write))], &[]);
                    store.remember(users, &format!("u{task}-{write}"), &held).await.unwrap();
                    // Ready means durable: the next read sees it.
                    assert_eq!(recalled(&*store, users, &format!("u{task}-{write}")).await, Some(held));
                }
            });
        }
        tasks.join_all().await;
        let acme = tenant("acme");
        for write in 0..20 {
            let users = Scope { tenant: &acme, kind: "User" };
            assert_eq!(store.find_kept(users, "externalId", &json!(write)).await.unwrap().len(), 64);
        }
        store.ready().await.unwrap();
    });
}

#[test]
fn a_resource_that_was_renamed_is_known_by_both_ids() {
    each_store(|store| async move {
        let (acme, other) = (tenant("acme"), tenant("other"));
        let users = Scope { tenant: &acme, kind: "User" };
        let both = async |scope: Scope<'_>, ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
            let pairs = |map: BTreeMap<String, String>| {
                map.into_iter().map(|(from, to)| format!("{from}>{to}")).collect::<Vec<_>>().join(" ")
            };
            let targets = pairs(store.targets(scope, &ids).await.unwrap());
            format!("{targets} | {}", pairs(store.aliases(scope, &ids).await.unwrap()))
        };
        assert_eq!(both(users, &["ada", "ida"]).await, " | ");
        store.alias(users, "ada", Some("ida")).await.unwrap();
        store.alias(users, "ada", Some("ida")).await.unwrap();
        store.alias(users, "bob", Some("rob")).await.unwrap();
        assert_eq!(both(users, &["ada", "ida", "ada", "bob"]).await, "ada>ida bob>rob | ida>ada");
        assert_eq!(both(Scope { tenant: &other, ..users }, &["ada", "ida"]).await, " | ");
        assert_eq!(both(Scope { kind: "Group", ..users }, &["ada", "ida"]).await, " | ");
        // The target gave the name away again: whoever had it lost it.
        store.alias(users, "eve", Some("ida")).await.unwrap();
        assert_eq!(both(users, &["ada", "ida", "eve"]).await, "eve>ida | ida>eve");
        store.alias(users, "eve", Some("evi")).await.unwrap();
        store.alias(users, "bob", None).await.unwrap();
        assert_eq!(both(users, &["ida", "eve", "evi", "bob", "rob"]).await, "eve>evi | evi>eve");
        store.remember(users, "eve", &Memory::default()).await.unwrap();
        store.forget(users, "eve").await.unwrap();
        assert_eq!(both(users, &["eve", "evi"]).await, " | ");
        assert_eq!(both(users, &[]).await, " | ");
    });
}

// === property: tenants never see each other's rows ===

#[derive(Debug, Clone)]
enum Act {
    Remember(Memory),
    Forget,
    Audit,
}

fn acts() -> impl Strategy<Value = Vec<(usize, &'static str, String, Act)>> {
    let text = prop_oneof![Just("a".to_owned()), Just("A".to_owned()), "[a-c\u{0}'%_ü]{0,3}"];
    let kept = prop::collection::btree_map(prop_oneof![Just("x"), Just("y")], text.clone(), 0..3);
    let held = kept.prop_map(|kept| Memory {
        kept: kept.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect(),
        spellings: kept
            .into_iter()
            .map(|(name, sent)| (name.to_owned(), Spelling { normal: sent.to_lowercase(), sent }))
            .collect(),
        ..Memory::default()
    });
    let act = prop_oneof![4 => held.prop_map(Act::Remember), 1 => Just(Act::Forget), 1 => Just(Act::Audit)];
    prop::collection::vec((0..3_usize, prop_oneof![Just("User"), Just("Group")], text, act), 1..40)
}

/// Everything that one tenant can see.
async fn seen(store: &dyn Store, acme: &TenantId, ids: &[String]) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut all = Vec::new();
    for kind in ["User", "Group"] {
        let scope = Scope { tenant: acme, kind };
        let mut found = Vec::new();
        for value in ids {
            for attribute in ["x", "y"] {
                found.push(store.find_kept(scope, attribute, &json!(value)).await.unwrap());
            }
        }
        all.push((store.recall(scope, ids).await.unwrap(), found));
    }
    (all, store.audited(Some(acme), 100).await.unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What a tenant sees in a shared store is what it would see if it had the store to itself.
    #[test]
    fn tenants_never_see_each_others_rows(acts in acts()) {
        let runtime = Runtime::new().unwrap();
        let folder = TempDir::new().unwrap();
        // Names that are prefixes of each other, and one that is nobody's.
        let tenants = [tenant("a"), tenant("a-b"), tenant("b")];
        let shared: [Arc<dyn Store>; 2] = [
            Arc::new(Sqlite::open(&folder.path().join("store.db")).unwrap()),
            Arc::new(Volatile::default()),
        ];
        let alone: Vec<_> = tenants.iter().map(|_| Volatile::default()).collect();
        let ids: Vec<_> = acts.iter().map(|(_, _, id, _)| id.clone()).collect();
        runtime.block_on(async {
            for (number, (whose, kind, id, act)) in acts.iter().enumerate() {
                let scope = Scope { tenant: &tenants[*whose], kind };
                let line = [record(&format!("r{number}"), Some(tenants[*whose].as_str()))];
                for store in shared.iter().map(|store| &**store).chain([&alone[*whose] as &dyn Store]) {
                    match act {
                        Act::Remember(memory) => store.remember(scope, id, memory).await.unwrap(),
                        Act::Forget => store.forget(scope, id).await.unwrap(),
                        Act::Audit => store.audit(&line).await.unwrap(),
                    }
                }
            }
            for (whose, alone) in tenants.iter().zip(&alone) {
                let expected = seen(alone, whose, &ids).await;
                for store in &shared {
                    assert_eq!(seen(&**store, whose, &ids).await, expected);
                }
            }
        });
    }
}

#[test]
fn a_new_token_ends_the_old_ones_at_once_or_after_an_overlap() {
    let folder = TempDir::new().unwrap();
    let sqlite = Sqlite::open(&folder.path().join("store.db")).unwrap();
    let stores: [&dyn Tokens; 2] = [&sqlite, &Volatile::default()];
    for store in stores {
        Runtime::new().unwrap().block_on(tokens_of(store));
    }
}

async fn tokens_of(store: &dyn Tokens) {
    let (acme, other) = (tenant("acme"), tenant("other"));
    let owner = async |hash: u8, now: u64| store.token_tenant(&[hash; 32], now).await.unwrap();
    assert_eq!(owner(1, 0).await, None);
    store.issue_token(&acme, &[1; 32], 100, 0).await.unwrap();
    store.issue_token(&other, &[9; 32], 100, 0).await.unwrap();
    assert_eq!(owner(1, 100).await, Some(acme.clone()));
    // At once.
    store.issue_token(&acme, &[2; 32], 200, 0).await.unwrap();
    assert_eq!((owner(1, 200).await, owner(2, 200).await), (None, Some(acme.clone())));
    // An overlap of 50 s, which a later overlap does not make longer.
    store.issue_token(&acme, &[3; 32], 300, 50).await.unwrap();
    store.issue_token(&acme, &[4; 32], 310, 900).await.unwrap();
    for (now, expected) in [(349, [true, true, true]), (350, [false, true, true]), (1_210, [false, false, true])] {
        let found = [owner(2, now).await, owner(3, now).await, owner(4, now).await];
        assert_eq!(found.map(|tenant| tenant.is_some()), expected, "{now}");
    }
    let listed = store.tokens(&acme, 349).await.unwrap();
    let ends: Vec<_> = listed.iter().map(|token| (token.issued_at_secs, token.ends_at_secs)).collect();
    assert_eq!(ends, [(310, None), (300, Some(1_210)), (200, Some(350))]);
    // One that has ended is not told of; and the newest is the one that does not end, whatever a clock said that was set back.
    assert_eq!(store.tokens(&acme, 350).await.unwrap().len(), 2);
    store.issue_token(&other, &[8; 32], 50, 900).await.unwrap();
    let listed = store.tokens(&other, 100).await.unwrap();
    let ends: Vec<_> = listed.iter().map(|token| (token.issued_at_secs, token.ends_at_secs)).collect();
    assert_eq!(ends, [(50, None), (100, Some(950))]);
    store.revoke_tokens(&acme).await.unwrap();
    assert_eq!((owner(4, 400).await, owner(9, 400).await), (None, Some(other.clone())));
    assert_eq!(store.tokens(&acme, 400).await.unwrap(), []);
}
