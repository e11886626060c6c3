//! What is printed.

use std::time::Duration;

use crate::load::Load;
use crate::measures::Shares;

/// Some seconds of buying, and what they cost.
pub(crate) struct Level {
    pub(crate) riders: usize,
    pub(crate) load: Load,
    pub(crate) shares: Shares,
    /// Events that were appended meanwhile.
    pub(crate) events: u64,
    /// Processor time of the engine, the simulator and this process meanwhile.
    pub(crate) processor: [Duration; 3],
}

impl Level {
    fn rate(&self) -> f64 {
        self.load.waits.len() as f64 / self.load.took.as_secs_f64()
    }

    fn events_a_second(&self) -> f64 {
        self.events as f64 / self.load.took.as_secs_f64()
    }

    /// Less the mean wait for Stripe: what was slow at Stripe in a slow purchase counts against the engine.
    fn own(&self, wait: Duration) -> f64 {
        (wait.as_secs_f64() - self.shares.stripe).max(0.0)
    }
}

const MILLI: f64 = 1e3;

/// The first table: what clients see, and the engine's part in it.
pub(crate) fn print_purchases(levels: &[Level]) {
    println!(
        "  riders  purchases/s      p50 ms   p99 ms    own p50   own p99   own mean    Stripe mean (calls)"
    );
    for level in levels {
        let [p50, p99] = [50, 99].map(|percent| level.load.percentile(percent));
        println!(
            "  {:>6}  {:>11.0}  {:>10.2}  {:>7.2}  {:>9.2}  {:>8.2}  {:>9.2}  {:>10.2} ({:.1})",
            level.riders,
            level.rate(),
            p50.as_secs_f64() * MILLI,
            p99.as_secs_f64() * MILLI,
            level.own(p50) * MILLI,
            level.own(p99) * MILLI,
            (level.shares.request - level.shares.stripe) * MILLI,
            level.shares.stripe * MILLI,
            level.shares.calls,
        );
    }
}

/// The second table: what the store took, beside what it could; and what the processor did.
pub(crate) fn print_store(levels: &[Level], raw: f64) {
    println!(
        "  riders  events/s  raw limit  ratio  commits a purchase   ms each    processor ms a purchase: engine  simulator  client"
    );
    for level in levels {
        let purchases = level.load.waits.len().max(1) as f64;
        let [engine, simulator, client] = level.processor.map(|time| time.as_secs_f64() * MILLI / purchases);
        println!(
            "  {:>6}  {:>8.0}  {raw:>9.0}  {:>5.3}  {:>18.2}  {:>8.2}  {engine:>33.2}  {simulator:>9.2}  {client:>6.2}",
            level.riders,
            level.events_a_second(),
            level.events_a_second() / raw,
            level.shares.commits,
            level.shares.commit * MILLI,
        );
    }
}
