//! What is served, described for programs (OpenAPI 3.1) and for people.
//!
//! The description is written from the publications, not derived from the handlers: derived, it would agree with them
//! by definition, and nobody could find a difference. The tests hold both against each other.

mod body;
mod call;
mod calls;
mod choices;
mod document;
mod errors;
mod page;
mod param;
pub mod schemas;
mod serve;
#[cfg(test)]
mod tests;

pub use document::document;
pub(crate) use serve::router;
