//! A file a command.

pub(crate) mod admin;
pub(crate) mod apply;
mod books;
mod demo;
pub(crate) mod serve;
mod stripe_sim;

pub(crate) use apply::apply;
pub(crate) use books::{trial_balance, verify};
pub(crate) use demo::demo;
pub(crate) use serve::serve;
pub(crate) use stripe_sim::stripe_sim;
