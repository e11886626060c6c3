//! What a gate tells, in any order and any number of times.

use chrono::{DateTime, Utc};

use super::{
    command::ParkingRejection,
    event::{EndedBy, ParkingEvent},
    state::ParkingSession,
};
use crate::{aggregate::Decided, app::KeyDigest};

impl ParkingSession {
    fn check_gate(&self) -> Result<(), ParkingRejection> {
        if self.given_up().is_some() {
            return Err(ParkingRejection::GivenUp);
        }
        match self.redemption() {
            Some(_) => Ok(()),
            None => Err(ParkingRejection::NotGated),
        }
    }

    /// The first scan counts. When the exit is known already, both are, and the stay is over. A barcode that is known
    /// from the exit was used at the entry before: a rider whose entry was not told yet still sees the same one.
    pub(super) fn enter(&self, at: DateTime<Utc>, barcode: Option<KeyDigest>) -> Decided<Self> {
        self.check_gate()?;
        if barcode.is_some() && barcode == self.entered_by {
            return Err(ParkingRejection::BarcodeUsed);
        }
        match (self.started_at, self.left_at) {
            (Some(_), _) => Ok(Vec::new()),
            (None, Some(left)) if left < at => Err(ParkingRejection::EndsBeforeStart),
            (None, Some(left)) => {
                let ended = ParkingEvent::Ended {
                    by: EndedBy::Gate,
                    at: left,
                };
                Ok(vec![ParkingEvent::GateEntered { at, barcode }, ended])
            }
            (None, None) => Ok(vec![ParkingEvent::GateEntered { at, barcode }]),
        }
    }

    /// The first scan counts. Without an entry it is kept until the entry is known.
    pub(super) fn leave(&self, at: DateTime<Utc>, barcode: Option<KeyDigest>) -> Decided<Self> {
        self.check_gate()?;
        if barcode.is_some() && (barcode == self.entered_by || barcode == self.left_by) {
            return Err(ParkingRejection::BarcodeUsed);
        }
        match (self.left_at, self.started_at) {
            (Some(_), _) => Ok(Vec::new()),
            (None, Some(started)) if at < started => Err(ParkingRejection::EndsBeforeStart),
            (None, Some(_)) => {
                let ended = ParkingEvent::Ended {
                    by: EndedBy::Gate,
                    at,
                };
                Ok(vec![ParkingEvent::GateLeft { at, barcode }, ended])
            }
            (None, None) => Ok(vec![ParkingEvent::GateLeft { at, barcode }]),
        }
    }
}
