//! Parking locations, from the file's words to the domain's and back.

use chrono_tz::Tz;
use domain::{
    LocationId,
    catalog::{Entry, IntervalPrice, ParkingLocation, ParkingRate},
};

use super::{
    convert::{Flaw, at, point_of, text_of},
    document::{LocationDocument, RateDocument},
    render::{point, text},
    tariff::{tariff_document, tariff_of},
};

/// The location that a document describes. Its tariff goes by the clocks of its own zone, if it names one, and else by
/// its operator's.
pub(crate) fn location_of(document: &LocationDocument, operators_zone: Tz) -> Result<ParkingLocation, Flaw> {
    let zone = match &document.timezone {
        Some(own) => at("timezone", own.parse())?,
        None => operators_zone,
    };
    let (rate, tariff) = match (&document.rate, &document.tariff) {
        (Some(rate), None) => (rate_of(rate)?, None),
        (None, Some(tariff)) => {
            let tariff = tariff_of(tariff, zone).map_err(|flaw| format!("tariff.{flaw}"))?;
            (ParkingRate::of_currency(tariff.currency), Some(tariff))
        }
        (None, None) => return Err("tariff: a location has a rate or a tariff".to_owned()),
        (Some(_), Some(_)) => return Err("tariff: a location with a tariff has no rate besides".to_owned()),
    };
    Ok(ParkingLocation {
        id: at("id", LocationId::parse(document.id.clone()))?,
        name: text_of(&document.name),
        position: point_of("location", document.location)?,
        address: document.address.as_ref().map(text_of),
        entry: if document.gated { Entry::Gated } else { Entry::Open },
        capacity: document.capacity,
        rate,
        tariff,
    })
}

fn rate_of(document: &RateDocument) -> Result<ParkingRate, Flaw> {
    let interval = match (document.interval_minutes, document.interval_price) {
        (Some(minutes), Some(price)) => Some(IntervalPrice { minutes, price }),
        (None, None) => None,
        _ => return Err("rate.interval_price: an interval needs minutes and a price".to_owned()),
    };
    Ok(ParkingRate {
        currency: at("rate.currency", document.currency.parse())?,
        free_minutes: document.free_minutes,
        flat: document.flat,
        interval,
        daily_maximum: document.daily_maximum,
    })
}

/// What a file would say of a location.
pub(crate) fn location_document(location: &ParkingLocation) -> LocationDocument {
    let rate = &location.rate;
    let rate = RateDocument {
        currency: rate.currency.code().to_owned(),
        free_minutes: rate.free_minutes,
        flat: rate.flat,
        interval_minutes: rate.interval.map(|interval| interval.minutes),
        interval_price: rate.interval.map(|interval| interval.price),
        daily_maximum: rate.daily_maximum,
    };
    LocationDocument {
        id: location.id.to_string(),
        name: text(&location.name),
        address: location.address.as_ref().map(text),
        location: point(location.position),
        timezone: location
            .tariff
            .as_ref()
            .map(|tariff| tariff.zone.name().to_owned()),
        gated: location.entry == Entry::Gated,
        capacity: location.capacity,
        rate: location.tariff.is_none().then_some(rate),
        tariff: location.tariff.as_ref().map(tariff_document),
    }
}
