//! The contract of the event log: one suite, run on SQLite and on PostgreSQL.

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
