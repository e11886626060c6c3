//! Events of catalogs.

use domain::{
    Currency, LocationId,
    catalog::{
        Alert, CapPeriod, CatalogContent, CatalogEvent, CatalogSource, Entry, Fare, FareCap, FareOption,
        FareOptionValue, IntervalPrice, ParkingLocation, ParkingRate, Product, Restriction, Validity,
    },
    operator::GeoPoint,
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
    };
    CatalogEvent::RatesPublished {
        operator: operator_id("lot"),
        version: 1,
        effective_from: at(0),
        location,
        at: at(0),
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
        RatesPublished: [rates(Entry::Open, false), rates(Entry::Gated, true)],
        LocationWithdrawn: [CatalogEvent::LocationWithdrawn { location: LocationId::parse("pier").unwrap(), at: at(1) }],
    }
}
