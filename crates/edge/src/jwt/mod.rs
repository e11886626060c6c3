//! JWTs: who a rider is, in the words and under the signature of the rider's app.
//!
//! Ticketing API, "User Credentials". Signatures are checked with `jsonwebtoken`; what a token has to say is checked
//! here, because the document's rules are its own.

mod claims;
mod error;
pub mod es256;
mod fetch;
mod header;
pub mod issuer;
mod jwks;
mod keys;
pub mod testing_key;
mod url;
mod verify;

pub use claims::RiderClaims;
pub(crate) use claims::{is_email, is_name};
pub use error::JwtError;
pub use fetch::{FetchError, HttpJwks, JwksFetcher};
pub use jwks::JwksCache;
pub use url::{InvalidJwksUrl, JwksUrl};
pub use verify::{LEEWAY, verify};

#[cfg(test)]
mod tests;
