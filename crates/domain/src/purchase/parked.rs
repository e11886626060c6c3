//! The stay that a purchase pays for, in the place of items.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{LocationId, ParkingSessionId, tariff::Calculation, text::Text};

/// A stay that is over, with its price and how that comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedStay {
    /// Which.
    pub session: ParkingSessionId,
    /// Where.
    pub location: LocationId,
    /// The location's name, for the receipt.
    pub name: Text,
    /// By whose clocks the receipt tells times.
    pub zone: Tz,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// By which version of the location it is priced.
    pub rate_version: u32,
    /// What it costs, line by line.
    pub calculation: Calculation,
}
