//! The embedded migrations of each part of a database, and running them.

mod files;
mod source;

pub(crate) use files::Part;
pub(crate) use source::{migrator, newest_version};
