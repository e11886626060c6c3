//! The rules of a catalog, by name.

mod caps;
mod diffs;
mod flaws;
mod locations;
mod publishing;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{
    Currency, FareId, LocationId, Money, OperatorId,
    aggregate::replay,
    operator::GeoPoint,
    testing::{given, play},
    text::Text,
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn bus() -> OperatorId {
    OperatorId::parse("bigbluebus").unwrap()
}

fn single(price: i64) -> Fare {
    Fare {
        id: FareId::parse("regular_single_ride").unwrap(),
        name: Text::plain("Regular Single Ride"),
        description: Text::plain("Valid on all local routes."),
        product: Product::SinglePass,
        price: Money::new(price, Currency::USD),
        discounted_price: None,
        options: vec![
            choice("rider", "rider_regular"),
            choice("fare", "fare_single_ride"),
        ],
        validity: Validity::Duration { minutes: 30 },
        usable: Vec::new(),
        restriction: None,
        login_required: false,
        limit_per_order: None,
        alert: None,
        cap_group: None,
        transferable: true,
        refund_rules: None,
    }
}

fn choice(option_type: &str, id: &str) -> OptionChoice {
    OptionChoice {
        option_type: option_type.to_owned(),
        id: id.to_owned(),
    }
}

fn option(option_type: &str, values: &[&str]) -> FareOption {
    let value = |id: &&str| FareOptionValue {
        id: (*id).to_owned(),
        name: Text::plain(*id),
        description: None,
        alert: None,
    };
    FareOption {
        option_type: option_type.to_owned(),
        label: Text::plain(option_type),
        values: values.iter().map(value).collect(),
    }
}

fn content(fares: Vec<Fare>) -> CatalogContent {
    CatalogContent {
        currency: Currency::USD,
        options: vec![
            option("rider", &["rider_regular"]),
            option("fare", &["fare_single_ride"]),
        ],
        fares,
        passes_per_order: None,
        not_for_sale: vec![],
        caps: vec![],
    }
}

fn publish(price: i64, from: Option<i64>, minute: i64) -> CatalogCommand {
    CatalogCommand::Publish {
        operator: bus(),
        content: Box::new(content(vec![single(price)])),
        effective_from: from.map(at),
        source: CatalogSource::Marketplace,
        at: at(minute),
    }
}

fn published(version: u32, price: i64, from: i64, minute: i64) -> CatalogEvent {
    CatalogEvent::Published {
        operator: bus(),
        version,
        effective_from: at(from),
        content: content(vec![single(price)]),
        source: CatalogSource::Marketplace,
        at: at(minute),
    }
}

fn roll_back(to_version: u32, from: Option<i64>, minute: i64) -> CatalogCommand {
    CatalogCommand::RollBack {
        to_version,
        effective_from: from.map(at),
        at: at(minute),
    }
}

fn location() -> ParkingLocation {
    ParkingLocation {
        id: LocationId::parse("pier").unwrap(),
        name: Text::plain("Pier"),
        position: GeoPoint {
            latitude_microdegrees: 34_000_000,
            longitude_microdegrees: -118_000_000,
        },
        address: None,
        entry: Entry::Gated,
        capacity: None,
        rate: ParkingRate {
            currency: Currency::USD,
            free_minutes: 15,
            flat: 0,
            interval: Some(IntervalPrice {
                minutes: 60,
                price: 200,
            }),
            daily_maximum: Some(1_000),
        },
        tariff: None,
    }
}

fn publish_rates(location: ParkingLocation, minute: i64) -> CatalogCommand {
    CatalogCommand::PublishRates {
        operator: bus(),
        location: Box::new(location),
        effective_from: None,
        at: at(minute),
    }
}

fn price_in_force(commands: Vec<CatalogCommand>, minute: i64) -> Option<i64> {
    let (_, catalog) = play::<Catalog>(commands);
    Some(catalog?.in_force(at(minute))?.content.fares[0].price.amount)
}

#[test]
fn versions_are_counted_from_one() {
    given::<Catalog>([])
        .when(publish(125, None, 0))
        .then([published(1, 125, 0, 0)]);
    given::<Catalog>([published(1, 125, 0, 0)])
        .when(publish(150, Some(90), 1))
        .then([published(2, 150, 90, 1)]);
}

#[test]
fn publishing_the_same_again_records_nothing() {
    given::<Catalog>([published(1, 125, 0, 0)])
        .when(publish(125, Some(90), 1))
        .then_nothing();
}

#[test]
fn the_past_is_not_rewritten() {
    given::<Catalog>([])
        .when(publish(125, Some(-60), 5))
        .then([published(1, 125, 5, 5)]);
}

#[test]
fn a_version_is_in_force_from_its_date_on() {
    let commands = || vec![publish(125, None, 10), publish(150, Some(60), 20)];
    for (minute, price) in [(9, None), (10, Some(125)), (59, Some(125)), (60, Some(150))] {
        assert_eq!(price_in_force(commands(), minute), price, "minute {minute}");
    }
}

#[test]
fn a_change_with_immediate_effect_takes_back_what_was_scheduled() {
    let commands = vec![
        publish(125, None, 10),
        publish(150, Some(60), 20),
        publish(130, None, 30),
    ];
    assert_eq!(price_in_force(commands, 61), Some(130));
}

#[test]
fn a_roll_back_brings_an_old_version_back_and_an_old_file_does_not_undo_it() {
    let rolled = CatalogEvent::RolledBack {
        to_version: 1,
        effective_from: at(30),
        at: at(30),
    };
    let history = vec![published(1, 125, 0, 0), published(2, 150, 10, 10)];
    given::<Catalog>(history.clone())
        .when(roll_back(1, None, 30))
        .then([rolled.clone()]);
    let history = [history, vec![rolled]].concat();
    given::<Catalog>(history.clone())
        .when(roll_back(1, None, 31))
        .then_nothing();
    given::<Catalog>(history.clone())
        .when(publish(150, None, 32))
        .then_nothing();
    let catalog = given::<Catalog>(history).state();
    assert_eq!(catalog.in_force(at(29)).unwrap().version, 2);
    assert_eq!(catalog.in_force(at(30)).unwrap().version, 1);
    assert_eq!(catalog.latest().unwrap().version, 2);
}

#[test]
fn only_a_published_version_comes_back() {
    given::<Catalog>([])
        .when(roll_back(1, None, 0))
        .then_rejected(CatalogRejection::NotPublished);
    given::<Catalog>([published(1, 125, 0, 0)])
        .when(roll_back(2, None, 1))
        .then_rejected(CatalogRejection::NoSuchVersion { version: 2 });
}

#[test]
fn a_catalog_is_one_operators() {
    let command = CatalogCommand::Publish {
        operator: OperatorId::parse("another").unwrap(),
        content: Box::new(content(Vec::new())),
        effective_from: None,
        source: CatalogSource::Admin,
        at: at(1),
    };
    given::<Catalog>([published(1, 125, 0, 0)])
        .when(command)
        .then_rejected(CatalogRejection::AnotherOperator);
}

#[test]
fn a_history_that_nobody_could_have_decided_stops_the_stream() {
    let rolled = CatalogEvent::RolledBack {
        to_version: 3,
        effective_from: at(1),
        at: at(1),
    };
    let withdrawn = CatalogEvent::LocationWithdrawn {
        location: location().id,
        at: at(1),
    };
    let first = published(1, 125, 0, 0);
    for history in [
        vec![rolled.clone()],
        vec![published(2, 125, 0, 0)],
        vec![published(1, -1, 0, 0)],
        vec![first.clone(), first.clone()],
        vec![first.clone(), rolled],
        vec![first, withdrawn],
    ] {
        assert!(replay::<Catalog>(&history).is_err(), "{history:?}");
    }
}
