//! The event log: append to several streams at once, read everything in commit order.
//!
//! One trait, [`EventLog`], and two adapters that give the same guarantees: SQLite (embedded) and
//! PostgreSQL 15 or newer. [`Database::open`] picks the adapter from a URL, migrates, and hands out
//! the log together with the two stores that live beside it.
//!
//! What always holds:
//!
//! - Positions are 1, 2, 3, … in commit order. Who has seen position *n* has seen all before it.
//! - One [`Append`] is one command: all of its events and idempotency records are stored, or none.
//! - Events are never changed or removed; the database itself refuses.
//!
//! This is the only crate with SQL on the events table.

mod append;
mod canonical;
mod command;
mod convert;
mod database;
mod event;
mod failure;
mod head;
mod idempotency;
mod judge;
mod log;
mod metadata;
mod migrations;
mod plan;
mod postgres;
mod read;
mod snapshot;
mod sqlite;
mod store;
mod stream;
mod tail;
#[cfg(feature = "testing")]
pub mod testing;
mod upcast;
mod writer;

pub use append::{Append, AppendError, Appended, Expected, StreamWrite};
pub use canonical::{CanonicalError, canonical_json};
pub use database::{Database, OpenError};
pub use event::{NewEvent, Position, Recorded, Version};
pub use idempotency::{Answer, IdempotencyRecord, RecordWrite};
pub use log::EventLog;
pub use metadata::{Metadata, RawMetadata};
pub use read::{Filter, ReadError};
pub use snapshot::Snapshot;
pub use store::Store;
pub use stream::{InvalidStreamId, StreamId};
pub use tail::Tail;
pub use upcast::{LiftError, Upcaster, Upcasters};
