//! How much room there is at an operator's parking locations, as the operator says and for as long as it says so.

mod command;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{OccupancyCommand, OccupancyRejection};
pub use event::{OccupancyEvent, Room};
pub use state::{Known, Occupancy};
