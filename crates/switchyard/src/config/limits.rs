//! What clients may take of a server.

use std::{num::NonZeroU32, time::Duration};

use clap::{Args, value_parser};
use edge::{Limits, Rate};

/// Flags that bound what clients take.
#[derive(Debug, Args)]
pub(crate) struct LimitArgs {
    /// Requests per second for each API key of the ticketing API, and for each address that has no key we issued;
    /// 0 for as many as there come.
    #[arg(long, env = "SWITCHYARD_RATE_LIMIT", default_value_t = 1_000)]
    pub rate_limit: u32,

    /// Requests that a key may send at once after a pause; twice the rate, unless given.
    #[arg(long, env = "SWITCHYARD_RATE_LIMIT_BURST", value_parser = value_parser!(u32).range(1..))]
    pub rate_limit_burst: Option<u32>,

    /// Requests under way at the same time that change something, and as many again that only read. Who comes then is
    /// told at once to try again (503, `Retry-After`).
    #[arg(
        long,
        env = "SWITCHYARD_REQUEST_LIMIT",
        default_value_t = 1_024,
        value_parser = value_parser!(u32).range(1..)
    )]
    pub request_limit: u32,

    /// HTTP connections at the same time. Who comes later waits.
    #[arg(
        long,
        env = "SWITCHYARD_CONNECTION_LIMIT",
        default_value_t = 4_096,
        value_parser = value_parser!(u32).range(1..)
    )]
    pub connection_limit: u32,

    /// Seconds in which a client has to send a request, and for which a connection without one is kept.
    #[arg(
        long,
        env = "SWITCHYARD_CLIENT_TIMEOUT",
        default_value_t = 30,
        value_parser = value_parser!(u32).range(1..=3_600)
    )]
    pub client_timeout: u32,
}

impl LimitArgs {
    /// As the edge takes them.
    pub(crate) fn limits(&self) -> anyhow::Result<Limits> {
        let burst = self.rate_limit_burst.and_then(NonZeroU32::new);
        Ok(Limits {
            rate: NonZeroU32::new(self.rate_limit).map(|per_second| Rate {
                per_second,
                burst: burst.unwrap_or_else(|| per_second.saturating_mul(NonZeroU32::MIN.saturating_add(1))),
            }),
            requests: usize::try_from(self.request_limit)?,
            connections: usize::try_from(self.connection_limit)?,
            patience: Duration::from_secs(u64::from(self.client_timeout)),
        })
    }
}
