//! Stripe over the wire: `async-stripe`'s typed requests through a small transport of ours. Nothing outside this
//! folder names `async-stripe`.

mod accounts;
mod answer;
mod books;
mod call;
mod charges;
mod client;
mod config;
mod customers;
mod disputes;
mod ephemeral_keys;
mod events;
mod gateway;
mod guard;
mod lists;
mod oauth;
mod payment_intents;
mod payment_methods;
mod refunds;
mod sort;
mod tokens;
mod transport;
mod typed;

pub use client::Stripe;
pub use config::{API_VERSION, StripeConfig, StripeConfigError};
