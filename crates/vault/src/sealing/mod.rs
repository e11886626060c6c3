//! Personal data closed under a key of its user, until that key is destroyed.

mod cache;
mod destroy;
mod keys;
mod seal;

pub(crate) use cache::KeyCache;
pub use seal::MAX_PLAINTEXT;
