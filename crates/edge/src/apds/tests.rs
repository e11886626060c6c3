//! What is read of a file, and what is refused of it.

use domain::tariff::{DayKind, LONGEST_STAY_MINUTES, inspect_tariff};
use serde_json::{Value, json};

use super::*;

fn terms() -> Terms {
    Terms {
        zone: chrono_tz::America::Los_Angeles,
        effective_from: "2026-06-01T00:00:00Z".parse().unwrap(),
    }
}

fn line(sequence: i32, kind: &str, value: f64, more: &Value) -> Value {
    let mut line = json!({ "sequence": sequence, "rateLineType": kind, "value": value });
    let members = more.as_object().unwrap().clone();
    line.as_object_mut().unwrap().extend(members);
    line
}

/// Days by tiers, nights at a flat price, and a match.
fn file() -> Value {
    let validity = |specification: &Value| json!({ "validityTimeSpecification": specification });
    let collection = |lines: &Value| {
        json!([{
            "id": "c1", "version": 1, "collectionSequence": 1, "applicableCurrency": ["USD"],
            "relativeTimes": true, "taxIncluded": true, "taxRate": 9.5, "maxTime": "P7D",
            "validStart": "2026-01-01T00:00:00Z", "rateLines": lines,
        }])
    };
    let table = |id: &str, name: &str, validity: &Value, lines: &Value| {
        json!({
            "id": id, "version": 7, "rateType": "hourly", "availability": "public",
            "rateTableName": [{ "language": "en", "string": name }, { "language": "es", "string": "Tarifa" }],
            "validity": validity, "rateLineCollections": collection(lines),
        })
    };
    let first = line(
        1,
        "flatRateTier",
        4.0,
        &json!({ "durationStart": 0, "durationEnd": 60, "usageCondition": "once" }),
    );
    let then = line(
        2,
        "incrementingRate",
        1.25,
        &json!({ "durationStart": "PT1H", "incrementPeriod": "PT30M" }),
    );
    let nights = json!({
        "overallStartTime": "2026-01-01T00:00:00Z",
        "validPeriod": [{
            "recurringDayWeekMonthPeriod": [{ "applicableDay": ["friday", "saturday"] }],
            "recurringTimePeriodOfDay": [{ "startTimeOfPeriod": "18:00", "endTimeOfPeriod": "06:00:00" }],
        }],
    });
    let game = json!({ "overallStartTime": "2026-09-01T18:00:00-07:00", "overallEndTime": "2026-09-01T23:00:00-07:00" });
    json!({
        "publicationTime": "2026-05-01T00:00:00Z",
        "places": [{
            "id": "pier", "version": 2, "type": "place", "layer": 0, "timeZone": "America/Denver",
            "name": [{ "language": "en", "string": "Pier" }],
            "address": "1 Pier Road",
            "geometry": { "type": "Point", "coordinates": [-118.5, 34.0] },
            "supply": [{ "supplyViewType": "spaceView", "supplyQuantity": 80 }],
            "rateTables": [{ "id": "days" }, { "id": "nights" }, { "id": "match", "version": 1 }],
            "extensions": { "switchyard": { "gated": true }, "others": 1 },
        }],
        "rateTables": [
            // Out of order: the sequence counts.
            table("days", "Days", &json!({}), &json!([then, first])),
            table("nights", "Nights", &validity(&nights), &json!([line(1, "flatRate", 5.0, &json!({}))])),
            table("match", "Match", &validity(&game), &json!([line(1, "flatRate", 30.0, &json!({}))])),
        ],
    })
}

