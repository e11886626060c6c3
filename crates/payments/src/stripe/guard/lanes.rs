//! Every account in its own lane, so that what fails for one operator leaves the others' riders alone.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{StripeAccountId, StripeCallKey};

use super::health::{Admitted, Health, Held, Sign, Turn};
use crate::{Outcome, Platform, Postponed, Reason};

/// From how many accounts on those are forgotten of which nothing is to be known.
const MANY: usize = 4_096;

/// Calls under way at once, on all accounts together.
const AT_ONCE: u32 = 256;

/// What has passed since a moment that stays the same.
pub(crate) type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

/// An account as one platform sees it: another platform's calls have limits of their own at Stripe.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Lane {
    platform: u64,
    account: Option<StripeAccountId>,
}

#[derive(Debug, Default)]
struct Lanes {
    health: HashMap<Lane, Health>,
    under_way: u32,
    open: u32,
}

/// Decides which calls go out. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Guard {
    lanes: Arc<Mutex<Lanes>>,
    names: RandomState,
    elapsed: Elapsed,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

impl Guard {
    pub(crate) fn new(elapsed: Option<Elapsed>) -> Self {
        let start = Instant::now();
        Self {
            lanes: Arc::default(),
            names: RandomState::new(),
            elapsed: elapsed.unwrap_or_else(|| Arc::new(move || start.elapsed())),
        }
    }

    /// Lets a call out, or says what to answer instead of sending it.
    pub(crate) fn admit(
        &self,
        platform: &Platform,
        account: Option<&StripeAccountId>,
        key: Option<&StripeCallKey>,
    ) -> Result<Permit, Postponed> {
        let lane = Lane {
            platform: self.names.hash_one(platform.secret_key.expose()),
            account: account.cloned(),
        };
        let key = key.map(|key| self.names.hash_one(key.as_str()));
        let now = (self.elapsed)();
        let mut lanes = self.lanes();
        if lanes.under_way >= AT_ONCE {
            return Err(held(Held {
                reason: Reason::Crowded,
                after: None,
            }));
        }
        if lanes.health.len() >= MANY && !lanes.health.contains_key(&lane) {
            lanes.health.retain(|_, health| !health.is_forgettable());
        }
        let health = lanes
            .health
            .entry(lane.clone())
            .or_insert_with(|| Health::new(now));
        let admitted = health.admit(key, now).map_err(held)?;
        lanes.under_way += 1;
        Ok(Permit {
            guard: self.clone(),
            lane,
            key,
            admitted: Some(admitted),
        })
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn held(held: Held) -> Postponed {
    metrics::counter!("stripe_calls_held_back_total", "reason" => held.reason.as_str()).increment(1);
    Postponed {
        retry_after: held.after,
        ..Postponed::without_answer(held.reason)
    }
}

/// A call under way. Dropped without an end it counts as abandoned.
#[must_use = "a call that is not settled counts as abandoned"]
pub(crate) struct Permit {
    guard: Guard,
    lane: Lane,
    key: Option<u64>,
    admitted: Option<Admitted>,
}

impl Permit {
    /// Takes in how the call ended.
    pub(crate) fn settle<T>(mut self, outcome: &Outcome<T>) {
        let Some(admitted) = self.admitted.take() else {
            return;
        };
        let now = (self.guard.elapsed)();
        let mut lanes = self.guard.lanes();
        lanes.under_way = lanes.under_way.saturating_sub(1);
        let health = lanes.health.get_mut(&self.lane);
        let turn = health.and_then(|health| health.settle(admitted, self.key, sign(outcome), now));
        let account = self.lane.account.as_ref().map(StripeAccountId::as_str);
        match turn {
            Some(Turn::Opened) => {
                lanes.open += 1;
                tracing::warn!(
                    account,
                    "Stripe does not serve this account; its calls are held back"
                );
            }
            Some(Turn::Closed) => {
                lanes.open = lanes.open.saturating_sub(1);
                tracing::info!(account, "Stripe serves this account again");
            }
            None => return,
        }
        metrics::gauge!("stripe_circuits_open").set(f64::from(lanes.open));
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(admitted) = self.admitted.take() {
            let now = (self.guard.elapsed)();
            let mut lanes = self.guard.lanes();
            lanes.under_way = lanes.under_way.saturating_sub(1);
            if let Some(health) = lanes.health.get_mut(&self.lane) {
                health.abandon(admitted, self.key, now);
            }
        }
    }
}

/// What an outcome says of the account, as far as it is about the account.
fn sign<T>(outcome: &Outcome<T>) -> Sign {
    let (Outcome::NotExecuted(postponed) | Outcome::Unknown(postponed)) = outcome else {
        return Sign::Answered;
    };
    match postponed.reason {
        Reason::RateLimited => postponed.retry_after.map_or(Sign::Trouble, Sign::Wish),
        // What Stripe only repeats says nothing of how it fares now.
        Reason::ServerError if postponed.replayed => Sign::Neither,
        Reason::NameLookup
        | Reason::NotConnected
        | Reason::ConnectTimeout
        | Reason::Deadline
        | Reason::ConnectionLost
        | Reason::ServerError
        | Reason::NotJson
        | Reason::UnexpectedStatus => Sign::Trouble,
        Reason::Unsendable
        | Reason::InProgress
        | Reason::LockTimeout
        | Reason::StripeSaysRetry
        | Reason::Incomplete
        | Reason::TooLarge
        | Reason::TooManyPages
        | Reason::CircuitOpen
        | Reason::RetryBudget
        | Reason::Crowded => Sign::Neither,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Done, Secret};

    fn platform() -> Platform {
        Platform {
            account: None,
            secret_key: Secret::new("sk_test_lanes"),
        }
    }

    fn trouble() -> Outcome<()> {
        Outcome::Unknown(Postponed::without_answer(Reason::Deadline))
    }

    fn good() -> Outcome<()> {
        Outcome::Done(Done {
            value: (),
            request_id: None,
            replayed: false,
        })
    }

    #[test]
    fn one_broken_account_leaves_the_others_and_the_platform_alone() {
        let guard = Guard::new(None);
        let (broken, sound) = (
            StripeAccountId::parse("acct_broken").unwrap(),
            StripeAccountId::parse("acct_sound").unwrap(),
        );
        for _ in 0..10 {
            guard
                .admit(&platform(), Some(&broken), None)
                .unwrap()
                .settle(&trouble());
        }
        let held = guard.admit(&platform(), Some(&broken), None).err().unwrap();
        assert_eq!(held.reason, Reason::CircuitOpen);
        assert!(held.retry_after.is_some());
        for account in [Some(&sound), None] {
            guard.admit(&platform(), account, None).unwrap().settle(&good());
        }
        let other = Platform {
            account: None,
            secret_key: Secret::new("sk_test_another"),
        };
        assert!(guard.admit(&other, Some(&broken), None).is_ok());
    }

    #[test]
    fn what_is_dropped_unsettled_gives_its_room_back() {
        let guard = Guard::new(None);
        for _ in 0..1_000 {
            drop(guard.admit(&platform(), None, None).unwrap());
        }
        assert_eq!(guard.lanes().under_way, 0);
    }

    #[test]
    fn accounts_of_which_nothing_is_to_be_known_are_forgotten() {
        let guard = Guard::new(None);
        for number in 0..MANY + 10 {
            let account = StripeAccountId::parse(format!("acct_{number}")).unwrap();
            guard
                .admit(&platform(), Some(&account), None)
                .unwrap()
                .settle(&good());
        }
        assert!(guard.lanes().health.len() < MANY);
    }
}
