//! The log in a PostgreSQL database.

mod arguments;
mod follow;
mod load;
mod log;
mod migrate;
mod open;
mod read;
mod session;
mod types;
mod write;

pub(crate) use open::{open, open_read_only};
