//! The log in a SQLite file.

mod follow;
mod insert;
mod log;
mod open;
mod packed;
mod read;
mod write;

pub(crate) use open::{open, open_read_only};
