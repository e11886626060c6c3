//! Rules for JWTs. Keys and signatures come from OpenSSL, not from the code under test.

mod caching;
mod claims;
mod fetching;
mod hostile;
mod issuer;
mod openssl;
mod published;
mod refusals;
mod testing_key;
mod world;
