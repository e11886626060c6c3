//! The pure simulator: no I/O, no clock, no randomness beyond ids derived from a seed and a counter.

mod access;
mod books;
mod cards;
mod command;
mod error;
mod events;
mod expand;
mod idempotency;
mod ids;
mod list;
mod money;
mod nouns;
mod params;
mod request;
mod routes;
mod search;
mod simulator;
mod table;
mod time;
mod world;

pub use access::platform_of_key;
pub use cards::IssuerCode;
pub use command::{AccountState, Command, CommandError, NewAccount, NewEndpoint};
pub use error::ApiError;
pub use events::WebhookCall;
pub use request::{Caller, Inject, KeyKind, Method, Reply, Request};
pub use simulator::{Settings, Simulator};
