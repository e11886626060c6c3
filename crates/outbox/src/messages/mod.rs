//! Messages: our own public contract, made of events and apart from them.

mod data;
mod map;
mod message;
mod passage;
mod states;

pub use map::{Draft, messages_of};
pub use message::{Audience, Message};
pub use passage::Passage;
pub use states::States;
