//! Opening the files of a SQLite database.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use super::log::SqliteLog;
use super::read;
use super::write::SqliteBackend;
use crate::failure::reason;
use crate::head::Head;
use crate::migrations::{Part, migrator, newest_version};
use crate::store::{Kind, POOL_PATIENCE, Store};
use crate::writer::Writer;
use crate::{Database, OpenError, Position};

/// How long to wait for another connection's write transaction.
const BUSY: Duration = Duration::from_secs(10);
/// Pages of write-ahead log, 4 KiB each, after which a commit also moves them into the file.
const CHECKPOINT_PAGES: &str = "4000";

/// Create what is missing, migrate, start the writer.
pub(crate) async fn open(path: &Path) -> Result<Database, OpenError> {
    check_folder(path)?;
    for part in Part::ALL {
        if part == Part::Vault {
            create_private(&file(path, part))?;
        }
        migrate(path, part).await?;
    }
    let readers = pool(read_options(path), 8);
    let head = Head::new(first_look(&readers).await?);
    let writer = Writer::start(
        SqliteBackend::new(write_options(path, Part::Log)),
        head.clone(),
        Kind::Sqlite,
    );
    Ok(Database::new(
        Arc::new(SqliteLog::new(readers, Some(writer), head)),
        Store::Sqlite(pool(write_options(path, Part::Vault), 4)),
        Store::Sqlite(pool(write_options(path, Part::Views), 8)),
        Store::Sqlite(pool(write_options(path, Part::Outbox), 8)),
    ))
}

/// Open without creating, migrating or writing anything. A store whose file is missing fails on
/// first use: an auditor may hold the log alone.
pub(crate) async fn open_read_only(path: &Path) -> Result<Database, OpenError> {
    if !path.is_file() {
        return Err(OpenError::Connect(format!("there is no file {}", path.display())));
    }
    let readers = pool(read_options(path), 4);
    check_schema(&readers).await?;
    let head = Head::new(first_look(&readers).await?);
    let store = |part| Store::Sqlite(pool(read_options(&file(path, part)), 4));
    Ok(Database::new(
        Arc::new(SqliteLog::new(readers, None, head)),
        store(Part::Vault),
        store(Part::Views),
        store(Part::Outbox),
    ))
}

/// The log is the file itself, the other parts lie beside it.
fn file(path: &Path, part: Part) -> PathBuf {
    match part {
        Part::Log => path.to_owned(),
        Part::Vault | Part::Views | Part::Outbox => {
            let mut name = path.as_os_str().to_owned();
            name.push(".");
            name.push(part.name());
            name.into()
        }
    }
}

fn check_folder(path: &Path) -> Result<(), OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(OpenError::Connect(format!(
            "there is no folder {}",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

/// A file that only its owner can read; SQLite gives its side files the same rights.
fn create_private(path: &Path) -> Result<(), OpenError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(OpenError::Connect(format!("{}: {error}", path.display()))),
    }
}

fn write_options(path: &Path, part: Part) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(file(path, part))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .disable_statement_logging();
    match part {
        // A destroyed key is overwritten, not just unlinked.
        Part::Vault => options.pragma("secure_delete", "ON"),
        Part::Log | Part::Views | Part::Outbox => options,
    }
}

fn read_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY)
        .disable_statement_logging()
}

fn pool(options: SqliteConnectOptions, connections: u32) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(POOL_PATIENCE)
        // A file does not hang up.
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

async fn migrate(path: &Path, part: Part) -> Result<(), OpenError> {
    let failed = |error: sqlx::Error| OpenError::Connect(format!("{}: {}", part.name(), reason(&error)));
    let mut conn = connect(write_options(path, part)).await.map_err(failed)?;
    let migrator = migrator(Kind::Sqlite, part)
        .await
        .map_err(|error| OpenError::Migrate(error.to_string()))?;
    // One write transaction around it all: a second server waits here, then finds nothing to do.
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    migrator
        .run(&mut *tx)
        .await
        .map_err(|error| OpenError::Migrate(format!("{}: {error}", part.name())))?;
    tx.commit().await.map_err(failed)?;
    conn.close().await.map_err(failed)
}

/// Switching a new file to write-ahead logging needs it alone, and SQLite does not wait for that.
async fn connect(options: SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut patience = 100;
    loop {
        match options.connect().await {
            Err(sqlx::Error::Database(error)) if patience > 0 && is_locked(error.as_ref()) => {
                patience -= 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            done => return done,
        }
    }
}

fn is_locked(error: &dyn sqlx::error::DatabaseError) -> bool {
    // SQLITE_BUSY and its extended codes: recovery, snapshot, timeout.
    error
        .code()
        .is_some_and(|code| ["5", "261", "517", "773"].contains(&code.as_ref()))
}

async fn check_schema(readers: &SqlitePool) -> Result<(), OpenError> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(readers)
            .await
            .map_err(|error| OpenError::Connect(reason(&error)))?;
    if tables == 0 {
        return Err(OpenError::Schema("it holds no event log".into()));
    }
    let version: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(readers)
        .await
        .map_err(|error| OpenError::Connect(reason(&error)))?;
    if version < newest_version(Kind::Sqlite, Part::Log) {
        return Err(OpenError::Schema("a server has to migrate it first".into()));
    }
    Ok(())
}

async fn first_look(readers: &SqlitePool) -> Result<Position, OpenError> {
    read::head(readers)
        .await
        .map_err(|error| OpenError::Connect(error.to_string()))
}
