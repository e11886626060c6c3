//! What is wrong with a tariff is named with its place.

use chrono::Weekday;

use super::*;
use crate::tariff::{EventRate, FreeMinutes, Returning, TariffFlaw, Tax, WeekTimes, inspect_tariff};

fn flaws(tariff: &Tariff) -> Vec<String> {
    let problems = inspect_tariff(tariff).into_iter();
    problems
        .map(|problem| format!("{}: {}", problem.path, problem.flaw))
        .collect()
}

fn times(days: &[Weekday], from_minute: u16, until_minute: u16) -> WeekTimes {
    WeekTimes {
        days: days.to_vec(),
        from_minute,
        until_minute,
    }
}

#[test]
fn gaps_and_overlaps_are_named_by_weekday_and_time() {
    let mut tariff = tariff(flat(100));
    let all = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    tariff.periods[0].times = vec![times(&all[..6], 0, 1_440)];
    assert_eq!(
        flaws(&tariff),
        ["periods: no period covers Sun 00:00 to Mon 00:00"]
    );
    tariff.periods.push(period("Late", flat(1)));
    tariff.periods[1].times = vec![times(&[Weekday::Sat], 1_200, 1_200)];
    assert_eq!(
        flaws(&tariff),
        [
            "periods: no period covers Sun 20:00 to Mon 00:00",
            "periods[1].times: it applies at Sat 20:00, when periods[0] does",
        ]
    );
    tariff.periods[1].times = vec![times(&[Weekday::Sun], 0, 90)];
    tariff.periods.push(period("Else", flat(1)));
    assert_eq!(flaws(&tariff), Vec::<String>::new());
    // From Sunday night into Monday, which is taken.
    tariff.periods[1].times = vec![times(&[Weekday::Sun], 1_380, 60)];
    assert_eq!(
        flaws(&tariff),
        ["periods[0].times: it applies at Mon 00:00, when periods[1] does"]
    );
}

type Spoil = fn(&mut Tariff);

/// That each of these spoils a sound tariff at a place.
fn is_found(spoilt: &[(Spoil, &str, TariffFlaw)]) {
    for (spoil, path, flaw) in spoilt {
        let mut spoiled = tariff(by_time(&[tier(None, 60, 100)]));
        assert_eq!(flaws(&spoiled), Vec::<String>::new());
        spoil(&mut spoiled);
        let problems = inspect_tariff(&spoiled);
        let found = problems
            .iter()
            .any(|problem| problem.path == *path && problem.flaw == *flaw);
        assert!(found, "{path}: {flaw} is not in {problems:?}");
    }
}

fn with_tiers(tariff: &mut Tariff, tiers: &[Tier]) {
    tariff.periods[0].price.tiers = tiers.to_vec();
}

#[test]
fn each_flaw_of_an_amount_is_found_where_it_is() {
    use TariffFlaw::{AmountTooHigh, BlankName, NegativeAmount, NoStay, TaxTooHigh, TooLong};
    is_found(&[
        (
            |it| it.periods[0].name = Text::plain(" "),
            "periods[0].name",
            BlankName,
        ),
        (|it| it.flat = -1, "flat", NegativeAmount),
        (|it| it.flat = 1_000_000_000_001, "flat", AmountTooHigh),
        (|it| it.stay_maximum = Some(-1), "stay_maximum", NegativeAmount),
        (
            |it| it.periods[0].price.maximum = Some(-1),
            "periods[0].price.maximum",
            NegativeAmount,
        ),
        (
            |it| {
                it.tax = Some(Tax {
                    basis_points: 10_001,
                    included: true,
                });
            },
            "tax.basis_points",
            TaxTooHigh,
        ),
        (
            |it| it.longest_stay_minutes = Some(0),
            "longest_stay_minutes",
            NoStay,
        ),
        (
            |it| it.longest_stay_minutes = Some(527_041),
            "longest_stay_minutes",
            TooLong,
        ),
        (
            |it| {
                it.free = Some(FreeMinutes {
                    minutes: 527_041,
                    charged_when_exceeded: false,
                });
            },
            "free.minutes",
            TooLong,
        ),
    ]);
}

