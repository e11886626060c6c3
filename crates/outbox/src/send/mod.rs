//! Sending one message to one address, and to no other.

mod address;
mod carrier;
mod http;
mod reply;
mod resolver;
mod url;

pub use self::http::HttpCarrier;
pub use address::is_public;
pub use carrier::{Carrier, Parcel};
pub use reply::Reply;
pub use resolver::Forbidden;
pub use url::{Policy, UnsafeUrl, check_url, vet};
