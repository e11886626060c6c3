//! A webhook endpoint: where an app or an operator wants to be told what happens, and of what.

mod command;
mod event;
mod message_type;
mod owner;
mod state;
#[cfg(test)]
mod tests;

pub use command::{EndpointChange, EndpointCommand, EndpointRejection};
pub use event::{DisableReason, EndpointEvent, EndpointSettings};
pub use message_type::MessageType;
pub use owner::EndpointOwner;
pub use state::{Endpoint, EndpointSecret, MAX_LIVE_SECRETS, MAX_OVERLAP};
