//! What is asked of a search. What is wrong with a parameter is said with its name, never with its value.

use std::str::FromStr;

use axum::extract::{Query, rejection::QueryRejection};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{LocationId, OperatorId, operator::GeoPoint, tariff::LONGEST_STAY_MINUTES};
use http::StatusCode;
use serde::Deserialize;

use crate::{
    coord::error::CoordError,
    marketplace::{PointDocument, point_of},
};

/// How far may be looked, in kilometres, and how far is looked unless it is said.
const FURTHEST_KM: f64 = 100.0;
const USUAL_KM: f64 = 1.0;

/// How many locations are answered at most, and unless it is said.
const MOST: usize = 100;
const USUAL: usize = 50;

/// The parameters as they come.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    latitude: Option<String>,
    longitude: Option<String>,
    radius_km: Option<String>,
    location_ids: Option<String>,
    limit: Option<String>,
    duration_m: Option<String>,
    parking_start_time: Option<String>,
}

/// Which locations.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    /// Those near a point.
    Near {
        centre: GeoPoint,
        radius_metres: f64,
        most: usize,
    },
    /// These. What is no id of a location names none.
    Named(Vec<Named>),
}

/// A location, as this API names it: operator and location with a colon between, which neither id may hold.
pub(in crate::coord) type Named = (OperatorId, LocationId);

/// A stay to be priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WantedStay {
    /// When it begins, and at which moment the locations are looked at.
    pub(super) start: DateTime<Utc>,
    /// When it ends, if a price is wanted.
    pub(super) end: Option<DateTime<Utc>>,
}

/// The name of a location in this API.
pub(in crate::coord) fn name_of(operator: &OperatorId, location: &LocationId) -> String {
    format!("{operator}:{location}")
}

/// The location that a name is of.
pub(in crate::coord) fn named(text: &str) -> Option<Named> {
    let (operator, location) = text.split_once(':')?;
    Some((
        OperatorId::parse(operator).ok()?,
        LocationId::parse(location).ok()?,
    ))
}

fn wrong(field: &'static str, message: &'static str) -> CoordError {
    CoordError::new(StatusCode::BAD_REQUEST, "invalid_parameter", message).about(field)
}

impl Given {
    /// The parameters of a request. One that stands there twice is refused.
    pub(super) fn read(query: Result<Query<Self>, QueryRejection>) -> Result<Self, CoordError> {
        let message = "The query string cannot be read, or names a parameter twice.";
        let unreadable = |_| CoordError::new(StatusCode::BAD_REQUEST, "invalid_query", message);
        query.map(|Query(given)| given).map_err(unreadable)
    }

    /// Which locations.
    pub(super) fn wanted(&self) -> Result<Wanted, CoordError> {
        let is_near = self.latitude.is_some() || self.longitude.is_some() || self.radius_km.is_some();
        match &self.location_ids {
            Some(_) if is_near => Err(wrong(
                "location_ids",
                "Locations are looked for by location_ids or by latitude, longitude and radius_km, not by both.",
            )),
            Some(ids) => by_name(ids),
            None => self.near(),
        }
    }

    fn near(&self) -> Result<Wanted, CoordError> {
        const LATITUDE: &str = "The latitude has to be given in degrees, from -90 to 90.";
        const LONGITUDE: &str = "The longitude has to be given in degrees, from -180 to 180.";
        const RADIUS: &str = "The radius_km has to be a number above 0 and at most 100.";
        const LIMIT: &str = "The limit has to be a whole number from 1 to 100.";
        let latitude = number("latitude", self.latitude.as_ref(), LATITUDE)?;
        let latitude: f64 = latitude.ok_or_else(|| wrong("latitude", LATITUDE))?;
        let longitude = number("longitude", self.longitude.as_ref(), LONGITUDE)?;
        let longitude: f64 = longitude.ok_or_else(|| wrong("longitude", LONGITUDE))?;
        let of = |latitude, longitude| point_of("", PointDocument { latitude, longitude });
        of(latitude, 0.0).map_err(|_| wrong("latitude", LATITUDE))?;
        let centre = of(latitude, longitude).map_err(|_| wrong("longitude", LONGITUDE))?;
        let radius = number("radius_km", self.radius_km.as_ref(), RADIUS)?.unwrap_or(USUAL_KM);
        if !(radius > 0.0 && radius <= FURTHEST_KM) {
            return Err(wrong("radius_km", RADIUS));
        }
        let most = number("limit", self.limit.as_ref(), LIMIT)?.unwrap_or(USUAL);
        if !(1..=MOST).contains(&most) {
            return Err(wrong("limit", LIMIT));
        }
        Ok(Wanted::Near {
            centre,
            radius_metres: metres(radius),
            most,
        })
    }

    /// Which stay.
    pub(super) fn stay(&self, now: DateTime<Utc>) -> Result<WantedStay, CoordError> {
        const START: &str = "The parking_start_time has to be a time in RFC 3339, like 2026-04-12T18:00:00Z.";
        const DURATION: &str = "The duration_m has to be a whole number of minutes, from 1 to 527040.";
        // An unencoded "+" arrives as a space.
        let read = |text: &String| DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
        let start = match self.parking_start_time.as_ref().map(read) {
            None => now,
            Some(Ok(start)) => start.with_timezone(&Utc),
            Some(Err(_)) => return Err(wrong("parking_start_time", START)),
        };
        let minutes: Option<u32> = number("duration_m", self.duration_m.as_ref(), DURATION)?;
        let Some(minutes) = minutes else {
            return Ok(WantedStay { start, end: None });
        };
        if !(1..=LONGEST_STAY_MINUTES).contains(&minutes) {
            return Err(wrong("duration_m", DURATION));
        }
        let end = start.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
        let end = end.ok_or_else(|| wrong("parking_start_time", START))?;
        Ok(WantedStay {
            start,
            end: Some(end),
        })
    }
}

fn number<T: FromStr>(
    field: &'static str,
    text: Option<&String>,
    message: &'static str,
) -> Result<Option<T>, CoordError> {
    let read = |text: &String| text.trim().parse().map_err(|_| wrong(field, message));
    text.map(read).transpose()
}

#[expect(clippy::float_arithmetic, reason = "a distance, not money")]
fn metres(kilometres: f64) -> f64 {
    kilometres * 1_000.0
}

fn by_name(ids: &str) -> Result<Wanted, CoordError> {
    let ids: Vec<&str> = ids
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .collect();
    if !(1..=MOST).contains(&ids.len()) {
        let message = "The location_ids have to be from 1 to 100 ids with commas between them.";
        return Err(wrong("location_ids", message));
    }
    let mut wanted: Vec<Named> = Vec::new();
    for location in ids.into_iter().filter_map(named) {
        if !wanted.contains(&location) {
            wanted.push(location);
        }
    }
    Ok(Wanted::Named(wanted))
}
