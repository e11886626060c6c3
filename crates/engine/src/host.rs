//! What the engine asks of the machine it runs on: the time, and fresh ids. Nothing else in this crate reads a clock
//! or rolls dice, so that a simulation can hold both.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The machine.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// Now, to the microsecond: what every store keeps exactly.
    fn now(&self) -> DateTime<Utc>;

    /// A fresh time-ordered id.
    fn fresh_id(&self) -> Uuid;

    /// Waits.
    async fn sleep(&self, duration: Duration);
}

/// The machine as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemHost;

#[async_trait]
impl Host for SystemHost {
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
