//! The statements. Both stores understand the same text nearly everywhere; where they do not, each has its own.

pub(crate) mod root;
mod scrub;
pub(crate) mod sessions;
pub(crate) mod user_keys;

pub(crate) use scrub::scrub;

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
