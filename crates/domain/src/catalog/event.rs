//! What happens to a catalog. Stored for ever: variants are added, never edited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    cap::FareCap,
    fare::{Fare, FareOption},
    parking_rate::ParkingLocation,
};
use crate::{Currency, FareId, LocationId, OperatorId};

/// All that an operator sells to riders of its vehicles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogContent {
    /// What every price is in.
    pub currency: Currency,
    /// How fares are told apart, in the order of selection.
    #[serde(default)]
    pub options: Vec<FareOption>,
    /// What there is to buy, in the order of display. Ids are unique.
    pub fares: Vec<Fare>,
    /// Fares that nobody can buy: they only replace what a cap ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_for_sale: Vec<FareId>,
    /// What nobody pays more than.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<FareCap>,
    /// How many passes and books one order may hold, if fewer than any order may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_per_order: Option<u32>,
}

impl CatalogContent {
    /// A fare by its id.
    #[must_use]
    pub fn fare(&self, id: &FareId) -> Option<&Fare> {
        self.fares.iter().find(|fare| fare.id == *id)
    }

    /// A fare by its id, if it is for sale and while it can still be used.
    #[must_use]
    pub fn fare_for_sale(&self, id: &FareId, at: DateTime<Utc>) -> Option<&Fare> {
        self.fare(id)
            .filter(|fare| self.is_for_sale(&fare.id) && !fare.is_over(at))
    }
}

/// Where a version came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogSource {
    /// A marketplace file.
    Marketplace,
    /// Somebody at the admin API.
    Admin,
    /// An operator's GTFS feed.
    Gtfs,
}

/// The history of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CatalogEvent {
    /// There is a new version of the fares.
    Published {
        /// Whose.
        operator: OperatorId,
        /// 1, 2, 3, …
        version: u32,
        /// From when on it is in force; not before `at`.
        effective_from: DateTime<Utc>,
        /// The whole of it.
        content: CatalogContent,
        /// Where it came from.
        source: CatalogSource,
        /// When it was decided.
        at: DateTime<Utc>,
    },
    /// A version published before is to be in force again.
    RolledBack {
        /// Which.
        to_version: u32,
        /// From when on; not before `at`.
        effective_from: DateTime<Utc>,
        /// When it was decided.
        at: DateTime<Utc>,
    },
    /// A parking location is described or priced anew.
    RatesPublished {
        /// Whose.
        operator: OperatorId,
        /// 1, 2, 3, … for each location by itself.
        version: u32,
        /// From when on it is in force; not before `at`.
        effective_from: DateTime<Utc>,
        /// The whole of it.
        location: Box<ParkingLocation>,
        /// When it was decided.
        at: DateTime<Utc>,
    },
    /// A parking location takes no new stays.
    LocationWithdrawn {
        /// Which.
        location: LocationId,
        /// When.
        at: DateTime<Utc>,
    },
}
