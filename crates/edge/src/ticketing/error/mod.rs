//! Errors as the ticketing API publishes them.

mod class;
mod code;
mod english;
mod from;
mod language;
mod spanish;
mod wire;

pub use class::ErrorType;
pub use code::ErrorCode;
pub use language::Language;
pub use wire::TicketingError;

#[cfg(test)]
mod tests;
