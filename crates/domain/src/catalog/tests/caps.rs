//! What a catalog may say of caps and of fares that nobody can buy.

use super::{flaws::problems_of, *};

fn capped() -> CatalogContent {
    let grouped = Fare {
        cap_group: Some("local".to_owned()),
        ..single(125)
    };
    let day = Fare {
        id: FareId::parse("day").unwrap(),
        validity: Validity::ServiceDays { days: 1 },
        ..single(500)
    };
    CatalogContent {
        not_for_sale: vec![day.id.clone()],
        caps: vec![FareCap {
            group: "local".to_owned(),
            period: CapPeriod::ServiceDay,
            limit: Money::new(500, Currency::USD),
            replacement: day.id.clone(),
        }],
        ..content(vec![grouped, day])
    }
}

/// A catalog with one flaw, where it is and what it is.
type Spoilt = (fn(&mut CatalogContent), &'static str, Flaw);

#[test]
fn each_flaw_of_a_cap_is_found_where_it_is() {
    let spoilt: [Spoilt; 11] = [
        (
            |it| it.caps[0].group = "express".to_owned(),
            "caps[0].group",
            Flaw::UnknownGroup,
        ),
        (|it| it.caps[0].limit.amount = 0, "caps[0].limit", Flaw::ZeroLimit),
        (
            |it| it.caps[0].limit.amount = -1,
            "caps[0].limit",
            Flaw::NegativeAmount,
        ),
        (
            |it| it.caps[0].limit.currency = "PLN".parse().unwrap(),
            "caps[0].limit",
            Flaw::CurrencyDiffers,
        ),
        (
            |it| it.caps[0].replacement = FareId::parse("week").unwrap(),
            "caps[0].replacement",
            Flaw::UnknownFare,
        ),
        (
            |it| it.fares[1].product = Product::PassBook { passes: 2 },
            "caps[0].replacement",
            Flaw::NotASinglePass,
        ),
        (
            |it| it.caps[0].period = CapPeriod::ServiceWeek,
            "caps[0].replacement",
            Flaw::EndsBeforeThePeriod,
        ),
        (
            |it| {
                it.fares[1].usable = vec![TimeRange {
                    start: None,
                    end: None,
                }];
            },
            "caps[0].replacement",
            Flaw::NotAlwaysUsable,
        ),
        (
            |it| it.caps.push(it.caps[0].clone()),
            "caps[1].period",
            Flaw::DuplicateId,
        ),
        (
            |it| it.not_for_sale.push(FareId::parse("week").unwrap()),
            "not_for_sale[1]",
            Flaw::UnknownFare,
        ),
        (
            |it| it.not_for_sale.push(it.not_for_sale[0].clone()),
            "not_for_sale[1]",
            Flaw::DuplicateId,
        ),
    ];
    assert_eq!(problems_of(&capped()), []);
    for (spoil, path, flaw) in spoilt {
        let mut content = capped();
        spoil(&mut content);
        assert_eq!(problems_of(&content), [(path.to_owned(), flaw)]);
    }
}

#[test]
fn a_replacement_lasts_any_period_of_its_kind() {
    let hours = |hours: u32| Validity::Duration { minutes: hours * 60 };
    for (period, validity, lasts) in [
        (CapPeriod::ServiceDay, Validity::ServiceDays { days: 1 }, true),
        (
            CapPeriod::ServiceDay,
            Validity::CalendarMonths { months: 1 },
            true,
        ),
        (CapPeriod::ServiceDay, hours(24), false),
        (CapPeriod::ServiceDay, hours(26), true),
        (CapPeriod::ServiceWeek, Validity::ServiceDays { days: 6 }, false),
        (CapPeriod::ServiceWeek, Validity::ServiceDays { days: 7 }, true),
        (
            CapPeriod::CalendarMonth,
            Validity::ServiceDays { days: 30 },
            false,
        ),
        (CapPeriod::CalendarMonth, Validity::ServiceDays { days: 31 }, true),
        (
            CapPeriod::CalendarMonth,
            Validity::CalendarMonths { months: 1 },
            true,
        ),
    ] {
        let mut content = capped();
        content.caps[0].period = period;
        content.fares[1].validity = validity;
        assert_eq!(problems_of(&content).is_empty(), lasts, "{period:?} {validity:?}");
    }
}

#[test]
fn what_is_not_for_sale_is_in_the_catalog_and_in_no_list() {
    let content = capped();
    let listed: Vec<_> = content.fares_for_sale().map(|fare| fare.id.as_str()).collect();
    assert_eq!(listed, [content.fares[0].id.as_str()]);
    let day = FareId::parse("day").unwrap();
    assert!(content.fare(&day).is_some() && content.fare_for_sale(&day, at(0)).is_none());
    assert!(content.fare_for_sale(&content.fares[0].id, at(0)).is_some());
}
