//! Events of catalogs.

use chrono::Weekday;
use domain::{
    Currency, LocationId,
    catalog::{
        Alert, CapPeriod, CatalogContent, CatalogEvent, CatalogSource, Entry, Fare, FareCap, FareOption,
        FareOptionValue, IntervalPrice, ParkingLocation, ParkingRate, Product, Restriction, Validity,
    },
    occupancy::{OccupancyEvent, Room},
    operator::GeoPoint,
    tariff::{DayKind, DayMaximum, EventRate, FreeMinutes, Period, Price, Tariff, Tax, Tier, WeekTimes},
    text::Text,
};

use super::{
    marketplace::{FULL_RULES, some_time, text},
    samples,
};
use crate::{
    commands::content,
    fixtures::{at, fare, fare_id, operator as operator_id, usd},
};

/// A fare in which everything is said that can be said.
fn full_fare() -> Fare {
    let alert = Alert {
        text: text("Bring proof.", "Traiga prueba."),
        label: Some(Text::plain("Proof")),
    };
    Fare {
        discounted_price: Some(usd(300)),
        validity: Validity::ServiceDays { days: 1 },
        usable: vec![some_time()],
        restriction: Some(Restriction {
            label: Text::plain("Restricted"),
            text: Text::plain("Ask the agency."),
        }),
        login_required: true,
        limit_per_order: Some(5),
        alert: Some(alert),
        ..fare("book", Product::PassBook { passes: 3 }, 350)
    }
}

fn full_content() -> CatalogContent {
    let alert = Alert {
        text: Text::plain("Bring proof."),
        label: None,
    };
    let value = FareOptionValue {
        id: "rider_regular".to_owned(),
        name: text("Regular", "Regular"),
        description: Some(Text::plain("Everybody")),
        alert: Some(alert),
    };
    let monthly = Fare {
        validity: Validity::CalendarMonths { months: 1 },
        options: Vec::new(),
        cap_group: None,
        ..fare("monthly", Product::SinglePass, 5_000)
    };
    CatalogContent {
        currency: Currency::USD,
        options: vec![FareOption {
            option_type: "rider".to_owned(),
            label: Text::plain("Rider"),
            values: vec![value],
        }],
        fares: vec![full_fare(), monthly],
        passes_per_order: None,
        not_for_sale: Vec::new(),
        caps: Vec::new(),
    }
}

fn capped_content() -> CatalogContent {
    let cap = |period, amount, replacement| FareCap {
        group: "local".to_owned(),
        period,
        limit: usd(amount),
        replacement: fare_id(replacement),
    };
    let lasting = |id, days| Fare {
        validity: Validity::ServiceDays { days },
        ..fare(id, Product::SinglePass, 1_500)
    };
    CatalogContent {
        fares: vec![
            full_fare(),
            lasting("day", 1),
            lasting("week", 7),
            lasting("month", 31),
        ],
        not_for_sale: vec![fare_id("day"), fare_id("week")],
        caps: vec![
            cap(CapPeriod::ServiceDay, 500, "day"),
            cap(CapPeriod::ServiceWeek, 1_800, "week"),
            cap(CapPeriod::CalendarMonth, 6_000, "month"),
        ],
        ..full_content()
    }
}

/// What nobody may send to somebody else.
fn own_content() -> CatalogContent {
    let own = Fare {
        transferable: false,
        ..fare("own", Product::SinglePass, 8_820)
    };
    CatalogContent {
        fares: vec![own],
        ..content(125)
    }
}

/// Fares with refund rules of their own, beside one without.
fn rules_content() -> CatalogContent {
    CatalogContent {
        fares: vec![
            Fare {
                refund_rules: Some(FULL_RULES),
                ..full_fare()
            },
            fare("single", Product::SinglePass, 125),
        ],
        ..full_content()
    }
}

fn published(version: u32, content: CatalogContent, source: CatalogSource) -> CatalogEvent {
    CatalogEvent::Published {
        operator: operator_id("bus"),
        version,
        effective_from: at(60),
        content,
        source,
        at: at(0),
    }
}

