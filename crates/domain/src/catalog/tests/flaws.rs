//! What makes a catalog unfit to be published.

use super::*;

/// A way to spoil something sound, where that is noticed, and as what.
type Spoilt<T> = (fn(&mut T), &'static str, Flaw);

pub(super) fn problems_of(content: &CatalogContent) -> Vec<(String, Flaw)> {
    inspect(content)
        .into_iter()
        .map(|problem| (problem.path, problem.flaw))
        .collect()
}

#[test]
fn every_problem_of_a_catalog_is_told_at_once() {
    let mut bad = single(-5);
    bad.name = Text::plain(" ");
    let command = CatalogCommand::Publish {
        operator: bus(),
        content: Box::new(content(vec![single(125), bad])),
        effective_from: None,
        source: CatalogSource::Admin,
        at: at(1),
    };
    let problem = |path: &str, flaw| CatalogProblem {
        path: path.to_owned(),
        flaw,
    };
    given::<Catalog>([])
        .when(command)
        .then_rejected(CatalogRejection::Invalid(vec![
            problem("fares[1].id", Flaw::DuplicateId),
            problem("fares[1].name", Flaw::BlankText),
            problem("fares[1].price", Flaw::NegativeAmount),
        ]));
}

#[test]
fn each_flaw_of_a_fare_is_found_where_it_is() {
    let spoilt: [Spoilt<Fare>; 15] = [
        (
            |fare| fare.product = Product::PassBook { passes: 0 },
            "product",
            Flaw::EmptyBook,
        ),
        (
            |fare| fare.price.currency = "EUR".parse().unwrap(),
            "price",
            Flaw::CurrencyDiffers,
        ),
        (|fare| fare.price.amount = -1, "price", Flaw::NegativeAmount),
        (
            |fare| fare.discounted_price = Some(Money::new(126, Currency::USD)),
            "discounted_price",
            Flaw::DiscountAbovePrice,
        ),
        (
            |fare| fare.discounted_price = Some(Money::new(-1, Currency::USD)),
            "discounted_price",
            Flaw::NegativeAmount,
        ),
        (
            |fare| fare.options.insert(0, choice("zone", "zone_1")),
            "options[0].type",
            Flaw::UnknownOption,
        ),
        (
            |fare| fare.options[1] = choice("fare", "fare_3_ride"),
            "options[1].id",
            Flaw::UnknownOptionValue,
        ),
        (
            |fare| fare.options.reverse(),
            "options[1].type",
            Flaw::OptionsOutOfOrder,
        ),
        (
            |fare| fare.options.push(choice("fare", "fare_single_ride")),
            "options[2].type",
            Flaw::OptionsOutOfOrder,
        ),
        (
            |fare| fare.validity = Validity::Duration { minutes: 0 },
            "validity",
            Flaw::ZeroValidity,
        ),
        (
            |fare| fare.validity = Validity::ServiceDays { days: 0 },
            "validity",
            Flaw::ZeroValidity,
        ),
        (
            |fare| fare.validity = Validity::CalendarMonths { months: 0 },
            "validity",
            Flaw::ZeroValidity,
        ),
        (
            |fare| {
                fare.usable = vec![TimeRange {
                    start: Some(at(1)),
                    end: Some(at(1)),
                }];
            },
            "usable[0]",
            Flaw::EmptyRange,
        ),
        (
            |fare| fare.limit_per_order = Some(0),
            "limit_per_order",
            Flaw::ZeroLimit,
        ),
        (
            |fare| {
                fare.alert = Some(Alert {
                    text: Text::plain(""),
                    label: None,
                });
            },
            "alert.text",
            Flaw::BlankText,
        ),
    ];
    assert_eq!(problems_of(&content(vec![single(125)])), []);
    for (spoil, path, flaw) in spoilt {
        let mut fare = single(125);
        spoil(&mut fare);
        assert_eq!(
            problems_of(&content(vec![fare])),
            [(format!("fares[0].{path}"), flaw)]
        );
    }
}

#[test]
fn each_flaw_of_an_option_is_found_where_it_is() {
    let found = |options| {
        problems_of(&CatalogContent {
            options,
            ..content(Vec::new())
        })
    };
    let at_path = |path: &str, flaw| vec![(path.to_owned(), flaw)];
    assert_eq!(
        found(vec![option("zone", &[])]),
        at_path("options[0].values", Flaw::EmptyOption)
    );
    assert_eq!(
        found(vec![option("zone", &["a"]), option("zone", &["b"])]),
        at_path("options[1].type", Flaw::DuplicateId)
    );
    assert_eq!(
        found(vec![option("zone", &["a"]), option("rider", &["a"])]),
        at_path("options[1].values[0].id", Flaw::DuplicateId)
    );
    let mut unnamed = option("zone", &["a"]);
    unnamed.label.translations.insert("es".to_owned(), String::new());
    assert_eq!(found(vec![unnamed]), at_path("options[0].label", Flaw::BlankText));
}

#[test]
fn each_flaw_of_a_location_is_found_where_it_is() {
    let spoilt: [Spoilt<ParkingLocation>; 6] = [
        (|it| it.name = Text::plain(""), "name", Flaw::BlankText),
        (
            |it| it.position.latitude_microdegrees = 90_000_001,
            "position",
            Flaw::PositionOutOfRange,
        ),
        (|it| it.rate.flat = -1, "rate.flat", Flaw::NegativeAmount),
        (
            |it| it.rate.interval = Some(IntervalPrice { minutes: 0, price: 1 }),
            "rate.interval.minutes",
            Flaw::ZeroInterval,
        ),
        (
            |it| {
                it.rate.interval = Some(IntervalPrice {
                    minutes: 1,
                    price: -1,
                });
            },
            "rate.interval.price",
            Flaw::NegativeAmount,
        ),
        (
            |it| it.rate.daily_maximum = Some(-1),
            "rate.daily_maximum",
            Flaw::NegativeAmount,
        ),
    ];
    for (spoil, path, flaw) in spoilt {
        let mut spoiled = location();
        spoil(&mut spoiled);
        let problem = CatalogProblem {
            path: path.to_owned(),
            flaw,
        };
        given::<Catalog>([])
            .when(publish_rates(spoiled, 0))
            .then_rejected(CatalogRejection::Invalid(vec![problem]));
    }
}

#[test]
fn an_order_of_nothing_is_no_limit() {
    let limited = |limit| {
        problems_of(&CatalogContent {
            passes_per_order: Some(limit),
            ..content(vec![single(125)])
        })
    };
    assert_eq!(limited(0), [("passes_per_order".to_owned(), Flaw::ZeroLimit)]);
    assert_eq!(limited(1), []);
}