/// What is refused of the file once it is spoilt at a place, as a JSON pointer.
fn refused(pointer: &str, value: Value) -> Vec<String> {
    let mut file = file();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = file.pointer_mut(parent).unwrap();
    match parent {
        Value::Object(members) => {
            members.insert(name.to_owned(), value);
        }
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
    read(&file, terms()).unwrap_err()
}

#[test]
fn places_and_rate_tables_become_locations_with_tariffs() {
    let locations = read(&file(), terms()).unwrap();
    let [pier] = locations.as_slice() else {
        panic!("{locations:?}")
    };
    assert_eq!(pier.name.default, "Pier");
    assert_eq!(pier.position.longitude_microdegrees, -118_500_000);
    assert_eq!(
        (pier.capacity, pier.entry),
        (Some(80), domain::catalog::Entry::Gated)
    );
    let tariff = pier.tariff.as_ref().unwrap();
    assert_eq!(inspect_tariff(tariff), []);
    assert_eq!(tariff.zone, chrono_tz::America::Denver);
    assert_eq!(
        tariff.tax.map(|tax| (tax.basis_points, tax.included)),
        Some((950, true))
    );
    assert_eq!(tariff.longest_stay_minutes, Some(10_080));
    let [days, nights] = tariff.periods.as_slice() else {
        panic!("{tariff:?}")
    };
    let tiers: Vec<_> = days
        .price
        .tiers
        .iter()
        .map(|it| (it.minutes, it.every_minutes, it.price))
        .collect();
    assert_eq!(tiers, [(Some(60), 60, 400), (None, 30, 125)]);
    assert_eq!(days.name.translations["es"], "Tarifa");
    assert_eq!((nights.price.flat, nights.times.len()), (500, 1));
    assert_eq!(
        (nights.times[0].from_minute, nights.times[0].until_minute),
        (1_080, 360)
    );
    assert_eq!((tariff.events.len(), tariff.events[0].price.flat), (1, 3_000));
}

#[test]
fn a_reset_at_midnight_makes_the_maximum_that_of_each_day() {
    let mut file = file();
    file["places"][0]["rateTables"] = json!([{ "id": "days" }]);
    let collection = &mut file["rateTables"][0]["rateLineCollections"][0];
    collection["maxValue"] = json!(24);
    let held = read(&file, terms()).unwrap();
    let tariff = held[0].tariff.as_ref().unwrap();
    assert_eq!(
        (tariff.periods[0].price.maximum, tariff.day_maximum),
        (Some(2_400), None)
    );
    file["rateTables"][0]["rateLineCollections"][0]["resetTime"] = json!("00:00");
    let held = read(&file, terms()).unwrap();
    let tariff = held[0].tariff.as_ref().unwrap();
    let maximum = tariff.day_maximum.unwrap();
    assert_eq!((tariff.periods[0].price.maximum, maximum.amount), (None, 2_400));
    assert_eq!((maximum.day, maximum.restarts), (DayKind::Calendar, true));
}

#[test]
fn a_flat_tier_without_an_end_is_paid_once() {
    let mut file = file();
    file["rateTables"][0]["rateLineCollections"][0]["rateLines"] =
        json!([line(1, "flatRateTier", 9.0, &json!({}))]);
    let tariff = read(&file, terms()).unwrap()[0].tariff.clone().unwrap();
    let tier = tariff.periods[0].price.tiers[0];
    assert_eq!(
        (tier.minutes, tier.every_minutes, tier.price),
        (None, LONGEST_STAY_MINUTES, 900)
    );
}

#[test]
fn what_cannot_be_kept_is_refused_with_its_place() {
    let first = "/rateTables/0/rateLineCollections/0";
    for (pointer, value, path) in [
        ("/colour".to_owned(), json!("red"), "colour"),
        ("/places/0/segmentation".to_owned(), json!([]), "places[0].segmentation"),
        ("/places/0/id".to_owned(), json!("a b"), "places[0].id"),
        ("/places/0/name".to_owned(), json!(7), "places[0].name"),
        ("/places/0/geometry".to_owned(), json!({ "type": "Point", "coordinates": [0, 91] }), "places[0].geometry.coordinates"),
        ("/places/0/timeZone".to_owned(), json!("Mars/Olympus"), "places[0].timeZone"),
        ("/places/0/rateTables".to_owned(), json!([{ "id": "nowhere" }]), "places[0].rateTables[0]"),
        ("/places/0/rateTables".to_owned(), json!([]), "places[0].rateTables"),
        ("/rateTables/1/id".to_owned(), json!("days"), "rateTables[1].id"),
        ("/rateTables/0/availability".to_owned(), json!("restricted"), "rateTables[0].availability"),
        ("/rateTables/0/rateEligibility".to_owned(), json!({}), "rateTables[0].rateEligibility"),
        ("/rateTables/0/rateLineCollections".to_owned(), json!([]), "rateTables[0].rateLineCollections"),
        (format!("{first}/relativeTimes"), json!(false), "rateTables[0].rateLineCollections[0].relativeTimes"),
        (format!("{first}/applicableCurrency"), json!(["USD", "CAD"]), "rateTables[0].rateLineCollections[0].applicableCurrency"),
        (format!("{first}/validStart"), json!("2027-01-01T00:00:00Z"), "rateTables[0].rateLineCollections[0].validStart"),
        (format!("{first}/validEnd"), json!("2027-01-01T00:00:00Z"), "rateTables[0].rateLineCollections[0].validEnd"),
        (format!("{first}/minValue"), json!(1), "rateTables[0].rateLineCollections[0].minValue"),
        (format!("{first}/resetTime"), json!("04:00"), "rateTables[0].rateLineCollections[0].resetTime"),
        (format!("{first}/taxRate"), json!(9.555), "rateTables[0].rateLineCollections[0].taxRate"),
        (format!("{first}/maxTime"), json!("PT1.5H"), "rateTables[0].rateLineCollections[0].maxTime"),
        (format!("{first}/rateLines/0/rateLineType"), json!("perUnit"), "rateTables[0].rateLineCollections[0].rateLines[0].rateLineType"),
        (format!("{first}/rateLines/0/value"), json!(1.255), "rateTables[0].rateLineCollections[0].rateLines[0].value"),
        (format!("{first}/rateLines/0/maxValue"), json!(9), "rateTables[0].rateLineCollections[0].rateLines[0].maxValue"),
        (format!("{first}/rateLines/0/durationStart"), json!(90), "rateTables[0].rateLineCollections[0].rateLines[0].durationStart"),
        (format!("{first}/rateLines/0/usageCondition"), json!("fixedNumber"), "rateTables[0].rateLineCollections[0].rateLines[0].usageCondition"),
        (
            "/rateTables/1/validity/validityTimeSpecification/validPeriod/0/recurringTimePeriodOfDay/0/endTimeOfPeriod".to_owned(),
            json!("six"),
            "rateTables[1].validity.validityTimeSpecification.validPeriod[0].recurringTimePeriodOfDay[0].endTimeOfPeriod",
        ),
    ] {
        let flaws = refused(&pointer, value);
        assert!(flaws.iter().any(|flaw| flaw.starts_with(&format!("{path}: "))), "{path} is not in {flaws:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let mut file = file();
    file["colour"] = json!("red");
    file["places"][0]["id"] = json!("a b");
    file["rateTables"][2]["rateLineCollections"][0]["taxRate"] = json!(7);
    let flaws = read(&file, terms()).unwrap_err();
    assert_eq!(
        flaws,
        [
            "places[0].id: has to be 1 to 128 letters, digits, points, hyphens and underscores",
            "places[0].rateTables[2]: has another tax than the first",
            "colour: is not among what is read",
        ]
    );
}

#[test]
fn what_is_no_file_at_all_is_refused() {
    assert_eq!(read(&json!([]), terms()).unwrap_err(), [": has to be an object"]);
    assert_eq!(read(&json!({}), terms()).unwrap(), []);
}
