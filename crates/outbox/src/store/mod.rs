//! The queue. Both databases understand the same statements nearly everywhere; where they do not, each has its own.

mod claim;
mod delivery;
mod error;
mod feeds;
mod forget;
mod list;
mod outbox;
mod record;

pub use claim::Claimed;
pub use delivery::{Attempt, Delivery, DeliveryState};
pub use error::OutboxError;
pub(crate) use feeds::{Again, Feed, Landed, Queued, Told};
pub use list::{Page, Place, Tally};
pub use outbox::Outbox;
pub use record::{Fate, Recorded};

/// Runs the same expression over either kind of pool.
macro_rules! on_either {
    ($store:expr, $pool:ident => $run:expr) => {
        match $store {
            event_log::Store::Sqlite($pool) => $run,
            event_log::Store::Postgres($pool) => $run,
        }
    };
}
use on_either;

/// Runs the same block in a transaction of either kind of database. Returning early rolls it back.
macro_rules! in_transaction {
    ($store:expr, $transaction:ident => $run:block) => {
        match $store {
            event_log::Store::Sqlite(pool) => {
                // Alone from its beginning, so that what it reads stays so until it ends.
                let mut $transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
                let value = $run;
                $transaction.commit().await?;
                value
            }
            event_log::Store::Postgres(pool) => {
                let mut $transaction = pool.begin().await?;
                let value = $run;
                $transaction.commit().await?;
                value
            }
        }
    };
}
use in_transaction;