#[test]
fn each_flaw_of_a_tier_is_found_where_it_is() {
    use TariffFlaw::{
        BrokenInterval, LastTierEnds, NegativeAmount, TierNeverEnds, TooLong, TooMany, ZeroInterval, ZeroTier,
    };
    is_found(&[
        (
            |it| with_tiers(it, &[tier(None, 0, 1)]),
            "periods[0].price.tiers[0].every_minutes",
            ZeroInterval,
        ),
        (
            |it| with_tiers(it, &[tier(None, 1, -1)]),
            "periods[0].price.tiers[0].price",
            NegativeAmount,
        ),
        (
            |it| with_tiers(it, &[tier(None, 527_041, 1)]),
            "periods[0].price.tiers[0].every_minutes",
            TooLong,
        ),
        (
            |it| with_tiers(it, &[tier(Some(60), 60, 1)]),
            "periods[0].price.tiers[0].minutes",
            LastTierEnds,
        ),
        (
            |it| with_tiers(it, &[tier(None, 60, 1); 2]),
            "periods[0].price.tiers[0].minutes",
            TierNeverEnds,
        ),
        (
            |it| with_tiers(it, &[tier(Some(0), 60, 1), tier(None, 60, 1)]),
            "periods[0].price.tiers[0].minutes",
            ZeroTier,
        ),
        (
            |it| with_tiers(it, &[tier(Some(90), 60, 1), tier(None, 60, 1)]),
            "periods[0].price.tiers[0].minutes",
            BrokenInterval,
        ),
        (
            |it| with_tiers(it, &[tier(Some(1), 1, 1); 25]),
            "periods[0].price.tiers",
            TooMany { most: 24 },
        ),
    ]);
}

#[test]
fn each_flaw_of_a_period_is_found_where_it_is() {
    use TariffFlaw::{NoDays, NoPeriods, NotAMinute, SecondBase};
    fn with_second(tariff: &mut Tariff, times: WeekTimes) {
        tariff.periods.push(period("Second", flat(1)));
        tariff.periods[1].times = vec![times];
    }
    is_found(&[
        (|it| it.periods.clear(), "periods", NoPeriods),
        (
            |it| it.periods.push(it.periods[0].clone()),
            "periods[1].times",
            SecondBase,
        ),
        (
            |it| with_second(it, times(&[], 0, 1)),
            "periods[1].times[0].days",
            NoDays,
        ),
        (
            |it| with_second(it, times(&[Weekday::Mon], 1_440, 1)),
            "periods[1].times[0].from_minute",
            NotAMinute,
        ),
        (
            |it| with_second(it, times(&[Weekday::Mon], 0, 1_441)),
            "periods[1].times[0].until_minute",
            NotAMinute,
        ),
    ]);
}

#[test]
fn events_take_turns() {
    let mut tariff = tariff(flat(100));
    let event = |from, until| EventRate {
        name: Text::plain("Fair"),
        from: at(from),
        until: at(until),
        price: flat(1),
        beyond_maxima: false,
    };
    let noon = "2024-06-05T12:00:00Z";
    tariff.events = vec![
        event("2024-06-05T11:00:00Z", "2024-06-05T13:00:00Z"),
        event(noon, noon),
        event("2024-06-05T13:00:00Z", "2024-06-05T14:00:00Z"),
    ];
    assert_eq!(
        flaws(&tariff),
        [
            "events[1].until: the time of the event is empty",
            "events[1].from: it begins before events[0] is over",
        ]
    );
}

#[test]
fn a_period_for_the_rest_of_a_week_that_has_none_is_named() {
    let mut tariff = tariff(flat(100));
    let all = period("All", flat(1));
    tariff.periods.push(all);
    tariff.periods[1].times = vec![times(
        &[
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ],
        300,
        300,
    )];
    assert_eq!(
        flaws(&tariff),
        ["periods[0].times: the other periods cover the whole week, so that it never applies"]
    );
}

#[test]
fn why_coming_back_may_pay_is_told() {
    let mut tariff = tariff(by_time(&[tier(Some(60), 60, 100), tier(None, 60, 200)]));
    tariff.free = Some(FreeMinutes {
        minutes: 10,
        charged_when_exceeded: false,
    });
    assert_eq!(
        tariff.returning(),
        [Returning::FreeMinutes, Returning::DearerTiers]
    );
    tariff.free = None;
    tariff.periods[0].price.tiers = vec![tier(Some(60), 60, 200), tier(None, 60, 100)];
    assert_eq!(tariff.returning(), []);
}
