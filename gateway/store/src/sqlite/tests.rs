//! What is true of the file: durability, groups, layouts, refusals. What every store does is in `suite`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::future::poll_fn;
use std::path::PathBuf;
use std::task::Poll;

use json::json;
use rusqlite::Connection;
use tempfile::TempDir;

use super::migrate::{APPLICATION_ID, STEPS};
use super::*;
use crate::limits::{AUDIT_ROWS_MAX, WRITE_BATCH_MAX};
use crate::suite::{memory, record, tenant};

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, (), |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn what_was_answered_is_in_the_file_before_and_after_a_close() {
    let folder = folder();
    let path = folder.path().join("store.db");
    let acme = tenant("acme");
    let users = Scope { tenant: &acme, kind: "User" };
    let held = memory(&[("externalId", json!("E"))], &[("userName", "A", "a")]);
    let store = Sqlite::open(&path).unwrap();
    store.remember(users, "u1", &held).await.unwrap();
    store.audit(&[record("r1", Some("acme"))]).await.unwrap();
    // A second connection sees what was committed, and nothing else.
    let witness = Connection::open(&path).unwrap();
    assert_eq!(count(&witness, "SELECT count(*) FROM link"), 1);
    assert_eq!(count(&witness, "SELECT count(*) FROM audit"), 1);
    assert!(count(&witness, "SELECT created_at FROM link") > 1_600_000_000);
    drop(witness);
    drop(store);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["store.db"], "a clean close leaves one file");
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(store.recall(users, &["u1".to_owned()]).await.unwrap()["u1"], held);
    assert_eq!(store.audited(None, 9).await.unwrap(), [record("r1", Some("acme"))]);
}

#[test]
fn commits_wait_for_the_disk_in_wal_mode_and_readers_cannot_write() {
    let folder = folder();
    let opened = open::open(&folder.path().join("store.db")).unwrap();
    let pragma = |name: &str| -> String {
        let as_text = |row: &rusqlite::Row<'_>| Ok(format!("{:?}", row.get_ref(0)?));
        opened.writer.pragma_query_value(None, name, as_text).unwrap()
    };
    let rows = [
        ("journal_mode", format!("{:?}", rusqlite::types::ValueRef::Text(b"wal"))),
        ("synchronous", "Integer(2)".to_owned()),
        ("foreign_keys", "Integer(1)".to_owned()),
        ("busy_timeout", "Integer(5000)".to_owned()),
        ("trusted_schema", "Integer(0)".to_owned()),
    ];
    for (name, value) in rows {
        assert_eq!(pragma(name), value, "{name}");
    }
    for reader in opened.readers {
        reader.execute("DELETE FROM link", ()).unwrap_err();
    }
}

#[tokio::test]
#[cfg(unix)]
async fn a_new_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let store = Sqlite::open(&folder.path().join("store.db")).unwrap();
    store.audit(&[record("r1", None)]).await.unwrap();
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(store);
}

#[tokio::test]
async fn so_many_audit_records_are_kept_unless_the_caller_says_otherwise() {
    let folder = folder();
    let path = folder.path().join("store.db");
    let store = Sqlite::open(&path).unwrap();
    store.audit(&[record("first", None), record("second", None)]).await.unwrap();
    // As if all that fit in between had been written and dropped.
    let renumber = format!("UPDATE audit SET id = {} WHERE request_id = 'second'", AUDIT_ROWS_MAX - 1);
    Connection::open(&path).unwrap().execute_batch(&renumber).unwrap();
    for (number, first_is_kept) in [(AUDIT_ROWS_MAX, true), (AUDIT_ROWS_MAX + 1, false)] {
        store.audit(&[record("more", None)]).await.unwrap();
        let kept = store.audited(None, 9).await.unwrap();
        assert_eq!(kept.iter().any(|record| record.request_id == "first"), first_is_kept, "record {number}");
    }
}

// === groups ===

/// Queues the writes while another program holds the write lock; gives what each was answered, and the commits it took.
async fn answers_of_a_group(path: &Path, ids: &[String]) -> (Vec<Result<(), String>>, u64) {
    let store = Sqlite::open(path).unwrap();
    let other = Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (acme, nothing) = (tenant("acme"), Memory::default());
    let users = Scope { tenant: &acme, kind: "User" };
    let mut writes: Vec<_> = ids.iter().map(|id| store.remember(users, id, &nothing)).collect();
    for write in &mut writes {
        let early = poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_ready())).await;
        assert!(!early, "answered before the commit");
        // Or tokio's budget of one turn ends, and the rest would not be queued.
        tokio::task::yield_now().await;
    }
    other.execute_batch("COMMIT").unwrap();
    let mut answers = Vec::new();
    for write in writes {
        answers.push(write.await.map_err(|error| error.to_string()));
    }
    (answers, store.commits())
}

#[tokio::test]
async fn writes_that_wait_together_share_a_commit() {
    for (writes, commits) in [(1, 1), (100, 1), (WRITE_BATCH_MAX, 1), (WRITE_BATCH_MAX + 1, 2)] {
        let folder = folder();
        let ids: Vec<_> = (0..writes).map(|number| format!("u{number}")).collect();
        let (answers, counted) = answers_of_a_group(&folder.path().join("store.db"), &ids).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!((answers.len(), counted), (writes, commits));
    }
}

