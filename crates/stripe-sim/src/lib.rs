//! A stateful stand-in for Stripe over HTTP.
//!
//! Two layers. [`core`] is a pure, deterministic state machine: a request and a time go in, a reply and
//! queued webhooks come out; ids come from a seed and a counter. [`Server`] wraps it in HTTP, keeps a
//! journal so that the simulated Stripe outlives the process, delivers webhooks and injects faults.
//!
//! What no API call can do is done through [`Control`], or over HTTP under `/_sim/` by loopback peers:
//! `POST /_sim/command` takes a [`core::Command`] as JSON; `GET /_sim/books` shows all money objects;
//! `GET /_sim/executions/{key}` counts executions under an idempotency key; `GET`, `POST` and `DELETE
//! /_sim/faults` list, add and clear [`FaultRule`]s; `PUT /_sim/webhook_faults` sets [`WebhookFaults`];
//! `GET /_sim/deliveries` shows webhook attempts; `GET /_sim/platforms/{key}` names a key's account;
//! `GET /_sim/time` tells simulated time.
//!
//! ```no_run
//! # async fn example() -> Result<(), stripe_sim::Error> {
//! let server = stripe_sim::Server::start(stripe_sim::Config::default()).await?;
//! println!("Stripe is at {}", server.url());
//! server.stop().await;
//! # Ok(()) }
//! ```

// The objects of Stripe have many members, and `json!` recurses once for each.
#![recursion_limit = "512"]

pub mod core;
mod server;

pub use server::{
    Config, Control, ControlError, Delivery, Error, Fault, FaultRule, Server, WebhookFaults, When,
};
