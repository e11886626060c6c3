//! Riders who buy at the same time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::task::JoinSet;

use crate::rider::Rider;

/// Riders who take turns, so that no wallet grows long. More than ever buy at once.
pub(crate) const RIDERS: usize = 512;

/// Riders who are not buying just now; whoever has waited longest is next.
pub(crate) type Idle = Arc<Mutex<VecDeque<Rider>>>;

/// What came of some seconds of buying.
pub(crate) struct Load {
    /// How long it took in all.
    pub(crate) took: Duration,
    /// How long each purchase took as its client saw it, shortest first.
    pub(crate) waits: Vec<Duration>,
    /// What refused purchases were told.
    pub(crate) refusals: Vec<String>,
}

/// Everybody logs in and saves a card.
pub(crate) async fn gather(client: &Client, base: &str) -> Idle {
    let mut waiting = 0..RIDERS;
    let mut ready = VecDeque::new();
    let mut joining = JoinSet::new();
    let mut invite = |joining: &mut JoinSet<Rider>| {
        if let Some(number) = waiting.next() {
            let (client, base) = (client.clone(), base.to_owned());
            joining.spawn(async move { Rider::new(&client, &base, number).await });
        }
    };
    for _ in 0..16 {
        invite(&mut joining);
    }
    while let Some(rider) = joining.join_next().await {
        ready.push_back(rider.unwrap());
        invite(&mut joining);
    }
    Arc::new(Mutex::new(ready))
}

/// `at_once` riders at any moment, each buying when the one before has its answer.
pub(crate) async fn buy(client: &Client, base: &str, idle: &Idle, at_once: usize, time: Duration) -> Load {
    let begun = Instant::now();
    let mut lanes = JoinSet::new();
    for _ in 0..at_once {
        let (client, base, idle) = (client.clone(), base.to_owned(), Arc::clone(idle));
        lanes.spawn(async move {
            let (mut waits, mut refusals) = (Vec::new(), Vec::new());
            while begun.elapsed() < time {
                let mut rider = idle.lock().unwrap().pop_front().unwrap();
                let asked = Instant::now();
                match rider.buy(&client, &base).await {
                    Ok(()) => waits.push(asked.elapsed()),
                    Err(refusal) => refusals.push(refusal),
                }
                idle.lock().unwrap().push_back(rider);
            }
            (waits, refusals)
        });
    }
    let (mut waits, mut refusals) = (Vec::new(), Vec::new());
    while let Some(lane) = lanes.join_next().await {
        let (some_waits, some_refusals) = lane.unwrap();
        waits.extend(some_waits);
        refusals.extend(some_refusals);
    }
    waits.sort_unstable();
    Load {
        took: begun.elapsed(),
        waits,
        refusals,
    }
}

impl Load {
    /// The wait that so many percent of the purchases did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let at = (self.waits.len() * percent).div_ceil(100).max(1) - 1;
        self.waits.get(at).copied().unwrap_or_default()
    }
}
