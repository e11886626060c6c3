//! From the bytes of a feed to a catalog or a report.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]

mod feed;
mod flaws;
mod importing;
mod laws;
mod published;
mod schema;
mod zips;
