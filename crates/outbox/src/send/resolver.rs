//! Names to addresses, and only to such as may be connected to.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// A name led to an address that is not for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to a private address")]
pub struct Forbidden;

/// Resolves names for the client that connects, so that what is checked is what is connected to: nobody can give another
/// answer in between.
pub(super) struct Guarded;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One that is private spoils them all: which is connected to would be up to chance.
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}
