//! How a server is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::faults::{FaultRule, WebhookFaults};

/// Settings of a [`Server`](super::Server). The default is a fresh, fault-free Stripe on a free loopback port.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen. Port 0 picks a free one. The control API answers only to loopback peers.
    pub addr: SocketAddr,
    /// Where ids and faults come from. A journal that exists keeps the seed it was begun with.
    pub seed: u64,
    /// Where to keep the state; `None` forgets it when the process ends.
    pub journal: Option<PathBuf>,
    /// If set, only these keys (and other keys of the same platforms) are accepted; 401 for all others.
    pub strict_keys: Option<Vec<String>>,
    /// Time every request takes before it is executed.
    pub latency: Duration,
    /// Whether `/_sim/…` is served at all.
    pub control_routes: bool,
    /// Faults that apply from the start.
    pub faults: Vec<FaultRule>,
    /// What happens to webhooks on their way.
    pub webhook_faults: WebhookFaults,
    /// Pause before the first repetition of a webhook that was not answered with 2xx; it doubles each time.
    pub webhook_retry_after: Duration,
    /// How often a webhook is tried before it is given up.
    pub webhook_attempts: u32,
    /// How many events each account keeps for `GET /v1/events`.
    pub events_kept: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 0,
            journal: None,
            strict_keys: None,
            latency: Duration::ZERO,
            control_routes: true,
            faults: Vec::new(),
            webhook_faults: WebhookFaults::default(),
            webhook_retry_after: Duration::from_millis(500),
            webhook_attempts: 12,
            events_kept: 10_000,
        }
    }
}
