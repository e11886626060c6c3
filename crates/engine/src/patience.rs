//! How long to wait before asking Stripe again, and when to leave it to the resolver.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::Host;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(8);

/// Bounded exponential backoff with jitter, under one deadline for everything a request does.
pub(crate) struct Patience<'a> {
    host: &'a dyn Host,
    until: DateTime<Utc>,
    next: Duration,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(host: &'a dyn Host, total: Duration) -> Self {
        Self {
            host,
            until: host.now() + total,
            next: FIRST,
        }
    }

    /// Waits as long as Stripe asked, or as backoff says. `false` when that would outlast the deadline: then nothing
    /// was waited for.
    pub(crate) async fn wait(&mut self, asked: Option<Duration>) -> bool {
        let pause = asked.unwrap_or(Duration::ZERO).max(self.jittered());
        if self.host.now() + pause >= self.until {
            return false;
        }
        self.host.sleep(pause).await;
        self.next = (self.next * 2).min(LONGEST);
        true
    }

    /// Between half and the whole of the present pause.
    fn jittered(&self) -> Duration {
        let half = self.next / 2;
        let parts = u32::from(u8::MAX);
        // The last byte of a version 7 id is random.
        let roll = self.host.fresh_id().as_bytes().last().copied().unwrap_or(u8::MAX);
        half + half / parts * u32::from(roll)
    }
}
