//! Locations as GeoJSON (RFC 7946).

use chrono::{DateTime, Utc};
use domain::{catalog::Entry, occupancy::Known};
use engine::FoundLocation;
use serde::Serialize;

use super::{
    query::{WantedStay, name_of},
    stay::{StayView, own_words},
    wording::wording,
};
use crate::marketplace::{LocationDocument, RateDocument, TariffDocument, location_document};

/// Locations.
#[derive(Debug, Serialize)]
pub(super) struct Collection {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature>,
    /// Whether there are more than were asked for.
    has_more: bool,
}

/// A location.
#[derive(Debug, Serialize)]
pub(super) struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    geometry: Geometry,
    properties: Properties,
}

#[derive(Debug, Serialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Longitude, latitude.
    coordinates: [f64; 2],
}

/// What is known of a location; what is not is left out.
#[derive(Debug, Serialize)]
struct Properties {
    id: String,
    system_id: String,
    system_name: String,
    is_transactable: bool,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    is_gated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<Availability>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_m: Option<u64>,
    pricing: Pricing,
    #[serde(flatten)]
    stay: Option<StayView>,
}

/// How much room there is, as the operator counted.
#[derive(Debug, Serialize)]
struct Availability {
    #[serde(skip_serializing_if = "Option::is_none")]
    spaces_free: Option<u32>,
    as_of: DateTime<Utc>,
    valid_until: DateTime<Utc>,
}

impl Availability {
    const fn of(known: Known) -> Self {
        Self {
            spaces_free: known.free,
            as_of: known.as_of,
            valid_until: known.until,
        }
    }
}

/// What it costs to stay.
#[derive(Debug, Serialize)]
struct Pricing {
    version: u32,
    effective_from: DateTime<Utc>,
    currency: String,
    timezone: String,
    /// For people, a sentence each.
    description: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<RateDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tariff: Option<TariffDocument>,
}

impl Collection {
    pub(super) const fn of(features: Vec<Feature>, has_more: bool) -> Self {
        Self {
            kind: "FeatureCollection",
            features,
            has_more,
        }
    }
}

impl Feature {
    pub(super) fn of(found: &FoundLocation, is_transactable: bool, stay: &WantedStay) -> Self {
        let location = &found.version.location;
        let operator = &found.operator;
        let LocationDocument {
            location: point,
            timezone,
            rate,
            tariff,
            ..
        } = location_document(location);
        let id = name_of(operator.id(), &location.id);
        Self {
            kind: "Feature",
            id: id.clone(),
            geometry: Geometry {
                kind: "Point",
                coordinates: [point.longitude, point.latitude],
            },
            properties: Properties {
                id,
                system_id: operator.id().to_string(),
                system_name: own_words(&operator.profile().name),
                is_transactable,
                name: own_words(&location.name),
                address: location.address.as_ref().map(own_words),
                is_gated: location.entry == Entry::Gated,
                capacity: location.capacity,
                availability: found.room.map(Availability::of),
                distance_m: found.metres.map(whole_metres),
                pricing: Pricing {
                    version: found.version.version,
                    effective_from: found.version.effective_from,
                    currency: location.rate.currency.code().to_owned(),
                    timezone: timezone.unwrap_or_else(|| operator.profile().timezone.name().to_owned()),
                    description: wording(location, stay.start),
                    rate,
                    tariff,
                },
                stay: stay.end.map(|end| StayView::of(location, stay.start, end)),
            },
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a distance on Earth is not negative and of eight digits at most"
)]
fn whole_metres(metres: f64) -> u64 {
    metres.round() as u64
}
