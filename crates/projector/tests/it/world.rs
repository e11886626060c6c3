//! A fresh database of either kind, and servers on it.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use domain::Aggregate;
use event_log::{
    Append, Database, EventLog, Expected, Metadata, NewEvent, Position, Recorded, Store, StreamId,
    StreamWrite, Upcasters,
};
use projector::{Projector, Unfinished};
use tempfile::TempDir;

use crate::fixtures::minute;

pub(crate) struct World {
    url: String,
    _folder: Option<TempDir>,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            url: event_log::testing::sqlite_url(&folder),
            _folder: Some(folder),
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self {
            url: event_log::testing::postgres_url().await,
            _folder: None,
        }
    }

    /// One more process on the same database.
    pub(crate) async fn serve(&self) -> Server {
        Server {
            database: Database::open(&self.url).await.unwrap(),
        }
    }
}

/// One process with its own pools.
pub(crate) struct Server {
    pub(crate) database: Database,
}

/// What one stream gets in a commit.
pub(crate) fn write<A: Aggregate>(
    id: impl std::fmt::Display,
    events: impl IntoIterator<Item = A::Event>,
) -> StreamWrite {
    let stream = StreamId::new(A::CATEGORY, id).unwrap();
    let events = events.into_iter().map(|event| {
        let value = serde_json::to_value(event).unwrap();
        let kind = format!("{}.{}", A::CATEGORY, value["type"].as_str().unwrap());
        NewEvent::new(kind, 1, &value).unwrap()
    });
    StreamWrite {
        stream,
        expected: Expected::Any,
        events: events.collect(),
    }
}

pub(crate) fn origin(correlation: &str) -> Metadata {
    Metadata {
        actor: "resolver".to_owned(),
        app: Some("cityhop".to_owned()),
        causation: None,
        correlation: correlation.to_owned(),
        request: Some("req_1".to_owned()),
    }
}

impl Server {
    pub(crate) fn log(&self) -> Arc<dyn EventLog> {
        self.database.log()
    }

    pub(crate) fn views(&self) -> &Store {
        self.database.views()
    }

    pub(crate) fn projector(&self) -> Projector {
        Projector::new(&self.database, Upcasters::new())
    }

    pub(crate) async fn append(&self, writes: impl IntoIterator<Item = StreamWrite>) -> Vec<Recorded> {
        let head = self.log().head().await.unwrap().0;
        let at = minute(i64::try_from(head).unwrap());
        self.append_as(origin(&format!("cause_{head}")), at, writes).await
    }

    pub(crate) async fn append_as(
        &self,
        metadata: Metadata,
        at: DateTime<Utc>,
        writes: impl IntoIterator<Item = StreamWrite>,
    ) -> Vec<Recorded> {
        let append = Append {
            writes: writes.into_iter().collect(),
            records: vec![],
            metadata,
            at,
        };
        self.log().append(append).await.unwrap().events
    }

    /// The streams in which something is open, as the read model says.
    pub(crate) async fn open(&self) -> BTreeSet<String> {
        let open = Unfinished::list(self.views(), 10_000, DateTime::<Utc>::MAX_UTC)
            .await
            .unwrap();
        open.into_iter().map(|work| work.stream.to_string()).collect()
    }

    /// A number out of the store of the read models.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        match self.views() {
            Store::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Store::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Changes the store of the read models behind the projector's back.
    pub(crate) async fn meddle(&self, sql: &'static str) {
        match self.views() {
            Store::Sqlite(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
            Store::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        }
    }

    pub(crate) async fn everything(&self) -> Vec<Recorded> {
        self.log()
            .read(Position::START, 100_000, &event_log::Filter::All)
            .await
            .unwrap()
    }
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
