//! Asking Stripe about accounts of one's own accord, so that a webhook that never came is made up for.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::{
    OperatorId,
    operator::{Evidence, Operator},
};
use futures::{StreamExt, stream};

use crate::{Context, Engine, accounts::Ask};

/// How many accounts are asked about at the same time.
const AT_ONCE: usize = 4;

/// How many accounts one round asks about; the others have their turn in the next.
const A_ROUND: usize = 200;

/// How much more seldom an account is asked about that can take charges.
const SELDOM: u32 = 60;

/// When Stripe was last asked about each operator's account, or whatever else it is asked about, by this process.
#[derive(Debug)]
pub(crate) struct Asked<K = OperatorId>(Mutex<HashMap<K, DateTime<Utc>>>);

impl<K> Default for Asked<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> Asked<K> {
    pub(crate) fn note(&self, about: &K, at: DateTime<Utc>) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(about.clone(), at);
    }

    pub(crate) fn last(&self, about: &K) -> Option<DateTime<Utc>> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(about).copied()
    }
}

/// How long to leave an operator alone: three to five quarters of the usual time, always the same for one operator, so
/// that a marketplace is not asked about all at once.
pub(crate) fn pause(about: &impl Hash, usual: Duration) -> Duration {
    let mut hasher = DefaultHasher::new();
    about.hash(&mut hasher);
    let share = u32::try_from(hasher.finish() % 512).unwrap_or_default();
    usual * 3 / 4 + usual / 1_024 * share
}

impl Engine {
    /// Asks about every account whose time has come. Gives how many that were.
    pub(crate) async fn poll_accounts(&self) -> usize {
        let now = self.host().now();
        let operators = self.directory().operators();
        let due: Vec<OperatorId> = operators
            .iter()
            .filter(|it| self.is_due(it, now))
            .take(A_ROUND)
            .map(|operator| operator.id().clone())
            .collect();
        stream::iter(due)
            .map(|operator| self.poll_account(operator))
            .buffer_unordered(AT_ONCE)
            .count()
            .await
    }

    fn is_due(&self, operator: &Operator, now: DateTime<Utc>) -> bool {
        let Some(account) = operator.account() else {
            return false;
        };
        let usual = match account.takes_charges() {
            true => self.settings().ask_every * SELDOM,
            false => self.settings().ask_every,
        };
        match self.asked().last(operator.id()) {
            Some(last) => now - last >= to_delta(pause(operator.id(), usual)),
            // At start everything has just been asked about, or will be soon.
            None => {
                self.asked().note(operator.id(), now);
                false
            }
        }
    }

    async fn poll_account(&self, operator: OperatorId) {
        let context = Context::of_resolver(None, operator.as_str());
        let asked = self
            .ask_about(&context, &operator, Ask::Again, Evidence::Reply)
            .await;
        if let Err(failure) = asked {
            tracing::warn!(%operator, %failure, "the account is left for the next round");
        }
    }
}

pub(crate) fn to_delta(duration: Duration) -> chrono::TimeDelta {
    chrono::TimeDelta::from_std(duration).unwrap_or(chrono::TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_asked_about_at_different_times_near_the_usual_one() {
        let usual = Duration::from_mins(1);
        let pauses: std::collections::BTreeSet<Duration> = (0..50)
            .map(|number| pause(&OperatorId::parse(format!("bus_{number}")).unwrap(), usual))
            .collect();
        assert!(pauses.len() > 30, "{pauses:?}");
        assert!(
            pauses
                .iter()
                .all(|pause| *pause >= usual * 3 / 4 && *pause <= usual * 5 / 4)
        );
    }
}
