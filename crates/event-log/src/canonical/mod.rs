//! Canonical JSON: one value, one text.

mod check;
mod write;

pub(crate) use check::check;
pub use write::{CanonicalError, canonical_json};
