//! How much one client may take of a server.

use std::{num::NonZeroU32, time::Duration};

/// A token bucket for each API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many requests a key gets back each second.
    pub per_second: NonZeroU32,
    /// How many it may send at once after a pause.
    pub burst: NonZeroU32,
}

/// What a server lets its clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests per key; as many as there come, if absent.
    pub rate: Option<Rate>,
    /// Requests under way at the same time that change something, and as many again that only read. Who comes then is
    /// told to try again.
    pub requests: usize,
    /// Connections at the same time. Who comes later waits in the queue of the operating system.
    pub connections: usize,
    /// How long a client may take to send a request, and how long a connection without one is kept.
    pub patience: Duration,
}

impl Limits {
    /// More connections than clients of one server should ever need, and fewer than file descriptors usually allow.
    pub const CONNECTIONS: usize = 4096;

    /// Riders who wait for Stripe for seconds take room, too.
    pub const REQUESTS: usize = 1024;

    /// A phone on a bad line gets a request through in this time.
    pub const PATIENCE: Duration = Duration::from_secs(30);
}

/// No rate, and everything else as usual.
impl Default for Limits {
    fn default() -> Self {
        Self {
            rate: None,
            requests: Self::REQUESTS,
            connections: Self::CONNECTIONS,
            patience: Self::PATIENCE,
        }
    }
}