#[tokio::test]
async fn a_write_that_fails_does_not_take_its_group_with_it() {
    let folder = folder();
    let path = folder.path().join("store.db");
    drop(Sqlite::open(&path).unwrap());
    let other = Connection::open(&path).unwrap();
    let poison =
        "CREATE TRIGGER poison BEFORE INSERT ON link WHEN new.resource = 'bad' BEGIN SELECT RAISE(ABORT, 'bad'); END";
    other.execute_batch(poison).unwrap();
    let (answers, commits) = answers_of_a_group(&path, &["a", "bad", "c"].map(str::to_owned)).await;
    assert_eq!(answers, [Ok(()), Err("the store failed: bad".to_owned()), Ok(())]);
    assert_eq!(commits, 1);
    assert_eq!(count(&other, "SELECT count(*) FROM link"), 2);
}

#[tokio::test]
async fn a_group_that_sqlite_takes_back_is_answered_as_failed() {
    let folder = folder();
    let path = folder.path().join("store.db");
    drop(Sqlite::open(&path).unwrap());
    let other = Connection::open(&path).unwrap();
    let poison = "CREATE TRIGGER poison BEFORE INSERT ON link WHEN new.resource = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'bad'); END";
    other.execute_batch(poison).unwrap();
    let (answers, _) = answers_of_a_group(&path, &["a", "bad"].map(str::to_owned)).await;
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    assert_eq!(count(&other, "SELECT count(*) FROM link"), 0);
}

// === layouts ===

/// Every table, index and trigger as it was declared.
fn layout_of(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name").unwrap();
    statement.query_map((), |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_earlier_layout_is_brought_to_the_newest_and_keeps_its_rows() {
    let folder = folder();
    let fresh = folder.path().join("fresh.db");
    drop(Sqlite::open(&fresh).unwrap());
    for layout in 1..=STEPS.len() {
        let path = folder.path().join(format!("{layout}.db"));
        let earlier = Connection::open(&path).unwrap();
        earlier.execute_batch(&STEPS[..layout].concat()).unwrap();
        earlier.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        earlier.pragma_update(None, "user_version", integer(layout)).unwrap();
        earlier.execute("INSERT INTO link (tenant, kind, resource) VALUES ('acme', 'User', 'u1')", ()).unwrap();
        drop(earlier);
        for _ in 0..2 {
            drop(Sqlite::open(&path).unwrap());
        }
        assert_eq!(layout_of(&path), layout_of(&fresh), "from layout {layout}");
        let now = Connection::open(&path).unwrap();
        assert_eq!(count(&now, "PRAGMA user_version"), integer(STEPS.len()));
        assert_eq!(count(&now, "SELECT count(*) FROM link"), 1);
    }
}

/// Makes a file in the folder, and says where.
type Make = Box<dyn Fn(&Path) -> PathBuf>;

#[test]
fn a_file_that_cannot_be_used_is_refused_unchanged_with_what_to_do() {
    let sqlite = |name: &'static str, sql: String| {
        move |folder: &Path| {
            Connection::open(folder.join(name)).unwrap().execute_batch(&sql).unwrap();
            folder.join(name)
        }
    };
    let newer = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99; CREATE TABLE link (x);");
    let rows: [(Make, &str); 7] = [
        (
            Box::new(sqlite("newer.db", newer)),
            "its layout is 99, and this program knows layouts up to 5: start the newer program",
        ),
        (Box::new(sqlite("other.db", "CREATE TABLE shop (x)".to_owned())), "the database of another program"),
        (Box::new(sqlite("marked.db", "PRAGMA application_id = 7".to_owned())), "the database of another program"),
        (
            Box::new(|folder| {
                fs::write(folder.join("text.db"), "not a database, but long enough to look like one ".repeat(40))
                    .unwrap();
                folder.join("text.db")
            }),
            "restore a backup; or move it away",
        ),
        (
            Box::new(|folder| {
                let path = folder.join("torn.db");
                drop(Sqlite::open(&path).unwrap());
                let mut bytes = fs::read(&path).unwrap();
                bytes[100..4096].fill(0xff);
                fs::write(&path, bytes).unwrap();
                path
            }),
            "restore a backup; or move it away",
        ),
        (Box::new(|folder| folder.join("missing/store.db")), "create the directory"),
        (Box::new(Path::to_owned), "it is a directory: name a file"),
    ];
    for (make, says) in rows {
        let folder = folder();
        let path = make(folder.path());
        let before = fs::read(&path).ok();
        let refused = Sqlite::open(&path).unwrap_err();
        assert!(matches!(&refused, StoreError::Open { path: named, .. } if *named == path.display().to_string()));
        assert!(refused.to_string().contains(says), "{refused}");
        assert_eq!(fs::read(&path).ok(), before, "{refused}");
    }
}

#[tokio::test]
async fn damage_found_later_is_a_failure_not_a_panic() {
    let folder = folder();
    let path = folder.path().join("store.db");
    let store = Sqlite::open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch(
            "INSERT INTO link (tenant, kind, resource) VALUES ('acme', 'User', 'u1');
             INSERT INTO kept VALUES ('acme', 'User', 'u1', 'externalId', 'no json');",
        )
        .unwrap();
    let acme = tenant("acme");
    let refused = store.recall(Scope { tenant: &acme, kind: "User" }, &["u1".to_owned()]).await;
    assert!(matches!(refused, Err(StoreError::Failed { .. })), "{refused:?}");
    // And the connection that met it goes on working.
    for _ in 0..2 * crate::limits::READERS {
        store.ready().await.unwrap();
    }
}
