//! Objects of the admin API for parking locations.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde_json::Value;

use super::CatalogDifference;
use crate::marketplace::LocationDocument;

/// Locations to publish, all of them or none.
#[derive(Debug, Clone, JsonSchema)]
pub struct NewLocations {
    /// From when on; at once, if absent or past.
    pub effective_from: Option<DateTime<Utc>>,
    /// In the form of the marketplace file; 5,000 at most.
    pub locations: Vec<LocationDocument>,
}

/// A file to import, all of it or nothing.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationFile {
    /// From when on; at once, if absent or past.
    pub effective_from: Option<DateTime<Utc>>,
    /// Places and rate tables; docs/parking.md lists what is read.
    pub file: Value,
}

/// A location, in a list.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationInfo {
    /// Its id.
    pub id: String,
    /// Displayable name, as the newest version has it.
    pub name: String,
    /// How many versions there are.
    pub versions: u32,
    /// The version that is in force, if one is.
    pub in_force: Option<u32>,
    /// Since when it takes no new stays.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Locations, by id.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationList {
    /// This page.
    pub data: Vec<LocationInfo>,
    /// For the next page.
    pub next_cursor: Option<String>,
}

/// A location with all of its versions.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationWhole {
    /// Its id.
    pub id: String,
    /// Since when it takes no new stays.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The oldest first.
    pub versions: Vec<LocationVersionInfo>,
}

/// A version of a location.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationVersionInfo {
    /// Which.
    pub version: u32,
    /// in_force, scheduled or superseded.
    pub status: String,
    /// From when on.
    pub effective_from: DateTime<Utc>,
    /// All of it, in the form of the marketplace file.
    pub location: LocationDocument,
    /// What riders could make use of.
    pub remarks: Vec<String>,
}

/// What was decided about locations, or would be.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationsDecided {
    /// Whose.
    pub operator_id: String,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Whether anything is different then.
    pub changed: bool,
    /// Those that differ.
    pub locations: Vec<LocationDecided>,
    /// How many of those that were named are as they were.
    pub unchanged: u32,
}

/// What was decided about one location.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationDecided {
    /// Which.
    pub id: String,
    /// Its new version.
    pub version: u32,
    /// in_force, scheduled or superseded.
    pub status: String,
    /// From when on.
    pub effective_from: DateTime<Utc>,
    /// The version that would be in force then without this one.
    pub replaces: Option<u32>,
    /// What differs from that one.
    pub changes: Vec<CatalogDifference>,
    /// The same, a line each.
    pub lines: Vec<String>,
    /// What riders could make use of.
    pub remarks: Vec<String>,
}

/// A location that takes no new stays.
#[derive(Debug, Clone, JsonSchema)]
pub struct LocationWithdrawn {
    /// Whose.
    pub operator_id: String,
    /// Which.
    pub id: String,
    /// Whether it took some before.
    pub changed: bool,
    /// Since when.
    pub withdrawn_at: DateTime<Utc>,
}

/// A count of free spaces, all of it taken in or nothing.
#[derive(Debug, Clone, JsonSchema)]
pub struct CountedSpaces {
    /// When it was counted; now, if absent.
    pub as_of: Option<DateTime<Utc>>,
    /// For how many minutes it is worth telling, 1,440 at most; 15, if absent.
    pub valid_minutes: Option<u16>,
    /// Where; 1 to 1,000, each once.
    pub locations: Vec<CountedLocation>,
}

/// The free spaces of a location.
#[derive(Debug, Clone, JsonSchema)]
pub struct CountedLocation {
    /// Which.
    pub location_id: String,
    /// How many; absent where they are not known any more.
    pub spaces_free: Option<u32>,
}

/// What is known now of the locations that a count named.
#[derive(Debug, Clone, JsonSchema)]
pub struct SpacesTold {
    /// In the order of the count.
    pub locations: Vec<SpacesKnown>,
}

/// What is known of a location, from this count or a later one.
#[derive(Debug, Clone, JsonSchema)]
pub struct SpacesKnown {
    /// Which.
    pub location_id: String,
    /// How many spaces are free, where that is known.
    pub spaces_free: Option<u32>,
    /// When that was counted.
    pub as_of: Option<DateTime<Utc>>,
    /// Until when it is worth telling.
    pub valid_until: Option<DateTime<Utc>>,
}
