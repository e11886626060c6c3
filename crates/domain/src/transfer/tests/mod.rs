//! Rules of pass transfers, by name.

mod creating;
mod fixtures;
mod laws;
mod redeeming;
mod refunding;
