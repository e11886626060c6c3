//! The rules of a purchase, by name.

mod arrivals;
mod at_once;
mod charging;
mod disputing;
mod fixtures;
mod folding;
mod handing_over;
mod laws;
mod refunding;
mod refunds_at_stripe;
mod renewing;
mod retrying;
mod retrying_refunds;
mod reviewing;
mod starting;
