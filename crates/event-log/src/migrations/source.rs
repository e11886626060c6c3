//! Embedded files as a source of migrations for sqlx.

use futures::future::BoxFuture;
use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::Part;
use super::files::{self, File};
use crate::store::Kind;

#[derive(Debug)]
struct Embedded(&'static [File]);

impl MigrationSource<'static> for Embedded {
    fn resolve(self) -> BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        let migrations = self.0.iter().map(|&(version, name, sql)| {
            let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        });
        let migrations = migrations.collect();
        Box::pin(std::future::ready(Ok(migrations)))
    }
}

fn files(kind: Kind, part: Part) -> &'static [File] {
    match kind {
        Kind::Sqlite => files::sqlite(part),
        Kind::Postgres => files::postgres(part),
    }
}

/// What brings `part` up to date. The caller holds a lock, so the migrator takes none; files it
/// does not know come from a newer program, which keeps to "expand, then contract".
pub(crate) async fn migrator(kind: Kind, part: Part) -> Result<Migrator, MigrateError> {
    let mut migrator = Migrator::new(Embedded(files(kind, part))).await?;
    migrator.set_locking(false).set_ignore_missing(true);
    Ok(migrator)
}

/// Number of the last file of `part`, 0 if it has none.
pub(crate) fn newest_version(kind: Kind, part: Part) -> i64 {
    files(kind, part).iter().map(|file| file.0).max().unwrap_or(0)
}
