//! What holds of every sound tariff and every stay.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::{any::*, slow, *};
use crate::tariff::inspect_tariff;

fn minutes_and_a_bit() -> impl Strategy<Value = TimeDelta> {
    (0_i64..6 * 86_400_000).prop_map(TimeDelta::milliseconds)
}

proptest! {
    #[test]
    fn the_price_is_that_of_counting_minute_by_minute(
        tariff in any_tariff(), start in start(), stay in minutes_and_a_bit(),
    ) {
        prop_assert_eq!(inspect_tariff(&tariff), vec![]);
        let end = start + stay;
        let priced = tariff.price(start, end).unwrap();
        prop_assert_eq!(priced.total.amount, slow::cost(&tariff, start, end));
    }

    #[test]
    fn lines_follow_each_other_and_sum_to_the_total(
        tariff in any_tariff(), start in start(), stay in minutes_and_a_bit(),
    ) {
        let end = start + stay;
        let priced = tariff.price(start, end).unwrap();
        let mut reached = start;
        let (mut amounts, mut taxes, mut minutes) = (0, 0, 0);
        for line in &priced.lines {
            prop_assert_eq!(line.from, reached);
            prop_assert!(line.until >= line.from);
            prop_assert!(line.amount >= 0 && line.tax >= 0);
            reached = line.until;
            amounts += line.amount;
            taxes += line.tax;
            minutes += i64::from(line.minutes);
        }
        prop_assert_eq!(reached, end);
        prop_assert_eq!(minutes, (stay.num_milliseconds() + 59_999) / 60_000);
        let on_top = tariff.tax.is_some_and(|tax| !tax.included);
        prop_assert_eq!(priced.total.amount, if on_top { amounts + taxes } else { amounts });
        prop_assert_eq!(priced.tax.map_or(0, |tax| tax.amount.amount), taxes);
        if let (Some(maximum), false) = (tariff.stay_maximum, tariff.events.iter().any(|it| it.beyond_maxima)) {
            prop_assert!(amounts <= maximum);
        }
    }

    #[test]
    fn a_longer_stay_never_costs_less(
        tariff in any_tariff(), start in start(), stay in minutes_and_a_bit(), more in minutes_and_a_bit(),
    ) {
        let shorter = tariff.price(start, start + stay).unwrap().total.amount;
        let longer = tariff.price(start, start + stay + more).unwrap().total.amount;
        prop_assert!(0 <= shorter && shorter <= longer);
    }

    #[test]
    fn what_is_stored_prices_as_what_was_quoted(
        tariff in any_tariff(), start in start(), stay in minutes_and_a_bit(),
    ) {
        let stored: Tariff = serde_json::from_str(&serde_json::to_string(&tariff).unwrap()).unwrap();
        let quote = tariff.price(start, start + stay).unwrap();
        let bill = stored.price(start, start + stay).unwrap();
        let kept: Calculation = serde_json::from_str(&serde_json::to_string(&bill).unwrap()).unwrap();
        prop_assert_eq!(quote, kept);
    }

    #[test]
    fn coming_back_saves_nothing_where_the_tariff_gives_no_reason(
        tariff in plain_tariff(), start in start(), first in minutes_and_a_bit(), second in minutes_and_a_bit(),
    ) {
        prop_assume!(tariff.returning().is_empty());
        let middle = start + first;
        let cost = |from, until| tariff.price(from, until).unwrap().total.amount;
        prop_assert!(
            cost(start, middle) + cost(middle, middle + second) >= cost(start, middle + second)
        );
    }
}
