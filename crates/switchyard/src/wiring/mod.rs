//! Putting the crates together.

mod keys;
mod logging;
mod provisioner;
mod world;

pub(crate) use keys::StripeKeys;
pub(crate) use logging::{log_if_asked, log_to_stderr};
pub(crate) use provisioner::{Listening, SimulatedAccounts};
pub(crate) use world::{Simulation, World, WorldConfig, master_key};
