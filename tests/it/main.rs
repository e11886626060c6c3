//! Whole journeys against the real program over real HTTP, on both stores, and the house rules.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

mod admin;
mod buying;
mod contract;
mod coord;
mod crashes;
mod declines;
mod kills;
mod logins;
mod onboarding;
mod once;
mod operations;
mod races;
mod refusals;
mod riding;
mod secrecy;
mod settings;
mod shop;
mod stripe_down;
mod tickets;
mod tidy;
mod world;
