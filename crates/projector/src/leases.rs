//! Which server is at work on what. A lease keeps others from doing the same at the same time, and nothing else hangs on
//! it: clocks of servers may differ, rows may be lost, and what is done twice has one outcome.

use chrono::{DateTime, Utc};
use event_log::Store;

use crate::store::{ViewError, on_either};

/// The leases of one server.
#[derive(Debug, Clone)]
pub struct Leases {
    store: Store,
    holder: String,
}

/// What was found when work was to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is ours.
    Ours,
    /// Another server is at it, or has just been and it rests.
    Others,
}

impl Leases {
    /// Those that `holder` takes; every start of a server is another holder.
    #[must_use]
    pub fn of(store: &Store, holder: &str) -> Self {
        Self {
            store: store.clone(),
            holder: holder.to_owned(),
        }
    }

    /// Takes work until a moment: whoever has not ended it by then has lost it. `even_resting` takes what nobody is at,
    /// though it is not time to try it again.
    pub async fn take(
        &self,
        work: &str,
        (now, until): (DateTime<Utc>, DateTime<Utc>),
        even_resting: bool,
    ) -> Result<Turn, ViewError> {
        const TAKE: &str = "INSERT INTO leases (work, holder, until) VALUES ($1, $2, $4)
            ON CONFLICT (work) DO UPDATE SET holder = $2, until = $4
            WHERE leases.until <= $3 OR leases.holder = $2 OR (leases.holder = '' AND $5 = 1)";
        let taken = on_either!(Store, &self.store, pool => {
            let query = sqlx::query(TAKE).bind(work).bind(&self.holder);
            let query = query.bind(now.timestamp_micros()).bind(until.timestamp_micros());
            query.bind(i64::from(even_resting)).execute(pool).await?.rows_affected()
        });
        Ok(match taken {
            0 => Turn::Others,
            _ => Turn::Ours,
        })
    }

    /// The work is over.
    pub async fn end(&self, work: &str) -> Result<(), ViewError> {
        const END: &str = "DELETE FROM leases WHERE work = $1 AND holder = $2";
        on_either!(Store, &self.store, pool => {
            sqlx::query(END).bind(work).bind(&self.holder).execute(pool).await?;
        });
        Ok(())
    }

    /// Nobody is at the work any more, and nobody need be before a moment.
    pub async fn rest(&self, work: &str, until: DateTime<Utc>) -> Result<(), ViewError> {
        const REST: &str = "UPDATE leases SET holder = '', until = $3 WHERE work = $1 AND holder = $2";
        on_either!(Store, &self.store, pool => {
            let query = sqlx::query(REST).bind(work).bind(&self.holder);
            query.bind(until.timestamp_micros()).execute(pool).await?;
        });
        Ok(())
    }

    /// Removes what ran out before a moment: work that somebody else has ended.
    pub async fn forget(&self, before: DateTime<Utc>) -> Result<(), ViewError> {
        const FORGET: &str = "DELETE FROM leases WHERE until < $1";
        on_either!(Store, &self.store, pool => {
            sqlx::query(FORGET).bind(before.timestamp_micros()).execute(pool).await?;
        });
        Ok(())
    }

    /// Takes everything from everybody, where there can be no other server: what is left was held by one that died.
    pub async fn start_alone(&self) -> Result<(), ViewError> {
        if let Store::Sqlite(pool) = &self.store {
            sqlx::query("DELETE FROM leases").execute(pool).await?;
        }
        Ok(())
    }
}
