//! Finishes what was begun and not ended: after a crash, or when patience ran out. It has no input of its own and goes
//! through the same code as a live request.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{Aggregate, PurchaseId, User, UserId, purchase::Purchase, transfer::Transfer};
use event_log::{Store, StreamId};
use projector::Unfinished;

use crate::{
    CardProblem, Context, Engine, Failure,
    drive::{Drive, Rest},
    handle::Loaded,
};

/// How much one round takes up.
const ROUND: usize = 256;

/// How long live requests are left alone. Longer than a request's patience, so that the resolver meets only what
/// nobody is working on; meeting anyway is harmless.
const LEAVE_ALONE: Duration = Duration::from_secs(30);

/// What a round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Ended by this round, or found ended.
    pub finished: usize,
    /// Still open.
    pub open: usize,
}

impl Engine {
    /// Goes once through everything unfinished that is older than live requests last. `from_start` takes up everything
    /// however young: at start there are no live requests of this process.
    pub async fn resolve_round(&self, views: &Store, from_start: bool) -> Result<Round, Failure> {
        let older_than = match from_start {
            true => self.host().now(),
            false => self.host().now() - LEAVE_ALONE,
        };
        let work = Unfinished::list(views, ROUND, older_than)
            .await
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        let mut round = Round::default();
        for open in work {
            match self.resolve(&open.stream).await {
                Ok(true) => round.finished += 1,
                Ok(false) => round.open += 1,
                Err(failure) if failure.is_passing() => {
                    tracing::warn!(stream = %open.stream, %failure, "left for the next round");
                    round.open += 1;
                }
                Err(failure) => {
                    tracing::error!(stream = %open.stream, %failure, "cannot be resolved by machine");
                    round.open += 1;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a gauge of at most a few hundred")]
        metrics::gauge!("unfinished_work").set(round.open as f64);
        Ok(round)
    }

    /// Whether the work is over.
    async fn resolve(&self, stream: &StreamId) -> Result<bool, Failure> {
        match stream.category() {
            Purchase::CATEGORY => self.resolve_purchase(stream.id()).await,
            User::CATEGORY => self.resolve_card(stream.id()).await,
            Transfer::CATEGORY => self.resolve_transfer(stream.id()).await,
            category => Err(Failure::Corrupt(format!(
                "nothing of {category} is ever unfinished"
            ))),
        }
    }

    async fn resolve_purchase(&self, id: &str) -> Result<bool, Failure> {
        let id = PurchaseId::parse(id).map_err(|error| Failure::Corrupt(error.to_string()))?;
        let loaded: Loaded<Purchase> = self.repository().load(id.as_str()).await?;
        let app = loaded.state().map(|purchase| purchase.order().app.clone());
        let context = Context::of_resolver(app, id.as_str());
        let drive = Drive::new(self, context, id, loaded, None, self.settings().resolver_patience);
        Ok(matches!(drive.run().await?, Rest::Settled(_)))
    }

    async fn resolve_card(&self, id: &str) -> Result<bool, Failure> {
        let user = UserId::parse(id).map_err(|error| Failure::Corrupt(error.to_string()))?;
        let app = self.user(&user).await?.state().map(|user| user.app().clone());
        match self.resume_card_save(&Context::of_resolver(app, id), &user).await {
            Ok(()) | Err(CardProblem::Declined { .. } | CardProblem::Invalid { .. }) => Ok(true),
            Err(CardProblem::NoPlatform | CardProblem::Busy | CardProblem::Pending) => Ok(false),
            Err(CardProblem::Failure(failure)) => Err(failure),
        }
    }

    /// Purchases that a person must look at, or that have been open for long.
    pub async fn open_work(
        &self,
        views: &Store,
        older_than: DateTime<Utc>,
    ) -> Result<Vec<StreamId>, Failure> {
        let work = Unfinished::list(views, ROUND, older_than)
            .await
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        Ok(work.into_iter().map(|open| open.stream).collect())
    }
}
