//! What the operator gives back, and until when.

use chrono::{DateTime, TimeDelta, Utc};

use super::profile::RefundRules;

/// Which rule says no, in the order in which they are looked at. Whoever may can decide otherwise on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum RuleBroken {
    /// The time in which anything is given back is over.
    #[error("the time in which the operator gives back is over")]
    TooLate,
    /// It was activated, and only unused passes are given back.
    #[error("the pass was used, and the operator gives back unused passes only")]
    Used,
    /// Rides of the book were used or are gone, and books are given back whole.
    #[error("the operator gives books back whole or not at all, and rides of this one were used or are gone")]
    PartOfABook,
}

impl RefundRules {
    /// Whether anything is given back at all of what was bought then.
    pub fn check_time(&self, bought_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), RuleBroken> {
        let Some(minutes) = self.within_minutes else {
            return Ok(());
        };
        let until = bought_at.checked_add_signed(TimeDelta::minutes(minutes.into()));
        match until {
            Some(until) if until <= now => Err(RuleBroken::TooLate),
            // What no calendar reaches is never over.
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_limit_is_never_too_late_and_what_has_none_left_always_is() {
        let bought = DateTime::UNIX_EPOCH;
        let after = |minutes| bought + TimeDelta::minutes(minutes);
        let within = |within_minutes| RefundRules {
            within_minutes,
            ..RefundRules::default()
        };
        assert_eq!(within(None).check_time(bought, after(1_000_000)), Ok(()));
        assert_eq!(within(Some(60)).check_time(bought, after(59)), Ok(()));
        assert_eq!(
            within(Some(60)).check_time(bought, after(60)),
            Err(RuleBroken::TooLate)
        );
        assert_eq!(
            within(Some(0)).check_time(bought, bought),
            Err(RuleBroken::TooLate)
        );
    }
}
