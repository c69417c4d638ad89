//! Opening the file: who may read it, how the database is set up, and what to do when it cannot be used.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::migrate::{MigrateError, migrate};
use crate::StoreError;
use crate::limits::{BUSY_TIME_MAX, READERS};

/// The connections to one database: one that writes, a few that read.
pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) readers: Vec<Connection>,
}

/// Opens the database at `path` and brings it to the newest layout; makes it if it is missing.
pub(super) fn open(path: &Path) -> Result<Opened, StoreError> {
    let refuse = |reason: String| StoreError::Open { path: path.display().to_string(), reason };
    let path = ensure_file(path).map_err(|error| refuse(io_reason(&error)))?;
    let mut writer =
        connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| refuse(sqlite_reason(&error)))?;
    migrate(&mut writer).map_err(|error| match error {
        MigrateError::Sqlite(error) => refuse(sqlite_reason(&error)),
        other => refuse(other.to_string()),
    })?;
    set_up_writer(&writer).map_err(|error| refuse(sqlite_reason(&error)))?;
    let readers = (0..READERS)
        .map(|_| {
            let reader = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            reader.pragma_update(None, "query_only", true)?;
            Ok(reader)
        })
        .collect::<rusqlite::Result<Vec<_>>>()
        .map_err(|error| refuse(sqlite_reason(&error)))?;
    Ok(Opened { writer, readers })
}

/// Makes the file if it is missing, readable by its owner alone; the answer is absolute, so that no path means "in memory".
fn ensure_file(path: &Path) -> io::Result<PathBuf> {
    let mut new = OpenOptions::new();
    new.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    match new.open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => warn_if_others_may_read(path)?,
        Err(error) => return Err(error),
    }
    path.canonicalize()
}

/// The file of somebody who restored a backup by hand: their modes are theirs, but they should know.
fn warn_if_others_may_read(path: &Path) -> io::Result<()> {
    let about = File::open(path)?.metadata()?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&about) & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others on this machine may read the store; `chmod 600` makes it private");
    }
    Ok(())
}

fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIME_MAX)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// After the layout is known to be ours: nothing is changed in a database that is refused.
fn set_up_writer(writer: &Connection) -> rusqlite::Result<()> {
    let _mode: String = writer.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    // FULL: with NORMAL a commit in WAL mode survives kill -9 but not a power cut, and an answer was given on its strength.
    writer.pragma_update(None, "synchronous", "full")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    let _bytes: i64 = writer.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |row| row.get(0))?;
    Ok(())
}

/// What a person can do about it.
fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "its directory does not exist: create the directory, or name another file".to_owned()
        }
        io::ErrorKind::IsADirectory => "it is a directory: name a file".to_owned(),
        io::ErrorKind::PermissionDenied => {
            format!("{error}: give the user that runs this program the right to read and write it")
        }
        _ => error.to_string(),
    }
}

/// What a person can do about it.
fn sqlite_reason(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => format!(
            "it is damaged, or no SQLite database ({error}): restore a backup; or move it away to start with an empty \
             memory, which loses kept attributes, spellings and audit, but no user"
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another program holds it ({error}): stop that program and start again")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            format!("{error}: give the user that runs this program the right to write the file and its directory")
        }
        Some(ErrorCode::DiskFull) => format!("{error}: make room on the disk"),
        _ => error.to_string(),
    }
}
