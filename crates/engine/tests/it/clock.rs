//! A machine whose time passes only when it is told to, or when somebody waits.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use engine::Host;
use uuid::Uuid;

#[derive(Debug)]
pub(crate) struct Clock(Mutex<DateTime<Utc>>);

impl Clock {
    /// Starts where the simulated Stripe is, which has a clock of its own.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Utc::now().trunc_subsecs(6)))
    }

    /// One that shows another time.
    pub(crate) const fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// What has passed since now, as it will be asked for.
    pub(crate) fn elapsed(self: &Arc<Self>) -> impl Fn() -> Duration + Send + Sync + 'static {
        let (clock, start) = (Arc::clone(self), self.now());
        move || (clock.now() - start).to_std().unwrap_or_default()
    }

    pub(crate) fn advance(&self, duration: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += duration;
    }
}

#[async_trait]
impl Host for Clock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    async fn sleep(&self, duration: Duration) {
        self.advance(duration);
        tokio::task::yield_now().await;
    }
}
