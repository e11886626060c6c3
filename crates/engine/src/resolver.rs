//! Finishes what was begun and not ended: after a crash, or when patience ran out. It has no input of its own and goes
//! through the same code as a live request. Servers share the work by leases, which one that dies loses.

use std::{
    future::ready,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, NotificationId, PurchaseId, User, UserId, notification::Notification, operator::Operator,
    purchase::Purchase, transfer::Transfer,
};
use event_log::{Store, StreamId};
use futures::{StreamExt, stream};
use projector::{Leases, Turn, Unfinished};

use crate::{
    Context, Engine, Failure,
    drive::{Drive, Rest},
    handle::Loaded,
    up_to_date::unavailable,
};

/// How much is listed at once. A round goes through all of it, so that what stays open hides nothing.
const PAGE: usize = 256;

/// How much is taken up at once: while Stripe is slow, one purchase must not wait for the other.
const AT_ONCE: usize = 16;

/// How long live requests are left alone. Longer than a request's patience, so that the resolver meets only what
/// nobody is working on; meeting anyway is harmless.
const LEAVE_ALONE: Duration = Duration::from_secs(30);

/// For how long a server has work to itself. Longer than anything that is taken up lasts, so that another takes it over
/// only from one that died.
const LEASE: Duration = Duration::from_mins(1);

/// What a round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Ended by this round, or found ended.
    pub finished: usize,
    /// Still open.
    pub open: usize,
    /// Left to another server, which is at it or has just been.
    pub left: usize,
}

/// What became of one piece of work in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Over,
    Open,
    Left,
}

impl Round {
    const fn count(&mut self, taken: Taken) {
        match taken {
            Taken::Over => self.finished += 1,
            Taken::Open => self.open += 1,
            Taken::Left => self.left += 1,
        }
    }
}

impl Engine {
    /// Goes once through everything unfinished that is older than live requests last. `from_start` takes up everything
    /// however young: at start there are no live requests of this process.
    pub async fn resolve_round(&self, views: &Store, from_start: bool) -> Result<Round, Failure> {
        self.resolve_until(views, from_start, &AtomicBool::new(false))
            .await
    }

    /// The same, taking up nothing more once `stop` is set.
    pub(crate) async fn resolve_until(
        &self,
        views: &Store,
        from_start: bool,
        stop: &AtomicBool,
    ) -> Result<Round, Failure> {
        let older_than = match from_start {
            true => self.host().now(),
            false => self.host().now() - LEAVE_ALONE,
        };
        let leases = self.leases(views);
        if !from_start {
            let long_ago = self.host().now() - LEASE;
            leases.forget(long_ago).await.map_err(unavailable)?;
        }
        let (mut round, mut last) = (Round::default(), None);
        loop {
            let page = Unfinished::list_after(views, PAGE, older_than, last.as_ref())
                .await
                .map_err(unavailable)?;
            let is_last = page.len() < PAGE;
            last = page.last().cloned();
            let mut over = stream::iter(page)
                .take_while(|_| ready(!stop.load(Ordering::Relaxed)))
                .map(|open| self.take_its_turn(&leases, open.stream, from_start))
                .buffer_unordered(AT_ONCE);
            while let Some(taken) = over.next().await {
                round.count(taken?);
            }
            if is_last || stop.load(Ordering::Relaxed) {
                break;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a gauge of what fits in memory")]
        metrics::gauge!("unfinished_work", "environment" => self.settings().name)
            .set((round.open + round.left) as f64);
        Ok(round)
    }

    /// The leases of this server.
    pub(crate) fn leases(&self, views: &Store) -> Leases {
        Leases::of(views, self.name())
    }

    /// Takes up what no other server is at. What stays open rests until the next round, whichever server's that is.
    async fn take_its_turn(
        &self,
        leases: &Leases,
        stream: StreamId,
        from_start: bool,
    ) -> Result<Taken, Failure> {
        let now = self.host().now();
        let turn = leases.take(stream.as_str(), (now, now + LEASE), from_start).await;
        if turn.map_err(unavailable)? == Turn::Others {
            return Ok(Taken::Left);
        }
        let work = stream.as_str().to_owned();
        let (taken, noted) = match self.take_up(stream).await {
            true => (Taken::Over, leases.end(&work).await),
            false => {
                let until = self.host().now() + self.settings().resolve_every;
                (Taken::Open, leases.rest(&work, until).await)
            }
        };
        noted.map_err(unavailable)?;
        Ok(taken)
    }

    /// Whether the work is over. What fails is left for the next round and keeps nothing else from its turn.
    async fn take_up(&self, stream: StreamId) -> bool {
        match self.resolve(&stream).await {
            Ok(over) => over,
            Err(failure) if failure.is_passing() => {
                tracing::warn!(%stream, %failure, "left for the next round");
                false
            }
            Err(failure) => {
                tracing::error!(%stream, %failure, "cannot be resolved by machine");
                false
            }
        }
    }

    /// Whether the work is over.
    async fn resolve(&self, stream: &StreamId) -> Result<bool, Failure> {
        match stream.category() {
            Purchase::CATEGORY => self.resolve_purchase(stream.id()).await,
            User::CATEGORY => self.resolve_card(stream.id()).await,
            Transfer::CATEGORY => self.resolve_transfer(stream.id()).await,
            Operator::CATEGORY => {
                let context = Context::of_resolver(None, stream.id());
                self.resume_account(&context, stream.id()).await
            }
            Notification::CATEGORY => {
                let id = NotificationId::parse(stream.id());
                self.act_on(&id.map_err(|error| Failure::Corrupt(error.to_string()))?)
                    .await
            }
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
        self.resume_card_saves(&Context::of_resolver(app, id), &user)
            .await
    }

    /// Purchases that a person must look at, or that have been open for long.
    pub async fn open_work(
        &self,
        views: &Store,
        older_than: DateTime<Utc>,
    ) -> Result<Vec<StreamId>, Failure> {
        let work = Unfinished::list(views, PAGE, older_than)
            .await
            .map_err(unavailable)?;
        Ok(work.into_iter().map(|open| open.stream).collect())
    }
}
