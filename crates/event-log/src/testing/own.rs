//! A PostgreSQL server for one test, which may do with it what others must not see.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::{cluster::Cluster, fresh_database, with_database};

/// A server of one's own, gone with this.
#[derive(Clone)]
pub struct OwnPostgres(Arc<Mutex<Cluster>>);

impl fmt::Debug for OwnPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnPostgres").finish_non_exhaustive()
    }
}

#[expect(clippy::expect_used, reason = "a test without its database cannot go on")]
impl OwnPostgres {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no server to be had, saying what is missing.
    pub async fn start() -> Self {
        let cluster = tokio::task::spawn_blocking(Cluster::start).await;
        Self(Arc::new(Mutex::new(cluster.expect("starting PostgreSQL"))))
    }

    /// URL of a fresh, empty database.
    ///
    /// # Panics
    /// When the server cannot be used.
    pub async fn fresh_url(&self) -> String {
        let server = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .url()
            .to_owned();
        let (_, name) = fresh_database(&server).await;
        with_database(&server, &name)
    }

    /// Kills every process of it where it stands.
    ///
    /// # Panics
    /// When its supervisor is gone.
    pub async fn kill(&self) {
        self.order("kill").await;
    }

    /// Starts it again on what is on its disk.
    ///
    /// # Panics
    /// When its supervisor is gone.
    pub async fn restart(&self) {
        self.order("start").await;
    }

    async fn order(&self, order: &'static str) {
        let cluster = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            cluster
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .order(order);
        });
        done.await.expect("the supervisor does as it is told");
    }
}
