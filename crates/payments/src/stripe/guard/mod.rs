//! What keeps one account's trouble from becoming everybody's.

mod health;
mod lanes;

pub(super) use lanes::{Elapsed, Guard};
