//! Reading what was written a moment ago from read models, which follow the log.

use std::time::Duration;

use event_log::{Filter, Position};
use projector::{Projection, ViewError};

use crate::{Engine, Failure};

/// How long a read model is waited for, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(10);

impl Engine {
    /// Waits a little until a read model has taken in what is in the log now, and says how far it is: up to the present
    /// head, unless it is too far behind.
    pub(crate) async fn taken_in_by<P: Projection>(&self) -> Result<Position, Failure> {
        let views = self.views()?;
        let head = self.log().head().await?;
        let filter = Filter::categories(P::CATEGORIES.iter().copied());
        let mut waited = Duration::ZERO;
        loop {
            let seen = projector::seen::<P>(views).await.map_err(unavailable)?;
            // What it does not look at moves its checkpoint only now and then.
            let next = self.log().read(seen, 1, &filter).await?;
            let behind = next.first().is_some_and(|event| event.position <= head);
            if !behind {
                return Ok(seen.max(head));
            }
            if waited >= PATIENCE {
                return Ok(seen);
            }
            self.host().sleep(LOOK_EVERY).await;
            waited = waited.saturating_add(LOOK_EVERY);
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
pub(crate) fn unavailable(error: ViewError) -> Failure {
    match error {
        ViewError::Unavailable(_) | ViewError::NotBuilt(_) => Failure::Unavailable(error.to_string()),
        ViewError::Damaged(_) => Failure::Corrupt(error.to_string()),
    }
}
