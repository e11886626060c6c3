//! The gateway over real sockets: what goes out on the wire, and how every kind of answer is sorted.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy's exception for tests does not reach the helpers beside them"
)]

mod asking;
mod events;
mod journeys;
mod lookups;
mod measures;
mod misbehaviour;
mod onboarding;
mod server;
mod simulated;
mod steps;
mod wire;
mod world;
