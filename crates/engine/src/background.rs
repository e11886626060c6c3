//! What runs beside the requests: the directory following the log, the projections, the resolver, webhooks.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use event_log::Database;
use projector::Projector;
use tokio::{sync::watch, task::JoinSet};

use crate::{Courier, Engine, Failure};

/// How often stays that go on are looked at.
const CLOSE_EVERY: Duration = Duration::from_mins(5);

/// The tasks of one environment. Dropping it ends them at once; [`Background::stop`] lets them end by themselves.
pub struct Background {
    tasks: JoinSet<Result<(), Failure>>,
    stop: watch::Sender<bool>,
}

impl Background {
    /// Catches up, finishes what a crash left, and then keeps going. When this returns, nothing that was begun before
    /// is waiting for a timer.
    pub async fn start(
        engine: &Arc<Engine>,
        database: &Database,
        projector: Projector,
    ) -> Result<Self, Failure> {
        let stop = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        let (following, seen) = (Arc::clone(engine), stop.subscribe());
        tasks.spawn(async move { following.directory().follow(seen).await });
        projector
            .catch_up()
            .await
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        engine.reads(database.views());
        let courier = Courier::begin(engine).await?;
        let round = engine.resolve_round(database.views(), true).await?;
        tracing::info!(
            finished = round.finished,
            open = round.open,
            "took up what was left unfinished"
        );
        let seen = stop.subscribe();
        tasks.spawn(async move {
            projector
                .run(seen)
                .await
                .map_err(|error| Failure::Corrupt(error.to_string()))
        });
        let (resolving, views, seen) = (Arc::clone(engine), database.views().clone(), stop.subscribe());
        tasks.spawn(async move { resolve_on(&resolving, &views, seen).await });
        let (polling, seen) = (Arc::clone(engine), stop.subscribe());
        tasks.spawn(async move { poll_on(&polling, seen).await });
        let (walking, seen) = (Arc::clone(engine), stop.subscribe());
        tasks.spawn(async move { walk_on(&walking, seen).await });
        for chore in [Chore::AskForDebts, Chore::CloseStays] {
            let (tending, views, seen) = (Arc::clone(engine), database.views().clone(), stop.subscribe());
            tasks.spawn(async move { tend_stays_on(&tending, &views, chore, seen).await });
        }
        let seen = stop.subscribe();
        tasks.spawn(async move { courier.run(seen).await });
        Ok(Self { tasks, stop })
    }

    /// The first task that failed. A healthy engine never returns from here.
    pub async fn failed(&mut self) -> Failure {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(failure))) => return failure,
                Some(Err(error)) => return Failure::Corrupt(format!("a background task broke: {error}")),
                None => std::future::pending().await,
            }
        }
    }

    /// Lets every task finish what it is at.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn resolve_on(
    engine: &Engine,
    views: &event_log::Store,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    loop {
        tokio::select! {
            () = engine.host().sleep(engine.settings().resolve_every) => {}
            () = told(&mut stop) => return Ok(()),
        }
        let no_more = AtomicBool::new(false);
        let mut round = pin!(engine.resolve_until(views, false, &no_more));
        let ended = tokio::select! {
            ended = &mut round => Some(ended),
            () = told(&mut stop) => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                // What is begun is brought to a point of rest; nothing else is.
                no_more.store(true, Ordering::Relaxed);
                round.await
            }
        };
        if let Err(failure) = ended {
            tracing::warn!(%failure, "a round of the resolver was cut short");
        }
    }
}

/// Asks about accounts whenever their time has come. Each round is short and changes nothing by being cut off.
async fn poll_on(engine: &Engine, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
    loop {
        tokio::select! {
            () = engine.host().sleep(engine.settings().ask_every / 8) => {}
            () = told(&mut stop) => return Ok(()),
        }
        tokio::select! {
            _ = engine.poll_accounts() => {}
            () = told(&mut stop) => return Ok(()),
        }
    }
}

/// Looks for events that nobody here has heard, at start and whenever it is time. What a round has not come to is left
/// for the next one.
async fn walk_on(engine: &Engine, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
    loop {
        tokio::select! {
            _ = engine.look_for_missed_events() => {}
            () = told(&mut stop) => return Ok(()),
        }
        tokio::select! {
            () = engine.host().sleep(engine.settings().missed_events_every / 8) => {}
            () = told(&mut stop) => return Ok(()),
        }
    }
}

/// What is done about stays without anybody asking.
#[derive(Debug, Clone, Copy)]
enum Chore {
    /// What is owed for them is tried once more when it is time.
    AskForDebts,
    /// Those that nobody ends are closed. Whoever looks at one closes it, too, so that nobody waits for this.
    CloseStays,
}

/// Does a chore whenever it is time. What a round has begun is brought to a point of rest.
async fn tend_stays_on(
    engine: &Engine,
    views: &event_log::Store,
    chore: Chore,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let every = match chore {
        Chore::AskForDebts => engine.look_for_debts_every(),
        Chore::CloseStays => CLOSE_EVERY,
    };
    loop {
        tokio::select! {
            () = engine.host().sleep(every) => {}
            () = told(&mut stop) => return Ok(()),
        }
        let is_over = || *stop.borrow();
        let round = match chore {
            Chore::AskForDebts => engine.retry_debts(views, &is_over).await,
            Chore::CloseStays => engine.close_overdue_stays(views, &is_over).await.map(drop),
        };
        if let Err(failure) = round {
            tracing::warn!(?chore, %failure, "a round was cut short");
        }
    }
}

/// Waits until there is to be an end.
async fn told(stop: &mut watch::Receiver<bool>) {
    // Whoever could tell is gone: that is an end, too.
    let _ = stop.wait_for(|stop| *stop).await;
}
