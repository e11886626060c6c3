//! Somebody looked at a rider's personal data: recorded before it is shown, so that the log can answer who has seen what.

mod command;
mod event;
mod state;

pub use command::{DisclosureCommand, DisclosureRejection};
pub use event::DisclosureEvent;
pub use state::Disclosure;
