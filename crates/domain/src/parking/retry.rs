//! When a debt is tried again without anybody asking.

use chrono::{DateTime, TimeDelta, Utc};

use super::state::{Bill, Payment};

/// How long after each failed attempt the next one follows. After the last of them nothing more is tried by itself: a
/// card that was refused so often is not taken by being asked once more, and issuers take it for an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebtRetries {
    waits: [TimeDelta; 3],
}

impl Default for DebtRetries {
    fn default() -> Self {
        Self::after([TimeDelta::hours(1), TimeDelta::days(1), TimeDelta::days(3)])
    }
}

impl DebtRetries {
    /// With these waits in the place of an hour, a day and three days.
    #[must_use]
    pub const fn after(waits: [TimeDelta; 3]) -> Self {
        Self { waits }
    }

    /// How long to wait after so many attempts; nothing where no further one follows.
    #[must_use]
    pub fn wait_after(&self, attempts: u32) -> Option<TimeDelta> {
        let before = usize::try_from(attempts.checked_sub(1)?).ok()?;
        self.waits.get(before).copied()
    }

    /// Each number of attempts after which another follows, with the wait before it.
    pub fn steps(&self) -> impl Iterator<Item = (u32, TimeDelta)> {
        (1..).zip(self.waits)
    }

    /// Whether what a bill left to be paid is to be tried again.
    #[must_use]
    pub fn is_due(&self, bill: &Bill, last_attempt_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let next = self
            .wait_after(bill.attempts)
            .and_then(|wait| last_attempt_at.checked_add_signed(wait));
        bill.payment == Payment::Owed && next.is_some_and(|next| next <= now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Currency, Money, PurchaseId};

    fn bill(attempts: u32, payment: Payment) -> Bill {
        let purchase = PurchaseId::from_uuid(uuid::Uuid::from_u128(1));
        Bill {
            purchase: purchase.clone(),
            debt: Some(purchase),
            attempts,
            cost: Money::new(700, Currency::USD),
            payment,
        }
    }

    fn hour(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    #[test]
    fn the_next_attempt_comes_after_an_hour_a_day_and_three_days_and_then_none() {
        let rule = DebtRetries::default();
        for (attempts, hours) in [(1, 1), (2, 24), (3, 72)] {
            let bill = bill(attempts, Payment::Owed);
            assert!(!rule.is_due(&bill, hour(0), hour(hours) - TimeDelta::seconds(1)));
            assert!(rule.is_due(&bill, hour(0), hour(hours)), "after {attempts}");
        }
        assert!(!rule.is_due(&bill(4, Payment::Owed), hour(0), hour(100_000)));
        assert_eq!(rule.wait_after(0), None);
    }

    #[test]
    fn only_what_is_owed_is_tried_again() {
        for payment in [Payment::Due, Payment::Paid] {
            assert!(!DebtRetries::default().is_due(&bill(1, payment), hour(0), hour(9_999)));
        }
    }

    proptest! {
        /// However often it is looked at, a debt is tried by itself no more often than there are waits.
        #[test]
        fn nobody_is_tried_more_often_than_the_rule_says(looks in prop::collection::vec(0_i64..200, 1..60)) {
            let rule = DebtRetries::default();
            let (mut attempts, mut last, mut now) = (1, hour(0), hour(0));
            for wait in looks {
                now += TimeDelta::hours(wait);
                if rule.is_due(&bill(attempts, Payment::Owed), last, now) {
                    attempts += 1;
                    last = now;
                }
            }
            prop_assert!(attempts <= 4);
            prop_assert_eq!(rule.steps().count(), 3);
        }
    }
}
