//! One module for each kind of object: what it holds, what may be done to it, how it is rendered.

pub(crate) mod account_links;
pub(crate) mod accounts;
pub(crate) mod application_fees;
pub(crate) mod balance;
mod card_input;
mod card_render;
pub(crate) mod charges;
mod charging;
pub(crate) mod customers;
pub(crate) mod disputes;
pub(crate) mod ephemeral_keys;
pub(crate) mod event_reads;
mod metadata;
pub(crate) mod oauth;
pub(crate) mod payment_intents;
pub(crate) mod payment_methods;
pub(crate) mod payouts;
pub(crate) mod refunds;
pub(crate) mod setup_intents;
pub(crate) mod sources;
pub(crate) mod tokens;
pub(crate) mod webhook_endpoints;
