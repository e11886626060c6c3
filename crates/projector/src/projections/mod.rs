//! The read models, one a file.

mod unfinished;

pub use unfinished::{OpenWork, Unfinished};
