//! The layout of the database: numbered steps, applied in order, each once. Never changes a step that has shipped.

use rusqlite::{Connection, TransactionBehavior};

use super::integer;

/// The steps; the layout of a database is the number of steps it has seen, kept in its `user_version`.
pub(super) const STEPS: &[&str] = &[
    include_str!("0001-memory.sql"),
    include_str!("0002-audit.sql"),
    include_str!("0003-lifecycle.sql"),
    include_str!("0004-token.sql"),
    include_str!("0005-left-out.sql"),
];

/// Marks the file as ours (`PRAGMA application_id`): "scim" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x7363_696d;

/// Why a database cannot be brought to the layout of this program.
#[derive(Debug, thiserror::Error)]
pub(super) enum MigrateError {
    #[error(
        "its layout is {found}, and this program knows layouts up to {known}: start the newer program that wrote it, or \
         restore the backup made before the upgrade"
    )]
    Newer { found: usize, known: usize },
    #[error("it is the database of another program: give the store a file of its own")]
    Foreign,
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Brings the database to the newest layout. Two programs that start at once take turns; the second finds nothing to do.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), MigrateError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let layout: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || layout != 0 || tables != 0) {
        return Err(MigrateError::Foreign);
    }
    let layout = usize::try_from(layout).map_err(|_| MigrateError::Foreign)?;
    let Some(missing) = STEPS.get(layout..) else {
        return Err(MigrateError::Newer { found: layout, known: STEPS.len() });
    };
    if missing.is_empty() {
        return Ok(());
    }
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", integer(STEPS.len()))?;
    transaction.commit()?;
    Ok(())
}
