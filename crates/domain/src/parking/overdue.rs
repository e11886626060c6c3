//! Stays that nobody ends. A rider may have one stay at a time, so one that was forgotten would keep the rider from
//! every other; and nobody should be billed for weeks because a gate or a rider missed a word.

use chrono::{DateTime, TimeDelta, Utc};

use super::{event::CloseReason, state::ParkingSession};

/// For how long a rider may make up their mind to drive in.
const TO_DRIVE_IN: TimeDelta = TimeDelta::hours(2);

/// For how long a gate that told of the exit may still tell of the entry.
const TO_TELL_OF_ENTRY: TimeDelta = TimeDelta::hours(24);

/// For how long a stay goes on that neither a tariff nor anybody ends.
const TO_FORGET: TimeDelta = TimeDelta::days(7);

/// What a rule makes of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// It ended when nobody may stay any longer, and costs what it costs until then.
    Ended {
        /// That moment.
        at: DateTime<Utc>,
    },
    /// It comes to nothing and costs nothing.
    Closed {
        /// By which rule.
        reason: CloseReason,
    },
}

impl ParkingSession {
    /// What has become of a stay that goes on, by the rules and at a moment; `longest` is how long its tariff lets
    /// anybody stay. Nothing while it goes on rightly.
    ///
    /// A gate is believed before a clock: where a gate controls the exit, no tariff ends a stay, but a stay whose exit
    /// is never seen is given up in the end.
    #[must_use]
    pub fn overdue(&self, longest: Option<TimeDelta>, now: DateTime<Utc>) -> Option<Overdue> {
        if !self.is_active() {
            return None;
        }
        let closed = |reason| Overdue::Closed { reason };
        let is_gated = self.redemption().is_some();
        let (since, patience, then) = match (is_gated, self.started_at(), self.left_at(), longest) {
            (false, Some(started), _, Some(longest)) => {
                let at = started.checked_add_signed(longest)?;
                (started, longest, Overdue::Ended { at })
            }
            (false, Some(started), _, None) => (started, TO_FORGET, closed(CloseReason::Abandoned)),
            (true, Some(started), ..) => {
                let patience = longest.unwrap_or_default().max(TO_FORGET);
                (started, patience, closed(CloseReason::ExitNeverSeen))
            }
            (_, None, Some(left), _) => (left, TO_TELL_OF_ENTRY, closed(CloseReason::EntryNeverSeen)),
            (_, None, None, _) => (self.asked_at()?, TO_DRIVE_IN, closed(CloseReason::EntryNeverUsed)),
        };
        (since.checked_add_signed(patience)? < now).then_some(then)
    }
}
