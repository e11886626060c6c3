//! Both stores.

use std::path::Path;

/// Where a world keeps its two logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
}

impl Store {
    /// The URL of a fresh database.
    pub(crate) async fn fresh_url(self, folder: &Path, name: &str) -> String {
        match self {
            Self::Sqlite => format!("sqlite:{}", folder.join(name).display()),
            Self::Postgres => event_log::testing::postgres_url().await,
        }
    }
}

/// Makes each rule of a file a test on each store.
macro_rules! on_both_stores {
    ($($rule:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule($crate::world::Store::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule($crate::world::Store::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;
