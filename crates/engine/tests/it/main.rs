//! Whole use cases against a simulated Stripe, on both stores.

mod clock;
mod crashes;
mod expiring;
mod log_that_dies;
mod refunding;
mod sending;
mod world;
