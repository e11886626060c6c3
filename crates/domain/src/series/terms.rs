//! What the vouchers of a series do, and for whom.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::FareId;

/// The longest time, in days, for which a voucher may unlock a fare otherwise than for good or to a date: a century.
pub const LONGEST_DAYS: u32 = 36_525;

/// For how long a fare is unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Unlocked {
    /// For good.
    Good,
    /// Until a moment, the same for everybody.
    Until {
        /// From then on it is restricted again.
        until: DateTime<Utc>,
    },
    /// For so many times 24 hours from the redemption on.
    Days {
        /// At least one.
        days: u32,
    },
}

impl Unlocked {
    /// Until when what is redeemed now is unlocked; nothing if for good.
    #[must_use]
    pub fn until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Good => None,
            Self::Until { until } => Some(*until),
            // So many days exist from any moment that there is, as far as the terms were checked.
            Self::Days { days } => Some(
                now.checked_add_signed(TimeDelta::days(i64::from(*days)))
                    .unwrap_or(DateTime::<Utc>::MAX_UTC),
            ),
        }
    }
}

/// The terms, fixed when the series is opened: whoever has a code was promised them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesTerms {
    /// What the operator calls it among its own people.
    pub name: String,
    /// The restricted fares that are unlocked; never empty.
    pub fares: BTreeSet<FareId>,
    /// For how long.
    pub unlocked: Unlocked,
    /// How many accounts may redeem one code; at least one.
    pub accounts_per_voucher: u32,
    /// How many vouchers of the series one account may redeem; absent where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vouchers_per_account: Option<u32>,
    /// A fare of the operator that must be unlocked for the account already; absent where anybody may redeem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<FareId>,
    /// From when on no code is redeemed any more; absent when they always are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What is wrong with terms, in the order in which it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsProblem {
    /// A series needs a name.
    #[error("the name is blank")]
    BlankName,
    /// Nothing would be unlocked.
    #[error("no fares are named")]
    NoFares,
    /// It would unlock for no time at all.
    #[error("the fares would be unlocked for no time, or for more than a century of days")]
    UnlockedForNoTime,
    /// Nobody could redeem it.
    #[error("a code must be good for at least one account, and an account for at least one code")]
    NobodyMay,
    /// Only who has it already could get it.
    #[error("a fare cannot be required to unlock itself")]
    RequiresItself,
    /// It would expire before it exists.
    #[error("the expiry is not in the future")]
    ExpiryNotInFuture,
}

impl SeriesTerms {
    /// The first thing wrong with them at a moment.
    pub fn check(&self, at: DateTime<Utc>) -> Result<(), TermsProblem> {
        if self.name.trim().is_empty() {
            return Err(TermsProblem::BlankName);
        }
        if self.fares.is_empty() {
            return Err(TermsProblem::NoFares);
        }
        let some_time = match self.unlocked {
            Unlocked::Good => true,
            Unlocked::Until { until } => until > at,
            Unlocked::Days { days } => (1..=LONGEST_DAYS).contains(&days),
        };
        if !some_time {
            return Err(TermsProblem::UnlockedForNoTime);
        }
        if self.accounts_per_voucher == 0 || self.vouchers_per_account == Some(0) {
            return Err(TermsProblem::NobodyMay);
        }
        if self
            .requires
            .as_ref()
            .is_some_and(|fare| self.fares.contains(fare))
        {
            return Err(TermsProblem::RequiresItself);
        }
        match self.expires_at {
            Some(end) if end <= at => Err(TermsProblem::ExpiryNotInFuture),
            _ => Ok(()),
        }
    }

    /// Whether the vouchers do something at a moment: neither their own time nor that of what they unlock is over.
    #[must_use]
    pub fn are_over(&self, now: DateTime<Utc>) -> bool {
        let unlocks_nothing = match self.unlocked {
            Unlocked::Until { until } => until <= now,
            Unlocked::Good | Unlocked::Days { .. } => false,
        };
        unlocks_nothing || self.expires_at.is_some_and(|end| end <= now)
    }
}
