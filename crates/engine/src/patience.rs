//! How long to wait before asking Stripe again, and when to leave it to the resolver.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::Host;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(8);

/// Bounded exponential backoff with jitter, under one deadline for everything a request does.
pub(crate) struct Patience<'a> {
    host: &'a dyn Host,
    /// Calls take time, too, so the clock decides.
    until: DateTime<Utc>,
    /// A clock that is set back must not make anybody wait for hours, so pauses count by themselves as well.
    left: Duration,
    next: Duration,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(host: &'a dyn Host, total: Duration) -> Self {
        Self {
            host,
            until: host.now() + total,
            left: total,
            next: FIRST,
        }
    }

    /// Waits as long as Stripe asked, or as backoff says. `false` when that would outlast the deadline: then nothing
    /// was waited for.
    pub(crate) async fn wait(&mut self, asked: Option<Duration>) -> bool {
        let pause = asked.unwrap_or(Duration::ZERO).max(self.jittered());
        // In this order: a pause that is no longer than the patience left cannot run over the end of time.
        if pause >= self.left || self.host.now() + pause >= self.until {
            return false;
        }
        self.left -= pause;
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use uuid::Uuid;

    use super::*;

    /// A clock that goes back by an hour whenever somebody waits.
    struct Backwards(Mutex<DateTime<Utc>>);

    #[async_trait]
    impl Host for Backwards {
        fn now(&self) -> DateTime<Utc> {
            *self.0.lock().unwrap()
        }

        fn fresh_id(&self) -> Uuid {
            Uuid::max()
        }

        async fn sleep(&self, _: Duration) {
            *self.0.lock().unwrap() -= Duration::from_hours(1);
        }
    }

    fn host() -> Backwards {
        Backwards(Mutex::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap()))
    }

    #[tokio::test]
    async fn a_clock_that_goes_back_does_not_prolong_patience() {
        let host = host();
        let mut patience = Patience::new(&host, Duration::from_secs(20));
        let mut waited = 0;
        while patience.wait(None).await {
            waited += 1;
        }
        assert_eq!(waited, 7, "100 ms and its doubles up to 6.4 s make 12.7 s");
    }

    #[tokio::test]
    async fn a_wait_longer_than_the_patience_left_is_left_to_somebody_else() {
        let host = host();
        let mut patience = Patience::new(&host, Duration::from_secs(20));
        assert!(!patience.wait(Some(Duration::MAX)).await);
        assert!(patience.wait(Some(Duration::from_secs(19))).await);
        assert!(!patience.wait(Some(Duration::from_secs(1))).await);
    }
}
