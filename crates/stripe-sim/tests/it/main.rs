//! The simulated Stripe over HTTP, rule by rule.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

mod accounts;
mod books;
mod charges;
mod clients;
mod connect;
mod customers;
mod declines;
mod faults;
mod idempotency;
mod journal;
mod keys;
mod laws;
mod lists;
mod money;
mod payment_intents;
mod receiver;
mod refunds;
mod setup_intents;
mod support;
mod typed;
mod webhooks;
