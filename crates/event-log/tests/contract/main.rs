//! The contract of the event log: one suite, run on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod append;
mod faults;
mod home;
mod idempotency;
mod immutable;
mod make;
mod model;
mod opening;
mod processes;
mod read;
mod snapshots;
mod tail;
mod upcast;
