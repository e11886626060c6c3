//! Keeping read models up to date.

mod builds;
mod erased;
mod error;
mod land;
mod projector;

pub use error::ProjectorError;
pub use projector::Projector;
