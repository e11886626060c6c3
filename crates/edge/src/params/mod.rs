//! The parameters of a request, however the client sends them.

mod body;
mod collect;
mod extract;
mod get;
mod json;

pub use body::{BodyError, MAX_BODY};
pub use extract::Params;
pub use get::{Fault, ParamError};

#[cfg(test)]
mod tests;
