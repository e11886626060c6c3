//! Whole use cases against a simulated Stripe, on both stores.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod boarding;
mod buying;
mod capping;
mod clock;
mod crashes;
mod declining;
mod dying;
mod dying_passes;
mod expiring;
mod fuse;
mod handing_over;
mod hearing;
mod hearing_refunds;
mod late_refunds;
mod leaving;
mod log_that_dies;
mod log_with_a_gap;
mod losing;
mod marketplace;
mod operators;
mod overstaying;
mod racing;
mod refunding;
mod repricing;
mod retrying;
mod sending;
mod sending_again;
mod sharing;
mod snapshots;
mod stale;
mod staying;
mod unlocking;
mod webhooks;
mod world;
