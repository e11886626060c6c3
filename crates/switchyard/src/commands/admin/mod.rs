//! Everyday administration: a file a command, each of them through the admin API and nothing else.

mod client;
mod import;
mod keys;
mod link;
mod onboard;
mod print;
mod refund;
mod show;
mod standing;

pub(crate) use client::AdminClient;
pub(crate) use import::import;
pub(crate) use keys::{issue, rotate};
pub(crate) use link::link;
pub(crate) use onboard::onboard;
pub(crate) use refund::refund;
pub(crate) use show::show;
pub(crate) use standing::{reinstate, suspend};
