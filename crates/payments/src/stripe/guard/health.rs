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
            Circuit::Open { until } => return Err(Held::open(until - now)),
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn call(health: &mut Health, key: Option<u64>, sign: Sign, now: Duration) -> Result<Option<Turn>, Held> {
        let admitted = health.admit(key, now)?;
        Ok(health.settle(admitted, key, sign, now))
    }

    /// As many calls in a row as open a circuit.
    fn broken(now: Duration) -> Health {
        let mut health = Health::new(now);
        for _ in 0..ENOUGH - 1 {
            assert_eq!(call(&mut health, None, Sign::Trouble, now), Ok(None));
        }
        assert_eq!(
            call(&mut health, None, Sign::Trouble, now),
            Ok(Some(Turn::Opened))
        );
        health
    }

    #[test]
    fn an_account_that_is_not_served_is_left_alone_and_tried_by_one_call_at_a_time() {
        let mut health = broken(at(0));
        assert_eq!(health.admit(None, at(0)), Err(Held::open(FIRST_PAUSE)));
        let probe = health.admit(None, at(1)).unwrap();
        assert!(probe.is_probe);
        assert_eq!(health.admit(None, at(1)).unwrap_err().reason, Reason::CircuitOpen);
        assert_eq!(health.settle(probe, None, Sign::Trouble, at(1)), None);
        assert_eq!(health.admit(None, at(2)), Err(Held::open(at(1))), "twice as long");
        let probe = health.admit(None, at(3)).unwrap();
        assert_eq!(
            health.settle(probe, None, Sign::Answered, at(3)),
            Some(Turn::Closed)
        );
        assert!(health.is_forgettable());
        assert!(health.admit(None, at(3)).is_ok());
    }

    #[test]
    fn pauses_grow_up_to_a_limit_and_are_short_again_after_a_good_answer() {
        let mut health = broken(at(0));
        let mut now = at(0);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let held = health.admit(None, now).unwrap_err().after.unwrap();
            pauses.push(held.as_secs());
            now += held;
            assert_eq!(call(&mut health, None, Sign::Trouble, now), Ok(None));
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        now += LONGEST_PAUSE;
        assert_eq!(
            call(&mut health, None, Sign::Answered, now),
            Ok(Some(Turn::Closed))
        );
        assert_eq!(health.pause, FIRST_PAUSE);
    }

    #[test]
    fn a_few_failures_among_good_answers_open_nothing() {
        let mut health = Health::new(at(0));
        for number in 0..200 {
            let sign = match number % 3 {
                0 => Sign::Trouble,
                _ => Sign::Answered,
            };
            assert_eq!(call(&mut health, None, sign, at(0)), Ok(None));
        }
        for _ in 0..200 {
            let told = call(&mut health, None, Sign::Neither, at(0));
            assert_eq!(told, Ok(None), "a key in use says nothing of the account");
        }
    }

    #[test]
    fn who_is_asked_to_wait_by_stripe_waits_with_everything_on_that_account() {
        let mut health = Health::new(at(0));
        let wish = Sign::Wish(at(7));
        assert_eq!(call(&mut health, None, wish, at(0)), Ok(Some(Turn::Opened)));
        assert_eq!(health.admit(None, at(3)), Err(Held::open(at(4))));
        let forever = Sign::Wish(Duration::MAX);
        assert_eq!(call(&mut health, None, forever, at(7)), Ok(None));
        assert_eq!(health.admit(None, at(7)), Err(Held::open(LONGEST_WISH)));
    }

    #[test]
    fn a_probe_that_nobody_waits_for_leaves_the_next_one_its_place() {
        let mut health = broken(at(0));
        let probe = health.admit(Some(7), at(1)).unwrap();
        health.abandon(probe, Some(7), at(1));
        assert!(health.admit(None, at(1)).unwrap().is_probe);
    }

    #[test]
    fn retries_have_a_budget_that_time_and_good_answers_fill() {
        let mut health = Health::new(at(0));
        let admitted = health.admit(Some(1), at(0)).unwrap();
        health.settle(admitted, Some(1), Sign::Neither, at(0));
        let again = |health: &mut Health, now| call(health, Some(1), Sign::Neither, now);
        for _ in 0..MOST / RETRY {
            assert_eq!(again(&mut health, at(0)), Ok(None));
        }
        let held = again(&mut health, at(0)).unwrap_err();
        assert_eq!(held.reason, Reason::RetryBudget);
        assert_eq!(held.after, Some(at(1)));
        assert_eq!(
            call(&mut health, Some(2), Sign::Answered, at(0)),
            Ok(None),
            "what is new goes out all the same"
        );
        assert_eq!(again(&mut health, at(1)), Ok(None));
        for key in 3..7 {
            call(&mut health, Some(key), Sign::Answered, at(1)).unwrap();
        }
        assert_eq!(
            again(&mut health, at(1)),
            Ok(None),
            "five good answers pay for one"
        );
        assert!(again(&mut health, at(1)).is_err());
    }

    #[test]
    fn no_account_takes_all_the_room() {
        let mut health = Health::new(at(0));
        let admitted: Vec<Admitted> = (0..AT_ONCE).map(|_| health.admit(None, at(0)).unwrap()).collect();
        assert_eq!(health.admit(None, at(0)).unwrap_err().reason, Reason::Crowded);
        health.abandon(admitted[0], None, at(0));
        assert!(health.admit(None, at(0)).is_ok());
    }

    proptest! {
        /// Whatever happens, the account is tried again at some time, and nothing is counted as under way for ever.
        #[test]
        fn no_account_is_left_alone_for_ever(steps in proptest::collection::vec((0..5_u8, 0..4_u64, 0..40_u64), 0..300)) {
            let (mut health, mut now) = (Health::new(at(0)), at(0));
            for (what, key, seconds) in steps {
                now += at(seconds);
                let Ok(admitted) = health.admit(Some(key), now) else { continue };
                let sign = match what {
                    0 => Sign::Answered,
                    1 => Sign::Neither,
                    2 => Sign::Wish(at(seconds)),
                    3 => Sign::Trouble,
                    _ => {
                        health.abandon(admitted, Some(key), now);
                        continue;
                    }
                };
                health.settle(admitted, Some(key), sign, now);
            }
            prop_assert_eq!(health.under_way, 0);
            now += LONGEST_WISH.max(LONGEST_PAUSE);
            prop_assert!(health.admit(None, now).is_ok());
        }
    }
}
