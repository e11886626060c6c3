//! What is done without anybody asking, by one server for all.

use std::time::Duration;

use event_log::Store;
use projector::Turn;
use tokio::sync::watch;

use crate::{Engine, Failure, background::told, up_to_date::unavailable};

/// How often stays that go on are looked at.
const CLOSE_EVERY: Duration = Duration::from_mins(5);

/// How much longer than until its next round a server keeps a chore: as long as a round may take.
const GRACE: Duration = Duration::from_secs(15);

/// What there is to do again and again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chore {
    /// What is owed for stays is tried once more when it is time.
    AskForDebts,
    /// Stays that nobody ends are closed. Whoever looks at one closes it, too, so that nobody waits for this.
    CloseStays,
    /// Accounts are asked about at Stripe.
    AskAboutAccounts,
    /// Stripe's list is read for events that nobody here has heard.
    LookForMissedEvents,
}

impl Chore {
    pub(crate) const ALL: [Self; 4] = [
        Self::AskForDebts,
        Self::CloseStays,
        Self::AskAboutAccounts,
        Self::LookForMissedEvents,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::AskForDebts => "chore:ask_for_debts",
            Self::CloseStays => "chore:close_stays",
            Self::AskAboutAccounts => "chore:ask_about_accounts",
            Self::LookForMissedEvents => "chore:look_for_missed_events",
        }
    }

    fn every(self, engine: &Engine) -> Duration {
        match self {
            Self::AskForDebts => engine.look_for_debts_every(),
            Self::CloseStays => CLOSE_EVERY,
            Self::AskAboutAccounts => engine.settings().ask_every / 8,
            Self::LookForMissedEvents => engine.settings().missed_events_every / 8,
        }
    }

    /// How long a server that starts waits with it: what was missed while none ran is looked for at once.
    fn at_first(self, engine: &Engine) -> Duration {
        match self {
            Self::LookForMissedEvents => Duration::ZERO,
            Self::AskForDebts | Self::CloseStays | Self::AskAboutAccounts => self.every(engine),
        }
    }

    /// Does the chore whenever it is time, as long as no other server has it. What a round has begun is brought to a
    /// point of rest.
    pub(crate) async fn tend(
        self,
        engine: &Engine,
        views: &Store,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), Failure> {
        let every = self.every(engine);
        let mut pause = self.at_first(engine);
        loop {
            tokio::select! {
                () = engine.host().sleep(pause) => {}
                () = told(&mut stop) => return self.leave(engine, views).await,
            }
            pause = every;
            if let Err(failure) = self.round(engine, views, every, &mut stop).await {
                tracing::warn!(chore = ?self, %failure, "a round was cut short");
            }
        }
    }

    async fn round(
        self,
        engine: &Engine,
        views: &Store,
        every: Duration,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), Failure> {
        let now = engine.host().now();
        let leases = engine.leases(views);
        let turn = leases.take(self.name(), (now, now + every + GRACE), true).await;
        if turn.map_err(unavailable)? == Turn::Others {
            return Ok(());
        }
        match self {
            Self::AskForDebts => engine.retry_debts(views, &|| *stop.borrow()).await,
            Self::CloseStays => {
                let closed = engine.close_overdue_stays(views, &|| *stop.borrow()).await;
                closed.map(drop)
            }
            // Asking changes nothing by being cut off.
            Self::AskAboutAccounts => tokio::select! {
                _ = engine.poll_accounts() => Ok(()),
                () = told(stop) => Ok(()),
            },
            Self::LookForMissedEvents => tokio::select! {
                _ = engine.look_for_missed_events() => Ok(()),
                () = told(stop) => Ok(()),
            },
        }
    }

    /// Lets another server take the chore at once.
    async fn leave(self, engine: &Engine, views: &Store) -> Result<(), Failure> {
        let left = engine.leases(views).end(self.name()).await;
        if let Err(error) = left {
            tracing::warn!(chore = ?self, %error, "another server waits for the chore to run out");
        }
        Ok(())
    }
}