fn rates(entry: Entry, full: bool) -> CatalogEvent {
    let rate = ParkingRate {
        currency: Currency::USD,
        free_minutes: 15,
        flat: 100,
        interval: full.then_some(IntervalPrice {
            minutes: 30,
            price: 50,
        }),
        daily_maximum: full.then_some(1_500),
    };
    let location = ParkingLocation {
        id: LocationId::parse("pier").unwrap(),
        name: Text::plain("Pier"),
        position: GeoPoint {
            latitude_microdegrees: 34_000_000,
            longitude_microdegrees: -118_000_000,
        },
        address: full.then(|| Text::plain("1 Pier Road")),
        entry,
        capacity: full.then_some(40),
        rate,
        tariff: None,
    };
    CatalogEvent::RatesPublished {
        operator: operator_id("lot"),
        version: 1,
        effective_from: at(0),
        location: Box::new(location),
        at: at(0),
    }
}

/// With everything that a tariff may say.
fn tariff() -> Tariff {
    let price = |flat, tiers, maximum| Price { flat, tiers, maximum };
    let first = Tier {
        minutes: Some(60),
        every_minutes: 60,
        price: 400,
    };
    let then = Tier {
        minutes: None,
        every_minutes: 30,
        price: 150,
    };
    Tariff {
        currency: Currency::USD,
        zone: chrono_tz::America::Los_Angeles,
        free: Some(FreeMinutes {
            minutes: 10,
            charged_when_exceeded: true,
        }),
        flat: 50,
        periods: vec![
            Period {
                name: Text::plain("Days"),
                times: Vec::new(),
                price: price(0, vec![first, then], None),
            },
            Period {
                name: Text::plain("Weekend nights"),
                times: vec![WeekTimes {
                    days: vec![Weekday::Fri, Weekday::Sat],
                    from_minute: 1_080,
                    until_minute: 360,
                }],
                price: price(500, Vec::new(), Some(500)),
            },
        ],
        events: vec![EventRate {
            name: Text::plain("Match"),
            from: at(600),
            until: at(900),
            price: price(3_000, Vec::new(), None),
            beyond_maxima: true,
        }],
        day_maximum: Some(DayMaximum {
            amount: 2_000,
            day: DayKind::Calendar,
            restarts: true,
        }),
        stay_maximum: Some(9_000),
        tax: Some(Tax {
            basis_points: 950,
            included: false,
        }),
        longest_stay_minutes: Some(10_080),
    }
}

fn with_tariff() -> CatalogEvent {
    match rates(Entry::Open, false) {
        CatalogEvent::RatesPublished {
            operator,
            version,
            effective_from,
            location,
            at,
        } => CatalogEvent::RatesPublished {
            operator,
            version,
            effective_from,
            location: Box::new(ParkingLocation {
                rate: ParkingRate::of_currency(Currency::USD),
                tariff: Some(tariff()),
                ..*location
            }),
            at,
        },
        other => other,
    }
}

samples! {
    fn occupancy() -> OccupancyEvent {
        Reported: [OccupancyEvent::Reported {
            operator: operator_id("lot"),
            rooms: vec![
                Room { location: LocationId::parse("pier").unwrap(), free: Some(12) },
                Room { location: LocationId::parse("station").unwrap(), free: None },
            ],
            as_of: at(0),
            until: at(900),
            at: at(5),
        }],
    }
}

samples! {
    fn catalog() -> CatalogEvent {
        Published: [
            published(1, content(125), CatalogSource::Marketplace),
            published(2, full_content(), CatalogSource::Admin),
            published(3, CatalogContent { fares: Vec::new(), ..content(125) }, CatalogSource::Gtfs),
            published(4, CatalogContent { passes_per_order: Some(20), ..content(125) }, CatalogSource::Marketplace),
            published(5, capped_content(), CatalogSource::Marketplace),
            published(6, rules_content(), CatalogSource::Marketplace),
            published(7, own_content(), CatalogSource::Gtfs),
        ],
        RolledBack: [CatalogEvent::RolledBack { to_version: 1, effective_from: at(90), at: at(80) }],
        RatesPublished: [rates(Entry::Open, false), rates(Entry::Gated, true), with_tariff()],
        LocationWithdrawn: [CatalogEvent::LocationWithdrawn { location: LocationId::parse("pier").unwrap(), at: at(1) }],
    }
}
