//! What the engine takes of a purchase.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Money, MoneyError};

/// Basis points in a whole.
const WHOLE: i128 = 10_000;

/// The engine's fee on a purchase, in minor units of whatever currency the purchase is in. It is part of what the
/// rider pays (Stripe's `application_fee_amount`), never on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FeeTerms {
    /// Hundredths of a percent of the total; at most 10,000.
    pub basis_points: u32,
    /// Added to that; not negative.
    pub fixed: i64,
    /// At least so much, if the total allows; not negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// At most so much; not below the minimum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

impl FeeTerms {
    /// Whether the numbers can stand together.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let floor = self.minimum.unwrap_or(0);
        i128::from(self.basis_points) <= WHOLE
            && self.fixed >= 0
            && floor >= 0
            && self.maximum.is_none_or(|ceiling| ceiling >= floor)
    }

    /// The fee on a total: the share rounded half up to the minor unit, plus the fixed part, held between minimum
    /// and maximum, and in the end never negative and never more than the total. A negative total has no fee to speak
    /// of and is refused as out of range.
    pub fn fee_on(&self, total: Money) -> Result<Money, MoneyError> {
        if total.amount < 0 {
            return Err(MoneyError::OutOfRange);
        }
        // Two 64-bit numbers and their product fit 128 bits, so nothing here can overflow.
        let share = (i128::from(total.amount) * i128::from(self.basis_points) + WHOLE / 2) / WHOLE;
        let floored = (share + i128::from(self.fixed)).max(self.minimum.map_or(0, i128::from));
        let held = floored.min(self.maximum.map_or(i128::MAX, i128::from));
        let amount =
            i64::try_from(held.clamp(0, i128::from(total.amount))).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Money::new(amount, total.currency))
    }
}

/// Fee terms and from when they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedFee {
    /// From when on.
    pub effective_from: DateTime<Utc>,
    /// The terms.
    pub terms: FeeTerms,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Currency;

    fn terms(basis_points: u32, fixed: i64, minimum: Option<i64>, maximum: Option<i64>) -> FeeTerms {
        FeeTerms {
            basis_points,
            fixed,
            minimum,
            maximum,
        }
    }

    fn fee(terms: FeeTerms, total: i64) -> i64 {
        terms.fee_on(Money::new(total, Currency::USD)).unwrap().amount
    }

    #[test]
    fn a_fee_is_rounded_half_up() {
        // 10 % of 1.25 is 12.5 cents.
        assert_eq!(fee(terms(1_000, 0, None, None), 125), 13);
        assert_eq!(fee(terms(1_000, 0, None, None), 124), 12);
    }

    #[test]
    fn minimum_and_maximum_hold_the_fee_but_the_total_has_the_last_word() {
        let fees = terms(250, 10, Some(25), Some(100));
        assert_eq!(fee(fees, 200), 25);
        assert_eq!(fee(fees, 1_000), 35);
        assert_eq!(fee(fees, 100_000), 100);
        assert_eq!(fee(fees, 5), 5);
        assert_eq!(fee(fees, 0), 0);
    }

    #[test]
    fn a_negative_total_has_no_fee() {
        let refused = terms(100, 0, None, None).fee_on(Money::new(-1, Currency::USD));
        assert_eq!(refused, Err(MoneyError::OutOfRange));
    }

    #[test]
    fn terms_that_contradict_themselves_are_not_sound() {
        assert!(terms(10_000, 0, Some(5), Some(5)).is_sound());
        for bad in [
            terms(10_001, 0, None, None),
            terms(0, -1, None, None),
            terms(0, 0, Some(-1), None),
            terms(0, 0, Some(6), Some(5)),
            terms(0, 0, None, Some(-1)),
        ] {
            assert!(!bad.is_sound(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_fee_lies_between_nothing_and_the_total(
            total in 0..=i64::MAX,
            basis_points in 0_u32..=10_000,
            fixed in 0..=i64::MAX,
            minimum in proptest::option::of(0..=i64::MAX),
        ) {
            let fee = fee(terms(basis_points, fixed, minimum, None), total);
            prop_assert!((0..=total).contains(&fee));
        }

        #[test]
        fn a_larger_total_never_has_a_smaller_fee(total in 0..i64::MAX, basis_points in 0_u32..=10_000, fixed in 0_i64..1_000) {
            let fees = terms(basis_points, fixed, Some(7), Some(70_000));
            prop_assert!(fee(fees, total) <= fee(fees, total + 1));
        }
    }
}
