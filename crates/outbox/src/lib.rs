//! Webhooks out: what is told to whom, the queue it waits in, and sending it safely.
//!
//! - [`Feeder`] follows the log, makes [`Message`]s of events, and queues each for every endpoint that wants it, in one
//!   transaction with how far the log was followed.
//! - [`Outbox`] is that queue: what is due, what came of each attempt, dead letters, replays.
//! - [`schedule`] says when to try again, [`HttpCarrier`] makes one attempt and goes to no private address.
//!
//! It does not decide when to do any of this, nor does it know a clock: the engine drives it.

mod feeder;
mod messages;
pub mod schedule;
mod send;
mod store;

pub use feeder::{Fed, FeedError, Feeder};
pub use messages::{Audience, Draft, Message, Passage, States, messages_of};
pub use send::{
    Carrier, Forbidden, HttpCarrier, Parcel, Policy, Reply, UnsafeUrl, check_url, is_public, vet,
};
pub use store::{
    Attempt, Claimed, Delivery, DeliveryState, Fate, Outbox, OutboxError, Page, Place, Recorded, Tally,
};
