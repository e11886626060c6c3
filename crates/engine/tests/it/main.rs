//! Whole use cases against a simulated Stripe, on both stores.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod clock;
mod crashes;
mod expiring;
mod log_that_dies;
mod log_with_a_gap;
mod marketplace;
mod refunding;
mod sending;
mod world;
