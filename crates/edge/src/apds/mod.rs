//! Parking from a JSON file in the manner of the Alliance for Parking Data Standards (APDS, ISO/TS 5206-1): places, and
//! the rate tables that they refer to. `docs/parking.md` lists what is read. Whatever else stands in the file is refused
//! with its place: a price that is read in part is a wrong price.

mod lines;
mod place;
mod reader;
mod table;
#[cfg(test)]
mod tests;
mod validity;
mod words;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::catalog::ParkingLocation;
use reader::{Flaws, Object};
use serde_json::Value;

/// What a file is read with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// The zone of places that name none.
    pub(crate) zone: Tz,
    /// When its prices are to come into force: what the file dates later is refused.
    pub(crate) effective_from: DateTime<Utc>,
}

/// The locations that a file describes, or everything that keeps it from being read, each with its place.
pub(crate) fn read(file: &Value, terms: Terms) -> Result<Vec<ParkingLocation>, Vec<String>> {
    let mut flaws = Flaws::default();
    let mut locations = Vec::new();
    if let Some(mut whole) = Object::of(file, "", &mut flaws) {
        let tables = table::read_all(&mut whole, terms, &mut flaws);
        for (path, place) in whole.list("places", &mut flaws) {
            locations.extend(place::read(place, &path, &tables, terms, &mut flaws));
        }
        whole.finish(&mut flaws);
    }
    let flaws = flaws.into_inner();
    match flaws.is_empty() {
        true => Ok(locations),
        false => Err(flaws),
    }
}
