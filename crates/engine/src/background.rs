//! What runs beside the requests: the directory following the log, the projections, the resolver, webhooks.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use event_log::Database;
use projector::Projector;
use tokio::{sync::watch, task::JoinSet};

use crate::{Courier, Engine, Failure, chore::Chore, up_to_date::unavailable};

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
        let leases = engine.leases(database.views());
        leases.start_alone().await.map_err(unavailable)?;
        let round = engine.resolve_round(database.views(), true).await?;
        tracing::info!(
            finished = round.finished,
            open = round.open,
            left = round.left,
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
        for chore in Chore::ALL {
            let (tending, views, seen) = (Arc::clone(engine), database.views().clone(), stop.subscribe());
            tasks.spawn(async move { chore.tend(&tending, &views, seen).await });
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

/// Waits until there is to be an end.
pub(crate) async fn told(stop: &mut watch::Receiver<bool>) {
    // Whoever could tell is gone: that is an end, too.
    let _ = stop.wait_for(|stop| *stop).await;
}
