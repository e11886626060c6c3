//! Places: where it is, and which rate tables make up its tariff.

use chrono_tz::Tz;
use domain::{
    LocationId,
    catalog::{Entry, ParkingLocation, ParkingRate},
    operator::GeoPoint,
    tariff::{EventRate, Period, Tariff},
    text::Text,
};
use serde_json::Value;

use super::{
    Terms,
    reader::{Flaws, Object},
    table::{Table, Tables},
    validity::Applies,
    words::text,
};
use crate::marketplace::{PointDocument, point_of};

/// A place as a location.
pub(super) fn read(
    value: &Value,
    path: &str,
    tables: &Tables,
    terms: Terms,
    flaws: &mut Flaws,
) -> Option<ParkingLocation> {
    let mut place = Object::of(value, path, flaws)?;
    place.required("id", flaws);
    let id = place.text("id", flaws).map(LocationId::parse);
    if let Some(Err(_)) = id {
        let reason = "has to be 1 to 128 letters, digits, points, hyphens and underscores";
        flaws.add(&place.at("id"), reason);
    }
    let at = place.at("name");
    let name = place.required("name", flaws);
    let name = name.and_then(|name| text(name, &at, flaws));
    let at = place.at("address");
    let address = place.get("address").and_then(|address| text(address, &at, flaws));
    let position = position(&mut place, flaws);
    let capacity = capacity(&mut place, flaws);
    let entry = entry(&mut place, flaws);
    let zone = zone(&mut place, terms, flaws);
    let tariff = tariff(&mut place, tables, zone, flaws);
    place.finish(flaws);
    let tariff = tariff?;
    Some(ParkingLocation {
        id: id?.ok()?,
        name: name?,
        position: position?,
        address,
        entry,
        capacity,
        rate: ParkingRate::of_currency(tariff.currency),
        tariff: Some(tariff),
    })
}

/// A GeoJSON point.
fn position(place: &mut Object<'_>, flaws: &mut Flaws) -> Option<GeoPoint> {
    place.required("geometry", flaws);
    let mut geometry = place.object("geometry", flaws)?;
    let at = geometry.at("coordinates");
    let is_point = geometry.text("type", flaws) == Some("Point");
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    geometry.finish(flaws);
    let degrees: Vec<f64> = coordinates
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect();
    let position = match degrees.as_slice() {
        [longitude, latitude] if is_point => point_of(
            "",
            PointDocument {
                latitude: *latitude,
                longitude: *longitude,
            },
        )
        .ok(),
        _ => None,
    };
    if position.is_none() {
        flaws.add(
            &at,
            "has to be the longitude and the latitude of a Point on Earth",
        );
    }
    position
}

/// How many spaces there are.
fn capacity(place: &mut Object<'_>, flaws: &mut Flaws) -> Option<u32> {
    let mut spaces = None;
    for (path, item) in place.list("supply", flaws) {
        let Some(mut supply) = Object::of(item, &path, flaws) else {
            continue;
        };
        let view = supply.text("supplyViewType", flaws);
        let quantity = supply.get("supplyQuantity").and_then(Value::as_u64);
        let quantity = quantity.and_then(|quantity| u32::try_from(quantity).ok());
        supply.finish(flaws);
        match (view, quantity, spaces) {
            (Some("spaceView"), Some(quantity), None) => spaces = Some(quantity),
            _ => flaws.add(
                &path,
                "there has to be one at most, a spaceView with a whole supplyQuantity",
            ),
        }
    }
    spaces
}

/// Whether a gate decides: `{"switchyard": {"gated": true}}` among the extensions, which are for what the standard does
/// not say. Those of others are left alone.
fn entry(place: &mut Object<'_>, flaws: &mut Flaws) -> Entry {
    let extensions = place.object("extensions", flaws);
    let own = extensions.and_then(|mut extensions| extensions.object("switchyard", flaws));
    let gated = own.and_then(|mut own| {
        let gated = own.flag("gated", flaws);
        own.finish(flaws);
        gated
    });
    match gated {
        Some(true) => Entry::Gated,
        Some(false) | None => Entry::Open,
    }
}

fn zone(place: &mut Object<'_>, terms: Terms, flaws: &mut Flaws) -> Tz {
    let named = place.text("timeZone", flaws).map(str::parse::<Tz>);
    match named {
        None => terms.zone,
        Some(Ok(zone)) => zone,
        Some(Err(_)) => {
            flaws.add(&place.at("timeZone"), "has to be a zone of the IANA database");
            terms.zone
        }
    }
}

/// The tariff that the tables of a place make up.
fn tariff(place: &mut Object<'_>, tables: &Tables, zone: Tz, flaws: &mut Flaws) -> Option<Tariff> {
    let at = place.at("rateTables");
    let mut own: Vec<(String, &Table)> = Vec::new();
    let references = place.list("rateTables", flaws);
    for (path, reference) in &references {
        let Some(mut reference) = Object::of(reference, path, flaws) else {
            continue;
        };
        let id = reference.text("id", flaws);
        reference.finish(flaws);
        match id.map(|id| tables.get(id)) {
            Some(Some(table)) => own.extend(table.iter().map(|table| (path.clone(), table))),
            Some(None) | None => flaws.add(path, "names no rate table of the file"),
        }
    }
    let Some((_, first)) = own.first().cloned() else {
        if references.is_empty() {
            flaws.add(&at, "a place needs a rate table");
        }
        return None;
    };
    for (path, table) in &own {
        alike(path, table, first, own.len(), flaws);
    }
    let (mut periods, mut events) = (Vec::new(), Vec::new());
    for (_, table) in &own {
        let (name, price): (Text, _) = (table.name.clone(), table.price.clone());
        let times = match &table.applies {
            Applies::Otherwise => Vec::new(),
            Applies::Weekly(times) => times.clone(),
            Applies::Once(from, until) => {
                events.push(EventRate {
                    name,
                    from: *from,
                    until: *until,
                    price,
                    beyond_maxima: false,
                });
                continue;
            }
        };
        periods.push(Period { name, times, price });
    }
    Some(Tariff {
        currency: first.currency,
        zone,
        free: None,
        flat: 0,
        periods,
        events,
        day_maximum: first.day_maximum,
        stay_maximum: None,
        tax: first.tax,
        longest_stay_minutes: first.longest_stay_minutes,
    })
}

/// What holds for a stay as a whole cannot differ from one table to the next.
fn alike(path: &str, table: &Table, first: &Table, count: usize, flaws: &mut Flaws) {
    let mut must = |holds: bool, reason: &str| {
        if !holds {
            flaws.add(path, reason);
        }
    };
    must(
        table.currency == first.currency,
        "has another currency than the first",
    );
    must(table.tax == first.tax, "has another tax than the first");
    must(
        table.longest_stay_minutes == first.longest_stay_minutes,
        "has another maxTime than the first",
    );
    must(
        table.day_maximum.is_none() || count == 1,
        "a table with a resetTime has to be the only one of its place",
    );
}
