//! How one account fares: a circuit breaker, a retry budget and a count of what is under way. Pure: time is handed in,
//! as what has passed since some moment.

use std::{collections::VecDeque, time::Duration};

use crate::Reason;

/// The last calls that the circuit is judged by.
const REMEMBERED: u32 = 20;
/// How many of them there must be before anything is concluded.
const ENOUGH: u32 = 10;
/// The first pause of a circuit that opens, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Stripe's own wish is heeded up to here: beyond it the resolver looks again anyway.
const LONGEST_WISH: Duration = Duration::from_mins(1);
/// Calls of one account under way at once. The others have room, however slow this one is.
pub(super) const AT_ONCE: u32 = 64;
/// Keys of which it is remembered that they had no answer.
const KEYS: usize = 512;
/// The budget, in thousandths of a retry: how many may come at once, what a second and a good answer add.
const RETRY: u64 = 1_000;
const MOST: u64 = 30 * RETRY;
const EACH_SECOND: u64 = RETRY;
const EACH_ANSWER: u64 = RETRY / 5;

/// What a call told about the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Stripe answered, whatever it said.
    Answered,
    /// Nothing that is about the account: a key in use, an object that somebody holds.
    Neither,
    /// Stripe did not serve it.
    Trouble,
    /// Stripe wants to be left alone for so long.
    Wish(Duration),
}

/// Why a call does not go out, and when another may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) reason: Reason,
    pub(super) after: Option<Duration>,
}

/// What an admitted call may have to give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admitted {
    /// It tries whether a circuit can be closed again.
    pub(super) is_probe: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Circuit {
    Closed,
    /// Nothing goes out before.
    Open {
        until: Duration,
    },
    /// One call is out to see whether the account is served again.
    Trying,
}

/// One account, as its calls have shown it.
#[derive(Debug)]
pub(super) struct Health {
    circuit: Circuit,
    /// The pause of the next time that it opens.
    pause: Duration,
    /// One bit for each of the last calls, the newest highest; set where there was trouble.
    troubles: u32,
    seen: u32,
    under_way: u32,
    budget: u64,
    filled_at: Duration,
    unanswered: VecDeque<u64>,
}

impl Health {
    pub(super) const fn new(now: Duration) -> Self {
        Self {
            circuit: Circuit::Closed,
            pause: FIRST_PAUSE,
            troubles: 0,
            seen: 0,
            under_way: 0,
            budget: MOST,
            filled_at: now,
            unanswered: VecDeque::new(),
        }
    }

    /// Whether a call may go out. What is held back was certainly not sent.
    pub(super) fn admit(&mut self, key: Option<u64>, now: Duration) -> Result<Admitted, Held> {
        let is_probe = match self.circuit {
            Circuit::Closed => false,
            Circuit::Open { until } if now >= until => true,
            Circuit::Open { until } => return Err(Held::open(until.saturating_sub(now))),
            Circuit::Trying => return Err(Held::open(FIRST_PAUSE)),
        };
        if self.under_way >= AT_ONCE {
            return Err(Held {
                reason: Reason::Crowded,
                after: None,
            });
        }
        if key.is_some_and(|key| self.unanswered.contains(&key)) && !is_probe {
            self.spend(now)?;
        }
        if is_probe {
            self.circuit = Circuit::Trying;
        }
        self.under_way += 1;
        Ok(Admitted { is_probe })
    }

    fn spend(&mut self, now: Duration) -> Result<(), Held> {
        let passed = u64::try_from(now.saturating_sub(self.filled_at).as_millis()).unwrap_or(u64::MAX);
        self.budget = self
            .budget
            .saturating_add(passed.saturating_mul(EACH_SECOND) / 1_000)
            .min(MOST);
        self.filled_at = self.filled_at.max(now);
        match self.budget.checked_sub(RETRY) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(Held {
                reason: Reason::RetryBudget,
                after: Some(Duration::from_millis((RETRY - self.budget) * 1_000 / EACH_SECOND)),
            }),
        }
    }

    /// Takes in how an admitted call ended. Whether that opened the circuit or closed it.
    pub(super) fn settle(
        &mut self,
        admitted: Admitted,
        key: Option<u64>,
        sign: Sign,
        now: Duration,
    ) -> Option<Turn> {
        self.under_way = self.under_way.saturating_sub(1);
        self.remember(key, sign);
        let was_open = self.is_open();
        match sign {
            Sign::Answered => self.budget = self.budget.saturating_add(EACH_ANSWER).min(MOST),
            Sign::Neither => {}
            Sign::Trouble => self.troubles |= 1 << REMEMBERED,
            Sign::Wish(wish) => {
                let until = now + wish.min(LONGEST_WISH);
                self.circuit = Circuit::Open { until };
            }
        }
        self.troubles >>= 1;
        self.seen = (self.seen + 1).min(REMEMBERED);
        match (sign, admitted.is_probe) {
            // An answer that comes late, from before it opened, closes nothing: only the one that was sent to see does.
            (Sign::Answered | Sign::Neither, true) => self.close(),
            (Sign::Trouble, true) => self.open(now),
            (Sign::Trouble, false) if self.circuit == Circuit::Closed && self.is_failing() => self.open(now),
            _ => {}
        }
        match (was_open, self.is_open()) {
            (false, true) => Some(Turn::Opened),
            (true, false) => Some(Turn::Closed),
            _ => None,
        }
    }

    /// A call that nobody waits for any more: it told nothing.
    pub(super) fn abandon(&mut self, admitted: Admitted, key: Option<u64>, now: Duration) {
        self.under_way = self.under_way.saturating_sub(1);
        // It may have reached Stripe all the same.
        self.remember(key, Sign::Trouble);
        if admitted.is_probe && self.circuit == Circuit::Trying {
            self.circuit = Circuit::Open { until: now };
        }
    }

    /// Nothing is known of it that a fresh one would not know.
    pub(super) fn is_forgettable(&self) -> bool {
        self.circuit == Circuit::Closed && self.under_way == 0 && self.troubles == 0
    }

    pub(super) fn is_open(&self) -> bool {
        self.circuit != Circuit::Closed
    }

    const fn is_failing(&self) -> bool {
        self.seen >= ENOUGH && self.troubles.count_ones() * 2 >= self.seen
    }

    fn open(&mut self, now: Duration) {
        self.circuit = Circuit::Open {
            until: now + self.pause,
        };
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    const fn close(&mut self) {
        self.circuit = Circuit::Closed;
        self.pause = FIRST_PAUSE;
        self.troubles = 0;
        self.seen = 0;
    }

    fn remember(&mut self, key: Option<u64>, sign: Sign) {
        let Some(key) = key else { return };
        self.unanswered.retain(|known| *known != key);
        if sign != Sign::Answered {
            if self.unanswered.len() >= KEYS {
                self.unanswered.pop_front();
            }
            self.unanswered.push_back(key);
        }
    }
}

impl Held {
    const fn open(after: Duration) -> Self {
        Self {
            reason: Reason::CircuitOpen,
            after: Some(after),
        }
    }
}

/// A circuit that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Calls are held back from now on.
    Opened,
    /// They go out again.
    Closed,
}

#[cfg(test)]
mod tests;
