//! A fresh database of either kind, and servers on it.

use chrono::{DateTime, Utc};
use domain::{AppId, UserId};
use event_log::{Database, Store};
use tempfile::TempDir;
use uuid::Uuid;
use vault::{MasterKey, Vault, VaultError};

pub(crate) struct World {
    url: String,
    pub(crate) folder: Option<TempDir>,
}

/// One process with its own pools and caches.
pub(crate) struct Server {
    pub(crate) database: Database,
    pub(crate) vault: Vault,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            url: event_log::testing::sqlite_url(&folder),
            folder: Some(folder),
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self {
            url: event_log::testing::postgres_url().await,
            folder: None,
        }
    }

    pub(crate) async fn database(&self) -> Database {
        Database::open(&self.url).await.unwrap()
    }

    pub(crate) async fn try_serve(&self, master: Option<MasterKey>) -> Result<Server, VaultError> {
        let database = self.database().await;
        let vault = Vault::open(&database, master).await?;
        Ok(Server { database, vault })
    }

    pub(crate) async fn serve(&self) -> Server {
        self.try_serve(None).await.unwrap()
    }
}

impl Server {
    /// Runs a statement that the vault itself would never run.
    pub(crate) async fn tamper(&self, sql: &'static str) -> Result<u64, sqlx::Error> {
        match self.database.vault() {
            Store::Sqlite(pool) => Ok(sqlx::query(sql).execute(pool).await?.rows_affected()),
            Store::Postgres(pool) => Ok(sqlx::query(sql).execute(pool).await?.rows_affected()),
        }
    }

    pub(crate) async fn bytes(&self, sql: &'static str) -> Vec<u8> {
        match self.database.vault() {
            Store::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        match self.database.vault() {
            Store::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }
}

/// Some moment, finer than what is stored.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 123_456_789).unwrap()
}

pub(crate) fn rider(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn app(name: &str) -> AppId {
    AppId::parse(name).unwrap()
}

pub(crate) fn master(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

/// Makes a test of each rule for each store.
macro_rules! on_both_stores {
    ($($rule:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() { super::$rule(crate::world::World::sqlite().await).await; })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() { super::$rule(crate::world::World::postgres().await).await; })+
        }
    };
}
pub(crate) use on_both_stores;
