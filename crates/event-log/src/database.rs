//! Opening a database: the log and the stores beside it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::store::Store;
use crate::{EventLog, postgres, sqlite};

/// Why a database could not be opened. No message holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is neither `sqlite:PATH` nor `postgres://…`, or is malformed.
    #[error("bad database URL: {0}")]
    Url(String),
    /// The database could not be reached or created.
    #[error("cannot open the database: {0}")]
    Connect(String),
    /// The schema could not be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(String),
    /// Opened for reading only, and the schema is not the one this program reads.
    #[error("the database does not fit this program: {0}")]
    Schema(String),
}

/// The log and the stores beside it.
///
/// On SQLite the stores are separate files (`PATH.vault`, `PATH.views`, `PATH.outbox`): secrets are physically
/// apart and their writes never contend with the log's writer. On PostgreSQL they are schemas of
/// the same database.
#[derive(Clone)]
pub struct Database {
    log: Arc<dyn EventLog>,
    vault: Store,
    views: Store,
    outbox: Store,
}

impl Database {
    pub(crate) fn new(log: Arc<dyn EventLog>, vault: Store, views: Store, outbox: Store) -> Self {
        Self {
            log,
            vault,
            views,
            outbox,
        }
    }

    /// Open `sqlite:PATH` or `postgres://…`, creating and migrating what is missing. Several
    /// servers may do so at the same time. A PostgreSQL database has to exist; a SQLite file need
    /// not, but its folder.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        match Target::parse(url)? {
            Target::Sqlite(path) => sqlite::open(&path).await,
            Target::Postgres(url) => postgres::open(url).await,
        }
    }

    /// Open for reading only: nothing is created, migrated or written. Works while a server runs.
    /// On SQLite a missing store's file shows on first use, not here.
    pub async fn open_read_only(url: &str) -> Result<Self, OpenError> {
        match Target::parse(url)? {
            Target::Sqlite(path) => sqlite::open_read_only(&path).await,
            Target::Postgres(url) => postgres::open_read_only(url).await,
        }
    }

    /// The event log.
    #[must_use]
    pub fn log(&self) -> Arc<dyn EventLog> {
        Arc::clone(&self.log)
    }

    /// Where per-user keys and sealed secrets live.
    #[must_use]
    pub fn vault(&self) -> &Store {
        &self.vault
    }

    /// Where read models live.
    #[must_use]
    pub fn views(&self) -> &Store {
        &self.views
    }

    /// Where webhooks wait to be delivered.
    #[must_use]
    pub fn outbox(&self) -> &Store {
        &self.outbox
    }

    /// Finish what is queued and close every connection.
    pub async fn close(&self) {
        self.log.close().await;
        self.vault.close().await;
        self.views.close().await;
        self.outbox.close().await;
    }
}

/// What a URL names.
#[derive(Debug, PartialEq, Eq)]
enum Target<'a> {
    Sqlite(PathBuf),
    Postgres(&'a str),
}

impl<'a> Target<'a> {
    /// Messages repeat no part of the URL but a SQLite path: it may hold a password.
    fn parse(url: &'a str) -> Result<Self, OpenError> {
        let bad = |why: &str| Err(OpenError::Url(why.to_owned()));
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url));
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return bad("it starts with neither sqlite: nor postgres://");
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            return bad("sqlite: has to be followed by the path of a file");
        }
        if path.starts_with(':') {
            return bad("a log in memory would not survive; give the path of a file");
        }
        if path.contains('?') {
            return bad("sqlite: takes a path and no options");
        }
        Ok(Self::Sqlite(path.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_or_a_server() {
        assert_eq!(
            Target::parse("sqlite:a/b.db").unwrap(),
            Target::Sqlite("a/b.db".into())
        );
        assert_eq!(
            Target::parse("sqlite:///a/b.db").unwrap(),
            Target::Sqlite("/a/b.db".into())
        );
        assert!(matches!(Target::parse("postgres://h/d"), Ok(Target::Postgres(_))));
    }

    #[test]
    fn a_bad_url_is_refused_without_repeating_it() {
        for url in [
            "",
            "mysql://root:secret@h/d",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?secret",
            "/secret",
        ] {
            let error = Target::parse(url).unwrap_err();
            assert!(matches!(error, OpenError::Url(_)), "{url}");
            assert!(!error.to_string().contains("secret"), "{url}");
        }
    }
}
