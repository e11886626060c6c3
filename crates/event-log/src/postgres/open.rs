//! Opening a PostgreSQL database.

use std::str::FromStr;
use std::sync::Arc;

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use super::log::PostgresLog;
use super::write::PostgresBackend;
use super::{migrate, read, session};
use crate::head::Head;
use crate::migrations::Part;
use crate::store::{Kind, Store};
use crate::writer::Writer;
use crate::{Database, OpenError, Position};

/// Migrate if need be, start the writer.
pub(crate) async fn open(url: &str) -> Result<Database, OpenError> {
    let options = options(url)?;
    migrate::up_to_date(&options).await?;
    let readers = session::readers(&options);
    let head = Head::new(first_look(&readers).await?);
    let backend = PostgresBackend::new(options.clone());
    let writer = Writer::start(backend, head.clone(), Kind::Postgres);
    Ok(database(
        &options,
        PostgresLog::new(readers, Some(writer), head),
        false,
    ))
}

/// Open without migrating or writing anything.
pub(crate) async fn open_read_only(url: &str) -> Result<Database, OpenError> {
    let options = options(url)?;
    migrate::check(&options).await?;
    let readers = session::readers(&options);
    let head = Head::new(first_look(&readers).await?);
    Ok(database(&options, PostgresLog::new(readers, None, head), true))
}

fn database(options: &PgConnectOptions, log: PostgresLog, read_only: bool) -> Database {
    let store = |part| Store::Postgres(session::store(options, part, read_only));
    Database::new(
        Arc::new(log),
        store(Part::Vault),
        store(Part::Views),
        store(Part::Outbox),
    )
}

fn options(url: &str) -> Result<PgConnectOptions, OpenError> {
    // The parser's own message could repeat the URL, and with it a password.
    PgConnectOptions::from_str(url)
        .map_err(|_| OpenError::Url("not of the form postgres://user:password@host:port/database".into()))
}

async fn first_look(readers: &PgPool) -> Result<Position, OpenError> {
    read::head(readers)
        .await
        .map_err(|error| OpenError::Connect(error.to_string()))
}
